//! Which events and which actions: filters and pages.
//!
//! Every list of events is filtered by the same conditions, which stand here once, with the binds that go with them. Pages
//! are by id (`before_id`), so that the thousandth costs what the first does.

use super::fate::EventOutcome;
use crate::{
    action::{Kind, ReasonCode, Status},
    store::record::event::EventStatus,
};

/// How many rows a page has where the caller does not say.
pub const PAGE_DEFAULT: u32 = 50;

/// How many rows a page has at most.
pub const PAGE_MAX: u32 = 1_000;

/// Which events. A field that is `None` filters nothing; texts are compared as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// The app whose callback they came to.
    pub app: Option<String>,
    /// `Event` or `InfoType`.
    pub event: Option<String>,
    /// `ChangeType`.
    pub change: Option<String>,
    /// The employee's userid.
    pub user: Option<String>,
    /// The customer's external_userid.
    pub customer: Option<String>,
    /// The channel; an empty text finds events without one.
    pub state: Option<String>,
    /// Where they stand.
    pub status: Option<EventStatus>,
    /// First received at this instant or later.
    pub since_ms: Option<i64>,
    /// First received before this instant.
    pub until_ms: Option<i64>,
    /// Only ids below this one: the last of the page before.
    pub before_id: Option<i64>,
    /// How many, at most [`PAGE_MAX`] a page.
    pub limit: Option<u32>,
}

/// Which events, by what became of them. A field that is `None` filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FateFilter {
    /// An action of theirs has this code, in whichever run.
    pub code: Option<ReasonCode>,
    /// How the welcome ended.
    pub outcome: Option<EventOutcome>,
    /// The rule whose welcome it was.
    pub rule: Option<String>,
}

impl FateFilter {
    /// Whether whoever passes has an action that failed or expired: those have an index.
    pub(super) fn went_wrong(&self) -> bool {
        let of_code = self.code.is_some_and(|code| {
            code.statuses().split(", ").all(|status| matches!(status, "expired" | "failed"))
        });
        of_code || matches!(self.outcome, Some(EventOutcome::Missed | EventOutcome::Failed))
    }
}

/// Which actions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionFilter {
    /// The kind of action.
    pub kind: Option<Kind>,
    /// Where they stand.
    pub status: Option<Status>,
    /// Why they are not plainly done.
    pub code: Option<ReasonCode>,
    /// The events they belong to. Its `before_id` and `limit` count actions.
    pub event: EventFilter,
}

/// The conditions of an [`EventFilter`], `$2` to `$10`, on the columns of `event` under this prefix.
macro_rules! matches_filter {
    ($event:literal) => {
        concat!(
            "($2 IS NULL OR ",
            $event,
            "app = $2)
             AND ($3 IS NULL OR ",
            $event,
            "event = $3)
             AND ($4 IS NULL OR ",
            $event,
            "change = $4)
             AND ($5 IS NULL OR ",
            $event,
            "user_id = $5)
             AND ($6 IS NULL OR ",
            $event,
            "external_user_id = $6)
             AND ($7 IS NULL OR COALESCE(",
            $event,
            "state, '') = $7)
             AND ($8 IS NULL OR ",
            $event,
            "status = $8)
             AND ($9 IS NULL OR ",
            $event,
            "received_at_ms >= $9)
             AND ($10 IS NULL OR ",
            $event,
            "received_at_ms < $10)"
        )
    };
}
pub(in crate::store) use matches_filter;

/// The code of the action `a`. One that was recorded without any waits, is under way, or a version before the codes has
/// recorded its end, which shows as `other`.
macro_rules! code_of_action {
    () => {
        "COALESCE(a.code, CASE a.status WHEN 'pending' THEN 'waiting' WHEN 'running' THEN 'under_way'
                                        WHEN 'done' THEN CASE WHEN a.reason IS NOT NULL THEN 'other' END
                                        ELSE 'other' END)"
    };
}
pub(in crate::store) use code_of_action;

/// Binds `$1` (only ids below this one), the filter's conditions ([`matches_filter!`]) and `$11` (how many).
macro_rules! bind_filter {
    ($select:expr, $filter:expr, $limit:expr) => {{
        use $crate::store::{backend::fact, record::event::EventStatus};
        let filter: &$crate::store::read::filter::EventFilter = $filter;
        $select
            .bind(filter.before_id.unwrap_or(i64::MAX))
            .bind(filter.app.as_deref().map(fact))
            .bind(filter.event.as_deref().map(fact))
            .bind(filter.change.as_deref().map(fact))
            .bind(filter.user.as_deref().map(fact))
            .bind(filter.customer.as_deref().map(fact))
            .bind(filter.state.as_deref().map(fact))
            .bind(filter.status.map(EventStatus::as_str))
            .bind(filter.since_ms)
            .bind(filter.until_ms)
            .bind($limit)
    }};
}
pub(in crate::store) use bind_filter;
