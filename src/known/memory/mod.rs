//! Answers of WeCom's that are remembered: bounded in number, renewed before they are old, asked for once by all who wait.
//!
//! - Whoever asks for an answer that is remembered waits for nothing, also while it is being renewed.
//! - However many ask for one that is not, a single request is made. It goes on when those who asked have stopped
//!   waiting, so that the next one finds its answer.
//! - A failure is remembered too, for a short while: what is refused to this app costs one call a minute and not one
//!   for each customer. Where there is an older answer a failure does not replace it.
//! - What a callback says has changed is forgotten, also while it is being asked for.
//!
//! [`Memory`] holds many answers by key (employees, departments, customers), each of them a [`Remembered`]; the corp's
//! tags are a single one. Time is the [`Clock`]'s steady one, which nobody sets: an answer that is an hour old is so although the
//! machine's clock was set. The ids of media files are remembered otherwise: `media/shelf.rs` says why.

mod terms;
mod remembered;
mod notes;

use std::{future::Future, sync::Arc};

use moka::future::Cache;
use tokio::sync::oneshot;

use crate::{action::outcome::Class, shutdown::Shutdown};
pub(crate) use notes::Notes;
pub(crate) use remembered::{Answer, Remembered, Seen, Standing};
pub(crate) use terms::{Terms, millis};
use wecom_core::clock::Clock;

/// How long it is remembered that something is refused: somebody has to mend it in the console, and a minute later it
/// is asked for again.
pub(crate) const REFUSED_FOR_MS: i64 = 60_000;

/// How long it is remembered that WeCom was busy or not reached: long enough that a crowd of customers does not wait one
/// after the other, short enough for the next try of what is tried for a minute.
const BUSY_FOR_MS: i64 = 5_000;

/// How long a failure is remembered where many ask for the same: all the customers of one employee.
pub(super) fn of_many<T>(answer: &Result<T, wecom_client::Error>) -> Option<i64> {
    answer.as_ref().err().map(|error| match error.class() {
        Class::Configuration | Class::Refused | Class::Content => REFUSED_FOR_MS,
        _ => BUSY_FOR_MS,
    })
}

/// The memory of one kind of question.
#[derive(Debug)]
pub(crate) struct Memory<T: Send + Sync + 'static> {
    // The cache bounds their number; how old an answer may be is for the clock to say.
    entries: Cache<String, Arc<Remembered<T>>>,
    terms: Terms,
    clock: Clock,
    shutdown: Shutdown,
}

