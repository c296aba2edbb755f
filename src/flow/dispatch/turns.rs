//! Whose turn it is, by key: WeCom takes changes of one employee's customer one at a time.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex},
};

use tokio::sync::OwnedMutexGuard;

use super::limits::lock;

/// Takes turns by key: who asks first goes first, other keys are not affected.
#[derive(Debug)]
pub(super) struct Turns<K: Eq + Hash + Clone> {
    by_key: Arc<Mutex<HashMap<K, Arc<tokio::sync::Mutex<()>>>>>,
}

impl<K: Eq + Hash + Clone> Default for Turns<K> {
    fn default() -> Self {
        Self { by_key: Arc::default() }
    }
}

impl<K: Eq + Hash + Clone> Turns<K> {
    /// Waits for the key's turn.
    pub(super) async fn take(&self, key: K) -> Turn<K> {
        let mutex = Arc::clone(lock(&self.by_key).entry(key.clone()).or_default());
        let guard = mutex.lock_owned().await;
        Turn { by_key: Arc::clone(&self.by_key), key, guard: Some(guard) }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        lock(&self.by_key).len()
    }
}

/// A key's turn. When it is dropped, whoever waits next for the key has it.
#[derive(Debug)]
pub(super) struct Turn<K: Eq + Hash + Clone> {
    by_key: Arc<Mutex<HashMap<K, Arc<tokio::sync::Mutex<()>>>>>,
    key: K,
    guard: Option<OwnedMutexGuard<()>>,
}

impl<K: Eq + Hash + Clone> Drop for Turn<K> {
    fn drop(&mut self) {
        let mut by_key = lock(&self.by_key);
        self.guard = None;
        // Whoever waits holds the mutex too; with nobody waiting the map's is the last one, and the key is forgotten.
        if let Entry::Occupied(entry) = by_key.entry(self.key.clone())
            && Arc::strong_count(entry.get()) == 1
        {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_go_in_order_of_asking_and_are_forgotten_afterwards() {
        let turns = Arc::new(Turns::default());
        let first = turns.take("a").await;
        drop(turns.take("b").await);
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..5 {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            tasks.spawn(async move {
                let _turn = turns.take("a").await;
                lock(&order).push(number);
            });
            tokio::task::yield_now().await;
        }
        drop(first);
        tasks.join_all().await;
        assert_eq!(*lock(&order), [0, 1, 2, 3, 4]);
        assert_eq!(turns.len(), 0);
    }
}
