//! Records how an attempt left its action: the attempt, the action's new status, what follows from it, and with the last
//! action the end of the event.
//!
//! Every write names the epoch that its process was given. A write that comes after the lease has ended changes nothing,
//! and its process learns that from the answer.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::{
    follow_up::{self, FollowUp},
    lease::{ActionLease, lease_until_ms},
    new_plan::unfinished,
};
use crate::{
    action::{Action, Plan, Status, outcome::Next},
    store::{
        Store,
        backend::{Backend, Batch, Multirow, Result, Tx, clean, on, padded, row, run},
        flags::{self, RuleFlag},
    },
};

row! {
    /// One call that was made for an action.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AttemptRecord {
        /// When it began.
        pub at_ms: i64,
        /// How long it took.
        pub took_ms: i64,
        /// WeCom's errcode, where an answer came.
        pub errcode: Option<i64>,
        /// WeCom's errmsg, or what went wrong. Holds no token and no secret.
        pub errmsg: String,
        /// Whether it may have had its effect although no answer came.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        pub lost: bool,
    }
}

impl AttemptRecord {
    /// Whether it may have had its effect and was not answered at all.
    pub fn is_unanswered(&self) -> bool {
        self.lost && self.errcode.is_none()
    }
}

/// How an attempt left its action.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The right to settle it.
    pub lease: ActionLease,
    /// The call that was made; `None` where there was none, as after the deadline.
    pub attempt: Option<AttemptRecord>,
    /// Whether a call that was made for the action may have had its effect and was not answered at all.
    pub unanswered: bool,
    /// What happens next.
    pub next: Next,
    /// The request as it now stands, where the attempt changed it.
    pub request: Option<Action>,
    /// What WeCom's answer says is wrong with the rules that asked for it.
    pub flags: Vec<RuleFlag>,
    /// Whether it was a tag action of which all went on: then what was wrong with the tags of its rules has been mended.
    pub all_tags_on: bool,
    /// With [`Next::Again`], whether this process keeps the action and tries again itself. Otherwise it is given back.
    pub keep: bool,
    /// What follows from it: further actions of the event in the same run, due now and leased to nobody, and the rules that
    /// asked for them. Stored only if the settlement is.
    pub follow_up: Option<Plan>,
    /// Now, in Unix milliseconds.
    pub now_ms: i64,
}

/// What became of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is in the record.
    Recorded,
    /// The lease had ended and the action has been given to another process; nothing was changed.
    LeaseLost,
}

impl Store {
    /// Notes that a call for the action is under way, of which nobody knows anything yet. Settling the action takes that
    /// back; if its process dies before, the next one knows.
    pub async fn mark_under_way(&self, lease: ActionLease) -> Result<()> {
        let mut tx = self.backend().single().await?;
        run!(tx, "note a call", |c| sqlx::query(
            "UPDATE action SET unanswered = TRUE
             WHERE id = $1 AND lease_epoch = $2 AND lease_owner IS NOT NULL AND settled_at_ms IS NULL"
        )
        .bind(lease.action_id)
        .bind(lease.epoch)
        .execute(c))?;
        tx.commit().await
    }

    /// Records how an attempt left its action. With its last action the event is settled.
    pub async fn settle(&self, settlement: Settlement) -> Result<Settled> {
        let event_id = settlement.lease.event_id;
        let acked_after_us = self.0.acked.of(event_id);
        let is_end = settlement.ends();
        let settled = self.0.settles.call(Settling { settlement, acked_after_us }).await?;
        if settled == Settled::Recorded && is_end && acked_after_us.is_some() {
            self.0.acked.forget(event_id);
        }
        Ok(settled)
    }
}

impl Settlement {
    /// Whether the action is over with it.
    fn ends(&self) -> bool {
        !matches!(self.next, Next::Again { .. })
    }
}

/// A settlement, and what else is to be written to its event's row where that is written to anyway.
#[derive(Debug)]
pub(in crate::store) struct Settling {
    settlement: Settlement,
    /// How long WeCom waited for the event's 200, where the record may not have it yet.
    acked_after_us: Option<i64>,
}

/// The batches of [`Store::settle`].
#[derive(Debug)]
pub(in crate::store) struct Settle;

impl Batch for Settle {
    type Request = Settling;
    type Reply = Settled;
    type Answer = Settled;

