//! The simulated WeCom from outside: by plain HTTP calls on its API side, and by a receiver on its callback side that
//! opens what it gets. What is asserted here is the platform's behaviour as the protocol's pages describe it; every
//! other test that uses the simulator as the outside world stands on these.
//!
//! Most calls are made with `wecom-client`, so that its types are held against the simulator's answers too. The simulator
//! itself knows nothing of that crate.
#![expect(clippy::unwrap_used, reason = "a test that unwraps fails, as it should")]
#![expect(
    clippy::disallowed_methods,
    reason = "this is the outside world: it calls, and runs, as anybody would"
)]

// What all methods have in common.
mod platform;
mod faults;
mod set_up;
mod control;
mod deliveries;
mod occurrences;
mod other_clients;

// The methods, family by family, and what people do around them.
mod directory;
mod app_message;
mod robot;
mod welcome;
mod customers;
mod leavers;
mod follow_user;
mod contact;
mod contact_list;
mod contact_way;
mod tag;
mod corp_tag;
mod strategy_tag;
mod customer_strategy;
mod transfer;
mod id_conversion;
mod idconvert;
mod statistics;
mod group_chat;
mod join_way;
mod group_statistic;
mod mass_message;
mod mass_message_record;
mod group_welcome_template;
mod moment;
mod moment_record;
mod moment_strategy;
mod product_album;
mod intercept_rule;
mod acquisition;
mod acquisition_record;
mod media;
mod upload;

use std::{
    collections::VecDeque,
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, http::StatusCode, web};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;
use wecom_client::{ApiBase, CallOptions, Client, ClientOptions, Http, Timestamp};
use wecom_core::{
    callback::{self, Keys, Sealed},
    clock::{Clock, ManualClock},
};
use wecom_simulator::{
    AddCustomer, Answered, Contact, Corp, CustomerKind, DeliveryStatus, Edit, Error, Fault, FaultKind,
    Occurrence, Options, Patience, ReceivedKind, Scan, Simulator, Speaker, TagAct, Talk, TransferDecision,
    corp::{Department, Employee, Hindrance, Media, MediaKind},
    occurrence::{ChatUpdate, Envelope, TagChange},
    people,
};

const NOW_MS: i64 = 1_733_900_461_210;
const SPRING: &str = "etSampleTagChannelSpring00000000";
const UNKNOWN: &str = "etSampleTagChannelUnknown0000000";

fn client() -> reqwest::Client {
    // Whoever comes first installs it; it is the same for all.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

struct Outside {
    simulator: Simulator,
    clock: Clock,
    hand: ManualClock,
    http: reqwest::Client,
    token: String,
}

impl Outside {
    async fn start(options: Options) -> Self {
        let (clock, hand) = Clock::manual(NOW_MS);
        let simulator = Simulator::start(options, clock.clone(), 7).await.unwrap();
        let mut outside = Self { simulator, clock, hand, http: client(), token: String::new() };
        outside.login().await;
        outside
    }

    async fn login(&mut self) {
        let answer = self.gettoken(&Corp::sample().corp_id, Corp::sample().secret.expose_secret()).await;
        self.token = answer["access_token"].as_str().unwrap().into();
    }

    /// The client of this very project, which is how a program calls WeCom.
    fn client(&self) -> Client {
        let corp = Corp::sample();
        let api_base = ApiBase::parse(&self.simulator.api_base()).unwrap();
        let options = ClientOptions::new(corp.corp_id, corp.secret, api_base);
        Client::new(Http::new().unwrap(), options, self.clock.clone(), TaskTracker::new())
    }

    /// A code that a call of a method is answered with, for each of these bodies.
    async fn codes(&self, path: &str, rows: impl IntoIterator<Item = (i64, Value)>) {
        for (expected, body) in rows {
            let answer = self.post(path, body.clone()).await;
            assert_eq!(answer["errcode"], expected, "{path} {body}: {answer}");
        }
    }

    /// The plaintexts of all callbacks so far, oldest first.
    fn notices(&self) -> Vec<String> {
        self.simulator.deliveries().into_iter().map(|delivery| delivery.plaintext).collect()
    }

    /// `ChangeType` and `UserID` of all callbacks so far.
    fn changes(&self) -> Vec<(String, String)> {
        let notices = self.notices();
        notices.iter().map(|xml| (element(xml, "ChangeType").into(), element(xml, "UserID").into())).collect()
    }

    async fn gettoken(&self, corp_id: &str, secret: &str) -> Value {
        let url =
            format!("{}/cgi-bin/gettoken?corpid={corp_id}&corpsecret={secret}", self.simulator.api_base());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("{}/cgi-bin/{path}?access_token={}", self.simulator.api_base(), self.token)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.http.post(self.url(path)).json(&body).send().await.unwrap().json().await.unwrap()
    }

    async fn get(&self, path: &str, query: &str) -> Value {
        self.http.get(format!("{}&{query}", self.url(path))).send().await.unwrap().json().await.unwrap()
    }

    async fn code(&self, path: &str, body: Value) -> i64 {
        self.post(path, body).await["errcode"].as_i64().unwrap()
    }

    async fn welcome(&self, code: &str, text: &str) -> i64 {
        self.code(
            "externalcontact/send_welcome_msg",
            json!({ "welcome_code": code, "text": { "content": text } }),
        )
        .await
    }

    /// The simulator's own door.
    async fn control(&self, method: reqwest::Method, path: &str, body: &str) -> (u16, Value) {
        let url = format!("{}/_simulator/{path}", self.simulator.api_base());
        let answer = self.http.request(method, url).body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    fn add(&self, name: &str) -> (String, String) {
        let added =
            self.simulator.add_customer(&AddCustomer::new("zhangsan", name, Some("spring-2026"))).unwrap();
        (added.customer, added.welcome_code.unwrap())
    }
}

/// The caller's usual options.
fn usual() -> CallOptions {
    CallOptions::default()
}

/// A single try.
fn once() -> CallOptions {
    CallOptions::one_attempt(Duration::from_secs(10))
}

/// The code with which WeCom refused; 0 where it did not.
fn refused<T>(answer: Result<T, wecom_client::Error>) -> i64 {
    match answer {
        Ok(_) => 0,
        Err(error) => error.errcode().unwrap_or_else(|| panic!("{error}")),
    }
}

/// The second at which the simulation stands after so long.
fn after(passed: Duration) -> Timestamp {
    Timestamp(NOW_MS / 1_000 + i64::try_from(passed.as_secs()).unwrap())
}

fn tag(userid: &str, customer: &str, add: &[&str], remove: &[&str]) -> wecom_client::contact::MarkTag {
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    let (userid, external_userid) = (userid.to_owned(), customer.to_owned());
    wecom_client::contact::MarkTag { userid, external_userid, add_tag: ids(add), remove_tag: ids(remove) }
}

fn changes<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(change, userid)| (change.to_owned(), userid.to_owned())).to_vec()
}

