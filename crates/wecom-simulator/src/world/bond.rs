//! A member's relation to a customer: what the member noted, and what the customer received.

use std::sync::Arc;

use serde_json::Value;

use crate::customer::{Received, ReceivedKind, RemarkView, SentWelcome, TempChat};

/// What a member notes about a customer has at most so many characters (page 92115).
pub(crate) const REMARK_CHARS_MAX: usize = 20;
pub(crate) const COMPANY_CHARS_MAX: usize = 20;
pub(crate) const DESCRIPTION_CHARS_MAX: usize = 150;

/// `add_way` of a customer who was handed over by another member (page 92114).
const ASSIGNED: u32 = 202;

/// So many of the things that a customer received from one member are remembered: enough for a month with a mass
/// message a day.
const RECEIVED_KEPT: usize = 50;

/// A member's relation to a customer.
#[expect(clippy::struct_excessive_bools, reason = "each is true or false whatever the others are")]
pub(crate) struct Bond {
    /// Counts up over all adds and never changes: the cursor of a page is made of it.
    pub(crate) number: u64,
    pub(crate) employee: String,
    pub(crate) added_at_ms: i64,
    pub(crate) state: Option<String>,
    pub(crate) add_way: u32,
    /// The acquisition link by which the customer came.
    pub(crate) link_id: Option<String>,
    pub(crate) oper: Oper,
    /// The member has not added back.
    pub(crate) half: bool,
    /// The customer has deleted the member.
    pub(crate) left: bool,
    /// Tag ids, in the order in which they were put on.
    pub(crate) tags: Vec<String>,
    pub(crate) remark: RemarkView,
    pub(crate) welcomes: Vec<SentWelcome>,
    /// What the customer received from the member, oldest first.
    pub(crate) received: Vec<Received>,
    /// The welcome of this add has been sent.
    pub(crate) welcomed: bool,
    /// They have written to each other since this add.
    pub(crate) chatting: bool,
    pub(crate) temp_chat: Option<Box<TempChat>>,
}

/// Who brought an add about (`oper_userid`, page 92114).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Oper {
    /// The customer asked.
    Customer,
    /// The member asked.
    Employee,
    /// This member handed the customer over.
    Handover(String),
}

impl Bond {
    /// A relation that begins with a handover: the giver's tags and notes come with it.
    pub(crate) fn handed_over(
        number: u64,
        (handover, takeover): (&str, &str),
        (tags, remark): (Vec<String>, RemarkView),
        now_ms: i64,
    ) -> Self {
        Self {
            number,
            employee: takeover.to_owned(),
            added_at_ms: now_ms,
            state: None,
            add_way: ASSIGNED,
            link_id: None,
            oper: Oper::Handover(handover.to_owned()),
            half: false,
            left: false,
            tags,
            remark,
            welcomes: Vec::new(),
            received: Vec::new(),
            welcomed: false,
            chatting: false,
            temp_chat: None,
        }
    }

    /// Notes something that the customer receives from the member.
    pub(crate) fn receive(&mut self, kind: ReceivedKind, message: Arc<Value>, now_ms: i64) {
        if self.received.len() == RECEIVED_KEPT {
            self.received.remove(0);
        }
        self.received.push(Received { at_ms: now_ms, kind, message });
    }

    pub(crate) fn is_of(&self, employee: &str) -> bool {
        self.employee.eq_ignore_ascii_case(employee)
    }

    /// Ends the temporary chat, if one is open. The customer receives the contact way's closing message.
    pub(crate) fn end_temp_chat(&mut self, now_ms: i64) {
        let Some(chat) = self.temp_chat.as_mut().filter(|chat| chat.is_open()) else { return };
        chat.ended_at_ms = Some(now_ms);
        if let Some(conclusions) = chat.conclusions.clone() {
            self.receive(ReceivedKind::Conclusion, Arc::new(conclusions), now_ms);
        }
    }
}
