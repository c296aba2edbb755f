//! The table of conditions: one row for each key of `when`.
//!
//! The rows stand in the order in which faults and the schema list the keys. A new key is a row here, its place in [`KEYS`],
//! its line in `questions!`, and its evaluation in a file of `keys/`.

use super::{
    evidence::Evaluate,
    keys::{
        add_way::AddWays,
        customer::{CorpNames, Genders, Names, Types},
        department::Departments,
        returning::Returning,
        schedule::Schedules,
        share::Shares,
        state::State,
        tagged::Tagged,
        user::User,
        welcome_code::WelcomeCode,
    },
    reader::{ConditionReader, Scope},
};
use crate::rules::{
    document::reader::Position,
    facts::{
        Needs,
        customer::{CustomerType, Gender},
    },
};

/// A key of `when`.
#[derive(Debug)]
pub(crate) struct Key {
    /// In full, as reasons write it: `customer.type`.
    pub(crate) name: &'static str,
    /// What it asks, in a sentence for editors and for docs/RULES.md. That it is looked up is added to it.
    means: &'static str,
    /// Whom it asks about. Events that do not name them never meet it.
    pub(super) about: About,
    /// The look-ups that it takes.
    pub(super) needs: Needs,
    /// What deciding it costs, to bring conditions into an order: a few nanoseconds, an hour of the day, a hash, a look-up.
    pub(super) cost: u8,
    /// How its value is read.
    pub(super) reads: Reads,
    /// The form of its value in the JSON schema.
    pub(crate) form: Form,
}

/// Whom a key asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// The event itself.
    Event,
    Employee,
    Customer,
    /// What the customer and the employee have with each other.
    Both,
}

/// Reads the value of a key that asks one question.
pub(super) type Read = fn(&mut ConditionReader<'_>, &Position<'_>, Scope<'_>) -> Option<Question>;

/// How the value of a key is read.
#[derive(Debug)]
pub(super) enum Reads {
    One(Read),
    /// As a map of further keys, all of which must hold.
    Keys(&'static [&'static Key]),
    /// As conditions, of which one must hold.
    Any,
    /// As conditions, all of which must hold.
    All,
    /// As a condition that must not hold.
    Not,
}

