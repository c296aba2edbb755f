//! Where PostgreSQL may be, as the URL says, and how the one that can be written to is found.
//!
//! The driver knows one host. A URL may name several, as libpq's do: the one that serves is a standby of another until somebody
//! makes it the first. So they are tried one after the other, beginning with the one that was found last, and one that can only
//! be read from is passed over.

use std::{
    fmt, io,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use url::form_urlencoded;

use super::{
    error::{Error, Result},
    limits::STATEMENTS_CACHED,
    refused::Met,
};

/// How many hosts a URL may name. All of them are tried while a callback waits.
const HOSTS_MAX: usize = 8;

/// How long one host may take at least before the next is tried, however many there are.
const HOST_WITHIN_MIN: Duration = Duration::from_millis(300);

/// What each connection is told first. As statements and not as options of the start packet, which `PgBouncer` refuses.
///
/// - Nothing we ask takes seconds, except a filter that hits nothing in a history of millions; a runaway must not hold a
///   connection, and with it the vacuum, for ever.
/// - Our locks are held for milliseconds. A server whose connections died silently may hold some, and nobody else gets
///   them until PostgreSQL ends its transaction: after five seconds without a word.
/// - PostgreSQL asks after fifteen silent seconds whether we are there, so that it does not keep what is dead.
/// - A prepared statement keeps the plan that was made while its table was small. Every statement here is meant to go by
///   an index, and three settings make that the plan from the first row on.
/// - A table without the index then looks so dear that PostgreSQL compiles the statement (`jit`): counting the five rows of
///   `process`, which each heartbeat does, took three seconds of a busy processor, and a tenth of a millisecond without.
const SET: &str = "SET statement_timeout = '30s'; SET lock_timeout = '1s';
    SET idle_in_transaction_session_timeout = '5s';
    SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
    SET jit = off;
    SHOW transaction_read_only";

/// Behind a pooler nothing can be told to a connection that lasts: the next transaction may be another's.
const SET_BEHIND_A_POOLER: &str = "SHOW transaction_read_only";

/// What begins a transaction behind a pooler, with the time-outs that others have set on their connection. Plans are made anew
/// there with each statement, so they need no advice.
pub(super) const BEGIN_BEHIND_A_POOLER: &str = "BEGIN; SET LOCAL statement_timeout = '30s';
    SET LOCAL lock_timeout = '1s'; SET LOCAL idle_in_transaction_session_timeout = '5s'";

/// The hosts of a URL, and what it asks for.
pub(super) struct Servers {
    hosts: Vec<PgConnectOptions>,
    /// Whether one that can only be read from will do.
    takes_any: bool,
    /// Whether each transaction may have another connection to PostgreSQL.
    is_pooled: bool,
    /// Which of the hosts is tried first: the one that was found last.
    first: AtomicUsize,
}

impl fmt::Debug for Servers {
    /// Without passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Servers")
            .field("place", &self.place())
            .field("is_pooled", &self.is_pooled)
            .finish_non_exhaustive()
    }
}

