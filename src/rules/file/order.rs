//! Rules that never have their turn, because one before them always has it: their welcomes cannot be sent. No fault, for
//! what is written is a rule, but hardly ever what was meant.

use std::collections::HashMap;

use super::{model::Rule, words::FileFault};
use crate::rules::{
    document::{fault::Note, wrong::Quoted},
    facts::change::Changes,
    when::{condition::Condition, read::OnLookupFailure},
};

/// So many pairs of rules are compared, a second's work at the most. A table of channels is far below it, for rules of
/// different channels are not compared.
const PAIRS_MAX: usize = 1_000_000;

/// So many channels of one rule are looked at one by one.
const STATES_MAX: usize = 50;

/// The notes on rules whose welcome can never be sent, or not for one of their channels. `rules`: in the order in which
/// they are looked at.
pub(super) fn notes(rules: &[Rule]) -> Vec<Note> {
    let mut above = Above::default();
    let mut notes = Vec::new();
    for rule in rules.iter().filter(|rule| rule.enabled) {
        notes.extend(above.note(rule));
        above.push(rule);
        if above.pairs > PAIRS_MAX {
            break;
        }
    }
    notes
}

/// The rules above one that greet or stop the search.
#[derive(Default)]
struct Above<'r> {
    /// Those that are for one channel or for several, by each of them.
    of_state: HashMap<&'r str, Vec<&'r Rule>>,
    /// All others.
    others: Vec<&'r Rule>,
    /// How many have been compared.
    pairs: usize,
}

impl<'r> Above<'r> {
    fn push(&mut self, rule: &'r Rule) {
        if rule.welcome.is_none() && !rule.stop {
            return;
        }
        match exact_states(rule) {
            Some(states) => {
                for state in states {
                    self.of_state.entry(state).or_default().push(rule);
                }
            }
            None => self.others.push(rule),
        }
    }

    fn note(&mut self, rule: &Rule) -> Option<Note> {
        let when = rule.when.as_ref();
        let state = when.and_then(Condition::states).and_then(|states| states.written().next());
        if let Some(taken) = self.taken_by(rule, when, state) {
            return Some(note(rule, None, &taken));
        }
        let states = when.and_then(Condition::states)?;
        let written: Vec<&str> = states.written().take(STATES_MAX).collect();
        if written.len() < 2 || rule.welcome.is_none() {
            return None;
        }
        written.iter().enumerate().find_map(|(index, state)| {
            let only = when.map(|when| when.for_state(index));
            self.taken_by(rule, only.as_ref(), Some(state)).map(|taken| note(rule, Some(state), &taken))
        })
    }

    /// The rules that always have the turn before this one, where they leave nothing to it.
    fn taken_by(&mut self, rule: &Rule, when: Option<&Condition>, state: Option<&str>) -> Option<Taken<'r>> {
        let mut left = rule.on.with_code();
        if left == Changes::NONE || (rule.welcome.is_none() && !rule.stop && !does_anything(rule)) {
            return None;
        }
        let mut by: Vec<&Rule> = Vec::new();
        let of_state = state.and_then(|state| self.of_state.get(state)).map_or(&[][..], Vec::as_slice);
        let pairs = of_state.len() + self.others.len();
        for above in
            of_state.iter().chain(&self.others).copied().filter(|above| takes_all_of(above, rule, when))
        {
            if above.stop
                && rule.on.except(above.on) == Changes::NONE
                && !is_passed_without_code(above, rule, when)
            {
                self.pairs += pairs;
                return Some(Taken { by: vec![above], whole: true });
            }
            if rule.welcome.is_some() && left.has(above.on) {
                left = left.except(above.on);
                by.push(above);
            }
            if left == Changes::NONE {
                break;
            }
        }
        self.pairs += pairs;
        (left == Changes::NONE && rule.welcome.is_some()).then_some(Taken { by, whole: false })
    }
}

/// The rules that leave nothing to one below them.
struct Taken<'r> {
    by: Vec<&'r Rule>,
    /// It is never looked at, whether or not an event has a welcome code.
    whole: bool,
}

fn does_anything(rule: &Rule) -> bool {
    rule.does_more_than_welcome() || !rule.notify.is_empty()
}

/// Whether a rule matches whenever the one below it would, on the events that it is on.
fn takes_all_of(above: &Rule, below: &Rule, when: Option<&Condition>) -> bool {
    let has_apps = above.apps.is_empty()
        || (!below.apps.is_empty() && below.apps.iter().all(|app| above.apps.contains(app)));
    // Where a look-up fails, one may be passed over and the other match.
    let as_likely =
        above.on_lookup_failure == OnLookupFailure::Match || below.on_lookup_failure == OnLookupFailure::Skip;
    has_apps && as_likely && above.when.as_ref().is_none_or(|condition| condition.holds_where(when))
}

/// Whether events without a welcome code pass a rule above that is for those with one, and come to something of the one
/// below: `holds_where` is about events with a code.
fn is_passed_without_code(above: &Rule, below: &Rule, when: Option<&Condition>) -> bool {
    (below.stop || does_anything(below))
        && above.when.as_ref().is_some_and(Condition::asks_for_code)
        && !when.is_some_and(Condition::wants_code)
}

/// The channels of a rule that is for some alone, none of them a pattern.
fn exact_states(rule: &Rule) -> Option<Vec<&str>> {
    rule.when.as_ref().and_then(Condition::states)?.exact()
}

/// `state`: the one channel for which the rule never has its turn.
fn note(rule: &Rule, state: Option<&str>, Taken { by, whole }: &Taken<'_>) -> Note {
    let stops = rule.welcome.is_none() || by.iter().all(|above| above.welcome.is_none());
    let at = rule.welcome.as_ref().map_or(rule.at, |welcome| welcome.at);
    let fault = FileFault::NeverItsTurn {
        rule: Quoted::of(&rule.name),
        state: state.map(Quoted::of),
        by: by.iter().map(|above| (Quoted::of(&above.name), above.at.line)).collect(),
        stops,
        whole: *whole,
    };
    Note::new(at, fault)
}
