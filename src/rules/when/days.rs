//! Days of the week, alone and in ranges.

use jiff::civil::Weekday;

use super::words::WhenFault;
use crate::rules::document::wrong::Quoted;

pub(crate) const DAY_NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A set of days of the week: a bit for each, from Monday on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Days(u8);

impl Days {
    /// Reads `mon`, `mon-fri` or `sat-mon` and adds it.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), WhenFault> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (day(first)?, day(last)?);
        let mut at = first;
        loop {
            self.0 |= 1 << at;
            if at == last {
                return Ok(());
            }
            at = (at + 1) % 7;
        }
    }

    pub(crate) fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }

    #[cfg(test)]
    pub(crate) fn of(names: &[&str]) -> Self {
        let mut days = Self::default();
        for name in names {
            days.add(name).unwrap();
        }
        days
    }
}

fn day(name: &str) -> Result<usize, WhenFault> {
    let name = name.trim();
    DAY_NAMES.iter().position(|known| *known == name).ok_or_else(|| {
        // Whoever writes `Mon` or `monday`.
        let lower = name.to_ascii_lowercase();
        let meant = DAY_NAMES.into_iter().find(|known| lower.starts_with(known));
        WhenFault::NoDay { day: Quoted::of(name), meant }
    })
}
