//! What there is to see of trouble: what this process knows by itself, and what the record has.

use std::time::Duration;

use super::{
    code::Code,
    watch::{Look, Subject},
};
use crate::{
    flow::context::Context,
    known::memory::millis,
    store::{self, DISK_FULL_BYTES, DISK_LOW_BYTES},
};

/// So far back welcomes are counted that were missed; [`EXPLAINS_FOR`](super::watch::EXPLAINS_FOR) is a little longer.
const MISSED_WITHIN: Duration = Duration::from_mins(10);

/// So many refused callbacks without a good one are trouble: one event that is refused is delivered four times.
const REFUSED_MIN: usize = 3;

/// While the last of them is not older than this.
const REFUSED_WITHIN: Duration = Duration::from_mins(10);

/// When nothing has come for so long after them, neither good nor bad, nobody is told any more.
const REFUSED_FORGOTTEN_AFTER: Duration = Duration::from_hours(24);

/// For so long the database may be silent before it is trouble without a callback that found out.
const SILENT_AFTER: Duration = Duration::from_mins(1);

/// The room that must be there, of ten parts of a bound, before a disk has room again: one that stands at the bound is told of
/// once.
const ROOM_AGAIN_TENTHS: u64 = 11;

/// Counts the callbacks that this process could not store.
#[derive(Debug, Default)]
pub(super) struct Unstored {
    seen: u64,
}

impl Unstored {
    /// What came since the last look. `silent_ms`: for how long the database has not answered this process.
    pub(super) fn look(&mut self, context: &Context, silent_ms: i64) -> (Subject, Look) {
        let total = context.apps.iter().map(|app| context.metrics.not_stored(&app.name)).sum();
        let new = self.count(total);
        let look = match new {
            0 if silent_ms >= millis(SILENT_AFTER) => Look::Bad(0),
            0 => Look::Good,
            new => Look::Bad(new),
        };
        (Subject { code: Code::CallbacksNotStored, app: None }, look)
    }

    fn count(&mut self, total: u64) -> u64 {
        total.saturating_sub(std::mem::replace(&mut self.seen, total))
    }
}

/// The apps of this process that cannot call WeCom.
pub(super) fn shut_out(context: &Context) -> Vec<String> {
    let apps = context.apps.iter().filter(|app| !context.metrics.is_app_ready(&app.name));
    apps.map(|app| app.name.clone()).collect()
}

/// How it stands with all that is one for all processes.
pub(super) async fn shared(context: &Context, now_ms: i64) -> Result<Vec<(Subject, Look)>, store::Error> {
    let Context { store, apps, metrics, .. } = context;
    let shut_out = store.shut_out(now_ms).await?;
    let missed = store.missed_welcomes(now_ms - millis(MISSED_WITHIN)).await?;
    // Without a signature it is not WeCom's: somebody tries out addresses.
    let refused = store.refused_with_signature(now_ms - millis(REFUSED_FORGOTTEN_AFTER)).await?;
    let mut looks = Vec::new();
    for app in apps.iter() {
        let name = app.name.as_str();
        let mut note =
            |code: Code, look: Look| looks.push((Subject { code, app: Some(name.to_owned()) }, look));
        note(Code::AppCannotCall, counted(&shut_out, name));
        note(Code::WelcomesMissed, counted(&missed, name));
        let of_app = refused.iter().filter(|(app, _)| app == name);
        let refused_ms: Vec<i64> = of_app.map(|(_, at_ms)| *at_ms).collect();
        let verified_ms = if refused_ms.is_empty() { None } else { store.verified_at_ms(name).await? };
        // The whole second counts: a figure of Prometheus' has no finer time.
        let called_ms = metrics.last_callback_s(name).saturating_mul(1_000).saturating_add(999);
        let good_ms = verified_ms.map_or(called_ms, |verified_ms| verified_ms.max(called_ms));
        note(Code::CallbacksRefused, of_refused(&refused_ms, good_ms, now_ms));
    }
    if let Some(free_bytes) = store.free_bytes() {
        let mut note = |code: Code, look: Look| looks.push((Subject { code, app: None }, look));
        note(Code::DiskFull, of_disk(free_bytes, DISK_FULL_BYTES));
        note(Code::DiskLow, of_disk(free_bytes, DISK_LOW_BYTES));
    }
    Ok(looks)
}

fn counted(of_apps: &[(String, i64)], name: &str) -> Look {
    let found = of_apps.iter().find(|(app, count)| app == name && *count > 0);
    found.map_or(Look::Good, |(_, count)| Look::Bad(count.unsigned_abs()))
}

/// Refused callbacks, and when the last good one came.
fn of_refused(refused_ms: &[i64], good_ms: i64, now_ms: i64) -> Look {
    let since: Vec<i64> = refused_ms.iter().copied().filter(|at_ms| *at_ms > good_ms).collect();
    match since.iter().max() {
        None => Look::Good,
        Some(newest_ms) if now_ms - newest_ms >= millis(REFUSED_FORGOTTEN_AFTER) => Look::Good,
        Some(newest_ms) if since.len() >= REFUSED_MIN && now_ms - newest_ms < millis(REFUSED_WITHIN) => {
            Look::Bad(u64::try_from(since.len()).unwrap_or(u64::MAX))
        }
        Some(_) => Look::Unclear,
    }
}

fn of_disk(free_bytes: u64, bound: u64) -> Look {
    if free_bytes < bound {
        Look::Bad(free_bytes)
    } else if free_bytes < bound / 10 * ROOM_AGAIN_TENTHS {
        Look::Unclear
    } else {
        Look::Good
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const MINUTE: i64 = 60_000;

    #[rstest]
    #[case::none(&[], 0, Look::Good)]
    #[case::two_are_a_trial(&[99, 98], 0, Look::Unclear)]
    #[case::three_without_a_good_one(&[99, 98, 97], 0, Look::Bad(3))]
    #[case::a_good_one_between(&[99, 98, 97], 98, Look::Unclear)]
    #[case::a_good_one_after(&[99, 98, 97], 99, Look::Good)]
    #[case::nothing_has_come_since(&[80, 79, 78], 0, Look::Unclear)]
    #[case::nothing_for_a_day(&[-1_340, -1_341, -1_342], -2_000, Look::Good)]
    fn callbacks_are_refused_when_none_is_taken(
        #[case] refused: &[i64],
        #[case] good: i64,
        #[case] look: Look,
    ) {
        let refused_ms: Vec<i64> = refused.iter().map(|at| at * MINUTE).collect();
        assert_eq!(of_refused(&refused_ms, good * MINUTE, 100 * MINUTE), look);
    }

    #[rstest]
    #[case(0, Look::Bad(0))]
    #[case(DISK_LOW_BYTES - 1, Look::Bad(DISK_LOW_BYTES - 1))]
    #[case(DISK_LOW_BYTES, Look::Unclear)]
    #[case(DISK_LOW_BYTES / 10 * 11 - 1, Look::Unclear)]
    #[case(DISK_LOW_BYTES / 10 * 11, Look::Good)]
    fn a_disk_has_room_again_when_there_is_some_to_spare(#[case] free_bytes: u64, #[case] look: Look) {
        assert_eq!(of_disk(free_bytes, DISK_LOW_BYTES), look);
    }

    #[test]
    fn what_could_not_be_stored_counts_once() {
        let mut unstored = Unstored::default();
        assert_eq!([3, 3, 7].map(|total| unstored.count(total)), [3, 0, 4]);
    }
}
