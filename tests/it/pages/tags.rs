//! `/tags`: the tags of WeCom's tree beside the rules that name them; made, renamed and deleted by forms.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use wecom_greeter::access::Role;
use wecom_simulator::{Fault, FaultKind, TagAct};

use super::{Visitor, with_form};
use crate::harness::{
    browser::Browser,
    html::Html,
    world::{Which, World, fresh},
};
use wecom_core::clock::Clock;

const LIST: &str = "externalcontact/get_corp_tag_list";

const RULES: &str = "
rules:
  - name: spring
    when: { state: 'spring-*' }
    welcome: { text: 春天好！ }
    tag: { add: [渠道/春季, 渠道/没有] }
  - name: makes
    when: { state: made }
    tag: { add: [渠道/会建], create: true }
  - name: everyone
    welcome: { text: 您好！ }
    tag: { add: [渠道/春季] }
";

async fn begin(which: Which) -> Option<World> {
    Some(World::begin(fresh(which).await?, RULES, Clock::system(), |_| {}).await)
}

impl Visitor {
    /// What came of a form that was not done.
    async fn refused(&self, path: &str, form: &[(&str, &str)]) -> Html {
        let answer = with_form(self.request(Method::POST, path), form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        Html::parse(&answer.text().await.unwrap())
    }
}

impl World {
    /// `Group/Tag` with its id, as WeCom has them.
    async fn tree(&self) -> Vec<(String, String)> {
        let app = self.engine.apps.get("default").unwrap();
        app.tags.invalidate();
        let groups = app.tags.groups(&app.client, std::time::Duration::from_secs(5)).await.unwrap();
        let of = |group: &wecom_greeter::known::tags::TagGroup| {
            let name = group.name.clone();
            group.tags.iter().map(|tag| (format!("{name}/{}", tag.name), tag.id.clone())).collect::<Vec<_>>()
        };
        groups.iter().flat_map(of).collect()
    }

