//! Every page in a browser: nothing keeps anybody out who cannot see it or has no mouse, nothing is wider than a phone, and
//! nothing weighs much.

use std::collections::HashMap;

use reqwest::Method;
use wecom_greeter::access::Role;

use super::{
    structure::{Addresses, PAGES},
    world,
};
use crate::harness::{
    browser::{Browser, axe},
    world::{Which, fresh},
};

/// What a page may weigh with all that it fetches, before anything is packed.
const WEIGHT_MAX: usize = 150_000;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_out_of_any_page_and_none_is_wider_than_a_phone() {
    let Some(axe) = axe() else { return };
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let addresses = Addresses::made(&world).await;
    let token = world.token_of(Role::Admin).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    let mut wrong = Vec::new();
    let look = async |path: &str, language: &str, wrong: &mut Vec<String>| {
        // Colours are the same in every language, and all but colours is the same in the dark. They are what takes long to see.
        let schemes: &[(&str, &str)] = if language == "zh" {
            &[("light", ""), ("dark", "runOnly: ['color-contrast']")]
        } else {
            &[("light", "rules: { 'color-contrast': { enabled: false } }")]
        };
        browser.resize(1280, 900).await;
        for (scheme, rules) in schemes {
            browser.prefer(scheme).await;
            browser.go(path).await;
            // A welcome that was not sent is shown paler, and is to be read all the same.
            if path.contains("replay=preview") {
                browser.run("document.querySelector('.phone').classList.add('unsent')").await;
            }
            // What draws a chart comes after the page.
            browser
                .run("return new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))")
                .await;
            let found = browser.barriers(&axe, rules).await;
            wrong.extend(found.into_iter().map(|found| format!("{path} in {language}, {scheme}: {found}")));
        }
        browser.resize(360, 740).await;
        let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        if browser.run(wide).await != false {
            wrong.push(format!("{path} in {language}: wider than 360"));
        }
    };
    for language in ["zh", "en"] {
        browser.go(&format!("/language/{language}?next=/login")).await;
        look("/login", language, &mut wrong).await;
    }
    browser.go("/language/zh?next=/login").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("概览").await;
    for language in ["zh", "en"] {
        browser.go(&format!("/language/{language}?next=/")).await;
        for (path, ..) in PAGES {
            look(&addresses.of(path), language, &mut wrong).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_weighs_more_than_a_slow_line_carries_in_a_second() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let addresses = Addresses::made(&world).await;
    let visitor = world.visitor(Role::Admin).await;
    let mut files: HashMap<String, usize> = HashMap::new();
    for (path, ..) in PAGES {
        let path = addresses.of(path);
        let text = visitor.request(Method::GET, &path).send().await.unwrap().text().await.unwrap();
        let mut weight = text.len();
        for element in crate::harness::html::Html::parse(&text).elements() {
            let fetched =
                element.get("src").or_else(|| element.get("href").filter(|_| element.name == "link"));
            let Some(file) = fetched.filter(|file| file.starts_with("/static/")) else { continue };
            if !files.contains_key(file) {
                let bytes = visitor.request(Method::GET, file).send().await.unwrap().bytes().await.unwrap();
                files.insert(file.to_owned(), bytes.len());
            }
            weight += files[file];
        }
        assert!(weight <= WEIGHT_MAX, "{path} weighs {weight}");
    }
    world.end().await;
}
