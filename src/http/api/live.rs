//! Events as they come and change, as a stream (`text/event-stream`) that browsers know how to follow.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data},
};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;

use super::super::{
    access::{Caller, Viewer},
    private::Private,
    problem::{Misread, Problem},
};
use crate::flow::{
    context::Context,
    live::{Follower, Message},
};

/// A proxy takes a connection for dead that is silent for a minute, and whether somebody has gone shows when they are
/// written to.
const SILENT_FOR: Duration = Duration::from_secs(15);

/// So long a stream lasts at most. Browsers come again by themselves and go on where they stopped; whose token was revoked
/// does not get in.
const LASTS_MS: i64 = 600_000;

/// What a stream begins with: come again a second after it has broken.
const FIRST: &str = "retry: 1000\n\n";

/// Where a stream stands.
struct Following {
    follower: Follower,
    context: Arc<Context>,
    until_steady_ms: i64,
    has_begun: bool,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn follow(
    _: Caller<Viewer>,
    request: HttpRequest,
    private: Data<Private>,
) -> Result<HttpResponse, Problem> {
    let after = match request.headers().get("last-event-id") {
        None => None,
        Some(value) => match value.to_str().map(str::trim) {
            // A browser that has got none so far may send an empty one.
            Ok("") => None,
            text => Some(text.ok().and_then(|text| text.parse().ok()).ok_or(Misread::LastEventId)?),
        },
    };
    let place = Arc::clone(&private.followers).try_acquire_owned().map_err(|_| Problem::Busy)?;
    let context = Arc::clone(&private.context);
    let following = Following {
        follower: private.live.follow(after).await?,
        until_steady_ms: context.clock.steady_ms().saturating_add(LASTS_MS),
        context,
        has_begun: false,
        _place: place,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // nginx keeps answers until they are whole, if nobody says otherwise.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(following, |mut following| async move {
            let text = following.next().await?;
            Some((Ok::<_, Problem>(Bytes::from(text)), following))
        })))
}

impl Following {
    /// What is sent next; `None` ends the stream.
    async fn next(&mut self) -> Option<String> {
        if !self.has_begun {
            self.has_begun = true;
            return Some(FIRST.to_owned());
        }
        let Self { follower, context, until_steady_ms, .. } = self;
        tokio::select! {
            biased;
            () = context.shutdown.begun() => None,
            () = context.clock.sleep_until_steady(*until_steady_ms) => None,
            message = follower.next() => message.map(|message| as_text(&message)),
            () = context.clock.sleep(SILENT_FOR) => Some(":\n\n".to_owned()),
        }
    }
}

/// A message as the stream has it. JSON has no line end in it.
fn as_text(message: &Message) -> String {
    match message {
        Message::Event { number, json } => format!("id: {number}\ndata: {json}\n\n"),
        Message::Gap => "event: gap\ndata: {}\n\n".to_owned(),
    }
}
