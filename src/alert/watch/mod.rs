//! What is seen becomes what is to be said: when a trouble begins, when it is over, and that it still lasts.
//!
//! A trouble is said when it has lasted for a while ([`Code::onset`]), and is over when all has been well for a while
//! ([`Code::settles_after`]), so that what comes and goes is one trouble. What comes together is said together: the first waits
//! some seconds for others. What lasts is said again after hours. There is no queue of messages: what is due follows from the
//! state, so that an address that takes nothing for a day is told the state of then and not a day of messages.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::code::Code;
use crate::known::memory::millis;

/// The first of several troubles waits so long for the others: a disk that fills up, the callbacks that are not stored and the
/// welcomes that are missed come within seconds of each other.
pub const GROUPED_WITHIN: Duration = Duration::from_secs(5);

/// What lasts is said again after so long: often enough that a shift learns of it, seldom enough to be read.
pub const REMINDED_AFTER: Duration = Duration::from_hours(6);

/// A reminder takes others along that would be due so soon after it.
const REMINDED_TOGETHER: Duration = Duration::from_hours(1);

/// A trouble that is over still explains others for so long: what it caused is looked at ten minutes back.
pub const EXPLAINS_FOR: Duration = Duration::from_mins(11);

/// What a trouble is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// What it is.
    pub code: Code,
    /// The app; none where it concerns all.
    pub app: Option<String>,
}

/// How it stands with a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Something is wrong, in so many cases (of a disk: with so many bytes free).
    Bad(u64),
    /// All is well.
    Good,
    /// Neither shows: what has begun lasts, and nothing begins.
    Unclear,
}

/// What a message says of a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has begun, or still lasts.
    Firing,
    /// It is over.
    Over,
}

/// What is to be said of a trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What it is of.
    pub subject: Subject,
    /// Whether it lasts.
    pub state: State,
    /// Since when it was seen.
    pub since_ms: i64,
    /// When this is said, or when it was over.
    pub at_ms: i64,
    /// In how many cases; of a disk the free bytes.
    pub figure: u64,
}

/// What there is to say, and what has been said. Kept as JSON between processes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Watch(Vec<Trouble>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Trouble {
    #[serde(flatten)]
    subject: Subject,
    since_ms: i64,
    figure: u64,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    /// It has not lasted long enough.
    Coming,
    /// It lasts; `fired_ms`: since when that is to be said. `good_ms`: since when it looks well.
    Firing { fired_ms: i64, said_ms: Option<i64>, good_ms: Option<i64> },
    /// It is over. What was `said` is that it lasted, at `lasted_said_ms`, and that it is over where `over_said`.
    Over { over_ms: i64, lasted_said_ms: i64, over_said: bool },
    /// There is nothing left of it.
    Gone,
}

impl Watch {
    /// What another process has kept. What cannot be read is as good as nothing: it was kept by another version, and what lasts
    /// is said once more.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// It as a text to be kept.
    pub fn to_json(&self) -> String {
        // A list of plain values cannot fail to be written.
        serde_json::to_string(self).unwrap_or_else(|_| "[]".to_owned())
    }

    /// Takes note of how it stands with every subject there is. One that is not among them is not asked about any more: an app
    /// that was taken out of the settings, say.
    pub fn see(&mut self, now_ms: i64, looks: &[(Subject, Look)]) {
        self.0.retain(|trouble| looks.iter().any(|(subject, _)| *subject == trouble.subject));
        for trouble in &mut self.0 {
            trouble.not_after(now_ms);
        }
        // What explains others stands before them.
        let mut looks: Vec<_> = looks.iter().collect();
        looks.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (subject, look) in looks {
            let explained = self.explained(subject);
            match self.0.iter_mut().find(|trouble| trouble.subject == *subject) {
                Some(trouble) if trouble.phase == Phase::Coming && explained => trouble.phase = Phase::Gone,
                Some(trouble) => trouble.step(now_ms, *look),
                None => {
                    if let (Look::Bad(figure), false) = (*look, explained) {
                        let mut trouble = Trouble {
                            subject: subject.clone(),
                            since_ms: now_ms,
                            figure,
                            phase: Phase::Coming,
                        };
                        trouble.fire_if_due(now_ms);
                        self.0.push(trouble);
                    }
                }
            }
        }
        self.0.retain(|trouble| !trouble.is_gone(now_ms));
    }

    /// What is to be said now, the gravest first; nothing while what has just begun waits for others.
    pub fn due(&self, now_ms: i64) -> Vec<Report> {
        let waits_ms = |trouble: &Trouble| Some(now_ms - trouble.unsaid_since_ms()?);
        let lasts_ms = |trouble: &Trouble| Some(now_ms - trouble.said_while_lasting_ms()?);
        let is_ripe = self.0.iter().filter_map(waits_ms).any(|waits_ms| waits_ms >= millis(GROUPED_WITHIN));
        let is_time = self.0.iter().filter_map(lasts_ms).any(|lasts_ms| lasts_ms >= millis(REMINDED_AFTER));
        let reminded_ms = millis(REMINDED_AFTER.saturating_sub(REMINDED_TOGETHER));
        let mut due: Vec<Report> = self
            .0
            .iter()
            .filter(|trouble| {
                ((is_ripe || is_time) && trouble.unsaid_since_ms().is_some())
                    || (is_time && lasts_ms(trouble).is_some_and(|lasts_ms| lasts_ms >= reminded_ms))
            })
            .map(|trouble| trouble.report(now_ms))
            .collect();
        due.sort_by(|one, other| one.subject.cmp(&other.subject));
        due
    }

