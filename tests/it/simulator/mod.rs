//! The simulated WeCom beside the catalogue of the client. The simulator's own tests are with it, in
//! `crates/wecom-simulator/tests`.

mod catalogue;

use secrecy::ExposeSecret as _;
use serde_json::Value;
use wecom_greeter::{
    clock::Clock,
    simulator::{Corp, Options, Simulator},
};

/// A simulated WeCom, and an app that has logged in.
struct Outside {
    simulator: Simulator,
    http: reqwest::Client,
    token: String,
}

impl Outside {
    async fn start() -> Self {
        // Whoever comes first installs it; it is the same for all.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let simulator = Simulator::start(Options::default(), Clock::system(), 7).await.unwrap();
        let corp = Corp::sample();
        let (base, id, secret) = (simulator.api_base(), corp.corp_id, corp.secret.expose_secret());
        let login = format!("{base}/cgi-bin/gettoken?corpid={id}&corpsecret={secret}");
        let answer: Value = http.get(login).send().await.unwrap().json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { simulator, http, token }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/cgi-bin/{path}?access_token={}", self.simulator.api_base(), self.token)
    }
}
