//! What rules refer to that lies at WeCom, held against what is there: tags, employees, departments, settings.
//!
//! The rules themselves are checked without asking anybody; here somebody is asked, with a bounded number of calls and
//! in a bounded time, and nothing is changed. What nobody can know is said to be unknown.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    time::Duration,
};

use serde::Serialize;

use crate::{
    action::outcome::Class,
    known::tags::{TagTree, is_name},
    rules::{Resources, TagRole, TagUse, Use, nearest},
};
use wecom_client::{CallOptions, Client, Error, explain};
use wecom_core::clock::Clock;

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line of the rules, from 1; `None` for what no line is to blame for.
    pub line: Option<usize>,
    /// The column, from 1, in characters, where there is a line.
    pub column: Option<usize>,
    /// The name of the rule that refers to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whether the rules do what they say in spite of it.
    pub gravity: Gravity,
    /// In words that go on after the rule's name.
    pub what: String,
    /// What whoever wrote the rules can do about it.
    pub mend: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        if let Some(rule) = &self.rule {
            write!(f, "rule `{rule}`: ")?;
        }
        write!(f, "{}; {}", self.what, self.mend)
    }
}

/// What can be said of the rules' references without WeCom: variables that are not set (`is_set` says which are), and
/// media ids that are written out.
pub fn look_here(resources: &Resources, is_set: impl Fn(&str) -> bool) -> Vec<Finding> {
    let unset = resources.secrets.iter().filter(|secret| !is_set(&secret.named)).map(|secret| {
        let what = format!("the environment variable `{}` is not set here", secret.named);
        of(secret, Gravity::Missing, what, "set it where `serve` runs, or remove `secret_env`")
    });
    let written = resources.media_ids.iter().map(|id| {
        let what = "a written media_id cannot be checked, and works for three days from its upload";
        of(id, Gravity::Note, what.to_owned(), "name the file instead (`file: …`), which is kept fresh")
    });
    in_order(unset.chain(written).collect())
}

/// At most so many apps are named as what there is to choose from.
const APPS_LISTED_MAX: usize = 5;

/// Apps that rules are for and that the settings at hand do not have: a slip of the pen, as a rule. Another server on the
/// same database may have them, so that it is only worth knowing.
pub fn unknown_apps(resources: &Resources, apps: &[&str]) -> Vec<Finding> {
    let unknown = resources.apps.iter().filter(|app| !apps.contains(&app.named.as_str())).map(|app| {
        let what = format!("the settings here have no app `{}`", app.named);
        let mend = nearest(&app.named, apps.iter().copied()).map_or_else(
            || {
                let listed: Vec<String> =
                    apps.iter().take(APPS_LISTED_MAX).map(|app| format!("`{app}`")).collect();
                let more = if apps.len() > APPS_LISTED_MAX { ", …" } else { "" };
                format!("fine if another server has it; here there are {}{more}", listed.join(", "))
            },
            |near| format!("did you mean `{near}`?"),
        );
        of(app, Gravity::Note, what, &mend)
    });
    in_order(unknown.collect())
}

