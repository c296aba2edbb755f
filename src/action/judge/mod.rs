//! What WeCom's answer to a call means for the action: the whole policy of the project, as one pure function.
//!
//! An [`End`] says how a call ended; [`judge`] says what follows from it. Welcomes and tags have files of their
//! own, because a part of them can go through where the whole was refused. Nothing here waits, calls or logs.

mod next;
mod durable;
mod welcome;
mod tags;

use super::{
    Action, Reason, ReasonCode,
    outcome::{Attempt, Class, End, Next, Outcome},
};
use durable::judge_durable;
use next::{again, database_away, failed, unset};

/// Why a welcome expired that no call can start for any more. `unanswered`: a try of ours may have had its effect;
/// `last_answer`: the answer to the last of its tries, where there was one.
pub fn expired(tried: bool, unanswered: bool, last_answer: Option<&str>) -> Reason {
    if tried || unanswered {
        next::too_late(unanswered, last_answer)
    } else {
        ReasonCode::ExpiredUntried.because("the 20 seconds ended before it could be tried")
    }
}

/// Says what an attempt's end means for its action.
pub fn judge(attempt: &Attempt<'_>) -> Outcome {
    match attempt.end {
        End::Done => done(attempt),
        End::NotDone(class) => not_done(attempt, class),
        End::Unset => unset(attempt),
        End::DatabaseAway => database_away(attempt),
    }
}

fn done(attempt: &Attempt<'_>) -> Outcome {
    match attempt.action {
        Action::Welcome(welcome) => welcome::sent(welcome),
        Action::Tag(tag) => tags::put_on(attempt, tag),
        _ => Next::Done { note: None }.into(),
    }
}

fn not_done(attempt: &Attempt<'_>, class: Class) -> Outcome {
    match attempt.action {
        Action::Welcome(welcome) => welcome::judge_welcome(attempt, class, welcome),
        Action::Tag(tag) => tags::judge_tag(attempt, class, tag),
        Action::Remark(_) | Action::Notify(_) => judge_durable(attempt, class),
        // A look-up is tried again whatever the answer was, as often as the schedule allows.
        Action::Decide(_) => again(attempt, class),
        Action::Forward(_) => judge_forward(attempt, class),
    }
}

/// The receiver is a system of the company's own, so most of what it answers can be mended there and is tried again.
/// It ends where the receiver says that it wants no more.
fn judge_forward(attempt: &Attempt<'_>, class: Class) -> Outcome {
    match class {
        Class::Busy | Class::Throttled | Class::Crowded | Class::Contended | Class::Token => {
            again(attempt, class)
        }
        _ => failed(ReasonCode::ReceiverRefused, attempt.message).into(),
    }
}
