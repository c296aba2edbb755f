//! What rules refer to that lies at WeCom, held against what is there: tags, employees, departments, settings.
//!
//! The rules themselves are checked without asking anybody; here somebody is asked, with a bounded number of calls and
//! in a bounded time, and nothing is changed. What nobody can know is said to be unknown.

mod words;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    time::Duration,
};

use serde::Serialize;

use crate::{
    action::outcome::Class,
    known::tags::{TagTree, is_name},
    language::Language,
    rules::{Resources, Said, TagRole, TagUse, Use, Wrong as _, nearest},
};
use wecom_client::{CallOptions, Client, Error, explain};
use wecom_core::clock::Clock;
use words::{Asking, Found};

/// How many employees are asked for one by one, beyond those that are known to have customer contact. A list of more
/// in a rule belongs into a department.
pub const USERS_ASKED_MAX: usize = 50;

/// An app in whose name WeCom is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its name in the settings.
    pub name: String,
    /// Its AgentId, if it is set.
    pub agent_id: Option<i64>,
    /// Calls WeCom in its name.
    pub client: Client,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// The rules will not do what they say.
    Missing,
    /// Nobody knows, as WeCom did not answer.
    Unknown,
    /// Worth knowing, and no fault.
    Note,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line of the rules, from 1; `None` for what no line is to blame for.
    pub line: Option<usize>,
    /// The column, from 1, in characters, where there is a line.
    pub column: Option<usize>,
    /// The name of the rule that refers to it.
    pub rule: Option<String>,
    /// Whether the rules do what they say in spite of it.
    pub gravity: Gravity,
    found: Found,
}

/// A finding as programs read it, in the language of whoever asked.
#[derive(Clone, Debug, Serialize)]
pub struct ShownFinding<'f> {
    pub line: Option<usize>,
    pub column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'f str>,
    pub gravity: Gravity,
    pub code: &'static str,
    /// In words that go on after the rule's name.
    pub what: String,
    /// What whoever wrote the rules can do about it.
    pub mend: String,
}

impl Finding {
    /// It in one line, after its place.
    pub fn to(&self, language: Language) -> String {
        let place = match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{line}:{column}: "),
            _ => String::new(),
        };
        let rule = self.rule.as_ref().map_or_else(String::new, |rule| match language {
            Language::En => format!("rule `{rule}`: "),
            Language::Zh => format!("规则「{rule}」："),
        });
        format!("{place}{rule}{}", self.found.say(language).in_one(language))
    }

    /// It for programs.
    pub fn shown(&self, language: Language) -> ShownFinding<'_> {
        let Said { what, mend } = self.found.say(language);
        let Self { line, column, gravity, ref rule, ref found } = *self;
        ShownFinding { line, column, rule: rule.as_deref(), gravity, code: found.code(), what, mend }
    }
}

/// In English, which is what logs have.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to(Language::En))
    }
}

/// What can be said of the rules' references without WeCom: variables that are not set (`is_set` says which are), and
/// media ids that are written out.
pub fn look_here(resources: &Resources, is_set: impl Fn(&str) -> bool) -> Vec<Finding> {
    let unset = resources
        .secrets
        .iter()
        .filter(|secret| !is_set(&secret.named))
        .map(|secret| of(secret, Gravity::Missing, Found::VariableUnset { name: secret.named.clone() }));
    let written = resources.media_ids.iter().map(|id| of(id, Gravity::Note, Found::MediaIdWritten));
    in_order(unset.chain(written).collect())
}

/// Why nothing would be posted to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressRefused {
    /// It lies inside a private network.
    Private,
    /// It is not encrypted, or no address at all.
    Other,
}

/// The addresses that rules forward to and nothing is ever posted to, as `refused` says of each. `gravity`: how sure it is that
/// those who serve have the same settings.
pub fn refused_addresses(
    resources: &Resources,
    gravity: Gravity,
    refused: impl Fn(&str) -> Option<AddressRefused>,
) -> Vec<Finding> {
    let found = resources.forwards.iter().filter_map(|url| {
        let private = refused(&url.named)? == AddressRefused::Private;
        Some(of(url, gravity, Found::AddressRefused { private }))
    });
    in_order(found.collect())
}

