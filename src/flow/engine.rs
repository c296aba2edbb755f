//! Everything between the database and WeCom, wired and running: what `serve` and a replay have in common.
//!
//! This is where concrete things meet. An engine is one process in the database's eyes: it enrols, says every second
//! that it is alive, and when it stops saying so others take over what it held. The sweep gives new owners to what a
//! crash, an overload or a long pause left behind; the fast way does without it.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use rand::RngExt as _;
use secrecy::ExposeSecret as _;
use tracing::{error, info, warn};

use crate::{
    callback,
    clock::Clock,
    config::{self, Config},
    event::Event,
    flow::{
        dispatch::{self, Concurrency, Dispatcher, FOLLOW_UPS_MAX},
        lookups::Lookups,
        planner::{self, PLANNING_MAX, Planner, Received},
        rulebook::{self, Rulebook},
    },
    forward::{self, Forwarder},
    known::{
        apps::{Apps, WecomApp},
        customers::Customers,
        directory::Directory,
        media::{Keeper, Shelf, Uploader},
        tags::TagTree,
    },
    shutdown::{Ended, Shutdown},
    store::{self, ProcessId, Role, Store},
    telemetry::{Metrics, chain},
    wecom::{self, Client, ClientOptions},
};

/// How often this process says that it is alive. The database believes it for four times as long.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);

/// How often the sweep looks, at the longest; jitter takes up to a third off, so that processes do not march in step.
const SWEEP_EVERY: Duration = Duration::from_millis(900);

/// How much the sweep claims at a time; the store gives no more. A full page is followed by the next at once.
const SWEEP_PAGE: usize = 128;

/// What the sweep claims even where this process has enough to do: welcomes come first in it, and have seconds.
const SWEEP_LEAST: usize = 16;

/// The pause before forwards are looked for again where their receivers take them faster than the sweep looks.
const FORWARDS_AGAIN: Duration = Duration::from_millis(50);

/// The pauses between tries to get the first token, so that a wrong secret does not hammer WeCom.
const WARM_AGAIN: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20), Duration::from_mins(1)];

/// A process at work.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The record.
    pub store: Store,
    /// The apps that it serves.
    pub apps: Apps,
    /// The rules in force.
    pub rulebook: Rulebook,
    /// Plans events.
    pub planner: Planner,
    /// Performs actions.
    pub dispatcher: Dispatcher,
    /// The media ids of the rules in force.
    pub shelf: Shelf,
    /// What has been done.
    pub metrics: Arc<Metrics>,
    /// The time.
    pub clock: Clock,
    /// Its end.
    pub shutdown: Shutdown,
    /// Who it is in the database.
    pub process: ProcessId,
    /// When it last said that it is alive.
    pub heartbeat_ms: Arc<AtomicI64>,
}

