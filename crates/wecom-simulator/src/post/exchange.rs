//! One request to the callback URL and its answer.

use std::time::{Duration, Instant};

use reqwest::Url;

use crate::error::StartError;

/// A connection to the callback URL is made within this, or not at all.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// So much of an answer is read: the right one has 7 bytes, the longest echo some 20.
const ANSWER_BYTES_KEPT: usize = 1_024;

/// What came back.
pub(super) struct Heard {
    took: Duration,
    /// The HTTP status and the beginning of the body, or why there was no answer.
    pub(super) answer: Result<(u16, Vec<u8>), String>,
}

impl Heard {
    /// How long it took, in microseconds.
    pub(super) fn took_us(&self) -> u64 {
        u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX)
    }
}

/// The client that posts callbacks: no redirects, as WeCom follows none, and no proxy, as the URL is mostly local.
pub(super) fn http_client() -> Result<reqwest::Client, StartError> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(wecom_core::tls::client()?)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_WITHIN)
        .user_agent("wecom-greeter simulator")
        .no_proxy()
        .build()?;
    Ok(client)
}

/// Sends a request and reads its answer, all of it inside the time given.
pub(super) async fn send(request: reqwest::RequestBuilder, within: Duration) -> Heard {
    #[expect(clippy::disallowed_methods, reason = "measures a duration and asks no time")]
    let began = Instant::now();
    let answer = tokio::time::timeout(within, async {
        #[expect(clippy::disallowed_methods, reason = "this is WeCom calling, not a call of WeCom")]
        let sent = request.send();
        let mut response = sent.await.map_err(|fault| describe(&fault))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|fault| describe(&fault))? {
            let room = ANSWER_BYTES_KEPT - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() >= room {
                break;
            }
        }
        Ok((status, body))
    });
    let answer = answer.await.unwrap_or_else(|_| Err(format!("no answer within {} ms", within.as_millis())));
    Heard { took: began.elapsed(), answer }
}

/// Adds a query to the callback URL, which may have one of its own.
pub(super) fn with_query(url: &Url, query: &str) -> Url {
    let mut url = url.clone();
    let whole = match url.query() {
        Some(own) if !own.is_empty() => format!("{own}&{query}"),
        _ => query.to_owned(),
    };
    url.set_query(Some(&whole));
    url
}

/// What went wrong. The URL is left out, because its query has the signature.
fn describe(fault: &reqwest::Error) -> String {
    let mut text = if fault.is_connect() { "no connection".to_owned() } else { "no answer".to_owned() };
    let mut cause = std::error::Error::source(fault);
    while let Some(fault) = cause {
        text.push_str(": ");
        text.push_str(&fault.to_string());
        cause = fault.source();
    }
    text
}
