//! One method of the API under examination: what it asks, what it makes of the answer, what it does when the answer is
//! lost, and how its pages are followed.

use std::{sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;
use wecom_greeter::{
    clock::Clock,
    wecom::{
        ApiBase, CallOptions, Client, ClientOptions, Effect, Error, External, Http, Verb, external::Listing,
    },
};

use crate::harness::scripted::{Reply, Scripted, Seen};

/// A single try.
pub fn once() -> CallOptions {
    CallOptions::one_attempt(Duration::from_secs(5))
}

/// A server that hands out a token and answers everything else by the script.
pub async fn server(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Scripted {
    Scripted::start(move |seen| {
        if seen.path.ends_with("/gettoken") { Reply::token("token", 7_200) } else { script(seen) }
    })
    .await
}

pub fn client(server: &Scripted) -> Client {
    let options = ClientOptions {
        corp_id: "ww1".into(),
        secret: SecretString::from("s3cr3t"),
        api_base: ApiBase::parse(&server.base()).unwrap(),
    };
    Client::new(Http::new().unwrap(), options, Clock::system(), TaskTracker::new())
}

/// Asks once and compares: the request with `verb`, `path` and `arguments` (the body, or of a GET the query), and what
/// the method makes of `answer` with the part of it that stands at `pointer`. Then loses the answer: what may be
/// repeated is, at once, and what may not is not.
pub async fn examine<T: Serialize>(
    (verb, path, effect): (Verb, &str, Effect),
    arguments: Value,
    (answer, pointer): (Value, &str),
    call: impl AsyncFn(External<'_>) -> Result<T, Error>,
) {
    let answered = Arc::new(with_errcode(answer.clone()));
    let answering = server(move |_| Reply::json(answered.to_string())).await;
    let made = call(client(&answering).external()).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    let seen = answering.seen();
    let [_, request] = &seen[..] else { panic!("{path}: {seen:?}") };
    assert_eq!(request.path, format!("/cgi-bin/externalcontact/{path}"));
    assert_eq!(request.query[0], ("access_token".to_owned(), "token".to_owned()));
    match verb {
        Verb::Post => {
            assert_eq!((request.verb.as_str(), request.query.len()), ("POST", 1), "{path}");
            assert_eq!(request.json(), arguments, "{path}");
        }
        Verb::Get => {
            let query: serde_json::Map<String, Value> =
                request.query[1..].iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            assert_eq!((request.verb.as_str(), request.body.as_str()), ("GET", ""), "{path}");
            assert_eq!(Value::Object(query), arguments, "{path}");
        }
    }
    let made = serde_json::to_value(made).unwrap();
    let told = answer.pointer(pointer).unwrap();
    assert!(made.is_null() || holds(&made, told), "{path}: {told} was read as {made}");

    let losing = server(|_| Reply::Reset).await;
    let error = call(client(&losing).external()).await.err().unwrap();
    assert!(error.lost(), "{path}: {error}");
    let sent = losing.seen().len() - 1;
    assert_eq!(sent, if effect == Effect::Once { 1 } else { 2 }, "{path}: how often it was sent");
}

/// Follows three pages whose second cursor expires once: the listing begins anew, and ends where the last page says.
pub async fn pages<T: Serialize + Send>(
    path: &str,
    list: &'static str,
    item: Value,
    call: impl FnOnce(External<'_>) -> Listing<'_, T>,
) {
    let element = item.clone();
    let server = server(move |seen| {
        let body = seen.json();
        let next = match body.get("cursor").and_then(Value::as_str) {
            None | Some("") => "c1",
            Some("c1") => "c2",
            Some("c2") if seen.number == 3 => return Reply::code(50100),
            Some(_) => "",
        };
        Reply::json(json!({"errcode": 0, list: [element], "next_cursor": next}).to_string())
    })
    .await;
    let client = client(&server);
    let items: Vec<T> =
        call(client.external()).try_collect().await.unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(items.len(), 5, "{path}: two, and then from the beginning three");
    for made in items {
        let made = serde_json::to_value(made).unwrap();
        assert!(holds(&made, &item), "{path}: {item} was read as {made}");
    }
    let cursors: Vec<_> = server
        .seen_at(&format!("/{path}"))
        .iter()
        .map(|seen| seen.json().get("cursor").and_then(Value::as_str).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(cursors, ["", "c1", "c2", "", "c1", "c2"], "{path}");
}

/// Refused before anything is sent, with this text after the method's path.
pub async fn refused<T>(text: &str, call: impl AsyncFnOnce(External<'_>) -> Result<T, Error>) {
    let server = server(|_| Reply::ok()).await;
    let error = call(client(&server).external()).await.err().unwrap();
    let shown = error.to_string();
    assert!(matches!(error, Error::Argument { .. }), "{shown}");
    assert_eq!(shown.split_once(": ").unwrap().1, text);
    assert!(server.seen().is_empty(), "{shown}");
}

/// Whatever the platform does to one of its values (leaves it out, makes it null, text, another number, an object, a
/// list) and whatever it adds, the rest of the answer is read.
pub fn lenient<T: DeserializeOwned>(whole: &Value) {
    let strange = [
        None,
        Some(Value::Null),
        Some(json!("text")),
        Some(json!("")),
        Some(json!(999)),
        Some(json!("17")),
        Some(json!(1.5)),
        Some(json!(true)),
        Some(json!([])),
        Some(json!({"new": [1, {}]})),
    ];
    for pointer in pointers(whole) {
        for value in &strange {
            let mut answer = whole.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            match (answer.pointer_mut(parent).unwrap(), value) {
                (Value::Object(fields), Some(value)) => {
                    fields.insert(name.to_owned(), value.clone());
                    fields.insert("new_field".to_owned(), json!({"a": [1, 2]}));
                }
                (Value::Object(fields), None) => {
                    fields.shift_remove(name);
                }
                _ => continue,
            }
            if let Err(error) = serde_json::from_value::<T>(answer) {
                panic!("{pointer} as {value:?}: {error}");
            }
        }
    }
}

/// The places of all fields.
fn pointers(value: &Value) -> Vec<String> {
    let below = |(name, value): (String, &Value)| {
        let deeper = pointers(value).into_iter().map({
            let name = name.clone();
            move |pointer| format!("/{name}{pointer}")
        });
        deeper.chain([format!("/{name}")]).collect::<Vec<_>>()
    };
    match value {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).flat_map(below).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(i, v)| (i.to_string(), v)).flat_map(below).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether nothing of what was told is missing or different.
fn holds(made: &Value, told: &Value) -> bool {
    match (made, told) {
        (Value::Object(made), Value::Object(told)) => told.iter().all(|(name, told)| {
            name == "errcode" && !made.contains_key(name)
                || name == "errmsg" && !made.contains_key(name)
                || made.get(name).is_some_and(|made| holds(made, told))
        }),
        (Value::Array(made), Value::Array(told)) => {
            made.len() == told.len() && made.iter().zip(told).all(|(made, told)| holds(made, told))
        }
        (made, told) => made == told,
    }
}

fn with_errcode(mut answer: Value) -> Value {
    if let Value::Object(fields) = &mut answer {
        fields.entry("errcode").or_insert(json!(0));
        fields.entry("errmsg").or_insert(json!("ok"));
    }
    answer
}
