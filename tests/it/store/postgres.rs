//! PostgreSQL as it is in companies: several hosts and one of them written to, a pooler in between, a password, a certificate; and
//! why there is no connection, by its name.

use std::time::{Duration, Instant};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sqlx::{Connection as _, PgConnection};
use tokio::net::TcpListener;
use wecom_greeter::store::{Error, EventFilter, Options, ServerFault};

use super::{
    away::{Proxy, ProxyState},
    parity::execute,
    *,
};
use crate::harness::{
    cluster::{Bouncer, Cluster, PASSWORD},
    databases::TestDatabase,
};

/// Within this a callback has its 503.
const IN_TIME: Duration = Duration::from_millis(3_500);

fn fault(error: &Error) -> ServerFault {
    match error {
        Error::NoConnection { fault, .. } => fault.clone(),
        other => panic!("{other:?}"),
    }
}

/// A port where nobody listens.
async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// The name of a database of the server of all tests; `None` where that is the user's own.
fn name_of(database: &TestDatabase) -> Option<&str> {
    Some(database.url.split_once("localhost/")?.1.split_once("?host=")?.0)
}

async fn opened(url: String) -> Store {
    Store::open(&Options { postgres_connections: 4, ..Options::new(url) }).await.unwrap()
}

async fn why(url: String) -> ServerFault {
    let (store, began) = (opened(url).await, Instant::now());
    let error = store.check().await.map_err(|error| store.explain(error)).unwrap_err();
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    store.close().await;
    fault(&error)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_hosts_the_one_that_serves_is_found_and_found_again() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let Some(name) = name_of(&database) else { return };
    let (one, other) = (Proxy::to(&database).await, Proxy::to(&database).await);
    let closed = closed_port().await;
    let store = opened(format!(
        "postgres://postgres@127.0.0.1:{closed},127.0.0.1:{},127.0.0.1:{}/{name}?target_session_attrs=read-write&sslmode=disable",
        one.port, other.port
    ))
    .await;
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    for (n, (up, down)) in [(2, (&other, &one)), (3, (&one, &other))] {
        up.state.send_replace(ProxyState::Up);
        down.state.send_replace(ProxyState::Cut);
        accept_new(&store, new_event(n, me)).await;
        store.heartbeat(me, T0).await.or(store.heartbeat(me, T0).await).unwrap();
    }
    assert_eq!(store.events(&EventFilter::default()).await.unwrap().len(), 3);
    assert!(
        store.place().contains(&format!("127.0.0.1:{closed},127.0.0.1:{},", one.port)),
        "{}",
        store.place()
    );
    store.close().await;
}

