//! Takes outcomes back: the attempt, how it left its action, what follows from it, and with the last action the event's
//! own end.
//!
//! Every write names the epoch that its process was given. One that comes after the lease has ended changes nothing,
//! and is told so.

use std::collections::{BTreeMap, HashMap};

use super::{
    claim::{ActionLease, lease_until_ms},
    follow_up,
};
use crate::{
    action::{Action, Kind, Plan, Status, outcome::Next},
    store::{
        Store,
        backend::{Backend, Batch, Multirow, Result, Tx, clean, on, padded, run},
        rulesets,
    },
};

/// One call that was made for an action.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub lost: bool,
}

/// Something wrong with a rule that showed itself in WeCom's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFlag {
    /// The rule's name.
    pub rule: String,
    /// The version of the rules it stands in.
    pub ruleset_version: i64,
    /// Which of its actions.
    pub kind: Kind,
    /// What is wrong, in words an operator understands.
    pub reason: String,
}

/// How an attempt left its action.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The right to say so.
    pub lease: ActionLease,
    /// The call that was made; `None` where none was, as after the deadline.
    pub attempt: Option<AttemptRecord>,
    /// What happens next.
    pub next: Next,
    /// The request as it now stands, where the attempt changed it.
    pub request: Option<Action>,
    /// What is wrong with rules.
    pub flags: Vec<RuleFlag>,
    /// For [`Next::Again`]: this process keeps the action and tries again itself. Otherwise it is given back.
    pub keep: bool,
    /// What follows from it: further actions of the event in the same run, due now and nobody's yet, and the rules that
    /// say so. Stored only if the settlement is.
    pub then: Option<Plan>,
    /// Now, in Unix milliseconds.
    pub now_ms: i64,
}

/// What became of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is in the record.
    Recorded,
    /// The lease had ended and another has been given the action; nothing was changed.
    LeaseLost,
}

impl Store {
    /// Records how an attempt left its action; the event is settled with its last one.
    pub async fn settle(&self, settlement: Settlement) -> Result<Settled> {
        self.0.settles.call(settlement).await
    }
}

/// The batches of [`Store::settle`].
#[derive(Debug)]
pub(in crate::store) struct Settle;

static UPDATE: Multirow = Multirow::new(
    &[
        "id",
        "epoch",
        "status",
        "reason",
        "request",
        "due_ms",
        "keep",
        "lease_until_ms",
        "made",
        "lost",
        "settled_at_ms",
    ],
    "UPDATE action SET
         status = v.status,
         reason = v.reason,
         request = COALESCE(v.request, action.request),
         due_ms = COALESCE(v.due_ms, action.due_ms),
         attempts = action.attempts + v.made,
         earlier_lost = action.earlier_lost OR v.lost,
         lease_owner = CASE WHEN v.keep THEN action.lease_owner END,
         lease_until_ms = v.lease_until_ms,
         settled_at_ms = v.settled_at_ms
     FROM v
     WHERE action.id = v.id AND action.lease_epoch = v.epoch AND action.lease_owner IS NOT NULL
     RETURNING action.id, action.attempts",
);

static INSERT_ATTEMPTS: Multirow = Multirow::new(
    &["action_id", "number", "at_ms", "took_ms", "errcode", "errmsg", "lost"],
    "INSERT INTO attempt (action_id, number, at_ms, took_ms, errcode, errmsg, lost)
     SELECT action_id, number, at_ms, took_ms, errcode, errmsg, lost FROM v WHERE action_id IS NOT NULL",
);

static FINISH: Multirow = Multirow::new(
    &["id", "finished", "added"],
    "UPDATE event SET
         unfinished = event.unfinished - v.finished + v.added,
         status = CASE WHEN event.status = 'planned' AND event.unfinished + v.added = v.finished
                       THEN 'settled' ELSE event.status END
     FROM v WHERE event.id = v.id",
);

impl Batch for Settle {
    type Request = Settlement;
    type Said = Settled;
    type Answer = Settled;

