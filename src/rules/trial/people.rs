//! The people of a situation as somebody writes them: a customer as WeCom's answer or in a few words, an employee, and who
//! has added the customer before.

use serde_json::{Value as Json, json};

use super::{
    read::{Reading, json_of, unescaped},
    situation::{ANY_USER, Given},
    words::TrialFault,
};
use crate::rules::{
    document::{fault::Faults, reader::Position},
    facts::{
        add_way::ADD_WAYS,
        customer::Customer,
        employee::{Earlier, Employee},
    },
};

/// As many tags as WeCom lists of a customer, and then some.
const TAGS_MAX: usize = 500;
/// As many departments as a path through a tree has, many times over.
const DEPARTMENTS_MAX: usize = 500;

/// The values of `type`, with WeCom's numbers for them (page 92114).
const TYPES: [(&str, i64); 2] = [("wechat", 1), ("wecom", 2)];
/// The values of `gender`, likewise.
const GENDERS: [(&str, i64); 3] = [("unknown", 0), ("male", 1), ("female", 2)];

/// Reads a customer: `externalcontact/get`'s answer, or in short `{ name, type, gender, tags, add_way, … }`, or
/// `unavailable`.
pub fn customer(text: &str) -> Result<Given<Customer>, Faults> {
    person(text, Reading::customer)
}

/// Reads an employee: `{ name, alias, department, departments }`, or `unavailable`.
pub fn employee(text: &str) -> Result<Given<Employee>, Faults> {
    person(text, Reading::employee)
}

/// Reads what is known of earlier adds: `none`, `employee`, `company` or `unavailable`.
pub fn earlier(text: &str) -> Result<Given<Earlier>, Faults> {
    person(text, Reading::earlier)
}

fn person<T>(
    text: &str,
    read: impl FnOnce(&mut Reading, &Position<'_>) -> Option<Given<T>>,
) -> Result<Given<T>, Faults> {
    let mut reading = Reading::default();
    if text.trim().is_empty() {
        return Err(Faults::of(TrialFault::NobodyDescribed));
    }
    let text = unescaped(text);
    let given = reading.tree(&text).and_then(|root| read(&mut reading, &Position::root(&root)));
    Ok(reading.finish(given)?.unwrap_or_default())
}

impl Reading {
    pub(super) fn customer(&mut self, at: &Position<'_>) -> Option<Given<Customer>> {
        const KEYS: [&str; 14] = [
            "name",
            "type",
            "gender",
            "avatar",
            "position",
            "corp_name",
            "corp_full_name",
            "tags",
            "add_way",
            "remark",
            "description",
            "state",
            "external_userid",
            "user_id",
        ];
        if at.word() == Some("unavailable") {
            return Some(Given::Unavailable);
        }
        self.described(at)?;
        if at.get("external_contact").is_some() {
            return self.typed(at, json_of(at.node));
        }
        let keys = self.keys(at, &KEYS)?;
        let mut contact = json!({});
        let mut follow = json!({});
        for key in ["name", "avatar", "position", "corp_name", "corp_full_name", "external_userid"] {
            if let Some(text) = keys.get(key).and_then(|at| self.text(at)) {
                contact[key] = text.into();
            }
        }
        for (key, words) in [("type", TYPES.as_slice()), ("gender", GENDERS.as_slice())] {
            if let Some(number) = keys.get(key).and_then(|at| self.coded(at, words)) {
                contact[key] = number.into();
            }
        }
        for key in ["remark", "description", "state"] {
            if let Some(text) = keys.get(key).and_then(|at| self.text(at)) {
                follow[key] = text.into();
            }
        }
        if let Some(number) = keys.get("add_way").and_then(|at| self.coded(at, &ADD_WAYS)) {
            follow["add_way"] = number.into();
        }
        if let Some(at) = keys.get("tags") {
            let tags = self.texts(at, TAGS_MAX);
            follow["tags"] = tags.iter().map(|tag| self::tag(tag)).collect();
        }
        // Whose contact it is, is known once the event is: `Situation` is asked for the employee's part by userid.
        follow["userid"] =
            keys.get("user_id").and_then(|at| self.text(at)).unwrap_or_else(|| ANY_USER.to_owned()).into();
        self.typed(at, json!({ "external_contact": contact, "follow_user": [follow] }))
    }

    pub(super) fn employee(&mut self, at: &Position<'_>) -> Option<Given<Employee>> {
        const KEYS: [&str; 5] = ["userid", "name", "alias", "department", "departments"];
        if at.word() == Some("unavailable") {
            return Some(Given::Unavailable);
        }
        self.described(at)?;
        let keys = self.keys(at, &KEYS)?;
        let mut employee = json!({});
        for key in ["userid", "name", "alias", "department"] {
            if let Some(text) = keys.get(key).and_then(|at| self.text(at)) {
                employee[key] = text.into();
            }
        }
        if let Some(at) = keys.get("departments") {
            let items = self.items(at, DEPARTMENTS_MAX);
            let ids: Vec<i64> = items.iter().filter_map(|item| self.integer(item)).collect();
            employee["departments"] = ids.into();
        }
        self.typed(at, employee)
    }

    pub(super) fn earlier(&mut self, at: &Position<'_>) -> Option<Given<Earlier>> {
        let by = |by_employee, by_company| Some(Given::Is(Box::new(Earlier { by_employee, by_company })));
        match at.word() {
            Some("none" | "false") => by(false, false),
            Some("employee" | "true") => by(true, true),
            Some("company") => by(false, true),
            Some("unavailable") => Some(Given::Unavailable),
            _ => {
                self.wrong(at, TrialFault::EarlierUnclear);
                None
            }
        }
    }

    /// `None`, with a fault, where no map describes somebody.
    fn described(&mut self, at: &Position<'_>) -> Option<()> {
        if at.is_map() {
            return Some(());
        }
        self.wrong(at, TrialFault::NoPerson);
        None
    }

    fn typed<T: serde::de::DeserializeOwned>(&mut self, at: &Position<'_>, json: Json) -> Option<Given<T>> {
        match serde_json::from_value(json) {
            Ok(typed) => Some(Given::Is(Box::new(typed))),
            Err(error) => {
                self.wrong(at, TrialFault::NoAnswer { error: error.to_string() });
                None
            }
        }
    }
}

/// A tag as `externalcontact/get` lists it: by name where it has a slash.
fn tag(tag: &str) -> Json {
    match tag.split_once('/') {
        Some((group, name)) => json!({ "group_name": group, "tag_name": name, "type": 1 }),
        None => json!({ "tag_id": tag, "type": 1 }),
    }
}
