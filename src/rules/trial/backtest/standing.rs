//! The rules that match an event, or may, when the customer and the employee are not known; and whether rules of two rule
//! sets mean the same.
//!
//! What a rule does and what it asks is compared as it is written, except for comments, layout, the order of keys and lists
//! of one. Each such text gets a number once for both rule sets, so that an event only compares numbers.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::{
    super::read::to_json,
    part::{PARTS, Part},
};
use crate::action::Trigger;
use crate::rules::{
    document::fault::Faults,
    facts::{Facts, Needs, change::Changes},
    file::model::{Rule, Welcome},
    plan::{matching::Decision, ruleset::Ruleset},
    when::evidence::{Evidence, Unasked},
};

/// The number of a text: texts of the same meaning have the same.
type Meaning = u32;

/// Gives out the numbers.
#[derive(Default)]
pub(super) struct Meanings {
    seen: HashMap<String, Meaning>,
}

impl Meanings {
    fn of(&mut self, written: &Json) -> Meaning {
        let mut text = String::new();
        plain(written, &mut text);
        // Two files have far fewer parts than there are numbers.
        let next = Meaning::try_from(self.seen.len()).unwrap_or(Meaning::MAX);
        *self.seen.entry(text).or_insert(next)
    }
}

/// The value with its keys in order, a list of one as that one, and a number as the text that it is written as.
fn plain(value: &Json, into: &mut String) {
    match value {
        Json::Array(list) => match list.as_slice() {
            [only] if !only.is_null() => plain(only, into),
            items => {
                into.push('[');
                for item in items {
                    plain(item, into);
                    into.push(',');
                }
                into.push(']');
            }
        },
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            into.push('{');
            for (key, value) in entries {
                into.push_str(&Json::from(key.as_str()).to_string());
                into.push(':');
                plain(value, into);
                into.push(',');
            }
            into.push('}');
        }
        Json::Number(number) => into.push_str(&Json::from(number.to_string()).to_string()),
        Json::String(_) | Json::Bool(_) | Json::Null => into.push_str(&value.to_string()),
    }
}

/// One rule, in numbers.
#[derive(Debug)]
struct Content {
    /// What it does for each part; `None` for nothing.
    does: [Option<Meaning>; PARTS.len()],
    /// When it matches, and whether it stops the search then.
    asks: Meaning,
    stops: bool,
}

/// A rule set, prepared to be compared with another.
#[derive(Debug)]
pub(super) struct Contents {
    /// In the order in which the rules are looked at.
    rules: Vec<Content>,
}

/// A rule that matches an event, or may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stands {
    /// Its index in the rule set.
    pub(super) at: usize,
    /// Whether it matches whoever the customer and the employee are.
    pub(super) is_certain: bool,
}

/// A rule that supplies a part, or may, or may keep the rules below from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Supplier {
    /// Its index in the rule set.
    pub(super) at: usize,
    /// What it does; `None` where it can only keep the rules below from it.
    does: Option<Meaning>,
    /// The conditions on which that depends; `None` where it is certain.
    open: Option<Meaning>,
}

impl Supplier {
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(super) fn does_something(&self) -> bool {
        self.does.is_some()
    }

    /// Whether both come to the same, whoever the customer and the employee are.
    pub(super) fn means(&self, other: &Self) -> bool {
        (self.does, self.open) == (other.does, other.open)
    }
}

impl Contents {
    pub(super) fn of(set: &Ruleset, meanings: &mut Meanings) -> Result<Self, Faults> {
        // Before the first import there is no document.
        let json = if set.document().is_empty() { Json::Null } else { to_json(set.document())? };
        let written: HashMap<String, &Json> =
            json["rules"].as_array().into_iter().flatten().map(|rule| (name(rule), rule)).collect();
        let rules = set.rules.iter().map(|rule| {
            let written = written.get(&rule.name).copied().unwrap_or(&Json::Null);
            Content {
                does: PARTS.map(|part| does(part, rule, written).map(|does| meanings.of(&does))),
                asks: meanings.of(&asks(rule, written, &json["calendars"])),
                stops: rule.stop,
            }
        });
        Ok(Self { rules: rules.collect() })
    }

