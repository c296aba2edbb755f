//! `demo --keep`: a month behind it, a link that logs in once, and customers who come.

use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{StatusCode, header};
use serde_json::Value;

use crate::harness::{browser::Browser, html::Html};

/// How long it may take until its pages can be opened, as it is built for tests and on a busy machine.
const SOON: Duration = Duration::from_mins(2);

/// A demo that goes on; ended with this.
struct Demo {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts one; and its lines up to one of which something is made.
fn begin<T>(arguments: &[&str], found: impl Fn(&str) -> Option<T>) -> (Demo, Vec<String>, T) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wecom-greeter"))
        .args(["demo", "--keep", "--customers", "2"])
        .args(arguments)
        .env_clear()
        .env("TMPDIR", folder.path())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let demo = Demo { child, _folder: folder };
    let begun = Instant::now();
    let mut before = Vec::new();
    loop {
        let line = lines.next().unwrap_or_else(|| panic!("it ended: {before:?}"));
        assert!(begun.elapsed() < SOON, "it takes too long");
        let made = found(&line);
        before.push(line);
        if let Some(made) = made {
            // Goes on reading, or the demo would end for want of a reader.
            std::thread::spawn(move || lines.count());
            return (demo, before, made);
        }
    }
}

/// A client that follows nothing by itself.
fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(crate::http::tls())
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_lies_behind_a_demo_that_is_kept_and_a_link_opens_it_once() {
    let (_demo, _, document) = begin(&["--output", "json", "--lang", "en"], |line| {
        let document: Value = serde_json::from_str(line).unwrap();
        document["login"].is_string().then_some(document)
    });
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    let (admin, login, token) = (text("admin"), text("login"), text("token"));
    let http = client();
    // A wrong code opens nothing, and does not use up the right one.
    let wrong = http.get(format!("{admin}/login/once/wgl_wrong")).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert!(wrong.headers().get(header::SET_COOKIE).is_none());
    let answer = http.get(&login).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/");
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookies: Vec<&str> =
        cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap()).collect();
    assert!(cookies.contains(&"greeter_language=en"), "{cookies:?}");
    let again = http.get(&login).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED, "once");
    assert!(Html::parse(&again.text().await.unwrap()).text().contains("这个链接已经用过"));
    let page = async |path: &str| {
        let request = http.get(format!("{admin}{path}")).header(header::COOKIE, cookies.join("; "));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        Html::parse(&answer.text().await.unwrap())
    };
    let overview = page("/").await;
    assert!(
        overview
            .text()
            .contains("A demo: the company, its people, the customers and the past month are made up")
    );
    for path in
        ["/events", "/failures", "/rules", "/customers", "/stats", "/audit", "/tokens", "/rules/versions"]
    {
        let rows = page(path).await;
        let rows =
            rows.all("tr").filter(|row| row.around.last().is_some_and(|around| around == "tbody")).count();
        assert!(rows > 1, "{path}: {rows}");
    }
    // The token of the same name opens the API, where the month is counted.
    let api = async |path: &str| {
        let request = http.get(format!("{admin}/api/v1{path}")).bearer_auth(&token);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let stats = api("/stats?by=day&since=60d").await;
    let days = stats["items"].as_array().unwrap();
    let sum = |of: &str| days.iter().map(|day| day[of].as_i64().unwrap()).sum::<i64>();
    assert!(days.len() >= 30 && days.iter().take(30).all(|day| day["adds"].as_i64() > Some(10)), "{days:?}");
    let (adds, welcomed, missed, no_code) = (sum("adds"), sum("welcomed"), sum("missed"), sum("no_code"));
    assert!((1_000..4_000).contains(&adds), "{adds}");
    assert!(welcomed * 100 > adds * 90 && missed > 0 && no_code > 0 && sum("lost") > 50, "{stats}");
    let channels = api("/stats?by=state&since=60d").await;
    assert!(channels["items"].as_array().unwrap().len() >= 6, "{channels}");
    let failures = api("/failures?since=60d").await;
    let codes: HashSet<&str> =
        failures["items"].as_array().unwrap().iter().map(|group| group["code"].as_str().unwrap()).collect();
    for code in ["untrusted_ip", "unknown_tag", "expired_trying", "expired_untried", "code_expired"] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
    // Everything of the past has its end; only what waits for its time is open.
    let open = api("/events?status=received&limit=500").await;
    assert!(open["items"].as_array().unwrap().len() < 3, "{open}");
    let rules = api("/rules").await;
    assert_eq!(rules["version"], 3);
}

