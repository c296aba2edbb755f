//! Everything between the database and WeCom, running: what `serve` and a replay have in common.
//!
//! An engine is one process in the database's eyes: it enrols, says every second that it is alive, and when it stops
//! saying so others take over what it held.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tracing::{debug, error, info, warn};

pub use super::context::Error;
use super::{
    context::Context,
    dispatch::{Dispatcher, FOLLOW_UPS_MAX},
    forget,
    planner::{PLANNING_MAX, Planner},
    retention,
    sweep::Sweep,
};
use crate::{
    action::Kind,
    config::Config,
    known::{
        apps::WecomApp,
        media::{Keeper, Uploader},
    },
    shutdown::Ended,
    store::{self, Renewal, Role},
    telemetry::{cause, chain},
};
use wecom_core::clock::Clock;

/// How often this process says that it is alive, in milliseconds. The database believes it for four times as long.
const HEARTBEAT_EVERY_MS: i64 = 1_000;

/// The pause after it could not: the time until others take over is short.
const HEARTBEAT_AGAIN: Duration = Duration::from_millis(100);

/// How long it may take, the first time and after failures. A connection that died is noticed by the first, in time for a
/// new one; a database that is only slow is heard in the end. SQLite has no connection that dies.
const HEARTBEAT_WITHIN: [Duration; 3] =
    [Duration::from_millis(900), Duration::from_millis(1_800), Duration::from_secs(4)];

/// How long signing off may take at the end: it only makes the others faster.
const SIGN_OFF_WITHIN: Duration = Duration::from_secs(1);

const UNANSWERED: &str = "The database does not answer: callbacks get 503 until it does";

const SILENT: &str = "The database has not answered for so long that other processes may take over what this one holds: \
                      nothing more is sent until it answers, and callbacks get 503";

/// How often the database is asked what has been due for longest, and which callback came last. Prometheus asks every
/// quarter of a minute by default; more often would tell nobody more.
const MEASURE_EVERY: Duration = Duration::from_secs(15);

/// The pauses between tries to get the first token, so that a wrong secret does not hammer WeCom.
const WARM_AGAIN: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20), Duration::from_mins(1)];

/// A process at work: what its parts share, and those who plan and perform with it.
#[derive(Clone, Debug)]
pub struct Engine {
    /// What the parts share; an engine gives access to it as if it were its own.
    pub context: Arc<Context>,
    /// Plans events.
    pub planner: Planner,
    /// Performs actions.
    pub dispatcher: Dispatcher,
    /// When it last said that it is alive, on the steady clock.
    pub heartbeat_ms: Arc<AtomicI64>,
}

impl Deref for Engine {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Engine {
    /// Opens the database (and brings it up to date, unless the settings say no), enrols and says from now on that it
    /// is alive. Does nothing else yet.
    pub async fn start(config: &Config, role: Role, clock: Clock) -> Result<Self, Error> {
        let context = Arc::new(Context::open(config, role, clock).await?);
        let dispatcher = Dispatcher::new(Arc::clone(&context));
        let planner = Planner::new(Arc::clone(&context), dispatcher.clone());
        let heartbeat_ms = Arc::new(AtomicI64::new(context.clock.steady_ms()));
        let engine = Self { context, planner, dispatcher, heartbeat_ms };
        engine.shutdown.spawn_beside(engine.clone().beat());
        Ok(engine)
    }

