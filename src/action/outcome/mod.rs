//! What WeCom's answer to a call means for the action: the whole policy of the project, as one pure function.
//!
//! [`Class`] says what kind of answer came (only `wecom/error.rs` knows which errcode is which); [`judge`] says what
//! follows from it, of [`tags`] in a file of their own. Nothing here waits, calls or logs.

mod tags;

use std::time::Duration;

use super::{Action, Deadline, retry};

pub use wecom_core::Class;

/// What is known of an attempt when it has ended.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What was asked.
    pub action: &'a Action,
    /// What came of it.
    pub class: Class,
    /// WeCom's `errmsg`, or ours where none came. Only looked at for the ids that we sent ourselves.
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
    pub flag: Option<String>,
}

/// What happens next with an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done; `note` where it was done in a way worth telling.
    Done {
        /// In words an operator understands.
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

/// How long after an add "no contact" may still be WeCom's own delay between its servers.
const RELATION_SETTLES_MS: i64 = 60_000;

/// How the flag begins that a refused media id raises: it is taken back when the file has a new one.
pub const MEDIA_FLAG: &str = "WeCom refused a media id";

/// Says what an attempt's answer means for its action.
pub fn judge(attempt: &Attempt<'_>) -> Outcome {
    match attempt.action {
        Action::Welcome(welcome) => judge_welcome(attempt, welcome),
        Action::Tag(tag) => tags::judge_tag(attempt, tag),
        Action::Remark(_) | Action::Notify(_) => judge_durable(attempt),
        Action::Decide(_) => judge_decide(attempt),
        Action::Forward(_) => judge_forward(attempt),
    }
}

fn judge_welcome(attempt: &Attempt<'_>, welcome: &super::Welcome) -> Outcome {
    match attempt.class {
        Class::Done => Next::Done { note: left_out_note(welcome) }.into(),
        // Our own attempt whose answer got lost is the likelier sender than another app.
        Class::AlreadySent if attempt.earlier_lost => Next::Done { note: left_out_note(welcome) }.into(),
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
        | Class::Crowded => again(attempt),
        // No `actions retry`: by the time the settings are mended its 20 seconds are over.
        Class::Configuration => Next::Failed {
            reason: format!(
                "WeCom does not let this app do it: {}; mend the app's settings in the console, for the next customer",
                attempt.message
            ),
        }
        .into(),
        // A lesser welcome is better than none. The code is not spent by a refusal.
        Class::Media if !welcome.media_ids().is_empty() => without_media(attempt, welcome),
        Class::Media | Class::Content | Class::Refused | Class::UnknownTag
            if welcome.text.is_some() && !welcome.attachments.is_empty() =>
        {
            let lesser = format!("without its attachments, which WeCom refused: {}", attempt.message);
            let text_only = super::Welcome { attachments: Vec::new(), ..lessened(welcome, lesser) };
            Outcome {
                next: next_try(
                    attempt,
                    attempt.now_ms,
                    "without its attachments, which WeCom refused".to_owned(),
                ),
                request: Some(Action::Welcome(text_only)),
                flag: Some(format!(
                    "WeCom refused the attachments ({}): the welcome goes out as text only until they are mended",
                    attempt.message
                )),
            }
        }
        Class::Media | Class::Content | Class::Refused if welcome.fallback.is_some() => Outcome {
            next: next_try(attempt, attempt.now_ms, "with its fallback: WeCom refused the text".to_owned()),
            request: Some(Action::Welcome(fallback_of(
                welcome,
                format!("with its fallback: WeCom refused the text: {}", attempt.message),
            ))),
            flag: Some(format!(
                "WeCom refused the text ({}): the fallback goes out until it is mended",
                attempt.message
            )),
        },
        Class::Media | Class::Content => Outcome {
            next: Next::Failed { reason: format!("WeCom refused the content: {}", attempt.message) },
            request: None,
            flag: Some(format!("WeCom refused the welcome's content ({})", attempt.message)),
        },
        Class::NoRelation => {
            Next::Failed { reason: "employee and customer are no contacts (any more)".into() }.into()
        }
        Class::Refused | Class::UnknownTag => refused(attempt),
        Class::Unset => unset(attempt),
    }
}

/// WeCom refused a media id, and does not say which: what carries none goes out at once. Files of ours are uploaded
/// again meanwhile; there is no time to wait for that.
fn without_media(attempt: &Attempt<'_>, welcome: &super::Welcome) -> Outcome {
    let lesser =
        format!("without its pictures and files, whose media ids WeCom refused: {}", attempt.message);
    let rest = lessened(welcome, lesser.clone()).without_media();
    let flag = format!(
        "{MEDIA_FLAG} ({}): files of the rules are uploaded again by themselves; a media_id written into \
         the rule works for three days only, so name the file instead",
        attempt.message
    );
    if rest.text.is_none() && rest.attachments.is_empty() && rest.fallback.is_none() {
        let reason = format!("WeCom refused the media of a welcome that has no text: {}", attempt.message);
        return Outcome { next: Next::Failed { reason }, request: None, flag: Some(flag) };
    }
    let rest = match rest {
        rest if rest.text.is_none() && rest.attachments.is_empty() => fallback_of(welcome, lesser),
        rest => rest,
    };
    let reason = "without its pictures and files, whose media ids WeCom refused".to_owned();
    Outcome {
        next: next_try(attempt, attempt.now_ms, reason),
        request: Some(Action::Welcome(rest)),
        flag: Some(flag),
    }
}

/// The same, and one more way in which it is less than its rule says.
fn lessened(welcome: &super::Welcome, how: String) -> super::Welcome {
    let mut welcome = welcome.clone();
    welcome.lesser.push(how);
    welcome
}

/// Its fallback alone.
fn fallback_of(welcome: &super::Welcome, how: String) -> super::Welcome {
    let super::Welcome { fallback, left_out, lesser, .. } = lessened(welcome, how);
    super::Welcome { text: fallback, left_out, lesser, ..super::Welcome::default() }
}

/// What the customer did not get of a welcome that was sent, and why.
fn left_out_note(welcome: &super::Welcome) -> Option<String> {
    let mut notes = welcome.lesser.clone();
    if !welcome.left_out.is_empty() {
        let files = welcome.left_out.join(", ");
        notes.insert(0, format!("without {files}: not uploaded to WeCom when it was sent"));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// What holds for everything that is tried for long: tags and remarks for days, notices for one.
fn judge_durable(attempt: &Attempt<'_>) -> Outcome {
    match attempt.class {
        Class::Done => Next::Done { note: None }.into(),
        // Configuration among them: unlike a welcome these can wait until the operator has mended the settings.
        Class::Token
        | Class::Busy
        | Class::Underway
        | Class::Contended
        | Class::Throttled
        | Class::Crowded
        | Class::Configuration => again(attempt),
        Class::NoRelation if attempt.now_ms - attempt.first_due_ms < RELATION_SETTLES_MS => again(attempt),
        Class::NoRelation => {
            Next::Failed { reason: "employee and customer are no contacts (any more)".into() }.into()
        }
        Class::Media | Class::Content => Outcome {
            next: Next::Failed { reason: format!("WeCom refused the content: {}", attempt.message) },
            request: None,
            flag: Some(format!("WeCom refused the {} ({})", attempt.action.kind(), attempt.message)),
        },
        Class::CodeSpent | Class::AlreadySent | Class::NoConsent | Class::UnknownTag | Class::Refused => {
            refused(attempt)
        }
        Class::Unset => unset(attempt),
    }
}

/// Whatever is in the way of a look-up may be gone in a moment; how many moments there are is the schedule's.
fn judge_decide(attempt: &Attempt<'_>) -> Outcome {
    match attempt.class {
        Class::Done => Next::Done { note: None }.into(),
        Class::Unset => unset(attempt),
        _ => again(attempt),
    }
}

/// The receiver is the company's own: whatever it answers may be mended there, unless it says that it wants no more.
fn judge_forward(attempt: &Attempt<'_>) -> Outcome {
    match attempt.class {
        Class::Done => Next::Done { note: None }.into(),
        Class::Busy | Class::Throttled | Class::Crowded | Class::Contended | Class::Token => again(attempt),
        _ => unset(attempt),
    }
}

/// The message says all there is to say.
fn unset(attempt: &Attempt<'_>) -> Outcome {
    Next::Failed { reason: attempt.message.to_owned() }.into()
}

fn refused(attempt: &Attempt<'_>) -> Outcome {
    Next::Failed { reason: format!("WeCom refused it: {}", attempt.message) }.into()
}

/// Tries again after the pause that the class asks for, unless there is no time left for it.
fn again(attempt: &Attempt<'_>) -> Outcome {
    let Attempt { class, number, dice, .. } = *attempt;
    let since_ms = attempt.now_ms - attempt.first_due_ms;
    let (pause, long) = match attempt.action {
        Action::Welcome(_) => (Some(retry::welcome_pause(class, number, dice)), "20 seconds"),
        Action::Decide(_) => (retry::decide_pause(number, dice), "a minute"),
        Action::Notify(_) | Action::Forward(_) => {
            (retry::tidings_pause(class, number, since_ms, dice), "a day")
        }
        Action::Tag(_) | Action::Remark(_) => (retry::durable_pause(class, number, since_ms, dice), "days"),
    };
    match pause {
        Some(pause) => {
            let at_ms = attempt.now_ms.saturating_add(millis(pause));
            next_try(attempt, at_ms, waits_for(attempt)).into()
        }
        None => {
            Next::Failed { reason: format!("given up after {long} of trying: {}", attempt.message) }.into()
        }
    }
}

/// Again at that instant, or expired if the deadline comes first.
fn next_try(attempt: &Attempt<'_>, at_ms: i64, reason: String) -> Next {
    match attempt.deadline {
        Some(deadline) if deadline.left(at_ms).is_none() => Next::Expired {
            reason: format!("the 20 seconds ended before WeCom took it; last answer: {}", attempt.message),
        },
        _ => Next::Again { at_ms, reason },
    }
}

fn waits_for(attempt: &Attempt<'_>) -> String {
    if let Action::Forward(_) = attempt.action {
        return attempt.message.to_owned();
    }
    let what = match attempt.class {
        Class::Token => "the access token is refused",
        Class::Underway => "WeCom is still at work on it",
        Class::Contended => "another app is sending this welcome",
        Class::Throttled => "WeCom's frequency limit",
        Class::Crowded => "too many calls at once for WeCom",
        Class::NoRelation => "WeCom does not know the contact yet",
        Class::Configuration => "WeCom does not let this app do it; mend its settings in the console",
        _ => "WeCom is busy or cannot be reached",
    };
    format!("{what}: {}", attempt.message)
}

fn millis(pause: Duration) -> i64 {
    i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
}
