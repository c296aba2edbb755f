//! Whether a customer was added before.

use wecom_greeter::store::EarlierAdds;

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(an_add_counts_when_it_was_before_and_of_the_same_company,);

/// An event of `wm1` at so many seconds after the first.
fn event(change: &str, corp: &str, user: &str, customer: &str, after_s: i64) -> String {
    let at_s = 1_733_900_461 + after_s;
    format!(
        "<xml><ToUserName>{corp}</ToUserName><CreateTime>{at_s}</CreateTime><MsgType>event</MsgType>\
         <Event>change_external_contact</Event><ChangeType>{change}</ChangeType><UserID>{user}</UserID>\
         <ExternalUserID>{customer}</ExternalUserID></xml>"
    )
}

async fn an_add_counts_when_it_was_before_and_of_the_same_company(database: TestDatabase) {
    const ADD: &str = "add_external_contact";
    let store = database.store().await;
    let me = serve(&store).await;
    let plan = async |app: &str, payload: String, planned: bool| {
        let event = NewEvent { app: app.into(), ..new_event_of(payload.as_bytes(), me) };
        let claimed = accept_new(&store, event).await;
        if planned {
            plan_stored(&store, plan_record(&claimed, me, Plan::default())).await;
        }
        claimed.event
    };
    let earlier = async |event: &wecom_greeter::store::StoredEvent| {
        let EarlierAdds { by_employee, by_company } = store.earlier_adds(event).await.unwrap();
        (by_employee, by_company)
    };
    let first = plan("default", event(ADD, "ww1", "zhangsan", "wm1", 0), true).await;
    assert_eq!(earlier(&first).await, (false, false), "not itself");
    // The same add, as another app tells of it, a second later by its own clock.
    let other_app = plan("other", event(ADD, "ww1", "zhangsan", "wm1", 1), true).await;
    assert_eq!(earlier(&other_app).await, (false, false));
    assert_eq!(earlier(&first).await, (false, false), "what comes later is not before");

    for (payload, expected) in [
        (event(ADD, "ww1", "lisi", "wm1", 100), (false, true)),
        (event(ADD, "ww1", "zhangsan", "wm1", 101), (true, true)),
        (event("add_half_external_contact", "ww1", "lisi", "wm1", 102), (true, true)),
        (event(ADD, "ww1", "zhangsan", "wm2", 103), (false, false)),
        (event(ADD, "ww2", "zhangsan", "wm1", 104), (false, false)),
    ] {
        let event = plan("default", payload.clone(), false).await;
        assert_eq!(earlier(&event).await, expected, "{payload}");
    }
    // Half an add is none, and neither is the end of one; also one that is not planned yet counts.
    plan("default", event("add_half_external_contact", "ww1", "wangwu", "wm3", 0), true).await;
    plan("default", event("del_follow_user", "ww1", "wangwu", "wm3", 1), true).await;
    let add = plan("default", event(ADD, "ww1", "wangwu", "wm3", 2), false).await;
    assert_eq!(earlier(&add).await, (false, false));
    let again = plan("default", event(ADD, "ww1", "wangwu", "wm3", 3), false).await;
    assert_eq!(earlier(&again).await, (true, true));
    let nobody = plan("default", "<xml><Event>x</Event></xml>".into(), false).await;
    assert_eq!(earlier(&nobody).await, (false, false));
}
