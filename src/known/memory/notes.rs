//! Small things that are remembered for a while, by name: that something was refused, that something was just done.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::terms::millis;

/// Notes, each of which ends at its own time.
#[derive(Debug)]
pub(crate) struct Notes<V> {
    /// With so many notes, those whose time is over are removed.
    many: usize,
    notes: Mutex<HashMap<String, Note<V>>>,
}

#[derive(Debug)]
struct Note<V> {
    value: V,
    until_ms: i64,
}

impl<V: Clone> Notes<V> {
    pub(crate) fn new(many: usize) -> Self {
        Self { many, notes: Mutex::default() }
    }

    /// The note of this name, unless its time is over.
    pub(crate) fn get(&self, name: &str, now_ms: i64) -> Option<V> {
        let notes = self.notes();
        notes.get(name).filter(|note| now_ms < note.until_ms).map(|note| note.value.clone())
    }

    /// Notes something for as long as it `lasts`, in the place of an earlier note of the name.
    pub(crate) fn note(&self, name: String, value: V, now_ms: i64, lasts: Duration) {
        put(&mut self.notes(), self.many, name, value, now_ms, lasts);
    }

    /// Notes something for as long as it `lasts`, unless the name has a note. Returns whether it was noted.
    pub(crate) fn note_first(&self, name: String, value: V, now_ms: i64, lasts: Duration) -> bool {
        let mut notes = self.notes();
        if notes.get(&name).is_some_and(|note| now_ms < note.until_ms) {
            return false;
        }
        put(&mut notes, self.many, name, value, now_ms, lasts);
        true
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        self.notes().clear();
    }

    fn notes(&self) -> MutexGuard<'_, HashMap<String, Note<V>>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put<V>(
    notes: &mut HashMap<String, Note<V>>,
    many: usize,
    name: String,
    value: V,
    now_ms: i64,
    lasts: Duration,
) {
    if notes.len() >= many {
        notes.retain(|_, note| now_ms < note.until_ms);
    }
    let until_ms = now_ms.saturating_add(millis(lasts));
    notes.insert(name, Note { value, until_ms });
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_note_ends_with_its_time_and_makes_room() {
        let notes = Notes::new(2);
        notes.note("a".into(), 1, 0, MINUTE);
        assert_eq!((notes.get("a", 59_999), notes.get("a", 60_000)), (Some(1), None));
        notes.note("b".into(), 2, 60_000, MINUTE);
        notes.note("c".into(), 3, 60_000, MINUTE);
        assert_eq!(notes.notes().len(), 2, "what is over was removed");
    }

    #[test]
    fn the_first_note_counts_until_it_is_over() {
        let notes = Notes::new(10);
        assert!(notes.note_first("a".into(), (), 0, MINUTE));
        assert!(!notes.note_first("a".into(), (), 59_999, MINUTE));
        assert!(notes.note_first("b".into(), (), 59_999, MINUTE));
        assert!(notes.note_first("a".into(), (), 60_000, MINUTE));
    }
}
