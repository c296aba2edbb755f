//! The rules file: from the text that a person edits to rules in which nothing can be wrong any more.
//!
//! Everything is checked in one run and every fault is kept, with its place and how to mend it. Keys that the language
//! does not have are faults: a rule that silently did less than it seems to say would be worse than none. [`reader`]
//! reads single values, [`outside`] what names something that is not in the file; `when` and each action have files of
//! their own.

pub(crate) mod model;
mod forward;
mod notify;
mod remark;
mod tag;
mod welcome;

use std::collections::HashMap;

use crate::action::Trigger;
use crate::rules::{
    document::reader::{Fields, Place, Reader},
    when::calendars::{Calendars, UnknownZones},
};
use crate::rules::{
    document::{
        fault::{Faults, Log, Mark, Note, quoted},
        resources::{FileUse, Resources},
        yaml::{self, Document},
    },
    facts::change::Changes,
    file::model::{Notify, Rule, To},
    text::template::Templates,
    when::{schedule::Zones, share::Experiments},
};
pub(crate) use notify::NOTICE_BYTES_MAX;
pub(crate) use remark::{
    REMARK_COMPANY_CHARACTERS_MAX, REMARK_DESCRIPTION_CHARACTERS_MAX, REMARK_NAME_CHARACTERS_MAX,
};

/// A company with more rules than this has generated them, and can generate fewer.
pub const RULES_MAX: usize = 2_000;

/// At most so many apps in one rule.
const APPS_MAX: usize = 100;
/// Rules are named in tables and log lines.
pub(crate) const NAME_CHARACTERS_MAX: usize = 64;
/// Priorities beyond this are mistakes of typing.
const PRIORITY_MAX: i64 = 1_000_000;

const WITH_CODE: &str = "put it on add_external_contact, add_half_external_contact or msg_audit_approved";
const WITH_CUSTOMER: &str = "put it on an event of a customer, as add_external_contact";

const RULE_KEYS: [&str; 14] = [
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
    "notify",
    "forward",
    "stop",
];

/// A checked document.
pub(crate) struct Checked {
    /// Highest priority first, ties by name.
    pub(crate) rules: Vec<Rule>,
    pub(crate) templates: Templates,
    pub(crate) zones: Zones,
    pub(crate) experiments: Experiments,
    pub(crate) resources: Resources,
    pub(crate) notes: Vec<Note>,
}

pub(crate) fn check(document: &str) -> Result<Checked, Faults> {
    let (rules, reader) = read(document);
    let Reader { mut log, templates, zones, experiments, resources, .. } = reader;
    let notes = log.take_notes();
    log.into_faults()?;
    Ok(Checked { rules, templates, zones, experiments, resources, notes })
}

/// The files that are named in a document, be it right or wrong.
pub(crate) fn files(document: &str) -> Vec<FileUse> {
    read(document).1.resources.files
}

/// Everything that can be read of a document: its rules as they are looked at, and what was gathered besides.
fn read(document: &str) -> (Vec<Rule>, Reader) {
    let mut reader = Reader {
        log: Log::default(),
        templates: Templates::new(),
        zones: Zones::default(),
        experiments: Experiments::default(),
        calendars: Calendars::default(),
        unknown_zones: UnknownZones::default(),
        resources: Resources::default(),
        rule: String::new(),
    };
    let mut rules = match yaml::read(document, &mut reader.log) {
        Some(Document { root, is_whole }) => {
            reader.document(&Place { node: &root, path: String::new() }, is_whole)
        }
        None => Vec::new(),
    };
    reader.resources.sort();
    rules.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.name.cmp(&b.name)));
    (rules, reader)
}

