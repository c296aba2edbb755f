//! `/contact-ways`: what WeCom lists beside what the record and the rules know; made, changed and deleted by forms and from a
//! table; the picture of a code; and what is shown when WeCom does not answer.

use reqwest::{Method, StatusCode, header, multipart};
use rstest::rstest;
use wecom_client::{CallOptions, contact::AddContactWay};
use wecom_greeter::access::Role;
use wecom_simulator::{Fault, FaultKind, Scan};

use super::{PLANTED_NAME, PLANTED_STATE, Visitor, world};
use crate::harness::{
    browser::Browser,
    world::{Which, World, fresh},
};

const LIST: &str = "externalcontact/list_contact_way";
const ADD: &str = "externalcontact/add_contact_way";

impl World {
    /// Makes a contact way as another program would, and has it seen; its id.
    pub(super) async fn way(&self, name: &str, state: &str) -> String {
        let way = AddContactWay { remark: Some(name.into()), ..AddContactWay::qr_code("zhangsan", state) };
        let app = self.engine.apps.get("default").unwrap();
        let made = app.client.external().add_contact_way(&way, CallOptions::default()).await.unwrap();
        app.contact_ways.forget();
        made.config_id.unwrap()
    }

    /// What WeCom has.
    async fn ways(&self) -> Vec<(String, String, Vec<String>)> {
        let app = self.engine.apps.get("default").unwrap();
        app.contact_ways.forget();
        let listed = app.contact_ways.all(&app.client).await;
        listed.ways.iter().map(|way| (way.name.clone(), way.state.clone(), way.users.clone())).collect()
    }

    /// The methods that the audit has, the latest first.
    async fn called(&self) -> Vec<String> {
        let lines = self.store().audit(None, 50).await.unwrap();
        lines
            .into_iter()
            .filter(|line| line.act.as_str() == "contact_called")
            .map(|line| line.target)
            .collect()
    }
}

/// A form as people fill it in.
fn form<'a>(name: &'a str, state: &'a str, users: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("name", name),
        ("state", state),
        ("users", users),
        ("kind", "single"),
        ("departments", ""),
        ("skip_verify", "true"),
    ]
}