    async fn id_of(&self, name: &str) -> Option<String> {
        self.tree().await.into_iter().find(|(of, _)| of == name).map(|(_, id)| id)
    }
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn tags_stand_beside_their_rules_and_how_often_they_were_put_on(#[case] which: Which) {
    let Some(world) = begin(which).await else { return };
    world.add_one().await;
    world.settled().await;
    let visitor = world.visitor(Role::Viewer).await;
    let page = visitor.page("/tags").await;
    let spring =
        page.all("tr").find(|row| row.text.contains("春季") && row.text.contains("everyone")).unwrap();
    assert!(spring.text.contains("spring") && spring.text.contains('1'), "{}", spring.text);
    let missing = page.all("tr").find(|row| row.text.contains("渠道/没有")).unwrap();
    assert!(missing.text.contains("打不上"), "{}", missing.text);
    let made = page.all("tr").find(|row| row.text.contains("渠道/会建")).unwrap();
    assert!(made.text.contains("自动新建") && made.text.contains("makes"), "{}", made.text);
    assert!(page.all("a").any(|link| link.get("href") == Some("/rules/everyone")));
    assert!(page.named("新建").is_empty() && !page.text().contains("改名"), "a viewer looks only");
    let page = visitor.page("/tags?tag=春季").await;
    assert!(page.text().contains("共 1 条"), "{}", page.text());
    assert!(visitor.page("/tags?tag=nothing").await.text().contains("没有符合条件的记录"));
    // While WeCom is away the rules' tags are there, and why the others are not.
    let away = FaultKind::Errcode { code: 60020, message: None };
    world.wecom.add_fault(Fault::lasting(LIST, away)).unwrap();
    let (_, to) = visitor.send("/tags/again", &[("app", "default")]).await;
    let page = visitor.page(&to).await;
    assert!(page.text().contains("企业可信IP") && page.text().contains("规则里的标签"), "{}", page.text());
    assert!(page.text().contains("渠道/春季"), "{}", page.text());
    world.wecom.clear_faults();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_made_renamed_and_deleted_by_forms() {
    let Some(world) = begin(Which::Sqlite).await else { return };
    let visitor = world.visitor(Role::Admin).await;
    let long = "标".repeat(31);
    for (group, names, expected) in [
        ("", "a", "请填写名称"),
        ("渠道", "", "请填写名称"),
        ("渠道", &long, "最多允许 30 个"),
        ("渠道", "a/b", "不能有斜杠"),
        ("渠道", "春季", "已经有「春季」了"),
    ] {
        let page = visitor.refused("/tags", &[("group", group), ("names", names)]).await;
        assert!(page.text().contains(expected), "{group}/{names}: {}", page.text());
    }
    let (status, to) = visitor.send("/tags", &[("group", "渠道"), ("names", "直播、展会\n活动")]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/tags?done=tags-made"));
    let (_, _) = visitor.send("/tags", &[("group", "新组"), ("names", "<img src=x onerror=a()>")]).await;
    let names: Vec<String> = world.tree().await.into_iter().map(|(name, _)| name).collect();
    for name in ["渠道/直播", "渠道/展会", "渠道/活动", "新组/<img src=x onerror=a()>"] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    let answer = visitor.request(Method::GET, "/tags").send().await.unwrap();
    let text = answer.text().await.unwrap();
    assert!(!text.contains("<img src=x") && text.contains("img src=x onerror=a()"), "{text}");
    // Renamed; a name that is taken is refused at the field.
    let live = world.id_of("渠道/直播").await.unwrap();
    let own = format!("/tags/default/{live}");
    assert!(visitor.page(&own).await.text().contains("没有规则在用"));
    let page = visitor.refused(&own, &[("act", "rename"), ("name", "春季")]).await;
    assert!(page.text().contains("已经有「春季」了"), "{}", page.text());
    let (_, to) = visitor.send(&own, &[("act", "rename"), ("name", "直播间")]).await;
    assert_eq!(to, "/tags?done=tag-renamed");
    assert_eq!(world.id_of("渠道/直播间").await.as_deref(), Some(live.as_str()));
    // Before one is deleted it is said which rules use it.
    let spring = world.id_of("渠道/春季").await.unwrap();
    let page = visitor.page(&format!("/tags/default/{spring}")).await;
    assert!(
        page.text().contains("有 2 条规则在用") && page.text().contains("请先修改这些规则"),
        "{}",
        page.text()
    );
    assert!(
        page.all("button").any(|button| button.get("data-ask").is_some_and(|ask| ask.contains("2 条规则")))
    );
    let (_, to) = visitor.send(&own, &[("act", "delete")]).await;
    assert_eq!(to, "/tags?done=tag-deleted");
    assert!(world.id_of("渠道/直播间").await.is_none());
    // WeCom does not let an app change what it did not make.
    let console =
        TagAct::Create { group: "控制台".into(), tags: vec!["别人的".into()], strategy_id: None };
    let made = world.wecom.tags(console).unwrap();
    for number in &made.deliveries {
        world.wecom.delivered(*number).await.unwrap();
    }
    world.settled().await;
    let page = visitor.refused(&format!("/tags/default/{}", made.tag_ids[0]), &[("act", "delete")]).await;
    assert!(page.text().contains("不是本应用建的"), "{}", page.text());
    // A rule that has its id goes on finding it under another name, and is none of those to be mended.
    let by_id = format!("rules:\n  - name: by-id\n    tag: {{ add: [{spring}] }}\n");
    world.store().import_rules(&by_id, None, 2).await.unwrap();
    super::rules::taken_up(&world, 2).await;
    let page = visitor.page(&format!("/tags/default/{spring}")).await;
    let said = page.text();
    assert!(said.contains("有 1 条规则在用它，删除之后") && !said.contains("按名称在用"), "{said}");
    let lines = world.store().audit(None, 50).await.unwrap();
    let called: Vec<&str> = lines
        .iter()
        .filter(|line| line.act.as_str() == "contact_called")
        .map(|line| line.target.as_str())
        .collect();
    assert_eq!(called, ["del-corp-tag", "del-corp-tag", "edit-corp-tag", "add-corp-tag", "add-corp-tag"]);
    // Only an admin may.
    for role in [Role::Viewer, Role::Operator] {
        let other = world.visitor(role).await;
        for path in ["/tags", &format!("/tags/default/{spring}")] {
            let (status, _) = other.send(path, &[("act", "delete"), ("group", "a"), ("names", "b")]).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} as {role}");
        }
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_made_in_a_browser() {
    let Some(world) = begin(Which::Sqlite).await else { return };
    let token = world.token_of(Role::Admin).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/tags").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("规则里有、企业微信里没有的标签").await;
    browser.fill("标签组", "渠道").await;
    browser.fill("标签名称", "没有").await;
    browser.press("新建").await;
    browser.see("标签已新建").await;
    let missing =
        "return document.getElementById('missing-h').closest('section').textContent.includes('渠道/没有')";
    assert_eq!(browser.run(missing).await, false);
    browser.press("English").await;
    browser.see("In rules").await;
    let id = world.id_of("渠道/没有").await.unwrap();
    browser.press_at(&format!("//a[@href='/tags/default/{id}']")).await;
    browser.see("1 rule uses it").await;
    browser.fill("Tag", "有了").await;
    browser.press("Rename").await;
    browser.see("It is renamed").await;
    let id = world.id_of("渠道/有了").await.unwrap();
    browser.press_at(&format!("//a[@href='/tags/default/{id}']")).await;
    browser.press("Delete").await;
    browser.press_at("//dialog//button[normalize-space(.)='Delete']").await;
    browser.see("It is deleted").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
    world.end().await;
}
