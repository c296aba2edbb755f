//! One action, one call, one answer. No loop, no retry, no SQL: those are the dispatcher's.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use super::{decide, performed::Performed, reports, requests, tags, texts, time::Time};
use crate::{
    action::{
        Action, ReasonCode, Remark, Tag, Welcome,
        outcome::{Class, End},
        recorded::Unanswered,
        retry,
    },
    flow::{case::Case, context::Context, lookups::Failed},
    known::tags::Refusal,
    rules::{self, Media},
    store::Claimed,
};
use wecom_client::{CallOptions, Done};

/// After so long without an answer a welcome's call is put on record as being under way. Most are answered sooner, and cost
/// the database nothing more.
const SLOW_ANSWER: Duration = Duration::from_millis(250);

/// Makes the call that the action stands for, with no more than this time.
pub(super) async fn perform(
    context: &Context,
    case: &Case,
    claimed: &Claimed,
    now_ms: i64,
    time: Time,
) -> Performed {
    #[expect(clippy::disallowed_methods, reason = "measures how long the call takes; decides nothing")]
    let started = Instant::now();
    // On the heap: its state is tens of kilobytes, and thousands of customers may wait for their turn without it.
    let performed = Box::pin(call(context, case, claimed, now_ms, time)).await;
    Performed { took: started.elapsed(), ..performed }
}

async fn call(context: &Context, case: &Case, claimed: &Claimed, now_ms: i64, time: Time) -> Performed {
    let timeout = time.in_all;
    match &claimed.action {
        Action::Welcome(sent) => welcome(context, case, claimed, sent, time).await,
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

async fn welcome(
    context: &Context,
    case: &Case,
    claimed: &Claimed,
    welcome: &Welcome,
    time: Time,
) -> Performed {
    // The planner plans no welcome without a code; a record that was tampered with might.
    let Some(code) = case.event.welcome_code() else {
        return Performed::unset(Unanswered::NoWelcomeCode("").to_string());
    };
    #[expect(clippy::disallowed_methods, reason = "measures what is left of the time for two steps")]
    let started = Instant::now();
    // Until there is a token nothing is on its way, so that nobody can have been greeted.
    if let Err(error) = case.app.client.ready(time.to_send).await {
        return Performed::refused(&error);
    }
    let took = started.elapsed();
    let options = CallOptions::one_attempt(time.in_all.saturating_sub(took))
        .sent_within(time.to_send.saturating_sub(took));
    let message = welcome.message.with_code(code);
    let methods = case.app.client.external();
    let mut call = pin!(methods.send_welcome_msg(&message, options));
    tokio::select! {
        biased;
        answer = &mut call => return answered(answer),
        () = context.clock.sleep(SLOW_ANSWER) => {}
    }
    // Should this process die now, whoever takes over is to know that the customer may have been greeted. If it cannot be
    // written it is only not known: the call goes on.
    let (_, answer) = tokio::join!(context.store.mark_under_way(claimed.lease()), call);
    answered(answer)
}

async fn tag(case: &Case, tag: &Tag, timeout: Duration) -> Performed {
    let marked = tags::mark(&case.app, tag, timeout).await;
    if let (Some(later), Some(refusal)) = (marked.later(tag), &marked.refusal) {
        // What exists is set, and the rest is tried again when the trouble with it may be over.
        return Performed {
            errcode: refusal.errcode,
            request: Some(Action::Tag(later)),
            of_limit: Some(End::Done),
            ..Performed::ended(refusal.class, tags::why(refusal))
        };
    }
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
        Err(nothing) => return Performed::without_call(ReasonCode::BlankText.because(nothing.to_string())),
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
    let message = refusal.map_or_else(|| Unanswered::NoSuchTags("").to_string(), tags::why);
    let errcode = refusal.and_then(|refusal| refusal.errcode);
    Performed { errcode, ..Performed::ended(Class::UnknownTag, message) }
}
