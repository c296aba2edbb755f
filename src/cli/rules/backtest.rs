//! `rules backtest`: what other rules would have made of the events of the record.

use std::{path::PathBuf, process::ExitCode};

use serde_json::json;

use super::{
    super::{
        failure::FAILED,
        filters::Which,
        output::{Output, clean, or_dash},
        progress::Progress,
        setup::Setup,
        when::Zone,
        words::{record::Record, rules::Rules},
    },
    print_faults, read,
};
use crate::{
    flow::trying::{self, Backtests, judged_to_json},
    language::{Language, Sentence as _},
    rules::{
        Ruleset,
        trial::{Judged, Sum},
    },
    store::{EventFilter, RecordedEvent, Store},
};

pub(super) const EXAMPLES: &str = "\
Each event of the record is held against the file and against the rules it was planned by; told is what
would be otherwise, the newest first. WeCom is not called: where a rule depends on who the customer is,
that is said and counted apart, and texts show ‹name› for what they ask for.

Examples:
  wecom-greeter rules backtest --since 7d new.yaml
  wecom-greeter rules backtest --since 2026-03-01 --until 2026-03-08 --state spring-2026 new.yaml
  wecom-greeter rules backtest --since 1d new.yaml --output json | tail -n 1";

/// How far back where nobody says.
const SINCE_MS: i64 = 7 * 86_400_000;

/// Events are read in pages of some hundred kilobytes.
const PAGE: u32 = 200;

/// So many differences are shown to a person; the sum counts them all, and JSON has them all.
const SHOWN_MAX: u64 = 200;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Options {
    /// The rules that are tried, YAML or JSON; - for stdin
    file: PathBuf,
    #[command(flatten)]
    which: Which,
    /// How many events at most, the newest; all if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let document = read(&options.file, setup.language)?;
    let tried = match Ruleset::compile(&document, 0) {
        Ok(tried) => tried,
        Err(faults) => {
            print_faults(&options.file, &faults, &mut output)?;
            output.flush()?;
            return Ok(ExitCode::from(FAILED));
        }
    };
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    let mut filter = options.which.events(None, options.limit, (now_ms, &zone))?;
    filter.since_ms.get_or_insert(now_ms.saturating_sub(SINCE_MS));
    let store = setup.existing_store().await?;
    let ended = backtest(&store, filter, &tried, &zone, &mut output).await;
    store.close().await;
    let sum = ended?;
    output.either(&json!({ "sum": sum }), || summed(&sum, setup.language))?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn backtest(
    store: &Store,
    mut filter: EventFilter,
    tried: &Ruleset,
    zone: &Zone,
    output: &mut Output,
) -> anyhow::Result<Sum> {
    let mut sum = Sum::default();
    let mut differing = 0;
    let language = output.language();
    let mut backtests = Backtests::new(tried);
    let mut left = filter.limit.unwrap_or(u32::MAX);
    let mut progress = Progress::beside(output, None, Record::LookedAt.to(language));
    loop {
        filter.limit = Some(left.min(PAGE));
        let page = store.recorded(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.before_id = Some(last.summary.id);
        left = left.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
        for event in page {
            let judged = backtests.judge(store, &event).await.map_err(|error| in_words(error, language))?;
            sum.add(&judged);
            if output.is_json() {
                output.document(&judged_to_json(&event, &judged))?;
            } else if judged.verdict != "same" {
                differing += 1;
                if differing <= SHOWN_MAX {
                    output.text(&shown(&event, &judged, zone, language))?;
                }
            }
            progress.add(1);
        }
        if left == 0 {
            break;
        }
    }
    progress.end();
    if differing > SHOWN_MAX && !output.is_json() {
        output.sentence(&Rules::MoreEvents { more: differing - SHOWN_MAX })?;
    }
    Ok(sum)
}

/// The error with what it says in the language of whoever reads it.
fn in_words(error: trying::Error, language: Language) -> anyhow::Error {
    match error {
        trying::Error::Store(error) => error.into(),
        trying::Error::Unusable { version, faults } => {
            anyhow::Error::new(faults).context(Rules::Unusable { version }.to(language))
        }
    }
}

/// An event as a person reads it.
fn shown(event: &RecordedEvent, judged: &Judged, zone: &Zone, language: Language) -> String {
    let summary = &event.summary;
    let what = summary.change.as_deref().filter(|change| !change.is_empty()).unwrap_or(&summary.event);
    let heading = Rules::Event {
        id: summary.id,
        when: &zone.instant(summary.happened_at_ms),
        what: &clean(what),
        customer: &or_dash(summary.external_user_id.as_deref()),
        employee: &or_dash(summary.user_id.as_deref()),
        state: &or_dash(summary.state.as_deref()),
    };
    let mut lines = vec![heading.to(language)];
    let [was, would, may] = [&judged.was, &judged.would, &judged.may]
        .map(|names| names.iter().map(|name| clean(name)).collect::<Vec<_>>());
    match judged.verdict {
        "unrecorded" => lines.push(Rules::NeverPlanned { would: &would, may: &may }.to(language)),
        _ if was != would || !may.is_empty() => {
            lines.push(Rules::RulesChange { was: &was, would: &would, may: &may }.to(language));
        }
        _ => {}
    }
    for change in judged.changes.iter().map(|change| change.in_language(language)) {
        lines.push(format!("  {}", Rules::Part { name: change.part }.to(language)));
        if !change.was.is_null() {
            lines.push(format!("    - {}", clean(&change.was.to_string())));
        }
        if !change.would.is_null() {
            lines.push(format!("    + {}", clean(&change.would.to_string())));
        }
    }
    if !judged.depends.is_empty() {
        let on: Vec<String> = judged.depends.iter().map(|name| Rules::Part { name }.to(language)).collect();
        lines.push(Rules::Depends { on: &on }.to(language));
    }
    lines.join("\n") + "\n\n"
}

fn summed(sum: &Sum, language: Language) -> String {
    let &Sum { events, same, changed, depends, unrecorded, .. } = sum;
    if events == 0 {
        return Rules::NoSuchEvents.to(language);
    }
    let mut lines = vec![Rules::Sum { events, same, changed, depends, unrecorded }.to(language)];
    if !sum.parts.is_empty() {
        let counted = |(name, count): (&&str, &u64)| format!("{} {count}", Rules::Part { name }.to(language));
        let parts: Vec<String> = sum.parts.iter().map(counted).collect();
        let (gained, lost) = (sum.welcomes_gained, sum.welcomes_lost);
        lines.push(Rules::SumOfParts { parts: &parts, gained, lost }.to(language));
    }
    for (name, used) in sum.rules.iter().filter(|(_, used)| used.was != used.would || used.may > 0) {
        let (rule, was, would, may) = (clean(name), used.was, used.would, used.may);
        lines.push(Rules::RuleUsed { rule: &rule, was, would, may }.to(language));
    }
    lines.join("\n")
}
