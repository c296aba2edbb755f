//! What can be wrong with conditions and calendars, and what in them is worth a look. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use jiff::civil::Date;

use crate::{
    language::Language,
    rules::document::{
        typed::Typed,
        wrong::{Meant, Quoted, Said, Wrong},
        yaml::Kind,
    },
};

/// A fault of a condition or a calendar, or a note on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WhenFault {
    /// A word that is none of those that there are.
    NoneOfThem {
        word: Quoted,
        meant: Meant,
    },
    NoExperiment {
        name: Quoted,
    },
    /// Conditions stand too deep in one another.
    Nested {
        max: usize,
    },
    ConditionEmpty,
    /// It can never hold, by itself.
    Never(Never),
    /// No event of the rule names those whom the condition is about.
    NotNamed(Whom),
    /// A map of these keys that has none of them.
    AsksNothing {
        keys: Vec<&'static str>,
    },
    /// `welcome_code: true` on events that carry none.
    NoCode,
    /// A welcome beside `welcome_code: false`.
    WelcomeWithoutCode,
    /// A `state` on events that carry none.
    NoState,
    /// A `user` on events that name none.
    NoUser,
    Pattern {
        pattern: Quoted,
        wrong: WrongPattern,
    },
    NoWay {
        way: Quoted,
        meant: Meant,
    },
    ReturningEmpty,
    NobodyToReturn {
        word: Quoted,
        meant: Meant,
    },

    NoShare {
        share: Quoted,
    },
    ShareOfNobody {
        share: Quoted,
    },

    ScheduleEmpty,
    NoDay {
        day: Quoted,
        meant: Option<&'static str>,
    },
    NoHours {
        hours: Quoted,
    },
    /// They begin at 24:00.
    HoursBeginAtEnd {
        hours: Quoted,
    },
    /// They end when they begin.
    HoursOfNothing {
        hours: Quoted,
    },
    NoDates {
        dates: Quoted,
    },
    DatesReversed {
        dates: Quoted,
    },
    NoSuchDate {
        day: Quoted,
    },
    NoZone {
        zone: Quoted,
        meant: Zone,
    },

    CalendarsWantNames {
        has: Kind,
    },
    TooManyCalendars {
        count: usize,
        max: usize,
    },
    NoCalendarName,
    CalendarEmpty,
    NoCalendar {
        name: Quoted,
        near: Option<String>,
    },

    /// A note: nobody has that channel.
    OddState {
        state: Quoted,
        odd: OddState,
    },
    /// A note: nobody has that userid; what an input method has made of it perhaps.
    OddUser {
        user: Quoted,
        typed: Option<Typed>,
    },
    /// A note: it looks like a customer's id.
    CustomersId {
        user: Quoted,
    },
    /// A note: the days of a schedule of the rule are over.
    Over {
        rule: Quoted,
        last: Date,
        what: Over,
    },
}

/// Why a condition can never hold. It is what a slip of editing leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Never {
    WelcomeCode,
    State,
    User,
    Shares,
    /// A condition and its `not`.
    Not,
    /// None of a schedule's dates is one of its days of the week.
    DatesAndDays,
    /// The calendars that a schedule wants are those that it refuses.
    Calendars,
}

/// Whom a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    Employee,
    Customer,
    Both,
}

/// What is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongPattern {
    TooLong,
    /// It ends in a single `\`.
    Backslash,
    /// A `[` without its `]`.
    Bracket,
    /// A range whose end comes before its begin.
    Range,
}

/// Which time zone was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    China,
    Near(String),
    Unknown,
}

/// Why nobody has a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OddState {
    Address,
    Shortened,
    TooLong,
}

/// What has become of a schedule whose days are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    HoldsNoMore,
    /// Its `not_calendar` excludes no day any more.
    ExcludesNoMore,
}

impl Wrong for WhenFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoneOfThem { .. } => "unknown_word",
            Self::NoExperiment { .. } => "not_an_experiment",
            Self::Nested { .. } => "conditions_too_deep",
            Self::ConditionEmpty => "condition_empty",
            Self::Never(never) => match never {
                Never::WelcomeCode => "never_holds_welcome_code",
                Never::State => "never_holds_state",
                Never::User => "never_holds_user",
                Never::Shares => "never_holds_share",
                Never::Not => "never_holds_not",
                Never::DatesAndDays => "never_holds_days",
                Never::Calendars => "never_holds_calendar",
            },
            Self::NotNamed(whom) => match whom {
                Whom::Employee => "condition_without_employee",
                Whom::Customer => "condition_without_customer",
                Whom::Both => "condition_without_both",
            },
            Self::AsksNothing { .. } => "condition_asks_nothing",
            Self::NoCode => "condition_without_code",
            Self::WelcomeWithoutCode => "welcome_against_condition",
            Self::NoState => "state_never_there",
            Self::NoUser => "user_never_there",
            Self::Pattern { wrong, .. } => match wrong {
                WrongPattern::TooLong => "pattern_too_long",
                WrongPattern::Backslash => "pattern_backslash",
                WrongPattern::Bracket => "pattern_bracket",
                WrongPattern::Range => "pattern_range",
            },
            Self::NoWay { .. } => "unknown_add_way",
            Self::ReturningEmpty => "returning_empty",
            Self::NobodyToReturn { .. } => "unknown_returning_to",
            Self::NoShare { .. } => "not_a_share",
            Self::ShareOfNobody { .. } => "share_of_nobody",
            Self::ScheduleEmpty => "schedule_empty",
            Self::NoDay { .. } => "unknown_day",
            Self::NoHours { .. } => "not_hours",
            Self::HoursBeginAtEnd { .. } => "hours_begin_at_24",
            Self::HoursOfNothing { .. } => "hours_of_nothing",
            Self::NoDates { .. } => "not_dates",
            Self::DatesReversed { .. } => "dates_reversed",
            Self::NoSuchDate { .. } => "no_such_date",
            Self::NoZone { .. } => "unknown_time_zone",
            Self::CalendarsWantNames { .. } => "calendars_want_names",
            Self::TooManyCalendars { .. } => "too_many_calendars",
            Self::NoCalendarName => "not_a_calendar_name",
            Self::CalendarEmpty => "calendar_empty",
            Self::NoCalendar { .. } => "unknown_calendar",
            Self::OddState { odd, .. } => match odd {
                OddState::Address => "state_is_address",
                OddState::Shortened => "state_shortened",
                OddState::TooLong => "state_too_long",
            },
            Self::OddUser { .. } => "user_not_a_userid",
            Self::CustomersId { .. } => "user_is_customer",
            Self::Over { what, .. } => match what {
                Over::HoldsNoMore => "schedule_over",
                Over::ExcludesNoMore => "not_calendar_over",
            },
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}
