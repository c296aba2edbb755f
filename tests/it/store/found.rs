//! The ids of all that a filter finds: what an act on many is prepared for.

use wecom_greeter::{
    action::{Kinds, Status},
    store::{ActionFilter, BULK_MAX, EventFilter, FateFilter},
};

use super::{bulk::failed_tags, *};
use crate::harness::databases::TestDatabase;

on_each_database!(a_filter_finds_what_is_meant);

async fn a_filter_finds_what_is_meant(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let ids = failed_tags(&store, 4, me).await;
    let newest_first: Vec<i64> = ids.iter().rev().copied().collect();
    let all = ActionFilter::default();
    assert_eq!(store.failed_ids(&all, Kinds::default(), BULK_MAX).await.unwrap(), newest_first);
    assert_eq!(store.failed_ids(&all, Kinds::default(), 3).await.unwrap(), newest_first[..3]);
    assert_eq!(store.failed_ids(&all, Kind::Tag.into(), BULK_MAX).await.unwrap().len(), 4);
    let others: Kinds = [Kind::Welcome, Kind::Remark].into_iter().collect();
    assert_eq!(store.failed_ids(&all, others, BULK_MAX).await.unwrap(), Vec::<i64>::new());
    let of = |code| ActionFilter { code: Some(code), ..ActionFilter::default() };
    assert_eq!(store.failed_ids(&of(ReasonCode::Refused), Kinds::default(), 10).await.unwrap().len(), 4);
    assert_eq!(store.failed_ids(&of(ReasonCode::NoRule), Kinds::default(), 10).await.unwrap().len(), 0);
    // What has not failed is not found, whatever the filter says.
    let done = ActionFilter { status: Some(Status::Done), ..ActionFilter::default() };
    assert_eq!(store.failed_ids(&done, Kinds::default(), 10).await.unwrap().len(), 0);
    let mut one = ActionFilter::default();
    one.event.customer = Some("wm1".into());
    assert_eq!(store.failed_ids(&one, Kinds::default(), 10).await.unwrap(), [ids[1]]);
    let events = EventFilter { customer: Some("wm1".into()), ..EventFilter::default() };
    assert_eq!(store.event_ids(&events, &FateFilter::default(), 10).await.unwrap().len(), 1);
    let fate = FateFilter { code: Some(ReasonCode::Refused), ..FateFilter::default() };
    assert_eq!(store.event_ids(&EventFilter::default(), &fate, 10).await.unwrap().len(), 4);
    assert_eq!(store.event_ids(&EventFilter::default(), &fate, 2).await.unwrap().len(), 2);
    // A customer of several causes is one customer.
    let more = planned(&store, 1_001, me).await;
    settle(&store, settlement(&more[1], Next::Failed { reason: ReasonCode::NotInScope.because("x") })).await;
    settle(&store, settlement(&more[2], Next::Failed { reason: ReasonCode::Refused.because("x") })).await;
    let (groups, customers) = store.failures_in_all(&all).await.unwrap();
    assert_eq!(groups.iter().map(|group| group.customers).sum::<usize>(), 6, "{groups:#?}");
    assert_eq!(customers, 5);
}