#[tokio::test]
async fn what_is_in_the_way_of_a_connection_is_named() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let Some(name) = name_of(&database) else { return };
    assert_eq!(why(database.url.replace(name, "no_such_database")).await, ServerFault::NoDatabase);
    let port = closed_port().await;
    assert_eq!(
        why(format!("postgres://postgres@127.0.0.1:{port}/{name}")).await,
        ServerFault::NothingListens
    );
    assert_eq!(why("postgres://postgres@localhost/x?host=/nowhere".into()).await, ServerFault::NoSocket);
    let lookup = why(format!("postgres://postgres@no-such-host.invalid/{name}")).await;
    assert!(matches!(lookup, ServerFault::UnknownHost | ServerFault::NothingAnswers), "{lookup:?}");
    // The server of all tests has no certificate.
    let proxy = Proxy::to(&database).await;
    let url = |query: &str| format!("postgres://postgres@127.0.0.1:{}/{name}?{query}", proxy.port);
    assert_eq!(why(url("sslmode=require")).await, ServerFault::NoTls);
    let role = format!("{name}_nobody");
    execute(&database, &format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")).await;
    let crowded = database.url.replace("postgres@", &format!("{role}@"));
    assert_eq!(why(crowded).await, ServerFault::TooManyClients);
    execute(&database, &format!("DROP ROLE {role}")).await;
    // As a standby says of itself.
    execute(&database, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    assert_eq!(why(database.url.clone()).await, ServerFault::OnlyToRead);
    // Who only looks may look at one as well, and is told when that is not enough.
    let reads = opened(format!("{}&target_session_attrs=any", database.url)).await;
    reads.check().await.unwrap();
    assert_eq!(reads.events(&EventFilter::default()).await.unwrap().len(), 0);
    let refused = reads.enroll(Role::Serve, T0).await.map_err(|error| reads.explain(error)).unwrap_err();
    assert_eq!(fault(&refused), ServerFault::OnlyToRead);
    let each =
        why(format!("postgres://postgres@127.0.0.1:{port},127.0.0.1:{}/{name}?sslmode=disable", proxy.port))
            .await;
    let expected = vec![
        (format!("127.0.0.1:{port}"), ServerFault::NothingListens),
        (format!("127.0.0.1:{}", proxy.port), ServerFault::OnlyToRead),
    ];
    // Which was tried first is not said; which met what is.
    let ServerFault::Each(mut found) = each else { panic!("{each:?}") };
    found.sort_by_key(|(_, fault)| *fault == ServerFault::OnlyToRead);
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_in_vain_for_one_of_our_connections_is_told_so_in_time() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let options = Options {
        postgres_connections: 2,
        patience: Duration::from_millis(300),
        ..Options::new(database.url.clone())
    };
    let store = Store::open(&options).await.unwrap();
    let me = serve(&store).await;
    let mut other = PgConnection::connect(&database.url).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE event").execute(&mut other).await.unwrap();
    let began = Instant::now();
    let said = at_once(12, |n| {
        let store = store.clone();
        async move {
            // Some wait for the lock on the two connections, and the others for a connection.
            if n % 2 == 0 {
                store.accept(new_event(n, me)).await.map(drop)
            } else {
                store.last_arrival_ms("default").await.map(drop)
            }
        }
    })
    .await;
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    assert!(said.iter().all(Result::is_err));
    let all_in_use =
        |error: &Error| matches!(error, Error::NoConnection { fault: ServerFault::AllInUse { most: 2 }, .. });
    assert!(said.iter().filter_map(|said| said.as_ref().err()).any(all_in_use), "{said:?}");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    accept_new(&store, new_event(100, me)).await;
    store.close().await;
}

/// Whoever has a place among our connections and waits for a server that says nothing has none yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_says_nothing_is_not_taken_for_a_busy_one() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let options = Options {
        postgres_connections: 2,
        patience: Duration::from_millis(300),
        ..Options::new(format!("postgres://postgres@127.0.0.1:{port}/greeter"))
    };
    let store = Store::open(&options).await.unwrap();
    // More than there are places.
    let said = at_once(8, |_| {
        let store = store.clone();
        async move { store.check().await }
    })
    .await;
    for said in said {
        assert_eq!(fault(&said.unwrap_err()), ServerFault::NothingAnswers);
    }
    store.close().await;
}

/// Through everything that an event goes through, with connections that are another's in the next moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_pooler_that_gives_each_transaction_another_connection_all_is_as_ever() {
    let Some(database) = TestDatabase::postgres_empty().await else { return };
    let Some(bouncer) = Bouncer::before(&database) else { return };
    let store = opened(format!("{}&pgbouncer=true", bouncer.url)).await;
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    let direct = opened(database.url.clone()).await;
    direct.check().await.unwrap();
    let me = serve(&store).await;
    let ended = at_once(24, |n| {
        let store = store.clone();
        async move {
            for claimed in planned(&store, n, me).await {
                done(&store, &claimed).await;
            }
            store.heartbeat(me, T0).await.unwrap();
            store.event(n + 1).await.map(drop)
        }
    })
    .await;
    assert!(ended.iter().all(Result::is_ok), "{ended:?}");
    assert_eq!(direct.events(&EventFilter::default()).await.unwrap().len(), 24);
    assert!(
        store
            .events(&EventFilter::default())
            .await
            .unwrap()
            .iter()
            .all(|event| event.status == EventStatus::Settled)
    );
    // What is set for our transactions stays with them.
    let options: sqlx::postgres::PgConnectOptions = bouncer.url.parse().unwrap();
    let mut other = PgConnection::connect_with(&options.extra_float_digits(None)).await.unwrap();
    for _ in 0..4 {
        let row = {
            use sqlx::{Executor as _, Row as _};
            let row = other.fetch_one(sqlx::raw_sql("SHOW statement_timeout")).await.unwrap();
            row.get::<String, _>(0)
        };
        assert_eq!(row, "0");
    }
    let folder = tempfile::tempdir().unwrap();
    store.back_up(&folder.path().join("copy.db")).await.unwrap();
    store.close().await;
    direct.close().await;
}

