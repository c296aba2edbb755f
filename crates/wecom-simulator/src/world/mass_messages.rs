//! Mass messages: proposed to members, each of whom sends them to the own customers or groups, or does not.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    customer::ReceivedKind,
    error::Error,
    world::World,
    world::calendar::{Month, month_of},
};

/// How long a message is being handed out; whoever asks for its tasks earlier gets 41063. WeCom tells no time.
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

/// A message.
pub(crate) struct MassMessage {
    pub(crate) msgid: String,
    pub(crate) created_ms: i64,
    /// To groups, not to customers.
    pub(crate) to_groups: bool,
    pub(crate) text: Option<Value>,
    pub(crate) attachments: Vec<Value>,
    /// The member may choose among the addressees.
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
    pub(crate) outcome: Outcome,
}

/// What became of a message for one addressee: WeCom's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Unsent = 0,
    Sent = 1,
    /// The two are no contacts any more.
    NoContact = 2,
    /// The customer has had as many as a month has days.
    TooMany = 3,
}

/// Something that a member does with a mass message. In JSON: `{"act": "send", "msgid": …, "employee": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum MessageAct {
    /// The member presses "send".
    Send {
        /// The message.
        msgid: String,
        /// The member.
        employee: String,
        /// Only these addressees, where the message leaves the choice; absent: all.
        #[serde(default)]
        only: Option<Vec<String>>,
    },
}

/// What came of a [`MessageAct`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MessageActed {
    /// Who got it: external_userids or chat_ids.
    pub sent: Vec<String>,
    /// Who did not: no contact any more, or too many messages this month.
    pub failed: Vec<String>,
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

    /// Whether a customer may get one more; if so, it is counted.
    fn count(&mut self, customer: &str, month: Month) -> bool {
        let (of, count) = self.received.entry(customer.to_owned()).or_insert((month, 0));
        if *of != month {
            (*of, *count) = (month, 0);
        }
        let may = *count < month.days;
        *count += u32::from(may);
        may
    }
}

impl World {
    /// Lets a member do something with a mass message.
    pub(crate) fn act_on_message(&mut self, act: MessageAct, now_ms: i64) -> Result<MessageActed, Error> {
        let MessageAct::Send { msgid, employee, only } = act;
        // Whoever has left sends nothing any more.
        let employee = self.employee_known(&employee)?;
        let message = self.mass_messages.get(&msgid);
        let message = message.ok_or_else(|| Error::impossible("no mass message has this msgid"))?;
        if message.cancelled {
            return Err(Error::impossible(
                "the mass message has been cancelled: nobody can send it any more",
            ));
        }
        if only.is_some() && !message.allow_select {
            return Err(Error::impossible("this message leaves no choice (allow_select): leave `only` out"));
        }
        let place = message.tasks.iter().position(|task| task.userid.eq_ignore_ascii_case(&employee));
        let place = place.ok_or_else(|| Error::impossible("the message was not proposed to this member"))?;
        let task = &message.tasks[place];
        if task.sent_ms.is_some() {
            return Err(Error::impossible("this member has sent the message already"));
        }
        let chosen: Vec<(usize, String)> = task
            .addressees
            .iter()
            .enumerate()
            .filter(|(_, addressee)| only.as_ref().is_none_or(|only| only.contains(&addressee.id)))
            .map(|(at, addressee)| (at, addressee.id.clone()))
            .collect();
        let (userid, to_groups) = (task.userid.clone(), message.to_groups);
        let content = json!({ "msgid": msgid, "text": message.text, "attachments": message.attachments });
        let content = Arc::new(content);
        let mut acted = MessageActed::default();
        let mut outcomes = Vec::with_capacity(chosen.len());
        for (at, id) in chosen {
            let outcome = if to_groups {
                self.send_to_group(&userid, &id, now_ms)
            } else if self.friendship(&userid, &id).is_none() {
                Outcome::NoContact
            } else if self.mass_messages.count(&id, month_of(now_ms)) {
                Outcome::Sent
            } else {
                Outcome::TooMany
            };
            if outcome == Outcome::Sent
                && let Ok(bond) = self.bond(&userid, &id)
            {
                bond.receive(ReceivedKind::MassMessage, Arc::clone(&content), now_ms);
            }
            outcomes.push((at, outcome));
            if outcome == Outcome::Sent { acted.sent.push(id) } else { acted.failed.push(id) }
        }
        if let Some(message) = self.mass_messages.get_mut(&msgid) {
            let task = &mut message.tasks[place];
            task.sent_ms = Some(now_ms);
            for (at, outcome) in outcomes {
                task.addressees[at].outcome = outcome;
            }
        }
        Ok(acted)
    }

    /// A group that was dissolved or given away since is not the member's any more.
    fn send_to_group(&mut self, userid: &str, chat_id: &str, now_ms: i64) -> Outcome {
        match self.groups.chat_mut(chat_id).filter(|chat| chat.owner() == userid) {
            Some(chat) => {
                chat.say(userid, 1, now_ms);
                Outcome::Sent
            }
            None => Outcome::NoContact,
        }
    }
}
