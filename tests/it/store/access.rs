//! Who may come in: tokens, sessions and the audit in the record.

use wecom_greeter::{
    access::{By, Employees, Hash, Role, Secret},
    store::{Holders, NewToken, SessionBegun, SessionOf, TokenFound, TokenMade},
};

use super::T0;
use crate::harness::databases::TestDatabase;

on_each_database!(
    a_token_opens_until_it_ends_or_is_revoked,
    a_name_is_taken_until_its_token_is_revoked,
    a_session_ends_when_nobody_uses_it,
    an_employee_is_asked_for_again_after_a_week,
    the_state_of_a_login_lets_somebody_in_once,
    sessions_are_listed_by_those_who_hold_them,
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

/// Employees of the corp `ww1`.
fn employees(roles: &[(&str, Role)]) -> Employees {
    Employees::new("ww1", roles.iter().map(|(userid, role)| ((*userid).to_owned(), *role)).collect())
}

fn of_lisi(state: &Hash) -> SessionOf<'_> {
    SessionOf::Employee { corp_id: "ww1", user_id: "lisi", state }
}

async fn a_session_ends_when_nobody_uses_it(database: TestDatabase) {
    let store = database.store().await;
    let hash = Secret::session([1; 32]).hash();
    let begun =
        store.begin_session(&hash, of_lisi(&Hash::of("s1")), Role::Operator, &me(), T0).await.unwrap();
    assert_eq!(begun, SessionBegun::Begun);
    let may = employees(&[("lisi", Role::Operator)]);
    let holders = Holders { setting: None, employees: Some(&may) };
    let at = async |now_ms: i64| {
        store.use_session(&hash, holders, now_ms).await.unwrap().map(|found| (found.who, found.role))
    };
    let lisi = Some(("wecom:lisi".to_owned(), Role::Operator));
    assert_eq!(at(T0 + 12 * HOUR - 1).await, lisi);
    assert_eq!(at(T0 + 24 * HOUR - 2).await, lisi, "each use lets it go on");
    assert_eq!(at(T0 + 36 * HOUR - 2).await, None);
    // Whoever logs in next sweeps it away.
    let next = Secret::session([2; 32]).hash();
    store
        .begin_session(&next, of_lisi(&Hash::of("s2")), Role::Operator, &me(), T0 + 40 * HOUR)
        .await
        .unwrap();
    assert!(!store.end_session(&hash, &me(), T0 + 40 * HOUR).await.unwrap());
    assert!(store.end_session(&next, &me(), T0 + 40 * HOUR).await.unwrap());
    assert_eq!(store.use_session(&next, holders, T0 + 40 * HOUR).await.unwrap(), None);
}

async fn an_employee_is_asked_for_again_after_a_week(database: TestDatabase) {
    let store = database.store().await;
    let (hash, may) = (Secret::session([1; 32]).hash(), employees(&[("LiSi", Role::Viewer)]));
    let holders = Holders { setting: None, employees: Some(&may) };
    store.begin_session(&hash, of_lisi(&Hash::of("s")), Role::Viewer, &me(), T0).await.unwrap();
    for hours in (11..168).step_by(11) {
        let found = store.use_session(&hash, holders, T0 + hours * HOUR).await.unwrap();
        assert!(found.is_some(), "after {hours} hours");
    }
    assert!(store.use_session(&hash, holders, T0 + 168 * HOUR - 1).await.unwrap().is_some());
    assert_eq!(store.use_session(&hash, holders, T0 + 168 * HOUR).await.unwrap(), None);
    // Nor is there a session of somebody of another corp, or where nobody may log in by WeCom.
    let other = Employees::new("ww2", [("lisi".to_owned(), Role::Viewer)].into());
    for employees in [Some(&other), None] {
        let holders = Holders { setting: None, employees };
        assert_eq!(store.use_session(&hash, holders, T0 + HOUR).await.unwrap(), None);
    }
}

async fn the_state_of_a_login_lets_somebody_in_once(database: TestDatabase) {
    let store = database.store().await;
    let state = Hash::of("state");
    let begin = async |n: u8, state: &Hash, now_ms: i64| {
        let hash = Secret::session([n; 32]).hash();
        store.begin_session(&hash, of_lisi(state), Role::Viewer, &me(), now_ms).await.unwrap()
    };
    assert_eq!(begin(1, &state, T0).await, SessionBegun::Begun);
    assert_eq!(begin(2, &state, T0).await, SessionBegun::StateSpent);
    assert_eq!(begin(3, &Hash::of("another"), T0 + 1).await, SessionBegun::Begun);
    // As long as it is fresh by whichever process's clock.
    assert_eq!(begin(4, &state, T0 + 19 * 60_000).await, SessionBegun::StateSpent);
    let signed_in = store.audit(None, 10).await.unwrap();
    assert_eq!(signed_in.len(), 2, "what did not come about is not in the audit: {signed_in:?}");
}

async fn sessions_are_listed_by_those_who_hold_them(database: TestDatabase) {
    let store = database.store().await;
    let (token, setting) = (Secret::token([1; 32]).hash(), Hash::of("the token of the settings"));
    let new = NewToken { name: "grafana", role: Role::Viewer, hash: token, expires_at_ms: None };
    assert_eq!(store.create_token(&new, &me(), T0).await.unwrap(), TokenMade::Made);
    let by = By { address: Some("10.1.2.3".to_owned()), ..me() };
    let session = |n: u8| Secret::session([n; 32]).hash();
    store.begin_session(&session(1), SessionOf::Token(&token), Role::Viewer, &by, T0).await.unwrap();
    store.begin_session(&session(2), SessionOf::Token(&setting), Role::Admin, &me(), T0 + 1).await.unwrap();
    store.begin_session(&session(3), of_lisi(&Hash::of("s")), Role::Operator, &by, T0 + 2).await.unwrap();
    let may = employees(&[("lisi", Role::Operator)]);
    let all = Holders { setting: Some(&setting), employees: Some(&may) };
    let listed = async |holders: Holders<'_>, now_ms: i64| {
        let sessions = store.sessions(holders, now_ms).await.unwrap();
        sessions.into_iter().map(|one| one.who).collect::<Vec<_>>()
    };
    assert_eq!(listed(all, T0 + 3).await, ["wecom:lisi", "admin.token", "grafana"]);
    assert_eq!(listed(Holders::default(), T0 + 3).await, ["grafana"]);
    let first = store.sessions(all, T0 + 3).await.unwrap().remove(2);
    assert_eq!((first.address.as_deref(), first.created_at_ms), (Some("10.1.2.3"), T0));
    assert_eq!((first.id.len(), first.hash), (16, session(1)));
    assert_eq!(listed(all, T0 + 12 * HOUR + 1).await, ["wecom:lisi"], "the others were left unused");
    assert!(store.revoke_token("grafana", &me(), T0 + 4).await.unwrap());
    assert_eq!(listed(all, T0 + 5).await, ["wecom:lisi", "admin.token"]);
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
