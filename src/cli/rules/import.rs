//! `rules import`: a file is checked with the files that it names, these are stored and uploaded, and all of it is put
//! in force.
//!
//! Uploading comes before the rules are in force, so that their first welcome has its pictures; it may fail, because
//! servers upload what is missing. Only then does the version become visible, with its files, in one transaction.

use std::{path::Path, process::ExitCode, sync::Arc, time::Duration};

use serde_json::json;

use super::{
    super::{
        output::{Output, clean, say},
        setup::Setup,
    },
    Checked, asked, checked, counted, noted, placed, read, tell, tell_notes, unknown_apps,
};
use crate::{
    clock::Clock,
    config::{self, Needs},
    flow::{
        engine,
        publish::{
            ahead::{Ahead, ahead},
            files,
        },
    },
    known::{
        media::Uploader,
        online::{self, Finding, Gravity},
    },
    rules::Resources,
    shutdown::Shutdown,
    store::{ProcessId, Role, RulesetFile, RulesetImport, Store},
    telemetry::Metrics,
    wecom::Client,
};

pub(super) const EXAMPLES: &str = "\
The file is checked as a whole; with a fault in it nothing is stored. A file that is in force already
makes no new version. Files that the rules name (`file: assets/a.png`, from the rules file's folder on)
are stored in the database with them and uploaded to WeCom before they are in force. Where that is
not possible, running servers do it.

Examples:
  wecom-greeter rules import rules.yaml
  wecom-greeter rules import rules.yaml --note 'spring campaign'
  wecom-greeter rules import rules.yaml --no-upload";

/// How long uploads may take before the rules are put in force without them: 40 MB over a line of some Mbit/s.
const UPLOADED_FOR: Duration = Duration::from_mins(2);

/// How long WeCom is asked afterwards whether it knows what the rules name. They are in force by then.
const ASKED_FOR: Duration = Duration::from_secs(10);

/// How often a process that holds uploads says that it is alive; it is believed for four times as long.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(
    file: &Path,
    note: Option<&str>,
    no_upload: bool,
    setup: Setup,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let made = Made { document: read(file)?, notes_told: false };
    put_in_force(file, made, note, no_upload, setup, output).await
}

/// A document that is to be put in force.
pub(super) struct Made {
    pub(super) document: String,
    /// What the check notes has been told already, in terms of what the document was made of.
    pub(super) notes_told: bool,
}

/// Checks a document with the files that it names and puts it in force; `file` is what it was read from, or made of.
pub(super) async fn put_in_force(
    file: &Path,
    Made { document, notes_told }: Made,
    note: Option<&str>,
    no_upload: bool,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let checked = match checked(file, document) {
        Ok(checked) => checked,
        Err(faults) => {
            let code = tell(file, &faults, output)?;
            say("error: nothing was imported");
            return Ok(code);
        }
    };
    let Checked { document, ruleset, resources, files } = checked;
    let count = ruleset.rules().count();
    let store = setup.store().await?;
    files::store(&store, &files).await?;
    let files: Vec<RulesetFile> = files.into_iter().map(|found| found.file).collect();
    let shutdown = Shutdown::new();
    let with_apps = if no_upload { None } else { setup.settings(Needs::Apps).ok() };
    let clients = match &with_apps {
        Some(config) => engine::clients(config, &setup.clock, &shutdown)?,
        None => Vec::new(),
    };
    let uploaded = if files.is_empty() || clients.is_empty() {
        None
    } else {
        Some(upload(&store, &setup.clock, &files, &clients).await?)
    };
    let imported = store.import_rules_with(&document, &files, note, setup.clock.now_ms()).await?;
    store.close().await;
    let (version, new) = match imported {
        RulesetImport::New { version } => (version, true),
        RulesetImport::Unchanged { version } => (version, false),
    };
    let told = || {
        if new {
            format!(
                "Version {version} with {} is in force; running servers take it up within a second.",
                counted(count)
            )
        } else {
            format!("Version {version} is in force already; the file is the same, with {}.", counted(count))
        }
    };
    if !notes_told {
        tell_notes(file, &ruleset, &mut output)?;
    }
    if !output.is_json() {
        output.line(&told())?;
        output.flush()?;
    }
    tell_uploads(&files, uploaded.as_ref(), no_upload);
    let mut findings = setup.settings(Needs::Calls).map_or_else(
        |_| Vec::new(),
        // Where there are no settings nothing can be held against them.
        |config| unknown_apps(&resources, &config),
    );
    findings.extend(summary(&resources, &clients, &setup).await);
    for finding in &findings {
        say(&format!("note: {}", clean(&placed(file, finding))));
    }
    if output.is_json() {
        let mut document = json!({ "version": version, "new": new, "rules": count });
        if !notes_told {
            document = noted(document, &ruleset);
        }
        if !files.is_empty() {
            document["files"] = files.len().into();
            document["uploaded"] = serde_json::to_value(&uploaded)?;
        }
        if !findings.is_empty() {
            document["findings"] = serde_json::to_value(&findings)?;
        }
        output.document(&document)?;
        output.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Uploads ahead, as a process that others see at work.
async fn upload(
    store: &Store,
    clock: &Clock,
    files: &[RulesetFile],
    clients: &[(&config::App, Client)],
) -> anyhow::Result<Ahead> {
    let me = store.enroll(Role::Command, clock.now_ms()).await?.process;
    let apps = clients.iter().map(|(app, client)| (app.name.clone(), app.corp_id.clone(), client.clone()));
    let uploader = Uploader::new(store.clone(), clock.clone(), Arc::new(Metrics::new()), me, apps);
    let done = tokio::select! {
        done = ahead(&uploader, files, UPLOADED_FOR) => done,
        () = stay_alive(store, clock, me) => return Ok(Ahead::default()),
    };
    // What is left of it is forgotten within the hour.
    let _ = store.retire(me).await;
    Ok(done?)
}

/// Never returns.
async fn stay_alive(store: &Store, clock: &Clock, me: ProcessId) {
    loop {
        clock.sleep(HEARTBEAT_EVERY).await;
        // While the database is away the uploads say so.
        let _ = store.heartbeat(me, clock.now_ms()).await;
    }
}

/// Says which files have not been uploaded, and who does it.
fn tell_uploads(files: &[RulesetFile], uploaded: Option<&Ahead>, no_upload: bool) {
    let count = files.len();
    match uploaded {
        _ if count == 0 => {}
        None if no_upload => say(&format!("note: its {count} files are uploaded by the running servers")),
        None => say(&format!(
            "note: no app is set up here, so its {count} files are uploaded by the running servers"
        )),
        Some(Ahead { waiting, .. }) if waiting.is_empty() => {}
        Some(Ahead { waiting, .. }) => {
            for file in waiting {
                say(&format!(
                    "note: `{}` is not uploaded yet for corp {}: {}",
                    clean(&file.name),
                    file.corp_id,
                    clean(&file.why)
                ));
            }
            say("note: running servers go on trying; until then welcomes go out without what is missing");
        }
    }
}

/// What WeCom does not know of it. Nothing where it cannot be asked: `rules check --online` tells why.
async fn summary(resources: &Resources, clients: &[(&config::App, Client)], setup: &Setup) -> Vec<Finding> {
    if clients.is_empty() || *resources == Resources::default() {
        return Vec::new();
    }
    let mut findings = online::look_here(resources, |name| setup.environment.has(name));
    findings.extend(online::look(resources, &asked(clients), &setup.clock, ASKED_FOR).await);
    findings.retain(|finding| finding.gravity != Gravity::Unknown);
    online::in_order(findings)
}
