//! `rules init`: a first rules file, which can be put in force as it is.

use std::{
    fs::File,
    io::{ErrorKind, Write as _},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, anyhow};
use serde_json::json;

use super::super::{output::Output, words::rules::Rules};
use crate::{
    language::{Language, Sentence as _},
    rules::Ruleset,
};

pub(super) const EXAMPLES: &str = "\
The rules greet everyone, a campaign's customers and those who come after hours, put a tag on, and tell
the employee of a welcome that was missed. The comments are in the language of the command. A file that
is there already is written over only with --force.

Examples:
  wecom-greeter rules init
  wecom-greeter rules init shop.yaml
  wecom-greeter rules init --lang zh
  wecom-greeter rules init -                 to stdout";

/// The rules, with comments in that language.
fn first_rules(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("init.en.yaml"),
        Language::Zh => include_str!("init.zh.yaml"),
    }
}

pub(super) fn run(file: &Path, force: bool, mut output: Output) -> anyhow::Result<ExitCode> {
    let language = output.language();
    let document = first_rules(language);
    let rules = Ruleset::compile(document, 1)?.rules().count();
    if file == Path::new("-") {
        if output.is_json() {
            output.document(&json!({ "rules": rules, "document": document }))?;
        } else {
            output.text(document)?;
        }
    } else {
        write(file, document, force, language)?;
        output.either(&json!({ "rules": rules, "file": file }), || {
            Rules::FirstRules { file, rules }.to(language)
        })?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A file that is there already may be somebody's work: it stays as it is, unless the command says otherwise.
fn write(file: &Path, document: &str, force: bool, language: Language) -> anyhow::Result<()> {
    let opened = if force { File::create(file) } else { File::create_new(file) };
    let mut opened = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(anyhow!(Rules::ThereAlready { file }.to(language)));
        }
        opened => opened.with_context(|| Rules::CannotWrite { file }.to(language))?,
    };
    opened.write_all(document.as_bytes()).with_context(|| Rules::CannotWrite { file }.to(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever mends the file of one language mends the other as well.
    #[test]
    fn both_languages_have_the_same_rules() {
        let rules = |language| -> Vec<&str> {
            let lines = first_rules(language).lines();
            lines.filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()).collect()
        };
        assert_eq!(rules(Language::En), rules(Language::Zh));
        assert!(rules(Language::En).len() > 20);
    }
}
