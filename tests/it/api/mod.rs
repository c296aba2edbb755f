//! The whole customer-contact API, method by method: each is a row of its family's table, and every row is held to the
//! same promises ([`walk`]).

mod contact;
mod directory;
mod examined;
mod groups;
mod messages;
mod links_and_goods;
mod media;
mod contact_way;
mod conversion;
mod statistics;
mod strategy;
mod tag;
mod transfer;

use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, join_all};
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;
use wecom_greeter::{
    clock::Clock,
    wecom::{ApiBase, CallOptions, Client, ClientOptions, Effect, Error, External, Http},
};

use crate::harness::scripted::{Reply, Scripted, Seen};

/// Calls one method with what the row sends, and gives the answer as JSON again.
pub type Calls = for<'a> fn(External<'a>, Value) -> BoxFuture<'a, Result<Value, Error>>;

/// One method of the API.
#[derive(Clone)]
pub struct Method {
    pub verb: &'static str,
    /// Below `/cgi-bin/`.
    pub path: &'static str,
    pub effect: Effect,
    /// The body of a POST, the arguments of a GET.
    pub sent: Value,
    /// What WeCom answers, without `errcode`.
    pub answer: Value,
    /// Where in the answer that stands which the caller gets; empty for all of it.
    pub at: &'static str,
    /// Whether an answer that says nothing is refused.
    pub needed: bool,
    pub calls: Calls,
}

impl Method {
    pub fn post(path: &'static str, effect: Effect, sent: Value, answer: Value, calls: Calls) -> Self {
        Self { verb: "POST", path, effect, sent, answer, at: "", needed: false, calls }
    }

    pub fn get(path: &'static str, sent: Value, answer: Value, calls: Calls) -> Self {
        Self { verb: "GET", ..Self::post(path, Effect::Read, sent, answer, calls) }
    }

    /// The caller gets this part of the answer only.
    pub fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    /// The answer is an error without that part.
    pub fn needed(self) -> Self {
        Self { needed: true, ..self }
    }
}

/// A request read from JSON, as a command line would.
pub fn of<T: DeserializeOwned>(sent: Value) -> T {
    serde_json::from_value(sent).unwrap()
}

/// An argument that is a text.
pub fn text<'a>(sent: &'a Value, name: &str) -> &'a str {
    sent[name].as_str().unwrap()
}

/// What a method gave, as JSON.
pub fn json_of<T: Serialize>(answer: Result<T, Error>) -> Result<Value, Error> {
    answer.map(|answer| serde_json::to_value(answer).unwrap())
}

/// A WeCom that hands out a token and answers everything else by the script.
pub async fn wecom(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Scripted, Client) {
    wecom_by(Http::new().unwrap(), script).await
}

/// As [`wecom`], by connections that there are already: to make them anew reads every certificate of the machine.
async fn wecom_by(http: Http, script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Scripted, Client) {
    let server = Scripted::start(move |seen| {
        if seen.path.ends_with("/gettoken") { Reply::token("token", 7_200) } else { script(seen) }
    })
    .await;
    let options = ClientOptions {
        corp_id: "ww1".into(),
        secret: SecretString::from("secret"),
        api_base: ApiBase::parse(&server.base()).unwrap(),
    };
    let client = Client::new(http, options, Clock::system(), TaskTracker::new());
    (server, client)
}

/// The calls that came, without those for tokens.
pub fn calls(server: &Scripted) -> Vec<Seen> {
    server.seen().into_iter().filter(|seen| !seen.path.ends_with("/gettoken")).collect()
}

/// What WeCom answers when all is well.
pub fn fine(answer: &Value) -> Reply {
    let mut whole = json!({"errcode": 0, "errmsg": "ok"});
    for (name, value) in answer.as_object().unwrap() {
        whole[name] = value.clone();
    }
    Reply::json(whole.to_string())
}

/// Options as most callers have them.
pub fn usual() -> CallOptions {
    CallOptions::default()
}

/// Holds every method to what all of them promise: the request is the platform's; the answer is read whole; unknown
/// fields and numbers, numbers that are texts and whatever else may stand in the place of a value do no harm to the
/// others; what may be asked twice is, when the connection breaks or WeCom is busy, and what may not is not.
pub async fn walk(methods: Vec<Method>) {
    let mut paths: Vec<_> = methods.iter().map(|method| method.path).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), methods.len(), "a method has one row");
    let http = &Http::new().unwrap();
    join_all(methods.into_iter().map(|method| async move {
        what_goes_over_the_wire(http, &method).await;
        what_is_read(http, &method).await;
        what_is_asked_twice(http, &method).await;
    }))
    .await;
}

async fn what_goes_over_the_wire(http: &Http, method: &Method) {
    let answer = method.answer.clone();
    let (server, client) = wecom_by(http.clone(), move |_| fine(&answer)).await;
    (method.calls)(client.external(), method.sent.clone()).await.unwrap();
    let [call] = &calls(&server)[..] else { panic!("{}: not one call", method.path) };
    assert_eq!((call.verb.as_str(), &*call.path), (method.verb, &*format!("/cgi-bin/{}", method.path)));
    assert_eq!(call.query[0], ("access_token".to_owned(), "token".to_owned()));
    if method.verb == "GET" {
        let query: Value = call.query[1..].iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        assert_eq!(query, method.sent, "{}", method.path);
        assert_eq!(call.body, "");
    } else {
        assert_eq!(call.query.len(), 1, "{}", method.path);
        assert_eq!(call.json(), method.sent, "{}", method.path);
    }
}

