//! The phone beside a rule's form: the welcome as it would be planned for a customer of a name that is typed.

use serde_json::{Map, Value, json};

use super::super::{
    frame::Frame,
    show::{self, Pictures},
    views::{Phone, PreviewView},
};
use crate::{
    action::{Action, PlannedAction},
    rules::{
        Media, Ruleset,
        form::{
            RuleForm,
            entries::{ATTACHMENTS, Entry},
        },
        trial,
    },
};

/// The longest name of a customer in the preview.
const CUSTOMER_CHARS_MAX: usize = 64;

/// The event of the preview: an add, with a channel and a code.
const ADD: &str = "{ change: add_external_contact, state: spring }";

/// The phone with what stands in a form, or why there is none.
pub(super) fn shown(
    frame: &Frame,
    document: &str,
    form: &RuleForm,
    customer: &str,
    pictures: &Pictures,
) -> PreviewView {
    let welcome = welcome(document, form);
    match phone(frame, &welcome, customer, pictures) {
        Ok(phone) => PreviewView { phone: Some(phone), why_not: String::new() },
        // An attachment that is only half typed must not hide the rest.
        Err(why_not) => {
            PreviewView { phone: phone(frame, &sound(&welcome), customer, pictures).ok(), why_not }
        }
    }
}

/// The welcome as the rule would have it.
fn welcome(document: &str, form: &RuleForm) -> Value {
    let file = trial::to_json(document).unwrap_or_default();
    let rules = file["rules"].as_array().into_iter().flatten();
    let rule = rules.into_iter().find(|rule| rule["name"].as_str() == Some(&form.name));
    let mut welcome = Map::new();
    for (key, field) in [("text", "welcome"), ("fallback", "fallback")] {
        if !form.get(field).is_empty() {
            welcome.insert(key.to_owned(), form.get(field).into());
        }
    }
    let written = rule.map(|rule| &rule["welcome"]["attachments"]);
    let attachments: Vec<Value> = match &form.attachments {
        None => written.and_then(Value::as_array).cloned().unwrap_or_default(),
        Some(all) => all.iter().map(|entry| attachment(entry, written)).collect(),
    };
    if !attachments.is_empty() {
        welcome.insert("attachments".to_owned(), attachments.into());
    }
    Value::Object(welcome)
}

fn attachment(entry: &Entry, written: Option<&Value>) -> Value {
    let Some((kind, fields)) = ATTACHMENTS.iter().find(|(kind, _)| *kind == entry.kind) else {
        return entry.at.and_then(|at| written?.get(at)).cloned().unwrap_or_default();
    };
    let mut inner = Map::new();
    for (name, path, required) in *fields {
        let value = entry.get(name);
        if value.is_empty() && !required {
            continue;
        }
        match path {
            [outer, key] => drop(inner.insert((*outer).to_owned(), json!({ *key: value }))),
            [key] => drop(inner.insert((*key).to_owned(), value.into())),
            _ => {}
        }
    }
    json!({ *kind: inner })
}

/// The welcome without the attachments that have a fault.
fn sound(welcome: &Value) -> Value {
    let mut sound = welcome.clone();
    if let Some(attachments) = sound["attachments"].as_array_mut() {
        attachments.retain(|one| compiled(&json!({ "text": "-", "attachments": [one] })).is_ok());
    }
    if sound["attachments"].as_array().is_none_or(Vec::is_empty) {
        sound.as_object_mut().and_then(|welcome| welcome.remove("attachments"));
    }
    sound
}

/// A rule that always matches, with this welcome: what the phone shows is the welcome, whoever it is for.
fn compiled(welcome: &Value) -> Result<Ruleset, crate::rules::Faults> {
    Ruleset::compile(&json!({ "rules": [{ "name": "preview", "welcome": welcome }] }).to_string(), 0)
}

fn phone(frame: &Frame, welcome: &Value, customer: &str, pictures: &Pictures) -> Result<Phone, String> {
    let (r, language) = (frame.rule_words(), frame.language);
    let none = || r.no_preview.to_owned();
    if welcome.as_object().is_none_or(Map::is_empty) {
        return Err(none());
    }
    let ruleset = compiled(welcome).map_err(|faults| {
        let fault = faults.faults.first();
        fault.map_or_else(none, |fault| format!("{} {}", fault.what(language), fault.mend(language)))
    })?;
    let customer = Some(customer).filter(|name| !name.is_empty()).unwrap_or(r.preview_example);
    let customer: String = customer.chars().take(CUSTOMER_CHARS_MAX).collect();
    let employee = frame.say(super::super::words::say::Say::Employee);
    let mut case = trial::payload(ADD).map_err(|_| none())?;
    let known = trial::customer(&json!({ "name": customer }).to_string()).map_err(|_| none())?;
    case = case.with_customer(known);
    case.employee = trial::employee(&json!({ "name": employee }).to_string()).map_err(|_| none())?;
    let media = Media::as_written();
    let plan = ruleset.plan(&case.facts(&media));
    let planned = plan.actions.iter().find_map(|planned| match planned {
        PlannedAction::Perform { action: Action::Welcome(welcome), .. } => Some(welcome),
        _ => None,
    });
    let welcome = planned.ok_or_else(none)?;
    Ok(show::chat(frame, welcome, Some(&employee), (r.preview, true), pictures))
}
