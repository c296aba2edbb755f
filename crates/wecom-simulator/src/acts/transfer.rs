//! How the transfer of a customer ends: the customer decides, or a day has passed.

use std::{collections::HashSet, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Act, Delivered, Happened};
use crate::{
    customer::{ReceivedKind, RemarkView},
    error::Error,
    occurrence::{Contact, Occurrence},
    world::{World, behaviour::Count, bond::Bond, staff::Member, transfers::TransferStatus},
};

/// How a transfer ends before its time, on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferDecision {
    /// The customer agrees: it is done at once.
    Accept,
    /// The customer refuses (`customer_refused`) and stays with the giver.
    Refuse,
    /// The taker has as many customers as is allowed (`customer_limit_exceed`).
    LimitExceeded,
}

/// The oldest transfer of a customer that is under way ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    pub(crate) customer: String,
    pub(crate) decision: TransferDecision,
}

impl Act for Decide {
    type Outcome = Delivered;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Delivered>, Error> {
        let number = world.transfers.oldest_under_way(&self.customer);
        let number = number.ok_or(Error::NoTransfer(self.customer))?;
        let notices = match self.decision {
            TransferDecision::Accept => world.take_over(number, now_ms),
            TransferDecision::Refuse => world.fail_transfer(number, TransferStatus::Refused, now_ms),
            TransferDecision::LimitExceeded => {
                world.fail_transfer(number, TransferStatus::LimitExceeded, now_ms)
            }
        };
        Ok(Happened::new(Delivered::default(), notices))
    }
}

impl World {
    fn fail_transfer(&mut self, number: u64, status: TransferStatus, now_ms: i64) -> Vec<Occurrence> {
        let Some(transfer) = self.transfers.end(number, status, now_ms) else { return Vec::new() };
        let reason =
            if status == TransferStatus::Refused { "customer_refused" } else { "customer_limit_exceed" };
        // The callback names the member who was to take over, not the one who keeps the customer.
        let contact = Contact::of(transfer.takeover, transfer.customer);
        vec![Occurrence::TransferFail { contact, reason: reason.to_owned() }]
    }

    /// Carries out a transfer that is under way: the customer goes to the taker, with the giver's tags and notes.
    pub(super) fn take_over(&mut self, number: u64, now_ms: i64) -> Vec<Occurrence> {
        let Some(transfer) = self.transfers.under_way(number) else { return Vec::new() };
        let (place, handover, takeover) =
            (transfer.place, transfer.handover.clone(), transfer.takeover.clone());
        // A taker who has left the company meanwhile counts as one without room.
        if self.staff.get(&takeover).is_none_or(Member::is_full) {
            return self.fail_transfer(number, TransferStatus::LimitExceeded, now_ms);
        }
        let Some(given) = self.part(&handover, place) else {
            // The giver has deleted the customer meanwhile. WeCom sends nothing about that.
            self.transfers.end(number, TransferStatus::Refused, now_ms);
            return Vec::new();
        };
        let Some(transfer) = self.transfers.end(number, TransferStatus::Done, now_ms) else {
            return Vec::new();
        };
        let mut notices = Vec::new();
        if self.receive(given, &takeover, &handover, place, now_ms) {
            self.behaviour.count(&takeover, now_ms, Count::Contact);
            notices.push(Occurrence::AddExternalContact(Contact::of(&takeover, &transfer.customer)));
        }
        if let (Some(message), Ok(bond)) = (&transfer.message, self.bond(&takeover, &transfer.customer)) {
            let message = json!({ "text": { "content": message } });
            bond.receive(ReceivedKind::TransferSuccess, Arc::new(message), now_ms);
        }
        // WeCom sends no callbacks about members who have left the company.
        if !transfer.resigned {
            let contact = Contact::of(transfer.handover, transfer.customer);
            notices.push(Occurrence::DelExternalContact { contact, by_transfer: true });
        }
        notices
    }

    /// Gives a customer to the taker. Returns whether the customer is new to the taker.
    fn receive(&mut self, given: Bond, takeover: &str, handover: &str, place: usize, now_ms: i64) -> bool {
        let number = self.customers.next_bond();
        let bonds = &mut self.customers[place].bonds;
        let Bond { tags, remark, .. } = given;
        if let Some(bond) = bonds.iter_mut().find(|bond| bond.is_of(takeover)) {
            let is_new = std::mem::take(&mut bond.half);
            bond.tags.extend(tags);
            let mut seen = HashSet::new();
            bond.tags.retain(|tag| seen.insert(tag.clone()));
            if bond.remark == RemarkView::default() {
                bond.remark = remark;
            }
            return is_new;
        }
        bonds.push(Bond::handed_over(number, (handover, takeover), (tags, remark), now_ms));
        if let Some(member) = self.staff.ever_mut(takeover) {
            member.customers.push(place);
        }
        true
    }
}
