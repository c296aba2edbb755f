//! A member's relation to a customer: what it holds, and what the customer got by it.

use std::sync::Arc;

use serde_json::Value;

use crate::customer::{Received, ReceivedKind, RemarkView, SentWelcome, TempChat};

/// The way of a customer who was assigned (`add_way`).
const ASSIGNED: u32 = 202;

/// So much of what a customer got from one member is remembered: a month with a mass message a day, and the rest.
const RECEIVED_KEPT: usize = 50;

/// A member's relation to a customer.
#[expect(clippy::struct_excessive_bools, reason = "each is true or false whatever the others are")]
pub(crate) struct Bond {
    /// Counts up over all adds and never changes: pages go by it.
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
    /// Ids, in the order in which they came.
    pub(crate) tags: Vec<String>,
    pub(crate) remark: RemarkView,
    pub(crate) welcomes: Vec<SentWelcome>,
    /// What the customer got from the member, oldest first.
    pub(crate) received: Vec<Received>,
    /// The welcome of this add has been sent.
    pub(crate) welcomed: bool,
    /// They have spoken with each other since this add.
    pub(crate) chatting: bool,
    pub(crate) temp_chat: Option<Box<TempChat>>,
}

/// Whose doing an add was (`oper_userid`, document 92114).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Oper {
    /// The customer asked.
    Customer,
    /// The member did.
    Employee,
    /// It was handed over by this member.
    Handover(String),
}

impl Bond {
    /// A relation that a handover has made, with what the giver had noted.
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

    /// Notes what the customer gets from the member.
    pub(crate) fn receive(&mut self, kind: ReceivedKind, message: Arc<Value>, now_ms: i64) {
        if self.received.len() == RECEIVED_KEPT {
            self.received.remove(0);
        }
        self.received.push(Received { at_ms: now_ms, kind, message });
    }

    pub(crate) fn is_of(&self, employee: &str) -> bool {
        self.employee.eq_ignore_ascii_case(employee)
    }

    /// Ends the temporary chat; the customer gets what the contact way has for that.
    pub(crate) fn end_temp_chat(&mut self, now_ms: i64) {
        let Some(chat) = self.temp_chat.as_mut().filter(|chat| chat.is_open()) else { return };
        chat.ended_at_ms = Some(now_ms);
        if let Some(conclusions) = chat.conclusions.clone() {
            self.receive(ReceivedKind::Conclusion, Arc::new(conclusions), now_ms);
        }
    }
}
