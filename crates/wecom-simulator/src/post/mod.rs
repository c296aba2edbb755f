//! The callback side: events are sealed, posted, and posted again when the answer is not 200.
//!
//! Every try is sealed anew: another random prefix, timestamp and nonce around the same message. WeCom does not say
//! whether it does the same; a receiver has to cope with both.

pub(crate) mod deliveries;
pub(crate) mod exchange;
mod gateway;
mod render;
pub(crate) mod url_check;
mod xml;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::Url;
use secrecy::ExposeSecret as _;
use tokio::sync::{Semaphore, watch};
use wecom_core::callback::{self, Keys};

use self::deliveries::{Deliveries, Delivery, DeliveryStatus, Try};
use crate::{
    corp::Corp,
    error::{Error, StartError},
    occurrence::{Envelope, Occurrence},
    page_language::PageLanguage,
    tasks::Tasks,
    time::Time,
};

/// So many callbacks are posted at the same time; the others wait.
const POSTS_AT_ONCE: usize = 256;

/// An event has at most so many bytes: twice what one of five hundred group members has.
const PLAINTEXT_BYTES_MAX: usize = 64 * 1_024;

/// So many events may be under way at once; past it no new one is taken.
const UNDER_WAY_MAX: usize = 20_000;

/// Reads a URL to which events can be posted. The error says what such a URL has to be.
pub fn callback_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| url.has_host() && ["http", "https"].contains(&url.scheme()));
    url.ok_or_else(|| "no http or https URL: give http://127.0.0.1:8080/callback/default, say".to_owned())
}

/// How the callback URL is treated when it does not answer with 200 (page 91116).
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

/// Posts events to the callback URL.
pub(crate) struct Post {
    clock: Arc<Time>,
    tasks: Tasks,
    http: reqwest::Client,
    keys: Keys,
    /// What the check of the URL is sealed with: of a suite it is for the provider.
    check_keys: Keys,
    pub(crate) corp_id: String,
    pub(crate) suite_id: Option<String>,
    agent_id: String,
    patience: Patience,
    /// The language of why a try had no answer.
    page: PageLanguage,
    slots: Semaphore,
    /// Counts the deliveries that have ended.
    ended: watch::Sender<u64>,
    desk: Mutex<Desk>,
}

/// The part of the post that changes while it runs.
pub(crate) struct Desk {
    /// Where events are posted.
    pub(crate) callback: Option<Url>,
    /// What stands before it, once that is known.
    pub(crate) gateway: Option<Url>,
    /// Whether something is wrong there, so that callbacks have to take that way.
    pub(crate) is_disturbed: bool,
    pub(crate) deliveries: Deliveries,
    /// Makes nonces. They are not thrown with the state's dice, because how many tries there are depends on timing: the
    /// same number and calls would then give other ids.
    dice: StdRng,
}

impl Post {
    pub(crate) fn new(
        corp: &Corp,
        (callback, patience): (Option<Url>, Patience),
        page: PageLanguage,
        chance: u64,
        clock: Arc<Time>,
        tasks: Tasks,
    ) -> Result<Self, StartError> {
        let receiver = corp.suite_id.as_deref().unwrap_or(&corp.corp_id);
        let keys_for =
            |receiver| Keys::new(corp.token.expose_secret(), corp.encoding_aes_key.expose_secret(), receiver);
        let keys = keys_for(receiver)?;
        let provider = corp.provider_corp_id.as_deref().filter(|_| corp.suite_id.is_some());
        let check_keys = keys_for(provider.unwrap_or(receiver))?;
        // Any constant will do, as long as these dice do not throw what the state's dice throw.
        let dice = StdRng::seed_from_u64(chance.rotate_left(32));
        Ok(Self {
            clock,
            tasks,
            http: exchange::http_client()?,
            keys,
            check_keys,
            corp_id: corp.corp_id.clone(),
            suite_id: corp.suite_id.clone(),
            agent_id: corp.agent_id.to_string(),
            patience,
            page,
            slots: Semaphore::new(POSTS_AT_ONCE),
            ended: watch::Sender::new(0),
            desk: Mutex::new(Desk {
                callback,
                gateway: None,
                is_disturbed: false,
                deliveries: Deliveries::default(),
                dice,
            }),
        })
    }