    /// Does what a server does beside answering: sweeps, follows the rules, keeps media ids fresh, keeps tokens and
    /// connections warm.
    pub fn serve(&self) {
        self.shutdown.spawn_until_hard(self.keeper().run());
        self.shutdown.spawn_until_hard(self.sweep().run());
        self.shutdown.spawn_until_hard(self.sweep().bring_forwards());
        self.shutdown
            .spawn_until_hard(self.rulebook.clone().follow(self.clock.clone(), self.shutdown.clone()));
        self.shutdown.spawn_until_hard(self.clone().measure());
        self.shutdown.spawn_until_hard(forget::follow(Arc::clone(&self.context)));
        if self.context.retention_days > 0 {
            self.shutdown
                .spawn_until_hard(retention::run(Arc::clone(&self.context), self.context.retention_days));
        }
        self.shutdown
            .spawn_until_hard(self.refusals.clone().write(self.store.clone(), self.shutdown.clone()));
        if let Some(callers) = self.callers.clone() {
            let keep = callers.keep(self.apps.clone(), self.clock.clone(), self.shutdown.clone());
            self.shutdown.spawn_until_hard(keep);
        }
        for app in self.apps.iter() {
            self.metrics.begin(&app.name);
            self.shutdown.spawn_until_hard(self.clone().warm(Arc::clone(app)));
            let (app, shutdown) = (Arc::clone(app), self.shutdown.clone());
            self.shutdown.spawn_until_hard(async move {
                tokio::select! {
                    () = shutdown.begun() => {}
                    () = app.client.keep_warm() => {}
                }
            });
        }
    }

    fn keeper(&self) -> Keeper {
        let uploader = Uploader::new(
            self.store.clone(),
            self.clock.clone(),
            Arc::clone(&self.metrics),
            self.process,
            self.apps.iter().map(|app| (app.name.clone(), app.corp_id.clone(), app.client.clone())),
        );
        Keeper::new(
            self.shelf.clone(),
            uploader,
            self.clock.clone(),
            self.shutdown.clone(),
            Arc::clone(&self.metrics),
        )
    }

    fn sweep(&self) -> Sweep {
        Sweep::new(Arc::clone(&self.context), self.planner.clone(), self.dispatcher.clone())
    }

    /// Gives this process what nobody holds and what is due, as much as it can begin on at once.
    pub async fn sweep_once(&self) {
        self.sweep().once().await;
    }

    /// Takes nothing new, waits up to `grace` for what runs, and leaves the database in good order.
    pub async fn finish(&self, grace: Duration) -> Ended {
        let ended = self.shutdown.finish(grace).await;
        let retired = tokio::time::timeout(SIGN_OFF_WITHIN, self.store.retire(self.process)).await;
        match retired {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                warn!(error = %chain(&error), "Could not sign off; what is left is taken over in a few seconds");
            }
            Err(_) => {
                warn!(
                    "Could not sign off, as the database is silent; what is left is taken over in a few seconds"
                );
            }
        }
        self.store.close().await;
        ended
    }

    /// Says that this process is alive, also while it comes to its end: until then what it holds is its own.
    async fn beat(self) {
        let mut failures = 0;
        loop {
            let within = if self.store.database() == "sqlite" {
                HEARTBEAT_WITHIN[2]
            } else {
                HEARTBEAT_WITHIN[failures.min(2)]
            };
            let is_renewed = self.beat_once(within).await;
            self.seldom.log_left_out(self.clock.now_ms());
            if !is_renewed {
                failures += 1;
                // Not by the clock of this process: it is the database that needs a moment.
                tokio::time::sleep(HEARTBEAT_AGAIN).await;
            } else if self.context.may_begin() {
                failures = 0;
                // From before the question, as it is believed from then on: an answer that took its time leaves less.
                let next_ms = self.heartbeat_ms.load(Ordering::Relaxed) + HEARTBEAT_EVERY_MS;
                self.clock.sleep_until_steady(next_ms).await;
            }
            // Otherwise the answer came so late that it is over already.
        }
    }

