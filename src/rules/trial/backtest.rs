//! Two rule sets held against each other, event by event: what would have come of an event by the one, had it been in
//! force, against what came of it by the other.
//!
//! Both are applied to the same facts, so that every difference is one of the rules. The record holds the event and
//! the customer's earlier adds, but neither customer nor employee as they were looked up. So:
//!
//! - **A text that asks for them** is written with stand-ins (`‹name›`), three times with different ones; it is the
//!   same where all three are.
//! - **A rule whose conditions ask for them** may have matched or not. What such a rule has a part in is told as
//!   depending on a look-up, and counted apart, unless all the rules that can matter to this event are the same in
//!   both sets: then so is what comes of it, whatever the answer.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    super::{Customer, Employee, Facts, Faults, Known, Media, Ruleset},
    case::Case,
    diff::compare,
    outcome::Outcome,
    read::to_json,
    seen::{Seen, seen},
};
use crate::action::Plan;

/// What of an event can come out otherwise.
const PARTS: [&str; 5] = ["welcome", "tags", "remark", "notify", "forward"];

/// Two rule sets to be held against each other.
#[derive(Debug)]
pub struct Backtest<'r> {
    /// Those that were in force; none for an event that was never planned.
    was: Option<&'r Ruleset>,
    is: &'r Ruleset,
    /// What each rule has, by its keys, in each of the two.
    does: [HashMap<String, HashSet<&'static str>>; 2],
    /// The rules that are not the same in both.
    touched: HashSet<String>,
    /// Whether something outside of the rules differs.
    all_touched: bool,
}

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// `same`, `changed`, `depends` (on a look-up) or `unrecorded` (never planned: nothing came of it then).
    pub verdict: &'static str,
    /// What would be otherwise.
    pub changes: Vec<Part>,
    /// What depends on a look-up of which the record does not hold the answer.
    pub depends: Vec<&'static str>,
    /// The rules that were used.
    pub was: Vec<String>,
    /// The rules that would be.
    pub would: Vec<String>,
}

/// One thing that would be otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// `welcome`, `tags`, `remark`, `notify` or `forward`.
    pub part: &'static str,
    /// What came of the event by the rules of then.
    pub was: Json,
    /// What would come of it.
    pub would: Json,
}

/// What was found in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// Events that were looked at.
    pub events: u64,
    /// Of them: nothing would be otherwise.
    pub same: u64,
    /// Something would be.
    pub changed: u64,
    /// It depends on a look-up.
    pub depends: u64,
    /// They were never planned, as imported ones.
    pub unrecorded: u64,
    /// How many events have each part otherwise.
    pub parts: BTreeMap<&'static str, u64>,
    /// Events that were welcomed and would not be.
    pub welcomes_lost: u64,
    /// Events that were not welcomed and would be.
    pub welcomes_gained: u64,
    /// For each rule, how many events it was used for, and would be.
    pub rules: BTreeMap<String, Used>,
}

/// How often a rule is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Used {
    /// By the rules of then.
    pub was: u64,
    /// By the rules that are tried.
    pub would: u64,
}

impl Sum {
    /// Counts one event.
    pub fn add(&mut self, judged: &Judged) {
        self.events += 1;
        match judged.verdict {
            "same" => self.same += 1,
            "changed" => self.changed += 1,
            "depends" => self.depends += 1,
            _ => self.unrecorded += 1,
        }
        for change in &judged.changes {
            *self.parts.entry(change.part).or_default() += 1;
            if change.part == "welcome" {
                self.welcomes_lost += u64::from(change.would.is_null());
                self.welcomes_gained += u64::from(change.was.is_null());
            }
        }
        for name in &judged.was {
            self.rules.entry(name.clone()).or_default().was += 1;
        }
        for name in &judged.would {
            self.rules.entry(name.clone()).or_default().would += 1;
        }
    }
}

/// Everything about one rule set and one event.
struct Side {
    /// Under each of the stand-ins.
    outcomes: [Outcome; 3],
    /// The rules that are used, under the first of them.
    used: Vec<String>,
    /// The rules that match under any of the stand-ins or may match, as they are looked at.
    relevant: Vec<String>,
    /// What depends on a look-up.
    depends: HashSet<&'static str>,
}

