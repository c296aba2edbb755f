//! Logging in by WeCom: to its page and back, who comes in and who does not, and what ends it.

use std::collections::BTreeMap;

use actix_web::test::TestRequest;
use reqwest::{Method, Response, StatusCode, header};
use rstest::rstest;
use wecom_core::clock::Clock;
use wecom_greeter::{
    access::{Employees, Role},
    config::{Config, WecomLogin},
    http::access::{Access, ByWecom},
};
use wecom_simulator::{Fault, FaultKind};

use super::{RULES, browserless, world};
use crate::harness::{
    browser::Browser,
    databases::TestDatabase,
    html::Html,
    world::{Which, World, fresh},
};

/// The method by which a code is exchanged.
const GETUSERINFO: &str = "auth/getuserinfo";

/// Settings in which these employees may log in.
fn let_in(config: &mut Config, roles: &[(&str, Role)]) {
    let app = &config.apps[0];
    let roles: BTreeMap<String, Role> =
        roles.iter().map(|(userid, role)| ((*userid).to_owned(), *role)).collect();
    config.admin.wecom_login = Some(WecomLogin {
        app: app.name.clone(),
        agent_id: app.agent_id.unwrap(),
        employees: Employees::new(&app.corp_id, roles),
    });
}

async fn open_world(database: TestDatabase) -> World {
    let adjust =
        |config: &mut Config| let_in(config, &[("zhangsan", Role::Operator), ("wangwu", Role::Admin)]);
    World::begin(database, RULES, Clock::system(), adjust).await
}

/// A browser that was sent to WeCom: what it keeps, and the state that it took along.
struct Sent {
    cookie: String,
    state: String,
}

impl World {
    async fn sent_to_wecom(&self, next: &str) -> Sent {
        let url = reqwest::Url::parse_with_params(&format!("{}/login/wecom", self.base()), [("next", next)]);
        let answer = browserless().get(url.unwrap()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(
            cookie.starts_with("greeter_login=wgs_")
                && cookie.ends_with("; Max-Age=600; HttpOnly; SameSite=Lax; Path=/login/wecom"),
            "{cookie}"
        );
        let to = reqwest::Url::parse(answer.headers()[header::LOCATION].to_str().unwrap()).unwrap();
        let expected = format!("{}/wwlogin/sso/login", self.wecom.api_base());
        assert!(to.as_str().starts_with(&expected), "{to}");
        let given: BTreeMap<String, String> = to.query_pairs().into_owned().collect();
        let app = &self.config.apps[0];
        assert_eq!(given["appid"], app.corp_id);
        assert_eq!(given["agentid"], app.agent_id.unwrap().to_string());
        assert_eq!(given["redirect_uri"], format!("{}/login/wecom/back", self.base()));
        assert_eq!((given["login_type"].as_str(), given["lang"].as_str()), ("CorpApp", "zh"));
        // WeCom's page takes what we have sent.
        let page = browserless().get(to).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "{}", page.text().await.unwrap());
        Sent { cookie: cookie.split(';').next().unwrap().to_owned(), state: given["state"].clone() }
    }

    async fn back(&self, cookie: &str, code: Option<&str>, state: &str) -> Response {
        let pairs = code.map(|code| ("code", code)).into_iter().chain([("state", state)]);
        let url = reqwest::Url::parse_with_params(&format!("{}/login/wecom/back", self.base()), pairs);
        let request = browserless().get(url.unwrap()).header(header::COOKIE, cookie);
        // As a browser says it that comes along a link of another site.
        request.header("sec-fetch-site", "cross-site").send().await.unwrap()
    }

    /// The session of an employee who has logged in.
    async fn session_of(&self, userid: &str) -> String {
        let sent = self.sent_to_wecom("/").await;
        let code = self.wecom.log_in(userid).unwrap();
        let answer = self.back(&sent.cookie, Some(&code), &sent.state).await;
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
        let cookie = answer.headers().get_all(header::SET_COOKIE).iter().next().unwrap();
        cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
    }
}

