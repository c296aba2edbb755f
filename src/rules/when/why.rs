//! Conditions in words: why a rule does not match, and what a look-up found for one that does.
//!
//! They are for people, in `rules explain` and on the pages. A customer's name is not repeated: a reason may end up in a
//! log, and whoever shows the reason can show the name beside it.

use super::{
    condition::Condition,
    evidence::{Evidence, NOT_WITH_EMPLOYEE},
    table::{About, Key, Question},
    truth::Truth,
    words::in_a_row,
};
use crate::rules::facts::Needs;

/// Which parts of a condition are described.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Described {
    All,
    /// Only those that had to be looked up.
    LookedUp,
}

impl Condition {
    /// Everything for which it does not hold; asked of a condition that does not.
    pub(crate) fn why_not(&self, evidence: &Evidence<'_>) -> String {
        in_a_row(self.failures(evidence), "; ")
    }

    /// What the look-ups found on which it stands; asked of a condition that holds.
    pub(crate) fn findings(&self, evidence: &Evidence<'_>) -> Option<String> {
        let found = self.observed(evidence, Described::LookedUp);
        (!found.is_empty()).then(|| in_a_row(found, "; "))
    }

    /// Who or what is missing to decide it, and for which of its keys. `how` is in which way it is undecided: `Open` or
    /// `Unknown`.
    pub(crate) fn missing(&self, evidence: &Evidence<'_>, how: Truth) -> String {
        let mut undecided = Vec::new();
        self.undecided(evidence, how, &mut undecided);
        let mut sentences = Vec::new();
        if evidence.customer.get().is_some() {
            // The customer was found, and the answer does not have what these keys ask for.
            let left_out = undecided.extract_if(.., |key| key.needs.customer);
            sentences.extend(left_out.map(not_in_the_answer));
        }
        let verb = if how == Truth::Open { "has not been" } else { "could not be" };
        for (needs, who) in [
            (Needs::CUSTOMER, "the customer, who"),
            (Needs::EMPLOYEE, "the employee, who"),
            (Needs::EARLIER, "the record of earlier adds, which"),
        ] {
            let keys = undecided.iter().filter(|key| key.needs == needs);
            let keys: Vec<String> = keys.map(|key| format!("`{}`", key.name)).collect();
            let need = if keys.len() == 1 { "needs" } else { "need" };
            if !keys.is_empty() {
                sentences.push(format!("{} {need} {who} {verb} looked up", keys.join(" and ")));
            }
        }
        sentences.join("; ")
    }

    fn failures(&self, evidence: &Evidence<'_>) -> Vec<String> {
        match self {
            Self::All(all) => all
                .iter()
                .filter(|condition| condition.holds(evidence) == Truth::No)
                .flat_map(|condition| condition.failures(evidence))
                .collect(),
            Self::Any(any) => {
                let each = any.iter().map(|condition| condition.why_not(evidence)).collect();
                vec![format!("none of `any` holds: {}", in_a_row(each, "; "))]
            }
            Self::Not(condition) => {
                let found = in_a_row(condition.observed(evidence, Described::All), " and ");
                vec![format!("what stands under `not` holds: {found}")]
            }
            Self::Ask(question) => {
                let wanted = question.evaluation().wanted();
                vec![format!("{}, and the rule asks for {wanted}", question.found(evidence))]
            }
        }
    }

    /// What was found by those of its parts that decide whether it holds.
    fn observed(&self, evidence: &Evidence<'_>, described: Described) -> Vec<String> {
        if described == Described::LookedUp && self.stands_on(evidence).is_nothing() {
            return Vec::new();
        }
        match self {
            Self::All(list) | Self::Any(list) => {
                let truth = self.holds(evidence);
                let decisive = list.iter().filter(|condition| condition.holds(evidence) == truth);
                decisive.flat_map(|condition| condition.observed(evidence, described)).collect()
            }
            Self::Not(condition) => condition.observed(evidence, described),
            Self::Ask(question) => vec![question.found(evidence)],
        }
    }

    /// The keys that leave it undecided in that way, each once.
    fn undecided(&self, evidence: &Evidence<'_>, how: Truth, into: &mut Vec<&'static Key>) {
        if self.holds(evidence) != how {
            return;
        }
        match self {
            Self::All(list) | Self::Any(list) => {
                for condition in list {
                    condition.undecided(evidence, how, into);
                }
            }
            Self::Not(condition) => condition.undecided(evidence, how, into),
            Self::Ask(question) => {
                let key = question.key();
                if !into.iter().any(|known| known.name == key.name) {
                    into.push(key);
                }
            }
        }
    }
}

impl Question {
    fn found(&self, evidence: &Evidence<'_>) -> String {
        let about_customer = matches!(self.key().about, About::Customer | About::Both);
        if about_customer && evidence.customer_id.is_empty() {
            return "the event names no customer".to_owned();
        }
        self.evaluation().found(evidence)
    }
}

/// Why a key is undecided although the customer was found.
fn not_in_the_answer(key: &Key) -> String {
    match key.about {
        About::Both => format!("`{}`: {NOT_WITH_EMPLOYEE}", key.name),
        _ => format!("WeCom does not tell the `{}`", key.name),
    }
}