impl<T: Send + Sync + 'static> Memory<T> {
    pub(crate) fn new(terms: Terms, clock: Clock, shutdown: Shutdown) -> Self {
        let entries = Cache::builder().max_capacity(terms.entries_max).time_to_idle(terms.kept_for).build();
        Self { entries, terms, clock, shutdown }
    }

    /// What is remembered, else what is answered to `ask`, which is made only then. That is remembered for as many
    /// milliseconds as `lasts` says, or for as long as an answer is fresh.
    pub(crate) async fn get<F>(
        &self,
        key: String,
        ask: impl FnOnce() -> F + Send + 'static,
        lasts: impl FnOnce(&Result<T, wecom_client::Error>) -> Option<i64> + Send + 'static,
    ) -> Answer<T>
    where
        F: Future<Output = Result<T, wecom_client::Error>> + Send + 'static,
    {
        let entry = self.entry(key).await;
        let seen = entry.seen(&self.terms, self.clock.steady_ms());
        let receiver = match seen.standing {
            Standing::Fresh(answer) => return answer,
            Standing::Old(answer) => {
                if entry.begin_renewal() {
                    self.renew(entry, ask, lasts);
                }
                return Ok(answer);
            }
            Standing::Nothing => {
                let (terms, clock) = (self.terms, self.clock.clone());
                self.see_through(async move { entry.read(&seen, (&terms, &clock), ask, lasts).await })
            }
        };
        receiver.await.unwrap_or_else(|_| stopping())
    }

    /// Asks whatever is remembered, and remembers what is answered.
    pub(super) async fn replace<F>(
        &self,
        key: String,
        ask: impl FnOnce() -> F + Send + 'static,
        lasts: impl FnOnce(&Result<T, wecom_client::Error>) -> Option<i64> + Send + 'static,
    ) -> Answer<T>
    where
        F: Future<Output = Result<T, wecom_client::Error>> + Send + 'static,
    {
        let (entry, terms, clock) = (self.entry(key).await, self.terms, self.clock.clone());
        let receiver = self.see_through(async move {
            let _turn = entry.turn().await;
            entry.ask((&terms, &clock), ask(), lasts).await
        });
        receiver.await.unwrap_or_else(|_| stopping())
    }

    /// What was answered last, while it is kept, however old it is. Nothing is asked.
    pub(crate) async fn latest(&self, key: &str) -> Option<Arc<T>> {
        self.entries.get(key).await?.latest()
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&self) {
        self.entries.invalidate_all();
    }

    /// Has it asked for anew when it is next wanted; until there is an answer the old one serves.
    pub(super) async fn mark_outdated(&self, key: &str) {
        if let Some(entry) = self.entries.get(key).await {
            entry.mark_outdated();
        }
    }

    /// Forgets it.
    pub(crate) async fn forget(&self, key: &str) {
        if let Some(entry) = self.entries.get(key).await {
            entry.forget();
        }
    }

    async fn entry(&self, key: String) -> Arc<Remembered<T>> {
        if let Some(entry) = self.entries.get(&key).await {
            return entry;
        }
        // On the heap, as it is large and seldom needed.
        Box::pin(self.entries.get_with(key, async { Arc::default() })).await
    }

    /// Goes on when nobody waits for it any more, and so the next one finds the answer. Whoever waits holds no more than
    /// the end of a channel: thousands may wait, and a question under way is tens of kilobytes.
    fn see_through(
        &self,
        answer: impl Future<Output = Answer<T>> + Send + 'static,
    ) -> oneshot::Receiver<Answer<T>> {
        let (sender, receiver) = oneshot::channel();
        self.shutdown.spawn_beside(async move {
            // Nobody may be waiting any more.
            let _ = sender.send(answer.await);
        });
        receiver
    }

    fn renew<F>(
        &self,
        entry: Arc<Remembered<T>>,
        ask: impl FnOnce() -> F + Send + 'static,
        lasts: impl FnOnce(&Result<T, wecom_client::Error>) -> Option<i64> + Send + 'static,
    ) where
        F: Future<Output = Result<T, wecom_client::Error>> + Send + 'static,
    {
        let (terms, clock) = (self.terms, self.clock.clone());
        self.shutdown.spawn_beside(async move {
            let turn = entry.turn().await;
            // Its outcome is in the entry.
            let _ = entry.ask((&terms, &clock), ask(), lasts).await;
            drop(turn);
            entry.renewed();
        });
    }
}

