//! The stopwatch of a run. The program's `Clock` counts milliseconds, and what is measured here is less than one.

use std::time::{Duration, Instant};

/// The time since a run began, the same for everybody who has a copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    /// One that begins to run now.
    #[expect(clippy::disallowed_methods, reason = "measures how long things take, and decides nothing else")]
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// How many microseconds have passed.
    pub(super) fn us(self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Stops this thread until so many microseconds have passed, and for `least` at any rate. The runtime's own timers go by
    /// whole milliseconds, which would be taken for the server's.
    #[expect(clippy::disallowed_methods, reason = "the thread is the pacer's own and has nothing else to do")]
    pub(super) fn sleep_until(self, at_us: u64, least: Duration) {
        let left = Duration::from_micros(at_us.saturating_sub(self.us()));
        std::thread::sleep(left.max(least));
    }
}
