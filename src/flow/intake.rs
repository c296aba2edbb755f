//! From the bytes of a callback to the 200: arrives · verified · decrypted · parsed · stored · acked.
//!
//! **Acked means stored**: an [`Ack`] can only be made of an [`Accepted`], and only a commit makes one of those. What
//! could not be stored is not acked, and WeCom delivers it again. Nothing here calls WeCom or looks at a rule: that
//! begins when the event has been handed on, after the answer is on its way.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use tracing::{info, warn};

use super::{
    context::Context,
    planner::{Planner, Received},
};
use crate::{
    known::apps::WecomApp,
    store::{self, Accepted, NewEvent},
    telemetry::chain,
};
use wecom_core::{
    callback::{self, Plaintext, Refused, Sealed},
    event::Event,
};

/// How long an event may take to be stored. WeCom hangs up after five seconds, and a 503 that arrives in time has it
/// deliver again, perhaps to another process.
const ACKED_WITHIN: Duration = Duration::from_millis(2_500);

/// Takes callbacks in.
#[derive(Clone, Debug)]
pub struct Intake {
    context: Arc<Context>,
    planner: Planner,
}

/// Proof that an event is on disk, and with it the permission to answer 200.
#[derive(Debug)]
pub struct Ack(());

impl Ack {
    fn of(_: &Accepted) -> Self {
        Self(())
    }
}

/// Why a callback is not acked.
#[derive(Debug, thiserror::Error)]
pub enum NotAcked {
    /// It is not from WeCom, not for us, or not readable.
    #[error("the callback was refused: {0}")]
    Refused(#[from] Refused),
    /// It could not be stored.
    #[error("the event could not be stored")]
    NotStored(#[from] store::Error),
    /// More has arrived than can be planned in time.
    #[error("more events are arriving than can be handled")]
    Overloaded,
}

/// Why the body of a callback was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRead {
    BrokenOff,
    TooLarge,
    TooSlow,
}

/// Whether a query carries a signature that has the form of WeCom's, so that it may well come from there.
pub fn is_signed(query: &str) -> bool {
    let signature = query.split('&').find_map(|pair| pair.strip_prefix("msg_signature="));
    signature
        .is_some_and(|hex| hex.len() == SIGNATURE_CHARS && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// SHA-1 in hexadecimal digits.
const SIGNATURE_CHARS: usize = 40;

impl Intake {
    /// An intake that hands on to `planner`.
    pub fn new(context: Arc<Context>, planner: Planner) -> Self {
        Self { context, planner }
    }

    /// Takes in a delivery: returns when its event is on disk, or when it is certain that it will not be.
    pub async fn receive(&self, app: &Arc<WecomApp>, sealed: &Sealed<'_>) -> Result<Ack, NotAcked> {
        #[expect(clippy::disallowed_methods, reason = "measures how long the ack takes")]
        let arrived = Instant::now();
        let received_at_ms = self.context.clock.now_ms();
        let plaintext = callback::open(&app.keys, sealed)
            .inspect_err(|refused| self.log_refused(app, sealed.query, refused))?;
        let event = Event::parse(&plaintext);
        self.context.metrics.called_back(&app.name, received_at_ms / 1_000);
        let admission = self.planner.admit().await.ok_or(NotAcked::Overloaded)?;
        let new =
            NewEvent::of(&app.name, plaintext.into_bytes(), &event, received_at_ms, self.context.process);
        let left = ACKED_WITHIN.saturating_sub(arrived.elapsed());
        let accepted =
            tokio::time::timeout(left, self.context.store.accept(new)).await.unwrap_or_else(|_| {
                let waited_ms = u64::try_from(ACKED_WITHIN.as_millis()).unwrap_or(u64::MAX);
                Err(store::Error::Slow { waited_ms })
            });
        let accepted = accepted.inspect_err(|error| {
            self.log_not_stored(app, error);
            self.context.metrics.callback(&app.name, "not_stored");
        })?;
        let (ack, took) = (Ack::of(&accepted), arrived.elapsed());
        match accepted {
            Accepted::New(claimed) => {
                self.log_stored(app, claimed.event.id, &event, took);
                let acked_after_us = i64::try_from(took.as_micros()).ok();
                self.planner.hand_over(Received { claimed, event, acked_after_us }, admission);
            }
            Accepted::Duplicate { event_id, deliveries } => {
                self.context.metrics.callback(&app.name, "delivered_again");
                info!(event.id = event_id, app = %app.name, "Event {event_id} was delivered again ({deliveries} times now)");
            }
        }
        Ok(ack)
    }

    fn log_not_stored(&self, app: &WecomApp, error: &store::Error) {
        let kind = format!("Events of app `{}` could not be stored", app.name);
        if let Some(left_out) = self.context.seldom.admit(&kind, self.context.clock.now_ms()) {
            warn!(app = %app.name, error = %chain(error), "An event could not be stored; WeCom will deliver it again{left_out}");
        }
    }

    /// Answers a URL verification: what is to be sent back, exactly.
    pub fn verify(&self, app: &WecomApp, query: &str) -> Result<Plaintext, Refused> {
        let echo = callback::open_echo(&app.keys, query)
            .inspect_err(|refused| self.log_refused(app, query, refused))?;
        self.context.metrics.callback(&app.name, "verified");
        self.context.metrics.called_back(&app.name, self.context.clock.now_ms() / 1_000);
        info!(app = %app.name, "WeCom verified the callback URL of app `{}`", app.name);
        Ok(echo)
    }

    fn log_stored(&self, app: &WecomApp, event_id: i64, event: &Event, took: Duration) {
        self.context.metrics.callback(&app.name, "stored");
        self.context.metrics.acked(took);
        info!(
            event.id = event_id, app = %app.name, event = event.event(), change = event.change(),
            "Stored event {event_id} after {} µs", took.as_micros()
        );
    }

    /// One line a second of each kind: whoever sets up a callback URL looks for exactly this line, and whoever floods a
    /// public address must not fill the disk with it. What WeCom sends has a signature, so requests without one (a
    /// monitor's, a scanner's) are a kind apart and hide nothing of WeCom's.
    fn log_refused(&self, app: &WecomApp, query: &str, refused: &Refused) {
        self.refused(app, query, "refused", refused.reason(), refused);
    }

    /// A body that was not read to its end is refused like one that is wrong.
    pub fn log_not_read(&self, app: &WecomApp, query: &str, why: NotRead) {
        let (answer, what) = match why {
            NotRead::BrokenOff => ("broken_off", "its body broke off"),
            NotRead::TooLarge => ("too_large", "its body is larger than http.body_max_bytes"),
            NotRead::TooSlow => ("too_slow", "its body did not arrive in time"),
        };
        self.refused(app, query, answer, what, &what);
    }

    fn refused(
        &self,
        app: &WecomApp,
        query: &str,
        answer: &'static str,
        cause: &str,
        what: &dyn fmt::Display,
    ) {
        self.context.metrics.callback(&app.name, answer);
        let signed = if is_signed(query) { "with" } else { "without" };
        let kind = format!("Refused callbacks for app `{}` {signed} a signature: {cause}", app.name);
        if let Some(left_out) = self.context.seldom.admit(&kind, self.context.clock.now_ms()) {
            warn!(app = %app.name, "Refused a callback for app `{}`: {what}{left_out}", app.name);
        }
    }
}
