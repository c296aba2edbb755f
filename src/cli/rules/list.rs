//! `rules list`: the rules in force, how often each was used and how it went, and what has shown itself to be wrong
//! with them.

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::Context as _;

use super::super::{
    output::{Column, Output, clean},
    setup::Setup,
    when::When,
    words::{
        record,
        rules::{Heading, Rules},
    },
};
use crate::{
    action::{Kind, Status},
    language::{Language, Sentence as _},
    rules::{RuleSummary, Ruleset, Use},
    store::{FlagRecord, RuleHits, RulesetVersion, Store},
};

pub(super) const EXAMPLES: &str = "\
Rules stand in the order in which they are looked at. Counted are the events since --since that a rule
had a part in, whatever its version then; how many of its welcomes were sent, of how many; and what
expired or failed of all that it asked for.

Examples:
  wecom-greeter rules list
  wecom-greeter rules list --since 2h
  wecom-greeter rules list --output json | jq .name";

/// What the record has of the rules.
struct Record {
    stored: RulesetVersion,
    flags: Vec<FlagRecord>,
    hits: BTreeMap<String, RuleHits>,
}

pub(super) async fn run(since: When, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let now_ms = setup.clock.now_ms();
    let zone = setup.zone()?;
    let since_ms = since.at_ms(now_ms, &zone);
    let store = setup.existing_store().await?;
    let record = read(&store, since_ms).await;
    store.close().await;
    let Some(Record { stored, flags, hits }) = record? else {
        if !output.is_json() {
            output.sentence(&Rules::NoneYet)?;
            output.flush()?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let ruleset = Ruleset::stored(&stored.document, stored.version)
        .with_context(|| Rules::Unusable { version: stored.version }.to(setup.language))?;
    let of =
        |rule: &RuleSummary| flags.iter().filter(|flag| flag.rule == rule.name).collect::<Vec<&FlagRecord>>();
    if output.is_json() {
        for rule in ruleset.rules() {
            let mut document = serde_json::to_value(&rule)?;
            document["version"] = stored.version.into();
            document["flags"] = serde_json::to_value(of(&rule))?;
            document["since_ms"] = since_ms.into();
            document["hits"] = serde_json::to_value(hits.get(&rule.name).cloned().unwrap_or_default())?;
            output.document(&document)?;
        }
        output.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    output.sentence(&Rules::Listed {
        version: stored.version,
        imported: &zone.instant(stored.imported_at_ms),
        note: stored.note.as_deref().map(clean).as_deref(),
        since: &zone.instant(since_ms),
    })?;
    let language = output.language();
    let media = ruleset.resources().media_ids;
    let unused = RuleHits::default();
    let rows = ruleset
        .rules_in(language)
        .map(|rule| row(&rule, &of(&rule), hits.get(&rule.name).unwrap_or(&unused), language))
        .collect();
    output.table(&columns(&headings(language)), rows)?;
    for flag in &flags {
        output.sentence(&Rules::Flagged {
            rule: &clean(&flag.rule),
            kind: flag.kind,
            count: flag.count,
            last: &zone.instant(flag.last_at_ms),
            reason: &match language {
                Language::En => clean(&flag.reason),
                Language::Zh => flag.code.sentence(language).to_owned(),
            },
        })?;
        output.line(&to_do(flag, &media, language))?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn read(store: &Store, since_ms: i64) -> anyhow::Result<Option<Record>> {
    let Some(stored) = store.active_rules().await? else { return Ok(None) };
    let flags = store.rule_flags(stored.version).await?;
    let hits = store.rule_hits(since_ms).await?;
    Ok(Some(Record { stored, flags, hits }))
}

/// What `list` shows of a rule.
fn headings(language: Language) -> [String; 8] {
    [
        Heading::Priority,
        Heading::Rule,
        Heading::Apps,
        Heading::Does,
        Heading::Events,
        Heading::Welcomed,
        Heading::NotDone,
        Heading::Wrong,
    ]
    .map(|heading| Rules::Heading(heading).to(language))
}

fn columns([priority, rule, apps, does, events, welcomed, not_done, wrong]: &[String; 8]) -> [Column<'_>; 8] {
    [
        Column::whole(priority),
        Column::wraps(rule),
        Column::whole(apps).leaves(1),
        Column::wraps(does),
        Column::whole(events),
        Column::whole(welcomed),
        Column::whole(not_done),
        Column::whole(wrong),
    ]
}

fn row(rule: &RuleSummary, flags: &[&FlagRecord], hits: &RuleHits, language: Language) -> Vec<String> {
    let apps =
        if rule.apps.is_empty() { Rules::AllApps.to(language) } else { rule.apps.join(between(language)) };
    let does =
        if rule.enabled { rule.does.clone() } else { Rules::NotEnabled { does: &rule.does }.to(language) };
    let wrong = match flags {
        [] => "-".to_owned(),
        flags => {
            let kinds = flags.iter().map(|flag| record::Record::Kind(flag.kind).to(language));
            kinds.collect::<Vec<_>>().join(between(language))
        }
    };
    let welcomed = match hits.all(Kind::Welcome) {
        0 => "-".to_owned(),
        all => Rules::WelcomedOf { done: hits.count(Kind::Welcome, Status::Done), all }.to(language),
    };
    vec![
        rule.priority.to_string(),
        clean(&rule.name),
        clean(&apps),
        does,
        hits.events.to_string(),
        welcomed,
        not_done(hits, language),
        wrong,
    ]
}

/// What stands between the items of a cell.
fn between(language: Language) -> &'static str {
    match language {
        Language::En => ", ",
        Language::Zh => "、",
    }
}

/// What expired or failed, by kind.
fn not_done(hits: &RuleHits, language: Language) -> String {
    let ended =
        |kind: Kind| [Status::Expired, Status::Failed].map(|status| hits.count(kind, status)).iter().sum();
    let bad: Vec<String> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, ended(kind)))
        .filter(|(_, count): &(Kind, i64)| *count > 0)
        .map(|(kind, count)| Rules::KindCount { kind, count }.to(language))
        .collect();
    if bad.is_empty() { "-".to_owned() } else { bad.join(between(language)) }
}

/// How to mend what WeCom refused. A flag is of one version of the rules, and is gone with the next. `media`: the ids
/// that are written out in the rules.
fn to_do(flag: &FlagRecord, media: &[Use<String>], language: Language) -> String {
    if flag.kind != Kind::Welcome {
        return Rules::Mend(flag.kind).to(language);
    }
    let written: Vec<String> = media
        .iter()
        .filter(|id| id.rule == flag.rule)
        .map(|id| Rules::Media { id: &clean(&id.named), line: id.line }.to(language))
        .collect();
    Rules::MendWelcome { media: &written }.to(language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::ReasonCode;

    #[test]
    fn a_media_id_that_is_written_out_is_named() {
        let flag = |kind| FlagRecord {
            rule: "spring".into(),
            ruleset_version: 1,
            kind,
            code: ReasonCode::MediaRefused,
            reason: "WeCom refused a media id".into(),
            first_at_ms: 1,
            last_at_ms: 1,
            count: 1,
        };
        let used = |rule: &str, id: &str, line| Use { named: id.into(), rule: rule.into(), line, column: 9 };
        let media = [used("spring", "3aBc", 4), used("summer", "9xYz", 12), used("spring", "7uVw", 6)];
        let advice = to_do(&flag(Kind::Welcome), &media, Language::En);
        assert!(advice.contains("(3aBc in line 4, 7uVw in line 6)"), "{advice}");
        let advice = to_do(&flag(Kind::Welcome), &media[1..2], Language::En);
        assert!(!advice.contains("media ids"), "{advice}");
        assert!(to_do(&flag(Kind::Tag), &media, Language::En).contains("make the tag in the console"));
    }
}
