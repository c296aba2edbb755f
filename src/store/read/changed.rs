//! What has changed of late, for whoever follows the record: whichever process changed it, it is found in the database.
//!
//! Nothing is written for those who follow. An event that came, or that ended, is found by the index of when it did; one that
//! is tried or planned again by its line in the audit; one that waited to be planned by having been among those before.

use std::collections::BTreeSet;

use super::{
    events::{EventRow, ListedEvent, event_columns},
    fate::fates_of,
};
use crate::{
    access::Act,
    store::{
        Store,
        backend::{Multirow, ROWS_MAX, Result, Tx, on, padded},
    },
};

/// How many events that came, and how many actions that ended, are looked at, the newest of them: what a server does in a few
/// seconds at its busiest.
const FOUND_MAX: i64 = 5_000;

/// How many of those that wait to be planned are looked at.
const UNPLANNED_MAX: i64 = 500;

/// How many lines of the audit are looked through, the newest of them.
const LINES_MAX: i64 = 1_000;

/// What has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The events as they are now, in the order of their ids. Some may not have changed.
    pub events: Vec<ListedEvent>,
    /// Those that wait to be planned: they are to be looked at the next time.
    pub unplanned: Vec<i64>,
    /// Whether these are all; `false`: too many have changed.
    pub all: bool,
}

static OF_ACTIONS: Multirow = Multirow::new(
    &["action_id"],
    "SELECT DISTINCT action.event_id FROM v JOIN action ON action.id = v.action_id",
);

static SUMMARIES: Multirow = Multirow::new(
    &["event_id"],
    concat!("SELECT ", event_columns!(), " FROM v JOIN event ON event.id = v.event_id"),
);

impl Store {
    /// The events that have changed since an instant, and those of `before` that waited to be planned.
    pub async fn changed(&self, since_ms: i64, before: &[i64]) -> Result<Changed> {
        let mut tx = self.backend().read().await?.for_a_search();
        let came = on!(tx, "look for new events", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT id FROM event WHERE received_at_ms >= $1 ORDER BY received_at_ms DESC LIMIT $2"
        )
        .bind(since_ms)
        .bind(FOUND_MAX)
        .fetch_all(c))?;
        let ended = on!(tx, "look for actions that ended", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT event_id FROM action WHERE settled_at_ms IS NOT NULL AND settled_at_ms >= $1
             ORDER BY settled_at_ms DESC LIMIT $2"
        )
        .bind(since_ms)
        .bind(FOUND_MAX)
        .fetch_all(c))?;
        let unplanned = on!(tx, "look for events that wait", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT id FROM event WHERE status = 'received' ORDER BY id DESC LIMIT $1"
        )
        .bind(UNPLANNED_MAX)
        .fetch_all(c))?;
        let full = usize::try_from(FOUND_MAX).unwrap_or(usize::MAX);
        let all = came.len() < full && ended.len() < full;
        let unplanned: Vec<i64> = unplanned.into_iter().map(|(id,)| id).collect();
        let mut ids: BTreeSet<i64> = came.into_iter().chain(ended).map(|(id,)| id).collect();
        ids.extend(before.iter().chain(&unplanned));
        ids.extend(again(&mut tx, since_ms).await?);
        let ids: Vec<i64> = ids.into_iter().collect();
        let events = listed(&mut tx, &ids).await?;
        tx.commit().await?;
        Ok(Changed { events, unplanned, all })
    }
}

/// The events that somebody had tried or planned again since.
async fn again(tx: &mut Tx, since_ms: i64) -> Result<Vec<i64>> {
    let lines = on!(tx, "look for what is tried again", |c| sqlx::query_as::<_, (String, String)>(
        "SELECT act, target FROM audit
         WHERE id > (SELECT COALESCE(max(id), 0) FROM audit) - $1 AND at_ms >= $2 AND act IN ($3, $4)"
    )
    .bind(LINES_MAX)
    .bind(since_ms)
    .bind(Act::Replayed.as_str())
    .bind(Act::Retried.as_str())
    .fetch_all(c))?;
    let (mut events, mut actions) = (Vec::new(), Vec::new());
    for (act, target) in lines {
        let named = target.split_whitespace().filter_map(|id| id.parse::<i64>().ok());
        if act == Act::Replayed.as_str() {
            events.extend(named);
        } else {
            actions.extend(named);
        }
    }
    for chunk in actions.chunks(ROWS_MAX) {
        let (text, places) = OF_ACTIONS.text(tx, chunk.len());
        let rows = on!(tx, "find the events of actions", |c| {
            let mut select = sqlx::query_as::<_, (i64,)>(text);
            for id in padded(chunk, places) {
                select = select.bind(id.copied());
            }
            select.fetch_all(c)
        })?;
        events.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(events)
}

/// These events as lists show them, in the order of their ids.
async fn listed(tx: &mut Tx, ids: &[i64]) -> Result<Vec<ListedEvent>> {
    let mut summaries = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(ROWS_MAX) {
        let (text, places) = SUMMARIES.text(tx, chunk.len());
        let rows = on!(tx, "read events that changed", |c| {
            let mut select = sqlx::query_as::<_, EventRow>(text);
            for id in padded(chunk, places) {
                select = select.bind(id.copied());
            }
            select.fetch_all(c)
        })?;
        for row in rows {
            summaries.push(row.summary()?);
        }
    }
    summaries.sort_by_key(|summary| summary.id);
    let mut fates = fates_of(tx, ids).await?;
    let listed = |summary: super::events::EventSummary| {
        let fate = fates.remove(&summary.id).unwrap_or_default();
        ListedEvent { summary, fate }
    };
    Ok(summaries.into_iter().map(listed).collect())
}