impl<'r> Backtest<'r> {
    /// Prepares the comparison. Both rule sets are right, so this fails only for a document of the record that was
    /// changed by hand.
    pub fn new(was: Option<&'r Ruleset>, is: &'r Ruleset) -> Result<Self, Faults> {
        // No rules at all, as before the first import, have no document to be compared.
        let was = was.filter(|was| was.version() > 0 || !was.document().is_empty());
        let mut touched = HashSet::new();
        let mut all_touched = false;
        if let Some(was) = was {
            let difference = compare(was.document(), is.document())?;
            all_touched = !difference.file.is_empty();
            touched.extend(difference.added);
            touched.extend(difference.removed);
            touched.extend(difference.moved);
            touched.extend(difference.changed.into_iter().filter_map(|change| change.rule));
            touched.extend(difference.renamed.into_iter().flat_map(|renamed| [renamed.was, renamed.is]));
        }
        let does = [was.map_or_else(|| Ok(HashMap::new()), does)?, does(is)?];
        Ok(Self { was, is, does, touched, all_touched })
    }

    /// What would have come of this event, against what came of it. The case holds the event and the earlier adds.
    pub fn judge(&self, case: &Case) -> Judged {
        let would = side(self.is, &self.does[1], case);
        let Some(was) = self.was else {
            let nothing = Outcome::default();
            let changes = PARTS
                .into_iter()
                .filter_map(|part| {
                    let (was, would) = (value(part, &nothing), value(part, &would.outcomes[0]));
                    (was != would).then_some(Part { part, was, would })
                })
                .collect();
            let depends = PARTS.into_iter().filter(|part| would.depends.contains(part)).collect();
            return Judged { verdict: "unrecorded", changes, depends, was: Vec::new(), would: would.used };
        };
        let was = side(was, &self.does[0], case);
        // Where all that can matter is the same in both, so is what comes of it, whatever a look-up says.
        let untouched = !self.all_touched
            && was.relevant == would.relevant
            && !would.relevant.iter().any(|rule| self.touched.contains(rule));
        let mut judged = Judged {
            verdict: "same",
            changes: Vec::new(),
            depends: Vec::new(),
            was: was.used,
            would: would.used,
        };
        if untouched {
            return judged;
        }
        for part in PARTS {
            if was.depends.contains(part) || would.depends.contains(part) {
                judged.depends.push(part);
                continue;
            }
            let differs = was.outcomes.iter().zip(&would.outcomes).find_map(|(was, would)| {
                let (was, would) = (value(part, was), value(part, would));
                (was != would).then_some((was, would))
            });
            if let Some((was, would)) = differs {
                judged.changes.push(Part { part, was, would });
            }
        }
        if !judged.changes.is_empty() {
            judged.verdict = "changed";
        } else if !judged.depends.is_empty() {
            judged.verdict = "depends";
        }
        judged
    }
}

/// What each rule of a set has, by its keys.
fn does(set: &Ruleset) -> Result<HashMap<String, HashSet<&'static str>>, Faults> {
    let json = to_json(set.document())?;
    let rules = json["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
    let keys = [
        ("welcome", "welcome"),
        ("tag", "tags"),
        ("remark", "remark"),
        ("notify", "notify"),
        ("forward", "forward"),
    ];
    Ok(rules
        .iter()
        .map(|rule| {
            let has = keys.iter().filter(|(key, _)| !rule[*key].is_null()).map(|(_, part)| *part);
            let name = rule["name"].as_str().map_or_else(|| rule["name"].to_string(), str::to_owned);
            (name, has.collect())
        })
        .collect())
}

