//! How acts on many are worked off: in turns, by whichever process serves.
//!
//! A turn is a lease of one of them. Who has it gives out the next few, waits a moment for what becomes of them, counts that,
//! and gives the lease back, so that those that are running take turns. To give out is one transaction with what is changed
//! in the record, fenced by the lease's epoch: each is begun once, whoever is killed at whichever point. Those that were
//! given out and not counted are the next holder's to count.

use std::collections::HashMap;

use super::{
    bulk::{BulkAct, BulkState, BulkWhy, drop_ids, is_gone, kinds, unpacked},
    bulk_ends::BulkEnd,
    replay,
    retry::{Retry, retry_in},
};
use crate::{
    access::By,
    action::Kinds,
    store::{
        Store,
        backend::{Dialect, Multirow, ROWS_MAX, Result, Tx, on, padded, read_name, row, run},
        processes::ProcessId,
        record::event::ClaimedEvent,
    },
};

/// How long a turn may take before another process has the next: it is over within half a minute.
const LEASE_MS: i64 = 120_000;

/// A turn at an act on many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkTurn {
    /// The id of the act.
    pub id: i64,
    /// What is done.
    pub act: BulkAct,
    /// The kinds of action to which it is limited.
    pub only: Kinds,
    /// In whose name.
    pub by: By,
    /// Whether it goes on: what is cancelled is only counted.
    pub goes_on: bool,
    /// How many have been given out, and of how many it is known what became of them.
    begun: i64,
    counted: i64,
    epoch: i64,
}

impl BulkTurn {
    /// Whether some were given out of which nobody knows yet what became of them.
    pub fn has_uncounted(&self) -> bool {
        self.counted < self.begun
    }
}

row! {
    struct TurnRow {
        id: i64,
        act: String,
        only_kinds: Option<String>,
        state: String,
        who: String,
        via: String,
        address: Option<String>,
        begun: i64,
        counted: i64,
        lease_epoch: i64,
    }
}

impl TurnRow {
    fn turn(self) -> Result<BulkTurn> {
        let state: BulkState = read_name("bulk", "state", self.id, &self.state)?;
        let via = read_name("bulk", "via", self.id, &self.via)?;
        Ok(BulkTurn {
            act: read_name("bulk", "act", self.id, &self.act)?,
            only: kinds(self.id, self.only_kinds.as_deref())?,
            by: By { who: self.who, via, address: self.address },
            goes_on: state == BulkState::Running,
            id: self.id,
            begun: self.begun,
            counted: self.counted,
            epoch: self.lease_epoch,
        })
    }
}

// A process has one turn at a time, so one of its own that stands there was broken off: the database was away.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE bulk SET lease_owner = $1, lease_epoch = lease_epoch + 1, lease_until_ms = $2
             WHERE id = (SELECT b.id FROM bulk b
                         WHERE b.state IN ('running', 'cancelled') AND (b.state = 'running' OR b.counted < b.begun)
                           AND (b.lease_owner IS NULL OR b.lease_owner = $1 OR b.lease_until_ms < $3 OR NOT EXISTS
                                (SELECT 1 FROM process p WHERE p.id = b.lease_owner AND p.alive_until_ms >= $3))
                         ORDER BY b.turn_ms, b.id LIMIT 1 ",
            $lock,
            ") RETURNING id, act, only_kinds, state, who, via, address, begun, counted, lease_epoch"
        )
    };
}

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
const CLAIM: Dialect = Dialect { sqlite: claim!(""), postgres: claim!("FOR UPDATE SKIP LOCKED") };

const GIVE_OUT: &str =
    "UPDATE bulk SET begun = CASE WHEN begun + $3 < matches THEN begun + $3 ELSE matches END,
            lease_until_ms = $4
     WHERE id = $1 AND lease_epoch = $2 AND state = 'running' AND begun = $5
     RETURNING begun, gone_above";

const PART: &str = "SELECT substr(ids, CAST($2 * 8 + 1 AS INTEGER), CAST($3 * 8 AS INTEGER)) FROM bulk_ids WHERE bulk_id = $1";

const COUNT: &str =
    "UPDATE bulk SET counted = begun, done = done + $3, waiting = waiting + $4, failed = failed + $5,
            lease_owner = NULL, lease_until_ms = NULL, turn_ms = $6,
            state = CASE WHEN state = 'running' AND begun = matches THEN 'done' ELSE state END,
            ended_at_ms = CASE WHEN state = 'running' AND begun = matches THEN $6 ELSE ended_at_ms END
     WHERE id = $1 AND lease_epoch = $2
     RETURNING state";

