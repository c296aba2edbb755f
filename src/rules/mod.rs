//! Rules: who is greeted with what, tagged and remarked how. Written by people in operations, checked as a whole
//! before anything is stored, compiled once, and then a pure function from facts to a plan.
//!
//! [`Ruleset::compile`] reads the document ([`document`](self) → `yaml`, `reader`, `model`) and either gives every
//! [`Fault`] in it or a rule set in which nothing can be wrong any more. [`Ruleset::needs`] says what must be looked
//! up before the welcome can be written, [`Ruleset::plan`] what is to be done, [`Ruleset::verdicts`] why.
//!
//! Guarantees: same facts and same rule set, same plan. No document makes the check panic, hang or grow. A value, a
//! nickname say, is never read as a template. What is planned is within WeCom's limits.
//!
//! Nothing here reads a clock, waits, or knows of a database. The language is told in docs/RULES.md.

mod facts;
mod document;
mod text;
mod when;
mod file;
mod plan;
pub mod trial;

use serde::Serialize;

pub(crate) use document::fault::nearest;
pub use document::{
    fault::{FAULTS_MAX, Fault, Faults, Note, decoded},
    resources::{FileKind, FileUse, Media, Resources, TagRole, TagUse, Use},
    yaml::DOCUMENT_BYTES_MAX,
};
pub use facts::{
    customer::{Customer, ExternalContact, FollowTag, FollowUser},
    employee::{Earlier, Employee},
};
pub use file::RULES_MAX;
pub use plan::verdict::Verdict;
pub use when::share::percentile;

use crate::{
    action::{self, Plan},
    event::Event,
};
use file::model::Rule;
use text::template::Templates;
use when::{condition::Unasked, schedule::Zones, share::Experiments};

/// A compiled rules file; immutable, and shared by whoever plans.
#[derive(Debug)]
pub struct Ruleset {
    version: i64,
    document: String,
    /// Highest priority first, ties by name.
    rules: Vec<Rule>,
    templates: Templates,
    zones: Zones,
    experiments: Experiments,
    resources: Resources,
    notes: Vec<Note>,
}

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The app whose callback it came to, by the settings' name.
    pub app: &'a str,
    /// The corp.
    pub corp_id: &'a str,
    /// The event.
    pub event: &'a Event,
    /// When it happened, in Unix milliseconds: what schedules are held against.
    pub happened_at_ms: i64,
    /// When we first received it, in Unix milliseconds: the welcome's deadline is counted from the earlier of this
    /// and WeCom's own time.
    pub first_received_ms: i64,
    /// Now, in Unix milliseconds: what a text means by `now`.
    pub now_ms: i64,
    /// What is known of the customer.
    pub customer: Known<'a, Customer>,
    /// What is known of the employee.
    pub employee: Known<'a, Employee>,
    /// What the record says of this customer's earlier adds.
    pub earlier: Known<'a, Earlier>,
    /// The media ids of the files that rules name.
    pub media: &'a Media,
}

impl Facts<'_> {
    /// Whether the event carries a code, without which nobody can be welcomed.
    fn has_welcome_code(&self) -> bool {
        self.event.welcome_code().is_some_and(|code| !code.is_empty())
    }

    /// The same as if nobody had asked for what is not known, or not wholly: it can be asked for again.
    fn reopened(&self, half_known: Needs) -> Self {
        Self {
            customer: self.customer.reopened(half_known.customer),
            employee: self.employee.reopened(half_known.employee),
            earlier: self.earlier.reopened(half_known.earlier),
            ..*self
        }
    }
}

/// What is known of somebody or something that has to be looked up.
#[derive(Debug)]
pub enum Known<'a, T> {
    /// Nobody has asked, because [`Needs`] did not say so.
    NotAsked,
    /// The answer.
    Is(&'a T),
    /// No answer came in time, or the question was refused.
    Unavailable,
}

impl<T> Clone for Known<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Known<'_, T> {}

impl<'a, T> Known<'a, T> {
    /// The answer, where there is one.
    pub fn get(self) -> Option<&'a T> {
        if let Self::Is(answer) = self { Some(answer) } else { None }
    }

    /// Whether it could still be asked for.
    pub fn is_open(self) -> bool {
        matches!(self, Self::NotAsked)
    }

    fn reopened(self, is_half: bool) -> Self {
        if is_half || matches!(self, Self::Unavailable) { Self::NotAsked } else { self }
    }
}

