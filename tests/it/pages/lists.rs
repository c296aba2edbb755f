//! What lists say of themselves: how many there are, and that what leads to one leads to just those.

use std::fmt::Write as _;

use wecom_core::clock::Clock;
use wecom_greeter::access::Role;
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use super::world;
use crate::harness::{
    html::Html,
    world::{MARK, Which, World, fresh},
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

/// The overview lists a few things that need somebody; how many more there are is said, and leads to all of them.
#[tokio::test(flavor = "multi_thread")]
async fn what_needs_somebody_and_is_not_listed_is_counted() {
    const LISTED: usize = 5;
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let mut rules = String::from("rules:\n");
    for n in 0..LISTED + 2 {
        writeln!(
            rules,
            "  - {{ name: rule-{n}, when: {{ state: channel-{n} }}, tag: {{ add: [etPlain] }} }}"
        )
        .unwrap();
    }
    let world = World::begin(database, &rules, Clock::system(), |_| {}).await;
    world.wecom.add_fault(Fault::lasting(MARK, FaultKind::Errcode { code: 40058, message: None })).unwrap();
    let mut visitor = world.visitor(Role::Viewer).await;
    for n in 0..LISTED + 2 {
        world.add(&AddCustomer::new(World::employee(), "小周", Some(&format!("channel-{n}")))).await;
        world.settled().await;
        let overview = visitor.page("/").await;
        assert_eq!(overview.named("去处理").len(), LISTED.min(n + 1));
        let more = n + 1 > LISTED;
        assert_eq!(overview.text().contains("查看全部"), more, "{}", overview.text());
        if more {
            let way = overview.named(&format!("还有 {} 件，查看全部", n + 1 - LISTED));
            let way = way[0].get("href").unwrap();
            let all = visitor.page(way).await;
            assert!((0..=n).all(|n| all.text().contains(&format!("rule-{n}"))), "{}", all.text());
        }
    }
    visitor.language = "en";
    assert_eq!(visitor.page("/").await.named("2 more; see them all").len(), 1);
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
