//! Answers that are remembered: bounded in number, renewed before they are old, asked for once by all who wait.
//!
//! - Whoever asks for what is remembered waits for nothing, also while it is being renewed.
//! - However many ask for what is not, one request is made. It goes on when those who asked have stopped waiting, so
//!   that the next one finds its answer.
//! - A failure is remembered too, for a short while: what is refused to this app costs one call a minute and not one
//!   for each customer. Where there is an older answer a failure does not replace it.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use moka::future::Cache;
use tokio::sync::oneshot;

use crate::{action::outcome::Class, clock::Clock, shutdown::Shutdown, wecom};

/// How long it is remembered that something is refused: somebody has to mend it in the console, and a minute later it
/// is asked for again.
pub(crate) const REFUSED_FOR_MS: i64 = 60_000;

/// How long it is remembered that WeCom was busy or not reached: long enough that a crowd of customers does not wait one
/// after the other, short enough for the next try of what is tried for a minute.
const BUSY_FOR_MS: i64 = 5_000;

/// How much is remembered, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// How many answers at most; what was not asked for lately is forgotten first.
    pub(crate) entries_max: u64,
    /// After how long an answer is renewed, when it is asked for.
    pub(crate) fresh_for: Duration,
    /// After how long it is forgotten.
    pub(crate) kept_for: Duration,
    /// Whether an answer that is due to be renewed serves until it is; otherwise whoever asks waits for the new one.
    pub(crate) serves_old: bool,
}

/// How long a failure is remembered where many ask for the same: all the customers of one employee.
pub(super) fn of_many<T>(answer: &Result<T, wecom::Error>) -> Option<i64> {
    answer.as_ref().err().map(|error| match error.class() {
        Class::Configuration | Class::Refused | Class::Content => REFUSED_FOR_MS,
        _ => BUSY_FOR_MS,
    })
}

/// An answer, or why there is none; shared by all who asked.
pub(crate) type Answer<T> = Result<Arc<T>, Arc<wecom::Error>>;

/// The memory of one kind of question.
#[derive(Debug)]
pub(crate) struct Memory<T: Send + Sync + 'static> {
    cache: Cache<String, Arc<Held<T>>>,
    fresh_for_ms: i64,
    serves_old: bool,
    clock: Clock,
    shutdown: Shutdown,
}

#[derive(Debug)]
struct Held<T> {
    answer: Answer<T>,
    renew_at_ms: AtomicI64,
    renewing: AtomicBool,
}

