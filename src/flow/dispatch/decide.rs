//! Decides the rules that a plan left open, now that there is time to look up what they ask for.
//!
//! A look-up that fails for a passing reason is tried again, a few times within a minute; after that, and at once for
//! what is refused, the rules are decided without it. What they say is stored with the end of this action.

use std::time::Duration;

use super::performed::Performed;
use crate::{
    action::{
        Decide, Kind, Plan, ReasonCode,
        outcome::End,
        recorded::{Unanswered, decided_without},
        retry,
    },
    flow::{
        case::Case,
        context::Context,
        lookups::{Failed, Patience},
        reported::Reported,
    },
    rules::Media,
    store::Claimed,
    telemetry::chain,
};
use wecom_client::Retries;

pub(super) async fn decide(
    context: &Context,
    case: &Case,
    claimed: &Claimed,
    decide: &Decide,
    timeout: Duration,
) -> Performed {
    let ruleset = context.rulebook.current();
    let missed = decide.missed;
    let is_last_try = claimed.attempts + 1 >= retry::DECIDE_TRIES;
    let patience = Patience { within: timeout, retries: Retries::None };
    let holds_up = |lookup: &Failed| lookup.may_pass() && !is_last_try;
    let gathered =
        context.lookups.gather(case, patience, |facts| ruleset.needs_of_rest(facts, missed), holds_up).await;
    if let Some(lookup) = &gathered.held_up_by {
        return Performed::held_up(lookup);
    }
    let media = Media::as_written();
    let facts = case.facts(&gathered.found, &media, context.clock.now_ms());
    let mut plan = ruleset.rest(&facts, missed);
    limit_to(&mut plan, decide.only);
    if claimed.run > 0 && !decide.repeat_reports {
        let record = match context.store.event(case.id()).await {
            Ok(record) => record,
            Err(error) => {
                return Performed::ended(
                    End::DatabaseAway,
                    Unanswered::EventUnreadable(&chain(&error)).to_string(),
                );
            }
        };
        if let Some(record) = record {
            Reported::before(&record, claimed.run).leave_out_of(&mut plan);
        }
    }
    let without = gathered.failed.iter().map(|lookup| (lookup.what, lookup.message.as_str()));
    Performed {
        note: (!gathered.failed.is_empty())
            .then(|| ReasonCode::LookupFailed.because(decided_without(without))),
        then: Some(plan),
        ..Performed::done("decided")
    }
}

/// Takes the welcome out of the plan, because its time is over, and a second [`Decide`], which could go on for ever. In
/// a replay of one kind of action, takes out all other kinds as well.
fn limit_to(plan: &mut Plan, only: Option<Kind>) {
    let is_wanted =
        |kind: Kind| !matches!(kind, Kind::Welcome | Kind::Decide) && only.is_none_or(|only| only == kind);
    plan.actions.retain(|planned| is_wanted(planned.kind()));
    for rule in &mut plan.rules {
        rule.used_for.retain(|kind| is_wanted(*kind));
    }
    plan.rules.retain(|rule| !rule.used_for.is_empty());
}
