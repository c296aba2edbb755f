//! Whether a condition holds wherever another one does, as far as that is certain from what is written. It is what tells of
//! a rule that never has its turn.
//!
//! All of it is about events with a welcome code, as rules that greet want them. Of rules that do something without one it
//! has to be asked as well whether they look for a code.

use super::{condition::Condition, table::Question};

impl Condition {
    /// Whether this condition is certain to hold for every event for which `other` does. `None` stands for no condition.
    pub(crate) fn holds_where(&self, other: Option<&Self>) -> bool {
        if self.always_holds() || other == Some(self) {
            return true;
        }
        if let Self::All(all) = self {
            return all.iter().all(|one| one.holds_where(other));
        }
        match other {
            Some(Self::Any(any)) if !any.is_empty() => any.iter().all(|one| self.holds_where(Some(one))),
            Some(Self::All(all)) if all.iter().any(|one| self.holds_where(Some(one))) => true,
            _ => match (self, other) {
                (Self::Any(any), _) => any.iter().any(|one| one.holds_where(other)),
                (Self::Ask(wide), Some(Self::Ask(narrow))) => wide.holds_where(narrow),
                // What is not, where even less is: turned round.
                (Self::Not(narrow), Some(Self::Not(wide))) => wide.holds_where(Some(narrow)),
                _ => false,
            },
        }
    }

    fn always_holds(&self) -> bool {
        match self {
            Self::Ask(Question::WelcomeCode(code)) => code.0,
            Self::Ask(Question::State(state)) => state.takes_all(),
            Self::Ask(Question::User(user)) => user.takes_all(),
            Self::Ask(Question::Shares(shares)) => shares.takes_all(),
            Self::Ask(_) | Self::Not(_) => false,
            Self::All(all) => all.iter().all(Self::always_holds),
            Self::Any(any) => any.iter().any(Self::always_holds),
        }
    }

    /// Whether a part of it asks for the welcome code.
    pub(crate) fn asks_for_code(&self) -> bool {
        match self {
            Self::Ask(question) => matches!(question, Question::WelcomeCode(_)),
            Self::All(list) | Self::Any(list) => list.iter().any(Self::asks_for_code),
            Self::Not(condition) => condition.asks_for_code(),
        }
    }

    /// Whether it is certain to hold for events with a welcome code alone.
    pub(crate) fn wants_code(&self) -> bool {
        match self {
            Self::Ask(Question::WelcomeCode(code)) => code.0,
            Self::All(all) => all.iter().any(Self::wants_code),
            Self::Ask(_) | Self::Any(_) | Self::Not(_) => false,
        }
    }

    /// The channels that it asks for at its top: with the others of its conditions they must hold.
    pub(crate) fn states(&self) -> Option<&super::keys::state::State> {
        match self {
            Self::Ask(Question::State(state)) => Some(state),
            Self::All(all) => all.iter().find_map(|one| match one {
                Self::Ask(Question::State(state)) => Some(state),
                _ => None,
            }),
            _ => None,
        }
    }

    /// The same for one of its channels alone.
    pub(crate) fn for_state(&self, index: usize) -> Self {
        match self {
            Self::Ask(Question::State(state)) => Self::Ask(Question::State(state.only(index))),
            Self::All(all) => {
                let mut is_first = true;
                Self::All(
                    all.iter()
                        .map(|one| match one {
                            Self::Ask(Question::State(_)) if std::mem::take(&mut is_first) => {
                                one.for_state(index)
                            }
                            one => one.clone(),
                        })
                        .collect(),
                )
            }
            one => one.clone(),
        }
    }
}

impl Question {
    fn holds_where(&self, narrow: &Self) -> bool {
        match (self, narrow) {
            (Self::State(wide), Self::State(narrow)) => wide.covers(narrow),
            (Self::User(wide), Self::User(narrow)) => wide.covers(narrow),
            (Self::Departments(wide), Self::Departments(narrow)) => wide.covers(narrow),
            (Self::AddWays(wide), Self::AddWays(narrow)) => wide.covers(narrow),
            (Self::Shares(wide), Self::Shares(narrow)) => wide.covers(narrow),
            _ => false,
        }
    }
}
