//! Mass messages: the API proposes one to members, and each of them sends it to their own customers or groups, or not.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::calendar::Month;

/// How long a message is being handed out. Until then its tasks are refused with 41063. WeCom does not say how long.
const HANDING_OUT_MS: i64 = 1_000;

/// So many addressees are remembered over all messages; the oldest messages are forgotten with theirs.
const ADDRESSEES_KEPT: usize = 1_000_000;

/// The messages, by numbers that count up.
#[derive(Default)]
pub(crate) struct MassMessages {
    all: BTreeMap<u64, MassMessage>,
    made: u64,
    addressees: usize,
    /// How many messages each customer has had in the latest month that had any.
    received: HashMap<String, (Month, u32)>,
}

/// A mass message, and what each member has been asked to send.
pub(crate) struct MassMessage {
    pub(crate) msgid: String,
    pub(crate) created_ms: i64,
    /// Whether it goes to groups rather than to customers.
    pub(crate) to_groups: bool,
    pub(crate) text: Option<Value>,
    pub(crate) attachments: Vec<Value>,
    /// Whether the member may choose among the addressees.
    pub(crate) allow_select: bool,
    pub(crate) tasks: Vec<Task>,
    /// When the members were reminded, in the last 24 hours.
    pub(crate) reminded_ms: Vec<i64>,
    pub(crate) cancelled: bool,
}

/// What is proposed to one member.
pub(crate) struct Task {
    pub(crate) userid: String,
    pub(crate) sent_ms: Option<i64>,
    pub(crate) addressees: Vec<Addressee>,
}

/// A customer or group that is to get a message.
pub(crate) struct Addressee {
    /// An external_userid or a chat_id.
    pub(crate) id: String,
    pub(crate) outcome: SendOutcome,
}

/// What became of a message for one addressee: WeCom's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendOutcome {
    Unsent = 0,
    Sent = 1,
    /// The two are no contacts any more.
    NoContact = 2,
    /// The customer has had as many as a month has days.
    TooMany = 3,
}

impl MassMessage {
    pub(crate) fn is_being_handed_out(&self, now_ms: i64) -> bool {
        now_ms - self.created_ms < HANDING_OUT_MS
    }

    fn size(&self) -> usize {
        self.tasks.iter().map(|task| task.addressees.len()).sum()
    }
}

impl MassMessages {
    pub(crate) fn add(&mut self, message: MassMessage) {
        self.made += 1;
        self.addressees += message.size();
        self.all.insert(self.made, message);
        while self.addressees > ADDRESSEES_KEPT && self.all.len() > 1 {
            let Some((_, oldest)) = self.all.pop_first() else { break };
            self.addressees -= oldest.size();
        }
    }

    pub(crate) fn get(&self, msgid: &str) -> Option<&MassMessage> {
        self.all.values().find(|message| message.msgid == msgid)
    }

    pub(crate) fn get_mut(&mut self, msgid: &str) -> Option<&mut MassMessage> {
        self.all.values_mut().find(|message| message.msgid == msgid)
    }

    /// The messages with their numbers, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &MassMessage)> {
        self.all.iter().map(|(number, message)| (*number, message))
    }

    /// Follows a change of the customers' ids.
    pub(crate) fn rename(&mut self, rename: impl Fn(&mut String)) {
        let tasks = self.all.values_mut().flat_map(|message| &mut message.tasks);
        tasks.flat_map(|task| &mut task.addressees).for_each(|addressee| rename(&mut addressee.id));
        let received = self.received.drain().map(|(mut customer, of)| {
            rename(&mut customer);
            (customer, of)
        });
        self.received = received.collect();
    }

    /// Counts one more message to a customer. Gives false, and counts nothing, where this month's limit is reached: as
    /// many as the month has days.
    pub(crate) fn count(&mut self, customer: &str, month: Month) -> bool {
        let (of, count) = self.received.entry(customer.to_owned()).or_insert((month, 0));
        if *of != month {
            (*of, *count) = (month, 0);
        }
        let may = *count < month.days;
        *count += u32::from(may);
        may
    }
}
