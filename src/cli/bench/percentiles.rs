//! How some times are spread: percentiles, read off a histogram that keeps three digits of each time (HdrHistogram).

use hdrhistogram::Histogram;
use serde::Serialize;

use super::super::spread::microseconds;

/// A time that is longer counts as this one: what takes an hour is not part of any run.
const LONGEST_US: u64 = 3_600_000_000;

/// So many digits of each time are kept.
const DIGITS: u8 = 3;

/// Percentiles of some times, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Percentiles {
    pub(super) count: u64,
    #[serde(rename = "p50_ms")]
    pub(super) p50: f64,
    #[serde(rename = "p90_ms")]
    pub(super) p90: f64,
    #[serde(rename = "p99_ms")]
    pub(super) p99: f64,
    #[serde(rename = "p99_9_ms")]
    pub(super) p99_9: f64,
    #[serde(rename = "max_ms")]
    pub(super) max: f64,
}

impl Percentiles {
    /// Of so many microseconds each; none of no times.
    pub(super) fn of(times_us: impl IntoIterator<Item = u64>) -> Option<Self> {
        let mut histogram = Histogram::<u64>::new_with_bounds(1, LONGEST_US, DIGITS).ok()?;
        let mut longest = 0;
        for time_us in times_us {
            histogram.saturating_record(time_us);
            longest = longest.max(time_us);
        }
        if histogram.is_empty() {
            return None;
        }
        // The histogram gives the upper end of the step that a time fell into; no percentile is above the longest time.
        let at = |share: f64| microseconds(histogram.value_at_quantile(share).min(longest));
        Some(Self {
            count: histogram.len(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p99_9: at(0.999),
            max: microseconds(longest),
        })
    }

    /// The figures in the order in which they are shown.
    pub(super) fn figures(&self) -> [f64; 5] {
        [self.p50, self.p90, self.p99, self.p99_9, self.max]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_times_that_so_many_do_not_exceed() {
        let of = Percentiles::of((1..=1_000).rev().map(|ms| ms * 1_000)).unwrap();
        assert_eq!(of.count, 1_000);
        for (figure, right) in of.figures().into_iter().zip([500.0, 900.0, 990.0, 999.0, 1_000.0]) {
            assert!((figure - right).abs() <= right / 1_000.0, "{figure} for {right}");
        }
        let one = Percentiles::of([1_234]).unwrap();
        assert!(one.figures().iter().all(|figure| (figure - 1.234).abs() < 0.000_5), "{one:?}");
        assert_eq!(Percentiles::of([]), None);
    }

    #[test]
    fn what_takes_longer_than_an_hour_is_the_longest_all_the_same() {
        let of = Percentiles::of([1, 2 * LONGEST_US]).unwrap();
        assert!(of.max > 7_000_000.0 && of.p50 < 0.01, "{of:?}");
    }
}
