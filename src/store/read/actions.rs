//! What people read of actions: newest first or of one event, with every call that was made for them.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use sqlx::FromRow;

use super::events::{EventFilter, PAGE_DEFAULT, PAGE_MAX};
use crate::{
    action::{Kind, Status},
    store::{
        Store,
        backend::{Multirow, ROWS_MAX, Result, Tx, fact, on, padded},
    },
};

/// Which actions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionFilter {
    /// Of which kind.
    pub kind: Option<Kind>,
    /// In which status.
    pub status: Option<Status>,
    /// Of which events. Its `before_id` and `limit` count actions.
    pub event: EventFilter,
}

/// One action with its attempts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionRecord {
    /// Its id.
    pub id: i64,
    /// The event it belongs to.
    pub event_id: i64,
    /// The app of that event.
    pub app: String,
    /// The employee.
    pub user_id: Option<String>,
    /// The customer.
    pub external_user_id: Option<String>,
    /// `welcome`, `decide`, `tag`, `remark`, `notify` or `forward`.
    pub kind: String,
    /// `pending`, `running`, `done`, `expired`, `failed` or `skipped`.
    pub status: String,
    /// Until when it is worth anything.
    pub deadline_ms: Option<i64>,
    /// Why it is not `done`, or how it was done where that is worth telling.
    pub reason: Option<String>,
    /// The body of the call, without the welcome code.
    pub request: Option<Value>,
    /// Which plan of the event it is from: 0 the first, more are replays.
    pub run: i64,
    /// When it is tried next, where it will be.
    pub due_ms: Option<i64>,
    /// When it was planned.
    pub created_at_ms: i64,
    /// When it came to its end.
    pub settled_at_ms: Option<i64>,
    /// The calls that were made, in order.
    pub attempts: Vec<AttemptLine>,
}

/// One call that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttemptLine {
    /// When it began.
    pub at_ms: i64,
    /// How long it took.
    pub took_ms: i64,
    /// WeCom's errcode, where an answer came.
    pub errcode: Option<i64>,
    /// WeCom's errmsg, or what went wrong.
    pub errmsg: String,
    /// Whether it may have had its effect although no answer came.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lost: bool,
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
        let mut tx = self.backend().read().await?;
        let rows = on!(tx, "list actions", |c| {
            let event = &filter.event;
            sqlx::query_as::<_, ActionRow>(text)
                .bind(event.before_id.unwrap_or(i64::MAX))
                .bind(event.app.as_deref().map(fact))
                .bind(event.event.as_deref().map(fact))
                .bind(event.change.as_deref().map(fact))
                .bind(event.user.as_deref().map(fact))
                .bind(event.customer.as_deref().map(fact))
                .bind(event.state.as_deref().map(fact))
                .bind(event.status.as_deref())
                .bind(event.since_ms)
                .bind(event.until_ms)
                .bind(i64::from(limit))
                .bind(filter.kind.map(Kind::as_str))
                .bind(filter.status.map(Status::as_str))
                .fetch_all(c)
        })?;
        let actions = with_attempts(&mut tx, rows).await?;
        tx.commit().await?;
        Ok(actions)
    }
}

/// The actions of one event, run by run.
pub(in crate::store) async fn of_event(tx: &mut Tx, event_id: i64) -> Result<Vec<ActionRecord>> {
    let rows = on!(tx, "read an event's actions", |c| sqlx::query_as::<_, ActionRow>(OF_EVENT)
        .bind(event_id)
        .bind(i64::from(PAGE_MAX))
        .fetch_all(c))?;
    with_attempts(tx, rows).await
}

macro_rules! select_actions {
    ($which:literal, $order:literal) => {
        concat!(
            "SELECT a.id, a.event_id, e.app, e.user_id, e.external_user_id, a.kind, a.status, a.deadline_ms, a.reason,
                    a.request, a.run, a.due_ms, a.created_at_ms, a.settled_at_ms
             FROM action a JOIN event e ON e.id = a.event_id WHERE ",
            $which,
            " ",
            $order
        )
    };
}

