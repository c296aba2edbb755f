//! Shares of the customers, for experiments: a hash decides who gets which greeting, and decides the same every time.
//!
//! The percentile of a customer in an experiment is the first eight hexadecimal digits of
//! `SHA-256(experiment + "\n" + external_userid)`, read as a number, modulo 10 000, in hundredths: 0 to 99.99. That is a
//! promise: whoever evaluates an experiment can compute it again, and no later version computes it otherwise. In a shell:
//!
//! ```sh
//! digits=$(printf '%s\n%s' greeting-test wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A | sha256sum | cut -c 1-8)
//! echo $(( 0x$digits % 10000 ))   # 1118 is 11.18
//! ```
//!
//! Two experiments are independent of each other. Rules that divide the customers among themselves name the same one.

use std::{cell::OnceCell, collections::HashMap, fmt};

use sha2::{Digest, Sha256};

use super::words::WhenFault;
use crate::rules::document::wrong::Quoted;

/// The whole, in hundredths of a percent.
const WHOLE: u16 = 10_000;

/// The customer's percentile in an experiment, in hundredths: 1118 is 11.18. A rule with `share: "10-20"` is for those from
/// 1000 up to, not including, 2000. See the module for how it is computed.
pub fn percentile(experiment: &str, external_userid: &str) -> u16 {
    let digest =
        Sha256::new().chain_update(experiment).chain_update("\n").chain_update(external_userid).finalize();
    let first = digest.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    u16::try_from(first % u32::from(WHOLE)).unwrap_or(0)
}

/// Part of the customers: from one percentile up to, not including, another. In hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    from: u16,
    to: u16,
}

impl Share {
    /// Reads `0-50` or `0-12.5`.
    pub(crate) fn parse(text: &str) -> Result<Self, WhenFault> {
        let no_share = || WhenFault::NoShare { share: Quoted::of(text) };
        let (from, to) = text.split_once('-').ok_or_else(no_share)?;
        let (from, to) = (hundredths(from).ok_or_else(no_share)?, hundredths(to).ok_or_else(no_share)?);
        if from >= to {
            return Err(WhenFault::ShareOfNobody { share: Quoted::of(text) });
        }
        Ok(Self { from, to })
    }

    pub(crate) fn has(self, percentile: u16) -> bool {
        (self.from..self.to).contains(&percentile)
    }

    /// Whether everybody is in it.
    pub(crate) fn is_whole(self) -> bool {
        self.from == 0 && self.to == WHOLE
    }

    /// Whether everybody of the other is in it.
    pub(crate) fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Whether nobody is in both.
    pub(crate) fn misses(self, other: Self) -> bool {
        self.to <= other.from || other.to <= self.from
    }
}

/// A number from 0 to 100 with at most two decimals.
fn hundredths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let number = |text: &str, digits: usize| -> Option<u32> {
        ((1..=digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())
            .flatten()
    };
    let tens = if decimals.len() == 1 { 10 } else { 1 };
    let all = number(whole, 3)? * 100 + number(decimals, 2)? * tens;
    u16::try_from(all).ok().filter(|all| *all <= WHOLE)
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", shown(self.from), shown(self.to))
    }
}

/// Hundredths as a person writes them.
pub(crate) fn shown(hundredths: u16) -> String {
    match (hundredths / 100, hundredths % 100) {
        (whole, 0) => whole.to_string(),
        (whole, rest) if rest % 10 == 0 => format!("{whole}.{}", rest / 10),
        (whole, rest) => format!("{whole}.{rest:02}"),
    }
}

/// The experiments that a rule set names, each once. Conditions hold indexes into it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Experiments {
    names: Vec<String>,
    indexes: HashMap<String, usize>,
}

impl Experiments {
    /// The experiment's index.
    pub(crate) fn intern(&mut self, name: &str) -> usize {
        if let Some(index) = self.indexes.get(name) {
            return *index;
        }
        self.names.push(name.to_owned());
        self.indexes.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }

    pub(crate) fn name(&self, experiment: usize) -> &str {
        self.names.get(experiment).map_or("", String::as_str)
    }
}

/// One customer's percentiles. Each is worked out once, and only if a rule asks.
pub(crate) struct Percentiles<'a> {
    pub(crate) experiments: &'a Experiments,
    customer: &'a str,
    known: Vec<OnceCell<u16>>,
}

impl<'a> Percentiles<'a> {
    pub(crate) fn new(experiments: &'a Experiments, external_userid: &'a str) -> Self {
        let known = vec![OnceCell::new(); experiments.names.len()];
        Self { experiments, customer: external_userid, known }
    }

    /// `None` where the event names no customer.
    pub(crate) fn of(&self, experiment: usize) -> Option<u16> {
        if self.customer.is_empty() {
            return None;
        }
        let draw = || percentile(self.experiments.name(experiment), self.customer);
        self.known.get(experiment).map(|known| *known.get_or_init(draw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_and_shown() {
        let table =
            [("0-50", "0-50"), (" 50 - 100 ", "50-100"), ("0-12.5", "0-12.5"), ("0.05-99.99", "0.05-99.99")];
        for (written, shown) in table {
            assert_eq!(Share::parse(written).unwrap().to_string(), shown);
        }
        for text in [
            "", "-", "50", "50-50", "60-50", "0-101", "0-100.01", "-5-10", "a-b", "0-1.234", "0-.5", "0-5.",
            "0..50", "0-50%", "0-0050",
        ] {
            assert!(Share::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_begin_with_their_first_percentile_and_end_before_their_last() {
        let share = Share::parse("10-12.5").unwrap();
        assert!(!share.has(999) && share.has(1_000) && share.has(1_249) && !share.has(1_250));
        let all = Share::parse("0-100").unwrap();
        assert!(all.has(0) && all.has(9_999));
    }

    #[test]
    fn each_experiment_is_kept_once() {
        let mut experiments = Experiments::default();
        assert_eq!(["a", "b", "a"].map(|name| experiments.intern(name)), [0, 1, 0]);
        let percentiles = Percentiles::new(&experiments, "wmA");
        assert_eq!(percentiles.of(1), Some(percentile("b", "wmA")));
        assert_eq!(percentiles.of(2), None);
        assert_eq!(Percentiles::new(&experiments, "").of(0), None);
    }
}
