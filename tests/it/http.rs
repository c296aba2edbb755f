//! The public listener as WeCom and the rest of the world see it: one answer per class of fault, nothing stored for
//! what is not genuine, and 503 only while the database is away.

use std::time::Duration;

use reqwest::{Client, StatusCode};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use wecom_core::callback::{Keys, SealedMessage, seal};
use wecom_greeter::store::EventFilter;

use crate::harness::{
    process::Stage,
    world::{PLAIN_RULES, Which, World, fresh},
};

const EVENT: &str =
    include_str!("../../crates/wecom-core/tests/fixtures/callbacks/contact-add_external_contact.xml");

pub fn http() -> Client {
    // The tests talk to loopback only.
    Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls())
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap()
}

pub fn tls() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// The keys of the world's app; `receiver` other than its corp makes callbacks that are not for it.
fn keys(world: &World, receiver: &str) -> Keys {
    let app = &world.config.apps[0];
    Keys::new(app.token.expose_secret(), app.encoding_aes_key.expose_secret(), receiver).unwrap()
}

/// Such a callback to the world's app.
pub fn sealed(world: &World, plaintext: &str) -> SealedMessage {
    seal(
        &keys(world, &world.config.apps[0].corp_id),
        plaintext.as_bytes(),
        "1733900461",
        "1372623149",
        [7; 16],
    )
}

impl World {
    fn url(&self, query: &str) -> String {
        format!("http://{}/callback/default?{query}", self.callback)
    }

