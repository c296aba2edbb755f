//! What went wrong, grouped by its cause: how often, for how many customers, since when, and which actions to look at.
//!
//! An action is a failure if it ended `failed` or `expired`. The index of those is walked from the newest down, and the few
//! groups that they make are kept here: which rule asked for an action stands in JSON, which the databases read differently.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::Value;

use super::{
    fate::read_rules,
    filter::{ActionFilter, EventFilter, PAGE_MAX, bind_filter, code_of_action, matches_filter},
};
use crate::{
    action::{InBoth, Kind, Kinds, ReasonCode, Status},
    store::{
        Store,
        backend::{Result, on, read_name, row},
    },
};

/// How many failures are looked at, the newest of them: some seconds of reading, and more than a month of a large company's.
const FAILURES_MAX: usize = 100_000;

/// How many actions of a group are named.
const NAMED_MAX: usize = 5;

/// The failures of one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failures {
    /// Why they are not done.
    pub code: ReasonCode,
    /// The kind of action.
    pub kind: Kind,
    /// The app of their events.
    pub app: String,
    /// The rule that asked for them; `None` where the record does not say.
    pub rule: Option<String>,
    /// How many they are.
    pub count: i64,
    /// How many customers are concerned.
    pub customers: usize,
    /// When the first of them ended.
    pub first_at_ms: i64,
    /// When the last of them ended.
    pub last_at_ms: i64,
    /// The newest of them.
    pub action_ids: Vec<i64>,
}

/// Which of the failures, by the rule that asked for the action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AskedBy {
    /// Whichever it was.
    #[default]
    Anyone,
    /// This one.
    Rule(String),
    /// The record does not say which.
    Unknown,
}

impl AskedBy {
    fn is(&self, rule: Option<&str>) -> bool {
        match self {
            Self::Anyone => true,
            Self::Rule(name) => rule == Some(name),
            Self::Unknown => rule.is_none(),
        }
    }
}

/// The same with what it means and what to do, as programs read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedFailures {
    /// The failures.
    #[serde(flatten)]
    pub failures: Failures,
    /// What the code means.
    pub reason: InBoth,
    /// What to do about it.
    pub cure: InBoth,
}

impl From<Failures> for ExplainedFailures {
    fn from(failures: Failures) -> Self {
        Self { reason: failures.code.sentences(), cure: failures.code.cures(), failures }
    }
}

row! {
    struct FailureRow {
        id: i64,
        run: i64,
        kind: String,
        code: Option<String>,
        request: Option<String>,
        settled_at_ms: i64,
        app: String,
        external_user_id: Option<String>,
        event_id: i64,
        latest_run: i64,
        rules: String,
    }
}

const FAILURES: &str = concat!(
    "SELECT a.id, a.run, a.kind, a.code, CASE WHEN a.kind IN ('notify', 'forward') THEN a.request END AS request,
            COALESCE(a.settled_at_ms, a.created_at_ms) AS settled_at_ms,
            e.app, e.external_user_id, e.id AS event_id, e.run AS latest_run, e.rules
     FROM action a JOIN event e ON e.id = a.event_id
     WHERE a.status IN ('expired', 'failed') AND a.id < $1 AND ",
    matches_filter!("e."),
    " AND ($12 IS NULL OR a.kind = $12) AND ($13 IS NULL OR a.status = $13) AND ($14 IS NULL OR $14 = ",
    code_of_action!(),
    ") ORDER BY a.id DESC LIMIT $11"
);

impl Store {
    /// What went wrong, by cause, the most frequent first. The filter's limit says how many actions are looked at.
    pub async fn failures(&self, filter: &ActionFilter) -> Result<Vec<Failures>> {
        Ok(self.failures_in_all(filter).await?.0)
    }

    /// The same, with how many customers are concerned by any of the causes: one may be by several.
    pub async fn failures_in_all(&self, filter: &ActionFilter) -> Result<(Vec<Failures>, usize)> {
        let mut groups = Groups::default();
        let mut page = filter.event.clone();
        let mut left = looked_at(&page);
        while left > 0 {
            let rows = self.failure_rows(filter, &mut page, left).await?;
            if rows.is_empty() {
                break;
            }
            left = left.saturating_sub(rows.len());
            for row in rows {
                groups.add(row)?;
            }
        }
        let customers: HashSet<&String> = groups.0.values().flat_map(|(_, customers)| customers).collect();
        let customers = customers.len();
        Ok((groups.into_list(), customers))
    }

