//! The client against a WeCom that misbehaves: what goes over the wire, what each way to fail is taken for, and the
//! life of the access token.
#![expect(
    clippy::disallowed_methods,
    reason = "a test ends with its tasks, and measures how long things take"
)]

use std::{error::Error as _, fmt::Write as _, sync::Arc, time::Duration};

use serde_json::json;
use tokio::time::{self, Instant};
use tokio_util::task::TaskTracker;
use wecom_client::{
    ANSWER_BYTES_MAX, ApiBase, Call, CallOptions, Client, ClientOptions, Effect, Endpoint, Error, Http,
    Retries,
    contact::{AddWay, ContactType, MarkTag, Remark, SendWelcomeMsg, TagType},
    explain,
};
use wecom_core::{
    Class,
    clock::{Clock, ManualClock},
    message::{Attachment, Image, Link, Text},
};

use crate::scripted::{Reply, Scripted, Seen};

const SECRET: &str = "s3cr3t-of-the-app";
const CODE: &str = "hX3cPq7Vd2mN8sK1tR5yB9wJ4fG6aL0zEoUiQxTvCnM";
const START_MS: i64 = 1_733_900_461_000;

fn client_at(base: &str, clock: Clock) -> Client {
    let options = ClientOptions::new("ww1", SECRET, ApiBase::parse(base).unwrap());
    Client::new(Http::new().unwrap(), options, clock, TaskTracker::new())
}

fn client(server: &Scripted) -> Client {
    client_at(&server.base(), Clock::system())
}

fn client_with_hand(server: &Scripted) -> (Client, ManualClock) {
    let (clock, hand) = Clock::manual(START_MS);
    (client_at(&server.base(), clock), hand)
}

