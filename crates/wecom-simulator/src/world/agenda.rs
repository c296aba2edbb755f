//! What comes by itself once its time has come: takeovers of customers, ends of temporary chats.

use std::collections::BTreeMap;

use crate::{occurrence::Occurrence, world::World};

/// Something with a time.
pub(crate) enum Due {
    /// The transfer of that number is done unless it has ended before.
    Takeover(u64),
    /// A temporary chat is over unless it has been closed before.
    TempChat {
        /// The member's userid.
        employee: String,
        /// Where the customer is.
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
    /// Each entry belongs to a transfer or a relation, which are bounded.
    pub(crate) fn note(&mut self, at_ms: i64, due: Due) {
        self.noted += 1;
        self.by_time.insert((at_ms, self.noted), due);
    }

    /// When the next is due.
    pub(crate) fn next_ms(&self) -> Option<i64> {
        self.by_time.first_key_value().map(|((at_ms, _), _)| *at_ms)
    }

    fn take(&mut self, now_ms: i64) -> Option<(i64, Due)> {
        let entry = self.by_time.first_entry().filter(|entry| entry.key().0 <= now_ms)?;
        let ((at_ms, _), due) = entry.remove_entry();
        Some((at_ms, due))
    }
}

impl World {
    /// Lets all that is due by now happen, at the time for which it was due, and gives what is to be told of it.
    pub(crate) fn pass_time(&mut self, now_ms: i64) -> Vec<Occurrence> {
        let mut told = Vec::new();
        while let Some((at_ms, due)) = self.agenda.take(now_ms) {
            match due {
                Due::Takeover(number) => told.extend(self.take_over(number, at_ms)),
                Due::TempChat { employee, place } => self.end_temp_chat(&employee, place, at_ms),
            }
        }
        told
    }
}
