//! What was done, counted: adds, welcomes, tags and losses by day, hour, channel, employee, rule or app.
//!
//! What each figure counts is defined here, and said to people in [`stats`](crate::stats):
//! - An *add* is an `add_external_contact` or `add_half_external_contact`. The `add_external_contact` by which an employee
//!   confirms a half add is none of its own.
//! - How welcomes and tags ended is counted for those events and for `msg_audit_approved`, by which WeCom sends the code of a
//!   customer who had to agree to archiving first. The welcome that counts is the one that lists of events show.
//! - A *loss* is a `del_follow_user`. It counts for the channel and the rule of the last add of its pair, of the same app, whenever
//!   that was; for the day, the employee and the app of its own. A deletion by a handover is none.
//!
//! Everything counts when it happened, by WeCom's clock, so that days agree with WeCom's own statistics. Events that have been
//! pruned have left their sums (`operator/past.rs`), to the quarter of an hour in which they happened.

mod offsets;
pub(in crate::store) mod sql;

use std::{fmt, str::FromStr};

use jiff::tz::TimeZone;
use serde::Serialize;
use sqlx::AssertSqlSafe;

use crate::{
    action::UnknownName,
    store::{
        Store,
        backend::{Error, Result, fact, on, row},
        record::event::AHEAD_MS_MAX,
    },
};
use offsets::Offsets;

/// How many keys are counted at most, those with the most adds: the hours of eleven years.
pub const KEYS_MAX: usize = 100_000;

/// An hour, as days and hours are put in order.
const HOUR_MS: i64 = 3_600_000;

/// By what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The day, in the time zone that people read.
    Day,
    /// The hour of a day.
    Hour,
    /// The channel.
    State,
    /// The employee.
    User,
    /// The rule whose welcome it was.
    Rule,
    /// The app.
    App,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Day, Self::Hour, Self::State, Self::User, Self::Rule, Self::App];

    /// The name on the command line and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::State => "state",
            Self::User => "user",
            Self::Rule => "rule",
            Self::App => "app",
        }
    }

    /// Whether its keys are times, which have an order of their own.
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Hour)
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for By {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let unknown = UnknownName::new("thing to count by", "day, hour, state, user, rule or app");
        Self::ALL.into_iter().find(|by| by.as_str() == name).ok_or(unknown)
    }
}

/// What is to be counted.
#[derive(Clone, Debug)]
pub struct StatsFilter {
    /// By what.
    pub by: By,
    /// What happened at this instant or later.
    pub since_ms: Option<i64>,
    /// What happened before this instant.
    pub until_ms: Option<i64>,
    /// Only of this app.
    pub app: Option<String>,
    /// The zone whose days and hours are meant.
    pub zone: TimeZone,
}

/// What was counted for one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatsRow {
    /// The day (`2026-03-01`), the hour (`2026-03-01T09:00:00+08:00`), the State, the employee's userid, the rule's name, the app.
    /// Empty for what has none.
    pub key: String,
    /// Customers who added an employee.
    pub adds: i64,
    /// Of whom the welcome was sent, by us or by another.
    pub welcomed: i64,
    /// Of whom it was not, because its 20 seconds were over.
    pub missed: i64,
    /// Adds that came without a welcome code.
    pub no_code: i64,
    /// Adds for which no rule has a welcome.
    pub no_rule: i64,
    /// Events of which the tags were set.
    pub tagged: i64,
    /// Events of which they were not, and are not tried again.
    pub tags_failed: i64,
    /// Customers who deleted an employee.
    pub lost: i64,
    /// Customers whom an employee deleted.
    pub deleted_by_employee: i64,
    /// Adds less both.
    pub net: i64,
    /// How long our welcomes took, from the first receipt of the event to WeCom's answer.
    pub welcome_ms: Percentiles,
}

/// Percentiles of a time in milliseconds, each one that was measured (nearest rank); none where nothing was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Percentiles {
    /// Half took no longer.
    pub p50: Option<i64>,
    /// Nine of ten took no longer.
    pub p90: Option<i64>,
    /// 99 of a hundred took no longer.
    pub p99: Option<i64>,
}