    async fn run(backend: &Backend, requests: &[Settlement], _again: bool) -> Result<Vec<Settled>> {
        let mut said = vec![Settled::LeaseLost; requests.len()];
        let mut counts: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        let mut followed: Vec<(&Settlement, &Plan)> = Vec::new();
        let mut tx = backend.begin().await?;
        for round in rounds(requests) {
            let settlements: Vec<&Settlement> = round.iter().map(|index| &requests[*index]).collect();
            let attempts = update(&mut tx, &settlements).await?;
            let mut made = Vec::new();
            for (index, settlement) in round.into_iter().zip(settlements) {
                let Some(number) = attempts.get(&settlement.lease.action_id) else { continue };
                said[index] = Settled::Recorded;
                if let Some(attempt) = &settlement.attempt {
                    made.push((settlement.lease.action_id, *number, attempt));
                }
                if !matches!(settlement.next, Next::Again { .. }) {
                    counts.entry(settlement.lease.event_id).or_default().0 += 1;
                }
                if let Some(plan) = &settlement.then {
                    counts.entry(settlement.lease.event_id).or_default().1 += follow_up::unfinished(plan);
                    followed.push((settlement, plan));
                }
                for flag in &settlement.flags {
                    rulesets::raise(&mut tx, flag, settlement.now_ms).await?;
                }
            }
            if !made.is_empty() {
                insert_attempts(&mut tx, &made).await?;
            }
        }
        let counts: Vec<(i64, (i64, i64))> = counts.into_iter().collect();
        if !counts.is_empty() {
            count(&mut tx, &counts).await?;
        }
        if !followed.is_empty() {
            follow_up::store(&mut tx, &followed).await?;
        }
        tx.commit().await?;
        Ok(said)
    }

    fn answer(_request: Settlement, said: Settled) -> Settled {
        said
    }

    async fn unclaimed(_backend: &Backend, _answer: Settled) {}
}

/// The requests by index, in rounds in which no action occurs twice, each sorted by action: a statement may meet a row
/// once, and two writers lock in the same order.
fn rounds(requests: &[Settlement]) -> Vec<Vec<usize>> {
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let mut seen: HashMap<i64, usize> = HashMap::new();
    for (index, request) in requests.iter().enumerate() {
        let round = seen.entry(request.lease.action_id).and_modify(|round| *round += 1).or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(index);
    }
    for round in &mut rounds {
        round.sort_by_key(|index| requests[*index].lease.action_id);
    }
    rounds
}

/// Changes the actions whose lease holds; tells each one's number of attempts.
async fn update(tx: &mut Tx, settlements: &[&Settlement]) -> Result<HashMap<i64, i64>> {
    let (text, places) = UPDATE.text(tx, settlements.len());
    let rows = on!(tx, "settle actions", |c| {
        let mut update = sqlx::query_as::<_, (i64, i64)>(text);
        for settlement in padded(settlements, places) {
            let (status, reason, again_ms) = match settlement.map(|settlement| &settlement.next) {
                Some(Next::Done { note }) => (Some(Status::Done), note.as_deref(), None),
                Some(Next::Expired { reason }) => (Some(Status::Expired), Some(reason.as_str()), None),
                Some(Next::Failed { reason }) => (Some(Status::Failed), Some(reason.as_str()), None),
                Some(Next::Again { at_ms, reason }) => {
                    (Some(Status::Pending), Some(reason.as_str()), Some(*at_ms))
                }
                None => (None, None, None),
            };
            let kept = settlement.filter(|settlement| settlement.keep && again_ms.is_some());
            let until = kept.zip(again_ms);
            update = update
                .bind(settlement.map(|settlement| settlement.lease.action_id))
                .bind(settlement.map(|settlement| settlement.lease.epoch))
                .bind(status.map(Status::as_str))
                .bind(reason.map(clean))
                .bind(settlement.and_then(|settlement| settlement.request.as_ref()).map(Action::to_json))
                .bind(again_ms)
                .bind(settlement.map(|_| kept.is_some()))
                .bind(until.map(|(kept, at_ms)| lease_until_ms(kept.lease.deadline, at_ms, kept.now_ms)))
                .bind(settlement.map(|settlement| i64::from(settlement.attempt.is_some())))
                .bind(
                    settlement
                        .map(|settlement| settlement.attempt.as_ref().is_some_and(|attempt| attempt.lost)),
                )
                .bind(settlement.filter(|_| again_ms.is_none()).map(|settlement| settlement.now_ms));
        }
        update.fetch_all(c)
    })?;
    Ok(rows.into_iter().collect())
}

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

/// Counts finished actions off their events, and added ones to them.
async fn count(tx: &mut Tx, counts: &[(i64, (i64, i64))]) -> Result<()> {
    let (text, places) = FINISH.text(tx, counts.len());
    run!(tx, "settle events", |c| {
        let mut update = sqlx::query(text);
        for event in padded(counts, places) {
            update = update
                .bind(event.map(|(id, _)| *id))
                .bind(event.map(|(_, (finished, _))| *finished))
                .bind(event.map(|(_, (_, added))| *added));
        }
        update.execute(c)
    })?;
    Ok(())
}
