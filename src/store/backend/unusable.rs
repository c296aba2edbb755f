//! Why an SQLite file cannot be used. SQLite says "unable to open database file" and names neither the path nor the user
//! nor the permission that is missing.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use sqlx::SqliteConnection;

use super::{
    error::{Error, Result, sqlite_code},
    place::shown,
};

/// Held while a file is made. SQLite's locks are the process's: closing the new file while another store of this process
/// has opened it would take the locks off that it holds.
static MAKING: Mutex<()> = Mutex::new(());

/// Makes the file where it is missing, so that nobody but its owner can read it; SQLite gives the files beside it the same
/// permission. No folder is made: one that is not there is a path that was mistyped.
pub(super) fn make_missing(path: &Path) -> Result<()> {
    make(path).map_err(|fault| Error::FileUnusable { path: shown(path), fault })
}

fn make(path: &Path) -> Result<(), String> {
    let _one_at_a_time = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    match fs::metadata(path) {
        Ok(found) if found.is_file() => return Ok(()),
        Ok(found) if found.is_dir() => {
            return Err(format!(
                "it is a folder; name a file in it, like {}",
                path.join("greeter.db").display()
            ));
        }
        Ok(_) => return Err("it is no file".to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(format!("{error}; {}", permissions(path))),
    }
    let folder = folder_of(path);
    match fs::metadata(&folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(format!("{} is no folder", shown(&folder))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(format!("there is no folder {}: make it, or mend the path", shown(&folder)));
        }
        Err(error) => return Err(format!("{error}; {}", permissions(path))),
    }
    match create(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.exists() => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err("it is a symbolic link to what is not there".to_owned())
        }
        Err(error) => Err(format!("it is not there and cannot be made: {error}; {}", permissions(path))),
    }
}

/// For the owner alone, whatever the process's umask lets through.
fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    owner_only(&mut options).open(path)
}

#[cfg(unix)]
pub(super) fn owner_only(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
pub(super) fn owner_only(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    options
}

/// Whether the file can be written to. SQLite opens one that it may only read as if all were well, begins a transaction on
/// it too, and the first callback would find out. So this writes, and takes it back.
pub(super) async fn check_writable(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    match sqlx::raw_sql("BEGIN IMMEDIATE; PRAGMA user_version = 0; ROLLBACK").execute(connection).await {
        // Somebody else writes just now, so it can be written to.
        Err(error) if matches!(primary_code(&error), Some(5 | 6)) => Ok(()),
        end => end.map(drop),
    }
}

/// What SQLite says of a file that it could not open, with what it does not say.
pub(super) fn explain(path: &Path, cause: sqlx::Error) -> Error {
    let fault = match primary_code(&cause) {
        Some(5 | 6) => "another process holds it locked".to_owned(),
        // Not permitted, read-only, cannot open, authorization denied.
        Some(3 | 8 | 14 | 23) => {
            format!(
                "it has to be read and written, and files beside it have to be made; {}",
                permissions(path)
            )
        }
        Some(11) => format!("it is damaged ({cause}); restore a backup"),
        Some(13) => "the disk is full".to_owned(),
        Some(26) => "it is no SQLite database; was another file meant?".to_owned(),
        _ => return Error::from_sqlx("open the database file", cause),
    };
    Error::FileUnusable { path: shown(path), fault }
}

fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let sqlx::Error::Database(refusal) = error else { return None };
    refusal.code().and_then(|code| sqlite_code(&code))
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// Who this process is, and whom the file and its folder belong to.
#[cfg(unix)]
pub(super) fn permissions(path: &Path) -> String {
    use std::os::unix::fs::MetadataExt as _;
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut said = match fs::metadata("/proc/self") {
        Ok(me) => format!("this process runs as {}", name_of(me.uid(), &users)),
        Err(_) => "of those who own them".to_owned(),
    };
    let folder = folder_of(path);
    for (what, place) in [("the file", path.to_owned()), ("its folder", folder)] {
        if let Ok(found) = fs::metadata(&place) {
            said.push_str(&format!(
                ", {what} {} belongs to {} with permission {:04o}",
                shown(&place),
                name_of(found.uid(), &users),
                found.mode() & 0o7777
            ));
        }
    }
    said
}

#[cfg(not(unix))]
pub(super) fn permissions(path: &Path) -> String {
    format!("see that this user may write in {}", shown(&folder_of(path)))
}

/// `greeter (uid 1000)`, or the number alone where the system has no name for it, as in most containers.
fn name_of(uid: u32, users: &str) -> String {
    let named = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    });
    named.map_or_else(|| format!("uid {uid}"), |name| format!("{name} (uid {uid})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_where_the_system_has_a_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\nbroken\ngreeter:x:1000:1000::/:/bin/false\n";
        assert_eq!(name_of(1_000, users), "greeter (uid 1000)");
        assert_eq!(name_of(65_532, users), "uid 65532");
    }
}