fn stopping<T>() -> Answer<T> {
    Err(Arc::new(wecom_client::Error::Stopping { path: "a look-up" }))
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    const TERMS: Terms = Terms {
        entries_max: 10,
        fresh_for: Duration::from_mins(10),
        kept_for: Duration::from_hours(1),
        serves_old: true,
    };

    fn refused() -> wecom_client::Error {
        wecom_client::Error::Refused {
            path: wecom_client::Directory::USER.path,
            errcode: 60011,
            errmsg: "no privilege".into(),
        }
    }

    fn busy() -> wecom_client::Error {
        wecom_client::Error::Refused {
            path: wecom_client::Directory::USER.path,
            errcode: -1,
            errmsg: "busy".into(),
        }
    }

    #[tokio::test]
    async fn many_who_wait_ask_once_and_whoever_stops_waiting_spoils_nothing() {
        let (clock, _hand) = Clock::manual(0);
        let memory = Arc::new(Memory::new(TERMS, clock, Shutdown::new()));
        let asked = Arc::new(AtomicUsize::new(0));
        let (release, held) = tokio::sync::watch::channel(false);
        let ask = {
            let asked = Arc::clone(&asked);
            move || {
                let (asked, mut held) = (Arc::clone(&asked), held.clone());
                async move {
                    asked.fetch_add(1, Ordering::Relaxed);
                    let _ = held.wait_for(|open| *open).await;
                    Ok(7)
                }
            }
        };
        // The first gives up at once: its question goes on.
        let first = ask();
        let impatient =
            tokio::time::timeout(Duration::from_millis(20), memory.get("a".into(), move || first, of_many))
                .await;
        assert!(impatient.is_err());
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (memory, ask) = (Arc::clone(&memory), ask());
            waiting.spawn(async move { memory.get("a".into(), move || ask, of_many).await });
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        release.send_replace(true);
        for answer in waiting.join_all().await {
            assert_eq!(*answer.unwrap(), 7);
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn what_is_old_serves_while_it_is_renewed_and_a_failure_does_not_replace_it() {
        let (clock, hand) = Clock::manual(0);
        let memory = Memory::new(TERMS, clock, Shutdown::new());
        assert_eq!(*memory.get("a".into(), || async { Ok(1) }, of_many).await.unwrap(), 1);
        assert_eq!(*memory.get("a".into(), || async { Ok(2) }, of_many).await.unwrap(), 1, "remembered");
        hand.advance(TERMS.fresh_for);
        assert_eq!(*memory.get("a".into(), || async { Err(busy()) }, of_many).await.unwrap(), 1);
        settle().await;
        assert_eq!(
            *memory.get("a".into(), || async { Ok(2) }, of_many).await.unwrap(),
            1,
            "not asked again at once"
        );
        settle().await;
        hand.advance(Duration::from_secs(5));
        assert_eq!(*memory.get("a".into(), || async { Ok(3) }, of_many).await.unwrap(), 1);
        settle().await;
        assert_eq!(*memory.get("a".into(), || async { Ok(4) }, of_many).await.unwrap(), 3);
        memory.mark_outdated("a").await;
        assert_eq!(*memory.get("a".into(), || async { Ok(5) }, of_many).await.unwrap(), 3);
        settle().await;
        assert_eq!(*memory.get("a".into(), || async { Ok(6) }, of_many).await.unwrap(), 5);
        memory.forget("a").await;
        assert_eq!(*memory.get("a".into(), || async { Ok(7) }, of_many).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_failure_is_remembered_for_a_short_while() {
        let (clock, hand) = Clock::manual(0);
        let memory = Memory::new(TERMS, clock, Shutdown::new());
        for (error, for_ms) in [(refused as fn() -> wecom_client::Error, REFUSED_FOR_MS), (busy, BUSY_FOR_MS)]
        {
            memory.forget("a").await;
            assert!(memory.get("a".into(), move || async move { Err(error()) }, of_many).await.is_err());
            hand.advance(Duration::from_millis(u64::try_from(for_ms).unwrap() - 1));
            assert!(memory.get("a".into(), || async { Ok(1) }, of_many).await.is_err());
            hand.advance(Duration::from_millis(1));
            assert_eq!(*memory.get("a".into(), || async { Ok(1) }, of_many).await.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn what_serves_no_longer_when_it_is_old_is_waited_for() {
        let (clock, hand) = Clock::manual(0);
        let memory = Memory::new(Terms { serves_old: false, ..TERMS }, clock, Shutdown::new());
        assert_eq!(*memory.get("a".into(), || async { Ok(1) }, of_many).await.unwrap(), 1);
        hand.advance(TERMS.fresh_for.saturating_sub(Duration::from_millis(1)));
        assert_eq!(*memory.get("a".into(), || async { Ok(2) }, of_many).await.unwrap(), 1);
        hand.advance(Duration::from_millis(1));
        assert_eq!(*memory.get("a".into(), || async { Ok(3) }, of_many).await.unwrap(), 3);
        // Nothing of a failure is remembered where it lasts no time.
        memory.forget("a").await;
        assert!(memory.get("a".into(), || async { Err(refused()) }, |_| Some(0)).await.is_err());
        assert_eq!(*memory.get("a".into(), || async { Ok(4) }, |_| None).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn what_is_forgotten_while_it_is_asked_for_is_asked_for_again() {
        let (clock, _hand) = Clock::manual(0);
        let memory = Arc::new(Memory::new(TERMS, clock, Shutdown::new()));
        let (release, held) = oneshot::channel();
        let from_before = async move {
            held.await.unwrap();
            Ok(1)
        };
        let mut asking = tokio::task::JoinSet::new();
        let asked = Arc::clone(&memory);
        asking.spawn(async move { asked.get("a".into(), move || from_before, of_many).await });
        settle().await;
        memory.forget("a").await;
        release.send(()).unwrap();
        assert_eq!(*asking.join_next().await.unwrap().unwrap().unwrap(), 1, "whoever waits has it");
        assert_eq!(*memory.get("a".into(), || async { Ok(2) }, of_many).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn what_is_kept_ends_by_the_clock() {
        let (clock, hand) = Clock::manual(0);
        let memory = Memory::new(TERMS, clock, Shutdown::new());
        assert_eq!(*memory.get("a".into(), || async { Ok(1) }, of_many).await.unwrap(), 1);
        hand.advance(TERMS.kept_for);
        assert_eq!(*memory.get("a".into(), || async { Ok(2) }, of_many).await.unwrap(), 2, "waited for");
    }

    /// Lets what runs in the background come to its end.
    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}
