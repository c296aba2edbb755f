//! Logging in by WeCom: the page, the way back with a code, and who has logged in with it.

use wecom_client::UserInfo;

use super::*;

const BACK: &str = "http://greeter.example:8081/login/wecom/back";

fn once() -> CallOptions {
    CallOptions::one_attempt(Duration::from_secs(5))
}

/// The login page of the sample company with these parameters in place of the right ones.
fn page(outside: &Outside, changed: &[(&str, &str)]) -> String {
    let corp = Corp::sample();
    let agent_id = corp.agent_id.to_string();
    let right = [
        ("login_type", "CorpApp"),
        ("appid", corp.corp_id.as_str()),
        ("agentid", agent_id.as_str()),
        ("redirect_uri", BACK),
        ("state", "s1"),
    ];
    let pairs = right.map(|(name, value)| {
        changed.iter().find(|(of, _)| *of == name).map_or((name, value), |(_, changed)| (name, *changed))
    });
    let base = format!("{}/wwlogin/sso/login", outside.simulator.api_base());
    reqwest::Url::parse_with_params(&base, pairs).unwrap().into()
}

/// Where a link of the page leads to.
fn link(page: &str, name: &str) -> String {
    let before = page.split(&format!(">{name}")).next().unwrap();
    let href = before.rsplit("href=\"").next().unwrap();
    href.trim_end_matches('"').replace("&amp;", "&")
}

async fn back(outside: &Outside, page: &str, name: &str) -> Vec<(String, String)> {
    let follows_nothing =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let href = format!("{}{}", outside.simulator.api_base(), link(page, name));
    let answer = follows_nothing.get(href).send().await.unwrap();
    assert_eq!(answer.status(), 302, "{}", answer.text().await.unwrap());
    let to = reqwest::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    assert!(to.as_str().starts_with(BACK), "{to}");
    to.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

#[tokio::test]
async fn whoever_is_picked_comes_back_with_a_code_that_works_once_and_for_five_minutes() {
    let outside = Outside::start(Options::default()).await;
    let shown = outside.http.get(page(&outside, &[])).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    let shown = shown.text().await.unwrap();
    let came = back(&outside, &shown, "张三 (zhangsan)").await;
    assert_eq!((came[0].0.as_str(), came[1].clone()), ("code", ("state".into(), "s1".into())));
    let code = came[0].1.clone();
    let client = outside.client();
    let who: UserInfo = client.getuserinfo(&code, once()).await.unwrap();
    assert_eq!((who.userid.as_deref(), who.openid), (Some("zhangsan"), None));
    let again = client.getuserinfo(&code, once()).await.unwrap_err();
    assert_eq!(again.errcode(), Some(40029), "it works once");
    // Somebody who is no member has an openid, and whoever does not agree brings no code.
    let came = back(&outside, &shown, "不是本企业员工").await;
    let who = client.getuserinfo(&came[0].1, once()).await.unwrap();
    assert!(who.userid.is_none() && who.openid.is_some(), "{who:?}");
    assert_eq!(back(&outside, &shown, "取消").await, [("state".to_owned(), "s1".to_owned())]);
    // Five minutes.
    let (early, late) =
        (outside.simulator.log_in("lisi").unwrap(), outside.simulator.log_in("LiSi").unwrap());
    outside.hand.advance(Duration::from_mins(5));
    assert_eq!(client.getuserinfo(&early, once()).await.unwrap().userid.as_deref(), Some("lisi"));
    outside.hand.advance(Duration::from_millis(1));
    assert_eq!(client.getuserinfo(&late, once()).await.unwrap_err().errcode(), Some(40029));
    assert!(matches!(outside.simulator.log_in("nobody"), Err(Error::NoEmployee { .. })));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_link_with_a_mistake_in_it_shows_no_page() {
    let outside = Outside::start(Options::default()).await;
    for (name, value) in [
        ("login_type", "ServiceApp"),
        ("appid", "wwother"),
        ("agentid", "1"),
        ("redirect_uri", "javascript:alert(1)"),
    ] {
        let answer = outside.http.get(page(&outside, &[(name, value)])).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{name}");
        assert!(answer.text().await.unwrap().contains(name));
    }
    // Whoever leaves the page out gets no further by it.
    let picked = "_simulator/logins?redirect_uri=javascript:alert(1)&userid=lisi";
    let picked = format!("{}/{picked}", outside.simulator.api_base());
    assert_eq!(outside.http.get(picked).send().await.unwrap().status(), 400);
    outside.simulator.stop().await;
}
