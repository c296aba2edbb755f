//! Rules on their way into force: checked with the files that they name, these stored and uploaded, and all of it put in
//! force.
//!
//! Uploading comes before the rules are in force, so that their first welcome has its pictures; it may fail, because
//! servers upload what is missing. Only then does the version become visible, with its files, in one transaction.
//! Nothing here prints: whoever publishes shows what came of it.

pub mod files;
pub mod ahead;
pub mod brought;
pub mod serving;
pub mod stored;
mod words;

use std::{path::Path, time::Duration};

use crate::{
    config::{self, Config, Environment},
    forward,
    known::online::{self, AddressRefused, Asked, Finding, Gravity},
    rules::{self, Faults, Resources, Ruleset},
    store::{self, RulesetFile, RulesetImport, Store},
};
use ahead::Ahead;
use files::Found;
use wecom_client::Client;
use wecom_core::clock::Clock;

/// How long WeCom is asked, after rules were put in force, whether it knows what they name.
const ASKED_FOR: Duration = Duration::from_secs(10);

/// Rules without a fault, and what they name.
#[derive(Debug)]
pub struct Checked {
    /// The rules as they are written.
    pub document: String,
    /// The same, compiled.
    pub ruleset: Ruleset,
    /// The tags, employees, departments, apps and secrets that they name.
    pub resources: Resources,
    /// The files that they name, found and checked.
    pub files: Vec<Found>,
}

/// Checks rules and the files that they name, which are looked for in `folder`.
pub fn check(folder: &Path, document: String) -> Result<Checked, Faults> {
    let ruleset = Ruleset::compile(&document, 0).map_err(|faults| {
        // The faults of the files come in the same answer.
        match files::find(folder, &rules::files_of(&document)) {
            Ok(_) => faults,
            Err(of_files) => faults.and(of_files),
        }
    })?;
    let resources = ruleset.resources();
    let files = files::find(folder, &resources.files)?;
    Ok(Checked { document, ruleset, resources, files })
}

/// Why rules could not be put in force.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read again or stored.
    #[error("{0}")]
    Files(#[from] files::Error),
    /// The database did not take them.
    #[error("{0}")]
    Store(#[from] store::Error),
}

/// Rules that are in force.
#[derive(Debug)]
pub struct Published {
    /// The first version of a database is 1.
    pub version: i64,
    /// They were not in force before.
    pub is_new: bool,
    /// The files that they name.
    pub files: Vec<RulesetFile>,
    /// What came of uploading those ahead; `None`: there were none, or no app to upload them.
    pub uploaded: Option<Ahead>,
}

/// Stores the files of checked rules, uploads them by these apps, and puts the rules in force.
pub async fn publish(
    store: &Store,
    clock: &Clock,
    checked: &Checked,
    clients: &[(&config::App, Client)],
    note: Option<&str>,
) -> Result<Published, Error> {
    files::store(store, &checked.files).await?;
    let files: Vec<RulesetFile> = checked.files.iter().map(|found| found.file.clone()).collect();
    let uploaded = if files.is_empty() || clients.is_empty() {
        None
    } else {
        Some(ahead::upload(store, clock, &files, clients).await?)
    };
    let imported = store.import_rules_with(&checked.document, &files, note, clock.now_ms()).await?;
    let (version, is_new) = match imported {
        RulesetImport::New { version } => (version, true),
        RulesetImport::Unchanged { version } => (version, false),
    };
    Ok(Published { version, is_new, files, uploaded })
}

/// What WeCom, or this machine's environment, does not have of what published rules name. What could not be asked for is
/// left out: the rules are in force, and `rules check --online` says why.
pub async fn missing(
    resources: &Resources,
    clients: &[(&config::App, Client)],
    environment: &Environment,
    clock: &Clock,
) -> Vec<Finding> {
    if clients.is_empty() || *resources == Resources::default() {
        return Vec::new();
    }
    let mut findings = online::look_here(resources, |name| environment.has(name));
    findings.extend(online::look(resources, &one_of_each_corp(clients), clock, ASKED_FOR).await);
    findings.retain(|finding| finding.gravity != Gravity::Unknown);
    online::in_order(findings)
}

/// One app of each corp: what WeCom answers it holds for all of them.
pub fn one_of_each_corp(clients: &[(&config::App, Client)]) -> Vec<Asked> {
    let mut corps: Vec<&str> = Vec::new();
    let mut asked = Vec::new();
    for (app, client) in clients {
        if !corps.contains(&app.corp_id.as_str()) {
            corps.push(&app.corp_id);
            asked.push(Asked { name: app.name.clone(), agent_id: app.agent_id, client: client.clone() });
        }
    }
    asked
}

/// Which apps that the rules are for are not in the settings.
pub fn unknown_apps(resources: &Resources, config: &Config) -> Vec<Finding> {
    let apps: Vec<&str> = config.apps.iter().map(|app| app.name.as_str()).collect();
    online::unknown_apps(resources, &apps)
}

/// Which addresses that rules forward to the sender refuses. Without settings at hand those of the servers may allow them.
pub fn refused_addresses(resources: &Resources, config: Option<&Config>) -> Vec<Finding> {
    let allow_private = config.is_some_and(|config| config.forward.allow_private_networks);
    let gravity = if config.is_some() { Gravity::Missing } else { Gravity::Note };
    online::refused_addresses(resources, gravity, |url| {
        forward::refused_as_written(url, allow_private).map(|why| match why {
            forward::Error::Private => AddressRefused::Private,
            _ => AddressRefused::Other,
        })
    })
}
