//! How a try is recorded: judged, settled in the store, told in the log.
//!
//! Every try ends here, also the one that was not made because its deadline had passed. While the database is away an
//! outcome is kept and offered again; if that lasts longer than the lease, somebody else performs the action again.

use std::time::Duration;

use rand::RngExt as _;
use tracing::{error, info, warn};

use super::{Case, Dispatcher, Left, limits::Limit, perform::Performed};
use crate::{
    action::{
        Action, Deadline, Kind, Plan, PlannedAction, Trigger, judge,
        outcome::{Attempt, Class, Flag, Next, Outcome},
    },
    facts::{Findings, facts},
    rules::Media,
    store::{AttemptRecord, Claimed, RuleFlag, Settled, Settlement},
    telemetry::chain,
    wecom::Retries,
};

/// Up to which pause a tag or remark waits in this process; beyond it the sweep brings it back when it is due.
const WAITS_HERE_MAX_MS: i64 = 5_000;

/// The pause between tries to record an outcome while the database is away.
const SETTLE_AGAIN: Duration = Duration::from_millis(200);

/// How long it is tried. By then the lease has run out, and somebody else performs the action again.
const SETTLE_FOR_MS: i64 = 5 * 60_000;

/// How long rules about failures may look up what they ask for. An expired welcome is this process's for two seconds
/// after its deadline; by then its end is to be on record.
const NOTICE_LOOK_UP: Duration = Duration::from_secs(1);

/// How often they are asked what they need.
const ROUNDS_MAX: usize = 3;

impl Dispatcher {
    /// Judges an answer and records it.
    pub(super) async fn record(
        &self,
        case: &Case,
        claimed: &mut Claimed,
        due_ms: &mut i64,
        at_ms: i64,
        performed: Performed,
        limit: &Limit,
    ) -> Option<Left> {
        let now_ms = self.0.clock.now_ms();
        let sent = performed.request.as_ref().unwrap_or(&claimed.action);
        let refused = match (performed.class, sent) {
            (Class::Media, Action::Welcome(welcome)) => welcome.media_ids(),
            _ => Vec::new(),
        };
        let Outcome { next, request, flag } = judge(&Attempt {
            action: sent,
            class: performed.class,
            message: &performed.message,
            number: claimed.attempts + 1,
            earlier_lost: claimed.earlier_lost,
            first_due_ms: claimed.first_due_ms,
            deadline: claimed.deadline,
            now_ms,
            dice: rand::rng().random(),
        });
        let next = match (next, performed.note) {
            (Next::Done { note: None }, note) => Next::Done { note },
            (next, _) => next,
        };
        let again_at_ms = if let Next::Again { at_ms, .. } = &next { Some(*at_ms) } else { None };
        limit.learn(performed.class, again_at_ms);
        self.0.metrics.called(&case.app.name, claimed.kind, performed.class);
        let waits_here = again_at_ms.is_some_and(|at_ms| {
            claimed.kind == Kind::Welcome
                || (at_ms - now_ms <= WAITS_HERE_MAX_MS && !self.0.shutdown.has_begun())
        });
        let request = request.or(performed.request);
        self.tell(case, claimed, &next, &performed.message, performed.took);
        let flags = self.flags(case, claimed, flag).await;
        let then = match &next {
            Next::Done { .. } => performed.then,
            Next::Expired { reason } | Next::Failed { reason } => {
                Box::pin(self.notices(case, claimed.kind, reason)).await
            }
            Next::Again { .. } => None,
        };
        let followed = is_followed(then.as_ref());
        let settled = self
            .settle(Settlement {
                lease: claimed.lease(),
                attempt: Some(AttemptRecord {
                    at_ms,
                    took_ms: i64::try_from(performed.took.as_millis()).unwrap_or(i64::MAX),
                    errcode: performed.errcode,
                    errmsg: performed.message,
                    lost: performed.lost,
                }),
                next: next.clone(),
                request: request.clone(),
                flags,
                keep: waits_here,
                follow_up: then,
                now_ms,
            })
            .await;
        // After its flag is on record, which a new id takes back.
        if !refused.is_empty() {
            case.app.media.refused(refused);
        }
        claimed.attempts += 1;
        claimed.earlier_lost |= performed.lost;
        if let Some(request) = request {
            claimed.action = request;
        }
        match (settled, again_at_ms) {
            (Settled::Recorded, Some(at_ms)) if waits_here => {
                *due_ms = at_ms;
                None
            }
            (Settled::Recorded, Some(_)) => Some(Left::ForTheSweep),
            (Settled::Recorded, None) => {
                self.0.metrics.settled(
                    &case.app.name,
                    claimed.kind,
                    &next,
                    now_ms - case.stored.received_at_ms,
                );
                Some(Left::Ended { followed })
            }
            (Settled::LeaseLost, _) => {
                info!(
                    event.id = case.stored.id,
                    "Somebody else has taken over the {} of event {}", claimed.kind, case.stored.id
                );
                Some(Left::ForTheSweep)
            }
        }
    }

