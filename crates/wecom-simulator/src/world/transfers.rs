//! Customers on their way from one member to another: started by the API, decided by the customer, or done by itself
//! after a day (documents 92125, 94081, 94088).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    customer::{ReceivedKind, RemarkView},
    error::Error,
    occurrence::{Contact, Occurrence},
    world::agenda::Due,
    world::behaviour::Count,
    world::staff::Member,
    world::{Bond, World},
};

/// A transfer is done after so long unless the customer refuses.
pub(crate) const TAKEOVER_AFTER_MS: i64 = 24 * 3_600_000;

/// A customer on the job changes hands at most so often in so many days (40128).
const TRANSFERS_MAX: usize = 2;
const TRANSFERS_WITHIN_MS: i64 = 90 * 24 * 3_600_000;

/// So many transfers are remembered; the oldest that have ended are forgotten.
const TRANSFERS_KEPT: usize = 200_000;

/// What comes of a transfer before its time, on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferDecision {
    /// The customer agrees: done at once.
    Accept,
    /// The customer refuses (`customer_refused`) and stays.
    Refuse,
    /// The taker has as many customers as is allowed (`customer_limit_exceed`).
    LimitExceeded,
}

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
    /// What the customer is told.
    pub message: Option<String>,
    #[serde(skip)]
    pub(crate) place: usize,
}

/// The transfers, oldest first.
#[derive(Default)]
pub(crate) struct Transfers {
    count: u64,
    all: BTreeMap<u64, Transfer>,
    /// Of a customer and a giver, in lower case, the transfer that is under way.
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

    fn end(&mut self, number: u64, status: TransferStatus, at_ms: i64) -> Option<Transfer> {
        let transfer =
            self.all.get_mut(&number).filter(|transfer| transfer.status == TransferStatus::Waiting)?;
        transfer.status = status;
        transfer.takeover_ms = at_ms;
        self.waiting.remove(&(transfer.place, transfer.handover.to_lowercase()));
        Some(transfer.clone())
    }
}

impl World {
    /// Starts a transfer that nothing speaks against.
    pub(crate) fn start_transfer(&mut self, of: &ToStart<'_>, now_ms: i64) {
        let transfers = &mut self.transfers;
        if transfers.all.len() >= TRANSFERS_KEPT {
            let ended = transfers.all.values().find(|transfer| transfer.status != TransferStatus::Waiting);
            if let Some(number) = ended.map(|transfer| transfer.number) {
                transfers.all.remove(&number);
            }
        }
        transfers.count += 1;
        let number = transfers.count;
        let takeover_ms = now_ms + TAKEOVER_AFTER_MS;
        transfers.waiting.insert((of.place, of.handover.to_lowercase()), number);
        let transfer = Transfer {
            number,
            customer: self.customers[of.place].customer.external_userid.clone(),
            handover: of.handover.to_owned(),
            takeover: of.takeover.to_owned(),
            resigned: of.resigned,
            started_ms: now_ms,
            takeover_ms,
            status: TransferStatus::Waiting,
            message: of.message.map(str::to_owned),
            place: of.place,
        };
        transfers.all.insert(number, transfer);
        self.agenda.note(takeover_ms, Due::Takeover(number));
    }

    /// Ends the oldest transfer of a customer that is under way, and gives what is to be told of it.
    pub(crate) fn decide(
        &mut self,
        customer: &str,
        decision: TransferDecision,
        now_ms: i64,
    ) -> Result<Vec<Occurrence>, Error> {
        let waits = |transfer: &&Transfer| {
            transfer.status == TransferStatus::Waiting && transfer.customer == customer
        };
        let number = self.transfers.all.values().find(waits).map(|transfer| transfer.number);
        let number = number.ok_or_else(|| Error::NoTransfer(customer.to_owned()))?;
        Ok(match decision {
            TransferDecision::Accept => self.take_over(number, now_ms),
            TransferDecision::Refuse => self.fail(number, TransferStatus::Refused, now_ms),
            TransferDecision::LimitExceeded => self.fail(number, TransferStatus::LimitExceeded, now_ms),
        })
    }

    fn fail(&mut self, number: u64, status: TransferStatus, now_ms: i64) -> Vec<Occurrence> {
        let Some(transfer) = self.transfers.end(number, status, now_ms) else { return Vec::new() };
        let reason =
            if status == TransferStatus::Refused { "customer_refused" } else { "customer_limit_exceed" };
        // The member who is named is the one who was to take over.
        let contact = Contact::of(transfer.takeover, transfer.customer);
        vec![Occurrence::TransferFail { contact, reason: reason.to_owned() }]
    }

    /// Does a transfer that is under way. What was noted about the customer goes with it.
    pub(crate) fn take_over(&mut self, number: u64, now_ms: i64) -> Vec<Occurrence> {
        let Some(transfer) = self.transfers.all.get(&number) else { return Vec::new() };
        if transfer.status != TransferStatus::Waiting {
            return Vec::new();
        }
        let (place, takeover) = (transfer.place, transfer.takeover.clone());
        // A taker who has left meanwhile can take nobody.
        if self.staff.get(&takeover).is_none_or(Member::is_full) {
            return self.fail(number, TransferStatus::LimitExceeded, now_ms);
        }
        let Some(given) = self.part(&transfer.handover.clone(), place) else {
            // Deleted meanwhile: there is nobody to hand over, and nothing to tell.
            self.transfers.end(number, TransferStatus::Refused, now_ms);
            return Vec::new();
        };
        let Some(transfer) = self.transfers.end(number, TransferStatus::Done, now_ms) else {
            return Vec::new();
        };
        let mut told = Vec::new();
        if self.receive(given, &takeover, &transfer.handover, place, now_ms) {
            self.behaviour.count(&takeover, now_ms, Count::Contact);
            told.push(Occurrence::AddExternalContact(Contact::of(&takeover, &transfer.customer)));
        }
        if let (Some(message), Ok(bond)) = (&transfer.message, self.bond(&takeover, &transfer.customer)) {
            let message = json!({ "text": { "content": message } });
            bond.receive(ReceivedKind::TransferSuccess, Arc::new(message), now_ms);
        }
        // Of one who has left nothing is told any more.
        if !transfer.resigned {
            let contact = Contact::of(transfer.handover, transfer.customer);
            told.push(Occurrence::DelExternalContact { contact, by_transfer: true });
        }
        told
    }

    /// Gives whether the customer is new to the taker.
    fn receive(&mut self, given: Bond, takeover: &str, handover: &str, place: usize, now_ms: i64) -> bool {
        let number = self.next_bond();
        let bonds = &mut self.customers[place].bonds;
        let Bond { tags, remark, .. } = given;
        if let Some(bond) = bonds.iter_mut().find(|bond| bond.is_of(takeover)) {
            let new = std::mem::take(&mut bond.half);
            bond.tags.extend(tags);
            let mut seen = HashSet::new();
            bond.tags.retain(|tag| seen.insert(tag.clone()));
            if bond.remark == RemarkView::default() {
                bond.remark = remark;
            }
            return new;
        }
        bonds.push(Bond::handed_over(number, (handover, takeover), (tags, remark), now_ms));
        if let Some(member) = self.staff.ever_mut(takeover) {
            member.customers.push(place);
        }
        true
    }
}