impl Servers {
    pub(super) fn parse(url: &str) -> Result<Self> {
        let fault = |fault: String| Error::Url { fault };
        let named = Parts::of(url).ok_or_else(|| fault("it names no host".into()))?;
        let (mut takes_any, mut is_pooled) = (false, false);
        let (mut hosts, mut ports) = (named.hosts.clone(), Vec::new());
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (key, value) in form_urlencoded::parse(named.query.as_bytes()) {
            match &*key {
                "target_session_attrs" => {
                    takes_any = match &*value {
                        "any" => true,
                        "read-write" | "primary" => false,
                        other => {
                            let other = other.escape_debug();
                            return Err(fault(format!(
                                "its target_session_attrs is `{other}`; `read-write` (also without it) or `any`"
                            )));
                        }
                    }
                }
                "pgbouncer" => {
                    is_pooled = match &*value {
                        "true" => true,
                        "false" => false,
                        _ => return Err(fault("its pgbouncer is neither `true` nor `false`".into())),
                    }
                }
                // Some write several hosts here, as psql takes them.
                "host" if value.contains(',') => hosts = value.split(',').map(str::to_owned).collect(),
                "port" if value.contains(',') => ports = value.split(',').map(str::to_owned).collect(),
                _ => {
                    query.append_pair(&key, &value);
                }
            }
        }
        let query = query.finish();
        if hosts.len() > HOSTS_MAX {
            return Err(fault(format!("it names {} hosts; {HOSTS_MAX} at most", hosts.len())));
        }
        let each = hosts.iter().enumerate().map(|(at, host)| {
            let mut url = named.with(host, &query);
            if let Some(port) = ports.get(at) {
                let sign = if query.is_empty() { '?' } else { '&' };
                url = format!("{url}{sign}port={port}");
            }
            let options = url.parse::<PgConnectOptions>().map_err(|error| fault(error.to_string()))?;
            let capacity = if is_pooled { 0 } else { STATEMENTS_CACHED };
            Ok(options
                .application_name("wecom-greeter")
                // PgBouncer refuses what it does not know at the start of a connection. No number here has a fraction.
                .extra_float_digits(None)
                .statement_cache_capacity(capacity)
                .disable_statement_logging())
        });
        let hosts = each.collect::<Result<Vec<_>>>()?;
        Ok(Self { hosts, takes_any, is_pooled, first: AtomicUsize::new(0) })
    }

    /// Whether each transaction may have another connection to PostgreSQL.
    pub(super) fn is_pooled(&self) -> bool {
        self.is_pooled
    }

    /// What is shown of it: never a password.
    pub(super) fn place(&self) -> String {
        let Some(first) = self.hosts.first() else { return String::new() };
        let user = first.get_username();
        let name = first.get_database().unwrap_or(user);
        let hosts: Vec<String> = self.hosts.iter().map(host_of).collect();
        format!("postgres://{user}@{}/{name}", hosts.join(","))
    }

    /// A connection, told what it has to know, to the first of the hosts that gives one.
    pub(super) async fn connect(&self, within: Duration) -> Result<PgConnection, Met> {
        let count = self.hosts.len();
        let each = (within / u32::try_from(count).unwrap_or(1).max(1)).max(HOST_WITHIN_MIN);
        let first = self.first.load(Ordering::Relaxed);
        let mut met = Vec::new();
        for at in (0..count).map(|step| (first + step) % count) {
            match tokio::time::timeout(each, self.connect_to(&self.hosts[at])).await {
                Ok(Ok(connection)) => {
                    self.first.store(at, Ordering::Relaxed);
                    return Ok(connection);
                }
                end => {
                    // Whoever comes meanwhile need not begin with the one that gives none.
                    let next = (at + 1) % count;
                    let _ = self.first.compare_exchange(at, next, Ordering::Relaxed, Ordering::Relaxed);
                    met.push((
                        host_of(&self.hosts[at]),
                        end.unwrap_or(Err(Met::Silence)).err().unwrap_or(Met::Silence),
                    ));
                }
            }
        }
        Err(Met::together(met))
    }

    async fn connect_to(&self, host: &PgConnectOptions) -> Result<PgConnection, Met> {
        let mut connection = host.connect().await.map_err(|cause| match &cause {
            // Only a socket has a name that may not be there; else it is a file that the URL names.
            sqlx::Error::Io(error) if host.get_socket().is_none() && is_of_a_file(error.kind()) => {
                Met::NoCertificate(cause)
            }
            _ => Met::Driver(cause),
        })?;
        let told = if self.is_pooled { SET_BEHIND_A_POOLER } else { SET };
        let (read_only,) = {
            use sqlx::{Executor as _, Row as _};
            let row = connection.fetch_one(sqlx::raw_sql(told)).await.map_err(Met::Driver)?;
            (row.try_get::<String, _>(0).map_err(Met::Driver)?,)
        };
        if read_only == "on" && !self.takes_any { Err(Met::Standby) } else { Ok(connection) }
    }
}

