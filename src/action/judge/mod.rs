//! What WeCom's answer to a call means for the action: the whole policy of the project, as one pure function.
//!
//! A [`Class`] says what kind of answer came; [`judge`] says what follows from it. Welcomes and tags have files of their
//! own, because a part of them can go through where the whole was refused. Nothing here waits, calls or logs.

mod next;
mod durable;
mod welcome;
mod tags;

use super::{
    Action,
    outcome::{Attempt, Class, Next, Outcome},
};
use durable::judge_durable;
use next::{again, unset};

/// Says what an attempt's answer means for its action.
pub fn judge(attempt: &Attempt<'_>) -> Outcome {
    match attempt.action {
        Action::Welcome(welcome) => welcome::judge_welcome(attempt, welcome),
        Action::Tag(tag) => tags::judge_tag(attempt, tag),
        Action::Remark(_) | Action::Notify(_) => judge_durable(attempt),
        Action::Decide(_) => judge_decide(attempt),
        Action::Forward(_) => judge_forward(attempt),
    }
}

/// A look-up is tried again whatever the answer was, as often as the schedule allows.
fn judge_decide(attempt: &Attempt<'_>) -> Outcome {
    match attempt.class {
        Class::Done => Next::Done { note: None }.into(),
        Class::Unset => unset(attempt),
        _ => again(attempt),
    }
}

/// The receiver is a system of the company's own, so most of what it answers can be mended there and is tried again.
/// It ends where the receiver says that it wants no more.
fn judge_forward(attempt: &Attempt<'_>) -> Outcome {
    match attempt.class {
        Class::Done => Next::Done { note: None }.into(),
        Class::Busy | Class::Throttled | Class::Crowded | Class::Contended | Class::Token => again(attempt),
        _ => unset(attempt),
    }
}
