//! Rules that come without a folder, as through the admin API: the files that they name are those that the version in force
//! names, whose contents the database has. Nothing is read from this machine's disk.

use super::words::{FileWrong, What};
use crate::{
    rules::{FAULTS_MAX, Fault, Faults, FileUse, Ruleset},
    store::{self, RulesetFile, Store},
};

/// The longest note that is stored with a version.
pub const NOTE_CHARS_MAX: usize = 500;

/// Rules without a fault, with their files.
#[derive(Debug)]
pub struct Known {
    /// The rules, compiled.
    pub ruleset: Ruleset,
    /// The files that they name.
    pub files: Vec<RulesetFile>,
}

/// Checks rules whose files must be those of this version; 0: there are none.
pub async fn check(
    store: &Store,
    document: &str,
    version: i64,
) -> Result<Result<Known, Faults>, store::Error> {
    let ruleset = match Ruleset::compile(document, 0) {
        Ok(ruleset) => ruleset,
        Err(faults) => return Ok(Err(faults)),
    };
    let named = ruleset.resources().files;
    let known =
        if named.is_empty() || version == 0 { Vec::new() } else { store.ruleset_files(version).await? };
    Ok(find(&named, &known).map(|files| Known { ruleset, files }))
}

fn find(named: &[FileUse], known: &[RulesetFile]) -> Result<Vec<RulesetFile>, Faults> {
    let (mut found, mut faults, mut more) = (Vec::<RulesetFile>::new(), Vec::new(), 0);
    for of in named {
        match known.iter().find(|file| file.kind == of.kind && file.path == of.path) {
            Some(file) if found.contains(file) => {}
            Some(file) => found.push(file.clone()),
            None if faults.len() < FAULTS_MAX => {
                let (path, rule) = (of.path.clone(), of.rule.clone());
                let wrong = FileWrong::Of { path, rule, wrong: What::NotInForce };
                faults.push(Fault::new((of.line, of.column), &of.at, wrong));
            }
            None => more += 1,
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Faults { faults, more }) }
}
