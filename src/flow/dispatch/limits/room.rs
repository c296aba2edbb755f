//! Who may call a corp's WeCom next: places for each kind of call, and those who wait for one.
//!
//! Pure: the time is an argument, whoever waits is a `T`. A place is given to somebody who waits, never merely set free, so
//! that nobody sleeps beside it.
//!
//! The welcomes go first. Tags, remarks, look-ups and notices begin only while no welcome waits for a place and none was
//! refused a moment ago because of too many calls; where WeCom's limit is on all calls of a corp together, the places that
//! they learn of are those that the welcomes leave. Among welcomes who has waited longest goes first, as long as that is a
//! second or less. When it takes longer, there are more than can be greeted: then the newest go first, who look at their
//! phones, and not everybody at the last moment. Whom no answer can reach in time any more gives way to all others.

use std::collections::BTreeMap;

use super::{
    ceiling::{Begun, Ceiling},
    circuit::Circuit,
};
use crate::action::{
    Kind,
    deadline::WELCOME_WINDOW_MS,
    outcome::{Class, End},
};

/// How long the oldest welcome may be under way before the newest go first: half of those who are greeted are to be greeted
/// within two seconds.
const PATIENCE_MS: i64 = 1_000;

/// While the newest go first, each fifth place is still for who has waited longest, once that is half of the time there is:
/// when the rush ends, fewer have been lost. Not where so many wait that there is enough to do for the rest of their time.
const OLDEST_EACH: u64 = 5;

/// An answer takes so long, and a second try after a refusal.
const RETRY_MS: i64 = 250;

/// For so long after a welcome was refused for too many calls nothing else begins: about until it is tried again.
const GIVES_WAY_MS: i64 = 500;

/// How often a lane is tried while WeCom is away: a welcome has seconds, the others have time.
const WELCOMES_TRY_MS: i64 = 300;
const OTHERS_TRY_MS: i64 = 1_000;

/// How many calls of all kinds together may be under way for one corp: more than all lanes may have.
const ALL_MOST: usize = 2_048;

/// What shares a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    Welcomes,
    /// Tags and remarks: both write the same record at WeCom.
    Pairs,
    LookUps,
    Notices,
    /// The forwards to one address.
    Forwards,
}

impl Lane {
    /// In the order in which they are let in.
    pub(super) const ALL: [Self; 5] =
        [Self::Welcomes, Self::LookUps, Self::Pairs, Self::Notices, Self::Forwards];

    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Welcome => Self::Welcomes,
            Kind::Tag | Kind::Remark => Self::Pairs,
            Kind::Decide => Self::LookUps,
            Kind::Notify => Self::Notices,
            Kind::Forward => Self::Forwards,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Welcomes => 0,
            Self::LookUps => 1,
            Self::Pairs => 2,
            Self::Notices => 3,
            Self::Forwards => 4,
        }
    }

    /// Whether it calls WeCom and is no welcome.
    fn gives_way(self) -> bool {
        matches!(self, Self::LookUps | Self::Pairs | Self::Notices)
    }
}

/// Where a lane begins, and how far it may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) first: usize,
    pub(super) most: usize,
}

/// The right to make one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flow::dispatch) struct Place {
    lane: Lane,
    begun: Begun,
    /// The same among the calls of all kinds.
    of_all: Begun,
}

/// Where somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    lane: Lane,
    at: At,
}

/// Deadline first, then who came first.
type At = (i64, u64);

/// The places of one corp, or of one address of forwards.
#[derive(Debug)]
pub(super) struct Room<T> {
    lanes: [Places<T>; 5],
    /// What WeCom takes of all kinds together, as far as the others than welcomes have seen it.
    all: Ceiling,
    under_way: usize,
    /// Until when the others wait because a welcome was refused.
    gives_way_until_ms: i64,
    tickets: u64,
}

#[derive(Debug)]
struct Places<T> {
    lane: Lane,
    ceiling: Ceiling,
    circuit: Circuit,
    under_way: usize,
    waiting: BTreeMap<At, T>,
    admitted: u64,
    /// On the steady clock: WeCom's frequency limit holds until then.
    blocked_until_ms: i64,
}

