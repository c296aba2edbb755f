//! Decides the rules that a plan left open, now that there is time to look up what they ask for.
//!
//! A look-up that fails for a passing reason is tried again, a few times within a minute; after that, and at once for
//! what is refused, the rules are decided without it. What they say is stored with the end of this action.

use std::time::Duration;

use super::{
    Case, Parts,
    perform::{Performed, failed},
};
use crate::{
    action::{Decide, Kind, Plan, retry},
    flow::facts::{Findings, facts},
    rules::Media,
    store::Claimed,
    wecom::Retries,
};

/// How often the rules are asked what they need: one answer may open the next question, and there are three things to
/// ask for.
const ROUNDS_MAX: usize = 3;

pub(super) async fn decide(
    parts: &Parts,
    case: &Case,
    claimed: &Claimed,
    decide: &Decide,
    timeout: Duration,
) -> Performed {
    let about = case.about();
    let ruleset = parts.rulebook.current();
    let media = Media::as_written();
    let mut found = Findings::default();
    let missed = decide.missed.as_deref();
    let mut without: Vec<String> = Vec::new();
    let is_last_try = claimed.attempts + 1 >= retry::DECIDE_TRIES;
    let begun_ms = parts.clock.now_ms();
    for _ in 0..ROUNDS_MAX {
        let now_ms = parts.clock.now_ms();
        let facts = facts(about.app, about.stored, about.event, &found, &media, now_ms);
        let needs = ruleset.needs_of_rest(&facts, missed);
        if needs.is_nothing() {
            break;
        }
        let left =
            timeout.saturating_sub(Duration::from_millis(u64::try_from(now_ms - begun_ms).unwrap_or(0)));
        for lookup in parts.lookups.ask(about, needs, &mut found, left, Retries::None).await {
            if lookup.may_pass() && !is_last_try {
                return failed(&lookup);
            }
            without.push(format!("{} ({})", lookup.what, lookup.message));
        }
    }
    let now_ms = parts.clock.now_ms();
    let facts = facts(about.app, about.stored, about.event, &found, &media, now_ms);
    let mut plan = ruleset.rest(&facts, missed);
    limit_to(&mut plan, decide.only);
    Performed {
        note: (!without.is_empty()).then(|| format!("decided without {}", without.join(" and "))),
        then: Some(plan),
        ..Performed::done("decided")
    }
}

/// The welcome's time is over, and nothing is left open twice.
fn limit_to(plan: &mut Plan, only: Option<Kind>) {
    let is_wanted =
        |kind: Kind| !matches!(kind, Kind::Welcome | Kind::Decide) && only.is_none_or(|only| only == kind);
    plan.actions.retain(|planned| is_wanted(planned.kind()));
    for rule in &mut plan.rules {
        rule.used_for.retain(|kind| is_wanted(*kind));
    }
    plan.rules.retain(|rule| !rule.used_for.is_empty());
}
