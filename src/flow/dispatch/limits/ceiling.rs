//! How many calls WeCom takes at once, learned from its answers: nobody publishes the figure, and it moves.
//!
//! Each answer says something of the number that were under way when its call began. What is kept is how many were taken
//! and how many refused at each such number, the newer the heavier. From that follows where refusals begin ([`Seen::edge`]):
//! the number at which the two sides differ most, by likelihood. Refusals that come as often below it as above it do not
//! depend on us (other systems of the corp use the same quota), and a lower limit would not make them fewer: they are borne.
//!
//! The limit goes to that edge at once, but in one round trip by less than half, and never below one. Where refusals are
//! seen and nothing is known of fewer calls, it goes down by a quarter to find out, and back if that was in vain.
//!
//! It rises by trying: now and then a few calls begin above the limit, and it rises as far as they are taken. A refusal costs
//! such a call, and not a round of all calls. There is one in sixteen where calls were refused not long ago, else one in
//! four: the limit is doubled in three round trips, as far as the settings allow, unless answers get slower by it.

use std::collections::VecDeque;

use super::seen::{DIFFERENCE, Seen, as_f64, scaled};

/// In one round trip the limit falls to no less than this part of it.
const FALLS_TO: f64 = 0.6;

/// By so much it falls to find out whether fewer calls are refused as often.
const TRIES_LESS: f64 = 0.75;

/// Refusals up to this part are no reason to look for an edge.
const FEW: f64 = 0.02;

/// Beyond this part refusals are never borne: it would be more knocking than calling.
const BORNE_MAX: f64 = 0.5;

/// How often it is looked whether more calls may be tried.
const LOOKS_EVERY_MS: i64 = 20;

/// What must be known of fewer calls, and of more, before they are compared.
const KNOWN: f64 = 8.0;

/// How many answers a trial of fewer calls takes.
const TRIAL: f64 = 12.0;

/// For so long it is believed that refusals do not depend on us, or for so many round trips.
const BORNE_MS: i64 = 4_000;
const BORNE_ROUNDS: f64 = 32.0;

/// Answers that take longer than this do not come sooner with more calls under way.
const SLOW_MS: f64 = 1_000.0;

/// What an answer is taken to need before there was one.
const UNKNOWN_MS: f64 = 200.0;

/// So much slower than the fastest of late, answers are slow because of us.
const SLOWER: f64 = 2.0;
const SLOWER_MS: f64 = 100.0;

/// Of how many answers the mean latency is, and within how many the fastest is forgotten.
const MEAN_OF: u32 = 32;
const FASTEST_OF: f64 = 2_048.0;

/// A call, as far as its answer says something of the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begun {
    /// How many were under way with it.
    pub(super) level: usize,
    /// When it began, on the steady clock.
    pub(super) at_ms: i64,
    /// It began above the limit, to see whether WeCom takes more.
    pub(super) is_probe: bool,
}

/// What was seen of late, and the limit that follows from it.
#[derive(Debug)]
pub(super) struct Ceiling {
    most: usize,
    /// How many processes call the same WeCom.
    processes: usize,
    limit: f64,
    seen: Seen,
    /// Since when the limit is as low as it is, on the steady clock: calls that began before say nothing of it.
    since_ms: i64,
    /// How many calls may yet begin above the limit, and how many that did are under way.
    probes: usize,
    probing: usize,
    looked_ms: i64,
    /// Refusals that came sooner than answers do as a rule; each is taken in when an answer would have come, by what is known of
    /// that then: what is refused at once would else be seen before all that was taken.
    early: VecDeque<Begun>,
    trial: Option<Trial>,
    /// The part of the calls that is refused whatever we do, and until when that is believed.
    borne: f64,
    borne_until_ms: i64,
    latency: Latency,
}

/// The limit was lowered to find out whether fewer calls are refused as often.
#[derive(Clone, Copy, Debug)]
struct Trial {
    from: f64,
    taken: f64,
    refused: f64,
}

