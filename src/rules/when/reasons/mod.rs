//! Why conditions hold or not: what was found and what the rule asks for. `en.rs` and `zh.rs` say it in words.
//!
//! A customer's name is not repeated: a reason may end up in a log, and whoever shows the reason can show the name beside it.

mod en;
mod zh;

use std::fmt::{self, Display};

use jiff::civil::DateTime;

use crate::{
    language::{Language, Sentence},
    rules::{document::wrong::Quoted, facts::Needs},
};

/// How many things are listed before the rest are only counted.
const LISTED_MAX: usize = 5;

/// What is the case, whether that is what a rule asks for or not.
#[derive(Debug)]
pub(crate) enum Found {
    /// The event does not have one: no state, no employee, no customer.
    NoState,
    NoEmployee,
    NoCustomer,
    State(Quoted),
    User(Quoted),
    /// The departments that the employee is in or below, as far as they can be seen.
    Departments {
        user: Quoted,
        ids: Vec<i64>,
    },
    /// A key with a few words as its values.
    Is {
        key: &'static str,
        word: String,
    },
    /// WeCom's answer does not have it.
    NotTold(&'static str),
    /// The customer was found, and WeCom does not name the event's employee among those who have them.
    NotWithEmployee(&'static str),
    /// Whether the nickname is one of those that are asked for.
    Name {
        fits: bool,
    },
    NoCorpName,
    CorpName(Quoted),
    /// Those of the tags that are asked for that the customer has from the employee.
    Tags(Vec<Quoted>),
    /// Whether the record has an earlier add of the customer.
    Earlier {
        by_employee: bool,
        had: bool,
    },
    WelcomeCode(bool),
    /// When it happened, in the zone of the schedule; `None` outside of the years that the calendar has.
    Happened(Option<Moment>),
    /// Where the customer stands in an experiment.
    Percentile {
        at: String,
        experiment: Quoted,
    },
}

/// A time in a zone.
#[derive(Debug)]
pub(crate) struct Moment {
    pub(super) time: DateTime,
    pub(super) zone: String,
}

/// What a rule asks for.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// One of these patterns or tags; an empty pattern stands for none.
    Quoted(Vec<Quoted>),
    /// One of these words or numbers.
    Words(Vec<String>),
    /// A share of the customers.
    Shares(Vec<String>),
    /// An earlier add, or none.
    Earlier(bool),
    /// An event with a welcome code, or without.
    WelcomeCode(bool),
    OtherTimes,
}

/// Why a condition does not hold, or is not decided.
#[derive(Debug)]
pub(super) enum Why<'a> {
    Mismatch {
        found: &'a Found,
        wanted: &'a Wanted,
    },
    /// None of `any` holds, each for its reason.
    NoneOfAny(&'a [String]),
    /// What stands under `not` holds.
    NotHolds(&'a [String]),
    /// These keys need somebody who was not looked up (yet).
    Missing {
        keys: &'a [&'static str],
        who: Who,
        could_not: bool,
    },
    /// The customer was found, and the answer does not have what this key asks for.
    LeftOut(&'static str),
}

/// Who or what has to be looked up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Customer,
    Employee,
    Earlier,
}

impl Who {
    pub(super) const ALL: [(Self, Needs); 3] = [
        (Self::Customer, Needs::CUSTOMER),
        (Self::Employee, Needs::EMPLOYEE),
        (Self::Earlier, Needs::EARLIER),
    ];
}

/// The first few of some sentences in a row.
pub(super) fn in_a_row(sentences: Vec<String>, language: Language) -> String {
    match language {
        Language::En => en::in_a_row(sentences, "; "),
        Language::Zh => zh::in_a_row(sentences, "；"),
    }
}

impl Sentence for Found {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::found(self, f),
            Language::Zh => zh::found(self, f),
        }
    }
}

impl Sentence for Why<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::why(self, f),
            Language::Zh => zh::why(self, f),
        }
    }
}

/// The first few of a list, and how many more there are.
fn first_few<T: Display>(items: &[T]) -> (Vec<String>, usize) {
    let shown: Vec<String> = items.iter().take(LISTED_MAX).map(T::to_string).collect();
    let more = items.len() - shown.len();
    (shown, more)
}
