//! Acts on many, as people ask for them: prepared, so that it is seen first how many they are; started once, followed, and
//! cut short. What is found is found when it is prepared, so that what is done is what was shown.
//!
//! The processes that serve work them off in [turns](super::bulk_turns).

use serde::{Serialize, Serializer};

use super::names::names;
use crate::{
    access::{Act, By},
    action::Kinds,
    store::{
        Store,
        access::audit::{self, AuditLine},
        backend::{Error, Result, Tx, fact, on, read_name, row, run},
    },
};

/// How many there may be of one: their ids are a few hundred kilobytes, and what fails of them a row each.
pub const BULK_MAX: usize = 50_000;

/// How many may be under way: each takes its turn, and whoever comes after a hundred waits for nothing that is near. Held when one
/// is started; who prepares one while there are so many is told at once. Those who start at the same instant may be a few
/// more.
const RUNNING_MAX: i64 = 100;

/// How many that were not started are kept, the newest of them, and for how long: what was found is out of date by then.
const PREPARED_MAX: i64 = 100;
const PREPARED_FOR_MS: i64 = 86_400_000;

/// How long and how many of those that have ended are kept: what failed of them is looked at in the days after.
const ENDED_FOR_MS: i64 = 30 * 86_400_000;
const ENDED_MAX: i64 = 1_000;

names! {
    /// What is done to many.
    BulkAct, "act on many":
    /// Actions that failed are tried again.
    Retry = "retry",
    /// Events are planned and performed again.
    Replay = "replay",
}

names! {
    /// How far it is.
    BulkState, "state of an act on many":
    /// It is known how many they are, and nothing is done.
    Prepared = "prepared",
    /// It is being done.
    Running = "running",
    /// Each of them had its turn.
    Done = "done",
    /// It was cut short.
    Cancelled = "cancelled",
}

names! {
    /// Why something of it came to nothing.
    BulkWhy, "reason why one of many came to nothing":
    /// It is not in the record any more.
    Missing = "missing",
    /// The welcome's 20 seconds are over.
    TooLate = "too_late",
    /// The event is of an app that is not in the settings.
    UnknownApp = "unknown_app",
    /// The event was being planned already.
    UnderWay = "under_way",
    /// It was tried and failed again; the action says why.
    Failed = "failed",
}

/// An act on many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BulkRecord {
    /// Its id.
    pub id: i64,
    /// What is done.
    pub act: BulkAct,
    /// How far it is.
    pub state: BulkState,
    /// How many there are of it.
    pub matches: i64,
    /// How many have been given out, of which some may be open still.
    #[serde(skip)]
    pub begun: i64,
    /// With how many it went well.
    pub done: i64,
    /// How many came to nothing.
    pub failed: i64,
    /// How many WeCom, or their receiver, did not take yet: they are tried again by themselves.
    pub waiting: i64,
    /// The kinds of action to which it is limited; none: it is not.
    #[serde(serialize_with = "list")]
    pub only: Kinds,
    /// When it was prepared.
    pub prepared_at_ms: i64,
    /// When it ended.
    pub ended_at_ms: Option<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn list<S: Serializer>(only: &Kinds, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_seq(only.named())
}

/// What became of the wish to prepare one, or to start it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkAnswer {
    /// It stands so.
    Stands(BulkRecord),
    /// There is none.
    Missing,
    /// Too many are under way.
    TooManyRunning,
}

row! {
    struct BulkRow {
        id: i64,
        act: String,
        state: String,
        matches: i64,
        begun: i64,
        done: i64,
        failed: i64,
        waiting: i64,
        only_kinds: Option<String>,
        prepared_at_ms: i64,
        ended_at_ms: Option<i64>,
    }
}

impl BulkRow {
    fn record(self) -> Result<BulkRecord> {
        Ok(BulkRecord {
            act: read_name("bulk", "act", self.id, &self.act)?,
            state: read_name("bulk", "state", self.id, &self.state)?,
            only: kinds(self.id, self.only_kinds.as_deref())?,
            id: self.id,
            matches: self.matches,
            begun: self.begun,
            done: self.done,
            failed: self.failed,
            waiting: self.waiting,
            prepared_at_ms: self.prepared_at_ms,
            ended_at_ms: self.ended_at_ms,
        })
    }
}

