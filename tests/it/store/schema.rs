//! Migrations: once, together, and never over a newer program's tables.

use wecom_greeter::store::{ActionFilter, Error, EventFilter, Migrated};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    a_migration_is_done_once,
    a_newer_schema_is_left_alone,
    a_name_that_is_not_known_says_where_it_stands,
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

/// A database as the first version left it, with events, actions and attempts: nothing of it is lost.
#[tokio::test]
async fn what_the_first_version_wrote_is_there_after_the_migration() {
    for database in [Some(TestDatabase::sqlite()), TestDatabase::postgres_empty().await].into_iter().flatten()
    {
        super::parity::as_of(&database, &["0001_record.sql"]).await;
        let (yes, no, digest) = if database.is_sqlite() {
            ("1", "0", "zeroblob(32)")
        } else {
            ("TRUE", "FALSE", "decode(repeat('00', 32), 'hex')")
        };
        let statement = format!(
            "INSERT INTO event (id, app, create_time_s, digest, event, happened_at_ms, received_at_ms, deliveries,
                                status, run, unfinished, rules, lease_epoch, payload)
             VALUES (1, 'default', 1, {digest}, 'e', 1, 1, 1, 'planned', 1, 2, '[]', 1, {digest}),
                    (2, 'default', 2, {digest}, 'e', 2, 2, 1, 'settled', 0, 0, '[]', 1, {digest});
             INSERT INTO action (id, event_id, run, kind, status, reason, request, first_due_ms, due_ms, attempts,
                                 attempts_before_retry, earlier_lost, lease_epoch, created_at_ms, settled_at_ms)
             VALUES (10, 1, 0, 'tag', 'failed', 'no', '{{}}', 1, 1, 2, 0, {yes}, 1, 1, 5),
                    (11, 1, 1, 'tag', 'pending', NULL, '{{\"userid\":\"u\",\"external_userid\":\"c\"}}', 1, 1, 1, 0, {no}, 1, 1, NULL),
                    (12, 2, 0, 'welcome', 'done', NULL, '{{}}', 1, 1, 1, 0, {no}, 1, 1, 5),
                    (13, 1, 1, 'forward', 'pending', NULL, '{{\"rule\":\"r\",\"url\":\"https://a/\"}}', 1, 1, 0, 0, {no}, 1, 1, NULL);
             INSERT INTO attempt (action_id, number, at_ms, took_ms, errcode, errmsg, lost)
             VALUES (10, 1, 1, 1, NULL, 'lost', {yes}), (10, 2, 2, 1, 40068, 'no', {no}),
                    (11, 1, 1, 1, -1, 'busy', {no}), (12, 1, 1, 1, 0, 'ok', {no})"
        );
        super::parity::execute(&database, &statement).await;
        if !database.is_sqlite() {
            // Ids that were given by hand: the columns have not counted them.
            for table in ["event", "action"] {
                let counted = format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)");
                super::parity::execute(&database, &counted).await;
            }
        }

        let store = Store::open(&database.options()).await.unwrap();
        let Migrated::Changed { from: 1, .. } = store.migrate().await.unwrap() else { panic!("not from 1") };
        let events = [store.event(1).await.unwrap().unwrap(), store.event(2).await.unwrap().unwrap()];
        let told: Vec<_> = events
            .iter()
            .flat_map(|event| &event.actions)
            .map(|action| {
                let codes: Vec<_> = action.attempts.iter().map(|attempt| attempt.errcode).collect();
                (action.id, action.run, action.kind.as_str(), action.status.as_str(), codes)
            })
            .collect();
        assert_eq!(
            told,
            [
                (10, 0, "tag", "failed", vec![None, Some(40068)]),
                (11, 1, "tag", "pending", vec![Some(-1)]),
                (13, 1, "forward", "pending", vec![]),
                (12, 0, "welcome", "done", vec![Some(0)]),
            ]
        );
        // What was left to do is done, and what refers to it still does.
        let me = serve(&store).await;
        let swept = store.sweep_actions(me, T0, 10).await.unwrap();
        assert_eq!(swept.iter().map(|claimed| claimed.action_id).collect::<Vec<_>>(), [11]);
        done(&store, &swept[0]).await;
        let room = |receiver: &str| usize::from(receiver == "https://a/");
        let swept = store.sweep_forwards(me, T0, room).await.unwrap();
        assert_eq!(swept.iter().map(|claimed| claimed.action_id).collect::<Vec<_>>(), [13]);
        done(&store, &swept[0]).await;
        assert_eq!(store.event(1).await.unwrap().unwrap().summary.status, EventStatus::Settled);
        let orphan = format!(
            "INSERT INTO attempt (action_id, number, at_ms, took_ms, errmsg, lost) VALUES (99, 1, 1, 1, 'x', {no})"
        );
        super::parity::try_execute(&database, &orphan).await.unwrap_err();
        // New ids go on where the old ones ended.
        let claimed = planned(&store, 1, me).await;
        assert!(claimed[0].action_id > 13);
    }
}

