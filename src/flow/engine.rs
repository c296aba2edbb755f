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
    planner::{PLANNING_MAX, Planner},
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
    store::{self, Role},
    telemetry::chain,
};
use wecom_core::clock::Clock;

/// How often this process says that it is alive. The database believes it for four times as long.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);

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
    /// When it last said that it is alive.
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
        let heartbeat_ms = Arc::new(AtomicI64::new(context.clock.now_ms()));
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
        if let Err(error) = self.store.retire(self.process).await {
            warn!(error = %chain(&error), "Could not sign off; what is left is taken over in a few seconds");
        }
        self.store.close().await;
        ended
    }

    /// Says that this process is alive, also while it comes to its end: until then what it holds is its own.
    async fn beat(self) {
        loop {
            let now_ms = self.clock.now_ms();
            match self.store.heartbeat(self.process, now_ms).await {
                Ok(beat) => {
                    self.heartbeat_ms.store(now_ms, Ordering::Relaxed);
                    self.measure_queues();
                    self.dispatcher.share(usize::try_from(beat.live).unwrap_or(usize::MAX));
                }
                Err(error) => {
                    error!(error = %chain(&error), "The database does not answer: callbacks get 503 until it does");
                }
            }
            self.seldom.log_left_out(self.clock.now_ms());
            self.clock.sleep(HEARTBEAT_EVERY).await;
        }
    }

    fn measure_queues(&self) {
        let follow_ups = FOLLOW_UPS_MAX.saturating_sub(self.dispatcher.room());
        self.metrics.queue_depth("database", self.store.waiting());
        self.metrics.queue_depth("planning", PLANNING_MAX.saturating_sub(self.planner.room()));
        self.metrics.queue_depth("follow_ups", follow_ups);
        // The label is older than the word "report", and monitoring asks for it.
        self.metrics.queue_depth("tidings", self.dispatcher.reports_held());
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
        for app in self.apps.iter() {
            if let Some(at_s) = self.store.last_event_s(&app.name, now_ms).await? {
                self.metrics.called_back(&app.name, at_s);
            }
        }
        Ok(())
    }

    /// Gets the token and a connection before the first customer needs them.
    async fn warm(self, app: Arc<WecomApp>) {
        for pause in WARM_AGAIN.into_iter().chain(std::iter::repeat(WARM_AGAIN[3])) {
            match app.client.warm().await {
                Ok(()) => {
                    self.metrics.app_ready(&app.name, true);
                    info!(app = %app.name, "App `{}` has its token and can call WeCom", app.name);
                    return;
                }
                Err(error) => {
                    warn!(app = %app.name, "App `{}` cannot call WeCom yet: {}", app.name, error.message());
                }
            }
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = self.clock.sleep(pause) => {}
            }
        }
    }
}