#[test]
fn what_it_says_at_its_end_is_said_in_chinese() {
    let (_demo, lines, link) = begin(&["--lang", "zh"], |line| {
        let (_, rest) = line.split_once("http://")?;
        rest.contains("/login/once/").then(|| line.trim().to_owned())
    });
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    let said = lines.join("\n");
    for expected in ["客户都是编的", "只能登录一次", "不时有客户来添加"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

/// The pages of a demo: what its picture is called, and its path.
const PAGES: &[(&str, &str)] = &[
    ("overview", "/"),
    ("events", "/events"),
    ("event", "/events/WELCOMED"),
    ("missed", "/events/MISSED"),
    ("failures", "/failures"),
    ("failures-of-a-cause", "/failures?code=unknown_tag&kind=tag"),
    ("rules", "/rules"),
    ("rule", "/rules/spring-campaign"),
    ("rule-new", "/rules/new?pattern=channel"),
    ("versions", "/rules/versions"),
    ("contact-ways", "/contact-ways"),
    ("tags", "/tags"),
    ("customer", "/customers/CUSTOMER"),
    ("stats", "/stats?since=30d"),
    ("stats-by-channel", "/stats?by=state&since=30d"),
    ("health", "/health"),
    ("audit", "/audit"),
    ("tokens", "/tokens"),
    ("login", "/login"),
];

/// With UPDATE_DOCS=1 in the environment, writes the pictures of every page (`.ci/screens`).
#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_demo_is_without_complaint_and_no_wider_than_a_phone() {
    let (_demo, _, document) = begin(&["--output", "json", "--lang", "zh"], |line| {
        let document: Value = serde_json::from_str(line).unwrap();
        document["login"].is_string().then_some(document)
    });
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    let (admin, login, token) = (text("admin"), text("login"), text("token"));
    let Some(browser) = Browser::open(&admin).await else { return };
    let first = async |query: &str| {
        let url = format!("{admin}/api/v1/events?limit=1&change=add_external_contact&{query}");
        let found =
            client().get(url).bearer_auth(&token).send().await.unwrap().json::<Value>().await.unwrap();
        found["items"][0].clone()
    };
    let welcomed = first("outcome=welcomed&rule=spring-campaign").await;
    let missed = first("outcome=missed").await;
    let paths: Vec<(&str, String)> = PAGES
        .iter()
        .map(|(name, path)| {
            let path = path.replace("WELCOMED", &welcomed["id"].to_string());
            let path = path.replace("MISSED", &missed["id"].to_string());
            (*name, path.replace("CUSTOMER", welcomed["external_user_id"].as_str().unwrap()))
        })
        .collect();
    let look = async |name: &str, path: &str| {
        // Nothing is wider in the dark.
        let schemes = if makes_pictures() { &["light", "dark"][..] } else { &["light"] };
        for scheme in schemes {
            browser.prefer(scheme).await;
            for (width, height) in [(1280, 900), (360, 780)] {
                browser.resize(width, height).await;
                browser.go(path).await;
                let wide =
                    "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
                assert_eq!(browser.run(wide).await, false, "{path} at {width}");
                keep_picture(&browser, name, scheme, width).await;
            }
        }
    };
    for (name, path) in paths.iter().filter(|(name, _)| *name == "login") {
        look(name, path).await;
    }
    browser.go(login.trim_start_matches(&admin)).await;
    browser.see("概览").await;
    for (name, path) in paths.iter().filter(|(name, _)| *name != "login") {
        look(name, path).await;
    }
    browser.close().await;
}

/// Whether the pictures in docs/screens are made anew.
fn makes_pictures() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

async fn keep_picture(browser: &Browser, name: &str, scheme: &str, width: u32) {
    if !makes_pictures() {
        return;
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/screens");
    std::fs::create_dir_all(folder).unwrap();
    // What the chart is drawn with comes after the page.
    tokio::time::sleep(Duration::from_millis(400)).await;
    std::fs::write(format!("{folder}/{name}-{scheme}-{width}.png"), browser.picture().await).unwrap();
}