    /// The newest actions, of these kinds, that failed or expired, that a filter finds and that were asked for by this rule, up
    /// to so many. The filter's limit says how many actions are looked at.
    pub async fn failed_ids_by_rule(
        &self,
        filter: &ActionFilter,
        (by, only): (&AskedBy, Kinds),
        most: usize,
    ) -> Result<Vec<i64>> {
        let mut found: Vec<i64> = Vec::new();
        let mut page = filter.event.clone();
        let mut left = looked_at(&page);
        while left > 0 && found.len() < most {
            let rows = self.failure_rows(filter, &mut page, left).await?;
            if rows.is_empty() {
                break;
            }
            left = left.saturating_sub(rows.len());
            for row in rows {
                let kind: Kind = read_name("action", "kind", row.id, &row.kind)?;
                if only.has(kind) && by.is(rule_of(&row, kind)?.as_deref()) {
                    found.push(row.id);
                }
            }
        }
        found.truncate(most);
        Ok(found)
    }

    /// The next page of the failures that a filter finds, of at most so many; the page after it is that which is asked for
    /// next.
    async fn failure_rows(
        &self,
        filter: &ActionFilter,
        page: &mut EventFilter,
        most: usize,
    ) -> Result<Vec<FailureRow>> {
        let limit = u32::try_from(most).unwrap_or(PAGE_MAX).min(PAGE_MAX);
        let mut tx = self.backend().read().await?.for_a_search();
        let rows = on!(tx, "list what went wrong", |c| bind_filter!(
            sqlx::query_as::<_, FailureRow>(FAILURES),
            &*page,
            i64::from(limit)
        )
        .bind(filter.kind.map(Kind::as_str))
        .bind(filter.status.map(Status::as_str))
        .bind(filter.code.map(ReasonCode::as_str))
        .fetch_all(c))?;
        tx.commit().await?;
        if let Some(last) = rows.last() {
            page.before_id = Some(last.id);
        }
        Ok(rows)
    }
}

/// How many failures are looked at.
fn looked_at(page: &EventFilter) -> usize {
    page.limit.map_or(FAILURES_MAX, |limit| usize::try_from(limit).unwrap_or(FAILURES_MAX))
}

/// Code, kind, app and rule.
type Key = (ReasonCode, Kind, String, Option<String>);

/// Each group with its customers.
#[derive(Default)]
struct Groups(HashMap<Key, (Failures, HashSet<String>)>);

impl Groups {
    fn add(&mut self, row: FailureRow) -> Result<()> {
        let kind: Kind = read_name("action", "kind", row.id, &row.kind)?;
        let code = match &row.code {
            Some(code) => read_name("action", "code", row.id, code)?,
            None => ReasonCode::Other,
        };
        let rule = rule_of(&row, kind)?;
        let key = (code, kind, row.app.clone(), rule.clone());
        let (group, customers) = self.0.entry(key).or_insert_with(|| {
            let group = Failures {
                code,
                kind,
                app: row.app,
                rule,
                count: 0,
                customers: 0,
                first_at_ms: row.settled_at_ms,
                last_at_ms: row.settled_at_ms,
                action_ids: Vec::new(),
            };
            (group, HashSet::new())
        });
        group.count += 1;
        group.first_at_ms = group.first_at_ms.min(row.settled_at_ms);
        group.last_at_ms = group.last_at_ms.max(row.settled_at_ms);
        if group.action_ids.len() < NAMED_MAX {
            group.action_ids.push(row.id);
        }
        customers.extend(row.external_user_id);
        Ok(())
    }

    fn into_list(self) -> Vec<Failures> {
        let counted = |(group, customers): (Failures, HashSet<String>)| Failures {
            customers: customers.len(),
            ..group
        };
        let mut list: Vec<Failures> = self.0.into_values().map(counted).collect();
        list.sort_by(|a, b| {
            b.count.cmp(&a.count).then(b.last_at_ms.cmp(&a.last_at_ms)).then(b.action_ids.cmp(&a.action_ids))
        });
        list
    }
}

/// The rule that asked for an action: a report names it, and of the others the first that was used for the kind. An event's
/// rules are those of its latest run.
fn rule_of(row: &FailureRow, kind: Kind) -> Result<Option<String>> {
    if let Some(request) = &row.request {
        let request: Option<Value> = serde_json::from_str(request).ok();
        return Ok(request.and_then(|request| Some(request.get("rule")?.as_str()?.to_owned())));
    }
    if row.run != row.latest_run {
        return Ok(None);
    }
    let rules = read_rules(row.event_id, &row.rules)?;
    Ok(rules.into_iter().find(|rule| rule.used_for.contains(&kind)).map(|rule| rule.name))
}
