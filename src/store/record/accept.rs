//! Stores what WeCom delivers, once: the stage between a parsed event and the 200.
//!
//! A row is inserted already leased to the process that inserts it, which goes on with the event in memory: no poll
//! and no claim stand between the commit and the welcome. The same event delivered again raises `deliveries` and
//! keeps the first's time.

use std::{collections::HashMap, fmt, sync::Arc};

use sqlx::FromRow;

use crate::{
    event::{Event, Identity},
    store::{
        Store,
        backend::{Backend, Batch, Error, Multirow, Result, make_fact, on, padded, run},
        processes::ProcessId,
    },
};

/// How long a process may take to plan an event before another is given it. Planning takes milliseconds, a look-up
/// of the customer at most a few seconds; and if the one who has it hangs, half of the welcome's 20 seconds are left.
pub(in crate::store) const PLANNING_LEASE_MS: i64 = 10_000;

/// An event to be stored. What is copied out of the payload is there to be searched for, and is cut at 512 bytes;
/// the payload is kept byte for byte.
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
    /// The employee.
    pub user_id: Option<String>,
    /// The customer.
    pub external_user_id: Option<String>,
    /// The channel.
    pub state: Option<String>,
    /// When it happened, by WeCom's clock; our receipt where WeCom does not say.
    pub happened_at_ms: i64,
    /// When it arrived here.
    pub received_at_ms: i64,
    /// Who takes the lease.
    pub process: ProcessId,
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
            happened_at_ms: event
                .create_time_s()
                .and_then(|s| s.checked_mul(1_000))
                .unwrap_or(received_at_ms),
            received_at_ms,
            process,
        };
        new.cut();
        new
    }

    /// One that came from an export: nobody's to plan.
    pub(in crate::store) fn imported(
        app: &str,
        payload: Vec<u8>,
        event: &Event,
        received_at_ms: i64,
    ) -> Self {
        Self::of(app, payload, event, received_at_ms, ProcessId::nobody())
    }

    /// Makes the facts such that both databases keep them.
    fn cut(&mut self) {
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

    fn key(&self) -> (i64, &[u8], &str) {
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

/// What of a stored event is needed to plan and perform it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its id in the record.
    pub id: i64,
    /// The app whose callback it came to.
    pub app: String,
    /// The corp, where the event names one.
    pub corp_id: Option<String>,
    /// The employee.
    pub user_id: Option<String>,
    /// The customer.
    pub external_user_id: Option<String>,
    /// When it happened, by WeCom's clock.
    pub happened_at_ms: i64,
    /// When it first arrived here.
    pub received_at_ms: i64,
    /// The decrypted message, byte for byte.
    pub payload: Vec<u8>,
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
    /// The event.
    pub event_id: i64,
    /// Which lease of this event it is.
    pub epoch: i64,
}

/// An event that this process is to plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedEvent {
    /// The right to do so.
    pub lease: EventLease,
    /// Which plan of this event it is: 0 the first, more are replays.
    pub run: i64,
    /// The event.
    pub event: Arc<StoredEvent>,
}

/// The event is in the record. Only a commit makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// For the first time: it is this process's to plan.
    New(ClaimedEvent),
    /// It had been delivered before.
    Duplicate {
        /// The event's id.
        event_id: i64,
        /// How often it has been delivered by now.
        deliveries: i64,
    },
}

impl Store {
    /// Stores the event once. It is durable when this returns, and not before.
    pub async fn accept(&self, mut event: NewEvent) -> Result<Accepted> {
        event.cut();
        self.0.accepts.call(event).await
    }
}

/// The batches of [`Store::accept`].
#[derive(Debug)]
pub(in crate::store) struct Accept;

/// One statement, so that it is its own transaction: on SQLite every further one is a hop to the driver's thread.
static INSERT: Multirow = Multirow::new(
    &[
        "app",
        "create_time_s",
        "digest",
        "corp_id",
        "event",
        "change",
        "user_id",
        "external_user_id",
        "state",
        "happened_at_ms",
        "received_at_ms",
        "deliveries",
        "lease_owner",
        "lease_until_ms",
        "payload",
    ],
    "INSERT INTO event (app, create_time_s, digest, corp_id, event, change, user_id, external_user_id, state,
                        happened_at_ms, received_at_ms, deliveries, lease_owner, lease_until_ms, payload,
                        status, run, unfinished, rules, lease_epoch)
     SELECT app, create_time_s, digest, corp_id, event, change, user_id, external_user_id, state,
            happened_at_ms, received_at_ms, deliveries, lease_owner, lease_until_ms, payload,
            'received', 0, 0, '[]', 1
     FROM v WHERE app IS NOT NULL
     ON CONFLICT (app, create_time_s, digest) DO UPDATE SET deliveries = event.deliveries + excluded.deliveries
     RETURNING id, create_time_s, digest, app, deliveries, status, lease_owner, lease_epoch, received_at_ms",
);

#[derive(FromRow)]
struct Inserted {
    id: i64,
    create_time_s: i64,
    digest: Vec<u8>,
    app: String,
    deliveries: i64,
    status: String,
    lease_owner: Option<i64>,
    lease_epoch: i64,
    received_at_ms: i64,
}