/// A server that hands out `token-1`, `token-2` … and answers everything else by the script.
async fn server(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Scripted {
    Scripted::start(move |seen| {
        if seen.path.ends_with("/gettoken") {
            Reply::token(&format!("token-{}", seen.number), 7_200)
        } else {
            script(seen)
        }
    })
    .await
}

fn once() -> CallOptions {
    CallOptions::one_attempt(Duration::from_secs(5))
}

fn welcome() -> SendWelcomeMsg {
    SendWelcomeMsg {
        welcome_code: CODE.into(),
        text: Some(Text { content: "您好".into() }),
        ..SendWelcomeMsg::default()
    }
}

fn tag() -> MarkTag {
    MarkTag {
        userid: "lisi".into(),
        external_userid: "wm1".into(),
        add_tag: vec!["et1".into()],
        ..MarkTag::default()
    }
}

// ── what goes over the wire ─────────────────────────────────────────────────

#[tokio::test]
async fn every_call_has_the_platforms_own_shape() {
    let server = server(|_| Reply::ok()).await;
    let client = client(&server);
    let external = client.external();

    let content = SendWelcomeMsg {
        attachments: vec![
            Attachment::Image { image: Image { media_id: Some("M".into()), pic_url: None } },
            Attachment::Link {
                link: Link { title: "t".into(), url: "https://example.com".into(), ..Link::default() },
            },
        ],
        ..welcome()
    };
    external.send_welcome_msg(&content, once()).await.unwrap();
    external.mark_tag(&MarkTag { remove_tag: vec!["et2".into()], ..tag() }, once()).await.unwrap();
    let remark = Remark {
        userid: "lisi".into(),
        external_userid: "wm1".into(),
        remark: Some("周-春季".into()),
        ..Remark::default()
    };
    external.remark(&remark, once()).await.unwrap();
    external.get("wm1", None, once()).await.unwrap();
    external.get("wm 1&x", Some("次"), once()).await.unwrap();
    external.get_follow_user_list(once()).await.unwrap();

    let seen = server.seen();
    assert_eq!((seen[0].verb.as_str(), seen[0].path.as_str()), ("GET", "/cgi-bin/gettoken"));
    assert_eq!(seen[0].query, [("corpid".into(), "ww1".into()), ("corpsecret".into(), SECRET.into())]);
    for call in &seen[1..] {
        assert_eq!(call.query[0], ("access_token".to_owned(), "token-1".to_owned()), "{}", call.path);
        assert!(!call.body.contains("token-1"));
        assert_eq!(call.connection, 1, "one after the other, they share a connection");
    }
    let posted = |index: usize| {
        let Seen { verb, path, query, .. } = &seen[index];
        assert_eq!(
            (verb.as_str(), query.len(), seen[index].header("content-type")),
            ("POST", 1, Some("application/json"))
        );
        (path.trim_start_matches("/cgi-bin/externalcontact/").to_owned(), seen[index].json())
    };
    assert_eq!(
        posted(1),
        (
            "send_welcome_msg".into(),
            json!({"welcome_code": CODE, "text": {"content": "您好"}, "attachments": [
                {"msgtype": "image", "image": {"media_id": "M"}},
                {"msgtype": "link", "link": {"title": "t", "url": "https://example.com"}}]})
        )
    );
    assert!(seen[1].body.contains("您好"), "plain UTF-8, no escapes");
    assert_eq!(
        posted(2),
        (
            "mark_tag".into(),
            json!({"userid": "lisi", "external_userid": "wm1", "add_tag": ["et1"], "remove_tag": ["et2"]})
        )
    );
    assert_eq!(
        posted(3),
        ("remark".into(), json!({"userid": "lisi", "external_userid": "wm1", "remark": "周-春季"}))
    );
    let got = |index: usize| {
        assert_eq!((seen[index].verb.as_str(), seen[index].body.as_str()), ("GET", ""));
        (
            seen[index].path.trim_start_matches("/cgi-bin/externalcontact/").to_owned(),
            seen[index].query[1..].to_vec(),
        )
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(got(4), ("get".into(), vec![pair("external_userid", "wm1")]));
    assert_eq!(got(5), ("get".into(), vec![pair("external_userid", "wm 1&x"), pair("cursor", "次")]));
    assert_eq!(got(6), ("get_follow_user_list".into(), vec![]));
}

#[tokio::test]
async fn what_would_be_refused_for_being_empty_is_not_sent() {
    let server = server(|_| Reply::ok()).await;
    let client = client(&server);
    let nothing = MarkTag { add_tag: Vec::new(), ..tag() };
    let error = client.external().mark_tag(&nothing, once()).await.unwrap_err();
    assert!(matches!(error, Error::Argument { field: "add_tag", .. }) && !error.lost(), "{error}");
    let silent = Remark { userid: "lisi".into(), external_userid: "wm1".into(), ..Remark::default() };
    let error = client.external().remark(&silent, once()).await.unwrap_err();
    assert!(matches!(error, Error::Argument { field: "remark", .. }), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_customer_is_read_whole_and_what_is_unknown_is_passed_over() {
    let server = server(|_| {
        Reply::json(
            r#"{"errcode":"0","errmsg":"ok","new_field":{"a":[1,2]},
            "external_contact":{"external_userid":"wm1","name":"小周","type":2,"gender":1,"corp_full_name":"示例科技",
              "external_profile":{"external_corp_name":"示例","wechat_channels":{"nickname":"视频号","status":1},
              "external_attr":[{"type":1,"name":"网页","web":{"url":"https://example.com","title":"t"}}]}},
            "follow_user":[
              {"userid":"lisi.01","remark":"周总","createtime":1733900461,"add_way":1,"oper_userid":"lisi.01","state":"s",
               "tags":[{"group_name":"等级","tag_name":"VIP","tag_id":"et1","type":1},{"tag_name":"自定义","type":2}],
               "remark_corp_name":"示例公司","remark_mobiles":["13800000001"]},
              {"userid":"wangwu","createtime":1733900999,"add_way":10,"wechat_channels":{"nickname":"n","source":1}},
              {"userid":"later","add_way":999}],
            "next_cursor":"NEXT"}"#,
        )
    })
    .await;
    let contact = client(&server).external().get("wm1", None, once()).await.unwrap();
    let customer = &contact.external_contact;
    assert_eq!(customer.name.as_deref(), Some("小周"));
    assert_eq!(customer.contact_type, Some(ContactType::WECOM));
    assert_eq!(customer.corp_full_name.as_deref(), Some("示例科技"));
    let profile = customer.external_profile.as_ref().unwrap();
    assert_eq!(profile.external_attr[0].web.as_ref().unwrap().url.as_deref(), Some("https://example.com"));
    let lisi = contact.followed_by("LISI.01").unwrap();
    assert_eq!(
        (lisi.add_way, lisi.company(), lisi.state.as_deref()),
        (Some(AddWay::SCAN_QR_CODE), Some("示例公司"), Some("s"))
    );
    assert_eq!((lisi.tags[1].tag_type, lisi.tags[1].tag_id.as_deref()), (Some(TagType::PERSONAL), None));
    assert_eq!(contact.follow_user[2].add_way.map(AddWay::name), Some(None));
    assert_eq!(contact.next_cursor.as_deref(), Some("NEXT"));
}

// ── ways to fail ────────────────────────────────────────────────────────────

#[tokio::test]
async fn each_way_to_fail_has_its_class_and_says_whether_the_welcome_may_be_out() {
    let html = || "<html><head><title>502 Bad Gateway</title></head></html>".to_owned();
    let cases = [
        (Reply::code(-1), Class::Busy, Some(-1), true),
        (Reply::code(6000), Class::Busy, Some(6000), false),
        (Reply::code(41050), Class::CodeSpent, Some(41050), false),
        (Reply::code(41051), Class::AlreadySent, Some(41051), false),
        (Reply::code(41096), Class::Contended, Some(41096), false),
        (Reply::code(45009), Class::Throttled, Some(45009), false),
        (Reply::code(45033), Class::Crowded, Some(45033), false),
        (Reply::code(40007), Class::Media, Some(40007), false),
        (Reply::code(48002), Class::Configuration, Some(48002), false),
        (Reply::code(99999), Class::Refused, Some(99999), false),
        (Reply::json(r#"{"errcode":"41096"}"#), Class::Contended, Some(41096), false),
        (Reply::Http(502, html()), Class::Busy, None, true),
        (Reply::Http(500, r#"{"errcode":0}"#.into()), Class::Busy, None, true),
        (Reply::Http(200, html()), Class::Busy, None, true),
        (Reply::Http(200, String::new()), Class::Busy, None, true),
        (Reply::Http(302, html()), Class::Busy, None, false),
        (Reply::Http(404, html()), Class::Busy, None, false),
        (Reply::Http(429, html()), Class::Throttled, None, false),
        (Reply::Http(400, r#"{"errcode":40058,"errmsg":"m"}"#.into()), Class::Content, Some(40058), false),
        (Reply::Reset, Class::Busy, None, true),
        (Reply::HalfThenReset, Class::Busy, None, true),
        (Reply::Hang, Class::Busy, None, true),
        (Reply::Announced(ANSWER_BYTES_MAX + 1), Class::Busy, None, true),
        (Reply::Announced(10), Class::Busy, None, true),
        (Reply::Endless, Class::Busy, None, true),
    ];
    for (reply, class, errcode, lost) in cases {
        let server = server({
            let reply = reply.clone();
            move |_| reply.clone()
        })
        .await;
        let client = client(&server);
        client.warm().await.unwrap();
        let started = Instant::now();
        let options = CallOptions::one_attempt(Duration::from_millis(600));
        let error = client.external().send_welcome_msg(&welcome(), options).await.unwrap_err();
        assert!(started.elapsed() < Duration::from_millis(900), "{reply:?}: {error}");
        assert_eq!(
            (error.class(), error.errcode(), error.lost()),
            (class, errcode, lost),
            "{reply:?}: {error:?}"
        );
        assert!(!error.message().is_empty() || errcode == Some(41096), "{reply:?}");
        assert_eq!(
            server.seen_at("send_welcome_msg").len(),
            1,
            "{reply:?}: a welcome is tried again by nobody but its owner"
        );
    }
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_nothing_is_lost() {
    let base = server(|_| Reply::ok()).await.base();
    let error = client_at(&base, Clock::system()).external().get("wm1", None, once()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Token { cause, .. } if matches!(**cause, Error::Unreachable { .. })),
        "{error:?}"
    );
    assert_eq!((error.class(), error.lost()), (Class::Busy, false));
    assert!(error.message().contains("refused"), "{}", error.message());
}

#[tokio::test]
async fn no_text_of_an_error_holds_token_secret_or_code() {
    let echo = format!("token-1 {SECRET} {CODE}");
    let json = format!(r#"{{"errcode":40096,"errmsg":"{echo}, from ip: 203.0.113.7"}}"#);
    for reply in [
        Reply::json(json),
        Reply::Http(502, echo.clone()),
        Reply::Http(200, echo),
        Reply::Reset,
        Reply::HalfThenReset,
        Reply::Hang,
        Reply::Announced(usize::MAX),
    ] {
        let server = server({
            let reply = reply.clone();
            move |_| reply.clone()
        })
        .await;
        let client = client(&server);
        let options = CallOptions::one_attempt(Duration::from_millis(200));
        let error = client.external().send_welcome_msg(&welcome(), options).await.unwrap_err();
        let mut texts = format!("{error} {error:?} {error:#?} {} {client:?}", error.message());
        let mut cause = error.source();
        while let Some(inner) = cause {
            write!(texts, "{inner} {inner:?}").unwrap();
            cause = inner.source();
        }
        for secret in ["token-1", SECRET, CODE] {
            assert!(!texts.contains(secret), "{reply:?}: {texts}");
        }
    }
    // And where gettoken itself fails.
    let server = Scripted::start(|_| {
        Reply::json(format!(r#"{{"errcode":40091,"errmsg":"secret {SECRET} is wrong"}}"#))
    })
    .await;
    let error = client(&server).warm().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(SECRET));
    assert_eq!(error.message(), "gettoken: secret *** is wrong");
    assert!(explain(40091).is_some());
}

#[tokio::test]
async fn a_connection_closed_while_idle_costs_no_welcome() {
    let server = server(|seen| {
        if seen.path.ends_with("send_welcome_msg") {
            Reply::ok()
        } else {
            Reply::JsonThenClose(r#"{"errcode":0}"#.into())
        }
    })
    .await;
    let client = client(&server);
    for _ in 0..5 {
        client.external().get_follow_user_list(once()).await.unwrap();
        time::sleep(Duration::from_millis(20)).await;
        client.external().send_welcome_msg(&welcome(), once()).await.unwrap();
    }
    assert_eq!(server.seen_at("send_welcome_msg").len(), 5);
}

// ── retries of the client's own ─────────────────────────────────────────────

#[tokio::test]
async fn reads_and_idempotent_writes_are_tried_three_times_and_others_once() {
    let failing_twice =
        |failure: fn() -> Reply| server(move |seen| if seen.number <= 2 { failure() } else { Reply::ok() });
    for failure in
        [|| Reply::code(-1), || Reply::code(6000), || Reply::Http(502, "x".into())] as [fn() -> Reply; 3]
    {
        let server = failing_twice(failure).await;
        let client = client(&server);
        client.external().get("wm1", None, CallOptions::default()).await.unwrap();
        client.external().mark_tag(&tag(), CallOptions::default()).await.unwrap();
        assert_eq!((server.seen_at("/get").len(), server.seen_at("mark_tag").len()), (3, 3));
        client.external().send_welcome_msg(&welcome(), CallOptions::default()).await.unwrap_err();
        assert_eq!(server.seen_at("send_welcome_msg").len(), 1);
    }
    let server = server(|_| Reply::code(-1)).await;
    let error = client(&server).external().get("wm1", None, CallOptions::default()).await.unwrap_err();
    assert_eq!((error.errcode(), server.seen_at("/get").len()), (Some(-1), 3));
}

#[tokio::test]
async fn a_stuck_answer_leaves_time_for_another_try() {
    let server = server(|seen| if seen.number == 1 { Reply::Hang } else { Reply::ok() }).await;
    let client = client(&server);
    client.warm().await.unwrap();
    let options = CallOptions::within(Duration::from_secs(2));
    let started = Instant::now();
    client.external().get("wm1", None, options).await.unwrap();
    client.external().mark_tag(&tag(), options).await.unwrap();
    assert_eq!((server.seen_at("/get").len(), server.seen_at("mark_tag").len()), (2, 2));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());

    // What WeCom would do twice is not sent twice, and has all of the time.
    let started = Instant::now();
    let options = CallOptions::within(Duration::from_millis(600));
    let error = client.external().send_welcome_msg(&welcome(), options).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { sent: true, .. }) && error.lost(), "{error:?}");
    assert!(started.elapsed() >= Duration::from_millis(600), "{:?}", started.elapsed());
    assert_eq!(server.seen_at("send_welcome_msg").len(), 1);
    // Nor is what its caller counts as one attempt.
    let alone = CallOptions::one_attempt(Duration::from_millis(300));
    let error = client.external().list("lisi", alone).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    assert_eq!(server.seen_at("externalcontact/list").len(), 1);
}

#[tokio::test]
async fn an_answer_that_only_takes_its_time_is_waited_for() {
    let server = server(|_| Reply::ok().after(Duration::from_millis(400))).await;
    let client = client(&server);
    client.external().get("wm1", None, CallOptions::within(Duration::from_secs(2))).await.unwrap();
    assert_eq!(server.seen_at("/get").len(), 1);
}

#[tokio::test]
async fn what_would_end_the_same_way_is_asked_for_once() {
    for reply in
        [Reply::Announced(ANSWER_BYTES_MAX + 1), Reply::Endless, Reply::code(41063), Reply::code(41078)]
    {
        let server = server({
            let reply = reply.clone();
            move |_| reply.clone()
        })
        .await;
        let error = client(&server).external().get("wm1", None, CallOptions::default()).await.unwrap_err();
        assert_eq!(server.seen_at("/get").len(), 1, "{reply:?}: {error}");
    }
}

#[tokio::test]
async fn a_caller_says_how_often_a_call_is_tried() {
    let server = server(|_| Reply::code(-1)).await;
    let client = client(&server);
    let options = CallOptions::within(Duration::from_secs(10)).retrying(Retries::AtMost(2));
    client.external().get("wm1", None, options).await.unwrap_err();
    assert_eq!(server.seen_at("/get").len(), 2);
}

/// A refusal says more than that the time is over.
#[tokio::test]
async fn a_try_for_which_there_is_no_time_is_not_begun() {
    let server = server(|_| Reply::code(-1)).await;
    let client = client(&server);
    client.warm().await.unwrap();
    let options = CallOptions::within(Duration::from_millis(150));
    let error = client.external().get("wm1", None, options).await.unwrap_err();
    assert_eq!((error.errcode(), server.seen_at("/get").len()), (Some(-1), 1));
}

#[tokio::test]
async fn a_refusal_of_a_prepared_call_is_an_error_like_any_other() {
    let server = server(|_| Reply::code(40096)).await;
    let client = client(&server);
    let sketch = Client::sketch();
    let described = sketch.external().get("wm1", None, once()).await.unwrap_err();
    assert!(matches!(described, Error::Described { .. }));
    let unanswered: Box<dyn std::error::Error> =
        client.ask(&sketch.sketched().unwrap(), once()).await.unwrap_err().into();
    assert!(unanswered.to_string().contains("40096"), "{unanswered}");
    assert!(unanswered.source().is_some_and(|cause| cause.to_string().contains("externalcontact/get")));
}

// ── the access token ────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_token_is_renewed_once_for_fifty_who_find_it_refused() {
    for code in [40014, 42001, 40001] {
        let server = server(move |seen| match seen.argument("access_token") {
            // Late enough for all to be under way with the old token.
            Some("token-1") => Reply::code(code).after(Duration::from_millis(50)),
            _ => Reply::ok(),
        })
        .await;
        let client = client(&server);
        client.warm().await.unwrap();
        let calls = (0..50).map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.external().send_welcome_msg(&welcome(), once()).await })
        });
        for call in futures_util::future::join_all(calls).await {
            call.unwrap().unwrap();
        }
        assert_eq!(server.seen_at("gettoken").len(), 2, "{code}");
        assert_eq!(server.seen_at("send_welcome_msg").len(), 100, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_who_come_first_share_one_gettoken() {
    let server = Scripted::start(|seen| {
        if seen.path.ends_with("gettoken") {
            Reply::token("t", 7_200).after(Duration::from_millis(50))
        } else {
            Reply::ok()
        }
    })
    .await;
    let client = client(&server);
    let calls = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.external().get("wm1", None, once()).await })
    });
    for call in futures_util::future::join_all(calls).await {
        call.unwrap().unwrap();
    }
    assert_eq!(server.seen_at("gettoken").len(), 1);
}

#[tokio::test]
async fn a_token_that_is_refused_again_ends_the_call_and_gettoken_is_not_stormed() {
    for (code, class) in [(42001, Class::Token), (40014, Class::Token), (40001, Class::Configuration)] {
        let server = server(move |_| Reply::code(code)).await;
        let client = client(&server);
        let started = Instant::now();
        let mut calls = 0;
        while started.elapsed() < Duration::from_millis(1_500) {
            let error = client.external().get("wm1", None, once()).await.unwrap_err();
            assert_eq!((error.class(), error.errcode(), error.lost()), (class, Some(code), false));
            calls += 1;
        }
        let gettokens = server.seen_at("gettoken").len();
        assert!((2..=6).contains(&gettokens), "{gettokens} gettokens for {calls} calls");
    }
}

#[tokio::test]
async fn gettoken_that_recovers_costs_no_window() {
    let server = Scripted::start(|seen| match (seen.path.ends_with("gettoken"), seen.number) {
        (true, 1) => Reply::code(-1),
        (true, 2) => Reply::Http(502, "bad gateway".into()),
        (true, 3) => Reply::Reset,
        (true, _) => Reply::token("t", 7_200),
        _ => Reply::ok(),
    })
    .await;
    let client = Arc::new(client(&server));
    let started = Instant::now();
    let welcomes = (0..20).map(|_| {
        let client = Arc::clone(&client);
        tokio::spawn(async move {
            // As dispatch does: again after a pause well below a second.
            while let Err(error) = client.external().send_welcome_msg(&welcome(), once()).await {
                assert_eq!((error.class(), error.lost()), (Class::Busy, false), "{error}");
                assert!(error.message().contains("gettoken"), "{}", error.message());
                time::sleep(Duration::from_millis(150)).await;
            }
        })
    });
    for welcome in futures_util::future::join_all(welcomes).await {
        welcome.unwrap();
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(server.seen_at("gettoken").len(), 4);
    assert_eq!(server.seen_at("send_welcome_msg").len(), 20);
}

#[tokio::test]
async fn a_wrong_secret_is_not_hammered() {
    for code in [40001, 40013, 40091] {
        let server = Scripted::start(move |_| Reply::code(code)).await;
        let (client, hand) = client_with_hand(&server);
        for _ in 0..100 {
            let error = client.external().send_welcome_msg(&welcome(), once()).await.unwrap_err();
            assert_eq!(
                (error.class(), error.errcode(), error.lost()),
                (Class::Configuration, Some(code), false)
            );
        }
        assert_eq!(server.seen().len(), 1, "{code}");
        if code != 40001 {
            continue;
        }
        // An hour of calls every second: WeCom bars an address after some 2,000 wrong secrets in an hour.
        for _ in 0..3_600 {
            hand.advance(Duration::from_secs(1));
            client.external().get("wm1", None, once()).await.unwrap_err();
        }
        let asked = server.seen().len();
        assert!((30..=80).contains(&asked), "{asked}");
    }
}

#[tokio::test]
async fn a_token_is_renewed_in_the_background_before_it_expires() {
    let server = server(|_| Reply::ok()).await;
    let (client, hand) = client_with_hand(&server);
    let token_of_a_call = async || {
        client.external().get("wm1", None, once()).await.unwrap();
        server.seen_at("/get").last().unwrap().argument("access_token").unwrap().to_owned()
    };
    assert_eq!(token_of_a_call().await, "token-1");
    hand.advance(Duration::from_secs(6_700));
    assert_eq!(token_of_a_call().await, "token-1");
    assert_eq!(server.seen_at("gettoken").len(), 1, "too early to renew");
    hand.advance(Duration::from_secs(250));
    assert_eq!(token_of_a_call().await, "token-1", "nobody waits for the renewal");
    time::timeout(Duration::from_secs(5), async {
        while token_of_a_call().await != "token-2" {
            time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(server.seen_at("gettoken").len(), 2);
    // Long past its end: the call waits for a new one.
    hand.advance(Duration::from_secs(100_000));
    assert_eq!(token_of_a_call().await, "token-3");
}

#[tokio::test]
async fn a_client_kept_warm_renews_without_any_call() {
    let server = server(|_| Reply::ok()).await;
    let (client, hand) = client_with_hand(&server);
    let keeper = tokio::spawn({
        let client = client.clone();
        async move { client.keep_warm().await }
    });
    let gettokens = async |count| {
        time::timeout(Duration::from_secs(5), async {
            while server.seen_at("gettoken").len() < count {
                time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap();
        // Whatever would come too much would come at once.
        time::sleep(Duration::from_millis(50)).await;
        assert_eq!(server.seen_at("gettoken").len(), count);
    };
    gettokens(1).await;
    hand.advance(Duration::from_secs(6_700));
    gettokens(1).await;
    hand.advance(Duration::from_secs(250));
    gettokens(2).await;
    keeper.abort();
}

#[tokio::test]
async fn a_token_that_lives_a_second_serves() {
    let server = Scripted::start(|seen| {
        if seen.path.ends_with("gettoken") {
            Reply::json(r#"{"errcode":0,"access_token":"t","expires_in":"1"}"#)
        } else {
            Reply::ok()
        }
    })
    .await;
    let client = client(&server);
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    while started.elapsed() < Duration::from_millis(3_300) {
        let called = Instant::now();
        client.external().get("wm1", None, once()).await.unwrap();
        slowest = slowest.max(called.elapsed());
        time::sleep(Duration::from_millis(20)).await;
    }
    let gettokens = server.seen_at("gettoken").len();
    assert!((3..=6).contains(&gettokens), "{gettokens}");
    assert!(slowest < Duration::from_millis(700), "{slowest:?}");
}

#[tokio::test]
async fn a_caller_that_gives_up_takes_nothing_from_the_others() {
    let server = Scripted::start(|seen| {
        if seen.path.ends_with("gettoken") {
            Reply::token("t", 7_200).after(Duration::from_millis(300))
        } else {
            Reply::ok()
        }
    })
    .await;
    let client = client(&server);
    let hasty = CallOptions::one_attempt(Duration::from_millis(50));
    let error = client.external().send_welcome_msg(&welcome(), hasty).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { sent: false, .. }) && !error.lost(), "{error:?}");
    assert!(error.message().contains("no access token"), "{}", error.message());
    client.external().send_welcome_msg(&welcome(), once()).await.unwrap();
    assert_eq!((server.seen_at("gettoken").len(), server.seen_at("send_welcome_msg").len()), (1, 1));
}

#[tokio::test]
async fn gettoken_that_answers_nonsense_is_a_failure_like_any_other() {
    for nonsense in [
        r#"{"errcode":0,"errmsg":"ok"}"#.to_owned(),
        r#"{"errcode":0,"access_token":""}"#.to_owned(),
        r#"{"errcode":0,"access_token":{"a":1}}"#.to_owned(),
        format!(r#"{{"errcode":0,"access_token":"{}"}}"#, "x".repeat(10_000)),
        "[]".to_owned(),
        "<html>".to_owned(),
    ] {
        let server = Scripted::start(move |_| Reply::json(nonsense.clone())).await;
        let error = client(&server).external().get("wm1", None, once()).await.unwrap_err();
        assert!(matches!(error, Error::Token { .. }) && error.errcode().is_none(), "{error:?}");
        assert_eq!(server.seen().len(), 1);
    }
    // Some stand-ins for WeCom leave errcode out where all is well.
    let server = Scripted::start(|seen| {
        if seen.path.ends_with("gettoken") {
            Reply::json(r#"{"access_token":"t","expires_in":7200}"#)
        } else {
            Reply::ok()
        }
    })
    .await;
    client(&server).external().get("wm1", None, once()).await.unwrap();
}

#[tokio::test]
async fn any_method_of_the_platform_fits_into_a_call() {
    let server = server(|_| Reply::json(r#"{"errcode":0,"config_id":"c"}"#)).await;
    let client = client(&server);
    let body = json!({"type": 1, "scene": 2, "user": ["lisi"], "state": "春"});
    let endpoint = Endpoint::post("externalcontact/add_contact_way", Effect::Once);
    let call = Call::new(endpoint, CallOptions::default()).json(&body);
    let answer: serde_json::Value = client.call(call).await.unwrap();
    assert_eq!(answer["config_id"], "c");
    assert_eq!(server.seen_at("add_contact_way")[0].json(), body);
}
