//! The filters of a list as they stand in its address: the same names as on the command line and in the API, so that a link
//! shows another the same.

use super::{
    frame::Frame,
    views::{Chip, Choice, FilterView},
    words::{names, say::Say},
};
use crate::{
    action::{Kind, ReasonCode},
    store::{ActionFilter, EventFilter, EventOutcome, EventStatus, FateFilter},
};

/// The longest value that is taken from an address: longer than WeCom's longest ids and States.
const VALUE_BYTES_MAX: usize = 400;

/// How many rows a page has.
pub(super) const ROWS: u32 = 50;

/// The names and values of an address.
#[derive(Clone, Debug, Default)]
pub(super) struct Given(Vec<(String, String)>);

impl Given {
    /// Those of a query. What is empty or too long to be meant says nothing.
    pub(super) fn of(query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let meant = pairs.filter(|(_, value)| !value.is_empty() && value.len() <= VALUE_BYTES_MAX);
        Self(meant.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect())
    }

    /// The value of a name; the last one, where there are several.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(of, _)| of == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// An address with these names as they are, and others in their place or beside them.
    pub(super) fn href(&self, path: &str, keep: &[&str], set: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for name in keep.iter().filter(|name| !set.iter().any(|(of, _)| of == *name)) {
            if let Some(value) = self.get(name) {
                query.append_pair(name, value);
            }
        }
        for (name, value) in set.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// The names by which events are filtered.
pub(super) const EVENT_NAMES: [&str; 12] = [
    "state", "user", "customer", "status", "change", "since", "until", "app", "event", "outcome", "rule",
    "code",
];

/// The periods to choose from.
const PERIODS: [&str; 4] = ["1h", "24h", "7d", "30d"];

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) event: EventFilter,
    pub(super) fate: FateFilter,
    /// What of the address is no filter.
    pub(super) fault: Option<String>,
}

/// Which events are asked for. A status is where an event stands, or how its welcome ended: to people it is one thing.
pub(super) fn of_events(frame: &Frame, given: &Given) -> Wanted {
    let mut fault = None;
    let words = frame.words;
    let mut instant = |name: &str, label: &'static str| {
        let text = given.get(name)?;
        let at_ms = frame.times.parse(text);
        if at_ms.is_none() {
            fault = Some(frame.say(Say::BadValue { name: label }));
        }
        at_ms
    };
    let (since_ms, until_ms) = (instant("since", words.from), instant("until", words.until));
    let status = given.get("status").and_then(|name| name.parse::<EventStatus>().ok());
    let outcome = given.get("outcome").or(given.get("status").filter(|_| status.is_none()));
    let outcome = outcome.map(str::parse::<EventOutcome>);
    if matches!(outcome, Some(Err(_))) {
        fault = Some(frame.say(Say::BadValue { name: words.status }));
    }
    let code = given.get("code").map(str::parse::<ReasonCode>);
    if matches!(code, Some(Err(_))) {
        fault = Some(frame.say(Say::BadValue { name: words.cause }));
    }
    let text = |name: &str| given.get(name).map(str::to_owned);
    let event = EventFilter {
        app: text("app"),
        event: text("event"),
        change: text("change"),
        user: text("user"),
        customer: text("customer"),
        state: text("state"),
        status,
        since_ms,
        until_ms,
        before_id: given.get("before").and_then(|before| before.parse().ok()),
        limit: Some(ROWS),
    };
    let fate = FateFilter {
        code: code.and_then(Result::ok),
        outcome: outcome.and_then(Result::ok),
        rule: text("rule"),
    };
    Wanted { event, fate, fault }
}

/// Which failed actions are asked for.
pub(super) fn of_failures(frame: &Frame, given: &Given) -> (ActionFilter, Option<String>) {
    let Wanted { event, fate, mut fault } = of_events(frame, given);
    let kind = given.get("kind").map(str::parse::<Kind>);
    if matches!(kind, Some(Err(_))) {
        fault = Some(frame.say(Say::BadValue { name: frame.words.action }));
    }
    (ActionFilter { kind: kind.and_then(Result::ok), status: None, code: fate.code, event }, fault)
}

