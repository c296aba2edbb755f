//! How much is remembered, and for how long.

use std::time::Duration;

/// The bounds of a memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// How many answers at most; what was not asked for lately is forgotten first.
    pub(crate) entries_max: u64,
    /// After how long an answer is renewed, when it is asked for.
    pub(crate) fresh_for: Duration,
    /// After how long it is forgotten.
    pub(crate) kept_for: Duration,
    /// Whether an answer that is due to be renewed serves until it is; otherwise whoever asks waits for the new one.
    pub(crate) serves_old: bool,
}

impl Terms {
    pub(super) fn fresh_for_ms(&self) -> i64 {
        millis(self.fresh_for)
    }

    pub(super) fn kept_for_ms(&self) -> i64 {
        millis(self.kept_for)
    }
}

/// A duration as the milliseconds of an instant.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
