//! What belongs to the end of an action beside its outcome: why it expired, which rules are flagged, who is notified.

use std::time::Duration;

use tracing::warn;

use super::state::State;
use crate::{
    action::{Action, Kind, Plan, PlannedAction, Reason, ReasonCode, Trigger, judge},
    flow::{case::Case, lookups::Patience, reported::Reported},
    rules::Media,
    store::{ActionRecord, AttemptRecord, Claimed, EventRecord, RuleFlag},
};
use wecom_client::Retries;

/// How long rules about failures may look up what they ask for. An expired welcome is this process's for some seconds
/// after its deadline ([`LATE_ANSWER_MAX`](crate::action::deadline::LATE_ANSWER_MAX) and a few more); by then its end is to be
/// on record.
const NOTICE_LOOK_UP: Patience = Patience { within: Duration::from_secs(1), retries: Retries::None };

impl State {
    /// Why an action expired, with WeCom's last answer where there was one. That is read from the record: it is rare, and
    /// whoever got the answer may have been another process.
    pub(super) async fn why_expired(&self, case: &Case, claimed: &Claimed) -> Reason {
        if claimed.attempts == 0 && !claimed.unanswered && has_come_too_late(case, claimed) {
            return ReasonCode::ExpiredUntried.because(
                "the event arrived after its 20 seconds; if this happens often, compare this machine's clock with the \
                 real time",
            );
        }
        let (_, is_away) = self.limits.of(case.corp_id(), claimed.kind).standing(&self.context.clock);
        if claimed.attempts == 0 && !claimed.unanswered && is_away {
            return ReasonCode::ExpiredUntried.because(
                "the 20 seconds ended while WeCom could not be called: others were tried a few times a second, in vain",
            );
        }
        let last = if claimed.attempts > 0 { self.last_answer(case, claimed).await } else { None };
        judge::expired(claimed.attempts > 0, claimed.unanswered, last.as_deref())
    }

    async fn last_answer(&self, case: &Case, claimed: &Claimed) -> Option<String> {
        let event = self.context.store.event(case.id()).await.ok()??;
        let action = event.actions.into_iter().find(|action| action.id == claimed.action_id)?;
        let AttemptRecord { errcode, errmsg, .. } = action.attempts.into_iter().next_back()?;
        Some(errcode.map_or_else(|| errmsg.clone(), |errcode| format!("{errcode} {errmsg}")))
    }

    /// The notices that rules want of an action that ended badly. There are none of a notice: they might never end. And
    /// none of a welcome with a try that was not answered, in this run or an earlier one: the customer may have been greeted.
    pub(super) async fn notices(
        &self,
        case: &Case,
        claimed: &Claimed,
        unanswered: bool,
        code: ReasonCode,
    ) -> Option<Plan> {
        let on = match claimed.kind {
            Kind::Welcome if unanswered => return None,
            Kind::Welcome => Trigger::MissedWelcome,
            Kind::Tag | Kind::Remark | Kind::Forward => Trigger::Failed,
            Kind::Decide | Kind::Notify => return None,
        };
        let ruleset = self.context.rulebook.current();
        let lookups = &self.context.lookups;
        let gathered = lookups
            .gather(case, NOTICE_LOOK_UP, |facts| ruleset.needs_of_notices(facts, on), |_| false)
            .await;
        let media = Media::as_written();
        let facts = case.facts(&gathered.found, &media, self.now_ms());
        let mut plan = ruleset.notices(&facts, on, code);
        if plan.actions.is_empty() {
            return None;
        }
        if claimed.run > 0 {
            // Who was notified of it in an earlier run knows. While the record cannot be read nobody is notified twice.
            let record = self.context.store.event(case.id()).await.ok()??;
            if on == Trigger::MissedWelcome && may_have_been_greeted(&record, claimed.run) {
                return None;
            }
            Reported::before(&record, claimed.run).leave_out_of(&mut plan);
        }
        Some(plan)
    }

    /// The rules that asked for this action, marked with what WeCom says is wrong with it. They are read from the
    /// record: it is rare, and an action that was taken over comes without them.
    pub(super) async fn flags(&self, case: &Case, claimed: &Claimed, flag: Option<Reason>) -> Vec<RuleFlag> {
        let Some(Reason { code, text: reason }) = flag else { return Vec::new() };
        warn!(event.id = case.id(), "Event {}: {reason}", case.id());
        let Ok(Some(event)) = self.context.store.event(case.id()).await else { return Vec::new() };
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
}

/// Whether a plan has something to perform.
pub(super) fn has_actions(plan: Option<&Plan>) -> bool {
    plan.is_some_and(|plan| {
        plan.actions.iter().any(|planned| matches!(planned, PlannedAction::Perform { .. }))
    })
}

/// Whether a try of a welcome of a run before this one was not answered.
fn may_have_been_greeted(record: &EventRecord, run: i64) -> bool {
    let is_unanswered = |action: &ActionRecord| {
        // One that was under way when its process died is not among the attempts.
        action.code == Some(ReasonCode::UnknownEnd)
            || action.attempts.iter().any(AttemptRecord::is_unanswered)
    };
    let mut welcomes =
        record.actions.iter().filter(|action| action.kind == Kind::Welcome && action.run < run);
    welcomes.any(is_unanswered)
}

/// Whether there was nothing left of the 20 seconds when the event arrived.
fn has_come_too_late(case: &Case, claimed: &Claimed) -> bool {
    claimed.deadline.is_some_and(|deadline| case.stored.received_at_ms >= deadline.as_ms())
}
