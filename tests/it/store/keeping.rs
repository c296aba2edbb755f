//! What is taken out of the record, and what is asked of it afterwards: pruned events leave statistics and earlier adds as they
//! were, and of a customer who is forgotten nothing is left anywhere.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use wecom_greeter::{
    access::{By, Via},
    store::{EarlierAdds, EventFilter, Prunable, Pruned, Shrunk, TakenOut},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    what_is_not_settled_stays,
    an_event_that_is_gone_and_comes_again_is_known,
    what_is_remembered_of_those_who_are_gone_goes_by_age,
    who_returns_is_known_after_the_add_is_pruned,
    several_who_prune_at_once_count_each_event_once,
    of_a_customer_who_is_forgotten_nothing_is_left,
    what_is_under_way_for_who_is_forgotten_comes_to_nothing,
    another_customer_whose_id_begins_alike_is_left_alone,
);

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// An id as WeCom makes them.
const CUSTOMER: &str = "wmqfasd1e1927831291723123109rAAA";

/// Prunes all that was received before an instant.
pub(super) async fn prune(store: &Store, before_ms: i64, now_ms: i64) -> TakenOut {
    let (mut all, mut next_ms) = (TakenOut::default(), i64::MIN);
    loop {
        match store.prune_step(next_ms, before_ms, now_ms).await.expect("pruned") {
            Pruned::More { taken, from_ms } => {
                all += taken;
                next_ms = from_ms;
            }
            Pruned::Through(taken) => {
                all += taken;
                return all;
            }
            Pruned::Busy => tokio::task::yield_now().await,
        }
    }
}

async fn settle_all(store: &Store, n: i64, me: ProcessId) {
    for claimed in planned(store, n, me).await {
        done(store, &claimed).await;
    }
}

async fn ids(store: &Store) -> Vec<i64> {
    let mut ids: Vec<i64> =
        store.events(&EventFilter::default()).await.unwrap().iter().map(|event| event.id).collect();
    ids.sort_unstable();
    ids
}

async fn what_is_not_settled_stays(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    settle_all(&store, 1, me).await;
    planned(&store, 2, me).await;
    accept_new(&store, new_event(3, me)).await;
    settle_all(&store, 4, me).await;
    let now_ms = T0 + 400 * DAY_MS;
    assert_eq!(
        store.prunable(T0 + 1).await.unwrap(),
        Prunable { taken: TakenOut { events: 2, actions: 6, attempts: 6 }, unsettled: 2 }
    );
    assert_eq!(prune(&store, T0, now_ms).await, TakenOut::default(), "nothing was received before");
    assert_eq!(prune(&store, T0 + 1, now_ms).await, TakenOut { events: 2, actions: 6, attempts: 6 });
    assert_eq!(ids(&store).await, [2, 3]);
    assert_eq!(statuses(&store, 2).await.1.len(), 3);
    assert_eq!(prune(&store, T0 + 1, now_ms).await, TakenOut::default());
    let left = Prunable { taken: TakenOut::default(), unsettled: 2 };
    assert_eq!(store.prunable(T0 + 1).await.unwrap(), left);
}

async fn an_event_that_is_gone_and_comes_again_is_known(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    settle_all(&store, 1, me).await;
    settle_all(&store, 2, me).await;
    prune(&store, T0 + 1, T0 + 60_000).await;
    let said = at_once(3, |n| {
        let store = store.clone();
        async move { store.accept(new_event(n, me)).await.unwrap() }
    })
    .await;
    let gone = said.iter().filter(|said| **said == Accepted::Gone).count();
    assert_eq!(gone, 2, "{said:?}");
    assert!(matches!(said[0], Accepted::New(_)), "0 is new");
    let planned = store.accept_planned(new_event(1, me), new_plan(me, full_plan("wm1"))).await.unwrap();
    assert_eq!(planned, Accepted::Gone, "with a plan as well");
    // Two days later nothing is delivered again, and the identities are not kept for ever.
    settle_all(&store, 5, me).await;
    prune(&store, T0 + 1, T0 + 2 * DAY_MS).await;
    assert!(matches!(store.accept(new_event(1, me)).await.unwrap(), Accepted::New(_)));
}

