//! Puts exported events into a record.
//!
//! An imported event is `settled` and marked as imported, so that no server performs what happened elsewhere. What the rules
//! ask for is planned when it is replayed.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

use crate::store::{
    Store,
    backend::{Error, Multirow, ROWS_MAX, Result, on, padded},
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
        let mut tx = self.backend().single().await?.for_a_search();
        let (text, places) = INSERT.text(&tx, events.len());
        let inserted = on!(tx, "import events", |c| {
            let mut insert = sqlx::query_as::<_, (i64,)>(text);
            for row in padded(events, places) {
                let event = row.map(|(event, _)| event);
                insert = bind_event!(insert, event, row.map(|(_, deliveries)| *deliveries))
                    .bind(event.map(|_| now_ms));
            }
            insert.fetch_all(c)
        })?;
        tx.commit().await?;
        Ok(u64::try_from(inserted.len()).unwrap_or(u64::MAX))
    }
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
