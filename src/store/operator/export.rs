//! Takes events out of a record as lines of JSON, and puts them into another.
//!
//! A line holds what the event was and how it arrived, not what was done: an imported event is `settled` and marked,
//! so that no server performs what happened elsewhere. What it calls for is planned when it is replayed.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::{Stream, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::{
    event::Event,
    store::{
        Store,
        backend::{Error, Multirow, ROWS_MAX, Result, fact, on, padded},
        read::events::{EventFilter, EventSummary, Payload},
        record::accept::NewEvent,
    },
};

/// How many events are read at a time: a few hundred kilobytes, and no reader stays open for long (on SQLite the log
/// cannot be written back while one does).
const EXPORT_PAGE: i64 = 200;

/// The longest line that is imported; the body of a callback is bounded well below.
const LINE_BYTES_MAX: usize = 16 << 20;

/// What became of some lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Events that are in the record now.
    pub new: u64,
    /// Events that were in it already.
    pub known: u64,
}

#[derive(FromRow, Serialize)]
struct Exported {
    #[sqlx(flatten)]
    #[serde(flatten)]
    summary: EventSummary,
    #[serde(flatten)]
    #[sqlx(try_from = "Vec<u8>")]
    payload: Payload,
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// What an import looks at. Everything else follows from the payload.
#[derive(Deserialize)]
struct Line {
    app: String,
    received_at_ms: i64,
    #[serde(default = "one")]
    deliveries: i64,
    #[serde(default)]
    payload: Option<String>,
    #[serde(default)]
    payload_base64: Option<String>,
}

fn one() -> i64 {
    1
}

impl Store {
    /// The events that a filter finds, oldest first, as lines of JSON without their ends: at most `limit`, or all.
    pub fn export(&self, filter: EventFilter) -> impl Stream<Item = Result<String>> + Send + use<> {
        let left = filter.limit.map_or(i64::MAX, i64::from);
        stream::try_unfold((self.clone(), filter, 0_i64, left), |(store, filter, after, left)| async move {
            let page = store.export_page(&filter, after, left.min(EXPORT_PAGE)).await?;
            let Some(last) = page.last() else { return Ok::<_, Error>(None) };
            let next = (last.summary.id, left - i64::try_from(page.len()).unwrap_or(i64::MAX));
            Ok(Some((stream::iter(page.into_iter().map(line)), (store, filter, next.0, next.1))))
        })
        .try_flatten()
    }

