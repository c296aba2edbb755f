//! `rules import`: publishes a rules file, and says what came of it.

use std::{path::Path, process::ExitCode};

use serde_json::{Value, json};

use super::{
    super::{
        output::{Output, clean, say},
        setup::{Filled, Setup},
    },
    checked, counted, fail_with_faults, noted, placed, print_notes, read,
};
use crate::{
    config::Required,
    flow::{
        context,
        publish::{self, Published, ahead::Ahead},
    },
    known::online::Finding,
    shutdown::Shutdown,
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

pub(super) async fn run(
    file: &Path,
    note: Option<&str>,
    no_upload: bool,
    setup: Setup,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let made = Made { document: read(file)?, notes_printed: false };
    put_in_force(file, made, note, no_upload, setup, output).await
}

/// A document that is to be put in force.
pub(super) struct Made {
    pub(super) document: String,
    /// Whether the check's notes were printed already, with the rows of the table that the document was made of.
    pub(super) notes_printed: bool,
}

/// Checks a document with the files that it names and puts it in force; `file` is what it was read from, or made of.
pub(super) async fn put_in_force(
    file: &Path,
    Made { document, notes_printed }: Made,
    note: Option<&str>,
    no_upload: bool,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let checked = match checked(file, document) {
        Ok(checked) => checked,
        Err(faults) => {
            let code = fail_with_faults(file, &faults, output)?;
            say("error: nothing was imported");
            return Ok(code);
        }
    };
    let count = checked.ruleset.rules().count();
    let notes = checked.ruleset.notes_at(setup.clock.now_ms());
    let Filled { store, place, is_new, servers } = setup.filled_store().await?;
    let shutdown = Shutdown::new();
    let with_apps = if no_upload { None } else { setup.settings(Required::Apps).ok() };
    let clients = match &with_apps {
        Some(config) => context::clients(config, &setup.clock, &shutdown)?,
        None => Vec::new(),
    };
    let published = publish::publish(&store, &setup.clock, &checked, &clients, note).await?;
    store.close().await;
    if !notes_printed {
        print_notes(file, &notes, &mut output)?;
    }
    if !output.is_json() {
        if is_new {
            output.line(&format!("Made a new database, {}; there was none.", clean(&place)))?;
        }
        output.line(&in_force(&published, count, &clean(&place), servers))?;
        output.flush()?;
    }
    say_uploads(published.files.len(), published.uploaded.as_ref(), no_upload);
    let mut findings = setup.settings(Required::Calls).map_or_else(
        |_| Vec::new(),
        // Without settings nobody knows which apps there are.
        |config| publish::unknown_apps(&checked.resources, &config),
    );
    findings.extend(publish::missing(&checked.resources, &clients, &setup.environment, &setup.clock).await);
    for finding in &findings {
        say(&format!("note: {}", clean(&placed(file, finding))));
    }
    if output.is_json() {
        let noted = |document| if notes_printed { document } else { noted(document, &notes) };
        let mut document = to_json(&published, count, &findings, noted)?;
        document["database"] = place.into();
        document["servers"] = servers.into();
        output.document(&document)?;
        output.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The one document of `--output json`.
fn to_json(
    Published { version, is_new, files, uploaded }: &Published,
    rules: usize,
    findings: &[Finding],
    noted: impl FnOnce(Value) -> Value,
) -> anyhow::Result<Value> {
    let mut document = noted(json!({ "version": version, "new": is_new, "rules": rules }));
    if !files.is_empty() {
        document["files"] = files.len().into();
        document["uploaded"] = serde_json::to_value(uploaded)?;
    }
    if !findings.is_empty() {
        document["findings"] = serde_json::to_value(findings)?;
    }
    Ok(document)
}

/// That the rules are in force, where, and since when.
fn in_force(
    Published { version, is_new, .. }: &Published,
    rules: usize,
    place: &str,
    servers: u32,
) -> String {
    let rules = counted(rules);
    if *is_new {
        let taken_up = taken_up(servers);
        format!("Version {version} with {rules} is in force in {place}; {taken_up}.")
    } else {
        format!("Version {version} is in force already in {place}; the file is the same, with {rules}.")
    }
}

/// Who takes up a new version, and when.
pub(super) fn taken_up(servers: u32) -> String {
    match servers {
        0 => "no server runs on it now, the next that starts takes it up".to_owned(),
        1 => "the server that runs on it takes it up within a second".to_owned(),
        servers => format!("the {servers} servers that run on it take it up within a second"),
    }
}

/// Says which files are not uploaded yet, and who uploads them.
fn say_uploads(count: usize, uploaded: Option<&Ahead>, no_upload: bool) {
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
