//! Performs planned actions and records how they ended: claimed · performed · settled.
//!
//! Guarantees: **no call starts after its deadline**. The last that can start before it is waited for a little longer
//! ([`time`]), because its answer says whether the customer was greeted. Every claim ends in exactly one of: settled, given
//! back, or its lease running out. No transaction is open during a call. The welcome's first try comes before anything else
//! is done for its event; from then on neither waits for the other.
//!
//! An event's actions go through [`lanes`], which has their order; each is seen through by [`attempts`], which has the
//! waiting and retrying; a try is made by [`perform`], with [`decide`], [`tags`] and [`reports`] for what is more than one
//! call; and [`record`] has it judged by [`action::judge`](crate::action::judge()) and settled. How many at once is
//! [`limits`]'s, whose turn it is [`turns`]'s, how many a minute [`pace`]'s, how many are in memory [`held`]'s. The modules stand in the order in which
//! they may name each other, the lowest first.

mod limits;
mod turns;
mod pace;
mod held;
mod state;
mod time;
mod performed;
mod requests;
mod texts;
mod tags;
mod decide;
mod reports;
mod perform;
mod ending;
mod record;
mod attempts;
mod lanes;

use std::{collections::HashSet, sync::Arc};

use super::{case::Case, context::Context};
use crate::{
    action::Kind,
    store::{Claimed, TakesOn},
};
pub use state::FOLLOW_UPS_MAX;
use state::{Report, State};
use wecom_core::event::Event;

/// The actions of one event that this process holds.
#[derive(Debug)]
pub struct Work {
    /// The event that asked for them.
    pub case: Case,
    /// This process's, each with its lease.
    pub claimed: Vec<Claimed>,
}

/// Performs actions. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Dispatcher(Arc<State>);

impl Dispatcher {
    /// A dispatcher that holds nothing yet.
    pub fn new(context: Arc<Context>) -> Self {
        Self(Arc::new(State::new(context)))
    }

    /// Whether this process takes on more tags and remarks.
    pub fn has_room(&self) -> bool {
        self.room() > 0 && !self.0.is_ending()
    }

    /// How many more events' tags and remarks it takes on.
    pub fn room(&self) -> usize {
        self.0.room()
    }

    /// What of notices and forwards it takes on.
    pub fn takes_on(&self) -> TakesOn {
        self.0.takes_on()
    }

    /// How many more notices it takes on.
    pub fn room_for_notices(&self) -> usize {
        if self.0.is_ending() { 0 } else { self.0.held.room_for_notices() }
    }

    /// How many more forwards to this address it takes on.
    pub fn room_at(&self, address: &str) -> usize {
        if self.0.is_ending() { 0 } else { self.0.held.room_at(address) }
    }

    /// How many notices and forwards it holds.
    pub fn reports_held(&self) -> usize {
        self.0.held.count()
    }

    /// Waits until an address for which there was no room for more has taken most of what is held for it.
    pub async fn drained(&self) {
        self.0.held.drained().await;
    }

    /// Forwards were brought to these addresses, so that there may be more for them: [`Self::drained`] says when there is
    /// room for it.
    pub fn more_may_wait(&self, addresses: &HashSet<String>) {
        for address in addresses {
            self.0.held.more_may_wait(address);
        }
    }

    /// How many calls of a kind may be under way for a corp at present, and whether WeCom is taken to be away.
    pub fn limit_of(&self, corp_id: &str, kind: Kind) -> (usize, bool) {
        self.0.limits.of(corp_id, kind).standing(&self.0.context.clock)
    }

    /// Whether WeCom is taken to answer no call for a corp at present: then nothing is asked of it that can do without.
    pub fn is_unreachable(&self, corp_id: &str) -> bool {
        self.0.limits.of(corp_id, Kind::Welcome).is_unreachable(&self.0.context.clock)
    }

    /// So many processes are alive: each takes its share of the tags and remarks that WeCom takes at once.
    pub fn share(&self, processes: usize) {
        self.0.limits.share(processes);
    }

    /// Takes over claims from the sweep: the events' payloads are parsed again.
    pub fn take_over(&self, claimed: Vec<Claimed>) {
        let mut rest = claimed.into_iter().peekable();
        while let Some(first) = rest.next() {
            let mut same_event = vec![first];
            while let Some(next) = rest.next_if(|next| next.event_id == same_event[0].event_id) {
                same_event.push(next);
            }
            let stored = Arc::clone(&same_event[0].event);
            let event = Event::from_payload(&stored.payload);
            if let Some(case) = Case::open(&self.0.context.apps, &stored, event) {
                self.hand_over(Work { case, claimed: same_event });
            }
        }
    }

    /// Performs an event's actions in the background.
    pub fn hand_over(&self, work: Work) {
        let state = Arc::clone(&self.0);
        // Held from now on, not from when the task begins: who asks for room next has to know of it.
        let (Work { case, claimed }, reports) = self.hold(work);
        self.0
            .context
            .shutdown
            .spawn_until_hard(async move { state.perform_all(case, claimed, reports).await });
    }

    /// Performs an event's actions, and what follows from them.
    pub async fn run(&self, work: Work) {
        let (Work { case, claimed }, reports) = self.hold(work);
        self.0.perform_all(case, claimed, reports).await;
    }

    fn hold(&self, Work { case, claimed }: Work) -> (Work, Vec<Report>) {
        let (reports, claimed) = claimed.into_iter().partition(|claimed| claimed.kind.is_report());
        (Work { case, claimed }, self.0.hold(reports))
    }
}