impl<T> Places<T> {
    fn new(lane: Lane, Bounds { first, most }: Bounds, processes: usize) -> Self {
        let try_ms = if lane == Lane::Welcomes { WELCOMES_TRY_MS } else { OTHERS_TRY_MS };
        Self {
            lane,
            ceiling: Ceiling::new(first, most, processes),
            circuit: Circuit::new(try_ms),
            under_way: 0,
            waiting: BTreeMap::new(),
            admitted: 0,
            blocked_until_ms: i64::MIN,
        }
    }

    /// When time alone lets a call begin.
    fn free_at_ms(&self) -> i64 {
        self.circuit.next_try_ms().unwrap_or(i64::MIN).max(self.blocked_until_ms)
    }

    fn has_place(&self, now_ms: i64) -> bool {
        self.ceiling.has_room(self.under_way) && self.free_at_ms() <= now_ms
    }

    /// Whose turn it is.
    fn next(&self, now_ms: i64) -> Option<At> {
        let (first, last) = (*self.waiting.first_key_value()?.0, *self.waiting.last_key_value()?.0);
        if self.lane != Lane::Welcomes {
            return Some(first);
        }
        let reached_ms = now_ms.saturating_add(2 * self.ceiling.latency_ms() + RETRY_MS);
        let oldest = self.waiting.range((reached_ms, 0)..).next().map(|(at, _)| *at);
        let is_new = |at: At| WELCOME_WINDOW_MS.saturating_sub(at.0.saturating_sub(now_ms)) <= PATIENCE_MS;
        let is_turn_of_oldest = !is_new(last)
            || (self.admitted.is_multiple_of(OLDEST_EACH)
                && oldest.is_some_and(|oldest| oldest.0.saturating_sub(now_ms) <= WELCOME_WINDOW_MS / 2)
                && self.waiting.len() < self.served_in_a_window());
        Some(oldest.filter(|oldest| is_turn_of_oldest || is_new(*oldest)).unwrap_or(last))
    }

    /// About how many calls are answered in the time that a welcome has.
    fn served_in_a_window(&self) -> usize {
        let rounds = WELCOME_WINDOW_MS / self.ceiling.latency_ms().max(1);
        self.ceiling.limit().saturating_mul(usize::try_from(rounds).unwrap_or(usize::MAX))
    }
}

impl<T> Room<T> {
    pub(super) fn new(processes: usize, bounds: impl Fn(Lane) -> Bounds) -> Self {
        let mut lanes = Lane::ALL.map(|lane| Places::new(lane, bounds(lane), processes));
        lanes.sort_by_key(|places| places.lane.index());
        Self {
            lanes,
            all: Ceiling::new(ALL_MOST, ALL_MOST, processes),
            under_way: 0,
            gives_way_until_ms: i64::MIN,
            tickets: 0,
        }
    }

    /// Other bounds, as there are more processes or fewer.
    pub(super) fn share(&mut self, processes: usize, bounds: impl Fn(Lane) -> Bounds) {
        self.all.share(ALL_MOST, ALL_MOST, processes);
        for places in &mut self.lanes {
            let Bounds { first, most } = bounds(places.lane);
            places.ceiling.share(first, most, processes);
        }
    }

    /// Somebody waits from now on. `deadline_ms` is on the steady clock.
    pub(super) fn enter(&mut self, lane: Lane, deadline_ms: Option<i64>, who: T) -> Ticket {
        self.tickets += 1;
        let at = (deadline_ms.unwrap_or(i64::MAX), self.tickets);
        self.places(lane).waiting.insert(at, who);
        Ticket { lane, at }
    }