/// How many rows a table has.
async fn rows(database: &TestDatabase, table: &str) -> i64 {
    let count = format!("SELECT count(*) FROM {table}");
    let (count,): (i64,) = if database.is_sqlite() {
        let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
        sqlx::query_as(AssertSqlSafe(count)).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        sqlx::query_as(AssertSqlSafe(count)).fetch_one(&mut connection).await.unwrap()
    };
    count
}

async fn what_is_remembered_of_those_who_are_gone_goes_by_age(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    settle_all(&store, 1, me).await;
    settle_all(&store, 2, me).await;
    store.forget("wm1", &By::command_line(), T0).await.unwrap();
    prune(&store, T0 + 1, T0).await;
    let remembered = async || (rows(&database, "forgotten").await, rows(&database, "gone_event").await);
    assert_eq!(remembered().await, (1, 2));
    assert!(!store.let_go_of_gone(T0 + DAY_MS).await.unwrap());
    assert_eq!(remembered().await, (1, 2), "a day is not over");
    assert!(!store.let_go_of_gone(T0 + DAY_MS + 1).await.unwrap());
    assert_eq!(remembered().await, (0, 0));
    // Many go in steps, so that whoever stores an event waits for none of them for long.
    for n in 0..6 {
        store.announce_forgotten(&format!("wm{n}"), T0).await.unwrap();
    }
    let many = "INSERT INTO forgotten (hash, at_ms)
                SELECT a.hash, a.at_ms FROM forgotten a, forgotten b, forgotten c, forgotten d";
    super::parity::execute(&database, many).await;
    assert_eq!(remembered().await.0, 6 + 1_296);
    assert!(store.let_go_of_gone(T0 + DAY_MS + 1).await.unwrap());
    assert_eq!(remembered().await.0, 802);
    assert!(store.let_go_of_gone(T0 + DAY_MS + 1).await.unwrap());
    assert!(!store.let_go_of_gone(T0 + DAY_MS + 1).await.unwrap());
    assert_eq!(remembered().await, (0, 0));
}

async fn who_returns_is_known_after_the_add_is_pruned(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    settle_all(&store, 1, me).await;
    let later = |user: &str, app: &str, customer: &str, at_ms: i64| {
        let xml = payload(1)
            .replace("zhangsan", user)
            .replace("<![CDATA[wm1]]>", &format!("<![CDATA[{customer}]]>"))
            .replace("1733900461", &(at_ms / 1_000).to_string());
        NewEvent::of(app, xml.clone().into_bytes(), &Event::from_payload(xml.as_bytes()), at_ms, me)
    };
    let mut asked = Vec::new();
    for (user, app, customer, after_ms) in [
        ("zhangsan", "default", "wm1", DAY_MS),
        ("lisi", "default", "wm1", DAY_MS),
        ("zhangsan", "sales", "wm1", DAY_MS),
        // The same add, of which another app is told a moment later.
        ("zhangsan", "sales", "wm1", 5_000),
        ("zhangsan", "default", "wm9", DAY_MS),
    ] {
        let claimed = accept_new(&store, later(user, app, customer, T0 + after_ms)).await;
        asked.push(claimed.event);
    }
    let both = EarlierAdds { by_employee: true, by_company: true };
    for (n, event) in (0..).zip(&asked) {
        let claimed = ClaimedEvent {
            lease: wecom_greeter::store::EventLease { event_id: event.id, epoch: 1 },
            run: 0,
            only: wecom_greeter::action::Kinds::default(),
            event: Arc::clone(event),
        };
        assert!(plan_stored(&store, plan_record(&claimed, me, Plan::default())).await.is_empty(), "{n}");
    }
    let of = async |store: &Store| {
        let mut found = Vec::new();
        for event in &asked {
            found.push(store.earlier_adds(event).await.unwrap());
        }
        found
    };
    let before = of(&store).await;
    assert_eq!((before[0], before[2]), (both, both));
    assert_eq!(before[1], EarlierAdds { by_employee: false, by_company: true });
    assert_eq!(before[4], EarlierAdds::default());
    assert_eq!(prune(&store, T0 + 1, T0 + 2 * DAY_MS).await.events, 1);
    assert_eq!(of(&store).await, before);
}

