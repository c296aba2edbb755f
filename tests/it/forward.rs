//! Posts of the record to other systems: what arrives there, and where nothing is ever posted.

use std::{sync::Mutex, time::Duration};

use rstest::rstest;
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use wecom_core::clock::Clock;
use wecom_greeter::{
    action::outcome::Class,
    forward::{Error, Forwarder, Post},
};

use crate::{
    harness::{
        scripted::{Reply, Scripted, Seen},
        world::{Which, World, fresh},
    },
    http::sealed,
};

const BODY: &[u8] = "{\"id\":17,\"state\":\"春季\"}".as_bytes();

/// Takes one post, answers with `answer`, and hands back what it was sent, in lower case up to the body.
async fn received(answer: &'static str, post: impl AsyncFnOnce(String)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let came = Mutex::new(String::new());
    let receiver = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        while !bytes.ends_with(BODY) {
            let read = socket.read(&mut buffer).await.unwrap();
            assert_ne!(read, 0, "the post ended early");
            bytes.extend_from_slice(&buffer[..read]);
        }
        *came.lock().unwrap() = String::from_utf8(bytes).unwrap();
        socket.write_all(answer.as_bytes()).await.unwrap();
        // Held open until the other side has read it.
        let _ = socket.read(&mut buffer).await;
    };
    tokio::select! {
        () = async { tokio::join!(receiver, std::future::pending::<()>()); } => {}
        () = post(format!("http://{address}/hooks/wecom?key=1")) => {}
    }
    came.into_inner().unwrap()
}

fn post<'a>(url: &'a str, secret: Option<&'a SecretString>) -> Post<'a> {
    Post { url, event_id: 17, timestamp_s: 1_733_900_461, body: BODY, secret }
}

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_post_carries_the_record_its_event_and_a_signature_that_can_be_recomputed() {
    let request = received("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", async |url| {
        let secret = SecretString::from("key");
        Forwarder::new(true).unwrap().post(&post(&url, Some(&secret)), SOON).await.unwrap();
    })
    .await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.as_bytes(), BODY);
    let head = head.to_lowercase();
    assert!(head.starts_with("post /hooks/wecom?key=1 http/1.1"), "{head}");
    // printf '1733900461.{"id":17,"state":"春季"}' | openssl dgst -sha256 -hmac key
    for header in [
        "content-type: application/json",
        "x-greeter-event-id: 17",
        "x-greeter-timestamp: 1733900461",
        "x-greeter-signature: v1=8055a927fa9968d1c97f56ba3035f01e2b26d440627b9be14b94fe104347c81e",
    ] {
        assert!(head.contains(header), "{header}\n{head}");
    }
}

#[tokio::test]
async fn without_a_secret_there_is_no_signature() {
    let request = received("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", async |url| {
        Forwarder::new(true).unwrap().post(&post(&url, None), SOON).await.unwrap();
    })
    .await;
    assert!(!request.to_lowercase().contains("signature"), "{request}");
}

#[tokio::test]
async fn what_the_receiver_answers_decides_whether_it_is_tried_again() {
    for (answer, class) in [
        ("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", Class::Busy),
        ("HTTP/1.1 404 Where\r\ncontent-length: 0\r\n\r\n", Class::Busy),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", Class::Refused),
        // Followed, it would leave the address that was checked.
        ("HTTP/1.1 307 There\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", Class::Busy),
        ("nonsense\r\n\r\n", Class::Busy),
    ] {
        let request = received(answer, async |url| {
            let error = Forwarder::new(true).unwrap().post(&post(&url, None), SOON).await.unwrap_err();
            assert_eq!(error.class(), class, "{answer}: {error}");
            assert!(!error.message().contains("key=1"), "{error}");
        })
        .await;
        assert!(request.ends_with("春季\"}"), "{request}");
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_or_is_not_there_is_given_up() {
    received("", async |url| {
        let error = Forwarder::new(true)
            .unwrap()
            .post(&post(&url, None), Duration::from_millis(200))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::TimedOut(_)) && error.lost(), "{error}");
    })
    .await;
    let error =
        Forwarder::new(true).unwrap().post(&post("http://127.0.0.1:1/", None), SOON).await.unwrap_err();
    assert!(matches!(error, Error::Broken(..)) && !error.lost(), "{error}");
}

