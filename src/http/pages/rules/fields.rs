//! The controls of a rule's form: what each is called, what it has, and what is wrong with it.

use super::super::{
    frame::Frame,
    views::{Control, EntryField, EntryView, FieldView, GroupView, Option3},
    words::{form, rules::SayRules},
};
use crate::{
    language::Language,
    rules::{
        Fault,
        form::{
            RuleForm,
            entries::{ATTACHMENTS, Entry, RECEIVERS},
            fields::{FIELDS, Field, FieldKind},
        },
    },
};

/// The parts of the form, each with its fields; those that are mostly left alone are folded until they say something.
const GROUPS: [(&str, &[&str], bool); 7] = [
    ("basics", &["enabled", "priority"], false),
    ("who", &["state", "user", "returning"], false),
    ("time", &["days", "hours", "dates", "calendar", "not_calendar", "time_zone"], false),
    (
        "more-who",
        &[
            "department",
            "add_way",
            "tagged",
            "customer_type",
            "customer_gender",
            "customer_name",
            "customer_corp",
            "welcome_code",
            "share",
            "experiment",
            "apps",
            "on_lookup_failure",
            "stop",
        ],
        true,
    ),
    ("tags", &["add", "remove", "create"], false),
    ("remark", &["remark", "remark_company", "remark_description", "remark_phones"], false),
    ("fallback", &["fallback"], true),
];

/// What is wrong with the fields of a form, by their ids.
#[derive(Debug, Default)]
pub(super) struct WrongFields(Vec<(String, String)>);

impl WrongFields {
    /// With these as well.
    pub(super) fn and(mut self, others: &[(String, String)]) -> Self {
        self.0.extend_from_slice(others);
        self
    }

    /// Everything that is wrong with one; empty where nothing is.
    pub(super) fn of(&self, id: &str) -> String {
        let all = self.0.iter().filter(|(of, _)| of == id).map(|(_, what)| what.as_str());
        all.collect::<Vec<_>>().join("\n")
    }
}

/// The faults of a rule, at the fields that they are about.
pub(super) fn wrong(frame: &Frame, name: &str, form: &RuleForm, faults: &[Fault]) -> WrongFields {
    let language = frame.language;
    let between = if language == Language::Zh { "；" } else { "; " };
    let of_rule = faults.iter().filter(|fault| fault.rule == name);
    let at_fields = of_rule.filter_map(|fault| {
        let (_, path) = fault.path.split_once("].")?;
        let field = field_of(path, form)?;
        Some((field, format!("{}{between}{}", fault.what(language), fault.mend(language))))
    });
    WrongFields(at_fields.collect())
}

/// The id of the field that a path of a rule leads to.
fn field_of(path: &str, form: &RuleForm) -> Option<String> {
    if path == "name" {
        return Some("name".to_owned());
    }
    if let Some(rest) = path.strip_prefix("welcome.attachments") {
        let Some((at, rest)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            return Some("attachments".to_owned());
        };
        let entry = form.attachments.as_ref()?.get(at.parse::<usize>().ok()?)?;
        let (_, fields) = ATTACHMENTS.iter().find(|(kind, _)| *kind == entry.kind)?;
        let inner = rest.strip_prefix(&format!(".{}.", entry.kind)).unwrap_or_default();
        let found = fields.iter().find(|(_, path, _)| path.join(".") == inner);
        let field = found.or(fields.first()).map(|(name, ..)| *name)?;
        return Some(format!("a-{at}-{field}"));
    }
    if let Some(rest) = path.strip_prefix("notify") {
        let (at, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((at, rest)) => (at, rest),
            None => ("0", rest),
        };
        let field = if rest.starts_with(".text") {
            "text"
        } else if rest.starts_with(".on") {
            "on"
        } else {
            "who"
        };
        return Some(format!("n-{at}-{field}"));
    }
    let leads = |field: &&Field| {
        let keys = field.path.join(".");
        path.strip_prefix(&keys).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
    };
    // A fault of a whole part stands at its first field.
    let within =
        |field: &&Field| field.path.join(".").strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    FIELDS.iter().find(leads).or_else(|| FIELDS.iter().find(within)).map(|field| field.name.to_owned())
}

