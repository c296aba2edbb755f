//! The whole record in a file and back: from either database into either, while it is written to, and never over anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use rstest::rstest;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use wecom_greeter::store::{BackedUp, BackupFault, BackupFile, Error, LEFT_OUT, Options, copied_tables};

use super::{parity::execute, *};
use crate::harness::{
    databases::TestDatabase,
    world::{Which, fresh},
};

on_each_database! {
    what_is_there_is_not_overwritten_and_nothing_half_is_left,
    a_database_that_is_not_empty_is_not_filled,
    a_database_that_is_served_is_not_filled,
    numbers_that_were_given_are_not_given_again,
}

/// Where the files of a test go.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            files.map(|file| file.unwrap().file_name().to_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

fn why(error: Error) -> BackupFault {
    match error {
        Error::Backup { fault } => *fault,
        other => panic!("{other}"),
    }
}

/// A row in each of the tables that a backup has, and in some that it has not.
pub(super) fn a_row_of_everything(is_sqlite: bool) -> String {
    let bytes = |hex: &str| if is_sqlite { format!("X'{hex}'") } else { format!("'\\x{hex}'::bytea") };
    let (digest, other) = (bytes(&"ab".repeat(32)), bytes(&"cd".repeat(32)));
    let picture = bytes("89504e470d0a1a0a00ff");
    let rows = [
        "INSERT INTO process (id, role, started_at_ms, alive_until_ms) VALUES (41, 'command', 1, 2)".into(),
        "INSERT INTO ruleset (version, document, note, imported_at_ms, imported_by)
         VALUES (3, 'rules: [] # 欢迎 ''\"\\\\', NULL, 5, 'zhang')"
            .into(),
        format!("INSERT INTO content (digest, size, bytes) VALUES ({digest}, 10, {picture})"),
        format!(
            "INSERT INTO ruleset_file (version, kind, path, name, digest) VALUES (3, 'image', 'a/b.png', '春.png', {digest})"
        ),
        format!(
            "INSERT INTO upload (path, by_who, name, kind, digest, size, uploaded_at_ms)
             VALUES ('a/c.png', 'li', 'c.png', 'image', {digest}, 10, 7)"
        ),
        format!(
            "INSERT INTO media (corp_id, digest, kind, name, media_id, uploaded_at_ms, due_ms, failures, lease_epoch)
             VALUES ('ww1', {digest}, 'image', '春.png', 'MEDIA', 8, 9, 0, 2)"
        ),
        "INSERT INTO rule_flag (rule, ruleset_version, kind, reason, first_at_ms, last_at_ms, count, code)
         VALUES ('spring', 3, 'welcome', 'why', 1, 2, 4, 'text_refused')"
            .into(),
        format!(
            "INSERT INTO event (id, app, create_time_s, digest, corp_id, event, change, user_id, external_user_id, state,
                                happened_at_ms, received_at_ms, acked_after_us, deliveries, status, run, unfinished,
                                ruleset_version, rules, lease_epoch, payload)
             VALUES (17, 'default', 1733900461, {other}, 'ww1', 'change_external_contact', 'add_external_contact',
                     'zhangsan', 'wm1', '春', 10, 11, 1200, 2, 'planned', 1, 1, 3, '[\"spring\"]', 1, {picture})"
        ),
        "INSERT INTO action (id, event_id, run, kind, ordinal, status, reason, request, first_due_ms, due_ms, attempts,
                             attempts_before_retry, earlier_lost, lease_owner, lease_epoch, lease_until_ms, created_at_ms,
                             unanswered)
         VALUES (23, 17, 1, 'tag', 0, 'running', NULL, '{\"userid\":\"zhangsan\",\"external_userid\":\"wm1\",\"add_tag\":[\"et1\"]}', 12, 13, 1, 0, TRUE, 41, 1, 14, 15, FALSE)"
            .into(),
        "INSERT INTO attempt (action_id, number, at_ms, took_ms, errcode, errmsg, lost)
         VALUES (23, 1, 16, 17, NULL, 'no
answer', TRUE)"
            .into(),
        "INSERT INTO refused_callback (id, app, class, at_ms, sender, signed)
         VALUES (5, 'default', 'signature', 1, '203.0.113.7', FALSE)"
            .into(),
        "INSERT INTO callback_verified (app, at_ms) VALUES ('default', 4)".into(),
        format!(
            "INSERT INTO admin_token (id, name, role, hash, created_at_ms, created_by) VALUES (9, 'crm', 'viewer', {digest}, 1, 'me')"
        ),
        format!("INSERT INTO login_state_spent (hash, at_ms) VALUES ({other}, 3)"),
        format!(
            "INSERT INTO session (hash, token_hash, role, created_at_ms, last_used_at_ms) VALUES ({other}, {digest}, 'viewer', 1, 2)"
        ),
        "INSERT INTO audit (id, at_ms, who, via, act, target) VALUES (31, 6, '张三', 'command', 'rules_published', '3')".into(),
        "INSERT INTO bulk (id, act, state, matches, begun, counted, done, failed, waiting, who, via, prepared_at_ms, turn_ms,
                           lease_epoch)
         VALUES (2, 'retry', 'running', 2, 1, 1, 0, 1, 0, 'me', 'command', 1, 2, 1)"
            .into(),
        format!("INSERT INTO bulk_ids (bulk_id, ids) VALUES (2, {})", bytes(&"00".repeat(16))),
        "INSERT INTO bulk_failure (bulk_id, item_id, why) VALUES (2, 23, 'failed')".into(),
        "INSERT INTO contact_way_batch (id, app, created_at_ms, created_by) VALUES (6, 'default', 1, 'me')".into(),
        "INSERT INTO contact_way_batch_row (batch_id, line, asked, status, at_ms) VALUES (6, 2, '{}', 'made', 1)".into(),
        "INSERT INTO past_sum (quarter_ms, app, user_id, state, rule, welcome_ms, adds, welcomed, missed, no_code, no_rule, tagged,
                               tags_failed, lost, deleted_by_employee)
         VALUES (900000, 'default', 'lisi', '', 'r', 88, 1, 1, 0, 0, 0, 1, 0, 0, 0)"
            .into(),
        format!(
            "INSERT INTO past_pair (external_user_id, app, user_id, state, rule, last_ms, is_half)
             VALUES ('wm1', 'default', 'lisi', '', 'r', 1, {})",
            if is_sqlite { "0" } else { "false" }
        ),
        format!(
            "INSERT INTO gone_event (app, create_time_s, digest, received_at_ms) VALUES ('default', 1, {}, 1)",
            bytes(&"07".repeat(32))
        ),
        format!("INSERT INTO pseudonym_key (id, key) VALUES (1, {})", bytes(&"09".repeat(32))),
    ]
    .join(";\n");
    // Some tables are numbered by PostgreSQL alone.
    if is_sqlite { rows } else { rows.replace("VALUES (", "OVERRIDING SYSTEM VALUE VALUES (") }
}

