//! Where the record is, in words that may be shown: never with a password.

use std::path::Path;

use super::connection::Backend;

impl Backend {
    /// The file with its whole path, or the server's address and the database's name.
    pub(in crate::store) fn place(&self) -> String {
        match self {
            Self::Sqlite(file) => shown(file.path()),
            Self::Postgres(server) => server.place(),
        }
    }
}

/// The whole path: whoever started the program in another folder than they think sees it here.
pub(super) fn shown(path: &Path) -> String {
    std::path::absolute(path).as_deref().unwrap_or(path).display().to_string()
}
