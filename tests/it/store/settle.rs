//! `settle`: outcomes, attempts, and the event's own end.

use wecom_greeter::store::{AttemptRecord, RuleFlag};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    the_last_action_settles_the_event,
    every_outcome_is_on_record_with_its_reason_and_attempt,
    a_retry_that_is_kept_stays_with_its_process,
    a_retry_that_is_given_back_is_swept_when_it_is_due,
    a_changed_request_and_a_lost_answer_are_remembered,
    an_action_is_settled_once,
    flags_are_raised_with_the_settlement,
    many_settlements_at_once_settle_every_event,
    the_same_action_twice_in_one_batch_is_settled_in_order,
);

async fn the_last_action_settles_the_event(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    for (left, claimed) in (0..3).rev().zip(&claimed) {
        done(&store, claimed).await;
        let expected = if left == 0 { "settled" } else { "planned" };
        assert_eq!(statuses(&store, claimed.event_id).await.0, expected);
    }
}

async fn every_outcome_is_on_record_with_its_reason_and_attempt(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    settle(
        &store,
        settlement(&claimed[0], Next::Done { note: Some(ReasonCode::ByAnother.because("by another")) }),
    )
    .await;
    let failed = Settlement {
        attempt: Some(AttemptRecord { errmsg: "no\0right".into(), ..attempt(48_002) }),
        ..settlement(&claimed[1], Next::Failed { reason: ReasonCode::Refused.because("not set up") })
    };
    settle(&store, failed).await;
    let expired = Settlement {
        attempt: None,
        ..settlement(&claimed[2], Next::Expired { reason: ReasonCode::Refused.because("too late") })
    };
    settle(&store, expired).await;

    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    let told: Vec<_> =
        event.actions.iter().map(|action| (action.status.as_str(), action.reason.as_deref())).collect();
    assert_eq!(
        told,
        [("done", Some("by another")), ("failed", Some("not set up")), ("expired", Some("too late"))]
    );
    let line = |errcode, errmsg: &str| AttemptRecord {
        at_ms: T0 + 4,
        took_ms: 88,
        errcode: Some(errcode),
        errmsg: errmsg.into(),
        lost: false,
    };
    assert_eq!(event.actions[0].attempts, [line(0, "ok")]);
    assert_eq!(event.actions[1].attempts, [line(48_002, "no\u{fffd}right")]);
    assert_eq!(event.actions[2].attempts, []);
    assert!(
        event.actions.iter().all(|action| action.settled_at_ms == Some(T0 + 92) && action.due_ms.is_none())
    );
}

async fn a_retry_that_is_kept_stays_with_its_process(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let mut claimed = planned(&store, 1, me).await;
    let again = Next::Again { at_ms: T0 + 500, reason: ReasonCode::WecomBusy.because("busy") };
    for _ in 0..3 {
        let kept = Settlement { keep: true, ..settlement(&claimed[0], again.clone()) };
        assert_eq!(settle(&store, kept).await, Settled::Recorded);
        assert!(store.claim_anew(&mut claimed[0], me).await.unwrap(), "also after a silence between tries");
        store.heartbeat(me, T0 + 1_000).await.unwrap();
        assert!(store.sweep_actions(me, T0 + 1_000, 10).await.unwrap().is_empty());
    }
    let action = store.event(claimed[0].event_id).await.unwrap().unwrap().actions.remove(0);
    assert_eq!(
        (action.status.as_str(), action.due_ms, action.attempts.len()),
        ("pending", Some(T0 + 500), 3)
    );
    assert_eq!(action.reason.as_deref(), Some("busy"));
    done(&store, &claimed[0]).await;
    let action = store.event(claimed[0].event_id).await.unwrap().unwrap().actions.remove(0);
    assert_eq!((action.status.as_str(), action.reason, action.attempts.len()), ("done", None, 4));
}

