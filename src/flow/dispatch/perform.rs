//! One action, one call, one answer. No loop, no retry, no SQL: those are the dispatcher's.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Case, Parts, decide, tags, tell};
use crate::{
    action::{Action, Plan, outcome::Class, retry},
    flow::{
        facts::{Findings, facts},
        lookups::Failed,
    },
    known::tags::Refusal,
    rules::{self, Media, Needs},
    store::Claimed,
    wecom::{self, CallOptions, Retries},
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
    /// What the operator should know of an action that is done without its call, or not in all.
    pub(super) note: Option<String>,
    /// The request that was sent, where it differs from the one that was planned.
    pub(super) request: Option<Action>,
    /// What follows from it.
    pub(super) then: Option<Plan>,
}

impl Performed {
    /// Done, without an answer of WeCom's.
    pub(super) fn done(message: impl Into<String>) -> Self {
        Self::ended(Class::Done, message)
    }

    /// Ended so, without an answer of WeCom's.
    pub(super) fn ended(class: Class, message: impl Into<String>) -> Self {
        Self {
            class,
            errcode: None,
            message: message.into(),
            lost: false,
            took: Duration::ZERO,
            note: None,
            request: None,
            then: None,
        }
    }

    /// Done, because there was nothing to do.
    pub(super) fn without_call(why: String) -> Self {
        Self { note: Some(why.clone()), ..Self::done(why) }
    }

    /// Not begun, because something of ours is not set.
    pub(super) fn unset(what: String) -> Self {
        Self::ended(Class::Unset, what)
    }
}

/// Makes the call that the action stands for, with no more time than `timeout`.
pub(super) async fn perform(
    parts: &Parts,
    case: &Case,
    claimed: &Claimed,
    now_ms: i64,
    timeout: Duration,
) -> Performed {
    #[expect(clippy::disallowed_methods, reason = "measures how long the call takes; decides nothing")]
    let started = Instant::now();
    // On the heap: its state is tens of kilobytes, and thousands of customers may wait for their turn without it.
    let performed = Box::pin(call(parts, case, claimed, now_ms, timeout)).await;
    Performed { took: started.elapsed(), ..performed }
}

async fn call(parts: &Parts, case: &Case, claimed: &Claimed, now_ms: i64, timeout: Duration) -> Performed {
    let external = case.app.client.external();
    let options = CallOptions::one_attempt(timeout);
    let mut request = None;
    let answer = match &claimed.action {
        Action::Welcome(welcome) => {
            // The planner plans no welcome without a code; a record that was tampered with might.
            let Some(code) = case.event.welcome_code() else {
                let message = "the event carries no welcome_code";
                return Performed::unset(message.to_owned());
            };
            external.send_welcome_msg(code, welcome, options).await.map_err(Arc::new)
        }
        Action::Tag(tag) => {
            let marked = tags::mark(&case.app, tag, timeout).await;
            request = marked.request.map(Action::Tag);
            if marked.nothing_left {
                return no_such_tags(request, marked.refusal.as_ref());
            }
            if let (Some(refusal), Ok(())) = (&marked.refusal, &marked.answer) {
                let message = format!("ok; {}", tags::why(refusal));
                return Performed { errcode: Some(0), request, ..Performed::done(message) };
            }
            marked.answer
        }
        Action::Remark(remark) if remark.unrendered => {
            // A look-up that fails for good leaves the name out. One that WeCom answers with "no such contact" is tried
            // as often as look-ups are; one that WeCom does not answer, as long as the remark itself, which would fare
            // no better.
            let is_last_try = claimed.attempts + 1 >= retry::DECIDE_TRIES;
            let gives_up = |lookup: &Failed| is_last_try && lookup.is_answer();
            let found = match texts(parts, case, rules::needs_of_remark(remark), timeout, gives_up).await {
                Ok(found) => found,
                Err(lookup) => return failed(&lookup),
            };
            let media = Media::as_written();
            let facts = facts(&case.app, &case.stored, &case.event, &found, &media, now_ms);
            let rendered = match rules::render_remark(remark, &facts) {
                Ok(rendered) => rendered,
                Err(nothing) => return Performed::without_call(nothing.to_string()),
            };
            let answer = external.remark(&rendered, options).await;
            request = Some(Action::Remark(rendered));
            answer.map_err(Arc::new)
        }
        Action::Remark(remark) => external.remark(remark, options).await.map_err(Arc::new),
        Action::Decide(decide) => return decide::decide(parts, case, claimed, decide, timeout).await,
        Action::Notify(notify) => return tell::notify(parts, case, claimed, notify, now_ms, timeout).await,
        Action::Forward(forward) => return tell::forward(parts, case, forward, now_ms, timeout).await,
    };
    match answer {
        Ok(()) => Performed { errcode: Some(0), request, ..Performed::done("ok") },
        Err(error) => Performed { request, ..refused(&error) },
    }
}

/// Looks up what texts need that were kept as templates. The look-up that failed for a passing reason, unless it
/// `gives_up` on it: then the texts go without.
pub(super) async fn texts(
    parts: &Parts,
    case: &Case,
    needs: Needs,
    timeout: Duration,
    gives_up: impl Fn(&Failed) -> bool,
) -> Result<Findings, Failed> {
    let mut found = Findings::default();
    let failed = parts.lookups.ask(case.about(), needs, &mut found, timeout, Retries::None).await;
    // A part that is missing is none that texts are held up for.
    let is_missed = |lookup: &Failed| lookup.may_pass() && !lookup.is_part && !gives_up(lookup);
    match failed.into_iter().find(is_missed) {
        Some(lookup) => Err(lookup),
        None => Ok(found),
    }
}

/// A look-up had no answer, and will be tried again.
pub(super) fn failed(lookup: &Failed) -> Performed {
    let message = format!("looking up {}: {}", lookup.what, lookup.message);
    Performed { errcode: lookup.errcode, ..Performed::ended(lookup.class, message) }
}

pub(super) fn refused(error: &wecom::Error) -> Performed {
    Performed {
        errcode: error.errcode(),
        lost: error.lost(),
        ..Performed::ended(error.class(), error.message())
    }
}

/// None of the names stands for a tag, and WeCom may have refused to make one: judged as a list of unknown tags.
fn no_such_tags(request: Option<Action>, refusal: Option<&Refusal>) -> Performed {
    let message = refusal.map_or_else(|| "the corp has none of these tags".to_owned(), tags::why);
    let errcode = refusal.and_then(|refusal| refusal.errcode);
    Performed { errcode, request, ..Performed::ended(Class::UnknownTag, message) }
}