/// Every row of the tables that are copied, with each value as text that is the same for both databases.
async fn rows_of(database: &TestDatabase) -> BTreeMap<String, Vec<String>> {
    let mut rows = BTreeMap::new();
    for table in copied_tables() {
        let columns = columns_of(database, table).await;
        let text = columns
            .iter()
            .map(|(name, kind)| {
                let text = match (database.is_sqlite(), kind.as_str()) {
                    (true, "BLOB") => format!("hex({name})"),
                    (true, _) => format!("CAST({name} AS TEXT)"),
                    (false, "bytea") => format!("upper(encode({name}, 'hex'))"),
                    (false, "boolean") => format!("{name}::int::text"),
                    (false, _) => format!("{name}::text"),
                };
                format!("'{name}=' || COALESCE({text}, 'NULL')")
            })
            .collect::<Vec<_>>()
            .join(" || '|' || ");
        let mut found = texts(database, &format!("SELECT {text} FROM {table}")).await;
        found.sort();
        rows.insert((*table).to_owned(), found);
    }
    rows
}

async fn columns_of(database: &TestDatabase, table: &str) -> Vec<(String, String)> {
    let query = if database.is_sqlite() {
        format!("SELECT name || ' ' || type FROM pragma_table_info('{table}') ORDER BY name")
    } else {
        format!(
            "SELECT column_name || ' ' || data_type FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY column_name"
        )
    };
    let found = texts(database, &query).await;
    found.iter().map(|row| row.split_once(' ').map(|(a, b)| (a.into(), b.into())).unwrap()).collect()
}

