//! What everything in an engine works with: made once, in the order in which one thing needs another, and shared.

use std::{collections::HashMap, sync::Arc, time::Duration};

use secrecy::ExposeSecret as _;

use super::{
    forgotten::Forgotten,
    lookups::Lookups,
    refusals::Refusals,
    rulebook::{self, Rulebook},
};
use crate::{
    config::{self, Config},
    forward::{self, Forwarder, Pictures},
    known::{
        apps::{Apps, WecomApp},
        callers::Callers,
        contact_ways::ContactWays,
        customers::Customers,
        directory::Directory,
        media::Shelf,
        tags::TagTree,
    },
    shutdown::Shutdown,
    store::{self, ProcessId, Renewal, Role, Store},
    telemetry::{Metrics, Seldom},
};
use wecom_client::{Client, ClientOptions};
use wecom_core::{callback, clock::Clock};

/// What the parts of an engine share.
#[derive(Debug)]
pub struct Context {
    /// Keeps events, plans and the rules.
    pub store: Store,
    /// The apps of the settings.
    pub apps: Apps,
    /// The rules in force.
    pub rulebook: Rulebook,
    /// Answers what rules ask for.
    pub lookups: Lookups,
    /// The media ids of the rules in force.
    pub shelf: Shelf,
    /// Posts records to the company's own systems.
    pub forwarder: Forwarder,
    /// Fetches pictures that WeCom names by their addresses.
    pub pictures: Pictures,
    /// Where the secrets are with which those posts are signed.
    pub environment: config::Environment,
    /// How many days settled events are kept; 0: for ever.
    pub retention_days: u32,
    /// How many calls at once, and how long look-ups may hold a welcome up.
    pub wecom: config::Wecom,
    /// From where WeCom calls back, where the settings want callbacks from nowhere else.
    pub callers: Option<Callers>,
    /// Takes the callbacks that were refused, to be kept.
    pub refusals: Refusals,
    /// Customers who have been forgotten a short time ago.
    pub forgotten: Forgotten,
    /// Counts what has been done.
    pub metrics: Arc<Metrics>,
    /// Keeps failures that repeat from filling the log.
    pub seldom: Seldom,
    /// Every instant that is stored or compared comes from here.
    pub clock: Clock,
    /// Runs what goes on in the background, and ends it.
    pub shutdown: Shutdown,
    /// In whose name events and actions are leased.
    pub process: ProcessId,
}