impl Visitor {
    /// Sends a table; the status, where one is led to, and the page.
    async fn table(&self, act: &str, part: (&'static str, Vec<u8>)) -> (StatusCode, String, String) {
        let (name, bytes) = part;
        let file = multipart::Part::bytes(bytes);
        let file = if name == "file" { file.file_name("渠道.csv") } else { file };
        let form = multipart::Form::new().text("act", act.to_owned()).part(name, file);
        let answer = self.request(Method::POST, "/contact-ways/table").multipart(form).send().await.unwrap();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        (answer.status(), to.unwrap_or_default(), answer.text().await.unwrap())
    }
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_way_stands_beside_its_adds_and_the_rule_that_answers(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Viewer).await;
    // An empty list teaches, and offers nothing that the role may not do.
    let page = visitor.page("/contact-ways").await;
    assert!(
        page.text().contains("还没有渠道码") && page.text().contains("需要管理员的令牌"),
        "{}",
        page.text()
    );
    assert!(page.named("新建渠道码").is_empty() && page.named("从表格批量新建").is_empty());
    let way = world.way("春季活动", "spring-2026").await;
    world.way("普通", "other").await;
    for name in ["小周", "李女士"] {
        let added = world.wecom.scan(&Scan { name: Some(name.into()), ..Scan::of(&way) }).unwrap();
        assert_eq!(added.state.as_deref(), Some("spring-2026"));
        for number in &added.deliveries {
            world.wecom.delivered(*number).await.unwrap();
        }
    }
    world.settled().await;
    let page = visitor.page("/contact-ways").await;
    assert!(page.text().contains("共 2 条"), "{}", page.text());
    let rows: Vec<String> = page.all("tr").map(|row| row.text.replace('\n', " ")).collect();
    let spring = rows.iter().find(|row| row.contains("春季活动")).unwrap();
    assert!(spring.contains("zhangsan"), "{spring}");
    let added = page.all("td").filter(|cell| cell.get("data-label") == Some("新增"));
    assert!(added.map(|cell| cell.text.trim()).any(|count| count == "2"), "{}", page.text());
    assert!(page.all("a").any(|link| link.get("href") == Some("/rules/spring")));
    assert!(page.all("a").any(|link| link.get("href") == Some("/rules/everyone")));
    assert!(
        page.all("a")
            .any(|link| link.get("href").is_some_and(|to| to.starts_with("/events?state=spring-2026")))
    );
    // By name, channel and employee.
    for (query, expected) in
        [("name=春季", 1), ("state=SPRING", 1), ("user=ZhangSan", 2), ("user=zhang", 0), ("state=x", 0)]
    {
        let page = visitor.page(&format!("/contact-ways?{query}")).await;
        assert!(page.text().contains(&format!("共 {expected} 条")), "{query}: {}", page.text());
    }
    // Its own page, with links to where it is counted.
    let page = visitor.page(&format!("/contact-ways/default/{way}")).await;
    assert!(page.text().contains("新增 2") && page.text().contains(&way), "{}", page.text());
    assert!(page.named("保存").is_empty() && page.named("删除").is_empty(), "a viewer looks only");
    assert!(page.all("a").any(|link| link.get("href").is_some_and(|to| to.starts_with("/stats?by=state"))));
    let (status, _, _) = visitor.look("/contact-ways/default/nothing").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_of_a_code_is_ours_to_look_at_and_to_download() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let way = world.way("南山/店", "shop").await;
    let visitor = world.visitor(Role::Viewer).await;
    let page = visitor.page(&format!("/contact-ways/default/{way}")).await;
    let picture = format!("/contact-ways/default/{way}/picture");
    assert!(page.all("img").any(|image| image.get("src") == Some(&picture)));
    let answer = visitor.request(Method::GET, &picture).send().await.unwrap();
    assert_eq!(
        (answer.status(), &answer.headers()[header::CONTENT_TYPE]),
        (StatusCode::OK, &"image/png".parse().unwrap())
    );
    assert!(answer.bytes().await.unwrap().starts_with(b"\x89PNG"));
    let answer = visitor.request(Method::GET, &format!("{picture}?download=1")).send().await.unwrap();
    let name = answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    assert!(
        name.starts_with("attachment;") && name.contains("filename*=UTF-8''%E5%8D%97%E5%B1%B1_%E5%BA%97.png"),
        "{name}"
    );
    // Nobody who has not logged in sees it.
    let stranger = Visitor { session: String::new(), ..visitor };
    let answer = stranger.request(Method::GET, &picture).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_is_made_changed_and_deleted_by_forms() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Admin).await;
    // Faults stand at their fields, what was typed stays, and nothing is sent.
    let (status, page) = {
        let long = "名".repeat(31);
        let wrong = form(&long, "shop", "张三");
        let answer = super::with_form(visitor.request(Method::POST, "/contact-ways/new"), &wrong)
            .send()
            .await
            .unwrap();
        (answer.status(), crate::harness::html::Html::parse(&answer.text().await.unwrap()))
    };
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.text().contains("有 31 个字符") && page.text().contains("「张三」不是员工账号"),
        "{}",
        page.text()
    );
    assert_eq!(page.field("名称").unwrap().get("aria-invalid"), Some("true"));
    assert_eq!(page.field("渠道").unwrap().get("value"), Some("shop"));
    assert!(world.wecom.requests_of(ADD).is_empty());
    // What WeCom refuses stands at its field as well.
    let answer =
        super::with_form(visitor.request(Method::POST, "/contact-ways/new"), &form("店", "shop", "nobody"))
            .send()
            .await
            .unwrap();
    let text = answer.text().await.unwrap();
    assert!(text.contains("通讯录里没有这名员工") && text.contains("field-fault"), "{text}");
    let (status, to) = visitor.send("/contact-ways/new", &form("南山店", "shop-nanshan", "zhangsan")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.starts_with("/contact-ways/default/") && to.ends_with("?done=way-made"), "{to}");
    assert_eq!(
        world.ways().await,
        [("南山店".to_owned(), "shop-nanshan".to_owned(), vec!["zhangsan".to_owned()])]
    );
    let own = to.split('?').next().unwrap().to_owned();
    assert!(visitor.page(&to).await.text().contains("渠道码已新建"));
    // Changed; what is not in the form stays, and what is the same is not sent.
    let (status, to) = visitor.send(&own, &form("南山旗舰店", "shop-nanshan", "lisi")).await;
    assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("{own}?done=way-changed")));
    let (_, to) = visitor.send(&own, &form("南山旗舰店", "shop-nanshan", "lisi")).await;
    assert_eq!(to, format!("{own}?done=way-as-it-was"));
    assert_eq!(
        world.ways().await,
        [("南山旗舰店".to_owned(), "shop-nanshan".to_owned(), vec!["lisi".to_owned()])]
    );
    // Deleted, after it was asked.
    let ask = visitor.page(&format!("{own}/delete")).await;
    assert!(
        ask.text().contains("确定删除渠道码「南山旗舰店」") && ask.text().contains("不能再用"),
        "{}",
        ask.text()
    );
    assert_eq!(world.ways().await.len(), 1);
    let (_, to) = visitor.send(&format!("{own}/delete"), &[]).await;
    assert_eq!(to, "/contact-ways?done=way-deleted");
    assert!(world.ways().await.is_empty());
    assert_eq!(
        world.called().await,
        ["del-contact-way", "update-contact-way", "add-contact-way", "add-contact-way"]
    );
    let lines = world.store().audit(None, 50).await.unwrap();
    let changed = lines.iter().find(|line| line.target == "update-contact-way").unwrap();
    assert!(changed.before.as_deref().unwrap().contains("南山店"), "{changed:?}");
    assert!(changed.after.as_deref().unwrap().contains("lisi"), "{changed:?}");
    // Only an admin may, whatever is shown.
    for role in [Role::Viewer, Role::Operator] {
        let other = world.visitor(role).await;
        for path in ["/contact-ways/new", &own, &format!("{own}/delete"), "/contact-ways/table/1"] {
            let (status, _) = other.send(path, &form("x", "x", "zhangsan")).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} as {role}");
        }
        assert_eq!(
            other.table("make", ("table", b"user\nzhangsan\n".to_vec())).await.0,
            StatusCode::FORBIDDEN
        );
    }
    assert!(world.ways().await.is_empty());
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn many_are_made_from_a_table_after_a_look_at_it(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Admin).await;
    let wrong = "名称,渠道,员工账号\n一店,shop-1,zhangsan\n二店,shop-2,张三\n".as_bytes().to_vec();
    for act in ["preview", "make"] {
        let (status, _, text) = visitor.table(act, ("table", wrong.clone())).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            text.contains("有 1 处错误，另有 1 行没有问题") && text.contains("「张三」不是员工账号"),
            "{text}"
        );
        assert!(!text.contains("value=\"make\""), "what has faults is not made");
    }
    // From Excel, in GBK; one of the rows WeCom refuses.
    let table =
        "名称,渠道,员工账号\n一店,shop-1,zhangsan\n二店,shop-2,nobody\n春季店,spring-3,\"zhangsan、lisi\"\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(table);
    let (_, _, text) = visitor.table("preview", ("file", gbk.clone().into_owned())).await;
    assert!(text.contains("可以新建 3 个渠道码") && text.contains("已按 GBK 读取"), "{text}");
    assert!(
        text.contains("/rules/spring") && text.contains("/rules/everyone"),
        "which rule would answer: {text}"
    );
    assert!(world.ways().await.is_empty(), "nothing is made by looking");
    let (status, to, _) = visitor.table("make", ("file", gbk.into_owned())).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.starts_with("/contact-ways/table/"), "{to}");
    world
        .until("all are tried", async || {
            visitor.page(&to).await.text().contains("建好 2 个，没建成 1 个").then_some(())
        })
        .await;
    let page = visitor.page(&to).await;
    let failed = page.all("tr").find(|row| row.text.contains("二店")).unwrap();
    assert!(
        failed.text.contains("没建成") && failed.text.contains("通讯录里没有这名员工"),
        "{}",
        failed.text
    );
    assert!(page.by_id("batch").unwrap().get("data-refresh").is_none(), "it is over");
    let names: Vec<String> = world.ways().await.into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["春季店", "一店"]);
    assert_eq!(world.called().await.len(), 3, "a line for each");
    let (status, _, _) = visitor.look("/contact-ways/table/999").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Too much, and what is no form, is refused as such.
    let (status, _, _) = visitor.table("preview", ("table", vec![b'x'; 700 << 10])).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = visitor.send("/contact-ways/table", &[("table", "user")]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shuts_the_app_out_stops_a_table_and_it_goes_on_later() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Admin).await;
    let untrusted = FaultKind::Errcode { code: 60020, message: None };
    world.wecom.add_fault(Fault::new(ADD, 1, untrusted)).unwrap();
    let table = "渠道,员工账号\na,zhangsan\nb,zhangsan\nc,zhangsan\n".as_bytes().to_vec();
    let (_, to, _) = visitor.table("make", ("table", table)).await;
    world
        .until("it has stopped", async || {
            visitor.page(&to).await.text().contains("已经停下，还有 2 个没有建").then_some(())
        })
        .await;
    let page = visitor.page(&to).await;
    assert!(page.text().contains("企业可信IP") && page.named("继续新建").len() == 1, "{}", page.text());
    assert_eq!(world.wecom.requests_of(ADD).len(), 1, "the others were not even tried");
    let (status, _) = visitor.send(&to, &[]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    world
        .until("the rest is made", async || {
            visitor.page(&to).await.text().contains("建好 2 个，没建成 1 个").then_some(())
        })
        .await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_with_the_rest_while_wecom_refuses_and_says_why() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.planted().await;
    let mut visitor = world.visitor(Role::Admin).await;
    world.wecom.add_fault(Fault::lasting(LIST, FaultKind::Errcode { code: 48002, message: None })).unwrap();
    let page = visitor.page("/contact-ways").await;
    assert!(page.text().contains("可调用接口的应用") && page.text().contains("48002"), "{}", page.text());
    assert!(
        page.text().contains("没有渠道码的渠道") && page.text().contains(PLANTED_STATE),
        "{}",
        page.text()
    );
    visitor.language = "en";
    let page = visitor.page("/contact-ways").await;
    assert!(page.text().contains("no right to customer contact"), "{}", page.text());
    // Mended: it is asked for again when somebody says so.
    world.wecom.clear_faults();
    let (status, to) = visitor.send("/contact-ways/again", &[]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/contact-ways"));
    assert!(visitor.page("/contact-ways").await.text().contains("There are no contact ways yet"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_at_wecom_is_shown_as_it_is() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let way = world.way("<img src=x onerror=a()>", PLANTED_STATE).await;
    let visitor = world.visitor(Role::Admin).await;
    for path in [
        "/contact-ways".to_owned(),
        format!("/contact-ways/default/{way}"),
        format!("/contact-ways/default/{way}/delete"),
    ] {
        let answer = visitor.request(Method::GET, &path).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!text.contains("<img src=x") && !text.contains("$1 49"), "{path}: {text}");
        assert!(text.contains("&#60;img src=x") || text.contains("&lt;img src=x"), "{path}: {text}");
    }
    // The same from a table and from WeCom's own words.
    let table =
        format!("名称,渠道,员工账号\n{PLANTED_NAME},x,zhangsan\n<b>,y,<img src=x onerror=alert(1)>\n");
    let (_, _, text) = visitor.table("preview", ("table", table.into_bytes())).await;
    assert!(!text.contains("<img src=x") && !text.contains("<b>"), "{text}");
    let fault = FaultKind::Errcode { code: 41_039, message: Some(PLANTED_NAME.into()) };
    world.wecom.add_fault(Fault::new(ADD, 1, fault)).unwrap();
    let answer =
        super::with_form(visitor.request(Method::POST, "/contact-ways/new"), &form("x", "x", "zhangsan"))
            .send()
            .await
            .unwrap();
    let text = answer.text().await.unwrap();
    assert!(text.contains("企业微信没有接受") && !text.contains("<img src=x"), "{text}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_way_is_made_in_a_browser() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let token = world.token_of(Role::Admin).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/contact-ways").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("还没有渠道码").await;
    browser.press("新建渠道码").await;
    browser.fill("名称", "南山店").await;
    browser.fill("渠道", "spring-nanshan").await;
    browser.fill("员工", "张三").await;
    browser.press("新建").await;
    browser.see("「张三」不是员工账号").await;
    browser.fill("员工", "zhangsan").await;
    browser.press("新建").await;
    browser.see("渠道码已新建").await;
    // The picture is there, and the rule that answers is named.
    let width = "return document.querySelector('.code-picture img').naturalWidth";
    world.until("the picture", async || (browser.run(width).await.as_u64() > Some(200)).then_some(())).await;
    browser.see("spring").await;
    browser.press("English").await;
    browser.see("Without the employee's confirmation").await;
    browser.press("Contact ways").await;
    browser.see("南山店").await;
    browser.press("Many from a table").await;
    browser.fill("Table", "name,user\nFair,zhangsan\nShop,lisi\n").await;
    browser.press("Preview").await;
    browser.see("2 contact ways can be made").await;
    browser.press("Create all").await;
    browser.see("All 2 contact ways are made").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
    world.end().await;
}