async fn several_who_prune_at_once_count_each_event_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..70 {
        settle_all(&store, n, me).await;
    }
    let (first, second) = (store.clone(), database.store().await);
    let taken =
        tokio::join!(prune(&first, T0 + 1, T0 + 400 * DAY_MS), prune(&second, T0 + 1, T0 + 400 * DAY_MS));
    assert_eq!(taken.0.events + taken.1.events, 70);
    let filter = wecom_greeter::store::StatsFilter {
        by: wecom_greeter::store::By::User,
        since_ms: None,
        until_ms: None,
        app: None,
        zone: jiff::tz::TimeZone::UTC,
    };
    let rows = store.stats(&filter).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].adds, rows[0].welcomed, rows[0].tagged), (70, 70, 70));
    assert_eq!(rows[0].welcome_ms.p99, Some(92));
    assert_eq!(store.shrink_step().await.unwrap(), Shrunk::Through, "so little stays free for tomorrow");
}

/// Where a text stands in a database, as `table.column`.
async fn places(database: &TestDatabase, text: &str) -> Vec<String> {
    let hex = text.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let mut found = Vec::new();
    if database.is_sqlite() {
        let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        assert!(columns.len() > 100);
        for (table, column) in columns {
            let count = format!(
                "SELECT count(*) FROM \"{table}\" WHERE instr(lower(hex(\"{column}\")), '{hex}') > 0"
            );
            let (count,): (i64,) =
                sqlx::query_as(AssertSqlSafe(count)).fetch_one(&mut connection).await.unwrap();
            found.extend((count > 0).then(|| format!("{table}.{column}")));
        }
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        assert!(columns.len() > 100);
        for (table, column) in columns {
            let count = format!(
                "SELECT count(*) FROM \"{table}\" WHERE strpos(\"{column}\"::text, '{text}') > 0
                 OR strpos(\"{column}\"::text, '{hex}') > 0"
            );
            let (count,): (i64,) =
                sqlx::query_as(AssertSqlSafe(count)).fetch_one(&mut connection).await.unwrap();
            found.extend((count > 0).then(|| format!("{table}.{column}")));
        }
    }
    found
}

/// In which of the files of an SQLite database a text stands.
fn files(store: &Store, text: &str) -> Vec<String> {
    let Some(file) = store.file() else { return Vec::new() };
    let mut found = Vec::new();
    for end in ["", "-wal", "-shm", "-journal"] {
        let name = format!("{}{end}", file.display());
        let bytes = std::fs::read(&name).unwrap_or_default();
        found.extend(bytes.windows(text.len()).any(|window| window == text.as_bytes()).then_some(name));
    }
    found
}

/// An event of the customer's with everything that can be done for one.
async fn with_everything(store: &Store, n: i64, me: ProcessId) -> Vec<Claimed> {
    let xml = payload(n).replace(&format!("wm{n}"), CUSTOMER);
    let claimed = accept_new(store, new_event_of(xml.as_bytes(), me)).await;
    let greeting = format!("王小明{n}，您好");
    let plan = Plan {
        rules: vec![RuleUse { name: "everyone".into(), version: 1, used_for: vec![Kind::Welcome] }],
        actions: vec![
            perform(welcome(&greeting)),
            perform(tag(CUSTOMER)),
            perform(Action::Remark(Remark {
                userid: "zhangsan".into(),
                external_userid: CUSTOMER.into(),
                remark: Some("王小明".into()),
                ..Remark::default()
            })),
            perform(notify("王小明没有收到欢迎语")),
            perform(forward("https://crm.example.com/")),
        ],
    };
    plan_stored(store, plan_record(&claimed, me, plan)).await
}

async fn of_a_customer_who_is_forgotten_nothing_is_left(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    // One that is pruned, so that the customer stands beside the record; many others around them; some that are under way.
    for claimed in with_everything(&store, 1, me).await {
        done(&store, &claimed).await;
    }
    prune(&store, T0 + 1, T0 + 400 * DAY_MS).await;
    for n in 2..60 {
        if n % 10 == 0 {
            for claimed in with_everything(&store, n, me).await {
                let errmsg = format!("invalid external_userid {CUSTOMER}");
                let attempt = AttemptRecord { errmsg, ..attempt(40_096) };
                let reason = ReasonCode::Refused.because(format!("WeCom refused it: {CUSTOMER} 王小明"));
                let next = Next::Failed { reason };
                let settlement = Settlement { attempt: Some(attempt), ..settlement(&claimed, next) };
                settle(&store, settlement).await;
            }
        } else {
            settle_all(&store, n, me).await;
        }
    }
    let open = with_everything(&store, 100, me).await;
    accept_new(&store, new_event_of(payload(101).replace("wm101", CUSTOMER).as_bytes(), me)).await;
    // Somebody else's group has them as a member, and somebody has asked WeCom about them.
    let group = format!(
        "<xml><ToUserName>ww1</ToUserName><CreateTime>1733900461</CreateTime><MsgType>event</MsgType>\
         <Event>change_external_chat</Event><ChangeType>update</ChangeType><ChatId>wr1</ChatId>\
         <MemChangeList><Item>{CUSTOMER}</Item><Item>{CUSTOMER}2</Item></MemChangeList></xml>"
    );
    accept_new(&store, new_event_of(group.as_bytes(), me)).await;
    let by = By { who: "wangwu".into(), via: Via::Token, address: None };
    let asked = format!("{{\"external_userid\":\"{CUSTOMER}\",\"remark\":\"王小明\"}}");
    let line = wecom_greeter::store::AuditLine {
        by: &by,
        act: wecom_greeter::access::Act::ContactCalled,
        target: "remark",
        before: None,
        after: Some(&asked),
    };
    store.note_act(&line, T0).await.unwrap();
    let stands = places(&database, CUSTOMER).await;
    for place in [
        "event.payload",
        "event.external_user_id",
        "action.request",
        "attempt.errmsg",
        "past_pair.external_user_id",
        "audit.after",
    ] {
        assert!(stands.contains(&place.to_owned()), "{place}: {stands:?}");
    }
    assert!(!places(&database, "王小明").await.is_empty());

    let found = store.forgettable(CUSTOMER).await.unwrap();
    assert_eq!(found.taken, TakenOut { events: 7, actions: 30, attempts: 25 });
    assert_eq!((found.pending, found.relations, found.mentions), (open.len() as u64, 1, 1));
    let forgotten = store.forget(CUSTOMER, &by, T0 + DAY_MS).await.unwrap();
    assert_eq!(forgotten, found);
    assert!(store.make_anew().await.unwrap());

    // The other member, whose id only begins alike, is in the group still.
    let group: Vec<_> = store
        .events(&EventFilter { event: Some("change_external_chat".into()), ..EventFilter::default() })
        .await
        .unwrap();
    let group = store.event(group[0].id).await.unwrap().unwrap();
    let xml = String::from_utf8(group.payload.0).unwrap();
    assert!(xml.contains(&format!("<Item>{CUSTOMER}2</Item>")) && xml.contains("<Item>forgotten-"), "{xml}");
    super::parity::execute(&database, "DELETE FROM event WHERE event = 'change_external_chat'").await;
    assert!(store.make_anew().await.unwrap());
    for text in [CUSTOMER, "王小明"] {
        assert_eq!(places(&database, text).await, Vec::<String>::new(), "{text}");
        assert_eq!(files(&store, text), Vec::<String>::new(), "{text}");
    }
    // Who did it and to whom can be told by who knows the id; others' events are all there.
    let audit = store.audit(None, 10).await.unwrap();
    let line = audit.iter().find(|line| line.act == wecom_greeter::access::Act::Forgotten).unwrap();
    assert_eq!((line.who.as_str(), line.target.clone()), ("wangwu", found.hash.to_string()));
    assert_eq!(ids(&store).await.len(), 50);
    let again = store.forget(CUSTOMER, &by, T0 + DAY_MS).await.unwrap();
    assert_eq!((again.taken, again.relations, again.mentions), (TakenOut::default(), 0, 0));
    // Delivered once more it is known, and does not come back.
    let again = payload(101).replace("wm101", CUSTOMER);
    let again = NewEvent::of(
        "default",
        again.clone().into_bytes(),
        &Event::from_payload(again.as_bytes()),
        T0 + DAY_MS,
        me,
    );
    assert_eq!(store.accept(again).await.unwrap(), Accepted::Gone);
}

/// The columns in which no customer's id stands, and those that go with the row of whom they are about.
const NAMES_NOBODY: [(&str, &str); 26] = [
    ("action", "kind status corp_id user_id external_user_id receiver code"),
    ("admin_token", "name role hash created_by"),
    ("app_shut_out", "app"),
    ("audit", "who via address act"),
    ("bulk", "act only_kinds state who via address"),
    ("bulk_failure", "why"),
    ("bulk_ids", "ids"),
    ("callback_verified", "app"),
    ("contact_way_batch", "app created_by"),
    ("contact_way_batch_row", "status config_id"),
    ("content", "digest bytes"),
    ("event", "app digest corp_id event change user_id external_user_id state status rules only_kinds"),
    ("forgotten", "hash"),
    ("gone_event", "app digest"),
    ("login_state_spent", "hash"),
    ("media", "corp_id digest kind name media_id"),
    ("past_pair", "app user_id corp_id state rule"),
    ("past_sum", "app user_id state rule"),
    ("process", "role"),
    ("pseudonym_key", "key"),
    ("refused_callback", "class"),
    ("rule_flag", "rule kind code"),
    ("ruleset", "document note imported_by"),
    ("ruleset_file", "kind path name digest"),
    ("session", "hash token_hash user_id role corp_id address"),
    ("upload", "path by_who name kind digest"),
];

/// A text that a migration adds is looked through when a customer is forgotten, or it is said here that it names nobody.
#[tokio::test]
async fn every_text_of_the_schema_is_looked_through_or_names_nobody() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    super::parity::execute(&database, &super::backup::a_row_of_everything(true)).await;
    super::parity::execute(&database, "UPDATE media SET failures = 1, error = 'why'").await;
    let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.type IN ('TEXT', 'BLOB') AND t.name NOT LIKE '%sqlx%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut nobody: Vec<String> = NAMES_NOBODY
        .iter()
        .flat_map(|(table, columns)| columns.split(' ').map(move |column| format!("{table}.{column}")))
        .collect();
    for (table, column, kind) in columns {
        let place = format!("{table}.{column}");
        if let Some(at) = nobody.iter().position(|of| *of == place) {
            nobody.swap_remove(at);
            continue;
        }
        let name = format!("UPDATE {table} SET {column} = CAST('{CUSTOMER}' AS {kind})");
        let named = sqlx::query(AssertSqlSafe(name)).execute(&mut connection).await;
        let rows = named.unwrap_or_else(|error| panic!("{place}: {error}")).rows_affected();
        assert!(rows > 0, "{place}: `a_row_of_everything` gives it a row");
    }
    assert_eq!(nobody, Vec::<String>::new(), "there is no such column any more");
    connection.close().await.unwrap();
    let stands = places(&database, CUSTOMER).await;
    assert!(stands.len() > 10, "{stands:?}");
    store.forget(CUSTOMER, &By::command_line(), T0).await.unwrap();
    let left = places(&database, CUSTOMER).await;
    assert_eq!(left, Vec::<String>::new(), "src/store/operator/mentions.rs looks through it");
    store.close().await;
}

