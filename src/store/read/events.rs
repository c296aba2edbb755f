//! Events as people read them: newest first in a list, or one with everything that came of it.
//!
//! The types serialise to the JSON of the record that the command line and the admin API show.

use serde::Serialize;

use super::{
    actions::{self, ActionRecord},
    fate::{EventOutcome, Fate, fates_of, outcome_of_event, read_rules},
    filter::{EventFilter, FateFilter, PAGE_DEFAULT, PAGE_MAX, bind_filter, code_of_action, matches_filter},
    payload::Payload,
};
use crate::{
    action::{ReasonCode, RuleUse},
    store::{
        Store,
        backend::{Result, Tx, clean, on, read_name, row},
        record::event::{EventStatus, happened_at},
    },
};

/// An event in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventSummary {
    /// The event's id.
    pub id: i64,
    /// The app whose callback it came to.
    pub app: String,
    /// `Event` or `InfoType`; empty if none.
    pub event: String,
    /// `ChangeType`.
    pub change: Option<String>,
    /// The employee's userid.
    pub user_id: Option<String>,
    /// The customer's external_userid.
    pub external_user_id: Option<String>,
    /// The channel that the customer came by.
    pub state: Option<String>,
    /// When it happened, by WeCom's clock.
    pub happened_at_ms: i64,
    /// When it first arrived here.
    pub received_at_ms: i64,
    /// How long WeCom waited for the 200, in microseconds.
    pub acked_after_us: Option<i64>,
    /// How often it was delivered.
    pub deliveries: i64,
    /// Where it stands.
    pub status: EventStatus,
    /// The corp, where the event names one.
    pub corp_id: Option<String>,
    /// How often it has been replayed.
    #[serde(rename = "replays")]
    pub run: i64,
    /// When it was imported from an export. Nothing is done for such an event until it is replayed.
    pub imported_at_ms: Option<i64>,
}

/// An event in a list, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedEvent {
    /// The event.
    #[serde(flatten)]
    pub summary: EventSummary,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
}

/// One event with everything that came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventRecord {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: EventSummary,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
    /// The decrypted message.
    #[serde(flatten)]
    pub payload: Payload,
    /// The rules that were used: those of the plan, highest priority first, then those that were decided later.
    pub rules: Vec<RuleUse>,
    /// What was to be done, in the order in which it is done; replays after the first run.
    pub actions: Vec<ActionRecord>,
}

impl EventRecord {
    /// The record as others may see it, with the welcome code and a suite's secrets blanked in the payload.
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        self.payload.blank_secrets();
        self
    }
}

/// The columns of an [`EventRow`].
macro_rules! event_columns {
    () => {
        "id, app, event, change, user_id, external_user_id, state, happened_at_ms, received_at_ms, acked_after_us,
         deliveries, status, corp_id, run, imported_at_ms"
    };
}
pub(in crate::store) use event_columns;

row! {
    /// An event as the database gives it, before its status has been read.
    pub(in crate::store) struct EventRow {
        id: i64,
        app: String,
        event: String,
        change: Option<String>,
        user_id: Option<String>,
        external_user_id: Option<String>,
        state: Option<String>,
        happened_at_ms: i64,
        received_at_ms: i64,
        acked_after_us: Option<i64>,
        deliveries: i64,
        status: String,
        corp_id: Option<String>,
        run: i64,
        imported_at_ms: Option<i64>,
    }
}

impl EventRow {
    pub(in crate::store) fn summary(self) -> Result<EventSummary> {
        Ok(EventSummary {
            status: read_name("event", "status", self.id, &self.status)?,
            id: self.id,
            app: self.app,
            event: self.event,
            change: self.change,
            user_id: self.user_id,
            external_user_id: self.external_user_id,
            state: self.state,
            // Earlier versions took every number for a time.
            happened_at_ms: happened_at(Some(self.happened_at_ms), self.received_at_ms),
            received_at_ms: self.received_at_ms,
            acked_after_us: self.acked_after_us,
            deliveries: self.deliveries,
            corp_id: self.corp_id,
            run: self.run,
            imported_at_ms: self.imported_at_ms,
        })
    }
}

row! {
    struct FullRow {
        payload: Vec<u8>,
        rules: String,
        ..summary: EventRow,
    }
}

const ONE: &str = concat!("SELECT ", event_columns!(), ", payload, rules FROM event WHERE id = $1");

macro_rules! select_events {
    ($which:literal) => {
        concat!(
            "SELECT ",
            event_columns!(),
            " FROM event WHERE ",
            $which,
            " AND id < $1 AND ",
            matches_filter!(""),
            " AND ($12 IS NULL OR EXISTS (SELECT 1 FROM action a WHERE a.event_id = event.id AND $12 = ",
            code_of_action!(),
            ")) AND ($13 IS NULL OR $13 = ",
            outcome_of_event!(),
            ") AND ($14 IS NULL OR replace(rules, $14, '') <> rules) ORDER BY id DESC LIMIT $11"
        )
    };
}

