//! The file's `calendars`: days by name, for schedules.

use std::{collections::HashMap, sync::Arc};

use super::calendar::{Calendar, Dates};
use crate::rules::document::{
    fault::{Mark, quoted},
    reader::{Position, Reader},
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
            let what = format!("wants names with dates, and has {}", at.node.kind());
            reader.fault(at, what, "write it as { holidays: [2026-10-01..2026-10-07, 01-01] }");
            return Self { is_partial: true, ..calendars };
        };
        if entries.len() > CALENDARS_MAX {
            let what = format!("has {} calendars, more than {CALENDARS_MAX}", entries.len());
            reader.fault(at, what, "put days that belong together into one calendar");
            calendars.is_partial = true;
        }
        let mut seen: HashMap<&str, Mark> = HashMap::new();
        for (key, value) in entries.iter().take(CALENDARS_MAX) {
            let Some(name) = name(&key.value) else {
                let mend = "write a word or a few, at most 64 characters, as `holidays`";
                reader.log.add(key.at, &at.path, "this is no name for a calendar", mend);
                calendars.is_partial = true;
                continue;
            };
            let of = Position { node: value, path: format!("{}.{name}", at.path) };
            if let Some(first) = seen.insert(name, key.at) {
                let what = format!("is there a second time; the first is in line {}", first.line);
                reader.log.add(key.at, &of.path, what, "keep one of the two");
                continue;
            }
            let mut dates = Vec::new();
            if matches!(&value.value, Value::Scalar(scalar) if scalar.is_null()) {
                reader.log.add(key.at, &of.path, "is empty", "give it dates, or remove it");
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
                let mend = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    // The one that is meant may be unreadable, which is a fault of its own.
                    None if self.is_partial => return None,
                    None => "list its days at the top of the file, under `calendars`".to_owned(),
                };
                reader.fault(item, format!("there is no calendar {}", quoted(name)), mend);
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
