//! The record as a backtest reads it: page after page, the newest first, each event with what it takes to apply other
//! rules to it.

use sqlx::FromRow;

use super::events::{EventFilter, EventSummary, PAGE_MAX, Payload};
use crate::{
    action::RuleUse,
    store::{
        Store,
        backend::{Result, fact, on},
    },
};

/// An add that another app of the corp tells of, so little before this one, is this one: WeCom tells every app that may
/// know, each at its own time.
const SAME_ADD_MS: i64 = 60_000;

/// One event of the record.
#[derive(Debug, FromRow)]
pub struct RecordedEvent {
    /// What a list shows of it.
    #[sqlx(flatten)]
    pub summary: EventSummary,
    /// The decrypted message.
    #[sqlx(try_from = "Vec<u8>")]
    pub payload: Payload,
    /// The rules that it was last planned by; none where there were none, or where it never was, as an imported one.
    pub ruleset_version: Option<i64>,
    /// Those of them that were used.
    #[sqlx(try_from = "String")]
    pub rules: UsedRules,
    /// Whether the same employee had added the customer before.
    pub earlier_by_employee: bool,
    /// Whether anybody of the corp had.
    pub earlier_by_company: bool,
}

/// The rules that had a part in what came of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsedRules(pub Vec<RuleUse>);

impl TryFrom<String> for UsedRules {
    type Error = serde_json::Error;

    fn try_from(text: String) -> std::result::Result<Self, serde_json::Error> {
        serde_json::from_str(&text).map(Self)
    }
}

impl Store {
    /// A page of events that are planned, the newest first, by the filter's `limit` and `before_id`. Those that are
    /// still to be planned are passed over: nothing has come of them yet.
    pub async fn recorded(&self, filter: &EventFilter) -> Result<Vec<RecordedEvent>> {
        let mut tx = self.backend().read().await?;
        // The lower bound by id keeps the walk from the newest down from going through all of history.
        let page = on!(tx, "read events back", |c| {
            sqlx::query_as::<_, RecordedEvent>(
            "SELECT id, app, event, change, user_id, external_user_id, state, happened_at_ms, received_at_ms,
                    acked_after_us, deliveries, status, corp_id, run, imported_at_ms, payload, ruleset_version, rules,
                    EXISTS (SELECT 1 FROM event earlier
                            WHERE earlier.external_user_id = event.external_user_id AND earlier.status <> 'received'
                              AND earlier.change = 'add_external_contact' AND earlier.id <> event.id
                              AND earlier.corp_id IS NOT DISTINCT FROM event.corp_id
                              AND earlier.happened_at_ms < event.happened_at_ms
                                  - CASE WHEN earlier.app = event.app THEN 0 ELSE $12 END
                              AND earlier.user_id = event.user_id) AS earlier_by_employee,
                    EXISTS (SELECT 1 FROM event earlier
                            WHERE earlier.external_user_id = event.external_user_id AND earlier.status <> 'received'
                              AND earlier.change = 'add_external_contact' AND earlier.id <> event.id
                              AND earlier.corp_id IS NOT DISTINCT FROM event.corp_id
                              AND earlier.happened_at_ms < event.happened_at_ms
                                  - CASE WHEN earlier.app = event.app THEN 0 ELSE $12 END) AS earlier_by_company
             FROM event
             WHERE status <> 'received' AND id < $1
               AND id >= COALESCE((SELECT min(late.id + 0) FROM event late WHERE late.received_at_ms >= $9),
                                  9223372036854775807)
               AND ($2 IS NULL OR app = $2) AND ($3 IS NULL OR event = $3) AND ($4 IS NULL OR change = $4)
               AND ($5 IS NULL OR user_id = $5) AND ($6 IS NULL OR external_user_id = $6)
               AND ($7 IS NULL OR COALESCE(state, '') = $7) AND ($8 IS NULL OR status = $8)
               AND received_at_ms >= $9 AND ($10 IS NULL OR received_at_ms < $10)
             ORDER BY id DESC LIMIT $11"
        )
        .bind(filter.before_id.unwrap_or(i64::MAX))
        .bind(filter.app.as_deref().map(fact))
        .bind(filter.event.as_deref().map(fact))
        .bind(filter.change.as_deref().map(fact))
        .bind(filter.user.as_deref().map(fact))
        .bind(filter.customer.as_deref().map(fact))
        .bind(filter.state.as_deref().map(fact))
        .bind(filter.status.as_deref())
        .bind(filter.since_ms.unwrap_or(i64::MIN))
        .bind(filter.until_ms)
        .bind(i64::from(filter.limit.unwrap_or(PAGE_MAX).min(PAGE_MAX)))
        .bind(SAME_ADD_MS)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        Ok(page)
    }
}