// Statements that find events by an index. The few that are not planned yet have one of their own.
const BY_CUSTOMER: &str = select_events!("external_user_id = $6 AND status <> 'received'");
const BY_EMPLOYEE: &str = select_events!("user_id = $5 AND status <> 'received'");
const BY_STATE: &str = select_events!("state = $7 AND status <> 'received'");
const UNPLANNED: &str = select_events!("status = 'received'");
// `id + 0` keeps both databases from walking through all ids in search of the smallest.
const SINCE: &str = select_events!(
    "id >= COALESCE((SELECT min(late.id + 0) FROM event late WHERE late.received_at_ms >= $9), 9223372036854775807)"
);
const NEWEST: &str = select_events!("TRUE");
const WENT_WRONG: &str =
    select_events!("id IN (SELECT a.event_id FROM action a WHERE a.status IN ('expired', 'failed'))");

/// How many pages are looked through for one whose welcome was of a certain rule. The database knows all events in which
/// the rule had a part, and which part it was stands in JSON.
const PAGES_MAX: usize = 200;

impl Store {
    /// Events, newest first.
    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<EventSummary>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let events = select_page(&mut tx, filter, &FateFilter::default()).await?;
        tx.commit().await?;
        Ok(events)
    }

    /// Events with what became of them, newest first.
    pub async fn listed_events(&self, filter: &EventFilter) -> Result<Vec<ListedEvent>> {
        self.events_by_fate(filter, &FateFilter::default()).await
    }

    /// Those of them of which this became, newest first.
    pub async fn events_by_fate(&self, filter: &EventFilter, fate: &FateFilter) -> Result<Vec<ListedEvent>> {
        let limit = usize::try_from(filter.limit.unwrap_or(PAGE_DEFAULT).min(PAGE_MAX)).unwrap_or(usize::MAX);
        let mut page = filter.clone();
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let mut tx = self.backend().read().await?.for_a_search();
            let events = select_page(&mut tx, &page, fate).await?;
            let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
            let mut fates = fates_of(&mut tx, &ids).await?;
            tx.commit().await?;
            let is_last = events.len() < limit;
            page.before_id = ids.last().copied();
            found.extend(events.into_iter().filter_map(|summary| {
                let of_it = fates.remove(&summary.id).unwrap_or_default();
                let passes = fate.rule.is_none() || of_it.rule == fate.rule;
                passes.then_some(ListedEvent { summary, fate: of_it })
            }));
            if is_last || found.len() >= limit {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// One event with its payload, its rules, its actions and their attempts; `None` if there is no such event.
    pub async fn event(&self, id: i64) -> Result<Option<EventRecord>> {
        let mut tx = self.backend().read().await?;
        let row = on!(tx, "read an event", |c| sqlx::query_as::<_, FullRow>(ONE).bind(id).fetch_optional(c))?;
        let actions = if row.is_some() { actions::of_event(&mut tx, id).await? } else { Vec::new() };
        let fate = fates_of(&mut tx, &[id]).await?.remove(&id).unwrap_or_default();
        tx.commit().await?;
        let record = move |row: FullRow| {
            let (payload, rules) = (Payload(row.payload), read_rules(id, &row.rules)?);
            Ok(EventRecord { summary: row.summary.summary()?, fate, payload, rules, actions })
        };
        row.map(record).transpose()
    }
}

/// A page of events, newest first.
async fn select_page(tx: &mut Tx, filter: &EventFilter, fate: &FateFilter) -> Result<Vec<EventSummary>> {
    let limit = filter.limit.unwrap_or(PAGE_DEFAULT).min(PAGE_MAX);
    let with_unplanned = matches!(filter.status, None | Some(EventStatus::Received));
    let texts: &[&'static str] = match filter {
        EventFilter { status: Some(EventStatus::Received), .. } => &[UNPLANNED],
        EventFilter { customer: Some(_), .. } => &[BY_CUSTOMER, UNPLANNED],
        _ if fate.went_wrong() => &[WENT_WRONG],
        EventFilter { user: Some(_), .. } => &[BY_EMPLOYEE, UNPLANNED],
        EventFilter { state: Some(state), .. } if !state.is_empty() => &[BY_STATE, UNPLANNED],
        EventFilter { since_ms: Some(_), .. } => &[SINCE],
        _ => &[NEWEST],
    };
    let texts = if with_unplanned { texts } else { &texts[..1] };
    let mut events = Vec::new();
    for text in texts {
        events.append(&mut select(tx, text, filter, fate, limit).await?);
    }
    events.sort_by_key(|event: &EventSummary| std::cmp::Reverse(event.id));
    // An event that was planned between the two statements is found by both.
    events.dedup_by_key(|event| event.id);
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(events)
}

async fn select(
    tx: &mut Tx,
    text: &'static str,
    filter: &EventFilter,
    fate: &FateFilter,
    limit: u32,
) -> Result<Vec<EventSummary>> {
    // As the record writes it, whatever part the rule had.
    let named = fate.rule.as_deref().map(|rule| format!("{{\"name\":{},", serde_json::Value::from(rule)));
    let rows = on!(tx, "list events", |c| bind_filter!(
        sqlx::query_as::<_, EventRow>(text),
        filter,
        i64::from(limit)
    )
    .bind(fate.code.map(ReasonCode::as_str))
    .bind(fate.outcome.map(EventOutcome::as_str))
    .bind(named.as_deref().map(clean))
    .fetch_all(c))?;
    rows.into_iter().map(EventRow::summary).collect()
}
