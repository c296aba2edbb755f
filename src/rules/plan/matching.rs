//! Which rules an event chooses, and which look-ups it takes to decide that.
//!
//! The welcome has seconds, and everything else has days. So [`Ruleset::needs`] asks only for what can change the welcome:
//! the rules that have one, and those that stop the search. What else is open is left to [`Selection::open`] and decided
//! after the welcome.

use super::ruleset::Ruleset;
use crate::action::{ReasonCode, Trigger};
use crate::rules::{
    facts::{Facts, Needs, change::Changes},
    file::model::{Rule, Welcome},
    when::{
        evidence::{Evidence, Unasked},
        read::OnLookupFailure,
        truth::Truth,
    },
};

/// Whether a rule is one of those that an event chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Matches,
    Passed,
    /// It takes a look-up to decide.
    Open,
}

/// The rules that an event chooses.
pub(super) struct Selection<'r> {
    /// Those that match, in their order, down to one that says `stop`.
    pub(super) matched: Vec<&'r Rule>,
    /// The look-ups that would decide the open rules, as far as those matter to whoever selects. Usually only rules matter
    /// that do anything besides the welcome.
    pub(super) open: Needs,
    /// Whether one of the open rules has a welcome.
    pub(super) may_greet: bool,
}

impl Rule {
    /// Whether such an event is held against the rule at all.
    pub(crate) fn is_for(&self, app: &str, change: Changes) -> bool {
        self.enabled
            && self.on.has(change)
            && (self.apps.is_empty() || self.apps.iter().any(|own| own == app))
    }

    /// Whether it matches, by its conditions alone.
    pub(crate) fn decide(&self, evidence: &Evidence<'_>) -> Decision {
        let truth = self.when.as_ref().map_or(Truth::Yes, |when| when.holds(evidence));
        match (truth, self.on_lookup_failure) {
            (Truth::Yes, _) | (Truth::Unknown, OnLookupFailure::Match) => Decision::Matches,
            (Truth::Open, _) => Decision::Open,
            (Truth::No, _) | (Truth::Unknown, OnLookupFailure::Skip) => Decision::Passed,
        }
    }

    fn open(&self, evidence: &Evidence<'_>) -> Needs {
        self.when.as_ref().map_or(Needs::NOTHING, |when| when.open(evidence))
    }
}

impl Ruleset {
    /// What must be looked up before this event's welcome can be chosen and written, beyond what is known already. Ask again
    /// with the answers: one answer may open the next question. Nothing, where there is no welcome to write: a welcome never
    /// waits for what only tags, remarks and notices depend on.
    pub fn needs(&self, facts: &Facts<'_>) -> Needs {
        let mut needs = Needs::NOTHING;
        if !facts.has_welcome_code() {
            return needs;
        }
        let evidence = Evidence::new(&self.interned, facts, Unasked::Open);
        for rule in self.concerned(facts).filter(|rule| rule.stop || rule.welcome.is_some()) {
            match rule.decide(&evidence) {
                Decision::Open => needs = needs.and(rule.open(&evidence)),
                Decision::Passed => {}
                // It has the welcome, or says `stop`, so that no rule below it can have it.
                Decision::Matches => {
                    let texts = rule.welcome.as_ref().map(Welcome::asks).unwrap_or_default();
                    needs = needs.and(texts.askable(facts));
                    break;
                }
            }
        }
        needs
    }

    /// Whose welcome an event would get, as far as it can be told without asking anybody: the first rule that matches in any
    /// case, and before it those that may match, depending on the customer or the employee.
    pub(crate) fn greeters(&self, facts: &Facts<'_>) -> (Option<&str>, Vec<&str>) {
        let (mut sure, mut perhaps) = (None, Vec::new());
        let evidence = Evidence::new(&self.interned, facts, Unasked::Open);
        for rule in self.concerned(facts) {
            match (rule.decide(&evidence), &rule.welcome) {
                (Decision::Matches, Some(_)) => {
                    sure = Some(rule.name.as_str());
                    break;
                }
                (Decision::Matches, None) if rule.stop => break,
                (Decision::Open, Some(_)) => perhaps.push(rule.name.as_str()),
                _ => {}
            }
        }
        (sure, perhaps)
    }

    /// What must be looked up before the rules that a plan left open ([`crate::action::Decide`]) can be decided. With
    /// `missed`, why the welcome is a missed one, also what the notices about that depend on.
    pub fn needs_of_rest(&self, facts: &Facts<'_>, missed: Option<ReasonCode>) -> Needs {
        let open = self.select(facts, Unasked::Open).open;
        match missed {
            Some(_) => open.and(self.needs_of_notices(facts, Trigger::MissedWelcome)),
            None => open,
        }
    }

    /// What must be looked up before [`Ruleset::notices`] knows whose rules match; nothing where no rule notifies.
    pub fn needs_of_notices(&self, facts: &Facts<'_>, on: Trigger) -> Needs {
        if !self.concerned(facts).any(|rule| rule.notifies(on)) {
            return Needs::NOTHING;
        }
        self.select_for(facts, Unasked::Open, |rule| rule.stop || rule.notifies(on)).open
    }

    /// The rules for this event.
    pub(super) fn select(&self, facts: &Facts<'_>, unasked: Unasked) -> Selection<'_> {
        self.select_for(facts, unasked, Rule::does_more_than_welcome)
    }

    /// The rules for this event, and what is open of those that matter.
    fn select_for(
        &self,
        facts: &Facts<'_>,
        unasked: Unasked,
        matters: impl Fn(&Rule) -> bool,
    ) -> Selection<'_> {
        let mut selection = Selection { matched: Vec::new(), open: Needs::NOTHING, may_greet: false };
        let evidence = Evidence::new(&self.interned, facts, unasked);
        for rule in self.concerned(facts) {
            match rule.decide(&evidence) {
                Decision::Matches => {
                    selection.matched.push(rule);
                    if rule.stop {
                        break;
                    }
                }
                Decision::Open => {
                    selection.may_greet |= rule.welcome.is_some();
                    if matters(rule) {
                        selection.open = selection.open.and(rule.open(&evidence));
                    }
                }
                Decision::Passed => {}
            }
        }
        selection
    }

    /// The rules that are on such an event, in their order.
    fn concerned<'r>(&'r self, facts: &Facts<'_>) -> impl Iterator<Item = &'r Rule> {
        let app = facts.app;
        let change = Changes::of_event(facts.event);
        self.rules.iter().filter(move |rule| rule.is_for(app, change))
    }
}
