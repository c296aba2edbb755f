//! How a try is recorded: the answer is judged, the judgement becomes a settlement, the store takes it, and then it is
//! clear what the action's task does next.
//!
//! Every try ends here, also the one that was not made because its deadline had passed. While the database is away a
//! settlement is kept and offered again; if that lasts longer than the lease, somebody else performs the action again.

use std::time::Duration;

use rand::RngExt as _;
use tracing::{error, info, warn};

use super::{
    ending::has_actions,
    limits::{Limit, Permit, Place},
    performed::Performed,
    state::State,
};
use crate::{
    action::{
        self, Action, Deadline, Kind, Plan, Reason, ReasonCode,
        outcome::{Attempt, Class, End, Next, Outcome},
    },
    flow::case::Case,
    store::{AttemptRecord, Claimed, Settled, Settlement},
    telemetry::{LeftOut, cause, chain},
};
use wecom_core::clock::Watch;

/// Up to which pause a tag or remark waits in this process; beyond it the sweep brings it back when it is due.
const WAITS_HERE_MAX_MS: i64 = 5_000;

/// The pause between tries to record an outcome while the database is away.
const SETTLE_AGAIN: Duration = Duration::from_millis(200);

/// How long it is tried. By then the lease has run out, and somebody else performs the action again.
const SETTLE_FOR_MS: i64 = 5 * 60_000;

/// The place that a call had among those that are under way.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) limit: Limit,
    pub(super) place: Place,
    /// Still held, unless the call took so long that it was given away.
    pub(super) permit: Option<Permit>,
}

/// What an action's task does after a try.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// It tries again at that instant.
    Again { at_ms: i64 },
    /// It is over. `followed`: further actions of the event were stored with the action's end.
    Ended { followed: bool },
    /// It lets go: the sweep brings the action back when it is due, or another process has it.
    Left,
}

/// What an answer means for the action, and what is recorded of it.
struct Judged {
    next: Next,
    attempt: AttemptRecord,
    end: End,
    /// What it says of how many calls may be under way, where that is not its end.
    of_limit: Option<End>,
    took: Duration,
    /// The request as it now stands, where the try changed it.
    request: Option<Action>,
    /// What is wrong with the rules that asked for it.
    flag: Option<Reason>,
    /// What follows, if this is the end.
    follow_up: Option<Plan>,
    /// Ids of ours that WeCom refused.
    refused_media: Vec<String>,
}

impl Judged {
    /// When it is to be tried again.
    fn again_at_ms(&self) -> Option<i64> {
        if let Next::Again { at_ms, .. } = self.next { Some(at_ms) } else { None }
    }
}

impl State {
    /// Judges an answer and records it.
    pub(super) async fn record(
        &self,
        case: &Case,
        claimed: &mut Claimed,
        watch: &Watch,
        at_ms: i64,
        performed: Performed,
        seat: Seat,
    ) -> Step {
        let now_ms = watch.now_ms();
        let mut judged = judge(claimed, performed, at_ms, now_ms);
        let waits_here = self.waits_here(claimed, &judged, now_ms);
        let steady_ms = self.context.clock.steady_ms();
        let again_ms = judged.again_at_ms().map(|at_ms| steady_ms + at_ms - now_ms);
        let Seat { limit, place, permit } = seat;
        limit.answered(place, judged.of_limit.unwrap_or(judged.end), again_ms, &self.context.clock);
        drop(permit);
        self.context.metrics.called(&case.app.name, claimed.kind, judged.end, judged.attempt.errcode);
        self.log(case, claimed, &judged);
        let settlement = self.settlement(case, claimed, &mut judged, waits_here, self.now_ms()).await;
        let followed = has_actions(settlement.follow_up.as_ref());
        let settled = self.settle(settlement).await;
        // After its flag is on record, which a new id takes back.
        if !judged.refused_media.is_empty() {
            case.app.media.refused(std::mem::take(&mut judged.refused_media));
        }
        claimed.attempts += 1;
        claimed.earlier_lost |= judged.attempt.lost;
        claimed.unanswered |= judged.attempt.is_unanswered();
        if let Some(request) = judged.request.take() {
            claimed.action = request;
        }
        match (settled, judged.again_at_ms()) {
            (Settled::LeaseLost, _) => {
                let (kind, id) = (claimed.kind, case.id());
                info!(event.id = id, "Somebody else has taken over the {kind} of event {id}");
                Step::Left
            }
            (Settled::Recorded, Some(at_ms)) if waits_here => Step::Again { at_ms },
            (Settled::Recorded, Some(_)) => Step::Left,
            (Settled::Recorded, None) => {
                self.count_end(case, claimed, &judged.next, now_ms);
                Step::Ended { followed }
            }
        }
    }