/// The kinds of a row.
pub(super) fn kinds(id: i64, text: Option<&str>) -> Result<Kinds> {
    let read = text.map_or(Ok(Kinds::default()), Kinds::from_text);
    read.map_err(|error| Error::unreadable("bulk", "only_kinds", id, error))
}

macro_rules! returning {
    ($statement:literal) => {
        concat!(
            $statement,
            " id, act, state, matches, begun, done, failed, waiting, only_kinds, prepared_at_ms, ended_at_ms"
        )
    };
}

const INSERT: &str = returning!(
    "INSERT INTO bulk (act, only_kinds, state, matches, begun, counted, done, failed, waiting, who, via, address,
                       prepared_at_ms, turn_ms, lease_epoch)
     VALUES ($1, $2, 'prepared', $3, 0, 0, 0, 0, 0, $4, $5, $6, $7, $7, 0)
     RETURNING"
);

// From now on it is done in the name of whoever starts it. What is of nothing has ended already.
const START: &str = returning!(
    "UPDATE bulk SET state = CASE WHEN matches = 0 THEN 'done' ELSE 'running' END,
            ended_at_ms = CASE WHEN matches = 0 THEN $2 END, who = $3, via = $4, address = $5, turn_ms = $2
     WHERE id = $1 AND state = 'prepared' AND (SELECT count(*) FROM bulk WHERE state = 'running') < $6
     RETURNING"
);

const CANCEL: &str = returning!(
    "UPDATE bulk SET state = 'cancelled', ended_at_ms = $2
     WHERE id = $1 AND state IN ('prepared', 'running')
     RETURNING"
);

const FORGET: &str = "DELETE FROM bulk
     WHERE state = 'prepared' AND (prepared_at_ms < $1 OR id < $2)
        OR state IN ('done', 'cancelled') AND counted = begun AND (ended_at_ms < $3 OR id < $4)";

