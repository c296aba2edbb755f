//! Where the parts of a run are played: the database, and for each part a WeCom, a server and a load.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_util::task::TaskTracker;

use super::{
    bare,
    callbacks::{Callbacks, Customers, Target},
    count,
    ledger::{Ledger, WELCOME_WINDOW_US},
    load::{self, Load, Pace, Ran, RunError},
    options::{CUSTOMERS_MAX, Options},
    parts,
    record::{self, Record},
    report::{Asked, OfWecom, Part},
    server::{self, Server, Start},
    watch::Stopwatch,
    wecom::Wecom,
    wire::ANSWER_WITHIN,
};
use crate::{
    cli::{failure::Misuse, output::Output, setup::Setup, simulate, words::bench::Bench},
    config::{self, Config},
    language::Sentence as _,
    telemetry,
};
use wecom_core::callback::Keys;
use wecom_simulator::Corp;

/// The app of a server that is started for a run.
const APP: &str = "bench";

/// So many are sealed for the bare handler, which gets them over and over.
const SEALED_FOR_BARE: usize = 1_000;

/// Sealing one takes less than this, with a margin; the run begins when all are sealed, and what is in them says when.
const SEALING_US: u64 = 25;

/// What else is done before the run begins.
const BEFORE_MS: i64 = 300;

/// After the last callback so long is waited for welcomes and tags at the most: a code's 20 seconds, and some.
const SETTLED_WITHIN_US: u64 = WELCOME_WINDOW_US + 5_000_000;

/// A server elsewhere that has not called by then has another WeCom.
const CALLED_WITHIN_US: u64 = 2_000_000;

/// How often it is looked whether all of it is over.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What the parts of a run have in common.
pub(super) struct Stage<'a> {
    options: &'a Options,
    setup: &'a Setup,
    app: config::App,
    keys: Keys,
    /// None where the server runs elsewhere.
    pub(super) record: Option<Record>,
    tasks: TaskTracker,
}

impl<'a> Stage<'a> {
    pub(super) async fn set(options: &'a Options, setup: &'a Setup) -> anyhow::Result<Self> {
        if parts(options).into_iter().any(|(pace, _)| count(options, pace).is_none()) {
            return Err(Misuse(Bench::TooMany { most: CUSTOMERS_MAX }.to(setup.language)).into());
        }
        let app = match &options.url {
            Some(_) => simulate::settings(options.app.as_deref(), setup)?.0.unwrap_or_else(own_app),
            None => own_app(),
        };
        let mut config = Config::defaults(&setup.environment)?;
        // The log of whoever measures would stand between the figures.
        "error,actix_server=off".clone_into(&mut config.log.filter);
        telemetry::init(&config.log)?;
        let record = if options.url.is_some() {
            None
        } else {
            let given = setup.environment.secret("DATABASE_URL");
            Some(Record::prepare(given, config.database, setup.language).await?)
        };
        let keys = Keys::new(app.token.expose_secret(), app.encoding_aes_key.expose_secret(), &app.corp_id)?;
        Ok(Self { options, setup, app, keys, record, tasks: TaskTracker::new() })
    }

    pub(super) async fn store_past(&mut self) -> anyhow::Result<()> {
        let now_ms = self.setup.clock.now_ms();
        let names = (self.app.name.as_str(), self.app.corp_id.as_str());
        match &mut self.record {
            Some(record) if self.options.stored > 0 => {
                let past = Customers::before_run(now_ms);
                record.store_past(self.options.stored, names, past, now_ms, self.setup.language).await
            }
            _ => Ok(()),
        }
    }

