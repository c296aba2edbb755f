//! The people of a case as they are written: a customer as WeCom's answer or in a few words, an employee, and who has
//! added the customer before.

use serde_json::{Value as Json, json};

use crate::rules::{
    Customer, Earlier, Employee,
    document::fault::Faults,
    facts::add_way::ADD_WAYS,
    trial::{
        case::{Given, unescaped},
        read::{Reading, Spot, json_of},
    },
};

/// As many tags as WeCom lists of a customer, and then some.
const TAGS_MAX: usize = 500;
/// As many departments as a path through a tree has, many times over.
const DEPARTMENTS_MAX: usize = 500;

/// The values of `type` in the rules' language and WeCom's numbers for them (page 92114).
const TYPES: [(&str, i64); 2] = [("wechat", 1), ("wecom", 2)];
/// The values of `gender`.
const GENDERS: [(&str, i64); 3] = [("unknown", 0), ("male", 1), ("female", 2)];
/// Stands for the event's employee in a customer that is given in short.
pub(super) const ANY_USER: &str = "*";

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
    read: impl FnOnce(&mut Reading, &Spot<'_>) -> Option<Given<T>>,
) -> Result<Given<T>, Faults> {
    let mut reading = Reading::default();
    if text.trim().is_empty() {
        return Err(Faults::one("there is nothing in it", "write { name: … }, or unavailable"));
    }
    let text = unescaped(text);
    let given = reading.tree(&text).and_then(|root| read(&mut reading, &Spot::root(&root)));
    Ok(reading.finish(given)?.unwrap_or_default())
}

impl Reading {
    pub(super) fn customer(&mut self, spot: &Spot<'_>) -> Option<Given<Customer>> {
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
        if spot.word() == Some("unavailable") {
            return Some(Given::Unavailable);
        }
        self.described(spot)?;
        if spot.get("external_contact").is_some() {
            return self.typed(spot, json_of(spot.node));
        }
        let keys = self.keys(spot, &KEYS)?;
        let mut contact = json!({});
        let mut follow = json!({});
        for key in ["name", "avatar", "position", "corp_name", "corp_full_name", "external_userid"] {
            if let Some(text) = keys.get(key).and_then(|spot| self.text(spot)) {
                contact[key] = text.into();
            }
        }
        for (key, words) in [("type", TYPES.as_slice()), ("gender", GENDERS.as_slice())] {
            if let Some(number) = keys.get(key).and_then(|spot| self.coded(spot, words)) {
                contact[key] = number.into();
            }
        }
        for key in ["remark", "description", "state"] {
            if let Some(text) = keys.get(key).and_then(|spot| self.text(spot)) {
                follow[key] = text.into();
            }
        }
        if let Some(number) = keys.get("add_way").and_then(|spot| self.coded(spot, &ADD_WAYS)) {
            follow["add_way"] = number.into();
        }
        if let Some(spot) = keys.get("tags") {
            let tags = self.texts(spot, TAGS_MAX);
            follow["tags"] = tags.iter().map(|tag| self::tag(tag)).collect();
        }
        // Whose contact it is, is known once the event is: `Case` is asked for the employee's part by userid.
        follow["userid"] = keys
            .get("user_id")
            .and_then(|spot| self.text(spot))
            .unwrap_or_else(|| ANY_USER.to_owned())
            .into();
        self.typed(spot, json!({ "external_contact": contact, "follow_user": [follow] }))
    }

    pub(super) fn employee(&mut self, spot: &Spot<'_>) -> Option<Given<Employee>> {
        const KEYS: [&str; 5] = ["userid", "name", "alias", "department", "departments"];
        if spot.word() == Some("unavailable") {
            return Some(Given::Unavailable);
        }
        self.described(spot)?;
        let keys = self.keys(spot, &KEYS)?;
        let mut employee = json!({});
        for key in ["userid", "name", "alias", "department"] {
            if let Some(text) = keys.get(key).and_then(|spot| self.text(spot)) {
                employee[key] = text.into();
            }
        }
        if let Some(spot) = keys.get("departments") {
            let items = self.items(spot, DEPARTMENTS_MAX);
            let ids: Vec<i64> = items.iter().filter_map(|item| self.integer(item)).collect();
            employee["departments"] = ids.into();
        }
        self.typed(spot, employee)
    }

    pub(super) fn earlier(&mut self, spot: &Spot<'_>) -> Option<Given<Earlier>> {
        let by = |by_employee, by_company| Some(Given::Is(Box::new(Earlier { by_employee, by_company })));
        match spot.word() {
            Some("none" | "false") => by(false, false),
            Some("employee" | "true") => by(true, true),
            Some("company") => by(false, true),
            Some("unavailable") => Some(Given::Unavailable),
            _ => {
                self.fault(
                    spot,
                    "does not say who has added the customer before",
                    "write none, employee (this one), company (another employee), or unavailable",
                );
                None
            }
        }
    }

    /// `None`: nobody is described here, and that has been told.
    fn described(&mut self, spot: &Spot<'_>) -> Option<()> {
        if spot.is_map() {
            return Some(());
        }
        self.fault(spot, "is neither a map of keys nor `unavailable`", "write { name: … }, or unavailable");
        None
    }

    fn typed<T: serde::de::DeserializeOwned>(&mut self, spot: &Spot<'_>, json: Json) -> Option<Given<T>> {
        match serde_json::from_value(json) {
            Ok(typed) => Some(Given::Is(Box::new(typed))),
            Err(error) => {
                self.fault(
                    spot,
                    format!("does not have the form of WeCom's answer: {error}"),
                    "mend that value",
                );
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
