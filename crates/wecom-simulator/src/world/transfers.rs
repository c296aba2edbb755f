//! Customers on their way from one member to another (pages 92125, 94081, 94088).

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

/// A transfer is done by itself after so long, unless the customer refuses.
const TAKEOVER_AFTER_MS: i64 = 24 * 3_600_000;

/// A customer on the job changes hands at most so often in so many days (40128).
const TRANSFERS_MAX: usize = 2;
const TRANSFERS_WITHIN_MS: i64 = 90 * 24 * 3_600_000;

/// So many transfers are remembered; the oldest that have ended are forgotten.
const TRANSFERS_KEPT: usize = 200_000;

/// How a transfer stands; the numbers are WeCom's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferStatus {
    /// 1: done.
    Done,
    /// 2: waiting for its time.
    Waiting,
    /// 3: refused by the customer.
    Refused,
    /// 4: the taker has as many customers as is allowed.
    LimitExceeded,
}

/// A transfer of one customer.
#[derive(Clone, Serialize)]
pub struct Transfer {
    /// Counts up from 1.
    pub number: u64,
    /// The customer's external_userid.
    pub customer: String,
    /// The giver's userid.
    pub handover: String,
    /// The taker's userid.
    pub takeover: String,
    /// The giver has left.
    pub resigned: bool,
    /// When it was started, in Unix milliseconds.
    pub started_ms: i64,
    /// When it will be done, or was, in Unix milliseconds.
    pub takeover_ms: i64,
    /// How it stands.
    pub status: TransferStatus,
    /// The message that the customer gets with it.
    pub message: Option<String>,
    #[serde(skip)]
    pub(crate) place: usize,
}

/// The transfers, oldest first.
#[derive(Default)]
pub(crate) struct Transfers {
    count: u64,
    all: BTreeMap<u64, Transfer>,
    /// The transfer under way of each customer's place and giver's userid in lower case.
    waiting: HashMap<(usize, String), u64>,
}

/// A transfer that is to be started.
pub(crate) struct ToStart<'a> {
    pub(crate) place: usize,
    pub(crate) handover: &'a str,
    pub(crate) takeover: &'a str,
    pub(crate) resigned: bool,
    pub(crate) message: Option<&'a str>,
}

impl Transfers {
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Transfer> {
        self.all.values()
    }

    /// Whether a giver's customer is under way to somebody.
    pub(crate) fn is_waiting(&self, place: usize, handover: &str) -> bool {
        self.waiting.contains_key(&(place, handover.to_lowercase()))
    }

    /// Whether a customer has changed hands on the job as often as is allowed.
    pub(crate) fn too_often(&self, place: usize, now_ms: i64) -> bool {
        let lately = |transfer: &&Transfer| now_ms - transfer.takeover_ms < TRANSFERS_WITHIN_MS;
        let of = |transfer: &&Transfer| {
            transfer.place == place && !transfer.resigned && transfer.status == TransferStatus::Done
        };
        self.all.values().rev().filter(of).filter(lately).nth(TRANSFERS_MAX - 1).is_some()
    }

    /// Follows a change of the customers' ids.
    pub(crate) fn rename(&mut self, rename: impl Fn(&mut String)) {
        self.all.values_mut().for_each(|transfer| rename(&mut transfer.customer));
    }

    /// Starts a transfer; gives its number and when it will be done.
    pub(crate) fn start(&mut self, of: &ToStart<'_>, customer: String, now_ms: i64) -> (u64, i64) {
        if self.all.len() >= TRANSFERS_KEPT {
            let ended = self.all.values().find(|transfer| transfer.status != TransferStatus::Waiting);
            if let Some(number) = ended.map(|transfer| transfer.number) {
                self.all.remove(&number);
            }
        }
        self.count += 1;
        let (number, takeover_ms) = (self.count, now_ms + TAKEOVER_AFTER_MS);
        self.waiting.insert((of.place, of.handover.to_lowercase()), number);
        let transfer = Transfer {
            number,
            customer,
            handover: of.handover.to_owned(),
            takeover: of.takeover.to_owned(),
            resigned: of.resigned,
            started_ms: now_ms,
            takeover_ms,
            status: TransferStatus::Waiting,
            message: of.message.map(str::to_owned),
            place: of.place,
        };
        self.all.insert(number, transfer);
        (number, takeover_ms)
    }

    /// The transfer of that number, while it is under way.
    pub(crate) fn under_way(&self, number: u64) -> Option<&Transfer> {
        self.all.get(&number).filter(|transfer| transfer.status == TransferStatus::Waiting)
    }

    /// The number of the oldest transfer of a customer that is under way.
    pub(crate) fn oldest_under_way(&self, customer: &str) -> Option<u64> {
        let waits = |transfer: &&Transfer| {
            transfer.status == TransferStatus::Waiting && transfer.customer == customer
        };
        self.all.values().find(waits).map(|transfer| transfer.number)
    }

    /// Ends a transfer that is under way, and gives it as it is then.
    pub(crate) fn end(&mut self, number: u64, status: TransferStatus, at_ms: i64) -> Option<Transfer> {
        let transfer =
            self.all.get_mut(&number).filter(|transfer| transfer.status == TransferStatus::Waiting)?;
        transfer.status = status;
        transfer.takeover_ms = at_ms;
        self.waiting.remove(&(transfer.place, transfer.handover.to_lowercase()));
        Some(transfer.clone())
    }
}
