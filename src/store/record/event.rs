//! A stored event: what is stored of it, what a process gets that is to plan it, and the columns that every statement
//! which inserts events has in common.

use std::{fmt, str::FromStr, sync::Arc};

use serde::Serialize;

use crate::{
    action::{Kinds, UnknownName},
    store::{
        backend::{Error, Result, make_fact, row},
        processes::ProcessId,
    },
};
use wecom_core::event::{Event, Identity};

/// How long a process may take to plan an event before another is given it. Planning takes milliseconds, and a look-up of
/// the customer a few seconds at most; if the process hangs, half of the welcome's 20 seconds are left for the next.
pub(in crate::store) const PLANNING_LEASE_MS: i64 = 10_000;

/// Where an event stands, by the names of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventStatus {
    /// Stored, and not planned yet in its latest run.
    Received,
    /// Planned, and some of its actions have not ended.
    Planned,
    /// Planned, and all of its actions have ended.
    Settled,
}

impl EventStatus {
    /// Every status, in the order in which an event goes through them.
    pub const ALL: [Self; 3] = [Self::Received, Self::Planned, Self::Settled];

    /// The name in the record, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Planned => "planned",
            Self::Settled => "settled",
        }
    }
}

impl fmt::Display for EventStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventStatus {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let unknown = UnknownName::new("status of an event", "received, planned or settled");
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or(unknown)
    }
}

/// An event to be stored. What is copied out of the payload is there to be searched by, and is cut at 512 bytes; the
/// payload is kept byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The app whose callback it came to.
    pub app: String,
    /// What makes two deliveries the same event.
    pub identity: Identity,
    /// The decrypted message.
    pub payload: Vec<u8>,
    /// The corp, where the event names one.
    pub corp_id: Option<String>,
    /// `Event` or `InfoType`; empty if none.
    pub event: String,
    /// `ChangeType`.
    pub change: Option<String>,
    /// The employee's userid.
    pub user_id: Option<String>,
    /// The customer's external_userid.
    pub external_user_id: Option<String>,
    /// The channel that the customer came by.
    pub state: Option<String>,
    /// When it happened, by WeCom's clock; when it arrived, where WeCom does not say.
    pub happened_at_ms: i64,
    /// When it arrived here.
    pub received_at_ms: i64,
    /// The process that takes the lease.
    pub process: ProcessId,
}

/// An event that is said to have happened so long after it arrived has a wrong time. Two clocks may differ by hours, of
/// which one was set to the wrong zone.
pub(in crate::store) const AHEAD_MS_MAX: i64 = 24 * 60 * 60 * 1_000;

/// When an event happened: at WeCom's time, or when it arrived where that is none or cannot be right.
pub(in crate::store) fn happened_at(create_time_ms: Option<i64>, received_at_ms: i64) -> i64 {
    let is_plausible = |at_ms: &i64| at_ms.saturating_sub(received_at_ms) <= AHEAD_MS_MAX && *at_ms > 0;
    create_time_ms.filter(is_plausible).unwrap_or(received_at_ms)
}

impl NewEvent {
    /// The event that was read from this plaintext.
    pub fn of(app: &str, plaintext: Vec<u8>, event: &Event, received_at_ms: i64, process: ProcessId) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut new = Self {
            app: app.to_owned(),
            identity: Identity::of(&plaintext, event),
            payload: plaintext,
            corp_id: owned(event.corp_id()),
            event: event.event().to_owned(),
            change: owned(event.change()),
            user_id: owned(event.user_id()),
            external_user_id: owned(event.external_user_id()),
            state: owned(event.state()),
            happened_at_ms: happened_at(
                event.create_time_s().map(|seconds| seconds.saturating_mul(1_000)),
                received_at_ms,
            ),
            received_at_ms,
            process,
        };
        new.cut();
        new
    }

    /// An event that came from an export. No process is to plan it.
    pub(in crate::store) fn imported(
        app: &str,
        payload: Vec<u8>,
        event: &Event,
        received_at_ms: i64,
    ) -> Self {
        Self::of(app, payload, event, received_at_ms, ProcessId::nobody())
    }

    /// Cuts the texts that are searched by to what both databases can index.
    pub(in crate::store) fn cut(&mut self) {
        make_fact(&mut self.app);
        make_fact(&mut self.event);
        for text in [
            &mut self.corp_id,
            &mut self.change,
            &mut self.user_id,
            &mut self.external_user_id,
            &mut self.state,
        ] {
            text.as_mut().map(make_fact).unwrap_or_default();
        }
    }

    /// The values by which the table recognises a second delivery of one event.
    pub(in crate::store) fn key(&self) -> (i64, &[u8], &str) {
        (self.identity.create_time_s, &self.identity.digest, &self.app)
    }
}

impl fmt::Debug for NewEvent {
    /// Without the payload, which holds the welcome code and may hold a customer's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEvent")
            .field("app", &self.app)
            .field("event", &self.event)
            .field("change", &self.change)
            .field("received_at_ms", &self.received_at_ms)
            .finish_non_exhaustive()
    }
}

row! {
    /// What of a stored event is needed to plan and perform it.
    #[derive(Clone, PartialEq, Eq)]
    pub struct StoredEvent {
        /// Its id in the record.
        pub id: i64,
        /// The app whose callback it came to.
        pub app: String,
        /// The corp, where the event names one.
        pub corp_id: Option<String>,
        /// The employee's userid.
        pub user_id: Option<String>,
        /// The customer's external_userid.
        pub external_user_id: Option<String>,
        /// When it happened, by WeCom's clock.
        pub happened_at_ms: i64,
        /// When it first arrived here.
        pub received_at_ms: i64,
        /// The decrypted message, byte for byte.
        pub payload: Vec<u8>,
    }
}

