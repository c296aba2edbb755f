//! What became of each rule for one event, and why, in words that an operator understands.

use serde::Serialize;

use crate::rules::{
    Facts, Needs, Ruleset,
    facts::change::{Change, Changes},
    file::model::Rule,
    plan::matching::{Decision, OnLookupFailure},
    when::{
        condition::{Condition, Moment, Unasked},
        truth::Truth,
        why,
    },
};

/// What became of one rule for one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The rule's name.
    pub rule: String,
    /// Whether it matched.
    pub matched: bool,
    /// Whether that cannot be told before something has been looked up; then `matched` is false.
    pub open: bool,
    /// Why it did not match: everything that was against it. For one that matched, what the look-ups found, if it
    /// needed any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// On which look-ups it stood or fell: `customer`, `employee`, `earlier`. None where what is free had decided it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lookups: Vec<&'static str>,
}

/// What stands above a rule and says `stop`.
enum Stop<'r> {
    Nothing,
    /// It stops, if it matches.
    Open(&'r str),
    Matched(&'r str),
}

/// See [`Ruleset::verdicts`].
pub(crate) fn verdicts(set: &Ruleset, facts: &Facts<'_>) -> Vec<Verdict> {
    let moment = Moment::new(set, facts, Unasked::Open);
    let mut stop = Stop::Nothing;
    let mut verdicts = Vec::with_capacity(set.rules.len());
    for rule in &set.rules {
        let verdict = match stop {
            Stop::Matched(above) => {
                passed(rule, format!("the rule `{above}` above it matched and says `stop`"))
            }
            Stop::Nothing => verdict(rule, facts, &moment),
            Stop::Open(above) => match verdict(rule, facts, &moment) {
                Verdict { matched: true, lookups, .. } => {
                    let reason = format!(
                        "open: it matches unless the rule `{above}` above it does, which says `stop`"
                    );
                    Verdict {
                        matched: false,
                        open: true,
                        reason: Some(reason),
                        lookups,
                        ..passed(rule, String::new())
                    }
                }
                verdict => verdict,
            },
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

fn passed(rule: &Rule, reason: String) -> Verdict {
    let rule = rule.name.clone();
    Verdict { rule, matched: false, open: false, reason: Some(reason), lookups: Vec::new() }
}

fn verdict(rule: &Rule, facts: &Facts<'_>, moment: &Moment<'_>) -> Verdict {
    if let Some(reason) = not_looked_at(rule, facts) {
        return passed(rule, reason);
    }
    let decision = rule.decide(moment);
    let lookups = rule.when.as_ref().map_or_else(Needs::default, |when| when.stands_on(moment)).names();
    let reason = rule.when.as_ref().and_then(|when| match (when.holds(moment), decision) {
        (Truth::Yes, _) => when.findings(moment),
        (Truth::No, _) => Some(when.why_not(moment)),
        (Truth::Open, _) => Some(format!("open: {}", missing(when, moment, Truth::Open))),
        (Truth::Unknown, _) => {
            let says = match rule.on_lookup_failure {
                OnLookupFailure::Skip => "skip",
                OnLookupFailure::Match => "match",
            };
            let missing = missing(when, moment, Truth::Unknown);
            Some(format!("unknown: {missing}, and the rule says on_lookup_failure: {says}"))
        }
    });
    let (matched, open) = (decision == Decision::Matches, decision == Decision::Open);
    Verdict { rule: rule.name.clone(), matched, open, reason, lookups }
}

/// Why a rule is not even held against the event.
fn not_looked_at(rule: &Rule, facts: &Facts<'_>) -> Option<String> {
    if !rule.enabled {
        return Some("it is not enabled".to_owned());
    }
    let change = Changes::of_event(facts.event);
    if !change.is_some_and(|change| rule.on.has(change)) {
        let on = rule.on.names().join(", ");
        let word = facts.event.change();
        // Of two families with that word, or two details of one, this is the other.
        let is = change.filter(|_| word.and_then(Changes::of).is_some_and(|all| rule.on.has(all)));
        let is = is.and_then(|is| is.iter().next()).map(Change::in_full);
        return Some(match is.or(word) {
            Some(change) => format!("it is on {on}, and this is `{change}`"),
            None => format!("it is on {on}, and this event has no ChangeType"),
        });
    }
    let apps = &rule.apps;
    (!apps.is_empty() && !apps.iter().any(|own| own == facts.app))
        .then(|| format!("it is for {}, and this came to `{}`", apps.join(", "), facts.app))
}

/// Who or what is missing, and for which conditions.
fn missing(when: &Condition, moment: &Moment<'_>, how: Truth) -> String {
    let mut undecided = Vec::new();
    when.undecided(moment, how, &mut undecided);
    let verb = if how == Truth::Open { "has not been" } else { "could not be" };
    let mut sentences = Vec::new();
    if moment.customer.get().is_some() {
        // The customer was found, and what is asked for is not in the answer.
        undecided.retain(|(asks, key)| {
            if asks.customer {
                sentences.push(why::not_told(key));
            }
            !asks.customer
        });
    }
    for (is, who) in [
        (Needs { customer: true, ..Needs::default() }, "the customer, who"),
        (Needs { employee: true, ..Needs::default() }, "the employee, who"),
        (Needs { earlier: true, ..Needs::default() }, "the record of earlier adds, which"),
    ] {
        let keys: Vec<String> =
            undecided.iter().filter(|(asks, _)| *asks == is).map(|(_, key)| format!("`{key}`")).collect();
        let needs = if keys.len() == 1 { "needs" } else { "need" };
        if !keys.is_empty() {
            sentences.push(format!("{} {needs} {who} {verb} looked up", keys.join(" and ")));
        }
    }
    sentences.join("; ")
}