/// Holds the rules' references against what WeCom answers to these apps, one of each corp, within `budget`.
pub async fn look(resources: &Resources, apps: &[Asked], clock: &Clock, budget: Duration) -> Vec<Finding> {
    let mut findings = Vec::new();
    for app in apps {
        let before = findings.len();
        if resources.notifies && app.agent_id.is_none() {
            let what = format!("rules notify employees, and the app `{}` has no agent_id", app.name);
            findings.push(general(
                Gravity::Missing,
                what,
                "copy the AgentId from the app's page into the settings",
            ));
        }
        let asked = async {
            tags(resources, app, clock, budget, &mut findings).await;
            users(resources, app, &mut findings).await;
            departments(resources, app, &mut findings).await;
        };
        if tokio::time::timeout(budget, asked).await.is_err() {
            let what = format!("WeCom did not tell everything within {} s", budget.as_secs());
            findings.push(general(Gravity::Unknown, what, "try again"));
        }
        // Which app said so matters only where there are several.
        if apps.len() > 1 {
            for finding in &mut findings[before..] {
                finding.what = format!("app `{}`: {}", app.name, finding.what);
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
        Err(error) => return findings.push(unknown("the tags", &error)),
    };
    both_ways(&asked, &ids, findings);
    for tag in asked.into_iter().filter(|tag| !ids.contains_key(&tag.tag)) {
        let (gravity, what, mend) = match (is_name(&tag.tag), tag.create) {
            (true, true) => (
                Gravity::Note,
                format!("there is no tag `{}` yet", tag.tag),
                "it is made when it is first put on",
            ),
            (true, false) => (
                Gravity::Missing,
                format!("there is no tag `{}`", tag.tag),
                "make it in the console, write `create: true` beside it, or mend its name",
            ),
            (false, _) => (
                Gravity::Missing,
                format!("there is no tag with the id `{}`", tag.tag),
                "copy the id again, or write the tag as `Group/Tag`",
            ),
        };
        let (line, column, rule) = (Some(tag.line), Some(tag.column), Some(tag.rule.clone()));
        findings.push(Finding { line, column, rule, gravity, what, mend: mend.to_owned() });
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
        let what = format!(
            "the tag `{}` is to be added and removed: it is `{}`, which line {} adds",
            tag.tag, add.tag, add.line
        );
        let (line, column, rule) = (Some(tag.line), Some(tag.column), Some(tag.rule.clone()));
        let mend = "keep one of the two; until then it is added".to_owned();
        findings.push(Finding { line, column, rule, gravity: Gravity::Missing, what, mend });
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
            Err(error) => return findings.push(unknown("the employees with customer contact", &error)),
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
            let what = format!(
                "more than {USERS_ASKED_MAX} employees have no customer contact; the others were not asked for"
            );
            return findings.push(general(Gravity::Unknown, what, "mend those that are told above"));
        }
        let found = match app.client.directory().user(userid, CallOptions::default()).await {
            Ok(found) => {
                let written = found.userid.as_deref();
                findings.extend(written.and_then(|written| otherwise_written(user, written)));
                let what = format!("the employee `{userid}` has no customer contact in this app's range");
                let mend = "fine for who is only told; else add the employee under 客户联系 → 权限配置 and to the app's 可见范围";
                of(user, Gravity::Note, what, mend)
            }
            Err(error) if error.class() == Class::Refused => {
                let what = format!("there is no employee `{userid}`");
                of(user, Gravity::Missing, what, "copy the 账号 from the directory again")
            }
            Err(error) if error.class() == Class::Configuration => {
                let what = format!("the app may not see the employee `{userid}`");
                of(user, Gravity::Missing, what, "add the employee to the app's 可见范围, or mend the userid")
            }
            Err(error) => Finding {
                line: Some(user.line),
                column: Some(user.column),
                ..unknown(&format!("the employee `{userid}`"), &error)
            },
        };
        findings.push(found);
    }
}

/// That the directory writes a userid otherwise: rules match all the same, and other systems may not.
fn otherwise_written(user: &Use<String>, written: &str) -> Option<Finding> {
    let is_other = user.named != written && user.named.eq_ignore_ascii_case(written);
    is_other.then(|| {
        let what = format!("the directory writes the employee `{}` as `{written}`", user.named);
        of(
            user,
            Gravity::Note,
            what,
            "fine, since userids ignore case; to write it alike helps whoever searches",
        )
    })
}

async fn departments(resources: &Resources, app: &Asked, findings: &mut Vec<Finding>) {
    if resources.departments.is_empty() {
        return;
    }
    // Ids are enough, and every app may have them.
    let ids: HashSet<i64> = match app.client.directory().department_ids(None, CallOptions::default()).await {
        Ok(departments) => departments.iter().filter_map(|department| department.id).collect(),
        Err(error) => return findings.push(unknown("the departments", &error)),
    };
    for department in resources.departments.iter().filter(|department| !ids.contains(&department.named)) {
        let what = format!("there is no department {} in this app's range", department.named);
        let mend = "mend the id, or add the department to the app's 可见范围";
        findings.push(of(department, Gravity::Missing, what, mend));
    }
}

fn of<T>(named: &Use<T>, gravity: Gravity, what: String, mend: &str) -> Finding {
    let (line, column, rule) = (Some(named.line), Some(named.column), Some(named.rule.clone()));
    Finding { line, column, rule, gravity, what, mend: mend.to_owned() }
}

fn general(gravity: Gravity, what: String, mend: &str) -> Finding {
    Finding { line: None, column: None, rule: None, gravity, what, mend: mend.to_owned() }
}

fn unknown(what: &str, error: &Error) -> Finding {
    let mend = error.errcode().and_then(explain).unwrap_or("try again when WeCom can be reached");
    general(Gravity::Unknown, format!("WeCom does not tell {what}: {}", error.message()), mend)
}

/// In the order of the lines; what no line is to blame for comes last.
pub fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.line.unwrap_or(usize::MAX), finding.column));
    findings
}
