//! `serve`: the server, until a signal ends it.

use std::process::ExitCode;

use secrecy::ExposeSecret as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{info, warn};

use super::{doctor::log_what_fails, setup::Setup};
use crate::{
    app::App,
    config,
    flow::engine::Engine,
    http::open_files,
    shutdown::{Ended, Shutdown},
    store,
};

pub(super) const EXAMPLES: &str = "\
Everything comes from the settings (--config FILE, or the environment); started without any it says
what is missing. To try it without WeCom, copy the export lines that `wecom-greeter simulate` prints.
Ends in order on SIGTERM, SIGINT and SIGHUP; a second SIGTERM or SIGINT ends it at once.

Examples:
  wecom-greeter serve
  GREETER_LOG=info,wecom_core::callback=debug wecom-greeter serve

Settings: DATABASE_URL, GREETER_LISTEN, GREETER_ADMIN_LISTEN, GREETER_ADMIN_TOKEN, WECOM_CORP_ID,
WECOM_SECRET, WECOM_TOKEN, WECOM_ENCODING_AES_KEY, WECOM_AGENT_ID, WECOM_API_BASE,
GREETER_RETENTION_DAYS, GREETER_ALERT_URL, GREETER_LOG, GREETER_LOG_FORMAT; secrets also as files
(WECOM_SECRET_FILE). All of them: src/default.toml.";

/// With fewer files than this, some hundred connections are all that callbacks may have.
const OPEN_FILES_ENOUGH: u64 = 4_096;

/// What a shell expects of a program that a second SIGINT ended.
pub(super) const INTERRUPTED: u8 = 130;

pub(super) async fn run(setup: Setup) -> anyhow::Result<ExitCode> {
    // What is said without being asked is in the language in which it was started.
    let config = config::Config { language: Some(setup.language), ..setup.load_server()? };
    let files = open_files::raise();
    if files < OPEN_FILES_ENOUGH {
        warn!(
            "This process may have {files} files open, and callbacks a part of that: raise the hard limit (`LimitNOFILE=65536` \
             in a systemd unit, `--ulimit nofile=65536` for docker)"
        );
    }
    let is_new = store::missing_file(config.database.url.expose_secret()).is_some();
    let app = App::build(config.clone(), setup.clock.clone()).await?;
    let store = &app.engine().store;
    let made = if is_new { ", which was made now: there was none" } else { "" };
    info!("The record is in {}{made}", store.place());
    if let Some(file) = store.file().filter(|file| config::readable_by_others(file)) {
        warn!("{}", config::exposed_by(file, "the record of your customers"));
    }
    let engine = app.engine().clone();
    let what_fails = log_what_fails(config, engine.clone());
    engine.shutdown.spawn_until_hard(until_the_end(engine.clone(), what_fails));
    let mut signals = Signals::listen()?;
    let shutdown = app.engine().shutdown.clone();
    tokio::select! {
        ended = app.run() => match ended? {
            Ended::Drained => info!("Ended; everything that had begun is done"),
            Ended::CutOff => warn!("Ended; what was still under way is taken up by the next server that runs"),
        },
        () = signals.end(&shutdown) => {
            warn!("Ended at once; what was under way is taken up by the next server that runs");
            return Ok(ExitCode::from(INTERRUPTED));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is only for the log must not hold up an end.
async fn until_the_end(engine: Engine, task: impl Future<Output = ()>) {
    tokio::select! {
        () = engine.shutdown.begun() => {}
        () = task => {}
    }
}

/// The signals that end a process.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// The terminal was closed. `None`: whoever started the program (`nohup`) wants it to outlive that.
    hangup: Option<Signal>,
}

impl Signals {
    /// From now on signals are ours, and end nothing by themselves.
    pub(super) fn listen() -> std::io::Result<Self> {
        let hangup = if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) };
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, hangup })
    }

    /// Returns at the next signal.
    pub(super) async fn next(&mut self) {
        let closed = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = closed => {}
        }
    }

    /// Returns at the next one that somebody sends who is in a hurry. A terminal that is closed may say so twice, once by
    /// its shell and once by the system.
    pub(super) async fn next_hurried(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Begins the shutdown at the first signal, and returns at the second: whoever sends two does not want to wait for
    /// it.
    pub(super) async fn end(&mut self, shutdown: &Shutdown) {
        self.next().await;
        shutdown.begin();
        self.next_hurried().await;
    }
}

/// Whether the process was started with SIGHUP ignored. Listening would undo that, and the system's other ways to ask are
/// not safe Rust's; where there is no /proc it counts as not ignored.
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (SignalKind::hangup().as_raw_value() - 1)) != 0)
}
