//! Stores each event that WeCom delivers once, before the 200 is sent.
//!
//! A row is inserted already leased to the process that inserts it, which goes on with the event in memory, so neither
//! polling nor claiming stands between the commit and the welcome. The same event delivered again raises `deliveries`
//! and keeps the first time of arrival.

use std::{collections::HashMap, sync::Arc};

use sqlx::FromRow;

use super::event::{
    ClaimedEvent, EventLease, EventStatus, NewEvent, PLANNING_LEASE_MS, StoredEvent, bind_event,
    insert_events,
};
use crate::{
    action::Kinds,
    store::{
        Store,
        backend::{Backend, Batch, Error, Multirow, Result, Tx, on, padded, run},
    },
};

/// The event is in the record. Only a commit makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It came for the first time, and this process is to plan it.
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

/// What became of one delivery.
#[derive(Debug)]
pub(in crate::store) enum Delivery {
    First { id: i64 },
    Again { id: i64, deliveries: i64 },
}

impl Batch for Accept {
    type Request = NewEvent;
    type Reply = Delivery;
    type Answer = Accepted;

    async fn run(backend: &Backend, requests: &[NewEvent], again: bool) -> Result<Vec<Delivery>> {
        // Sorted, so that two writers lock in the same order and inserts land side by side.
        let mut order: Vec<usize> = (0..requests.len()).collect();
        order.sort_by(|a, b| requests[*a].key().cmp(&requests[*b].key()).then(a.cmp(b)));
        // One row for each event, with the number of its deliveries in this batch: a statement may meet a row once.
        let groups: Vec<&[usize]> = order.chunk_by(|a, b| requests[*a].key() == requests[*b].key()).collect();

        // One statement without BEGIN is its own transaction. On SQLite every further one is a hop to the driver's
        // thread and back.
        let mut tx = backend.single().await?.for_a_moment();
        let inserted = insert(&mut tx, requests, &groups).await?;
        tx.commit().await?;
        deliveries(requests, &groups, &inserted, again)
    }

    fn answer(request: NewEvent, delivery: Delivery) -> Accepted {
        match delivery {
            Delivery::Again { id, deliveries } => Accepted::Duplicate { event_id: id, deliveries },
            Delivery::First { id } => Accepted::New(ClaimedEvent {
                lease: EventLease { event_id: id, epoch: 1 },
                run: 0,
                only: Kinds::default(),
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

    /// Releases the event, so that the next sweep takes it and not only one after the lease has run out.
    async fn unclaimed(backend: &Backend, answer: Accepted) {
        if let Accepted::New(claimed) = answer {
            // If this fails, the lease runs out by itself.
            let _: Result<()> = release(backend, claimed.lease).await;
        }
    }
}

static INSERT: Multirow = insert_events!(
    own: ["lease_owner", "lease_until_ms"],
    fixed: "'received', 0, 0, '[]', 1",
    conflict: "DO UPDATE SET deliveries = event.deliveries + excluded.deliveries
               RETURNING id, create_time_s, digest, app, deliveries, status, lease_owner, lease_epoch, received_at_ms"
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

/// Inserts one row for each group of requests that are the same event, or counts its deliveries where it is there.
async fn insert(tx: &mut Tx, requests: &[NewEvent], groups: &[&[usize]]) -> Result<Vec<Inserted>> {
    let (text, places) = INSERT.text(tx, groups.len());
    on!(tx, "store events", |c| {
        let mut insert = sqlx::query_as::<_, Inserted>(text);
        for group in padded(groups, places) {
            let event = group.and_then(|group| group.first()).map(|first| &requests[*first]);
            insert = bind_event!(insert, event, group.map(|group| count(group)))
                .bind(event.map(|event| event.process.id()))
                .bind(event.map(|event| event.received_at_ms.saturating_add(PLANNING_LEASE_MS)));
        }
        insert.fetch_all(c)
    })
}

fn count(group: &[usize]) -> i64 {
    i64::try_from(group.len()).unwrap_or(i64::MAX)
}

/// What became of each request, read from the rows that the insert returned.
fn deliveries(
    requests: &[NewEvent],
    groups: &[&[usize]],
    inserted: &[Inserted],
    again: bool,
) -> Result<Vec<Delivery>> {
    let rows: HashMap<(i64, &[u8], &str), &Inserted> = inserted
        .iter()
        .map(|row| ((row.create_time_s, row.digest.as_slice(), row.app.as_str()), row))
        .collect();
    let mut deliveries: Vec<Option<Delivery>> = requests.iter().map(|_| None).collect();
    for group in groups {
        let first = &requests[group[0]];
        let Some(row) = rows.get(&first.key()) else { continue };
        let here = count(group);
        let is_new = row.deliveries == here || (again && row.is_of(first));
        for (nth, request) in (1..).zip(*group) {
            deliveries[*request] = Some(if is_new && nth == 1 {
                Delivery::First { id: row.id }
            } else {
                Delivery::Again { id: row.id, deliveries: row.deliveries - here + nth }
            });
        }
    }
    // The statement returns every row that it inserted or updated, so none can be missing.
    deliveries.into_iter().collect::<Option<_>>().ok_or_else(|| {
        Error::unreadable("event", "id", "that was inserted", "the database did not return it")
    })
}

impl Inserted {
    /// Whether an earlier try of this same request inserted the row, and only its answer got lost with the connection.
    fn is_of(&self, request: &NewEvent) -> bool {
        self.status == EventStatus::Received.as_str()
            && self.lease_epoch == 1
            && self.lease_owner == Some(request.process.id())
            && self.received_at_ms == request.received_at_ms
    }
}

/// Gives an event back unplanned.
async fn release(backend: &Backend, lease: EventLease) -> Result<()> {
    let mut tx = backend.single().await?;
    run!(tx, "release an event", |c| sqlx::query(
        "UPDATE event SET lease_owner = NULL, lease_until_ms = NULL
         WHERE id = $1 AND lease_epoch = $2 AND status = 'received'"
    )
    .bind(lease.event_id)
    .bind(lease.epoch)
    .execute(c))?;
    tx.commit().await
}
