//! What holds for every page, for every role, in both languages.

use reqwest::{Method, StatusCode, header};
use wecom_greeter::access::{By, Role};

use super::{PLANTED_NAME, PLANTED_STATE, Visitor, world};
use crate::{
    cli::language::english,
    harness::world::{Which, World, fresh},
};

/// The pages with their headings in Chinese and English, and the least role.
pub(super) const PAGES: &[(&str, &str, &str, Role)] = &[
    ("/", "概览", "Overview", Role::Viewer),
    ("/events", "事件", "Events", Role::Viewer),
    ("/events?state=x&status=settled&since=7d", "事件", "Events", Role::Viewer),
    ("/events?since=nonsense&status=nonsense", "事件", "Events", Role::Viewer),
    ("/events/EVENT", "事件", "Events", Role::Viewer),
    ("/events/EVENT?replay=preview", "事件", "Events", Role::Viewer),
    ("/failures", "失败", "Failures", Role::Viewer),
    ("/failures?code=refused&kind=tag", "失败", "Failures", Role::Viewer),
    ("/bulk/RETRY", "批量重试", "Bulk retry", Role::Operator),
    ("/bulk/REPLAY", "批量重放", "Bulk replay", Role::Operator),
    ("/rules", "规则", "Rules", Role::Viewer),
    ("/rules?explain=EVENT", "规则", "Rules", Role::Viewer),
    ("/rules/everyone", "规则", "Rules", Role::Viewer),
    ("/rules/versions", "规则", "Rules", Role::Viewer),
    ("/contact-ways", "渠道码", "Contact ways", Role::Viewer),
    ("/contact-ways?name=x&since=30d&page=9", "渠道码", "Contact ways", Role::Viewer),
    ("/contact-ways/default/WAY", "渠道码", "Contact ways", Role::Viewer),
    ("/contact-ways/default/WAY/delete", "渠道码", "Contact ways", Role::Admin),
    ("/contact-ways/new", "渠道码", "Contact ways", Role::Admin),
    ("/contact-ways/table", "渠道码", "Contact ways", Role::Admin),
    ("/contact-ways/table/BATCH", "渠道码", "Contact ways", Role::Admin),
    ("/tags", "标签", "Tags", Role::Viewer),
    ("/tags?tag=x", "标签", "Tags", Role::Viewer),
    ("/tags/default/TAG", "标签", "Tags", Role::Admin),
    ("/customers", "客户", "Customer", Role::Viewer),
    ("/customers/CUSTOMER", "客户", "Customer", Role::Viewer),
    ("/customers/CUSTOMER/forget", "客户", "Customer", Role::Admin),
    ("/stats", "统计", "Statistics", Role::Viewer),
    ("/stats?by=state", "统计", "Statistics", Role::Viewer),
    ("/health", "体检", "Health", Role::Viewer),
    ("/sessions", "登录会话", "Sessions", Role::Viewer),
    ("/audit", "审计", "Audit", Role::Admin),
    ("/tokens", "令牌", "Tokens", Role::Admin),
];

