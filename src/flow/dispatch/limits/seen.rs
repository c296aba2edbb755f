//! What of WeCom's answers is kept: how many calls were taken and how many refused, by how many were under way with them,
//! the newer the heavier. And what follows: from which number on more are refused than before.

/// What was seen counts half as much after so long, or after so many round trips where those are longer: so a ceiling that
/// moved is noticed within seconds, and probing costs some per cent of the calls.
const HALF_LIFE_MS: f64 = 1_000.0;
const HALF_LIFE_ROUNDS: f64 = 8.0;

/// It is reckoned no more often than this.
const FADES_EVERY_MS: i64 = 20;

/// No number of calls keeps more than this weight: a WeCom that takes fewer than before is believed after a few refusals.
const WEIGHT_MAX: f64 = 24.0;

/// What weighs less is forgotten.
const FORGOTTEN: f64 = 0.05;

/// Of several processes each sees only its own calls. One that tries a call more may have the others' refused, so it tries
/// that many times more seldom.
const SHARED_LONGER: f64 = 3.0;

/// How much more likely an edge must be than none, as a logarithm: a hundred and fifty to one, since dozens of numbers are
/// looked at each time; where several processes blur it, twenty to one.
const EVIDENCE: f64 = 5.0;
const EVIDENCE_SHARED: f64 = 3.0;

/// An edge divides refusals at least by this: a slope that is less steep is worth the calls that are taken on it.
pub(super) const DIFFERENCE: f64 = 0.15;

/// So many calls are told apart one by one; above, by a tenth.
const ONE_BY_ONE: usize = 16;
const RUNG: f64 = 1.1;

/// How many calls were taken and refused of late, by how many were under way.
#[derive(Debug)]
pub(super) struct Seen {
    /// How likely an edge must be.
    evidence: f64,
    /// How many times longer than usual it is remembered.
    longer: f64,
    rungs: Vec<Rung>,
    faded_ms: i64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Rung {
    taken: f64,
    refused: f64,
}

impl Seen {
    pub(super) fn new(most: usize, processes: usize) -> Self {
        let evidence = if processes > 1 { EVIDENCE_SHARED } else { EVIDENCE };
        let longer = if processes > 1 { SHARED_LONGER } else { 1.0 };
        Self { evidence, longer, rungs: vec![Rung::default(); rung_of(most) + 1], faded_ms: i64::MIN }
    }

    /// Lets what is known lose weight with time.
    pub(super) fn fade(&mut self, now_ms: i64, round_ms: f64) {
        let passed_ms = now_ms.saturating_sub(self.faded_ms);
        if passed_ms < FADES_EVERY_MS {
            return;
        }
        self.faded_ms = now_ms;
        let passed_ms = f64::from(i32::try_from(passed_ms).unwrap_or(i32::MAX));
        let factor = 0.5_f64.powf(passed_ms / (HALF_LIFE_MS.max(HALF_LIFE_ROUNDS * round_ms) * self.longer));
        for rung in &mut self.rungs {
            rung.taken *= factor;
            rung.refused *= factor;
        }
    }

    pub(super) fn add(&mut self, level: usize, refused: bool) {
        let last = self.rungs.len() - 1;
        let rung = &mut self.rungs[rung_of(level.max(1)).min(last)];
        if refused {
            rung.refused += 1.0;
        } else {
            rung.taken += 1.0;
        }
        let weight = rung.taken + rung.refused;
        if weight > WEIGHT_MAX {
            rung.taken *= WEIGHT_MAX / weight;
            rung.refused *= WEIGHT_MAX / weight;
        }
    }

    /// Taken and refused with so many under way or fewer.
    pub(super) fn up_to(&self, level: usize) -> (f64, f64) {
        if level == 0 {
            return (0.0, 0.0);
        }
        let rungs = self.rungs.iter().take(rung_of(level) + 1);
        rungs.fold((0.0, 0.0), |(taken, refused), rung| (taken + rung.taken, refused + rung.refused))
    }

    /// Taken and refused with more under way.
    pub(super) fn above(&self, level: usize) -> (f64, f64) {
        let rungs = self.rungs.iter().skip(if level == 0 { 0 } else { rung_of(level) + 1 });
        rungs.fold((0.0, 0.0), |(taken, refused), rung| (taken + rung.taken, refused + rung.refused))
    }

    pub(super) fn refused_above(&self, level: usize) -> bool {
        self.above(level).1 > FORGOTTEN
    }

    /// The highest number of calls beyond which more are refused than up to it, if there is one: where the difference is most
    /// likely no accident.
    pub(super) fn edge(&self) -> Option<usize> {
        let all = self.above(0);
        let (mut taken, mut refused) = (0.0, 0.0);
        let mut best: Option<(f64, usize)> = None;
        let none = likelihood(all.0, all.1);
        for (index, rung) in self.rungs.iter().enumerate() {
            taken += rung.taken;
            refused += rung.refused;
            let (above_taken, above_refused) = (all.0 - taken, all.1 - refused);
            let (below, above) = (taken + refused, above_taken + above_refused);
            if below < 1.0 || above < 0.5 {
                continue;
            }
            if above_refused / above < refused / below + DIFFERENCE {
                continue;
            }
            let gain = likelihood(taken, refused) + likelihood(above_taken, above_refused) - none;
            if gain > self.evidence && best.is_none_or(|(most, _)| gain >= most) {
                best = Some((gain, highest_of(index)));
            }
        }
        best.map(|(_, level)| level)
    }
}

/// The logarithm of how likely it is to see so many taken and so many refused, at the rate that fits them best.
fn likelihood(taken: f64, refused: f64) -> f64 {
    let all = taken + refused;
    let part = |count: f64| if count > 0.0 { count * (count / all).ln() } else { 0.0 };
    part(taken) + part(refused)
}

fn rung_of(level: usize) -> usize {
    if level <= ONE_BY_ONE {
        return level.saturating_sub(1);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozens")]
    let above = ((as_f64(level) / as_f64(ONE_BY_ONE)).ln() / RUNG.ln()).floor() as usize;
    ONE_BY_ONE + above
}

/// The highest number of calls that stands on this rung.
fn highest_of(rung: usize) -> usize {
    if rung < ONE_BY_ONE {
        return rung + 1;
    }
    let mut level = scaled(as_f64(ONE_BY_ONE), RUNG.powf(as_f64(rung - ONE_BY_ONE + 1))) + 1;
    // The floor of a logarithm is off by one now and then.
    while rung_of(level) > rung {
        level -= 1;
    }
    level
}

pub(super) fn scaled(level: f64, by: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of calls")]
    let scaled = (level * by) as usize;
    scaled
}

pub(super) fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
