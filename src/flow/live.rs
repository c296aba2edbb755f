//! The record as it changes, for whoever follows it. While somebody does, one task asks the database twice a second what has
//! changed, whichever process changed it; while nobody does, nothing is asked.
//!
//! What was sent has a number, by which somebody who was away goes on where they stopped. A number is an instant in
//! microseconds, so that another process understands it as well; it may send again what was sent within seconds before.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{
    Mutex,
    broadcast::{Receiver, Sender, channel, error::RecvError},
};

use super::context::Context;
use crate::{
    store::{self, Changed, ListedEvent},
    telemetry::{Lasting, chain},
};
use tracing::{info, warn};

/// How often the database is asked while somebody follows: a person takes half a second for at once.
const ASKED_EVERY: Duration = Duration::from_millis(500);

/// What happened so long before the last question is looked at once more: a transaction may end a moment after the instant
/// that it writes, and clocks of two machines differ.
const LATE_MS: i64 = 3_000;

/// What was away for longer begins anew: more than an hour's events are read from the list.
const AWAY_MAX_MS: i64 = 3_600_000;

/// How many messages wait for somebody who reads slowly. Beyond it they learn that some are missing.
const WAITING_MAX: usize = 8_192;

/// How many events are remembered as they were sent.
const REMEMBERED_MAX: usize = 20_000;

/// What somebody who follows is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// An event that is new, or has changed.
    Event {
        /// Where to go on after it.
        number: i64,
        /// The event as lists show it, as JSON.
        json: String,
    },
    /// Some are missing here: too many at once. The list has them.
    Gap,
}

/// What is shared by all who follow.
#[derive(Clone, Debug)]
pub struct Live {
    context: Arc<Context>,
    messages: Sender<Arc<Message>>,
    known: Arc<Mutex<Known>>,
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Known {
    is_asking: bool,
    /// From when the next question is.
    since_ms: i64,
    unplanned: Vec<i64>,
    /// The last number that was given out.
    number: i64,
    events: HashMap<i64, Seen>,
}

/// How an event was found last.
#[derive(Clone, Copy, Debug)]
struct Seen {
    hash: u64,
    /// The number by which it was sent; none if nobody followed.
    number: Option<i64>,
    at_ms: i64,
}

/// Somebody who follows.
#[derive(Debug)]
pub struct Follower {
    missed: VecDeque<Arc<Message>>,
    messages: Receiver<Arc<Message>>,
}

impl Live {
    /// Nobody follows yet.
    pub fn new(context: Arc<Context>) -> Self {
        Self { context, messages: channel(WAITING_MAX).0, known: Arc::default() }
    }

    /// Follows from now on; after a number: from where that was sent.
    pub async fn follow(&self, after: Option<i64>) -> Result<Follower, store::Error> {
        let mut known = self.known.lock().await;
        let now_ms = self.context.clock.now_ms();
        if !known.is_asking {
            // What is there already is not new to whoever comes now.
            known.since_ms = now_ms;
            let changed = self.context.store.changed(now_ms.saturating_sub(LATE_MS), &[]).await?;
            known.take(changed, now_ms);
        }
        let mut missed = VecDeque::new();
        if let Some(after) = after {
            let was_ms = after.div_euclid(1_000).clamp(now_ms.saturating_sub(AWAY_MAX_MS), now_ms);
            let changed = self.context.store.changed(was_ms.saturating_sub(LATE_MS), &[]).await?;
            if !changed.all || after.div_euclid(1_000) < was_ms {
                missed.push_back(Arc::new(Message::Gap));
            }
            for event in &changed.events {
                let seen = known.events.get(&event.summary.id);
                let had = seen.is_some_and(|seen| {
                    seen.hash == hash_of(event) && seen.number.is_some_and(|number| number <= after)
                });
                if !had {
                    let number = known.next_number(now_ms);
                    missed.extend(message(number, event).map(Arc::new));
                }
            }
        }
        let messages = self.messages.subscribe();
        if !known.is_asking {
            known.is_asking = true;
            self.context.shutdown.spawn_until_hard(self.clone().ask());
        }
        Ok(Follower { missed, messages })
    }

    /// Asks until nobody follows, or the process ends.
    async fn ask(self) {
        let trouble = Lasting::default();
        loop {
            tokio::select! {
                () = self.context.shutdown.begun() => return,
                () = self.context.clock.sleep(ASKED_EVERY) => {}
            }
            let mut known = self.known.lock().await;
            if self.messages.receiver_count() == 0 {
                known.is_asking = false;
                return;
            }
            match self.ask_once(&mut known).await {
                Ok(()) if trouble.ends() => info!("What changed in the record can be read again"),
                Err(error) if trouble.begins() => warn!(error = %chain(&error), "{UNREAD}"),
                Ok(()) | Err(_) => {}
            }
        }
    }

    async fn ask_once(&self, known: &mut Known) -> Result<(), store::Error> {
        let now_ms = self.context.clock.now_ms();
        let since_ms = known.since_ms.min(now_ms).saturating_sub(LATE_MS);
        let changed = self.context.store.changed(since_ms, &known.unplanned).await?;
        known.since_ms = now_ms;
        if !changed.all {
            // Nobody who listens is an error: there was somebody a moment ago.
            let _ = self.messages.send(Arc::new(Message::Gap));
        }
        for event in known.take(changed, now_ms) {
            let number = known.next_number(now_ms);
            if let Some(seen) = known.events.get_mut(&event.summary.id) {
                seen.number = Some(number);
            }
            if let Some(message) = message(number, &event) {
                let _ = self.messages.send(Arc::new(message));
            }
        }
        Ok(())
    }
}

const UNREAD: &str = "What changed in the record cannot be read for those who follow it";

impl Known {
    /// Remembers what was found, and gives what is new or not as it was.
    fn take(&mut self, changed: Changed, now_ms: i64) -> Vec<ListedEvent> {
        self.unplanned = changed.unplanned;
        let mut news = Vec::new();
        for event in changed.events {
            let hash = hash_of(&event);
            let seen =
                self.events.entry(event.summary.id).or_insert(Seen { hash: !hash, number: None, at_ms: 0 });
            seen.at_ms = now_ms;
            if seen.hash != hash {
                *seen = Seen { hash, number: None, at_ms: now_ms };
                news.push(event);
            }
        }
        if self.events.len() > REMEMBERED_MAX {
            self.events.retain(|_, seen| seen.at_ms == now_ms);
        }
        news
    }

    fn next_number(&mut self, now_ms: i64) -> i64 {
        self.number = now_ms.saturating_mul(1_000).max(self.number + 1);
        self.number
    }
}

fn hash_of(event: &ListedEvent) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{event:?}").hash(&mut hasher);
    hasher.finish()
}

fn message(number: i64, event: &ListedEvent) -> Option<Message> {
    serde_json::to_string(event).ok().map(|json| Message::Event { number, json })
}

impl Follower {
    /// The next message; `None` when no more can come.
    pub async fn next(&mut self) -> Option<Arc<Message>> {
        if let Some(missed) = self.missed.pop_front() {
            return Some(missed);
        }
        match self.messages.recv().await {
            Ok(message) => Some(message),
            Err(RecvError::Lagged(_)) => Some(Arc::new(Message::Gap)),
            Err(RecvError::Closed) => None,
        }
    }
}
