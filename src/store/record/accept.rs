//! Stores each event that WeCom delivers once, before the 200 is sent.
//!
//! Where the rules could decide without asking anybody, the event's plan comes with it: event, plan and actions are one
//! transaction, and the leases of the actions are this process's. An event without a plan is inserted already leased to the
//! process that inserts it, which goes on with it in memory. So neither polling nor claiming stands between the commit and
//! the welcome. The same event delivered again raises `deliveries` and keeps the first time of arrival; whatever plan it
//! came with is dropped. One that has been pruned or forgotten a short time ago is known by its identity, and stays away.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use super::{
    event::{
        ClaimedEvent, EventLease, EventStatus, NewEvent, PLANNING_LEASE_MS, StoredEvent, bind_event,
        insert_events,
    },
    gone::{Key, gone},
    lease::{self, Claimed},
    new_plan::{ActionIds, ActionsOf, NewPlan, insert_actions, rules_to_json, unfinished},
};
use crate::{
    action::Kinds,
    store::{
        Store,
        backend::{Backend, Batch, Error, GivenIds as _, Multirow, Result, Tx, on, padded, row, run},
    },
};

/// The event is in the record. Only a commit makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It came for the first time, and this process is to plan it.
    New(ClaimedEvent),
    /// It came for the first time, and its plan is in the record with it.
    Planned {
        /// The event as it stands in the record.
        event: Arc<StoredEvent>,
        /// What this process is to perform, in this order.
        actions: Vec<Claimed>,
    },
    /// It had been delivered before.
    Duplicate {
        /// The event's id.
        event_id: i64,
        /// How often it has been delivered by now.
        deliveries: i64,
    },
    /// It had been delivered before, and has been pruned or forgotten since: nothing is stored again.
    Gone,
}

impl Store {
    /// Stores the event once, to be planned. It is durable when this returns, and not before.
    pub async fn accept(&self, event: NewEvent) -> Result<Accepted> {
        self.arrive(event, None).await
    }

    /// Stores the event once, and if it is new its plan with it. Both are durable when this returns, and not before. A plan
    /// that the database refuses costs the event nothing: it is stored all the same, to be planned.
    pub async fn accept_planned(&self, event: NewEvent, plan: NewPlan) -> Result<Accepted> {
        self.arrive(event, Some(plan)).await
    }

    async fn arrive(&self, mut event: NewEvent, plan: Option<NewPlan>) -> Result<Accepted> {
        event.cut();
        let term = self.standing().term();
        let mut accepted = self.0.accepts.call(Arrival { event, plan }).await?;
        if let Accepted::Planned { actions, .. } = &mut accepted {
            for claimed in actions {
                claimed.term = term;
            }
        }
        Ok(accepted)
    }
}

/// An event that arrives, with its plan where the rules could decide at once.
#[derive(Clone, Debug)]
pub(in crate::store) struct Arrival {
    event: NewEvent,
    plan: Option<NewPlan>,
}

/// The batches of [`Store::accept`] and [`Store::accept_planned`].
#[derive(Debug)]
pub(in crate::store) struct Accept;

/// What became of one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Delivery {
    /// `planned` holds the ids of its actions where its plan is stored.
    First {
        id: i64,
        planned: Option<ActionIds>,
    },
    Again {
        id: i64,
        deliveries: i64,
    },
    Gone,
}

impl Batch for Accept {
    type Request = Arrival;
    type Reply = Delivery;
    type Answer = Accepted;

    async fn run(backend: &Backend, requests: &[Arrival], again: bool) -> Result<Vec<Delivery>> {
        match (store(backend, requests, again).await, requests) {
            (Err(error), [Arrival { event, plan: Some(_) }]) if error.concerns_rows() => {
                let unplanned = Arrival { event: event.clone(), plan: None };
                store(backend, &[unplanned], again).await
            }
            (stored, _) => stored,
        }
    }