fn is_of_a_file(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
}

fn host_of(host: &PgConnectOptions) -> String {
    match host.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", host.get_host(), host.get_port()),
    }
}

/// A URL taken apart by hand: with several ports in it, it is none that the rules for URLs allow.
struct Parts<'a> {
    scheme: &'a str,
    user: &'a str,
    hosts: Vec<String>,
    path: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let hosts = hosts.split(',').map(str::to_owned).collect();
        Some(Self { scheme, user, hosts, path, query })
    }

    fn with(&self, host: &str, query: &str) -> String {
        let Self { scheme, user, path, .. } = self;
        let at = if user.is_empty() { "" } else { "@" };
        let sign = if query.is_empty() { "" } else { "?" };
        // A folder is that of a socket, which a URL has percent-encoded, or in its query.
        match host.strip_prefix('/') {
            Some(socket) => {
                let socket: String =
                    form_urlencoded::byte_serialize(format!("/{socket}").as_bytes()).collect();
                format!("{scheme}://{user}{at}{socket}{path}{sign}{query}")
            }
            None => format!("{scheme}://{user}{at}{host}{path}{sign}{query}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::one("postgres://u:p@h/d", "postgres://u@h:5432/d")]
    #[case::no_name("postgresql://u@h:6432", "postgres://u@h:6432/u")]
    #[case::several("postgres://u:p%40x@a:1,b:2,c/d?sslmode=disable", "postgres://u@a:1,b:2,c:5432/d")]
    #[case::in_the_query("postgres://u@/d?host=a,b&port=1,2", "postgres://u@a:1,b:2/d")]
    #[case::addresses("postgres://u@[::1]:5,[::2]/d", "postgres://u@[::1]:5,[::2]:5432/d")]
    #[case::a_socket("postgres://u@localhost/d?host=/run/pg", "postgres://u@/run/pg/d")]
    #[case::an_at_in_the_password("postgres://u:p@ss@h/d", "postgres://u@h:5432/d")]
    fn a_url_names_its_hosts(#[case] url: &str, #[case] place: &str) {
        let servers = Servers::parse(url).unwrap();
        assert_eq!(servers.place(), place);
        assert!(!servers.is_pooled && !servers.takes_any);
        assert!(!format!("{servers:?}").contains("p%40x"));
    }

    #[rstest]
    #[case("postgres://u@a,b/d?target_session_attrs=read-write", false, false)]
    #[case("postgres://u@a,b/d?target_session_attrs=primary&pgbouncer=false", false, false)]
    #[case("postgres://u@a,b/d?target_session_attrs=any", true, false)]
    #[case("postgres://u@a/d?pgbouncer=true", false, true)]
    fn a_url_says_what_is_wanted(#[case] url: &str, #[case] takes_any: bool, #[case] is_pooled: bool) {
        let servers = Servers::parse(url).unwrap();
        assert_eq!((servers.takes_any, servers.is_pooled), (takes_any, is_pooled));
    }

    #[rstest]
    #[case("postgres://u@a/d?target_session_attrs=standby", "`read-write`")]
    #[case("postgres://u@a/d?pgbouncer=1", "pgbouncer")]
    #[case("postgres://u@a,b,c,d,e,f,g,h,i/d", "9 hosts")]
    #[case("postgres://u@a:99999/d", "port")]
    #[case("postgres://[", "")]
    fn a_url_that_cannot_be_meant_is_refused(#[case] url: &str, #[case] said: &str) {
        let error = Servers::parse(url).unwrap_err();
        assert!(matches!(error, Error::Url { .. }) && error.to_string().contains(said), "{error}");
    }
}
