//! Statistics, doctor's checks, refused callbacks, and events by what became of them.

use rstest::rstest;
use serde_json::json;
use wecom_greeter::{
    doctor::{Asked, Status, examine},
    language::Language,
    refusal::RefusalClass,
    stats::to_csv,
    store::{By, EventFilter, FateFilter, RefusedCallback, RefusedFilter, StatsFilter},
};
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use super::*;
use crate::harness::world::{MARK, Which, fresh};

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_is_what_the_command_counts(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    for state in ["=1+1", "spring"] {
        world.add(&AddCustomer::new(World::employee(), "小周", Some(state))).await;
    }
    world.settled().await;
    for by in By::ALL {
        let filter = StatsFilter {
            by,
            since_ms: Some(0),
            until_ms: None,
            app: Some("default".into()),
            zone: world.config.time_zone.clone(),
        };
        let rows = world.store().stats(&filter).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.adds).sum::<i64>(), 2);
        let (status, counted) = world.answered(Method::GET, &format!("/stats?by={by}&app=default")).await;
        assert_eq!((status.as_u16(), &counted["items"], &counted["all"]), (200, &json!(rows), &json!(true)));
        let csv = world.api(Method::GET, &format!("/stats?by={by}&format=csv&since=0"), SETTING);
        let csv = csv.header("accept-language", "zh-CN").send().await.unwrap();
        assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
        assert_eq!(csv.headers()["x-content-type-options"], "nosniff");
        assert!(
            csv.headers()["content-disposition"].to_str().unwrap().contains(&format!("stats-by-{by}.csv"))
        );
        assert_eq!(csv.bytes().await.unwrap(), to_csv(by, &rows, Language::Zh).into_bytes());
    }
    let (_, days) = world.answered(Method::GET, "/stats").await;
    assert_eq!(days["items"][0]["adds"], 2, "{days}");
    let (_, none) = world.answered(Method::GET, "/stats?until=6d").await;
    assert_eq!(none["items"], json!([]));
    for query in ["by=month", "since=1h&until=2h", "format=xlsx", "app=default&group=x", "since=yesterday"] {
        let (status, problem) = world.answered(Method::GET, &format!("/stats?{query}")).await;
        assert_eq!((status.as_u16(), &problem["code"]), (400, &json!("parameter")), "{query}");
    }
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_by_what_became_of_them(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    world.add_one().await;
    world.settled().await;
    let refusal = FaultKind::Errcode { code: 40058, message: None };
    world.wecom.add_fault(Fault::new(MARK, 1, refusal)).unwrap();
    world.add_one().await;
    let events = world.settled().await;
    let (newest, oldest) = (json!(events[0].summary.id), json!(events[1].summary.id));
    let rule = events[0].fate.rule.clone().unwrap();
    let failed = events[0].actions.iter().find_map(|action| action.code).unwrap();
    for (filter, fate, expected) in [
        (
            "outcome=welcomed".to_owned(),
            FateFilter { outcome: "welcomed".parse().ok(), ..FateFilter::default() },
            vec![&newest, &oldest],
        ),
        (
            "outcome=missed".to_owned(),
            FateFilter { outcome: "missed".parse().ok(), ..FateFilter::default() },
            vec![],
        ),
        (format!("code={failed}"), FateFilter { code: Some(failed), ..FateFilter::default() }, vec![&newest]),
        (
            format!("rule={rule}"),
            FateFilter { rule: Some(rule.clone()), ..FateFilter::default() },
            vec![&newest, &oldest],
        ),
        (
            "rule=nobody".to_owned(),
            FateFilter { rule: Some("nobody".into()), ..FateFilter::default() },
            vec![],
        ),
    ] {
        let (_, found) = world.answered(Method::GET, &format!("/events?{filter}")).await;
        let ids: Vec<&Value> = found["items"].as_array().unwrap().iter().map(|event| &event["id"]).collect();
        assert_eq!(ids, expected, "{filter}");
        let same = world.store().events_by_fate(&EventFilter::default(), &fate).await.unwrap();
        assert_eq!(found["items"], json!(same), "{filter}");
    }
    for query in
        ["/events?outcome=greeted", "/events?code=nothing", "/actions?outcome=missed", "/failures?rule=x"]
    {
        let (status, problem) = world.answered(Method::GET, query).await;
        assert_eq!((status.as_u16(), &problem["code"]), (400, &json!("parameter")), "{query}");
    }
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_checks_and_the_refused_are_those_of_the_command(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let refused = |class, at_ms| RefusedCallback {
        app: "default".into(),
        class,
        at_ms,
        sender: Some("10.1.2.3".into()),
        signed: true,
    };
    let now_ms = Clock::system().now_ms();
    let both = [refused(RefusalClass::Signature, now_ms), refused(RefusalClass::Padding, now_ms + 1)];
    world.store().keep_refused(&both).await.unwrap();
    let kept = world.store().refused_callbacks(&RefusedFilter::default()).await.unwrap();
    let (_, listed) = world.answered(Method::GET, "/refused").await;
    assert_eq!(listed, json!({ "items": kept, "next": null }));
    let (_, first) = world.answered(Method::GET, "/refused?app=default&limit=1").await;
    assert_eq!((&first["items"][0], &first["next"]), (&listed["items"][0], &listed["items"][0]["id"]));
    let (_, second) = world.answered(Method::GET, &format!("/refused?before={}", first["next"])).await;
    assert_eq!(second["items"], json!([kept[1]]));

    let (status, checks) = world.answered(Method::GET, "/doctor?app=default").await;
    assert_eq!(status, StatusCode::OK);
    let expected = examine(Asked::of_server(&world.config, &world.engine.context).unwrap()).await;
    let codes = |check: &Value| (check["check"].clone(), check["status"].clone(), check["code"].clone());
    let items: Vec<_> = checks["items"].as_array().unwrap().iter().map(codes).collect();
    let same: Vec<_> = expected.checks.iter().map(|check| codes(&check.to_json(Language::En))).collect();
    assert_eq!(items, same);
    let callback = expected.checks.iter().find(|check| check.matter.as_str() == "callback").unwrap();
    assert_ne!(callback.status(), Status::Ok, "the refused are looked at: {callback:?}");
    let chinese = world.api(Method::GET, "/doctor", SETTING).header("accept-language", "zh");
    let (_, chinese) = read(chinese.send().await.unwrap()).await;
    assert!(!chinese["items"][0]["found"].as_str().unwrap().is_ascii(), "{chinese}");
    let (status, problem) = world.answered(Method::GET, "/doctor?app=other").await;
    assert_eq!((status.as_u16(), &problem["code"]), (400, &json!("parameter")));
    // One at a time: whoever comes in between is asked to come again, and gets it then.
    let ask = async || world.answered(Method::GET, "/doctor").await.0.as_u16();
    let (one, other) = tokio::join!(ask(), ask());
    assert!(one.min(other) == 200 && matches!(one.max(other), 200 | 429), "{one} {other}");
    assert_eq!(ask().await, 200);
    world.stop().await;
}