/// Certificates of one authority, for 127.0.0.1.
struct Certificates {
    authority: String,
    certificate: String,
    key: String,
}

fn certificates() -> Certificates {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = leaf.signed_by(&key, &issuer).unwrap();
    Certificates {
        authority: pem("CERTIFICATE", authority.der()),
        certificate: pem("CERTIFICATE", certificate.der()),
        key: pem("PRIVATE KEY", &key.serialize_der()),
    }
}

fn pem(what: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))
}

/// A server dies, its standby is promoted, and the process that runs goes on with that one, without a restart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_a_standby_is_promoted_it_is_found_without_a_restart() {
    let certificates = self::certificates();
    let others_authority = self::certificates().authority;
    let started = {
        let (certificate, key) = (certificates.certificate.clone(), certificates.key.clone());
        tokio::task::spawn_blocking(move || {
            let first = Cluster::start(&certificate, &key)?;
            let standby = first.standby();
            Some((first, standby))
        })
    };
    let Some((mut first, standby)) = started.await.unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, &certificates.authority).unwrap();
    let trusted = format!("sslmode=verify-full&sslrootcert={}", authority.display());
    let url = |password: &str, ports: &[u16], query: &str| {
        let hosts: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        format!("postgres://postgres:{password}@{}/postgres?{query}", hosts.join(","))
    };
    assert_eq!(why(url("wrong", &[first.port], &trusted)).await, ServerFault::Password);
    assert_eq!(why(url(PASSWORD, &[standby.port], &trusted)).await, ServerFault::OnlyToRead);
    let others = folder.path().join("other.pem");
    std::fs::write(&others, others_authority).unwrap();
    let untrusted = format!("sslmode=verify-full&sslrootcert={}", others.display());
    assert_eq!(why(url(PASSWORD, &[first.port], &untrusted)).await, ServerFault::Untrusted);

    let none = why(url(PASSWORD, &[first.port], "sslmode=verify-ca&sslrootcert=/nowhere/ca.pem")).await;
    assert_eq!(none, ServerFault::NoCertificate);

    // The standby stands first in the list: it is passed over.
    let store = opened(url(PASSWORD, &[standby.port, first.port], &trusted)).await;
    store.migrate().await.unwrap();
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    follows(url(PASSWORD, &[standby.port], &trusted)).await;

    first.kill();
    let began = Instant::now();
    let refused = store.accept(new_event(2, me)).await;
    assert!(refused.is_err() && began.elapsed() < Duration::from_millis(4_500), "{refused:?}");
    standby.promote();
    accept_new(&store, new_event(2, me)).await;
    store.heartbeat(me, T0).await.or(store.heartbeat(me, T0).await).unwrap();
    assert_eq!(store.events(&EventFilter::default()).await.unwrap().len(), 2, "nothing is lost");
    store.close().await;
}

/// Until the standby has what the first one has: it follows without being waited for.
async fn follows(url: String) {
    let store = opened(format!("{url}&target_session_attrs=any")).await;
    let began = Instant::now();
    while !matches!(store.events(&EventFilter::default()).await, Ok(events) if events.len() == 1) {
        assert!(began.elapsed() < Duration::from_secs(20), "the standby does not follow");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    store.close().await;
}
