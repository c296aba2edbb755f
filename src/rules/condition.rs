//! What a rule's `when` asks of an event.

use super::{
    glob::Glob,
    schedule::{LocalClock, Schedule},
};

/// A condition, and conditions of conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// One of the globs matches the event's State, `""` where it has none.
    State(Vec<Glob>),
    /// One of the globs matches the employee's userid.
    User(Vec<Glob>),
    /// One of the schedules holds at the event's time.
    Schedule(Vec<Schedule>),
    /// The event carries a welcome code, or does not.
    WelcomeCode(bool),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

/// What conditions look at.
pub(super) struct Moment<'a> {
    pub(super) state: &'a str,
    pub(super) user: &'a str,
    pub(super) welcome_code: bool,
    pub(super) clock: LocalClock<'a>,
}

impl Condition {
    pub(super) fn holds(&self, moment: &Moment<'_>) -> bool {
        match self {
            Self::State(globs) => globs.iter().any(|glob| glob.matches(moment.state)),
            Self::User(globs) => globs.iter().any(|glob| glob.matches(moment.user)),
            Self::Schedule(schedules) => schedules.iter().any(|schedule| schedule.holds(&moment.clock)),
            Self::WelcomeCode(wanted) => moment.welcome_code == *wanted,
            Self::All(all) => all.iter().all(|condition| condition.holds(moment)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(moment)),
            Self::Not(condition) => !condition.holds(moment),
        }
    }

    /// Why it does not hold, in words; `None` where it does.
    pub(super) fn why_not(&self, moment: &Moment<'_>) -> Option<String> {
        if self.holds(moment) {
            return None;
        }
        Some(match self {
            Self::State(_) if moment.state.is_empty() => {
                "the event has no state, and `state` asks for one".to_owned()
            }
            Self::State(_) => format!("`state` does not match `{}`", moment.state),
            Self::User(_) => format!("`user` does not match `{}`", moment.user),
            Self::Schedule(schedules) => {
                let zone = schedules.first().map_or(0, |schedule| schedule.zone);
                format!("`schedule` does not hold on {}", moment.clock.shown(zone))
            }
            Self::WelcomeCode(true) => "the event carries no welcome code".to_owned(),
            Self::WelcomeCode(false) => "the event carries a welcome code".to_owned(),
            Self::All(all) => return all.iter().find_map(|condition| condition.why_not(moment)),
            Self::Any(any) => {
                let reasons: Vec<String> =
                    any.iter().filter_map(|condition| condition.why_not(moment)).collect();
                format!("none of `any` holds: {}", reasons.join("; "))
            }
            Self::Not(_) => "what stands under `not` holds".to_owned(),
        })
    }
}
