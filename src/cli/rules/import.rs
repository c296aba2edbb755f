//! `rules import`: publishes a rules file, and says what came of it.

use std::{path::Path, process::ExitCode};

use serde_json::{Value, json};

use super::{
    super::{
        output::{Output, clean, say},
        setup::{Filled, Setup},
        words::rules::Rules,
    },
    checked, fail_with_faults, noted, placed, print_notes, read,
};
use crate::{
    config::Required,
    flow::{
        context,
        publish::{self, Published, ahead::Ahead},
    },
    known::online::Finding,
    language::{Language, Sentence as _},
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
    let made = Made { document: read(file, setup.language)?, notes_printed: false };
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
            say(&Rules::NothingImported.to(setup.language));
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
            output.sentence(&Rules::MadeDatabase { place: &clean(&place) })?;
        }
        output.sentence(&in_force(&published, count, &clean(&place), servers))?;
        output.flush()?;
    }
    say_uploads(published.files.len(), published.uploaded.as_ref(), no_upload, setup.language);
    let config = setup.settings(Required::Calls).ok();
    let mut findings = publish::refused_addresses(&checked.resources, config.as_ref());
    // Without settings nobody knows which apps there are.
    findings.extend(config.iter().flat_map(|config| publish::unknown_apps(&checked.resources, config)));
    findings.extend(publish::missing(&checked.resources, &clients, &setup.environment, &setup.clock).await);
    for finding in &findings {
        say(&Rules::Note { what: &clean(&placed(file, finding, setup.language)) }.to(setup.language));
    }
    if output.is_json() {
        let with_notes =
            |document| if notes_printed { document } else { noted(document, &notes, setup.language) };
        let mut document = to_json(&published, count, &findings, setup.language, with_notes)?;
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
    language: Language,
    noted: impl FnOnce(Value) -> Value,
) -> anyhow::Result<Value> {
    let mut document = noted(json!({ "version": version, "new": is_new, "rules": rules }));
    if !files.is_empty() {
        document["files"] = files.len().into();
        document["uploaded"] = serde_json::to_value(uploaded)?;
    }
    if !findings.is_empty() {
        let findings: Vec<_> = findings.iter().map(|finding| finding.shown(language)).collect();
        document["findings"] = serde_json::to_value(findings)?;
    }
    Ok(document)
}

/// That the rules are in force, where, and since when.
fn in_force<'a>(
    &Published { version, is_new, .. }: &Published,
    rules: usize,
    place: &'a str,
    servers: u32,
) -> Rules<'a> {
    if is_new {
        Rules::InForce { version, rules, place, servers }
    } else {
        Rules::InForceAlready { version, rules, place }
    }
}

/// Says which files are not uploaded yet, and who uploads them.
fn say_uploads(count: usize, uploaded: Option<&Ahead>, no_upload: bool, language: Language) {
    match uploaded {
        _ if count == 0 => {}
        None => say(&Rules::ServersUpload { files: count, no_app: !no_upload }.to(language)),
        Some(Ahead { waiting, .. }) if waiting.is_empty() => {}
        Some(Ahead { waiting, .. }) => {
            for file in waiting {
                let (name, why) = (clean(&file.name), clean(&file.why));
                let sentence = Rules::NotUploaded { file: &name, corp_id: &file.corp_id, why: &why };
                say(&sentence.to(language));
            }
            say(&Rules::ServersGoOn.to(language));
        }
    }
}