async fn what_is_under_way_for_who_is_forgotten_comes_to_nothing(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let held = planned(&store, 1, me).await;
    let unplanned = accept_new(&store, new_event_of(payload(2).replace("wm2", "wm1").as_bytes(), me)).await;
    assert_eq!(store.forgotten_since(0).await.unwrap(), []);
    let forgotten = store.forget("wm1", &By::command_line(), T0).await.unwrap();
    assert_eq!((forgotten.taken.events, forgotten.pending), (2, 3));
    for claimed in &held {
        assert_eq!(settle(&store, settlement(claimed, Next::Done { note: None })).await, Settled::LeaseLost);
    }
    let planned = store.plan(plan_record(&unplanned, me, full_plan("wm1"))).await.unwrap();
    assert!(!matches!(planned, Planned::Stored(_)), "{planned:?}");
    assert!(store.sweep_actions(me, T0 + DAY_MS, 10).await.unwrap().is_empty());
    assert!(reports(&store, me, T0 + DAY_MS).await.is_empty());
    let told = store.forgotten_since(0).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].hash, told[0].at_ms), (forgotten.hash, T0));
    assert_eq!(store.forgotten_since(told[0].id).await.unwrap(), []);
    // They come back: that is somebody new.
    let xml = payload(3).replace("wm3", "wm1");
    let back = accept_new(&store, new_event_of(xml.as_bytes(), me)).await;
    assert!(store.is_held("wm1", T0).await.unwrap(), "somebody plans it");
    assert!(!store.is_held("wm2", T0).await.unwrap());
    assert_eq!(store.earlier_adds(&back.event).await.unwrap(), EarlierAdds::default());
}