impl Store {
    /// The next turn for this process; `None` where nothing is to be done, or others do it.
    pub async fn claim_bulk(&self, me: ProcessId, now_ms: i64) -> Result<Option<BulkTurn>> {
        let mut tx = self.backend().single().await?;
        let text = tx.text(&CLAIM);
        let row = on!(tx, "take a turn at an act on many", |c| sqlx::query_as::<_, TurnRow>(text)
            .bind(me.id())
            .bind(now_ms.saturating_add(LEASE_MS))
            .bind(now_ms)
            .fetch_optional(c))?;
        tx.commit().await?;
        row.map(TurnRow::turn).transpose()
    }

    /// Has the next few actions tried again, at most 128. Their ids; `None`: the turn is over, and nothing was done.
    pub async fn give_out_retries(
        &self,
        turn: &mut BulkTurn,
        count: usize,
        now_ms: i64,
    ) -> Result<Option<Vec<i64>>> {
        let mut tx = self.backend().begin().await?.for_a_search();
        let Some((mut ids, mut refused)) = give_out(&mut tx, turn, count, now_ms).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        if !ids.is_empty() {
            let said = retry_in(&mut tx, &ids, &turn.by, now_ms).await?;
            refused.extend(ids.iter().filter_map(|id| match said.get(id) {
                Some(Retry::TooLate) => Some((*id, BulkWhy::TooLate)),
                Some(Retry::Missing) | None => Some((*id, BulkWhy::Missing)),
                // What was tried again by somebody else meanwhile is counted by its end.
                Some(Retry::Due | Retry::NotFailed(_)) => None,
            }));
        }
        refuse(&mut tx, turn.id, &refused).await?;
        tx.commit().await?;
        ids.retain(|id| refused.iter().all(|(of, _)| of != id));
        Ok(Some(ids))
    }

    /// Leases the next few events to this process to be replayed, at most 128: those of these apps. `None`: the turn is
    /// over, and nothing was done.
    pub async fn give_out_replays(
        &self,
        turn: &mut BulkTurn,
        count: usize,
        apps: &[&str],
        me: ProcessId,
        now_ms: i64,
    ) -> Result<Option<Vec<ClaimedEvent>>> {
        let mut tx = self.backend().begin().await?.for_a_search();
        let Some((ids, mut refused)) = give_out(&mut tx, turn, count, now_ms).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        let of = apps_of(&mut tx, &ids).await?;
        let mut begun = Vec::new();
        for id in ids {
            let why = match of.get(&id) {
                None => BulkWhy::Missing,
                Some(app) if !apps.contains(&app.as_str()) => BulkWhy::UnknownApp,
                Some(_) => match replay::begin(&mut tx, id, turn.only, me, &turn.by, now_ms).await? {
                    Some(claimed) => {
                        begun.push(claimed);
                        continue;
                    }
                    None => BulkWhy::UnderWay,
                },
            };
            refused.push((id, why));
        }
        refuse(&mut tx, turn.id, &refused).await?;
        tx.commit().await?;
        Ok(Some(begun))
    }

