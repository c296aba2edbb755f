//! Where the record is, in words that may be shown: never with a password.

use std::path::Path;

use sqlx::{PgPool, postgres::PgConnectOptions};

use super::connection::Backend;

impl Backend {
    /// The file with its whole path, or the server's address and the database's name.
    pub(in crate::store) fn place(&self) -> String {
        match self {
            Self::Sqlite(file) => shown(file.path()),
            Self::Postgres(pool) => of_server(pool),
        }
    }
}

/// The whole path: whoever started the program in another folder than they think sees it here.
pub(super) fn shown(path: &Path) -> String {
    std::path::absolute(path).as_deref().unwrap_or(path).display().to_string()
}

/// A server as in its URL, without the password and whatever else the URL says.
pub(super) fn of_server(pool: &PgPool) -> String {
    let options: &PgConnectOptions = &pool.connect_options();
    let user = options.get_username();
    let name = options.get_database().unwrap_or(user);
    match options.get_socket() {
        Some(socket) => format!("postgres://{user}@{}/{name}", socket.display()),
        None => format!("postgres://{user}@{}:{}/{name}", options.get_host(), options.get_port()),
    }
}
