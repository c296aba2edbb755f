//! `customer`: who the customer is, as `{ type: …, gender: …, name: …, corp_name: … }`.

use super::{
    super::{
        evidence::{Evaluate, Evidence},
        reader::ConditionReader,
        reasons::{Found, Wanted},
        truth::Truth,
        words::WhenFault,
    },
    patterns::Patterns,
};
use crate::rules::{
    document::{reader::Position, wrong::Quoted},
    facts::customer::{CustomerType, Gender, word_of},
};

/// The customer is of one of these types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Types(Vec<CustomerType>);

impl Types {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        Self(words(conditions, at, &CustomerType::NAMES))
    }
}

impl Evaluate for Types {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        evidence.ask_customer(|customer| CustomerType::of(customer).is_some_and(|is| self.0.contains(&is)))
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        match evidence.customer.get().and_then(CustomerType::of) {
            Some(is) => {
                Found::Is { key: "customer.type", word: word_of(&CustomerType::NAMES, &is).to_owned() }
            }
            None => Found::NotTold("customer.type"),
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted::Words(words_of(&CustomerType::NAMES, &self.0))
    }
}

/// The customer is of one of these genders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Genders(Vec<Gender>);

impl Genders {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        Self(words(conditions, at, &Gender::NAMES))
    }
}

impl Evaluate for Genders {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        evidence.ask_customer(|customer| self.0.contains(&Gender::of(customer)))
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        let is = evidence.customer.get().map_or(Gender::Unknown, Gender::of);
        Found::Is { key: "customer.gender", word: word_of(&Gender::NAMES, &is).to_owned() }
    }

    fn wanted(&self) -> Wanted {
        Wanted::Words(words_of(&Gender::NAMES, &self.0))
    }
}

/// One of the patterns matches the customer's nickname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names(Patterns);

impl Names {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        Self(Patterns::read(conditions, at))
    }
}

impl Evaluate for Names {
    /// Everybody has a nickname: an answer without one leaves it unknown.
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        match (evidence.ask_customer(|_| true), evidence.customer.get()) {
            (Truth::Yes, Some(customer)) => {
                let name = customer.external_contact.name.as_deref();
                name.map_or(Truth::Unknown, |name| self.0.match_one(name).into())
            }
            (unanswered, _) => unanswered,
        }
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        Found::Name { fits: self.holds(evidence) == Truth::Yes }
    }

    fn wanted(&self) -> Wanted {
        self.0.wanted()
    }
}

/// One of the patterns matches the customer's company, which is `""` for customers of WeChat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CorpNames(Patterns);

impl CorpNames {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        Self(Patterns::read(conditions, at))
    }
}

impl Evaluate for CorpNames {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        evidence.ask_customer(|customer| {
            self.0.match_one(customer.external_contact.corp_name.as_deref().unwrap_or_default())
        })
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        match evidence.customer.get().and_then(|is| is.external_contact.corp_name.as_deref()) {
            None | Some("") => Found::NoCorpName,
            Some(name) => Found::CorpName(Quoted::of(name)),
        }
    }

    fn wanted(&self) -> Wanted {
        self.0.wanted()
    }
}

/// One or more of the words that a value can be.
fn words<T: Copy>(
    conditions: &mut ConditionReader<'_>,
    at: &Position<'_>,
    names: &[(&'static str, T)],
) -> Vec<T> {
    let reader = &mut *conditions.reader;
    let mut found = Vec::new();
    for item in reader.one_or_more(at, names.len()) {
        let Some(text) = reader.text(&item) else { continue };
        if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
            found.push(*value);
        } else {
            let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            let meant = reader.log.meant(text, &names);
            reader.malformed(&item, WhenFault::NoneOfThem { word: Quoted::of(text), meant });
        }
    }
    found
}

fn words_of<T: PartialEq>(names: &[(&'static str, T)], values: &[T]) -> Vec<String> {
    values.iter().map(|value| word_of(names, value).to_owned()).collect()
}
