//! Actions as people read them: newest first in a list, or those of one event, with every call that was made for them.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::filter::{ActionFilter, PAGE_DEFAULT, PAGE_MAX, bind_filter, code_of_action, matches_filter};
use crate::{
    action::{Kind, ReasonCode, Status},
    store::{
        Store,
        backend::{Multirow, ROWS_MAX, Result, Tx, on, padded, read_name, row},
        record::settle::AttemptRecord,
    },
};

/// One action with its attempts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionRecord {
    /// The action's id.
    pub id: i64,
    /// The event it belongs to.
    pub event_id: i64,
    /// The app of that event.
    pub app: String,
    /// The employee's userid.
    pub user_id: Option<String>,
    /// The customer's external_userid.
    pub external_user_id: Option<String>,
    /// The kind of action.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// Until when it is worth anything; only a welcome has one.
    pub deadline_ms: Option<i64>,
    /// Why it is not `done`; or in which way it was done, where that is worth knowing.
    pub reason: Option<String>,
    /// The same for programs.
    pub code: Option<ReasonCode>,
    /// The body of the call, without the welcome code.
    pub request: Option<Value>,
    /// Which plan of the event it is from: 0 the first, more are replays.
    pub run: i64,
    /// When it is tried next, where it will be.
    pub due_ms: Option<i64>,
    /// When it was planned.
    pub created_at_ms: i64,
    /// When it ended.
    pub settled_at_ms: Option<i64>,
    /// The calls that were made, in order.
    pub attempts: Vec<AttemptRecord>,
}

macro_rules! columns {
    () => {
        "SELECT a.id, a.event_id, e.app, e.user_id, e.external_user_id, a.kind, a.status, a.deadline_ms, a.reason, a.code,
                a.request, a.run, a.due_ms, a.created_at_ms, a.settled_at_ms "
    };
}

impl Store {
    /// Actions with their attempts, newest first.
    pub async fn actions(&self, filter: &ActionFilter) -> Result<Vec<ActionRecord>> {
        let limit = filter.event.limit.unwrap_or(PAGE_DEFAULT).min(PAGE_MAX);
        let text = match (filter.event.customer.is_some(), filter.status) {
            (true, _) => ACTIONS_BY_CUSTOMER,
            (false, Some(Status::Pending | Status::Running)) => ACTIONS_UNFINISHED,
            (false, Some(Status::Expired | Status::Failed)) => ACTIONS_NOT_DONE,
            (false, _) => ACTIONS,
        };
        let mut tx = self.backend().read().await?.for_a_search();
        let rows = on!(tx, "list actions", |c| bind_filter!(
            sqlx::query_as::<_, ActionRow>(text),
            &filter.event,
            i64::from(limit)
        )
        .bind(filter.kind.map(Kind::as_str))
        .bind(filter.status.map(Status::as_str))
        .bind(filter.code.map(ReasonCode::as_str))
        .fetch_all(c))?;
        let actions = with_attempts(&mut tx, rows).await?;
        tx.commit().await?;
        Ok(actions)
    }
}

impl Store {
    /// These actions with their attempts, the newest first. Those that are not there are left out.
    pub async fn actions_by_ids(&self, ids: &[i64]) -> Result<Vec<ActionRecord>> {
        let mut tx = self.backend().read().await?;
        let mut rows: Vec<ActionRow> = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(ROWS_MAX) {
            let (text, places) = BY_IDS.text(&tx, chunk.len());
            rows.extend(on!(tx, "read actions", |c| {
                let mut select = sqlx::query_as::<_, ActionRow>(text);
                for id in padded(chunk, places) {
                    select = select.bind(id.copied());
                }
                select.fetch_all(c)
            })?);
        }
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        let actions = with_attempts(&mut tx, rows).await?;
        tx.commit().await?;
        Ok(actions)
    }
}

static BY_IDS: Multirow = Multirow::new(
    &["id"],
    concat!(columns!(), "FROM v JOIN action a ON a.id = v.id JOIN event e ON e.id = a.event_id"),
);

/// The actions of one event, run by run.
pub(in crate::store) async fn of_event(tx: &mut Tx, event_id: i64) -> Result<Vec<ActionRecord>> {
    let rows = on!(tx, "read an event's actions", |c| sqlx::query_as::<_, ActionRow>(OF_EVENT)
        .bind(event_id)
        .bind(i64::from(PAGE_MAX))
        .fetch_all(c))?;
    with_attempts(tx, rows).await
}

macro_rules! select_actions {
    ($which:literal, $rest:expr) => {
        concat!(columns!(), "FROM action a JOIN event e ON e.id = a.event_id WHERE ", $which, " ", $rest)
    };
}

