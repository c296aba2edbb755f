//! `bench`: a load generator. Callbacks are sealed ahead ([`callbacks`]) and sent at fixed instants or flat out ([`load`]) to
//! a server in a process of its own ([`server`]) on a database that is empty ([`record`]); a WeCom that answers ([`wecom`])
//! sees when each customer is greeted and tagged, a bare handler ([`bare`]) shows what the machine can do. [`stage`] has all of
//! them together.

mod bare;
mod callbacks;
mod ledger;
mod listener;
mod load;
mod options;
mod percentiles;
mod record;
mod report;
mod server;
mod stage;
mod watch;
mod wecom;
mod wire;

use std::{process::ExitCode, time::Duration};

use indicatif::HumanCount;

pub(super) use self::options::Options;
use self::{
    load::Pace,
    options::CUSTOMERS_MAX,
    report::{Machine, Part, Report},
    stage::Stage,
};
use super::{
    failure,
    output::{Output, say},
    serve::{INTERRUPTED, Signals},
    setup::Setup,
    words::bench::{Bench, Database},
};
use crate::language::Sentence as _;

pub(in crate::cli) const EXAMPLES: &str = "\
Without --rate and --flat-out it does both, some twenty seconds in all. The server is a process of its own on a temporary SQLite file,
or on the database that DATABASE_URL names, which must be empty; of the settings in the environment it gets those of the
database's connections, of the size of a body, of concurrency and look-ups, of the log and of the time zone. At a rate the
time of each callback counts from when it was due, so that a stall shows for everybody who came meanwhile. `welcome` and
`tag` are from there to the call that WeCom takes.
Exit status 0 only if every acked event is in the record.

Examples:
  wecom-greeter bench
  wecom-greeter bench --rate 1000 --seconds 10 --latency 150-250
  wecom-greeter bench --rate 60 --seconds 30 --at-once 5 --refuse 11%
  wecom-greeter bench --flat-out --connections 256 --output json
  wecom-greeter bench --flat-out --rules 1              how many a second are greeted and tagged
  wecom-greeter bench --rate 200 --rules 1000 --stored 1000000
  wecom-greeter bench --rate 50 --url http://10.0.0.3:8080/callback/default";

/// What the open loop sends where nothing else is asked for: nearly ten times what a large brand's campaign has on average.
const RATE: f64 = 200.0;

/// Flat out so many callbacks are sealed for each second: more than a machine on which one would measure stores.
const SEALED_A_SECOND: u32 = 30_000;

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::listen()?;
    tokio::select! {
        ended = measure(&options, &setup, &mut output) => ended,
        // The server is killed where it is dropped; nothing of it is worth an orderly end.
        () = signals.next() => Ok(ExitCode::from(INTERRUPTED)),
    }
}

async fn measure(options: &Options, setup: &Setup, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut stage = Stage::set(options, setup).await?;
    if !output.is_json() {
        let url = options.url.as_ref().map(ToString::to_string);
        let database = match (&stage.record, &url) {
            (Some(record), _) if record.is_own => Database::Own,
            (Some(record), _) => Database::Given { kind: record.kind },
            (None, url) => Database::Elsewhere { url: url.as_deref().unwrap_or_default() },
        };
        output.sentence(&Bench::Begins { database })?;
        output.flush()?;
    }
    stage.store_past().await?;
    let mut report = Report {
        version: env!("CARGO_PKG_VERSION"),
        at_ms: setup.clock.now_ms(),
        machine: Machine::this(),
        database: stage.record.as_ref().map(|record| record.kind),
        url: options.url.as_ref().map(ToString::to_string),
        stored: options.stored,
        parts: Vec::new(),
    };
    for (pace, rules) in parts(options) {
        let part = stage.part(pace, rules, output).await?;
        if !output.is_json() {
            part.write(output)?;
        }
        report.parts.push(part);
    }
    if output.is_json() {
        output.document(&report)?;
    }
    conclude(&report.parts, output)
}

