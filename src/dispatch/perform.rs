//! One action, one call, one answer. No loop, no retry, no SQL: those are the dispatcher's.

use std::time::{Duration, Instant};

use super::tags;
use crate::{
    action::{Action, outcome::Class},
    apps::WecomApp,
    event::Event,
    facts::{Finding, Findings, customer_of, facts},
    rules::{self, Media},
    store::StoredEvent,
    wecom::{self, CallOptions},
};

/// What an attempt came to.
#[derive(Debug)]
pub(super) struct Performed {
    /// What kind of answer it was.
    pub(super) class: Class,
    /// WeCom's code, if WeCom answered.
    pub(super) errcode: Option<i64>,
    /// WeCom's message or ours, for the record.
    pub(super) message: String,
    /// Whether the call may have had its effect although no answer came.
    pub(super) lost: bool,
    /// How long it took.
    pub(super) took: Duration,
    /// What the operator should know of an action that is done without its call.
    pub(super) note: Option<String>,
    /// The request that was sent, where it differs from the one that was planned.
    pub(super) request: Option<Action>,
}

/// Makes the call that the action stands for, with no more time than `timeout`.
pub(super) async fn perform(
    app: &WecomApp,
    stored: &StoredEvent,
    event: &Event,
    action: &Action,
    now_ms: i64,
    timeout: Duration,
) -> Performed {
    #[expect(clippy::disallowed_methods, reason = "measures how long the call takes; decides nothing")]
    let started = Instant::now();
    let external = app.client.external();
    let options = CallOptions::one_attempt(timeout);
    let mut request = None;
    let answer = match action {
        Action::Welcome(welcome) => match event.welcome_code() {
            Some(code) => external.send_welcome_msg(code, welcome, options).await,
            // The planner plans no welcome without a code; a record that was tampered with might.
            None => return without_code(started.elapsed()),
        },
        Action::Tag(tag) => {
            let marked = tags::mark(app, tag, started, timeout).await;
            request = marked.request.map(Action::Tag);
            if marked.nothing_left {
                return no_such_tags(request, started.elapsed());
            }
            marked.answer
        }
        Action::Remark(remark) if remark.unrendered => {
            // A lookup that fails for good leaves the name out; one that may work later is tried again later.
            let customer = match external.get(&remark.external_userid, None, options).await {
                Ok(contact) => Finding::Found(Box::new(customer_of(contact))),
                Err(error)
                    if matches!(error.class(), Class::Configuration | Class::Refused | Class::Content) =>
                {
                    Finding::Unavailable
                }
                Err(error) => return refused(&error, "looking up the customer", started.elapsed()),
            };
            let found = Findings { customer, ..Findings::default() };
            let media = Media::as_written();
            let facts = facts(app, stored, event, &found, &media, now_ms);
            let rendered = match rules::render_remark(remark, &facts) {
                Ok(rendered) => rendered,
                Err(nothing) => return nothing_to_do(nothing.to_string(), started.elapsed()),
            };
            let answer = external.remark(&rendered, options).await;
            request = Some(Action::Remark(rendered));
            answer
        }
        Action::Remark(remark) => external.remark(remark, options).await,
        Action::Decide(_) | Action::Notify(_) | Action::Forward(_) => {
            return nothing_to_do("not planned by this version".to_owned(), started.elapsed());
        }
    };
    match answer {
        Ok(()) => Performed {
            class: Class::Done,
            errcode: Some(0),
            message: "ok".to_owned(),
            lost: false,
            took: started.elapsed(),
            note: None,
            request,
        },
        Err(error) => Performed { request, ..refused(&error, "", started.elapsed()) },
    }
}

fn refused(error: &wecom::Error, while_doing: &str, took: Duration) -> Performed {
    let message = match while_doing {
        "" => error.message(),
        doing => format!("{doing}: {}", error.message()),
    };
    Performed {
        class: error.class(),
        errcode: error.errcode(),
        message,
        lost: error.lost(),
        took,
        note: None,
        request: None,
    }
}

fn without_code(took: Duration) -> Performed {
    let message = "the event carries no welcome_code".to_owned();
    Performed {
        class: Class::CodeSpent,
        errcode: None,
        message,
        lost: false,
        took,
        note: None,
        request: None,
    }
}

/// None of the names stands for a tag: judged as a list of unknown tags, without a call.
fn no_such_tags(request: Option<Action>, took: Duration) -> Performed {
    let message = "the corp has none of these tags".to_owned();
    Performed { class: Class::UnknownTag, errcode: None, message, lost: false, took, note: None, request }
}

fn nothing_to_do(why: String, took: Duration) -> Performed {
    let note = Some(why.clone());
    Performed { class: Class::Done, errcode: None, message: why, lost: false, took, note, request: None }
}