/// Why an engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be opened, or is not of this program's version.
    #[error("the database cannot be used")]
    Store(#[from] store::Error),
    /// The rules in the database cannot be read.
    #[error(transparent)]
    Rules(#[from] rulebook::Error),
    /// An app's keys.
    #[error("app `{app}` cannot open callbacks")]
    Keys {
        /// Its name in the settings.
        app: String,
        /// Which of the two keys it is, and what is wrong with it.
        #[source]
        source: callback::KeyError,
    },
    /// The way to WeCom.
    #[error("the HTTP client for WeCom cannot be set up")]
    Http(#[from] wecom_client::HttpError),
    /// The way to the company's own systems.
    #[error("records cannot be forwarded")]
    Forward(#[from] forward::SetUpError),
    /// The API's address.
    #[error("wecom.api_base cannot be used")]
    ApiBase(#[from] wecom_client::BadApiBase),
}

impl Context {
    /// Whether this process may begin something: others still take it for alive.
    pub fn may_begin(&self) -> bool {
        self.store.standing().holds(&self.clock)
    }

    /// Waits for so long at most until it may. `false`: it may not yet, or it is ending.
    pub async fn may_begin_within(&self, within: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.store.standing().regained(&self.clock) => true,
            () = self.clock.sleep(within) => false,
            () = self.shutdown.begun() => false,
        }
    }

    /// Opens the database (and brings it up to date, unless the settings say no), enrols the process in it and reads the
    /// rules in force.
    pub async fn open(config: &Config, role: Role, clock: Clock) -> Result<Self, Error> {
        let metrics = Arc::new(Metrics::new());
        let seldom = Seldom::default();
        let store = open_store(&config.database).await?;
        let shutdown = Shutdown::new();
        let shelf = Shelf::new(store.clone(), clock.clone(), shutdown.clone());
        let apps = apps(config, &shelf, &clock, &shutdown)?;
        let renewal = Renewal::begin(&clock);
        let process = store.enroll(role, renewal.now_ms()).await?.process;
        store.standing().renewed(renewal, &clock);
        let rulebook = Rulebook::open(store.clone(), Arc::clone(&metrics), shelf.clone()).await?;
        let forwarder = Forwarder::new(config.forward.allow_private_networks)?;
        let directory = Directory::new(clock.clone(), shutdown.clone());
        let customers = Customers::new(clock.clone(), shutdown.clone());
        Ok(Self {
            lookups: Lookups::new(store.clone(), directory, customers, clock.clone(), seldom.clone()),
            pictures: Pictures::new(forwarder.clone(), &config.wecom.api_base)?,
            forwarder,
            environment: config.forward.environment.clone(),
            retention_days: config.retention.days,
            wecom: config.wecom.clone(),
            callers: config.http.only_wecom_addresses.then(Callers::default),
            store,
            apps,
            rulebook,
            shelf,
            refusals: Refusals::default(),
            forgotten: Forgotten::default(),
            metrics,
            seldom,
            clock,
            shutdown,
            process,
        })
    }
}

/// Opens the database and brings it up to date, unless the settings say not to.
pub async fn open_store(database: &config::Database) -> Result<Store, store::Error> {
    let store = Store::open(&store_options(database)).await?;
    let ready = if database.migrate { store.migrate().await.map(drop) } else { store.check().await };
    explained(store, ready)
}

/// Opens the database of who makes no tables: for commands that read what is there.
pub async fn open_store_as_it_is(database: &config::Database) -> Result<Store, store::Error> {
    open_as_it_is(&store_options(database)).await
}

/// The same, of a database that is waited for no longer than this: whoever asks why it does not answer wants to be told.
pub async fn open_store_within(
    database: &config::Database,
    patience: Duration,
) -> Result<Store, store::Error> {
    open_as_it_is(&store::Options { patience, ..store_options(database) }).await
}

async fn open_as_it_is(options: &store::Options) -> Result<Store, store::Error> {
    let store = Store::open(options).await?;
    let ready = store.check().await;
    explained(store, ready)
}

/// How the settings say that the database is opened.
pub fn store_options(database: &config::Database) -> store::Options {
    let mut options = store::Options::new(database.url.expose_secret());
    options.postgres_connections = database.connections;
    options
}

fn explained(store: Store, ready: Result<(), store::Error>) -> Result<Store, store::Error> {
    match ready {
        Ok(()) => Ok(store),
        Err(error) => Err(store.explain(error)),
    }
}

/// A client for each app of the settings.
pub fn clients<'a>(
    config: &'a Config,
    clock: &Clock,
    shutdown: &Shutdown,
) -> Result<Vec<(&'a config::App, Client)>, Error> {
    let http = wecom_client::Http::new()?;
    let api_base = wecom_client::ApiBase::parse(&config.wecom.api_base)?;
    let client = |app: &'a config::App| {
        let options = ClientOptions::new(app.corp_id.clone(), app.secret.clone(), api_base.clone());
        // A `gettoken` that hangs is nobody's affair but of those who wait for it, and they have ends of their own.
        (app, Client::new(http.clone(), options, clock.clone(), shutdown.beside().clone()))
    };
    Ok(config.apps.iter().map(client).collect())
}

/// The apps of the settings. Those of one corp share its tags and media ids.
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
            .map_err(|source| Error::Keys { app: app.name.clone(), source })?
            .with_receivers(app.receive_ids.iter().cloned());
            let tags = trees.entry(&app.corp_id).or_insert_with(|| TagTree::new(clock.clone())).clone();
            Ok(WecomApp {
                name: app.name.clone(),
                corp_id: app.corp_id.clone(),
                keys,
                agent_id: app.agent_id,
                client,
                tags,
                contact_ways: ContactWays::new(clock.clone(), shutdown.clone()),
                media: shelf.of_corp(&app.corp_id),
            })
        })
        .collect()
}
