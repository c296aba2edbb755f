//! What the pages do by themselves in Chromium: lists that follow what happens, keys, and copying; as they come over plain HTTP
//! from an address that browsers do not take for their own.

use std::time::Duration;

use serde_json::json;
use wecom_greeter::access::Role;

use super::world;
use crate::harness::{
    browser::{Browser, ELSEWHERE},
    world::{Which, World, fresh},
};

/// How many rows the list has, and what the first of them says.
const ROWS: &str = "return document.querySelectorAll('#rows tr').length";
const FIRST: &str = "return document.querySelector('#rows tr').textContent";

/// How often rows were fetched.
const FETCHES: &str = "return performance.getEntriesByType('resource').filter((one) => one.name.includes('/events/rows')).length";

/// Longer than a change takes to be seen: the server asks twice a second, the page gathers for a second at most.
const UNSEEN: Duration = Duration::from_millis(3_500);

/// Somebody who has logged in, at an address that is not this machine's own.
async fn visitor(world: &World, role: Role) -> Option<Browser> {
    let token = world.token_of(role).await;
    let browser = Browser::open(&world.base().replace("127.0.0.1", ELSEWHERE)).await?;
    browser.go("/events").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("实时").await;
    assert_eq!(browser.run("return isSecureContext").await, false);
    Some(browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_follows_what_happens_and_asks_nothing_while_nothing_does() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.planted().await;
    let Some(browser) = visitor(&world, Role::Viewer).await else { return world.end().await };
    browser.press_at("//label[normalize-space(.)='实时']").await;
    // The line is open when it has been asked once what came before it.
    world.until("the line is open", async || (browser.run(FETCHES).await == 1).then_some(())).await;
    tokio::time::sleep(UNSEEN).await;
    assert_eq!(browser.run(FETCHES).await, 1, "nothing has happened");
    world.add_one().await;
    world.settled().await;
    world.until("the new row", async || (browser.run(ROWS).await == 2).then_some(())).await;
    let welcomed = async || browser.run(FIRST).await.as_str().unwrap().contains("已欢迎").then_some(());
    world.until("how it ended", welcomed).await;
    // What somebody selects stays under their hands.
    browser.run("getSelection().selectAllChildren(document.querySelector('#rows td'))").await;
    world.add_one().await;
    world.settled().await;
    tokio::time::sleep(UNSEEN).await;
    assert_eq!(browser.run(ROWS).await, 2, "somebody selects");
    browser.run("getSelection().removeAllRanges()").await;
    world.until("the next row", async || (browser.run(ROWS).await == 3).then_some(())).await;
    // Hidden, the page asks nothing; looked at again, it has what came meanwhile.
    let hide = |hidden: bool| {
        format!(
            "Object.defineProperty(document, 'hidden', {{ configurable: true, get: () => {hidden} }});
             document.dispatchEvent(new Event('visibilitychange'))"
        )
    };
    browser.run(&hide(true)).await;
    let before = browser.run(FETCHES).await;
    world.add_one().await;
    world.settled().await;
    tokio::time::sleep(UNSEEN).await;
    assert_eq!(browser.run(FETCHES).await, before, "nobody looks");
    browser.run(&hide(false)).await;
    world.until("what came meanwhile", async || (browser.run(ROWS).await == 4).then_some(())).await;
    // Open for a day, it has no more rows than at noon.
    let many = "const row = document.querySelector('#rows tr');
        for (let at = 0; at < 400; at++) { const copy = row.cloneNode(true); copy.id = `event--${at}`; copy.dataset.id = -at; row.parentNode.append(copy); }";
    browser.run(many).await;
    world.add_one().await;
    world.settled().await;
    world.until("no more rows", async || (browser.run(ROWS).await == 200).then_some(())).await;
    // Off means off.
    browser.press_at("//label[normalize-space(.)='实时']").await;
    let before = browser.run(FETCHES).await;
    world.add_one().await;
    world.settled().await;
    tokio::time::sleep(UNSEEN).await;
    assert_eq!(browser.run(FETCHES).await, before, "it is switched off");
    browser.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_event_and_the_figures_come_by_themselves() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let Some(browser) = visitor(&world, Role::Viewer).await else { return world.end().await };
    browser.see("还没有收到事件").await;
    browser.press_at("//label[normalize-space(.)='实时']").await;
    world.add_one().await;
    world.settled().await;
    world.until("the first row", async || (browser.run(ROWS).await == 1).then_some(())).await;
    browser.go("/").await;
    let figure = "return document.querySelector('.figure-value').textContent";
    assert_eq!(browser.run(figure).await, "1");
    world.add_one().await;
    world.settled().await;
    world.until("the figure", async || (browser.run(figure).await == "2").then_some(())).await;
    assert_eq!(browser.run(ROWS).await, 2, "the latest events as well");
    browser.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_gone_through_by_keys() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.planted().await;
    world.add_one().await;
    let last = world.settled().await[0].summary.id;
    let Some(browser) = visitor(&world, Role::Admin).await else { return world.end().await };
    let at =
        "return [...document.querySelectorAll('#rows tr')].findIndex((row) => row.classList.contains('at'))";
    for (key, place) in [("j", 0), ("j", 1), ("j", 1), ("k", 0), ("k", 0)] {
        browser.keys(key).await;
        assert_eq!(browser.run(at).await, place, "{key}");
    }
    browser.keys("\u{E007}").await;
    browser.see("客户看到的").await;
    assert_eq!(browser.path().await, format!("/events/{last}"));
    browser.go("/events").await;
    browser.keys("/").await;
    assert_eq!(browser.run("return document.activeElement.id").await, "f-state");
    browser.keys("jk?").await;
    assert_eq!(browser.run("return document.activeElement.value").await, "jk?", "a field takes its letters");
    browser.go("/events").await;
    browser.keys("?").await;
    assert_eq!(browser.run("return document.querySelector('dialog[open]')?.id").await, "keys");
    for path in
        ["/customers", "/stats?by=state", "/health", "/audit", "/tokens", "/failures", "/rules/versions"]
    {
        browser.go(path).await;
        browser.keys("j").await;
        assert_eq!(browser.run("return document.querySelectorAll('.at').length").await, 1, "{path}");
    }
    // A cause's row names its rule; what is opened are the actions.
    browser.go("/failures").await;
    browser.keys("j").await;
    browser.keys("\u{E007}").await;
    browser.see("里原因「").await;
    assert!(browser.path().await.starts_with("/failures?"), "{}", browser.path().await);
    browser.go("/failures?code=refused&kind=tag").await;
    // By the causes to the actions.
    browser.keys("jj").await;
    browser.keys("r").await;
    browser.see("马上再试一次？").await;
    browser.press_at("//dialog//button[normalize-space(.)='重试']").await;
    browser.see("1 个动作正在重试").await;
    world.settled().await;
    browser.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_copied_where_the_clipboard_is_withheld() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let customer = world.records().await[0].summary.external_user_id.clone().unwrap();
    let Some(browser) = visitor(&world, Role::Viewer).await else { return world.end().await };
    browser.go(&format!("/events/{event}")).await;
    browser.press_at(&format!("//button[@data-copy=\"{customer}\"]")).await;
    world
        .until("it is said", async || {
            (browser.run("return document.getElementById('said').textContent").await == "已复制")
                .then_some(())
        })
        .await;
    assert_eq!(browser.run("return document.activeElement.dataset.copy").await, json!(customer));
    browser.go("/customers").await;
    browser.keys("/").await;
    browser.keys("\u{E009}v").await;
    assert_eq!(browser.run("return document.activeElement.value").await, json!(customer));
    browser.close().await;
    world.end().await;
}
