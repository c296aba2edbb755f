//! The file's `calendars`, and the schedules that name them.

use std::{collections::HashMap, sync::Arc};

use crate::rules::{
    document::{
        fault::{Log, Mark, quoted},
        reader::{Place, Reader},
        yaml::{Scalar, Value},
    },
    when::{
        calendar::{Calendar, Dates},
        read::ITEMS_MAX,
        schedule::{DEFAULT_ZONE, Days, Hours, Schedule, Wrong},
    },
};

/// A company with more calendars than this has one for each of its shops; shops go by `state`.
const CALENDARS_MAX: usize = 100;
/// The holidays of a century, day by day.
const DATES_MAX: usize = 1_000;
/// Calendars are named in rules and in faults.
const NAME_CHARACTERS_MAX: usize = 64;

/// What the file calls its calendars. Read before any rule, wherever it stands.
#[derive(Default)]
pub(crate) struct Calendars {
    by_name: HashMap<String, Arc<Calendar>>,
    /// Some of them could not even be read: a name that is not known may have been meant by that.
    pub(crate) is_partial: bool,
}

/// What people write for the time of China, for which the tz database has one name.
const CHINA: [&str; 10] =
    ["Asia/Beijing", "Beijing", "China", "CST", "GMT+8", "UTC+8", "+8", "+08:00", "北京时间", "东八区"];

/// Names of time zones that are none, each with what to do instead: asking the system for one that it does not have, and
/// comparing it with all that it has, takes a thousand times as long as reading it.
#[derive(Default)]
pub(crate) struct UnknownZones {
    mends: HashMap<String, String>,
    /// All that the system has, once they have been asked for.
    names: Vec<String>,
}

impl UnknownZones {
    fn mend(&mut self, name: &str, log: &Log) -> String {
        if let Some(mend) = self.mends.get(name) {
            return mend.clone();
        }
        if self.names.is_empty() && !log.is_full() {
            self.names.extend(jiff::tz::db().available().map(|zone| zone.as_str().to_owned()));
        }
        if CHINA.iter().any(|china| china.eq_ignore_ascii_case(name)) {
            return "write Asia/Shanghai, which is the time of Beijing".to_owned();
        }
        let mend = log.nearest(name, self.names.iter().map(String::as_str)).map_or_else(
            || "write it as the tz database does, as in Asia/Shanghai".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        self.mends.insert(name.to_owned(), mend.clone());
        mend
    }
}

impl Reader {
    /// The map of names and dates.
    pub(crate) fn calendars(&mut self, place: &Place<'_>) -> Calendars {
        let mut calendars = Calendars::default();
        let Value::Map(entries) = &place.node.value else {
            let what = format!("wants names with dates, and has {}", place.node.kind());
            self.fault(place, what, "write it as { holidays: [2026-10-01..2026-10-07, 01-01] }");
            return Calendars { is_partial: true, ..calendars };
        };
        if entries.len() > CALENDARS_MAX {
            let what = format!("has {} calendars, more than {CALENDARS_MAX}", entries.len());
            self.fault(place, what, "put days that belong together into one calendar");
            calendars.is_partial = true;
        }
        let mut seen: HashMap<&str, Mark> = HashMap::new();
        for (key, value) in entries.iter().take(CALENDARS_MAX) {
            let Some(name) = name(&key.value) else {
                let mend = "write a word or a few, at most 64 characters, as `holidays`";
                self.log.add(key.at, &place.path, "this is no name for a calendar", mend);
                calendars.is_partial = true;
                continue;
            };
            let of = Place { node: value, path: format!("{}.{name}", place.path) };
            if let Some(first) = seen.insert(name, key.at) {
                let what = format!("is there a second time; the first is in line {}", first.line);
                self.log.add(key.at, &of.path, what, "keep one of the two");
                continue;
            }
            let mut dates = Vec::new();
            if matches!(&value.value, Value::Scalar(scalar) if scalar.is_null()) {
                self.log.add(key.at, &of.path, "is empty", "give it dates, or remove it");
            } else {
                self.each(&of, DATES_MAX, |text| Dates::parse(text).map(|span| dates.push(span)));
            }
            calendars.by_name.insert(name.to_owned(), Arc::new(Calendar::of(dates)));
        }
        calendars
    }

