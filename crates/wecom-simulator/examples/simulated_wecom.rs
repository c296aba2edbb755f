//! A test of an app against a simulated WeCom: an employee's code is scanned, the callback arrives and is opened, the app
//! sends a welcome, and the customer has received it.
//!
//! ```sh
//! cargo run --example simulated_wecom
//! ```

use std::error::Error;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use wecom_core::{
    callback::{self, Keys, Sealed},
    clock::Clock,
};
use wecom_simulator::{Corp, Options, ReceivedKind, Scan, Simulator};

type Callbacks = web::Data<(Keys, mpsc::Sender<String>)>;

/// The app's callback URL: verifies and opens the event, hands it on, and answers at once.
async fn receive(callbacks: Callbacks, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let (keys, events) = &**callbacks;
    let sealed = Sealed { query: request.query_string(), body: &body };
    let Ok(plaintext) = callback::open(keys, &sealed) else { return HttpResponse::Forbidden().finish() };
    let event = String::from_utf8_lossy(plaintext.as_bytes()).into_owned();
    // A queue that is full is answered with 503, and WeCom sends the event again.
    if events.try_send(event).is_err() {
        return HttpResponse::ServiceUnavailable().finish();
    }
    HttpResponse::Ok().body("success")
}

/// Calls a method of the API and gives the answer, which has succeeded.
async fn call(http: &reqwest::Client, url: String, body: Value) -> Result<Value, Box<dyn Error>> {
    #[expect(clippy::disallowed_methods, reason = "an example calls as any app does")]
    let answer: Value = http.post(url).json(&body).send().await?.json().await?;
    if answer["errcode"] == 0 { Ok(answer) } else { Err(answer.to_string().into()) }
}

/// The text of an element of the event.
fn element<'a>(event: &'a str, name: &str) -> Option<&'a str> {
    let rest = event.split_once(&format!("<{name}><![CDATA["))?.1;
    Some(rest.split_once("]]>")?.0)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The app: it knows the company's id and the keys of its callback.
    let corp = Corp::sample();
    let (token, aes_key) = (corp.token.expose_secret(), corp.encoding_aes_key.expose_secret());
    let (events_in, mut events) = mpsc::channel(100);
    let callbacks: Callbacks = web::Data::new((Keys::new(token, aes_key, &corp.corp_id)?, events_in));
    let server = HttpServer::new(move || {
        App::new().app_data(callbacks.clone()).route("/callback", web::post().to(receive))
    })
    .workers(1)
    .bind("127.0.0.1:0")?;
    let callback = format!("http://{}/callback", server.addrs()[0]).parse()?;
    let server = server.run();
    let app = server.handle();
    #[expect(clippy::disallowed_methods, reason = "`app.stop` below waits for it")]
    let serving = actix_web::rt::spawn(server);

    // WeCom.
    let options = Options { corp: corp.clone(), callback: Some(callback), ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 1).await?;

    // The app logs in and makes a code that leads to an employee.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let (base, secret) = (wecom.api_base(), corp.secret.expose_secret());
    let login = format!("{base}/cgi-bin/gettoken?corpid={}&corpsecret={secret}", corp.corp_id);
    #[expect(clippy::disallowed_methods, reason = "an example calls as any app does")]
    let login: Value = http.get(login).send().await?.json().await?;
    let token = login["access_token"].as_str().ok_or("no token")?;
    let method = |path: &str| format!("{base}/cgi-bin/externalcontact/{path}?access_token={token}");
    let way = json!({ "type": 1, "scene": 2, "user": ["lisi"], "state": "spring-2026" });
    let way = call(&http, method("add_contact_way"), way).await?;

    // A customer scans it.
    let added = wecom.scan(&Scan::of(way["config_id"].as_str().ok_or("no config_id")?))?;

    // The callback arrives; the app has 20 seconds to send the welcome.
    let event = events.recv().await.ok_or("no event")?;
    assert_eq!(element(&event, "ChangeType"), Some("add_external_contact"));
    assert_eq!(element(&event, "State"), Some("spring-2026"));
    let code = element(&event, "WelcomeCode").ok_or("no welcome code")?;
    let welcome = json!({ "welcome_code": code, "text": { "content": "您好,我是李四" } });
    call(&http, method("send_welcome_msg"), welcome.clone()).await?;

    // The customer has received it, once: the code is used up.
    let relation = wecom.relation("lisi", &added.customer).ok_or("no relation")?;
    assert_eq!(relation.received.len(), 1);
    assert_eq!(relation.received[0].kind, ReceivedKind::Welcome);
    assert_eq!(relation.welcomes[0].text(), "您好,我是李四");
    let again = call(&http, method("send_welcome_msg"), welcome).await;
    assert!(again.is_err_and(|refusal| refusal.to_string().contains("41051")));

    wecom.stop().await;
    app.stop(true).await;
    serving.await??;
    Ok(())
}