    fn answer(Arrival { event, plan }: Arrival, delivery: Delivery) -> Accepted {
        let (id, planned) = match delivery {
            Delivery::First { id, planned } => (id, planned),
            Delivery::Again { id, deliveries } => return Accepted::Duplicate { event_id: id, deliveries },
            Delivery::Gone => return Accepted::Gone,
        };
        let event = Arc::new(StoredEvent {
            id,
            app: event.app,
            corp_id: event.corp_id,
            user_id: event.user_id,
            external_user_id: event.external_user_id,
            happened_at_ms: event.happened_at_ms,
            received_at_ms: event.received_at_ms,
            payload: event.payload,
        });
        match (planned, plan) {
            (Some(ids), Some(plan)) => Accepted::Planned { actions: plan.claimed(&ids, &event, 0), event },
            _ => Accepted::New(ClaimedEvent {
                lease: EventLease { event_id: id, epoch: 1 },
                run: 0,
                only: Kinds::default(),
                event,
            }),
        }
    }

    /// Releases the event or its actions, so that the next sweep takes them and not only one after the lease has run out.
    async fn unclaimed(backend: &Backend, answer: Accepted) {
        // Where this fails, the lease runs out by itself.
        match answer {
            Accepted::New(claimed) => drop(release(backend, claimed.lease).await),
            Accepted::Planned { actions, .. } => {
                for claimed in actions {
                    drop(lease::release(backend, claimed.action_id, claimed.epoch).await);
                }
            }
            Accepted::Duplicate { .. } | Accepted::Gone => {}
        }
    }
}

/// Stores all of them, or counts their deliveries, in one transaction.
async fn store(backend: &Backend, requests: &[Arrival], again: bool) -> Result<Vec<Delivery>> {
    // Sorted, so that two writers lock in the same order and inserts land side by side.
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by(|a, b| requests[*a].event.key().cmp(&requests[*b].event.key()).then(a.cmp(b)));
    // One row for each event, with the number of its deliveries in this batch: a statement may meet a row once.
    let groups: Vec<&[usize]> =
        order.chunk_by(|a, b| requests[*a].event.key() == requests[*b].event.key()).collect();
    let has_actions = groups.iter().any(|group| requests[group[0]].has_actions());

    // One statement without BEGIN is its own transaction. On SQLite every further one is a hop to the driver's thread and
    // back; there events that are new take one, and events that are not, beside them, another.
    let takes_several = has_actions || (groups.len() > 1 && backend.is_sqlite());
    let tx = if takes_several { backend.begin().await? } else { backend.single().await? };
    let mut tx = tx.for_a_moment();
    let stored = insert(&mut tx, requests, &groups).await?;
    let mut deliveries = deliveries(requests, &groups, &stored, again);
    if has_actions {
        let new = requests.iter().zip(&deliveries).filter_map(|(request, delivery)| match delivery {
            Delivery::First { id, planned: Some(_) } => request.actions(*id),
            Delivery::First { .. } | Delivery::Again { .. } | Delivery::Gone => None,
        });
        let new: Vec<ActionsOf<'_>> = new.collect();
        let mut ids = insert_actions(&mut tx, &new).await?;
        for delivery in &mut deliveries {
            if let Delivery::First { id, planned: Some(planned) } = delivery {
                *planned = ids.remove(id).unwrap_or_default();
            }
        }
    }
    tx.commit().await?;
    Ok(deliveries)
}

impl Arrival {
    fn has_actions(&self) -> bool {
        self.plan.as_ref().is_some_and(|new| !new.plan.actions.is_empty())
    }

    /// The actions of the event, which has this id.
    fn actions(&self, event_id: i64) -> Option<ActionsOf<'_>> {
        Some(ActionsOf {
            event_id,
            run: 0,
            corp_id: self.event.corp_id.as_deref(),
            user_id: self.event.user_id.as_deref(),
            external_user_id: self.event.external_user_id.as_deref(),
            plan: self.plan.as_ref()?,
        })
    }
}

/// Inserts the events, or counts their deliveries, and returns either.
pub(in crate::store) static INSERT: Multirow = insert_events!(
    own: ["status", "unfinished", "ruleset_version", "rules", "lease_owner", "lease_until_ms"],
    fixed: "run, lease_epoch" = "0, 1",
    only: "AND NOT EXISTS (SELECT 1 FROM gone_event g
                           WHERE g.app = v.app AND g.create_time_s = v.create_time_s AND g.digest = v.digest)",
    conflict: "DO UPDATE SET deliveries = event.deliveries + excluded.deliveries
               RETURNING id, create_time_s, digest, app, deliveries, status, lease_owner, lease_epoch, received_at_ms"
);

