//! Instants in the platform's form, and how the clock's and other libraries' instants become one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize};

use super::values;
use wecom_core::clock::Clock;

/// An instant as the platform gives it: whole Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The second that this clock shows.
    pub fn now(clock: &Clock) -> Self {
        Self(clock.now_ms().div_euclid(1_000))
    }

    /// As whole Unix seconds, the platform's own form.
    pub fn as_unix_s(self) -> i64 {
        self.0
    }

    /// As Unix milliseconds, in which the clock counts.
    pub fn as_ms(self) -> i64 {
        self.0.saturating_mul(1_000)
    }
}

impl From<SystemTime> for Timestamp {
    /// The whole second in which the instant lies, because the platform has no fractions.
    fn from(time: SystemTime) -> Self {
        let seconds = |since: Duration| i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self(seconds(since)),
            Err(before) => {
                let before = before.duration();
                Self(-seconds(before) - i64::from(before.subsec_nanos() > 0))
            }
        }
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    /// The whole second in which the instant lies, because the platform has no fractions.
    fn from(time: jiff::Timestamp) -> Self {
        Self(time.as_nanosecond().div_euclid(1_000_000_000).try_into().unwrap_or(i64::MAX))
    }
}

impl From<values::Number> for Timestamp {
    fn from(number: values::Number) -> Self {
        Self(number.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        values::required(from).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_the_second_in_which_it_lies() {
        let (clock, _hand) = Clock::manual(1_733_900_461_999);
        assert_eq!(Timestamp::now(&clock), Timestamp(1_733_900_461));
        for (nanos, second) in [(0_i64, 0), (1_999_999_999, 1), (-1, -1), (-1_000_000_000, -1)] {
            let ago = Duration::from_nanos(nanos.unsigned_abs());
            let time = if nanos < 0 { UNIX_EPOCH - ago } else { UNIX_EPOCH + ago };
            assert_eq!(Timestamp::from(time), Timestamp(second), "{nanos}");
            #[cfg(feature = "jiff")]
            {
                let time = jiff::Timestamp::from_nanosecond(nanos.into()).unwrap();
                assert_eq!(Timestamp::from(time), Timestamp(second), "{nanos}");
            }
        }
    }
}
