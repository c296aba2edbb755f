//! What WeCom's answer means for what has time: remarks, notices, and tags where nothing about the answer is special to
//! tags.

use super::next::{again, failed, refused};
use crate::action::{
    ReasonCode,
    outcome::{Attempt, Class, Outcome},
};

/// How long after an add "no contact" may still be WeCom's own delay between its servers.
const RELATION_SETTLES_MS: i64 = 60_000;

/// For everything that is tried over a long time: tags and remarks for days, notices for one.
pub(super) fn judge_durable(attempt: &Attempt<'_>, class: Class) -> Outcome {
    match class {
        // Also where the app is not allowed to: unlike a welcome these can wait until the settings have been mended.
        Class::Token
        | Class::Busy
        | Class::Underway
        | Class::Contended
        | Class::Throttled
        | Class::Crowded
        | Class::Configuration => again(attempt, class),
        Class::NoRelation if attempt.now_ms - attempt.first_due_ms < RELATION_SETTLES_MS => {
            again(attempt, class)
        }
        Class::NoRelation => {
            failed(ReasonCode::NotExternalContact, "employee and customer are no contacts (any more)").into()
        }
        Class::Media | Class::Content => Outcome {
            next: failed(
                ReasonCode::ContentRefused,
                format!("WeCom refused the content: {}", attempt.message),
            ),
            request: None,
            flag: Some(ReasonCode::ContentRefused.because(format!(
                "WeCom refused the {} ({})",
                attempt.action.kind(),
                attempt.message
            ))),
        },
        Class::CodeSpent | Class::AlreadySent | Class::NoConsent | Class::UnknownTag | Class::Refused => {
            refused(attempt, class)
        }
    }
}
