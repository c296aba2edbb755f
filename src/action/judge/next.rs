//! The ends and further tries that several kinds of action share.

use std::time::Duration;

use crate::action::{
    Action, Reason, ReasonCode,
    outcome::{Attempt, Class, Next, Outcome},
    retry,
};
use wecom_core::cause::cause;

/// The code of a refusal, or of no answer.
pub(super) fn code_of(attempt: &Attempt<'_>, class: Class) -> ReasonCode {
    ReasonCode::of_answer(class, attempt.errcode.and_then(cause))
}

/// It will not be tried again.
pub(super) fn failed(code: ReasonCode, text: impl Into<String>) -> Next {
    Next::Failed { reason: code.because(text) }
}

/// Something of ours is not set; the message says what, and how to set it.
pub(super) fn unset(attempt: &Attempt<'_>) -> Outcome {
    let code = match attempt.action {
        Action::Notify(_) => ReasonCode::NoAgentId,
        Action::Forward(_) => ReasonCode::NoSigningKey,
        // Without a code there never was a welcome, so that none was missed and nobody is notified of one.
        Action::Welcome(_) => {
            return Next::Skipped { reason: ReasonCode::NoWelcomeCode.because(attempt.message) }.into();
        }
        Action::Tag(_) | Action::Remark(_) | Action::Decide(_) => ReasonCode::Other,
    };
    failed(code, attempt.message).into()
}

/// Our own database did not answer. It is tried again like a call that WeCom was too busy for, and is not blamed on WeCom.
pub(super) fn database_away(attempt: &Attempt<'_>) -> Outcome {
    again_for(attempt, Class::Busy, ReasonCode::DatabaseAway.because(attempt.message))
}

/// The same call would be refused again.
pub(super) fn refused(attempt: &Attempt<'_>, class: Class) -> Outcome {
    failed(code_of(attempt, class), format!("WeCom refused it: {}", attempt.message)).into()
}

/// Tries again after the pause that the class asks for, unless there is no time left for it.
pub(super) fn again(attempt: &Attempt<'_>, class: Class) -> Outcome {
    again_for(attempt, class, waits_for(attempt, class))
}

/// The same, and what the next try waits for.
pub(super) fn again_for(attempt: &Attempt<'_>, class: Class, reason: Reason) -> Outcome {
    let Attempt { number, dice, .. } = *attempt;
    let since_ms = attempt.now_ms - attempt.first_due_ms;
    let (pause, long) = match attempt.action {
        Action::Welcome(_) => (Some(retry::welcome_pause(class, number, dice)), "20 seconds"),
        Action::Decide(_) => (retry::decide_pause(number, dice), "a minute"),
        Action::Notify(_) | Action::Forward(_) => {
            (retry::reports_pause(class, number, since_ms, dice), "a day")
        }
        Action::Tag(_) | Action::Remark(_) => (retry::durable_pause(class, number, since_ms, dice), "days"),
    };
    if let Some(pause) = pause {
        let at_ms = attempt.now_ms.saturating_add(millis(pause));
        return next_try(attempt, at_ms, reason).into();
    }
    let code = if reason.code.is_to_be_mended() { reason.code } else { ReasonCode::BusyTooLong };
    failed(code, format!("given up after {long} of trying: {}", attempt.message)).into()
}

/// Again at that instant, or expired if the deadline comes first.
pub(super) fn next_try(attempt: &Attempt<'_>, at_ms: i64, reason: Reason) -> Next {
    match attempt.deadline {
        Some(deadline) if deadline.left(at_ms).is_none() => {
            Next::Expired { reason: too_late(attempt.unanswered, Some(attempt.message)) }
        }
        _ => Next::Again { at_ms, reason },
    }
}

/// Why a welcome that was tried did not go out in its 20 seconds, as far as is known. `unanswered`: a try of ours may have
/// had its effect.
pub(super) fn too_late(unanswered: bool, last_answer: Option<&str>) -> Reason {
    let last = last_answer.map_or_else(String::new, |answer| format!("; last answer: {answer}"));
    if unanswered {
        let text = "the 20 seconds ended without an answer to every try: the customer may have been greeted";
        ReasonCode::UnknownEnd.because(format!("{text}{last}"))
    } else {
        ReasonCode::ExpiredTrying.because(format!("the 20 seconds ended before WeCom took it{last}"))
    }
}

/// What the next try waits for, in words an operator understands.
fn waits_for(attempt: &Attempt<'_>, class: Class) -> Reason {
    if let Action::Forward(_) = attempt.action {
        return ReasonCode::ReceiverAway.because(attempt.message);
    }
    let what = match class {
        Class::Token => "the access token is refused",
        Class::Underway => "WeCom is still at work on it",
        Class::Contended => "another app is sending this welcome",
        Class::Throttled => "WeCom's frequency limit",
        Class::Crowded => "too many calls at once for WeCom",
        Class::NoRelation => "WeCom does not know the contact yet",
        Class::Configuration => "WeCom does not let this app do it; mend its settings in the console",
        _ => "WeCom is busy or cannot be reached",
    };
    code_of(attempt, class).because(format!("{what}: {}", attempt.message))
}

fn millis(pause: Duration) -> i64 {
    i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
}