    /// This has been said.
    pub fn said(&mut self, report: &Report, now_ms: i64) {
        for trouble in self.0.iter_mut().filter(|trouble| trouble.subject == report.subject) {
            match (&mut trouble.phase, report.state) {
                (Phase::Firing { said_ms, .. }, State::Firing) => *said_ms = Some(now_ms),
                (Phase::Over { over_said, .. }, State::Over) => *over_said = true,
                _ => {}
            }
        }
    }

    /// Whether something else explains this one.
    fn explained(&self, subject: &Subject) -> bool {
        self.0.iter().any(|trouble| {
            trouble.subject.app == subject.app
                && trouble.phase != Phase::Gone
                && trouble.subject.code.explains(subject.code)
        })
    }
}

impl Trouble {
    fn step(&mut self, now_ms: i64, look: Look) {
        if let Look::Bad(figure) = look {
            self.count(figure);
        }
        match (&mut self.phase, look) {
            (Phase::Coming, Look::Bad(_)) => self.fire_if_due(now_ms),
            (Phase::Coming, Look::Good) => self.phase = Phase::Gone,
            (Phase::Firing { good_ms, .. }, Look::Bad(_)) => *good_ms = None,
            (Phase::Firing { said_ms, good_ms, .. }, Look::Good) => {
                let good_ms = *good_ms.get_or_insert(now_ms);
                if now_ms - good_ms >= millis(self.subject.code.settles_after()) {
                    // Nobody has heard of it, so nobody waits to hear that it is over.
                    self.phase = said_ms.map_or(Phase::Gone, |lasted_said_ms| Phase::Over {
                        over_ms: now_ms,
                        lasted_said_ms,
                        over_said: false,
                    });
                }
            }
            (Phase::Over { over_said: false, lasted_said_ms, over_ms }, Look::Bad(_)) => {
                let (fired_ms, said_ms) = (*over_ms, Some(*lasted_said_ms));
                self.phase = Phase::Firing { fired_ms, said_ms, good_ms: None };
            }
            (Phase::Over { over_said: true, .. }, Look::Bad(figure)) => {
                (self.since_ms, self.figure, self.phase) = (now_ms, figure, Phase::Coming);
                self.fire_if_due(now_ms);
            }
            (_, Look::Unclear) | (Phase::Over { .. }, Look::Good) | (Phase::Gone, _) => {}
        }
    }

    /// The most at once, or all of them, or the least room.
    fn count(&mut self, figure: u64) {
        let code = self.subject.code;
        self.figure = if code.adds_up() {
            self.figure.saturating_add(figure)
        } else if code.is_of_disk() {
            self.figure.min(figure)
        } else {
            self.figure.max(figure)
        };
    }

    fn fire_if_due(&mut self, now_ms: i64) {
        if now_ms - self.since_ms >= millis(self.subject.code.onset()) {
            self.phase = Phase::Firing { fired_ms: now_ms, said_ms: None, good_ms: None };
        }
    }

    /// Since when there is something to say of it that has not been said.
    fn unsaid_since_ms(&self) -> Option<i64> {
        match self.phase {
            Phase::Firing { fired_ms, said_ms: None, .. } => Some(fired_ms),
            Phase::Over { over_ms, over_said: false, .. } => Some(over_ms),
            _ => None,
        }
    }

    /// When it was last said of what still lasts.
    fn said_while_lasting_ms(&self) -> Option<i64> {
        match self.phase {
            Phase::Firing { said_ms, .. } => said_ms,
            _ => None,
        }
    }

    fn report(&self, now_ms: i64) -> Report {
        let (state, at_ms) = match self.phase {
            Phase::Over { over_ms, .. } => (State::Over, over_ms),
            _ => (State::Firing, now_ms),
        };
        let Self { subject, since_ms, figure, .. } = self;
        Report { subject: subject.clone(), state, since_ms: *since_ms, at_ms, figure: *figure }
    }

    fn is_gone(&self, now_ms: i64) -> bool {
        match self.phase {
            Phase::Gone => true,
            Phase::Over { over_ms, over_said: true, .. } => now_ms - over_ms >= millis(EXPLAINS_FOR),
            _ => false,
        }
    }

    /// What lies ahead was noted before the clock was set back, or by a machine whose clock is fast: nothing waits for it.
    fn not_after(&mut self, now_ms: i64) {
        let clamp = |at_ms: &mut i64| *at_ms = (*at_ms).min(now_ms);
        clamp(&mut self.since_ms);
        match &mut self.phase {
            Phase::Coming | Phase::Gone => {}
            Phase::Firing { fired_ms, said_ms, good_ms } => {
                clamp(fired_ms);
                said_ms.iter_mut().chain(good_ms).for_each(clamp);
            }
            Phase::Over { over_ms, lasted_said_ms, .. } => {
                clamp(over_ms);
                clamp(lasted_said_ms);
            }
        }
    }
}

#[cfg(test)]
mod tests;
