//! Events, actions, failures and customers through the admin API.

use rstest::rstest;
use serde_json::json;
use wecom_greeter::{
    action::Kind,
    store::{ActionFilter, EventFilter},
};
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use super::*;
use crate::harness::world::{MARK, Which, action, fresh};

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_that_of_the_command_line(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let spring = world.add(&AddCustomer::new(World::employee(), "小周", Some("spring"))).await;
    world.add_one().await;
    world.settled().await;
    let (status, listed) = world.answered(Method::GET, "/events").await;
    assert_eq!(status, StatusCode::OK);
    let expected = world.store().listed_events(&EventFilter::default()).await.unwrap();
    assert_eq!(listed, json!({ "items": expected, "next": null }));
    assert_eq!(listed["items"][0]["outcome"], "welcomed");
    // Page by page it is the same.
    let (_, first) = world.answered(Method::GET, "/events?limit=1").await;
    assert_eq!((&first["items"][0], &first["next"]), (&listed["items"][0], &listed["items"][0]["id"]));
    let (_, second) =
        world.answered(Method::GET, &format!("/events?limit=500&before={}", first["next"])).await;
    assert_eq!((&second["items"][0], &second["next"]), (&listed["items"][1], &Value::Null));
    for (filter, count) in [
        ("state=spring", 1),
        ("state=", 1),
        ("status=settled&change=add_external_contact", 2),
        ("since=1h", 2),
        ("until=1h", 0),
        ("user=nobody", 0),
        ("app=default&event=change_external_contact", 2),
    ] {
        let (status, found) = world.answered(Method::GET, &format!("/events?{filter}")).await;
        assert_eq!((status.as_u16(), found["items"].as_array().unwrap().len()), (200, count), "{filter}");
    }
    let id = listed["items"][1]["id"].as_i64().unwrap();
    let (_, shown) = world.answered(Method::GET, &format!("/events/{id}")).await;
    let stored = world.store().event(id).await.unwrap().unwrap();
    let expected = stored.clone().without_secrets();
    assert_ne!(stored, expected, "the event has a welcome code");
    assert_eq!(shown, serde_json::to_value(&expected).unwrap());
    assert!(shown["payload"].as_str().unwrap().contains("<State><![CDATA[spring]]></State>"));
    let (_, actions) = world.answered(Method::GET, "/actions?kind=tag").await;
    let all = world.store().actions(&ActionFilter::default()).await.unwrap();
    assert_eq!(actions["items"].as_array().unwrap().len(), 2);
    for action in all {
        let (_, one) = world.answered(Method::GET, &format!("/actions/{}", action.id)).await;
        assert_eq!(one, serde_json::to_value(&action).unwrap());
    }
    let (_, timeline) =
        world.answered(Method::GET, &format!("/customers/{}?limit=10", spring.customer)).await;
    assert_eq!(timeline, json!({ "external_user_id": spring.customer, "items": [shown], "next": null }));
    let (_, nobody) = world.answered(Method::GET, "/customers/wmNobody").await;
    assert_eq!(nobody["items"], json!([]));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_code_is_in_no_answer_for_any_role() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let added = world.add(&AddCustomer::new(World::employee(), "小周", Some("spring"))).await;
    let record = world.settled().await.remove(0);
    let xml = String::from_utf8_lossy(&record.payload.0).into_owned();
    let code = xml.split_once("<WelcomeCode><![CDATA[").unwrap().1.split("]]>").next().unwrap().to_owned();
    let id = record.summary.id;
    for role in Role::ALL {
        let token = token(world.store(), role.as_str(), role, None).await;
        let gets = wecom_greeter::http::admin_routes();
        let gets =
            gets.iter().filter(|route| route.method.as_str() == "GET" && !route.path.ends_with("/live"));
        for route in gets {
            let path = route
                .path
                .replace("{external_user_id}", &added.customer)
                .replace("{id}", &id.to_string())
                .replace("{version}", "1");
            let answer = world.api(Method::GET, &path, &token).send().await.unwrap();
            let (status, text) = (answer.status(), answer.text().await.unwrap());
            assert!(!text.contains(&code), "{path} as {role} ({status})");
        }
        let explained = serde_json::json!({ "event_id": id });
        let explained =
            world.api(Method::POST, "/rules/explain", &token).json(&explained).send().await.unwrap();
        assert_eq!(explained.status(), StatusCode::OK, "it still knows the event");
        assert!(!explained.text().await.unwrap().contains(&code), "explain as {role}");
        let replay = serde_json::json!({ "dry_run": true });
        let path = format!("/events/{id}/replay");
        let replay = world.api(Method::POST, &path, &token).json(&replay).send().await.unwrap();
        assert!(!replay.text().await.unwrap().contains(&code), "replay as {role}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_a_problem_of_its_own() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    for (path, status, code) in [
        ("/events?limit=501", 400, "parameter"),
        ("/events?limit=0", 400, "parameter"),
        ("/events?status=done", 400, "parameter"),
        ("/events?kind=tag", 400, "parameter"),
        ("/events?since=yesterday", 400, "parameter"),
        ("/events?since=1h&until=2h", 400, "parameter"),
        ("/events?colour=red", 400, "parameter"),
        ("/events?since=1h&since=2h", 400, "parameter"),
        ("/actions?status=settled", 400, "parameter"),
        ("/actions?code=nothing", 400, "parameter"),
        ("/events/x", 400, "parameter"),
        ("/events/99", 404, "not_found"),
        ("/events/9223372036854775807", 404, "not_found"),
        ("/actions/9223372036854775807", 404, "not_found"),
        ("/actions/99", 404, "not_found"),
        ("/customers/%00", 200, ""),
    ] {
        let (answered, problem) = world.answered(Method::GET, path).await;
        assert_eq!(answered.as_u16(), status, "{path}: {problem}");
        assert_eq!(problem["code"].as_str().unwrap_or_default(), code, "{path}");
    }
    world.stop().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_replayed_and_an_action_retried(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    world.add_one().await;
    let event = world.settled().await.remove(0);
    let id = event.summary.id;
    let post = async |path: &str, body: Value| {
        let request = world.api(Method::POST, path, SETTING).json(&body).send().await.unwrap();
        let (status, answer) = read(request).await;
        document::hold(&Method::POST, path, status, &answer);
        (status.as_u16(), answer)
    };
    let path = format!("/events/{id}/replay");
    let (status, preview) = post(&path, json!({ "dry_run": true, "only": ["tag"] })).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&preview["actions"][0]["kind"], &preview["actions"][0]["would"]),
        (&json!("tag"), &json!("perform"))
    );
    assert_eq!(world.store().event(id).await.unwrap().unwrap().summary.run, 0, "nothing is stored");
    let (status, done) = post(&path, json!({ "only": ["tag"] })).await;
    assert_eq!((status, &done["run"], &done["actions"][0]["status"]), (200, &json!(1), &json!("done")));
    // Without a body it is all of it; the welcome is not sent a second time.
    let empty = world.api(Method::POST, &path, SETTING).send().await.unwrap();
    let (_, done) = read(empty).await;
    assert_eq!((&done["run"], &done["actions"][0]["code"]), (&json!(2), &json!("already_sent")), "{done}");
    assert_eq!(post(&path, json!({ "only": ["tag", "nonsense"] })).await.0, 400);
    assert_eq!(post("/events/99/replay", json!({})).await.0, 404);
    assert_eq!(post("/events/99/replay", json!({ "dry_run": true })).await.0, 404);
    let action = done["actions"][1]["id"].as_i64().unwrap();
    let (status, problem) = post(&format!("/actions/{action}/retry"), Value::Null).await;
    assert_eq!((status, &problem["code"]), (409, &json!("conflict")), "it has not failed");
    assert_eq!(post("/actions/99/retry", Value::Null).await.0, 404);
    let (_, audit) = world.answered(Method::GET, "/audit").await;
    let replays: Vec<&Value> =
        audit["items"].as_array().unwrap().iter().filter(|line| line["act"] == "replayed").collect();
    assert_eq!(replays.len(), 2);
    assert_eq!(
        (&replays[0]["who"], &replays[0]["target"], &replays[0]["after"], &replays[0]["address"]),
        (&json!("admin.token"), &json!(id.to_string()), &json!("2"), &json!("127.0.0.1"))
    );
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_has_its_cure_and_is_tried_again(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let refusal = FaultKind::Errcode { code: 40058, message: None };
    world.wecom.add_fault(Fault::new(MARK, 1, refusal)).unwrap();
    world.add_one().await;
    let event = world.settled().await.remove(0);
    let failed = action(&event, Kind::Tag);
    let (_, failures) = world.answered(Method::GET, "/failures").await;
    let failure = &failures["items"][0];
    assert_eq!(
        (&failure["code"], &failure["count"], &failure["action_ids"]),
        (&json!(failed.code.unwrap()), &json!(1), &json!([failed.id])),
        "{failures}"
    );
    for language in ["zh", "en"] {
        assert!(
            !failure["cure"][language].as_str().unwrap().is_empty() && !failure["reason"][language].is_null()
        );
    }
    let id = &failure["action_ids"][0];
    let (status, retried) = world.answered(Method::POST, &format!("/actions/{id}/retry")).await;
    assert_eq!((status.as_u16(), &retried), (200, &json!({ "id": id, "retry": "due" })));
    let (_, audit) = world.answered(Method::GET, "/audit?limit=1").await;
    assert_eq!(
        (&audit["items"][0]["act"], &audit["items"][0]["target"]),
        (&json!("retried"), &json!(id.to_string()))
    );
    world
        .until("the tag is set after all", async || {
            let (_, shown) = world.answered(Method::GET, &format!("/actions/{id}")).await;
            (shown["status"] == "done").then_some(())
        })
        .await;
    let (_, failures) = world.answered(Method::GET, "/failures").await;
    assert_eq!(failures["items"], json!([]));
    world.end().await;
}
