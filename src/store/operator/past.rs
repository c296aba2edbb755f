//! Takes events out of the record for good, and keeps what later questions need of them: their part of the statistics, and which
//! customer has added whom.
//!
//! Both [`prune`](super::prune) and [`forget`](super::forget) go this way. It is one transaction for a few events, whose rows are
//! locked, and of all processes one does it at a time: what it adds to is read before it is written.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use sqlx::AssertSqlSafe;

use super::bulk::{self, BulkAct};
use crate::store::{
    backend::{Multirow, ROWS_MAX, Result, Tx, on, padded, row, run},
    read::stats::sql,
};

/// How much was taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TakenOut {
    /// Events.
    pub events: u64,
    /// What was to be done for them.
    pub actions: u64,
    /// The calls that were made for that.
    pub attempts: u64,
}

impl std::ops::AddAssign for TakenOut {
    fn add_assign(&mut self, other: Self) {
        self.events += other.events;
        self.actions += other.actions;
        self.attempts += other.attempts;
    }
}

impl fmt::Display for TakenOut {
    /// As a line of the audit has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "events {} actions {} attempts {}", self.events, self.actions, self.attempts)
    }
}

/// For how long the identity of an event that is gone is remembered. WeCom delivers again within a minute; a day covers whatever
/// a proxy may hold back.
const REMEMBERED_FOR_MS: i64 = 86_400_000;

/// How many identities are let go of in one step: as many as a step adds at the most, so that they do not pile up, and no more, for
/// acks wait for it.
const LET_GO_MAX: i64 = 128;

/// A quarter of an hour: the offsets of all time zones are whole quarters, so that days and hours of each can be made of them.
const QUARTER_MS: i64 = 900_000;

/// Of a text that is a part of a key so much is kept: PostgreSQL takes keys of some 2,700 bytes. Names of rules and of channels are
/// shorter by far.
const KEY_CHARS_MAX: usize = 100;

/// Only the holder goes on: of a number that means this to whoever uses the database with us.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7310582616)";
const TRY_LOCK: &str = "SELECT pg_try_advisory_xact_lock(7310582616)";

row! {
    /// An event that goes, with what statistics counted of it.
    #[derive(Debug)]
    struct Going {
        app: String,
        corp_id: Option<String>,
        user_id: Option<String>,
        external_user_id: Option<String>,
        is_contact: bool,
        change: Option<String>,
        happened_at_ms: i64,
        at_ms: Option<i64>,
        state: Option<String>,
        rule: Option<String>,
        adds: i64,
        welcomed: i64,
        missed: i64,
        no_code: i64,
        no_rule: i64,
        tagged: i64,
        tags_failed: i64,
        lost: i64,
        deleted_by_employee: i64,
        ms: Option<i64>,
    }
}

/// The key of a sum, as the table has it.
type SumKey = (i64, String, String, String, String, i64);

/// Waits until no other process takes events out; until the end of the transaction none does. On SQLite whoever writes is alone.
pub(super) async fn lock(tx: &mut Tx) -> Result<()> {
    if tx.is_postgres() {
        run!(tx, "wait for others who take events out", |c| sqlx::raw_sql(LOCK).execute(c))?;
    }
    Ok(())
}

/// The same without waiting. `false`: another process is at it.
pub(super) async fn try_lock(tx: &mut Tx) -> Result<bool> {
    if !tx.is_postgres() {
        return Ok(true);
    }
    let (alone,) = on!(tx, "see whether others take events out", |c| {
        sqlx::query_as::<_, (bool,)>(TRY_LOCK).fetch_one(c)
    })?;
    Ok(alone)
}

/// Takes out these events, whose rows this transaction has locked, at most 128. `with_pairs`: who has added whom is remembered.
pub(super) async fn take_out(tx: &mut Tx, ids: &[i64], with_pairs: bool, now_ms: i64) -> Result<TakenOut> {
    if ids.is_empty() {
        return Ok(TakenOut::default());
    }
    let text = sql::of_events(ids, tx.is_postgres());
    let going = on!(tx, "count what goes", |c| sqlx::query_as::<_, Going>(AssertSqlSafe(text.as_str()))
        // A text for each set of events: not one to keep.
        .persistent(false)
        .fetch_all(c))?;
    add_sums(tx, &going).await?;
    if with_pairs {
        add_pairs(tx, &going).await?;
    }
    remember(tx, ids, now_ms).await?;
    delete(tx, ids).await
}

