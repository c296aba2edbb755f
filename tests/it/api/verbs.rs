//! Every path of both listeners by every verb: what is read is read by HEAD as well, OPTIONS tells what there is, what there is
//! not is told as that, and nothing is there for those who have not come in but what must be.

use std::collections::BTreeMap;

use wecom_greeter::http::{admin_routes, page_routes};

use super::*;
use crate::harness::world::{Which, fresh};

/// Every path of the private listener that asks who one is, with its verbs.
fn paths() -> BTreeMap<String, Vec<String>> {
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let api = admin_routes().into_iter().map(|route| (format!("/api/v1{}", route.path), route));
    let pages = page_routes().into_iter().map(|route| (route.path.to_owned(), route));
    for (path, route) in api.chain(pages) {
        let parts: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        paths.entry(parts.join("/")).or_default().push(route.method.to_string());
    }
    paths
}

/// What needs nobody to have logged in, as its own path says of it.
const OPEN: [&str; 8] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/login",
    "/login/wecom",
    "/login/wecom/back",
    "/language/en",
    "/api/v1/openapi.json",
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_to_those_who_have_not_come_in_but_what_must_be() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let mut address = 20_000;
    let browserless = from_address(19_999);
    let verbs = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"];
    let known = paths().into_keys();
    let others = [
        "/nowhere",
        "/api/v1",
        "/api/v1/nowhere",
        "/static",
        "/login/",
        "/login/wecom/x",
        "//events",
        "/%2e%2e/events",
    ];
    for path in known.chain(others.map(str::to_owned)) {
        for verb in verbs {
            // Wrong tokens are slowed by address, and counted from however many.
            let wrong = Some(("authorization", "Bearer wgt_wrong"));
            let wrong = if verb == "GET" || verb == "POST" { wrong } else { None };
            for credentials in [None, wrong, Some(("cookie", "greeter_session=wgs_x"))] {
                let url = format!("http://{}{path}", world.private);
                let client = if credentials == wrong && wrong.is_some() {
                    address += 1;
                    from_address(address)
                } else {
                    browserless.clone()
                };
                let mut request = client.request(verb.parse().unwrap(), url);
                if let Some((name, value)) = credentials {
                    request = request.header(name, value);
                }
                let answer = request.header("accept", "text/html").send().await.unwrap();
                let at = format!("{verb} {path} {credentials:?}");
                match answer.status().as_u16() {
                    303 => {
                        let to = answer.headers()["location"].to_str().unwrap().to_owned();
                        assert!(to.starts_with("/login?next="), "{at}: {to}");
                        assert!(answer.text().await.unwrap().is_empty(), "{at}");
                    }
                    401 => assert!(!path.starts_with("/login"), "{at}"),
                    // Below the door nothing else is.
                    other => panic!("{at}: {other}"),
                }
            }
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_verb_is_answered_as_it_should_be() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let http = crate::http::http();
    let ask = async |verb: &str, url: String| {
        let request = http.request(verb.parse().unwrap(), url).bearer_auth(SETTING);
        request.header("origin", format!("http://{}", world.private)).send().await.unwrap()
    };
    let open = OPEN.map(|path| {
        let verbs: &[&str] = if path == "/login" { &["GET", "POST"] } else { &["GET"] };
        (path.to_owned(), verbs.iter().map(|verb| (*verb).to_owned()).collect::<Vec<_>>())
    });
    for (path, verbs) in paths().into_iter().chain(open) {
        let url = format!("http://{}{path}", world.private);
        let options = ask("OPTIONS", url.clone()).await;
        assert_eq!(options.status(), 204, "OPTIONS {path}");
        let allowed = options.headers()["allow"].to_str().unwrap().to_owned();
        let mut listed: Vec<&str> = allowed.split(", ").collect();
        listed.sort_unstable();
        let mut expected: Vec<&str> = verbs.iter().map(String::as_str).chain(["OPTIONS"]).collect();
        // What works once is not used up by a look.
        let works_once = path == "/login/wecom/back";
        if verbs.iter().any(|verb| verb == "GET") && !works_once {
            expected.push("HEAD");
        }
        expected.sort_unstable();
        assert_eq!(listed, expected, "{path}");
        for verb in ["PATCH", "PROPFIND", "TRACE"] {
            let answer = ask(verb, url.clone()).await;
            assert_eq!(answer.status(), 405, "{verb} {path}");
            assert_eq!(answer.headers()["allow"].to_str().unwrap(), allowed, "{verb} {path}");
            // A program reads every refusal in the same way, that of the one path without a token too.
            let kind = answer.headers()["content-type"].to_str().unwrap();
            assert!(
                !path.starts_with("/api/") || kind == "application/problem+json",
                "{verb} {path}: {kind}"
            );
        }
        if !verbs.iter().any(|verb| verb == "GET")
            || works_once
            || path.ends_with("/doctor")
            || path == "/health"
        {
            continue;
        }
        let head = ask("HEAD", url.clone()).await;
        let head_type = head.headers().get("content-type").cloned();
        let status = head.status();
        assert!(head.bytes().await.unwrap().is_empty(), "HEAD {path}");
        if path.ends_with("/live") {
            assert_eq!(status, 200);
            continue;
        }
        let get = ask("GET", url).await;
        assert_eq!(status, get.status(), "HEAD {path} is as GET");
        assert_eq!(head_type, get.headers().get("content-type").cloned(), "HEAD {path}");
    }
    world.stop().await;
}

/// What works once is not used up by whoever only looks whether it is there: messengers and virus scanners do that with links.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_uses_nothing_up() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    for path in ["/login/once/abc", "/login/wecom/back?code=c&state=s"] {
        let url = format!("http://{}{path}", world.private);
        let answer = crate::http::http().head(url).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{path}");
        assert_eq!(answer.headers()["allow"].to_str().unwrap(), "GET, OPTIONS", "{path}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_listener_has_callbacks_and_health_and_nothing_else() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let ask = async |verb: &str, path: &str| {
        let url = format!("http://{}{path}", world.callback);
        let answer = crate::http::http().request(verb.parse().unwrap(), url).send().await.unwrap();
        let allow = answer.headers().get("allow").map(|allow| allow.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        (status, allow, answer.text().await.unwrap())
    };
    for verb in ["GET", "HEAD", "POST", "OPTIONS", "DELETE"] {
        for path in [
            "/",
            "/login",
            "/login/wecom",
            "/api/v1/events",
            "/api/v1/openapi.json",
            "/metrics",
            "/readyz",
            "/static/x/y",
            "/callback",
        ] {
            let (status, _, text) = ask(verb, path).await;
            assert_eq!(status, 404, "{verb} {path}");
            assert!(text.is_empty() || text == "not found", "{verb} {path}: {text}");
        }
    }
    assert_eq!(ask("GET", "/healthz").await, (200, None, "ok".to_owned()));
    assert_eq!(ask("HEAD", "/healthz").await, (200, None, String::new()));
    assert_eq!(ask("OPTIONS", "/healthz").await.0, 204);
    for verb in ["POST", "PUT", "DELETE", "TRACE"] {
        let (status, allow, _) = ask(verb, "/healthz").await;
        assert_eq!((status, allow.as_deref()), (405, Some("GET, HEAD, OPTIONS")), "{verb}");
    }
    for verb in ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        let (status, allow, _) = ask(verb, "/callback/default").await;
        assert_eq!((status, allow.as_deref()), (405, Some("GET, POST")), "{verb}");
    }
    world.stop().await;
}