async fn a_retry_that_is_given_back_is_swept_when_it_is_due(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    done(&store, &claimed[0]).await;
    let again = Next::Again { at_ms: T0 + 60_000, reason: ReasonCode::WecomBusy.because("frequency limit") };
    settle(&store, settlement(&claimed[1], again)).await;
    store.heartbeat(me, T0 + 60_000).await.unwrap();
    assert!(store.sweep_actions(me, T0 + 59_999, 10).await.unwrap().is_empty());
    assert!(
        store.sweep_actions(me, T0 + 60_000, 10).await.unwrap().is_empty(),
        "the remark is being performed"
    );
    done(&store, &claimed[2]).await;
    let swept = store.sweep_actions(me, T0 + 60_000, 10).await.unwrap();
    let kinds: Vec<_> = swept.iter().map(|claimed| (claimed.kind, claimed.attempts, claimed.epoch)).collect();
    assert_eq!(kinds, [(Kind::Tag, 1, 2)]);
    assert_eq!(swept[0].first_due_ms, T0, "the days of trying count from the beginning");
}

async fn a_changed_request_and_a_lost_answer_are_remembered(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    let again = |claimed| {
        settlement(claimed, Next::Again { at_ms: T0, reason: ReasonCode::WecomBusy.because("busy") })
    };
    let lost = Settlement {
        attempt: Some(AttemptRecord { lost: true, errcode: None, ..attempt(0) }),
        request: Some(welcome("text only")),
        ..again(&claimed[0])
    };
    settle(&store, lost).await;
    let swept = store.sweep_actions(me, T0, 10).await.unwrap().remove(0);
    assert_eq!((swept.action.clone(), swept.earlier_lost), (welcome("text only"), true));
    settle(&store, again(&swept)).await;
    let swept = store.sweep_actions(me, T0, 10).await.unwrap().remove(0);
    assert_eq!((swept.action.clone(), swept.earlier_lost, swept.attempts), (welcome("text only"), true, 2));
    let attempts = store.event(swept.event_id).await.unwrap().unwrap().actions.remove(0).attempts;
    assert_eq!(
        attempts.iter().map(|attempt| (attempt.errcode, attempt.lost)).collect::<Vec<_>>(),
        [(None, true), (Some(0), false)]
    );
}

async fn an_action_is_settled_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    done(&store, &claimed[0]).await;
    let again = settlement(&claimed[0], Next::Failed { reason: ReasonCode::Refused.because("no") });
    assert_eq!(settle(&store, again).await, Settled::LeaseLost);
    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    assert_eq!((event.actions[0].status.as_str(), event.actions[0].attempts.len()), ("done", 1));
    assert_eq!(event.summary.status, EventStatus::Planned);
}

async fn flags_are_raised_with_the_settlement(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let flag = RuleFlag {
        rule: "spring-campaign".into(),
        ruleset_version: 3,
        kind: Kind::Tag,
        code: ReasonCode::UnknownTag,
        reason: "WeCom does not know the tag id et1".into(),
    };
    for n in 0..3 {
        let claimed = planned(&store, n, me).await;
        let flagged =
            Settlement { flags: vec![flag.clone()], ..settlement(&claimed[1], Next::Done { note: None }) };
        settle(&store, flagged).await;
    }
    let flags = store.rule_flags(3).await.unwrap();
    assert_eq!(flags.len(), 1);
    assert_eq!(
        (flags[0].rule.as_str(), flags[0].kind, flags[0].code, flags[0].count),
        ("spring-campaign", Kind::Tag, ReasonCode::UnknownTag, 3)
    );
}

async fn many_settlements_at_once_settle_every_event(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let mut all = Vec::new();
    for n in 0..60 {
        all.extend(planned(&store, n, me).await);
    }
    // The three of an event are settled at the same time, so by different batches as well.
    at_once(180, |n| {
        let (store, claimed) = (store.clone(), all[usize::try_from(n).unwrap()].clone());
        async move { done(&store, &claimed).await }
    })
    .await;
    for claimed in all.iter().step_by(3) {
        assert_eq!(statuses(&store, claimed.event_id).await.0, "settled");
    }
    assert_eq!(store.depth().await.unwrap(), wecom_greeter::store::Depth::default());
}

async fn the_same_action_twice_in_one_batch_is_settled_in_order(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    let again = Next::Again { at_ms: T0, reason: ReasonCode::WecomBusy.because("busy") };
    let said = at_once(10, |_| {
        let (store, kept) =
            (store.clone(), Settlement { keep: true, ..settlement(&claimed[1], again.clone()) });
        async move { settle(&store, kept).await }
    })
    .await;
    assert!(said.iter().all(|said| *said == Settled::Recorded));
    assert_eq!(store.event(claimed[1].event_id).await.unwrap().unwrap().actions[1].attempts.len(), 10);
}