async fn add_sums(tx: &mut Tx, going: &[Going]) -> Result<()> {
    let mut sums: BTreeMap<SumKey, [i64; 9]> = BTreeMap::new();
    for event in going {
        let Some(at_ms) = event.at_ms else { continue };
        let key = (
            at_ms.div_euclid(QUARTER_MS) * QUARTER_MS,
            cut(&event.app),
            cut(event.user_id.as_deref().unwrap_or_default()),
            cut(event.state.as_deref().unwrap_or_default()),
            cut(event.rule.as_deref().unwrap_or_default()),
            event.ms.map_or(-1, |ms| ms.max(0)),
        );
        // Statistics have a row for a key of which all is zero, so it is kept as well.
        for (sum, figure) in sums.entry(key).or_default().iter_mut().zip(event.figures()) {
            *sum += figure;
        }
    }
    let sums: Vec<(SumKey, [i64; 9])> = sums.into_iter().collect();
    for chunk in sums.chunks(ROWS_MAX) {
        let (text, places) = ADD_SUMS.text(tx, chunk.len());
        run!(tx, "add to the sums of statistics", |c| {
            let mut insert = sqlx::query(text);
            for row in padded(chunk, places) {
                let key = row.map(|(key, _)| key);
                insert = insert
                    .bind(key.map(|key| key.0))
                    .bind(key.map(|key| key.1.as_str()))
                    .bind(key.map(|key| key.2.as_str()))
                    .bind(key.map(|key| key.3.as_str()))
                    .bind(key.map(|key| key.4.as_str()))
                    .bind(key.map(|key| key.5));
                for figure in 0..sql::SUMS.len() {
                    insert = insert.bind(row.map(|(_, figures)| figures[figure]));
                }
            }
            insert.execute(c)
        })?;
    }
    Ok(())
}

static ADD_SUMS: Multirow = Multirow::new(
    &[
        "quarter_ms",
        "app",
        "user_id",
        "state",
        "rule",
        "welcome_ms",
        "adds",
        "welcomed",
        "missed",
        "no_code",
        "no_rule",
        "tagged",
        "tags_failed",
        "lost",
        "deleted_by_employee",
    ],
    "INSERT INTO past_sum (quarter_ms, app, user_id, state, rule, welcome_ms, adds, welcomed, missed, no_code, no_rule,
                           tagged, tags_failed, lost, deleted_by_employee)
     SELECT quarter_ms, app, user_id, state, rule, welcome_ms, adds, welcomed, missed, no_code, no_rule, tagged, tags_failed,
            lost, deleted_by_employee
     FROM v WHERE quarter_ms IS NOT NULL
     ON CONFLICT (quarter_ms, app, user_id, state, rule, welcome_ms) DO UPDATE SET
         adds = past_sum.adds + excluded.adds, welcomed = past_sum.welcomed + excluded.welcomed,
         missed = past_sum.missed + excluded.missed, no_code = past_sum.no_code + excluded.no_code,
         no_rule = past_sum.no_rule + excluded.no_rule, tagged = past_sum.tagged + excluded.tagged,
         tags_failed = past_sum.tags_failed + excluded.tags_failed, lost = past_sum.lost + excluded.lost,
         deleted_by_employee = past_sum.deleted_by_employee + excluded.deleted_by_employee",
);

impl Going {
    /// In the order of [`sql::SUMS`].
    fn figures(&self) -> [i64; 9] {
        [
            self.adds,
            self.welcomed,
            self.missed,
            self.no_code,
            self.no_rule,
            self.tagged,
            self.tags_failed,
            self.lost,
            self.deleted_by_employee,
        ]
    }
}

row! {
    /// What is kept of a customer, an app and an employee.
    #[derive(Clone, Debug)]
    struct Pair {
        external_user_id: String,
        app: String,
        user_id: String,
        corp_id: Option<String>,
        first_add_ms: Option<i64>,
        add_ms: Option<i64>,
        state: String,
        rule: String,
        last_ms: i64,
        is_half: bool,
    }
}