/// At most so many apps are named as what there is to choose from.
const APPS_LISTED_MAX: usize = 5;

/// Apps that rules are for and that the settings at hand do not have: a slip of the pen, as a rule. Another server on the
/// same database may have them, so that it is only worth knowing.
pub fn unknown_apps(resources: &Resources, apps: &[&str]) -> Vec<Finding> {
    let unknown = resources.apps.iter().filter(|app| !apps.contains(&app.named.as_str())).map(|app| {
        let near = nearest(&app.named, apps.iter().copied()).map(str::to_owned);
        let known = apps.iter().take(APPS_LISTED_MAX).map(|&app| app.to_owned()).collect();
        let more = apps.len() > APPS_LISTED_MAX;
        of(app, Gravity::Note, Found::UnknownApp { app: app.named.clone(), near, known, more })
    });
    in_order(unknown.collect())
}

/// Holds the rules' references against what WeCom answers to these apps, one of each corp, within `budget`.
pub async fn look(resources: &Resources, apps: &[Asked], clock: &Clock, budget: Duration) -> Vec<Finding> {
    let mut findings = Vec::new();
    for app in apps {
        let before = findings.len();
        if resources.notifies && app.agent_id.is_none() {
            findings.push(general(Gravity::Missing, Found::NoAgentId { app: app.name.clone() }));
        }
        let asked = async {
            tags(resources, app, clock, budget, &mut findings).await;
            users(resources, app, &mut findings).await;
            departments(resources, app, &mut findings).await;
        };
        if tokio::time::timeout(budget, asked).await.is_err() {
            findings.push(general(Gravity::Unknown, Found::NotInTime { seconds: budget.as_secs() }));
        }
        // Which app said so matters only where there are several.
        if apps.len() > 1 {
            for finding in &mut findings[before..] {
                let found = Box::new(finding.found.clone());
                finding.found = Found::OfApp { app: app.name.clone(), found };
            }
        }
    }
    in_order(findings)
}

async fn tags(
    resources: &Resources,
    app: &Asked,
    clock: &Clock,
    timeout: Duration,
    findings: &mut Vec<Finding>,
) {
    // WeCom lists a rule group's tags (st…) only for the app that made the group.
    let asked: Vec<_> = resources.tags.iter().filter(|tag| !tag.tag.starts_with("st")).collect();
    if asked.is_empty() {
        return;
    }
    let named: Vec<String> = asked.iter().map(|tag| tag.tag.clone()).collect();
    let ids = match TagTree::new(clock.clone()).ids(&app.client, &named, timeout).await {
        Ok(ids) => ids,
        Err(error) => return findings.push(unknown(Asking::Tags, &error)),
    };
    both_ways(&asked, &ids, findings);
    for tag in asked.into_iter().filter(|tag| !ids.contains_key(&tag.tag)) {
        let named = tag.tag.clone();
        let (gravity, found) = match (is_name(&tag.tag), tag.create) {
            (true, true) => (Gravity::Note, Found::NoTag { tag: named, created: true }),
            (true, false) => (Gravity::Missing, Found::NoTag { tag: named, created: false }),
            (false, _) => (Gravity::Missing, Found::NoTagId { id: named }),
        };
        findings.push(of_tag(tag, gravity, found));
    }
}

/// Finds tags that one rule both puts on and takes off, once by name and once by id: only WeCom knows that they are one.
fn both_ways(asked: &[&TagUse], ids: &HashMap<String, String>, findings: &mut Vec<Finding>) {
    let added: HashMap<(&str, &str), &TagUse> = asked
        .iter()
        .filter(|tag| tag.role == TagRole::Add)
        .filter_map(|tag| Some(((tag.rule.as_str(), ids.get(&tag.tag)?.as_str()), *tag)))
        .collect();
    for tag in asked.iter().filter(|tag| tag.role == TagRole::Remove) {
        let Some(id) = ids.get(&tag.tag) else { continue };
        let Some(add) = added.get(&(tag.rule.as_str(), id.as_str())) else { continue };
        let found = Found::BothWays { tag: tag.tag.clone(), added: add.tag.clone(), line: add.line };
        findings.push(of_tag(tag, Gravity::Missing, found));
    }
}

