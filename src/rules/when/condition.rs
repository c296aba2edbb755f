//! What a rule's `when` asks of an event, and of whatever had to be looked up for it.
//!
//! A condition is held against a [`Moment`] and gives a [`Truth`]; which look-ups would tell more is asked apart, with
//! [`Condition::open`], because most conditions never need one. What is cheap stands first in every list
//! ([`Condition::cost`]), so that a rule for another channel never asks who the customer is. In words: `why`.

use std::cell::OnceCell;

use crate::rules::{
    Customer, Earlier, Employee, Facts, FollowUser, Known, Needs, Ruleset,
    facts::customer::TagName,
    when::{
        glob::Glob,
        schedule::{LocalClock, Schedule},
        share::{Percentiles, Share},
        truth::Truth,
    },
};

/// A condition, and conditions of conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The event carries a welcome code, or does not.
    WelcomeCode(bool),
    /// One of the globs matches the event's State, `""` where it has none.
    State(Vec<Glob>),
    /// One of the globs matches the employee's userid.
    User(Vec<Glob>),
    /// One of the schedules holds at the event's time.
    Schedule(Vec<Schedule>),
    /// The customer's percentile in the experiment is in one of the shares.
    Share {
        experiment: usize,
        shares: Vec<Share>,
    },
    /// The record has an earlier add of the customer, or has none.
    Returning {
        to: Whose,
        is: bool,
    },
    /// The employee is in one of the departments or below it.
    Department(Vec<i64>),
    /// The customer is of one of these types.
    Type(Vec<CustomerType>),
    /// The customer is of one of these genders.
    Gender(Vec<Gender>),
    /// One of the globs matches the customer's nickname.
    Name(Vec<Glob>),
    /// One of the globs matches the customer's company, `""` for those of WeChat.
    CorpName(Vec<Glob>),
    /// The customer and the employee came together in one of these ways.
    AddWay(Vec<i64>),
    /// The customer has one of these tags from the employee.
    Tagged(Vec<TagName>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

/// Whom a returning customer had been added by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Employee,
    Company,
}

/// Which of WeCom's two kinds a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CustomerType {
    Wechat,
    Wecom,
}

impl CustomerType {
    pub(crate) const NAMES: [(&'static str, Self); 2] = [("wechat", Self::Wechat), ("wecom", Self::Wecom)];

    pub(crate) fn of(customer: &Customer) -> Option<Self> {
        match customer.external_contact.r#type {
            Some(1) => Some(Self::Wechat),
            Some(2) => Some(Self::Wecom),
            _ => None,
        }
    }
}

/// A customer's gender, as far as WeCom tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    Male,
    Female,
    Unknown,
}

impl Gender {
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("male", Self::Male), ("female", Self::Female), ("unknown", Self::Unknown)];

    /// What is not told at all, as to third-party apps, is as unknown as a 0.
    pub(crate) fn of(customer: &Customer) -> Self {
        match customer.external_contact.gender {
            Some(1) => Self::Male,
            Some(2) => Self::Female,
            _ => Self::Unknown,
        }
    }
}

/// What conditions look at: one event and what is known for it.
pub(crate) struct Moment<'a> {
    pub(crate) state: &'a str,
    pub(crate) user: &'a str,
    /// The customer's id; `""` where the event names none.
    pub(crate) customer_id: &'a str,
    pub(crate) welcome_code: bool,
    pub(crate) clock: LocalClock<'a>,
    pub(crate) percentiles: Percentiles<'a>,
    pub(crate) customer: Known<'a, Customer>,
    pub(crate) employee: Known<'a, Employee>,
    pub(crate) earlier: Known<'a, Earlier>,
    unasked: Unasked,
    /// Found once for all rules: a customer may have hundreds of employees.
    follower: OnceCell<Option<&'a FollowUser>>,
}

/// What a look-up counts as that has not been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unasked {
    /// One that could still be made.
    Open,
    /// One that was made in vain.
    Unknown,
}