impl<T: Send + Sync + 'static> Memory<T> {
    pub(crate) fn new(terms: Terms, clock: Clock, shutdown: Shutdown) -> Self {
        let cache = Cache::builder().max_capacity(terms.entries_max).time_to_live(terms.kept_for).build();
        let fresh_for_ms = i64::try_from(terms.fresh_for.as_millis()).unwrap_or(i64::MAX);
        Self { cache, fresh_for_ms, serves_old: terms.serves_old, clock, shutdown }
    }

    /// What is remembered, else what `ask` answers. It is remembered for as many milliseconds as `lasts` says, or for as
    /// long as an answer is fresh.
    pub(crate) async fn get<F>(
        &self,
        key: String,
        ask: F,
        lasts: impl FnOnce(&Result<T, wecom::Error>) -> Option<i64> + Send + 'static,
    ) -> Answer<T>
    where
        F: Future<Output = Result<T, wecom::Error>> + Send + 'static,
    {
        if let Some(held) = self.cache.get(&key).await {
            let now_ms = self.clock.now_ms();
            let is_due = held.renew_at_ms.load(Ordering::Relaxed) <= now_ms;
            match &held.answer {
                Ok(_) if is_due && !self.serves_old => self.cache.invalidate(&key).await,
                Ok(answer) => {
                    if is_due && !held.renewing.swap(true, Ordering::Relaxed) {
                        self.renew(key, Arc::clone(&held), ask, lasts);
                    }
                    return Ok(Arc::clone(answer));
                }
                Err(error) if !is_due => return Err(Arc::clone(error)),
                Err(_) => self.cache.invalidate(&key).await,
            }
        }
        let (cache, clock, fresh_for_ms) = (self.cache.clone(), self.clock.clone(), self.fresh_for_ms);
        let told = self.see_through(async move {
            let asked = async { Arc::new(Held::of(ask.await, &clock, fresh_for_ms, lasts)) };
            cache.get_with(key, asked).await
        });
        told.await.unwrap_or_else(|_| stopping())
    }

    /// Asks whatever is remembered, and remembers what is answered; a failure does not replace an answer.
    pub(super) async fn replace<F>(
        &self,
        key: String,
        ask: F,
        lasts: impl FnOnce(&Result<T, wecom::Error>) -> Option<i64> + Send + 'static,
    ) -> Answer<T>
    where
        F: Future<Output = Result<T, wecom::Error>> + Send + 'static,
    {
        let (cache, clock, fresh_for_ms) = (self.cache.clone(), self.clock.clone(), self.fresh_for_ms);
        let told = self.see_through(async move {
            let held = Arc::new(Held::of(ask.await, &clock, fresh_for_ms, lasts));
            if held.answer.is_ok() {
                cache.insert(key, Arc::clone(&held)).await;
            }
            held
        });
        told.await.unwrap_or_else(|_| stopping())
    }

    /// Sees it through, also when nobody waits for it any more: the answer is remembered all the same.
    /// Who waits holds no more than the end of a channel.
    fn see_through(
        &self,
        held: impl Future<Output = Arc<Held<T>>> + Send + 'static,
    ) -> oneshot::Receiver<Answer<T>> {
        let (tell, told) = oneshot::channel();
        self.shutdown.spawn_until_hard(async move {
            let _ = tell.send(held.await.answer.clone());
        });
        told
    }

    /// Has it asked for anew when it is next wanted; until there is an answer the old one serves.
    pub(super) async fn outdated(&self, key: &str) {
        if let Some(held) = self.cache.get(key).await {
            held.renew_at_ms.store(0, Ordering::Relaxed);
        }
    }

    /// Forgets it.
    pub(crate) async fn forget(&self, key: &str) {
        self.cache.invalidate(key).await;
    }

    fn renew<F>(
        &self,
        key: String,
        old: Arc<Held<T>>,
        ask: F,
        lasts: impl FnOnce(&Result<T, wecom::Error>) -> Option<i64> + Send + 'static,
    ) where
        F: Future<Output = Result<T, wecom::Error>> + Send + 'static,
    {
        let (cache, clock, fresh_for_ms) = (self.cache.clone(), self.clock.clone(), self.fresh_for_ms);
        self.shutdown.spawn_until_hard(async move {
            let new = Held::of(ask.await, &clock, fresh_for_ms, lasts);
            if new.answer.is_ok() {
                cache.insert(key, Arc::new(new)).await;
            } else {
                old.renew_at_ms.store(new.renew_at_ms.load(Ordering::Relaxed), Ordering::Relaxed);
                old.renewing.store(false, Ordering::Relaxed);
            }
        });
    }
}

fn stopping<T>() -> Answer<T> {
    Err(Arc::new(wecom::Error::Stopping { path: "a look-up" }))
}