/// The parts of the form, without the welcome's text and the lists.
pub(super) fn controls(
    frame: &Frame,
    document: &str,
    form: &RuleForm,
    wrong: &WrongFields,
) -> Vec<GroupView> {
    let language = frame.language;
    let view = |name: &&str| {
        let field = FIELDS.iter().find(|field| field.name == *name).filter(|_| form.shows(name))?;
        let (label, hint) = form::field(field.name, language);
        let value = form.get(field.name).to_owned();
        let control = match field.kind {
            FieldKind::Text => Control::Text,
            FieldKind::Lines | FieldKind::Patterns | FieldKind::Numbers => Control::Lines,
            FieldKind::Line | FieldKind::Number => Control::Line,
            FieldKind::Flag(default) => Control::Switch { sent_when_off: !default, on: value == "true" },
            FieldKind::Choice(words) => Control::Choice(options(frame, field.name, words, &value)),
            FieldKind::Days => Control::Boxes(boxes(frame, "days", form::DAYS, &value)),
            FieldKind::AddWays => Control::Boxes(boxes(frame, "add_way", form::ADD_WAYS, &value)),
        };
        let picks_tags = matches!(*name, "add" | "remove" | "tagged");
        Some(FieldView {
            id: field.name,
            label,
            hint,
            control,
            value,
            wrong: wrong.of(field.name),
            picks_tags,
        })
    };
    let calendars = RuleForm::calendars(document);
    let groups = GROUPS.iter().map(|(name, fields, folded)| {
        let is_there = |name: &&&str| {
            !["calendar", "not_calendar"].contains(name)
                || !calendars.is_empty()
                || !form.get(name).is_empty()
        };
        let fields: Vec<FieldView> = fields.iter().filter(is_there).filter_map(view).collect();
        let says_something = fields.iter().any(|field| !field.value.is_empty() || !field.wrong.is_empty());
        let (title, lead) = form::group(name, language);
        GroupView { id: name, title, lead, folded: *folded, open: says_something, fields }
    });
    groups.collect()
}

fn options(frame: &Frame, field: &str, words: &[&'static str], value: &str) -> Vec<Option3> {
    let all = [""].into_iter().chain(words.iter().copied());
    all.map(|word| (word, form::choice(field, word, frame.language), word == value)).collect()
}

fn boxes(
    frame: &Frame,
    group: &str,
    words: &'static [(&'static str, &'static str, &'static str)],
    value: &str,
) -> Vec<(String, &'static str, bool)> {
    let label = |zh: &'static str, en: &'static str| if frame.language == Language::Zh { zh } else { en };
    let ticked = |word: &str| value.split(',').any(|of| of == word);
    words.iter().map(|(word, zh, en)| (format!("{group}-{word}"), label(zh, en), ticked(word))).collect()
}

