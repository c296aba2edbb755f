//! Why there is no connection to PostgreSQL. The pool tries again and again and says in the end that time is up; what it
//! met each time it keeps to itself.

use std::{io, sync::Arc, time::Duration};

use sqlx::{ConnectOptions as _, Connection as _, PgPool};

use super::{connection::Backend, error::Error, fault::ServerFault, place};

/// How long the one try may take that finds out why.
const PROBE_WITHIN: Duration = Duration::from_secs(2);

impl Backend {
    /// The error with its reason, where it says only that no connection could be had.
    pub(in crate::store) async fn explain(&self, error: Error) -> Error {
        match (self, error) {
            (Self::Postgres(server), Error::Unreachable { cause }) => explain(server.pool(), cause).await,
            (_, error) => error,
        }
    }
}

/// The error with the place that it is about and what it met there.
async fn explain(pool: &PgPool, cause: Arc<sqlx::Error>) -> Error {
    let place = place::of_server(pool);
    if !matches!(*cause, sqlx::Error::PoolTimedOut) {
        return Error::NoConnection { place, fault: fault(&cause), cause };
    }
    match tokio::time::timeout(PROBE_WITHIN, pool.connect_options().connect()).await {
        Ok(Ok(connection)) => {
            // It was only to see whether there can be one.
            let _ = connection.close().await;
            let fault = ServerFault::AllInUse { most: pool.options().get_max_connections() };
            Error::NoConnection { place, fault, cause }
        }
        Ok(Err(met)) => Error::NoConnection { place, fault: fault(&met), cause: Arc::new(met) },
        Err(_) => {
            let cause = Arc::new(sqlx::Error::Io(io::ErrorKind::TimedOut.into()));
            Error::NoConnection { place, fault: fault(&cause), cause }
        }
    }
}

fn fault(cause: &sqlx::Error) -> ServerFault {
    match cause {
        sqlx::Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => ServerFault::NothingListens,
            io::ErrorKind::NotFound => ServerFault::NoSocket,
            io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                ServerFault::NothingAnswers
            }
            // The standard library has no kind of its own for it.
            _ if error.to_string().contains("lookup") => ServerFault::UnknownHost,
            _ => ServerFault::Broke,
        },
        sqlx::Error::Tls(_) => ServerFault::NoTls,
        sqlx::Error::Database(refusal) => match refusal.code().as_deref() {
            Some("28P01" | "28000") => ServerFault::Password,
            Some("3D000") => ServerFault::NoDatabase,
            Some("53300") => ServerFault::TooManyClients,
            Some("57P03") => ServerFault::Restarting,
            _ => ServerFault::Refuses,
        },
        _ => ServerFault::Gave,
    }
}
