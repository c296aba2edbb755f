//! Migrations: once, together, and never over a newer program's tables.

use wecom_greeter::store::{Error, Migrated};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    a_migration_is_done_once,
    a_newer_schema_is_left_alone,
    constraints_hold_what_the_code_promises,
);

async fn a_migration_is_done_once(database: TestDatabase) {
    let store = database.store().await;
    let Migrated::UpToDate { version } = store.migrate().await.unwrap() else { panic!("changed again") };
    assert!(version >= 1);
    store.check().await.unwrap();
}

#[tokio::test]
async fn tables_are_made_by_the_first_of_many() {
    for database in [Some(TestDatabase::sqlite()), TestDatabase::postgres_empty().await].into_iter().flatten()
    {
        let store = Store::open(&database.options()).await.unwrap();
        let missing = store.check().await.unwrap_err();
        assert!(matches!(missing, Error::SchemaOlder { found: 0, .. }), "{missing}");
        assert!(missing.to_string().contains("wecom-greeter migrate"), "{missing}");
        assert!(store.accept(new_event(1, unknown_process(&store).await)).await.is_err());
        at_once(4, |_| {
            let options = database.options();
            async move {
                let store = Store::open(&options).await.unwrap();
                store.migrate().await.unwrap();
                store.check().await.unwrap();
                store.close().await;
            }
        })
        .await;
        let me = serve(&store).await;
        accept_new(&store, new_event(1, me)).await;
    }
}

/// A process of another database: nobody here.
async fn unknown_process(_: &Store) -> ProcessId {
    serve(&TestDatabase::sqlite().store().await).await
}

async fn a_newer_schema_is_left_alone(database: TestDatabase) {
    let store = database.store().await;
    super::parity::execute(
        &database,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 9999, 'from the future', TRUE, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .await;
    for error in [store.check().await.unwrap_err(), store.migrate().await.unwrap_err()] {
        assert!(matches!(error, Error::SchemaNewer { found: 9999, .. }), "{error}");
        assert!(error.to_string().contains("run that version"), "{error}");
    }
}

async fn constraints_hold_what_the_code_promises(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    planned(&store, 1, me).await;
    for (constraint, statement) in [
        ("event_status_known", "UPDATE event SET status = 'lost', unfinished = 0"),
        ("event_planned_iff_something_unfinished", "UPDATE event SET status = 'settled'"),
        ("event_planned_iff_something_unfinished", "UPDATE event SET unfinished = 0"),
        ("event_leased_only_until_planned", "UPDATE event SET lease_owner = 1, lease_until_ms = 1"),
        ("event_digest_is_sha256", "UPDATE event SET digest = payload"),
        (
            "action_status_known",
            "UPDATE action SET status = 'gone', settled_at_ms = 1, lease_owner = NULL, lease_until_ms = NULL",
        ),
        (
            "action_settled_iff_final",
            "UPDATE action SET status = 'done', lease_owner = NULL, lease_until_ms = NULL",
        ),
        ("action_running_is_leased", "UPDATE action SET lease_owner = NULL, lease_until_ms = NULL"),
        ("action_lease_is_whole", "UPDATE action SET lease_until_ms = NULL"),
        (
            "action_not_done_has_a_reason",
            "UPDATE action SET status = 'failed', settled_at_ms = 1, lease_owner = NULL, lease_until_ms = NULL",
        ),
        ("action_has_a_request_unless_skipped", "UPDATE action SET request = NULL"),
    ] {
        let refused = super::parity::try_execute(&database, statement).await.unwrap_err().to_string();
        assert!(refused.contains(constraint), "{statement}: {refused}");
    }
}
