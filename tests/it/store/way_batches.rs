//! Tables of contact ways that are being made: each row is taken once, and what came of it is kept.

use wecom_greeter::{
    access::By,
    store::{WayEnd, WayStatus},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    each_row_is_taken_once_and_its_end_is_kept,
    old_tables_are_forgotten,
    tags_are_counted_by_their_ids
);

fn rows(lines: &[i64]) -> Vec<(i64, String)> {
    lines.iter().map(|line| (*line, format!("{{\"name\":\"第 {line} 行\"}}"))).collect()
}

async fn each_row_is_taken_once_and_its_end_is_kept(database: TestDatabase) {
    let store = database.store().await;
    let id = store.begin_way_batch("default", &rows(&[2, 3, 7]), &By::command_line(), T0).await.unwrap();
    let other = store.begin_way_batch("shop", &rows(&[2]), &By::command_line(), T0).await.unwrap();
    // Two who take at the same time get different rows, or one of them gets nothing.
    let (one, two) = tokio::join!(store.take_way_row(id, T0 + 1), store.take_way_row(id, T0 + 1));
    let mut taken: Vec<i64> =
        [one.unwrap(), two.unwrap()].into_iter().flatten().map(|(line, _)| line).collect();
    while let Some((line, asked)) = store.take_way_row(id, T0 + 2).await.unwrap() {
        assert_eq!(asked, rows(&[line])[0].1);
        taken.push(line);
    }
    taken.sort_unstable();
    assert_eq!(taken, [2, 3, 7]);
    let made = WayEnd { status: WayStatus::Made, config_id: Some("42b3"), errcode: None, message: None };
    store.end_way_row(id, 2, &made, T0 + 5).await.unwrap();
    let failed = WayEnd {
        status: WayStatus::Failed,
        config_id: None,
        errcode: Some(60_111),
        message: Some("userid\0"),
    };
    store.end_way_row(id, 3, &failed, T0 + 6).await.unwrap();
    // An end is never written over.
    store.end_way_row(id, 3, &made, T0 + 7).await.unwrap();
    let batch = store.way_batch(id).await.unwrap().unwrap();
    assert_eq!(
        (batch.app.as_str(), batch.created_by.as_str(), batch.created_at_ms),
        ("default", "command line", T0)
    );
    let stands: Vec<_> = batch.rows.iter().map(|row| (row.line, row.status, row.errcode)).collect();
    assert_eq!(
        stands,
        [(2, WayStatus::Made, None), (3, WayStatus::Failed, Some(60_111)), (7, WayStatus::Running, None)]
    );
    assert_eq!(batch.rows[0].config_id.as_deref(), Some("42b3"));
    assert_eq!(batch.rows[1].message.as_deref(), Some("userid\u{fffd}"));
    assert_eq!(store.way_batch(other).await.unwrap().unwrap().rows[0].status, WayStatus::Waiting);
    assert!(store.way_batch(other + 1).await.unwrap().is_none());
}

async fn old_tables_are_forgotten(database: TestDatabase) {
    let store = database.store().await;
    let id = store.begin_way_batch("default", &rows(&[2]), &By::command_line(), T0).await.unwrap();
    let month = 30 * 86_400_000;
    store.begin_way_batch("default", &rows(&[2]), &By::command_line(), T0 + month).await.unwrap();
    assert!(store.way_batch(id).await.unwrap().is_some());
    store.begin_way_batch("default", &rows(&[2]), &By::command_line(), T0 + month + 1).await.unwrap();
    assert!(store.way_batch(id).await.unwrap().is_none());
    assert!(store.take_way_row(id, T0).await.unwrap().is_none(), "its rows went with it");
    // There is an end to how many are kept as well.
    let again = async || store.begin_way_batch("default", &rows(&[2]), &By::command_line(), T0 + month).await;
    let first = again().await.unwrap();
    for _ in 1..200 {
        again().await.unwrap();
    }
    assert!(store.way_batch(first).await.unwrap().is_some());
    again().await.unwrap();
    assert!(store.way_batch(first).await.unwrap().is_none());
}

async fn tags_are_counted_by_their_ids(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let two = |customer: &str| {
        Action::Tag(Tag {
            userid: "zhangsan".into(),
            external_userid: customer.into(),
            add_tag: vec!["et1".into(), "et2".into()],
            remove_tag: vec!["et3".into()],
            ..Tag::default()
        })
    };
    for n in 1..=3 {
        let action = if n == 1 { two("wm1") } else { tag(&format!("wm{n}")) };
        let plan = Plan { rules: Vec::new(), actions: vec![perform(action)] };
        let claimed = accept_new(&store, new_event(n, me)).await;
        let claimed = plan_stored(&store, plan_record(&claimed, me, plan)).await;
        if n < 3 {
            done(&store, &claimed[0]).await;
        }
    }
    let (uses, more) = store.tag_uses(0).await.unwrap();
    assert_eq!((uses.len(), more), (2, false), "{uses:?}");
    assert_eq!((uses["et1"].times, uses["et2"].times), (2, 1));
    let last_at_ms = uses["et1"].last_at_ms;
    assert!(last_at_ms >= T0);
    assert!(store.tag_uses(last_at_ms + 1).await.unwrap().0.is_empty());
}
