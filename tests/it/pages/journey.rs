//! Whole journeys in Chromium: what an operator does on a morning, with no complaint of the browser's at the end.

use wecom_greeter::{access::Role, action::Kind};

use super::{PLANTED_NAME, world};
use crate::harness::{
    browser::Browser,
    world::{MARK, Which, World, action, fresh},
};
use wecom_simulator::{AddCustomer, Fault, FaultKind};

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

/// How many failures there are to retry: three turns.
const MANY: u32 = 120;

#[tokio::test(flavor = "multi_thread")]
async fn all_failures_are_retried_with_progress_that_survives_a_reload() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let refusal = FaultKind::Errcode { code: 40130, message: None };
    world.wecom.add_fault(Fault::new(MARK, MANY, refusal)).unwrap();
    for n in 0..MANY {
        world.add(&AddCustomer::new(World::employee(), format!("客户{n}"), None)).await;
    }
    world.settled().await;
    let token = world.token_of(Role::Operator).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/failures").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("有 1 类问题，影响 120 位客户。").await;
    // First how many, which, and what will happen to each.
    browser.press_at("//tbody//button[starts-with(normalize-space(.), '重试')]").await;
    browser.see("共 120 个动作符合，现在重试？").await;
    browser.see("现在还什么都没有做").await;
    let shown = "return document.querySelectorAll('main tbody tr').length";
    assert_eq!(browser.run(shown).await, 5);
    let page = browser.path().await;
    assert!(page.starts_with("/bulk/"), "{page}");
    fits(&browser).await;
    // One fails again, and each takes its time.
    let refusal = FaultKind::Errcode { code: 40130, message: None };
    world.wecom.add_fault(Fault::new(MARK, 1, refusal)).unwrap();
    let slowly = FaultKind::Delay(std::time::Duration::from_millis(300));
    world.wecom.add_fault(Fault::lasting(MARK, slowly)).unwrap();
    browser.press("重试").await;
    browser.see("正在重试：").await;
    browser.see("可以离开这一页").await;
    // It moves without being asked, and a reload shows the same.
    let value = "return Number(document.querySelector('progress')?.value ?? -1)";
    world.until("it moves", async || (browser.run(value).await.as_i64() > Some(0)).then_some(())).await;
    browser.go("/failures").await;
    browser.press_at("//main//a[contains(., '正在重试')]").await;
    browser.see("重试完成：119 个成功，1 个没有成功。").await;
    assert_eq!(browser.path().await, page);
    fits(&browser).await;
    browser.press("查看没有成功的 →").await;
    browser.press_at("//section[@id='failed']//tbody//a").await;
    browser.see("时间线").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    // Another is cut short half way.
    browser.go("/events").await;
    browser.press_at("//summary[contains(., '重放符合条件的全部事件')]").await;
    fits(&browser).await;
    browser.press_at("//label[normalize-space(.)='标签']").await;
    browser.press_at("//details//button[normalize-space(.)='重放']").await;
    browser.see("共 120 个事件符合，现在重放？").await;
    browser.press("重放").await;
    browser.see("正在重放：").await;
    browser.press("取消").await;
    browser.see("已取消").await;
    world
        .until("it has stopped", async || {
            browser.run("return !document.querySelector('[data-running]')").await.as_bool().filter(|is| *is)
        })
        .await;
    browser.see("没有动").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
    world.settled().await;
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
    world.way("南山店门口", "shop-nanshan").await;
    world.way("春季活动海报", "spring-2026").await;
    world.way("公众号菜单", "beijing").await;
    let way = format!("/contact-ways/default/{}", world.way("展会 3 号台", "expo-2026").await);
    let (last, planted) = (format!("/events/{last}"), format!("/events/{event}"));
    let pages = [
        "/",
        "/events",
        &last,
        &planted,
        "/failures?code=refused&kind=tag",
        "/contact-ways",
        &way,
        "/contact-ways/new",
        "/contact-ways/table",
        "/tags",
        "/tags/default/etPlain",
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

#[tokio::test(flavor = "multi_thread")]
async fn a_long_name_takes_no_room_from_what_stands_beside_it() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let token = world.token_of(Role::Viewer).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    // As long as WeCom lets a channel be, without a place to break it at.
    let state = "A".repeat(64);
    world.add(&AddCustomer::new(World::employee(), "小周", Some(&state))).await;
    world.settled().await;
    browser.go("/login").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("概览").await;
    for width in [1280, 1000, 360] {
        browser.resize(width, 900).await;
        for path in ["/", "/events", "/customers", "/stats?by=state"] {
            browser.go(path).await;
            let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
            assert_eq!(browser.run(wide).await, false, "{path} at {width}");
            // What happened, in four characters, stands in one line, and no name runs over what is beside it.
            let narrow = "const cells = [...document.querySelectorAll('.records tbody :is(th, td)')];
                const high = (cell) => {
                    const text = document.createRange();
                    text.selectNodeContents(cell);
                    return text.getBoundingClientRect().height > 30;
                };
                const called = cells.filter((cell) => cell.textContent === '添加客户');
                return called.some(high) || cells.some((cell) => cell.scrollWidth > cell.clientWidth + 1)";
            assert_eq!(browser.run(narrow).await, false, "{path} at {width}");
        }
    }
    browser.close().await;
    world.end().await;
}

/// Nothing is wider than a phone's window.
async fn fits(browser: &Browser) {
    browser.resize(360, 740).await;
    let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    assert_eq!(browser.run(wide).await, false, "{}", browser.path().await);
    browser.resize(1280, 900).await;
}