/// What has to be looked up before something can be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The customer, by `externalcontact/get`.
    pub customer: bool,
    /// The employee, by `user/get`, with the tree of departments.
    pub employee: bool,
    /// Earlier adds of the customer, in the record.
    pub earlier: bool,
}

impl Needs {
    /// Whether nothing is needed.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// What either needs.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            customer: self.customer || other.customer,
            employee: self.employee || other.employee,
            earlier: self.earlier || other.earlier,
        }
    }

    /// The look-ups by name, as the record and [`Verdict::lookups`] have them.
    pub fn names(self) -> Vec<&'static str> {
        let all = [(self.customer, "customer"), (self.employee, "employee"), (self.earlier, "earlier")];
        all.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, name)| name).collect()
    }
}

/// A rule as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleSummary {
    /// Its name.
    pub name: String,
    /// Its priority.
    pub priority: i64,
    /// Whether it is looked at.
    pub enabled: bool,
    /// The ChangeTypes it is on.
    pub on: Vec<&'static str>,
    /// The apps it is for; empty for all.
    pub apps: Vec<String>,
    /// What it does, in a few words.
    pub does: String,
}

/// Why a remark could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemarkError {
    /// Every field came out empty, and an empty field would wipe what the employee has written.
    #[error("there is nothing to set: what the remark asks for is not known of this customer")]
    Nothing,
    /// The text is none. It was checked when the rules were imported, so the record must have been changed since.
    #[error("the remark `{text}` cannot be filled in: {why}")]
    Text {
        /// As it stands in the record.
        text: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Ruleset {
    /// Checks and compiles a document (YAML or JSON); `version` is what the record will name. On failure every fault
    /// in it, the first [`FAULTS_MAX`] in full.
    pub fn compile(document: &str, version: i64) -> Result<Self, Faults> {
        let file::Checked { rules, templates, zones, experiments, resources, notes } = file::check(document)?;
        let document = document.to_owned();
        Ok(Self { version, document, rules, templates, zones, experiments, resources, notes })
    }

    /// No rules at all, as before the first import: version 0, nothing matches.
    pub fn empty() -> Self {
        Self {
            version: 0,
            document: String::new(),
            rules: Vec::new(),
            templates: Templates::new(),
            zones: Zones::default(),
            experiments: Experiments::default(),
            resources: Resources::default(),
            notes: Vec::new(),
        }
    }

    /// The version it was compiled as.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The document as it was written, comments and all.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// What the check takes and has something to say of, in the order of the lines: placeholders of other products, which
    /// are read as ours, and pictures at addresses that WeCom may refuse.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The rules in the order in which they are looked at.
    pub fn rules(&self) -> impl Iterator<Item = RuleSummary> {
        self.rules.iter().map(|rule| RuleSummary {
            name: rule.name.clone(),
            priority: rule.priority,
            enabled: rule.enabled,
            on: rule.on.names(),
            apps: rule.apps.clone(),
            does: rule.does(),
        })
    }

    /// What must be looked up before this event's welcome can be chosen and written, beyond what is known already
    /// (ask again with what was found: one answer may open the next question). Nothing, where there is none to write:
    /// what only tags, remarks and notices depend on never delays a welcome.
    pub fn needs(&self, facts: &Facts<'_>) -> Needs {
        if facts.has_welcome_code() { self.needs_of_welcome(facts) } else { Needs::default() }
    }

    /// What is to be done about an event. An action that is not possible is in the plan as skipped, with the reason;
    /// a change that no rule is on gives an empty plan. Where look-ups have not been made on which it depends whether
    /// a rule matches, the welcome is planned without that rule, and [`crate::action::Decide`] in place of the rest.
    pub fn plan(&self, facts: &Facts<'_>) -> Plan {
        plan::plan(self, facts)
    }

    /// The same where look-ups failed that the welcome had no time to repeat: it is planned without them, and everything
    /// else as if nobody had asked yet, also for what is `half_known`: found, and with something missing in it. A tag is
    /// not lost for an answer that comes a moment later.
    pub fn plan_without(&self, facts: &Facts<'_>, half_known: Needs) -> Plan {
        plan::plan_without(self, facts, half_known)
    }

    /// Why nobody is greeted although a rule greets and the event has its code: the text came out blank, or nothing of
    /// the welcome has been uploaded. The plan has those told who are to hear of a missed welcome.
    pub fn missed_welcome(&self, facts: &Facts<'_>) -> Option<String> {
        plan::missed_welcome(self, facts)
    }

    /// What must be looked up before the rules that a plan left open ([`crate::action::Decide`]) can be decided; with
    /// `missed`, those as well that tell of a missed welcome.
    pub fn needs_of_rest(&self, facts: &Facts<'_>, missed: Option<&str>) -> Needs {
        let open = self.select(facts, Unasked::Open).open;
        let of_notices = || self.open_for_notices(facts, action::Trigger::MissedWelcome);
        if missed.is_some() { open.and(of_notices()) } else { open }
    }

    /// The plan without its welcome, with nothing left open: a condition on what is not known by now is unknown.
    /// `missed` is why the welcome is a missed one, where it is ([`crate::action::Decide::missed`]).
    pub fn rest(&self, facts: &Facts<'_>, missed: Option<&str>) -> Plan {
        plan::rest(self, facts, missed)
    }

    /// What must be looked up before [`Ruleset::notices`] can tell whose rules match; nothing where nobody is told.
    pub fn needs_of_notices(&self, facts: &Facts<'_>, on: action::Trigger) -> Needs {
        self.open_for_notices(facts, on)
    }

    /// Whom the matching rules tell when an action of the event has ended badly: the welcome as
    /// [`Trigger::MissedWelcome`](action::Trigger::MissedWelcome), any other as
    /// [`Trigger::Failed`](action::Trigger::Failed). Only [`action::Notify`] actions, with `reason` filled in. A condition
    /// on what is not known by now is unknown.
    pub fn notices(&self, facts: &Facts<'_>, on: action::Trigger, reason: &str) -> Plan {
        plan::notices(self, facts, on, reason)
    }

    /// What the rules refer to that lies outside of the file: files to upload, tags, employees, departments.
    /// Rules that are not enabled refer to nothing.
    pub fn resources(&self) -> Resources {
        self.resources.clone()
    }

    /// For each rule, in the order in which they are looked at, whether it matches this event or why it does not.
    pub fn verdicts(&self, facts: &Facts<'_>) -> Vec<Verdict> {
        plan::verdict::verdicts(self, facts)
    }
}

/// The files that a document names, whether it is right or not, as far as they can be read in it: so that what is wrong
/// with them is told together with the rest.
pub fn files_of(document: &str) -> Vec<FileUse> {
    file::files(document)
}

/// Fills a remark's texts in, which were kept as templates until the customer was known, and cuts them to what WeCom
/// takes (20, 150 and 20 characters). A remark that is filled in already comes back as it is.
///
/// Without a known customer what was asked of them is left out; a field of which nothing remains is not set.
pub fn render_remark(remark: &action::Remark, facts: &Facts<'_>) -> Result<action::Remark, RemarkError> {
    plan::fill::remark(remark, facts)
}

/// Fills a notice's text in, which was kept as a template until what it asks for was known, and cuts it to what WeCom
/// takes (2048 bytes). A notice that is filled in already comes back as it is.
///
/// What is not known is left out; a notice of which nothing remains says its rule's name.
pub fn render_notice(notice: &action::Notify, facts: &Facts<'_>) -> action::Notify {
    plan::fill::notice(notice, facts)
}

/// What must be looked up before a remark can be filled in; nothing where it is already.
pub fn needs_of_remark(remark: &action::Remark) -> Needs {
    plan::fill::needs_of_remark(remark)
}

/// What must be looked up before a notice can be filled in; nothing where it is already.
pub fn needs_of_notice(notice: &action::Notify) -> Needs {
    plan::fill::needs_of_notice(notice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_set_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Ruleset>();
    }

    #[test]
    fn a_customers_name_is_not_in_debug_output() {
        let mut customer = Customer::default();
        customer.external_contact.name = Some("小周".to_owned());
        customer.follow_user.push(FollowUser { remark: Some("周总".to_owned()), ..FollowUser::default() });
        let shown = format!("{:?}", Known::Is(&customer));
        assert!(!shown.contains('周'), "{shown}");
    }
}