/// What stands for the words in capitals of [`PAGES`].
pub(super) struct Addresses(Vec<(&'static str, String)>);

impl Addresses {
    /// Makes what the pages are about: an event with planted names, acts on many that are prepared, a contact way, a table of them.
    pub(super) async fn made(world: &World) -> Self {
        let event = world.planted().await;
        let customer = world.records().await[0].summary.external_user_id.clone().unwrap();
        let operator = world.visitor_called("preparing", Role::Operator).await;
        let (_, retry) = operator.send("/failures/retry?code=refused&kind=tag", &[]).await;
        let (_, replay) = operator.send("/events/replay?since=7d", &[("only", "tag")]).await;
        let way = world.way(PLANTED_NAME, PLANTED_STATE).await;
        let row = (
        2,
        r#"{"name":"a","state":"b","users":["zhangsan"],"departments":[],"single":true,"skip_verify":true}"#
            .to_owned(),
    );
        let batch = world.store().begin_way_batch("default", &[row], &By::command_line(), 1).await.unwrap();
        Self(vec![
            ("/bulk/RETRY", retry),
            ("/bulk/REPLAY", replay),
            ("EVENT", event.to_string()),
            ("CUSTOMER", customer),
            ("WAY", way),
            ("BATCH", batch.to_string()),
            ("TAG", "etPlain".to_owned()),
        ])
    }

    /// The path of a page.
    pub(super) fn of(&self, path: &str) -> String {
        self.0.iter().fold(path.to_owned(), |path, (word, is)| path.replace(word, is))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_for_every_role_in_both_languages() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let addresses = Addresses::made(&world).await;
    for role in Role::ALL {
        let mut visitor = world.visitor(role).await;
        for (language, lang) in [("zh", "zh-CN"), ("en", "en")] {
            visitor.language = language;
            for (path, zh, en, least) in PAGES {
                let path = addresses.of(path);
                let expected = if role.may(*least) { StatusCode::OK } else { StatusCode::FORBIDDEN };
                let at = format!("{path} as {role} in {language}");
                let (status, headers, page) = visitor.look(&path).await;
                assert_eq!(status, expected, "{at}: {}", page.text());
                let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
                assert!(
                    policy.contains("script-src 'self';") && policy.contains("style-src 'self';"),
                    "{policy}"
                );
                assert!(!policy.contains("unsafe") && policy.starts_with("default-src 'none'"), "{policy}");
                assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{at}");
                assert_eq!(page.only("html").get("lang"), Some(lang), "{at}");
                page.only("main");
                page.only("nav");
                let heading = page.only("h1").text.trim().to_owned();
                if status == StatusCode::OK {
                    assert_eq!(heading, if language == "zh" { *zh } else { *en }, "{at}");
                }
                assert!(!page.only("title").text.trim().is_empty(), "{at}");
                holds_to_the_policy(&page, &at);
                can_be_used(&page, &at);
                if language == "zh" && status == StatusCode::OK {
                    assert_eq!(english(&said(&page)), Vec::<String>::new(), "{at}");
                }
            }
        }
    }
    world.end().await;
}

/// What the program says of its own: the text without code, WeCom's answers and what is said to English readers.
fn said(page: &crate::harness::html::Html) -> String {
    let quoted = ["code", "pre", "kbd"];
    let own = page.elements().iter().filter(|element| {
        matches!(
            element.name.as_str(),
            "p" | "th" | "dt" | "label" | "summary" | "button" | "option" | "h2" | "a"
        ) && !element.around.iter().any(|name| quoted.contains(&name.as_str()))
            && element.get("lang").is_none()
    });
    own.map(|element| element.text.clone() + "\n").collect()
}

/// No script, style or handler is written into the page, and nothing comes from elsewhere.
fn holds_to_the_policy(page: &crate::harness::html::Html, at: &str) {
    for element in page.elements() {
        for attribute in element.attributes() {
            assert!(attribute != "style" && !attribute.starts_with("on"), "{at}: {attribute} of {element:?}");
        }
        assert_ne!(element.name, "style", "{at}");
        if element.name == "script" {
            assert!(element.text.trim().is_empty(), "{at}: {element:?}");
        }
        for attribute in ["src", "href", "action", "formaction"] {
            let Some(to) = element.get(attribute) else { continue };
            assert!(
                to.starts_with('/') && !to.starts_with("//") || to.starts_with('#'),
                "{at}: {attribute}={to}"
            );
        }
    }
    // The picture of a code is WeCom's, fetched by us.
    let is_static = |src: &&str| !(src.starts_with("/contact-ways/") && src.ends_with("/picture"));
    for static_file in page.elements().iter().filter_map(|element| element.get("src")).filter(is_static) {
        assert!(
            static_file.starts_with("/static/") && !static_file.contains("missing"),
            "{at}: {static_file}"
        );
    }
}

/// Rows stand in a body, fields have labels, buttons and links have names, headings of columns say that they are.
fn can_be_used(page: &crate::harness::html::Html, at: &str) {
    for row in page.all("tr") {
        let group = row.around.last().map(String::as_str);
        assert!(matches!(group, Some("tbody" | "thead" | "tfoot")), "{at}: {row:?}");
    }
    for heading in page.all("th") {
        assert!(heading.get("scope").is_some(), "{at}: {heading:?}");
    }
    let labelled: Vec<&str> = page.all("label").filter_map(|label| label.get("for")).collect();
    for field in page.elements().iter().filter(|element| matches!(element.name.as_str(), "input" | "select"))
    {
        let named = field.get("type") == Some("hidden")
            || field.get("aria-label").is_some()
            || field.get("id").is_some_and(|id| labelled.contains(&id))
            || field.around.iter().any(|name| name == "label");
        assert!(named, "{at}: {field:?}");
    }
    for act in page.elements().iter().filter(|element| matches!(element.name.as_str(), "a" | "button")) {
        assert!(!act.text.trim().is_empty() || act.get("aria-label").is_some(), "{at}: {act:?}");
    }
    for image in page.all("img") {
        assert!(image.get("alt").is_some(), "{at}: {image:?}");
    }
    let ids: Vec<&str> = page.elements().iter().filter_map(|element| element.get("id")).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{at}: an id stands twice: {ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_customers_write_is_shown_as_it_is_and_welcome_codes_are_not() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let record = world.store().event(event).await.unwrap().unwrap();
    let xml = String::from_utf8_lossy(&record.payload.0).into_owned();
    let code = xml.split_once("<WelcomeCode><![CDATA[").unwrap().1.split("]]>").next().unwrap().to_owned();
    let visitor = world.visitor(Role::Admin).await;
    let page = visitor.page(&format!("/events/{event}")).await;
    assert!(page.text().contains(&format!("{PLANTED_NAME}，您好")), "{}", page.text());
    assert!(
        page.text().contains(PLANTED_STATE) && page.all("img").count() == 1,
        "only the program's own sign"
    );
    let customer = record.summary.external_user_id.unwrap();
    let state: String = url::form_urlencoded::byte_serialize(PLANTED_STATE.as_bytes()).collect();
    for path in [
        "/".into(),
        "/events".into(),
        format!("/events?state={state}"),
        "/failures".into(),
        format!("/events/{event}"),
        format!("/events/{event}?replay=preview"),
        format!("/customers/{customer}"),
        "/stats?by=state".into(),
        "/events/rows".into(),
        "/audit".into(),
    ] {
        let answer = visitor.request(Method::GET, &path).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!text.contains("<img src=x") && !text.contains("$1 49"), "{path}: {text}");
        assert!(!text.contains(&code), "{path} shows the welcome code");
    }
    // A filter finds what it is named after, and shows it in its field.
    let page = visitor.page(&format!("/events?state={state}")).await;
    assert_eq!(page.field("渠道").unwrap().get("value"), Some(PLANTED_STATE));
    assert_eq!(page.by_id("rows").unwrap().around.last().map(String::as_str), Some("table"));
    assert!(page.text().contains("共 1 条"), "{}", page.text());
    assert!(visitor.page("/events?state=other").await.text().contains("没有符合条件的记录"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_others_hold_on_to_are_there_in_both_languages() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let mut visitor: Visitor = world.visitor(Role::Operator).await;
    for (language, fields, buttons, retry, replay, other) in [
        ("zh", ["渠道", "员工", "客户", "状态"], ["查询", "重置"], "重试", "重放", "English"),
        ("en", ["Channel", "Employee", "Customer", "Status"], ["Search", "Reset"], "Retry", "Replay", "中文"),
    ] {
        visitor.language = language;
        let page = visitor.page("/events").await;
        for field in fields {
            assert!(page.field(field).is_some(), "{field}");
        }
        for button in buttons {
            assert_eq!(page.named(button).len(), 1, "{button}");
        }
        assert_eq!(page.named(other).len(), 1, "{other}");
        assert!(visitor.page("/customers").await.field(fields[2]).is_some(), "{language}");
        let page = visitor.page(&format!("/events/{event}")).await;
        assert_eq!((page.named(retry).len(), page.named(replay).len()), (1, 1));
        let page = visitor.page("/failures?code=refused&kind=tag").await;
        assert!(!page.named(retry).is_empty(), "{}", page.text());
    }
    // Whoever may only look sees neither.
    let viewer = world.visitor(Role::Viewer).await;
    for path in [format!("/events/{event}"), "/failures?code=refused&kind=tag".to_owned()] {
        let page = viewer.page(&path).await;
        assert!(page.named("重试").is_empty() && page.named("重放").is_empty(), "{path}: {}", page.text());
        assert!(page.named("审计").is_empty() && page.named("令牌").is_empty());
    }
    world.end().await;
}
