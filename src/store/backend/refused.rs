//! Why there is no connection to PostgreSQL. The pool tries again and again and says in the end that time is up; what it
//! met each time it keeps to itself.

use std::{io, sync::Arc, time::Duration};

use sqlx::{ConnectOptions as _, Connection as _, PgPool};

use super::{connection::Backend, error::Error, place};

/// How long the one try may take that finds out why.
const PROBE_WITHIN: Duration = Duration::from_secs(2);

impl Backend {
    /// The error with its reason, where it says only that no connection could be had.
    pub(in crate::store) async fn explain(&self, error: Error) -> Error {
        match (self, error) {
            (Self::Postgres(pool), Error::Unreachable { cause }) => explain(pool, cause).await,
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
            let fault = format!(
                "it takes connections, and the {} that this process may have (database.connections) are in use",
                pool.options().get_max_connections()
            );
            Error::NoConnection { place, fault, cause }
        }
        Ok(Err(met)) => Error::NoConnection { place, fault: fault(&met), cause: Arc::new(met) },
        Err(_) => {
            let cause = Arc::new(sqlx::Error::Io(io::ErrorKind::TimedOut.into()));
            Error::NoConnection { place, fault: fault(&cause), cause }
        }
    }
}

fn fault(cause: &sqlx::Error) -> String {
    match cause {
        sqlx::Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                "nothing listens there: does it run, are host and port right?"
            }
            io::ErrorKind::NotFound => "there is no socket of that name: does it run on this machine?",
            io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                "nothing answers: is the host right, does a firewall stand in between?"
            }
            // The standard library has no kind of its own for it.
            _ if error.to_string().contains("lookup") => "nobody knows the name of its host",
            _ => "the connection broke",
        }
        .to_owned(),
        sqlx::Error::Tls(_) => "it does not speak TLS as it was asked to (sslmode in the URL)".to_owned(),
        sqlx::Error::Database(refusal) => match refusal.code().as_deref() {
            Some("28P01" | "28000") => "it refuses this user or the password".to_owned(),
            Some("3D000") => "it has no database of that name".to_owned(),
            Some("53300") => {
                "it has too many clients already: lower database.connections, or raise its max_connections"
                    .to_owned()
            }
            Some("57P03") => "it is starting up, or shutting down".to_owned(),
            _ => "it refuses the connection".to_owned(),
        },
        _ => "it gave no connection".to_owned(),
    }
}
