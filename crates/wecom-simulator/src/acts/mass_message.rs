//! A member sends a mass message that was proposed to them, to their own customers or groups.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Act, Happened, Outcome};
use crate::{
    customer::ReceivedKind,
    error::Error,
    world::{
        World,
        calendar::month_of,
        mass_messages::{MassMessage, SendOutcome},
    },
};

/// Something that a member does with a mass message. In JSON: `{"act": "send", "msgid": …, "employee": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum MessageAct {
    /// The member presses "send".
    Send {
        /// The mass message's id.
        msgid: String,
        /// The userid of the member who sends it.
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

impl Outcome for MessageActed {}

impl Act for MessageAct {
    type Outcome = MessageActed;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<MessageActed>, Error> {
        let Self::Send { msgid, employee, only } = self;
        world.send_mass_message(&msgid, &employee, only.as_deref(), now_ms).map(Happened::silent)
    }
}

impl World {
    fn send_mass_message(
        &mut self,
        msgid: &str,
        employee: &str,
        only: Option<&[String]>,
        now_ms: i64,
    ) -> Result<MessageActed, Error> {
        // An error, too, for a member who has left the company.
        let employee = self.known_employee(employee)?;
        let message = self.mass_messages.get(msgid);
        let message = message.ok_or_else(|| Error::impossible("no mass message has this msgid"))?;
        let place = check_sending(message, &employee, only)?;
        let task = &message.tasks[place];
        let chosen: Vec<(usize, String)> = task
            .addressees
            .iter()
            .enumerate()
            .filter(|(_, addressee)| only.is_none_or(|only| only.contains(&addressee.id)))
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
            } else {
                self.send_to_customer(&userid, &id, now_ms)
            };
            if outcome == SendOutcome::Sent
                && let Ok(bond) = self.bond(&userid, &id)
            {
                bond.receive(ReceivedKind::MassMessage, Arc::clone(&content), now_ms);
            }
            outcomes.push((at, outcome));
            if outcome == SendOutcome::Sent { acted.sent.push(id) } else { acted.failed.push(id) }
        }
        if let Some(message) = self.mass_messages.get_mut(msgid) {
            let task = &mut message.tasks[place];
            task.sent_ms = Some(now_ms);
            for (at, outcome) in outcomes {
                task.addressees[at].outcome = outcome;
            }
        }
        Ok(acted)
    }

    fn send_to_customer(&mut self, userid: &str, customer: &str, now_ms: i64) -> SendOutcome {
        if self.friendship(userid, customer).is_none() {
            SendOutcome::NoContact
        } else if self.mass_messages.count(customer, month_of(now_ms)) {
            SendOutcome::Sent
        } else {
            SendOutcome::TooMany
        }
    }

    /// A group that has been dissolved or given away since counts as no contact.
    fn send_to_group(&mut self, userid: &str, chat_id: &str, now_ms: i64) -> SendOutcome {
        match self.groups.chat_mut(chat_id).filter(|chat| chat.owner() == userid) {
            Some(chat) => {
                chat.say(userid, 1, now_ms);
                SendOutcome::Sent
            }
            None => SendOutcome::NoContact,
        }
    }
}

/// Checks that a member can send a message. Gives the place of the member's task.
fn check_sending(message: &MassMessage, employee: &str, only: Option<&[String]>) -> Result<usize, Error> {
    if message.cancelled {
        return Err(Error::impossible("the mass message has been cancelled: nobody can send it any more"));
    }
    if only.is_some() && !message.allow_select {
        return Err(Error::impossible("this message leaves no choice (allow_select): leave `only` out"));
    }
    let place = message.tasks.iter().position(|task| task.userid.eq_ignore_ascii_case(employee));
    let place = place.ok_or_else(|| Error::impossible("the message was not proposed to this member"))?;
    if message.tasks[place].sent_ms.is_some() {
        return Err(Error::impossible("this member has sent the message already"));
    }
    Ok(place)
}