    /// Renews this process's row once. Whether that was done.
    async fn beat_once(&self, within: Duration) -> bool {
        let standing = self.store.standing();
        let (renewal, steady_ms) = (Renewal::begin(&self.clock), self.clock.steady_ms());
        let beat = tokio::time::timeout(within, self.store.heartbeat(self.process, renewal.now_ms())).await;
        let waited_ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        match beat.unwrap_or(Err(store::Error::Slow { waited_ms })) {
            Ok(beat) => {
                let had = standing.holds(&self.clock);
                standing.renewed(renewal, &self.clock);
                if !had {
                    info!(
                        term = standing.term(),
                        "This process is on record again and goes on with what nobody else has taken over"
                    );
                }
                self.heartbeat_ms.store(steady_ms, Ordering::Relaxed);
                self.measure_queues();
                self.dispatcher.share(usize::try_from(beat.live).unwrap_or(usize::MAX));
                true
            }
            Err(error) => {
                let stands = standing.holds(&self.clock);
                let kind = if stands { UNANSWERED } else { SILENT };
                if let Some(left_out) = self.seldom.admit(kind, self.clock.now_ms()) {
                    error!(error = %chain(&error), "{kind}{left_out}");
                }
                false
            }
        }
    }

    fn measure_queues(&self) {
        let follow_ups = FOLLOW_UPS_MAX.saturating_sub(self.dispatcher.room());
        self.metrics.queue_depth("database", self.store.waiting());
        self.metrics.queue_depth("planning", PLANNING_MAX.saturating_sub(self.planner.room()));
        self.metrics.queue_depth("follow_ups", follow_ups);
        // The label is older than the word "report", and monitoring asks for it.
        self.metrics.queue_depth("tidings", self.dispatcher.reports_held());
        for app in self.apps.iter() {
            // Remarks share the limit of tags, and forwards are no calls of WeCom's.
            for kind in [Kind::Welcome, Kind::Tag, Kind::Decide, Kind::Notify] {
                let (at_once, is_away) = self.dispatcher.limit_of(&app.corp_id, kind);
                self.metrics.limited(&app.corp_id, kind, at_once, is_away);
            }
        }
    }

    /// Measures what only the database knows, until the process ends.
    async fn measure(self) {
        loop {
            if let Err(error) = self.measure_once().await {
                // The heartbeat reports a database that is away.
                debug!(error = %chain(&error), "What is due could not be measured");
            }
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = self.clock.sleep(MEASURE_EVERY) => {}
            }
        }
    }

    async fn measure_once(&self) -> Result<(), store::Error> {
        let depth = self.store.depth().await?;
        let now_ms = self.clock.now_ms();
        let age = |since_ms: Option<i64>| {
            let ms = since_ms.map_or(0, |since_ms| now_ms.saturating_sub(since_ms));
            Duration::from_millis(u64::try_from(ms).unwrap_or(0))
        };
        self.metrics.oldest_due(None, age(depth.oldest_unplanned_ms));
        for kind in Kind::ALL {
            let of_kind = depth.actions.iter().find(|of_kind| of_kind.kind == kind);
            self.metrics.oldest_due(Some(kind), age(of_kind.and_then(|of_kind| of_kind.oldest_due_ms)));
        }
        if let Some(bytes) = self.store.free_bytes() {
            self.metrics.database_free(bytes);
        }
        for app in self.apps.iter() {
            if let Some(at_s) = self.store.last_event_s(&app.name, now_ms).await? {
                self.metrics.called_back(&app.name, at_s);
            }
        }
        Ok(())
    }

    /// Gets the token and a connection before the first customer needs them.
    async fn warm(self, app: Arc<WecomApp>) {
        // The same cause is told once: it may last for days, until somebody sees to it. `greeter_app_ready` says so meanwhile.
        let mut told = None;
        for pause in WARM_AGAIN.into_iter().chain(std::iter::repeat(WARM_AGAIN[3])) {
            let warm = tokio::select! {
                () = self.shutdown.begun() => return,
                warm = app.client.warm() => warm,
            };
            match warm {
                Ok(()) => {
                    self.metrics.app_ready(&app.name, true);
                    info!(app = %app.name, "App `{}` has its token and can call WeCom", app.name);
                    return;
                }
                Err(error) => {
                    let why = Some(cause(error.errcode(), &error.message()));
                    if told != why {
                        warn!(
                            app = %app.name,
                            "App `{}` cannot call WeCom yet, and tries until it can: {}", app.name, error.message()
                        );
                        told = why;
                    }
                }
            }
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = self.clock.sleep(pause) => {}
            }
        }
    }
}
