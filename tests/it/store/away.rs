//! The database goes away and comes back: errors in time, no hang, and no restart.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection, SqliteConnection};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, UnixStream},
    sync::watch,
};
use wecom_greeter::store::{Error, EventFilter, Options, ServerFault, Store};

use super::*;
use crate::harness::databases::TestDatabase;

/// WeCom hangs up after five seconds.
const PATIENCE: Duration = Duration::from_millis(4_500);

async fn in_time<T>(call: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let returned = tokio::time::timeout(PATIENCE, call).await;
    returned.unwrap_or_else(|_| panic!("no answer after {:?}", began.elapsed()))
}

#[tokio::test]
async fn a_file_that_is_taken_away_stores_nothing_until_it_is_back() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    let files: Vec<_> = ["", "-wal", "-shm"]
        .iter()
        .map(|end| format!("{}{end}", database.file().unwrap().display()))
        .collect();
    let move_all = |from: &str, to: &str| {
        for file in &files {
            let _ = std::fs::rename(format!("{file}{from}"), format!("{file}{to}"));
        }
    };
    move_all("", ".away");
    let gone = in_time(store.accept(new_event(2, me))).await.unwrap_err();
    assert!(matches!(gone, Error::FileGone { .. }), "{gone}");
    assert!(Box::pin(in_time(store.events(&EventFilter::default()))).await.is_err());
    assert!(Box::pin(in_time(store.check())).await.is_err());
    move_all(".away", "");
    accept_new(&store, new_event(2, me)).await;
    assert_eq!(store.events(&EventFilter::default()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_file_that_is_replaced_by_its_backup_is_opened_anew() {
    let database = TestDatabase::sqlite();
    let file = database.file().unwrap();
    let store = database.store().await;
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    let backup = file.with_extension("backup");
    super::parity::execute(&database, &format!("VACUUM INTO '{}'", backup.display())).await;
    accept_new(&store, new_event(2, me)).await;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    std::fs::rename(&backup, &file).unwrap();
    accept_new(&store, new_event(3, me)).await;
    let left = store.events(&EventFilter::default()).await.unwrap();
    let customers: Vec<_> = left.iter().filter_map(|event| event.external_user_id.as_deref()).collect();
    assert_eq!(customers, ["wm3", "wm1"], "what the file holds now, and nothing of the one that was deleted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_somebody_locks_makes_errors_in_time() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let me = serve(&store).await;
    let mut other = SqliteConnection::connect(&database.url).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let said = in_time(at_once(20, |n| {
        let store = store.clone();
        async move { store.accept(new_event(n, me)).await.is_err() }
    }))
    .await;
    assert!(said.iter().all(|failed| *failed));
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    for n in 0..20 {
        in_time(store.accept(new_event(n, me))).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_was_never_there_is_told_in_time() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let store =
        Store::open(&Options::new(format!("postgres://nobody:secret@127.0.0.1:{port}/none"))).await.unwrap();
    let error = Box::pin(in_time(store.check())).await.unwrap_err();
    assert!(matches!(error, Error::NoConnection { fault: ServerFault::NothingListens, .. }), "{error}");
    assert!(!format!("{error:?}").contains("secret"));
}

#[tokio::test]
async fn urls_that_name_no_database_are_refused() {
    for url in [
        "",
        "mysql://a/b",
        "greeter.db",
        "sqlite::memory:",
        "sqlite://",
        "postgres://[",
        "sqlite://x?mode=memory",
    ] {
        let error = Store::open(&Options::new(url)).await.unwrap_err();
        assert!(matches!(error, Error::Url { .. }), "{url}: {error}");
    }
    let nowhere = Store::open(&Options::new("sqlite:///proc/nothing/greeter.db")).await.unwrap_err();
    assert!(nowhere.to_string().contains("there is no folder /proc/nothing"), "{nowhere}");
    assert!(!format!("{:?}", Options::new("postgres://u:secret@h/d")).contains("secret"));
}

/// The store speaks to PostgreSQL through this, and this can be cut, or made deaf.
pub(super) struct Proxy {
    pub(super) port: u16,
    pub(super) state: watch::Sender<ProxyState>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum ProxyState {
    Up,
    Cut,
    Deaf,
}

impl Proxy {
    pub(super) async fn to(database: &TestDatabase) -> Self {
        let socket = database.url.split_once("host=").unwrap().1.to_owned() + "/.s.PGSQL.5432";
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, watching) = watch::channel(ProxyState::Up);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (socket, mut watching) = (socket.clone(), watching.clone());
                tokio::spawn(async move {
                    if *watching.borrow() == ProxyState::Cut {
                        return;
                    }
                    let mut server = UnixStream::connect(&socket).await.unwrap();
                    loop {
                        let state = *watching.borrow_and_update();
                        match state {
                            ProxyState::Cut => return,
                            ProxyState::Deaf => watching.changed().await.unwrap(),
                            ProxyState::Up => tokio::select! {
                                _ = copy_bidirectional(&mut client, &mut server) => return,
                                changed = watching.changed() => changed.unwrap(),
                            },
                        }
                    }
                });
            }
        });
        Self { port, state }
    }

    fn options(&self, database: &TestDatabase) -> Options {
        let name = database.url.rsplit('/').find(|part| part.contains("host=")).map_or("", |_| {
            let path = database.url.split_once("localhost/").unwrap().1;
            path.split('?').next().unwrap()
        });
        Options {
            postgres_connections: 8,
            ..Options::new(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_that_goes_away_is_missed_in_time_and_found_again() {
    let Some(database) = TestDatabase::postgres().await else { return };
    if !database.url.contains("host=") {
        return; // A server of the user's own: we cannot stand between.
    }
    let proxy = Proxy::to(&database).await;
    let store = Store::open(&proxy.options(&database)).await.unwrap();
    let me = serve(&store).await;
    let everybody = |from: i64| {
        let store = store.clone();
        async move {
            at_once(30, |n| {
                let store = store.clone();
                async move { store.accept(new_event(from + n, me)).await.is_ok() }
            })
            .await
        }
    };
    assert!(everybody(0).await.iter().all(|stored| *stored));
    for (from, state) in [(100, ProxyState::Cut), (200, ProxyState::Deaf)] {
        proxy.state.send_replace(state);
        let said = in_time(everybody(from)).await;
        assert!(said.iter().all(|stored| !*stored), "nothing is said to be stored that is not");
        proxy.state.send_replace(ProxyState::Up);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(in_time(everybody(from + 50)).await.iter().all(|stored| *stored), "back without a restart");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_ended_are_replaced_without_an_error() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let store = database.store().await;
    let me = serve(&store).await;
    at_once(64, |n| {
        let store = store.clone();
        async move { store.accept(new_event(n, me)).await.unwrap() }
    })
    .await;
    let mut other = PgConnection::connect(&database.url).await.unwrap();
    for round in 1..4 {
        sqlx::raw_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .execute(&mut other)
        .await
        .unwrap();
        let said = at_once(64, |n| {
            let store = store.clone();
            async move { store.accept(new_event(round * 100 + n, me)).await }
        })
        .await;
        for said in said {
            assert!(matches!(said, Ok(Accepted::New(_))), "{said:?}");
        }
    }
}

/// Those who have the places among our connections wait for a server that is gone; whoever waits for a place is told that, and not
/// that all of them are in use.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_a_place_while_the_server_is_gone_is_told_that_it_is_gone() {
    let Some(database) = TestDatabase::postgres().await else { return };
    if !database.url.contains("host=") {
        return; // A server of the user's own: we cannot stand between.
    }
    for state in [ProxyState::Deaf, ProxyState::Cut] {
        let proxy = Proxy::to(&database).await;
        let options = Options {
            postgres_connections: 2,
            // Longer than a connection may take to say that it is alive.
            patience: Duration::from_millis(1_200),
            ..proxy.options(&database)
        };
        let store = Store::open(&options).await.unwrap();
        let everybody = async || {
            at_once(8, |_| {
                let store = store.clone();
                async move { store.last_arrival_ms("default").await.map(drop) }
            })
            .await
        };
        assert!(everybody().await.iter().all(Result::is_ok));
        proxy.state.send_replace(state);
        for said in in_time(everybody()).await {
            let error = said.unwrap_err();
            let told = match &error {
                Error::NoConnection { fault, .. } => !matches!(fault, ServerFault::AllInUse { .. }),
                Error::Hung { .. } => state == ProxyState::Deaf,
                Error::Unreachable { .. } => state == ProxyState::Cut,
                _ => false,
            };
            assert!(told, "{error:?}");
        }
        proxy.state.send_replace(ProxyState::Up);
        assert!(in_time(everybody()).await.iter().all(Result::is_ok), "back without a restart");
        store.close().await;
    }
}
