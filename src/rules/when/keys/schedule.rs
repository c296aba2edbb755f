//! `schedule`: one of several times at which the event happened.

use jiff::civil::Date;

use super::super::{
    calendar::{Calendar, Dates},
    days::Days,
    evidence::{Evaluate, Evidence},
    over::Dated,
    reader::{ConditionReader, ITEMS_MAX},
    reasons::{Found, Wanted},
    schedule::{Hours, Schedule},
    truth::Truth,
    words::{Over, WhenFault},
};
use crate::rules::{
    document::{
        reader::{Fields, Position},
        wrong::Quoted,
    },
    facts::DEFAULT_ZONE,
};

/// One of the schedules holds at the event's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schedules(Vec<Schedule>);

impl Schedules {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        let items = conditions.reader.one_or_more(at, ITEMS_MAX);
        Self(items.iter().filter_map(|item| schedule(conditions, item)).collect())
    }
}

fn schedule(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Option<Schedule> {
    let reader = &mut *conditions.reader;
    let known = ["days", "hours", "dates", "calendar", "not_calendar", "time_zone"];
    let fields = reader.fields(at, &known)?;
    if !fields.is_partial() && fields.keys().all(|key| key == "time_zone") {
        reader.fault(at, WhenFault::ScheduleEmpty);
    }
    let faults_before = reader.log.count();
    let mut schedule = Schedule::default();
    if let Some(at) = fields.get("days") {
        let mut days = Days::default();
        reader.parsed(&at, ITEMS_MAX, |text| days.add(text));
        schedule.days = Some(days);
    }
    if let Some(at) = fields.get("hours") {
        schedule.hours = reader.parsed(&at, ITEMS_MAX, Hours::parse);
    }
    if let Some(at) = fields.get("dates") {
        schedule.dates = Some(Calendar::of(reader.parsed(&at, ITEMS_MAX, Dates::parse)));
    }
    let calendars = &conditions.shared.calendars;
    if let Some(at) = fields.get("calendar") {
        schedule.calendars = calendars.named(reader, &at);
    }
    if let Some(at) = fields.get("not_calendar") {
        schedule.not_calendars = calendars.named(reader, &at);
    }
    schedule.zone = zone(conditions, &fields)?;
    // A schedule with a fault in it may well be one that can hold once that is mended.
    if conditions.reader.log.count() == faults_before
        && let Some(why) = schedule.never()
    {
        conditions.reader.fault(at, WhenFault::Never(why));
    }
    let dated = |last: Date, what: Over, at: &Position<'_>, rule: &str| Dated {
        at: at.mark(),
        rule: rule.to_owned(),
        last,
        zone: schedule.zone,
        what,
    };
    let rule = conditions.reader.rule.clone();
    if let Some(last) = schedule.last() {
        let at = fields.get("dates").or_else(|| fields.get("calendar")).unwrap_or_else(|| at.clone());
        conditions.shared.dated.push(dated(last, Over::HoldsNoMore, &at, &rule));
    }
    let excluded: Option<Vec<Date>> = schedule.not_calendars.iter().map(|calendar| calendar.last()).collect();
    if let (Some(at), Some(last)) =
        (fields.get("not_calendar"), excluded.and_then(|last| last.into_iter().max()))
    {
        conditions.shared.dated.push(dated(last, Over::ExcludesNoMore, &at, &rule));
    }
    Some(schedule)
}

/// The schedule's time zone, as an index.
fn zone(conditions: &mut ConditionReader<'_>, fields: &Fields<'_>) -> Option<usize> {
    let shared = &mut *conditions.shared;
    let Some(at) = fields.get("time_zone") else { return shared.interned.zones.intern(DEFAULT_ZONE) };
    let name = conditions.reader.text(&at)?;
    let zone = if shared.unknown_zones.has(name) { None } else { shared.interned.zones.intern(name) };
    if zone.is_none() {
        let meant = shared.unknown_zones.mend(name, &conditions.reader.log);
        conditions.reader.malformed(&at, WhenFault::NoZone { zone: Quoted::of(name), meant });
    }
    zone
}

impl Evaluate for Schedules {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        self.0.iter().any(|schedule| schedule.holds(&evidence.clock)).into()
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        let zone = self.0.first().map_or(0, |schedule| schedule.zone);
        Found::Happened(evidence.clock.moment(zone))
    }

    fn wanted(&self) -> Wanted {
        Wanted::OtherTimes
    }
}