    fn count_end(&self, case: &Case, claimed: &Claimed, next: &Next, now_ms: i64) {
        let metrics = &self.context.metrics;
        metrics.settled(&case.app.name, claimed.kind, next, case.age_ms(now_ms));
        if is_missed(claimed, next) {
            metrics.welcome_missed(&case.app.name);
        }
    }

    /// Whether the next try is waited for in this process. Where WeCom did not so much as answer, and the process ends, another
    /// that has the time is to have it.
    fn waits_here(&self, claimed: &Claimed, judged: &Judged, now_ms: i64) -> bool {
        judged.again_at_ms().is_some_and(|at_ms| match claimed.kind {
            Kind::Welcome => !(self.is_ending() && judged.attempt.is_unanswered()),
            _ => at_ms - now_ms <= WAITS_HERE_MAX_MS && !self.is_ending(),
        })
    }

    /// What the store is to record. Looks up which rules are flagged and who is notified.
    async fn settlement(
        &self,
        case: &Case,
        claimed: &Claimed,
        judged: &mut Judged,
        keep: bool,
        now_ms: i64,
    ) -> Settlement {
        let flags = self.flags(case, claimed, judged.flag.take()).await;
        let follow_up = match &judged.next {
            Next::Done { .. } => judged.follow_up.take(),
            Next::Expired { reason } | Next::Failed { reason } => {
                let unanswered = claimed.unanswered || judged.attempt.is_unanswered();
                Box::pin(self.notices(case, claimed, unanswered, reason.code)).await
            }
            Next::Again { .. } | Next::Skipped { .. } => None,
        };
        Settlement {
            lease: claimed.lease(),
            attempt: Some(judged.attempt.clone()),
            unanswered: claimed.unanswered || judged.attempt.is_unanswered(),
            next: judged.next.clone(),
            request: judged.request.clone(),
            flags,
            all_tags_on: claimed.kind == Kind::Tag && judged.next == Next::Done { note: None },
            keep,
            follow_up,
            now_ms,
        }
    }

    /// Gives an action back untried, because another process is at work on the same pair.
    pub(super) async fn give_way(&self, claimed: &Claimed) {
        let why = ReasonCode::Waiting.because("another process is at work on this customer");
        self.leave_for(claimed, self.now_ms(), why).await;
    }

    /// Gives an action back untried, to be tried at that instant.
    pub(super) async fn leave_for(&self, claimed: &Claimed, at_ms: i64, reason: Reason) -> Step {
        let next = Next::Again { at_ms, reason };
        self.settle(self.untried(claimed, next, None)).await;
        Step::Left
    }

    /// Ends an action whose deadline came before a call could start.
    pub(super) async fn expire(&self, case: &Case, claimed: &Claimed) -> Step {
        let now_ms = self.now_ms();
        let reason = self.why_expired(case, claimed).await;
        let follow_up = Box::pin(self.notices(case, claimed, claimed.unanswered, reason.code)).await;
        let followed = has_actions(follow_up.as_ref());
        let next = Next::Expired { reason: reason.clone() };
        match self.settle(self.untried(claimed, next.clone(), follow_up)).await {
            Settled::Recorded => {
                self.log_failed(case, claimed, "expired", None, &reason);
                self.count_end(case, claimed, &next, now_ms);
                Step::Ended { followed }
            }
            // Whoever has it now says and counts how it ended.
            Settled::LeaseLost => Step::Left,
        }
    }