impl<'a> Moment<'a> {
    pub(crate) fn new(set: &'a Ruleset, facts: &Facts<'a>, unasked: Unasked) -> Self {
        let customer_id = facts.event.external_user_id().unwrap_or_default();
        Self {
            state: facts.event.state().unwrap_or_default(),
            user: facts.event.user_id().unwrap_or_default(),
            customer_id,
            welcome_code: facts.has_welcome_code(),
            clock: LocalClock::new(&set.zones, facts.happened_at_ms),
            percentiles: Percentiles::new(&set.experiments, customer_id),
            customer: facts.customer,
            employee: facts.employee,
            earlier: facts.earlier,
            unasked,
            follower: OnceCell::new(),
        }
    }

    /// What this employee has with the customer, where both are known.
    pub(crate) fn follower(&self) -> Option<&'a FollowUser> {
        *self.follower.get_or_init(|| self.customer.get().and_then(|customer| customer.follower(self.user)))
    }

    /// A question to somebody. Who is not named in the event cannot be looked up, and is nothing that is asked for.
    fn ask<T>(&self, id: &str, known: Known<'_, T>, holds: impl FnOnce(&T) -> bool) -> Truth {
        match known {
            _ if id.is_empty() => Truth::No,
            Known::Is(found) => holds(found).into(),
            Known::NotAsked if self.unasked == Unasked::Open => Truth::Open,
            Known::NotAsked | Known::Unavailable => Truth::Unknown,
        }
    }

    fn ask_customer(&self, holds: impl FnOnce(&Customer) -> bool) -> Truth {
        self.ask(self.customer_id, self.customer, holds)
    }

    /// Where WeCom leaves this employee out among those who have the customer, because the app may not see them say,
    /// nothing is known of what the two have with each other.
    fn ask_follower(&self, holds: impl FnOnce(&FollowUser) -> bool) -> Truth {
        match self.ask_customer(|_| true) {
            Truth::Yes if self.user.is_empty() => Truth::No,
            Truth::Yes => self.follower().map_or(Truth::Unknown, |follower| holds(follower).into()),
            asked => asked,
        }
    }

    /// Everybody has a nickname: one that is not in the answer was not told.
    fn ask_name(&self, holds: impl FnOnce(&str) -> bool) -> Truth {
        match (self.ask_customer(|_| true), self.customer.get()) {
            (Truth::Yes, Some(customer)) => {
                customer.external_contact.name.as_deref().map_or(Truth::Unknown, |name| holds(name).into())
            }
            (asked, _) => asked,
        }
    }
}

impl Condition {
    /// A list of which all must hold, in the order of what they cost.
    pub(crate) fn all(mut all: Vec<Self>) -> Self {
        all.sort_by_cached_key(Self::cost);
        if all.len() == 1 { all.remove(0) } else { Self::All(all) }
    }

    /// A list of which one must hold, in the order of what they cost.
    pub(crate) fn any(mut any: Vec<Self>) -> Self {
        any.sort_by_cached_key(Self::cost);
        if any.len() == 1 { any.remove(0) } else { Self::Any(any) }
    }

    /// What it costs, to bring conditions into an order: a few nanoseconds, an hour of the day, a hash, a look-up.
    fn cost(&self) -> u8 {
        match self {
            Self::WelcomeCode(_) => 0,
            Self::State(_) | Self::User(_) => 1,
            Self::Schedule(_) => 2,
            Self::Share { .. } => 3,
            Self::Returning { .. } => 4,
            Self::Department(_) => 5,
            Self::Type(_) | Self::Gender(_) => 6,
            Self::Name(_) | Self::CorpName(_) | Self::AddWay(_) | Self::Tagged(_) => 7,
            Self::All(list) | Self::Any(list) => list.iter().map(Self::cost).max().unwrap_or(0),
            Self::Not(condition) => condition.cost(),
        }
    }

