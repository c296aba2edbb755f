//! The operator's pages from outside: who sees what, in which language, what is escaped, what is done by a form; and whole
//! journeys in a browser.

mod acts;
mod crowd;
mod contact_ways;
mod door;
mod every_page;
mod journey;
mod rule_form;
mod lists;
mod live_journey;
mod rules;
mod rules_journey;
mod structure;
mod wecom_login;
mod tags;

use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use wecom_core::clock::Clock;
use wecom_greeter::{
    access::{By, Role, Secret},
    store::{NewToken, TokenMade},
};
use wecom_simulator::AddCustomer;

use crate::harness::{
    databases::TestDatabase,
    html::Html,
    world::{World, action},
};

/// Rules whose welcome names the customer, and a tag.
const RULES: &str = "
rules:
  - name: spring
    when: { state: 'spring-*' }
    welcome: { text: \"{{ customer.name | default('朋友') }}，春天好！\" }
    tag: { add: [etPlain] }
  - name: everyone
    welcome:
      text: \"{{ customer.name | default('朋友') }}，您好，很高兴认识您！\"
      attachments:
        - link: { title: 春季活动, url: 'https://example.com/spring', description: 限时 }
    tag: { add: [etPlain] }
";

/// What a customer may be called.
const PLANTED_NAME: &str = "<img src=x onerror=alert(1)>";

/// What a channel may be called.
const PLANTED_STATE: &str = "$1 {{ 7*7 }}";

/// A world with those rules.
async fn world(database: TestDatabase) -> World {
    World::begin(database, RULES, Clock::system(), |_| {}).await
}

/// Somebody who has logged in.
struct Visitor {
    http: Client,
    base: String,
    session: String,
    language: &'static str,
}

impl World {
    /// Makes a token of this role.
    async fn token_of(&self, role: Role) -> String {
        self.token_called(role.as_str(), role).await
    }

    async fn token_called(&self, name: &str, role: Role) -> String {
        let secret = Secret::token(rand::random());
        let token = NewToken { name, role, hash: secret.hash(), expires_at_ms: None };
        let made = self.store().create_token(&token, &By::command_line(), 1).await.unwrap();
        assert_eq!(made, TokenMade::Made);
        secret.expose().to_owned()
    }

    fn base(&self) -> String {
        format!("http://{}", self.private)
    }

    /// Logs in by the form of the door.
    async fn visitor(&self, role: Role) -> Visitor {
        self.visitor_called(role.as_str(), role).await
    }

    /// The same, by a token of another name.
    async fn visitor_called(&self, name: &str, role: Role) -> Visitor {
        let (token, http) = (self.token_called(name, role).await, browserless());
        let mut visitor = Visitor { http, base: self.base(), session: String::new(), language: "zh" };
        let form = [("token", token.as_str()), ("next", "/events?state=x")];
        let answer = with_form(visitor.request(Method::POST, "/login"), &form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[header::LOCATION], "/events?state=x");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        cookie.split(';').next().unwrap().clone_into(&mut visitor.session);
        visitor
    }

    /// A customer with a planted name and channel, whose tag could not be set.
    async fn planted(&self) -> i64 {
        use wecom_simulator::{Fault, FaultKind};
        let fault =
            Fault::new(crate::harness::world::MARK, 1, FaultKind::Errcode { code: 40130, message: None });
        self.wecom.add_fault(fault).unwrap();
        let add = AddCustomer::new(Self::employee(), PLANTED_NAME, Some(PLANTED_STATE));
        self.add(&add).await;
        let records = self.settled().await;
        let tag = action(&records[0], wecom_greeter::action::Kind::Tag);
        assert_eq!(tag.status.as_str(), "failed", "{tag:#?}");
        records[0].summary.id
    }
}

/// A client that follows nothing by itself.
fn browserless() -> Client {
    Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(crate::http::tls())
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A request with a form, as browsers write it.
fn with_form(request: RequestBuilder, form: &[(&str, &str)]) -> RequestBuilder {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.finish())
}

impl Visitor {
    /// A request as a browser on our pages sends it.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookie = format!("{}; greeter_language={}", self.session, self.language);
        self.http
            .request(method, format!("{}{path}", self.base))
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT, "text/html")
            .header(header::ORIGIN, &self.base)
    }

    /// A page: its status, its headers and what stands on it.
    async fn look(&self, path: &str) -> (StatusCode, header::HeaderMap, Html) {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        (status, headers, Html::parse(&answer.text().await.unwrap()))
    }

    /// A page that is there.
    async fn page(&self, path: &str) -> Html {
        let (status, _, page) = self.look(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {}", page.text());
        page
    }

    /// Sends a form; where one is led to.
    async fn send(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        let answer = with_form(self.request(Method::POST, path), form).send().await.unwrap();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        (answer.status(), to.unwrap_or_default())
    }
}
