//! The methods of the catalogue and those that the simulated company answers: the same, and in the same shapes.

use std::collections::BTreeSet;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use wecom_client::{
    Verb,
    catalogue::{self, Answers, Kind},
};
use wecom_core::clock::Clock;
use wecom_simulator::{Options, Simulator, corp::Corp};

use crate::walk;

/// The simulated company, and a program that calls it by plain HTTP.
struct Outside {
    simulator: Simulator,
    http: reqwest::Client,
    token: String,
}

impl Outside {
    async fn start() -> Self {
        let simulator = Simulator::start(Options::default(), Clock::system(), 7).await.unwrap();
        // Whoever comes first installs it; it is the same for all.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let corp = Corp::sample();
        let (id, secret) = (&corp.corp_id, corp.secret.expose_secret());
        let url = format!("{}/cgi-bin/gettoken?corpid={id}&corpsecret={secret}", simulator.api_base());
        let answer: Value = read(http.get(url)).await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { simulator, http, token }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/cgi-bin/{path}?access_token={}", self.simulator.api_base(), self.token)
    }
}

/// The answer, or the status where it is none of WeCom's.
async fn read(request: reqwest::RequestBuilder) -> Result<Value, u16> {
    #[expect(clippy::disallowed_methods, reason = "this is the outside world, which calls as anybody would")]
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap();
    if status == 200 { serde_json::from_slice(&body).map_err(|_| status) } else { Err(status) }
}

/// What the catalogue has and the simulator leaves out, each with the reason. There is nothing.
const LEFT_OUT: [(&str, &str); 0] = [];

/// What the simulator answers beside the catalogue: a form of 2020, and the robots of groups, which are no method of an app.
const BESIDE: [&str; 2] = ["externalcontact/transfer", "webhook/send"];

/// What a method is sent in the tests of the API: every argument that it has.
fn sent(path: &str) -> Value {
    let row = walk::methods().into_iter().find(|row| row.path == path);
    row.map_or_else(|| json!({}), |row| row.sent)
}

async fn ask(outside: &Outside, verb: Verb, path: &str, sent: &Value) -> Result<Value, u16> {
    let mut url = reqwest::Url::parse(&outside.url(path)).unwrap();
    let request = if verb == Verb::Get {
        for (name, value) in sent.as_object().unwrap() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            url.query_pairs_mut().append_pair(name, &value);
        }
        outside.http.get(url)
    } else {
        outside.http.post(url).body(sent.to_string())
    };
    read(request).await
}

#[tokio::test]
async fn every_method_of_the_catalogue_is_answered_and_read_in_its_own_shapes() {
    let outside = Outside::start().await;
    let mut faults = Vec::new();
    for row in catalogue::methods().filter(|row| LEFT_OUT.iter().all(|(path, _)| *path != row.endpoint.path))
    {
        let verb = row.endpoint.verb;
        let other = if verb == Verb::Get { Verb::Post } else { Verb::Get };
        let wrong = ask(&outside, other, row.endpoint.path, &json!({})).await;
        if !wrong.as_ref().is_ok_and(|answer| answer["errcode"] == 40058) {
            faults.push(format!("{} asked by the wrong verb: {wrong:?}", row.endpoint.path));
        }
        let answer = ask(&outside, verb, row.endpoint.path, &sent(row.endpoint.path)).await;
        // Whom the table names is not here, so that most are refused; but what was sent could be read. A fault in
        // the JSON would say where in the text.
        let errmsg = answer.as_ref().ok().and_then(|answer| answer["errmsg"].as_str());
        let is_read = errmsg.is_some_and(|errmsg| !errmsg.contains("column") && !errmsg.contains("require "));
        if !is_read {
            faults.push(format!("{}: {answer:?}", row.endpoint.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let nothing = ask(&outside, Verb::Get, "externalcontact/nothing", &json!({})).await;
    assert_eq!(nothing.map(|answer| answer["errcode"].clone()), Ok(json!(40066)));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_methods_of_the_simulator_are_those_of_the_catalogue() {
    let outside = Outside::start().await;
    #[expect(clippy::disallowed_methods, reason = "this is the outside world, which calls as anybody would")]
    let page = outside.http.get(outside.simulator.api_base()).send().await.unwrap().text().await.unwrap();
    let listed = page.split("/cgi-bin/:\n\n").nth(1).unwrap();
    let answered: BTreeSet<&str> = listed.lines().map(str::trim).collect();
    let mut expected: BTreeSet<&str> = catalogue::methods().map(|row| row.endpoint.path).collect();
    assert_eq!(expected.len(), catalogue::methods().count());
    expected.retain(|path| LEFT_OUT.iter().all(|(left_out, _)| left_out != path));
    expected.extend(BESIDE);
    let differ: Vec<_> = answered.symmetric_difference(&expected).collect();
    assert!(differ.is_empty(), "on one side only: {differ:?}");
    outside.simulator.stop().await;
}

/// The rows of the API's tests leave out the methods with files only: nothing is read above that is not sent.
#[test]
fn what_is_sent_is_every_argument() {
    for row in catalogue::methods() {
        let has_files = row.answers == Answers::File || row.arguments.iter().any(|of| of.kind == Kind::File);
        if has_files || row.endpoint.path == "gettoken" {
            continue;
        }
        let sent = sent(row.endpoint.path);
        let required = row.arguments.iter().filter(|argument| argument.required);
        for argument in required {
            assert!(sent.get(argument.name).is_some(), "{} without {}", row.endpoint.path, argument.name);
        }
    }
}