impl Pair {
    /// Goes on from here with a further event that happened between the two.
    fn meet(&mut self, event: &Going) {
        let at_ms = event.happened_at_ms;
        let change = event.change.as_deref().unwrap_or_default();
        if self.corp_id.is_none() {
            self.corp_id.clone_from(&event.corp_id);
        }
        if change == "add_external_contact" {
            self.first_add_ms = Some(self.first_add_ms.map_or(at_ms, |first_ms| first_ms.min(at_ms)));
        }
        if !event.is_contact {
            return;
        }
        if event.adds > 0 && self.add_ms.is_none_or(|add_ms| add_ms <= at_ms) {
            self.add_ms = Some(at_ms);
            self.state = cut(event.state.as_deref().unwrap_or_default());
            self.rule = cut(event.rule.as_deref().unwrap_or_default());
        }
        if at_ms >= self.last_ms {
            self.last_ms = at_ms;
            self.is_half = change == "add_half_external_contact";
        }
    }
}

/// Whether what comes later asks about it.
pub(super) fn is_asked_about(change: &str) -> bool {
    matches!(
        change,
        "add_external_contact" | "add_half_external_contact" | "del_external_contact" | "del_follow_user"
    )
}

async fn add_pairs(tx: &mut Tx, going: &[Going]) -> Result<()> {
    // Given in the order in which they happened.
    let mut events: BTreeMap<(&str, &str, &str), Vec<&Going>> = BTreeMap::new();
    for event in going {
        let Some(customer) = event.external_user_id.as_deref() else { continue };
        if event.change.as_deref().is_some_and(is_asked_about) {
            let user = event.user_id.as_deref().unwrap_or_default();
            events.entry((customer, &event.app, user)).or_default().push(event);
        }
    }
    let keys: Vec<(&str, &str, &str)> = events.keys().copied().collect();
    let mut pairs = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(ROWS_MAX) {
        let (text, places) = READ_PAIRS.text(tx, chunk.len());
        let known = on!(tx, "read who has added whom", |c| {
            let mut select = sqlx::query_as::<_, Pair>(text);
            for key in padded(chunk, places) {
                select =
                    select.bind(key.map(|key| key.0)).bind(key.map(|key| key.1)).bind(key.map(|key| key.2));
            }
            select.fetch_all(c)
        })?;
        for key in chunk {
            let is_it = |pair: &&Pair| (&*pair.external_user_id, &*pair.app, &*pair.user_id) == *key;
            let mut pair = known.iter().find(is_it).cloned().unwrap_or_else(|| Pair {
                external_user_id: key.0.to_owned(),
                app: key.1.to_owned(),
                user_id: key.2.to_owned(),
                corp_id: None,
                first_add_ms: None,
                add_ms: None,
                state: String::new(),
                rule: String::new(),
                last_ms: i64::MIN,
                is_half: false,
            });
            events[key].iter().for_each(|event| pair.meet(event));
            pairs.push(pair);
        }
    }
    for chunk in pairs.chunks(ROWS_MAX) {
        let (text, places) = WRITE_PAIRS.text(tx, chunk.len());
        run!(tx, "remember who has added whom", |c| {
            let mut insert = sqlx::query(text);
            for pair in padded(chunk, places) {
                insert = insert
                    .bind(pair.map(|pair| pair.external_user_id.as_str()))
                    .bind(pair.map(|pair| pair.app.as_str()))
                    .bind(pair.map(|pair| pair.user_id.as_str()))
                    .bind(pair.and_then(|pair| pair.corp_id.as_deref()))
                    .bind(pair.and_then(|pair| pair.first_add_ms))
                    .bind(pair.and_then(|pair| pair.add_ms))
                    .bind(pair.map(|pair| pair.state.as_str()))
                    .bind(pair.map(|pair| pair.rule.as_str()))
                    .bind(pair.map(|pair| pair.last_ms))
                    .bind(pair.map(|pair| pair.is_half));
            }
            insert.execute(c)
        })?;
    }
    Ok(())
}

static READ_PAIRS: Multirow = Multirow::new(
    &["external_user_id", "app", "user_id"],
    "SELECT q.external_user_id, q.app, q.user_id, q.corp_id, q.first_add_ms, q.add_ms, q.state, q.rule, q.last_ms, q.is_half
     FROM v JOIN past_pair q ON q.external_user_id = v.external_user_id AND q.app = v.app AND q.user_id = v.user_id",
);

