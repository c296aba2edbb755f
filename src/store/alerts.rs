//! What alerts need of the record: who reports, what has been reported, and what the record knows of trouble.
//!
//! There is one row with what has been reported. Whoever holds it reports for all processes. A holder counts as long as its
//! process says that it is alive, as with every lease; whoever takes over goes on from what the row says.

use super::{
    Store,
    backend::{Result, clean, on, row, run},
    processes::ProcessId,
};
use crate::action::ReasonCode;

/// With less than this free the disk is nearly full: days of events still fit, so that there is time to make room.
pub const DISK_LOW_BYTES: u64 = 1 << 30;

/// With less than this free the disk is full: the database needs room for its journal beside what it stores.
pub const DISK_FULL_BYTES: u64 = 64 << 20;

/// The codes of welcomes that did not reach their customer and could have, had all been well on our side or in the app's
/// settings. `unknown_end` is none of them, for the customer may have been greeted. What shuts the app out altogether
/// (`wrong_secret` and its like) is reported of the app and not of each customer. Nobody here can help it that a customer is
/// gone or has not agreed to archiving, and a refused content is flagged at its rule.
const MISSED: [ReasonCode; 5] = [
    ReasonCode::ExpiredUntried,
    ReasonCode::ExpiredTrying,
    ReasonCode::NoPermission,
    ReasonCode::CorpNotVerified,
    ReasonCode::NotInScope,
];

/// So many of the newest failures are looked at: more welcomes than that in ten minutes change nothing in what is said.
const MISSED_LOOKED_AT_MAX: i64 = 1_000;

/// The right to report, with what has been reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertsHeld {
    /// What the holder has kept last.
    pub state: String,
    /// Which holding it is: one higher with each new holder.
    pub epoch: i64,
}

/// Whether what has been reported was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertsKept {
    /// It was.
    Kept,
    /// Somebody else holds it by now, and goes on from what was kept before.
    Lost,
}

row! {
    struct Row {
        holder: Option<i64>,
        epoch: i64,
        state: String,
        alive: i64,
    }
}

impl Store {
    /// Takes the right to report, or finds that this process has it. `None`: another living process has.
    pub async fn hold_alerts(&self, me: ProcessId, now_ms: i64) -> Result<Option<AlertsHeld>> {
        let mut tx = self.backend().read().await?;
        let row = on!(tx, "ask who reports trouble", |c| sqlx::query_as::<_, Row>(
            "SELECT a.holder, a.epoch, a.state,
                    (SELECT count(*) FROM process p
                     WHERE p.id = a.holder AND p.role = 'serve' AND p.alive_until_ms >= $1) AS alive
             FROM alert a WHERE a.id = 1"
        )
        .bind(now_ms)
        .fetch_one(c))?;
        tx.commit().await?;
        let Row { holder, epoch, state, alive } = row;
        if holder == Some(me.id()) {
            return Ok(Some(AlertsHeld { state, epoch }));
        }
        if alive > 0 {
            return Ok(None);
        }
        let mut tx = self.backend().begin().await?;
        let taken = on!(tx, "take over to report trouble", |c| {
            sqlx::query_as::<_, (String, i64)>(
            "UPDATE alert SET holder = $1, epoch = epoch + 1 WHERE id = 1 AND epoch = $2 RETURNING state, epoch"
        )
        .bind(me.id())
        .bind(epoch)
        .fetch_optional(c)
        })?;
        tx.commit().await?;
        Ok(taken.map(|(state, epoch)| AlertsHeld { state, epoch }))
    }

    /// Keeps what has been reported, for whoever takes over.
    pub async fn keep_alerts(&self, me: ProcessId, epoch: i64, state: &str) -> Result<AlertsKept> {
        let mut tx = self.backend().begin().await?;
        let kept = on!(tx, "keep what has been reported", |c| sqlx::query_as::<_, (i64,)>(
            "UPDATE alert SET state = $3 WHERE id = 1 AND holder = $1 AND epoch = $2 RETURNING epoch"
        )
        .bind(me.id())
        .bind(epoch)
        .bind(clean(state))
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(if kept.is_some() { AlertsKept::Kept } else { AlertsKept::Lost })
    }

    /// Notes for which apps this process cannot call WeCom: these, and no others.
    pub async fn keep_shut_out(&self, me: ProcessId, apps: &[String]) -> Result<()> {
        let mut tx = self.backend().begin().await?;
        run!(tx, "forget which apps could not call WeCom", |c| sqlx::query(
            "DELETE FROM app_shut_out WHERE process = $1"
        )
        .bind(me.id())
        .execute(c))?;
        for app in apps {
            run!(tx, "note that an app cannot call WeCom", |c| sqlx::query(
                "INSERT INTO app_shut_out (process, app) VALUES ($1, $2)"
            )
            .bind(me.id())
            .bind(clean(app))
            .execute(c))?;
        }
        tx.commit().await
    }

    /// The apps for which a living server cannot call WeCom, each with how many of them.
    pub async fn shut_out(&self, now_ms: i64) -> Result<Vec<(String, i64)>> {
        let mut tx = self.backend().read().await?;
        let apps = on!(tx, "list apps that cannot call WeCom", |c| sqlx::query_as::<_, (String, i64)>(
            "SELECT s.app, count(*) FROM app_shut_out s JOIN process p ON p.id = s.process
             WHERE p.role = 'serve' AND p.alive_until_ms >= $1 GROUP BY s.app"
        )
        .bind(now_ms)
        .fetch_all(c))?;
        tx.commit().await?;
        Ok(apps)
    }

    /// How many welcomes of each app have ended since then without reaching their customer, for a cause that somebody can
    /// mend. Of the thousand newest failures; the index of those is read, however large the record is.
    pub async fn missed_welcomes(&self, since_ms: i64) -> Result<Vec<(String, i64)>> {
        let [first, second, third, fourth, fifth] = MISSED.map(ReasonCode::as_str);
        let mut tx = self.backend().read().await?;
        let apps = on!(tx, "count missed welcomes", |c| {
            sqlx::query_as::<_, (String, i64)>(
            "SELECT e.app, count(*)
             FROM (SELECT event_id, kind, code, settled_at_ms FROM action WHERE status IN ('expired', 'failed')
                   ORDER BY id DESC LIMIT $2) a
             JOIN event e ON e.id = a.event_id
             WHERE a.kind = 'welcome' AND a.settled_at_ms >= $1 AND a.code IN ($3, $4, $5, $6, $7) GROUP BY e.app"
        )
        .bind(since_ms)
        .bind(MISSED_LOOKED_AT_MAX)
        .bind(first)
        .bind(second)
        .bind(third)
        .bind(fourth)
        .bind(fifth)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        Ok(apps)
    }
}
