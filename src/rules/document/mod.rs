//! The rules file: from the text that a person edits to rules in which nothing can be wrong any more.
//!
//! Everything is checked in one run and every fault is kept, with its place and how to mend it. Keys of the language
//! that this version does not serve are refused as such: a rule that silently did less than it says would be worse
//! than none. [`reader`] reads single values; `when` and `welcome` have files of their own.

mod reader;
mod calendars;
mod people;
mod when;
mod welcome;

use std::collections::HashMap;

use super::{
    change::{CHANGES, Changes},
    fault::{Faults, Log, Mark, did_you_mean, quoted},
    model::{Remark, Rule},
    resources::Mentions,
    schedule::Zones,
    share::Experiments,
    template::{Form, Template, Templates},
    yaml,
};
use calendars::Calendars;
use reader::{Fields, Later, Place, Reader};

/// A company with more rules than this has generated them, and can generate fewer.
pub const RULES_MAX: usize = 2_000;

/// At most so many tags in one list. WeCom names no limit for a call; vendors stop at 50 to 100.
const TAGS_MAX: usize = 100;
/// At most so many apps in one rule.
const APPS_MAX: usize = 100;
/// At most so many phone numbers in a remark.
const PHONES_MAX: usize = 20;
/// A phone number with country code and blanks.
const PHONE_CHARACTERS_MAX: usize = 32;
/// Rules are named in tables and log lines.
const NAME_CHARACTERS_MAX: usize = 64;
/// WeCom's ids have at most so many bytes.
const TAG_BYTES_MAX: usize = 64;
/// Priorities beyond this are mistakes of typing.
const PRIORITY_MAX: i64 = 1_000_000;

/// At most so many characters in a remark's name, by WeCom (page 92115).
pub(super) const REMARK_NAME_CHARACTERS_MAX: usize = 20;
/// At most so many characters in a description, by WeCom (page 92115).
pub(super) const REMARK_DESCRIPTION_CHARACTERS_MAX: usize = 150;
/// At most so many characters in a remark's company, by WeCom (page 92115).
pub(super) const REMARK_COMPANY_CHARACTERS_MAX: usize = 20;

const RULE_KEYS: [&str; 12] = [
    "name",
    "enabled",
    "priority",
    "apps",
    "on",
    "when",
    "experiment",
    "on_lookup_failure",
    "welcome",
    "tag",
    "remark",
    "stop",
];

const RULE_KEYS_LATER: [Later; 2] = [
    ("notify", "remove it; `events list` and `actions list` tell what happened"),
    ("forward", "remove it; `events export` gives the record to other systems"),
];

/// A checked document.
pub(super) struct Checked {
    /// Highest priority first, ties by name.
    pub(super) rules: Vec<Rule>,
    pub(super) templates: Templates,
    pub(super) zones: Zones,
    pub(super) experiments: Experiments,
}

pub(super) fn check(document: &str) -> Result<Checked, Faults> {
    let mut reader = Reader {
        log: Log::default(),
        templates: Templates::new(),
        zones: Zones::default(),
        experiments: Experiments::default(),
        calendars: Calendars::default(),
        mentions: Mentions::default(),
    };
    let mut rules = match yaml::read(document, &mut reader.log) {
        Some(root) => reader.document(&Place { node: &root, path: String::new() }),
        None => Vec::new(),
    };
    let Reader { log, templates, zones, experiments, .. } = reader;
    log.into_faults()?;
    rules.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.name.cmp(&b.name)));
    Ok(Checked { rules, templates, zones, experiments })
}

