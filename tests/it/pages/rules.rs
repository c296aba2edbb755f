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
pub(super) const FILE: &str = "# 春季活动，小王维护
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
    pub(super) async fn sends(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, String, Html) {
        let answer = with_form(self.request(Method::POST, path), form).send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let status = answer.status();
        let text = answer.text().await.unwrap();
        let page = if text.is_empty() { Html::parse("<body></body>") } else { Html::parse(&text) };
        (status, to.unwrap_or_default(), page)
    }
}

/// The text of a field, without the line break by which HTML begins it.
pub(super) fn text_of(page: &Html, id: &str) -> String {
    let text = &page.by_id(id).unwrap_or_else(|| panic!("no {id}")).text;
    text.strip_prefix('\n').unwrap_or(text).to_owned()
}

pub(super) async fn taken_up(world: &World, version: i64) {
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
    // Why the first rule did not match names the key as code, not in backticks.
    assert!(page.all("code").any(|code| code.text == "state"), "{}", page.text());
    assert!(!page.text().contains('`'), "{}", page.text());
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
    assert!(
        page.text().contains("发布版本 2。您写的内容都在") && page.text().contains("换了一句话"),
        "{}",
        page.text()
    );
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
    let page = visitor.page("/rules").await;
    assert!(page.text().contains("退回到版本 1") && !page.text().contains("back to"), "{}", page.text());
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
            // What is to be written in its place is code, not a word in backticks.
            assert!(page.all("code").any(|code| code.text == "welcome"), "{language} {act}: {}", page.text());
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
    assert!(page.text().contains("发布版本 2。您写的内容都在"), "{}", page.text());
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
