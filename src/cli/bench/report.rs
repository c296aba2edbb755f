//! What a run found: one JSON document for programs, some aligned lines for people.

use std::{collections::BTreeMap, time::Duration};

use indicatif::HumanCount;
use serde::Serialize;

use super::{
    ledger::Sum,
    load::{Pace, Ran},
    percentiles::Percentiles,
    server::Took,
    wecom::{Calls, Manner},
};
use crate::{
    cli::{
        output::{Output, duration, fit, right},
        spread::milliseconds,
        words::bench::{Bench, Row},
    },
    language::Sentence as _,
};

/// All of a run.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) version: &'static str,
    /// Unix milliseconds.
    pub(super) at_ms: i64,
    pub(super) machine: Machine,
    /// `sqlite`, `postgres`; none of a server that runs elsewhere.
    pub(super) database: Option<&'static str>,
    pub(super) url: Option<String>,
    pub(super) stored: u64,
    pub(super) parts: Vec<Part>,
}

/// On what it was measured.
#[derive(Debug, Serialize)]
pub(super) struct Machine {
    pub(super) os: &'static str,
    pub(super) architecture: &'static str,
    pub(super) processors: usize,
    /// What the processor says of itself.
    pub(super) processor: Option<String>,
    pub(super) memory_bytes: Option<u64>,
}

impl Machine {
    pub(super) fn this() -> Self {
        let of = |file: &str, field: &str| {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let value = text.lines().find_map(|line| line.strip_prefix(field)?.trim().strip_prefix(':'));
            value.map(|value| value.trim().to_owned())
        };
        let memory = of("/proc/meminfo", "MemTotal");
        Self {
            os: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            processor: of("/proc/cpuinfo", "model name"),
            memory_bytes: memory
                .and_then(|memory| memory.strip_suffix(" kB")?.parse::<u64>().ok())
                .map(|kilobytes| kilobytes * 1_024),
        }
    }
}

/// How callbacks were sent in one part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Rate,
    FlatOut,
}

/// A part of a run: one load against one server.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub(super) kind: Kind,
    /// Callbacks a second, as asked for.
    pub(super) rate: Option<f64>,
    pub(super) seconds: u32,
    pub(super) connections: u16,
    /// None of a server that runs elsewhere.
    pub(super) rules: Option<u32>,
    pub(super) took_seconds: f64,
    pub(super) sent: u64,
    pub(super) acked: u64,
    pub(super) refused: u64,
    /// Acked, and not in the record; none where the record cannot be looked into.
    pub(super) lost: Option<usize>,
    pub(super) welcomed: u64,
    pub(super) welcomed_in_time: u64,
    pub(super) tagged: u64,
    pub(super) acks_a_second: f64,
    /// From the first callback to the last tag.
    pub(super) tagged_a_second: Option<f64>,
    /// What there was instead of an ack.
    pub(super) errors: BTreeMap<String, u64>,
    pub(super) ack: Option<Percentiles>,
    pub(super) welcome: Option<Percentiles>,
    pub(super) tag: Option<Percentiles>,
    pub(super) bare: Option<Beside>,
    /// Our acks a second, of the bare handler's.
    pub(super) ratio: Option<f64>,
    pub(super) wecom: Option<OfWecom>,
    pub(super) server: Option<Took>,
    /// Whether the callbacks that had been sealed were used up before the time was over.
    pub(super) used_up: bool,
}

/// The bare handler in the same run.
#[derive(Debug, Serialize)]
pub(super) struct Beside {
    pub(super) acks_a_second: f64,
    pub(super) ack: Option<Percentiles>,
}

/// How WeCom answered, and what it was asked.
#[derive(Debug, Serialize)]
pub(super) struct OfWecom {
    latency_ms: [f64; 2],
    refuse: f64,
    fail: f64,
    at_once: Option<u32>,
    at_once_of_each: Option<u32>,
    pub(super) calls: BTreeMap<&'static str, Calls>,
}