#[tokio::test]
async fn nothing_is_posted_into_a_private_network_by_address_or_by_name() {
    let careful = Forwarder::new(false).unwrap();
    for url in ["https://127.0.0.1:1/", "https://localhost:1/", "https://[::1]:1/"] {
        let error = careful.post(&post(url, None), SOON).await.unwrap_err();
        assert!(matches!(error, Error::Private), "{url}: {error:?}");
        assert!(error.message().contains("forward.allow_private_networks"), "{error}");
        assert_eq!(error.class(), Class::Configuration);
    }
}

/// What WeCom posts to an app apart from its customers, and what the record calls it (the event, and its change or the kind of
/// message): the directory's changes, what employees write to the app and do in its menu, and what nobody has heard of yet.
const OF_THE_APP: [(&str, &str, &str); 9] = [
    (
        "<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>create_user</ChangeType><UserID>wangwu</UserID>\
         <Department><![CDATA[1,2]]></Department>",
        "change_contact",
        "create_user",
    ),
    (
        "<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>delete_party</ChangeType><Id>2</Id>",
        "change_contact",
        "delete_party",
    ),
    (
        "<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>update_tag</ChangeType><TagId>1</TagId>\
         <AddUserItems><![CDATA[zhangsan]]></AddUserItems>",
        "change_contact",
        "update_tag",
    ),
    (
        "<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>promote_user</ChangeType>",
        "change_contact",
        "promote_user",
    ),
    (
        "<FromUserName>zhangsan</FromUserName><MsgType>text</MsgType><Content><![CDATA[请假 <b>一天</b>]]></Content>\
         <MsgId>1234567890123456</MsgId><AgentID>1000042</AgentID>",
        "",
        "text",
    ),
    (
        "<FromUserName>zhangsan</FromUserName><MsgType>location</MsgType><Location_X>23.134</Location_X>\
         <Location_Y>113.358</Location_Y><Scale>20</Scale><MsgId>1234567890123457</MsgId><AgentID>1000042</AgentID>",
        "",
        "location",
    ),
    (
        "<FromUserName>zhangsan</FromUserName><MsgType>event</MsgType><Event>click</Event><EventKey>MENU_1</EventKey>\
         <AgentID>1000042</AgentID>",
        "click",
        "",
    ),
    (
        "<FromUserName>zhangsan</FromUserName><MsgType>event</MsgType><Event>template_card_event</Event>\
         <EventKey>approve</EventKey><TaskId>t1</TaskId><AgentID>1000042</AgentID>",
        "template_card_event",
        "",
    ),
    ("<MsgType>event</MsgType><Event>something_of_next_year</Event>", "something_of_next_year", ""),
];

/// An app has one callback address: what other systems of the company want of it is handed on by a rule, byte for byte.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn messages_and_changes_of_the_directory_are_handed_on(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let office = Scripted::start(|_| Reply::ok()).await;
    let rules = format!(
        "
rules:
  - name: to-the-office-system
    on: [change_contact, message, app_event, unknown]
    forward: {{ url: '{}/hooks' }}
  - name: everyone
    welcome: {{ text: 您好！ }}
",
        office.base()
    );
    let world = World::begin(database, &rules, Clock::system(), |_| {}).await;
    let corp = world.config.apps[0].corp_id.clone();
    let payloads: Vec<_> = OF_THE_APP
        .iter()
        .zip(1_733_900_461..)
        .map(|((said, ..), at)| {
            format!("<xml><ToUserName>{corp}</ToUserName><CreateTime>{at}</CreateTime>{said}</xml>")
        })
        .collect();
    for payload in &payloads {
        let message = sealed(&world, payload);
        let answer = world.post(&message.to_query(), message.to_xml(&corp, Some("1000042"))).await;
        assert_eq!(answer, (reqwest::StatusCode::OK, "success".to_owned()), "{payload}");
    }
    let events = world.settled().await;
    for event in &events {
        let ends: Vec<_> =
            event.actions.iter().map(|action| (action.kind.as_str(), action.status.as_str())).collect();
        assert_eq!(ends, [("forward", "done")], "{:?}", event.summary);
    }

    let posts = office.seen();
    assert_eq!(posts.len(), payloads.len());
    for (payload, (_, event, kind)) in payloads.iter().zip(OF_THE_APP) {
        let post = posts.iter().map(Seen::json).find(|post| post["payload"] == payload.as_str());
        let post = post.unwrap_or_else(|| panic!("not handed on: {payload}"));
        assert_eq!(post["event"], event, "{post}");
        let told = if event.is_empty() { &post["msg_type"] } else { &post["change"] };
        assert_eq!(told.as_str().unwrap_or_default(), kind, "{post}");
    }
    assert!(world.wecom.requests_of("externalcontact/send_welcome_msg").is_empty());
    world.end().await;
}
