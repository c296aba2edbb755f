//! The verdicts of a rule set as trials take them, with the look-ups on which each rule stood or fell.

use serde_json::Value as Json;

use super::{
    super::{Facts, Known, Ruleset, Verdict},
    read::to_json,
};

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) rule: String,
    pub(super) matched: bool,
    pub(super) reason: Option<String>,
    /// `customer`, `employee`, `earlier`.
    pub(super) lookups: Vec<&'static str>,
}

/// What becomes of each rule, in the order in which they are looked at.
pub(super) fn seen(set: &Ruleset, facts: &Facts<'_>) -> Vec<Seen> {
    let unasked =
        Facts { customer: Known::NotAsked, employee: Known::NotAsked, earlier: Known::NotAsked, ..*facts };
    let asks = conditions(set.document());
    let before = set.verdicts(&unasked);
    let after = set.verdicts(facts);
    let told = after.into_iter().zip(before).map(|(after, before)| {
        // A verdict that is the same with nothing looked up did not wait for a look-up.
        let waited = before.matched != after.matched;
        let Verdict { rule, matched, .. } = after;
        let asked = asks.iter().find(|(name, _)| *name == rule).filter(|_| waited);
        let lookups = asked.map(|(_, lookups)| lookups.clone()).unwrap_or_default();
        Seen { rule, matched: matched.is_ok(), reason: matched.err(), lookups }
    });
    told.collect()
}

/// For each rule of a document, the look-ups that its conditions need.
fn conditions(document: &str) -> Vec<(String, Vec<&'static str>)> {
    let Ok(json) = to_json(document) else { return Vec::new() };
    let rules = json["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
    rules
        .iter()
        .filter_map(|rule| {
            let mut lookups = Vec::new();
            gather(&rule["when"], &mut lookups);
            Some((rule["name"].as_str()?.to_owned(), lookups))
        })
        .collect()
}

/// The keys of a `when` that need a look-up, whatever they stand under.
fn gather(when: &Json, into: &mut Vec<&'static str>) {
    match when {
        Json::Object(map) => {
            for (key, value) in map {
                let lookup = match key.as_str() {
                    "department" => "employee",
                    "add_way" | "customer" | "tagged" => "customer",
                    "returning" => "earlier",
                    "any" | "all" | "not" => {
                        gather(value, into);
                        continue;
                    }
                    _ => continue,
                };
                if !into.contains(&lookup) {
                    into.push(lookup);
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| gather(item, into)),
        _ => {}
    }
}
