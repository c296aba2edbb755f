//! What belongs to the end of an action beside its outcome: why it expired, which rules are flagged, who is notified.

use std::time::Duration;

use tracing::warn;

use super::state::State;
use crate::{
    action::{Action, Deadline, Flag, Kind, Plan, PlannedAction, Trigger},
    flow::{case::Case, lookups::Patience},
    rules::Media,
    store::{AttemptRecord, Claimed, RuleFlag},
};
use wecom_client::Retries;

/// How long rules about failures may look up what they ask for. An expired welcome is this process's for two seconds
/// after its deadline; by then its end is to be on record.
const NOTICE_LOOK_UP: Patience = Patience { within: Duration::from_secs(1), retries: Retries::None };

impl State {
    /// Why an action expired, with WeCom's last answer where there was one. That is read from the record: it is rare, and
    /// whoever got the answer may have been another process.
    pub(super) async fn why_expired(&self, case: &Case, claimed: &Claimed) -> String {
        if claimed.attempts == 0 {
            return why_untried(case, claimed);
        }
        let why = "the 20 seconds ended before WeCom took it";
        let Ok(Some(event)) = self.context.store.event(case.id()).await else { return why.to_owned() };
        let action = event.actions.into_iter().find(|action| action.id == claimed.action_id);
        match action.and_then(|action| action.attempts.into_iter().next_back()) {
            Some(AttemptRecord { errcode: Some(errcode), errmsg, .. }) => {
                format!("{why}; last answer: {errcode} {errmsg}")
            }
            Some(AttemptRecord { errmsg, .. }) => format!("{why}; last answer: {errmsg}"),
            None => why.to_owned(),
        }
    }

    /// The notices that rules want of an action that ended badly. There are none of a notice: they might never end.
    pub(super) async fn notices(&self, case: &Case, kind: Kind, reason: &str) -> Option<Plan> {
        let on = match kind {
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
        let plan = ruleset.notices(&facts, on, reason);
        (!plan.actions.is_empty()).then_some(plan)
    }

    /// The rules that asked for this action, marked with what WeCom says is wrong with it. They are read from the
    /// record: it is rare, and an action that was taken over comes without them.
    pub(super) async fn flags(&self, case: &Case, claimed: &Claimed, flag: Option<Flag>) -> Vec<RuleFlag> {
        let Some(Flag { code, text: reason }) = flag else { return Vec::new() };
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

fn why_untried(case: &Case, claimed: &Claimed) -> String {
    let deadline_ms = claimed.deadline.map_or(i64::MAX, Deadline::as_ms);
    if case.stored.received_at_ms >= deadline_ms {
        "the event arrived after its 20 seconds; if this happens often, compare this machine's clock with the real time"
            .to_owned()
    } else {
        "the 20 seconds ended before it could be tried".to_owned()
    }
}
