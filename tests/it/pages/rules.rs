//! The pages about rules: what each role may do, that nothing typed is lost, that a form changes one rule and no more, and
//! that what is published is in force for the next customer.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use wecom_core::clock::Clock;
use wecom_greeter::{access::Role, action::Kind};

use super::{PLANTED_NAME, Visitor, with_form, world};
use crate::harness::{
    html::Html,
    world::{Which, World, action, fresh},
};

const BUTTONS: [(&str, [&str; 4]); 2] =
    [("zh", ["检查", "试算", "说明", "发布"]), ("en", ["Check", "Backtest", "Explain", "Publish"])];

/// A file with what a form must leave alone.
const FILE: &str = "# 春季活动，小王维护
rules:
  - name: spring # 不要改名
    when: { state: 'spring-*' }
    welcome: {text:   '春天好'}   # 三个空格

  # 兜底
  - name: everyone
    welcome:
      text: | # 两行
        您好，
        很高兴认识您！
      fallback: 您好！
    tag: { add: [etPlain] }
";

impl Visitor {
    /// Sends the form of a page about rules; the answer.
    async fn sends(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, String, Html) {
        let answer = with_form(self.request(Method::POST, path), form).send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let status = answer.status();
        let text = answer.text().await.unwrap();
        let page = if text.is_empty() { Html::parse("<body></body>") } else { Html::parse(&text) };
        (status, to.unwrap_or_default(), page)
    }
}

/// The text of a field, without the line break by which HTML begins it.
fn text_of(page: &Html, id: &str) -> String {
    let text = &page.by_id(id).unwrap_or_else(|| panic!("no {id}")).text;
    text.strip_prefix('\n').unwrap_or(text).to_owned()
}

async fn taken_up(world: &World, version: i64) {
    world
        .until("the rules are taken up", async || {
            (world.readyz().await.1["rules_version"] == version).then_some(())
        })
        .await;
}