    /// Gives an action back untried, because another process is at work on the same pair.
    pub(super) async fn give_way(&self, claimed: &Claimed) {
        let now_ms = self.0.clock.now_ms();
        self.leave_for(claimed, now_ms, "another process is at work on this customer").await;
    }

    /// Gives an action back untried, to be tried at that instant.
    pub(super) async fn leave_for(&self, claimed: &Claimed, at_ms: i64, reason: &str) -> Left {
        let next = Next::Again { at_ms, reason: reason.to_owned() };
        self.settle(self.untried(claimed, next, None)).await;
        Left::ForTheSweep
    }

    fn untried(&self, claimed: &Claimed, next: Next, then: Option<Plan>) -> Settlement {
        Settlement {
            lease: claimed.lease(),
            attempt: None,
            next,
            request: None,
            flags: Vec::new(),
            keep: false,
            follow_up: then,
            now_ms: self.0.clock.now_ms(),
        }
    }

    /// Ends an action whose deadline came before a call could start.
    pub(super) async fn expire(&self, case: &Case, claimed: &Claimed) -> Left {
        let now_ms = self.0.clock.now_ms();
        let reason = self.why_expired(case, claimed).await;
        let then = Box::pin(self.notices(case, claimed.kind, &reason)).await;
        let followed = is_followed(then.as_ref());
        let next = Next::Expired { reason };
        self.tell(case, claimed, &next, "", Duration::ZERO);
        self.0.metrics.settled(&case.app.name, claimed.kind, &next, now_ms - case.stored.received_at_ms);
        match self.settle(self.untried(claimed, next, then)).await {
            Settled::Recorded => Left::Ended { followed },
            Settled::LeaseLost => Left::ForTheSweep,
        }
    }

    /// With WeCom's last answer where there was one. It is read from the record: it is rare, and the one who got the
    /// answer may have been another.
    async fn why_expired(&self, case: &Case, claimed: &Claimed) -> String {
        if claimed.attempts == 0 {
            return why_untried(case, claimed);
        }
        let why = "the 20 seconds ended before WeCom took it";
        let Ok(Some(event)) = self.0.store.event(case.stored.id).await else { return why.to_owned() };
        let action = event.actions.into_iter().find(|action| action.id == claimed.action_id);
        match action.and_then(|action| action.attempts.into_iter().next_back()) {
            Some(AttemptRecord { errcode: Some(errcode), errmsg, .. }) => {
                format!("{why}; last answer: {errcode} {errmsg}")
            }
            Some(AttemptRecord { errmsg, .. }) => format!("{why}; last answer: {errmsg}"),
            None => why.to_owned(),
        }
    }

    /// Whom the rules have told of an action that ended badly. Nobody is told of a notice, which might never end.
    async fn notices(&self, case: &Case, kind: Kind, reason: &str) -> Option<Plan> {
        let on = match kind {
            Kind::Welcome => Trigger::MissedWelcome,
            Kind::Tag | Kind::Remark | Kind::Forward => Trigger::Failed,
            Kind::Decide | Kind::Notify => return None,
        };
        let parts = &self.0.parts;
        let ruleset = parts.rulebook.current();
        let (about, media) = (case.about(), Media::as_written());
        let mut found = Findings::default();
        let begun_ms = parts.clock.now_ms();
        for _ in 0..ROUNDS_MAX {
            let now_ms = parts.clock.now_ms();
            let facts = facts(about.app, about.stored, about.event, &found, &media, now_ms);
            let needs = ruleset.needs_of_notices(&facts, on);
            if needs.is_nothing() {
                break;
            }
            let since = Duration::from_millis(u64::try_from(now_ms - begun_ms).unwrap_or(0));
            let left = NOTICE_LOOK_UP.saturating_sub(since);
            parts.lookups.ask(about, needs, &mut found, left, Retries::None).await;
        }
        let now_ms = parts.clock.now_ms();
        let facts = facts(about.app, about.stored, about.event, &found, &media, now_ms);
        let plan = ruleset.notices(&facts, on, reason);
        (!plan.actions.is_empty()).then_some(plan)
    }

