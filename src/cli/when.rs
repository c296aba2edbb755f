//! Instants as flags take them.

use super::words::arguments::Wrong;

pub(super) use crate::when::{When, Zone, date_in_china};

/// Reads an instant; the error says which forms there are.
pub(super) fn parse(text: &str) -> Result<When, Wrong> {
    crate::when::parse(text).ok_or(Wrong::NoInstant)
}