    async fn run(backend: &Backend, requests: &[Settling], _again: bool) -> Result<Vec<Settled>> {
        let mut settled = vec![Settled::LeaseLost; requests.len()];
        let mut counts: BTreeMap<i64, Counts> = BTreeMap::new();
        let mut follow_ups: Vec<FollowUp<'_>> = Vec::new();
        let mut well_tagged: Vec<i64> = Vec::new();
        let mut tx = backend.begin().await?;
        for round in rounds(requests) {
            let settlements: Vec<&Settlement> =
                round.iter().map(|index| &requests[*index].settlement).collect();
            let attempts = update(&mut tx, &settlements).await?;
            let mut made = Vec::new();
            for (index, settlement) in round.into_iter().zip(settlements) {
                let lease = settlement.lease;
                let Some(number) = attempts.get(&lease.action_id) else { continue };
                settled[index] = Settled::Recorded;
                if let Some(attempt) = &settlement.attempt {
                    made.push((lease.action_id, *number, attempt));
                }
                counts.entry(lease.event_id).or_default().add(&requests[index]);
                follow_ups.extend(FollowUp::of(settlement));
                well_tagged.extend(settlement.all_tags_on.then_some(lease.event_id));
                for flag in &settlement.flags {
                    flags::raise(&mut tx, flag, settlement.now_ms).await?;
                }
            }
            if !made.is_empty() {
                insert_attempts(&mut tx, &made).await?;
            }
        }
        if !well_tagged.is_empty() {
            flags::take_back_tags(&mut tx, &well_tagged).await?;
        }
        let counts: Vec<(i64, Counts)> = counts.into_iter().filter(|(_, counts)| !counts.is_zero()).collect();
        if !counts.is_empty() {
            count(&mut tx, &counts).await?;
        }
        if !follow_ups.is_empty() {
            follow_up::store(&mut tx, &follow_ups).await?;
        }
        tx.commit().await?;
        Ok(settled)
    }

    fn answer(_request: Settling, settled: Settled) -> Settled {
        settled
    }

    /// Nothing is reserved for the caller of a settlement.
    async fn unclaimed(_backend: &Backend, _answer: Settled) {}
}

/// How the number of an event's unfinished actions changes.
#[derive(Clone, Copy, Default)]
struct Counts {
    finished: i64,
    added: i64,
    acked_after_us: Option<i64>,
}

impl Counts {
    fn add(&mut self, Settling { settlement, acked_after_us }: &Settling) {
        if settlement.ends() {
            self.finished += 1;
        }
        self.added += settlement.follow_up.as_ref().map_or(0, unfinished);
        self.acked_after_us = self.acked_after_us.or(*acked_after_us);
    }

    fn is_zero(self) -> bool {
        self.finished == 0 && self.added == 0
    }
}

impl<'a> FollowUp<'a> {
    fn of(settlement: &'a Settlement) -> Option<Self> {
        let ActionLease { action_id, event_id, .. } = settlement.lease;
        let plan = settlement.follow_up.as_ref()?;
        Some(Self { action_id, event_id, plan, now_ms: settlement.now_ms })
    }
}

/// The requests by index, in rounds in which no action occurs twice, because a statement may meet a row once. Each round is
/// sorted by action, so that two writers lock in the same order.
fn rounds(requests: &[Settling]) -> Vec<Vec<usize>> {
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let mut seen: HashMap<i64, usize> = HashMap::new();
    for (index, request) in requests.iter().enumerate() {
        let round =
            seen.entry(request.settlement.lease.action_id).and_modify(|round| *round += 1).or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(index);
    }
    for round in &mut rounds {
        round.sort_by_key(|index| requests[*index].settlement.lease.action_id);
    }
    rounds
}

pub(in crate::store) static UPDATE: Multirow = Multirow::new(
    &[
        "id",
        "epoch",
        "status",
        "reason",
        "code",
        "request",
        "due_ms",
        "keep",
        "lease_until_ms",
        "made",
        "lost",
        "unanswered",
        "settled_at_ms",
    ],
    "UPDATE action SET
         status = v.status,
         reason = v.reason,
         code = v.code,
         request = COALESCE(v.request, action.request),
         due_ms = COALESCE(v.due_ms, action.due_ms),
         attempts = action.attempts + v.made,
         earlier_lost = action.earlier_lost OR v.lost,
         unanswered = v.unanswered,
         lease_owner = CASE WHEN v.keep THEN action.lease_owner END,
         lease_until_ms = v.lease_until_ms,
         settled_at_ms = v.settled_at_ms
     FROM v
     WHERE action.id = v.id AND action.lease_epoch = v.epoch AND action.lease_owner IS NOT NULL
     RETURNING action.id, action.attempts",
);

