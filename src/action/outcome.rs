//! How a call ended and what follows from that: the kind of answer, what happens next with the action, and what is wrong
//! with the rule that asked for it. The types only; [`judge`](super::judge()) decides.

use super::{Action, Deadline, Reason};

pub use wecom_core::Class;

/// How an attempt ended, as far as what follows depends on it: done, not done with its class, or never made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// errcode 0, or there was nothing to do.
    Done,
    /// The call was refused, or not answered.
    NotDone(Class),
    /// No call was made, because something of ours that it needs is not set. The message says what, and how to set it.
    Unset,
    /// No call was made, because our own database did not answer when the record was asked.
    DatabaseAway,
}

impl From<Class> for End {
    fn from(class: Class) -> Self {
        Self::NotDone(class)
    }
}

/// What is known of an attempt when it has ended.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What was asked.
    pub action: &'a Action,
    /// How it ended.
    pub end: End,
    /// WeCom's code, where WeCom answered.
    pub errcode: Option<i64>,
    /// WeCom's `errmsg`, or our own text where no answer came. It is searched only for ids that we sent ourselves.
    pub message: &'a str,
    /// How many attempts there have been, this one included; at least 1.
    pub number: u32,
    /// Whether an earlier attempt may have had its effect although it was not answered with a yes.
    pub earlier_lost: bool,
    /// Whether this attempt, or one before it, may have had its effect and was not answered at all.
    pub unanswered: bool,
    /// When the action was first due, in Unix milliseconds.
    pub first_due_ms: i64,
    /// Until when it is worth anything.
    pub deadline: Option<Deadline>,
    /// Now, in Unix milliseconds.
    pub now_ms: i64,
    /// A random number, 0 ≤ dice < 1, that spreads retries.
    pub dice: f64,
}

/// How an attempt leaves its action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What happens next.
    pub next: Next,
    /// The request as it now stands, where the attempt changed it.
    pub request: Option<Action>,
    /// What is wrong with the rule that asked for this, where something is.
    pub flag: Option<Reason>,
}

/// What happens next with an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Done {
        /// How it was done, where an operator should know.
        note: Option<Reason>,
    },
    /// It is tried again.
    Again {
        /// Not before this instant, in Unix milliseconds.
        at_ms: i64,
        /// What it waits for.
        reason: Reason,
    },
    /// Its deadline passed, or its code no longer works.
    Expired {
        /// In words an operator understands.
        reason: Reason,
    },
    /// There is nothing that it could be done with.
    Skipped {
        /// In words an operator understands.
        reason: Reason,
    },
    /// It will not be tried again by itself.
    Failed {
        /// In words an operator understands, with what to do about it.
        reason: Reason,
    },
}

impl From<Next> for Outcome {
    fn from(next: Next) -> Self {
        Self { next, request: None, flag: None }
    }
}
