//! The whole API, method by method: each is a row in its family's file, written by hand, with what goes over the wire
//! and what WeCom answers. Every row is held to the same promises here, by the method that the catalogue names.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{TryStreamExt as _, future::join_all};
use serde::Serialize;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;
use wecom_client::{
    ApiBase, CallOptions, Client, ClientOptions, Effect, Error, External, Http, PreparedBody, Verb,
    catalogue::{self as table, Arguments},
    contact::Listing,
};
use wecom_core::clock::Clock;

use crate::scripted::{Reply, Scripted, Seen};
use crate::{
    acquisition, acquisition_record, agent, app_message, contact, contact_list, contact_way, corp_tag,
    customer_strategy, directory, follow_user, group_chat, group_statistic, group_welcome_template,
    id_conversion, idconvert, intercept_rule, join_way, mass_message, mass_message_record, media, moment,
    moment_record, moment_strategy, platform, product_album, statistics, strategy_tag, tag, transfer,
    web_login, welcome,
};

/// One method of the API.
#[derive(Clone)]
pub struct Method {
    pub verb: Verb,
    /// Below `/cgi-bin/`.
    pub path: &'static str,
    pub effect: Effect,
    /// The body of a POST, the arguments of a GET: every argument that there is, unless `partly`.
    pub sent: Value,
    /// What WeCom answers, without `errcode`.
    pub answer: Value,
    /// Where in the answer that stands which the caller gets; empty for all of it.
    pub at: &'static str,
    /// Whether an answer that says nothing is refused.
    pub needed: bool,
    /// Whether some arguments exclude others.
    pub partly: bool,
    /// Whether the typed answer holds more than its own fields, so that what is unknown shows in it.
    pub open: bool,
}

impl Method {
    pub fn post(path: &'static str, effect: Effect, sent: Value, answer: Value) -> Self {
        Self {
            verb: Verb::Post,
            path,
            effect,
            sent,
            answer,
            at: "",
            needed: false,
            partly: false,
            open: false,
        }
    }

    pub fn get(path: &'static str, sent: Value, answer: Value) -> Self {
        Self { verb: Verb::Get, ..Self::post(path, Effect::Read, sent, answer) }
    }

    /// The caller gets this part of the answer only.
    pub fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    /// The answer is an error without that part.
    pub fn needed(self) -> Self {
        Self { needed: true, ..self }
    }

    /// Not every argument can be given at once.
    pub fn partly(self) -> Self {
        Self { partly: true, ..self }
    }

    /// What is unknown is kept.
    pub fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// Its row of the catalogue.
    pub fn row(&self) -> &'static table::Method {
        let row = table::methods().find(|row| row.endpoint.path == self.path);
        row.unwrap_or_else(|| panic!("{} is not in the catalogue", self.path))
    }

    /// What was sent, as it goes out: in a query everything is text.
    pub fn on_the_wire(&self, sent: &Value) -> Value {
        if self.verb == Verb::Get { changed(sent, &as_text) } else { sent.clone() }
    }

    fn arguments(&self) -> Arguments {
        Arguments::new(self.row(), self.sent.as_object().unwrap().clone())
    }

    async fn call(&self, client: &Client) -> Result<Value, Error> {
        self.row().call(client, &self.arguments(), usual()).await
    }
}

/// Every row.
pub fn methods() -> Vec<Method> {
    [
        contact_way::methods(),
        follow_user::methods(),
        contact::methods(),
        contact_list::methods(),
        corp_tag::methods(),
        tag::methods(),
        strategy_tag::methods(),
        welcome::methods(),
        group_welcome_template::methods(),
        mass_message::methods(),
        mass_message_record::methods(),
        moment::methods(),
        moment_record::methods(),
        group_chat::methods(),
        join_way::methods(),
        transfer::methods(),
        statistics::methods(),
        group_statistic::methods(),
        customer_strategy::methods(),
        moment_strategy::methods(),
        acquisition::methods(),
        acquisition_record::methods(),
        product_album::methods(),
        intercept_rule::methods(),
        id_conversion::methods(),
        idconvert::methods(),
        media::methods(),
        directory::methods(),
        agent::methods(),
        app_message::methods(),
        platform::methods(),
        web_login::methods(),
    ]
    .concat()
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
    let client = client_by(http, &server);
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

/// A single try.
pub fn once() -> CallOptions {
    CallOptions::one_attempt(Duration::from_secs(5))
}

/// A server that hands out a token and answers everything else by the script.
pub async fn server(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Scripted {
    wecom(script).await.0
}

/// A client of that server.
pub fn client(server: &Scripted) -> Client {
    client_by(Http::new().unwrap(), server)
}

fn client_by(http: Http, server: &Scripted) -> Client {
    let options = ClientOptions::new("ww1", "s3cr3t", ApiBase::parse(&server.base()).unwrap());
    Client::new(http, options, Clock::system(), TaskTracker::new())
}

/// Holds every method to what all of them promise: the request is the platform's; the answer is read whole; unknown
/// fields and numbers, numbers that are texts and whatever else may stand in the place of a value do no harm to the
/// others; what may be asked twice is, when the connection breaks or WeCom is busy, and what may not is not.
#[tokio::test(flavor = "multi_thread")]
async fn every_method_is_as_documented() {
    let methods = methods();
    let mut paths: Vec<_> = methods.iter().map(|method| method.path).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), methods.len(), "a method has one row");
    let http = Http::new().unwrap();
    // Each on its own, so that one run tells of every method that is wrong.
    let walks = methods.into_iter().map(|method| {
        let (path, http) = (method.path, http.clone());
        #[expect(clippy::disallowed_methods, reason = "it is awaited below")]
        let walk = tokio::spawn(async move {
            what_is_described(&method).await;
            what_goes_over_the_wire(&http, &method).await;
            what_is_read(&http, &method).await;
            what_is_asked_twice(&http, &method).await;
        });
        async move { walk.await.map_err(|_| path) }
    });
    let wrong: Vec<_> = join_all(walks).await.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "as shown above: {wrong:?}");
}