async fn texts(database: &TestDatabase, query: &str) -> Vec<String> {
    let rows: Vec<(String,)> = if database.is_sqlite() {
        let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
        sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap()
    };
    rows.into_iter().map(|(row,)| row).collect()
}

#[tokio::test]
async fn every_table_is_in_a_backup_or_left_out_for_a_reason() {
    let database = TestDatabase::sqlite();
    database.store().await.close().await;
    let there: BTreeSet<String> = texts(
        &database,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%sqlx%'",
    )
    .await
    .into_iter()
    .collect();
    let left_out = LEFT_OUT.iter().map(|(table, _)| *table);
    let told: Vec<String> = copied_tables().iter().copied().chain(left_out).map(str::to_owned).collect();
    assert_eq!(
        told.iter().cloned().collect::<BTreeSet<_>>(),
        there,
        "a table is named in src/store/backup/tables.rs"
    );
    assert_eq!(told.len(), there.len(), "and once");
    assert!(LEFT_OUT.iter().all(|(_, why)| why.len() > 20));
}

#[rstest]
#[case(Which::Sqlite, Which::Sqlite)]
#[case(Which::Sqlite, Which::Postgres)]
#[case(Which::Postgres, Which::Sqlite)]
#[case(Which::Postgres, Which::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_goes_from_either_database_into_either(#[case] from: Which, #[case] to: Which) {
    let (Some(from), Some(to)) = (fresh(from).await, fresh(to).await) else { return };
    let folder = Folder::new();
    let store = from.store().await;
    execute(&from, &a_row_of_everything(from.is_sqlite())).await;
    let file = folder.file("copy.db");
    let BackedUp { schema, bytes, rows } = store.back_up(&file).await.unwrap();
    let metadata = std::fs::metadata(&file).unwrap();
    assert_eq!((metadata.len(), metadata.permissions().mode() & 0o777), (bytes, 0o600));
    assert_eq!(folder.names(), ["copy.db"], "nothing lies beside it");
    for (table, count) in &rows {
        assert_eq!(*count, 1, "{table}: give it a row above");
    }

    let backup = BackupFile::open(&file).await.unwrap();
    let target = Store::open(&to.options()).await.unwrap();
    let restored = target.restore(&backup, T0).await.unwrap();
    assert_eq!((restored.from_schema, restored.schema, &restored.rows), (schema, schema, &rows));
    assert_eq!(rows_of(&to).await, rows_of(&from).await);
    assert_eq!(folder.names(), ["copy.db"]);
    // What is left out is as in a new database.
    for (table, rows) in [("session", 0), ("app_shut_out", 0), ("alert", 1)] {
        let count = texts(&to, &format!("SELECT CAST(count(*) AS TEXT) FROM {table}")).await;
        assert_eq!(count, [rows.to_string()], "{table}");
    }

    // It is the record of a server: new events come behind the old ones, and what nobody holds any more is taken up.
    let me = serve(&target).await;
    let event = accept_new(&target, new_event(2, me)).await;
    assert_eq!(id_of(&event.event), 18);
    let swept = target.sweep_actions(me, T0, 10).await.unwrap();
    assert_eq!(swept.iter().map(|claimed| claimed.action_id).collect::<Vec<_>>(), [23]);
    store.close().await;
    target.close().await;
}