/// A callback URL: opens what it gets, and answers as it is asked to.
struct Receiver {
    url: reqwest::Url,
    heard: Arc<Mutex<Heard>>,
    server: ServerHandle,
}

#[derive(Default)]
struct Heard {
    plaintexts: Vec<String>,
    queries: Vec<String>,
    /// The statuses of the next answers; 200 when there are no more.
    script: VecDeque<u16>,
    /// What a verification is answered with; the echo where there is none.
    echo: Option<String>,
}

impl Receiver {
    fn start(corp: &Corp) -> Self {
        let receiver = corp.suite_id.as_deref().unwrap_or(&corp.corp_id);
        let keys = Arc::new(
            Keys::new(corp.token.expose_secret(), corp.encoding_aes_key.expose_secret(), receiver).unwrap(),
        );
        let heard = Arc::new(Mutex::new(Heard::default()));
        let data = web::Data::new((keys, Arc::clone(&heard)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url =
            format!("http://{}/callback/default?own=1", listener.local_addr().unwrap()).parse().unwrap();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/callback/default", web::post().to(hear))
                .route("/callback/default", web::get().to(echo))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, heard, server: handle }
    }

    fn answer_with(&self, statuses: impl IntoIterator<Item = u16>) {
        self.heard.lock().unwrap().script.extend(statuses);
    }

    fn plaintexts(&self) -> Vec<String> {
        self.heard.lock().unwrap().plaintexts.clone()
    }
}

type Ears = web::Data<(Arc<Keys>, Arc<Mutex<Heard>>)>;

async fn hear(ears: Ears, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let (keys, heard) = &**ears;
    let plaintext = callback::open(keys, &Sealed { query: request.query_string(), body: &body }).unwrap();
    let mut heard = heard.lock().unwrap();
    heard.plaintexts.push(String::from_utf8(plaintext.into_bytes()).unwrap());
    heard.queries.push(request.query_string().to_owned());
    let status = heard.script.pop_front().unwrap_or(200);
    HttpResponse::build(StatusCode::from_u16(status).unwrap()).body("success")
}

async fn echo(ears: Ears, request: HttpRequest) -> HttpResponse {
    let (keys, heard) = &**ears;
    let Ok(plaintext) = callback::open_echo(keys, request.query_string()) else {
        return HttpResponse::BadRequest().finish();
    };
    let echo = heard.lock().unwrap().echo.clone().map_or_else(|| plaintext.into_bytes(), String::into_bytes);
    HttpResponse::Ok().body(echo)
}

/// The text of the first element of that name.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let from =
        xml.find(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}")) + name.len() + 2;
    let text = &xml[from..from + xml[from..].find('<').filter(|at| *at > 0).unwrap_or(0)];
    if text.is_empty() {
        xml[from..].strip_prefix("<![CDATA[").unwrap().split("]]>").next().unwrap()
    } else {
        text
    }
}
