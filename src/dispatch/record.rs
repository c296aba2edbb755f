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
        Action, Deadline, Kind,
        outcome::{self, Attempt, Class, Next, Outcome},
    },
    store::{AttemptRecord, Claimed, RuleFlag, Settled, Settlement},
    telemetry::chain,
};

/// Up to which pause a tag or remark waits in this process; beyond it the sweep brings it back when it is due.
const WAITS_HERE_MAX_MS: i64 = 5_000;

/// The pause between tries to record an outcome while the database is away.
const SETTLE_AGAIN: Duration = Duration::from_millis(200);

/// How long it is tried. By then the lease has run out, and somebody else performs the action again.
const SETTLE_FOR_MS: i64 = 5 * 60_000;

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
        if let (Class::Media, Action::Welcome(welcome)) = (performed.class, sent) {
            case.app.media.refused(welcome.media_ids());
        }
        let Outcome { next, request, flag } = outcome::judge(&Attempt {
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
                now_ms,
            })
            .await;
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
                Some(Left::Ended)
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
        let reason = "another process is at work on this customer".to_owned();
        let next = Next::Again { at_ms: now_ms, reason };
        let lease = claimed.lease();
        self.settle(Settlement {
            lease,
            attempt: None,
            next,
            request: None,
            flags: Vec::new(),
            keep: false,
            now_ms,
        })
        .await;
    }

    /// Ends an action whose deadline came before a call could start.
    pub(super) async fn expire(&self, case: &Case, claimed: &Claimed) -> Left {
        let now_ms = self.0.clock.now_ms();
        let next = Next::Expired { reason: why_expired(case, claimed) };
        self.tell(case, claimed, &next, "", Duration::ZERO);
        self.0.metrics.settled(&case.app.name, claimed.kind, &next, now_ms - case.stored.received_at_ms);
        let lease = claimed.lease();
        let settlement =
            Settlement { lease, attempt: None, next, request: None, flags: Vec::new(), keep: false, now_ms };
        match self.settle(settlement).await {
            Settled::Recorded => Left::Ended,
            Settled::LeaseLost => Left::ForTheSweep,
        }
    }

    /// The rules that asked for this action, marked with what WeCom says is wrong with it. They are read from the
    /// record: it is rare, and an action that was taken over comes without them.
    async fn flags(&self, case: &Case, claimed: &Claimed, flag: Option<String>) -> Vec<RuleFlag> {
        let Some(reason) = flag else { return Vec::new() };
        warn!(event.id = case.stored.id, "Event {}: {reason}", case.stored.id);
        let Ok(Some(event)) = self.0.store.event(case.stored.id).await else { return Vec::new() };
        let asked = event.rules.into_iter().filter(|rule| rule.used_for.contains(&claimed.kind));
        asked
            .map(|rule| RuleFlag {
                rule: rule.name,
                ruleset_version: rule.version,
                kind: claimed.kind,
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
            Next::Failed { reason } => {
                warn!(event.id = event_id, "The {kind} of event {event_id} failed: {reason} {message}");
            }
        }
    }
}

fn why_expired(case: &Case, claimed: &Claimed) -> String {
    let deadline_ms = claimed.deadline.map_or(i64::MAX, Deadline::as_ms);
    if claimed.attempts > 0 {
        "the 20 seconds ended before WeCom took it".to_owned()
    } else if case.stored.received_at_ms >= deadline_ms {
        "the event arrived after its 20 seconds; if this happens often, compare this machine's clock with the real time"
            .to_owned()
    } else {
        "the 20 seconds ended before it could be tried".to_owned()
    }
}
