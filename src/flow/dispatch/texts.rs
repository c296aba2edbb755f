//! The look-ups of texts that were kept as templates until they are sent.

use std::time::Duration;

use crate::{
    flow::{
        case::Case,
        context::Context,
        facts::Findings,
        lookups::{Failed, Patience},
    },
    rules::Needs,
};
use wecom_client::Retries;

/// Looks up what a text needs. The look-up that failed for a passing reason, unless the text `gives_up` on it and goes
/// without.
pub(super) async fn look_up(
    context: &Context,
    case: &Case,
    needs: Needs,
    within: Duration,
    gives_up: impl Fn(&Failed) -> bool,
) -> Result<Findings, Failed> {
    // An answer of which a part is missing holds no text up.
    let holds_up = |lookup: &Failed| lookup.may_pass() && !lookup.is_part && !gives_up(lookup);
    let patience = Patience { within, retries: Retries::None };
    let gathered = context.lookups.gather(case, patience, |_| needs, holds_up).await;
    match gathered.held_up_by {
        Some(lookup) => Err(lookup),
        None => Ok(gathered.found),
    }
}