impl Ceiling {
    /// Begins with `first` and goes up to `most`.
    pub(super) fn new(first: usize, most: usize, processes: usize) -> Self {
        let most = most.max(1);
        let mut new = Self {
            most,
            processes,
            limit: as_f64(first.clamp(1, most)),
            seen: Seen::new(most, processes),
            since_ms: i64::MIN,
            probes: 0,
            probing: 0,
            looked_ms: i64::MIN,
            early: VecDeque::new(),
            trial: None,
            borne: 0.0,
            borne_until_ms: i64::MIN,
            latency: Latency::default(),
        };
        new.probes = new.probes_now();
        new
    }

    /// How many may be under way at present.
    pub(super) fn limit(&self) -> usize {
        scaled(self.limit, 1.0).clamp(1, self.most)
    }

    /// Whether one more may begin beside so many.
    pub(super) fn has_room(&self, under_way: usize) -> bool {
        let limit = self.limit();
        under_way < limit || (under_way < self.most && self.probes > 0)
    }

    /// One more begins, beside so many.
    pub(super) fn begin(&mut self, under_way: usize, now_ms: i64) -> Begun {
        let is_probe = under_way >= self.limit();
        if is_probe {
            self.probes = self.probes.saturating_sub(1);
            self.probing += 1;
        }
        Begun { level: under_way + 1, at_ms: now_ms, is_probe }
    }

    /// Of how many the settings, or the other processes, leave this one.
    pub(super) fn share(&mut self, first: usize, most: usize, processes: usize) {
        if (most.max(1), processes) != (self.most, self.processes) {
            let Self { probing, latency, .. } = *self;
            *self = Self { probing, latency, ..Self::new(first, most, processes) };
        }
    }

