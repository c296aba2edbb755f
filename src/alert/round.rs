//! The task that looks, asks the watch and posts. Beside the way of events: it waits for nobody there, and nobody for it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use reqwest::Url;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tracing::{debug, info, warn};

use super::{
    form::{self, Receiver},
    look::{self, Unstored},
    watch::{Report, State, Watch},
};
use crate::{
    config::Config,
    flow::{context::Context, engine::Engine},
    forward::{self, Direct, SetUpError},
    known::memory::millis,
    language::{Language, Sentence as _},
    store::{self, AlertsHeld, AlertsKept},
    telemetry::chain,
    when::Zone,
};

/// How often is looked. The waits of the watch are several of it.
const LOOKS_EVERY: Duration = Duration::from_secs(5);

/// How long the database may take for a look. It is asked several small questions; the next look comes soon.
const DATABASE_WITHIN: Duration = Duration::from_secs(4);

/// How long a look that is under way may take when the process ends. A robot answers within a tenth of a second.
const SAID_WITHIN: Duration = Duration::from_millis(200);

/// How long a post may take. Below the time that a process has to end.
const POSTED_WITHIN: Duration = Duration::from_secs(5);

/// The pause after a message: four a minute of the twenty that WeCom lets a robot post, as others may use it too.
const PAUSE: Duration = Duration::from_secs(15);

/// The pauses after posts that failed, the last one again and again while there is something to say.
const PAUSES_AFTER_FAILURES: [Duration; 4] =
    [Duration::from_secs(15), Duration::from_mins(1), Duration::from_mins(3), Duration::from_mins(10)];

/// Watches, and posts what is to be said.
pub struct Alerts {
    context: Arc<Context>,
    heartbeat_ms: Arc<AtomicI64>,
    direct: Direct,
    receiver: Receiver,
    language: Language,
    zone: Zone,
    /// What this process says for itself.
    own: Watch,
    unstored: Unstored,
    /// What has been said for all and could not be kept yet, and in which holding.
    unkept: Option<(i64, Watch)>,
    /// The apps that are noted as shut out in the name of this process.
    noted: Vec<String>,
    failures: usize,
    /// Before this moment of the steady clock nothing is posted.
    next_ms: i64,
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alerts").field("receiver", &self.receiver).finish_non_exhaustive()
    }
}

/// What this process says for all, while it holds the right to.
struct Held {
    watch: Watch,
    epoch: i64,
    /// What was kept last.
    kept: String,
}

/// Why a message did not arrive. Holds no address.
#[derive(Debug, thiserror::Error)]
enum NotPosted {
    #[error(transparent)]
    Forward(#[from] forward::Error),
    #[error("the group robot answered with errcode {0}{hint}", hint = hint(*.0))]
    Robot(i64),
    #[error("what stands at alert.url answers no robot's JSON")]
    NoRobot,
}

fn hint(errcode: i64) -> &'static str {
    match errcode {
        93000 => ": no robot has the key of alert.url (any more)",
        45009 => ": it has posted too much within a minute",
        _ => "",
    }
}

impl Alerts {
    /// Prepares them; `None` where the settings have no address.
    pub fn new(config: &Config, engine: &Engine) -> Result<Option<Self>, SetUpError> {
        let url = config.alert_url.as_ref().and_then(|url| Url::parse(url.expose_secret()).ok());
        let Some(url) = url else { return Ok(None) };
        Ok(Some(Self {
            receiver: Receiver::of(&url, &config.wecom.api_base),
            direct: Direct::new(url)?,
            context: Arc::clone(&engine.context),
            heartbeat_ms: Arc::clone(&engine.heartbeat_ms),
            language: config.language.unwrap_or(Language::En),
            zone: Zone::new(config.time_zone.clone()),
            own: Watch::default(),
            unstored: Unstored::default(),
            unkept: None,
            noted: Vec::new(),
            failures: 0,
            next_ms: i64::MIN,
        }))
    }

    /// Looks again and again until the end begins.
    pub async fn run(mut self) {
        let context = Arc::clone(&self.context);
        let ends = async {
            context.shutdown.begun().await;
            // Not by the clock of this process: what is being said has a moment left to be said and kept.
            tokio::time::sleep(SAID_WITHIN).await;
        };
        let mut ends = std::pin::pin!(ends);
        loop {
            tokio::select! {
                () = &mut ends => return,
                () = self.look() => {}
            }
            tokio::select! {
                () = context.shutdown.begun() => return,
                () = context.clock.sleep(LOOKS_EVERY) => {}
            }
        }
    }

    async fn look(&mut self) {
        let clock = &self.context.clock;
        let (now_ms, steady_ms) = (clock.now_ms(), clock.steady_ms());
        let silent_ms = steady_ms - self.heartbeat_ms.load(Ordering::Relaxed);
        let callbacks = self.unstored.look(&self.context, silent_ms);
        self.own.see(now_ms, &[callbacks]);
        // Not by the clock of this process: it is the database that needs a moment.
        let mut held = match tokio::time::timeout(DATABASE_WITHIN, self.held(now_ms)).await {
            Ok(Ok(held)) => held,
            // The heartbeat reports a database that is away, and what it costs is reported for this process.
            Ok(Err(error)) => {
                debug!(error = %chain(&error), "The record cannot be looked at for alerts now");
                None
            }
            Err(_) => None,
        };
        if steady_ms >= self.next_ms {
            self.say(now_ms, held.as_mut().map(|held| &mut held.watch)).await;
        }
        if let Some(held) = held {
            self.keep(held).await;
        }
    }