impl OfWecom {
    pub(super) fn new(manner: Manner, calls: BTreeMap<&'static str, Calls>) -> Self {
        let Manner { latency: (least, most), refuse, fail, at_once, at_once_of_each } = manner;
        let latency_ms = [least, most].map(milliseconds);
        Self { latency_ms, refuse, fail, at_once, at_once_of_each, calls }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^53")]
fn a_second(count: u64, us: u64) -> Option<f64> {
    (count > 0 && us > 0).then(|| count as f64 * 1_000_000.0 / us as f64)
}

/// What a part was asked to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) pace: Pace,
    pub(super) seconds: u32,
    pub(super) connections: u16,
    pub(super) rules: Option<u32>,
    /// How many callbacks were sealed.
    pub(super) sealed: usize,
}

impl Part {
    pub(super) fn new(asked: Asked, ran: &Ran, sum: Sum, tagged_within_us: Option<u64>) -> Self {
        let Asked { pace, seconds, connections, rules, sealed } = asked;
        let (kind, rate) = match pace {
            Pace::Rate(rate) => (Kind::Rate, Some(rate)),
            Pace::FlatOut(_) => (Kind::FlatOut, None),
        };
        let used_up = kind == Kind::FlatOut
            && usize::try_from(sum.sent).is_ok_and(|sent| sent >= sealed)
            && ran.took < Duration::from_secs(u64::from(seconds));
        Self {
            kind,
            rate,
            seconds,
            connections,
            rules,
            took_seconds: ran.took.as_secs_f64(),
            sent: sum.sent,
            acked: sum.acked,
            refused: sum.refused,
            lost: None,
            welcomed: sum.welcomed,
            welcomed_in_time: sum.welcomed_in_time,
            tagged: sum.tagged,
            acks_a_second: ran.a_second(),
            tagged_a_second: tagged_within_us.and_then(|us| a_second(sum.tagged, us)),
            errors: sum.failures,
            ack: ran.ack,
            welcome: sum.welcome,
            tag: sum.tag,
            bare: None,
            ratio: None,
            wecom: None,
            server: None,
            used_up,
        }
    }

    /// The same beside the bare handler.
    pub(super) fn beside(self, bare: &Ran) -> Self {
        let ratio = (bare.a_second() > 0.0).then(|| self.acks_a_second / bare.a_second());
        let bare = Beside { acks_a_second: bare.a_second(), ack: bare.ack };
        Self { bare: Some(bare), ratio, ..self }
    }

    /// Whether customers were to be greeted and somebody heard of it.
    fn greets(&self) -> bool {
        self.rules != Some(0) && self.wecom.as_ref().is_some_and(|wecom| !wecom.calls.is_empty())
    }

    /// What stands above its figures.
    pub(super) fn write_heading(
        asked: Asked,
        stored: u64,
        manner: Option<Manner>,
        output: &mut Output,
    ) -> std::io::Result<()> {
        let language = output.language();
        let Asked { pace, seconds, connections, rules, .. } = asked;
        let rate;
        let first = match pace {
            Pace::Rate(a_second) => {
                rate = a_second.to_string();
                Bench::AtRate { rate: &rate, seconds, connections }
            }
            Pace::FlatOut(_) => Bench::FlatOut { seconds, connections },
        };
        let stored = HumanCount(stored).to_string();
        output.line(&(first.to(language) + &Bench::With { rules, stored: &stored }.to(language)))?;
        if let Some(manner) = manner.filter(|_| rules != Some(0)) {
            let (least, most) = manner.latency;
            let latency = match [least, most].map(|time| duration(milliseconds(time))) {
                _ if most.is_zero() => String::new(),
                [least, most] if least == most => least,
                [least, most] => format!("{least}–{most}"),
            };
            let share = |share: f64| {
                if share > 0.0 { format!("{}%", (share * 1_000.0).round() / 10.0) } else { String::new() }
            };
            output.sentence(&Bench::Wecom {
                latency: &latency,
                refuse: &share(manner.refuse),
                fail: &share(manner.fail),
                at_once: manner.at_once,
                of_each: manner.at_once_of_each,
            })?;
        }
        output.flush()
    }

