//! Rules in the record, and what is wrong with them.

use wecom_greeter::store::{Rollback, RuleFlag, RulesetImport};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    rules_are_kept_version_by_version,
    imports_at_once_become_versions_one_after_another,
    the_same_flag_again_is_counted,
    a_rollback_is_a_new_version_with_the_old_text,
);

async fn rules_are_kept_version_by_version(database: TestDatabase) {
    let store = database.store().await;
    assert_eq!(store.active_version().await.unwrap(), None);
    assert_eq!(store.active_rules().await.unwrap(), None);
    let import = |text: &'static str, note, at_ms| {
        let store = store.clone();
        async move { store.import_rules(text, note, at_ms).await.unwrap() }
    };
    assert_eq!(import("rules: []", Some("first"), T0).await, RulesetImport::New { version: 1 });
    assert_eq!(import("rules: []", None, T0 + 1).await, RulesetImport::Unchanged { version: 1 });
    assert_eq!(import("rules: [] # 春", None, T0 + 2).await, RulesetImport::New { version: 2 });
    assert_eq!(import("rules: []", None, T0 + 3).await, RulesetImport::New { version: 3 });
    assert_eq!(store.active_version().await.unwrap(), Some(3));
    let active = store.active_rules().await.unwrap().unwrap();
    assert_eq!((active.version, active.document.as_str(), active.imported_at_ms), (3, "rules: []", T0 + 3));
    let first = store.rules(1).await.unwrap().unwrap();
    assert_eq!((first.note.as_deref(), first.imported_at_ms), (Some("first"), T0));
    assert_eq!(store.rules(4).await.unwrap(), None);
}

async fn imports_at_once_become_versions_one_after_another(database: TestDatabase) {
    let store = database.store().await;
    let mut versions = at_once(8, |n| {
        let store = store.clone();
        async move {
            match store.import_rules(&format!("rules: [] # {n}"), None, T0).await.unwrap() {
                RulesetImport::New { version } => version,
                unchanged @ RulesetImport::Unchanged { .. } => panic!("{unchanged:?}"),
            }
        }
    })
    .await;
    versions.sort_unstable();
    assert_eq!(versions, (1..=8).collect::<Vec<_>>());
}

async fn the_same_flag_again_is_counted(database: TestDatabase) {
    let store = database.store().await;
    let flag = RuleFlag {
        rule: "everyone".into(),
        ruleset_version: 1,
        kind: Kind::Welcome,
        code: ReasonCode::AttachmentRefused,
        reason: "one".into(),
    };
    store.flag_rule(&flag, T0).await.unwrap();
    store
        .flag_rule(&RuleFlag { code: ReasonCode::TextRefused, reason: "two".into(), ..flag.clone() }, T0 + 5)
        .await
        .unwrap();
    store.flag_rule(&RuleFlag { kind: Kind::Tag, ..flag.clone() }, T0 + 1).await.unwrap();
    store.flag_rule(&RuleFlag { ruleset_version: 2, ..flag }, T0).await.unwrap();
    let flags = store.rule_flags(1).await.unwrap();
    assert_eq!(flags.len(), 2);
    assert_eq!(
        (flags[0].code, flags[0].reason.as_str(), flags[0].count),
        (ReasonCode::TextRefused, "two", 2),
        "the latest is kept"
    );
    assert_eq!((flags[0].first_at_ms, flags[0].last_at_ms), (T0, T0 + 5));
}

async fn a_rollback_is_a_new_version_with_the_old_text(database: TestDatabase) {
    let store = database.store().await;
    let back = |version, note| {
        let store = store.clone();
        async move { store.rollback_rules(version, note, T0 + 9).await.unwrap() }
    };
    assert_eq!(back(1, None).await, Rollback::Missing);
    store.import_rules("rules: []", Some("first"), T0).await.unwrap();
    assert_eq!(back(1, None).await, Rollback::Unchanged { version: 1 });
    store.import_rules("rules: [] # 2", None, T0 + 1).await.unwrap();
    assert_eq!(back(2, None).await, Rollback::Unchanged { version: 2 });
    assert_eq!(back(3, None).await, Rollback::Missing);
    assert_eq!(back(1, Some("it was better")).await, Rollback::New { version: 3 });
    assert_eq!(back(1, None).await, Rollback::Unchanged { version: 3 });
    let active = store.active_rules().await.unwrap().unwrap();
    assert_eq!((active.version, active.document.as_str()), (3, "rules: []"));
    store.import_rules("rules: [] # 2", Some("back to work"), T0 + 10).await.unwrap();
    let history = store.ruleset_history(10).await.unwrap();
    let told: Vec<_> = history
        .iter()
        .map(|line| (line.version, line.note.as_deref(), line.same_as, line.is_rollback()))
        .collect();
    assert_eq!(
        told,
        [
            (4, Some("back to work"), Some(2), false),
            (3, Some("back to version 1: it was better"), Some(1), true),
            (2, None, None, false),
            (1, Some("first"), None, false),
        ]
    );
    assert_eq!(store.ruleset_history(1).await.unwrap().len(), 1);
}