/// The choice of a period, with none or another at its beginning.
pub(super) fn periods(frame: &Frame, chosen: Option<&str>, with_any: bool) -> Vec<Choice> {
    let words = frame.words;
    let mut choices = Vec::new();
    if with_any {
        choices.push(choice("", words.any_time, chosen.is_none()));
    }
    let labels = [words.last_hour, words.last_day, words.last_week, words.last_month];
    choices
        .extend(PERIODS.iter().zip(labels).map(|(value, label)| choice(value, label, chosen == Some(value))));
    // A period that came by a link is kept when the form is sent.
    if let Some(other) = chosen.filter(|chosen| !PERIODS.contains(chosen)) {
        let days = other.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
        let label = days.map_or_else(|| other.to_owned(), |days| frame.say(Say::LastDays { days }));
        choices.push(choice(other, &label, true));
    }
    choices
}

/// The choice of a kind of action.
pub(super) fn kinds(frame: &Frame, chosen: Option<&str>) -> Vec<Choice> {
    let mut choices = vec![choice("", frame.words.all, chosen.is_none())];
    choices.extend(
        Kind::ALL.into_iter().map(|kind| {
            choice(kind.as_str(), names::kind(kind, frame.language), chosen == Some(kind.as_str()))
        }),
    );
    choices
}

/// The kinds of action to which a replay of many can be limited. What was left open is decided for whichever they are.
pub(super) fn chosen_kinds(frame: &Frame) -> Vec<Choice> {
    let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Decide);
    kinds.map(|kind| choice(kind.as_str(), names::kind(kind, frame.language), false)).collect()
}

pub(super) fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen }
}

/// The filter row of the events.
pub(super) fn view(frame: &Frame, given: &Given, fault: Option<String>) -> FilterView {
    let words = frame.words;
    let text = |name: &str| given.get(name).unwrap_or_default().to_owned();
    let status = given.get("status");
    let mut statuses = vec![choice("", words.all, status.is_none())];
    statuses.extend(
        EventStatus::ALL.into_iter().map(|of| {
            choice(of.as_str(), names::event_status(of, frame.language), status == Some(of.as_str()))
        }),
    );
    statuses.extend(EventOutcome::ALL.into_iter().map(|of| {
        let chosen = [status, given.get("outcome")].contains(&Some(of.as_str()));
        choice(of.as_str(), names::outcome(of, frame.language).word, chosen)
    }));
    let change = given.get("change");
    let mut changes = vec![choice("", words.all, change.is_none())];
    changes.extend(
        names::changes(frame.language).map(|(name, called)| choice(name, called, change == Some(name))),
    );
    if let Some(other) =
        change.filter(|change| names::changes(frame.language).all(|(name, _)| name != *change))
    {
        changes.push(choice(other, other, true));
    }
    let app = given.get("app");
    let mut apps = vec![choice("", words.all, app.is_none())];
    let mut served: Vec<&str> = frame.context().apps.iter().map(|app| app.name.as_str()).collect();
    served.sort_unstable();
    apps.extend(served.into_iter().map(|name| choice(name, name, app == Some(name))));
    // What has no field of its own is shown beside the row, so that nobody wonders why so little is listed.
    let fieldless =
        [("until", words.until), ("event", words.what_happened), ("rule", words.rule), ("code", words.cause)];
    let chips = fieldless.iter().filter_map(|(name, label)| {
        let value = given.get(name)?;
        let others: Vec<&str> = EVENT_NAMES.into_iter().filter(|of| of != name).collect();
        Some(Chip {
            text: frame.say(Say::FilterChip { name: label, value }),
            without: given.href("/events", &others, &[]),
            remove: frame.say(Say::RemoveFilter { name: label }),
        })
    });
    FilterView {
        state: text("state"),
        user: text("user"),
        customer: text("customer"),
        statuses,
        changes,
        periods: periods(frame, given.get("since"), true),
        apps,
        chips: chips.collect(),
        kept: fieldless.iter().filter_map(|(name, _)| Some((*name, given.get(name)?.to_owned()))).collect(),
        fault,
        is_set: EVENT_NAMES.iter().any(|name| given.get(name).is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_made_again() {
        let given = Given::of("state=%3Cimg+src%3Dx%3E&user=&status=settled&user=zhangsan&x=1");
        assert_eq!(given.get("state"), Some("<img src=x>"));
        assert_eq!(given.get("user"), Some("zhangsan"));
        assert_eq!(given.get("customer"), None);
        assert_eq!(
            given.href("/events", &["state", "user", "customer"], &[("before", "17")]),
            "/events?state=%3Cimg+src%3Dx%3E&user=zhangsan&before=17"
        );
        assert_eq!(given.href("/events", &["state"], &[("state", "")]), "/events");
    }

    #[test]
    fn a_value_without_end_says_nothing() {
        assert_eq!(Given::of(&format!("state={}", "x".repeat(401))).get("state"), None);
    }
}