static WRITE_PAIRS: Multirow = Multirow::new(
    &[
        "external_user_id",
        "app",
        "user_id",
        "corp_id",
        "first_add_ms",
        "add_ms",
        "state",
        "rule",
        "last_ms",
        "is_half",
    ],
    "INSERT INTO past_pair (external_user_id, app, user_id, corp_id, first_add_ms, add_ms, state, rule, last_ms, is_half)
     SELECT external_user_id, app, user_id, corp_id, first_add_ms, add_ms, state, rule, last_ms, is_half
     FROM v WHERE external_user_id IS NOT NULL
     ON CONFLICT (external_user_id, app, user_id) DO UPDATE SET
         corp_id = excluded.corp_id, first_add_ms = excluded.first_add_ms, add_ms = excluded.add_ms, state = excluded.state,
         rule = excluded.rule, last_ms = excluded.last_ms, is_half = excluded.is_half",
);

/// Since when an event that is gone must have been received to be remembered.
pub(super) fn remembered_since(now_ms: i64) -> i64 {
    now_ms.saturating_sub(REMEMBERED_FOR_MS)
}

/// Lets go of the identities of events that will not be delivered again, so many at the most.
pub(super) async fn let_go_of_identities(tx: &mut Tx, most: i64, now_ms: i64) -> Result<()> {
    run!(tx, "forget events that will not come again", |c| sqlx::query(
        "DELETE FROM gone_event WHERE (app, create_time_s, digest) IN
             (SELECT app, create_time_s, digest FROM gone_event WHERE received_at_ms < $1
              ORDER BY received_at_ms LIMIT $2)"
    )
    .bind(remembered_since(now_ms))
    .bind(most)
    .execute(c))
}

/// Remembers the identity of those that may be delivered again, and lets go of those that will not be any more.
async fn remember(tx: &mut Tx, ids: &[i64], now_ms: i64) -> Result<()> {
    let_go_of_identities(tx, LET_GO_MAX, now_ms).await?;
    let since_ms = remembered_since(now_ms);
    for chunk in ids.chunks(ROWS_MAX) {
        let (text, places) = REMEMBER.text(tx, chunk.len());
        run!(tx, "remember events that may come again", |c| {
            let mut insert = sqlx::query(text);
            for id in padded(chunk, places) {
                insert = insert.bind(id.copied()).bind(since_ms);
            }
            insert.execute(c)
        })?;
    }
    Ok(())
}

static REMEMBER: Multirow = Multirow::new(
    &["id", "since_ms"],
    "INSERT INTO gone_event (app, create_time_s, digest, received_at_ms)
     SELECT e.app, e.create_time_s, e.digest, e.received_at_ms FROM v JOIN event e ON e.id = v.id
     WHERE e.received_at_ms >= v.since_ms
     ON CONFLICT (app, create_time_s, digest) DO NOTHING",
);

static DELETE_ATTEMPTS: Multirow = Multirow::new(
    &["id"],
    "DELETE FROM attempt WHERE action_id IN
         (SELECT a.id FROM v JOIN action a ON a.event_id = v.id) RETURNING number",
);

static DELETE_ACTIONS: Multirow =
    Multirow::new(&["id"], "DELETE FROM action WHERE event_id IN (SELECT v.id FROM v) RETURNING id");

static DELETE_EVENTS: Multirow =
    Multirow::new(&["id"], "DELETE FROM event WHERE id IN (SELECT v.id FROM v) RETURNING id");

async fn delete(tx: &mut Tx, ids: &[i64]) -> Result<TakenOut> {
    let mut taken = TakenOut::default();
    for chunk in ids.chunks(ROWS_MAX) {
        let (attempts, _) = delete_by(tx, &DELETE_ATTEMPTS, chunk).await?;
        let (actions, newest_action) = delete_by(tx, &DELETE_ACTIONS, chunk).await?;
        let (events, newest_event) = delete_by(tx, &DELETE_EVENTS, chunk).await?;
        bulk::let_go(tx, BulkAct::Retry, newest_action).await?;
        bulk::let_go(tx, BulkAct::Replay, newest_event).await?;
        taken += TakenOut { events, actions, attempts };
    }
    Ok(taken)
}

/// How many rows went, and the highest number among them.
async fn delete_by(tx: &mut Tx, statement: &'static Multirow, ids: &[i64]) -> Result<(u64, Option<i64>)> {
    let (text, places) = statement.text(tx, ids.len());
    let rows = on!(tx, "take events out", |c| {
        let mut delete = sqlx::query_as::<_, (i64,)>(text);
        for id in padded(ids, places) {
            delete = delete.bind(id.copied());
        }
        delete.fetch_all(c)
    })?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    Ok((count, rows.into_iter().map(|(number,)| number).max()))
}

fn cut(text: &str) -> String {
    text.chars().take(KEY_CHARS_MAX).collect()
}
