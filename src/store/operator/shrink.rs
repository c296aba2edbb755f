//! Gives the room of what was taken out back to the disk, and leaves no trace of it in the SQLite file. PostgreSQL sees to both by
//! itself (autovacuum).

use crate::store::{
    Store,
    backend::{Result, Tx, on, run},
};

/// One step gives 64 pages back: a quarter of a megabyte, which takes a few milliseconds.
const GIVE_BACK: &str = "PRAGMA incremental_vacuum(64)";

/// Makes the whole file anew, so that it can be given back page by page from then on.
const ANEW: &str = "PRAGMA auto_vacuum = INCREMENTAL; VACUUM";

/// One in so many pages stays free for the events of tomorrow, and these at least: growing again is work as well.
const KEPT_OF: i64 = 20;
const KEPT_MIN: i64 = 64;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shrunk {
    /// There may be more to give back.
    More,
    /// There is nothing to give back.
    Through,
    /// The file was made by a version of the program that did not prepare it for this. Its free pages are used again, and it stays
    /// as large as it is until it is [made anew](Store::make_anew).
    NotPrepared,
}

impl Store {
    /// Gives a few pages of the SQLite file back.
    pub async fn shrink_step(&self) -> Result<Shrunk> {
        if self.file().is_none() {
            return Ok(Shrunk::Through);
        }
        let mut tx = self.backend().single().await?;
        let free = number(&mut tx, "PRAGMA freelist_count").await?;
        let all = number(&mut tx, "PRAGMA page_count").await?;
        let step = if free <= (all / KEPT_OF).max(KEPT_MIN) {
            Shrunk::Through
        } else if number(&mut tx, "PRAGMA auto_vacuum").await? == 2 {
            run!(tx, "give free pages back", |c| sqlx::raw_sql(GIVE_BACK).execute(c))?;
            Shrunk::More
        } else {
            Shrunk::NotPrepared
        };
        tx.commit().await?;
        Ok(step)
    }

    /// Writes the log back into the SQLite file as far as nobody reads it, which then ends where its last page does.
    pub async fn write_back(&self) -> Result<()> {
        if self.file().is_none() {
            return Ok(());
        }
        let mut tx = self.backend().single().await?;
        number(&mut tx, "PRAGMA wal_checkpoint(PASSIVE)").await?;
        tx.commit().await
    }

    /// Makes the SQLite file anew of what is in the record, so that nothing else is in it, and empties the log beside it. Nobody
    /// writes meanwhile. `false`: somebody reads from the log, which keeps its old pages for now.
    pub async fn make_anew(&self) -> Result<bool> {
        if self.file().is_none() {
            return Ok(true);
        }
        let mut tx = self.backend().single().await?.for_a_rewrite();
        run!(tx, "make the database file anew", |c| sqlx::raw_sql(ANEW).execute(c))?;
        let mut busy = 1;
        for _ in 0..EMPTIED_TRIES {
            busy = number(&mut tx, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
            if busy == 0 {
                break;
            }
        }
        tx.commit().await?;
        Ok(busy == 0)
    }
}

/// Each try waits for readers as long as for a lock, some seconds: whoever lists a long page is through by then.
const EMPTIED_TRIES: u32 = 3;

async fn number(tx: &mut Tx, pragma: &'static str) -> Result<i64> {
    let (number,) =
        on!(tx, "ask about the database file", |c| sqlx::query_as::<_, (i64,)>(pragma).fetch_one(c))?;
    Ok(number)
}
