//! `rules import --from csv`: a table of channels made into rules.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use serde_json::json;

use super::{
    super::{
        failure::FAILED,
        output::{Output, clean, say},
        setup::Setup,
        words::rules::Rules,
    },
    import::{self, Made},
    name, name_in,
};
use crate::{
    language::{Language, Sentence as _},
    rules::{
        DOCUMENT_BYTES_MAX,
        trial::{Channels, RowFault, channels},
    },
};

/// One byte more than is taken, so that the conversion can say that there is too much.
const READ_BYTES_MAX: u64 = 2 * DOCUMENT_BYTES_MAX as u64 + 1;

/// What becomes of the rules.
pub(super) struct Goal {
    /// A file that they are written into instead of being imported.
    pub(super) to: Option<PathBuf>,
    /// Whether they are only printed.
    pub(super) dry_run: bool,
    /// What the imported version says about itself.
    pub(super) note: Option<String>,
    /// Whether their files are left to running servers to upload, so that WeCom is not called.
    pub(super) no_upload: bool,
}

pub(super) async fn run(
    file: &Path,
    goal: Goal,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let made = match channels(&table(file, setup.language)?, &name(file)) {
        Ok(made) => made,
        Err(faults) => {
            print_row_faults(file, &faults, &mut output)?;
            output.flush()?;
            say(&Rules::NothingImported.to(setup.language));
            return Ok(ExitCode::from(FAILED));
        }
    };
    remarks(file, &made, setup.language);
    if goal.dry_run {
        output.either(&json!({ "rules": made.rules, "document": made.document }), || {
            made.document.trim_end().to_owned()
        })?;
        output.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(to) = goal.to {
        write(&to, &made.document, setup.language)?;
        let count = made.rules;
        output.either(&json!({ "rules": count, "file": to }), || {
            Rules::Written { file: &to, rules: count }.to(setup.language)
        })?;
        output.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let rules = Made { document: made.document, notes_printed: true };
    import::put_in_force(file, rules, goal.note.as_deref(), goal.no_upload, setup, output).await
}

fn table(file: &Path, language: Language) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let cannot = || Rules::CannotRead { file: &name_in(file, language) }.to(language);
    if file == Path::new("-") {
        std::io::stdin().lock().take(READ_BYTES_MAX).read_to_end(&mut bytes).with_context(cannot)?;
    } else {
        let opened = std::fs::File::open(file).with_context(cannot)?;
        opened.take(READ_BYTES_MAX).read_to_end(&mut bytes).with_context(cannot)?;
    }
    Ok(bytes)
}

/// A file that is there already stays as it is: it may have been edited since.
fn write(to: &Path, document: &str, language: Language) -> anyhow::Result<()> {
    let mut file =
        std::fs::File::create_new(to).with_context(|| Rules::CannotWriteOver { file: to }.to(language))?;
    std::io::Write::write_all(&mut file, document.as_bytes())
        .with_context(|| Rules::CannotWrite { file: to }.to(language))
}

/// What is worth a look, on stderr.
fn remarks(file: &Path, made: &Channels, language: Language) {
    if made.gbk {
        say(&Rules::ReadAsGbk.to(language));
    }
    if !made.unused.is_empty() {
        let unused: Vec<String> = made.unused.iter().map(|heading| clean(heading)).collect();
        say(&Rules::Unused { columns: &unused }.to(language));
    }
    for noted in &made.notes {
        say(&format!("{}:{}", name(file), clean(&noted.to(language))));
    }
}

/// Each fault on a line of its own, in the form that editors jump to.
fn print_row_faults(file: &Path, faults: &[RowFault], output: &mut Output) -> anyhow::Result<()> {
    let language = output.language();
    for fault in faults {
        if output.is_json() {
            let mut document = serde_json::to_value(fault.shown(language))?;
            document["file"] = name(file).into();
            output.document(&document)?;
        } else {
            output.line(&format!("{}:{}", name(file), clean(&fault.to(language))))?;
        }
    }
    Ok(())
}
