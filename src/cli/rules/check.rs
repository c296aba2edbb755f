//! `rules check`: every fault of a file, without a database; with `--online` what WeCom does not know of it as well.

use std::{path::Path, process::ExitCode, time::Duration};

use serde_json::json;

use super::{
    super::{failure, output::Output, setup::Setup, words::rules::Rules},
    checked, fail_with_faults, name, name_in, noted, print_findings, print_notes, read,
};
use crate::{
    config::Required,
    flow::{context, publish},
    known::online::{self, Gravity},
    language::Sentence as _,
    shutdown::Shutdown,
};

pub(super) const EXAMPLES: &str = "\
Each fault is a line: file:line:column: what is wrong; how to mend it. Exit status 1 if there are any.
The files that the rules name are looked at as well. With --online WeCom is asked for the tags,
employees and departments that they name; nothing is changed there. Where there are settings it is
told which apps that rules are for are not in them. So is an address to which nothing is forwarded,
as it lies inside a private network or is not encrypted (forward.allow_private_networks).

Examples:
  wecom-greeter rules check rules.yaml
  wecom-greeter rules check - < rules.yaml
  wecom-greeter rules check rules.yaml --online
  wecom-greeter rules check rules.yaml --output json";

/// How long WeCom is asked for each app: some dozens of calls of a tenth of a second, and one that hangs.
const ASKED_FOR: Duration = Duration::from_secs(20);

pub(super) async fn run(
    file: &Path,
    ask: bool,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let checked = match checked(file, read(file, setup.language)?) {
        Ok(checked) => checked,
        Err(faults) => return fail_with_faults(file, &faults, output),
    };
    let count = checked.ruleset.rules().count();
    let notes = checked.ruleset.notes_at(setup.clock.now_ms());
    print_notes(file, &notes, &mut output)?;
    let mut missing = false;
    if !ask {
        let config = setup.settings(Required::Calls).ok();
        let mut findings = publish::refused_addresses(&checked.resources, config.as_ref());
        findings.extend(config.iter().flat_map(|config| publish::unknown_apps(&checked.resources, config)));
        let findings = online::in_order(findings);
        missing = findings.iter().any(|finding| finding.gravity == Gravity::Missing);
        print_findings(file, &findings, &mut output)?;
    }
    if ask {
        let config = setup.load(Required::Apps)?;
        let shutdown = Shutdown::new();
        let apps = publish::one_of_each_corp(&context::clients(&config, &setup.clock, &shutdown)?);
        let mut findings = online::look_here(&checked.resources, |name| setup.environment.has(name));
        findings.extend(publish::unknown_apps(&checked.resources, &config));
        findings.extend(publish::refused_addresses(&checked.resources, Some(&config)));
        findings.extend(online::look(&checked.resources, &apps, &setup.clock, ASKED_FOR).await);
        let findings = online::in_order(findings);
        missing = findings.iter().any(|finding| finding.gravity != Gravity::Note);
        print_findings(file, &findings, &mut output)?;
    }
    if !missing {
        let files = checked.files.len();
        let language = output.language();
        let document = noted(json!({ "file": name(file), "ok": true, "rules": count }), &notes, language);
        output.either(&document, || {
            let file = name_in(file, language);
            Rules::Checked { file: &file, rules: count, files, asked: ask }.to(language)
        })?;
    }
    output.flush()?;
    Ok(ExitCode::from(if missing { failure::FAILED } else { 0 }))
}
