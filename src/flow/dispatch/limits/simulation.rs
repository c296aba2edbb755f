//! A WeCom with a ceiling, customers, and the rooms of one to three processes, on a clock that jumps from event to event:
//! ten minutes take a few milliseconds, and the same chance gives the same figures.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "instants of a simulation are far below 2^52, and pauses are short"
)]

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{
    Most,
    room::{Lane, Place, Room, Ticket},
};
use crate::action::{
    deadline::WELCOME_WINDOW_MS,
    outcome::{Class, End},
    retry,
};

/// How long a refusal takes that is answered at once.
const AT_ONCE_MS: i64 = 3;

/// What becomes of a call that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refuses {
    /// It is answered at once.
    AtOnce,
    /// It is answered as late as others.
    Late,
    /// And counts among those under way until then.
    LateAndCounts,
}

/// How WeCom is, and how many customers there are.
#[derive(Clone, Debug)]
pub(super) struct Story {
    /// How many calls it takes at once, from which instant on.
    pub(super) ceiling: Vec<(i64, usize)>,
    /// Whether that is of all methods together.
    pub(super) of_all: bool,
    /// What becomes of a call that is refused.
    pub(super) refuses: Refuses,
    /// The part of the calls that is refused with 45033 whatever we do.
    pub(super) refused_anyway: f64,
    /// The part that ends in -1.
    pub(super) errors: f64,
    pub(super) latency_ms: (i64, i64),
    /// Until which instant customers come, and how many a second.
    pub(super) adds: Vec<(i64, f64)>,
    pub(super) tags: bool,
    pub(super) processes: usize,
    /// When the access token dies: calls take a `gettoken` and a second try longer.
    pub(super) token_dies_ms: Option<i64>,
    /// From when until when WeCom does not answer, and what the client says of each call then, after so long.
    pub(super) away: Option<(i64, i64, Class, i64)>,
    /// A WeCom that refuses none and answers so many a second, one after the other.
    pub(super) serves_a_second: Option<f64>,
    /// The ceiling is the tags' alone.
    pub(super) welcomes_unlimited: bool,
    pub(super) most: Most,
    pub(super) chance: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) customers: usize,
    /// For each who was greeted, after how many milliseconds.
    pub(super) greeted_ms: Vec<i64>,
    /// And when.
    pub(super) greeted_at_ms: Vec<i64>,
    /// For each tag, when it was set.
    pub(super) tagged_at_ms: Vec<i64>,
    /// Of welcomes.
    pub(super) calls: usize,
    pub(super) refused: usize,
    /// When each call of any kind began.
    pub(super) began_ms: Vec<i64>,
    /// The first process's limit of welcomes, and from when on.
    pub(super) limits: Vec<(i64, usize)>,
}

