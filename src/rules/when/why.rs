//! Conditions in words: why a rule does not match, and what a look-up found for one that does.
//!
//! For people, in `rules explain` and on the pages. A customer's name is not repeated: where it is shown is for the
//! caller to say, and a reason may end up in a log.

use std::fmt::Display;

use crate::rules::{
    Needs,
    document::fault::quoted,
    facts::add_way,
    when::{
        condition::{Condition, CustomerType, Gender, Moment, Whose},
        glob::Glob,
        share,
        truth::Truth,
    },
};

/// How many things are listed before the rest are counted.
const LISTED_MAX: usize = 5;

/// What is said of a customer who was found, without this employee.
const NOT_WITH_EMPLOYEE: &str = "WeCom does not name this employee among those who have the customer";

/// What is told of a condition's parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Observed {
    Everything,
    /// Only what had to be looked up.
    LookedUp,
}

/// What is said of a condition by its key, where the customer was found and what it asks for was not told.
pub(crate) fn not_told(key: &str) -> String {
    match key {
        "customer.name" => "WeCom does not tell the `customer.name`".to_owned(),
        key => format!("`{key}`: {NOT_WITH_EMPLOYEE}"),
    }
}

impl Condition {
    /// Why it does not hold, all of it. For one that does not.
    pub(crate) fn why_not(&self, moment: &Moment<'_>) -> String {
        listed(self.failures(moment), "; ")
    }

    fn failures(&self, moment: &Moment<'_>) -> Vec<String> {
        match self {
            Self::All(all) => all
                .iter()
                .filter(|condition| condition.holds(moment) == Truth::No)
                .flat_map(|condition| condition.failures(moment))
                .collect(),
            Self::Any(any) => {
                let each = any.iter().map(|condition| condition.why_not(moment)).collect();
                vec![format!("none of `any` holds: {}", listed(each, "; "))]
            }
            Self::Not(condition) => {
                let found = listed(condition.observed(moment, Observed::Everything), " and ");
                vec![format!("what stands under `not` holds: {found}")]
            }
            alone => vec![format!("{}, and the rule asks for {}", alone.found(moment), alone.asked())],
        }
    }

    /// What is the case that makes it hold, or not: what its parts found.
    fn observed(&self, moment: &Moment<'_>, wanted: Observed) -> Vec<String> {
        let skip =
            |condition: &Self| wanted == Observed::LookedUp && condition.stands_on(moment).is_nothing();
        match self {
            alike if skip(alike) => Vec::new(),
            Self::All(list) | Self::Any(list) => {
                let truth = self.holds(moment);
                let alike = list.iter().filter(|condition| condition.holds(moment) == truth);
                alike.flat_map(|condition| condition.observed(moment, wanted)).collect()
            }
            Self::Not(condition) => condition.observed(moment, wanted),
            alone => vec![alone.found(moment)],
        }
    }

    /// What the look-ups found on which it stands; for one that holds.
    pub(crate) fn findings(&self, moment: &Moment<'_>) -> Option<String> {
        let found = self.observed(moment, Observed::LookedUp);
        (!found.is_empty()).then(|| listed(found, "; "))
    }