impl Reader {
    fn document(&mut self, place: &Place<'_>) -> Vec<Rule> {
        let Some(fields) = self.fields(place, &["rules", "calendars"], &[]) else { return Vec::new() };
        if let Some(place) = fields.get("calendars") {
            self.calendars = self.calendars(&place);
        }
        let Some(list) = fields.get("rules") else {
            if fields.is_empty() {
                self.fault(place, "there are no rules", "begin the file with `rules:` and a list of rules");
            }
            return Vec::new();
        };
        let items = self.list(&list, RULES_MAX);
        let mut names: HashMap<String, Mark> = HashMap::new();
        let mut rules = Vec::with_capacity(items.len());
        for item in &items {
            let Some(rule) = self.rule(item) else { continue };
            if !rule.name.is_empty() {
                match names.get(&rule.name) {
                    Some(first) => {
                        let what = format!(
                            "another rule, in line {}, has the name {}",
                            first.line,
                            quoted(&rule.name)
                        );
                        self.fault(item, what, "give each rule a name of its own");
                    }
                    None => {
                        names.insert(rule.name.clone(), item.at());
                    }
                }
            }
            rules.push(rule);
        }
        rules
    }

    fn rule(&mut self, place: &Place<'_>) -> Option<Rule> {
        let fields = self.fields(place, &RULE_KEYS, &RULE_KEYS_LATER)?;
        let on = fields.get("on").map_or(Changes::DEFAULT, |place| self.changes(&place));
        let (add, remove) = fields.get("tag").map(|place| self.tags(&place)).unwrap_or_default();
        let name = self.name(&fields);
        let rule = Rule {
            when: self.when(&fields, &name, on),
            on_lookup_failure: self.on_lookup_failure(&fields),
            mentions: std::mem::take(&mut self.mentions),
            name,
            enabled: fields.get("enabled").and_then(|place| self.boolean(&place)).unwrap_or(true),
            priority: fields
                .get("priority")
                .and_then(|place| self.integer(&place, -PRIORITY_MAX..=PRIORITY_MAX))
                .unwrap_or(0),
            apps: fields.get("apps").map(|place| self.apps(&place)).unwrap_or_default(),
            on,
            welcome: fields.get("welcome").and_then(|place| self.welcome(&place)),
            add,
            remove,
            remark: fields.get("remark").map(|place| self.remark(&place)).unwrap_or_default(),
            stop: fields.get("stop").and_then(|place| self.boolean(&place)).unwrap_or(false),
        };
        self.possible(&fields, on);
        Some(rule)
    }

    /// Faults what the rule's changes can never do.
    fn possible(&mut self, fields: &Fields<'_>, on: Changes) {
        // What stands under `on` was wrong itself.
        if on == Changes::NONE {
            return;
        }
        if let Some(place) = fields.get("welcome").filter(|_| !on.iter().any(|change| change.code)) {
            let what = "can never be sent: no event that the rule is `on` carries a welcome code";
            let mend = "put it on add_external_contact, add_half_external_contact or msg_audit_approved";
            self.fault(&place, what, mend);
        }
        for key in ["tag", "remark"] {
            if let Some(place) = fields.get(key).filter(|_| !on.iter().any(|change| change.customer)) {
                let what =
                    "can never be set: no event that the rule is `on` names an employee and a customer";
                self.fault(&place, what, "put it on an event of a customer, as add_external_contact");
            }
        }
    }

    fn name(&mut self, fields: &Fields<'_>) -> String {
        let Some(place) = fields.get("name") else {
            self.fault(
                &fields.place,
                "the rule has no name",
                "add `name: …`; the record tells by it what was done",
            );
            return String::new();
        };
        let Some(name) = self.verbatim(&place) else { return String::new() };
        let wrong = if name.trim().is_empty() {
            Some(("is blank", "write a name"))
        } else if name.trim() != name || name.chars().any(char::is_control) {
            Some((
                "begins or ends with a blank, or goes over several lines",
                "write it on one line without blanks around",
            ))
        } else if name.chars().count() > NAME_CHARACTERS_MAX {
            Some(("has more than 64 characters", "shorten it"))
        } else {
            None
        };
        if let Some((what, mend)) = wrong {
            self.fault(&place, what, mend);
        }
        name.to_owned()
    }

    fn apps(&mut self, place: &Place<'_>) -> Vec<String> {
        let items = self.one_or_more(place, APPS_MAX);
        items
            .iter()
            .filter_map(|item| {
                let name = self.verbatim(item)?;
                if name.trim().is_empty() {
                    self.fault(
                        item,
                        "is blank",
                        "name an app as in the settings; the one from the environment is `default`",
                    );
                }
                Some(name.to_owned())
            })
            .collect()
    }

