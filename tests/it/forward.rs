//! Posts of the record to other systems: what arrives there, and where nothing is ever posted.

use std::{sync::Mutex, time::Duration};

use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use wecom_greeter::{
    action::outcome::Class,
    forward::{Error, Forwarder, Post},
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