    /// The callback URL and the record. A panic elsewhere while it was held does not make it unusable.
    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Posts events in the background, one delivery after the other for each of them; each is delivered once and
    /// `duplicates` times more. Gives the numbers of all deliveries.
    pub(crate) fn send_all(
        self: &Arc<Self>,
        occurrences: &[Occurrence],
        duplicates: u32,
    ) -> Result<Vec<u64>, Error> {
        let mut numbers = Vec::new();
        for occurrence in occurrences {
            let envelope = Envelope {
                corp_id: &self.corp_id,
                suite_id: self.suite_id.as_deref(),
                at_s: self.clock.now_ms() / 1_000,
            };
            let plaintext = occurrence.render(&envelope);
            let (event, change) = (occurrence.event(), occurrence.change());
            numbers.extend(self.deliver(event, change, &plaintext, 1 + duplicates)?);
        }
        Ok(numbers)
    }

    /// Posts any message at all, sealed as an event is; gives the number of its delivery.
    pub(crate) fn send_raw(self: &Arc<Self>, plaintext: &str) -> Result<u64, Error> {
        let numbers = self.deliver("raw", None, plaintext, 1)?;
        numbers.first().copied().ok_or(Error::Stopped)
    }

    /// Notes an event as under way and delivers it in the background; `copies` times at once.
    fn deliver(
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
            let mut desk = self.desk();
            if desk.deliveries.under_way() >= UNDER_WAY_MAX {
                return Err(Error::TooManyDeliveries { most: UNDER_WAY_MAX });
            }
            (0..copies).map(|_| desk.deliveries.note(now_ms, event, change, plaintext.to_owned())).collect()
        };
        for number in &numbers {
            let (post, number, plaintext) = (Arc::clone(self), *number, plaintext.to_owned());
            self.tasks.spawn(async move {
                let status = post.try_to_deliver(number, plaintext.as_bytes()).await;
                post.desk().deliveries.ended(number, status);
                post.ended.send_modify(|count| *count += 1);
            });
        }
        Ok(numbers)
    }

    async fn try_to_deliver(&self, number: u64, plaintext: &[u8]) -> DeliveryStatus {
        for again in 0..=self.patience.again_max {
            if again > 0 {
                self.clock.sleep(self.patience.again_after).await;
            }
            let Some(url) = self.desk().target() else { return DeliveryStatus::NoCallback };
            // Taken after the pause, so that an event that waits for its next try keeps no other from being posted.
            let Ok(_slot) = self.slots.acquire().await else { return DeliveryStatus::GivenUp };
            let (status, attempt) = self.post(&url, plaintext).await;
            self.desk().deliveries.tried(number, attempt);
            if status == Some(200) {
                return DeliveryStatus::Accepted;
            }
        }
        DeliveryStatus::GivenUp
    }

    async fn post(&self, url: &Url, plaintext: &[u8]) -> (Option<u16>, Try) {
        let sealed = self.seal(&self.keys, plaintext);
        let (to_user_name, agent_id) = match &self.suite_id {
            Some(suite_id) => (suite_id, Some("")),
            None => (&self.corp_id, Some(self.agent_id.as_str())),
        };
        let request = self
            .http
            .post(exchange::with_query(url, &sealed.to_query()))
            .header("Content-Type", "text/xml")
            .body(sealed.to_xml(to_user_name, agent_id));
        let at_ms = self.clock.now_ms();
        let heard = exchange::send(request, self.patience.answer_within).await;
        let took_us = heard.took_us();
        let (status, answer) = match heard.answer {
            Ok((status, body)) => (Some(status), String::from_utf8_lossy(&body).into_owned()),
            Err(fault) => (None, fault.say(self.page)),
        };
        (status, Try { at_ms, took_us, status, answer })
    }

    fn seal(&self, keys: &Keys, plaintext: &[u8]) -> callback::SealedMessage {
        let (nonce, random) = {
            let dice = &mut self.desk().dice;
            (dice.random_range(1_000_000_000_u64..10_000_000_000).to_string(), dice.random())
        };
        let timestamp = (self.clock.now_ms() / 1_000).to_string();
        callback::seal(keys, plaintext, &timestamp, &nonce, random)
    }

    /// Waits for the end of a delivery: accepted, or given up. `None` if there is no such delivery (any more).
    pub(crate) async fn delivered(&self, number: u64) -> Option<Delivery> {
        let mut ended = self.ended.subscribe();
        loop {
            ended.borrow_and_update();
            let delivery = self.desk().deliveries.get(number).cloned()?;
            if delivery.status != DeliveryStatus::UnderWay || self.tasks.is_stopped() {
                return Some(delivery);
            }
            tokio::select! {
                // The sender is our own and cannot be gone.
                _ = ended.changed() => {}
                () = self.tasks.stopped() => {}
            }
        }
    }
}
