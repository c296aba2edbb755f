//! Which events, which actions: the flags that the commands about the record share.

use clap::{Args, ValueEnum, builder::PossibleValue};

use super::{
    when::{self, When, Zone},
    words::arguments::Wrong,
};
use crate::{
    action::{Kind, ReasonCode, Status},
    store::{ActionFilter, EventFilter, EventOutcome, EventStatus, FateFilter},
};

/// Which events.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub(super) struct Which {
    /// Of this app
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Of this Event (or InfoType), like change_external_contact
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// Of this ChangeType, like add_external_contact
    #[arg(long, value_name = "CHANGE")]
    change: Option<String>,
    /// Of this employee, by userid
    #[arg(long, value_name = "USERID")]
    user: Option<String>,
    /// Of this customer, by external_userid
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// Of this channel; "" for events without one
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Received at or after: 2h, 7d, 2026-03-01, 2026-03-01T09:00:00+08:00
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    since: Option<When>,
    /// Received before
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    until: Option<When>,
    /// Only what has a smaller id: the last one of the page before
    #[arg(long, value_name = "ID")]
    before: Option<i64>,
}

/// Which events, by what became of them.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Became {
    /// With an action of this reason code, like no_rule (docs/REASONS.md)
    #[arg(long, value_name = "CODE", value_parser = code, help_heading = "Filters")]
    code: Option<ReasonCode>,
    /// Whose welcome ended so: welcomed, missed, failed or skipped
    #[arg(long, value_name = "OUTCOME", help_heading = "Filters", hide_possible_values = true)]
    outcome: Option<EventOutcome>,
    /// Whose welcome was that of this rule
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    rule: Option<String>,
}

impl Became {
    /// The filter.
    pub(super) fn filter(self) -> FateFilter {
        let Self { code, outcome, rule } = self;
        FateFilter { code, outcome, rule }
    }
}

impl ValueEnum for EventOutcome {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

/// Which of the actions that failed or expired.
#[derive(Debug, Args)]
pub(super) struct WentWrong {
    /// welcome, decide, tag, remark, notify or forward
    #[arg(long, value_name = "KIND", value_parser = kind, help_heading = "Filters")]
    kind: Option<Kind>,
    /// failed or expired; both if not given
    #[arg(long, value_name = "STATUS", value_parser = status, help_heading = "Filters")]
    status: Option<Status>,
    /// With this reason code, like untrusted_ip (docs/REASONS.md)
    #[arg(long, value_name = "CODE", value_parser = code, help_heading = "Filters")]
    code: Option<ReasonCode>,
    #[command(flatten)]
    which: Which,
}

impl WentWrong {
    /// Whether nothing at all is asked for.
    pub(super) fn is_everything(&self) -> bool {
        let Self { kind, status, code, which } = self;
        kind.is_none() && status.is_none() && code.is_none() && which.is_everything()
    }

    /// The filter for actions.
    pub(super) fn actions(&self, limit: Option<u32>, now: (i64, &Zone)) -> Result<ActionFilter, Wrong> {
        self.which.actions(self.kind, self.status, self.code, limit, now)
    }
}

impl ValueEnum for EventStatus {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(match self {
            Self::Received => "Stored, not planned yet",
            Self::Planned => "Planned, not everything done yet",
            Self::Settled => "Everything has come to its end",
        }))
    }
}

impl Which {
    /// Whether nothing at all is asked for: then it means everything.
    pub(super) fn is_everything(&self) -> bool {
        let Self { app, event, change, user, customer, state, since, until, before } = self;
        [app, event, change, user, customer, state].iter().all(|text| text.is_none())
            && since.is_none()
            && until.is_none()
            && before.is_none()
    }

    /// The filter for events; `limit` as the store counts it, times as now and the reader's zone make them.
    pub(super) fn events(
        &self,
        status: Option<EventStatus>,
        limit: Option<u32>,
        now: (i64, &Zone),
    ) -> Result<EventFilter, Wrong> {
        let (since_ms, until_ms) = when::span(self.since, self.until, now)?;
        Ok(EventFilter {
            app: self.app.clone(),
            event: self.event.clone(),
            change: self.change.clone(),
            user: self.user.clone(),
            customer: self.customer.clone(),
            state: self.state.clone(),
            status,
            since_ms,
            until_ms,
            before_id: self.before,
            limit,
        })
    }

    /// The filter for actions.
    pub(super) fn actions(
        &self,
        kind: Option<Kind>,
        status: Option<Status>,
        code: Option<ReasonCode>,
        limit: Option<u32>,
        now: (i64, &Zone),
    ) -> Result<ActionFilter, Wrong> {
        Ok(ActionFilter { kind, status, code, event: self.events(None, limit, now)? })
    }
}

/// Holds that ids were given or filters, not both and not neither.
pub(super) fn ids_or_filters(command: &'static str, ids: &[i64], filtered: bool) -> Result<(), Wrong> {
    match (ids.is_empty(), filtered) {
        (false, true) => Err(Wrong::IdsAndFilters { command }),
        (true, false) => Err(Wrong::NeitherIdsNorFilters { command }),
        (true, true) | (false, false) => Ok(()),
    }
}

/// Reads a kind of action.
pub(super) fn kind(name: &str) -> Result<Kind, Wrong> {
    name.parse().map_err(|_| Wrong::NoKind)
}

/// Reads a reason code.
pub(super) fn code(name: &str) -> Result<ReasonCode, Wrong> {
    name.parse().map_err(|_| Wrong::NoCode)
}

/// Reads a status of an action.
pub(super) fn status(name: &str) -> Result<Status, Wrong> {
    name.parse().map_err(|_| Wrong::NoStatus)
}