    pub(crate) fn holds(&self, moment: &Moment<'_>) -> Truth {
        match self {
            Self::WelcomeCode(wanted) => (moment.welcome_code == *wanted).into(),
            Self::State(globs) => one_of(globs, moment.state).into(),
            Self::User(globs) => one_of(globs, moment.user).into(),
            Self::Schedule(schedules) => {
                schedules.iter().any(|schedule| schedule.holds(&moment.clock)).into()
            }
            Self::Share { experiment, shares } => {
                let percentile = moment.percentiles.of(*experiment);
                percentile.is_some_and(|percentile| shares.iter().any(|share| share.has(percentile))).into()
            }
            Self::Returning { to, is } => {
                moment.ask(moment.customer_id, moment.earlier, |earlier| to.had(*earlier) == *is)
            }
            Self::Department(ids) => {
                let is_in = |employee: &Employee| ids.iter().any(|id| employee.departments.contains(id));
                match (moment.ask(moment.user, moment.employee, is_in), moment.employee.get()) {
                    (Truth::No, Some(employee)) if employee.above_unknown => Truth::Unknown,
                    (truth, _) => truth,
                }
            }
            Self::Type(types) => moment
                .ask_customer(|customer| CustomerType::of(customer).is_some_and(|is| types.contains(&is))),
            Self::Gender(genders) => moment.ask_customer(|customer| genders.contains(&Gender::of(customer))),
            Self::Name(globs) => moment.ask_name(|name| one_of(globs, name)),
            Self::CorpName(globs) => moment.ask_customer(|customer| {
                one_of(globs, customer.external_contact.corp_name.as_deref().unwrap_or_default())
            }),
            Self::AddWay(ways) => {
                moment.ask_follower(|follower| follower.add_way.is_some_and(|way| ways.contains(&way)))
            }
            Self::Tagged(tags) => moment
                .ask_follower(|follower| follower.tags.iter().any(|has| tags.iter().any(|tag| tag.is(has)))),
            Self::All(all) => fold(all, moment, Truth::Yes, Truth::No, Truth::and),
            Self::Any(any) => fold(any, moment, Truth::No, Truth::Yes, Truth::or),
            Self::Not(condition) => condition.holds(moment).not(),
        }
    }

    /// The look-ups that would tell what is open in it; nothing where it is decided as it is.
    pub(crate) fn open(&self, moment: &Moment<'_>) -> Needs {
        if self.holds(moment) != Truth::Open {
            return Needs::default();
        }
        match self {
            Self::All(list) | Self::Any(list) => union(list.iter().map(|condition| condition.open(moment))),
            Self::Not(condition) => condition.open(moment),
            alone => alone.asks(),
        }
    }

    /// The look-ups on which it stands or falls for this event: none where what is free has decided it.
    pub(crate) fn stands_on(&self, moment: &Moment<'_>) -> Needs {
        let decided = |list: &[Self], by: Truth| {
            list.iter().any(|condition| condition.asks().is_nothing() && condition.holds(moment) == by)
        };
        match self {
            Self::All(list) if decided(list, Truth::No) => Needs::default(),
            Self::Any(list) if decided(list, Truth::Yes) => Needs::default(),
            Self::All(list) | Self::Any(list) => {
                union(list.iter().map(|condition| condition.stands_on(moment)))
            }
            Self::Not(condition) => condition.stands_on(moment),
            alone => alone.asks(),
        }
    }

    /// The look-ups that it, or anything in it, can ask for.
    pub(crate) fn asks(&self) -> Needs {
        match self {
            Self::WelcomeCode(_)
            | Self::State(_)
            | Self::User(_)
            | Self::Schedule(_)
            | Self::Share { .. } => Needs::default(),
            Self::Returning { .. } => Needs { earlier: true, ..Needs::default() },
            Self::Department(_) => Needs { employee: true, ..Needs::default() },
            Self::Type(_)
            | Self::Gender(_)
            | Self::Name(_)
            | Self::CorpName(_)
            | Self::AddWay(_)
            | Self::Tagged(_) => Needs { customer: true, ..Needs::default() },
            Self::All(list) | Self::Any(list) => union(list.iter().map(Self::asks)),
            Self::Not(condition) => condition.asks(),
        }
    }
}

impl Whose {
    pub(crate) fn had(self, earlier: Earlier) -> bool {
        match self {
            Self::Employee => earlier.by_employee,
            Self::Company => earlier.by_company || earlier.by_employee,
        }
    }
}

fn one_of(globs: &[Glob], value: &str) -> bool {
    globs.iter().any(|glob| glob.matches(value))
}

fn union(needs: impl Iterator<Item = Needs>) -> Needs {
    needs.fold(Needs::default(), Needs::and)
}

/// Takes a list together, up to what settles it.
fn fold(
    list: &[Condition],
    moment: &Moment<'_>,
    from: Truth,
    settles: Truth,
    join: fn(Truth, Truth) -> Truth,
) -> Truth {
    let mut all = from;
    for condition in list {
        all = join(all, condition.holds(moment));
        if all == settles {
            break;
        }
    }
    all
}
