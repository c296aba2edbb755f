//! The admin API from outside: who may do what, and what it answers.

mod access;
mod bulk;
mod document;
mod health;
mod live;
mod others;
mod rates;
mod verbs;
mod record;
mod rules;

use std::net::{IpAddr, Ipv4Addr};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use wecom_core::clock::Clock;
use wecom_greeter::{
    access::{By, Role, Secret},
    store::{NewToken, Store, TokenMade},
};

use crate::harness::{
    databases::TestDatabase,
    world::{PLAIN_RULES, World},
};

/// The token of the settings.
const SETTING: &str = "the-token-of-the-settings";

/// A world whose settings have a token.
async fn world(database: TestDatabase) -> World {
    let adjust = |config: &mut wecom_greeter::config::Config| config.admin.token = Some(SETTING.into());
    World::begin(database, PLAIN_RULES, Clock::system(), adjust).await
}

impl World {
    /// A request to the admin API with this token, none where it is empty.
    fn api(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.api_of(&crate::http::http(), method, path, token)
    }

    fn api_of(&self, client: &Client, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = client.request(method, format!("http://{}/api/v1{path}", self.private));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// What the token of the settings is answered, held against the document.
    async fn answered(&self, method: Method, path: &str) -> (StatusCode, Value) {
        let (status, answer) = read(self.api(method.clone(), path, SETTING).send().await.unwrap()).await;
        document::hold(&method, path, status, &answer);
        (status, answer)
    }
}

/// The status and the JSON of an answer; null where it has no body.
async fn read(answer: Response) -> (StatusCode, Value) {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    let json = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
    };
    (status, json)
}

/// Makes a token.
async fn token(store: &Store, name: &str, role: Role, expires_at_ms: Option<i64>) -> String {
    let secret = Secret::token(rand::random());
    let token = NewToken { name, role, hash: secret.hash(), expires_at_ms };
    // One that has ended was made before it did.
    let now_ms = expires_at_ms.map_or(1, |at_ms| at_ms - 1);
    let made = store.create_token(&token, &By::command_line(), now_ms).await.unwrap();
    assert_eq!(made, TokenMade::Made);
    secret.expose().to_owned()
}

/// A client with an address of its own: whoever tries wrong tokens is slowed by address.
fn from_address(number: u16) -> Client {
    let [high, low] = number.to_be_bytes();
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(crate::http::tls())
        .local_address(IpAddr::V4(Ipv4Addr::new(127, 9, high, low)))
        .build()
        .unwrap()
}