    /// The rules that asked for this action, marked with what WeCom says is wrong with it. They are read from the
    /// record: it is rare, and an action that was taken over comes without them.
    async fn flags(&self, case: &Case, claimed: &Claimed, flag: Option<Flag>) -> Vec<RuleFlag> {
        let Some(Flag { code, text: reason }) = flag else { return Vec::new() };
        warn!(event.id = case.stored.id, "Event {}: {reason}", case.stored.id);
        let Ok(Some(event)) = self.0.store.event(case.stored.id).await else { return Vec::new() };
        let named = match &claimed.action {
            Action::Notify(notify) => Some(&notify.rule),
            Action::Forward(forward) => Some(&forward.rule),
            _ => None,
        };
        let asked = event.rules.into_iter().filter(|rule| {
            rule.used_for.contains(&claimed.kind) && named.is_none_or(|named| *named == rule.name)
        });
        asked
            .map(|rule| RuleFlag {
                rule: rule.name,
                ruleset_version: rule.version,
                kind: claimed.kind,
                code,
                reason: reason.clone(),
            })
            .collect()
    }

    /// Records, again and again while the database is away, for as long as the lease may last.
    async fn settle(&self, settlement: Settlement) -> Settled {
        let until_ms = self.0.clock.now_ms() + SETTLE_FOR_MS;
        loop {
            match self.0.store.settle(settlement.clone()).await {
                Ok(settled) => return settled,
                Err(_) if self.0.clock.now_ms() < until_ms => self.0.clock.sleep(SETTLE_AGAIN).await,
                Err(error) => {
                    error!(error = %chain(&error), "The end of action {} could not be recorded; it will be performed again", settlement.lease.action_id);
                    return Settled::LeaseLost;
                }
            }
        }
    }

    /// One line for each try, where it is handled.
    fn tell(&self, case: &Case, claimed: &Claimed, next: &Next, message: &str, took: Duration) {
        let (kind, event_id) = (claimed.kind, case.stored.id);
        let after_ms = self.0.clock.now_ms() - case.stored.received_at_ms;
        match next {
            Next::Done { note: None } => {
                info!(
                    event.id = event_id,
                    "The {kind} of event {event_id} is done, {after_ms} ms after it arrived"
                );
            }
            Next::Done { note: Some(note) } => {
                info!(event.id = event_id, "The {kind} of event {event_id} is done: {note}");
            }
            Next::Again { reason, .. } => {
                info!(
                    event.id = event_id,
                    took_ms = took.as_millis(),
                    "The {kind} of event {event_id} is tried again: {reason}"
                );
            }
            Next::Expired { reason } => {
                warn!(event.id = event_id, "The {kind} of event {event_id} expired: {reason}");
            }
            Next::Failed { reason } if reason.contains(message) => {
                warn!(event.id = event_id, "The {kind} of event {event_id} failed: {reason}");
            }
            Next::Failed { reason } => {
                warn!(
                    event.id = event_id,
                    "The {kind} of event {event_id} failed: {reason}; last answer: {message}"
                );
            }
        }
    }
}

/// Whether there is something to go on with.
fn is_followed(then: Option<&Plan>) -> bool {
    then.is_some_and(|plan| {
        plan.actions.iter().any(|planned| matches!(planned, PlannedAction::Perform { .. }))
    })
}

fn why_untried(case: &Case, claimed: &Claimed) -> String {
    let deadline_ms = claimed.deadline.map_or(i64::MAX, Deadline::as_ms);
    if case.stored.received_at_ms >= deadline_ms {
        "the event arrived after its 20 seconds; if this happens often, compare this machine's clock with the real time"
            .to_owned()
    } else {
        "the 20 seconds ended before it could be tried".to_owned()
    }
}
