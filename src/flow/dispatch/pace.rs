//! How many notices one employee is sent in a minute.
//!
//! WeCom drops what an app sends to one employee beyond 30 in a minute or 1,000 in an hour, and answers "ok" all the
//! same (page 90236). So they are counted here and sent later rather than lost. Departments and directory tags are
//! counted like one employee each: everybody in them gets each message.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::{
    action::{Action, Reason, ReasonCode, Recipients},
    flow::case::Case,
};

/// So many in any minute: 1,000 in an hour are 16 a minute, and within 30 a minute that is.
const A_MINUTE: usize = 16;

const MINUTE_MS: i64 = 60_000;

/// How many recipients are kept before those are forgotten who were sent nothing for a minute.
const KEPT: usize = 4_096;

/// Why a notice is sent later.
pub(super) fn why() -> Reason {
    ReasonCode::NoticesPaced
        .because("WeCom drops what one employee is sent beyond 30 in a minute and 1,000 in an hour")
}

/// When each recipient was sent something, for a minute.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<HashMap<String, VecDeque<i64>>>);

impl Pace {
    /// Counts an action that is about to be performed, or says when it may be where there have been too many already. So
    /// many processes share what is allowed. Instants are those of the steady clock: a minute is one whatever the
    /// machine's clock shows.
    pub(super) fn full_until(
        &self,
        case: &Case,
        action: &Action,
        processes: usize,
        now_ms: i64,
    ) -> Option<i64> {
        let Action::Notify(notify) = action else { return None };
        let max = (A_MINUTE / processes.max(1)).max(1);
        let keys = recipients(&notify.to).map(|whom| format!("{}/{whom}", case.app.name));
        self.count(&keys.collect::<Vec<_>>(), max, now_ms)
    }

    fn count(&self, keys: &[String], max: usize, now_ms: i64) -> Option<i64> {
        // A lock whose holder panicked guards nothing that could be half done.
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begin_ms = now_ms - MINUTE_MS;
        if sent.len() > KEPT {
            sent.retain(|_, times| times.back().is_some_and(|last| *last > begin_ms));
        }
        let mut free_at_ms = None;
        for key in keys {
            let Some(times) = sent.get_mut(key) else { continue };
            while times.front().is_some_and(|first| *first <= begin_ms) {
                times.pop_front();
            }
            if times.len() >= max {
                free_at_ms = free_at_ms.max(times.front().map(|first| first + MINUTE_MS));
            }
        }
        if free_at_ms.is_none() {
            for key in keys {
                sent.entry(key.clone()).or_default().push_back(now_ms);
            }
        }
        free_at_ms
    }
}

fn recipients(to: &Recipients) -> Box<dyn Iterator<Item = String> + '_> {
    match to {
        Recipients::Users(users) => Box::new(users.iter().map(|user| user.to_ascii_lowercase())),
        Recipients::Department(id) => Box::new(std::iter::once(format!("department {id}"))),
        Recipients::Tag(id) => Box::new(std::iter::once(format!("tag {id}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_for_one_waits_until_the_minute_is_over() {
        let pace = Pace::default();
        let keys = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for n in 0..3 {
            assert_eq!(pace.count(&keys(&["a"]), 3, n * 1_000), None);
        }
        assert_eq!(pace.count(&keys(&["a"]), 3, 3_000), Some(60_000));
        assert_eq!(pace.count(&keys(&["b", "a"]), 3, 3_000), Some(60_000), "for one of several");
        assert_eq!(pace.count(&keys(&["b"]), 3, 3_000), None, "what was not sent is not counted");
        assert_eq!(pace.count(&keys(&["a"]), 3, 59_999), Some(60_000));
        assert_eq!(pace.count(&keys(&["a"]), 3, 60_000), None);
        assert_eq!(pace.count(&keys(&["a"]), 3, 60_000), Some(61_000));
    }

    #[test]
    fn whoever_was_sent_nothing_lately_is_forgotten() {
        let pace = Pace::default();
        for n in 0..=KEPT {
            pace.count(&[n.to_string()], 3, 0);
        }
        pace.count(&["new".to_owned()], 3, MINUTE_MS);
        assert_eq!(pace.0.lock().unwrap().len(), 1);
    }
}
