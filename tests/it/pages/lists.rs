//! What lists say of themselves: how many there are, and that what leads to one leads to just those.

use wecom_greeter::access::Role;

use super::world;
use crate::harness::{
    html::Html,
    world::{Which, fresh},
};

/// So many events as an export has them.
fn lines(count: std::ops::Range<i64>) -> Vec<String> {
    let line = |number: i64| {
        let at_s = 1_796_000_000 + number;
        let payload = format!(
            "<xml><CreateTime>{at_s}</CreateTime><Event>change_external_contact</Event>\
             <ChangeType>add_external_contact</ChangeType><UserID>lisi</UserID></xml>"
        );
        serde_json::json!({ "app": "default", "received_at_ms": at_s * 1_000, "payload": payload })
            .to_string()
    };
    count.map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_just_as_many_as_are_counted_is_not_more_than_that() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Viewer).await;
    for (count, said) in [(999, "共 999 条"), (1_000, "共 1,000 条"), (1_001, "共 1,000 条以上")] {
        world.store().import(1, &lines(0..count), 1).await.unwrap();
        for path in ["/events", "/events?user=lisi"] {
            let text = visitor.page(path).await.text().to_owned();
            assert!(text.contains(said), "{path} of {count}: {text}");
            assert_eq!(text.contains("条以上"), count > 1_000, "{path} of {count}: {text}");
        }
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_somebody_leads_to_the_failures_of_that_app_and_rule() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.planted().await;
    let visitor = world.visitor(Role::Viewer).await;
    let overview = visitor.page("/").await;
    let way = overview.named("去处理")[0].get("href").unwrap();
    for part in ["code=refused", "kind=tag", "app=default", "rule=everyone"] {
        assert!(way.contains(part), "{part}: {way}");
    }
    let way = way.split('#').next().unwrap();
    let found = visitor.page(way).await;
    assert!(found.text().contains("规则「everyone」里原因「企业微信没有接受"), "{}", found.text());
    let rows = |page: &Html| {
        page.elements().iter().filter(|of| of.name == "a" && of.text.starts_with("详情")).count()
    };
    assert_eq!(rows(&found), 1);
    // Of another rule there is none, and a retry of all that match is as narrow.
    let other = way.replace("rule=everyone", "rule=other");
    assert_eq!(rows(&visitor.page(&other).await), 0);
    let operator = world.visitor(Role::Operator).await;
    for (from, count) in [(way, "共 1 个动作符合"), (other.as_str(), "没有符合的动作")] {
        let retry = from.replace("/failures?", "/failures/retry?");
        let (_, bulk) = operator.send(&retry, &[]).await;
        let text = operator.page(&bulk).await.text().to_owned();
        assert!(text.contains(count), "{retry}: {text}");
    }
    // What a figure of the statistics leads to keeps the days and the app.
    let stats = visitor.page("/stats?by=user&since=2026-01-01&until=2026-01-31&app=default").await;
    assert!(stats.all("tbody").next().is_none(), "nobody came in January");
    let stats = visitor.page("/stats?by=user&app=default").await;
    let mut links = stats.elements().iter().filter_map(|element| element.get("href"));
    let link = links.find(|link| link.starts_with("/events?user=")).unwrap();
    assert!(link.contains("app=default") && link.contains("since="), "{link}");
    world.end().await;
}