    /// Somebody waits no longer.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<T> {
        self.places(ticket.lane).waiting.remove(&ticket.at)
    }

    /// Gives the next place that is free, to whose turn it is.
    pub(super) fn admit(&mut self, now_ms: i64) -> Option<(T, Place)> {
        let others_may = self.others_may(now_ms);
        let under_way = self.under_way;
        let may = |places: &Places<T>| {
            !places.waiting.is_empty() && places.has_place(now_ms) && (others_may || !places.lane.gives_way())
        };
        let places = self.lanes.iter_mut().find(|places| may(places))?;
        let who = places.waiting.remove(&places.next(now_ms)?)?;
        places.circuit.began(now_ms);
        let begun = places.ceiling.begin(places.under_way, now_ms);
        let place = Place { lane: places.lane, begun, of_all: self.all.begin(under_way, now_ms) };
        places.under_way += 1;
        places.admitted += 1;
        self.under_way += 1;
        Some((who, place))
    }

    /// Whether others than welcomes may begin.
    fn others_may(&self, now_ms: i64) -> bool {
        let welcomes = &self.lanes[Lane::Welcomes.index()];
        // While WeCom does not answer, or blocks their method alone, the welcomes are not in want of places.
        let wanted = !welcomes.waiting.is_empty() && !welcomes.circuit.is_open(now_ms);
        !wanted && self.gives_way_until_ms <= now_ms && self.all.has_room(self.under_way)
    }

    /// The call was answered, or was not. `again_at_ms`: when it is to be tried again, on the steady clock.
    pub(super) fn answered(&mut self, place: Place, end: End, again_at_ms: Option<i64>, now_ms: i64) {
        let Place { lane, begun, of_all } = place;
        let is_crowded = end == End::NotDone(Class::Crowded);
        let places = self.places(lane);
        if lane != Lane::Forwards {
            places.circuit.ended(end, now_ms);
        }
        if let (End::NotDone(Class::Throttled), true, Some(at_ms)) =
            (end, lane != Lane::Welcomes, again_at_ms)
        {
            // A welcome has seconds: waiting out a minute's block would only mean that none is sent.
            places.blocked_until_ms = places.blocked_until_ms.max(at_ms);
        }
        if !is_crowded && end != End::Done {
            return;
        }
        let depends_on_us = places.ceiling.depends_on_us(begun.level, now_ms);
        places.ceiling.answered(begun, is_crowded, now_ms);
        if lane.gives_way() {
            self.all.answered(of_all, is_crowded, now_ms);
        } else if lane == Lane::Welcomes && is_crowded && depends_on_us {
            let round_ms = self.lanes[Lane::Welcomes.index()].ceiling.latency_ms();
            self.gives_way_until_ms = now_ms + GIVES_WAY_MS.max(2 * round_ms);
        }
    }

    /// A call's place is free again.
    pub(super) fn give_back(&mut self, place: Place, now_ms: i64) {
        let places = self.places(place.lane);
        places.under_way = places.under_way.saturating_sub(1);
        places.ceiling.over(place.begun, now_ms);
        self.all.over(place.of_all, now_ms);
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// When time alone may let somebody in who waits.
    pub(super) fn next_ms(&self, now_ms: i64) -> Option<i64> {
        let waiting = self.lanes.iter().filter(|places| !places.waiting.is_empty());
        let instants = waiting.map(|places| {
            let gate_ms = if places.lane.gives_way() { self.gives_way_until_ms } else { i64::MIN };
            places.free_at_ms().max(gate_ms)
        });
        instants.filter(|at_ms| *at_ms > now_ms).min()
    }

    /// How many calls of the lane may be under way, and whether WeCom is taken to be away.
    pub(super) fn standing(&self, lane: Lane, now_ms: i64) -> (usize, bool) {
        let places = &self.lanes[lane.index()];
        (places.ceiling.limit(), places.circuit.is_open(now_ms))
    }

    /// Whether no call of any kind would be answered, as far as those of this lane can say.
    pub(super) fn is_unreachable(&self, lane: Lane, now_ms: i64) -> bool {
        self.lanes[lane.index()].circuit.is_unreachable(now_ms)
    }

    fn places(&mut self, lane: Lane) -> &mut Places<T> {
        &mut self.lanes[lane.index()]
    }
}