    fn untried(&self, claimed: &Claimed, next: Next, follow_up: Option<Plan>) -> Settlement {
        Settlement {
            lease: claimed.lease(),
            attempt: None,
            unanswered: claimed.unanswered,
            next,
            request: None,
            flags: Vec::new(),
            all_tags_on: false,
            keep: false,
            follow_up,
            now_ms: self.now_ms(),
        }
    }

    /// Records, again and again while the database is away, for as long as the lease may last.
    async fn settle(&self, settlement: Settlement) -> Settled {
        let until_ms = self.context.clock.steady_ms() + SETTLE_FOR_MS;
        loop {
            match self.context.store.settle(settlement.clone()).await {
                Ok(settled) => return settled,
                Err(_) if self.context.clock.steady_ms() < until_ms => {
                    // Not by the clock of this process: it is the database that needs a moment.
                    tokio::time::sleep(SETTLE_AGAIN).await;
                }
                Err(error) => {
                    error!(error = %chain(&error), "The end of action {} could not be recorded; it will be performed again", settlement.lease.action_id);
                    return Settled::LeaseLost;
                }
            }
        }
    }

    /// One line for each try, where it is handled; one a second for tries that fail for one cause.
    fn log(&self, case: &Case, claimed: &Claimed, judged: &Judged) {
        let (kind, id) = (claimed.kind, case.id());
        let Judged { next, attempt, took, .. } = judged;
        match next {
            Next::Done { note: None } => {
                let after_ms = case.age_ms(self.now_ms());
                info!(event.id = id, "The {kind} of event {id} is done, {after_ms} ms after it arrived");
            }
            Next::Done { note: Some(note) } => {
                info!(event.id = id, "The {kind} of event {id} is done: {note}");
            }
            Next::Again { reason, .. } => {
                if let Some(left_out) = self.admit(claimed, "is tried again", attempt.errcode, reason) {
                    let took_ms = took.as_millis();
                    info!(
                        event.id = id,
                        took_ms, "The {kind} of event {id} is tried again: {reason}{left_out}"
                    );
                }
            }
            Next::Skipped { reason } => {
                info!(event.id = id, "The {kind} of event {id} is skipped: {reason}");
            }
            Next::Expired { reason } => self.log_failed(case, claimed, "expired", attempt.errcode, reason),
            Next::Failed { reason } if reason.text.contains(&attempt.errmsg) => {
                self.log_failed(case, claimed, "failed", attempt.errcode, reason);
            }
            Next::Failed { reason } => {
                let reason = format!("{reason}; last answer: {}", attempt.errmsg);
                self.log_failed(case, claimed, "failed", attempt.errcode, &reason);
            }
        }
    }

    fn log_failed(&self, case: &Case, claimed: &Claimed, how: &str, errcode: Option<i64>, reason: &str) {
        if let Some(left_out) = self.admit(claimed, how, errcode, reason) {
            let (kind, id) = (claimed.kind, case.id());
            warn!(event.id = id, "The {kind} of event {id} {how}: {reason}{left_out}");
        }
    }

    fn admit(&self, claimed: &Claimed, how: &str, errcode: Option<i64>, reason: &str) -> Option<LeftOut> {
        let kind = format!("The {} {how}: {}", claimed.kind, cause(errcode, reason));
        self.context.seldom.admit(&kind, self.now_ms())
    }
}

/// Whether a customer's 20 seconds ended in this run without a welcome. Of one whose end is unknown nobody can say so. A
/// replay that was planned when they were over misses nothing: the run in which they ended has counted it, or was not able
/// to say.
fn is_missed(claimed: &Claimed, next: &Next) -> bool {
    let Next::Expired { reason } = next else { return false };
    let was_in_time = |deadline: Deadline| deadline.left(claimed.first_due_ms).is_some();
    claimed.kind == Kind::Welcome
        && reason.code != ReasonCode::UnknownEnd
        && (claimed.run == 0 || claimed.deadline.is_some_and(was_in_time))
}

