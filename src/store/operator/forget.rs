//! Takes everything of one customer out of the record: what has happened, what was done for them and what is still to be done.
//!
//! What remains are the sums of statistics, which are about nobody, and a line of the audit with the SHA-256 of the id. Processes
//! that hold something of the customer's in memory learn within a second that it is not to be done any more.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::{
    mentions,
    past::{self, TakenOut},
};
use crate::{
    access::{Act, By},
    store::{
        Store,
        access::audit::{self, AuditLine},
        backend::{Dialect, ROWS_MAX, Result, Tx, fact, on, run},
    },
};

/// For how long others are told that a customer was forgotten. Who asks does so once a second, and whoever has been away for
/// longer than some seconds holds nothing any more.
const TOLD_FOR_MS: i64 = 86_400_000;

/// How many rows of each kind go in one step: some milliseconds on SQLite, where nobody else writes meanwhile. A step finds
/// fewer, as a rule, and is followed by another where it does not.
const LET_GO_AT_ONCE: i64 = 500;

/// How many of them are read at a time.
const TOLD_MAX: i64 = 1_000;

/// What stands for a customer who was forgotten: the SHA-256 of their `external_userid`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CustomerHash([u8; 32]);

impl CustomerHash {
    /// Of this id.
    pub fn of(external_user_id: &str) -> Self {
        Self(Sha256::digest(external_user_id.as_bytes()).into())
    }
}

impl fmt::Display for CustomerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CustomerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for CustomerHash {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// How much of a customer there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Forgettable {
    /// What stands for them from now on.
    pub hash: CustomerHash,
    /// What goes.
    #[serde(flatten)]
    pub taken: TakenOut,
    /// How many of the actions were still to be done.
    pub pending: u64,
    /// With how many employees they were remembered, of events that had been pruned.
    pub relations: u64,
    /// In how many rows about others they were named.
    pub mentions: u64,
}

/// A customer who was forgotten, as other processes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForgottenRecord {
    /// Its number; higher ones are newer.
    pub id: i64,
    /// Who.
    pub hash: CustomerHash,
    /// What comes later is about them anew.
    pub at_ms: i64,
}

macro_rules! theirs {
    ($columns:literal, $lock:literal) => {
        // The index by customer holds an event once it is planned; the few that are not are searched beside it.
        concat!(
            "SELECT ",
            $columns,
            " FROM event e WHERE e.id IN (SELECT id FROM event WHERE external_user_id = $1 AND status <> 'received'
                                          UNION ALL
                                          SELECT id FROM event WHERE external_user_id = $1 AND status = 'received')
             ORDER BY e.id ",
            $lock
        )
    };
}

/// Differs because SQLite has one writer: nobody else can be at work on them.
const THEIRS: Dialect = Dialect { sqlite: theirs!("e.id", ""), postgres: theirs!("e.id", "FOR UPDATE") };

/// Actions before events, as whoever settles them locks them. Differs because SQLite has one writer.
const LOCK_ACTIONS: Dialect = Dialect {
    sqlite: "SELECT id FROM action WHERE external_user_id = $1 AND status IN ('pending', 'running')",
    postgres: "SELECT id FROM action WHERE external_user_id = $1 AND status IN ('pending', 'running') ORDER BY id FOR UPDATE",
};

impl Store {
    /// Tells the processes that serve that a customer is about to be forgotten: what they hold for them in memory they do not
    /// begin any more.
    pub async fn announce_forgotten(&self, customer: &str, now_ms: i64) -> Result<()> {
        let mut tx = self.backend().begin().await?;
        announce(&mut tx, CustomerHash::of(customer), now_ms).await?;
        tx.commit().await
    }

    /// Whether a process that lives holds something of the customer's: a call may be under way for it. SQLite gives the numbers of
    /// deleted rows out again, so that whoever came back late with the old ones would change what is another customer's.
    pub async fn is_held(&self, customer: &str, now_ms: i64) -> Result<bool> {
        let key = fact(customer);
        let mut tx = self.backend().read().await?;
        let (held,) = on!(tx, "look who is at work for a customer", |c| sqlx::query_as::<_, (bool,)>(HELD)
            .bind(&*key)
            .bind(now_ms)
            .fetch_one(c))?;
        tx.commit().await?;
        Ok(held)
    }