async fn another_customer_whose_id_begins_alike_is_left_alone(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    settle_all(&store, 1, me).await;
    settle_all(&store, 12, me).await;
    let before = store.event(2).await.unwrap();
    store.forget("wm1", &By::command_line(), T0).await.unwrap();
    assert_eq!(ids(&store).await, [2]);
    assert_eq!(store.event(2).await.unwrap(), before);
}

/// A file that a version made which did not prepare it for giving room back, and one that is new.
#[tokio::test]
async fn an_sqlite_file_gives_back_what_was_pruned() {
    for prepared in [true, false] {
        let database = TestDatabase::sqlite();
        if !prepared {
            super::parity::as_of(&database, &["0001_record.sql"]).await;
        }
        let store = Store::open(&database.options()).await.unwrap();
        store.migrate().await.unwrap();
        let me = serve(&store).await;
        for n in 0..40 {
            let xml = payload(n).replace("</xml>", &format!("<Long>{}</Long></xml>", "x".repeat(60_000)));
            let claimed = accept_new(&store, new_event_of(xml.as_bytes(), me)).await;
            plan_stored(&store, plan_record(&claimed, me, Plan::default())).await;
        }
        store.write_back().await.unwrap();
        let size = || std::fs::metadata(store.file().unwrap()).unwrap().len();
        let was = size();
        assert!(was > 2_400_000, "{was}");
        prune(&store, T0 + 1, T0 + 400 * DAY_MS).await;
        let end = loop {
            match store.shrink_step().await.unwrap() {
                Shrunk::More => {}
                end => break end,
            }
        };
        assert_eq!(end, if prepared { Shrunk::Through } else { Shrunk::NotPrepared });
        if !prepared {
            assert!(store.make_anew().await.unwrap());
            assert_eq!(store.shrink_step().await.unwrap(), Shrunk::Through);
        }
        store.write_back().await.unwrap();
        assert!(size() < was / 3, "{} of {was}", size());
        store.close().await;
    }
}