/// The catalogue says what the method does, and the description of a call is the call.
async fn what_is_described(method: &Method) {
    let Method { path, verb, effect, sent, partly, .. } = method;
    let row = method.row();
    assert_eq!((row.endpoint.verb, row.endpoint.effect), (*verb, *effect), "{path}");
    let given = sent.as_object().unwrap();
    for name in given.keys() {
        assert!(row.argument(name).is_some(), "{path}: {name} is not in the catalogue");
    }
    let mut missing = Vec::new();
    for argument in row.arguments {
        let there = given.contains_key(argument.name);
        if !there && (argument.required || !partly) {
            missing.push(argument.name);
        }
    }
    assert!(missing.is_empty(), "{path}: {missing:?} are not in the row");
    let prepared = row.prepare(&method.arguments()).await.unwrap();
    assert_eq!(prepared.endpoint(), row.endpoint);
    let shown: Value = match prepared.body() {
        PreparedBody::Json(body) => Value::Object(body.clone()),
        _ => prepared.query().iter().map(|(name, value)| (name.clone(), json!(value))).collect(),
    };
    assert_eq!(shown, method.on_the_wire(sent), "{path}");
}

async fn what_goes_over_the_wire(http: &Http, method: &Method) {
    let answer = method.answer.clone();
    let (server, client) = wecom_by(http.clone(), move |_| fine(&answer)).await;
    method.call(&client).await.unwrap();
    let [call] = &calls(&server)[..] else { panic!("{}: not one call", method.path) };
    assert_eq!(call.path, format!("/cgi-bin/{}", method.path));
    assert_eq!(call.query[0], ("access_token".to_owned(), "token".to_owned()));
    if method.verb == Verb::Get {
        let query: Value = call.query[1..].iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        assert_eq!((query, call.verb.as_str()), (method.on_the_wire(&method.sent), "GET"), "{}", method.path);
        assert_eq!(call.body, "");
    } else {
        assert_eq!((call.query.len(), call.verb.as_str()), (1, "POST"), "{}", method.path);
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
        method.call(&client).await
    };
    let Method { path, answer, at, needed, .. } = method;
    let whole = read(answer.clone()).await.unwrap();
    nothing_is_lost(answer.pointer(at).unwrap(), &whole, path);
    let strange = read(changed(answer, &with_unknown_fields)).await.unwrap();
    assert!(strange == whole || method.open, "{path}: unknown fields");
    let texts = read(changed(answer, &as_text)).await.unwrap();
    assert!(texts == whole || method.open, "{path}: numbers as texts");
    for place in places(answer) {
        for odd in [None, Some(Value::Null), Some(json!("")), Some(json!("text")), Some(json!(987_654))]
            .into_iter()
            .chain([Some(json!("17")), Some(json!(1.5)), Some(json!(true))])
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
        let answered = method.call(&client).await;
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
pub fn nothing_is_lost(given: &Value, read: &Value, path: &str) {
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
pub fn places(answer: &Value) -> Vec<String> {
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
pub fn with(answer: &Value, place: &str, odd: Option<Value>) -> Value {
    let mut answer = answer.clone();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let fields = answer.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
    match odd {
        Some(odd) => drop(fields.insert(name.to_owned(), odd)),
        None => drop(fields.shift_remove(name)),
    }
    answer
}

/// Follows three pages whose second cursor expires once: the listing begins anew, and ends where the last page says.
pub async fn pages<T: Serialize + Send>(
    path: &str,
    list: &'static str,
    item: Value,
    call: impl FnOnce(External) -> Listing<T>,
) {
    pages_as(path, list, item.clone(), &item, call).await;
}

/// As [`pages`], where the caller gets `item` of each `element` of the list.
pub async fn pages_as<T: Serialize + Send>(
    path: &str,
    list: &'static str,
    element: Value,
    item: &Value,
    call: impl FnOnce(External) -> Listing<T>,
) {
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
        nothing_is_lost(item, &made, path);
    }
    let cursors: Vec<_> = server
        .seen_at(&format!("/{path}"))
        .iter()
        .map(|seen| seen.json().get("cursor").and_then(Value::as_str).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(cursors, ["", "c1", "c2", "", "c1", "c2"], "{path}");
}

/// Refused before anything is sent, with this text after the method's path.
pub async fn refused<T>(text: &str, call: impl AsyncFnOnce(External) -> Result<T, Error>) {
    let server = server(|_| Reply::ok()).await;
    let error = call(client(&server).external()).await.err().unwrap();
    let shown = error.to_string();
    assert!(matches!(error, Error::Argument { .. }), "{shown}");
    assert_eq!(shown.split_once(": ").unwrap().1, text);
    assert!(server.seen().is_empty(), "{shown}");
}