/// Inserts the events that are not there.
pub(in crate::store) static INSERT_NEW: Multirow = insert_events!(
    own: ["status", "unfinished", "ruleset_version", "rules", "lease_owner", "lease_until_ms"],
    fixed: "run, lease_epoch" = "0, 1",
    only: "AND NOT EXISTS (SELECT 1 FROM gone_event g
                           WHERE g.app = v.app AND g.create_time_s = v.create_time_s AND g.digest = v.digest)",
    conflict: "DO NOTHING"
);

/// Counts the deliveries of events that were there already: their ids are below those that have just been given.
pub(in crate::store) static COUNT_AGAIN: Multirow = Multirow::new(
    &["app", "create_time_s", "digest", "deliveries", "below"],
    "UPDATE event SET deliveries = event.deliveries + v.deliveries FROM v
     WHERE event.app = v.app AND event.create_time_s = v.create_time_s AND event.digest = v.digest AND event.id < v.below
     RETURNING event.id, event.create_time_s, event.digest, event.app, event.deliveries, event.status, event.lease_owner,
               event.lease_epoch, event.received_at_ms",
);

row! {
    /// An event as it stands in the record after a delivery.
    struct Stands {
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
}

impl Stands {
    fn key(&self) -> Key<'_> {
        (self.create_time_s, &self.digest, &self.app)
    }
}

/// What became of a group of requests that are the same event.
enum Stored {
    /// It came for the first time.
    Now { id: i64 },
    /// It was there before.
    Before(Stands),
    /// It was there, and has been pruned or forgotten.
    Gone,
}

/// Binds the first request of each group, for the statements that insert events.
macro_rules! bind_arrivals {
    ($insert:expr, $requests:expr, $groups:expr, $places:expr) => {{
        let mut insert = $insert;
        for group in padded($groups, $places) {
            let request = group.and_then(|group| group.first()).map(|first| &$requests[*first]);
            let event = request.map(|request| &request.event);
            let plan = request.and_then(|request| request.plan.as_ref());
            let leased = event.filter(|_| plan.is_none());
            let status = plan.map_or(EventStatus::Received, NewPlan::status);
            let rules = plan.map_or(Cow::Borrowed("[]"), |new| Cow::Owned(rules_to_json(&new.plan.rules)));
            insert = bind_event!(insert, event, group.map(|group| count(group)))
                .bind(event.map(|_| status.as_str()))
                .bind(event.map(|_| plan.map_or(0, |new| unfinished(&new.plan))))
                .bind(plan.and_then(|new| new.ruleset_version))
                .bind(event.map(|_| rules))
                .bind(leased.map(|event| event.process.id()))
                .bind(leased.map(|event| event.received_at_ms.saturating_add(PLANNING_LEASE_MS)));
        }
        insert
    }};
}

/// Inserts one row for each group of requests that are the same event, or counts its deliveries where it is there. Returns
/// what became of each, in their order.
async fn insert(tx: &mut Tx, requests: &[Arrival], groups: &[&[usize]]) -> Result<Vec<Stored>> {
    // Differs because of what `RETURNING` costs on SQLite (see `GivenIds`).
    let (mut new, stands) = if tx.is_postgres() {
        let (text, places) = INSERT.text(tx, groups.len());
        let stands = on!(tx, "store events", |c| {
            bind_arrivals!(sqlx::query_as::<_, Stands>(text), requests, groups, places).fetch_all(c)
        })?;
        (0..0, stands)
    } else {
        let (text, places) = INSERT_NEW.text(tx, groups.len());
        let new = on!(tx, "store events", |c| async {
            let insert = bind_arrivals!(sqlx::query(text), requests, groups, places);
            insert.execute(c).await.map(|end| end.given_ids())
        })?;
        let are_all_new = usize::try_from(new.end - new.start) == Ok(groups.len());
        let stands = if are_all_new { Vec::new() } else { count_again(tx, requests, groups, &new).await? };
        (new, stands)
    };
    let places: HashMap<Key<'_>, usize> =
        (0..).zip(groups).map(|(place, group)| (requests[group[0]].event.key(), place)).collect();
    let mut there: Vec<Option<Stands>> = groups.iter().map(|_| None).collect();
    for row in stands {
        if let Some(place) = places.get(&row.key()).copied() {
            there[place] = Some(row);
        }
    }
    // An ack hangs on it, so whatever was neither inserted nor there is looked up and not concluded.
    let without_row: Vec<Key<'_>> = groups
        .iter()
        .zip(&there)
        .filter(|(_, row)| row.is_none())
        .map(|(group, _)| requests[group[0]].event.key())
        .collect();
    let gone = match without_row.len().saturating_sub(new.clone().count()) {
        0 => HashSet::new(),
        _ => gone(tx, &without_row).await?,
    };
    let stored = groups.iter().zip(there).map(|(group, row)| match row {
        Some(row) if row.deliveries == count(group) => Some(Stored::Now { id: row.id }),
        Some(row) => Some(Stored::Before(row)),
        None if gone.contains(&requests[group[0]].event.key()) => Some(Stored::Gone),
        None => new.next().map(|id| Stored::Now { id }),
    });
    let stored: Option<Vec<_>> = stored.collect();
    stored.filter(|_| new.is_empty()).ok_or_else(|| {
        Error::unreadable("event", "id", "that was inserted", "the database did not return it")
    })
}