async fn what_is_read(http: &Http, method: &Method) {
    let next = Arc::new(Mutex::new(Value::Null));
    let (_server, client) = wecom_by(http.clone(), {
        let next = Arc::clone(&next);
        move |_| fine(&next.lock().unwrap())
    })
    .await;
    let read = async |answer: Value| {
        *next.lock().unwrap() = answer;
        (method.calls)(client.external(), method.sent.clone()).await
    };
    let Method { path, answer, at, needed, .. } = method;
    let whole = read(answer.clone()).await.unwrap();
    nothing_is_lost(answer.pointer(at).unwrap(), &whole, path);
    let strange = read(changed(answer, &with_unknown_fields)).await.unwrap();
    assert_eq!(strange, whole, "{path}: unknown fields");
    let texts = read(changed(answer, &as_text)).await.unwrap();
    assert_eq!(texts, whole, "{path}: numbers as texts");
    for place in places(answer) {
        for odd in [None, Some(Value::Null), Some(json!("")), Some(json!("text")), Some(json!(987_654))]
            .into_iter()
            .chain([Some(json!([])), Some(json!({"added_later": [1, {}]}))])
        {
            if let Err(error) = read(with(answer, &place, odd.clone())).await {
                let fatal = *needed && place == *at && matches!(error, Error::Unreadable { .. });
                assert!(fatal, "{path}: {place} as {odd:?}: {error}");
            }
        }
    }
    assert_eq!(read(json!({})).await.is_err(), *needed, "{path}: an answer that says nothing");
}

async fn what_is_asked_twice(http: &Http, method: &Method) {
    let Method { path, effect, .. } = method;
    for (first, lost) in [
        (Reply::Reset, true),
        (Reply::HalfThenReset, true),
        (Reply::code(-1), true),
        (Reply::code(6000), false),
        (Reply::code(45033), false),
    ] {
        let (answer, fault) = (method.answer.clone(), first.clone());
        let (server, client) =
            wecom_by(http.clone(), move |seen| if seen.number == 1 { fault.clone() } else { fine(&answer) })
                .await;
        let answered = (method.calls)(client.external(), method.sent.clone()).await;
        let tries = calls(&server).len();
        if *effect == Effect::Once {
            let error = answered.unwrap_err();
            assert!(error.lost() == lost && tries == 1, "{path}, {first:?}: {tries} tries, {error}");
        } else {
            assert!(answered.is_ok() && tries == 2, "{path}, {first:?}: {tries} tries");
        }
    }
}

/// Whatever `given` says, `read` says, too; it may say more, such as that something is absent.
fn nothing_is_lost(given: &Value, read: &Value, path: &str) {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            for (name, value) in given {
                let kept = read.get(name).unwrap_or_else(|| panic!("{path}: {name} is lost"));
                nothing_is_lost(value, kept, path);
            }
        }
        (Value::Array(given), Value::Array(read)) => {
            assert_eq!(given.len(), read.len(), "{path}");
            given.iter().zip(read).for_each(|(given, read)| nothing_is_lost(given, read, path));
        }
        // A call that says nothing but that it was done.
        (Value::Object(given), Value::Null) if given.is_empty() => {}
        (given, read) => assert_eq!(given, read, "{path}"),
    }
}

/// Every value of `answer` as `change` has it, from the leaves up.
fn changed(answer: &Value, change: &impl Fn(Value) -> Value) -> Value {
    change(match answer {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), changed(value, change))).collect()
        }
        Value::Array(list) => list.iter().map(|value| changed(value, change)).collect(),
        leaf => leaf.clone(),
    })
}

fn with_unknown_fields(value: Value) -> Value {
    match value {
        Value::Object(mut fields) => {
            fields.insert("added_later".into(), json!({"a": [1, {"b": null}]}));
            Value::Object(fields)
        }
        value => value,
    }
}

fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        value => value,
    }
}

/// Where the fields of `answer` stand, at any depth.
fn places(answer: &Value) -> Vec<String> {
    let below = |name: &str, value: &Value| -> Vec<String> {
        places(value).into_iter().map(|place| format!("/{name}{place}")).collect()
    };
    match answer {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| [vec![format!("/{name}")], below(name, value)].concat())
            .collect(),
        Value::Array(list) => {
            list.iter().enumerate().flat_map(|(index, value)| below(&index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// `answer` with this in that place; without the field, for `None`.
fn with(answer: &Value, place: &str, odd: Option<Value>) -> Value {
    let mut answer = answer.clone();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let fields = answer.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
    match odd {
        Some(odd) => drop(fields.insert(name.to_owned(), odd)),
        None => drop(fields.shift_remove(name)),
    }
    answer
}