    /// One of a condition's schedules.
    pub(crate) fn schedule(&mut self, place: &Place<'_>) -> Option<Schedule> {
        let known = ["days", "hours", "dates", "calendar", "not_calendar", "time_zone"];
        let fields = self.fields(place, &known)?;
        if !fields.is_partial() && fields.keys().all(|key| key == "time_zone") {
            self.fault(place, "restricts nothing", "give it days, hours, dates or a calendar, or remove it");
        }
        let faults_before = self.log.count();
        let mut schedule = Schedule::default();
        if let Some(place) = fields.get("days") {
            let mut days = Days::default();
            self.each(&place, ITEMS_MAX, |text| days.add(text));
            schedule.days = Some(days);
        }
        if let Some(place) = fields.get("hours") {
            self.each(&place, ITEMS_MAX, |text| Hours::parse(text).map(|hours| schedule.hours.push(hours)));
        }
        if let Some(place) = fields.get("dates") {
            let mut dates = Vec::new();
            self.each(&place, ITEMS_MAX, |text| Dates::parse(text).map(|span| dates.push(span)));
            schedule.dates = Some(Calendar::of(dates));
        }
        if let Some(place) = fields.get("calendar") {
            schedule.calendars = self.named_calendars(&place);
        }
        if let Some(place) = fields.get("not_calendar") {
            schedule.not_calendars = self.named_calendars(&place);
        }
        schedule.zone = match fields.get("time_zone") {
            Some(place) => self.time_zone(&place)?,
            None => self.zones.intern(DEFAULT_ZONE)?,
        };
        // Whether it can hold is asked of what is right in itself.
        if self.log.count() == faults_before
            && let Some(why) = schedule.never()
        {
            self.fault(place, format!("can never hold: {why}"), "correct or remove one of the two");
        }
        Some(schedule)
    }

    fn named_calendars(&mut self, place: &Place<'_>) -> Vec<Arc<Calendar>> {
        let items = self.one_or_more(place, CALENDARS_MAX);
        items
            .iter()
            .filter_map(|item| {
                let name = self.text(item)?;
                if let Some(calendar) = self.calendars.by_name.get(name) {
                    return Some(Arc::clone(calendar));
                }
                let near = self.log.nearest(name, self.calendars.by_name.keys().map(String::as_str));
                let mend = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    // It may be one of those that could not be read, which have faults of their own.
                    None if self.calendars.is_partial => return None,
                    None => "list its days at the top of the file, under `calendars`".to_owned(),
                };
                self.fault(item, format!("there is no calendar {}", quoted(name)), mend);
                None
            })
            .collect()
    }

    fn time_zone(&mut self, place: &Place<'_>) -> Option<usize> {
        let name = self.text(place)?;
        let zone = if self.unknown_zones.mends.contains_key(name) { None } else { self.zones.intern(name) };
        if zone.is_none() {
            let mend = self.unknown_zones.mend(name, &self.log);
            self.fault(place, format!("there is no time zone {}", quoted(name)), mend);
        }
        zone
    }

    fn each(&mut self, place: &Place<'_>, max: usize, mut take: impl FnMut(&str) -> Result<(), Wrong>) {
        for item in self.one_or_more(place, max) {
            if let Some(text) = self.text(&item)
                && let Err((what, mend)) = take(text)
            {
                self.fault(&item, what, mend);
            }
        }
    }
}

/// What a calendar may be called.
fn name(key: &Value) -> Option<&str> {
    let Value::Scalar(Scalar { text, .. }) = key else { return None };
    let fits = !text.trim().is_empty()
        && text.trim() == text
        && text.chars().count() <= NAME_CHARACTERS_MAX
        && !text.chars().any(char::is_control);
    fits.then_some(text.as_str())
}
