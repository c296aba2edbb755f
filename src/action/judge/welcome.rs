//! What WeCom's answer means for a welcome: it has one code, twenty seconds, and several lesser forms that are better than
//! no welcome at all.

use super::next::{again, next_try, refused};
use crate::action::{
    Action, Welcome,
    outcome::{Attempt, Class, FlagCode, Next, Outcome},
};
use wecom_core::message::SendWelcomeMsg;

/// It was sent, perhaps as less than its rule says.
pub(super) fn sent(welcome: &Welcome) -> Outcome {
    Next::Done { note: left_out_note(welcome) }.into()
}

pub(super) fn judge_welcome(attempt: &Attempt<'_>, class: Class, welcome: &Welcome) -> Outcome {
    match class {
        // Our own attempt whose answer got lost is the likelier sender than another app.
        Class::AlreadySent if attempt.earlier_lost => sent(welcome),
        Class::AlreadySent => Next::Done {
            note: Some("by another: the welcome had been sent already, or they were chatting already".into()),
        }
        .into(),
        Class::CodeSpent => {
            // Spent, too old, or not there at all: WeCom's own words say which.
            Next::Expired { reason: format!("WeCom does not take the welcome code: {}", attempt.message) }.into()
        }
        Class::NoConsent => Next::Failed {
            reason:
                "the customer has not agreed to message archiving; WeCom sends a new code once that is done"
                    .into(),
        }
        .into(),
        Class::Token
        | Class::Busy
        | Class::Underway
        | Class::Contended
        | Class::Throttled
        | Class::Crowded => again(attempt, class),
        // The reason does not suggest `actions retry`: the 20 seconds are over before the settings are mended.
        Class::Configuration => Next::Failed {
            reason: format!(
                "WeCom does not let this app do it: {}; mend the app's settings in the console, for the next customer",
                attempt.message
            ),
        }
        .into(),
        // A lesser welcome is better than none, and a refusal does not spend the code.
        Class::Media if !welcome.media_ids().is_empty() => without_media(attempt, welcome),
        Class::Media | Class::Content | Class::Refused | Class::UnknownTag
            if welcome.message.text.is_some() && !welcome.message.attachments.is_empty() =>
        {
            let lesser = format!("without its attachments, which WeCom refused: {}", attempt.message);
            let text_only = lessened(welcome, lesser).saying(welcome.message.text.clone(), Vec::new());
            Outcome {
                next: next_try(
                    attempt,
                    attempt.now_ms,
                    "without its attachments, which WeCom refused".to_owned(),
                ),
                request: Some(Action::Welcome(text_only)),
                flag: Some(FlagCode::AttachmentRefused.because(format!(
                    "WeCom refused the attachments ({}): the welcome goes out as text only until they are mended",
                    attempt.message
                ))),
            }
        }
        Class::Media | Class::Content | Class::Refused if welcome.fallback.is_some() => Outcome {
            next: next_try(attempt, attempt.now_ms, "with its fallback: WeCom refused the text".to_owned()),
            request: Some(Action::Welcome(fallback_of(
                welcome,
                format!("with its fallback: WeCom refused the text: {}", attempt.message),
            ))),
            flag: Some(FlagCode::TextRefused.because(format!(
                "WeCom refused the text ({}): the fallback goes out until it is mended",
                attempt.message
            ))),
        },
        Class::Media | Class::Content => Outcome {
            next: Next::Failed { reason: format!("WeCom refused the content: {}", attempt.message) },
            request: None,
            flag: Some(
                FlagCode::ContentRefused
                    .because(format!("WeCom refused the welcome's content ({})", attempt.message)),
            ),
        },
        Class::NoRelation => {
            Next::Failed { reason: "employee and customer are no contacts (any more)".into() }.into()
        }
        Class::Refused | Class::UnknownTag => refused(attempt),
    }
}

/// WeCom refused a media id and does not say which, so everything that carries one is left out, and the rest goes out at
/// once: uploading the files again, which is done meanwhile, takes longer than the welcome has.
fn without_media(attempt: &Attempt<'_>, welcome: &Welcome) -> Outcome {
    let lesser =
        format!("without its pictures and files, whose media ids WeCom refused: {}", attempt.message);
    let rest = lessened(welcome, lesser.clone()).without_media();
    let flag = FlagCode::MediaRefused.because(format!(
        "WeCom refused a media id ({}): files of the rules are uploaded again by themselves; a media_id written into \
         the rule works for three days only, so name the file instead",
        attempt.message
    ));
    if rest.message.is_blank() && rest.fallback.is_none() {
        let reason = format!("WeCom refused the media of a welcome that has no text: {}", attempt.message);
        return Outcome { next: Next::Failed { reason }, request: None, flag: Some(flag) };
    }
    let rest = if rest.message.is_blank() { fallback_of(welcome, lesser) } else { rest };
    let reason = "without its pictures and files, whose media ids WeCom refused".to_owned();
    Outcome {
        next: next_try(attempt, attempt.now_ms, reason),
        request: Some(Action::Welcome(rest)),
        flag: Some(flag),
    }
}

/// The same welcome, with a note on one more way in which it falls short of its rule.
fn lessened(welcome: &Welcome, how: String) -> Welcome {
    let mut welcome = welcome.clone();
    welcome.lesser.push(how);
    welcome
}

/// The fallback alone, with a note on why it goes out in the welcome's place.
fn fallback_of(welcome: &Welcome, how: String) -> Welcome {
    let Welcome { fallback, left_out, lesser, .. } = lessened(welcome, how);
    Welcome { message: SendWelcomeMsg::content(fallback, Vec::new()), fallback: None, left_out, lesser }
}

/// What the customer did not get of a welcome that was sent, and why.
fn left_out_note(welcome: &Welcome) -> Option<String> {
    let mut notes = welcome.lesser.clone();
    if !welcome.left_out.is_empty() {
        let files = welcome.left_out.join(", ");
        notes.insert(0, format!("without {files}: not uploaded to WeCom when it was sent"));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}
