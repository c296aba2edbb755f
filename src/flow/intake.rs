//! From the bytes of a callback to the 200: arrives · verified · decrypted · parsed · planned, where nobody has to be asked ·
//! stored · acked.
//!
//! **Acked means stored**: an [`Ack`] can only be made of an [`Accepted`], and only a commit makes one of those. What
//! could not be stored is not acked, and WeCom delivers it again. Nothing here calls WeCom, and no rule has a say in whether
//! an event is stored.

use std::{
    fmt,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tracing::{info, warn};

use super::{
    case::Case,
    context::Context,
    dispatch::Work,
    planner::{Planner, Received, summary},
};
use crate::{
    known::apps::WecomApp,
    refusal::RefusalClass,
    store::{self, Accepted, NewEvent, RefusedCallback},
    telemetry::chain,
};
use wecom_core::{
    callback::{self, Plaintext, Refused, Sealed},
    event::Event,
};

/// How long an event may take to be stored. WeCom hangs up after five seconds, and a 503 that arrives within half of that has
/// it deliver again, perhaps to another process; what is left of the half is for the way there and back.
const ACKED_WITHIN: Duration = Duration::from_millis(2_200);

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

/// The nonce of the questions that `doctor --url` asks. They are signed like WeCom's, and must not be taken for a URL that was
/// saved.
pub const DOCTORS_NONCE: &str = "wecomgreeterdoctor";

/// SHA-1 in hexadecimal digits.
const SIGNATURE_CHARS: usize = 40;

impl Intake {
    /// An intake that hands on to `planner`.
    pub fn new(context: Arc<Context>, planner: Planner) -> Self {
        Self { context, planner }
    }

    /// Takes in a delivery: returns when its event is on disk, or when it is certain that it will not be.
    pub async fn receive(
        &self,
        app: &Arc<WecomApp>,
        sealed: &Sealed<'_>,
        sender: Option<IpAddr>,
    ) -> Result<Ack, NotAcked> {
        #[expect(clippy::disallowed_methods, reason = "measures how long the ack takes")]
        let arrived = Instant::now();
        let received_at_ms = self.context.clock.now_ms();
        let plaintext = callback::open(&app.keys, sealed)
            .inspect_err(|refused| self.log_refused(app, sealed.query, sender, refused))?;
        let event = Event::parse(&plaintext);
        self.context.metrics.called_back(&app.name, received_at_ms / 1_000);
        let Some(admission) = self.planner.admit().await else {
            self.context.metrics.callback(&app.name, "not_stored");
            return Err(NotAcked::Overloaded);
        };
        let new =
            NewEvent::of(&app.name, plaintext.into_bytes(), &event, received_at_ms, self.context.process);
        let plan = self.planner.at_once(app, &event, &new).await;
        let planned = plan.as_ref().map(|new| summary(&new.plan));
        let left = ACKED_WITHIN.saturating_sub(arrived.elapsed());
        let accepted = async {
            match plan {
                Some(plan) => self.context.store.accept_planned(new, plan).await,
                None => self.context.store.accept(new).await,
            }
        };
        let accepted = tokio::time::timeout(left, accepted).await.unwrap_or_else(|_| {
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
                self.is_stored(app, claimed.event.id, &event, took, None);
                self.planner.hand_over(Received { claimed, event }, admission);
            }
            Accepted::Planned { event: stored, actions } => {
                self.is_stored(app, stored.id, &event, took, planned);
                let case = Case { app: Arc::clone(app), stored, event: Arc::new(event) };
                self.planner.go_on(Work { case, claimed: actions });
            }
            Accepted::Duplicate { event_id, deliveries } => {
                self.context.metrics.callback(&app.name, "delivered_again");
                info!(event.id = event_id, app = %app.name, "Event {event_id} was delivered again ({deliveries} times now)");
            }
            Accepted::Gone => {
                self.context.metrics.callback(&app.name, "delivered_again");
                info!(app = %app.name, "An event was delivered again that has been pruned or forgotten since");
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
    pub fn verify(&self, app: &WecomApp, query: &str, sender: Option<IpAddr>) -> Result<Plaintext, Refused> {
        let echo = callback::open_echo(&app.keys, query)
            .inspect_err(|refused| self.log_refused(app, query, sender, refused))?;
        let now_ms = self.context.clock.now_ms();
        self.context.metrics.callback(&app.name, "verified");
        if query.split('&').any(|pair| pair.strip_prefix("nonce=") == Some(DOCTORS_NONCE)) {
            info!(app = %app.name, "`doctor` looked at the callback URL of app `{}`", app.name);
            return Ok(echo);
        }
        self.context.metrics.called_back(&app.name, now_ms / 1_000);
        self.context.refusals.verified(&app.name, now_ms);
        info!(app = %app.name, "WeCom verified the callback URL of app `{}`", app.name);
        Ok(echo)
    }

    /// Counts and logs a new event. `planned` is its plan in words, where that is in the record with it.
    fn is_stored(
        &self,
        app: &WecomApp,
        event_id: i64,
        event: &Event,
        took: Duration,
        planned: Option<String>,
    ) {
        self.context.store.note_acked(event_id, took);
        self.context.metrics.callback(&app.name, "stored");
        self.context.metrics.acked(took);
        let planned = planned.map(|plan| format!("; planned: {plan}")).unwrap_or_default();
        info!(
            event.id = event_id, app = %app.name, event = event.event(), change = event.change(),
            "Stored event {event_id} after {} µs{planned}", took.as_micros()
        );
    }

    /// One line a second of each kind: whoever sets up a callback URL looks for exactly this line, and whoever floods a
    /// public address must not fill the disk with it. What WeCom sends has a signature, so requests without one (a
    /// monitor's, a scanner's) are a kind apart and hide nothing of WeCom's.
    fn log_refused(&self, app: &WecomApp, query: &str, sender: Option<IpAddr>, refused: &Refused) {
        self.refused(app, query, sender, ("refused", refused.into()), refused);
    }

    /// A body that was not read to its end is refused like one that is wrong.
    pub fn log_not_read(&self, app: &WecomApp, query: &str, sender: Option<IpAddr>, why: NotRead) {
        let (class, what) = match why {
            NotRead::BrokenOff => (RefusalClass::BrokenOff, "its body broke off"),
            NotRead::TooLarge => (RefusalClass::TooLarge, "its body is larger than http.body_max_bytes"),
            NotRead::TooSlow => (RefusalClass::TooSlow, "its body did not arrive in time"),
        };
        self.refused(app, query, sender, (class.as_str(), class), &what);
    }

    /// Whether it comes from where WeCom says that it calls back from, where the settings ask for that. What does not is refused.
    pub fn is_from_wecom(&self, app: &WecomApp, query: &str, caller: Option<IpAddr>) -> bool {
        let Some(callers) = &self.context.callers else { return true };
        let is_wecoms = caller.is_some_and(|caller| callers.admits(caller));
        if !is_wecoms {
            let what = "it comes from an address that is none of WeCom's (http.only_wecom_addresses)";
            self.refused(app, query, caller, ("refused", RefusalClass::Sender), &what);
        }
        is_wecoms
    }

    /// There was no room for a body: others hold as much as may be held of all together.
    pub fn log_no_room(&self, app: &WecomApp) {
        self.context.metrics.callback(&app.name, "not_stored");
        let kind = "Large callbacks had no room beside others that were being read";
        if let Some(left_out) = self.context.seldom.admit(kind, self.context.clock.now_ms()) {
            warn!(app = %app.name, "{kind}: WeCom will deliver them again{left_out}");
        }
    }

    /// A request for an app that is not in the settings: kept, as the URL in the console may be misspelt.
    pub fn no_such_app(&self, name: &str, query: &str, sender: Option<IpAddr>) {
        let sender = sender.map(|address| address.to_string());
        self.context.refusals.no_such_app(name, self.context.clock.now_ms(), sender, is_signed(query));
    }

    fn refused(
        &self,
        app: &WecomApp,
        query: &str,
        sender: Option<IpAddr>,
        (answer, class): (&'static str, RefusalClass),
        what: &dyn fmt::Display,
    ) {
        let (is_signed, at_ms) = (is_signed(query), self.context.clock.now_ms());
        self.context.metrics.callback(&app.name, answer);
        self.context.metrics.refused(&app.name, class);
        let (name, sender) = (app.name.clone(), sender.map(|address| address.to_string()));
        self.context.refusals.refused(RefusedCallback { app: name, class, at_ms, sender, signed: is_signed });
        let signed = if is_signed { "with" } else { "without" };
        let kind = format!("Refused callbacks for app `{}` {signed} a signature: {class}", app.name);
        if let Some(left_out) = self.context.seldom.admit(&kind, at_ms) {
            warn!(app = %app.name, "Refused a callback for app `{}`: {what}{left_out}", app.name);
        }
    }
}