macro_rules! list_actions {
    ($which:literal) => {
        select_actions!(
            $which,
            " AND a.id < $1
              AND ($2 IS NULL OR e.app = $2) AND ($3 IS NULL OR e.event = $3) AND ($4 IS NULL OR e.change = $4)
              AND ($5 IS NULL OR e.user_id = $5) AND ($6 IS NULL OR e.external_user_id = $6)
              AND ($7 IS NULL OR COALESCE(e.state, '') = $7) AND ($8 IS NULL OR e.status = $8)
              AND ($9 IS NULL OR e.received_at_ms >= $9) AND ($10 IS NULL OR e.received_at_ms < $10)
              AND ($12 IS NULL OR a.kind = $12) AND ($13 IS NULL OR a.status = $13)
             ORDER BY a.id DESC LIMIT $11"
        )
    };
}

const OF_EVENT: &str = select_actions!("a.event_id = $1", "ORDER BY a.run, a.id LIMIT $2");
const ACTIONS: &str = list_actions!("TRUE");
const ACTIONS_UNFINISHED: &str = list_actions!("a.status IN ('pending', 'running')");
const ACTIONS_NOT_DONE: &str = list_actions!("a.status IN ('expired', 'failed')");
/// The index by customer holds an event once it is planned, and an event that is not has no actions but those of the
/// runs before a replay that is being planned.
const ACTIONS_BY_CUSTOMER: &str = list_actions!(
    "a.event_id IN (SELECT id FROM event WHERE external_user_id = $6 AND status <> 'received'
                    UNION ALL SELECT id FROM event WHERE external_user_id = $6 AND status = 'received')"
);

#[derive(FromRow)]
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
    request: Option<String>,
    run: i64,
    due_ms: i64,
    created_at_ms: i64,
    settled_at_ms: Option<i64>,
}

static ATTEMPTS: Multirow = Multirow::new(
    &["id"],
    "SELECT t.action_id, t.at_ms, t.took_ms, t.errcode, t.errmsg, t.lost
     FROM v JOIN attempt t ON t.action_id = v.id ORDER BY t.action_id, t.number",
);

#[derive(FromRow)]
struct AttemptRow {
    action_id: i64,
    at_ms: i64,
    took_ms: i64,
    errcode: Option<i64>,
    errmsg: String,
    lost: bool,
}

async fn with_attempts(tx: &mut Tx, rows: Vec<ActionRow>) -> Result<Vec<ActionRecord>> {
    let mut attempts: HashMap<i64, Vec<AttemptLine>> = HashMap::new();
    for chunk in rows.chunks(ROWS_MAX) {
        let (text, places) = ATTEMPTS.text(tx, chunk.len());
        let lines = on!(tx, "read attempts", |c| {
            let mut select = sqlx::query_as::<_, AttemptRow>(text);
            for row in padded(chunk, places) {
                select = select.bind(row.map(|row| row.id));
            }
            select.fetch_all(c)
        })?;
        for AttemptRow { action_id, at_ms, took_ms, errcode, errmsg, lost } in lines {
            let line = AttemptLine { at_ms, took_ms, errcode, errmsg, lost };
            attempts.entry(action_id).or_default().push(line);
        }
    }
    Ok(rows.into_iter().map(|row| row.record(&mut attempts)).collect())
}

impl ActionRow {
    fn record(self, attempts: &mut HashMap<i64, Vec<AttemptLine>>) -> ActionRecord {
        let unfinished = self.settled_at_ms.is_none();
        let reason = self.reason.or_else(|| match self.status.as_str() {
            "pending" => Some("waits for its turn".to_owned()),
            // A server holds it, and makes no more calls at once than the other side takes.
            "running" if matches!(self.kind.as_str(), "notify" | "forward") => {
                Some("is being performed, or waits for its place behind others".to_owned())
            }
            "running" => Some("is being performed".to_owned()),
            _ => None,
        });
        ActionRecord {
            id: self.id,
            event_id: self.event_id,
            app: self.app,
            user_id: self.user_id,
            external_user_id: self.external_user_id,
            kind: self.kind,
            status: self.status,
            deadline_ms: self.deadline_ms,
            reason,
            // A request is JSON that this program wrote; should it not be, it is shown as the text that it is.
            request: self.request.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))),
            run: self.run,
            due_ms: unfinished.then_some(self.due_ms),
            created_at_ms: self.created_at_ms,
            settled_at_ms: self.settled_at_ms,
            attempts: attempts.remove(&self.id).unwrap_or_default(),
        }
    }
}