/// Changes the actions whose lease holds, and returns the number of attempts of each.
async fn update(tx: &mut Tx, settlements: &[&Settlement]) -> Result<HashMap<i64, i64>> {
    let (text, places) = UPDATE.text(tx, settlements.len());
    let rows = on!(tx, "settle actions", |c| {
        let mut update = sqlx::query_as::<_, (i64, i64)>(text);
        for settlement in padded(settlements, places) {
            let (status, reason, again_ms) = match settlement.map(|settlement| &settlement.next) {
                Some(Next::Done { note }) => (Some(Status::Done), note.as_ref(), None),
                Some(Next::Expired { reason }) => (Some(Status::Expired), Some(reason), None),
                Some(Next::Skipped { reason }) => (Some(Status::Skipped), Some(reason), None),
                Some(Next::Failed { reason }) => (Some(Status::Failed), Some(reason), None),
                Some(Next::Again { at_ms, reason }) => (Some(Status::Pending), Some(reason), Some(*at_ms)),
                None => (None, None, None),
            };
            let kept = settlement.filter(|settlement| settlement.keep && again_ms.is_some());
            let until = kept.zip(again_ms);
            update = update
                .bind(settlement.map(|settlement| settlement.lease.action_id))
                .bind(settlement.map(|settlement| settlement.lease.epoch))
                .bind(status.map(Status::as_str))
                .bind(reason.map(|reason| clean(&reason.text)))
                .bind(reason.map(|reason| reason.code.as_str()))
                .bind(settlement.and_then(|settlement| settlement.request.as_ref()).map(Action::to_json))
                .bind(again_ms)
                .bind(settlement.map(|_| kept.is_some()))
                .bind(until.map(|(kept, at_ms)| lease_until_ms(kept.lease.deadline, at_ms, kept.now_ms)))
                .bind(settlement.map(|settlement| i64::from(settlement.attempt.is_some())))
                .bind(
                    settlement
                        .map(|settlement| settlement.attempt.as_ref().is_some_and(|attempt| attempt.lost)),
                )
                .bind(settlement.map(|settlement| settlement.unanswered))
                .bind(settlement.filter(|_| again_ms.is_none()).map(|settlement| settlement.now_ms));
        }
        update.fetch_all(c)
    })?;
    Ok(rows.into_iter().collect())
}

pub(in crate::store) static INSERT_ATTEMPTS: Multirow = Multirow::new(
    &["action_id", "number", "at_ms", "took_ms", "errcode", "errmsg", "lost"],
    "INSERT INTO attempt (action_id, number, at_ms, took_ms, errcode, errmsg, lost)
     SELECT action_id, number, at_ms, took_ms, errcode, errmsg, lost FROM v WHERE action_id IS NOT NULL",
);

async fn insert_attempts(tx: &mut Tx, made: &[(i64, i64, &AttemptRecord)]) -> Result<()> {
    let (text, places) = INSERT_ATTEMPTS.text(tx, made.len());
    run!(tx, "record attempts", |c| {
        let mut insert = sqlx::query(text);
        for made in padded(made, places) {
            let attempt = made.map(|(_, _, attempt)| *attempt);
            insert = insert
                .bind(made.map(|(action_id, _, _)| *action_id))
                .bind(made.map(|(_, number, _)| *number))
                .bind(attempt.map(|attempt| attempt.at_ms))
                .bind(attempt.map(|attempt| attempt.took_ms))
                .bind(attempt.and_then(|attempt| attempt.errcode))
                .bind(attempt.map(|attempt| clean(&attempt.errmsg)))
                .bind(attempt.map(|attempt| attempt.lost));
        }
        insert.execute(c)
    })?;
    Ok(())
}

pub(in crate::store) static FINISH: Multirow = Multirow::new(
    &["id", "finished", "added", "acked_after_us"],
    "UPDATE event SET
         acked_after_us = COALESCE(event.acked_after_us, v.acked_after_us),
         unfinished = event.unfinished - v.finished + v.added,
         status = CASE WHEN event.status = 'planned' AND event.unfinished + v.added = v.finished
                       THEN 'settled' ELSE event.status END
     FROM v WHERE event.id = v.id",
);

/// Counts finished actions off their events, and adds those that were added.
async fn count(tx: &mut Tx, counts: &[(i64, Counts)]) -> Result<()> {
    let (text, places) = FINISH.text(tx, counts.len());
    run!(tx, "settle events", |c| {
        let mut update = sqlx::query(text);
        for event in padded(counts, places) {
            update = update
                .bind(event.map(|(id, _)| *id))
                .bind(event.map(|(_, counts)| counts.finished))
                .bind(event.map(|(_, counts)| counts.added))
                .bind(event.and_then(|(_, counts)| counts.acked_after_us));
        }
        update.execute(c)
    })?;
    Ok(())
}