impl<T> Held<T> {
    fn of(
        answer: Result<T, wecom::Error>,
        clock: &Clock,
        fresh_for_ms: i64,
        lasts: impl FnOnce(&Result<T, wecom::Error>) -> Option<i64>,
    ) -> Self {
        let for_ms = lasts(&answer).unwrap_or(fresh_for_ms);
        Self {
            answer: answer.map(Arc::new).map_err(Arc::new),
            renew_at_ms: AtomicI64::new(clock.now_ms().saturating_add(for_ms)),
            renewing: AtomicBool::new(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    const TERMS: Terms = Terms {
        entries_max: 10,
        fresh_for: Duration::from_mins(10),
        kept_for: Duration::from_hours(1),
        serves_old: true,
    };

    fn refused() -> wecom::Error {
        wecom::Error::Refused { path: "user/get", errcode: 60011, errmsg: "no privilege".into() }
    }

    fn busy() -> wecom::Error {
        wecom::Error::Refused { path: "user/get", errcode: -1, errmsg: "busy".into() }
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
        let impatient =
            tokio::time::timeout(Duration::from_millis(20), memory.get("a".into(), ask(), of_many)).await;
        assert!(impatient.is_err());
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (memory, ask) = (Arc::clone(&memory), ask());
            waiting.spawn(async move { memory.get("a".into(), ask, of_many).await });
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
        assert_eq!(*memory.get("a".into(), async { Ok(1) }, of_many).await.unwrap(), 1);
        assert_eq!(*memory.get("a".into(), async { Ok(2) }, of_many).await.unwrap(), 1, "remembered");
        hand.advance(TERMS.fresh_for);
        assert_eq!(*memory.get("a".into(), async { Err(busy()) }, of_many).await.unwrap(), 1);
        settle().await;
        assert_eq!(
            *memory.get("a".into(), async { Ok(2) }, of_many).await.unwrap(),
            1,
            "not asked again at once"
        );
        settle().await;
        hand.advance(Duration::from_secs(5));
        assert_eq!(*memory.get("a".into(), async { Ok(3) }, of_many).await.unwrap(), 1);
        settle().await;
        assert_eq!(*memory.get("a".into(), async { Ok(4) }, of_many).await.unwrap(), 3);
        memory.outdated("a").await;
        assert_eq!(*memory.get("a".into(), async { Ok(5) }, of_many).await.unwrap(), 3);
        settle().await;
        assert_eq!(*memory.get("a".into(), async { Ok(6) }, of_many).await.unwrap(), 5);
        memory.forget("a").await;
        assert_eq!(*memory.get("a".into(), async { Ok(7) }, of_many).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_failure_is_remembered_for_a_short_while() {
        let (clock, hand) = Clock::manual(0);
        let memory = Memory::new(TERMS, clock, Shutdown::new());
        for (error, for_ms) in [(refused as fn() -> wecom::Error, REFUSED_FOR_MS), (busy, BUSY_FOR_MS)] {
            memory.forget("a").await;
            assert!(memory.get("a".into(), async move { Err(error()) }, of_many).await.is_err());
            hand.advance(Duration::from_millis(u64::try_from(for_ms).unwrap() - 1));
            assert!(memory.get("a".into(), async { Ok(1) }, of_many).await.is_err());
            hand.advance(Duration::from_millis(1));
            assert_eq!(*memory.get("a".into(), async { Ok(1) }, of_many).await.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn what_serves_no_longer_when_it_is_old_is_waited_for() {
        let (clock, hand) = Clock::manual(0);
        let memory = Memory::new(Terms { serves_old: false, ..TERMS }, clock, Shutdown::new());
        assert_eq!(*memory.get("a".into(), async { Ok(1) }, of_many).await.unwrap(), 1);
        hand.advance(TERMS.fresh_for.saturating_sub(Duration::from_millis(1)));
        assert_eq!(*memory.get("a".into(), async { Ok(2) }, of_many).await.unwrap(), 1);
        hand.advance(Duration::from_millis(1));
        assert_eq!(*memory.get("a".into(), async { Ok(3) }, of_many).await.unwrap(), 3);
        // Nothing of a failure is remembered where it lasts no time.
        memory.forget("a").await;
        assert!(memory.get("a".into(), async { Err(refused()) }, |_| Some(0)).await.is_err());
        assert_eq!(*memory.get("a".into(), async { Ok(4) }, |_| None).await.unwrap(), 4);
    }

    /// Lets what runs in the background come to its end.
    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}