/// What became of one delivery.
#[derive(Debug)]
pub(in crate::store) enum Stored {
    New { id: i64 },
    Again { id: i64, deliveries: i64 },
}

impl Batch for Accept {
    type Request = NewEvent;
    type Said = Stored;
    type Answer = Accepted;

    async fn run(backend: &Backend, requests: &[NewEvent], again: bool) -> Result<Vec<Stored>> {
        // One row for each event, with the number of its deliveries in this batch: a statement may meet a row once.
        // Sorted, so that two writers lock in the same order and inserts land side by side.
        let mut order: Vec<usize> = (0..requests.len()).collect();
        order.sort_by(|a, b| requests[*a].key().cmp(&requests[*b].key()).then(a.cmp(b)));
        let groups: Vec<&[usize]> = order.chunk_by(|a, b| requests[*a].key() == requests[*b].key()).collect();

        let mut tx = backend.single().await?;
        let (text, places) = INSERT.text(&tx, groups.len());
        let inserted = on!(tx, "store events", |c| {
            let mut insert = sqlx::query_as::<_, Inserted>(text);
            for group in padded(&groups, places) {
                let event = group.and_then(|group| group.first()).map(|first| &requests[*first]);
                insert = insert
                    .bind(event.map(|event| event.app.as_str()))
                    .bind(event.map(|event| event.identity.create_time_s))
                    .bind(event.map(|event| event.identity.digest.as_slice()))
                    .bind(event.and_then(|event| event.corp_id.as_deref()))
                    .bind(event.map(|event| event.event.as_str()))
                    .bind(event.and_then(|event| event.change.as_deref()))
                    .bind(event.and_then(|event| event.user_id.as_deref()))
                    .bind(event.and_then(|event| event.external_user_id.as_deref()))
                    .bind(event.and_then(|event| event.state.as_deref()))
                    .bind(event.map(|event| event.happened_at_ms))
                    .bind(event.map(|event| event.received_at_ms))
                    .bind(group.map(|group| i64::try_from(group.len()).unwrap_or(i64::MAX)))
                    .bind(event.map(|event| event.process.id()))
                    .bind(event.map(|event| event.received_at_ms.saturating_add(PLANNING_LEASE_MS)))
                    .bind(event.map(|event| event.payload.as_slice()));
            }
            insert.fetch_all(c)
        })?;
        tx.commit().await?;

        let rows: HashMap<(i64, &[u8], &str), &Inserted> = inserted
            .iter()
            .map(|row| ((row.create_time_s, row.digest.as_slice(), row.app.as_str()), row))
            .collect();
        let mut said: Vec<Option<Stored>> = requests.iter().map(|_| None).collect();
        for group in groups {
            let first = &requests[group[0]];
            let Some(row) = rows.get(&first.key()) else { continue };
            let here = i64::try_from(group.len()).unwrap_or(i64::MAX);
            // An insert whose answer got lost with the connection is met again here: the row is ours all the same.
            let ours_already = again
                && row.status == "received"
                && row.lease_epoch == 1
                && row.lease_owner == Some(first.process.id())
                && row.received_at_ms == first.received_at_ms;
            let new = row.deliveries == here || ours_already;
            for (nth, request) in (1..).zip(group) {
                said[*request] = Some(if new && nth == 1 {
                    Stored::New { id: row.id }
                } else {
                    Stored::Again { id: row.id, deliveries: row.deliveries - here + nth }
                });
            }
        }
        // Every row that was asked for is returned by the statement, new or not.
        said.into_iter().collect::<Option<_>>().ok_or(Error::Unreadable {
            table: "event",
            row: 0,
            what: "the database did not tell what became of a row".into(),
        })
    }

    fn answer(request: NewEvent, said: Stored) -> Accepted {
        match said {
            Stored::Again { id, deliveries } => Accepted::Duplicate { event_id: id, deliveries },
            Stored::New { id } => Accepted::New(ClaimedEvent {
                lease: EventLease { event_id: id, epoch: 1 },
                run: 0,
                event: Arc::new(StoredEvent {
                    id,
                    app: request.app,
                    corp_id: request.corp_id,
                    user_id: request.user_id,
                    external_user_id: request.external_user_id,
                    happened_at_ms: request.happened_at_ms,
                    received_at_ms: request.received_at_ms,
                    payload: request.payload,
                }),
            }),
        }
    }

    /// Its caller has gone, so nobody plans the event: the next sweep takes it, and not only when the lease is over.
    async fn unclaimed(backend: &Backend, answer: Accepted) {
        if let Accepted::New(claimed) = answer {
            let release = async {
                let mut tx = backend.single().await?;
                run!(tx, "release an event", |c| sqlx::query(
                    "UPDATE event SET lease_owner = NULL, lease_until_ms = NULL
                     WHERE id = $1 AND lease_epoch = $2 AND status = 'received'"
                )
                .bind(claimed.lease.event_id)
                .bind(claimed.lease.epoch)
                .execute(c))?;
                tx.commit().await
            };
            // If this fails the lease runs out by itself.
            let _: Result<()> = release.await;
        }
    }
}
