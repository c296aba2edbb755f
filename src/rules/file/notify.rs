//! The `notify` of a rule: messages of the app to employees (`message/send`, page 90236).

use std::collections::HashSet;

use super::{
    limits::NOTICE_BYTES_MAX,
    model::{Notify, To},
    reader::RulesReader,
    words::FileFault,
};
use crate::action::Trigger;
use crate::rules::{
    document::{reader::Position, wrong::Quoted, yaml::Value},
    text::{template::Form, words::IfBlank},
};

/// At most so many notices of one rule about one event: an app may send an employee 30 messages a minute.
const NOTICES_MAX: usize = 10;
/// At most so many userids in one message (page 90236).
const USERS_MAX: usize = 1_000;

/// Stands for the employee whom the event names.
const EMPLOYEE: &str = "employee";
/// A userid that differs from that word by so few letters is taken for a slip.
const SLIPS_MAX: usize = 2;

const TRIGGERS: [(&str, Trigger); 3] =
    [("event", Trigger::Event), ("missed_welcome", Trigger::MissedWelcome), ("failed", Trigger::Failed)];

impl RulesReader {
    /// One notice or a list of them.
    pub(super) fn notices(&mut self, at: &Position<'_>) -> Vec<Notify> {
        let items = self.reader.one_or_more(at, NOTICES_MAX);
        items.iter().filter_map(|item| self.notice(item)).collect()
    }

    fn notice(&mut self, at: &Position<'_>) -> Option<Notify> {
        let fields = self.reader.fields(at, &["to", "on", "text"])?;
        self.reader.resources.notifies = true;
        let on = match fields.get("on") {
            Some(at) => self.trigger(&at),
            None => Some(Trigger::Event),
        };
        let to = self.reader.required(&fields, "to").and_then(|at| self.to(&at));
        let text = self.reader.required(&fields, "text").and_then(|at| {
            // A wrong trigger is a fault already. To reject `reason` as well could be a second fault where there is only one.
            let form = if on == Some(Trigger::Event) { Form::Notice } else { Form::Reason };
            let text = self.texts().template(&at, form)?;
            self.texts().within_bytes(&at, &text, NOTICE_BYTES_MAX);
            self.texts().not_blank(&at, &text, IfBlank::WriteText);
            Some(text)
        });
        Some(Notify { on: on?, to: to?, text: text? })
    }

    fn trigger(&mut self, at: &Position<'_>) -> Option<Trigger> {
        let name = self.reader.text(at)?;
        let found = TRIGGERS.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let near = self.reader.log.nearest(name, TRIGGERS.iter().map(|(known, _)| *known));
            self.reader.malformed(at, FileFault::NoTrigger { name: Quoted::of(name), near });
        }
        found.map(|(_, trigger)| *trigger)
    }

    fn to(&mut self, at: &Position<'_>) -> Option<To> {
        match &at.node.value {
            Value::Scalar(_) | Value::List(_) => {
                let (mut employee, mut users) = (false, Vec::new());
                let mut seen = HashSet::new();
                for item in self.reader.one_or_more(at, USERS_MAX) {
                    match self.one(&item) {
                        Some(EMPLOYEE) => employee = true,
                        Some(user) if seen.insert(user.to_ascii_lowercase()) => users.push(user.to_owned()),
                        Some(_) | None => {}
                    }
                }
                (employee || !users.is_empty()).then_some(To::People { employee, users })
            }
            Value::Map(_) => {
                let fields = self.reader.fields(at, &["department", "tag"])?;
                match (fields.get("department"), fields.get("tag")) {
                    (Some(_), Some(second)) => {
                        self.reader.fault(&second, FileFault::TwoReceivers);
                        None
                    }
                    (Some(at), None) => self.reader.department(&at).map(To::Department),
                    (None, Some(at)) => self.reader.directory_tag(&at).map(To::Tag),
                    (None, None) => {
                        if !fields.is_partial() {
                            self.reader.fault(at, FileFault::NoReceiver);
                        }
                        None
                    }
                }
            }
        }
    }

    /// `employee`, or somebody's userid.
    fn one<'d>(&mut self, at: &Position<'d>) -> Option<&'d str> {
        let who = self.reader.text(at)?;
        // Nobody means to send a message to a person called `employe`.
        if who != EMPLOYEE && strsim::levenshtein(&who.to_lowercase(), EMPLOYEE) <= SLIPS_MAX {
            self.reader.malformed(at, FileFault::NotEmployee { word: Quoted::of(who) });
            return None;
        }
        if who == EMPLOYEE { Some(who) } else { self.reader.userid(at) }
    }
}
