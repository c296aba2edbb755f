//! Verdicts: what became of each rule for one event, and why, in words that an operator understands.

use serde::Serialize;

use super::{matching::Decision, ruleset::Ruleset, words::Passed};
use crate::language::{Language, Sentence as _};
use crate::rules::{
    facts::{
        Facts, Needs,
        change::{Change, Changes},
    },
    file::model::Rule,
    when::{
        evidence::{Evidence, Unasked},
        read::OnLookupFailure,
        truth::Truth,
    },
};

/// What became of one rule for one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The name of the rule.
    pub rule: String,
    pub matched: bool,
    /// Whether something has to be looked up before it is decided; then `matched` is false.
    pub open: bool,
    /// Why it did not match, with every condition that was against it. For one that matched, what the look-ups found that
    /// it needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The look-ups on which it stood or fell: `customer`, `employee`, `earlier`. None where conditions without a look-up
    /// decided it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lookups: Vec<&'static str>,
}

/// Whether a rule above says `stop`.
enum Stop<'r> {
    Nothing,
    /// This one does, if it matches.
    Open(&'r str),
    Matched(&'r str),
}

impl Ruleset {
    /// For each rule, in the order in which they are looked at, whether it matches this event or why it does not.
    pub fn verdicts(&self, facts: &Facts<'_>) -> Vec<Verdict> {
        self.verdicts_in(facts, Language::En)
    }

    /// The same, with the reasons in that language.
    pub fn verdicts_in(&self, facts: &Facts<'_>, language: Language) -> Vec<Verdict> {
        let evidence = Evidence::new(&self.interned, facts, Unasked::Open);
        let mut stop = Stop::Nothing;
        let mut verdicts = Vec::with_capacity(self.rules.len());
        for rule in &self.rules {
            let verdict = match stop {
                Stop::Matched(above) => passed(rule, Passed::BelowStop { above }.to(language)),
                Stop::Nothing => verdict(rule, facts, &evidence, language),
                Stop::Open(above) => {
                    below_an_open_stop(rule, above, verdict(rule, facts, &evidence, language), language)
                }
            };
            match (&stop, rule.stop) {
                (Stop::Nothing, true) if verdict.open => stop = Stop::Open(&rule.name),
                (Stop::Nothing, true) if verdict.matched => stop = Stop::Matched(&rule.name),
                _ => {}
            }
            verdicts.push(verdict);
        }
        verdicts
    }
}

/// The verdict on a rule below one that is open and says `stop`: a match is open as well.
fn below_an_open_stop(rule: &Rule, above: &str, verdict: Verdict, language: Language) -> Verdict {
    if !verdict.matched {
        return verdict;
    }
    let reason = Passed::BelowOpenStop { above }.to(language);
    Verdict { open: true, lookups: verdict.lookups, ..passed(rule, reason) }
}

fn passed(rule: &Rule, reason: String) -> Verdict {
    let rule = rule.name.clone();
    Verdict { rule, matched: false, open: false, reason: Some(reason), lookups: Vec::new() }
}

fn verdict(rule: &Rule, facts: &Facts<'_>, evidence: &Evidence<'_>, language: Language) -> Verdict {
    if let Some(reason) = not_looked_at(rule, facts, language) {
        return passed(rule, reason);
    }
    let decision = rule.decide(evidence);
    let lookups = rule.when.as_ref().map_or_else(Needs::default, |when| when.stands_on(evidence)).names();
    let reason = rule.when.as_ref().and_then(|when| match (when.holds(evidence), decision) {
        (Truth::Yes, _) => when.findings(evidence, language),
        (Truth::No, _) => Some(when.why_not(evidence, language)),
        (Truth::Open, _) => {
            let missing = &when.missing(evidence, Truth::Open, language);
            Some(Passed::Open { missing }.to(language))
        }
        (Truth::Unknown, _) => {
            let on_failure = match rule.on_lookup_failure {
                OnLookupFailure::Skip => "skip",
                OnLookupFailure::Match => "match",
            };
            let missing = &when.missing(evidence, Truth::Unknown, language);
            Some(Passed::Unknown { missing, on_failure }.to(language))
        }
    });
    let (matched, open) = (decision == Decision::Matches, decision == Decision::Open);
    Verdict { rule: rule.name.clone(), matched, open, reason, lookups }
}

/// Why the event is not even held against the rule's conditions.
fn not_looked_at(rule: &Rule, facts: &Facts<'_>, language: Language) -> Option<String> {
    if !rule.enabled {
        return Some(Passed::NotEnabled.to(language));
    }
    let change = Changes::of_event(facts.event);
    if !rule.on.has(change) {
        let word = facts.event.change();
        // Where the rule is on another change of the same word, only the full name shows the difference.
        let is_shared = word.and_then(Changes::of).is_some_and(|all| rule.on.has(all));
        let is = word.filter(|_| !is_shared).or_else(|| change.iter().next().map(Change::in_full));
        let (on, is) = (&rule.on.names(), is.unwrap_or_default());
        return Some(Passed::OnOthers { on, is }.to(language));
    }
    let apps = &rule.apps;
    (!apps.is_empty() && !apps.iter().any(|own| own == facts.app))
        .then(|| Passed::ForOthers { apps, app: facts.app }.to(language))
}
