//! The time zones of a rule set, what the clock shows in each, and how to mend a name that is no zone.

use std::{cell::OnceCell, collections::HashMap};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{reasons::Moment, words::Zone};
use crate::rules::document::fault::Log;

/// The time zones that a rule set names, each once. Schedules hold indexes into it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zones(Vec<(String, TimeZone)>);

impl Zones {
    /// The zone's index; `None` if there is no zone of that name.
    pub(crate) fn intern(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.0.iter().position(|(known, _)| known == name) {
            return Some(known);
        }
        // The tz database's names only, and nothing that could lead elsewhere in the file system.
        let shaped = name.len() <= 64
            && !name.starts_with('/')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
        let zone = if shaped { TimeZone::get(name).ok()? } else { return None };
        self.0.push((name.to_owned(), zone));
        Some(self.0.len() - 1)
    }
}

/// One instant in each of a rule set's zones. Each is worked out once, and only if a rule asks.
pub(crate) struct LocalClock<'a> {
    zones: &'a Zones,
    at_ms: i64,
    local: Vec<OnceCell<Option<DateTime>>>,
}

impl<'a> LocalClock<'a> {
    pub(crate) fn new(zones: &'a Zones, at_ms: i64) -> Self {
        Self { zones, at_ms, local: vec![OnceCell::new(); zones.0.len()] }
    }

    /// The time in that zone; `None` for an instant outside of the years −9999 to 9999.
    pub(crate) fn at(&self, zone: usize) -> Option<DateTime> {
        *self.local.get(zone)?.get_or_init(|| {
            let instant = Timestamp::from_millisecond(self.at_ms).ok()?;
            Some(self.zones.0.get(zone)?.1.to_datetime(instant))
        })
    }

    /// The time in that zone with the zone's name.
    pub(super) fn moment(&self, zone: usize) -> Option<Moment> {
        let zone_name = self.zones.0.get(zone).map_or("", |(name, _)| name.as_str());
        Some(Moment { time: self.at(zone)?, zone: zone_name.to_owned() })
    }
}

/// What people write for the time of China, for which the tz database has one name.
const CHINA: [&str; 10] =
    ["Asia/Beijing", "Beijing", "China", "CST", "GMT+8", "UTC+8", "+8", "+08:00", "北京时间", "东八区"];

/// Names that are no time zones, each with how to mend it. Asking the system for a zone that it does not have, and
/// comparing the name with all that it has, takes a thousand times as long as reading it, and a slip is repeated in
/// every rule.
#[derive(Default)]
pub(crate) struct UnknownZones {
    mends: HashMap<String, Zone>,
    /// All names that the system has, once they have been asked for.
    names: Vec<String>,
}

impl UnknownZones {
    pub(super) fn has(&self, name: &str) -> bool {
        self.mends.contains_key(name)
    }

    /// How to mend a name that is no zone: the zone that is meant, or the nearest one that exists.
    pub(super) fn mend(&mut self, name: &str, log: &Log) -> Zone {
        if let Some(mend) = self.mends.get(name) {
            return mend.clone();
        }
        if self.names.is_empty() && !log.is_full() {
            self.names.extend(jiff::tz::db().available().map(|zone| zone.as_str().to_owned()));
        }
        if CHINA.iter().any(|china| china.eq_ignore_ascii_case(name)) {
            return Zone::China;
        }
        let mend = log
            .nearest(name, self.names.iter().map(String::as_str))
            .map_or(Zone::Unknown, |near| Zone::Near(near.to_owned()));
        self.mends.insert(name.to_owned(), mend.clone());
        mend
    }
}
