//! The file's `calendars`: days by name, for schedules.

use std::{collections::HashMap, sync::Arc};

use super::{
    calendar::{Calendar, Dates},
    words::WhenFault,
};
use crate::rules::document::{
    fault::Mark,
    reader::{Position, Reader},
    words::DocumentFault,
    wrong::Quoted,
    yaml::{Scalar, Value},
};

/// A company with more calendars than this has one for each of its shops; shops go by `state`.
const CALENDARS_MAX: usize = 100;
/// The holidays of a century, day by day.
const DATES_MAX: usize = 1_000;
/// Calendars are named in rules and in faults.
const NAME_CHARACTERS_MAX: usize = 64;

/// The calendars by their names. They are read before any rule, wherever they stand in the file.
#[derive(Default)]
pub(crate) struct Calendars {
    by_name: HashMap<String, Arc<Calendar>>,
    /// Some could not be read. A rule may mean one of those by a name that is not known.
    pub(crate) is_partial: bool,
}

impl Calendars {
    /// Reads the map of names and dates.
    pub(crate) fn read(reader: &mut Reader, at: &Position<'_>) -> Self {
        let mut calendars = Self::default();
        let Value::Map(entries) = &at.node.value else {
            reader.fault(at, WhenFault::CalendarsWantNames { has: at.node.kind() });
            return Self { is_partial: true, ..calendars };
        };
        if entries.len() > CALENDARS_MAX {
            reader.fault(at, WhenFault::TooManyCalendars { count: entries.len(), max: CALENDARS_MAX });
            calendars.is_partial = true;
        }
        let mut seen: HashMap<&str, Mark> = HashMap::new();
        for (key, value) in entries.iter().take(CALENDARS_MAX) {
            let Some(name) = name(&key.value) else {
                reader.log.add(key.at, &at.path, WhenFault::NoCalendarName);
                calendars.is_partial = true;
                continue;
            };
            let of = Position { node: value, path: format!("{}.{name}", at.path) };
            if let Some(first) = seen.insert(name, key.at) {
                reader.log.add(key.at, &of.path, DocumentFault::Twice { first });
                continue;
            }
            let mut dates = Vec::new();
            if matches!(&value.value, Value::Scalar(scalar) if scalar.is_null()) {
                reader.log.add(key.at, &of.path, WhenFault::CalendarEmpty);
            } else {
                dates = reader.parsed(&of, DATES_MAX, Dates::parse);
            }
            calendars.by_name.insert(name.to_owned(), Arc::new(Calendar::of(dates)));
        }
        calendars
    }

    /// The calendars that a schedule names.
    pub(super) fn named(&self, reader: &mut Reader, at: &Position<'_>) -> Vec<Arc<Calendar>> {
        let items = reader.one_or_more(at, CALENDARS_MAX);
        items
            .iter()
            .filter_map(|item| {
                let name = reader.text(item)?;
                if let Some(calendar) = self.by_name.get(name) {
                    return Some(Arc::clone(calendar));
                }
                let near = reader.log.nearest(name, self.by_name.keys().map(String::as_str));
                // The one that is meant may be unreadable, which is a fault of its own.
                if near.is_none() && self.is_partial {
                    return None;
                }
                let near = near.map(str::to_owned);
                reader.malformed(item, WhenFault::NoCalendar { name: Quoted::of(name), near });
                None
            })
            .collect()
    }
}

/// The key as a calendar's name, if it can be one.
fn name(key: &Value) -> Option<&str> {
    let Value::Scalar(Scalar { text, .. }) = key else { return None };
    let fits = !text.trim().is_empty()
        && text.trim() == text
        && text.chars().count() <= NAME_CHARACTERS_MAX
        && !text.chars().any(char::is_control);
    fits.then_some(text.as_str())
}