/// Flags as the versions before the codes wrote them, one of each kind.
#[tokio::test]
async fn flags_without_a_code_get_theirs_from_their_words() {
    let old = ["0001_record.sql", "0002_several_of_a_kind.sql", "0003_media.sql", "0004_receivers.sql"];
    let flags = [
        (
            "welcome",
            "WeCom refused a media id (invalid media_id): files of the rules are uploaded again by themselves; a media_id written into the rule works for three days only, so name the file instead",
            ReasonCode::MediaRefused,
        ),
        (
            "welcome",
            "WeCom refused the attachments (40058): the welcome goes out as text only until they are mended",
            ReasonCode::AttachmentRefused,
        ),
        (
            "welcome",
            "WeCom refused the text (spam): the fallback goes out until it is mended",
            ReasonCode::TextRefused,
        ),
        ("welcome", "WeCom refused the welcome''s content (spam)", ReasonCode::ContentRefused),
        ("remark", "WeCom refused the remark (too long)", ReasonCode::ContentRefused),
        ("notify", "WeCom refused the notify (WeCom refused a media id)", ReasonCode::ContentRefused),
        (
            "tag",
            "WeCom does not know the tag id et1: it was left out; mend or remove it in the rule",
            ReasonCode::UnknownTag,
        ),
        (
            "tag",
            "the corp has no tag A/b: it was left out; make it in the console, write `create: true` beside it, or mend its name in the rule; then `events replay ID --only tag`",
            ReasonCode::UnknownTag,
        ),
        (
            "tag",
            "WeCom would not make the tag A/b: it was left out; the server''s log has WeCom''s answer; make it in the console",
            ReasonCode::TagNotMade,
        ),
        (
            "tag",
            "WeCom would not make the tag A/b: it was left out; add_corp_tag: 40071 exists (A tag of this name exists already.); then `events replay ID --only tag`",
            ReasonCode::TagNotMade,
        ),
        (
            "tag",
            "WeCom does not know the tag id et1: it was left out; mend or remove it in the rule; WeCom would not make the tag A/b: it was left out; add_corp_tag: 40126 limit (The corp has as many tags as WeCom allows (3000).); then `events replay ID --only tag`",
            ReasonCode::TagLimit,
        ),
    ];
    for database in [Some(TestDatabase::sqlite()), TestDatabase::postgres_empty().await].into_iter().flatten()
    {
        super::parity::as_of(&database, &old).await;
        for (n, (kind, reason, _)) in flags.iter().enumerate() {
            let statement = format!(
                "INSERT INTO rule_flag (rule, ruleset_version, kind, reason, first_at_ms, last_at_ms, count)
                 VALUES ('rule {n:02}', 1, '{kind}', '{reason}', 1, 2, 3)"
            );
            super::parity::execute(&database, &statement).await;
        }
        let store = Store::open(&database.options()).await.unwrap();
        let Migrated::Changed { from: 4, .. } = store.migrate().await.unwrap() else { panic!("not from 4") };
        let migrated: Vec<_> = store.rule_flags(1).await.unwrap();
        let expected: Vec<_> =
            flags.iter().map(|(kind, reason, code)| (*kind, reason.replace("''", "'"), *code)).collect();
        let found: Vec<_> =
            migrated.iter().map(|flag| (flag.kind.as_str(), flag.reason.clone(), flag.code)).collect();
        assert_eq!(found, expected);
        assert!(migrated.iter().all(|flag| (flag.first_at_ms, flag.last_at_ms, flag.count) == (1, 2, 3)));
    }
}

async fn a_name_that_is_not_known_says_where_it_stands(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    planned(&store, 1, me).await;
    let flag = wecom_greeter::store::RuleFlag {
        rule: "spring".into(),
        ruleset_version: 1,
        kind: Kind::Tag,
        code: ReasonCode::TagLimit,
        reason: "no".into(),
    };
    store.flag_rule(&flag, T0).await.unwrap();
    super::parity::execute(&database, "UPDATE action SET kind = 'dance' WHERE kind = 'remark'").await;
    super::parity::execute(&database, "UPDATE rule_flag SET code = 'odd'").await;
    let of_action = "column kind of row 3 of table action cannot be read: `dance` is not a kind of action";
    for error in [
        store.event(1).await.unwrap_err(),
        store.actions(&ActionFilter::default()).await.unwrap_err(),
        store.depth().await.unwrap_err(),
        store.rule_hits(T0).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains(of_action), "{error}");
    }
    let error = store.rule_flags(1).await.unwrap_err().to_string();
    let of_flag =
        "column code of row (spring, 1, tag) of table rule_flag cannot be read: `odd` is not a reason code";
    assert!(error.contains(of_flag), "{error}");
    super::parity::execute(&database, "UPDATE event SET rules = '{'").await;
    let error = store.recorded(&EventFilter::default()).await.unwrap_err().to_string();
    assert!(error.contains("column rules of row 1 of table event cannot be read"), "{error}");
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
        ("action_ordinal_counts_from_zero", "UPDATE action SET ordinal = -1"),
        ("action_has_a_request_unless_skipped", "UPDATE action SET request = NULL"),
    ] {
        let refused = super::parity::try_execute(&database, statement).await.unwrap_err().to_string();
        assert!(refused.contains(constraint), "{statement}: {refused}");
    }
}