/// Why an engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error("the database cannot be used")]
    Store(#[from] store::Error),
    /// The rules in it.
    #[error(transparent)]
    Rules(#[from] rulebook::Error),
    /// An app's keys.
    #[error("app `{app}` cannot open callbacks")]
    Keys {
        /// The app.
        app: String,
        /// What is wrong.
        #[source]
        source: callback::KeyError,
    },
    /// The way out.
    #[error("the HTTP client for WeCom cannot be set up")]
    Http(#[from] wecom::HttpError),
    /// The way to the company's own systems.
    #[error("records cannot be forwarded")]
    Forward(#[from] forward::SetUpError),
    /// The API's address.
    #[error("wecom.api_base cannot be used")]
    ApiBase(#[from] wecom::BadApiBase),
}

impl Engine {
    /// Opens the database (and brings it up to date, unless the settings say no), enrols and says from now on that it
    /// is alive. Does nothing else yet.
    pub async fn start(config: &Config, role: Role, clock: Clock) -> Result<Self, Error> {
        let metrics = Arc::new(Metrics::new());
        let store = open_store(&config.database).await?;
        let shutdown = Shutdown::new();
        let shelf = Shelf::new(store.clone(), clock.clone(), shutdown.clone());
        let apps = apps(config, &shelf, &clock, &shutdown)?;
        let enrolled = store.enroll(role, clock.now_ms()).await?;
        let process = enrolled.process;
        let rulebook = Rulebook::open(store.clone(), Arc::clone(&metrics), shelf.clone()).await?;
        let at_once =
            Concurrency { welcomes: config.wecom.welcome_concurrency, tags: config.wecom.tag_concurrency };
        let directory = Directory::new(clock.clone(), shutdown.clone());
        let customers = Customers::new(clock.clone(), shutdown.clone());
        let lookups = Lookups::new(store.clone(), directory, customers);
        let dispatcher = Dispatcher::new(dispatch::Parts {
            store: store.clone(),
            apps: apps.clone(),
            rulebook: rulebook.clone(),
            lookups: lookups.clone(),
            forwarder: Forwarder::new(config.forward.allow_private_networks)?,
            environment: config.forward.environment.clone(),
            clock: clock.clone(),
            shutdown: shutdown.clone(),
            metrics: Arc::clone(&metrics),
            process,
            at_once,
        });
        let planner = Planner::new(planner::Parts {
            store: store.clone(),
            apps: apps.clone(),
            rulebook: rulebook.clone(),
            dispatcher: dispatcher.clone(),
            clock: clock.clone(),
            shutdown: shutdown.clone(),
            process,
            lookups,
            lookup_budget: config.wecom.lookup_budget,
        });
        let heartbeat_ms = Arc::new(AtomicI64::new(clock.now_ms()));
        let engine = Self {
            store,
            apps,
            rulebook,
            planner,
            dispatcher,
            shelf,
            metrics,
            clock,
            shutdown,
            process,
            heartbeat_ms,
        };
        engine.shutdown.spawn_beside(engine.clone().beat());
        Ok(engine)
    }

    /// Does what a server does beside answering: sweeps, follows the rules, keeps media ids fresh, keeps tokens and
    /// connections warm.
    pub fn serve(&self) {
        self.shutdown.spawn_until_hard(self.keeper().run());
        self.shutdown.spawn_until_hard(self.clone().sweep());
        self.shutdown.spawn_until_hard(self.clone().bring_forwards());
        self.shutdown
            .spawn_until_hard(self.rulebook.clone().follow(self.clock.clone(), self.shutdown.clone()));
        for app in self.apps.iter() {
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
        let metrics = Arc::clone(&self.metrics);
        let uploader = Uploader::new(
            self.store.clone(),
            self.clock.clone(),
            Arc::clone(&metrics),
            self.process,
            self.apps.iter().map(|app| (app.name.clone(), app.corp_id.clone(), app.client.clone())),
        );
        Keeper::new(self.shelf.clone(), uploader, self.clock.clone(), self.shutdown.clone(), metrics)
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
                    self.metrics.queue_depth("database", self.store.waiting());
                    self.metrics.queue_depth("planning", PLANNING_MAX.saturating_sub(self.planner.room()));
                    self.metrics
                        .queue_depth("follow_ups", FOLLOW_UPS_MAX.saturating_sub(self.dispatcher.room()));
                    self.metrics.queue_depth("tidings", self.dispatcher.tidings_held());
                    self.dispatcher.share(usize::try_from(beat.live).unwrap_or(usize::MAX));
                }
                Err(error) => {
                    error!(error = %chain(&error), "The database does not answer: callbacks get 503 until it does");
                }
            }
            self.clock.sleep(HEARTBEAT_EVERY).await;
        }
    }

    async fn sweep(self) {
        loop {
            self.sweep_once().await;
            let pause = SWEEP_EVERY.mul_f64(1.0 - rand::rng().random::<f64>() / 3.0);
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = self.clock.sleep(pause) => {}
            }
        }
    }

    /// Brings forwards to whoever takes them faster than the sweep looks: it holds a few for each address only.
    async fn bring_forwards(self) {
        loop {
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = self.dispatcher.drained() => {}
            }
            self.sweep_forwards().await;
            self.clock.sleep(FORWARDS_AGAIN).await;
        }
    }

    async fn sweep_forwards(&self) {
        let room = |address: &str| self.dispatcher.room_at(address);
        // The heartbeat reports it when the database is away.
        if let Ok(claimed) = self.store.sweep_forwards(self.process, self.clock.now_ms(), room).await {
            let receivers: HashSet<String> =
                claimed.iter().map(|claimed| claimed.action.receiver().to_owned()).collect();
            self.dispatcher.take_over(claimed);
            self.dispatcher.more_may_wait(&receivers);
        }
    }

    /// Gives this process what nobody holds and what is due, as much as it can begin on at once.
    pub async fn sweep_once(&self) {
        loop {
            let room = self.dispatcher.room().clamp(SWEEP_LEAST, SWEEP_PAGE);
            // The heartbeat reports it when the database is away.
            let due = self.store.sweep_actions(self.process, self.clock.now_ms(), room).await;
            let Ok(claimed) = due else { return };
            let count = claimed.len();
            if count > 0 {
                info!("Took up {count} actions that were due");
                self.dispatcher.take_over(claimed);
            }
            let room = self.dispatcher.room_for_notices().min(SWEEP_PAGE);
            let mut notices = 0;
            if room > 0 {
                let due = self.store.sweep_notices(self.process, self.clock.now_ms(), room).await;
                let Ok(claimed) = due else { return };
                notices = claimed.len();
                self.dispatcher.take_over(claimed);
            }
            self.sweep_forwards().await;
            let room = self.planner.room().min(SWEEP_PAGE);
            let unplanned = self.store.sweep_events(self.process, self.clock.now_ms(), room).await;
            let Ok(events) = unplanned else { return };
            let more = [events.len(), count, notices].contains(&SWEEP_PAGE);
            for claimed in events {
                info!(
                    event.id = claimed.event.id,
                    "Took up event {}, which was stored but not planned", claimed.event.id
                );
                let event = Event::parse(&claimed.event.payload);
                // `room` places were free a moment ago; whoever took one since gives it back in milliseconds.
                let Some(place) = self.planner.place().await else { return };
                self.planner.hand_over(Received { claimed, event, acked_after_us: None }, place);
            }
            if !more || self.shutdown.has_begun() {
                return;
            }
        }
    }

    /// Gets the token and a connection before the first customer needs them.
    async fn warm(self, app: Arc<WecomApp>) {
        for pause in WARM_AGAIN.into_iter().chain(std::iter::repeat(WARM_AGAIN[3])) {
            match app.client.warm().await {
                Ok(()) => {
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

/// Opens the database and brings it up to date, unless the settings say not to.
pub async fn open_store(database: &config::Database) -> Result<Store, store::Error> {
    let mut options = store::Options::new(database.url.expose_secret());
    options.postgres_connections = database.connections;
    let store = Store::open(&options).await?;
    if database.migrate {
        store.migrate().await?;
    } else {
        store.check().await?;
    }
    Ok(store)
}

/// A client for each app of the settings.
pub fn clients<'a>(
    config: &'a Config,
    clock: &Clock,
    shutdown: &Shutdown,
) -> Result<Vec<(&'a config::App, Client)>, Error> {
    let http = wecom::Http::new()?;
    let api_base = wecom::ApiBase::parse(&config.wecom.api_base)?;
    let client = |app: &'a config::App| {
        let options = ClientOptions {
            corp_id: app.corp_id.clone(),
            secret: app.secret.clone(),
            api_base: api_base.clone(),
        };
        (app, Client::new(http.clone(), options, clock.clone(), shutdown.tasks().clone()))
    };
    Ok(config.apps.iter().map(client).collect())
}

/// The apps of the settings, each with what it shares with the others of its corp.
fn apps(config: &Config, shelf: &Shelf, clock: &Clock, shutdown: &Shutdown) -> Result<Apps, Error> {
    let mut trees: HashMap<&str, TagTree> = HashMap::new();
    clients(config, clock, shutdown)?
        .into_iter()
        .map(|(app, client)| {
            let keys = callback::Keys::new(
                app.token.expose_secret(),
                app.encoding_aes_key.expose_secret(),
                &app.corp_id,
            )
            .map_err(|source| Error::Keys { app: app.name.clone(), source })?;
            let tags = trees.entry(&app.corp_id).or_insert_with(|| TagTree::new(clock.clone())).clone();
            Ok(WecomApp {
                name: app.name.clone(),
                corp_id: app.corp_id.clone(),
                keys,
                agent_id: app.agent_id,
                client,
                tags,
                media: shelf.of_corp(&app.corp_id),
            })
        })
        .collect()
}
