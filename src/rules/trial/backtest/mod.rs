//! Two rule sets held against each other, event by event: what would have come of an event by the one, had it been in
//! force, against what came of it by the other.
//!
//! Both are applied to the same facts, so that every difference is one of the rules. The record holds the event, the
//! customer's earlier adds and the rules that were used, but neither customer nor employee as they were looked up. So:
//!
//! - **A rule whose conditions ask for them** may have matched or not, unless its other conditions decide that. What
//!   such a rule has a part in is told as depending on a look-up, and counted apart. It is the same where the rules
//!   that can supply it are: then whatever a look-up says ([`standing`](mod@standing)).
//! - **A text that asks for them** is written with stand-ins (`‹name›`), three times with different ones ([`shown`]).
//!   Where one of the three differs, so do the texts. Where none does and the two are written differently, they may
//!   differ for somebody: that depends on a look-up as well.

mod part;
mod shown;
mod standing;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::situation::Situation;
use crate::action::RuleUse;
use crate::rules::{
    document::fault::Faults,
    facts::{Facts, media::Media},
    plan::ruleset::Ruleset,
};
use part::{PARTS, Part};
use shown::{Shown, value};
use standing::{Contents, Meanings, Supplier, asks_for_people, standing};

/// Two rule sets to be held against each other. Made once for the two: an event then costs about as much as planning it
/// twice.
#[derive(Debug)]
pub struct Backtest<'r> {
    /// Those that were in force; none for an event that was never planned.
    was: Option<Ruleset>,
    is: &'r Ruleset,
    /// What the rules of both mean.
    contents: [Contents; 2],
    /// In the place of rules that there were not.
    none: Ruleset,
}

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// `same`, `changed`, `depends` (on a look-up) or `unrecorded` (never planned: nothing came of it then).
    pub verdict: &'static str,
    /// What would be otherwise.
    pub changes: Vec<ChangedPart>,
    /// What depends on a look-up of which the record does not hold the answer.
    pub depends: Vec<&'static str>,
    /// The rules that were used, by the record.
    pub was: Vec<String>,
    /// The rules that would be.
    pub would: Vec<String>,
    /// The rules of which that depends on a look-up.
    pub may: Vec<String>,
}

/// One thing that would be otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangedPart {
    /// `welcome`, `tags`, `remark`, `notify` or `forward`.
    pub part: &'static str,
    /// What comes of the event by the rules of then; only `by` which of them, where a look-up decided that.
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
    /// By the rules of then, as the record says.
    pub was: u64,
    /// By the rules that are tried.
    pub would: u64,
    /// By the rules that are tried, if a look-up says so.
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

/// One event, held against both.
struct Comparison<'b> {
    sets: [&'b Ruleset; 2],
    situation: &'b Situation,
    used: &'b [RuleUse],
    shown: Option<[Shown; 2]>,
    changes: Vec<ChangedPart>,
    depends: Vec<&'static str>,
    /// Places in the order of the rules that are tried.
    would: BTreeSet<usize>,
    may: BTreeSet<usize>,
}

impl<'r> Backtest<'r> {
    /// Prepares the comparison. Both rule sets are right, so this fails only for a document of the record that was
    /// changed by hand.
    pub fn new(was: Option<Ruleset>, is: &'r Ruleset) -> Result<Self, Faults> {
        let none = Ruleset::empty();
        let mut meanings = Meanings::default();
        let contents =
            [Contents::of(was.as_ref().unwrap_or(&none), &mut meanings)?, Contents::of(is, &mut meanings)?];
        Ok(Self { was, is, contents, none })
    }

    /// What would have come of this event, against what came of it. The situation holds the event and the earlier adds;
    /// `used` are the rules that were used, by the record.
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
            // Without a code nobody is welcomed, by whatever rules.
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
            // Whatever the look-ups said, they would say it again: what was used would be.
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
            // The first of the welcome and of each field of the remark supplies it; of the rest all do.
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

    /// Whatever was looked up, nothing would come of it now; the record says whether something did.
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
