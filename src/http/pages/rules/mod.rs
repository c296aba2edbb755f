//! `/rules`: the rules in the order in which they are asked, and the whole file to be changed, tried and published.

mod endings;
mod fields;
pub(super) mod files;
mod filled;
mod judged;
mod phone;
pub(super) mod rule;
pub(super) mod tags;
mod tried;
mod typed;
pub(super) mod versions;

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse};

use self::{
    tried::Trial,
    typed::{Do, Typed},
};
use super::{
    customers::percent,
    done::Done,
    filter::Given,
    frame::{Frame, html, see_other},
    views::{Count, EditorView, Headline, Mark, Place, RuleRow, RulesPage, Tone, TriedView},
    words::{
        form::FormWords,
        names,
        rules::{RuleWords, SayRules},
    },
};
use crate::{
    access::By,
    action::{Kind, Status},
    flow::publish::{
        serving,
        stored::{self, NOTE_CHARS_MAX},
    },
    http::{
        access::{Caller, Operator, Viewer},
        problem::Problem,
    },
    language::Sentence as _,
    rules::{Faults, OnlyByHand, RuleSummary, Ruleset, form::order},
    store::{FlagRecord, RuleHits, RulesetImport, RulesetVersion, Stale},
};

/// How far back hits are counted, as they are named in an address.
const HITS_SINCE: &str = "7d";

/// What a first file may begin with.
const EXAMPLE: (&str, &str) = (
    "rules:\n  - name: everyone\n    welcome:\n      text: \"{{ customer.name | default('朋友') }}，您好，很高兴认识您！\"\n",
    "rules:\n  - name: everyone\n    welcome:\n      text: \"Hello {{ customer.name | default('there') }}, nice to meet you!\"\n",
);

impl Frame {
    fn rule_words(&self) -> &'static RuleWords {
        RuleWords::of(self.language)
    }

    fn form_words(&self) -> &'static FormWords {
        FormWords::of(self.language)
    }

    fn say_rules(&self, say: SayRules<'_>) -> String {
        say.to(self.language)
    }
}

/// The page.
pub(super) async fn list(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let in_force = frame.store().active_rules().await?;
    let query = request.query_string();
    let given = Given::of(query);
    let mut trial = Trial::of(&frame, in_force.as_ref());
    // Without a number the newest add is meant.
    let asked = query.split('&').any(|pair| pair.starts_with("explain="));
    let event = asked.then(|| given.get("explain").unwrap_or_default());
    if let (Some(event), Some(stored)) = (event, &in_force) {
        let ruleset = Ruleset::stored(&stored.document, stored.version);
        trial.explain(&ruleset, &stored.document, event).await?;
    }
    let yaml = in_force.as_ref().map_or_else(|| example(&frame), |stored| stored.document.clone());
    let editor = editor(in_force.as_ref(), "", event.unwrap_or_default(), false);
    html(&page(&frame, in_force.as_ref(), trial.done(), yaml, editor).await?)
}

/// Checks, tries, explains or publishes what was typed.
pub(super) async fn act(
    caller: Caller<Operator>,
    frame: Frame,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let in_force = frame.store().active_rules().await?;
    let seen = typed.version()?;
    let base = if seen == 0 { None } else { frame.store().rules(seen).await? };
    let yaml = endings::restored(base.as_ref().map_or("", |base| &base.document), typed.get("yaml"));
    let act = typed.act();
    let Ok(changed) = ordered(&act, &yaml) else {
        let mut trial = Trial::of(&frame, in_force.as_ref());
        trial.refuse(frame.say_rules(SayRules::OrderOnlyInYaml));
        let editor = EditorView {
            version: seen,
            ..editor(in_force.as_ref(), typed.line("note"), typed.line("event"), true)
        };
        return html(&page(&frame, in_force.as_ref(), trial.done(), yaml, editor).await?);
    };
    let yaml = changed.unwrap_or(yaml);
    let attempt = Attempt { act, yaml: &yaml, seen, typed: &typed };
    let trial = match attempt.make(&frame, in_force.as_ref(), &caller.by()).await? {
        Ok(done) => return Ok(see_other(&done.on("/rules"))),
        Err(trial) => trial,
    };
    let editor = EditorView {
        version: seen,
        ..editor(in_force.as_ref(), typed.line("note"), typed.line("event"), true)
    };
    html(&page(&frame, in_force.as_ref(), trial, yaml, editor).await?)
}

