//! What a command starts from: settings, log, database.

use std::path::PathBuf;

use anyhow::bail;
use secrecy::ExposeSecret as _;

use super::when::Zone;
use crate::{
    config::{Config, ConfigError, Environment, Options, Required},
    flow::context,
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
        if let Some(path) = store::missing_file(config.database.url.expose_secret()) {
            bail!(
                "there is no database at {}, and so there are no rules yet: see that database.url (DATABASE_URL) is the \
                 server's, or make one with `wecom-greeter rules import FILE`",
                path.display()
            );
        }
        Ok(context::open_store(&config.database).await?)
    }

    /// The database of a command that needs nothing else.
    pub(super) async fn store(&self) -> anyhow::Result<Store> {
        let config = self.load(Required::Database)?;
        Ok(context::open_store(&config.database).await?)
    }
}
