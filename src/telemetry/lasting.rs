//! Trouble that lasts, of what is tried again and again: told when it begins and when it is over. A line for every try hides
//! what else happens, and says nothing that the first has not said.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether something goes wrong at present.
#[derive(Debug, Default)]
pub struct Lasting(AtomicBool);

impl Lasting {
    /// It has gone wrong. Whether that is new, and to be told.
    pub fn begins(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }

    /// It has gone well. Whether that is new, and to be told: it went wrong before.
    pub fn ends(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_told_when_it_begins_and_when_it_is_over() {
        let trouble = Lasting::default();
        let told: Vec<bool> = [true, false, false, false, true, true, false]
            .into_iter()
            .map(|is_well| if is_well { trouble.ends() } else { trouble.begins() })
            .collect();
        assert_eq!(told, [false, true, false, false, true, false, true]);
    }
}
