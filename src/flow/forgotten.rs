//! Customers who have been forgotten while this process held something of theirs in memory: it begins nothing more for what had
//! happened before.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use crate::store::{self, CustomerHash, ForgottenRecord, Store};

/// How many are remembered, the latest of them: more than are forgotten while an action waits in memory.
const REMEMBERED_MAX: usize = 1_000;

/// Who was forgotten. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Forgotten(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    any: AtomicBool,
    latest: Mutex<Vec<ForgottenRecord>>,
}

impl Forgotten {
    /// Whether the customer of an event was forgotten after it had been received.
    pub fn covers(&self, received_at_ms: i64, customer: Option<&str>) -> bool {
        let Some(customer) = customer.filter(|_| self.0.any.load(Ordering::Acquire)) else { return false };
        let hash = CustomerHash::of(customer);
        let latest = self.0.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.iter().any(|record| record.hash == hash && received_at_ms <= record.at_ms)
    }

    /// Asks who was forgotten since. Whether anybody was.
    pub async fn ask(&self, store: &Store) -> Result<bool, store::Error> {
        let last = |latest: &Vec<ForgottenRecord>| latest.last().map_or(0, |record| record.id);
        let since = last(&self.0.latest.lock().unwrap_or_else(PoisonError::into_inner));
        let news = store.forgotten_since(since).await?;
        if news.is_empty() {
            return Ok(false);
        }
        let mut latest = self.0.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let since = last(&latest);
        latest.extend(news.into_iter().filter(|record| record.id > since));
        let too_many = latest.len().saturating_sub(REMEMBERED_MAX);
        latest.drain(..too_many);
        self.0.any.store(true, Ordering::Release);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_had_happened_before_is_covered() {
        let forgotten = Forgotten::default();
        assert!(!forgotten.covers(1, Some("wmX")));
        forgotten.0.latest.lock().unwrap().push(ForgottenRecord {
            id: 1,
            hash: CustomerHash::of("wmX"),
            at_ms: 7,
        });
        forgotten.0.any.store(true, Ordering::Release);
        assert!(forgotten.covers(7, Some("wmX")));
        assert!(!forgotten.covers(8, Some("wmX")), "they have come back");
        assert!(!forgotten.covers(7, Some("wmY")) && !forgotten.covers(7, None));
    }
}