/// The attachments or the notices; `None` where the form does not show them.
pub(super) fn entries_view(
    frame: &Frame,
    form: &RuleForm,
    wrong: &WrongFields,
    attachments: bool,
) -> Option<Vec<EntryView>> {
    let all = if attachments { form.attachments.as_ref() } else { form.notices.as_ref() }?;
    let prefix = if attachments { "a" } else { "n" };
    let count = all.len();
    let view = |(number, entry): (usize, &Entry)| {
        let id = |name: &str| format!("{prefix}-{number}-{name}");
        let fields: &[&'static str] = if attachments {
            match entry.kind.as_str() {
                "image" => &["file", "pic_url", "media_id"],
                "link" => &["title", "url", "description", "picture_url"],
                "miniprogram" => &["title", "app_id", "page", "file", "media_id"],
                "video" | "file" => &["file", "media_id"],
                _ => &[],
            }
        } else if entry.kind.is_empty() {
            &[]
        } else {
            &["who", "on", "text"]
        };
        let field = |name: &&'static str| {
            let (label, hint) = form::entry_field(name, frame.language);
            let control = match *name {
                "description" | "text" => Control::Text,
                "who" => Control::Lines,
                "on" => Control::Choice(options(frame, "on", &["missed_welcome", "failed"], entry.get("on"))),
                _ => Control::Line,
            };
            let accept = match (*name, entry.kind.as_str()) {
                ("file", "image" | "miniprogram") => "image/png,image/jpeg",
                ("file", "video") => "video/mp4",
                ("file", "file") => "*/*",
                _ => "",
            };
            let upload = if accept.is_empty() || !attachments { String::new() } else { id("upload") };
            EntryField {
                upload,
                accept,
                id: id(name),
                label,
                hint,
                control,
                value: entry.get(name).to_owned(),
                wrong: wrong.of(&id(name)),
            }
        };
        let receivers = if attachments || entry.kind.is_empty() {
            Vec::new()
        } else {
            let all = RECEIVERS.into_iter();
            all.map(|kind| (kind, form::choice("to", kind, frame.language), kind == entry.kind)).collect()
        };
        EntryView {
            number,
            shown: number + 1,
            id: format!("{prefix}-{number}"),
            at: entry.at.map(|at| at.to_string()).unwrap_or_default(),
            title: if attachments { form::choice("attachment", &entry.kind, frame.language) } else { "" },
            kind: entry.kind.clone(),
            receivers,
            fields: fields.iter().map(field).collect(),
            is_first: number == 0,
            is_last: number + 1 == count,
        }
    };
    Some(all.iter().enumerate().map(view).collect())
}

pub(super) fn placeholders(frame: &Frame) -> Vec<(&'static str, &'static str, String)> {
    let r = frame.rule_words();
    let name = match frame.language {
        Language::Zh => "{{ customer.name | default('朋友') }}",
        Language::En => "{{ customer.name | default('there') }}",
    };
    let all =
        [(r.customer_name, name), (r.employee_name, "{{ employee.name }}"), (r.channel, "{{ event.state }}")];
    all.into_iter()
        .map(|(label, text)| (label, text, frame.say_rules(SayRules::Insert { what: label })))
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("welcome.text", "welcome")]
    #[case("welcome", "welcome")]
    #[case("when.schedule.hours[1]", "hours")]
    #[case("when.schedule", "days")]
    #[case("when.state[0]", "state")]
    #[case("tag.add[2]", "add")]
    #[case("remark.name", "remark")]
    #[case("welcome.attachments[1].link.url", "a-1-url")]
    #[case("welcome.attachments[0].image", "a-0-file")]
    #[case("welcome.attachments", "attachments")]
    #[case("notify[0].to.department", "n-0-who")]
    #[case("notify.text", "n-0-text")]
    fn a_fault_stands_at_its_field(#[case] path: &str, #[case] expected: &str) {
        let document = "rules:\n  - name: b\n    welcome: { text: a, attachments: [{ image: { media_id: M } }, { link: { title: a, url: b } }] }\n    notify: { to: employee, text: a }\n";
        let form = RuleForm::of(document, "b").unwrap();
        assert_eq!(field_of(path, &form).as_deref(), Some(expected));
    }

    #[test]
    fn every_field_has_a_place_and_a_name_in_both_languages() {
        for field in &FIELDS {
            let placed = GROUPS.iter().any(|(_, fields, _)| fields.contains(&field.name));
            assert!(placed || field.name == "welcome", "{}", field.name);
            for language in [Language::Zh, Language::En] {
                assert!(!form::field(field.name, language).0.is_empty(), "{}", field.name);
            }
        }
        for (name, ..) in &GROUPS {
            assert!(!form::group(name, Language::Zh).0.is_empty(), "{name}");
        }
    }
}
