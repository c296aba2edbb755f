//! What would come of an event, in words: a welcome, tags, a remark, as a trial has them in JSON.

use serde_json::Value;

use super::{
    super::{
        frame::Frame,
        words::{form, names},
    },
    tried::is_nothing,
};
use crate::{
    action::Kind,
    language::Language,
    rules::trial::{ChangedPart, Welcome},
};

/// How much of a part is shown: the start of a text tells which it is.
const PART_CHARS_MAX: usize = 300;

/// What stands between things that are named one after the other.
pub(super) fn between(language: Language) -> &'static str {
    match language {
        Language::Zh => "、",
        Language::En => ", ",
    }
}

/// A part of an outcome that would be different: which, what it was, what it would be.
pub(super) fn part(frame: &Frame, change: &ChangedPart) -> (&'static str, String, String) {
    let kind = match change.part {
        "welcome" => Kind::Welcome,
        "tags" => Kind::Tag,
        "remark" => Kind::Remark,
        "notify" => Kind::Notify,
        _ => Kind::Forward,
    };
    let shown = |value: &Value| {
        if is_nothing(value) {
            return frame.rule_words().nothing.to_owned();
        }
        let text = match kind {
            Kind::Welcome => welcome_value(frame, value),
            Kind::Tag => tags(frame, value),
            _ => plain(frame, value),
        };
        super::super::show::cut(&text, PART_CHARS_MAX)
    };
    let (was, would) = differing(&change.was, &change.would);
    (names::kind(kind, frame.language), shown(&was), shown(&would))
}

/// Two welcomes without the attachments that are the same in both, where their texts differ: they say nothing of the difference
/// and would hide it.
fn differing(was: &Value, would: &Value) -> (Value, Value) {
    let (mut was, mut would) = (was.clone(), would.clone());
    let texts = was["text"].is_string() && would["text"].is_string() && was["text"] != would["text"];
    if texts && was["attachments"] == would["attachments"] {
        for welcome in [&mut was, &mut would] {
            if let Some(fields) = welcome.as_object_mut() {
                fields.remove("attachments");
            }
        }
    }
    (was, would)
}

/// A welcome: its text, and each attachment by its kind.
pub(super) fn welcome(frame: &Frame, welcome: &Welcome) -> String {
    let value = serde_json::json!({ "text": welcome.text, "attachments": welcome.attachments });
    welcome_value(frame, &value)
}

fn welcome_value(frame: &Frame, value: &Value) -> String {
    let text = value["text"].as_str();
    let attachments = value["attachments"].as_array().into_iter().flatten();
    let lines = text.map(str::to_owned).into_iter().chain(attachments.map(|of| attachment(frame, of)));
    let lines: Vec<String> = lines.collect();
    // Where a look-up decided it, the record knows no more than which rule it was.
    if lines.is_empty() { plain(frame, value) } else { lines.join("\n") }
}

/// An attachment: what it is, as the form calls it, and what it says.
fn attachment(frame: &Frame, value: &Value) -> String {
    let fields = value.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.iter().next());
    let Some((kind, Value::Object(fields))) = fields else { return plain(frame, value) };
    let says: Vec<String> =
        fields.values().filter(|value| !value.is_null()).map(|value| plain(frame, value)).collect();
    let (kind, says) = (form::choice("attachment", kind, frame.language), says.join(between(frame.language)));
    match frame.language {
        Language::Zh => format!("{kind}：{says}"),
        Language::En => format!("{kind}: {says}"),
    }
}

/// Tags to be set and taken away.
pub(super) fn tags(frame: &Frame, value: &Value) -> String {
    let list = |key: &str, sign: &str| -> Vec<String> {
        let tags = value[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        tags.map(|tag| format!("{sign}{tag}")).collect()
    };
    let all: Vec<String> = [list("add", "+"), list("remove", "−")].concat();
    if all.is_empty() && !is_nothing(&value["by"]) {
        plain(frame, value)
    } else {
        all.join(between(frame.language))
    }
}

/// Any other value.
pub(super) fn plain(frame: &Frame, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| plain(frame, item)).collect();
            items.join(between(frame.language))
        }
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{key}: {}", plain(frame, value))).collect();
            fields.join("; ")
        }
        other => other.to_string(),
    }
}
