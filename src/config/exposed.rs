//! Which files with secrets in them others on this machine may read.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    APP_SETTINGS, Fault, Position, SETTINGS,
    sources::{AppValues, Map, Raw},
    words::What,
};

/// A warning for each file that holds a secret and that others may read.
pub(super) fn warnings(settings: &Map, apps: &[AppValues]) -> Vec<Fault> {
    let mut files: BTreeMap<PathBuf, Position> = BTreeMap::new();
    let of_apps = apps.iter().map(|app| (&app.values, APP_SETTINGS.as_slice()));
    for (values, known) in std::iter::once((settings, SETTINGS.as_slice())).chain(of_apps) {
        for setting in known.iter().filter(|setting| setting.secret) {
            let Some(given) = values.get(setting.path) else { continue };
            match (&given.value, &given.position) {
                (Raw::InFile(file), position) => {
                    files.entry(file.clone()).or_insert_with(|| position.clone());
                }
                // The address of a file is no secret; that of a server holds a password.
                (Raw::Text(text), _) if text.starts_with("sqlite:") => {}
                (_, position @ Position::File { file, .. }) => {
                    files.entry(file.into()).or_insert_with(|| position.clone());
                }
                _ => {}
            }
        }
    }
    let exposed = files.into_iter().filter(|(file, _)| readable_by_others(file));
    exposed.map(|(file, position)| Fault { position, what: What::Exposed(file) }).collect()
}

/// What is said of such a file.
pub fn exposed_by(file: &Path, what: &str) -> String {
    let file = file.display();
    format!(
        "every user of this machine may read {file}, which holds {what}: `chmod 600 {file}` takes that away"
    )
}

/// Whether users beside the file's owner and group may read it: its own permission says so, and so do the folders that
/// lead there. `false` where the system has no such permissions.
pub fn readable_by_others(path: &Path) -> bool {
    // The folders that a symbolic link leads through are those of the file itself.
    path.canonicalize().is_ok_and(|path| {
        permits(&path, OTHERS_READ) && path.ancestors().skip(1).all(|folder| permits(folder, OTHERS_PASS))
    })
}

const OTHERS_READ: u32 = 0o004;
const OTHERS_PASS: u32 = 0o001;

#[cfg(unix)]
fn permits(path: &Path, what: u32) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & what != 0)
}

#[cfg(not(unix))]
fn permits(_: &Path, _: u32) -> bool {
    false
}
