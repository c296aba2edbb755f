//! Time passes: what was due happens by itself.

use crate::{
    occurrence::Occurrence,
    world::{World, agenda::Due, bond::Bond},
};

impl World {
    /// Lets all that is due by now happen, each at the time for which it was due; gives the callbacks about it.
    pub(crate) fn pass_time(&mut self, now_ms: i64) -> Vec<Occurrence> {
        let mut notices = Vec::new();
        while let Some((at_ms, due)) = self.agenda.take(now_ms) {
            match due {
                Due::Takeover(number) => notices.extend(self.take_over(number, at_ms)),
                Due::TempChat { employee, place } => self.end_temp_chat(&employee, place, at_ms),
            }
        }
        notices
    }

    /// Ends a temporary chat whose time has come. One that was closed, or has begun anew, is left as it is.
    fn end_temp_chat(&mut self, employee: &str, place: usize, now_ms: i64) {
        let bond = self.customers[place].bonds.iter_mut().find(|bond| bond.is_of(employee));
        let is_over = |bond: &&mut Bond| {
            bond.temp_chat.as_ref().is_some_and(|chat| chat.is_open() && chat.until_ms <= now_ms)
        };
        if let Some(bond) = bond.filter(is_over) {
            bond.end_temp_chat(now_ms);
        }
    }
}
