//! Instants as flags take them.

use super::words::arguments::Wrong;

pub(super) use crate::when::{When, Zone, date_in_china};

/// Reads an instant; the error says which forms there are.
pub(super) fn parse(text: &str) -> Result<When, Wrong> {
    crate::when::parse(text).ok_or(Wrong::NoInstant)
}

/// Reads when something is to end.
pub(super) fn parse_end(text: &str) -> Result<When, Wrong> {
    crate::when::parse(text).ok_or(Wrong::NoEnd)
}

/// From when until when, in Unix milliseconds; nothing lies between two instants of which the second is not the later.
pub(super) fn span(
    since: Option<When>,
    until: Option<When>,
    (now_ms, zone): (i64, &Zone),
) -> Result<(Option<i64>, Option<i64>), Wrong> {
    let at = |when: Option<When>| when.map(|when| when.at_ms(now_ms, zone));
    match (at(since), at(until)) {
        (Some(since), Some(until)) if since >= until => Err(Wrong::NothingBetween),
        both => Ok(both),
    }
}
