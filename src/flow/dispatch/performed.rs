//! What a try of an action came to, before anybody judges it.

use std::time::Duration;

use crate::{
    action::{Action, Plan, Reason, outcome::End, recorded::Unanswered},
    flow::lookups::Failed,
};

/// What a try came to.
#[derive(Debug)]
pub(super) struct Performed {
    pub(super) end: End,
    /// WeCom's code, if WeCom answered.
    pub(super) errcode: Option<i64>,
    /// WeCom's message or ours, for the record.
    pub(super) message: String,
    /// Whether the call may have had its effect although no answer came.
    pub(super) lost: bool,
    /// How long it took.
    pub(super) took: Duration,
    /// What the operator should know of an action that is done without its call, or not in all.
    pub(super) note: Option<Reason>,
    /// The request that was sent, where it differs from the one that was planned.
    pub(super) request: Option<Action>,
    /// What follows from it: further actions of the event.
    pub(super) then: Option<Plan>,
    /// What it says of how many calls may be under way, where that is not its end: the call that the limit is for went well,
    /// and another did not.
    pub(super) of_limit: Option<End>,
}

impl Performed {
    /// Done, without an answer of WeCom's.
    pub(super) fn done(message: impl Into<String>) -> Self {
        Self::ended(End::Done, message)
    }

    /// Ended so, without an answer of WeCom's.
    pub(super) fn ended(end: impl Into<End>, message: impl Into<String>) -> Self {
        Self {
            end: end.into(),
            errcode: None,
            message: message.into(),
            lost: false,
            took: Duration::ZERO,
            note: None,
            request: None,
            then: None,
            of_limit: None,
        }
    }

    /// Done, because there was nothing to do.
    pub(super) fn without_call(why: Reason) -> Self {
        Self { note: Some(why.clone()), ..Self::done(why.text) }
    }

    /// Not begun, because something of ours is not set.
    pub(super) fn unset(what: String) -> Self {
        Self::ended(End::Unset, what)
    }

    /// A look-up had no answer, and will be tried again.
    pub(super) fn held_up(lookup: &Failed) -> Self {
        let message = Unanswered::LookingUp(lookup.what, &lookup.message).to_string();
        Self { errcode: lookup.errcode, ..Self::ended(lookup.class, message) }
    }

    /// WeCom refused it, or gave no answer.
    pub(super) fn refused(error: &wecom_client::Error) -> Self {
        Self { errcode: error.errcode(), lost: error.lost(), ..Self::ended(error.class(), error.message()) }
    }
}
