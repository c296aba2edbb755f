//! What WeCom's answer means for a welcome: it has one code, twenty seconds, and several lesser forms that are better than
//! no welcome at all.

use super::next::{again, code_of, failed, next_try, refused, too_late};
use crate::action::{
    Action, Reason, ReasonCode, Welcome,
    outcome::{Attempt, Class, Next, Outcome},
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
            note: Some(
                ReasonCode::ByAnother
                    .because("by another: the welcome had been sent already, or they were chatting already"),
            ),
        }
        .into(),
        // A try of ours that was not answered may have spent it.
        Class::CodeSpent if attempt.unanswered => {
            Next::Expired { reason: too_late(true, Some(attempt.message)) }.into()
        }
        Class::CodeSpent => {
            // Spent, too old, or not there at all: WeCom's own words say which.
            let text = format!("WeCom does not take the welcome code: {}", attempt.message);
            Next::Expired { reason: ReasonCode::CodeExpired.because(text) }.into()
        }
        Class::NoConsent => failed(
            ReasonCode::NoConsent,
            "the customer has not agreed to message archiving; WeCom sends a new code once that is done",
        )
        .into(),
        Class::Token
        | Class::Busy
        | Class::Underway
        | Class::Contended
        | Class::Throttled
        | Class::Crowded => again(attempt, class),
        // The reason does not suggest `actions retry`: the 20 seconds are over before the settings are mended.
        Class::Configuration => failed(
            code_of(attempt, class),
            format!(
                "WeCom does not let this app do it: {}; mend the app's settings in the console, for the next customer",
                attempt.message
            ),
        )
        .into(),
        // A lesser welcome is better than none, and a refusal does not spend the code.
        Class::Media if !welcome.media_ids().is_empty() => without_media(attempt, welcome),
        Class::Media | Class::Content | Class::Refused | Class::UnknownTag
            if welcome.message.text.is_some() && !welcome.message.attachments.is_empty() =>
        {
            let lesser = format!("without its attachments, which WeCom refused: {}", attempt.message);
            let text_only = lessened(welcome, ReasonCode::AttachmentRefused.because(lesser))
                .saying(welcome.message.text.clone(), Vec::new());
            Outcome {
                next: next_try(
                    attempt,
                    attempt.now_ms,
                    ReasonCode::AttachmentRefused.because("without its attachments, which WeCom refused"),
                ),
                request: Some(Action::Welcome(text_only)),
                flag: Some(ReasonCode::AttachmentRefused.because(format!(
                    "WeCom refused the attachments ({}): the welcome goes out as text only until they are mended",
                    attempt.message
                ))),
            }
        }
        Class::Media | Class::Content | Class::Refused if welcome.fallback.is_some() => Outcome {
            next: next_try(
                attempt,
                attempt.now_ms,
                ReasonCode::TextRefused.because("with its fallback: WeCom refused the text"),
            ),
            request: Some(Action::Welcome(fallback_of(
                welcome,
                ReasonCode::TextRefused
                    .because(format!("with its fallback: WeCom refused the text: {}", attempt.message)),
            ))),
            flag: Some(ReasonCode::TextRefused.because(format!(
                "WeCom refused the text ({}): the fallback goes out until it is mended",
                attempt.message
            ))),
        },
        Class::Media | Class::Content => Outcome {
            next: failed(
                refused_part(welcome),
                format!("WeCom refused the content: {}", attempt.message),
            ),
            request: None,
            flag: Some(
                refused_part(welcome)
                    .because(format!("WeCom refused the welcome's content ({})", attempt.message)),
            ),
        },
        Class::NoRelation => {
            failed(ReasonCode::NotExternalContact, "employee and customer are no contacts (any more)").into()
        }
        Class::Refused | Class::UnknownTag => refused(attempt, class),
    }
}

/// WeCom refused a media id and does not say which, so everything that carries one is left out, and the rest goes out at
/// once: uploading the files again, which is done meanwhile, takes longer than the welcome has.
fn without_media(attempt: &Attempt<'_>, welcome: &Welcome) -> Outcome {
    let lesser = ReasonCode::AttachmentRefused.because(format!(
        "without its pictures and files, whose media ids WeCom refused: {}",
        attempt.message
    ));
    let rest = lessened(welcome, lesser.clone()).without_media();
    let flag = ReasonCode::MediaRefused.because(format!(
        "WeCom refused a media id ({}): files of the rules are uploaded again by themselves; a media_id written into \
         the rule works for three days only, so name the file instead",
        attempt.message
    ));
    if rest.message.is_blank() && rest.fallback.is_none() {
        let text = format!("WeCom refused the media of a welcome that has no text: {}", attempt.message);
        let next = failed(ReasonCode::AttachmentRefused, text);
        return Outcome { next, request: None, flag: Some(flag) };
    }
    let rest = if rest.message.is_blank() { fallback_of(welcome, lesser) } else { rest };
    let reason = ReasonCode::AttachmentRefused
        .because("without its pictures and files, whose media ids WeCom refused");
    Outcome {
        next: next_try(attempt, attempt.now_ms, reason),
        request: Some(Action::Welcome(rest)),
        flag: Some(flag),
    }
}

/// What a welcome consists of that was refused as a whole.
fn refused_part(welcome: &Welcome) -> ReasonCode {
    if welcome.message.text.is_some() { ReasonCode::TextRefused } else { ReasonCode::AttachmentRefused }
}

/// The same welcome, with a note on one more way in which it falls short of its rule.
fn lessened(welcome: &Welcome, how: Reason) -> Welcome {
    let mut welcome = welcome.clone();
    // What was refused last is the most that it lacks: first the files go, then all attachments, then the text.
    welcome.lesser_code = Some(how.code);
    welcome.lesser.push(how.text);
    welcome
}

/// The fallback alone, with a note on why it goes out in the welcome's place.
fn fallback_of(welcome: &Welcome, how: Reason) -> Welcome {
    let Welcome { fallback, left_out, lesser, lesser_code, .. } = lessened(welcome, how);
    let message = SendWelcomeMsg::content(fallback, Vec::new());
    Welcome { message, fallback: None, left_out, lesser, lesser_code }
}

/// What the customer did not get of a welcome that was sent, and why.
fn left_out_note(welcome: &Welcome) -> Option<Reason> {
    let mut notes = welcome.lesser.clone();
    if !welcome.left_out.is_empty() {
        let files = welcome.left_out.join(", ");
        notes.insert(0, format!("without {files}: not uploaded to WeCom when it was sent"));
    }
    let code = match welcome.lesser_code {
        None | Some(ReasonCode::LookupFailed) if !welcome.left_out.is_empty() => ReasonCode::FilesMissing,
        // Requests of versions before the codes have only the words.
        code => code.unwrap_or(ReasonCode::Other),
    };
    (!notes.is_empty()).then(|| code.because(notes.join("; ")))
}
