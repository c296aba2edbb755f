//! More than the database takes: a lock of somebody else's on it. Callbacks are answered 503 before half of WeCom's five seconds,
//! and when the lock is gone everything is stored and greeted.

use std::time::Duration;

use rstest::rstest;
use sqlx::Connection as _;
use wecom_core::clock::Clock;
use wecom_simulator::{AddCustomer, Added, Options, Patience, Simulator};

use crate::harness::world::{PLAIN_RULES, Which, World, config_for, corp_with_tags, fresh, import, until};

/// Half of the time after which WeCom hangs up.
const HALF_US: u64 = 2_500_000;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn behind_a_lock_of_others_callbacks_are_refused_early_and_none_is_lost(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
) {
    const CUSTOMERS: usize = 20;
    let Some(database) = fresh(which).await else { return };
    let corp = corp_with_tags(PLAIN_RULES);
    let patience = Patience { again_after: Duration::from_millis(500), again_max: 20, ..Patience::default() };
    let options = Options { corp: corp.clone(), patience, ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.unwrap();
    let config = config_for(&corp, &wecom.api_base(), &database.url);
    import(&config, PLAIN_RULES).await;
    let (file, url) = (database.file(), database.url.clone());
    let world = World::serve(database, config, Clock::system(), wecom).await;
    world.add_one().await;
    world.settled().await;

    let lock = Lock::take(file, &url).await;
    let add = |n: usize| AddCustomer::new(World::employee(), format!("客户{n}"), None);
    let adds: Vec<Added> = (0..CUSTOMERS).map(|n| world.wecom.add_customer(&add(n)).unwrap()).collect();
    let tries_of = |added: &Added| {
        let number = added.deliveries[0];
        let found = world.wecom.deliveries().into_iter().find(|delivery| delivery.number == number);
        found.expect("it is remembered").tries
    };
    until("each has been refused", async || {
        adds.iter().all(|added| !tries_of(added).is_empty()).then_some(())
    })
    .await;
    for tried in adds.iter().filter_map(|added| tries_of(added).into_iter().next()) {
        assert_eq!(tried.status, Some(503), "{tried:?}");
        assert!(tried.took_us < HALF_US, "{tried:?}");
    }
    lock.release().await;

    for added in &adds {
        let delivery = world.wecom.delivered(added.deliveries[0]).await.unwrap();
        assert_eq!(delivery.tries.last().unwrap().status, Some(200), "{:?}", delivery.tries);
    }
    assert_eq!(world.settled().await.len(), CUSTOMERS + 1);
    for added in &adds {
        let relation = world.relation(added);
        assert_eq!((relation.welcomes.len(), relation.tags.len()), (1, 1));
    }
    world.end().await;
}

/// A lock that another program holds on the database.
enum Lock {
    File(sqlx::SqliteConnection),
    Table(sqlx::PgConnection),
}

impl Lock {
    async fn take(file: Option<std::path::PathBuf>, url: &str) -> Self {
        if file.is_some() {
            let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
            sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
            return Self::File(connection);
        }
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
        sqlx::query("LOCK TABLE event IN ACCESS EXCLUSIVE MODE").execute(&mut connection).await.unwrap();
        Self::Table(connection)
    }

    async fn release(self) {
        match self {
            Self::File(mut connection) => {
                sqlx::query("ROLLBACK").execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Self::Table(mut connection) => {
                sqlx::query("ROLLBACK").execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }
}
