//! The callback side: sealing events, posting them, and posting them again when the answer is not 200.
//!
//! Every try is sealed anew: another random prefix, timestamp and nonce around the same message (WeCom does not say
//! whether it does the same; a receiver has to cope with both).

pub(crate) mod deliveries;
pub(crate) mod render;
pub(crate) mod xml;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rand::RngExt as _;
use reqwest::Url;
use serde::Serialize;

use crate::{
    Shared,
    error::Error,
    post::deliveries::{DeliveryStatus, Try},
};
use wecom_core::callback;

/// How long WeCom waits for the answer to the URL verification (document 91116).
const VERIFY_WITHIN: Duration = Duration::from_secs(1);

/// So much of an answer is read: the right one has 7 bytes, the longest echo some 20.
const ANSWER_BYTES_KEPT: usize = 1_024;

/// An event has at most so many bytes: twice what one of five hundred group members has.
const PLAINTEXT_BYTES_MAX: usize = 64 * 1_024;

/// So many events may be under way at once; past it no new one is taken.
const UNDER_WAY_MAX: usize = 20_000;

/// A URL to which events can be posted, or what it should be.
pub fn callback_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| url.has_host() && ["http", "https"].contains(&url.scheme()));
    url.ok_or_else(|| "no http or https URL: give http://127.0.0.1:8080/callback/default, say".to_owned())
}

/// How the callback URL is treated when it does not answer with 200 (document 91116).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How long an answer is waited for. Measured in real time, whatever the clock says.
    pub answer_within: Duration,
    /// The pause before the next try, on the simulator's clock.
    pub again_after: Duration,
    /// How many tries follow the first.
    pub again_max: u32,
}

impl Default for Patience {
    /// WeCom's: 5 seconds, 5 seconds, three times.
    fn default() -> Self {
        Self { answer_within: Duration::from_secs(5), again_after: Duration::from_secs(5), again_max: 3 }
    }
}

/// How the callback URL answered the verification that the console makes when its settings are saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Whether the console would take the URL.
    pub ok: bool,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// What is wrong, and what to do; `ok` if nothing is.
    pub detail: String,
}

/// An answer as far as it matters.
struct Heard {
    at_ms: i64,
    took: Duration,
    answer: Result<(u16, Vec<u8>), String>,
}

impl Shared {
    /// Notes an event as under way and delivers it in the background; `copies` times at once.
    pub(super) fn deliver(
        self: &Arc<Self>,
        event: &str,
        change: Option<&str>,
        plaintext: &str,
        copies: u32,
    ) -> Result<Vec<u64>, Error> {
        if plaintext.len() > PLAINTEXT_BYTES_MAX {
            return Err(Error::Occurrence(format!("an event has at most {PLAINTEXT_BYTES_MAX} bytes")));
        }
        let now_ms = self.clock.now_ms();
        let numbers: Vec<u64> = {
            let mut world = self.world();
            if world.deliveries.under_way() >= UNDER_WAY_MAX {
                return Err(Error::TooManyDeliveries { most: UNDER_WAY_MAX });
            }
            (0..copies).map(|_| world.deliveries.note(now_ms, event, change, plaintext.to_owned())).collect()
        };
        for number in &numbers {
            let (shared, number, plaintext) = (Arc::clone(self), *number, plaintext.to_owned());
            self.spawn(async move {
                let status = shared.try_to_deliver(number, plaintext.as_bytes()).await;
                shared.world().deliveries.ended(number, status);
                shared.changed.send_modify(|count| *count += 1);
            });
        }
        Ok(numbers)
    }

    async fn try_to_deliver(&self, number: u64, plaintext: &[u8]) -> DeliveryStatus {
        for again in 0..=self.patience.again_max {
            if again > 0 {
                self.clock.sleep(self.patience.again_after).await;
            }
            let Some(url) = self.world().callback.clone() else { return DeliveryStatus::NoCallback };
            // Only the post itself takes one of the connections, not the pause before it.
            let Ok(_slot) = self.slots.acquire().await else { return DeliveryStatus::GivenUp };
            let heard = self.post(&url, plaintext).await;
            let took_us = micros(heard.took);
            let (status, answer) = match heard.answer {
                Ok((status, body)) => (Some(status), String::from_utf8_lossy(&body).into_owned()),
                Err(fault) => (None, fault),
            };
            self.world().deliveries.tried(number, Try { at_ms: heard.at_ms, took_us, status, answer });
            if status == Some(200) {
                return DeliveryStatus::Accepted;
            }
        }
        DeliveryStatus::GivenUp
    }

