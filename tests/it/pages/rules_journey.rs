//! A welcome is changed in a browser: seen on the phone as it is typed, with a fault in it, after a session that ended
//! meanwhile, published, and sent to the next customer.

use std::time::{Duration, Instant};

use wecom_core::clock::Clock;
use wecom_greeter::{
    access::{By, Role},
    action::Kind,
};

use crate::harness::{
    browser::Browser,
    world::{Which, World, action, fresh},
};

/// From a key to the phone, at the most.
const PREVIEW_WITHIN: Duration = Duration::from_millis(300);

const RULES: &str = "# 小王维护
rules:
  - name: 春季活动 # 不要改名
    priority: 10
    when: { state: 'spring-*' }
    welcome: { text: 春天好！ }
  - name: everyone
    welcome:
      text: |
        {{ customer.name | default('朋友') }}，您好！
        我是{{ employee.name }}，很高兴认识您。
      attachments:
        - link: { title: 春季活动, url: 'https://example.com/spring', description: 限时 }
    tag: { add: [渠道/未知, etPlain] }
";

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_is_changed_and_sent_to_the_next_customer() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::begin(database, RULES, Clock::system(), |_| {}).await;
    world.add_one().await;
    world.settled().await;
    let token = world.token_of(Role::Operator).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/rules").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("正在使用版本 1").await;
    browser.press("编辑 everyone").await;
    browser.see("欢迎语").await;
    // The phone follows the keys.
    let type_it = "const field = document.getElementById('welcome'); field.value = '早上好，{{ customer.name }}！'; \
                   field.dispatchEvent(new Event('input', { bubbles: true })); return null";
    let begun = Instant::now();
    browser.run(type_it).await;
    let shown = "return document.querySelector('#preview .bubble')?.textContent.includes('早上好，王女士！') ?? false";
    while browser.run(shown).await != true {
        assert!(begun.elapsed() < Duration::from_secs(20), "the phone does not follow");
    }
    let took = begun.elapsed();
    // A busy machine is slower; what is held here is that nothing waits on purpose.
    assert!(took < PREVIEW_WITHIN * 20, "{took:?}");
    // A placeholder by a click, and a fault at its field.
    browser.press("插入员工姓名").await;
    let field = "return document.getElementById('welcome').value";
    assert!(browser.run(field).await.as_str().unwrap().contains("{{ employee.name }}"));
    browser.fill("欢迎语", "{{ customer.nam }}").await;
    browser.press("检查").await;
    browser.see("有 1 处错误").await;
    browser.fill("欢迎语", "晚上好，{{ customer.name }}！").await;
    // The session ends; what was typed is there after the next log-in.
    assert!(world.store().revoke_token("operator", &By::command_line(), 1).await.unwrap());
    browser.press("检查").await;
    browser.see("用管理员给您的令牌登录").await;
    let token = world.token_of(Role::Admin).await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.see("您上次没有发布的修改已经恢复").await;
    assert_eq!(browser.run(field).await, "晚上好，{{ customer.name }}！");
    browser.press("试算").await;
    browser.see("1 个的结果会变").await;
    browser.fill("发布备注", "晚上的问候").await;
    browser.press("发布").await;
    browser.press_at("//dialog//button[normalize-space(.)='发布']").await;
    browser.see("已发布，版本 2 马上生效").await;
    world
        .until("the rules are taken up", async || {
            (world.readyz().await.1["rules_version"] == 2).then_some(())
        })
        .await;
    world.add_one().await;
    let records = world.settled().await;
    let request = action(&records[0], Kind::Welcome).request.as_ref().unwrap().to_string();
    assert!(request.contains("晚上好"), "{request}");
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        for (width, height) in [(1280, 1000), (360, 740)] {
            browser.resize(width, height).await;
            for (name, path) in [
                ("rules", "/rules"),
                ("explained", "/rules?explain="),
                ("rule", "/rules/everyone"),
                ("versions", "/rules/versions?was=1&is=2"),
            ] {
                browser.go(path).await;
                let wide =
                    "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
                assert_eq!(browser.run(wide).await, false, "{path} at {width}");
                keep_picture(&browser, name, scheme, width).await;
            }
        }
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
    world.end().await;
}

