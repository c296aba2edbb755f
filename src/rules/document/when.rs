//! The `when` of a rule.

use super::{
    super::{
        condition::Condition,
        fault::{nearest, quoted},
        glob::Glob,
        schedule::{DEFAULT_ZONE, Dates, Days, Hours, Schedule},
    },
    reader::{Later, Place, Reader},
};

/// At most so many globs, schedules or conditions in one list.
const ITEMS_MAX: usize = 200;

const KNOWN: [&str; 7] = ["state", "user", "schedule", "welcome_code", "any", "all", "not"];

/// Conditions that need a look-up, or the record, before a rule can be chosen.
const LATER: [Later; 6] = [
    ("department", "name its employees under `user`"),
    ("add_way", "use `state`, which tells contact ways apart"),
    ("customer", "leave it out; a text may ask with {% if customer.type == 'wecom' %}"),
    ("tagged", "leave it out"),
    ("returning", "leave it out"),
    ("share", "leave it out"),
];

impl Reader {
    /// All of the keys of one `when`.
    pub(super) fn when(&mut self, place: &Place<'_>) -> Option<Condition> {
        let fields = self.fields(place, &KNOWN, &LATER)?;
        let mut all = Vec::new();
        // In the order of what they cost.
        if let Some(wanted) = fields.get("welcome_code").and_then(|place| self.boolean(&place)) {
            all.push(Condition::WelcomeCode(wanted));
        }
        if let Some(globs) = fields.get("state").map(|place| self.globs(&place)) {
            all.push(Condition::State(globs));
        }
        if let Some(globs) = fields.get("user").map(|place| self.globs(&place)) {
            all.push(Condition::User(globs));
        }
        if let Some(place) = fields.get("user") {
            self.uses_users(&place);
        }
        if let Some(place) = fields.get("schedule") {
            let items = self.one_or_more(&place, ITEMS_MAX);
            all.push(Condition::Schedule(items.iter().filter_map(|item| self.schedule(item)).collect()));
        }
        if let Some(place) = fields.get("all") {
            all.push(Condition::All(self.conditions(&place)));
        }
        if let Some(place) = fields.get("any") {
            all.push(Condition::Any(self.conditions(&place)));
        }
        if let Some(condition) = fields.get("not").and_then(|place| self.when(&place)) {
            all.push(Condition::Not(Box::new(condition)));
        }
        if all.len() == 1 { all.pop() } else { Some(Condition::All(all)) }
    }

    fn conditions(&mut self, place: &Place<'_>) -> Vec<Condition> {
        let items = self.one_or_more(place, ITEMS_MAX);
        items.iter().filter_map(|item| self.when(item)).collect()
    }

    fn globs(&mut self, place: &Place<'_>) -> Vec<Glob> {
        let items = self.one_or_more(place, ITEMS_MAX);
        items
            .iter()
            .filter_map(|item| {
                let pattern = self.verbatim(item)?;
                match Glob::parse(pattern) {
                    Ok(glob) => Some(glob),
                    Err((what, mend)) => {
                        self.fault(item, format!("the pattern {} {what}", quoted(pattern)), mend);
                        None
                    }
                }
            })
            .collect()
    }

    fn schedule(&mut self, place: &Place<'_>) -> Option<Schedule> {
        const CALENDAR: &str = "write its days under `dates`";
        let known = ["days", "hours", "dates", "time_zone"];
        let fields = self.fields(place, &known, &[("calendar", CALENDAR), ("not_calendar", CALENDAR)])?;
        if !fields.is_partial() && fields.keys().all(|key| key == "time_zone") {
            self.fault(place, "restricts nothing", "give it days, hours or dates, or remove it");
        }
        let mut schedule = Schedule::default();
        if let Some(place) = fields.get("days") {
            let mut days = Days::default();
            self.each(&place, |text| days.add(text));
            schedule.days = Some(days);
        }
        if let Some(place) = fields.get("hours") {
            self.each(&place, |text| Hours::parse(text).map(|hours| schedule.hours.push(hours)));
        }
        if let Some(place) = fields.get("dates") {
            self.each(&place, |text| Dates::parse(text).map(|dates| schedule.dates.push(dates)));
        }
        schedule.zone = match fields.get("time_zone") {
            Some(place) => {
                let name = self.text(&place)?;
                self.zones.intern(name).or_else(|| {
                    let names: Vec<String> =
                        jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
                    let near = nearest(name, names.iter().map(String::as_str));
                    let mend = near.map_or_else(
                        || "write it as the tz database does, as in Asia/Shanghai".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.fault(&place, format!("there is no time zone {}", quoted(name)), mend);
                    None
                })?
            }
            None => self.zones.intern(DEFAULT_ZONE)?,
        };
        Some(schedule)
    }

    fn each(
        &mut self,
        place: &Place<'_>,
        mut take: impl FnMut(&str) -> Result<(), super::super::schedule::Wrong>,
    ) {
        for item in self.one_or_more(place, ITEMS_MAX) {
            if let Some(text) = self.text(&item)
                && let Err((what, mend)) = take(text)
            {
                self.fault(&item, what, mend);
            }
        }
    }
}