    /// Takes everything of the customer out of the record, and leaves a line of the audit. What was under way for them comes to
    /// nothing.
    pub async fn forget(&self, customer: &str, by: &By, now_ms: i64) -> Result<Forgettable> {
        let (hash, instead) = (CustomerHash::of(customer), instead_of(customer));
        let key = fact(customer);
        let mut tx = self.backend().begin().await?.for_a_search();
        past::lock(&mut tx).await?;
        let text = tx.text(&LOCK_ACTIONS);
        let pending = on!(tx, "stop what is done for a customer", |c| sqlx::query_as::<_, (i64,)>(text)
            .bind(&*key)
            .fetch_all(c))?;
        let text = tx.text(&THEIRS);
        let ids = on!(tx, "find a customer's events", |c| sqlx::query_as::<_, (i64,)>(text)
            .bind(&*key)
            .fetch_all(c))?;
        let ids: Vec<i64> = ids.into_iter().map(|(id,)| id).collect();
        let mut taken = TakenOut::default();
        for chunk in ids.chunks(ROWS_MAX) {
            taken += past::take_out(&mut tx, chunk, false, now_ms).await?;
        }
        let relations = on!(tx, "forget whom a customer has added", |c| sqlx::query_as::<_, (String,)>(
            "DELETE FROM past_pair WHERE external_user_id = $1 RETURNING user_id"
        )
        .bind(&*key)
        .fetch_all(c))?;
        mentions::beside(&mut tx, customer, &instead).await?;
        announce(&mut tx, hash, now_ms).await?;
        let (target, what) = (hash.to_string(), taken.to_string());
        let line = AuditLine { by, act: Act::Forgotten, target: &target, before: None, after: Some(&what) };
        audit::note(&mut tx, &line, now_ms).await?;
        tx.commit().await?;
        // By now nothing new comes about that names them, and of what there is only some rows are written to.
        let mentions = self.mentions(customer, &instead, true).await?;
        let (pending, relations) = (pending.len() as u64, relations.len() as u64);
        Ok(Forgettable { hash, taken, pending, relations, mentions })
    }

    /// How much would be forgotten.
    pub async fn forgettable(&self, customer: &str) -> Result<Forgettable> {
        let key = fact(customer);
        let mut tx = self.backend().read().await?.for_a_search();
        let counts = on!(tx, "count what there is of a customer", |c| {
            sqlx::query_as::<_, (i64, i64, i64, i64, i64)>(COUNT).bind(&*key).fetch_one(c)
        })?;
        tx.commit().await?;
        let count = |count: i64| u64::try_from(count).unwrap_or(0);
        let (events, actions, attempts, pending, relations) = counts;
        Ok(Forgettable {
            hash: CustomerHash::of(customer),
            taken: TakenOut { events: count(events), actions: count(actions), attempts: count(attempts) },
            pending: count(pending),
            relations: count(relations),
            mentions: self.mentions(customer, &instead_of(customer), false).await?,
        })
    }

    /// Lets go of who was forgotten, and which events are gone, once nobody asks for it any more: also where nothing further is
    /// pruned or forgotten. Whether one step was not enough.
    pub async fn let_go_of_gone(&self, now_ms: i64) -> Result<bool> {
        let since_ms = now_ms.saturating_sub(TOLD_FOR_MS);
        // Most of the time there is nothing, and then nobody is kept from writing.
        let mut tx = self.backend().read().await?;
        let (customers, events) = on!(tx, "look what is remembered of those who are gone", |c| {
            sqlx::query_as::<_, (i64, i64)>(LONG_AGO)
                .bind(since_ms)
                .bind(past::remembered_since(now_ms))
                .bind(LET_GO_AT_ONCE)
                .fetch_one(c)
        })?;
        tx.commit().await?;
        if customers + events == 0 {
            return Ok(false);
        }
        let mut tx = self.backend().begin().await?;
        run!(tx, "forget who was forgotten long ago", |c| sqlx::query(
            "DELETE FROM forgotten WHERE id IN
                 (SELECT id FROM forgotten WHERE at_ms < $1 ORDER BY id LIMIT $2)"
        )
        .bind(since_ms)
        .bind(LET_GO_AT_ONCE)
        .execute(c))?;
        past::let_go_of_identities(&mut tx, LET_GO_AT_ONCE, now_ms).await?;
        tx.commit().await?;
        Ok(customers.max(events) >= LET_GO_AT_ONCE)
    }