/// Counts the deliveries of those events that were not among the new ones.
async fn count_again(
    tx: &mut Tx,
    requests: &[Arrival],
    groups: &[&[usize]],
    new: &Range<i64>,
) -> Result<Vec<Stands>> {
    // Where nothing was inserted the range says nothing, and all of them were there.
    let below = if new.is_empty() { i64::MAX } else { new.start };
    let (text, places) = COUNT_AGAIN.text(tx, groups.len());
    on!(tx, "count deliveries", |c| {
        let mut update = sqlx::query_as::<_, Stands>(text);
        for group in padded(groups, places) {
            let event = group.map(|group| &requests[group[0]].event);
            update = update
                .bind(event.map(|event| event.app.as_str()))
                .bind(event.map(|event| event.identity.create_time_s))
                .bind(event.map(|event| event.identity.digest.as_slice()))
                .bind(group.map(|group| count(group)))
                .bind(event.map(|_| below));
        }
        update.fetch_all(c)
    })
}

fn count(group: &[usize]) -> i64 {
    i64::try_from(group.len()).unwrap_or(i64::MAX)
}

/// What became of each request.
fn deliveries(requests: &[Arrival], groups: &[&[usize]], stored: &[Stored], again: bool) -> Vec<Delivery> {
    let mut deliveries: Vec<(usize, Delivery)> = Vec::with_capacity(requests.len());
    for (group, stored) in groups.iter().zip(stored) {
        let first = &requests[group[0]];
        let here = count(group);
        let (id, before, is_new) = match stored {
            Stored::Now { id } => (*id, 0, true),
            Stored::Before(row) => (row.id, row.deliveries - here, again && row.is_of(first)),
            Stored::Gone => {
                deliveries.extend(group.iter().map(|request| (*request, Delivery::Gone)));
                continue;
            }
        };
        // What an earlier try has stored with the event is not known here: who goes on to plan it finds out.
        let is_inserted = matches!(stored, Stored::Now { .. });
        let planned = first.plan.as_ref().filter(|_| is_inserted).map(|_| ActionIds::new());
        for (nth, request) in (1..).zip(*group) {
            let delivery = if is_new && nth == 1 {
                Delivery::First { id, planned: planned.clone() }
            } else {
                Delivery::Again { id, deliveries: before + nth }
            };
            deliveries.push((*request, delivery));
        }
    }
    // Each request is in one group.
    deliveries.sort_unstable_by_key(|(request, _)| *request);
    deliveries.into_iter().map(|(_, delivery)| delivery).collect()
}

impl Stands {
    /// Whether an earlier try of this same request inserted the row, and only its answer got lost with the connection.
    fn is_of(&self, request: &Arrival) -> bool {
        let stands = if self.status == EventStatus::Received.as_str() {
            self.lease_owner == Some(request.event.process.id())
        } else {
            request.plan.is_some()
        };
        stands && self.lease_epoch == 1 && self.received_at_ms == request.event.received_at_ms
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