    /// Those that were given out and not counted, but for those that were refused at once.
    pub async fn bulk_uncounted(&self, turn: &BulkTurn) -> Result<Vec<i64>> {
        let mut tx = self.backend().read().await?;
        let mut ids = part(&mut tx, turn.id, turn.counted, turn.begun).await?;
        let (first, last) = (ids.first().copied(), ids.last().copied());
        let refused = on!(tx, "read what was refused", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT item_id FROM bulk_failure WHERE bulk_id = $1 AND item_id BETWEEN $2 AND $3"
        )
        .bind(turn.id)
        .bind(first)
        .bind(last)
        .fetch_all(c))?;
        tx.commit().await?;
        ids.retain(|id| !refused.contains(&(*id,)));
        Ok(ids)
    }

    /// Counts what became of those that were given out, and gives the turn back. One that is still open is left to itself.
    /// The state of the act; `None`: the turn was over, and nothing was counted.
    pub async fn count_bulk(
        &self,
        turn: &BulkTurn,
        ends: &[(i64, BulkEnd)],
        now_ms: i64,
    ) -> Result<Option<BulkState>> {
        let mut tx = self.backend().begin().await?;
        // One that was deleted meanwhile may be somebody else's by now.
        let gone_above = on!(tx, "see what is gone of many", |c| sqlx::query_as::<_, (Option<i64>,)>(
            "SELECT gone_above FROM bulk WHERE id = $1"
        )
        .bind(turn.id)
        .fetch_optional(c))?;
        let gone_above = gone_above.and_then(|(above,)| above);
        let missing = BulkEnd::Failed(BulkWhy::Missing);
        let ends: Vec<(i64, BulkEnd)> = ends
            .iter()
            .map(|(id, end)| (*id, if is_gone(*id, gone_above) { missing } else { *end }))
            .collect();
        let count = |is: fn(&BulkEnd) -> bool| ends.iter().filter(|(_, end)| is(end)).count();
        let failed: Vec<(i64, BulkWhy)> = ends
            .iter()
            .filter_map(|(id, end)| if let BulkEnd::Failed(why) = end { Some((*id, *why)) } else { None })
            .collect();
        let row = on!(tx, "count what became of many", |c| sqlx::query_as::<_, (String,)>(COUNT)
            .bind(turn.id)
            .bind(turn.epoch)
            .bind(number(count(|end| *end == BulkEnd::Done)))
            .bind(number(count(|end| matches!(end, BulkEnd::Open | BulkEnd::Waiting))))
            .bind(number(failed.len()))
            .bind(now_ms)
            .fetch_optional(c))?;
        let Some((state,)) = row else {
            tx.rollback().await?;
            return Ok(None);
        };
        write_failures(&mut tx, turn.id, &failed).await?;
        drop_ids(&mut tx, turn.id).await?;
        tx.commit().await?;
        read_name("bulk", "state", turn.id, &state).map(Some)
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What is given out: the ids, and beside them those that come to nothing at once.
type GivenOut = (Vec<i64>, Vec<(i64, BulkWhy)>);

/// Gives out the next few, if the turn holds.
async fn give_out(tx: &mut Tx, turn: &mut BulkTurn, count: usize, now_ms: i64) -> Result<Option<GivenOut>> {
    let row = on!(tx, "go on with an act on many", |c| sqlx::query_as::<_, (i64, Option<i64>)>(GIVE_OUT)
        .bind(turn.id)
        .bind(turn.epoch)
        .bind(number(count.min(ROWS_MAX)))
        .bind(now_ms.saturating_add(LEASE_MS))
        .bind(turn.begun)
        .fetch_optional(c))?;
    let Some((begun, gone_above)) = row else { return Ok(None) };
    let mut ids = part(tx, turn.id, turn.begun, begun).await?;
    turn.begun = begun;
    let gone = ids.extract_if(.., |id| is_gone(*id, gone_above)).map(|id| (id, BulkWhy::Missing)).collect();
    Ok(Some((ids, gone)))
}

/// The ids from one place to another.
async fn part(tx: &mut Tx, id: i64, from: i64, to: i64) -> Result<Vec<i64>> {
    let row = on!(tx, "read a part of many", |c| sqlx::query_as::<_, (Vec<u8>,)>(PART)
        .bind(id)
        .bind(from)
        .bind(to - from)
        .fetch_optional(c))?;
    Ok(row.map(|(bytes,)| unpacked(&bytes)).unwrap_or_default())
}

/// Notes those that could not be begun.
async fn refuse(tx: &mut Tx, id: i64, refused: &[(i64, BulkWhy)]) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    write_failures(tx, id, refused).await?;
    run!(tx, "count what was refused", |c| sqlx::query("UPDATE bulk SET failed = failed + $2 WHERE id = $1")
        .bind(id)
        .bind(number(refused.len()))
        .execute(c))
}

static FAILURES: Multirow = Multirow::new(
    &["item_id", "bulk_id", "why"],
    "INSERT INTO bulk_failure (bulk_id, item_id, why)
     SELECT bulk_id, item_id, why FROM v WHERE item_id IS NOT NULL ON CONFLICT DO NOTHING",
);

async fn write_failures(tx: &mut Tx, id: i64, failed: &[(i64, BulkWhy)]) -> Result<()> {
    for chunk in failed.chunks(ROWS_MAX) {
        let (text, places) = FAILURES.text(tx, chunk.len());
        run!(tx, "note what came to nothing", |c| {
            let mut insert = sqlx::query(text);
            for row in padded(chunk, places) {
                insert = insert
                    .bind(row.map(|(item, _)| *item))
                    .bind(row.map(|_| id))
                    .bind(row.map(|(_, why)| why.as_str()));
            }
            insert.execute(c)
        })?;
    }
    Ok(())
}

static APPS: Multirow =
    Multirow::new(&["id"], "SELECT event.id, event.app FROM v JOIN event ON event.id = v.id");

/// The apps of these events.
async fn apps_of(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let (text, places) = APPS.text(tx, ids.len());
    let rows = on!(tx, "look for events", |c| {
        let mut select = sqlx::query_as::<_, (i64, String)>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })?;
    Ok(rows.into_iter().collect())
}
