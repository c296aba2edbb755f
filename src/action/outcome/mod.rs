//! How a call ended and what follows from that: the kind of answer, what happens next with the action, and what is wrong
//! with the rule that asked for it. The types only; [`judge`](super::judge()) decides.

mod flag;

pub use flag::{Flag, FlagCode};

use super::{Action, Deadline};

/// What kind of answer a call got. The classes are those of protocol tables 2 and 4.2, by what can be done about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// errcode 0.
    Done,
    /// The access token was refused, and again after it was renewed (40014, 42001, 40001).
    Token,
    /// The platform is busy or was not reached: -1, 6000, HTTP 5xx, time-out, reset, an answer that is not JSON.
    Busy,
    /// WeCom is still at work on what the call is about, for minutes as a rule: 41063, 41078, 41079, 90507.
    Underway,
    /// Another app is sending this very welcome and may yet fail (41096).
    Contended,
    /// Frequency limit (45009).
    Throttled,
    /// Too many calls of this kind at once (45033).
    Crowded,
    /// The welcome code is invalid or expired, or was not given (41050, 41049).
    CodeSpent,
    /// The welcome was sent already, by us or by another, or they are chatting already (41051).
    AlreadySent,
    /// The customer has not agreed to message archiving; a new code comes with `msg_audit_approved` (41053).
    NoConsent,
    /// A media id that has expired or is none, or media of a wrong kind or size (40007, 40004–40006 …).
    Media,
    /// Something else in the request's content is refused: length, count, text (40058, 41065, 45002 …).
    Content,
    /// A tag id that WeCom does not know (40068).
    UnknownTag,
    /// Employee and customer are no contacts, or not yet (84061).
    NoRelation,
    /// The app, its rights, its secret or its trusted addresses are not set up (48002, 60011, 60020 …).
    Configuration,
    /// Any other refusal; the same call would be refused again.
    Refused,
    /// Something of ours that the call needs is not set, so that none was made; the message says what and how.
    Unset,
}

/// What is known of an attempt when it has ended.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What was asked.
    pub action: &'a Action,
    /// What came of it.
    pub class: Class,
    /// WeCom's `errmsg`, or our own text where no answer came. It is searched only for ids that we sent ourselves.
    pub message: &'a str,
    /// How many attempts there have been, this one included; at least 1.
    pub number: u32,
    /// Whether the end of an earlier attempt is unknown: it may have had its effect.
    pub earlier_lost: bool,
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
    pub flag: Option<Flag>,
}

/// What happens next with an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Done {
        /// In which way, where that is worth an operator's attention.
        note: Option<String>,
    },
    /// It is tried again.
    Again {
        /// Not before this instant, in Unix milliseconds.
        at_ms: i64,
        /// What it waits for.
        reason: String,
    },
    /// Its deadline passed, or its code no longer works.
    Expired {
        /// In words an operator understands.
        reason: String,
    },
    /// It will not be tried again by itself.
    Failed {
        /// In words an operator understands, with what to do about it.
        reason: String,
    },
}

impl From<Next> for Outcome {
    fn from(next: Next) -> Self {
        Self { next, request: None, flag: None }
    }
}