/// Copies of an SQLite file that people make in the simplest way are backups as well.
#[tokio::test]
async fn a_backup_can_be_put_in_the_place_of_an_sqlite_file() {
    let (database, folder) = (TestDatabase::sqlite(), Folder::new());
    let store = database.store().await;
    execute(&database, &a_row_of_everything(true)).await;
    store.back_up(&folder.file("copy.db")).await.unwrap();
    let copy =
        Store::open(&Options::new(format!("sqlite://{}", folder.file("copy.db").display()))).await.unwrap();
    copy.check().await.unwrap();
    let me = serve(&copy).await;
    assert_eq!(id_of(&accept_new(&copy, new_event(2, me)).await.event), 18);
    copy.close().await;
    // And gives room back as a new one does.
    let url = format!("sqlite://{}", folder.file("copy.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let kind: (i64,) = sqlx::query_as("PRAGMA auto_vacuum").fetch_one(&mut connection).await.unwrap();
    assert_eq!(kind, (2,));
}

async fn numbers_that_were_given_are_not_given_again(database: TestDatabase) {
    let (folder, to) = (Folder::new(), TestDatabase::sqlite());
    let store = database.store().await;
    for _ in 0..3 {
        serve(&store).await;
    }
    let last = texts(&database, "SELECT CAST(max(id) AS TEXT) FROM process").await;
    execute(&database, "DELETE FROM process").await;
    store.back_up(&folder.file("copy.db")).await.unwrap();
    let backup = BackupFile::open(&folder.file("copy.db")).await.unwrap();
    let mut targets = vec![to];
    targets.extend(TestDatabase::postgres_empty().await);
    for to in targets {
        let target = Store::open(&to.options()).await.unwrap();
        target.restore(&backup, T0).await.unwrap();
        serve(&target).await;
        let next = texts(&to, "SELECT CAST(max(id) AS TEXT) FROM process").await;
        assert_eq!(next[0].parse::<i64>().unwrap(), last[0].parse::<i64>().unwrap() + 1);
        target.close().await;
    }
    store.close().await;
}

async fn what_is_there_is_not_overwritten_and_nothing_half_is_left(database: TestDatabase) {
    let (folder, store) = (Folder::new(), database.store().await);
    std::fs::write(folder.file("mine"), "mine").unwrap();
    assert!(matches!(
        why(store.back_up(&folder.file("mine")).await.unwrap_err()),
        BackupFault::Exists { .. }
    ));
    assert_eq!(std::fs::read_to_string(folder.file("mine")).unwrap(), "mine");
    let nowhere = folder.file("none/copy.db");
    assert!(matches!(why(store.back_up(&nowhere).await.unwrap_err()), BackupFault::NoFolder { .. }));
    // Whoever goes away takes along what was written.
    let file = folder.file("copy.db");
    let interrupted = tokio::time::timeout(Duration::from_millis(1), store.back_up(&file)).await;
    if interrupted.is_err() {
        assert_eq!(folder.names(), ["mine"]);
    }
    // A record that cannot be read leaves nothing either.
    execute(&database, "DROP TABLE callback_verified").await;
    execute(&database, "CREATE TABLE callback_verified (app TEXT)").await;
    if database.is_sqlite() {
        store.back_up(&folder.file("other.db")).await.unwrap_err();
        assert!(!folder.names().iter().any(|name| name.contains("other")), "{:?}", folder.names());
    }
    store.close().await;
}

async fn a_database_that_is_not_empty_is_not_filled(database: TestDatabase) {
    let (folder, store) = (Folder::new(), database.store().await);
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    store.retire(me).await.unwrap();
    let file = folder.file("copy.db");
    store.back_up(&file).await.unwrap();
    let before = rows_of(&database).await;
    let backup = BackupFile::open(&file).await.unwrap();
    let error = store.restore(&backup, T0).await.unwrap_err();
    assert!(error.to_string().contains("rows: event 1"), "{error}");
    let BackupFault::NotEmpty { rows, .. } = why(error) else { panic!("it was filled") };
    assert_eq!(rows, [("event", 1)]);
    assert_eq!(rows_of(&database).await, before, "nothing was changed");
    store.close().await;
}

async fn a_database_that_is_served_is_not_filled(database: TestDatabase) {
    let (folder, store) = (Folder::new(), database.store().await);
    store.back_up(&folder.file("copy.db")).await.unwrap();
    let backup = BackupFile::open(&folder.file("copy.db")).await.unwrap();
    let me = serve(&store).await;
    let refused = why(store.restore(&backup, T0).await.unwrap_err());
    assert!(matches!(refused, BackupFault::Served { servers: 1, .. }), "{refused}");
    store.retire(me).await.unwrap();
    store.restore(&backup, T0).await.unwrap();
    store.close().await;
}

/// An older version may be serving the record that somebody names by mistake: it would not know its tables again.
#[tokio::test]
async fn a_record_of_an_older_version_is_not_brought_up_to_date_by_who_is_refused() {
    let (database, folder) = (TestDatabase::sqlite(), Folder::new());
    database.store().await.back_up(&folder.file("copy.db")).await.unwrap();
    let backup = BackupFile::open(&folder.file("copy.db")).await.unwrap();
    for to in [Some(TestDatabase::sqlite()), TestDatabase::postgres_empty().await].into_iter().flatten() {
        let migrations = migrations_until(9);
        super::parity::as_of(&to, &migrations.iter().map(String::as_str).collect::<Vec<_>>()).await;
        execute(&to, "INSERT INTO callback_verified (app, at_ms) VALUES ('default', 4)").await;
        let target = Store::open(&to.options()).await.unwrap();
        let refused = why(target.restore(&backup, T0).await.unwrap_err());
        let BackupFault::NotEmpty { rows, .. } = refused else { panic!("{refused}") };
        assert_eq!(rows, [("callback_verified", 1)]);
        assert!(matches!(target.check().await, Err(Error::SchemaOlder { found: 9, .. })));
        target.close().await;
    }
}

#[tokio::test]
async fn among_the_tables_of_others_nothing_is_restored() {
    let (database, folder) = (TestDatabase::sqlite(), Folder::new());
    database.store().await.back_up(&folder.file("copy.db")).await.unwrap();
    let backup = BackupFile::open(&folder.file("copy.db")).await.unwrap();
    for to in [Some(TestDatabase::sqlite()), TestDatabase::postgres_empty().await].into_iter().flatten() {
        let target = Store::open(&to.options()).await.unwrap();
        execute(&to, "CREATE TABLE orders (id BIGINT)").await;
        let refused = why(target.restore(&backup, T0).await.unwrap_err());
        let BackupFault::OthersTables { tables, .. } = refused else { panic!("{refused}") };
        assert_eq!(tables, ["orders"]);
        target.close().await;
    }
}

#[tokio::test]
async fn a_file_that_is_no_whole_backup_is_not_restored() {
    let (database, folder) = (TestDatabase::sqlite(), Folder::new());
    let store = database.store().await;
    execute(&database, &a_row_of_everything(true)).await;
    let good = folder.file("good.db");
    store.back_up(&good).await.unwrap();
    let missing = why(BackupFile::open(&folder.file("none.db")).await.unwrap_err());
    assert!(matches!(missing, BackupFault::Missing { .. }));
    for (name, bytes) in [("empty", &b""[..]), ("text", b"rules:\n  - name: everyone\n"), ("head", b"SQLite")]
    {
        std::fs::write(folder.file(name), bytes).unwrap();
        let refused = why(BackupFile::open(&folder.file(name)).await.unwrap_err());
        assert!(matches!(refused, BackupFault::NotOurs { .. }), "{name}: {refused}");
    }
    let refused = why(BackupFile::open(folder.0.path()).await.unwrap_err());
    assert!(matches!(refused, BackupFault::NotOurs { .. } | BackupFault::Unread { .. }), "{refused}");

    // Bytes of a page, and a file that was cut short by a full disk.
    let bytes = std::fs::read(&good).unwrap();
    let mut damaged = bytes.clone();
    damaged[3 * 4_096..3 * 4_096 + 200].fill(0xff);
    for (name, bytes) in [("damaged.db", &damaged[..]), ("short.db", &bytes[..bytes.len() / 2])] {
        std::fs::write(folder.file(name), bytes).unwrap();
        let refused = why(BackupFile::open(&folder.file(name)).await.unwrap_err());
        assert!(matches!(refused, BackupFault::Damaged { .. }), "{name}: {refused}");
    }

    // Another program's tables, and a newer version's.
    let change = |name: &'static str, statement: &'static str| {
        let (file, good) = (folder.file(name), good.clone());
        async move {
            std::fs::copy(&good, &file).unwrap();
            let mut connection =
                SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            why(BackupFile::open(&file).await.unwrap_err())
        }
    };
    let others = change("others.db", "UPDATE _sqlx_migrations SET checksum = X'00' WHERE version = 1").await;
    assert!(matches!(others, BackupFault::NotOurs { .. }), "{others}");
    let none = change("none-of-ours.db", "DROP TABLE _sqlx_migrations").await;
    assert!(matches!(none, BackupFault::NotOurs { .. }), "{none}");
    let newer = change(
        "newer.db",
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, X'00', 0)",
    )
    .await;
    assert!(matches!(newer, BackupFault::Newer { found: 9999, .. }), "{newer}");

    // The database itself is not a backup of itself.
    store.close().await;
    let itself = BackupFile::open(&database.file().unwrap()).await.unwrap();
    let again = Store::open(&database.options()).await.unwrap();
    assert!(matches!(why(again.restore(&itself, T0).await.unwrap_err()), BackupFault::Same { .. }));
    again.close().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test]
async fn a_backup_of_an_older_version_is_brought_up_to_date_on_its_way(#[case] which: Which) {
    let folder = Folder::new();
    for from in [Some(TestDatabase::sqlite()), TestDatabase::postgres_empty().await].into_iter().flatten() {
        let Some(to) = fresh(which).await else { return };
        let migrations = migrations_until(9);
        super::parity::as_of(&from, &migrations.iter().map(String::as_str).collect::<Vec<_>>()).await;
        execute(&from, "INSERT INTO callback_verified (app, at_ms) VALUES ('default', 4)").await;
        let name = format!("{}.db", from.is_sqlite());
        let store = Store::open(&from.options()).await.unwrap();
        // As before an upgrade: the new program copies the old tables, and leaves them as they are.
        let taken = store.back_up(&folder.file(&name)).await.unwrap();
        assert_eq!(taken.schema, 9);
        assert!(matches!(store.check().await, Err(Error::SchemaOlder { found: 9, .. })));
        store.close().await;
        let backup = BackupFile::open(&folder.file(&name)).await.unwrap();
        let target = Store::open(&to.options()).await.unwrap();
        let restored = target.restore(&backup, T0).await.unwrap();
        assert_eq!(restored.from_schema, 9);
        assert!(restored.schema > 9);
        target.check().await.unwrap();
        assert_eq!(rows_of(&to).await["callback_verified"], ["app=default|at_ms=4"]);
        target.close().await;
    }
    assert_eq!(folder.names().iter().filter(|name| name.contains(".part")).count(), 0);
}

fn migrations_until(version: usize) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names.truncate(version);
    names
}