/// What the last line says, and the exit status.
fn conclude(parts: &[Part], output: &mut Output) -> anyhow::Result<ExitCode> {
    let language = output.language();
    let lost: usize = parts.iter().filter_map(|part| part.lost).sum();
    let acked: u64 = parts.iter().map(|part| part.acked).sum();
    let is_known = parts.iter().all(|part| part.lost.is_some());
    let count = HumanCount(u64::try_from(lost).unwrap_or(u64::MAX)).to_string();
    if is_known && lost == 0 && acked > 0 && !output.is_json() {
        output.sentence(&Bench::NothingLost)?;
    }
    output.flush()?;
    let fault = match (lost, acked) {
        (1.., _) => Bench::Lost { count: &count },
        (0, 0) => Bench::NothingAcked,
        (0, _) => return Ok(ExitCode::SUCCESS),
    };
    say(&fault.to(language));
    Ok(ExitCode::from(failure::FAILED))
}

/// The loads of a run, each with how many rules there are.
fn parts(options: &Options) -> Vec<(Pace, u32)> {
    let both = options.rate.is_none() && !options.flat_out;
    let mut parts = Vec::new();
    if options.rate.is_some() || both {
        parts.push((Pace::Rate(options.rate.unwrap_or(RATE)), options.rules.unwrap_or(1)));
    }
    if options.flat_out || both {
        let time = Duration::from_secs(u64::from(options.seconds));
        parts.push((Pace::FlatOut(time), options.rules.unwrap_or(0)));
    }
    parts
}

/// How many callbacks a load has at the most; none: more than can be sealed ahead.
fn count(options: &Options, pace: Pace) -> Option<usize> {
    let most = options.customers.unwrap_or(CUSTOMERS_MAX);
    let wanted = match pace {
        Pace::Rate(rate) => (rate * f64::from(options.seconds)).ceil(),
        // Ends sooner where they are used up, and says so.
        Pace::FlatOut(_) => f64::from(options.seconds.saturating_mul(SEALED_A_SECOND).min(most)),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded on the line before")]
    let count = wanted.min(f64::from(u32::MAX)) as u32;
    let count = if options.customers.is_some() { count.min(most) } else { count };
    (count <= CUSTOMERS_MAX).then(|| usize::try_from(count).unwrap_or(usize::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn options(arguments: &[&str]) -> Options {
        Line::try_parse_from([&["bench"], arguments].concat()).unwrap().options
    }

    #[test]
    fn what_is_not_asked_for_is_both_loads() {
        let flat_out = |seconds| Pace::FlatOut(Duration::from_secs(seconds));
        assert_eq!(parts(&options(&[])), [(Pace::Rate(200.0), 1), (flat_out(5), 0)]);
        assert_eq!(parts(&options(&["--rate", "7.5"])), [(Pace::Rate(7.5), 1)]);
        assert_eq!(parts(&options(&["--flat-out", "--seconds", "2"])), [(flat_out(2), 0)]);
        let both = options(&["--rate", "10", "--flat-out", "--rules", "3"]);
        assert_eq!(parts(&both), [(Pace::Rate(10.0), 3), (flat_out(5), 3)]);
    }

    #[test]
    fn as_many_are_sealed_as_are_sent_and_no_more_than_fit() {
        let of = |arguments: &[&str]| {
            let options = options(arguments);
            parts(&options).into_iter().map(|(pace, _)| count(&options, pace)).collect::<Vec<_>>()
        };
        assert_eq!(of(&["--rate", "200", "--seconds", "10"]), [Some(2_000)]);
        assert_eq!(of(&["--rate", "0.3", "--seconds", "1"]), [Some(1)]);
        assert_eq!(of(&["--rate", "1000", "--seconds", "10", "--customers", "70"]), [Some(70)]);
        assert_eq!(of(&["--rate", "100000", "--seconds", "10"]), [None]);
        assert_eq!(of(&["--flat-out", "--seconds", "3"]), [Some(90_000)]);
        assert_eq!(of(&["--flat-out", "--seconds", "3600"]), [Some(500_000)]);
        assert_eq!(of(&["--flat-out", "--customers", "80"]), [Some(80)]);
    }
}