    /// Its figures.
    pub(super) fn write(&self, output: &mut Output) -> std::io::Result<()> {
        let language = output.language();
        let count = |count: u64| HumanCount(count).to_string();
        let name = |row: Row| Bench::Row(row).to(language);
        let with_speed = self.kind == Kind::FlatOut;
        let mut heading = vec![String::new()];
        if with_speed {
            heading.push(name(Row::ASecond));
        }
        heading.extend(["p50", "p90", "p99", "p99.9"].map(str::to_owned));
        heading.push(name(Row::Longest));
        output.line(&line(&heading))?;
        let mut rows: Vec<(Row, Option<f64>, Option<Percentiles>)> = Vec::new();
        let ours = if with_speed { Row::Server } else { Row::Ack };
        rows.push((ours, Some(self.acks_a_second), self.ack));
        if let Some(bare) = &self.bare {
            rows.push((Row::Bare, Some(bare.acks_a_second), bare.ack));
        }
        if self.greets() {
            rows.extend([(Row::Welcome, None, self.welcome), (Row::Tag, None, self.tag)]);
        }
        for (row, speed, times) in rows {
            let mut cells = vec![name(row)];
            if with_speed {
                cells.push(speed.map_or_else(String::new, |speed| count(rounded(speed))));
            }
            match times {
                Some(times) => cells.extend(times.figures().map(duration)),
                None => cells.extend(["-"; 5].map(str::to_owned)),
            }
            output.line(&line(&cells))?;
        }
        let [sent, acked, refused] = [self.sent, self.acked, self.refused].map(count);
        output.sentence(&Bench::Acks { sent: &sent, acked: &acked, refused: &refused })?;
        if self.greets() {
            let [welcomed, tagged] = [self.welcomed_in_time, self.tagged].map(count);
            output.sentence(&Bench::Greeted { welcomed: &welcomed, tagged: &tagged, of: &acked })?;
            if let (Kind::FlatOut, Some(through)) = (self.kind, self.tagged_a_second) {
                output.sentence(&Bench::Through { a_second: &count(rounded(through)) })?;
            }
        }
        if !self.errors.is_empty() {
            let kinds: Vec<String> =
                self.errors.iter().map(|(kind, times)| format!("{kind} {}", count(*times))).collect();
            output.sentence(&Bench::WentWrong { kinds: &kinds.join(", ") })?;
        }
        self.write_calls(output)?;
        if let Some(ratio) = self.ratio {
            output.sentence(&Bench::Ratio { ratio: &format!("{ratio:.2}") })?;
        }
        if self.used_up {
            let after = duration(self.took_seconds * 1_000.0);
            output.sentence(&Bench::UsedUp { after: &after })?;
        }
        if let Some(took) = &self.server {
            let memory =
                took.memory_bytes.map_or_else(|| "-".to_owned(), |bytes| format!("{} MB", bytes >> 20));
            let cpu = took.cpu_seconds.map_or_else(|| "-".to_owned(), |cpu| duration(cpu * 1_000.0));
            output.sentence(&Bench::Took { ready: &duration(took.ready_ms), memory: &memory, cpu: &cpu })?;
        }
        output.flush()
    }

    /// What WeCom was asked, where not all of it was taken.
    fn write_calls(&self, output: &mut Output) -> std::io::Result<()> {
        let Some(wecom) = &self.wecom else { return Ok(()) };
        if wecom.calls.is_empty() && self.rules != Some(0) {
            return output.sentence(&Bench::NotCalled);
        }
        for (method, calls) in wecom.calls.iter().filter(|(_, calls)| !calls.all_taken()) {
            let counts = [calls.taken, calls.refused, calls.failed, calls.spent, calls.unknown];
            let [taken, refused, failed, spent, unknown] = counts.map(|count| HumanCount(count).to_string());
            output.sentence(&Bench::Calls {
                method,
                taken: &taken,
                refused: &refused,
                failed: &failed,
                spent: &spent,
                unknown: &unknown,
            })?;
        }
        Ok(())
    }
}

/// Cells in columns: a name, and figures to the right.
fn line(cells: &[String]) -> String {
    let (name, figures) =
        cells.split_first().map_or(("", [].as_slice()), |(name, rest)| (name.as_str(), rest));
    let figures: String = figures.iter().map(|figure| right(figure, 10)).collect();
    format!("  {}{figures}", fit(name, 12))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands a second")]
fn rounded(figure: f64) -> u64 {
    figure.max(0.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::bench::ledger::Ledger;

    #[test]
    fn columns_stand_below_each_other_whatever_their_names_are() {
        let cells = |of: [&str; 3]| of.map(str::to_owned);
        assert_eq!(line(&cells(["", "p50", "p90"])), "                     p50       p90");
        assert_eq!(line(&cells(["ack", "0.4 ms", "88 ms"])), "  ack             0.4 ms     88 ms");
        assert_eq!(line(&cells(["应答", "0.4 ms", "88 ms"])), "  应答            0.4 ms     88 ms");
    }

    #[test]
    fn a_part_is_measured_against_its_bare_handler_and_tells_when_its_callbacks_were_used_up() {
        let asked = Asked {
            pace: Pace::FlatOut(Duration::from_secs(5)),
            seconds: 5,
            connections: 2,
            rules: Some(0),
            sealed: 100,
        };
        let ran = |acks, took| Ran { took: Duration::from_secs(took), acks, ack: None };
        let ledger = Ledger::new(100);
        (0..100).for_each(|number| ledger.due(number, 0));
        let part = Part::new(asked, &ran(100, 2), ledger.sum(), None).beside(&ran(400, 4));
        assert_eq!((part.acks_a_second, part.ratio, part.used_up), (50.0, Some(0.5), true));
        let slow = Part::new(asked, &ran(100, 5), ledger.sum(), None).beside(&ran(0, 4));
        assert_eq!((slow.ratio, slow.used_up), (None, false));
    }

    #[test]
    fn this_machine_has_a_processor() {
        let machine = Machine::this();
        assert!(machine.processors >= 1 && !machine.os.is_empty());
        if cfg!(target_os = "linux") {
            assert!(machine.memory_bytes.unwrap() > 1 << 26, "{machine:?}");
        }
    }
}
