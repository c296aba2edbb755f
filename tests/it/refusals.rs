//! Refused callbacks are kept: by the server as it runs, on both databases, with the class and the sender of each.

use rstest::rstest;
use secrecy::ExposeSecret as _;
use wecom_core::callback::{Keys, seal};
use wecom_greeter::store::{REFUSED_KEPT, RefusedFilter, RefusedRecord};

use crate::{
    harness::world::{PLAIN_RULES, Which, World, fresh, until},
    http::http,
};

async fn kept(world: &World) -> Vec<RefusedRecord> {
    world.engine.store.refused_callbacks(&RefusedFilter::default()).await.unwrap()
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_kept_with_its_class_and_sender(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let at = |path: &str, query: &str| format!("http://{}/callback/{path}?{query}", world.callback);
    let wrong = format!("msg_signature={}&timestamp=1&nonce=2&echostr=aaaa", "0f".repeat(20));

    assert_eq!(http().get(at("default", &wrong)).send().await.unwrap().status(), 403);
    let first = until("the first is kept", async || kept(&world).await.pop()).await;
    let seen = (first.app.as_str(), first.class.as_str(), first.sender.as_deref(), first.signed);
    assert_eq!(seen, ("default", "signature", Some("127.0.0.1"), true));

    let keys = Keys::new("another", &"a".repeat(43), "ww0").unwrap();
    let foreign = seal(&keys, b"1", "1", "2", [7; 16]);
    for _ in 0..30 {
        http()
            .post(at("default", &foreign.to_query()))
            .body(foreign.to_xml("ww0", None))
            .send()
            .await
            .unwrap();
    }
    http().get(at("default", "")).header("x-forwarded-for", "101.226.1.2").send().await.unwrap();
    http().get(at("defualt", &wrong)).send().await.unwrap();
    let all = until("the last are kept", async || {
        let all = kept(&world).await;
        let has = |class: &str| all.iter().any(|one| one.class.as_str() == class);
        (has("no_such_app") && has("parameter_missing")).then_some(all)
    })
    .await;
    let ours: Vec<_> = all.iter().filter(|one| one.app == "default").collect();
    assert_eq!(ours.len(), REFUSED_KEPT);
    assert_eq!(
        (ours[0].class.as_str(), ours[0].sender.as_deref(), ours[0].signed),
        ("parameter_missing", Some("101.226.1.2"), false)
    );
    let stranger = all.iter().find(|one| one.class.as_str() == "no_such_app").unwrap();
    assert_eq!((stranger.app.as_str(), stranger.signed), ("defualt", true));

    let (_, metrics) = world.ask_private("/metrics").await;
    for line in [
        "greeter_callbacks_refused_total{app=\"default\",class=\"signature\"} 31",
        "greeter_callbacks_refused_total{app=\"default\",class=\"parameter_missing\"} 1",
        "greeter_callbacks_refused_total{app=\"default\",class=\"receiver\"} 0",
        "greeter_callbacks_total{app=\"default\",answer=\"refused\"} 32",
        "greeter_stray_requests_total{class=\"no_such_app\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains("defualt"), "a label is never a request's");
    world.end().await;
}

/// The simulator verifies the URL as WeCom does at "save".
#[tokio::test(flavor = "multi_thread")]
async fn a_verified_url_is_noted() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let app = &world.config.apps[0];
    let keys =
        Keys::new(app.token.expose_secret(), app.encoding_aes_key.expose_secret(), &app.corp_id).unwrap();
    let echo = seal(&keys, b"1288432023552776189", "1733900461", "1", [7; 16]);
    let url = format!("http://{}/callback/default?{}", world.callback, echo.to_echo_query());
    assert_eq!(http().get(url).send().await.unwrap().text().await.unwrap(), "1288432023552776189");
    let at_ms =
        until("it is noted", async || world.engine.store.verified_at_ms("default").await.unwrap()).await;
    assert!(at_ms > 1_700_000_000_000, "{at_ms}");
    world.end().await;
}
