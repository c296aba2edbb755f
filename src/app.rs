//! The server: an engine, and the two listeners in front of it.
//!
//! `build` does all that can fail, binding included, so that a test runs the real thing on port 0 and an operator
//! reads one error before anything is served. `run` serves until the shutdown begins, and ends in order: no new
//! callbacks, answers under way, actions under way, the database.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use tracing::info;

use crate::{
    alert::{self, Alerts},
    config::Config,
    flow::{
        bulk::Bulks,
        engine::{self, Engine},
        intake::Intake,
        readiness::Readiness,
    },
    http::{self, Bodies, Connections, Demo, Private, Public, open_files},
    shutdown::Ended,
    store::Role,
};
use wecom_core::clock::Clock;

/// A server that is ready to run.
#[derive(Debug)]
pub struct App {
    engine: Engine,
    alerts: Option<Alerts>,
    config: Config,
    public: TcpListener,
    private: TcpListener,
    demo: Option<Demo>,
}

/// Why a server does not start, or why it stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Engine(#[from] engine::Error),
    #[error("cannot listen on {address} ({setting}); is it taken, or not allowed to this user?")]
    Listen {
        address: SocketAddr,
        /// The setting that has the address.
        setting: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("alerts cannot be posted")]
    Alerts(#[from] alert::SetUpError),
    /// A listener broke down.
    #[error("a listener broke down")]
    Serve(#[source] std::io::Error),
}

impl App {
    /// Opens the database, reads the rules and binds the listeners.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, Error> {
        let public = listen(config.http.listen, "http.listen")?;
        let private = listen(config.admin.listen, "admin.listen")?;
        let engine = Engine::start(&config, Role::Serve, clock).await?;
        let alerts = Alerts::new(&config, &engine)?;
        Ok(Self { engine, alerts, config, public, private, demo: None })
    }

    /// The same as a demo: its pages say so, and have a link that logs in once.
    #[must_use]
    pub fn as_demo(self, demo: Demo) -> Self {
        Self { demo: Some(demo), ..self }
    }

    /// Where callbacks are taken in.
    pub fn callback_addr(&self) -> SocketAddr {
        self.public.local_addr().unwrap_or(self.config.http.listen)
    }

    /// Where health and metrics are asked for.
    pub fn private_addr(&self) -> SocketAddr {
        self.private.local_addr().unwrap_or(self.config.admin.listen)
    }

    /// What runs behind the listeners.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Serves until the engine's shutdown begins, then ends in order.
    pub async fn run(self) -> Result<Ended, Error> {
        let (callback_addr, private_addr) = (self.callback_addr(), self.private_addr());
        let Self { engine, alerts, config, public, private, demo } = self;
        let intake = Intake::new(Arc::clone(&engine.context), engine.planner.clone());
        let (context, heartbeat_ms) = (Arc::clone(&engine.context), Arc::clone(&engine.heartbeat_ms));
        let readiness = Arc::new(Readiness::new(Arc::clone(&context), heartbeat_ms));
        let admin = Private::new(&engine, readiness, config.clone(), demo);
        let bulks = Bulks::new(engine.clone(), admin.waker.clone());
        let files = open_files::allowed();
        let connections = Connections::within(open_files::for_callbacks(files, &config));
        let private_connections = Connections::within(open_files::for_private(files));
        let serves = Public {
            context,
            intake,
            body_max_bytes: config.http.body_max_bytes,
            bodies: Bodies::new(config.http.body_max_bytes),
            connections: connections.clone(),
            trusted_proxies: config.http.trusted_proxies.clone(),
        };
        let public = http::public(public, serves).map_err(Error::Serve)?;
        let private = http::private(private, admin, private_connections).map_err(Error::Serve)?;
        engine.serve();
        engine.shutdown.spawn_until_hard(bulks.run());
        if let Some(alerts) = alerts {
            engine.shutdown.spawn_until_hard(alerts.run());
        }
        info!(
            "{TAKES_CALLBACKS_AT}{callback_addr}{}; health and metrics at http://{private_addr}",
            http::callback_paths(&engine.apps)
        );
        let (public_handle, private_handle) = (public.handle(), private.handle());
        let public_end = (connections, public_handle);
        let ending = end(&engine, config.shutdown.grace, public_end, private_handle);
        let (public, private, ended) =
            tokio::join!(watched(public, &engine), watched(private, &engine), ending);
        public.and(private).map_err(Error::Serve)?;
        Ok(ended)
    }
}

/// A listener that breaks down ends the process: one that is alive and deaf is worse than one that is restarted.
async fn watched(server: actix_web::dev::Server, engine: &Engine) -> std::io::Result<()> {
    let ended = server.await;
    engine.shutdown.begin();
    ended
}

/// How long an ending server waits for answers under way: an ack takes milliseconds, and no event longer than half of WeCom's
/// five seconds.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

async fn end(
    engine: &Engine,
    grace: Duration,
    (connections, public): (Connections, ServerHandle),
    private: ServerHandle,
) -> Ended {
    engine.shutdown.begun().await;
    info!("Ending: no new callbacks; what is under way has {grace:?}");
    let begun_ms = engine.clock.steady_ms();
    // Connections that idle would hold it up by as long as the server's own look at them takes.
    connections.end();
    let _ = tokio::time::timeout(ANSWERS_WITHIN, connections.ended()).await;
    public.stop(false).await;
    // The answers under way have had their part of it.
    let took = Duration::from_millis((engine.clock.steady_ms() - begun_ms).unsigned_abs());
    let ended = engine.finish(grace.saturating_sub(took)).await;
    private.stop(false).await;
    ended
}

/// What the log says before the address, once callbacks are taken: whoever starts a server by a program waits for it.
pub const TAKES_CALLBACKS_AT: &str = "Callbacks are taken in at http://";

fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, Error> {
    // After a restart the system holds the address of the process before for up to a minute; `SO_REUSEADDR` binds it at
    // once.
    let bind = || {
        let socket = match address {
            SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4(),
            SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6(),
        }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        // A crowd that arrives in one instant waits here rather than being refused.
        socket.listen(BACKLOG)?.into_std()
    };
    bind().map_err(|source| Error::Listen { address, setting, source })
}

/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 2_048;