/// Says what an answer means. What that is for each class of answer stands in [`action::judge`](action::judge()).
fn judge(claimed: &Claimed, performed: Performed, at_ms: i64, now_ms: i64) -> Judged {
    let sent = performed.request.as_ref().unwrap_or(&claimed.action);
    let refused_media = match (performed.end, sent) {
        (End::NotDone(Class::Media), Action::Welcome(welcome)) => welcome.media_ids(),
        _ => Vec::new(),
    };
    let Outcome { next, request, flag } = action::judge(&Attempt {
        action: sent,
        end: performed.end,
        errcode: performed.errcode,
        message: &performed.message,
        number: claimed.attempts + 1,
        earlier_lost: claimed.earlier_lost,
        unanswered: claimed.unanswered || (performed.lost && performed.errcode.is_none()),
        first_due_ms: claimed.first_due_ms,
        deadline: claimed.deadline,
        now_ms,
        dice: rand::rng().random(),
    });
    let next = match (next, performed.note) {
        (Next::Done { note: None }, note) => Next::Done { note },
        (next, _) => next,
    };
    Judged {
        next,
        attempt: AttemptRecord {
            at_ms,
            took_ms: i64::try_from(performed.took.as_millis()).unwrap_or(i64::MAX),
            errcode: performed.errcode,
            errmsg: performed.message,
            lost: performed.lost,
        },
        end: performed.end,
        of_limit: performed.of_limit,
        took: performed.took,
        request: request.or(performed.request),
        flag,
        follow_up: performed.then,
        refused_media,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rstest::rstest;

    use super::*;
    use crate::{action::Welcome, store::StoredEvent};

    const OVER_MS: i64 = 20_000;

    fn claimed(kind: Kind, run: i64, first_due_ms: i64) -> Claimed {
        Claimed {
            action_id: 1,
            event_id: 1,
            epoch: 1,
            kind,
            action: Action::Welcome(Welcome::default()),
            deadline: Some(Deadline::at_ms(OVER_MS)),
            attempts: 0,
            earlier_lost: false,
            unanswered: false,
            first_due_ms,
            lease_until_ms: 0,
            event: Arc::new(StoredEvent {
                id: 1,
                app: "default".into(),
                corp_id: None,
                user_id: None,
                external_user_id: None,
                happened_at_ms: 0,
                received_at_ms: 0,
                payload: Vec::new(),
            }),
            run,
            term: 0,
        }
    }

    /// Of one customer's welcome one figure: the run in which the 20 seconds ended counts it, if anybody can say that it did not
    /// go out.
    #[rstest]
    #[case::of_the_first_run(Kind::Welcome, 0, 100, ReasonCode::ExpiredTrying, true)]
    #[case::that_came_too_late(Kind::Welcome, 0, 30_000, ReasonCode::ExpiredUntried, true)]
    #[case::of_which_nobody_knows(Kind::Welcome, 0, 100, ReasonCode::UnknownEnd, false)]
    #[case::of_a_replay_in_time(Kind::Welcome, 1, 15_000, ReasonCode::ExpiredTrying, true)]
    #[case::of_a_replay_afterwards(Kind::Welcome, 1, 20_000, ReasonCode::ExpiredUntried, false)]
    #[case::of_another_replay(Kind::Welcome, 7, 3_600_000, ReasonCode::ExpiredUntried, false)]
    #[case::of_no_welcome(Kind::Tag, 0, 100, ReasonCode::ExpiredUntried, false)]
    fn a_welcome_is_missed_once(
        #[case] kind: Kind,
        #[case] run: i64,
        #[case] first_due_ms: i64,
        #[case] code: ReasonCode,
        #[case] missed: bool,
    ) {
        let claimed = claimed(kind, run, first_due_ms);
        assert_eq!(is_missed(&claimed, &Next::Expired { reason: code.because("over") }), missed);
        assert!(!is_missed(&claimed, &Next::Failed { reason: ReasonCode::NoPermission.because("no") }));
        assert!(!is_missed(&claimed, &Next::Done { note: None }));
    }
}
