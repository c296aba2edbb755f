//! How often each rule was used, and how the actions that it asked for ended.
//!
//! However many events there are, the lists of rules that were used for them are few. So the database counts events by that
//! list, and the few rows are taken apart here. The period that is asked for bounds how much is read.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

use super::fate::read_rules;
use crate::{
    action::{Kind, RuleUse, Status},
    store::{
        Store,
        backend::{Result, on, read_name, row},
    },
};

/// How many different lists of rules are counted at most. A thousand rules that overlap make a few hundred.
const COMBINATIONS_MAX: i64 = 20_000;

/// What a rule was used for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleHits {
    /// How many events it had a part in.
    pub events: i64,
    /// When the last of them arrived; `None` where there was none.
    pub last_at_ms: Option<i64>,
    /// How many of the actions that it had a part in are of a kind and in a status. In JSON
    /// `{"welcome": {"done": 17, "expired": 1}}`, sorted by name.
    #[serde(serialize_with = "by_name")]
    pub actions: HashMap<(Kind, Status), i64>,
}

impl RuleHits {
    /// How many actions of a kind are in a status.
    pub fn count(&self, kind: Kind, status: Status) -> i64 {
        self.actions.get(&(kind, status)).copied().unwrap_or(0)
    }

    /// How many actions of a kind there were.
    pub fn all(&self, kind: Kind) -> i64 {
        Status::ALL.into_iter().map(|status| self.count(kind, status)).sum()
    }
}

fn by_name<S: Serializer>(
    actions: &HashMap<(Kind, Status), i64>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    let mut names: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    for ((kind, status), count) in actions {
        names.entry(kind.as_str()).or_default().insert(status.as_str(), *count);
    }
    names.serialize(serializer)
}

row! {
    /// The events with one list of used rules.
    struct EventsRow {
        rules: String,
        events: i64,
        last_at_ms: i64,
        /// One of these events, for the message about a list that cannot be read.
        first_id: i64,
    }
}

row! {
    /// The actions of one kind and status that belong to events with one list of used rules.
    struct ActionsRow {
        rules: String,
        kind: String,
        status: String,
        actions: i64,
        /// One of these actions and its event, for the message about a name or list that cannot be read.
        first_id: i64,
        first_event_id: i64,
    }
}

const EVENTS: &str =
    "SELECT rules, count(*) AS events, max(received_at_ms) AS last_at_ms, min(id) AS first_id FROM event
     WHERE received_at_ms >= $1 AND status <> 'received' GROUP BY rules LIMIT $2";

/// From the events of the period to their actions: the plus keeps SQLite from walking all actions there ever were and
/// looking up the event of each.
pub(super) const ACTIONS: &str =
    "SELECT event.rules AS rules, action.kind AS kind, action.status AS status, count(*) AS actions,
            min(action.id) AS first_id, min(event.id) AS first_event_id
     FROM event JOIN action ON action.event_id = +event.id AND action.run = event.run
     WHERE event.received_at_ms >= $1 AND event.status <> 'received'
     GROUP BY event.rules, action.kind, action.status LIMIT $2";

impl Store {
    /// For each rule, by name and whatever the version, what it was used for in events that arrived at `since_ms` or
    /// later. An event that was replayed counts for the rules of its last plan.
    pub async fn rule_hits(&self, since_ms: i64) -> Result<BTreeMap<String, RuleHits>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let events = on!(tx, "count the events of each rule", |c| sqlx::query_as::<_, EventsRow>(EVENTS)
            .bind(since_ms)
            .bind(COMBINATIONS_MAX)
            .fetch_all(c))?;
        let actions =
            on!(tx, "count the actions of each rule", |c| sqlx::query_as::<_, ActionsRow>(ACTIONS)
                .bind(since_ms)
                .bind(COMBINATIONS_MAX)
                .fetch_all(c))?;
        tx.commit().await?;
        let mut hits: BTreeMap<String, RuleHits> = BTreeMap::new();
        for row in events {
            for used in read_rules(row.first_id, &row.rules)? {
                let hits = hits.entry(used.name).or_default();
                hits.events += row.events;
                hits.last_at_ms = hits.last_at_ms.max(Some(row.last_at_ms));
            }
        }
        for row in actions {
            let kind: Kind = read_name("action", "kind", row.first_id, &row.kind)?;
            let status: Status = read_name("action", "status", row.first_id, &row.status)?;
            let of_kind = |used: &RuleUse| used.used_for.contains(&kind);
            for used in read_rules(row.first_event_id, &row.rules)?.into_iter().filter(of_kind) {
                *hits.entry(used.name).or_default().actions.entry((kind, status)).or_default() += row.actions;
            }
        }
        Ok(hits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_json_actions_are_sorted_by_name() {
        let actions = HashMap::from([
            ((Kind::Welcome, Status::Pending), 3),
            ((Kind::Welcome, Status::Done), 2),
            ((Kind::Decide, Status::Failed), 1),
        ]);
        let hits = RuleHits { events: 5, last_at_ms: None, actions };
        assert_eq!(
            serde_json::to_string(&hits).unwrap(),
            r#"{"events":5,"last_at_ms":null,"actions":{"decide":{"failed":1},"welcome":{"done":2,"pending":3}}}"#
        );
    }
}
