//! Comparing two rule sets over recorded events: what came of each event by the rules of then, and what would have come of
//! it by the rules that are tried.
//!
//! Both are applied to the same facts, so that every difference comes from the rules. The record has the event, the
//! customer's earlier adds and the rules that were used, but not the customer and the employee that were looked up. So:
//!
//! - **A rule whose conditions ask for them** may have matched or not, unless its other conditions decide that. Every part of
//!   the outcome that such a rule may supply depends on a look-up, and is counted apart. Where the same rules may supply
//!   it on both sides, though, it is the same whatever the look-up says ([`standing`](mod@standing)).
//! - **A text that asks for them** is filled in three times, with different stand-ins (`‹name›`, [`shown`]). If one of the
//!   three differs, so do the texts. If none does although the two are written differently, they may still differ for
//!   somebody, and so that depends on a look-up as well.

mod part;
mod shown;
mod standing;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::situation::Situation;
use crate::rules::{
    document::fault::Faults,
    facts::{Facts, media::Media},
    plan::ruleset::Ruleset,
};
use crate::{action::RuleUse, language::Language};
use part::{PARTS, Part};
use shown::{Shown, value};
use standing::{Contents, Meanings, Supplier, asks_for_people, standing};

/// Two rule sets, prepared to be compared. Made once for the two, so that an event costs about as much as planning it twice.
#[derive(Debug)]
pub struct Backtest<'r> {
    /// The rules of then; `None` for events that were never planned.
    was: Option<Ruleset>,
    is: &'r Ruleset,
    /// What the rules of either do and ask, in a form that can be compared.
    contents: [Contents; 2],
    /// Takes the place of `was` where that is `None`.
    none: Ruleset,
}

/// The comparison for one event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// `same`, `changed`, `depends` (on a look-up) or `unrecorded` (never planned: nothing came of it then).
    pub verdict: &'static str,
    pub changes: Vec<ChangedPart>,
    /// The parts that depend on a look-up whose answer the record does not have.
    pub depends: Vec<&'static str>,
    /// The rules that were used, as the record says.
    pub was: Vec<String>,
    /// The rules that would be used.
    pub would: Vec<String>,
    /// The rules that would be used if a look-up says so.
    pub may: Vec<String>,
}

/// One part of the outcome that would be different.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangedPart {
    /// `welcome`, `tags`, `remark`, `notify` or `forward`.
    pub part: &'static str,
    /// By the rules of then. Where a look-up decided it, only `by` which of them, as the record says no more.
    pub was: Json,
    /// By the rules that are tried.
    pub would: Json,
}

impl ChangedPart {
    /// The same as a person reads it: the stand-ins are called by words of their language. JSON for programs keeps theirs.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        let Self { part, was, would } = self;
        Self { part, was: shown::in_language(was, language), would: shown::in_language(would, language) }
    }
}

/// The counts over all events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    pub events: u64,
    /// Events of which nothing would be different.
    pub same: u64,
    /// Events of which something would.
    pub changed: u64,
    /// Events of which that depends on a look-up.
    pub depends: u64,
    /// Events that were never planned, as those of another system's record.
    pub unrecorded: u64,
    /// For each part, the events of which it would be different.
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
    /// Among the rules of then, as the record says.
    pub was: u64,
    /// Among the rules that are tried.
    pub would: u64,
    /// Among the rules that are tried, if a look-up says so.
    pub may: u64,
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
        let mut count = |names: &[String], add: fn(&mut Used)| {
            for name in names {
                add(self.rules.entry(name.clone()).or_default());
            }
        };
        count(&judged.was, |used| used.was += 1);
        count(&judged.would, |used| used.would += 1);
        count(&judged.may, |used| used.may += 1);
    }
}

/// The comparison of one event, while it is made.
struct Comparison<'b> {
    sets: [&'b Ruleset; 2],
    situation: &'b Situation,
    used: &'b [RuleUse],
    shown: Option<[Shown; 2]>,
    changes: Vec<ChangedPart>,
    depends: Vec<&'static str>,
    /// Indexes into the rules that are tried.
    would: BTreeSet<usize>,
    may: BTreeSet<usize>,
}

impl<'r> Backtest<'r> {
    /// Prepares the comparison. Both rule sets have been compiled, so this fails only where somebody has changed a document
    /// of the record by hand.
    pub fn new(was: Option<Ruleset>, is: &'r Ruleset) -> Result<Self, Faults> {
        let none = Ruleset::empty();
        let mut meanings = Meanings::default();
        let contents =
            [Contents::of(was.as_ref().unwrap_or(&none), &mut meanings)?, Contents::of(is, &mut meanings)?];
        Ok(Self { was, is, contents, none })
    }

