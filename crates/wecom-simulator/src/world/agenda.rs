//! What happens by itself once its time has come: customers change hands, temporary chats end.

use std::collections::BTreeMap;

/// Something that happens by itself when its time has come.
pub(crate) enum Due {
    /// The transfer of that number is done, unless it has ended before.
    Takeover(u64),
    /// A temporary chat is over, unless it has been closed before.
    TempChat {
        /// The member's userid.
        employee: String,
        /// The customer's place among the customers.
        place: usize,
    },
}

/// What is to come, in the order of time; equal times in the order in which they were noted.
#[derive(Default)]
pub(crate) struct Agenda {
    noted: u64,
    by_time: BTreeMap<(i64, u64), Due>,
}

impl Agenda {
    /// Needs no bound of its own: each entry belongs to a transfer or a relation, which are bounded.
    pub(crate) fn note(&mut self, at_ms: i64, due: Due) {
        self.noted += 1;
        self.by_time.insert((at_ms, self.noted), due);
    }

    /// When the next is due.
    pub(crate) fn next_ms(&self) -> Option<i64> {
        self.by_time.first_key_value().map(|((at_ms, _), _)| *at_ms)
    }

    /// Takes the next out, if it is due by now; with the time for which it was noted.
    pub(crate) fn take(&mut self, now_ms: i64) -> Option<(i64, Due)> {
        let entry = self.by_time.first_entry().filter(|entry| entry.key().0 <= now_ms)?;
        let ((at_ms, _), due) = entry.remove_entry();
        Some((at_ms, due))
    }
}
