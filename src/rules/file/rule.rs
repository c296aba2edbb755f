//! One rule: its keys, and whether its changes allow what it does.

use super::{
    limits::RULE_NAME_CHARACTERS_MAX,
    model::{Notify, Rule, To},
    reader::RulesReader,
    words::{FileFault, Impossible},
};
use crate::action::Trigger;
use crate::rules::{
    document::{
        edit::RULE_KEYS,
        reader::{Fields, Position},
        typed::Of,
        wrong::Quoted,
    },
    facts::change::{ALL, Change, Changes, FAMILIES},
};
use wecom_core::event::customer;

/// At most so many apps in one rule.
const APPS_MAX: usize = 100;
/// A priority beyond this is a slip of typing.
const PRIORITY_MAX: i64 = 1_000_000;

impl RulesReader {
    pub(super) fn rule(&mut self, at: &Position<'_>) -> Option<Rule> {
        self.reader.log.of_rule(at.get("name").and_then(|name| name.word()).unwrap_or_default());
        let fields = self.reader.fields(at, &RULE_KEYS)?;
        let name = self.name(&fields);
        self.reader.rule.clone_from(&name);
        let above = std::mem::take(&mut self.reader.resources);
        let does = ["welcome", "tag", "remark"].into_iter().any(|key| fields.holds(key));
        let on = fields.get("on").map_or(Changes::DEFAULT, |at| self.changes(&at, does));
        let (dated, rule_at) = (self.shared.dated.len(), at.mark());
        let rule = Rule {
            at: rule_at,
            when: self.conditions().when(&fields, &name, on),
            on_lookup_failure: self.conditions().on_lookup_failure(&fields),
            name,
            enabled: fields.get("enabled").and_then(|at| self.reader.boolean(&at)).unwrap_or(true),
            priority: fields
                .get("priority")
                .and_then(|at| self.reader.integer(&at, -PRIORITY_MAX..=PRIORITY_MAX))
                .unwrap_or(0),
            apps: fields.get("apps").map(|at| self.apps(&at)).unwrap_or_default(),
            on,
            welcome: fields.get("welcome").and_then(|at| self.welcome(&at)),
            tag: fields.get("tag").map(|at| self.tag(&at)).unwrap_or_default(),
            remark: fields.get("remark").map(|at| self.remark(&at)).unwrap_or_default(),
            notify: fields.get("notify").map(|at| self.notices(&at)).unwrap_or_default(),
            forward: fields.get("forward").map(|at| self.forwards(&at)).unwrap_or_default(),
            stop: fields.get("stop").and_then(|at| self.reader.boolean(&at)).unwrap_or(false),
        };
        // A rule that is not enabled refers to nothing: nobody need upload its files.
        let own = std::mem::replace(&mut self.reader.resources, above);
        if rule.enabled {
            self.reader.resources.append(own);
        } else {
            self.shared.dated.truncate(dated);
        }
        self.possible(&fields, on, &rule.notify);
        Some(rule)
    }

    /// Adds faults for actions that none of the rule's changes allows.
    fn possible(&mut self, fields: &Fields<'_>, on: Changes, notices: &[Notify]) {
        // Where `on` has a fault itself, nobody knows which changes were meant.
        if on == Changes::NONE {
            return;
        }
        let code = on.iter().any(|change| change.code);
        let customer = on.iter().any(Change::names_both);
        let employee = on.iter().any(|change| change.employee);
        if let Some(at) = fields.get("welcome").filter(|_| !code) {
            self.reader.fault(&at, FileFault::Impossible(Impossible::Welcome));
        }
        for key in ["tag", "remark"] {
            if let Some(at) = fields.get(key).filter(|_| !customer) {
                self.reader.fault(&at, FileFault::Impossible(Impossible::Mark));
            }
        }
        if let Some(at) = fields.get("notify") {
            if !employee
                && notices.iter().any(|notice| matches!(notice.to, To::People { employee: true, .. }))
            {
                self.reader.fault(&at, FileFault::Impossible(Impossible::NotifyEmployee));
            }
            if !code && notices.iter().any(|notice| notice.on == Trigger::MissedWelcome) {
                self.reader.fault(&at, FileFault::Impossible(Impossible::NotifyMissed));
            }
        }
    }

    fn name(&mut self, fields: &Fields<'_>) -> String {
        let Some(at) = fields.get("name") else {
            self.reader.fault(&fields.at, FileFault::NameMissing);
            return String::new();
        };
        let Some(name) = self.reader.verbatim(&at) else { return String::new() };
        let fault = if name.trim().is_empty() {
            Some(FileFault::NameBlank)
        } else if name.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            Some(FileFault::NameUnseen)
        } else if name.trim() != name || name.chars().any(char::is_control) {
            Some(FileFault::NameNotOneLine)
        } else if name.chars().count() > RULE_NAME_CHARACTERS_MAX {
            Some(FileFault::NameTooLong { max: RULE_NAME_CHARACTERS_MAX })
        } else {
            None
        };
        if let Some(fault) = fault {
            self.reader.fault(&at, fault);
        }
        name.to_owned()
    }

    fn apps(&mut self, at: &Position<'_>) -> Vec<String> {
        let items = self.reader.one_or_more(at, APPS_MAX);
        items
            .iter()
            .filter_map(|item| {
                let name = self.reader.verbatim(item)?;
                if name.trim().is_empty() {
                    self.reader.fault(item, FileFault::AppBlank);
                }
                self.reader.note_odd(item, name, Of::App);
                let used = self.reader.used(item, name.to_owned());
                self.reader.resources.apps.push(used);
                Some(name.to_owned())
            })
            .collect()
    }

    /// `does`: the rule does something to the customer, which whoever names a whole event has hardly meant for all of its
    /// changes.
    fn changes(&mut self, at: &Position<'_>, does: bool) -> Changes {
        let mut all = Changes::NONE;
        for item in self.reader.one_or_more(at, Changes::all_names().len()) {
            let Some(name) = self.reader.text(&item) else { continue };
            match Changes::of(name) {
                Some(change) if does && (name == ALL || FAMILIES.contains(&name)) => {
                    let of = if name == ALL { customer::EVENT } else { name };
                    let changes = Changes::of_family(of);
                    let fault = FileFault::WholeEvent { event: Quoted::of(name), changes };
                    if !self.reader.refuses_form(&item, fault) {
                        all = all.and(change);
                    }
                }
                Some(change) => all = all.and(change),
                None => {
                    // Which was meant takes a while to find, and nobody reads it where faults are only counted.
                    let meant = (!self.reader.log.is_full()).then(|| Changes::mend(name));
                    self.reader.malformed(&item, FileFault::NoChange { change: Quoted::of(name), meant });
                }
            }
        }
        all
    }
}