    /// The look-ups, and what they are for, that leave it `Unknown` or `Open`.
    pub(crate) fn undecided(&self, moment: &Moment<'_>, how: Truth, into: &mut Vec<(Needs, &'static str)>) {
        if self.holds(moment) != how {
            return;
        }
        match self {
            Self::All(list) | Self::Any(list) => {
                for condition in list {
                    condition.undecided(moment, how, into);
                }
            }
            Self::Not(condition) => condition.undecided(moment, how, into),
            alone if into.contains(&(alone.asks(), alone.key())) => {}
            alone => into.push((alone.asks(), alone.key())),
        }
    }

    /// As it is written.
    fn key(&self) -> &'static str {
        match self {
            Self::WelcomeCode(_) => "welcome_code",
            Self::State(_) => "state",
            Self::User(_) => "user",
            Self::Schedule(_) => "schedule",
            Self::Share { .. } => "share",
            Self::Returning { .. } => "returning",
            Self::Department(_) => "department",
            Self::Type(_) => "customer.type",
            Self::Gender(_) => "customer.gender",
            Self::Name(_) => "customer.name",
            Self::CorpName(_) => "customer.corp_name",
            Self::AddWay(_) => "add_way",
            Self::Tagged(_) => "tagged",
            Self::All(_) => "all",
            Self::Any(_) => "any",
            Self::Not(_) => "not",
        }
    }

    /// What is the case, of a condition that stands alone.
    fn found(&self, moment: &Moment<'_>) -> String {
        let customer = moment.customer.get();
        match self {
            Self::WelcomeCode(_) if moment.welcome_code => "the event carries a welcome code".to_owned(),
            Self::WelcomeCode(_) => "the event carries no welcome code".to_owned(),
            Self::State(_) if moment.state.is_empty() => "the event has no `state`".to_owned(),
            Self::State(_) => format!("`state` is {}", quoted(moment.state)),
            Self::User(_) if moment.user.is_empty() => "the event names no employee".to_owned(),
            Self::User(_) => format!("`user` is {}", quoted(moment.user)),
            Self::Schedule(schedules) => {
                let zone = schedules.first().map_or(0, |schedule| schedule.zone);
                format!("it happened on {}", moment.clock.shown(zone))
            }
            _ if moment.customer_id.is_empty() && !matches!(self, Self::Department(_)) => {
                "the event names no customer".to_owned()
            }
            Self::Share { experiment, .. } => {
                let at = moment.percentiles.of(*experiment).map(share::shown).unwrap_or_default();
                let experiment = quoted(moment.percentiles.experiments.name(*experiment));
                format!("the customer stands at {at} in the experiment {experiment}")
            }
            Self::Returning { to, .. } => {
                let who = if *to == Whose::Employee { "this employee" } else { "anyone of the company" };
                let had = moment.earlier.get().is_some_and(|earlier| to.had(*earlier));
                format!(
                    "the record has {} add of the customer by {who}",
                    if had { "an earlier" } else { "no earlier" }
                )
            }
            Self::Department(_) if moment.user.is_empty() => "the event names no employee".to_owned(),
            Self::Department(_) => {
                let ids = moment.employee.get().map_or(&[][..], |employee| &employee.departments);
                match ids {
                    [] => format!("{} is in no department that can be seen", quoted(moment.user)),
                    ids => {
                        format!("{} is in or below `department` {}", quoted(moment.user), several(ids, "and"))
                    }
                }
            }
            Self::Type(_) => match customer.and_then(CustomerType::of) {
                Some(is) => format!("`customer.type` is {}", name_of(&CustomerType::NAMES, is)),
                None => "`customer.type` is not told".to_owned(),
            },
            Self::Gender(_) => {
                let is = customer.map_or(Gender::Unknown, Gender::of);
                format!("`customer.gender` is {}", name_of(&Gender::NAMES, is))
            }
            Self::Name(_) if self.holds(moment) == Truth::Yes => "`customer.name` fits".to_owned(),
            Self::Name(_) => "`customer.name` does not fit".to_owned(),
            Self::CorpName(_) => match customer.and_then(|is| is.external_contact.corp_name.as_deref()) {
                None | Some("") => "the customer has no `customer.corp_name`".to_owned(),
                Some(name) => format!("`customer.corp_name` is {}", quoted(name)),
            },
            Self::AddWay(_) => match moment.follower().map(|follower| follower.add_way) {
                Some(Some(way)) => format!("`add_way` is {}", add_way::name(way)),
                Some(None) => "`add_way` is not told".to_owned(),
                None => format!("`{}`: {NOT_WITH_EMPLOYEE}", self.key()),
            },
            Self::Tagged(tags) => match moment.follower() {
                Some(follower) => {
                    let has = tags.iter().filter(|tag| follower.tags.iter().any(|has| tag.is(has)));
                    let has: Vec<String> = has.map(|tag| quoted(tag.written())).collect();
                    if has.is_empty() {
                        "`tagged`: the customer has none of the tags from this employee".to_owned()
                    } else {
                        format!("`tagged`: the customer has {} from this employee", several(&has, "and"))
                    }
                }
                None => format!("`{}`: {NOT_WITH_EMPLOYEE}", self.key()),
            },
            Self::All(_) | Self::Any(_) | Self::Not(_) => String::new(),
        }
    }

    /// What is asked for, by a condition that stands alone.
    fn asked(&self) -> String {
        match self {
            Self::WelcomeCode(true) => "an event with one".to_owned(),
            Self::WelcomeCode(false) => "an event without one".to_owned(),
            Self::State(globs) | Self::User(globs) | Self::Name(globs) | Self::CorpName(globs) => {
                let globs: Vec<String> = globs
                    .iter()
                    .map(Glob::written)
                    .map(|glob| if glob.is_empty() { "none".to_owned() } else { quoted(glob) })
                    .collect();
                one_of(&globs)
            }
            Self::Schedule(_) => "other times (`schedule`)".to_owned(),
            Self::Share { shares, .. } => format!("`share` {}", one_of(shares)),
            Self::Returning { is: true, .. } => "one (`returning`)".to_owned(),
            Self::Returning { is: false, .. } => "none (`returning`)".to_owned(),
            Self::Department(ids) => one_of(ids),
            Self::Type(types) => one_of(&names_of(&CustomerType::NAMES, types)),
            Self::Gender(genders) => one_of(&names_of(&Gender::NAMES, genders)),
            Self::AddWay(ways) => {
                let names: Vec<String> = ways.iter().map(|way| add_way::name(*way)).collect();
                one_of(&names)
            }
            Self::Tagged(tags) => {
                let tags: Vec<String> = tags.iter().map(|tag| quoted(tag.written())).collect();
                one_of(&tags)
            }
            Self::All(_) | Self::Any(_) | Self::Not(_) => String::new(),
        }
    }
}

fn name_of<T: PartialEq + Copy>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

fn names_of<T: PartialEq + Copy>(names: &[(&'static str, T)], values: &[T]) -> Vec<&'static str> {
    values.iter().map(|value| name_of(names, *value)).collect()
}

/// `a, b or c`.
fn one_of<T: Display>(items: &[T]) -> String {
    several(items, "or")
}

fn several<T: Display>(items: &[T], last_by: &str) -> String {
    let shown: Vec<String> = items.iter().take(LISTED_MAX).map(T::to_string).collect();
    let more = items.len() - shown.len();
    match shown.split_last() {
        _ if more > 0 => format!("{} {last_by} {more} more", shown.join(", ")),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} {last_by} {last}", before.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// Sentences in a row, the first few of them.
fn listed(sentences: Vec<String>, between: &str) -> String {
    let more = sentences.len().saturating_sub(LISTED_MAX);
    let mut all: Vec<String> = sentences.into_iter().take(LISTED_MAX).collect();
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all.join(between)
}