    /// Compares what would have come of this event with what came of it. The situation has the event and the earlier adds;
    /// `used` are the rules that were used, as the record says.
    pub fn judge(&self, situation: &Situation, used: &[RuleUse]) -> Judged {
        let media = Media::as_written();
        let unasked = Facts { earlier: situation.earlier.known(), ..situation.bare(&media) };
        let sets = [self.was.as_ref().unwrap_or(&self.none), self.is];
        let stand = sets.map(|set| standing(set, &unasked));
        let mut comparison = Comparison {
            sets,
            situation,
            used: if self.was.is_some() { used } else { &[] },
            shown: None,
            changes: Vec::new(),
            depends: Vec::new(),
            would: BTreeSet::new(),
            may: BTreeSet::new(),
        };
        for part in PARTS {
            // Without a code no rules can welcome anybody.
            if part != Part::Welcome || unasked.has_welcome_code() {
                let suppliers = [0, 1].map(|side| self.contents[side].suppliers(part, &stand[side]));
                comparison.part(part, &suppliers);
            }
        }
        comparison.judged(self.was.is_some())
    }
}

impl Comparison<'_> {
    fn part(&mut self, part: Part, [was, is]: &[Vec<Supplier>; 2]) {
        let is_open = |suppliers: &[Supplier]| suppliers.iter().any(Supplier::is_open);
        let are_the_same = was.len() == is.len() && was.iter().zip(is).all(|(was, is)| was.means(is));
        if are_the_same && is_open(is) {
            // The same look-ups would give the same answers, so that the rules that were used would be used again.
            let names = |at: usize| self.sets[0].rules[at].name.as_str();
            let used = self.used.iter().filter(|used| used.used_for.contains(&part.kind()));
            let places = used.filter_map(|used| was.iter().position(|was| names(was.at) == used.name));
            self.would.extend(places.map(|place| is[place].at));
            return;
        }
        if is_open(was) && !is.iter().any(Supplier::does_something) {
            self.lost(part);
            return;
        }
        if is_open(was) || is_open(is) {
            self.depends.push(part.as_str());
            // The first rule alone supplies the welcome and each field of the remark, so that an open one above may take it.
            // Tags, notices and forwards come from all rules.
            let each = matches!(part, Part::Tags | Part::Notify | Part::Forward);
            let all_certain = !is_open(is);
            let is_certain = |is: &Supplier| !is.is_open() && (each || all_certain);
            for is in is.iter().filter(|is| is.does_something()) {
                let to = if is_certain(is) { &mut self.would } else { &mut self.may };
                to.insert(is.at);
            }
            return;
        }
        let [before, after] =
            self.shown.get_or_insert_with(|| self.sets.map(|set| Shown::of(set, self.situation)));
        let used = after.plan.rules.iter().filter(|used| used.used_for.contains(&part.kind()));
        let names = |at: usize| self.sets[1].rules[at].name.as_str();
        self.would
            .extend(used.filter_map(|used| is.iter().map(|is| is.at).find(|at| names(*at) == used.name)));
        if are_the_same {
            return;
        }
        let differs = before.outcomes.iter().zip(&after.outcomes).find_map(|(before, after)| {
            let (was, would) = (value(part, before), value(part, after));
            (was != would).then_some((was, would))
        });
        let asks = |side: usize, suppliers: &[Supplier]| {
            suppliers.iter().any(|supplier| asks_for_people(&self.sets[side].rules[supplier.at], part))
        };
        if let Some((was, would)) = differs {
            self.changes.push(ChangedPart { part: part.as_str(), was, would });
        } else if asks(0, was) || asks(1, is) {
            self.depends.push(part.as_str());
        }
    }

    /// The part for which no rule that is tried does anything, whatever the look-ups say. The record says whether it was
    /// supplied then.
    fn lost(&mut self, part: Part) {
        let used = self.used.iter().filter(|used| used.used_for.contains(&part.kind()));
        let by: Vec<&str> = used.map(|used| used.name.as_str()).collect();
        if !by.is_empty() {
            let was = json!({ "by": by });
            self.changes.push(ChangedPart { part: part.as_str(), was, would: Json::Null });
        }
    }

    fn judged(self, is_recorded: bool) -> Judged {
        let verdict = match (is_recorded, self.changes.is_empty(), self.depends.is_empty()) {
            (false, ..) => "unrecorded",
            (true, false, _) => "changed",
            (true, true, false) => "depends",
            (true, true, true) => "same",
        };
        let name = |at: &usize| self.sets[1].rules[*at].name.clone();
        let mut was: Vec<String> = Vec::new();
        for used in self.used.iter().filter(|used| used.version == self.sets[0].version()) {
            if !was.contains(&used.name) {
                was.push(used.name.clone());
            }
        }
        Judged {
            verdict,
            was,
            would: self.would.iter().map(name).collect(),
            may: self.may.difference(&self.would).map(name).collect(),
            changes: self.changes,
            depends: self.depends,
        }
    }
}
