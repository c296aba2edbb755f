//! How often each rule was used, and how what it asked for ended: what people look at after they have changed a rule.
//!
//! A rule set makes few different lists of used rules, however many events there are, so the database counts events by
//! that list and the few rows are taken apart here. The window bounds what is read.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::FromRow;

use crate::{
    action::{Kind, RuleUse},
    store::{
        Store,
        backend::{Error, Result, on},
    },
};

/// So many different combinations of rules are counted; a thousand rules that overlap make a few hundred.
const COMBINATIONS_MAX: i64 = 20_000;

/// What a rule was used for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleHits {
    /// How many events it had a part in.
    pub events: i64,
    /// When the last of them arrived; `None` where there was none.
    pub last_at_ms: Option<i64>,
    /// For each kind of action that it had a part in, how many ended how: `{"welcome": {"done": 17, "expired": 1}}`.
    pub actions: BTreeMap<String, BTreeMap<String, i64>>,
}

impl RuleHits {
    /// How many actions of a kind are in a status.
    pub fn count(&self, kind: Kind, status: &str) -> i64 {
        self.actions.get(kind.as_str()).and_then(|by| by.get(status)).copied().unwrap_or(0)
    }

    /// How many actions of a kind there were.
    pub fn all(&self, kind: Kind) -> i64 {
        self.actions.get(kind.as_str()).map_or(0, |by| by.values().sum())
    }
}

#[derive(FromRow)]
struct Combination {
    rules: String,
    events: i64,
    last_at_ms: i64,
}

#[derive(FromRow)]
struct Ended {
    rules: String,
    kind: String,
    status: String,
    actions: i64,
}

impl Store {
    /// For each rule, by name and whatever the version, what it was used for in events that arrived at `since_ms` or
    /// later. An event that was replayed counts for the rules of its last plan.
    pub async fn rule_hits(&self, since_ms: i64) -> Result<BTreeMap<String, RuleHits>> {
        let mut tx = self.backend().read().await?;
        let events = on!(tx, "count the events of each rule", |c| sqlx::query_as::<_, Combination>(
            "SELECT rules, count(*) AS events, max(received_at_ms) AS last_at_ms FROM event
             WHERE received_at_ms >= $1 AND status <> 'received' GROUP BY rules LIMIT $2"
        )
        .bind(since_ms)
        .bind(COMBINATIONS_MAX)
        .fetch_all(c))?;
        let ended = on!(tx, "count the actions of each rule", |c| {
            sqlx::query_as::<_, Ended>(
            "SELECT event.rules AS rules, action.kind AS kind, action.status AS status, count(*) AS actions
             FROM event JOIN action ON action.event_id = event.id AND action.run = event.run
             WHERE event.received_at_ms >= $1 AND event.status <> 'received'
             GROUP BY event.rules, action.kind, action.status LIMIT $2"
        )
        .bind(since_ms)
        .bind(COMBINATIONS_MAX)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        let mut hits: BTreeMap<String, RuleHits> = BTreeMap::new();
        for Combination { rules, events, last_at_ms } in events {
            for used in read(&rules)? {
                let hits = hits.entry(used.name).or_default();
                hits.events += events;
                hits.last_at_ms = hits.last_at_ms.max(Some(last_at_ms));
            }
        }
        for Ended { rules, kind, status, actions } in ended {
            let of_kind = |used: &RuleUse| used.used_for.iter().any(|used| used.as_str() == kind);
            for used in read(&rules)?.into_iter().filter(of_kind) {
                let ends = hits.entry(used.name).or_default().actions.entry(kind.clone()).or_default();
                *ends.entry(status.clone()).or_default() += actions;
            }
        }
        Ok(hits)
    }
}

fn read(rules: &str) -> Result<Vec<RuleUse>> {
    serde_json::from_str(rules).map_err(|error| Error::Unreadable {
        table: "event",
        row: 0,
        what: format!("the rules that were used: {error}"),
    })
}
