//! Who is let in, by which role, and who is not.

use std::time::{Duration, Instant};

use actix_web::test::TestRequest;
use rstest::rstest;
use secrecy::SecretString;
use wecom_greeter::{
    access::Act,
    http::{
        access::{Access, clear_cookie},
        admin_routes,
        problem::Problem,
    },
};

use super::*;
use crate::harness::world::{Which, fresh};

/// Every route, with whatever its parameters may be.
fn paths() -> Vec<(Method, String, Role)> {
    let routes = admin_routes();
    assert!(!routes.is_empty());
    routes
        .into_iter()
        .map(|route| {
            let parts: Vec<&str> =
                route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
            (route.method.as_str().parse().unwrap(), parts.join("/"), route.role)
        })
        .collect()
}

fn is_refused(status: StatusCode, code: &Value) -> bool {
    status == StatusCode::UNAUTHORIZED || (status == StatusCode::FORBIDDEN && code == "role")
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_its_role(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let store = world.store();
    let ended = token(store, "ended", Role::Admin, Some(2)).await;
    let revoked = token(store, "revoked", Role::Admin, None).await;
    assert!(store.revoke_token("revoked", &By::command_line(), 1).await.unwrap());
    let mut of_role = Vec::new();
    for role in Role::ALL {
        of_role.push((role, token(store, role.as_str(), role, None).await));
    }
    of_role.push((Role::Admin, SETTING.to_owned()));
    let wrong = Secret::token([0; 32]).expose().to_owned();
    let mut address = 0;
    for (method, path, asked) in paths() {
        for (name, token) in
            [("none", ""), ("wrong", &wrong), ("no token", "x"), ("ended", &ended), ("revoked", &revoked)]
        {
            address += 1;
            let request = world.api_of(&from_address(address), method.clone(), &path, token);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.headers()["www-authenticate"], "Bearer realm=\"wecom-greeter\"", "{name}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            let (status, problem) = read(answer).await;
            assert_eq!(
                (status.as_u16(), &problem["code"], &problem["status"]),
                (401, &"token".into(), &401.into()),
                "{method} {path} {name}"
            );
        }
        for (role, token) in &of_role {
            let answer = world.api(method.clone(), &path, token).send().await.unwrap();
            let status = answer.status();
            // What goes on for ever is not read to its end.
            let code =
                if status.is_client_error() { read(answer).await.1["code"].take() } else { Value::Null };
            assert_eq!(
                is_refused(status, &code),
                !role.may(asked),
                "{method} {path} {role}: {status} {code}"
            );
            assert!(!status.is_server_error(), "{method} {path} {role}: {status}");
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_token_the_answer_says_how_to_make_one() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    token(world.store(), "ended", Role::Admin, Some(2)).await;
    for path in ["/tokens", "/nothing"] {
        for token in ["", "x"] {
            let (status, problem) = read(world.api(Method::GET, path, token).send().await.unwrap()).await;
            assert_eq!((status.as_u16(), &problem["code"]), (403, &"no_tokens".into()));
            assert!(problem["detail"].as_str().unwrap().contains("tokens create"), "{problem}");
        }
    }
    let chinese = world.api(Method::GET, "/tokens", "").header("accept-language", "zh-CN,zh;q=0.9");
    let (_, problem) = read(chinese.send().await.unwrap()).await;
    assert_eq!(problem["title"], "还没有令牌");
    let made = token(world.store(), "first", Role::Admin, None).await;
    let (status, tokens) = read(world.api(Method::GET, "/tokens", &made).send().await.unwrap()).await;
    assert_eq!((status.as_u16(), tokens["items"].as_array().unwrap().len()), (200, 2), "{tokens}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tokens_are_answered_later_and_later_and_right_ones_at_once() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let client = from_address(9_999);
    let ask = async |token: &str| {
        let begun = Instant::now();
        let answer = world.api_of(&client, Method::GET, "/tokens", token).send().await.unwrap();
        (answer.status().as_u16(), begun.elapsed().as_millis())
    };
    for _ in 0..3 {
        assert_eq!(ask("guess").await.0, 401);
    }
    let (status, took) = ask("guess").await;
    assert!(status == 401 && took >= 250, "{took} ms");
    let (status, took) = ask("guess").await;
    assert!(status == 401 && took >= 500, "{took} ms");
    let slow = ask("guess");
    let right = async { (ask(SETTING).await, Instant::now()) };
    let ((slow, slow_ended), (right, right_ended)) =
        tokio::join!(async { (slow.await, Instant::now()) }, right);
    assert_eq!((slow.0, right.0), (401, 200));
    assert!(slow.1 >= 1_000 && right_ended < slow_ended, "{slow:?} {right:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_that_come_all_at_once_are_not_looked_at() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let of_ours = token(world.store(), "grafana", Role::Viewer, None).await;
    let client = from_address(9_998);
    let status = async |token: &str| {
        let request = world.api_of(&client, Method::GET, "/apps", token);
        request.send().await.unwrap().status().as_u16()
    };
    let status = &status;
    // The first few are held back for less than a second; those who come a second later take their places.
    let guesses = futures_util::future::join_all((0..90).map(|n| {
        let guess = format!("a-guess-of-the-token-{n}");
        async move {
            if n >= 60 {
                tokio::time::sleep(Duration::from_millis(1_200)).await;
            }
            status(&guess).await
        }
    }));
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        // A right guess is answered as a wrong one is, so that nobody learns from it; a token of ours cannot be one.
        (status(SETTING).await, status(&of_ours).await)
    };
    let (guesses, meanwhile) = tokio::join!(guesses, meanwhile);
    assert_eq!(meanwhile, (429, 200));
    let refused = guesses.iter().filter(|status| **status == 429).count();
    let wrong = guesses.iter().filter(|status| **status == 401).count();
    assert!(refused >= 15 && refused + wrong == 90, "{refused} {wrong}");
    assert_eq!(status(SETTING).await, 200, "it is over");
    world.stop().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_reads_everywhere_and_changes_from_our_own_pages_only(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let made = token(world.store(), "zhangsan", Role::Admin, None).await;
    let setting = SecretString::from(SETTING);
    let access = Access::new(world.store().clone(), Clock::system(), Some(&setting));
    let browser = TestRequest::post().peer_addr("10.1.2.3:5000".parse().unwrap()).to_http_request();
    assert!(matches!(access.sign_in("wrong", &browser).await, Err(Problem::Token)));
    let mut cookies = Vec::new();
    for token in [made.as_str(), SETTING] {
        let set = access.sign_in(&format!(" {token}\n"), &browser).await.unwrap();
        assert!(set.as_str().ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{}", set.as_str());
        assert!(!set.as_str().contains(token), "a session is not its token");
        cookies.push(set.as_str().split(';').next().unwrap().to_owned());
    }
    let host = world.private.to_string();
    for cookie in &cookies {
        let get = world.api(Method::GET, "/tokens", "").header("cookie", cookie);
        assert_eq!(get.send().await.unwrap().status(), 200);
        for (header, value, expected) in [
            ("sec-fetch-site", "cross-site".to_owned(), 403),
            ("sec-fetch-site", "same-site".to_owned(), 403),
            ("origin", "http://evil.example".to_owned(), 403),
            ("x-nothing", String::new(), 403),
            ("sec-fetch-site", "same-origin".to_owned(), 404),
            ("origin", format!("http://{host}"), 404),
        ] {
            let delete = world.api(Method::DELETE, "/tokens/nobody", "").header("cookie", cookie);
            let (status, problem) = read(delete.header(header, value).send().await.unwrap()).await;
            let code = if expected == 403 { "cross_site" } else { "not_found" };
            assert_eq!((status.as_u16(), &problem["code"]), (expected, &code.into()), "{header}");
        }
    }
    // A token that is given goes before the session.
    let both = world.api(Method::GET, "/tokens", "wrong").header("cookie", &cookies[0]);
    assert_eq!(both.send().await.unwrap().status(), 401);
    // A session ends with its token, and when somebody logs out.
    assert!(world.store().revoke_token("zhangsan", &By::command_line(), 1).await.unwrap());
    let ended = world.api(Method::GET, "/tokens", "").header("cookie", &cookies[0]);
    assert_eq!(ended.send().await.unwrap().status(), 401);
    let leaving = TestRequest::post()
        .peer_addr("10.1.2.3:5000".parse().unwrap())
        .insert_header(("cookie", cookies[1].clone()))
        .to_http_request();
    access.sign_out(&leaving).await.unwrap();
    let ended = world.api(Method::GET, "/tokens", "").header("cookie", &cookies[1]);
    assert_eq!(ended.send().await.unwrap().status(), 401);
    assert!(clear_cookie(true).as_str().contains("Max-Age=0"));
    let lines = world.store().audit(None, 100).await.unwrap();
    let acts: Vec<(&str, &str, Option<&str>)> = lines
        .iter()
        .rev()
        // The world's rules were put in force before.
        .filter(|line| line.act != Act::RulesPublished)
        .map(|line| (line.act.as_str(), line.who.as_str(), line.address.as_deref()))
        .collect();
    assert_eq!(
        acts,
        [
            ("token_created", "command line", None),
            ("signed_in", "zhangsan", Some("10.1.2.3")),
            ("signed_in", "admin.token", Some("10.1.2.3")),
            ("token_revoked", "command line", None),
            ("signed_out", "admin.token", Some("10.1.2.3")),
        ]
    );
    // Whoever changes the token of the settings ends its sessions.
    let other = SecretString::from("another-token-of-the-settings");
    let set = access.sign_in(SETTING, &browser).await.unwrap();
    let cookie = set.as_str().split(';').next().unwrap().to_owned();
    let returning = TestRequest::get().insert_header(("cookie", cookie)).to_http_request();
    assert!(access.who(&returning).await.is_ok());
    let changed = Access::new(world.store().clone(), Clock::system(), Some(&other));
    assert!(matches!(changed.who(&returning).await, Err(Problem::Token)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_problems_too() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let ask = async |method: Method, path: &str, body: &str| {
        let request = world.api(method, path, SETTING).body(body.to_owned());
        read(request.send().await.unwrap()).await
    };
    for (method, path, body, status, code) in [
        (Method::GET, "/nothing", "", 404, "not_found"),
        (Method::PUT, "/tokens", "", 405, "method"),
        (Method::POST, "/tokens", "{", 400, "body"),
        (Method::POST, "/tokens", "{\"name\": \"a b\", \"role\": \"viewer\"}", 400, "body"),
        (Method::POST, "/tokens", "{\"name\": \"a\", \"role\": \"root\"}", 400, "body"),
        (
            Method::POST,
            "/tokens",
            "{\"name\": \"a\", \"role\": \"viewer\", \"expires_at_ms\": 1}",
            400,
            "body",
        ),
        (Method::POST, "/tokens", "{\"name\": \"a\", \"role\": \"viewer\", \"x\": 1}", 400, "body"),
        (Method::POST, "/tokens", &format!("\"{}\"", "x".repeat(70_000)), 413, "too_large"),
        (Method::DELETE, "/tokens/nobody", "", 404, "not_found"),
        // A list of values in the order of the source is no object, and no list at all is a filter that means everything.
        (Method::POST, "/tokens", "[\"a\", \"viewer\", null]", 400, "body"),
        (Method::POST, "/bulk", "[\"retry\", {}, null]", 400, "body"),
        (Method::POST, "/bulk", "{\"act\": \"replay\", \"filter\": []}", 400, "body"),
        (Method::POST, "/bulk", "{\"act\": \"replay\", \"filter\": [\"default\"]}", 400, "body"),
        (Method::POST, "/events/1/replay", "[]", 400, "body"),
        (Method::POST, "/events/1/replay", "[[\"tag\"], true]", 400, "body"),
        (Method::POST, "/events/1/replay", "{\"dry_run\": true, \"dry_run\": false}", 400, "body"),
        (Method::POST, "/rules/rollback", "[1]", 400, "body"),
        (Method::POST, "/rules/explain", "[1]", 400, "body"),
        (Method::POST, "/rules/backtest", "[null, null, \"rules: []\"]", 400, "body"),
        (Method::POST, "/rules/diff", "[1, 2]", 400, "body"),
        (Method::POST, "/contact/get-follow-user-list", "[]", 400, "body"),
    ] {
        let (answered, problem) = ask(method.clone(), path, body).await;
        assert_eq!(
            (answered.as_u16(), &problem["code"]),
            (status, &code.into()),
            "{method} {path} {problem}"
        );
        for name in ["type", "title", "status", "detail", "code"] {
            assert!(!problem[name].is_null(), "{name}: {problem}");
        }
    }
    let put = world.api(Method::PUT, "/tokens", SETTING).send().await.unwrap();
    assert_eq!(put.headers()["allow"], "GET, POST, HEAD, OPTIONS");
    let body = "{\"name\": \"张三\", \"role\": \"operator\", \"expires_at_ms\": 9000000000000}";
    let (status, made) = ask(Method::POST, "/tokens", body).await;
    assert_eq!(status.as_u16(), 201, "{made}");
    assert_eq!((&made["name"], &made["role"]), (&"张三".into(), &"operator".into()));
    assert!(made["token"].as_str().unwrap().starts_with("wgt_"), "{made}");
    assert_eq!(ask(Method::POST, "/tokens", body).await.1["code"], "conflict");
    let (_, tokens) = world.answered(Method::GET, "/tokens").await;
    assert!(!tokens.to_string().contains(made["token"].as_str().unwrap()), "it is shown once");
    assert_eq!(tokens["items"][0]["created_by"], "admin.token");
    assert_eq!(ask(Method::DELETE, "/tokens/%E5%BC%A0%E4%B8%89", "").await.0.as_u16(), 204);
    world.stop().await;
}