    /// One load against one server.
    pub(super) async fn part(&self, pace: Pace, rules: u32, output: &mut Output) -> anyhow::Result<Part> {
        let sealed = count(self.options, pace).unwrap_or(1);
        let (connections, seconds) = (self.options.connections, self.options.seconds);
        let rules = self.record.as_ref().map(|_| rules);
        let asked = Asked { pace, seconds, connections, rules, sealed };
        let (customers, watch) = (Customers::of_run(self.setup.clock.now_ms()), Stopwatch::start());
        let ledger = Arc::new(Ledger::new(sealed));
        let wecom = self.wecom(customers, &ledger, watch)?;
        if !output.is_json() {
            let manner = wecom.as_ref().map(|_| self.options.manner());
            Part::write_heading(asked, self.options.stored, manner, output)?;
        }
        let server = self.server(rules, wecom.as_ref()).await?;
        let (to, target) = self.target(server.as_ref()).await?;
        let load = Load {
            to,
            pace,
            connections: usize::from(connections),
            callbacks: Arc::default(),
            ledger: None,
            patience: ANSWER_WITHIN,
            watch,
        };
        let bare = match pace {
            Pace::FlatOut(time) => Some(self.bare(load.clone(), &target, time).await?),
            Pace::Rate(_) => None,
        };
        let callbacks = self.seal(target, customers, asked).await?;
        let load = Load { callbacks, ledger: Some(Arc::clone(&ledger)), ..load };
        let ran = self.load(load).await?;
        if let Some(wecom) = wecom.as_ref().filter(|_| rules != Some(0)) {
            settle(&ledger, watch, wecom).await;
        }
        let mut part = Part::new(asked, &ran, ledger.sum(), ledger.took_us());
        part.wecom = wecom.as_ref().map(|wecom| OfWecom::new(self.options.manner(), wecom.calls()));
        part.server = server.as_ref().map(Server::took);
        if let Some(server) = server {
            server.end().await?;
        }
        if let Some(wecom) = &wecom {
            wecom.listener.stop().await;
        }
        if let Some(record) = &self.record {
            part.lost = Some(record.lost(ledger.all_acked(), customers).await?);
        }
        Ok(match bare {
            Some(bare) => part.beside(&bare),
            None => part,
        })
    }

    /// The WeCom that the server calls; none for a server elsewhere that has another.
    fn wecom(
        &self,
        customers: Customers,
        ledger: &Arc<Ledger>,
        watch: Stopwatch,
    ) -> anyhow::Result<Option<Wecom>> {
        let listen = match (self.options.wecom_listen, &self.record) {
            (Some(listen), _) => listen,
            (None, Some(_)) => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            (None, None) => return Ok(None),
        };
        let manner = self.options.manner();
        Ok(Some(Wecom::start(listen, manner, customers, ledger, watch, &self.tasks)?))
    }

    /// The server that is measured, with its rules in force; none where it runs elsewhere.
    async fn server(&self, rules: Option<u32>, wecom: Option<&Wecom>) -> anyhow::Result<Option<Server>> {
        let (Some(record), Some(rules), Some(wecom)) = (&self.record, rules, wecom) else { return Ok(None) };
        record.import_rules(&record::rules(rules), self.setup.clock.now_ms()).await?;
        let settings = record.settings_file();
        std::fs::write(
            &settings,
            server::settings(&format!("http://{}", wecom.listener.address), &self.app),
        )?;
        let start =
            Start { settings: &settings, database: record.url(), environment: &self.setup.environment };
        let started = Server::start(&start).await;
        Ok(Some(started.with_context(|| Bench::NotStarted.to(self.setup.language))?))
    }

    /// Where callbacks go.
    async fn target(&self, server: Option<&Server>) -> anyhow::Result<(SocketAddr, Target)> {
        let (to, host, path) = match (server, &self.options.url) {
            (Some(server), _) => {
                let path = format!("/callback/{}", self.app.name);
                (server.callback, server.callback.to_string(), path)
            }
            (None, Some(url)) => {
                let host = url.host_str().unwrap_or_default();
                let port = url.port_or_known_default().unwrap_or(80);
                let unknown = || Bench::NoSuchHost { host }.to(self.setup.language);
                let looked_up = tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await;
                let to = looked_up.with_context(unknown)?.next().with_context(unknown)?;
                let path = match url.query() {
                    Some(query) => format!("{}?{query}", url.path()),
                    None => url.path().to_owned(),
                };
                (to, format!("{host}:{port}"), path)
            }
            (None, None) => return Err(anyhow!(Bench::NotStarted.to(self.setup.language))),
        };
        let agent_id = self.app.agent_id.map(|id| id.to_string()).unwrap_or_default();
        let target =
            Target { host, path, keys: self.keys.clone(), corp_id: self.app.corp_id.clone(), agent_id };
        Ok((to, target))
    }

