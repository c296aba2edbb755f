//! Reports: an app message to employees, the record to another system.
//!
//! Both arrive at least once: one whose answer got lost is sent again. A receiver of forwards recognises it by the
//! event's id; for an employee a notice that comes twice is better than none.

use std::time::Duration;

use super::{performed::Performed, texts};
use crate::{
    action::{
        Action, Forward, Notify, ReasonCode, Recipients,
        outcome::End,
        recorded::{Unanswered, not_reached},
        retry,
    },
    flow::{case::Case, context::Context},
    forward::Post,
    rules::{self, Media},
    store::Claimed,
    telemetry::chain,
};
use wecom_client::{CallOptions, TextMessage};

pub(super) async fn notify(
    context: &Context,
    case: &Case,
    claimed: &Claimed,
    notify: &Notify,
    now_ms: i64,
    timeout: Duration,
) -> Performed {
    let Some(agentid) = case.app.agent_id else {
        return Performed::unset(Unanswered::NoAgentId(&case.app.name).to_string());
    };
    // A notice without a name is better than none, so the look-ups for its text are given up after some tries.
    let is_last_try = claimed.attempts + 1 >= retry::DECIDE_TRIES;
    let needs = rules::needs_of_notice(notify);
    let found = match texts::look_up(context, case, needs, timeout, |_| is_last_try).await {
        Ok(found) => found,
        Err(lookup) => return Performed::held_up(&lookup),
    };
    let media = Media::as_written();
    let rendered = rules::render_notice(notify, &case.facts(&found, &media, now_ms));
    let message = message_of(&rendered, agentid);
    let answer = case.app.client.messages().send(&message, CallOptions::one_attempt(timeout)).await;
    let performed = match answer {
        Ok(sent) => Performed {
            errcode: Some(0),
            note: sent.left_out().map(|whom| ReasonCode::NotAllReached.because(not_reached(&whom))),
            ..Performed::done(sent.done.message())
        },
        Err(error) => Performed::refused(&error),
    };
    Performed { request: Some(Action::Notify(rendered)), ..performed }
}

fn message_of(notice: &Notify, agentid: i64) -> TextMessage {
    let mut message = TextMessage { agentid, content: notice.text.clone(), ..TextMessage::default() };
    match &notice.to {
        Recipients::Users(users) => message.touser.clone_from(users),
        Recipients::Department(id) => message.toparty.push(*id),
        Recipients::Tag(id) => message.totag.push(*id),
    }
    message
}

pub(super) async fn forward(
    context: &Context,
    case: &Case,
    forward: &Forward,
    now_ms: i64,
    timeout: Duration,
) -> Performed {
    let secret = match &forward.secret_env {
        None => None,
        Some(variable) => {
            let Some(secret) = context.environment.secret(variable) else {
                let of_rule = format!("{variable}, which the rule `{}`", forward.rule);
                return Performed::unset(Unanswered::NoSigningKey(&of_rule).to_string());
            };
            Some(secret)
        }
    };
    let body = match record(context, case).await {
        Ok(body) => body,
        Err(why) => {
            return Performed::ended(End::DatabaseAway, Unanswered::EventUnreadable(&why).to_string());
        }
    };
    let post = Post {
        url: &forward.url,
        event_id: case.id(),
        timestamp_s: now_ms.div_euclid(1_000),
        body: &body,
        secret: secret.as_ref(),
    };
    match context.forwarder.post(&post, timeout).await {
        Ok(()) => Performed::done("the receiver took it"),
        Err(error) => Performed { lost: error.lost(), ..Performed::ended(error.class(), error.message()) },
    }
}

/// The event as it stands in the record, without what would let its reader send the welcome; or why it cannot be had.
async fn record(context: &Context, case: &Case) -> Result<Vec<u8>, String> {
    match context.store.event(case.id()).await {
        Ok(Some(record)) => serde_json::to_vec(&record.without_secrets()).map_err(|error| error.to_string()),
        Ok(None) => Err("it is no longer in the record".to_owned()),
        Err(error) => Err(chain(&error)),
    }
}