    /// What is one for all processes, if it is this one that speaks for them.
    async fn held(&mut self, now_ms: i64) -> Result<Option<Held>, store::Error> {
        let Context { store, process, .. } = &*self.context;
        let shut_out = look::shut_out(&self.context);
        if !shut_out.is_empty() || !self.noted.is_empty() {
            store.keep_shut_out(*process, &shut_out).await?;
            self.noted = shut_out;
        }
        let Some(AlertsHeld { state, epoch }) = store.hold_alerts(*process, now_ms).await? else {
            self.unkept = None;
            return Ok(None);
        };
        let looks = look::shared(&self.context, now_ms).await?;
        let mut watch = match self.unkept.take() {
            Some((of, watch)) if of == epoch => watch,
            _ => Watch::read(&state),
        };
        watch.see(now_ms, &looks);
        Ok(Some(Held { watch, epoch, kept: state }))
    }

    async fn keep(&mut self, held: Held) {
        let Held { watch, epoch, kept } = held;
        let state = watch.to_json();
        if state == kept {
            return;
        }
        let kept = self.context.store.keep_alerts(self.context.process, epoch, &state);
        match tokio::time::timeout(DATABASE_WITHIN, kept).await {
            Ok(Ok(AlertsKept::Kept | AlertsKept::Lost)) => {}
            Ok(Err(_)) | Err(_) => self.unkept = Some((epoch, watch)),
        }
    }

    /// Posts what is due of both.
    async fn say(&mut self, now_ms: i64, mut shared: Option<&mut Watch>) {
        let mut due = self.own.due(now_ms);
        // Whoever is not believed to be alive has perhaps been taken over from.
        if let Some(shared) = shared.as_deref().filter(|_| self.context.may_begin()) {
            due.extend(shared.due(now_ms));
        }
        if due.is_empty() {
            return;
        }
        due.sort_by(|one, other| one.subject.cmp(&other.subject));
        let (posted, failed) = self.post(&due).await;
        for report in posted {
            log(report);
            self.own.said(report, now_ms);
            if let Some(shared) = shared.as_deref_mut() {
                shared.said(report, now_ms);
            }
        }
        let pause = match failed {
            None => {
                if self.failures > 0 {
                    info!("Alerts can be posted again");
                }
                self.failures = 0;
                PAUSE
            }
            Some(error) => {
                let at = self.failures.min(PAUSES_AFTER_FAILURES.len() - 1);
                if self.failures == 0 {
                    warn!(error = %chain(&error), "An alert could not be posted; it is tried again and again while it stands");
                }
                self.failures += 1;
                PAUSES_AFTER_FAILURES.get(at).copied().unwrap_or(PAUSE)
            }
        };
        self.next_ms = self.context.clock.steady_ms().saturating_add(millis(pause));
    }

    /// Posts them, all in one or one after the other; those that arrived, and why the next did not.
    async fn post<'a>(&self, due: &'a [Report]) -> (&'a [Report], Option<NotPosted>) {
        match self.receiver {
            Receiver::Robot => match self.post_to_robot(due).await {
                Ok(()) => (due, None),
                Err(error) => (&[], Some(error)),
            },
            Receiver::Any => {
                for (at, report) in due.iter().enumerate() {
                    let so_far = due.get(..at).unwrap_or_default();
                    if at > 0 && self.context.shutdown.has_begun() {
                        return (so_far, None);
                    }
                    if let Err(error) = self.direct.post(text(&form::object(report)), POSTED_WITHIN).await {
                        return (so_far, Some(error.into()));
                    }
                }
                (due, None)
            }
        }
    }

    async fn post_to_robot(&self, due: &[Report]) -> Result<(), NotPosted> {
        let message = form::markdown(due, self.language, &self.zone);
        let answer = self.direct.post(text(&message), POSTED_WITHIN).await?;
        let answer: Option<Value> = serde_json::from_slice(&answer).ok();
        match answer.and_then(|answer| answer.get("errcode")?.as_i64()) {
            Some(0) => Ok(()),
            Some(errcode) => Err(NotPosted::Robot(errcode)),
            None => Err(NotPosted::NoRobot),
        }
    }
}

fn text(message: &Value) -> Vec<u8> {
    message.to_string().into_bytes()
}

fn log(report: &Report) {
    let (code, sentence) = (report.subject.code.as_str(), report.to(Language::En));
    let app = report.subject.app.as_deref();
    match report.state {
        State::Firing => warn!(code, app, "An alert was posted: {sentence}"),
        State::Over => info!(code, app, "An alert is over: {sentence}"),
    }
}