row! {
    struct CountedRow {
        key: String,
        adds: i64,
        welcomed: i64,
        missed: i64,
        no_code: i64,
        no_rule: i64,
        tagged: i64,
        tags_failed: i64,
        lost: i64,
        deleted_by_employee: i64,
        p50: Option<i64>,
        p90: Option<i64>,
        p99: Option<i64>,
    }
}

impl Store {
    /// What was done, counted: days and hours in their order, everything else by its adds, the most first. A key of which
    /// there is nothing to count has no row.
    pub async fn stats(&self, filter: &StatsFilter) -> Result<Vec<StatsRow>> {
        let (since_ms, until_ms) = (filter.since_ms.unwrap_or(i64::MIN), filter.until_ms.unwrap_or(i64::MAX));
        let mut tx = self.backend().read().await?.for_a_search();
        let offsets = if filter.by.is_time() {
            // How far the record goes; beyond it no change of the clocks matters.
            let (last_ms,) = on!(tx, "find the newest event", |c| sqlx::query_as::<_, (Option<i64>,)>(
                "SELECT max(at_ms) FROM (SELECT max(received_at_ms) AS at_ms FROM event
                                         UNION ALL SELECT max(quarter_ms) FROM past_sum) newest"
            )
            .fetch_one(c))?;
            let end_ms = last_ms.unwrap_or(0).saturating_add(AHEAD_MS_MAX);
            Offsets::between(&filter.zone, since_ms, until_ms.min(end_ms))
        } else {
            Offsets::none()
        };
        let text = sql::text(filter.by, &offsets, tx.is_postgres());
        let mut rows = on!(tx, "count what was done", |c| sqlx::query_as::<_, CountedRow>(AssertSqlSafe(
            text.as_str()
        ))
        .bind(since_ms.saturating_sub(AHEAD_MS_MAX))
        .bind(since_ms)
        .bind(until_ms)
        .bind(filter.app.as_deref().map(fact))
        .bind(i64::try_from(KEYS_MAX).unwrap_or(i64::MAX))
        // A text for each stretch of a zone: not one to keep.
        .persistent(false)
        .fetch_all(c))?;
        tx.commit().await?;
        if filter.by.is_time() {
            rows.sort_by_key(|row| {
                row.time().map(|(number, offset_ms)| (number * HOUR_MS - offset_ms, offset_ms))
            });
        }
        rows.into_iter().map(|row| row.named(filter.by)).collect()
    }
}

impl CountedRow {
    /// The number of the day or hour, and of the latter the zone's offset, by which two hours of one name differ.
    fn time(&self) -> Option<(i64, i64)> {
        let (number, offset_ms) = self.key.split_once(' ').unwrap_or((&self.key, "0"));
        Some((number.parse().ok()?, offset_ms.parse().ok()?))
    }

    fn named(self, by: By) -> Result<StatsRow> {
        let key = match by {
            By::Day => self.time().and_then(|(day, _)| offsets::day(day)),
            By::Hour => self.time().and_then(|(hour, offset_ms)| offsets::hour(hour, offset_ms)),
            By::State | By::User | By::Rule | By::App => Some(self.key.clone()),
        };
        let Some(key) = key else {
            return Err(Error::unreadable("event", "happened_at_ms", &self.key, "it is no time"));
        };
        // Two processes' clocks may differ by more than a welcome takes.
        let time = |ms: Option<i64>| ms.map(|ms| ms.max(0));
        Ok(StatsRow {
            key,
            adds: self.adds,
            welcomed: self.welcomed,
            missed: self.missed,
            no_code: self.no_code,
            no_rule: self.no_rule,
            tagged: self.tagged,
            tags_failed: self.tags_failed,
            lost: self.lost,
            deleted_by_employee: self.deleted_by_employee,
            net: self.adds - self.lost - self.deleted_by_employee,
            welcome_ms: Percentiles { p50: time(self.p50), p90: time(self.p90), p99: time(self.p99) },
        })
    }
}