/// What the next customer is sent.
async fn next_welcome(world: &World) -> String {
    world.add_one().await;
    let records = world.settled().await;
    action(&records[0], Kind::Welcome).request.as_ref().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_look_looks_and_who_may_change_changes() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await.to_string();
    for role in Role::ALL {
        let mut visitor = world.visitor(role).await;
        for (language, buttons) in BUTTONS {
            visitor.language = language;
            for path in ["/rules", "/rules/everyone"] {
                let page = visitor.page(path).await;
                for (at, button) in buttons.iter().enumerate() {
                    let expected = role.may(Role::Operator) || (path == "/rules" && at == 2);
                    assert_eq!(!page.named(button).is_empty(), expected, "{path}, {role}: {button}");
                }
            }
            let welcome = if language == "zh" { "欢迎语" } else { "Welcome" };
            assert_eq!(visitor.page("/rules/everyone").await.field(welcome).unwrap().name, "textarea");
            let page = visitor.page(&format!("/rules?explain={event}")).await;
            assert!(page.text().contains("everyone") && page.text().contains("您好"), "{}", page.text());
        }
        let may = if role.may(Role::Operator) { StatusCode::OK } else { StatusCode::FORBIDDEN };
        for path in ["/rules", "/rules/everyone", "/rules/everyone/preview"] {
            assert_eq!(
                visitor.send(path, &[("do", "check"), ("version", "1")]).await.0,
                may,
                "{role} {path}"
            );
        }
        assert_eq!(visitor.page("/rules/versions").await.all("tbody").count(), 1);
        for path in ["/rules/nobody", "/rules/versions?was=1&is=9"] {
            assert_eq!(visitor.look(path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        if role == Role::Viewer {
            let back = [("version", "1")];
            assert_eq!(visitor.send("/rules/versions", &back).await.0, StatusCode::FORBIDDEN);
        }
    }
    assert_eq!(world.store().active_version().await.unwrap(), Some(1), "a look changes nothing");
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_checked_tried_published_and_rolled_back(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::begin(database, FILE, Clock::system(), |_| {}).await;
    world.add_one().await;
    world.settled().await;
    let visitor = world.visitor(Role::Operator).await;
    let page = visitor.page("/rules").await;
    assert_eq!(text_of(&page, "yaml"), FILE);
    assert!(page.text().contains("正在使用版本 1，共 2 条规则。"), "{}", page.text());
    // As a browser sends it.
    let changed = FILE.replace("很高兴认识您！", "换了一句话！").replace('\n', "\r\n");
    let form = |act: &'static str| {
        [("do", act), ("version", "1"), ("yaml", changed.as_str()), ("note", "换一句"), ("event", "")]
    };
    let (_, _, page) = visitor.sends("/rules", &form("check")).await;
    assert!(page.text().contains("没有错误，共 2 条规则"), "{}", page.text());
    assert!(page.text().contains("换了一句话！") && page.text().contains("与版本 1 相比"), "{}", page.text());
    let (_, _, page) = visitor.sends("/rules", &form("backtest")).await;
    assert!(page.text().contains("近 7 日的 1 个事件中，1 个的结果会变"), "{}", page.text());
    let (_, _, page) = visitor.sends("/rules", &form("explain")).await;
    assert!(page.text().contains("由规则「everyone」发欢迎语"), "{}", page.text());
    assert_eq!(world.store().active_version().await.unwrap(), Some(1), "nothing was published yet");
    let (status, to, _) = visitor.sends("/rules", &form("publish")).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/rules?done=published-2"));
    let stored = world.store().active_rules().await.unwrap().unwrap();
    assert_eq!(stored.document, changed.replace("\r\n", "\n"), "line ends are the file's");
    assert_eq!((stored.note.as_deref(), stored.imported_by.as_deref()), (Some("换一句"), Some("operator")));
    let audit = world.store().audit(None, 1).await.unwrap().remove(0);
    assert_eq!((audit.act.as_str(), audit.who.as_str()), ("rules_published", "operator"));
    assert!(visitor.page(&to).await.text().contains("已发布，版本 2 马上生效"));
    taken_up(&world, 2).await;
    assert!(next_welcome(&world).await.contains("换了一句话"));
    // Published again it is the same; made from an old version it is not taken, and nothing is lost.
    let again = [("do", "publish"), ("version", "2"), ("yaml", changed.as_str())];
    assert_eq!(visitor.sends("/rules", &again).await.1, "/rules?done=in-force-already");
    let late = FILE.replace("春天好", "晚到的");
    let late = [("do", "publish"), ("version", "1"), ("yaml", late.as_str()), ("note", "晚了")];
    let (status, _, page) = visitor.sends("/rules", &late).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.text().contains("已发布版本 2") && page.text().contains("换了一句话"), "{}", page.text());
    assert!(text_of(&page, "yaml").contains("晚到的"), "{}", page.text());
    assert_eq!(page.by_id("note").unwrap().get("value"), Some("晚了"));
    let over = [("do", "publish"), ("version", "1"), ("yaml", late[2].1), ("over", "2")];
    assert_eq!(visitor.sends("/rules", &over).await.1, "/rules?done=published-3");
    // Back to the first.
    let page = visitor.page("/rules/versions?was=1&is=2").await;
    assert!(
        page.text().contains("版本 1 到版本 2 的变化") && page.text().contains("welcome.text"),
        "{}",
        page.text()
    );
    let (_, to, _) = visitor.sends("/rules/versions", &[("version", "1")]).await;
    assert_eq!(to, "/rules/versions?done=rolled-back-4");
    assert!(visitor.page(&to).await.text().contains("退回到版本 1"));
    taken_up(&world, 4).await;
    assert!(next_welcome(&world).await.contains("很高兴认识您"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_stand_at_their_lines_and_nothing_typed_is_lost() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let mut visitor = world.visitor(Role::Operator).await;
    let faulty =
        format!("\n# {PLANTED_NAME}\nrules:\n  - name: \"{PLANTED_NAME}\"\n    welcom: {{ text: hi }}\n");
    for (language, at) in [("zh", "第 5 行"), ("en", "line 5")] {
        visitor.language = language;
        for act in ["check", "backtest", "explain", "publish"] {
            let form =
                [("do", act), ("version", "1"), ("yaml", faulty.as_str()), ("note", "\"<b>"), ("event", "7")];
            let (status, _, page) = visitor.sends("/rules", &form).await;
            assert_eq!(status, StatusCode::OK);
            assert!(page.text().contains(at), "{language} {act}: {}", page.text());
            assert_eq!(text_of(&page, "yaml"), faulty);
            assert_eq!(page.by_id("note").unwrap().get("value"), Some("\"<b>"));
            assert_eq!(page.by_id("event").unwrap().get("value"), Some("7"));
            assert_eq!(page.all("img").count(), 1, "only the program's own sign");
        }
    }
    let long = "字".repeat(501);
    let form = [("do", "publish"), ("version", "1"), ("yaml", "rules: []"), ("note", long.as_str())];
    let (_, _, page) = visitor.sends("/rules", &form).await;
    assert_eq!(page.by_id("note").unwrap().get("value"), Some(long.as_str()));
    assert_eq!(world.store().active_version().await.unwrap(), Some(1));
    // The largest file there may be goes through a form.
    let large = format!("{}\n{}", super::RULES, "# 说明\n".repeat(90_000));
    let (status, _, page) =
        visitor.sends("/rules", &[("do", "check"), ("version", "1"), ("yaml", large.as_str())]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.text().contains("No fault"), "{}", page.by_id("tried").unwrap().text);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_changes_its_rule_and_nothing_else() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::begin(database, FILE, Clock::system(), |_| {}).await;
    let visitor = world.visitor(Role::Operator).await;
    let page = visitor.page("/rules/everyone").await;
    assert_eq!(text_of(&page, "welcome"), "您好，\n很高兴认识您！\n");
    assert_eq!(text_of(&page, "add"), "etPlain");
    assert!(page.text().contains("# 两行"), "the rest stands there as YAML");
    let form = |act: &'static str, welcome: &'static str| {
        [
            ("do", act),
            ("version", "1"),
            ("enabled", "true"),
            ("priority", ""),
            ("welcome", welcome),
            ("add", "etPlain"),
            ("remove", ""),
            ("remark", ""),
        ]
    };
    // The phone shows it as one types, with the customer's name.
    let typed =
        [form("", "早上好，{{ customer.name }}！").as_slice(), &[("customer", PLANTED_NAME)]].concat();
    let answer =
        with_form(visitor.request(Method::POST, "/rules/everyone/preview"), &typed).send().await.unwrap();
    let text = answer.text().await.unwrap();
    assert!(text.contains("早上好，") && text.contains("onerror") && !text.contains("<img"), "{text}");
    let typed = form("", "早上好，{{ customer.nam }}！");
    let answer =
        with_form(visitor.request(Method::POST, "/rules/everyone/preview"), &typed).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("customer.name"), "it says what was meant");
    // A fault stands at its field.
    let (_, _, page) = visitor.sends("/rules/everyone", &form("publish", "{{ customer.nam }}")).await;
    assert_eq!(page.by_id("welcome").unwrap().get("aria-invalid"), Some("true"), "{}", page.text());
    assert_eq!(text_of(&page, "welcome"), "{{ customer.nam }}");
    let number =
        [("do", "publish"), ("version", "1"), ("priority", "高"), ("welcome", "您好，\n很高兴认识您！\n")];
    assert!(visitor.sends("/rules/everyone", &number).await.2.text().contains("优先级要写整数"));
    assert_eq!(world.store().active_version().await.unwrap(), Some(1));
    let (_, to, page) =
        visitor.sends("/rules/everyone", &form("publish", "早上好，\r\n{{ employee.name }}\r\n")).await;
    assert_eq!(to, "/rules/everyone?done=published-2", "{}", page.text());
    let stored = world.store().active_rules().await.unwrap().unwrap().document;
    let expected = FILE.replace(
        "        您好，\n        很高兴认识您！\n",
        "        早上好，\n        {{ employee.name }}\n",
    );
    assert_eq!(stored, expected, "all else as it stood, to the byte");
    taken_up(&world, 2).await;
    assert!(next_welcome(&world).await.contains("早上好"));
    // Whoever began before is told, and keeps what they typed; put on top, both changes are there.
    let late = [
        ("do", "publish"),
        ("version", "1"),
        ("enabled", "true"),
        ("priority", "70"),
        ("welcome", "您好，\r\n很高兴认识您！\r\n"),
        ("add", "etPlain\r\n渠道/春季"),
        ("remark", ""),
    ];
    let (_, _, page) = visitor.sends("/rules/everyone", &late).await;
    assert!(page.text().contains("已发布版本 2"), "{}", page.text());
    assert_eq!(page.by_id("priority").unwrap().get("value"), Some("70"));
    let over = [late.as_slice(), &[("over", "2")]].concat();
    let (_, to, page) = visitor.sends("/rules/everyone", &over).await;
    assert_eq!(to, "/rules/everyone?done=published-3", "{}", page.text());
    let stored = world.store().active_rules().await.unwrap().unwrap().document;
    let expected = expected
        .replace("- name: everyone\n", "- name: everyone\n    priority: 70\n")
        .replace("[etPlain]", "[etPlain, 渠道/春季]");
    assert_eq!(stored, expected);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_rules_are_shown_as_they_are() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let name = "<img src=x onerror=alert(1)> $1 & 100%/春";
    let rules = format!(
        "rules:\n  - name: '{name}'\n    welcome: {{ text: '</textarea><script>x</script> 您好' }}\n"
    );
    let world = World::begin(database, &rules, Clock::system(), |_| {}).await;
    world.add_one().await;
    world.settled().await;
    let visitor = world.visitor(Role::Operator).await;
    let page = visitor.page("/rules").await;
    assert!(page.text().contains(name), "{}", page.text());
    let to = page.all("a").find(|link| link.text.contains(name)).unwrap().get("href").unwrap().to_owned();
    for path in ["/rules", "/rules?explain=", "/rules/versions", &to] {
        let page = visitor.page(path).await;
        assert_eq!(page.all("img").count(), 1, "{path}: only the program's own sign");
        assert_eq!(page.all("script").filter(|script| !script.text.is_empty()).count(), 0, "{path}");
    }
    let page = visitor.page(&to).await;
    assert_eq!(text_of(&page, "welcome"), "</textarea><script>x</script> 您好");
    let form = [("do", "publish"), ("version", "1"), ("enabled", "true"), ("welcome", "您好")];
    let (status, to, _) = visitor.sends(&to, &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(visitor.page(&to).await.text().contains("已发布，版本 2"), "{to}");
    world.end().await;
}

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
    let form = fields.iter().fold(Form::new(), |form, (name, value)| form.text((*name).to_owned(), (*value).to_owned()));
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
    let typed = [base.as_slice(), &[("do", "attachment-add"), ("attachment-kind", "image"), ("remark", "{{ customer.name }}-x")]].concat();
    let (_, _, page) = visitor.sends("/rules/everyone", &typed).await;
    assert_eq!(value_of(&page, "remark"), "{{ customer.name }}-x");
    let entry = [("a-0-kind", "image"), ("a-0-at", ""), ("a-0-file", ""), ("do", "upload")];
    let upload = [base.as_slice(), &entry].concat();
    let (status, page) = with_file(&visitor, "/rules/everyone", &upload, ("a-0-upload", "<img src=x onerror=alert(1)>.png", PNG)).await;
    assert_eq!(status, StatusCode::OK, "{}", page.text());
    let path = value_of(&page, "a-0-file");
    assert!(path.starts_with("files/") && path.ends_with("img src=x onerror=alert(1).png"), "{path}");
    let seen = page.all("img").find_map(|img| img.get("src").filter(|src| src.starts_with("/rules/files/"))).unwrap();
    let picture = visitor.request(Method::GET, seen).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(picture.bytes().await.unwrap(), PNG);
    assert_eq!(world.store().active_version().await.unwrap(), Some(1));
    // What is no picture is told at its field.
    let (_, page) = with_file(&visitor, "/rules/everyone", &upload, ("a-0-upload", "a.png", b"I am a text")).await;
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
    let form = |act: &'static str, yaml: &str| vec![("do", act.to_owned()), ("version", "1".to_owned()), ("yaml", yaml.to_owned())];
    let send = async |form: Vec<(&str, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visitor.sends("/rules", &form).await
    };
    let (_, _, page) = send(form("up:everyone", FILE)).await;
    let moved = text_of(&page, "yaml");
    let everyone = FILE.find("  # 兜底").unwrap();
    let spring = FILE.find("  - name: spring").unwrap();
    let between = FILE[..everyone].trim_end().len();
    let expected = format!("{}{}{}{}\n", &FILE[..spring], FILE[everyone..].trim_end(), &FILE[between..everyone], &FILE[spring..between]);
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
    for (path, name) in [("/rules/new?copy=everyone", "everyone-2"), ("/rules/new?pattern=hours", "下班时间"), ("/rules/new?pattern=default", "所有人")] {
        let page = visitor.page(path).await;
        assert_eq!(value_of(&page, "name"), name, "{path}");
        assert!(!text_of(&page, "welcome").is_empty());
    }
    let new = [("do", "publish"), ("version", "1"), ("name", "$1 {{ 7*7 }} <b>"), ("enabled", "true"), ("state", "shop-*"), ("welcome", "欢迎光临")];
    let (_, to, page) = visitor.sends("/rules/new?pattern=channel", &new).await;
    assert_eq!(to, "/rules/%241%20%7B%7B%207*7%20%7D%7D%20%3Cb%3E?done=published-2", "{}", page.text());
    let stored = world.store().active_rules().await.unwrap().unwrap().document;
    let begin = FILE.find("  - name: spring").unwrap();
    assert!(stored.starts_with(&FILE[..begin]) && stored.ends_with(&FILE[begin..]), "{stored}");
    let page = visitor.page(&to).await;
    assert_eq!(text_of(&page, "state"), "shop-*");
    // The same name once more is a fault at its field.
    let taken = [("do", "publish"), ("version", "2"), ("name", "spring"), ("enabled", "true"), ("welcome", "x")];
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