impl Told {
    pub(super) fn median_ms(&self) -> i64 {
        let mut all = self.greeted_ms.clone();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or(0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Arrives,
    Waits { who: usize, tag: bool },
    Answered { call: u64 },
    Expires { who: usize },
    Looks { process: usize },
}

struct Customer {
    process: usize,
    came_ms: i64,
    tries: u32,
    tag_tries: u32,
    ticket: Option<Ticket>,
    is_over: bool,
    tag_waits: bool,
}

struct Call {
    who: usize,
    tag: bool,
    place: Place,
    end: End,
    counts: bool,
}

type Who = (usize, bool);

struct World {
    story: Story,
    dice: StdRng,
    rooms: Vec<Room<Who>>,
    looks_at: Vec<i64>,
    queue: BinaryHeap<Reverse<(i64, u64, Happens)>>,
    number: u64,
    customers: Vec<Customer>,
    calls: HashMap<u64, Call>,
    under_way: [usize; 2],
    served_until_ms: f64,
    told: Told,
}

pub(super) fn play(story: &Story) -> Told {
    let mut world = World {
        dice: StdRng::seed_from_u64(story.chance),
        rooms: (0..story.processes)
            .map(|_| Room::new(story.processes, |lane| story.most.bounds(lane, story.processes)))
            .collect(),
        looks_at: vec![i64::MAX; story.processes],
        queue: BinaryHeap::new(),
        number: 0,
        customers: Vec::new(),
        calls: HashMap::new(),
        under_way: [0, 0],
        served_until_ms: 0.0,
        told: Told::default(),
        story: story.clone(),
    };
    world.at(0, Happens::Arrives);
    let until_ms = story.adds.last().unwrap().0 + 600_000;
    while let Some(Reverse((now_ms, _, happens))) = world.queue.pop() {
        if now_ms > until_ms {
            break;
        }
        world.happens(now_ms, happens);
    }
    world.told
}

impl World {
    fn at(&mut self, at_ms: i64, happens: Happens) {
        self.number += 1;
        self.queue.push(Reverse((at_ms, self.number, happens)));
    }

    fn happens(&mut self, now_ms: i64, happens: Happens) {
        match happens {
            Happens::Arrives => self.arrives(now_ms),
            Happens::Waits { who, tag } => self.waits(now_ms, who, tag),
            Happens::Answered { call } => self.answered(now_ms, call),
            Happens::Expires { who } => self.expires(now_ms, who),
            Happens::Looks { process } => {
                self.looks_at[process] = i64::MAX;
                self.look(now_ms, process);
            }
        }
    }

    fn arrives(&mut self, now_ms: i64) {
        let Some((_, rate)) = self.story.adds.iter().find(|(until_ms, _)| now_ms < *until_ms).copied() else {
            return;
        };
        if rate > 0.0 {
            let who = self.customers.len();
            let process = who % self.story.processes;
            self.customers.push(Customer {
                process,
                came_ms: now_ms,
                tries: 0,
                tag_tries: 0,
                ticket: None,
                is_over: false,
                tag_waits: self.story.tags,
            });
            self.told.customers += 1;
            self.at(now_ms + WELCOME_WINDOW_MS, Happens::Expires { who });
            self.waits(now_ms, who, false);
        }
        let pause_ms = -(1.0 - self.dice.random::<f64>()).ln() / rate.max(1e-3) * 1_000.0;
        // A fraction of a millisecond is chance as well.
        let whole = pause_ms.floor();
        let more = i64::from(self.dice.random::<f64>() < pause_ms - whole);
        self.at(now_ms + whole as i64 + more, Happens::Arrives);
    }

    fn waits(&mut self, now_ms: i64, who: usize, tag: bool) {
        let customer = &mut self.customers[who];
        let process = customer.process;
        if tag {
            self.rooms[process].enter(Lane::Pairs, None, (who, true));
        } else if !customer.is_over {
            let deadline_ms = customer.came_ms + WELCOME_WINDOW_MS;
            customer.ticket =
                Some(self.rooms[process].enter(Lane::Welcomes, Some(deadline_ms), (who, false)));
        }
        self.look(now_ms, process);
    }

    fn expires(&mut self, now_ms: i64, who: usize) {
        let customer = &mut self.customers[who];
        customer.is_over = true;
        if let Some(ticket) = customer.ticket.take() {
            self.rooms[customer.process].leave(ticket);
        }
        if std::mem::take(&mut customer.tag_waits) {
            self.waits(now_ms, who, true);
        }
    }

    fn look(&mut self, now_ms: i64, process: usize) {
        while let Some(((who, tag), place)) = self.rooms[process].admit(now_ms) {
            self.calls(now_ms, who, tag, place);
        }
        if let Some(at_ms) = self.rooms[process].next_ms(now_ms)
            && at_ms < self.looks_at[process]
        {
            self.looks_at[process] = at_ms;
            self.at(at_ms, Happens::Looks { process });
        }
    }

    fn calls(&mut self, now_ms: i64, who: usize, tag: bool, place: Place) {
        self.told.began_ms.push(now_ms);
        let (least, longest) = self.story.latency_ms;
        let mut latency_ms = self.dice.random_range(least..=longest);
        let customer = &mut self.customers[who];
        if tag {
            customer.tag_tries += 1;
        } else {
            customer.tries += 1;
            customer.ticket = None;
            self.told.calls += 1;
        }
        let method = usize::from(tag);
        let is_away = self.story.away.filter(|(from, to, ..)| (*from..*to).contains(&now_ms));
        let (end, counts) = if let Some((_, _, class, after_ms)) = is_away {
            latency_ms = after_ms;
            (End::NotDone(class), false)
        } else {
            let most =
                self.story.ceiling.iter().rev().find(|(from, _)| *from <= now_ms).map_or(usize::MAX, |c| c.1);
            let most = if self.story.welcomes_unlimited && !tag { usize::MAX } else { most };
            let others = if self.story.of_all { self.under_way.iter().sum() } else { self.under_way[method] };
            if others >= most || self.dice.random_bool(self.story.refused_anyway) {
                if self.story.refuses == Refuses::AtOnce {
                    latency_ms = AT_ONCE_MS;
                }
                (End::NotDone(Class::Crowded), self.story.refuses == Refuses::LateAndCounts)
            } else if self.dice.random_bool(self.story.errors) {
                (End::NotDone(Class::Busy), true)
            } else {
                (End::Done, true)
            }
        };
        self.under_way[method] += usize::from(counts);
        if let Some(a_second) = self.story.serves_a_second {
            self.served_until_ms = self.served_until_ms.max(now_ms as f64) + 1_000.0 / a_second;
            latency_ms = latency_ms.max(self.served_until_ms as i64 - now_ms);
        }
        if let Some(dies_ms) = self.story.token_dies_ms
            && (dies_ms - latency_ms..dies_ms + 300).contains(&now_ms)
        {
            latency_ms += 500;
        }
        self.number += 1;
        let call = self.number;
        self.calls.insert(call, Call { who, tag, place, end, counts });
        self.at(now_ms + latency_ms, Happens::Answered { call });
    }

    fn answered(&mut self, now_ms: i64, call: u64) {
        let Call { who, tag, place, end, counts } = self.calls.remove(&call).unwrap();
        self.under_way[usize::from(tag)] -= usize::from(counts);
        let process = self.customers[who].process;
        let dice = self.dice.random::<f64>();
        let customer = &mut self.customers[who];
        let mut again_ms = None;
        if let End::NotDone(class) = end {
            let pause = if tag {
                retry::durable_pause(class, customer.tag_tries, now_ms - customer.came_ms, dice).unwrap()
            } else {
                retry::welcome_pause(class, customer.tries, dice)
            };
            again_ms = Some(now_ms + i64::try_from(pause.as_millis()).unwrap());
        }
        self.rooms[process].answered(place, end, again_ms, now_ms);
        self.rooms[process].give_back(place, now_ms);
        if let Some(at_ms) = again_ms {
            self.at(at_ms, Happens::Waits { who, tag });
            self.told.refused += usize::from(!tag && end == End::NotDone(Class::Crowded));
        } else if tag {
            self.told.tagged_at_ms.push(now_ms);
        } else {
            customer.is_over = true;
            self.told.greeted_at_ms.push(now_ms);
            self.told.greeted_ms.push(now_ms - customer.came_ms);
        }
        if !tag && std::mem::take(&mut self.customers[who].tag_waits) {
            self.waits(now_ms, who, true);
        }
        let (limit, _) = self.rooms[process].standing(Lane::Welcomes, now_ms);
        if process == 0 && self.told.limits.last().is_none_or(|(_, last)| *last != limit) {
            self.told.limits.push((now_ms, limit));
        }
        self.look(now_ms, process);
    }
}