impl fmt::Debug for StoredEvent {
    /// Without the payload, which holds the welcome code and may hold a customer's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredEvent")
            .field("id", &self.id)
            .field("app", &self.app)
            .field("received_at_ms", &self.received_at_ms)
            .finish_non_exhaustive()
    }
}

/// The right to plan an event. Valid while the row's epoch is this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventLease {
    /// The event's id.
    pub event_id: i64,
    /// Which lease of this event it is.
    pub epoch: i64,
}

/// An event that this process is to plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedEvent {
    /// The right to plan it.
    pub lease: EventLease,
    /// Which plan of this event it is: 0 the first, more are replays.
    pub run: i64,
    /// The kinds of action to which this replay is limited.
    pub only: Kinds,
    /// What is to be planned.
    pub event: Arc<StoredEvent>,
}

row! {
    /// The row of an event that has just been leased, with the columns of [`claimed_event_columns!`].
    pub(in crate::store) struct ClaimedEventRow {
        run: i64,
        lease_epoch: i64,
        only_kinds: Option<String>,
        ..event: StoredEvent,
    }
}

impl ClaimedEventRow {
    pub(in crate::store) fn claimed(self) -> Result<ClaimedEvent> {
        let Self { run, lease_epoch, only_kinds, event } = self;
        let only = only_kinds
            .as_deref()
            .map_or(Ok(Kinds::default()), Kinds::from_text)
            .map_err(|error| Error::unreadable("event", "only_kinds", event.id, error))?;
        let lease = EventLease { event_id: event.id, epoch: lease_epoch };
        Ok(ClaimedEvent { lease, run, only, event: Arc::new(event) })
    }
}

/// What a statement that leases events returns of each.
macro_rules! claimed_event_columns {
    () => {
        "id, run, lease_epoch, only_kinds, app, corp_id, user_id, external_user_id, happened_at_ms, received_at_ms, payload"
    };
}
pub(in crate::store) use claimed_event_columns;

/// A statement that inserts events, unless they are there. The columns that every event comes with stand here and nowhere
/// else; `own` are further ones of the statement, `fixed` names columns that have one value for all rows, `only` says which
/// rows are inserted, and `conflict` what becomes of an event that is there already. [`bind_event!`] binds the values.
macro_rules! insert_events {
    (own: [$($own:literal),*], fixed: $fixed:literal = $values:literal, only: $only:literal, conflict: $conflict:literal) => {
        insert_events!(
            @columns [
                "app", "create_time_s", "digest", "corp_id", "event", "change", "user_id", "external_user_id", "state",
                "happened_at_ms", "received_at_ms", "payload", "deliveries", $($own),*
            ],
            $fixed, $values, $only, $conflict
        )
    };
    (@columns [$($column:literal),*], $fixed:literal, $values:literal, $only:literal, $conflict:literal) => {
        $crate::store::backend::Multirow::new(
            &[$($column),*],
            concat!(
                "INSERT INTO event (", $($column, ", ",)* $fixed, ")
                 SELECT ", $($column, ", ",)* $values, " FROM v WHERE app IS NOT NULL ", $only, "
                 ON CONFLICT (app, create_time_s, digest) ", $conflict
            ),
        )
    };
}
pub(in crate::store) use insert_events;

/// Binds the columns that every event comes with, in the order of [`insert_events!`]. The statement's own follow.
macro_rules! bind_event {
    ($insert:expr, $event:expr, $deliveries:expr) => {
        $insert
            .bind($event.map(|event| event.app.as_str()))
            .bind($event.map(|event| event.identity.create_time_s))
            .bind($event.map(|event| event.identity.digest.as_slice()))
            .bind($event.and_then(|event| event.corp_id.as_deref()))
            .bind($event.map(|event| event.event.as_str()))
            .bind($event.and_then(|event| event.change.as_deref()))
            .bind($event.and_then(|event| event.user_id.as_deref()))
            .bind($event.and_then(|event| event.external_user_id.as_deref()))
            .bind($event.and_then(|event| event.state.as_deref()))
            .bind($event.map(|event| event.happened_at_ms))
            .bind($event.map(|event| event.received_at_ms))
            .bind($event.map(|event| event.payload.as_slice()))
            .bind($deliveries)
    };
}
pub(in crate::store) use bind_event;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_without_a_time_that_can_be_right_happened_when_it_arrived() {
        const RECEIVED_MS: i64 = 1_733_900_461_210;
        let of = |time: &str| {
            let xml =
                format!("<xml><Event>change_external_contact</Event><CreateTime>{time}</CreateTime></xml>");
            let event = Event::from_payload(xml.as_bytes());
            NewEvent::of("default", xml.into_bytes(), &event, RECEIVED_MS, ProcessId::nobody()).happened_at_ms
        };
        for wrong in [
            "1733900461000",
            "9811170016713",
            "0",
            "-5",
            "1",
            "1734900461",
            "9999999999",
            "x",
            "100000000000000000000",
        ] {
            assert_eq!(of(wrong), RECEIVED_MS, "{wrong}");
        }
        for (time, at_ms) in [
            ("1733900461", 1_733_900_461_000),
            ("1733904061", 1_733_904_061_000),
            ("1600000000", 1_600_000_000_000),
        ] {
            assert_eq!(of(time), at_ms, "an old record, or a clock an hour ahead");
        }
    }
}
