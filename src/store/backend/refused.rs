//! Why there is no connection to PostgreSQL: what was met on the way, in words of a closed list.

use std::{io, sync::Arc};

use super::{
    connection::Backend,
    error::Error,
    fault::{FileFault, ServerFault},
    place::shown,
    unusable::is_locked,
};

impl Backend {
    /// The error with its place and its reason, where it says only that the connection broke, or that somebody else holds
    /// the file.
    pub(in crate::store) fn explain(&self, error: Error) -> Error {
        match (self, error) {
            (Self::Postgres(_), Error::Unreachable { cause }) => {
                Error::NoConnection { place: self.place(), fault: fault(&cause), cause }
            }
            (Self::Sqlite(file), Error::Refused { cause, .. }) if is_locked(&cause) => {
                Error::FileUnusable { path: shown(file.path()), fault: FileFault::Locked }
            }
            (_, error) => error,
        }
    }
}

/// What was met instead of a connection.
#[derive(Debug)]
pub(super) enum Met {
    Driver(sqlx::Error),
    /// A file that the URL names for TLS cannot be read.
    NoCertificate(sqlx::Error),
    /// No answer in time.
    Silence,
    /// A server that can only be read from.
    Standby,
    /// Something else at each of several hosts.
    Several(Vec<(String, Met)>),
}

impl Met {
    /// What was met at all hosts together.
    pub(super) fn together(mut met: Vec<(String, Self)>) -> Self {
        match met.len() {
            0 => Self::Silence,
            1 => met.remove(0).1,
            _ => Self::Several(met),
        }
    }

    /// Whether it may pass in a moment, so that it is worth trying again while somebody waits: what restarts, or changes
    /// its part with another.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Several(met) => met.iter().any(|(_, met)| met.may_pass()),
            Self::Silence | Self::Standby => true,
            Self::NoCertificate(_) => false,
            Self::Driver(_) => matches!(
                self.fault(),
                ServerFault::NothingListens
                    | ServerFault::NoSocket
                    | ServerFault::TooManyClients
                    | ServerFault::Restarting
                    | ServerFault::Broke
            ),
        }
    }

    pub(super) fn fault(&self) -> ServerFault {
        match self {
            Self::Driver(cause) => fault(cause),
            Self::NoCertificate(_) => ServerFault::NoCertificate,
            Self::Silence => ServerFault::NothingAnswers,
            Self::Standby => ServerFault::OnlyToRead,
            Self::Several(met) => {
                let each: Vec<_> = met.iter().map(|(host, met)| (host.clone(), met.fault())).collect();
                match each.split_first() {
                    Some(((_, first), rest)) if rest.iter().all(|(_, fault)| fault == first) => first.clone(),
                    _ => ServerFault::Each(each),
                }
            }
        }
    }

    /// The error that is told.
    pub(super) fn into_error(self, place: String) -> Error {
        let fault = self.fault();
        Error::NoConnection { place, fault, cause: Arc::new(self.into_cause()) }
    }

    fn into_cause(self) -> sqlx::Error {
        match self {
            Self::Driver(cause) | Self::NoCertificate(cause) => cause,
            Self::Silence => sqlx::Error::Io(io::ErrorKind::TimedOut.into()),
            Self::Standby => sqlx::Error::Io(io::ErrorKind::ReadOnlyFilesystem.into()),
            Self::Several(mut met) => match met.pop() {
                Some((_, met)) => met.into_cause(),
                None => sqlx::Error::PoolTimedOut,
            },
        }
    }
}

pub(super) fn fault(cause: &sqlx::Error) -> ServerFault {
    match cause {
        sqlx::Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => ServerFault::NothingListens,
            io::ErrorKind::NotFound => ServerFault::NoSocket,
            io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                ServerFault::NothingAnswers
            }
            // What rustls finds wrong comes this way.
            io::ErrorKind::InvalidData => of_tls(&error.to_string()),
            // The standard library has no kind of its own for it.
            _ if error.to_string().contains("lookup") => ServerFault::UnknownHost,
            _ => ServerFault::Broke,
        },
        sqlx::Error::Tls(error) => of_tls(&error.to_string()),
        sqlx::Error::Database(refusal) => match refusal.code().as_deref() {
            Some("28P01" | "28000") => ServerFault::Password,
            Some("3D000") => ServerFault::NoDatabase,
            Some("53300") => ServerFault::TooManyClients,
            Some("57P03") => ServerFault::Restarting,
            Some("25006") => ServerFault::OnlyToRead,
            // A statement that was prepared on one connection was asked for on another.
            Some("26000" | "42P05") => ServerFault::Pooled,
            // PgBouncer's own refusals are all of this code; what it means stands in its words.
            Some("08P01") => of_pgbouncer(refusal.message()),
            _ => ServerFault::Refuses,
        },
        _ => ServerFault::Gave,
    }
}

/// By words of rustls, and of the driver.
fn of_tls(says: &str) -> ServerFault {
    let says = says.to_ascii_lowercase();
    if says.contains("certificate") || says.contains("unknownissuer") || says.contains("notvalidforname") {
        ServerFault::Untrusted
    } else {
        ServerFault::NoTls
    }
}

fn of_pgbouncer(says: &str) -> ServerFault {
    match says {
        says if says.contains("no such database") => ServerFault::NoDatabase,
        says if says.contains("no such user") || says.contains("password") || says.contains("SASL") => {
            ServerFault::Password
        }
        says if says.contains("no more connections") || says.contains("max_client_conn") => {
            ServerFault::TooManyClients
        }
        _ => ServerFault::Refuses,
    }
}
