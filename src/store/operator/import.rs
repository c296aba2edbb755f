//! Puts exported events into a record.
//!
//! An imported event is `settled` and marked as imported, so that no server performs what happened elsewhere. What the rules
//! ask for is planned when it is replayed.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

use super::{forget::CustomerHash, past};
use crate::store::{
    Store,
    backend::{Error, Multirow, ROWS_MAX, Result, Tx, on, padded},
    record::event::{NewEvent, bind_event, insert_events},
};
use wecom_core::event::Event;

/// The longest line that is imported, in bytes. The body of a callback is bounded well below that.
pub const LINE_BYTES_MAX: u64 = 16 << 20;

/// What became of some lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many events were added to the record.
    pub new: u64,
    /// How many were in it already.
    pub known: u64,
    /// How many stay away: they were in it and have been pruned, or their customer has been forgotten.
    pub gone: u64,
}

/// What an import reads of an exported event. Everything else follows from the payload.
#[derive(Deserialize)]
struct ExportedLine {
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
    /// Puts exported events into the record, `settled` and marked as imported, unless they are there already. `first_line`
    /// is the number of the first of these lines, for the message about one that cannot be read. Empty lines are skipped.
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
                    Err(what) => {
                        fault = Some(Error::Import { line: *number, fault: what });
                        break;
                    }
                }
            }
            let read = u64::try_from(events.len()).unwrap_or(u64::MAX);
            let mut seen = HashSet::new();
            events.retain(|(event, _)| seen.insert((event.app.clone(), event.identity)));
            let (new, gone) = if events.is_empty() { (0, 0) } else { self.bring_in(events, now_ms).await? };
            imported.new += new;
            imported.gone += gone;
            imported.known += read - new - gone;
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        Ok(imported)
    }

    /// How many were added, and how many stay away.
    async fn bring_in(&self, mut events: Vec<(NewEvent, i64)>, now_ms: i64) -> Result<(u64, u64)> {
        let mut tx = self.backend().begin().await?.for_a_search();
        // Nobody takes out what is looked for here until it is in.
        past::lock(&mut tx).await?;
        let gone = gone(&mut tx, &events).await?;
        let mut nth = 0_i64..;
        events.retain(|_| nth.next().is_none_or(|nth| !gone.contains(&nth)));
        let new = if events.is_empty() { 0 } else { insert(&mut tx, &events, now_ms).await? };
        tx.commit().await?;
        Ok((new, u64::try_from(gone.len()).unwrap_or(u64::MAX)))
    }
}

async fn insert(tx: &mut Tx, events: &[(NewEvent, i64)], now_ms: i64) -> Result<u64> {
    let (text, places) = INSERT.text(tx, events.len());
    let inserted = on!(tx, "import events", |c| {
        let mut insert = sqlx::query_as::<_, (i64,)>(text);
        for row in padded(events, places) {
            let event = row.map(|(event, _)| event);
            insert = bind_event!(insert, event, row.map(|(_, deliveries)| *deliveries))
                .bind(event.map(|_| now_ms));
        }
        insert.fetch_all(c)
    })?;
    Ok(u64::try_from(inserted.len()).unwrap_or(u64::MAX))
}

// What is in the record still is known, whatever else holds. An identity is remembered for a day only; after that the pair
// tells: events of a customer go from the first on, so what happened up to the last that has gone has gone as well, and is in the
// sums of statistics. That a customer was forgotten the audit knows for ever; what came later is about them anew.
static GONE: Multirow = Multirow::new(
    &[
        "nth",
        "app",
        "create_time_s",
        "digest",
        "external_user_id",
        "user_id",
        "happened_at_ms",
        "received_at_ms",
        "target",
        "is_of_pair",
    ],
    "SELECT v.nth FROM v
     WHERE v.nth IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM event e
                       WHERE e.app = v.app AND e.create_time_s = v.create_time_s AND e.digest = v.digest)
       AND (EXISTS (SELECT 1 FROM gone_event g
                    WHERE g.app = v.app AND g.create_time_s = v.create_time_s AND g.digest = v.digest)
            OR v.is_of_pair
               AND EXISTS (SELECT 1 FROM past_pair q
                           WHERE q.external_user_id = v.external_user_id AND q.app = v.app AND q.user_id = v.user_id
                             AND q.last_ms >= v.happened_at_ms)
            OR EXISTS (SELECT 1 FROM audit a
                       WHERE a.act = 'forgotten' AND a.target = v.target AND a.at_ms >= v.received_at_ms))",
);

/// Which of the events, by their places, are to stay away.
async fn gone(tx: &mut Tx, events: &[(NewEvent, i64)]) -> Result<HashSet<i64>> {
    let (text, places) = GONE.text(tx, events.len());
    let rows = on!(tx, "look for events that are gone", |c| {
        let mut select = sqlx::query_as::<_, (i64,)>(text);
        for (nth, row) in (0_i64..).zip(padded(events, places)) {
            let event = row.map(|(event, _)| event);
            let customer = event.and_then(|event| event.external_user_id.as_deref());
            let is_asked_about = event.and_then(|event| event.change.as_deref()).map(past::is_asked_about);
            select = select
                .bind(event.map(|_| nth))
                .bind(event.map(|event| event.app.as_str()))
                .bind(event.map(|event| event.identity.create_time_s))
                .bind(event.map(|event| event.identity.digest.as_slice()))
                .bind(customer)
                .bind(event.map(|event| event.user_id.as_deref().unwrap_or_default()))
                .bind(event.map(|event| event.happened_at_ms))
                .bind(event.map(|event| event.received_at_ms))
                .bind(customer.map(|customer| CustomerHash::of(customer).to_string()))
                .bind(is_asked_about.unwrap_or(false));
        }
        select.fetch_all(c)
    })?;
    Ok(rows.into_iter().map(|(nth,)| nth).collect())
}

static INSERT: Multirow = insert_events!(
    own: ["imported_at_ms"],
    fixed: "status, run, unfinished, rules, lease_epoch" = "'settled', 0, 0, '[]', 0",
    only: "",
    conflict: "DO NOTHING RETURNING id"
);

/// The event of a line, and how often it was delivered; or what is wrong with the line.
fn read(line: &str) -> std::result::Result<(NewEvent, i64), String> {
    if u64::try_from(line.len()).is_ok_and(|bytes| bytes > LINE_BYTES_MAX) {
        return Err(format!("it is longer than {LINE_BYTES_MAX} bytes"));
    }
    let line: ExportedLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let payload = match (line.payload, line.payload_base64) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(base64)) => BASE64_STANDARD
            .decode(base64)
            .map_err(|error| format!("its payload_base64 is not base64: {error}"))?,
        (None, None) => return Err("it has neither payload nor payload_base64".into()),
    };
    let event = Event::from_payload(&payload);
    Ok((NewEvent::imported(&line.app, payload, &event, line.received_at_ms), line.deliveries.max(1)))
}
