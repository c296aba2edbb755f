//! Takes events out of a record, as lines of JSON that [`import`](super::import) reads.
//!
//! A line holds what the event was and how it arrived, not what was done for it.

use futures_util::{Stream, TryStreamExt, stream};
use serde::Serialize;

use super::pseudonyms::Pseudonyms;
use crate::store::{
    Store,
    backend::{Error, Result, on, row, run},
    read::{
        events::{EventRow, EventSummary, event_columns},
        filter::{EventFilter, bind_filter, matches_filter},
        payload::Payload,
    },
};

/// How many events are read at a time: a few hundred kilobytes, and no reader stays open for long. While one does, SQLite
/// cannot write its log back into the file.
const EXPORT_PAGE: i64 = 200;

#[derive(Serialize)]
struct ExportedEvent {
    #[serde(flatten)]
    summary: EventSummary,
    #[serde(flatten)]
    payload: Payload,
}

row! {
    struct ExportedRow {
        payload: Vec<u8>,
        ..summary: EventRow,
    }
}

const PAGE: &str = concat!(
    "SELECT ",
    event_columns!(),
    ", payload FROM event WHERE id < $1 AND id > $12 AND ",
    matches_filter!(""),
    " ORDER BY id LIMIT $11"
);

impl Store {
    /// The events that a filter finds, oldest first, as lines of JSON without line ends: at most `limit`, or all.
    pub fn export(&self, filter: EventFilter) -> impl Stream<Item = Result<String>> + Send + use<> {
        self.export_as(filter, None)
    }

    /// The same, with pseudonyms where they are given.
    pub fn export_as(
        &self,
        filter: EventFilter,
        pseudonyms: Option<Pseudonyms>,
    ) -> impl Stream<Item = Result<String>> + Send + use<> {
        let left = filter.limit.map_or(i64::MAX, i64::from);
        stream::try_unfold(
            (self.clone(), filter, pseudonyms, 0_i64, left),
            |(store, filter, pseudonyms, after, left)| async move {
                let mut page = store.export_page(&filter, after, left.min(EXPORT_PAGE)).await?;
                let Some(last) = page.last() else { return Ok::<_, Error>(None) };
                let next = (last.summary.id, left - i64::try_from(page.len()).unwrap_or(i64::MAX));
                if let Some(pseudonyms) = &pseudonyms {
                    for event in &mut page {
                        pseudonyms.of(&mut event.summary, &mut event.payload);
                    }
                }
                let lines = stream::iter(page.into_iter().map(to_line));
                Ok(Some((lines, (store, filter, pseudonyms, next.0, next.1))))
            },
        )
        .try_flatten()
    }

    /// The pseudonyms of this record: with the key that is in it, or with this one from now on.
    pub async fn pseudonyms(&self, fresh: [u8; 32]) -> Result<Pseudonyms> {
        let mut tx = self.backend().begin().await?;
        run!(tx, "keep the key of pseudonyms", |c| sqlx::query(
            "INSERT INTO pseudonym_key (id, key) VALUES (1, $1) ON CONFLICT (id) DO NOTHING"
        )
        .bind(fresh.as_slice())
        .execute(c))?;
        let (key,) = on!(tx, "read the key of pseudonyms", |c| sqlx::query_as::<_, (Vec<u8>,)>(
            "SELECT key FROM pseudonym_key WHERE id = 1"
        )
        .fetch_one(c))?;
        tx.commit().await?;
        Ok(Pseudonyms::new(&key))
    }

    async fn export_page(&self, filter: &EventFilter, after: i64, limit: i64) -> Result<Vec<ExportedEvent>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let rows = on!(tx, "export events", |c| bind_filter!(
            sqlx::query_as::<_, ExportedRow>(PAGE),
            filter,
            limit
        )
        .bind(after)
        .fetch_all(c))?;
        tx.commit().await?;
        let event = |ExportedRow { summary, payload }: ExportedRow| {
            Ok(ExportedEvent { summary: summary.summary()?, payload: Payload(payload) })
        };
        rows.into_iter().map(event).collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "mapped over a page that is given up")]
fn to_line(event: ExportedEvent) -> Result<String> {
    serde_json::to_string(&event)
        .map_err(|error| Error::unreadable("event", "payload", event.summary.id, error))
}