    /// What a bare handler does with the same callbacks, over as many connections, in half of the time.
    async fn bare(&self, load: Load, target: &Target, time: Duration) -> anyhow::Result<Ran> {
        let now_ms = self.setup.clock.now_ms();
        let callbacks = Callbacks::seal(target, Customers::of_run(now_ms), SEALED_FOR_BARE, |_| now_ms);
        let bare = bare::start(&self.tasks)?;
        let pace = Pace::FlatOut(time / 2);
        let ran = self.load(Load { to: bare.address, pace, callbacks: Arc::new(callbacks), ..load }).await;
        bare.stop().await;
        ran
    }

    /// Seals the callbacks of a part, and returns when the first of them is due: their `CreateTime` is when they will be sent.
    async fn seal(
        &self,
        target: Target,
        customers: Customers,
        asked: Asked,
    ) -> anyhow::Result<Arc<Callbacks>> {
        let clock = &self.setup.clock;
        let (count, pace) = (asked.sealed, asked.pace);
        let sealing_ms = u64::try_from(count).unwrap_or_default() * SEALING_US / 1_000;
        let begin_ms = clock.now_ms() + BEFORE_MS + i64::try_from(sealing_ms).unwrap_or_default();
        let at_ms = move |number: usize| {
            let after_us = match pace {
                Pace::Rate(_) => pace.due_us(number),
                // Nobody knows how fast they go out. None is older than it says, or a server would take the last codes of a
                // long run for expired.
                Pace::FlatOut(time) => u64::try_from(time.as_micros()).unwrap_or(u64::MAX),
            };
            begin_ms.saturating_add(i64::try_from(after_us / 1_000).unwrap_or_default())
        };
        let sealing = move || Callbacks::seal(&target, customers, count, at_ms);
        let callbacks = tokio::task::spawn_blocking(sealing).await?;
        let left_ms = u64::try_from(begin_ms - clock.now_ms()).unwrap_or_default();
        clock.sleep(Duration::from_millis(left_ms)).await;
        Ok(Arc::new(callbacks))
    }

    async fn load(&self, load: Load) -> anyhow::Result<Ran> {
        let ran = tokio::task::spawn_blocking(|| load::run(load)).await?;
        ran.map_err(|error| match error {
            RunError::NobodyThere(at) => anyhow!(Bench::NobodyThere { at }.to(self.setup.language)),
            RunError::Threads(_) => error.into(),
        })
    }
}

/// The app of a server that is started: as the simulated company's, with a name of its own.
fn own_app() -> config::App {
    let corp = Corp::sample();
    config::App {
        name: APP.to_owned(),
        corp_id: corp.corp_id,
        secret: SecretString::from("bench-secret-that-opens-nothing-at-all00000"),
        token: corp.token,
        encoding_aes_key: corp.encoding_aes_key,
        agent_id: Some(corp.agent_id),
        receive_ids: Vec::new(),
    }
}

/// Waits until everybody who was acked is greeted and tagged, or can no longer be.
async fn settle(ledger: &Ledger, watch: Stopwatch, wecom: &Wecom) {
    let sent_us = watch.us();
    loop {
        let now_us = watch.us();
        let waited_us = now_us.saturating_sub(sent_us);
        let is_elsewhere = waited_us > CALLED_WITHIN_US && !wecom.was_called();
        if ledger.is_over(now_us) || waited_us > SETTLED_WITHIN_US || is_elsewhere {
            return;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
