//! The record of what was posted to the callback URL, and how it answered. Bounded.

use std::collections::VecDeque;

use serde::Serialize;

/// So many deliveries are remembered; the oldest are forgotten.
const DELIVERIES_KEPT: usize = 10_000;

/// An event on its way to the callback URL, or arrived.
#[derive(Clone, Serialize)]
pub struct Delivery {
    /// Counts up from 1.
    pub number: u64,
    /// When the event happened, in Unix milliseconds.
    pub at_ms: i64,
    /// The event's name: `Event` in the message, or `InfoType` in that of a suite.
    pub event: String,
    /// The message's `ChangeType`, where it has one.
    pub change: Option<String>,
    /// The message before it is sealed.
    pub plaintext: String,
    /// How far the delivery has come.
    pub status: DeliveryStatus,
    /// Each try, oldest first.
    pub tries: Vec<Try>,
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// It is being tried, or waits for its next try.
    UnderWay,
    /// It was answered with 200.
    Accepted,
    /// It was tried as often as WeCom tries, and never answered with 200.
    GivenUp,
    /// There was no URL to deliver it to.
    NoCallback,
}

/// One try to deliver.
#[derive(Clone, Debug, Serialize)]
pub struct Try {
    /// When it began, in Unix milliseconds.
    pub at_ms: i64,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The beginning of the answer's body, or what went wrong.
    pub answer: String,
}

/// The latest deliveries, how many there ever were, and how many are under way.
#[derive(Default)]
pub(crate) struct Deliveries {
    kept: VecDeque<Delivery>,
    count: u64,
    under_way: usize,
}

impl Deliveries {
    /// Notes an event that is to be delivered and gives its number.
    pub(crate) fn note(&mut self, at_ms: i64, event: &str, change: Option<&str>, plaintext: String) -> u64 {
        if self.kept.len() == DELIVERIES_KEPT {
            self.kept.pop_front();
        }
        self.count += 1;
        self.under_way += 1;
        self.kept.push_back(Delivery {
            number: self.count,
            at_ms,
            event: event.to_owned(),
            change: change.map(str::to_owned),
            plaintext,
            status: DeliveryStatus::UnderWay,
            tries: Vec::new(),
        });
        self.count
    }

    /// Notes a try.
    pub(crate) fn tried(&mut self, number: u64, attempt: Try) {
        if let Some(place) = self.place(number) {
            self.kept[place].tries.push(attempt);
        }
    }

    /// Notes the end of a delivery that was under way.
    pub(crate) fn ended(&mut self, number: u64, status: DeliveryStatus) {
        self.under_way = self.under_way.saturating_sub(1);
        if let Some(place) = self.place(number) {
            self.kept[place].status = status;
        }
    }

    /// How many are under way, forgotten ones included.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many there have been, forgotten ones included.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The delivery of that number; none if it was never made or is forgotten.
    pub(crate) fn get(&self, number: u64) -> Option<&Delivery> {
        self.place(number).map(|place| &self.kept[place])
    }

    /// The remembered ones, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.kept.iter()
    }

    fn place(&self, number: u64) -> Option<usize> {
        let first = self.kept.front()?.number;
        let place = usize::try_from(number.checked_sub(first)?).ok()?;
        (place < self.kept.len()).then_some(place)
    }
}
