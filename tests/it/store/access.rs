//! Who may come in: tokens, sessions and the audit in the record.

use wecom_greeter::{
    access::{By, Role, Secret},
    store::{NewToken, SessionOf, TokenFound, TokenMade},
};

use super::T0;
use crate::harness::databases::TestDatabase;

on_each_database!(
    a_token_opens_until_it_ends_or_is_revoked,
    a_name_is_taken_until_its_token_is_revoked,
    a_session_ends_when_nobody_uses_it,
    the_audit_is_read_page_by_page,
);

const HOUR: i64 = 3_600_000;

fn me() -> By {
    By::command_line()
}

async fn a_token_opens_until_it_ends_or_is_revoked(database: TestDatabase) {
    let store = database.store().await;
    assert!(!store.has_tokens(T0).await.unwrap());
    let (one, other) = (Secret::token([1; 32]).hash(), Secret::token([2; 32]).hash());
    let token = NewToken { name: "grafana", role: Role::Viewer, hash: one, expires_at_ms: Some(T0 + HOUR) };
    assert_eq!(store.create_token(&token, &me(), T0).await.unwrap(), TokenMade::Made);
    let found = TokenFound { name: "grafana".into(), role: Role::Viewer };
    assert_eq!(store.use_token(&one, T0).await.unwrap(), Some(found.clone()));
    assert_eq!(store.use_token(&other, T0).await.unwrap(), None);
    assert_eq!(store.use_token(&one, T0 + HOUR - 1).await.unwrap(), Some(found));
    assert_eq!(store.tokens().await.unwrap()[0].last_used_at_ms, Some(T0 + HOUR - 1));
    assert!(store.has_tokens(T0 + HOUR - 1).await.unwrap());
    assert_eq!(store.use_token(&one, T0 + HOUR).await.unwrap(), None, "it has ended");
    assert!(!store.has_tokens(T0 + HOUR).await.unwrap());
    assert!(store.revoke_token("grafana", &me(), T0 + 1).await.unwrap());
    assert!(!store.revoke_token("grafana", &me(), T0 + 1).await.unwrap());
    assert_eq!(store.use_token(&one, T0 + 2).await.unwrap(), None, "it is revoked");
    assert_eq!(store.tokens().await.unwrap(), []);
}

async fn a_name_is_taken_until_its_token_is_revoked(database: TestDatabase) {
    let store = database.store().await;
    let token = |n: u8| NewToken {
        name: "张三",
        role: Role::Admin,
        hash: Secret::token([n; 32]).hash(),
        expires_at_ms: None,
    };
    assert_eq!(store.create_token(&token(1), &me(), T0).await.unwrap(), TokenMade::Made);
    assert_eq!(store.create_token(&token(2), &me(), T0).await.unwrap(), TokenMade::Taken);
    assert_eq!(store.use_token(&token(2).hash, T0).await.unwrap(), None);
    assert!(store.revoke_token("张三", &me(), T0).await.unwrap());
    assert_eq!(store.create_token(&token(3), &me(), T0).await.unwrap(), TokenMade::Made);
    let acts: Vec<String> = store
        .audit(None, 10)
        .await
        .unwrap()
        .iter()
        .map(|line| format!("{} {}", line.act, line.target))
        .collect();
    assert_eq!(acts, ["token_created 张三", "token_revoked 张三", "token_created 张三"]);
}

async fn a_session_ends_when_nobody_uses_it(database: TestDatabase) {
    let store = database.store().await;
    let hash = Secret::session([1; 32]).hash();
    store.begin_session(&hash, SessionOf::Employee("lisi"), Role::Operator, &me(), T0).await.unwrap();
    let at = async |now_ms: i64| {
        store.use_session(&hash, None, now_ms).await.unwrap().map(|found| (found.who, found.role))
    };
    let lisi = Some(("lisi".to_owned(), Role::Operator));
    assert_eq!(at(T0 + 12 * HOUR - 1).await, lisi);
    assert_eq!(at(T0 + 24 * HOUR - 2).await, lisi, "each use lets it go on");
    assert_eq!(at(T0 + 36 * HOUR - 2).await, None);
    // Whoever logs in next sweeps it away.
    let next = Secret::session([2; 32]).hash();
    store
        .begin_session(&next, SessionOf::Employee("lisi"), Role::Viewer, &me(), T0 + 40 * HOUR)
        .await
        .unwrap();
    assert!(!store.end_session(&hash, &me(), T0 + 40 * HOUR).await.unwrap());
    assert!(store.end_session(&next, &me(), T0 + 40 * HOUR).await.unwrap());
    assert_eq!(store.use_session(&next, None, T0 + 40 * HOUR).await.unwrap(), None);
}

async fn the_audit_is_read_page_by_page(database: TestDatabase) {
    let store = database.store().await;
    for n in 0..5_u8 {
        let name = format!("t{n}\0");
        let token = NewToken {
            name: &name,
            role: Role::Viewer,
            hash: Secret::token([n; 32]).hash(),
            expires_at_ms: None,
        };
        store.create_token(&token, &me(), T0 + i64::from(n)).await.unwrap();
    }
    let first = store.audit(None, 2).await.unwrap();
    let next = store.audit(Some(first[1].id), 10).await.unwrap();
    let targets: Vec<&str> = first.iter().chain(&next).map(|line| line.target.as_str()).collect();
    assert_eq!(targets, ["t4\u{fffd}", "t3\u{fffd}", "t2\u{fffd}", "t1\u{fffd}", "t0\u{fffd}"]);
    assert_eq!(first[0].at_ms, T0 + 4);
    assert_eq!((first[0].before.as_deref(), first[0].after.as_deref()), (None, Some("viewer")));
}