/// What is said of a login that did not come about, with its status.
async fn refused(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    assert!(answer.headers().get(header::SET_COOKIE).is_none(), "nobody has come in");
    let page = Html::parse(&answer.text().await.unwrap());
    assert!(page.field("令牌").is_some(), "one can go on by the door");
    (status, page.by_id("fault").map(|fault| fault.text.trim().to_owned()).unwrap_or_default())
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_employee_of_the_settings_comes_in_with_the_role_that_stands_there(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = open_world(database).await;
    let door = browserless().get(format!("{}/login?next=%2Fstats", world.base())).send().await.unwrap();
    let door = Html::parse(&door.text().await.unwrap());
    let link = door.named("企业微信扫码登录")[0].get("href").unwrap().to_owned();
    assert_eq!(link, "/login/wecom?next=%2Fstats");
    let sent = world.sent_to_wecom("/events?state=a%20b&user=x").await;
    let code = world.wecom.log_in("zhangsan").unwrap();
    let answer = world.back(&sent.cookie, Some(&code), &sent.state).await;
    assert_eq!(answer.status(), StatusCode::OK, "a redirect would not take the session along");
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let cookies: Vec<String> = answer
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|cookie| cookie.to_str().unwrap().to_owned())
        .collect();
    assert!(cookies[0].starts_with("greeter_session=wgs_"), "{cookies:?}");
    assert!(cookies[0].ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{cookies:?}");
    assert!(cookies[1].starts_with("greeter_login=; Max-Age=0;"), "{cookies:?}");
    let page = Html::parse(&answer.text().await.unwrap());
    let leads = page.all("meta").find(|meta| meta.get("http-equiv") == Some("refresh")).unwrap();
    assert_eq!(leads.get("content"), Some("0;url=/events?state=a%20b&user=x"));
    let session = cookies[0].split(';').next().unwrap();
    let get = async |path: &str| {
        let request = browserless().get(format!("{}{path}", world.base()));
        let request = request.header(header::COOKIE, session).header(header::ACCEPT, "text/html");
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), Html::parse(&answer.text().await.unwrap()))
    };
    assert_eq!(get("/events").await.0, 200);
    assert_eq!(get("/tokens").await.0, 403, "the role is that of the settings");
    let (_, page) = get("/sessions").await;
    assert!(page.text().contains("wecom:zhangsan") && page.text().contains("当前会话"), "{}", page.text());
    let line = world.store().audit(None, 1).await.unwrap().remove(0);
    assert_eq!(
        (line.act.as_str(), line.who.as_str(), line.via.as_str(), line.after.as_deref()),
        ("signed_in", "wecom:zhangsan", "session", Some("operator"))
    );
    // The state works once, whatever code comes with it.
    let another = world.wecom.log_in("zhangsan").unwrap();
    let (status, said) = refused(world.back(&sent.cookie, Some(&another), &sent.state).await).await;
    assert!(status == 401 && said.contains("超时"), "{status} {said}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_belong_to_the_browser_is_turned_away_before_wecom_is_asked() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = open_world(database).await;
    let (mine, others) = (world.sent_to_wecom("/").await, world.sent_to_wecom("/").await);
    let code = world.wecom.log_in("zhangsan").unwrap();
    let mut flipped = mine.state.clone();
    let last = if flipped.pop() == Some('0') { '1' } else { '0' };
    flipped.push(last);
    for (cookie, state) in [
        ("", mine.state.as_str()),
        ("greeter_login=", &mine.state),
        ("greeter_login=wgs_x.Lw", &mine.state),
        (&others.cookie, &mine.state),
        (&mine.cookie, &others.state),
        (&mine.cookie, &flipped),
        (&mine.cookie, ""),
        (&mine.cookie, "%00"),
    ] {
        let (status, said) = refused(world.back(cookie, Some(&code), state).await).await;
        assert!(status == 401 && said.contains("请重新扫码"), "{cookie} {state}: {status} {said}");
    }
    let (status, said) = refused(world.back(&mine.cookie, None, &mine.state).await).await;
    assert!(status == 401 && said.contains("没有同意"), "{status} {said}");
    assert!(world.wecom.requests_of(GETUSERINFO).is_empty(), "WeCom was asked");
    // The right one still comes in: what others send takes nothing away.
    let answer = world.back(&mine.cookie, Some(&code), &mine.state).await;
    assert_eq!(answer.status(), StatusCode::OK);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_in_the_settings_is_told_what_to_do_and_strangers_learn_nothing() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = open_world(database).await;
    let come = async |code: &str| {
        let sent = world.sent_to_wecom("/").await;
        refused(world.back(&sent.cookie, Some(code), &sent.state).await).await
    };
    let (status, said) = come(&world.wecom.log_in("lisi").unwrap()).await;
    assert_eq!(status, 403);
    assert!(said.contains("lisi") && said.contains("admin.wecom_login") && said.contains("viewer"), "{said}");
    // A code of nobody, one that was used, one that is longer than any.
    let used = world.wecom.log_in("lisi").unwrap();
    come(&used).await;
    for code in ["nobody's", &used, &"x".repeat(600)] {
        let (status, said) = come(code).await;
        assert!(status == 401 && said.contains("没有认可"), "{status} {said}");
        assert!(!said.contains("lisi") && !said.contains("40029"), "{said}");
    }
    // Somebody of WeChat who is no employee.
    let picked = format!(
        "{}/_simulator/logins?userid=&state=s&redirect_uri={}/login/wecom/back",
        world.wecom.api_base(),
        world.base()
    );
    let answer = browserless().get(picked).send().await.unwrap();
    let back = reqwest::Url::parse(answer.headers()[header::LOCATION].to_str().unwrap()).unwrap();
    let given = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let (status, said) = come(&given).await;
    assert!(status == 403 && said.contains("不是这家企业的员工"), "{status} {said}");
    // What is wrong with the set-up is for the log, and not for whoever comes.
    let given = world.wecom.log_in("zhangsan").unwrap();
    let fault = FaultKind::Errcode { code: 60020, message: Some("not allow, from ip: 203.0.113.7".into()) };
    world.wecom.add_fault(Fault::new(GETUSERINFO, 1, fault)).unwrap();
    let (status, said) = come(&given).await;
    assert!(status == 503 && said.contains("请管理员查看日志"), "{status} {said}");
    assert!(!said.contains("203.0.113.7") && !said.contains("60020"), "{said}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_not_set_up_nothing_shows_of_it() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let door = browserless().get(format!("{}/login", world.base())).send().await.unwrap();
    let door = Html::parse(&door.text().await.unwrap());
    assert!(door.named("企业微信扫码登录").is_empty());
    for path in ["/login/wecom", "/login/wecom/back?code=x&state=y"] {
        let answer = browserless().get(format!("{}{path}", world.base())).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_the_settings_say_otherwise_of_its_employee() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = open_world(database).await;
    let session = world.session_of("zhangsan").await;
    let request = TestRequest::get().insert_header(("cookie", session.clone())).to_http_request();
    // As a server with those settings would find it.
    let found_by = async |roles: &[(&str, Role)], corp: Option<&str>| {
        let mut config = world.config.clone();
        let_in(&mut config, roles);
        if let (Some(corp), Some(login)) = (corp, &mut config.admin.wecom_login) {
            login.employees =
                Employees::new(corp, roles.iter().map(|(id, role)| ((*id).into(), *role)).collect());
        }
        let by = ByWecom::of(&config, &world.engine.context.apps);
        let access = Access::new(world.store().clone(), Clock::system(), None).with_wecom(by);
        access.who(&request).await.ok().map(|who| (who.name, who.role))
    };
    let there = Some(("wecom:zhangsan".to_owned(), Role::Operator));
    assert_eq!(found_by(&[("ZhangSan", Role::Operator), ("lisi", Role::Viewer)], None).await, there);
    assert_eq!(found_by(&[("zhangsan", Role::Admin)], None).await, None, "another role");
    assert_eq!(found_by(&[("zhangsan", Role::Viewer)], None).await, None, "another role");
    assert_eq!(found_by(&[("lisi", Role::Operator)], None).await, None, "taken out");
    assert_eq!(found_by(&[("zhangsan", Role::Operator)], Some("wwother")).await, None, "of another corp");
    let without = Access::new(world.store().clone(), Clock::system(), None);
    assert!(without.who(&request).await.is_err(), "nobody logs in by WeCom any more");
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended_by_those_whose_they_are_and_by_admins(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = open_world(database).await;
    let (of_zhang, again, of_wang) = (
        world.session_of("zhangsan").await,
        world.session_of("zhangsan").await,
        world.session_of("wangwu").await,
    );
    let api = async |session: &str, method: Method, path: &str| {
        let url = format!("{}/api/v1{path}", world.base());
        let request = browserless().request(method, url).header(header::COOKIE, session);
        let answer = request.header(header::ORIGIN, world.base()).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str::<serde_json::Value>(&text).unwrap_or_default())
    };
    let who = |list: &serde_json::Value| -> Vec<String> {
        let mut who: Vec<String> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|session| format!("{} {}", session["who"].as_str().unwrap(), session["current"]))
            .collect();
        who.sort();
        who
    };
    let (_, own) = api(&of_zhang, Method::GET, "/sessions").await;
    assert_eq!(who(&own), ["wecom:zhangsan false", "wecom:zhangsan true"]);
    let (_, all) = api(&of_wang, Method::GET, "/sessions").await;
    assert_eq!(who(&all), ["wecom:wangwu true", "wecom:zhangsan false", "wecom:zhangsan false"]);
    assert!(!all.to_string().contains("wgs_"), "{all}");
    let id_of = |list: &serde_json::Value, current: bool, who: &str| {
        let items = list["items"].as_array().unwrap();
        let found = items.iter().find(|one| one["current"] == current && one["who"] == who);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    // Nobody ends what is not theirs; nor does an id say whether there is such a session.
    let wangs = id_of(&all, true, "wecom:wangwu");
    for id in [wangs.as_str(), "0000000000000000", "x"] {
        assert_eq!(api(&of_zhang, Method::DELETE, &format!("/sessions/{id}")).await.0, 404, "{id}");
    }
    let other = id_of(&own, false, "wecom:zhangsan");
    assert_eq!(api(&of_zhang, Method::DELETE, &format!("/sessions/{other}")).await.0, 204);
    assert_eq!(api(&again, Method::GET, "/events").await.0, 401, "it is over at once");
    assert_eq!(api(&of_zhang, Method::GET, "/events").await.0, 200);
    let this = id_of(&own, true, "wecom:zhangsan");
    assert_eq!(api(&of_wang, Method::DELETE, &format!("/sessions/{this}")).await.0, 204);
    assert_eq!(api(&of_zhang, Method::GET, "/events").await.0, 401);
    let lines = world.store().audit(None, 2).await.unwrap();
    let told: Vec<(&str, &str, &str)> =
        lines.iter().map(|line| (line.who.as_str(), line.act.as_str(), line.target.as_str())).collect();
    assert_eq!(
        told,
        [
            ("wecom:wangwu", "session_ended", "wecom:zhangsan"),
            ("wecom:zhangsan", "session_ended", "wecom:zhangsan")
        ]
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_one_comes_in_by_wecom_from_another_site_and_is_where_one_wanted_to_go() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let adjust = |config: &mut Config| {
        let_in(config, &[("zhangsan", Role::Operator)]);
        // Another site than our pages are: to a browser the ports of one host are one.
        config.wecom.login_base = config.wecom.login_base.replace("127.0.0.1", "localhost");
    };
    let world = World::begin(database, RULES, Clock::system(), adjust).await;
    let Some(browser) = Browser::open(&world.base()).await else { return world.end().await };
    browser.go("/events?user=lisi").await;
    browser.see("或用令牌登录").await;
    for (scheme, width) in [("light", 1280), ("dark", 360)] {
        browser.prefer(scheme).await;
        browser.resize(width, 760).await;
        let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        assert_eq!(browser.run(wide).await, false, "at {width}");
    }
    browser.press("企业微信扫码登录").await;
    browser.see("就当是这位员工扫码").await;
    browser.press("李四 (lisi)").await;
    browser.see("还没有登录权限").await;
    browser.press("企业微信扫码登录").await;
    browser.press("取消").await;
    browser.see("没有同意登录").await;
    browser.go("/events?user=lisi").await;
    browser.press("企业微信扫码登录").await;
    browser.press("张三 (zhangsan)").await;
    browser.see("实时更新").await;
    assert_eq!(browser.path().await, "/events?user=lisi");
    browser.go("/sessions").await;
    browser.see("wecom:zhangsan").await;
    for (scheme, width) in [("light", 1280), ("dark", 360)] {
        browser.prefer(scheme).await;
        browser.resize(width, 760).await;
        let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        assert_eq!(browser.run(wide).await, false, "at {width}");
    }
    browser.press("English").await;
    browser.see("this one").await;
    browser.press_at("//td//button").await;
    browser.press_at("//dialog//button[2]").await;
    browser.see("Log in with WeCom").await;
    // What was answered with 401 and 403 above is no fault of the page.
    let complaints = browser.complaints().await;
    let others: Vec<&String> = complaints
        .iter()
        .filter(|one| !one.contains("status of 401") && !one.contains("status of 403"))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    browser.close().await;
    world.end().await;
}