    /// The rules that supply a part, or may, in their order.
    pub(super) fn suppliers(&self, part: Part, stand: &[Stands]) -> Vec<Supplier> {
        let mut suppliers = Vec::new();
        for Stands { at, is_certain } in stand.iter().copied() {
            let content = &self.rules[at];
            let does = content.does[part.index()];
            // A rule that may stop the search has a part in everything below it.
            if does.is_some() || (content.stops && !is_certain) {
                let open = (!is_certain).then_some(content.asks);
                suppliers.push(Supplier { at, does, open });
            }
            // No rule below the first that is certain to greet can greet.
            if part == Part::Welcome && is_certain && does.is_some() {
                break;
            }
        }
        // A rule that may stop the search matters only if a rule below it does something.
        while suppliers.last().is_some_and(|last: &Supplier| last.does.is_none()) {
            suppliers.pop();
        }
        suppliers
    }
}

/// The rules that match an event, or may. `facts` has neither the customer nor the employee.
pub(super) fn standing(set: &Ruleset, facts: &Facts<'_>) -> Vec<Stands> {
    let change = Changes::of_event(facts.event);
    let evidence = Evidence::new(&set.interned, facts, Unasked::Open);
    let (mut stand, mut is_below_stop) = (Vec::new(), false);
    for (at, rule) in set.rules.iter().enumerate().filter(|(_, rule)| rule.is_for(facts.app, change)) {
        let decision = rule.decide(&evidence);
        if decision == Decision::Passed {
            continue;
        }
        let matches = decision == Decision::Matches;
        stand.push(Stands { at, is_certain: matches && !is_below_stop });
        if rule.stop && matches {
            break;
        }
        is_below_stop |= rule.stop;
    }
    stand
}

/// Whether the texts of a rule's part ask for the customer or the employee.
pub(super) fn asks_for_people(rule: &Rule, part: Part) -> bool {
    let needs = match part {
        Part::Welcome => rule.welcome.as_ref().map(Welcome::asks).unwrap_or_default(),
        Part::Remark => rule.remark.asks(),
        Part::Notify => rule
            .notify
            .iter()
            .filter(|notice| notice.on == Trigger::Event)
            .fold(Needs::default(), |needs, notice| needs.and(notice.text.asks())),
        Part::Tags | Part::Forward => Needs::default(),
    };
    needs.customer || needs.employee
}

fn name(rule: &Json) -> String {
    rule["name"].as_str().map_or_else(|| rule["name"].to_string(), str::to_owned)
}

/// A part as it is written in the rule; `None` where the rule does not have it.
fn does(part: Part, rule: &Rule, written: &Json) -> Option<Json> {
    let key = match part {
        Part::Tags => "tag",
        Part::Welcome | Part::Remark | Part::Notify | Part::Forward => part.as_str(),
    };
    let has = match part {
        Part::Welcome => rule.welcome.is_some(),
        Part::Tags => !rule.tag.add.is_empty() || !rule.tag.remove.is_empty(),
        Part::Remark => !rule.remark.is_empty(),
        Part::Notify => rule.notifies(Trigger::Event),
        Part::Forward => !rule.forward.is_empty(),
    };
    if !has {
        return None;
    }
    let mut written = written[key].clone();
    if part == Part::Notify {
        // Notices about a failure do not come of the event itself.
        let mut notices = if let Json::Array(list) = written { list } else { vec![written] };
        notices.retain(|notice| notice["on"].as_str().is_none_or(|on| on == "event"));
        written = notices.into();
    }
    Some(written)
}

/// As it is written, when the rule matches, and whether it then stops the search.
fn asks(rule: &Rule, written: &Json, calendars: &Json) -> Json {
    let when = written["when"].to_string();
    let mut asks = serde_json::json!({
        "when": written["when"],
        "on_lookup_failure": written["on_lookup_failure"].as_str().unwrap_or("skip"),
        "stop": rule.stop,
    });
    // A condition can also depend on what stands outside of `when`.
    if when.contains("\"share\"") {
        asks["experiment"] = written["experiment"].as_str().unwrap_or(&rule.name).into();
    }
    if when.contains("calendar\"") {
        asks["calendars"] = calendars.clone();
    }
    asks
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_means_the_same_has_one_number() {
        let mut meanings = Meanings::default();
        let one = meanings.of(&json!({ "state": ["x"], "user": 7 }));
        assert_eq!(meanings.of(&json!({ "user": ["7"], "state": "x" })), one);
        for other in [
            json!({ "state": "x" }),
            json!({ "state": ["x", "y"], "user": 7 }),
            json!({ "state": "x,user:7" }),
            json!({ "state": true, "user": 7 }),
            json!([{ "state": "x", "user": 7 }, null]),
        ] {
            assert_ne!(meanings.of(&other), one, "{other}");
        }
    }
}