macro_rules! list_actions {
    ($which:literal) => {
        select_actions!(
            $which,
            concat!(
                " AND a.id < $1 AND ",
                matches_filter!("e."),
                " AND ($12 IS NULL OR a.kind = $12) AND ($13 IS NULL OR a.status = $13) AND ($14 IS NULL OR $14 = ",
                code_of_action!(),
                ") ORDER BY a.id DESC LIMIT $11"
            )
        )
    };
}

const OF_EVENT: &str = select_actions!("a.event_id = $1", "ORDER BY a.run, a.id LIMIT $2");
const ACTIONS: &str = list_actions!("TRUE");
/// By the index of what is unfinished, which is short. Asked for plainly SQLite would walk all actions from the newest down,
/// and to the oldest where few are unfinished.
pub(super) const ACTIONS_UNFINISHED: &str =
    list_actions!("a.id IN (SELECT id FROM action WHERE status IN ('pending', 'running'))");
const ACTIONS_NOT_DONE: &str = list_actions!("a.status IN ('expired', 'failed')");
const ACTIONS_BY_CUSTOMER: &str =
    list_actions!("a.event_id IN (SELECT id FROM event WHERE external_user_id = $6)");

row! {
    struct ActionRow {
        id: i64,
        event_id: i64,
        app: String,
        user_id: Option<String>,
        external_user_id: Option<String>,
        kind: String,
        status: String,
        deadline_ms: Option<i64>,
        reason: Option<String>,
        code: Option<String>,
        request: Option<String>,
        run: i64,
        due_ms: i64,
        created_at_ms: i64,
        settled_at_ms: Option<i64>,
    }
}

static ATTEMPTS: Multirow = Multirow::new(
    &["id"],
    "SELECT t.action_id, t.at_ms, t.took_ms, t.errcode, t.errmsg, t.lost
     FROM v JOIN attempt t ON t.action_id = v.id ORDER BY t.action_id, t.number",
);

row! {
    struct AttemptRow {
        action_id: i64,
        ..attempt: AttemptRecord,
    }
}

async fn with_attempts(tx: &mut Tx, rows: Vec<ActionRow>) -> Result<Vec<ActionRecord>> {
    let mut attempts: HashMap<i64, Vec<AttemptRecord>> = HashMap::new();
    for chunk in rows.chunks(ROWS_MAX) {
        let (text, places) = ATTEMPTS.text(tx, chunk.len());
        let found = on!(tx, "read attempts", |c| {
            let mut select = sqlx::query_as::<_, AttemptRow>(text);
            for row in padded(chunk, places) {
                select = select.bind(row.map(|row| row.id));
            }
            select.fetch_all(c)
        })?;
        for AttemptRow { action_id, attempt } in found {
            attempts.entry(action_id).or_default().push(attempt);
        }
    }
    rows.into_iter().map(|row| row.record(&mut attempts)).collect()
}

impl ActionRow {
    fn record(self, attempts: &mut HashMap<i64, Vec<AttemptRecord>>) -> Result<ActionRecord> {
        let kind: Kind = read_name("action", "kind", self.id, &self.kind)?;
        let status: Status = read_name("action", "status", self.id, &self.status)?;
        Ok(ActionRecord {
            id: self.id,
            event_id: self.event_id,
            app: self.app,
            user_id: self.user_id,
            external_user_id: self.external_user_id,
            kind,
            status,
            deadline_ms: self.deadline_ms,
            code: match self.code {
                Some(code) => Some(read_name("action", "code", self.id, &code)?),
                None => without_a_code(status, self.reason.as_deref()),
            },
            reason: self.reason.or_else(|| waits_for(kind, status).map(str::to_owned)),
            // A request is JSON that this program wrote. Should it be none, it is shown as the text that it is.
            request: self.request.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))),
            run: self.run,
            due_ms: self.settled_at_ms.is_none().then_some(self.due_ms),
            created_at_ms: self.created_at_ms,
            settled_at_ms: self.settled_at_ms,
            attempts: attempts.remove(&self.id).unwrap_or_default(),
        })
    }
}

/// The code of an action that was recorded without one: it waits, is under way, or a process of a version before the codes
/// recorded its end beside this one.
fn without_a_code(status: Status, reason: Option<&str>) -> Option<ReasonCode> {
    match status {
        Status::Pending => Some(ReasonCode::Waiting),
        Status::Running => Some(ReasonCode::UnderWay),
        Status::Done if reason.is_none() => None,
        Status::Done | Status::Expired | Status::Failed | Status::Skipped => Some(ReasonCode::Other),
    }
}

/// Why an action that has no reason of its own is not done.
fn waits_for(kind: Kind, status: Status) -> Option<&'static str> {
    match status {
        Status::Pending => Some("waits for its turn"),
        // A process holds it, and makes no more calls at once than the receiver takes.
        Status::Running if kind.is_report() => {
            Some("is being performed, or waits for its place behind others")
        }
        Status::Running => Some("is being performed"),
        _ => None,
    }
}
