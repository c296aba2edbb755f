//! Which rules an event chooses, and what would have to be looked up to tell.
//!
//! The welcome has seconds, and everything else has days. So [`Ruleset::needs`] asks only for what can change the
//! welcome: the rules that have one, and those that stop the search. What else is open is left to [`Selection::open`]
//! and decided afterwards.

use crate::action::Trigger;
use crate::rules::{
    Facts, Needs, Ruleset,
    facts::change::Changes,
    file::model::{Rule, Welcome},
    when::{
        condition::{Moment, Unasked},
        truth::Truth,
    },
};

/// What a rule does when one of its conditions was looked up in vain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnLookupFailure {
    /// It is passed over.
    #[default]
    Skip,
    /// It matches, unless another of its conditions does not hold.
    Match,
}

/// Whether a rule is one of those that an event chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Matches,
    Passed,
    /// Nobody can tell before something is looked up.
    Open,
}

/// The rules that an event chooses.
pub(crate) struct Selection<'r> {
    /// Those that match, in their order, down to one that says `stop`.
    pub(crate) matched: Vec<&'r Rule>,
    /// What has to be looked up to decide the others, as far as they matter: as a rule those that do anything besides
    /// the welcome. Nothing, where nothing is open.
    pub(crate) open: Needs,
    /// Whether one of the others has a welcome.
    pub(crate) may_greet: bool,
}

impl Rule {
    /// Whether it is looked at for such an event at all.
    pub(crate) fn is_for(&self, app: &str, change: Changes) -> bool {
        self.enabled
            && self.on.has(change)
            && (self.apps.is_empty() || self.apps.iter().any(|own| own == app))
    }

    /// By its conditions alone.
    pub(crate) fn decide(&self, moment: &Moment<'_>) -> Decision {
        let truth = self.when.as_ref().map_or(Truth::Yes, |when| when.holds(moment));
        match (truth, self.on_lookup_failure) {
            (Truth::Yes, _) | (Truth::Unknown, OnLookupFailure::Match) => Decision::Matches,
            (Truth::Open, _) => Decision::Open,
            (Truth::No, _) | (Truth::Unknown, OnLookupFailure::Skip) => Decision::Passed,
        }
    }

    fn open(&self, moment: &Moment<'_>) -> Needs {
        self.when.as_ref().map_or_else(Needs::default, |when| when.open(moment))
    }
}

impl Ruleset {
    /// The rules for this event.
    pub(crate) fn select(&self, facts: &Facts<'_>, unasked: Unasked) -> Selection<'_> {
        self.select_for(facts, unasked, Rule::does_more_than_welcome)
    }

    /// See [`Ruleset::needs_of_notices`].
    pub(crate) fn open_for_notices(&self, facts: &Facts<'_>, on: Trigger) -> Needs {
        let told = self.concerned(facts).any(|rule| rule.notifies(on));
        let open = || self.select_for(facts, Unasked::Open, |rule| rule.stop || rule.notifies(on)).open;
        if told { open() } else { Needs::default() }
    }

    /// The rules for this event, and what is open of those that matter.
    fn select_for(
        &self,
        facts: &Facts<'_>,
        unasked: Unasked,
        matters: impl Fn(&Rule) -> bool,
    ) -> Selection<'_> {
        let mut selection = Selection { matched: Vec::new(), open: Needs::default(), may_greet: false };
        let moment = Moment::new(self, facts, unasked);
        for rule in self.concerned(facts) {
            match rule.decide(&moment) {
                Decision::Matches => {
                    selection.matched.push(rule);
                    if rule.stop {
                        break;
                    }
                }
                Decision::Open => {
                    selection.may_greet |= rule.welcome.is_some();
                    if matters(rule) {
                        selection.open = selection.open.and(rule.open(&moment));
                    }
                }
                Decision::Passed => {}
            }
        }
        selection
    }

    /// See [`Ruleset::needs`]; asked only of events with a welcome code.
    pub(crate) fn needs_of_welcome(&self, facts: &Facts<'_>) -> Needs {
        let mut needs = Needs::default();
        let moment = Moment::new(self, facts, Unasked::Open);
        for rule in self.concerned(facts).filter(|rule| rule.stop || rule.welcome.is_some()) {
            match rule.decide(&moment) {
                Decision::Open => needs = needs.and(rule.open(&moment)),
                Decision::Passed => {}
                // It has the welcome, or no rule below it can.
                Decision::Matches => {
                    let texts = rule.welcome.as_ref().map(Welcome::asks).unwrap_or_default();
                    needs = needs.and(texts.askable(facts));
                    break;
                }
            }
        }
        needs
    }

    /// The rules that are on such an event, in their order.
    fn concerned<'r>(&'r self, facts: &Facts<'_>) -> impl Iterator<Item = &'r Rule> {
        let app = facts.app;
        let change = Changes::of_event(facts.event);
        let rules = if change.is_some() { self.rules.as_slice() } else { &[] };
        rules.iter().filter(move |rule| change.is_some_and(|change| rule.is_for(app, change)))
    }
}

impl Needs {
    /// Of these, what has not been asked yet and can be: whom the event does not name, nobody can look up.
    fn askable(self, facts: &Facts<'_>) -> Self {
        let named = |id: Option<&str>| id.is_some_and(|id| !id.is_empty());
        let customer = named(facts.event.external_user_id());
        Self {
            customer: self.customer && customer && facts.customer.is_open(),
            employee: self.employee && named(facts.event.user_id()) && facts.employee.is_open(),
            earlier: self.earlier && customer && facts.earlier.is_open(),
        }
    }
}