    async fn export_page(&self, filter: &EventFilter, after: i64, limit: i64) -> Result<Vec<Exported>> {
        let mut tx = self.backend().read().await?;
        let page = on!(tx, "export events", |c| {
            sqlx::query_as::<_, Exported>(
            "SELECT id, app, event, change, user_id, external_user_id, state, happened_at_ms, received_at_ms,
                    acked_after_us, deliveries, status, corp_id, run, imported_at_ms, payload
             FROM event
             WHERE id > $1 AND id < $2
               AND ($3 IS NULL OR app = $3) AND ($4 IS NULL OR event = $4) AND ($5 IS NULL OR change = $5)
               AND ($6 IS NULL OR user_id = $6) AND ($7 IS NULL OR external_user_id = $7)
               AND ($8 IS NULL OR COALESCE(state, '') = $8) AND ($9 IS NULL OR status = $9)
               AND ($10 IS NULL OR received_at_ms >= $10) AND ($11 IS NULL OR received_at_ms < $11)
             ORDER BY id LIMIT $12"
        )
        .bind(after)
        .bind(filter.before_id.unwrap_or(i64::MAX))
        .bind(filter.app.as_deref().map(fact))
        .bind(filter.event.as_deref().map(fact))
        .bind(filter.change.as_deref().map(fact))
        .bind(filter.user.as_deref().map(fact))
        .bind(filter.customer.as_deref().map(fact))
        .bind(filter.state.as_deref().map(fact))
        .bind(filter.status.as_deref())
        .bind(filter.since_ms)
        .bind(filter.until_ms)
        .bind(limit)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        Ok(page)
    }

    /// Puts exported events into the record, `settled` and marked as imported, unless they are there. `first_line` is
    /// the number of the first of these lines, for the message about one that cannot be read. Empty lines are passed
    /// over.
    pub async fn import<L: AsRef<str> + Sync>(
        &self,
        first_line: u64,
        lines: &[L],
        now_ms: i64,
    ) -> Result<Imported> {
        let mut imported = Imported::default();
        let numbered: Vec<(u64, &str)> = (first_line..)
            .zip(lines.iter().map(|line| line.as_ref().trim()))
            .filter(|(_, line)| !line.is_empty())
            .collect();
        for chunk in numbered.chunks(ROWS_MAX) {
            let mut events = Vec::with_capacity(chunk.len());
            let mut fault = None;
            for (number, line) in chunk {
                match read(line) {
                    Ok(event) => events.push(event),
                    Err(problem) => {
                        fault = Some(Error::Import { line: *number, problem });
                        break;
                    }
                }
            }
            let read = u64::try_from(events.len()).unwrap_or(u64::MAX);
            let mut seen = HashSet::new();
            events.retain(|(event, _)| seen.insert((event.app.clone(), event.identity)));
            let new = if events.is_empty() { 0 } else { self.insert_imported(&events, now_ms).await? };
            imported.new += new;
            imported.known += read - new;
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        Ok(imported)
    }

    async fn insert_imported(&self, events: &[(NewEvent, i64)], now_ms: i64) -> Result<u64> {
        let mut tx = self.backend().single().await?;
        let (text, places) = INSERT.text(&tx, events.len());
        let inserted = on!(tx, "import events", |c| {
            let mut insert = sqlx::query_as::<_, (i64,)>(text);
            for row in padded(events, places) {
                let event = row.map(|(event, _)| event);
                insert = insert
                    .bind(event.map(|event| event.app.as_str()))
                    .bind(event.map(|event| event.identity.create_time_s))
                    .bind(event.map(|event| event.identity.digest.as_slice()))
                    .bind(event.and_then(|event| event.corp_id.as_deref()))
                    .bind(event.map(|event| event.event.as_str()))
                    .bind(event.and_then(|event| event.change.as_deref()))
                    .bind(event.and_then(|event| event.user_id.as_deref()))
                    .bind(event.and_then(|event| event.external_user_id.as_deref()))
                    .bind(event.and_then(|event| event.state.as_deref()))
                    .bind(event.map(|event| event.happened_at_ms))
                    .bind(event.map(|event| event.received_at_ms))
                    .bind(row.map(|(_, deliveries)| *deliveries))
                    .bind(event.map(|_| now_ms))
                    .bind(event.map(|event| event.payload.as_slice()));
            }
            insert.fetch_all(c)
        })?;
        tx.commit().await?;
        Ok(u64::try_from(inserted.len()).unwrap_or(u64::MAX))
    }
}

static INSERT: Multirow = Multirow::new(
    &[
        "app",
        "create_time_s",
        "digest",
        "corp_id",
        "event",
        "change",
        "user_id",
        "external_user_id",
        "state",
        "happened_at_ms",
        "received_at_ms",
        "deliveries",
        "imported_at_ms",
        "payload",
    ],
    "INSERT INTO event (app, create_time_s, digest, corp_id, event, change, user_id, external_user_id, state,
                        happened_at_ms, received_at_ms, deliveries, imported_at_ms, payload,
                        status, run, unfinished, rules, lease_epoch)
     SELECT app, create_time_s, digest, corp_id, event, change, user_id, external_user_id, state,
            happened_at_ms, received_at_ms, deliveries, imported_at_ms, payload,
            'settled', 0, 0, '[]', 0
     FROM v WHERE app IS NOT NULL
     ON CONFLICT (app, create_time_s, digest) DO NOTHING
     RETURNING id",
);

#[expect(clippy::needless_pass_by_value, reason = "the last to need it")]
fn line(exported: Exported) -> Result<String> {
    serde_json::to_string(&exported).map_err(|error| Error::Unreadable {
        table: "event",
        row: exported.summary.id,
        what: error.to_string(),
    })
}

/// An exported event and how often it was delivered.
fn read(line: &str) -> std::result::Result<(NewEvent, i64), String> {
    if line.len() > LINE_BYTES_MAX {
        return Err(format!("it is longer than {LINE_BYTES_MAX} bytes"));
    }
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let payload = match (line.payload, line.payload_base64) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(base64)) => BASE64_STANDARD
            .decode(base64)
            .map_err(|error| format!("its payload_base64 is not base64: {error}"))?,
        (None, None) => return Err("it has neither payload nor payload_base64".into()),
    };
    let event = Event::parse(&payload);
    Ok((NewEvent::imported(&line.app, payload, &event, line.received_at_ms), line.deliveries.max(1)))
}