/// An event and its plan are stored at once, so a backup has both or neither; and nobody who stores an event waits for it.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_one_moment_of_a_record_that_is_written_to_meanwhile(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (folder, store) = (Folder::new(), database.store().await);
    let me = serve(&store).await;
    // Enough for a copy to take a moment.
    let megabyte = vec![7_u8; 1 << 20];
    for n in 0..24_u8 {
        let mut bytes = megabyte.clone();
        bytes[0] = n;
        wecom_greeter::flow::publish::brought::bring(
            &store,
            (&format!("{n}.pdf"), None),
            Some(wecom_greeter::action::MediaKind::File),
            bytes,
            &wecom_greeter::access::By::command_line(),
            T0,
        )
        .await
        .unwrap();
    }
    let over = AtomicBool::new(false);
    let writing = async {
        let (mut n, mut longest) = (0, Duration::ZERO);
        while !over.load(Ordering::Relaxed) || n < 20 {
            n += 1;
            let began = Instant::now();
            let plan = new_plan(me, full_plan(&format!("wm{n}")));
            store.accept_planned(new_event(n, me), plan).await.unwrap();
            longest = longest.max(began.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        (n, longest)
    };
    let copying = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        // Another process would be another store.
        let other = Store::open(&database.options()).await.unwrap();
        let taken = other.back_up(&folder.file("copy.db")).await;
        over.store(true, Ordering::Relaxed);
        other.close().await;
        taken.unwrap()
    };
    let ((written, longest), taken) = tokio::join!(writing, copying);
    let of = |table: &str| taken.rows.iter().find(|(name, _)| *name == table).unwrap().1;
    assert!(of("event") >= 1 && of("event") <= u64::try_from(written).unwrap());
    assert_eq!(of("action"), of("event") * u64::try_from(full_plan("wm1").actions.len()).unwrap());
    assert!(longest < Duration::from_secs(2), "an event waited {longest:?}");
    BackupFile::open(&folder.file("copy.db")).await.unwrap();
    store.close().await;
}
