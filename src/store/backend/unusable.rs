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
    error::{Error, Result, own_words, sqlite_code},
    fault::{FileFault, Owned, Permissions},
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

fn make(path: &Path) -> Result<(), FileFault> {
    let _one_at_a_time = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    match fs::metadata(path) {
        Ok(found) if found.is_file() => return Ok(()),
        Ok(found) if found.is_dir() => {
            return Err(FileFault::IsFolder { example: path.join("greeter.db").display().to_string() });
        }
        Ok(_) => return Err(FileFault::IsNoFile),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(unseen(path, &error)),
    }
    let folder = folder_of(path);
    match fs::metadata(&folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(FileFault::FolderIsNone { folder: shown(&folder) }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(FileFault::NoFolder { folder: shown(&folder) });
        }
        Err(error) => return Err(unseen(path, &error)),
    }
    match create(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.exists() => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(FileFault::DeadLink),
        Err(error) => {
            Err(FileFault::NotMade { says: error.to_string(), permissions: Box::new(permissions(path)) })
        }
    }
}

fn unseen(path: &Path, error: &io::Error) -> FileFault {
    FileFault::Unseen { says: error.to_string(), permissions: Box::new(permissions(path)) }
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
        Err(error) if is_locked(&error) => Ok(()),
        end => end.map(drop),
    }
}

/// What SQLite says of a file that it could not open, with what it does not say.
pub(super) fn explain(path: &Path, cause: sqlx::Error) -> Error {
    let fault = match primary_code(&cause) {
        _ if is_locked(&cause) => FileFault::Locked,
        // Not permitted, read-only, cannot open, authorization denied.
        Some(3 | 8 | 14 | 23) => FileFault::NotPermitted { permissions: Box::new(permissions(path)) },
        Some(11) => FileFault::Damaged { says: own_words(&cause) },
        Some(13) => FileFault::DiskFull,
        Some(26) => FileFault::NoDatabase,
        _ => return Error::from_sqlx("open the database file", cause),
    };
    Error::FileUnusable { path: shown(path), fault }
}

/// Whether SQLite waited in vain for somebody else's lock: on the file (5), or on a table of it (6).
pub(super) fn is_locked(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(5 | 6))
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
fn permissions(path: &Path) -> Permissions {
    use std::os::unix::fs::MetadataExt as _;
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let owned = |place: &Path| {
        let found = fs::metadata(place).ok()?;
        let owner = Some(name_of(found.uid(), &users));
        Some(Owned { path: shown(place), owner, mode: found.mode() & 0o7777 })
    };
    Permissions {
        me: fs::metadata("/proc/self").ok().map(|me| name_of(me.uid(), &users)),
        file: owned(path),
        folder: owned(&folder_of(path)),
    }
}

#[cfg(not(unix))]
fn permissions(path: &Path) -> Permissions {
    let folder = Owned { path: shown(&folder_of(path)), owner: None, mode: 0 };
    Permissions { folder: Some(folder), ..Permissions::default() }
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