impl Store {
    /// Prepares an act on these actions or events; nothing is done with them yet. At most [`BULK_MAX`] of them are taken.
    pub async fn prepare_bulk(
        &self,
        act: BulkAct,
        only: Kinds,
        mut ids: Vec<i64>,
        by: &By,
        now_ms: i64,
    ) -> Result<BulkAnswer> {
        ids.truncate(BULK_MAX);
        // In the order in which they happened.
        ids.sort_unstable();
        ids.dedup();
        let mut tx = self.backend().begin().await?;
        forget(&mut tx, now_ms).await?;
        let (running,) = on!(tx, "count acts on many", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT count(*) FROM bulk WHERE state = 'running'"
        )
        .fetch_one(c))?;
        if running >= RUNNING_MAX {
            tx.commit().await?;
            return Ok(BulkAnswer::TooManyRunning);
        }
        let row = on!(tx, "prepare an act on many", |c| sqlx::query_as::<_, BulkRow>(INSERT)
            .bind(act.as_str())
            .bind(only.to_text())
            .bind(i64::try_from(ids.len()).unwrap_or(i64::MAX))
            .bind(fact(&by.who))
            .bind(by.via.as_str())
            .bind(by.address.as_deref().map(fact))
            .bind(now_ms)
            .fetch_one(c))?;
        let record = row.record()?;
        run!(tx, "prepare an act on many", |c| sqlx::query(
            "INSERT INTO bulk_ids (bulk_id, ids) VALUES ($1, $2)"
        )
        .bind(record.id)
        .bind(packed(&ids))
        .execute(c))?;
        note(&mut tx, by, Act::BulkPrepared, &record, now_ms).await?;
        tx.commit().await?;
        Ok(BulkAnswer::Stands(record))
    }

    /// Starts it, if it is prepared; as it stands now.
    pub async fn start_bulk(&self, id: i64, by: &By, now_ms: i64) -> Result<BulkAnswer> {
        let mut tx = self.backend().begin().await?;
        let row = on!(tx, "start an act on many", |c| sqlx::query_as::<_, BulkRow>(START)
            .bind(id)
            .bind(now_ms)
            .bind(fact(&by.who))
            .bind(by.via.as_str())
            .bind(by.address.as_deref().map(fact))
            .bind(RUNNING_MAX)
            .fetch_optional(c))?;
        Ok(match changed(tx, id, row, (by, Act::BulkStarted), now_ms).await? {
            // Only for want of room is one still prepared.
            Some(record) if record.state == BulkState::Prepared => BulkAnswer::TooManyRunning,
            Some(record) => BulkAnswer::Stands(record),
            None => BulkAnswer::Missing,
        })
    }

    /// Cuts it short, if it has not ended; as it stands now. What was given out already comes to its end.
    pub async fn cancel_bulk(&self, id: i64, by: &By, now_ms: i64) -> Result<Option<BulkRecord>> {
        let mut tx = self.backend().begin().await?;
        let row = on!(tx, "cancel an act on many", |c| sqlx::query_as::<_, BulkRow>(CANCEL)
            .bind(id)
            .bind(now_ms)
            .fetch_optional(c))?;
        drop_ids(&mut tx, id).await?;
        changed(tx, id, row, (by, Act::BulkCancelled), now_ms).await
    }

    /// How an act on many stands; `None` if there is none.
    pub async fn bulk(&self, id: i64) -> Result<Option<BulkRecord>> {
        let mut tx = self.backend().read().await?;
        let record = read(&mut tx, id).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Those that are under way, the newest first.
    pub async fn bulks_running(&self, limit: i64) -> Result<Vec<BulkRecord>> {
        let mut tx = self.backend().read().await?;
        let rows =
            on!(tx, "list acts on many", |c| sqlx::query_as::<_, BulkRow>(RUNNING).bind(limit).fetch_all(c))?;
        tx.commit().await?;
        rows.into_iter().map(BulkRow::record).collect()
    }
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, act, state, matches, begun, done, failed, waiting, only_kinds, prepared_at_ms, ended_at_ms
             FROM bulk WHERE ",
            $which
        )
    };
}

const READ: &str = select!("id = $1");
const RUNNING: &str = select!("state = 'running' ORDER BY id DESC LIMIT $1");

/// Writes the line about a change, if there was one, and ends the transaction.
async fn changed(
    mut tx: Tx,
    id: i64,
    row: Option<BulkRow>,
    (by, act): (&By, Act),
    now_ms: i64,
) -> Result<Option<BulkRecord>> {
    let record = match row.map(BulkRow::record).transpose()? {
        Some(record) => {
            note(&mut tx, by, act, &record, now_ms).await?;
            Some(record)
        }
        None => read(&mut tx, id).await?,
    };
    tx.commit().await?;
    Ok(record)
}

async fn read(tx: &mut Tx, id: i64) -> Result<Option<BulkRecord>> {
    let row =
        on!(tx, "read an act on many", |c| sqlx::query_as::<_, BulkRow>(READ).bind(id).fetch_optional(c))?;
    row.map(BulkRow::record).transpose()
}

async fn note(tx: &mut Tx, by: &By, act: Act, record: &BulkRecord, now_ms: i64) -> Result<()> {
    let (target, what) = (record.id.to_string(), format!("{} {}", record.act, record.matches));
    audit::note(tx, &AuditLine { by, act, target: &target, before: None, after: Some(&what) }, now_ms).await
}

macro_rules! let_go {
    ($act:literal, $table:literal) => {
        concat!(
            "WITH highest AS (SELECT COALESCE(max(id), 0) AS id FROM ",
            $table,
            ") UPDATE bulk SET gone_above = (SELECT id FROM highest)
             WHERE act = '",
            $act,
            "' AND (SELECT id FROM highest) < $1 AND (gone_above IS NULL OR gone_above > (SELECT id FROM highest))
               AND (EXISTS (SELECT 1 FROM bulk_ids i WHERE i.bulk_id = bulk.id
                            AND hex(substr(i.ids, -8)) > printf('%016X', (SELECT id FROM highest)))
                    OR EXISTS (SELECT 1 FROM bulk_failure f
                               WHERE f.bulk_id = bulk.id AND f.item_id > (SELECT id FROM highest)))"
        )
    };
}

