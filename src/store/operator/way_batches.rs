//! Tables of contact ways that are being made: what is asked for in each row, and what came of it.

use super::names::names;
use crate::{
    access::By,
    store::{
        Store,
        backend::{Multirow, ROWS_MAX, Result, clean, fact, on, padded, read_name, row, run},
    },
};

/// How long a table stays on record: until nobody asks any more what came of it.
const KEPT_FOR_MS: i64 = 30 * 86_400_000;

/// How many tables stay on record, the newest of them: each has up to five hundred rows, and more than a few a day are made
/// by nobody.
const KEPT_MAX: i64 = 200;

names! {
    /// Where a row of a table stands.
    WayStatus, "status of a row":
    /// Nothing has been asked of WeCom yet.
    Waiting = "waiting",
    /// WeCom is being asked, or the process has ended meanwhile.
    Running = "running",
    /// WeCom has made it.
    Made = "made",
    /// WeCom has not made it.
    Failed = "failed",
    /// Nobody knows: the answer was lost.
    Unsure = "unsure",
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayRow {
    /// Its line in the table.
    pub line: i64,
    /// What is asked for, as JSON.
    pub asked: String,
    /// Where it stands.
    pub status: WayStatus,
    /// Since when.
    pub at_ms: i64,
    /// The id of what was made.
    pub config_id: Option<String>,
    /// WeCom's code, where it refused.
    pub errcode: Option<i64>,
    /// WeCom's words, or what happened.
    pub message: Option<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBatch {
    /// Its number.
    pub id: i64,
    /// In whose name its ways are made.
    pub app: String,
    /// When it was begun.
    pub created_at_ms: i64,
    /// By whom.
    pub created_by: String,
    /// Its rows, in the order of the lines.
    pub rows: Vec<WayRow>,
}

/// What came of a row.
#[derive(Clone, Debug)]
pub struct WayEnd<'a> {
    /// Made, failed or unsure.
    pub status: WayStatus,
    /// The id of what was made.
    pub config_id: Option<&'a str>,
    /// WeCom's code.
    pub errcode: Option<i64>,
    /// WeCom's words.
    pub message: Option<&'a str>,
}

row! {
    struct BatchRow {
        app: String,
        created_at_ms: i64,
        created_by: String,
    }
}

row! {
    struct LineRow {
        line: i64,
        asked: String,
        status: String,
        at_ms: i64,
        config_id: Option<String>,
        errcode: Option<i64>,
        message: Option<String>,
    }
}

static INSERT_ROWS: Multirow = Multirow::new(
    &["line", "batch_id", "asked", "at_ms"],
    "INSERT INTO contact_way_batch_row (batch_id, line, asked, status, at_ms)
     SELECT batch_id, line, asked, 'waiting', at_ms FROM v WHERE line IS NOT NULL",
);

impl Store {
    /// Stores a table that is about to be made, each row with its line; its number. Tables of more than a month ago are
    /// forgotten, and the oldest where there are too many.
    pub async fn begin_way_batch(
        &self,
        app: &str,
        rows: &[(i64, String)],
        by: &By,
        now_ms: i64,
    ) -> Result<i64> {
        let mut tx = self.backend().begin().await?;
        run!(tx, "forget old tables of contact ways", |c| sqlx::query(
            "DELETE FROM contact_way_batch
             WHERE created_at_ms < $1
                OR id <= (SELECT id FROM contact_way_batch ORDER BY id DESC LIMIT 1 OFFSET $2)"
        )
        .bind(now_ms.saturating_sub(KEPT_FOR_MS))
        .bind(KEPT_MAX - 1)
        .execute(c))?;
        let id: i64 = on!(tx, "store a table of contact ways", |c| {
            sqlx::query_scalar(
            "INSERT INTO contact_way_batch (app, created_at_ms, created_by) VALUES ($1, $2, $3) RETURNING id"
        )
        .bind(fact(app))
        .bind(now_ms)
        .bind(fact(&by.who))
        .fetch_one(c)
        })?;
        for chunk in rows.chunks(ROWS_MAX) {
            let (text, places) = INSERT_ROWS.text(&tx, chunk.len());
            run!(tx, "store rows of contact ways", |c| {
                let mut insert = sqlx::query(text);
                for row in padded(chunk, places) {
                    insert = insert
                        .bind(row.map(|(line, _)| *line))
                        .bind(row.map(|_| id))
                        .bind(row.map(|(_, asked)| clean(asked)))
                        .bind(row.map(|_| now_ms));
                }
                insert.execute(c)
            })?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Takes the first row that waits: nobody else gets it. `None`: there is none.
    pub async fn take_way_row(&self, batch: i64, now_ms: i64) -> Result<Option<(i64, String)>> {
        let mut tx = self.backend().single().await?;
        let taken: Option<(i64, String)> = on!(tx, "take a row of contact ways", |c| sqlx::query_as(
            "UPDATE contact_way_batch_row SET status = 'running', at_ms = $2
             WHERE batch_id = $1 AND status = 'waiting' AND line =
                 (SELECT min(line) FROM contact_way_batch_row WHERE batch_id = $1 AND status = 'waiting')
             RETURNING line, asked"
        )
        .bind(batch)
        .bind(now_ms)
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Says what came of a row that was taken.
    pub async fn end_way_row(&self, batch: i64, line: i64, end: &WayEnd<'_>, now_ms: i64) -> Result<()> {
        let mut tx = self.backend().single().await?;
        run!(tx, "note what came of a row of contact ways", |c| {
            sqlx::query(
            "UPDATE contact_way_batch_row SET status = $3, at_ms = $4, config_id = $5, errcode = $6, message = $7
             WHERE batch_id = $1 AND line = $2 AND status = 'running'"
        )
        .bind(batch)
        .bind(line)
        .bind(end.status.as_str())
        .bind(now_ms)
        .bind(end.config_id.map(clean))
        .bind(end.errcode)
        .bind(end.message.map(clean))
        .execute(c)
        })?;
        tx.commit().await
    }

    /// A table, whole.
    pub async fn way_batch(&self, id: i64) -> Result<Option<WayBatch>> {
        let mut tx = self.backend().read().await?;
        let batch = on!(tx, "read a table of contact ways", |c| sqlx::query_as::<_, BatchRow>(
            "SELECT app, created_at_ms, created_by FROM contact_way_batch WHERE id = $1"
        )
        .bind(id)
        .fetch_optional(c))?;
        let rows = on!(tx, "read the rows of contact ways", |c| sqlx::query_as::<_, LineRow>(
            "SELECT line, asked, status, at_ms, config_id, errcode, message FROM contact_way_batch_row
             WHERE batch_id = $1 ORDER BY line"
        )
        .bind(id)
        .fetch_all(c))?;
        tx.commit().await?;
        let Some(BatchRow { app, created_at_ms, created_by }) = batch else { return Ok(None) };
        let rows = rows.into_iter().map(|row| {
            let LineRow { line, asked, status, at_ms, config_id, errcode, message } = row;
            let status = read_name("contact_way_batch_row", "status", id, &status)?;
            Ok(WayRow { line, asked, status, at_ms, config_id, errcode, message })
        });
        Ok(Some(WayBatch { id, app, created_at_ms, created_by, rows: rows.collect::<Result<_>>()? }))
    }
}
