//! How some durations are spread: what a summary says of them.

use std::time::Duration;

use serde::Serialize;

use super::output::{duration, fit, right};

/// How many milliseconds it is.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Milliseconds of some microseconds.
pub(super) fn microseconds(us: u64) -> f64 {
    milliseconds(Duration::from_micros(us))
}

/// Middle, 99th percentile and longest of some figures, in milliseconds.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    #[serde(rename = "p50_ms")]
    p50: f64,
    #[serde(rename = "p99_ms")]
    p99: f64,
    #[serde(rename = "max_ms")]
    max: f64,
}

impl Spread {
    /// None of no figures.
    pub(super) fn of(mut figures: Vec<f64>) -> Option<Self> {
        figures.sort_by(f64::total_cmp);
        let last = figures.len().checked_sub(1)?;
        // The smallest figure that so many of a hundred do not exceed.
        let at =
            |percent: usize| figures[(figures.len() * percent).div_ceil(100).saturating_sub(1).min(last)];
        Some(Self { p50: at(50), p99: at(99), max: figures[last] })
    }

    /// A line of a summary: the figures of `what`, and what they are held against.
    pub(super) fn line(&self, what: &str, against: &str) -> String {
        let [p50, p99, max] = [self.p50, self.p99, self.max].map(|figure| right(&duration(figure), 9));
        format!("  {}{p50}{p99}{max}   {against}", fit(what, 9))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_read_off_the_sorted_figures() {
        let hundred = (1..=100).rev().map(f64::from).collect();
        assert_eq!(Spread::of(hundred), Some(Spread { p50: 50.0, p99: 99.0, max: 100.0 }));
        assert_eq!(Spread::of(vec![3.0]), Some(Spread { p50: 3.0, p99: 3.0, max: 3.0 }));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
