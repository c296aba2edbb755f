//! Whole journeys in Chromium: what an operator does on a morning, with no complaint of the browser's at the end.

use wecom_greeter::{access::Role, action::Kind};

use super::{PLANTED_NAME, world};
use crate::harness::{
    browser::Browser,
    world::{Which, World, action, fresh},
};
use wecom_simulator::AddCustomer;

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_found_opened_and_tried_again() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let token = world.token_of(Role::Operator).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/failures").await;
    browser.see("登录").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("近 7 日有 1 类问题").await;
    // By the filter of the events to the one event, and what stands on it is the customer's own writing.
    browser.press("事件").await;
    browser.fill("员工", &World::employee()).await;
    browser.press("查询").await;
    browser.see("共 1 条").await;
    assert!(browser.path().await.starts_with("/events?user="), "{}", browser.path().await);
    browser.press_at("//tbody//a[starts-with(@href, '/events/')]").await;
    browser.see(PLANTED_NAME).await;
    assert_eq!(browser.path().await, format!("/events/{event}"));
    browser.press("重试").await;
    browser.press_at("//dialog//button[normalize-space(.)='重试']").await;
    browser.see("1 个动作正在重试").await;
    world
        .until("the tag is set", async || {
            let done = action(&world.records().await[0], Kind::Tag).status.as_str() == "done";
            done.then_some(())
        })
        .await;
    browser.press("English").await;
    browser.see("The welcome went out").await;
    browser.press("Failures").await;
    browser.see("there is nothing to do").await;
    browser.press("Log out").await;
    browser.see("Use the token that your administrator gave you").await;
    browser.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_seen_as_it_arrives_and_every_page_is_without_complaint() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let token = world.token_of(Role::Admin).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/events").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("实时").await;
    browser.press_at("//label[normalize-space(.)='实时']").await;
    world.add_one().await;
    world.settled().await;
    browser.see("everyone").await;
    let rows = "return document.querySelectorAll('#rows tr').length";
    world.until("the new row", async || (browser.run(rows).await == 2).then_some(())).await;
    let channels = ["spring-2026", "beijing", "spring-2026", "shop-nanshan"];
    for (name, channel) in ["李女士", "王先生", "陈小姐", "周末"].into_iter().zip(channels) {
        world.add(&AddCustomer::new(World::employee(), name, Some(channel))).await;
    }
    let last = world.settled().await[0].summary.id;
    let (last, planted) = (format!("/events/{last}"), format!("/events/{event}"));
    let pages = [
        "/",
        "/events",
        &last,
        &planted,
        "/failures?code=refused&kind=tag",
        "/customers",
        "/stats",
        "/health",
        "/audit",
        "/tokens",
    ];
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        for (width, height) in [(1280, 900), (360, 740)] {
            browser.resize(width, height).await;
            for path in pages {
                browser.go(path).await;
                // Nothing is wider than the window: only tables scroll, each by itself.
                let wide =
                    "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
                assert_eq!(browser.run(wide).await, false, "{path} at {width}");
            }
        }
    }
    browser.close().await;
    world.end().await;
}
