//! A rule as a form: everything in it, files, new rules, the order of the list; and what is planted in every field.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use wecom_core::clock::Clock;
use wecom_greeter::{access::Role, action::Kind};

use super::{
    Visitor,
    rules::{FILE, taken_up, text_of},
    world,
};
use crate::harness::{
    html::Html,
    world::{Which, World, action, fresh},
};

/// One red dot.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82";

/// Sends a form with a file, as a browser does.
async fn with_file(
    visitor: &Visitor,
    path: &str,
    fields: &[(&str, &str)],
    (field, name, bytes): (&'static str, &str, &[u8]),
) -> (StatusCode, Html) {
    use reqwest::multipart::{Form, Part};
    let form = fields
        .iter()
        .fold(Form::new(), |form, (name, value)| form.text((*name).to_owned(), (*value).to_owned()));
    let form = form.part(field, Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
    let answer = visitor.request(Method::POST, path).multipart(form).send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, Html::parse(if text.is_empty() { "<body></body>" } else { &text }))
}

fn value_of(page: &Html, id: &str) -> String {
    page.by_id(id).unwrap_or_else(|| panic!("no {id}")).get("value").unwrap_or_default().to_owned()
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_form_is_filled_and_the_next_customer_gets_it(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::begin(database, FILE, Clock::system(), |_| {}).await;
    let visitor = world.visitor(Role::Operator).await;
    let base = [
        ("version", "1"),
        ("enabled", "true"),
        ("welcome", "您好，\n很高兴认识您！\n"),
        ("add", "etPlain"),
        ("attachments", ""),
        ("notices", ""),
    ];
    // A picture is uploaded into a new attachment: nothing is published, and all that was typed is there.
    let typed = [
        base.as_slice(),
        &[("do", "attachment-add"), ("attachment-kind", "image"), ("remark", "{{ customer.name }}-x")],
    ]
    .concat();
    let (_, _, page) = visitor.sends("/rules/everyone", &typed).await;
    assert_eq!(value_of(&page, "remark"), "{{ customer.name }}-x");
    let entry = [("a-0-kind", "image"), ("a-0-at", ""), ("a-0-file", ""), ("do", "upload")];
    let upload = [base.as_slice(), &entry].concat();
    let (status, page) = with_file(
        &visitor,
        "/rules/everyone",
        &upload,
        ("a-0-upload", "<img src=x onerror=alert(1)>.png", PNG),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{}", page.text());
    let path = value_of(&page, "a-0-file");
    assert!(path.starts_with("files/") && path.ends_with("img src=x onerror=alert(1).png"), "{path}");
    let seen = page
        .all("img")
        .find_map(|img| img.get("src").filter(|src| src.starts_with("/rules/files/")))
        .unwrap();
    let picture = visitor.request(Method::GET, seen).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(picture.bytes().await.unwrap(), PNG);
    assert_eq!(world.store().active_version().await.unwrap(), Some(1));
    // What is no picture is told at its field.
    let (_, page) =
        with_file(&visitor, "/rules/everyone", &upload, ("a-0-upload", "a.png", b"I am a text")).await;
    assert!(page.text().contains("图片要 JPG 或 PNG"), "{}", page.text());
    assert_eq!(page.by_id("a-0-file").unwrap().get("aria-invalid"), Some("true"));
    // Everything at once, with what must not be read as anything else.
    let planted = "<img src=x onerror=alert(1)> $1 {{ '{{' }} 7*7 }}";
    let all = [
        ("do", "publish"),
        ("version", "1"),
        ("enabled", "true"),
        ("priority", "30"),
        ("state", "\"\"\nspring-*\n$1"),
        ("user", "*"),
        ("days", ""),
        ("days-mon", "true"),
        ("days-tue", "true"),
        ("days-wed", "true"),
        ("days-thu", "true"),
        ("days-fri", "true"),
        ("days-sat", "true"),
        ("days-sun", "true"),
        ("hours", "00:00-24:00"),
        ("welcome", planted),
        ("attachments", ""),
        ("a-0-kind", "link"),
        ("a-0-at", ""),
        ("a-0-title", "<b>$1 & \"春\""),
        ("a-0-url", "https://example.com/?a=1&b=2"),
        ("a-0-description", "限时"),
        ("a-1-kind", "image"),
        ("a-1-at", ""),
        ("a-1-file", path.as_str()),
        ("add", "etPlain"),
        ("remark", "<b>$1"),
        ("remark_phones", "13800000001"),
        ("notices", ""),
        ("n-0-kind", "employee"),
        ("n-0-at", ""),
        ("n-0-on", "missed_welcome"),
        ("n-0-text", "<b>$1"),
        ("stop", "true"),
    ];
    let (_, to, page) = visitor.sends("/rules/everyone", &all).await;
    assert_eq!(to, "/rules/everyone?done=published-2", "{}", page.text());
    let stored = world.store().active_rules().await.unwrap().unwrap().document;
    let at = FILE.find("  - name: everyone").unwrap();
    assert!(stored.starts_with(&FILE[..at]) && stored.contains("# 两行"), "{stored}");
    taken_up(&world, 2).await;
    world.add_one().await;
    let records = world.settled().await;
    let request = action(&records[0], Kind::Welcome).request.clone().unwrap();
    assert_eq!(request["text"]["content"], "<img src=x onerror=alert(1)> $1 {{ 7*7 }}");
    assert_eq!(request["attachments"][0]["link"]["title"], "<b>$1 & \"春\"");
    assert!(request["attachments"][1]["image"]["media_id"].is_string(), "{request}");
    assert_eq!(action(&records[0], Kind::Welcome).status.as_str(), "done");
    let page = visitor.page("/rules/everyone").await;
    assert_eq!(text_of(&page, "state"), "\"\"\nspring-*\n$1");
    assert_eq!(value_of(&page, "a-1-file"), path);
    assert_eq!(page.all("script").filter(|script| !script.text.is_empty()).count(), 0);
    // Up and away: the list's buttons are for the order that the form has.
    let moved = all.iter().filter(|(name, _)| *name != "do" && *name != "version").copied();
    let moved: Vec<(&str, &str)> = moved.chain([("version", "2"), ("do", "attachment-up-1")]).collect();
    let (_, _, page) = visitor.sends("/rules/everyone", &moved).await;
    assert_eq!(value_of(&page, "a-0-file"), path);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_moved_copied_deleted_and_begun_on_the_pages() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::begin(database, FILE, Clock::system(), |_| {}).await;
    let visitor = world.visitor(Role::Operator).await;
    let form = |act: &'static str, yaml: &str| {
        vec![("do", act.to_owned()), ("version", "1".to_owned()), ("yaml", yaml.to_owned())]
    };
    let send = async |form: Vec<(&str, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visitor.sends("/rules", &form).await
    };
    let (_, _, page) = send(form("up:everyone", FILE)).await;
    let moved = text_of(&page, "yaml");
    let everyone = FILE.find("  # 兜底").unwrap();
    let spring = FILE.find("  - name: spring").unwrap();
    let between = FILE[..everyone].trim_end().len();
    let expected = format!(
        "{}{}{}{}\n",
        &FILE[..spring],
        FILE[everyone..].trim_end(),
        &FILE[between..everyone],
        &FILE[spring..between]
    );
    assert_eq!(moved, expected);
    assert!(page.text().contains("还没有发布"), "{}", page.text());
    let names: Vec<String> = page.all("tbody").next().map(|body| body.text.clone()).into_iter().collect();
    assert!(names[0].find("everyone") < names[0].find("spring"), "the list is that of what was typed");
    assert_eq!(world.store().active_version().await.unwrap(), Some(1));
    // There and back, and away.
    assert_eq!(text_of(&send(form("down:everyone", &moved)).await.2, "yaml"), FILE);
    let (_, _, page) = send(form("delete:spring", FILE)).await;
    assert!(!text_of(&page, "yaml").contains("spring") && text_of(&page, "yaml").contains("# 兜底"));
    let shared = "rules:\n  - name: a\n    welcome: &w { text: x }\n  - name: b\n    welcome: *w\n";
    let (_, _, page) = send(form("up:b", shared)).await;
    assert!(page.text().contains("请在整个文件里改"), "{}", page.text());
    assert_eq!(text_of(&page, "yaml"), shared);
    // A copy and new ones are forms of their own.
    for (path, name) in [
        ("/rules/new?copy=everyone", "everyone-2"),
        ("/rules/new?pattern=hours", "下班时间"),
        ("/rules/new?pattern=default", "所有人"),
    ] {
        let page = visitor.page(path).await;
        assert_eq!(value_of(&page, "name"), name, "{path}");
        assert!(!text_of(&page, "welcome").is_empty());
    }
    let new = [
        ("do", "publish"),
        ("version", "1"),
        ("name", "$1 7*7 <b>"),
        ("enabled", "true"),
        ("state", "shop-*"),
        ("welcome", "欢迎光临"),
    ];
    let (_, to, page) = visitor.sends("/rules/new?pattern=channel", &new).await;
    assert_eq!(to, "/rules/%241%207*7%20%3Cb%3E?done=published-2", "{}", page.text());
    let stored = world.store().active_rules().await.unwrap().unwrap().document;
    let begin = FILE.find("  - name: spring").unwrap();
    assert!(stored.starts_with(&FILE[..begin]) && stored.ends_with(&FILE[begin..]), "{stored}");
    let page = visitor.page(&to).await;
    assert_eq!(text_of(&page, "state"), "shop-*");
    // The same name once more is a fault at its field.
    let taken =
        [("do", "publish"), ("version", "2"), ("name", "spring"), ("enabled", "true"), ("welcome", "x")];
    let (_, _, page) = visitor.sends("/rules/new?pattern=channel", &taken).await;
    assert_eq!(value_of(&page, "name"), "spring");
    assert_eq!(world.store().active_version().await.unwrap(), Some(2), "{}", page.text());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_picked_from_wecom_and_typed_where_it_is_away() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Operator).await;
    let answer = visitor.request(Method::GET, "/rules/tags").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let page = Html::parse(&format!("<body>{}</body>", answer.text().await.unwrap()));
    assert!(page.all("input").count() > 0 && page.all("legend").count() > 0, "{}", page.text());
    assert!(page.all("input").all(|input| input.get("value").is_some_and(|value| value.contains('/'))));
    let viewer = world.visitor(Role::Viewer).await;
    assert_eq!(viewer.look("/rules/tags").await.0, StatusCode::FORBIDDEN);
    assert_eq!(viewer.look("/rules/new").await.0, StatusCode::FORBIDDEN);
    world.end().await;
}