    /// Posts a body to the callback address of the world's app.
    pub async fn post(&self, query: &str, body: impl Into<reqwest::Body>) -> (StatusCode, String) {
        let answer = http().post(self.url(query)).body(body).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    pub async fn ask_private(&self, path: &str) -> (u16, String) {
        let answer = http().get(format!("http://{}{path}", self.private)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn stored(&self) -> usize {
        self.store().events(&EventFilter::default()).await.unwrap().len()
    }
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_delivery_gets_success_in_every_form_of_its_envelope(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let corp = world.config.apps[0].corp_id.clone();
    for (n, shape) in ["cdata", "bare", "json", "spaced"].iter().enumerate() {
        let sealed = sealed(&world, &EVENT.replace("1733900461", &format!("173390046{n}")));
        let body = match *shape {
            "cdata" => sealed.to_xml(&corp, Some("1000042")),
            "bare" => {
                format!("<xml><Encrypt>{}</Encrypt><ToUserName>{corp}</ToUserName></xml>", sealed.encrypt)
            }
            "json" => sealed.to_json(&corp, Some("1000042")),
            _ => format!("\n <xml >\r\n\t<Encrypt >\n<![CDATA[{}]]>\n</Encrypt >\n</xml >\n", sealed.encrypt),
        };
        let answer = world.post(&sealed.to_query(), body).await;
        assert_eq!(answer, (StatusCode::OK, "success".to_owned()), "{shape}");
        assert_eq!(world.stored().await, n + 1, "{shape}");
    }
    world.settled().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verification_is_answered_with_the_plaintext_and_nothing_around_it() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let echo = sealed(&world, "1288432023552776189");
    let answer = http().get(world.url(&echo.to_echo_query())).send().await.unwrap();
    assert_eq!(
        (answer.status(), answer.text().await.unwrap().as_str()),
        (StatusCode::OK, "1288432023552776189")
    );
    // A proxy that turned the base64's plus signs into spaces has done no harm.
    let spaced = echo.to_echo_query().replace("%2B", "+");
    let answer = http().get(world.url(&spaced)).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "1288432023552776189");
    assert_eq!(world.stored().await, 0, "a verification is no event");
    world.end().await;
}

/// The check of a suite's address is sealed for its provider, its instructions for the suite, its data for the customer's corp.
#[tokio::test(flavor = "multi_thread")]
async fn a_suite_is_called_in_the_name_of_three() {
    let (suite, provider) = ("ww4asdf7f3c1d7be2a", "ww5provider00001");
    let corp = wecom_simulator::Corp {
        suite_id: Some(suite.into()),
        provider_corp_id: Some(provider.into()),
        ..wecom_simulator::Corp::sample()
    };
    let corp_id = corp.corp_id.clone();
    let clock = wecom_core::clock::Clock::system();
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::begin_for(database, corp, PLAIN_RULES, clock, |_| {}).await;
    for (receiver, is_ours) in
        [(corp_id.as_str(), true), (suite, true), (provider, true), ("ww6somebodyelse0", false)]
    {
        let echo = seal(&keys(&world, receiver), b"1288432023552776189", "1733900461", "1", [7; 16]);
        let answer = http().get(world.url(&echo.to_echo_query())).send().await.unwrap();
        assert_eq!(answer.status().is_success(), is_ours, "{receiver}");
    }
    // What the simulator posts in the suite's name is stored and planned.
    world.add_one().await;
    assert_eq!(world.settled().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_genuine_is_refused_with_one_text_per_class_and_leaves_nothing() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let corp = world.config.apps[0].corp_id.clone();
    let good = sealed(&world, EVENT);
    let foreign = seal(&keys(&world, "ww0000000000000000"), EVENT.as_bytes(), "1733900461", "1", [7; 16]);
    let query = good.to_query();
    let xml = good.to_xml(&corp, None);
    let doctype = format!("<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{xml}");
    let refused: Vec<(&str, String, String)> = vec![
        ("no query", String::new(), xml.clone()),
        ("wrong signature", query.replace(&good.msg_signature, &"0".repeat(40)), xml.clone()),
        ("another nonce", query.replace("1372623149", "1372623148"), xml.clone()),
        ("another ciphertext", query.clone(), xml.replace(&good.encrypt[..4], "AAAA")),
        ("another receiver", foreign.to_query(), foreign.to_xml(&corp, None)),
        ("no body", query.clone(), String::new()),
        ("no XML", query.clone(), "hello".into()),
        ("half of it", query.clone(), xml[..xml.len() / 2].into()),
        ("a doctype", query.clone(), doctype),
        ("no Encrypt", query.clone(), "<xml><ToUserName>x</ToUserName></xml>".into()),
    ];
    let mut answers = std::collections::BTreeMap::new();
    for (what, query, body) in refused {
        let (status, text) = world.post(&query, body).await;
        assert!(status == 400 || status == 403, "{what}: {status}");
        assert_eq!(answers.entry(status.as_u16()).or_insert_with(|| text.clone()), &text, "{what}");
    }
    assert_eq!(world.stored().await, 0);
    let get = http().get(world.url(&query)).send().await.unwrap();
    assert!(get.status() == 400 || get.status() == 403);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_app_a_large_body_and_other_paths_and_methods() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let at = |path: &str| format!("http://{}{path}", world.callback);
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(http().post(at("/callback/nobody")).body("x")).await, 404);
    assert_eq!(status(http().get(at("/callback/nobody"))).await, 404);
    assert_eq!(status(http().put(at("/callback/default")).body("x")).await, 405);
    assert_eq!(status(http().put(at("/callback/default/")).body("x")).await, 405);
    for path in ["/", "/metrics", "/readyz", "/callback", "/callback/", "/callback/default/x", "/admin"] {
        assert_eq!(status(http().get(at(path))).await, 404, "{path}");
    }
    assert_eq!(status(http().get(at("/healthz"))).await, 200);
    let limit = world.config.http.body_max_bytes;
    assert_eq!(world.post("", vec![b'x'; limit + 1]).await.0, 413);
    let chunks =
        futures_util::stream::iter((0..64).map(move |_| Ok::<_, std::io::Error>(vec![b'x'; limit / 32])));
    assert_eq!(
        world.post("", reqwest::Body::wrap_stream(chunks)).await.0,
        413,
        "in chunks, without a length"
    );
    assert!(
        matches!(world.post("", vec![b'x'; limit]).await.0.as_u16(), 400 | 403),
        "at the limit it is read"
    );
    let (_, metrics) = world.ask_private("/metrics").await;
    for line in [
        "greeter_stray_requests_total{class=\"no_such_app\"} 2",
        "greeter_stray_requests_total{class=\"no_such_path\"} 7",
        "greeter_stray_requests_total{class=\"no_such_verb\"} 2",
        "greeter_callbacks_total{app=\"default\",answer=\"too_large\"} 2",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_slash_at_the_end_of_the_url_changes_nothing(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let corp = world.config.apps[0].corp_id.clone();
    let at = |query: &str| format!("http://{}/callback/default/?{query}", world.callback);
    let echo = sealed(&world, "1288432023552776189");
    let answer = http().get(at(&echo.to_echo_query())).send().await.unwrap();
    assert_eq!(
        (answer.status(), answer.text().await.unwrap().as_str()),
        (StatusCode::OK, "1288432023552776189")
    );
    let good = sealed(&world, EVENT);
    let xml = good.to_xml(&corp, None);
    let wrong = good.to_query().replace(&good.msg_signature, &"0".repeat(40));
    assert_eq!(http().post(at(&wrong)).body(xml.clone()).send().await.unwrap().status(), 403);
    let answer = http().post(at(&good.to_query())).body(xml).send().await.unwrap();
    assert_eq!((answer.status(), answer.text().await.unwrap().as_str()), (StatusCode::OK, "success"));
    assert_eq!(world.stored().await, 1);
    world.settled().await;
    world.end().await;
}

/// A wrong path in the console, or a proxy that cuts it, is found in the log and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn requests_for_what_is_not_there_are_logged_by_kind() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let mut server = stage.serve().await;
    assert!(server.said(&format!("http://{}/callback/default; health", server.callback)).is_some());
    let signed = format!("msg_signature={}&timestamp=1&nonce=planted&echostr=planted", "0f".repeat(20));
    let at = |path: &str| format!("http://{}{path}", server.callback);
    // Somebody scans the address while WeCom asks by the wrong path.
    for n in 0..20 {
        http().get(at(&format!("/favicon.ico?n=planted{n}"))).send().await.unwrap();
    }
    http().get(at(&format!("/wecom/callback?{signed}"))).send().await.unwrap();
    http().post(at(&format!("/callback/shop?{signed}"))).body("x").send().await.unwrap();
    http().get(at(&format!("/callback?{signed}&n={}", "p".repeat(200)))).send().await.unwrap();
    http().get(at(&format!("/{}", "long".repeat(200)))).send().await.unwrap();
    let path = server.says("Nothing is served at GET /wecom/callback (with a msg_signature)").await;
    assert!(path.contains("callbacks are taken in at /callback/default"), "{path}");
    let app = server.says("A request for an app that is not in the settings: POST /callback/shop").await;
    assert!(app.contains("callbacks are taken in at /callback/default"), "{app}");
    let left_out = server.says("Requests without a signature for a path under which nothing is served").await;
    assert!(left_out.contains("more like it in the last second"), "{left_out}");
    let lines = server.lines();
    assert!(lines.iter().all(|line| !line.contains("planted") && line.len() < 500), "{lines:#?}");
    let of_scanner = lines.iter().filter(|line| line.contains("/favicon.ico")).count();
    assert!((1..=4).contains(&of_scanner), "{of_scanner} lines");
    server.end().await;
    stage.store.close().await;
    stage.wecom.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_private_listener_tells_health_readiness_and_figures() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.add_one().await;
    world.settled().await;
    let text = async |path: &str| world.ask_private(path).await;
    assert_eq!(text("/healthz").await.0, 200);
    assert_eq!(
        text("/api/events").await.0,
        403,
        "without admin.token the admin API answers 403 to everything"
    );
    let (status, ready) = text("/readyz").await;
    assert_eq!(status, 200, "{ready}");
    assert!(ready.contains("\"ready\":true") && ready.contains("\"rules_version\":1"), "{ready}");
    let (_, metrics) = text("/metrics").await;
    for line in [
        "greeter_callbacks_total{app=\"default\",answer=\"stored\"} 1",
        "greeter_actions_total{app=\"default\",kind=\"welcome\",status=\"done\"} 1",
        "greeter_callbacks_total{app=\"default\",answer=\"not_stored\"} 0",
        "greeter_rules_version 1",
        "greeter_app_ready{app=\"default\"} 1",
        "greeter_oldest_due_seconds{kind=\"tag\"} 0",
        "greeter_database_free_bytes ",
        "process_resident_memory_bytes ",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    let accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
    let asked = http().get(format!("http://{}/metrics", world.private)).header("accept", accept);
    assert!(asked.send().await.unwrap().text().await.unwrap().ends_with("# EOF\n"));
    world.end().await;
}

/// A connection that is cut in the middle of a body, and one that never sends more than half a head.
#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_harm_nobody() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    for head in [
        "POST /callback/default HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
        "POST /call",
        "\0\0\0\r\n\r\n",
    ] {
        let mut stream = tokio::net::TcpStream::connect(world.callback).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer))
            .await
            .expect("an end");
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    }
    world.add_one().await;
    world.settled().await;
    world.end().await;
}
