//! Conditions in words: why a rule does not match, and what a look-up found for one that does.
//!
//! They are for people, in `rules explain` and on the pages. A customer's name is not repeated: a reason may end up in a
//! log, and whoever shows the reason can show the name beside it.

use super::{
    condition::Condition,
    evidence::Evidence,
    reasons::{Found, Who, Why, in_a_row},
    table::{About, Key, Question},
    truth::Truth,
};
use crate::language::{Language, Sentence as _};

/// Which parts of a condition are described.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Described {
    All,
    /// Only those that had to be looked up.
    LookedUp,
}

impl Condition {
    /// Everything for which it does not hold; asked of a condition that does not.
    pub(crate) fn why_not(&self, evidence: &Evidence<'_>, language: Language) -> String {
        in_a_row(self.failures(evidence, language), language)
    }

    /// What the look-ups found on which it stands; asked of a condition that holds.
    pub(crate) fn findings(&self, evidence: &Evidence<'_>, language: Language) -> Option<String> {
        let found = self.observed(evidence, Described::LookedUp, language);
        (!found.is_empty()).then(|| in_a_row(found, language))
    }

    /// Who or what is missing to decide it, and for which of its keys. `how` is in which way it is undecided: `Open` or
    /// `Unknown`.
    pub(crate) fn missing(&self, evidence: &Evidence<'_>, how: Truth, language: Language) -> String {
        let mut undecided = Vec::new();
        self.undecided(evidence, how, &mut undecided);
        let mut sentences = Vec::new();
        if evidence.customer.get().is_some() {
            // The customer was found, and the answer does not have what these keys ask for.
            let left_out = undecided.extract_if(.., |key| key.needs.customer);
            sentences.extend(left_out.map(|key| not_in_the_answer(key, language)));
        }
        let could_not = how != Truth::Open;
        for (who, needs) in Who::ALL {
            let keys: Vec<&str> =
                undecided.iter().filter(|key| key.needs == needs).map(|key| key.name).collect();
            if !keys.is_empty() {
                sentences.push(Why::Missing { keys: &keys, who, could_not }.to(language));
            }
        }
        in_a_row(sentences, language)
    }

    fn failures(&self, evidence: &Evidence<'_>, language: Language) -> Vec<String> {
        match self {
            Self::All(all) => all
                .iter()
                .filter(|condition| condition.holds(evidence) == Truth::No)
                .flat_map(|condition| condition.failures(evidence, language))
                .collect(),
            Self::Any(any) => {
                let each: Vec<String> =
                    any.iter().map(|condition| condition.why_not(evidence, language)).collect();
                vec![Why::NoneOfAny(&each).to(language)]
            }
            Self::Not(condition) => {
                let found = condition.observed(evidence, Described::All, language);
                vec![Why::NotHolds(&found).to(language)]
            }
            Self::Ask(question) => {
                let (found, wanted) = (&question.found(evidence), &question.evaluation().wanted());
                vec![Why::Mismatch { found, wanted }.to(language)]
            }
        }
    }

    /// What was found by those of its parts that decide whether it holds.
    fn observed(&self, evidence: &Evidence<'_>, described: Described, language: Language) -> Vec<String> {
        if described == Described::LookedUp && self.stands_on(evidence).is_nothing() {
            return Vec::new();
        }
        match self {
            Self::All(list) | Self::Any(list) => {
                let truth = self.holds(evidence);
                let decisive = list.iter().filter(|condition| condition.holds(evidence) == truth);
                decisive.flat_map(|condition| condition.observed(evidence, described, language)).collect()
            }
            Self::Not(condition) => condition.observed(evidence, described, language),
            Self::Ask(question) => vec![question.found(evidence).to(language)],
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
    fn found(&self, evidence: &Evidence<'_>) -> Found {
        let about_customer = matches!(self.key().about, About::Customer | About::Both);
        if about_customer && evidence.customer_id.is_empty() {
            return Found::NoCustomer;
        }
        self.evaluation().found(evidence)
    }
}

/// Why a key is undecided although the customer was found.
fn not_in_the_answer(key: &Key, language: Language) -> String {
    match key.about {
        About::Both => Found::NotWithEmployee(key.name).to(language),
        _ => Why::LeftOut(key.name).to(language),
    }
}