    fn changes(&mut self, place: &Place<'_>) -> Changes {
        let names: Vec<&str> = CHANGES.iter().map(|change| change.name).collect();
        let mut all = Changes::NONE;
        for item in self.one_or_more(place, names.len()) {
            let Some(name) = self.text(&item) else { continue };
            match Changes::of(name) {
                Some(change) => all = all.and(change),
                None => self.fault(
                    &item,
                    format!("there is no change {}", quoted(name)),
                    did_you_mean(name, &names),
                ),
            }
        }
        all
    }

    fn tags(&mut self, place: &Place<'_>) -> (Vec<String>, Vec<String>) {
        let later = [("create", "remove it; create the tag in the console and use its id")];
        let Some(fields) = self.fields(place, &["add", "remove"], &later) else { return Default::default() };
        if fields.is_empty() {
            self.fault(place, "names no tags", "give it `add` or `remove`, or remove it");
        }
        let add = fields.get("add").map(|place| self.tag_ids(&place, &[])).unwrap_or_default();
        let remove = fields.get("remove").map(|place| self.tag_ids(&place, &add)).unwrap_or_default();
        (add, remove)
    }

    fn tag_ids(&mut self, place: &Place<'_>, against: &[String]) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for item in self.one_or_more(place, TAGS_MAX) {
            let Some(id) = self.verbatim(&item) else { continue };
            let shaped = (id.starts_with("et") || id.starts_with("st"))
                && id.len() <= TAG_BYTES_MAX
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            if id.contains('/') {
                let what = format!("tags by name, as {}, are not supported by this version", quoted(id));
                self.fault(&item, what, "write the tag's id; WeCom's get_corp_tag_list tells them");
            } else if !shaped {
                let mend = "write an id that begins with `et`; WeCom's get_corp_tag_list tells them";
                self.fault(&item, format!("{} is no tag id", quoted(id)), mend);
            } else if against.iter().any(|other| other == id) {
                self.fault(
                    &item,
                    format!("the tag {} is to be added and removed", quoted(id)),
                    "keep one of the two",
                );
            } else if !ids.iter().any(|other| other == id) {
                ids.push(id.to_owned());
            }
        }
        ids
    }

    fn remark(&mut self, place: &Place<'_>) -> Remark {
        let later = [("picture", "remove it")];
        let Some(fields) = self.fields(place, &["name", "description", "company", "phones"], &later) else {
            return Remark::default();
        };
        if fields.is_empty() {
            self.fault(place, "sets nothing", "give it a name, description, company or phones, or remove it");
        }
        Remark {
            name: self.remark_text(&fields, "name", REMARK_NAME_CHARACTERS_MAX),
            description: self.remark_text(&fields, "description", REMARK_DESCRIPTION_CHARACTERS_MAX),
            company: self.remark_text(&fields, "company", REMARK_COMPANY_CHARACTERS_MAX),
            phones: fields.get("phones").map(|place| self.phones(&place)),
        }
    }

    fn remark_text(&mut self, fields: &Fields<'_>, key: &str, max: usize) -> Option<Template> {
        let place = fields.get(key)?;
        let text = self.template(&place, Form::Text)?;
        self.within_characters(&place, &text, max);
        Some(text)
    }

    fn phones(&mut self, place: &Place<'_>) -> Vec<String> {
        let items = self.one_or_more(place, PHONES_MAX);
        items
            .iter()
            .filter_map(|item| {
                let phone = self.verbatim(item)?;
                // A single empty text clears the list, by WeCom's convention.
                let clears = phone.is_empty() && items.len() == 1;
                let shaped = phone.chars().count() <= PHONE_CHARACTERS_MAX
                    && phone.bytes().any(|b| b.is_ascii_digit())
                    && phone.bytes().all(|b| b.is_ascii_digit() || b"+- ()".contains(&b));
                if !clears && !shaped {
                    self.fault(
                        item,
                        format!("{} is no phone number", quoted(phone)),
                        "write digits, as in \"13800000001\"",
                    );
                }
                Some(phone.to_owned())
            })
            .collect()
    }
}