fn side(set: &Ruleset, does: &HashMap<String, HashSet<&'static str>>, case: &Case) -> Side {
    let media = Media::as_written();
    let people = stand_ins(case);
    let all = people.each_ref().map(|people| facts_of(case, people.as_ref(), &media));
    let plans: Vec<Plan> = all.iter().map(|facts| set.plan(facts)).collect();
    let unasked = Facts { earlier: case.earlier.known(), ..case.bare(&media) };
    let mut verdicts: Vec<Vec<Seen>> = all.iter().map(|facts| seen(set, facts)).collect();
    verdicts.push(seen(set, &unasked));

    let mut relevant = Vec::new();
    let mut depends = HashSet::new();
    let mut welcome_is_certain = false;
    for (at, first) in verdicts[0].iter().enumerate() {
        let others = || verdicts.iter().filter_map(|verdicts| verdicts.get(at));
        // A verdict that is not the same for everybody hangs on who they are.
        let open = others().any(|other| other.matched != first.matched || other.reason != first.reason);
        if !open && !first.matched {
            continue;
        }
        relevant.push(first.rule.clone());
        let Some(parts) = does.get(&first.rule) else { continue };
        if open {
            depends.extend(parts.iter().filter(|part| **part != "welcome" || !welcome_is_certain));
        } else if parts.contains("welcome") {
            welcome_is_certain = true;
        }
    }
    let used = plans[0].rules.iter().map(|rule| rule.name.clone()).collect();
    let outcome = |at: usize| Outcome::of(&plans[at], &all[at]);
    Side { outcomes: [outcome(0), outcome(1), outcome(2)], used, relevant, depends }
}

fn facts_of<'a>(case: &'a Case, people: Option<&'a (Customer, Employee)>, media: &'a Media) -> Facts<'a> {
    let (customer, employee) = match people {
        Some((customer, employee)) => (Known::Is(customer), Known::Is(employee)),
        None => (Known::Unavailable, Known::Unavailable),
    };
    Facts { customer, employee, earlier: case.earlier.known(), ..case.bare(media) }
}

/// Two of whom everything is known and different, and one of whom nothing is. The first is what a person reads.
fn stand_ins(case: &Case) -> [Option<(Customer, Employee)>; 3] {
    let userid = case.event.user_id().unwrap_or_default();
    let people = |kind: i64, mark: &str| {
        let customer = json!({
            "external_contact": {
                "external_userid": case.event.external_user_id(),
                "name": format!("‹name{mark}›"),
                "type": kind,
                "gender": kind,
                "avatar": format!("https://wx.qlogo.cn/mmhead/{kind}"),
                "position": format!("‹position{mark}›"),
                "corp_name": format!("‹company{mark}›"),
                "corp_full_name": format!("‹full company{mark}›"),
            },
            "follow_user": [{
                "userid": userid,
                "remark": format!("‹remark{mark}›"),
                "description": format!("‹description{mark}›"),
                "add_way": kind,
                "state": case.event.state(),
            }],
        });
        let employee = json!({
            "userid": userid,
            "name": format!("‹employee{mark}›"),
            "alias": format!("‹alias{mark}›"),
            "department": format!("‹department{mark}›"),
            "departments": [kind],
        });
        // Both have the form of the types that they are read as.
        (
            serde_json::from_value(customer).unwrap_or_default(),
            serde_json::from_value(employee).unwrap_or_default(),
        )
    };
    [Some(people(1, "")), Some(people(2, " 2")), None]
}

/// One part of an outcome, as it is compared and shown; `null` for none. Which rule supplies it makes no difference to
/// the customer.
fn value(part: &str, outcome: &Outcome) -> Json {
    match part {
        "welcome" => outcome.welcome.as_ref().map_or(Json::Null, |welcome| {
            let mut value = json!({});
            if let Some(text) = &welcome.text {
                value["text"] = text.as_str().into();
            }
            if !welcome.attachments.is_empty() {
                value["attachments"] = welcome.attachments.clone().into();
            }
            value
        }),
        "tags" => {
            let sorted = |list: &[String]| -> Json {
                let mut list = list.to_vec();
                list.sort();
                list.into()
            };
            let tags = &outcome.tags;
            let mut value = json!({});
            for (key, list) in [("add", &tags.add), ("remove", &tags.remove)] {
                if !list.is_empty() {
                    value[key] = sorted(list);
                }
            }
            if value == json!({}) { Json::Null } else { value }
        }
        "remark" => outcome.remark.as_ref().map_or(Json::Null, |remark| {
            let mut value = json!(remark);
            if let Some(fields) = value.as_object_mut() {
                fields.retain(|_, value| !value.is_null());
            }
            value
        }),
        "notify" if outcome.notify.is_empty() => Json::Null,
        "notify" => {
            outcome.notify.iter().map(|notice| json!({ "to": notice.to, "text": notice.text })).collect()
        }
        _ if outcome.forward.is_empty() => Json::Null,
        _ => outcome.forward.iter().map(|post| Json::from(post.url.as_str())).collect(),
    }
}