/// The file with its rules in another order, where that is what was asked for; `None`: as it is.
fn ordered(act: &Do, yaml: &str) -> Result<Option<String>, OnlyByHand> {
    match act {
        Do::Move(name, way) => order::moved(yaml, name, *way),
        Do::Delete(name) => order::without(yaml, name).map(Some),
        _ => Ok(None),
    }
}

/// Rules that somebody has typed, and what is to be done with them.
struct Attempt<'a> {
    act: Do,
    yaml: &'a str,
    seen: i64,
    typed: &'a Typed,
}

impl Attempt<'_> {
    /// Does it; what is to be said about it, where the page stays.
    async fn make(
        &self,
        frame: &Frame,
        in_force: Option<&RulesetVersion>,
        by: &By,
    ) -> Result<Result<Done, TriedView>, Problem> {
        let mut trial = Trial::of(frame, in_force);
        match self.act {
            // Another order is held against the one in force, as everything else is.
            Do::Check | Do::Move(..) | Do::Delete(_) | Do::Arrange(_) => trial.check(self.yaml).await?,
            Do::Backtest => trial.backtest(self.yaml).await?,
            Do::Explain => {
                let ruleset = Ruleset::compile(self.yaml, 0);
                trial.explain(&ruleset, self.yaml, self.typed.line("event")).await?;
            }
            Do::Publish => match self.publish(frame, by).await? {
                Ok(RulesetImport::New { version }) => return Ok(Ok(Done::Published(version))),
                Ok(RulesetImport::Unchanged { .. }) => return Ok(Ok(Done::InForceAlready)),
                Err(Refused::Faults(faults)) => trial.faults(&faults, self.yaml),
                Err(Refused::Note) => {
                    trial.refuse(frame.say_rules(SayRules::NoteTooLong { max: NOTE_CHARS_MAX }));
                }
                Err(Refused::Stale(Stale { version })) => trial.stale(self.seen, version).await?,
            },
        }
        Ok(Err(trial.done()))
    }

    async fn publish(&self, frame: &Frame, by: &By) -> Result<Result<RulesetImport, Refused>, Problem> {
        let store = frame.store();
        let note = Some(self.typed.line("note")).filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX) {
            return Ok(Err(Refused::Note));
        }
        let seen = self.typed.over().unwrap_or(self.seen);
        let version = store.active_version().await?.unwrap_or(0);
        let known = match stored::check(store, self.yaml, version, &by.who).await? {
            Ok(known) => known,
            Err(faults) => return Ok(Err(Refused::Faults(faults))),
        };
        serving::ready(frame.context(), &known.files).await?;
        let now_ms = frame.times.now_ms;
        let imported = store.import_rules_by(self.yaml, &known.files, (note, Some(seen)), by, now_ms).await?;
        Ok(imported.map_err(Refused::Stale))
    }
}

/// Why rules were not put in force.
enum Refused {
    Faults(Faults),
    Note,
    Stale(Stale),
}

fn example(frame: &Frame) -> String {
    let (zh, en) = EXAMPLE;
    match frame.language {
        crate::language::Language::Zh => zh,
        crate::language::Language::En => en,
    }
    .to_owned()
}

fn editor(in_force: Option<&RulesetVersion>, note: &str, event: &str, kept: bool) -> EditorView {
    EditorView {
        action: "/rules".to_owned(),
        version: in_force.map_or(0, |stored| stored.version),
        note: note.to_owned(),
        event: event.to_owned(),
        kept,
    }
}

