//! A day as the platform's statistics count it.

use serde::{Deserialize, Deserializer, Serialize};

use super::{timestamp::Timestamp, values};

const DAY_S: i64 = 86_400;

/// China's time is eight hours ahead of UTC, all year.
const OFFSET_S: i64 = 8 * 3_600;

/// A day in China (UTC+8). On the wire it is the Unix second of its midnight; any second of the day is read as that
/// day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Day(i64);

impl Day {
    /// The day in which this instant lies.
    pub fn containing(instant: Timestamp) -> Self {
        let into_the_day = instant.as_unix_s().wrapping_add(OFFSET_S).rem_euclid(DAY_S);
        Self(instant.as_unix_s().saturating_sub(into_the_day))
    }

    /// Its midnight.
    pub fn begins(self) -> Timestamp {
        Timestamp(self.0)
    }

    /// The day so many days later; earlier, if negative.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(DAY_S * i64::from(days)))
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::civil::Date> for Day {
    /// That day in China.
    fn from(date: jiff::civil::Date) -> Self {
        let since = date.duration_since(jiff::civil::date(1970, 1, 1));
        Self(since.as_secs() - OFFSET_S)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        values::required(from).map(|second| Self::containing(Timestamp(second)))
    }
}

impl From<values::Number> for Day {
    fn from(number: values::Number) -> Self {
        Self::containing(Timestamp(number.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-12-11, 00:00 in China.
    const MIDNIGHT: i64 = 1_733_846_400;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        for second in [MIDNIGHT, MIDNIGHT + 1, MIDNIGHT + DAY_S - 1] {
            assert_eq!(Day::containing(Timestamp(second)).begins(), Timestamp(MIDNIGHT), "{second}");
        }
        assert_eq!(Day::containing(Timestamp(0)).begins(), Timestamp(-OFFSET_S));
        assert_eq!(Day::containing(Timestamp(MIDNIGHT)).plus(-1).begins(), Timestamp(MIDNIGHT - DAY_S));
        for extreme in [i64::MIN, i64::MAX] {
            let _ = Day::containing(Timestamp(extreme)).plus(i32::MAX);
        }
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn a_date_is_that_day_in_china() {
        assert_eq!(Day::from(jiff::civil::date(2024, 12, 11)).begins(), Timestamp(MIDNIGHT));
        assert_eq!(Day::from(jiff::civil::date(1969, 12, 31)), Day::containing(Timestamp(-OFFSET_S - 1)));
    }

    #[test]
    fn it_travels_as_its_first_second() {
        let day: Day = serde_json::from_str("\"1733900461\"").unwrap();
        assert_eq!(serde_json::to_string(&day).unwrap(), MIDNIGHT.to_string());
    }
}
