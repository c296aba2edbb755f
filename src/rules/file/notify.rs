//! The `notify` of a rule: what employees are told, and of what (`message/send`, page 90236).

use std::collections::HashSet;

use crate::action::Trigger;
use crate::rules::{
    document::{
        fault::quoted,
        reader::{Place, Reader},
        yaml::Value,
    },
    file::model::{Notify, To},
    text::template::Form,
};

/// At most so many bytes of UTF-8 in a text message, by WeCom (page 90236), which cuts what is longer.
pub(crate) const NOTICE_BYTES_MAX: usize = 2_048;

/// One event tells at most so many times by one rule: an app may send an employee 30 messages a minute.
const NOTICES_MAX: usize = 10;
/// At most so many userids in one message, by WeCom (page 90236).
const USERS_MAX: usize = 1_000;

/// The employee whom the event names.
const EMPLOYEE: &str = "employee";
/// What so few letters tell from it is a slip of the pen.
const SLIPS_MAX: usize = 2;

const TRIGGERS: [(&str, Trigger); 3] =
    [("event", Trigger::Event), ("missed_welcome", Trigger::MissedWelcome), ("failed", Trigger::Failed)];

impl Reader {
    /// One notice or a list of them.
    pub(crate) fn notices(&mut self, place: &Place<'_>) -> Vec<Notify> {
        let items = self.one_or_more(place, NOTICES_MAX);
        items.iter().filter_map(|item| self.notice(item)).collect()
    }

    fn notice(&mut self, place: &Place<'_>) -> Option<Notify> {
        let fields = self.fields(place, &["to", "on", "text"])?;
        self.resources.notifies = true;
        let on = match fields.get("on") {
            Some(place) => self.trigger(&place),
            None => Some(Trigger::Event),
        };
        let to = self.required(&fields, "to").and_then(|place| self.to(&place));
        let text = self.required(&fields, "text").and_then(|place| {
            // Where the trigger is not known, neither is whether there is a reason.
            let form = if on == Some(Trigger::Event) { Form::Text } else { Form::Reason };
            let text = self.template(&place, form)?;
            self.within_bytes(&place, &text, NOTICE_BYTES_MAX);
            self.not_blank(&place, &text, "write a text");
            Some(text)
        });
        Some(Notify { on: on?, to: to?, text: text? })
    }

    fn trigger(&mut self, place: &Place<'_>) -> Option<Trigger> {
        let name = self.text(place)?;
        let found = TRIGGERS.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let mend = self.log.nearest(name, TRIGGERS.iter().map(|(known, _)| *known)).map_or_else(
                || "write event, missed_welcome or failed".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.fault(place, format!("nobody is told on {}", quoted(name)), mend);
        }
        found.map(|(_, trigger)| *trigger)
    }

    fn to(&mut self, place: &Place<'_>) -> Option<To> {
        match &place.node.value {
            Value::Scalar(_) | Value::List(_) => {
                let (mut employee, mut users) = (false, Vec::new());
                let mut seen = HashSet::new();
                for item in self.one_or_more(place, USERS_MAX) {
                    match self.one(&item) {
                        Some(EMPLOYEE) => employee = true,
                        Some(user) if seen.insert(user) => users.push(user.to_owned()),
                        Some(_) | None => {}
                    }
                }
                (employee || !users.is_empty()).then_some(To::People { employee, users })
            }
            Value::Map(_) => {
                let fields = self.fields(place, &["department", "tag"])?;
                match (fields.get("department"), fields.get("tag")) {
                    (Some(_), Some(second)) => {
                        let what = "stands beside a `department`";
                        self.fault(&second, what, "write a notice for each of the two");
                        None
                    }
                    (Some(place), None) => self.department(&place).map(To::Department),
                    (None, Some(place)) => self.directory_tag(&place).map(To::Tag),
                    (None, None) => {
                        if !fields.is_partial() {
                            self.fault(place, "names nobody", "write { department: 3 } or { tag: 5 }");
                        }
                        None
                    }
                }
            }
        }
    }
    /// `employee`, or somebody's userid.
    fn one<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        let who = self.text(place)?;
        // A message to somebody of the name `employe` is not what was meant.
        if who != EMPLOYEE && strsim::levenshtein(&who.to_lowercase(), EMPLOYEE) <= SLIPS_MAX {
            self.fault(
                place,
                format!("{} is not whom an event names", quoted(who)),
                "did you mean `employee`?",
            );
            return None;
        }
        if who == EMPLOYEE { Some(who) } else { self.userid(place) }
    }
}
