//! Whether callbacks can be stored now, and what stands in the way: what `/readyz` says.
//!
//! It is found out by doing what a callback needs ([`Store::probe`](crate::store::Store::probe)). One probe is under way
//! at a time and serves all who ask meanwhile, so that however many ask the acks are not slowed down.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde::Serialize;
use tokio::sync::Mutex;

use super::context::Context;
use crate::{store::Probe, telemetry::chain};

/// How long the answer may take. Orchestrators wait a second by default.
const ANSWERS_WITHIN: Duration = Duration::from_millis(900);

/// How long a probe may take; whoever asked while one was under way has it done within [`ANSWERS_WITHIN`].
const PROBED_WITHIN: Duration = Duration::from_millis(800);

/// Finds out whether the process is ready.
#[derive(Debug)]
pub struct Readiness {
    context: Arc<Context>,
    heartbeat_ms: Arc<AtomicI64>,
    last: Mutex<Option<Found>>,
}

/// What a probe found.
#[derive(Clone, Debug)]
struct Found {
    /// When it was found, on the steady clock.
    at_ms: i64,
    database: Database,
}

/// How it stands with the database.
#[derive(Clone, Debug)]
enum Database {
    Answers,
    DoesNotAnswer(String),
    TakesNoWrites(String),
}

/// Whether the process is ready, and what there is to know about that.
#[derive(Debug, Serialize)]
pub struct State {
    /// Whether callbacks can be stored, and what they ask for be done.
    pub ready: bool,
    database: &'static str,
    ending: bool,
    heartbeat_ago_ms: i64,
    /// Whether others take this process for alive. Where they do not it sends nothing.
    lease: &'static str,
    rules_version: i64,
    /// What stands in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failing: Vec<String>,
}

impl Readiness {
    /// Of this process, which has last said that it is alive at `heartbeat_ms` of the steady clock.
    pub fn new(context: Arc<Context>, heartbeat_ms: Arc<AtomicI64>) -> Self {
        Self { context, heartbeat_ms, last: Mutex::default() }
    }

    /// How it stands now.
    pub async fn state(self: &Arc<Self>) -> State {
        let database = self.database().await;
        let Context { shutdown, clock, rulebook, .. } = &*self.context;
        let (ending, stands) = (shutdown.has_begun(), self.context.may_begin());
        let heartbeat_ago_ms = clock.steady_ms() - self.heartbeat_ms.load(Ordering::Relaxed);
        let mut failing = Vec::new();
        let word = match database {
            Database::Answers => "answers",
            Database::DoesNotAnswer(why) => {
                failing.push(why);
                "does not answer"
            }
            Database::TakesNoWrites(why) => {
                failing.push(why);
                "takes no writes"
            }
        };
        if !stands {
            failing.push(format!(
                "this process could not say for {heartbeat_ago_ms} ms that it is alive: others may take over what it \
                 holds, and it sends nothing until it can"
            ));
        }
        if ending {
            failing.push("the process is ending".to_owned());
        }
        State {
            ready: failing.is_empty(),
            database: word,
            ending,
            heartbeat_ago_ms,
            lease: if stands { "held" } else { "lost" },
            rules_version: rulebook.current().version(),
            failing,
        }
    }

    async fn database(self: &Arc<Self>) -> Database {
        let (me, asked_ms) = (Arc::clone(self), self.context.clock.steady_ms());
        // On the runtime of everything else: a listener's own ends before the connections that were opened for it. It is
        // seen through, so that the next who ask find its result.
        let probing = self.context.shutdown.spawn(async move { me.probed(asked_ms).await });
        match tokio::time::timeout(ANSWERS_WITHIN, probing).await {
            Ok(Ok(database)) => database,
            Ok(Err(_)) => Database::DoesNotAnswer("the process is ending".to_owned()),
            Err(_) => silent(),
        }
    }

    /// Probes, unless that was done for somebody else since `asked_ms`.
    async fn probed(&self, asked_ms: i64) -> Database {
        let clock = &self.context.clock;
        let mut last = self.last.lock().await;
        if let Some(found) = &*last
            && found.at_ms > asked_ms
        {
            return found.database.clone();
        }
        let database = tokio::time::timeout(PROBED_WITHIN, self.probe()).await.unwrap_or_else(|_| silent());
        *last = Some(Found { at_ms: clock.steady_ms(), database: database.clone() });
        database
    }

    async fn probe(&self) -> Database {
        let Context { store, apps, clock, process, .. } = &*self.context;
        if let Err(error) = store.check().await {
            return Database::DoesNotAnswer(chain(&error));
        }
        let app = apps.iter().next().map_or("", |app| app.name.as_str());
        let probe = Probe { app, digest: rand::random(), now_ms: clock.now_ms() };
        match store.probe(*process, &probe).await {
            Ok(()) => Database::Answers,
            Err(error) => Database::TakesNoWrites(chain(&error)),
        }
    }
}

fn silent() -> Database {
    Database::DoesNotAnswer(format!("the database did not answer within {} ms", PROBED_WITHIN.as_millis()))
}
