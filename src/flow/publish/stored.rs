//! Rules that come without a folder, as through the admin API: the files that they name are those that the version in force
//! names, and those that were brought ahead, whose contents the database has. Nothing is read from this machine's disk.

use super::words::{FileWrong, Refused, What};
use crate::{
    action::MediaKind,
    rules::{FAULTS_MAX, Fault, Faults, FileUse, Ruleset},
    store::{self, BroughtFile, RulesetFile, Store},
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

/// Checks rules whose files must be those of this version (0: there are none), or have been brought. What somebody has brought
/// since then under a path counts for themselves, and for everybody where no rules have that path yet: whoever replaces a
/// picture decides when, and not whoever publishes next.
pub async fn check(
    store: &Store,
    document: &str,
    version: i64,
    who: &str,
) -> Result<Result<Known, Faults>, store::Error> {
    let ruleset = match Ruleset::compile(document, 0) {
        Ok(ruleset) => ruleset,
        Err(faults) => return Ok(Err(faults)),
    };
    let named = ruleset.resources().files;
    if named.is_empty() {
        return Ok(Ok(Known { ruleset, files: Vec::new() }));
    }
    let mut shelf =
        Shelf { in_force: Vec::new(), since_ms: i64::MIN, brought: store.brought_files().await?, who };
    if version != 0 {
        shelf.in_force = store.ruleset_files(version).await?;
        shelf.since_ms = store.rules(version).await?.map_or(i64::MIN, |stored| stored.imported_at_ms);
    }
    Ok(find(&named, &shelf).map(|files| Known { ruleset, files }))
}

/// The files that there are.
struct Shelf<'a> {
    in_force: Vec<RulesetFile>,
    /// When that version was put in force.
    since_ms: i64,
    /// The newest first.
    brought: Vec<BroughtFile>,
    who: &'a str,
}

impl Shelf<'_> {
    fn take(&self, of: &FileUse) -> Result<RulesetFile, What> {
        let in_force = self.in_force.iter().find(|file| file.kind == of.kind && file.path == of.path);
        let mut brought = self.brought.iter().filter(|file| file.path == of.path);
        let own = brought.clone().find(|file| file.by == self.who);
        match (own.filter(|own| in_force.is_none() || own.uploaded_at_ms > self.since_ms), in_force) {
            (Some(own), _) => as_kind(own, of.kind),
            (None, Some(file)) => Ok(file.clone()),
            (None, None) => brought.next().map_or(Err(What::NotInForce), |file| as_kind(file, of.kind)),
        }
    }
}

/// A file that was brought, sent as this kind. Whatever it is, it can be sent as a file.
fn as_kind(file: &BroughtFile, kind: MediaKind) -> Result<RulesetFile, What> {
    if file.kind != kind && kind != MediaKind::File {
        let bytes = u64::try_from(file.size).unwrap_or_default();
        let fault = match kind {
            MediaKind::Image => "begins like no JPG or PNG file, which is what image wants",
            _ => "begins like no MP4 file, which is what video wants",
        };
        return Err(What::Refused { kind, bytes, refused: Refused::Format, fault: fault.to_owned() });
    }
    Ok(RulesetFile { kind, path: file.path.clone(), name: file.name.clone(), digest: file.digest })
}

fn find(named: &[FileUse], shelf: &Shelf<'_>) -> Result<Vec<RulesetFile>, Faults> {
    let (mut found, mut faults, mut more) = (Vec::<RulesetFile>::new(), Vec::new(), 0);
    for of in named {
        match shelf.take(of) {
            Ok(file) if found.contains(&file) => {}
            Ok(file) => found.push(file),
            Err(wrong) if faults.len() < FAULTS_MAX => {
                let (path, rule) = (of.path.clone(), of.rule.clone());
                let mut fault = Fault::new(
                    (of.line, of.column),
                    &of.at,
                    FileWrong::Of { path, rule: rule.clone(), wrong },
                );
                fault.rule = rule;
                faults.push(fault);
            }
            Err(_) => more += 1,
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Faults { faults, more }) }
}