async fn page(
    frame: &Frame,
    in_force: Option<&RulesetVersion>,
    tried: TriedView,
    yaml: String,
    editor: EditorView,
) -> Result<RulesPage, Problem> {
    let mut page = RulesPage {
        w: frame.words,
        r: frame.rule_words(),
        shell: frame.shell(Some(Place::Rules)),
        headline: Headline { tone: Tone::Wait, text: frame.say_rules(SayRules::NoRules), more: None },
        note: None,
        rows: Vec::new(),
        yaml,
        editor,
        tried,
        may_publish: frame.may_operate(),
    };
    // What was typed is listed as it would be asked, unless it has a fault.
    let typed = page.editor.kept.then(|| Ruleset::compile(&page.yaml, 0).ok()).flatten();
    let Some(stored) = in_force else {
        if let Some(ruleset) = &typed {
            page.rows = rows(frame, ruleset, &[], &BTreeMap::new(), "");
        }
        return Ok(page);
    };
    let newest = frame.store().ruleset_history(1).await?;
    let of_it = newest.first().filter(|newest| newest.version == stored.version);
    page.note = of_it.map(|newest| versions::note(frame, newest)).filter(|note| !note.is_empty());
    let ruleset = match Ruleset::stored(&stored.document, stored.version) {
        Ok(ruleset) => ruleset,
        Err(faults) => {
            // The database holds what this program cannot use: whoever opens the page is told first.
            let mut trial = Trial::of(frame, in_force);
            trial.faults(&faults, &stored.document);
            let text = frame.say_rules(SayRules::Unusable { version: stored.version });
            page.headline = Headline { tone: Tone::Bad, text, more: None };
            page.tried = trial.done();
            return Ok(page);
        }
    };
    let store = frame.store();
    let since_ms = frame.times.parse(HITS_SINCE).unwrap_or(frame.times.now_ms);
    let (flags, hits) = (store.rule_flags(stored.version).await?, store.rule_hits(since_ms).await?);
    let in_order = rows(frame, &ruleset, &flags, &hits, &stored.document);
    let (rules, flagged) = (in_order.len(), in_order.iter().filter(|row| !row.flags.is_empty()).count());
    page.rows = match &typed {
        Some(typed) => rows(frame, typed, &flags, &hits, &stored.document),
        None => in_order,
    };
    let at = frame.times.instant(stored.imported_at_ms).short;
    page.headline = Headline {
        tone: if flagged > 0 { Tone::Bad } else { Tone::Good },
        text: frame.say_rules(SayRules::InForce { version: stored.version, rules, flagged }),
        more: Some(frame.say_rules(SayRules::Since { at: &at, by: stored.imported_by.as_deref() })),
    };
    Ok(page)
}

fn rows(
    frame: &Frame,
    ruleset: &Ruleset,
    flags: &[FlagRecord],
    hits: &BTreeMap<String, RuleHits>,
    in_force: &str,
) -> Vec<RuleRow> {
    let known = order::names(in_force);
    let count = ruleset.rules().count();
    let none = RuleHits::default();
    let rules = ruleset.rules_in(frame.language).enumerate();
    rules
        .map(|(at, rule)| {
            let hits = hits.get(&rule.name).unwrap_or(&none);
            let flags = flags.iter().filter(|flag| flag.rule == rule.name);
            RuleRow {
                number: at + 1,
                href: known.contains(&rule.name).then(|| address(&rule.name)),
                copy: known.contains(&rule.name).then(|| format!("/rules/new?copy={}", percent(&rule.name))),
                is_first: at == 0,
                is_last: at + 1 == count,
                enabled: rule.enabled,
                meant_for: meant_for(frame, &rule),
                hits: Count(hits.events).to_string(),
                hits_href: Given::default().href(
                    "/events",
                    &[],
                    &[("rule", &rule.name), ("since", HITS_SINCE)],
                ),
                welcomes: welcomes(frame, hits),
                last: hits.last_at_ms.map(|at_ms| frame.times.instant(at_ms)),
                flags: flags.map(|flag| shown_flag(frame, flag)).collect(),
                does: rule.does,
                name: rule.name,
            }
        })
        .collect()
}

/// Where a rule's form is. Names that are paths of ours already are reached by another.
pub(super) fn address(name: &str) -> String {
    let below = if ["new", "versions", "tags", "files"].contains(&name) { "named/" } else { "" };
    format!("/rules/{below}{}", percent(name))
}

/// The changes and apps that a rule is for, in people's words. Those of a rule that names none are one thing to people.
fn meant_for(frame: &Frame, rule: &RuleSummary) -> Vec<String> {
    let called = |change: &str| {
        let known = names::changes(frame.language).find(|(name, _)| *name == change);
        known.map_or(change, |(_, called)| called).to_owned()
    };
    let mut all: Vec<String> = if names::greets_everybody(&rule.on) {
        vec![frame.rule_words().every_add.to_owned()]
    } else {
        rule.on.iter().map(|change| called(change)).collect()
    };
    all.extend(rule.apps.iter().map(|app| format!("{} {app}", frame.words.app)));
    all
}

fn welcomes(frame: &Frame, hits: &RuleHits) -> Vec<(Mark, String)> {
    let counted = Status::ALL.into_iter().map(|status| (status, hits.count(Kind::Welcome, status)));
    let some = counted.filter(|(_, count)| *count > 0);
    some.map(|(status, count)| (names::status(status, frame.language), Count(count).to_string())).collect()
}

fn shown_flag(frame: &Frame, flag: &FlagRecord) -> String {
    frame.say_rules(SayRules::Flag {
        kind: names::kind(flag.kind, frame.language),
        reason: flag.code.sentence(frame.language),
        count: flag.count,
        at: &frame.times.instant(flag.last_at_ms).short,
    })
}