    /// How long an answer takes, in the mean of late.
    pub(super) fn latency_ms(&self) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a call")]
        let latency_ms = self.latency.mean_ms as i64;
        latency_ms
    }

    /// Whether a refusal at this number of calls says that there are too many, as far as is known: not where as many were
    /// refused at half of it.
    pub(super) fn depends_on_us(&self, level: usize, now_ms: i64) -> bool {
        if now_ms < self.borne_until_ms && self.borne > FEW {
            return false;
        }
        let (taken, refused) = self.seen.up_to(level / 2);
        taken + refused < KNOWN / 2.0 || refused < FEW * 2.5 * (taken + refused)
    }

    /// Takes in an answer: whether the call was refused because there were too many.
    pub(super) fn answered(&mut self, begun: Begun, refused: bool, now_ms: i64) {
        if refused {
            if self.early.len() < self.most {
                self.early.push_back(begun);
            }
        } else {
            self.latency.took(now_ms.saturating_sub(begun.at_ms));
        }
        self.seen.fade(now_ms, self.latency.mean_ms);
        let latency_ms = self.latency_ms();
        while let Some(begun) =
            self.early.pop_front_if(|begun| begun.at_ms.saturating_add(latency_ms) <= now_ms)
        {
            self.take_in(begun, true, now_ms);
        }
        if !refused {
            self.take_in(begun, false, now_ms);
        }
        self.judge_trial(now_ms);
    }

    fn take_in(&mut self, begun: Begun, refused: bool, now_ms: i64) {
        self.seen.add(begun.level, refused);
        if begun.at_ms < self.since_ms {
            return;
        }
        if let Some(trial) = &mut self.trial {
            if refused { trial.refused += 1.0 } else { trial.taken += 1.0 }
        } else if begun.is_probe && !refused {
            // So many are taken.
            self.limit = self.limit.max(as_f64(begun.level.min(self.most)));
        }
        if refused {
            self.fall(begun, now_ms);
        }
    }

    /// A call is over, answered or not.
    pub(super) fn over(&mut self, begun: Begun, now_ms: i64) {
        self.probing = self.probing.saturating_sub(usize::from(begun.is_probe));
        let is_due = begun.is_probe || now_ms.saturating_sub(self.looked_ms) >= LOOKS_EVERY_MS;
        if self.probing == 0 && is_due {
            self.looked_ms = now_ms;
            self.probes = self.probes_now();
        }
    }

    fn fall(&mut self, begun: Begun, now_ms: i64) {
        // What was not under way was not refused: from where calls were, not from where they might have been.
        let from = self.limit.min(as_f64(begun.level));
        if let Some(edge) = self.seen.edge() {
            if edge < self.limit() {
                self.trial = None;
                self.lower(as_f64(edge).max(from * FALLS_TO), now_ms);
            }
            return;
        }
        let low = scaled(from, TRIES_LESS);
        let (taken, refused) = self.seen.above(low);
        let all = taken + refused;
        if all < KNOWN {
            return;
        }
        let part = refused / all;
        if part > BORNE_MAX {
            self.trial = None;
            self.lower(from * TRIES_LESS, now_ms);
            return;
        }
        let is_borne = now_ms < self.borne_until_ms && part < self.borne + DIFFERENCE;
        if part <= FEW || is_borne || self.trial.is_some() || low < 1 {
            return;
        }
        let (taken, refused) = self.seen.up_to(low);
        if taken + refused >= KNOWN {
            // Nothing divides what is known of fewer calls and of more.
            self.bear(part, now_ms);
        } else {
            self.lower(from * TRIES_LESS, now_ms);
            self.trial = Some(Trial { from, taken: 0.0, refused: 0.0 });
        }
    }

    /// Ends a trial when enough is known: fewer calls are refused less, and it stays; or as often, and it was in vain.
    fn judge_trial(&mut self, now_ms: i64) {
        let Some(Trial { from, taken, refused }) = self.trial else { return };
        if taken + refused < TRIAL {
            return;
        }
        self.trial = None;
        if self.seen.edge().is_none_or(|edge| edge > self.limit()) {
            self.limit = self.limit.max(from).min(as_f64(self.most));
            self.bear(refused / (taken + refused), now_ms);
        }
    }

    fn bear(&mut self, part: f64, now_ms: i64) {
        self.borne = part;
        #[expect(clippy::cast_possible_truncation, reason = "some seconds")]
        let rounds_ms = (self.latency.mean_ms * BORNE_ROUNDS) as i64;
        self.borne_until_ms = now_ms + BORNE_MS.max(rounds_ms);
    }

    fn lower(&mut self, limit: f64, now_ms: i64) {
        self.limit = limit.clamp(1.0, as_f64(self.most));
        self.since_ms = now_ms;
        self.probes = 0;
    }

    /// How many calls may begin above the limit now, to see whether they are taken.
    fn probes_now(&self) -> usize {
        let limit = self.limit();
        if self.trial.is_some() || limit >= self.most || self.latency.is_ours() {
            return 0;
        }
        let quarter = limit.div_ceil(4);
        let step = match self.seen.edge() {
            Some(edge) => edge.saturating_sub(limit).min(quarter),
            None if self.seen.refused_above(limit) => (limit / 16).max(1),
            None => quarter,
        };
        step.min(self.most - limit)
    }
}

/// How long answers take, and whether that is because of us.
#[derive(Clone, Copy, Debug)]
struct Latency {
    answers: u32,
    mean_ms: f64,
    /// The lowest that the mean was of late.
    fastest_ms: f64,
}

impl Default for Latency {
    fn default() -> Self {
        Self { answers: 0, mean_ms: UNKNOWN_MS, fastest_ms: UNKNOWN_MS }
    }
}

impl Latency {
    fn took(&mut self, took_ms: i64) {
        let took_ms = f64::from(i32::try_from(took_ms.max(0)).unwrap_or(i32::MAX));
        self.answers = self.answers.saturating_add(1);
        self.mean_ms += (took_ms - self.mean_ms) / f64::from(self.answers.min(MEAN_OF));
        if self.answers <= MEAN_OF {
            self.fastest_ms = self.mean_ms;
        } else {
            let later_ms = self.fastest_ms + (self.mean_ms - self.fastest_ms) / FASTEST_OF;
            self.fastest_ms = self.mean_ms.min(later_ms);
        }
    }

    /// Answers take so long that more calls at once would not be answered sooner.
    fn is_ours(&self) -> bool {
        self.mean_ms > SLOW_MS || self.mean_ms > self.fastest_ms * SLOWER + SLOWER_MS
    }
}
