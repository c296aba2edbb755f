//! One action, one call, one answer. No loop, no retry, no SQL: those are the dispatcher's.

use std::time::{Duration, Instant};

use super::{decide, performed::Performed, reports, requests, tags, texts};
use crate::{
    action::{Action, Remark, Tag, Welcome, outcome::Class, retry},
    flow::{case::Case, context::Context, lookups::Failed},
    known::tags::Refusal,
    rules::{self, Media},
    store::Claimed,
};
use wecom_client::{CallOptions, Done};

/// Makes the call that the action stands for, with no more time than `timeout`.
pub(super) async fn perform(
    context: &Context,
    case: &Case,
    claimed: &Claimed,
    now_ms: i64,
    timeout: Duration,
) -> Performed {
    #[expect(clippy::disallowed_methods, reason = "measures how long the call takes; decides nothing")]
    let started = Instant::now();
    // On the heap: its state is tens of kilobytes, and thousands of customers may wait for their turn without it.
    let performed = Box::pin(call(context, case, claimed, now_ms, timeout)).await;
    Performed { took: started.elapsed(), ..performed }
}

async fn call(
    context: &Context,
    case: &Case,
    claimed: &Claimed,
    now_ms: i64,
    timeout: Duration,
) -> Performed {
    match &claimed.action {
        Action::Welcome(sent) => welcome(case, sent, timeout).await,
        Action::Tag(sent) => tag(case, sent, timeout).await,
        Action::Remark(sent) if sent.unrendered => {
            render_and_remark(context, case, claimed, sent, now_ms, timeout).await
        }
        Action::Remark(sent) => remark(case, sent, timeout).await,
        Action::Decide(decide) => decide::decide(context, case, claimed, decide, timeout).await,
        Action::Notify(notice) => reports::notify(context, case, claimed, notice, now_ms, timeout).await,
        Action::Forward(forward) => reports::forward(context, case, forward, now_ms, timeout).await,
    }
}

async fn welcome(case: &Case, welcome: &Welcome, timeout: Duration) -> Performed {
    // The planner plans no welcome without a code; a record that was tampered with might.
    let Some(code) = case.event.welcome_code() else {
        return Performed::unset("the event carries no welcome_code".to_owned());
    };
    let options = CallOptions::one_attempt(timeout);
    answered(case.app.client.external().send_welcome_msg(&welcome.message.with_code(code), options).await)
}

async fn tag(case: &Case, tag: &Tag, timeout: Duration) -> Performed {
    let marked = tags::mark(&case.app, tag, timeout).await;
    let request = marked.request.map(Action::Tag);
    let performed = match (&marked.answer, &marked.refusal) {
        _ if marked.nothing_left => no_such_tags(marked.refusal.as_ref()),
        (Ok(done), Some(refusal)) => {
            let message = format!("{}; {}", done.message(), tags::why(refusal));
            Performed { errcode: Some(0), ..Performed::done(message) }
        }
        (Ok(done), None) => answered(Ok(*done)),
        (Err(error), _) => Performed::refused(error),
    };
    Performed { request, ..performed }
}

async fn remark(case: &Case, remark: &Remark, timeout: Duration) -> Performed {
    answered(
        case.app.client.external().remark(&requests::remark(remark), CallOptions::one_attempt(timeout)).await,
    )
}

async fn render_and_remark(
    context: &Context,
    case: &Case,
    claimed: &Claimed,
    template: &Remark,
    now_ms: i64,
    timeout: Duration,
) -> Performed {
    // A look-up that fails for good leaves the name out. One that WeCom answers with "no such contact" is tried
    // as often as look-ups are; one that WeCom does not answer, as long as the remark itself, which would fare
    // no better.
    let is_last_try = claimed.attempts + 1 >= retry::DECIDE_TRIES;
    let gives_up = |lookup: &Failed| is_last_try && lookup.is_answer();
    let needs = rules::needs_of_remark(template);
    let found = match texts::look_up(context, case, needs, timeout, gives_up).await {
        Ok(found) => found,
        Err(lookup) => return Performed::held_up(&lookup),
    };
    let media = Media::as_written();
    let rendered = match rules::render_remark(template, &case.facts(&found, &media, now_ms)) {
        Ok(rendered) => rendered,
        Err(nothing) => return Performed::without_call(nothing.to_string()),
    };
    let performed = remark(case, &rendered, timeout).await;
    Performed { request: Some(Action::Remark(rendered)), ..performed }
}

fn answered(answer: Result<Done, wecom_client::Error>) -> Performed {
    match answer {
        Ok(done) => Performed { errcode: Some(0), ..Performed::done(done.message()) },
        Err(error) => Performed::refused(&error),
    }
}

/// None of the names stands for a tag, and WeCom may have refused to make one: judged as a list of unknown tags.
fn no_such_tags(refusal: Option<&Refusal>) -> Performed {
    let message = refusal.map_or_else(|| "the corp has none of these tags".to_owned(), tags::why);
    let errcode = refusal.and_then(|refusal| refusal.errcode);
    Performed { errcode, ..Performed::ended(Class::UnknownTag, message) }
}