    async fn post(&self, url: &Url, plaintext: &[u8]) -> Heard {
        let sealed = self.seal(plaintext);
        let (to_user_name, agent_id) = match &self.suite_id {
            Some(suite_id) => (suite_id, Some("")),
            None => (&self.corp_id, Some(self.agent_id.as_str())),
        };
        let request = self
            .http
            .post(with_query(url, &sealed.to_query()))
            .header("Content-Type", "text/xml")
            .body(sealed.to_xml(to_user_name, agent_id));
        self.hear(request, self.patience.answer_within).await
    }

    /// Makes the GET that the console makes when the callback's settings are saved (document 90968).
    pub(super) async fn verify(&self) -> Result<Verified, Error> {
        let url = self.world().callback.clone().ok_or(Error::NoCallback)?;
        let echo = self.world().dice.random_range(1_000_000_000_000_000_000_u64..u64::MAX).to_string();
        let request = self.http.get(with_query(&url, &self.seal(echo.as_bytes()).to_echo_query()));
        let heard = self.hear(request, VERIFY_WITHIN).await;
        let status = heard.answer.as_ref().ok().map(|(status, _)| *status);
        let detail = match heard.answer {
            Err(fault) => format!("{fault}: the URL must answer within {} ms", VERIFY_WITHIN.as_millis()),
            Ok((200, body)) if body == echo.as_bytes() => "ok".to_owned(),
            Ok((200, body)) if body.trim_ascii() == echo.as_bytes() => {
                "the echo came back with blanks or a line break around it: answer its bytes and nothing else"
                    .to_owned()
            }
            Ok((200, _)) => "something else than the echo came back: answer the decrypted echostr".to_owned(),
            Ok((status, body)) => format!(
                "status {status} instead of 200 ({}): compare Token, EncodingAESKey and corp id on both sides",
                String::from_utf8_lossy(&body)
            ),
        };
        Ok(Verified { ok: detail == "ok", status, took_us: micros(heard.took), detail })
    }

    fn seal(&self, plaintext: &[u8]) -> callback::SealedMessage {
        let (nonce, random) = {
            let mut world = self.world();
            (world.dice.random_range(1_000_000_000_u64..10_000_000_000).to_string(), world.dice.random())
        };
        let timestamp = (self.clock.now_ms() / 1_000).to_string();
        callback::seal(&self.keys, plaintext, &timestamp, &nonce, random)
    }

    /// Sends a request and reads its answer, all of it inside the time given.
    async fn hear(&self, request: reqwest::RequestBuilder, within: Duration) -> Heard {
        let at_ms = self.clock.now_ms();
        #[expect(clippy::disallowed_methods, reason = "measures a duration; tells no time")]
        let began = Instant::now();
        let answer = tokio::time::timeout(within, async {
            #[expect(clippy::disallowed_methods, reason = "this is WeCom calling, not a call of WeCom")]
            let sent = request.send();
            let mut response = sent.await.map_err(|fault| words(&fault))?;
            let status = response.status().as_u16();
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|fault| words(&fault))? {
                let room = ANSWER_BYTES_KEPT - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() >= room {
                    break;
                }
            }
            Ok((status, body))
        });
        let answer =
            answer.await.unwrap_or_else(|_| Err(format!("no answer within {} ms", within.as_millis())));
        Heard { at_ms, took: began.elapsed(), answer }
    }
}

/// The callback URL may carry a query of its own.
fn with_query(url: &Url, query: &str) -> Url {
    let mut url = url.clone();
    let whole = match url.query() {
        Some(own) if !own.is_empty() => format!("{own}&{query}"),
        _ => query.to_owned(),
    };
    url.set_query(Some(&whole));
    url
}

/// What went wrong, without the URL: its query is the signature's.
fn words(fault: &reqwest::Error) -> String {
    let mut words = if fault.is_connect() { "no connection".to_owned() } else { "no answer".to_owned() };
    let mut cause = std::error::Error::source(fault);
    while let Some(fault) = cause {
        words.push_str(": ");
        words.push_str(&fault.to_string());
        cause = fault.source();
    }
    words
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
