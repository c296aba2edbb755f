//! One request to the callback URL and its answer.

use std::time::{Duration, Instant};

use reqwest::Url;

use crate::{error::StartError, page_language::PageLanguage};

/// A connection to the callback URL is made within this, or not at all.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// So much of an answer is read: the right one has 7 bytes, the longest echo some 20.
const ANSWER_BYTES_KEPT: usize = 1_024;

/// Why there was no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// It did not come in time.
    Late(Duration),
    /// Nobody could be reached; why.
    Unreached(String),
    /// It broke off, or was none; why.
    Broken(String),
}

impl NoAnswer {
    /// In words. What the system says is English, so it stands there only.
    pub(crate) fn say(&self, language: PageLanguage) -> String {
        match (self, language) {
            (Self::Late(within), PageLanguage::English) => {
                format!("no answer within {} ms", within.as_millis())
            }
            (Self::Late(within), PageLanguage::Chinese) => format!("{} 毫秒内没有答复", within.as_millis()),
            (Self::Unreached(why), PageLanguage::English) => format!("no connection{why}"),
            (Self::Unreached(_), PageLanguage::Chinese) => {
                "连不上：请看那里有没有程序在监听，地址和端口对不对".to_owned()
            }
            (Self::Broken(why), PageLanguage::English) => format!("no answer{why}"),
            (Self::Broken(_), PageLanguage::Chinese) => "连接断了，没有收到完整的答复".to_owned(),
        }
    }
}

/// What came back.
pub(super) struct Heard {
    took: Duration,
    /// The HTTP status and the beginning of the body, or why there was no answer.
    pub(super) answer: Result<(u16, Vec<u8>), NoAnswer>,
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
    let answer = answer.await.unwrap_or(Err(NoAnswer::Late(within)));
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
fn describe(fault: &reqwest::Error) -> NoAnswer {
    let mut why = String::new();
    let mut cause = std::error::Error::source(fault);
    while let Some(fault) = cause {
        why.push_str(": ");
        why.push_str(&fault.to_string());
        cause = fault.source();
    }
    if fault.is_connect() { NoAnswer::Unreached(why) } else { NoAnswer::Broken(why) }
}