/// Actions or events were deleted, of which this was the highest number. Where it was the highest of all, SQLite gives it and those
/// below it out again, down to the highest that is left; so the acts that stand there lose what they have above that. What has
/// ended as well: it names what failed. An act that is prepared later has the numbers of those who have them then.
pub(super) async fn let_go(tx: &mut Tx, act: BulkAct, newest: Option<i64>) -> Result<()> {
    // Differs because PostgreSQL gives no number out twice; and there the rows of acts are locked before those of events.
    let Some(newest) = newest.filter(|_| !tx.is_postgres()) else { return Ok(()) };
    let text = match act {
        BulkAct::Retry => let_go!("retry", "action"),
        BulkAct::Replay => let_go!("replay", "event"),
    };
    run!(tx, "take what is gone out of acts on many", |c| sqlx::query(text).bind(newest).execute(c))
}

/// Whether it was deleted after the act was prepared, which [`let_go()`] has noted: what has that number by now
/// is something else.
pub(super) fn is_gone(id: i64, gone_above: Option<i64>) -> bool {
    gone_above.is_some_and(|above| id > above)
}

/// The same of a record that came from a backup, of whichever database: what its acts have beyond its highest numbers is gone.
pub(in crate::store) async fn let_go_beyond(tx: &mut Tx) -> Result<()> {
    for act in [BulkAct::Retry, BulkAct::Replay] {
        let_go(tx, act, Some(i64::MAX)).await?;
    }
    Ok(())
}

/// Drops the ids of one that has ended. What was given out before it was cancelled is counted first.
pub(super) async fn drop_ids(tx: &mut Tx, id: i64) -> Result<()> {
    run!(tx, "drop the ids of an act on many", |c| {
        sqlx::query(
        "DELETE FROM bulk_ids WHERE bulk_id = $1 AND EXISTS
             (SELECT 1 FROM bulk b WHERE b.id = $1 AND b.state IN ('done', 'cancelled') AND b.counted = b.begun)"
    )
    .bind(id)
    .execute(c)
    })
}

/// Forgets those that nobody needs any more.
async fn forget(tx: &mut Tx, now_ms: i64) -> Result<()> {
    let (newest,) = on!(tx, "count acts on many", |c| sqlx::query_as::<_, (i64,)>(
        "SELECT COALESCE(max(id), 0) FROM bulk"
    )
    .fetch_one(c))?;
    run!(tx, "forget acts on many", |c| sqlx::query(FORGET)
        .bind(now_ms.saturating_sub(PREPARED_FOR_MS))
        .bind(newest - PREPARED_MAX)
        .bind(now_ms.saturating_sub(ENDED_FOR_MS))
        .bind(newest - ENDED_MAX)
        .execute(c))
}

/// Ids as they stand in a row.
fn packed(ids: &[i64]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.to_be_bytes()).collect()
}

/// The ids of a part of a row.
pub(super) fn unpacked(bytes: &[u8]) -> Vec<i64> {
    bytes.as_chunks::<8>().0.iter().map(|id| i64::from_be_bytes(*id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let ids = [1, 255, 256, i64::MAX];
        assert_eq!(unpacked(&packed(&ids)), ids);
        assert_eq!(packed(&ids[..1]), [0, 0, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn names_are_those_of_the_record_and_of_the_api() {
        for state in [BulkState::Prepared, BulkState::Running, BulkState::Done, BulkState::Cancelled] {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        for why in
            [BulkWhy::Missing, BulkWhy::TooLate, BulkWhy::UnknownApp, BulkWhy::UnderWay, BulkWhy::Failed]
        {
            assert_eq!(why.as_str().parse(), Ok(why));
            assert_eq!(serde_json::to_value(why).unwrap(), why.as_str());
        }
        assert_eq!(serde_json::from_str::<BulkAct>("\"replay\"").unwrap(), BulkAct::Replay);
        assert!("else".parse::<BulkAct>().is_err());
    }
}