impl Reader {
    /// `is_whole`: nothing is missing that stands in the file.
    fn document(&mut self, place: &Place<'_>, is_whole: bool) -> Vec<Rule> {
        let Some(fields) = self.fields(place, &["rules", "calendars"]) else { return Vec::new() };
        if let Some(place) = fields.get("calendars") {
            self.calendars = self.calendars(&place);
        }
        self.calendars.is_partial |= !is_whole;
        let Some(list) = fields.get("rules") else {
            if is_whole && !fields.holds("rules") {
                let mend = "begin the file with `rules:` and a list of rules; `rules: []` if nobody is to be greeted";
                self.fault(place, "there are no rules", mend);
            }
            return Vec::new();
        };
        let items = self.list(&list, RULES_MAX);
        if items.is_empty() {
            self.log
                .note(list.at(), "there are no rules in it: in force, it greets and tags nobody".to_owned());
        }
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
        let fields = self.fields(place, &RULE_KEYS)?;
        let name = self.name(&fields);
        self.rule.clone_from(&name);
        let above = std::mem::take(&mut self.resources);
        let on = fields.get("on").map_or(Changes::DEFAULT, |place| self.changes(&place));
        let rule = Rule {
            when: self.when(&fields, &name, on),
            on_lookup_failure: self.on_lookup_failure(&fields),
            name,
            enabled: fields.get("enabled").and_then(|place| self.boolean(&place)).unwrap_or(true),
            priority: fields
                .get("priority")
                .and_then(|place| self.integer(&place, -PRIORITY_MAX..=PRIORITY_MAX))
                .unwrap_or(0),
            apps: fields.get("apps").map(|place| self.apps(&place)).unwrap_or_default(),
            on,
            welcome: fields.get("welcome").and_then(|place| self.welcome(&place)),
            tag: fields.get("tag").map(|place| self.tag(&place)).unwrap_or_default(),
            remark: fields.get("remark").map(|place| self.remark(&place)).unwrap_or_default(),
            notify: fields.get("notify").map(|place| self.notices(&place)).unwrap_or_default(),
            forward: fields.get("forward").map(|place| self.forwards(&place)).unwrap_or_default(),
            stop: fields.get("stop").and_then(|place| self.boolean(&place)).unwrap_or(false),
        };
        // A rule that does nothing refers to nothing.
        let own = std::mem::replace(&mut self.resources, above);
        if rule.enabled {
            self.resources.append(own);
        }
        self.possible(&fields, on, &rule.notify);
        Some(rule)
    }

    /// Faults what the rule's changes can never do.
    fn possible(&mut self, fields: &Fields<'_>, on: Changes, notices: &[Notify]) {
        // What stands under `on` was wrong itself.
        if on == Changes::NONE {
            return;
        }
        let code = on.iter().any(|change| change.code);
        let customer = on.iter().any(|change| change.customer);
        if let Some(place) = fields.get("welcome").filter(|_| !code) {
            let what = "can never be sent: no event that the rule is `on` carries a welcome code";
            self.fault(&place, what, WITH_CODE);
        }
        for key in ["tag", "remark"] {
            if let Some(place) = fields.get(key).filter(|_| !customer) {
                let what =
                    "can never be set: no event that the rule is `on` names an employee and a customer";
                self.fault(&place, what, WITH_CUSTOMER);
            }
        }
        if let Some(place) = fields.get("notify") {
            if !customer
                && notices.iter().any(|notice| matches!(notice.to, To::People { employee: true, .. }))
            {
                let what = "can never be sent to `employee`: no event that the rule is `on` names one";
                self.fault(&place, what, "write the userids, as in to: [zhangsan], or a department");
            }
            if !code && notices.iter().any(|notice| notice.on == Trigger::MissedWelcome) {
                let what =
                    "can never tell of a missed welcome: no event that the rule is `on` carries a code";
                self.fault(&place, what, WITH_CODE);
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
        } else if name.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            Some(("has a character in it that cannot be seen", "type the name anew"))
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
                self.resources.apps.push(self.used(item, name.to_owned()));
                Some(name.to_owned())
            })
            .collect()
    }

    fn changes(&mut self, place: &Place<'_>) -> Changes {
        let mut all = Changes::NONE;
        let names = Changes::all_names();
        // Where nothing is alike the short ones are shown: all that could be written is a screenful.
        let short: Vec<&str> = names.iter().copied().filter(|name| !name.contains('/')).collect();
        for item in self.one_or_more(place, names.len()) {
            let Some(name) = self.text(&item) else { continue };
            if let Some(change) = Changes::of(name) {
                all = all.and(change);
            } else {
                let near = self.log.nearest(name, names.iter().copied());
                let mend = near.map_or_else(
                    || self.log.did_you_mean(name, &short),
                    |near| format!("did you mean `{near}`?"),
                );
                self.fault(&item, format!("there is no change {}", quoted(name)), mend);
            }
        }
        all
    }
}
