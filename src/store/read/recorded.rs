//! The record as a backtest reads it: page after page, the newest first, each event with what it takes to apply other rules
//! to it.

use super::{
    earlier::SAME_ADD_MS,
    events::{EventRow, EventSummary, event_columns},
    fate::read_rules,
    filter::{EventFilter, PAGE_MAX, bind_filter, matches_filter},
    payload::Payload,
};
use crate::{
    action::RuleUse,
    store::{
        Store,
        backend::{Result, on, row},
    },
};

/// One event of the record.
#[derive(Debug)]
pub struct RecordedEvent {
    /// What a list shows of it.
    pub summary: EventSummary,
    /// The decrypted message.
    pub payload: Payload,
    /// The rules that it was last planned by. `None` where there were none, and where it never was planned, as an imported
    /// event.
    pub ruleset_version: Option<i64>,
    /// The rules of that version that were used.
    pub rules: Vec<RuleUse>,
    /// Whether the same employee had added the customer before.
    pub earlier_by_employee: bool,
    /// Whether any employee of the corp had added the customer before.
    pub earlier_by_company: bool,
}

row! {
    struct RecordedRow {
        payload: Vec<u8>,
        ruleset_version: Option<i64>,
        rules: String,
        earlier_by_employee: bool,
        earlier_by_company: bool,
        ..summary: EventRow,
    }
}

impl RecordedRow {
    fn event(self) -> Result<RecordedEvent> {
        let summary = self.summary.summary()?;
        Ok(RecordedEvent {
            rules: read_rules(summary.id, &self.rules)?,
            summary,
            payload: Payload(self.payload),
            ruleset_version: self.ruleset_version,
            earlier_by_employee: self.earlier_by_employee,
            earlier_by_company: self.earlier_by_company,
        })
    }
}

/// Whether the customer of an event had been added before it, under this further condition. `$12` is [`SAME_ADD_MS`].
macro_rules! added_before {
    ($by:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM event earlier
                     WHERE earlier.external_user_id = event.external_user_id AND earlier.status <> 'received'
                       AND earlier.change = 'add_external_contact' AND earlier.id <> event.id
                       AND earlier.corp_id IS NOT DISTINCT FROM event.corp_id
                       AND earlier.happened_at_ms < event.happened_at_ms
                           - CASE WHEN earlier.app = event.app THEN 0 ELSE $12 END",
            $by,
            ")"
        )
    };
}

// The lower bound by id keeps the walk from the newest event down from going through all of history.
const RECORDED: &str = concat!(
    "SELECT ",
    event_columns!(),
    ", payload, ruleset_version, rules, ",
    added_before!(" AND earlier.user_id = event.user_id"),
    " AS earlier_by_employee, ",
    added_before!(""),
    " AS earlier_by_company
     FROM event
     WHERE status <> 'received' AND id < $1
       AND id >= COALESCE((SELECT min(late.id + 0) FROM event late WHERE late.received_at_ms >= $9),
                          9223372036854775807)
       AND ",
    matches_filter!(""),
    " ORDER BY id DESC LIMIT $11"
);

impl Store {
    /// A page of events that are planned, the newest first, by the filter's `limit` and `before_id`. Events that are still
    /// to be planned are left out, because nothing has come of them yet.
    pub async fn recorded(&self, filter: &EventFilter) -> Result<Vec<RecordedEvent>> {
        // The statement looks for the first event since then, so there has to be an instant.
        let filter = EventFilter { since_ms: filter.since_ms.or(Some(i64::MIN)), ..filter.clone() };
        let limit = filter.limit.unwrap_or(PAGE_MAX).min(PAGE_MAX);
        let mut tx = self.backend().read().await?.for_a_search();
        let rows = on!(tx, "read events back", |c| bind_filter!(
            sqlx::query_as::<_, RecordedRow>(RECORDED),
            &filter,
            i64::from(limit)
        )
        .bind(SAME_ADD_MS)
        .fetch_all(c))?;
        tx.commit().await?;
        rows.into_iter().map(RecordedRow::event).collect()
    }
}