/// One red dot.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_rule_with_a_picture_and_tags_is_made_without_writing_yaml() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::begin(database, RULES, Clock::system(), |_| {}).await;
    let token = world.token_of(Role::Operator).await;
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("<b>$1 {{ 7*7 }}.png");
    std::fs::write(&picture, PNG).unwrap();
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/rules").await;
    browser.fill("令牌", &token).await;
    browser.press("登录").await;
    browser.press("按渠道").await;
    browser.fill("规则名称", "门店 <img src=x>").await;
    browser.fill("渠道", "shop-*").await;
    browser.fill("欢迎语", "{{ customer.name }}，欢迎光临 $1").await;
    let count = "return document.querySelector('[data-bytes=welcome]').textContent";
    assert_eq!(browser.run(count).await, "{{ customer.name }}，欢迎光临 $1".len().to_string());
    // A picture: chosen, and uploaded by that.
    browser.press("添加附件").await;
    browser.type_at("//input[@type='file']", picture.to_str().unwrap()).await;
    browser.find_at("//figure//img[starts-with(@src, '/rules/files/')]").await;
    let welcome = "return document.getElementById('welcome').value";
    assert_eq!(
        browser.run(welcome).await,
        "{{ customer.name }}，欢迎光临 $1",
        "nothing that was typed is lost"
    );
    // A tag of WeCom's, by the keyboard.
    browser.press("从企业微信选择 添加标签").await;
    browser.find_at("//dialog[@open]//input[@type='checkbox']").await;
    browser.type_at("//input[@id='tags-search']", "\u{e007}").await;
    let box_is_at = "return document.activeElement.type";
    assert_eq!(browser.run(box_is_at).await, "checkbox", "Enter goes to the first tag");
    browser.run("document.activeElement.click(); return null").await;
    browser.press_at("//dialog[@open]//button[normalize-space(.)='关闭']").await;
    let tags = "return document.getElementById('add').value";
    let tag = browser.run(tags).await.as_str().unwrap().to_owned();
    assert!(tag.contains('/'), "{tag}");
    browser.press("检查").await;
    browser.see("没有错误，共 3 条规则").await;
    browser.press("发布").await;
    browser.press_at("//dialog//button[normalize-space(.)='发布']").await;
    browser.see("已发布，版本 2 马上生效").await;
    assert!(
        world.store().active_rules().await.unwrap().unwrap().document.starts_with("# 小王维护\nrules:\n")
    );
    world
        .until("the rules are taken up", async || {
            (world.readyz().await.1["rules_version"] == 2).then_some(())
        })
        .await;
    world.add(&wecom_simulator::AddCustomer::new(World::employee(), "小周", Some("shop-南山"))).await;
    let records = world.settled().await;
    let request = action(&records[0], Kind::Welcome).request.clone().unwrap();
    assert_eq!(request["text"]["content"], "小周，欢迎光临 $1");
    assert!(request["attachments"][0]["image"]["media_id"].is_string(), "{request}");
    assert_eq!(action(&records[0], Kind::Welcome).status.as_str(), "done");
    // In another order, and away: each is a change of the text that is not published yet.
    browser.go("/rules").await;
    browser.press("下移 门店 <img src=x>").await;
    browser.see("还没有发布").await;
    let yaml = "return document.getElementById('yaml').value.includes('# 不要改名')";
    assert_eq!(browser.run(yaml).await, true);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
    world.end().await;
}

/// With RULES_PICTURES=FOLDER in the environment, writes what the pages look like, for whoever changes them.
async fn keep_picture(browser: &Browser, name: &str, scheme: &str, width: u32) {
    let Some(folder) = std::env::var_os("RULES_PICTURES") else { return };
    let picture = browser.picture().await;
    let path = std::path::Path::new(&folder).join(format!("{name}-{scheme}-{width}.png"));
    std::fs::write(path, picture).unwrap();
}
