//! `rules backtest`: what other rules would have made of the events of the record.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use serde_json::{Value, json};

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
    language::{Language, Sentence as _},
    rules::{
        Earlier, Ruleset,
        trial::{Backtest, Given, Judged, Situation, Sum},
    },
    store::{EventFilter, RecordedEvent, Store},
};
use wecom_core::event::Event;

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

/// So many versions of the rules are kept, compared with the file; events come by time, and so by version.
const VERSIONS_MAX: usize = 8;

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
    let mut versions = Versions { tried, compared: BTreeMap::new(), language };
    let mut left = filter.limit.unwrap_or(u32::MAX);
    let mut progress = Progress::beside(output, None, Record::LookedAt.to(language));
    loop {
        filter.limit = Some(left.min(PAGE));
        let page = store.recorded(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.before_id = Some(last.summary.id);
        left = left.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
        for event in page {
            let judged = versions.judge(store, &event).await?;
            sum.add(&judged);
            if output.is_json() {
                output.document(&line(&event, &judged))?;
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

/// The versions of the rules by which events were planned, each held against the rules that are tried.
struct Versions<'r> {
    tried: &'r Ruleset,
    /// By version; 0 is for events that were never planned, or were planned without rules.
    compared: BTreeMap<i64, Backtest<'r>>,
    language: Language,
}

impl<'r> Versions<'r> {
    async fn get(&mut self, store: &Store, version: i64) -> anyhow::Result<&Backtest<'r>> {
        if !self.compared.contains_key(&version) {
            if self.compared.len() >= VERSIONS_MAX {
                self.compared.pop_last();
            }
            let stored = if version == 0 { None } else { store.rules(version).await? };
            let cannot = || Rules::Unusable { version }.to(self.language);
            let was = stored.map(|stored| Ruleset::stored(&stored.document, version)).transpose();
            let was = was.with_context(cannot)?;
            let backtest = Backtest::new(was, self.tried).with_context(cannot)?;
            self.compared.insert(version, backtest);
        }
        Ok(&self.compared[&version])
    }

    async fn judge(&mut self, store: &Store, event: &RecordedEvent) -> anyhow::Result<Judged> {
        // Without a version the event was never planned, or there were no rules then.
        let backtest = self.get(store, event.ruleset_version.unwrap_or(0)).await?;
        let mut case = Situation::of(Event::from_payload(&event.payload.0));
        case.app.clone_from(&event.summary.app);
        case.happened_at_ms = event.summary.happened_at_ms;
        if let Some(corp_id) = &event.summary.corp_id {
            case.corp_id.clone_from(corp_id);
        }
        case.earlier = Given::Is(Box::new(Earlier {
            by_employee: event.earlier_by_employee,
            by_company: event.earlier_by_company,
        }));
        Ok(backtest.judge(&case, &event.rules))
    }
}

/// An event as a line of JSON.
fn line(event: &RecordedEvent, judged: &Judged) -> Value {
    let summary = &event.summary;
    json!({
        "event_id": summary.id,
        "app": summary.app,
        "change": summary.change,
        "user_id": summary.user_id,
        "external_user_id": summary.external_user_id,
        "state": summary.state,
        "happened_at_ms": summary.happened_at_ms,
        "version": event.ruleset_version,
        "verdict": judged.verdict,
        "changes": judged.changes,
        "depends": judged.depends,
        "rules": { "was": judged.was, "would": judged.would, "may": judged.may },
    })
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
    for change in &judged.changes {
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
