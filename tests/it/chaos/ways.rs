//! When there was a way for a welcome: which server ran from when to when, and when something was wrong that no server can
//! do anything about.

use std::sync::{Mutex, MutexGuard};

use super::now_ms;

/// A code has to be used if, between the ack and the end of its window, one server ran for so long while the database and
/// WeCom were well. Whoever held the welcome may have died: four seconds until that is noticed, one until the next look,
/// five until PostgreSQL ends the transaction of a process that stands still, a second of pause before the next try; the rest
/// is for a machine that does other things as well.
pub const ENOUGH_MS: i64 = 11_000;

/// What is kept of it. Cheap to ask while it goes on.
#[derive(Debug, Default)]
pub struct Ways(Mutex<Times>);

#[derive(Debug, Default)]
struct Times {
    begun_ms: i64,
    /// For each server, from when to when it ran.
    up: Vec<Vec<Span>>,
    /// When something was wrong for all of them, by whose doing.
    wrong: [Vec<Span>; 2],
    noted: Vec<String>,
}

/// Who does something that is wrong for all servers. Each does one thing at a time.
#[derive(Clone, Copy, Debug)]
pub enum Doing {
    /// The database or WeCom is away.
    Around,
    /// A server stands still, perhaps with the only right to write to the file.
    Server,
}

/// From an instant to another; without an end it goes on.
#[derive(Clone, Copy, Debug)]
struct Span {
    from_ms: i64,
    to_ms: Option<i64>,
}

impl Ways {
    pub fn of(servers: usize) -> Self {
        let up = vec![Vec::new(); servers];
        Self(Mutex::new(Times { begun_ms: now_ms(), up, ..Times::default() }))
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().expect("no panic")
    }

    /// A server runs from now on.
    pub fn up(&self, server: usize) {
        self.times().up[server].push(Span { from_ms: now_ms(), to_ms: None });
    }

    /// From now on it does not.
    pub fn down(&self, server: usize) {
        end(&mut self.times().up[server]);
    }

    /// Something is wrong for all, from now on.
    pub fn wrong(&self, doing: Doing) {
        self.times().wrong[doing as usize].push(Span { from_ms: now_ms(), to_ms: None });
    }

    /// It is over.
    pub fn right(&self, doing: Doing) {
        end(&mut self.times().wrong[doing as usize]);
    }

    /// Notes what happens, for whoever has to find out why something broke.
    pub fn note(&self, what: &str) {
        let mut times = self.times();
        let since_ms = now_ms() - times.begun_ms;
        times.noted.push(format!("{:>3}.{:03} {what}", since_ms / 1_000, since_ms % 1_000));
    }

    pub fn noted(&self) -> Vec<String> {
        self.times().noted.clone()
    }

    /// For how long at a stretch there was a way, between these two instants.
    pub fn longest(&self, from_ms: i64, to_ms: i64) -> i64 {
        let times = self.times();
        let mut wrong: Vec<Span> = times.wrong.iter().flatten().copied().collect();
        wrong.sort_by_key(|span| span.from_ms);
        let ran = times.up.iter().flatten();
        ran.map(|span| longest(span.within(from_ms, to_ms), &wrong)).max().unwrap_or(0)
    }
}

fn end(spans: &mut [Span]) {
    if let Some(last) = spans.last_mut() {
        last.to_ms.get_or_insert_with(now_ms);
    }
}

impl Span {
    fn within(self, from_ms: i64, to_ms: i64) -> (i64, i64) {
        (self.from_ms.max(from_ms), self.to_ms.unwrap_or(i64::MAX).min(to_ms))
    }
}

/// The longest stretch that none of these spans, which are in the order of their begins, has anything of.
fn longest((from_ms, to_ms): (i64, i64), wrong: &[Span]) -> i64 {
    let mut well_since_ms = from_ms;
    let mut longest = 0;
    for span in wrong {
        if span.to_ms.is_some_and(|end_ms| end_ms <= well_since_ms) {
            continue;
        }
        longest = longest.max(span.from_ms.min(to_ms) - well_since_ms);
        well_since_ms = span.to_ms.unwrap_or(i64::MAX).max(well_since_ms);
    }
    longest.max(to_ms.saturating_sub(well_since_ms))
}

#[test]
fn a_stretch_is_what_nothing_interrupts() {
    let span = |from_ms, to_ms| Span { from_ms, to_ms: Some(to_ms) };
    assert_eq!(longest((0, 20), &[]), 20);
    assert_eq!(longest((0, 20), &[span(5, 6)]), 14);
    assert_eq!(longest((0, 20), &[span(5, 6), span(9, 18)]), 5);
    assert_eq!(longest((0, 20), &[span(-9, 4), span(19, 40)]), 15);
    assert_eq!(longest((0, 20), &[span(-9, -4), span(30, 40)]), 20);
    assert_eq!(longest((0, 20), &[Span { from_ms: 7, to_ms: None }]), 7);
    assert_eq!(longest((0, 20), &[span(-1, 21)]), 0);
    assert_eq!(longest((0, 20), &[span(2, 15), span(3, 5)]), 5, "one within another");
    assert!(longest((9, 5), &[]) <= 0, "a server that was gone before the event came");
}