async fn users(resources: &Resources, app: &Asked, findings: &mut Vec<Finding>) {
    if resources.users.is_empty() {
        return;
    }
    // Userids are compared without case.
    let with_customers: HashMap<String, String> =
        match app.client.external().get_follow_user_list(CallOptions::default()).await {
            Ok(userids) => userids.into_iter().map(|userid| (userid.to_ascii_lowercase(), userid)).collect(),
            Err(error) => return findings.push(unknown(Asking::Employees, &error)),
        };
    let mut asked = HashSet::new();
    for user in &resources.users {
        let userid = &user.named;
        if let Some(written) = with_customers.get(&userid.to_ascii_lowercase()) {
            findings.extend(otherwise_written(user, written));
            continue;
        }
        if !asked.insert(userid.to_ascii_lowercase()) {
            continue;
        }
        if asked.len() > USERS_ASKED_MAX {
            let found = Found::ManyWithoutCustomers { max: USERS_ASKED_MAX };
            return findings.push(general(Gravity::Unknown, found));
        }
        let found = match app.client.directory().user(userid, CallOptions::default()).await {
            Ok(found) => {
                let written = found.userid.as_deref();
                findings.extend(written.and_then(|written| otherwise_written(user, written)));
                of(user, Gravity::Note, Found::NoCustomerContact { userid: userid.clone() })
            }
            Err(error) if error.class() == Class::Refused => {
                of(user, Gravity::Missing, Found::NoEmployee { userid: userid.clone() })
            }
            Err(error) if error.class() == Class::Configuration => {
                of(user, Gravity::Missing, Found::EmployeeOutOfRange { userid: userid.clone() })
            }
            Err(error) => Finding {
                line: Some(user.line),
                column: Some(user.column),
                ..unknown(Asking::Employee(userid.clone()), &error)
            },
        };
        findings.push(found);
    }
}

/// That the directory writes a userid otherwise: rules match all the same, and other systems may not.
fn otherwise_written(user: &Use<String>, written: &str) -> Option<Finding> {
    let is_other = user.named != written && user.named.eq_ignore_ascii_case(written);
    is_other.then(|| {
        let (named, written) = (user.named.clone(), written.to_owned());
        of(user, Gravity::Note, Found::OtherwiseWritten { named, written })
    })
}

async fn departments(resources: &Resources, app: &Asked, findings: &mut Vec<Finding>) {
    if resources.departments.is_empty() {
        return;
    }
    // Ids are enough, and every app may have them.
    let ids: HashSet<i64> = match app.client.directory().department_ids(None, CallOptions::default()).await {
        Ok(departments) => departments.iter().filter_map(|department| department.id).collect(),
        Err(error) => return findings.push(unknown(Asking::Departments, &error)),
    };
    for department in resources.departments.iter().filter(|department| !ids.contains(&department.named)) {
        findings.push(of(department, Gravity::Missing, Found::NoDepartment { id: department.named }));
    }
}

fn of<T>(named: &Use<T>, gravity: Gravity, found: Found) -> Finding {
    let (line, column, rule) = (Some(named.line), Some(named.column), Some(named.rule.clone()));
    Finding { line, column, rule, gravity, found }
}

fn of_tag(tag: &TagUse, gravity: Gravity, found: Found) -> Finding {
    let (line, column, rule) = (Some(tag.line), Some(tag.column), Some(tag.rule.clone()));
    Finding { line, column, rule, gravity, found }
}

fn general(gravity: Gravity, found: Found) -> Finding {
    Finding { line: None, column: None, rule: None, gravity, found }
}

fn unknown(of: Asking, error: &Error) -> Finding {
    let errcode = error.errcode();
    let explained = errcode.and_then(explain);
    general(Gravity::Unknown, Found::NotTold { of, message: error.message(), errcode, explained })
}

/// In the order of the lines; what no line is to blame for comes last.
pub fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.line.unwrap_or(usize::MAX), finding.column));
    findings
}