    /// Who was forgotten after this one, the oldest first.
    pub async fn forgotten_since(&self, id: i64) -> Result<Vec<ForgottenRecord>> {
        let mut tx = self.backend().read().await?;
        let rows = on!(tx, "see who was forgotten", |c| sqlx::query_as::<_, (i64, Vec<u8>, i64)>(
            "SELECT id, hash, at_ms FROM forgotten WHERE id > $1 ORDER BY id LIMIT $2"
        )
        .bind(id)
        .bind(TOLD_MAX)
        .fetch_all(c))?;
        tx.commit().await?;
        let record = |(id, hash, at_ms): (i64, Vec<u8>, i64)| {
            Some(ForgottenRecord { id, hash: CustomerHash(hash.try_into().ok()?), at_ms })
        };
        Ok(rows.into_iter().filter_map(record).collect())
    }
}

const LONG_AGO: &str =
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM forgotten WHERE at_ms < $1 LIMIT $3) AS f),
            (SELECT count(*) FROM (SELECT 1 FROM gone_event WHERE received_at_ms < $2 LIMIT $3) AS g)";

const HELD: &str = "SELECT EXISTS
         (SELECT 1 FROM action a JOIN process p ON p.id = a.lease_owner
          WHERE a.external_user_id = $1 AND a.status IN ('pending', 'running')
            AND a.lease_until_ms >= $2 AND p.alive_until_ms >= $2)
     OR EXISTS
         (SELECT 1 FROM event e JOIN process p ON p.id = e.lease_owner
          WHERE e.external_user_id = $1 AND e.status = 'received' AND e.lease_until_ms >= $2 AND p.alive_until_ms >= $2)";

const COUNT: &str = concat!(
    "WITH theirs AS MATERIALIZED (",
    "SELECT id FROM event WHERE external_user_id = $1 AND status <> 'received'
     UNION ALL
     SELECT id FROM event WHERE external_user_id = $1 AND status = 'received'",
    ") SELECT (SELECT count(*) FROM theirs),
              (SELECT count(*) FROM theirs e JOIN action a ON a.event_id = e.id),
              (SELECT count(*) FROM theirs e JOIN action a ON a.event_id = e.id JOIN attempt t ON t.action_id = a.id),
              (SELECT count(*) FROM theirs e JOIN action a ON a.event_id = e.id WHERE a.status IN ('pending', 'running')),
              (SELECT count(*) FROM past_pair WHERE external_user_id = $1)"
);

/// Only the holder goes on, until the end of its transaction: of a number that means this to whoever uses the database with us.
const TELL_LOCK: &str = "SELECT pg_advisory_xact_lock(7310582617)";

/// Tells other processes. They ask for what is newer than what they know, so a lower number must not be seen after a higher one; on
/// SQLite whoever writes is alone.
async fn announce(tx: &mut Tx, hash: CustomerHash, now_ms: i64) -> Result<()> {
    if tx.is_postgres() {
        run!(tx, "wait for others who tell of a customer", |c| sqlx::raw_sql(TELL_LOCK).execute(c))?;
    }
    run!(tx, "forget who was forgotten long ago", |c| sqlx::query("DELETE FROM forgotten WHERE at_ms < $1")
        .bind(now_ms.saturating_sub(TOLD_FOR_MS))
        .execute(c))?;
    run!(tx, "tell that a customer is forgotten", |c| sqlx::query(
        "INSERT INTO forgotten (hash, at_ms) VALUES ($1, $2)"
    )
    .bind(hash.0.as_slice())
    .bind(now_ms)
    .execute(c))
}

/// What is put in the place of the id: the same for one customer, and no id of WeCom's.
fn instead_of(customer: &str) -> String {
    let hash = CustomerHash::of(customer).to_string();
    let digits = hash.trim_start_matches("sha256:");
    format!("forgotten-{}", &digits[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_customer_does_not_hold_the_id() {
        let hash = CustomerHash::of("wmX").to_string();
        assert_eq!(hash.len(), "sha256:".len() + 64);
        assert!(!hash.contains("wmX") && !instead_of("wmX").contains("wmX"));
        assert_eq!(CustomerHash::of("wmX"), CustomerHash::of("wmX"));
    }
}