/// The form of a value in the JSON schema.
#[derive(Debug)]
pub(crate) enum Form {
    Boolean,
    /// A definition of the schema.
    Definition(&'static str),
    /// A definition, or a list of up to 200 of them.
    OneOrMore(&'static str),
    /// One or more of some words.
    Words(&'static [&'static str]),
    /// Written out.
    Json(&'static str),
    /// A map of further keys.
    Keys,
}

impl Key {
    /// What it asks, in a sentence or two.
    pub(crate) fn description(&self) -> String {
        let looked_up = if self.is_looked_up() { " Looked up." } else { "" };
        format!("{}{looked_up}", self.means)
    }

    /// Whether WeCom has to be asked, which a key that stands below another leaves to that to say. The record of earlier
    /// adds is our own.
    pub(crate) fn is_looked_up(&self) -> bool {
        !self.name.contains('.') && (self.needs.customer || self.needs.employee)
    }

    /// The name as it is written: `type` for `customer.type`.
    pub(crate) fn own_name(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// The keys of the map that is its value; none where its value is something else.
    pub(crate) fn below(&self) -> &'static [&'static Key] {
        if let Reads::Keys(keys) = &self.reads { keys } else { &[] }
    }
}

/// The names of keys as they are written.
pub(super) fn own_names(keys: &[&'static Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.own_name()).collect()
}

/// Makes an enum of everything that a condition can ask, and ties each to its row.
macro_rules! questions {
    ($($Asked:ident => $row:ident),+ $(,)?) => {
        /// What one key asks.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum Question {
            $($Asked($Asked)),+
        }

        impl Question {
            pub(crate) fn key(&self) -> &'static Key {
                match self { $(Self::$Asked(_) => &$row),+ }
            }

            pub(super) fn evaluation(&self) -> &dyn Evaluate {
                match self { $(Self::$Asked(asked) => asked),+ }
            }
        }
    };
}

questions! {
    State => STATE,
    User => USER,
    Departments => DEPARTMENT,
    AddWays => ADD_WAY,
    Types => TYPE,
    Genders => GENDER,
    Names => NAME,
    CorpNames => CORP_NAME,
    Tagged => TAGGED,
    Returning => RETURNING,
    WelcomeCode => WELCOME_CODE,
    Schedules => SCHEDULE,
    Shares => SHARE,
}

/// Every key that may stand in a `when`.
pub(crate) static KEYS: [&Key; 13] = [
    &STATE,
    &USER,
    &DEPARTMENT,
    &ADD_WAY,
    &CUSTOMER,
    &TAGGED,
    &RETURNING,
    &WELCOME_CODE,
    &SCHEDULE,
    &SHARE,
    &ANY,
    &ALL,
    &NOT,
];

static STATE: Key = Key {
    name: "state",
    means: "The channel that the customer came by: the state of the contact way or the link.",
    about: About::Event,
    needs: Needs::NOTHING,
    cost: 1,
    reads: Reads::One(|conditions, at, scope| Some(Question::State(State::read(conditions, at, scope)))),
    form: Form::Definition("globs"),
};

static USER: Key = Key {
    name: "user",
    means: "The employee's userid.",
    about: About::Event,
    needs: Needs::NOTHING,
    cost: 1,
    reads: Reads::One(|conditions, at, scope| Some(Question::User(User::read(conditions, at, scope)))),
    form: Form::Definition("globs"),
};

static DEPARTMENT: Key = Key {
    name: "department",
    means: "The employee is in one of these departments, or below it.",
    about: About::Employee,
    needs: Needs::EMPLOYEE,
    cost: 5,
    reads: Reads::One(|conditions, at, _| Some(Question::Departments(Departments::read(conditions, at)))),
    form: Form::OneOrMore("department"),
};

static ADD_WAY: Key = Key {
    name: "add_way",
    means: "How the customer added this employee.",
    about: About::Both,
    needs: Needs::CUSTOMER,
    cost: 7,
    reads: Reads::One(|conditions, at, _| Some(Question::AddWays(AddWays::read(conditions, at)))),
    form: Form::OneOrMore("add_way"),
};

static CUSTOMER: Key = Key {
    name: "customer",
    means: "The customer; all that is given must match.",
    about: About::Customer,
    needs: Needs::CUSTOMER,
    cost: 7,
    reads: Reads::Keys(&[&TYPE, &GENDER, &NAME, &CORP_NAME]),
    form: Form::Keys,
};

static TYPE: Key = Key {
    name: "customer.type",
    means: "A WeChat user, or one of another company's WeCom.",
    about: About::Customer,
    needs: Needs::CUSTOMER,
    cost: 6,
    reads: Reads::One(|conditions, at, _| Some(Question::Types(Types::read(conditions, at)))),
    form: Form::Words(&[CustomerType::NAMES[0].0, CustomerType::NAMES[1].0]),
};

static GENDER: Key = Key {
    name: "customer.gender",
    means: "Mostly unknown since 2021.",
    about: About::Customer,
    needs: Needs::CUSTOMER,
    cost: 6,
    reads: Reads::One(|conditions, at, _| Some(Question::Genders(Genders::read(conditions, at)))),
    form: Form::Words(&[Gender::NAMES[0].0, Gender::NAMES[1].0, Gender::NAMES[2].0]),
};

static NAME: Key = Key {
    name: "customer.name",
    means: "The nickname.",
    about: About::Customer,
    needs: Needs::CUSTOMER,
    cost: 7,
    reads: Reads::One(|conditions, at, _| Some(Question::Names(Names::read(conditions, at)))),
    form: Form::Definition("globs"),
};

static CORP_NAME: Key = Key {
    name: "customer.corp_name",
    means: "The company, of customers who use WeCom themselves.",
    about: About::Customer,
    needs: Needs::CUSTOMER,
    cost: 7,
    reads: Reads::One(|conditions, at, _| Some(Question::CorpNames(CorpNames::read(conditions, at)))),
    form: Form::Definition("globs"),
};

static TAGGED: Key = Key {
    name: "tagged",
    means: "The customer has one of these tags from this employee.",
    about: About::Both,
    needs: Needs::CUSTOMER,
    cost: 7,
    reads: Reads::One(|conditions, at, _| Some(Question::Tagged(Tagged::read(conditions, at)))),
    form: Form::OneOrMore("tag"),
};

static RETURNING: Key = Key {
    name: "returning",
    means: "Whether the customer was added before.",
    about: About::Customer,
    needs: Needs::EARLIER,
    cost: 4,
    reads: Reads::One(|conditions, at, _| Returning::read(conditions, at).map(Question::Returning)),
    form: Form::Json(
        r#"{
            "oneOf": [
                { "type": "boolean" },
                {
                    "description": "To whom, and whether.",
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "to": {
                            "description": "By this employee, or by anyone of the company.",
                            "enum": ["employee", "company"]
                        },
                        "is": { "description": "Whether; true if left out.", "type": "boolean" }
                    },
                    "minProperties": 1
                }
            ]
        }"#,
    ),
};

static WELCOME_CODE: Key = Key {
    name: "welcome_code",
    means: "Whether the event carries a welcome code.",
    about: About::Event,
    needs: Needs::NOTHING,
    cost: 0,
    reads: Reads::One(|conditions, at, _| WelcomeCode::read(conditions, at).map(Question::WelcomeCode)),
    form: Form::Boolean,
};

static SCHEDULE: Key = Key {
    name: "schedule",
    means: "When it happens: one time, or any of several.",
    about: About::Event,
    needs: Needs::NOTHING,
    cost: 2,
    reads: Reads::One(|conditions, at, _| Some(Question::Schedules(Schedules::read(conditions, at)))),
    form: Form::OneOrMore("schedule"),
};

static SHARE: Key = Key {
    name: "share",
    means: "A part of all customers, always the same ones; rules divide them by naming one experiment.",
    about: About::Customer,
    needs: Needs::NOTHING,
    cost: 3,
    reads: Reads::One(|conditions, at, scope| Some(Question::Shares(Shares::read(conditions, at, scope)))),
    form: Form::OneOrMore("share"),
};

static ANY: Key = Key {
    name: "any",
    means: "One of these conditions holds.",
    about: About::Event,
    needs: Needs::NOTHING,
    cost: 0,
    reads: Reads::Any,
    form: Form::OneOrMore("condition"),
};

static ALL: Key = Key {
    name: "all",
    means: "All of these conditions hold.",
    about: About::Event,
    needs: Needs::NOTHING,
    cost: 0,
    reads: Reads::All,
    form: Form::OneOrMore("condition"),
};

static NOT: Key = Key {
    name: "not",
    means: "This condition does not hold.",
    about: About::Event,
    needs: Needs::NOTHING,
    cost: 0,
    reads: Reads::Not,
    form: Form::Definition("condition"),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_there_twice() {
        let below = KEYS.iter().flat_map(|key| key.below());
        let mut names: Vec<&str> = KEYS.iter().chain(below).map(|key| key.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
