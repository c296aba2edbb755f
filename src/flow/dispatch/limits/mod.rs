//! How many calls of one kind may be under way for one corp at once.
//!
//! WeCom publishes no figure for it: it answers 45033 when there are too many. So the limit learns ([`ceiling`]); while
//! WeCom is away it is asked a few times a second ([`circuit`]); and who waits for a place gets it in an order by which the
//! most are greeted while they are still there ([`room`]). After 45009 nothing of that kind but a welcome is called until
//! the block may be over. [`desk`] makes them wait.
//!
//! Kinds of calls that have nothing to do with each other have limits of their own: a look-up, a notice or a receiver of
//! forwards that hangs holds up its like and nothing else.

mod seen;
mod ceiling;
mod circuit;
mod room;
mod desk;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod stories;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::action::Kind;
use desk::Desk;
pub(super) use desk::{Limit, Permit, lock};
pub(super) use room::Place;
use room::{Bounds, Lane, Room};

/// With how many welcomes at once a corp begins: more than employees are added in a tenth of a second.
const WELCOMES_FIRST: usize = 64;

/// With how many tags and remarks at once: about as many as WeCom is known to take.
const PAIRS_FIRST: usize = 5;

/// How many look-ups for rules that were left open may be under way at once: they are reads, of which WeCom takes more
/// than of writes, and the welcomes' own look-ups come beside them.
const LOOK_UPS_MAX: usize = 16;

/// How many notices may be under way at once. They can wait, and WeCom counts them by the minute (`pace`).
const NOTICES_MAX: usize = 4;

/// How many posts to one address may be under way at once: enough for hundreds a second where it answers, and where it
/// hangs no more than these wait for it.
const FORWARDS_MAX: usize = 8;

/// How far the settings let limits rise.
#[derive(Clone, Copy, Debug)]
struct Most {
    welcomes: usize,
    tags: usize,
}

impl Most {
    /// Where a lane begins and how far it may rise, as one of so many processes.
    fn bounds(self, lane: Lane, processes: usize) -> Bounds {
        let processes = processes.max(1);
        // Five between three is one each: too few is slow, too many is refused.
        let shared = |count: usize| (count / processes).max(1);
        let even = |count: usize| Bounds { first: count, most: count };
        match lane {
            // How the customers are spread over the processes nobody knows, so each may need all of it.
            Lane::Welcomes => Bounds { first: shared(WELCOMES_FIRST), most: self.welcomes },
            Lane::Pairs => Bounds { first: shared(PAIRS_FIRST), most: shared(self.tags) },
            Lane::LookUps => even(shared(LOOK_UPS_MAX)),
            Lane::Notices => even(shared(NOTICES_MAX)),
            Lane::Forwards => even(FORWARDS_MAX),
        }
    }
}

/// How many calls may be under way at once, for each kind of action of each corp.
#[derive(Debug)]
pub(super) struct Limits {
    most: Most,
    processes: AtomicUsize,
    // By corp, and of forwards by address: as many as the settings and the rules name.
    by_whom: Mutex<HashMap<String, Arc<Desk>>>,
}

impl Limits {
    /// Limits that rise no higher than this for each corp.
    pub(super) fn new(welcomes_max: usize, tags_max: usize) -> Self {
        let most = Most { welcomes: welcomes_max.max(1), tags: tags_max.max(1) };
        Self { most, processes: AtomicUsize::new(1), by_whom: Mutex::default() }
    }

    /// Takes this process's share of what WeCom allows the corp: so many processes are alive.
    pub(super) fn share(&self, processes: usize) {
        let processes = processes.max(1);
        if self.processes.swap(processes, Ordering::Relaxed) != processes {
            for desk in lock(&self.by_whom).values() {
                desk.share(processes, |lane| self.most.bounds(lane, processes));
            }
        }
    }

    /// How many processes are alive, this one included.
    pub(super) fn processes(&self) -> usize {
        self.processes.load(Ordering::Relaxed)
    }

    /// The limit that an action of this kind is under: its corp's, or of a forward its address's.
    pub(super) fn of(&self, whose: &str, kind: Kind) -> Limit {
        let mut by_whom = lock(&self.by_whom);
        let desk = by_whom.entry(whose.to_owned()).or_insert_with(|| {
            let processes = self.processes();
            Arc::new(Desk::new(Room::new(processes, |lane| self.most.bounds(lane, processes))))
        });
        Limit::new(Arc::clone(desk), Lane::of(kind))
    }
}
