//! What a command starts from: settings, log, database.

use std::path::PathBuf;

use anyhow::anyhow;
use secrecy::ExposeSecret as _;
use tracing::warn;

use super::{when::Zone, words::rules::Rules};
use crate::{
    config::{Config, ConfigError, Environment, Options, Required},
    flow::context,
    language::{Language, Sentence as _},
    store::{self, Store},
    telemetry::{self, LogError},
};
use wecom_core::clock::Clock;

/// What a command logs where no filter is set. Its answer is what is wanted, and that says itself if no token could be
/// had; so the client does not warn of it as well.
const FILTER_OF_COMMANDS: &str = "warn,wecom_client::client::token=error";

/// What every command is given.
#[derive(Debug)]
pub(super) struct Setup {
    /// `--config`.
    pub(super) config: Option<PathBuf>,
    pub(super) environment: Environment,
    /// In which language people are spoken to.
    pub(super) language: Language,
    pub(super) clock: Clock,
}

impl Setup {
    /// The settings that a command needs; logging is on from the first time.
    pub(super) fn load(&self, required: Required) -> anyhow::Result<Config> {
        let mut config = self.settings(required)?;
        if !config.log.chosen {
            FILTER_OF_COMMANDS.clone_into(&mut config.log.filter);
        }
        match telemetry::init(&config.log) {
            // A command that has read the database may ask WeCom as well, and loads once more for that.
            Ok(()) | Err(LogError::Twice(_)) => Ok(config),
            Err(error) => Err(error.into()),
        }
    }

    /// The settings of a server, which logs as they say.
    pub(super) fn load_server(&self) -> anyhow::Result<Config> {
        let config = self.settings(Required::Apps)?;
        telemetry::init(&config.log)?;
        for warning in &config.warnings {
            warn!("{}: {}", warning.position, warning.what);
        }
        Ok(config)
    }

    /// The settings; logging is not set up.
    pub(super) fn settings(&self, required: Required) -> Result<Config, ConfigError> {
        let options = Options { file: self.config.clone(), required, ..Options::default() };
        Config::load(&options, &self.environment)
    }

    /// The time zone in which whoever reads the answer reads times.
    pub(super) fn zone(&self) -> Result<Zone, ConfigError> {
        let options = Options { file: self.config.clone(), ..Options::default() };
        Config::time_zone(&options, &self.environment).map(Zone::new)
    }

    /// The database of a command that makes none: where there is none, its address is misspelt more often than not.
    pub(super) async fn existing_store(&self) -> anyhow::Result<Store> {
        let config = self.load(Required::Database)?;
        must_exist(&config, self.language)?;
        Ok(context::open_store_as_it_is(&config.database).await?)
    }

    /// The database of a command that fills one, made where it is missing.
    pub(super) async fn filled_store(&self) -> anyhow::Result<Filled> {
        let config = self.load(Required::Database)?;
        let is_new = store::missing_file(config.database.url.expose_secret()).is_some();
        let store = context::open_store(&config.database).await?;
        let servers = store.live_servers(self.clock.now_ms()).await?;
        Ok(Filled { place: store.place(), store, is_new, servers })
    }
}

/// A database that is filled, and what whoever fills it should know: a command that was started in another folder fills
/// another database than that of the server.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) store: Store,
    pub(super) place: String,
    /// Whether it was made just now.
    pub(super) is_new: bool,
    /// How many servers are alive on it.
    pub(super) servers: u32,
}

/// Fails where the settings name a file that is not there.
pub(super) fn must_exist(config: &Config, language: Language) -> anyhow::Result<()> {
    match store::missing_file(config.database.url.expose_secret()) {
        Some(path) => Err(anyhow!(Rules::NoDatabase { path: &path }.to(language))),
        None => Ok(()),
    }
}
