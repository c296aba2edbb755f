//! The simulated company as the typed client sees it.

use secrecy::SecretString;
use tokio_util::task::TaskTracker;
use wecom_greeter::wecom::{ApiBase, CallOptions, Client, ClientOptions, Http, Timestamp};

use super::*;

/// A single try.
pub fn once() -> CallOptions {
    CallOptions::one_attempt(Duration::from_secs(10))
}

pub fn typed(outside: &Outside) -> Client {
    let corp = Corp::sample();
    let options = ClientOptions {
        corp_id: corp.corp_id,
        secret: SecretString::from(corp.secret.expose_secret()),
        api_base: ApiBase::parse(&outside.simulator.api_base()).unwrap(),
    };
    let _ = client();
    Client::new(Http::new().unwrap(), options, Clock::system(), TaskTracker::new())
}

/// The code with which WeCom refused.
pub fn refused<T>(answer: Result<T, wecom_greeter::wecom::Error>) -> i64 {
    match answer {
        Ok(_) => 0,
        Err(error) => error.errcode().unwrap_or_else(|| panic!("{error}")),
    }
}

/// The second at which the simulation stands after so long.
pub fn after(passed: Duration) -> Timestamp {
    Timestamp(NOW_MS / 1_000 + i64::try_from(passed.as_secs()).unwrap())
}
