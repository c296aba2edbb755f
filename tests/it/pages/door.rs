//! Nothing is seen without having logged in, and nothing is changed from elsewhere.

use reqwest::{Method, StatusCode, header};
use wecom_greeter::{
    access::Role,
    http::{admin_routes, page_routes},
};

use super::{browserless, with_form, world};
use crate::harness::{
    html::Html,
    world::{Which, fresh},
};

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_seen_by_whoever_has_not_logged_in() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.token_of(Role::Admin).await;
    let http = browserless();
    for route in page_routes() {
        let path = route.path.replace("{id}", "1").replace("{external_userid}", "wm1");
        let url = format!("{}{path}", world.base());
        // The server's library for HTTP has verbs of its own.
        let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
        let answer = http.request(method, url).header(header::ORIGIN, world.base()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{route:?}");
        let to = answer.headers()[header::LOCATION].to_str().unwrap();
        assert!(to.starts_with("/login?next="), "{route:?}: {to}");
        assert!(answer.text().await.unwrap().is_empty());
    }
    // What is not there is not told from what is.
    let nowhere = http
        .get(format!("{}/nowhere", world.base()))
        .header(header::ACCEPT, "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(nowhere.status(), StatusCode::SEE_OTHER);
    // Programs are answered as by the API.
    let nowhere = http.get(format!("{}/nowhere", world.base())).send().await.unwrap();
    assert_eq!(nowhere.status(), StatusCode::UNAUTHORIZED);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_opens_nothing_and_keeps_where_one_wanted_to_go() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let http = browserless();
    let post = |form: Vec<(&'static str, String)>, origin: String| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        with_form(http.post(format!("{}/login", world.base())).header(header::ORIGIN, origin), &form)
    };
    // Before any token was made the door says how to make one.
    let page = http.get(format!("{}/login", world.base())).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("tokens create"));
    let token = world.token_of(Role::Viewer).await;
    let answer =
        post(vec![("token", "wgt_wrong".into()), ("next", "/stats?by=user".into())], world.base()).send();
    let answer = answer.await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.headers().get(header::SET_COOKIE).is_none());
    let page = Html::parse(&answer.text().await.unwrap());
    assert!(page.text().contains("令牌不对"), "{}", page.text());
    assert!(!page.text().contains("wgt_wrong"));
    let next = page.all("input").find(|input| input.get("name") == Some("next")).unwrap();
    assert_eq!(next.get("value"), Some("/stats?by=user"));
    assert_eq!(page.field("令牌").unwrap().get("type"), Some("password"));
    page.only("nav");
    page.only("main");
    // Nobody is led elsewhere, and nobody is logged in from elsewhere.
    for elsewhere in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let form = vec![("token", token.clone()), ("next", elsewhere.into())];
        let answer = post(form, world.base()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[header::LOCATION], "/", "{elsewhere}");
    }
    let answer = post(vec![("token", token.clone())], "http://evil.example".into()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_hand_and_changes_are_asked_for_by_our_pages_only() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let visitor = world.visitor(Role::Admin).await;
    // Every route that changes something, of the pages and of the API, and the door.
    let pages = page_routes().into_iter().map(|route| (route.method.to_string(), route.path.to_owned()));
    let api =
        admin_routes().into_iter().map(|route| (route.method.to_string(), format!("/api/v1{}", route.path)));
    let changing = pages.chain(api).chain([("POST".to_owned(), "/login".to_owned())]);
    let elsewhere: &[&[(&str, &str)]] = &[
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "none")],
        // Another port of this host is the same site to a browser, and not ours.
        &[("sec-fetch-site", "same-site"), ("origin", &visitor.base)],
        &[("origin", "http://127.0.0.1:1")],
        &[("referer", &visitor.base)],
        &[],
    ];
    let mut walked = 0;
    for (method, path) in changing.filter(|(method, _)| method != "GET") {
        let path = path.replace("{id}", &event.to_string());
        for headers in elsewhere {
            let request = visitor.http.request(method.parse().unwrap(), format!("{}{path}", visitor.base));
            let request = headers
                .iter()
                .fold(request.header(header::COOKIE, &visitor.session), |request, (name, value)| {
                    request.header(*name, *value)
                });
            let answer = with_form(request, &[("name", "x")]).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path} {headers:?}");
        }
        walked += 1;
    }
    assert!(walked > 20, "{walked}");
    visitor.page("/").await;
    // Behind a proxy that speaks HTTPS the cookie was set for HTTPS only, and is taken back so.
    let leaving = visitor.request(Method::POST, "/logout").header("x-forwarded-proto", "https");
    let left = with_form(leaving, &[]).send().await.unwrap();
    assert_eq!(
        (left.status(), left.headers()[header::LOCATION].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/login")
    );
    let taken_back = left.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(taken_back.contains("Max-Age=0") && taken_back.ends_with("; Secure"), "{taken_back}");
    let answer = visitor.request(Method::GET, "/").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "the session is over on the server as well");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_lasts_and_static_files_are_kept_for_good() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Viewer).await;
    let answer =
        visitor.request(Method::GET, "/language/en?next=%2Fevents%3Fuser%3Dlisi").send().await.unwrap();
    assert_eq!(answer.headers()[header::LOCATION], "/events?user=lisi");
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("greeter_language=en; Max-Age=") && cookie.contains("Path=/"), "{cookie}");
    assert_eq!(
        visitor.request(Method::GET, "/language/fr").send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
    let page = visitor.page("/").await;
    let files = page.elements().iter().filter_map(|element| match element.name.as_str() {
        "link" => element.get("href"),
        "script" | "img" => element.get("src"),
        _ => None,
    });
    for file in files {
        let answer = browserless().get(format!("{}{file}", world.base())).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{file}");
        let kept = answer.headers()[header::CACHE_CONTROL].to_str().unwrap().to_owned();
        assert!(kept.contains("immutable"), "{file}: {kept}");
        let other = file.replace("/static/", "/static/0");
        let answer = visitor.request(Method::GET, &other).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{other}");
    }
    world.end().await;
}
