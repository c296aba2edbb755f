//! One answer that is remembered: until when it is good, who asks for the next, and what happens when it turns out to be
//! out of date.
//!
//! One asks at a time, and those who wait take the result. An answer that was marked as out of date while the question
//! was under way goes to those who wait, and is not kept for anybody after them: it may be from before the change.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::terms::Terms;
use wecom_core::clock::Clock;

/// An answer, or why there is none; shared by all who asked.
pub(crate) type Answer<T> = Result<Arc<T>, Arc<wecom_client::Error>>;

/// One answer, its age, and the turn to ask for another.
#[derive(Debug)]
pub(crate) struct Remembered<T> {
    state: Mutex<State<T>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State<T> {
    answer: Option<Answer<T>>,
    /// Before the question went out: what changed after that may not be in the answer.
    asked_at_ms: i64,
    /// From when on it is asked for anew; [`OUTDATED`] where something has changed.
    due_ms: i64,
    renewing: bool,
    /// How many answers have been remembered.
    answers: u64,
    /// How often the answer was marked as out of date.
    changes: u64,
}

const OUTDATED: i64 = i64::MIN;

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        let state =
            State { answer: None, asked_at_ms: 0, due_ms: OUTDATED, renewing: false, answers: 0, changes: 0 };
        Self { state: Mutex::new(state), turn: tokio::sync::Mutex::default() }
    }
}

/// What was remembered at one moment.
#[derive(Debug)]
pub(crate) struct Seen<T> {
    pub(crate) standing: Standing<T>,
    asked_at_ms: i64,
    is_outdated: bool,
    answers: u64,
}

/// How good an answer is.
#[derive(Debug)]
pub(crate) enum Standing<T> {
    /// It need not be asked for.
    Fresh(Answer<T>),
    /// It serves while another is asked for.
    Old(Arc<T>),
    /// There is none that may be used.
    Nothing,
}

impl<T> Seen<T> {
    /// How long ago the answer was asked for; for ever, where it is known to be out of date.
    pub(crate) fn age_ms(&self, now_ms: i64) -> i64 {
        if self.is_outdated { i64::MAX } else { now_ms.saturating_sub(self.asked_at_ms) }
    }
}

impl<T> Remembered<T> {
    /// What is remembered now.
    pub(crate) fn seen(&self, terms: &Terms, now_ms: i64) -> Seen<T> {
        let state = self.state();
        Seen {
            standing: state.standing(terms, now_ms),
            asked_at_ms: state.asked_at_ms,
            is_outdated: state.due_ms == OUTDATED,
            answers: state.answers,
        }
    }

    /// The last answer, however old it is.
    pub(crate) fn latest(&self) -> Option<Arc<T>> {
        self.state().answer.as_ref()?.as_ref().ok().cloned()
    }

    /// The turn to ask. Who has it looks first whether somebody was [`answered`](Self::answered_since) meanwhile.
    pub(crate) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// An answer that has come since, if it is still good.
    pub(crate) fn answered_since(&self, seen: &Seen<T>, terms: &Terms, now_ms: i64) -> Option<Answer<T>> {
        let state = self.state();
        match state.standing(terms, now_ms) {
            Standing::Fresh(answer) if state.answers != seen.answers => Some(answer),
            _ => None,
        }
    }

    /// Takes the turn and asks, unless somebody was answered since.
    pub(crate) async fn read<F: Future<Output = Result<T, wecom_client::Error>>>(
        &self,
        seen: &Seen<T>,
        (terms, clock): (&Terms, &Clock),
        ask: impl FnOnce() -> F,
        lasts: impl FnOnce(&Result<T, wecom_client::Error>) -> Option<i64>,
    ) -> Answer<T> {
        let _turn = self.turn().await;
        match self.answered_since(seen, terms, clock.steady_ms()) {
            Some(answer) => answer,
            None => self.ask((terms, clock), ask(), lasts).await,
        }
    }

    /// Asks, and remembers the answer for as many milliseconds as `lasts` says of it, or for as long as answers are
    /// fresh. The caller has the turn.
    pub(crate) async fn ask(
        &self,
        (terms, clock): (&Terms, &Clock),
        ask: impl Future<Output = Result<T, wecom_client::Error>>,
        lasts: impl FnOnce(&Result<T, wecom_client::Error>) -> Option<i64>,
    ) -> Answer<T> {
        let (asked_at_ms, changes) = (clock.steady_ms(), self.state().changes);
        let answer = ask.await;
        let lasts_ms = lasts(&answer).unwrap_or_else(|| terms.fresh_for_ms());
        let answer = answer.map(Arc::new).map_err(Arc::new);
        let now_ms = clock.steady_ms();
        let mut state = self.state();
        let has_changed = state.changes != changes;
        let due_ms = if has_changed { OUTDATED } else { now_ms.saturating_add(lasts_ms) };
        match &answer {
            // Somebody may have forgotten the answer before this one for good.
            Ok(_) if has_changed && state.answer.is_none() => {}
            Err(_) if has_changed || lasts_ms <= 0 => {}
            // A failure replaces no answer that may be used; it only puts the next try off.
            Err(_) if state.serves(terms, now_ms) => state.due_ms = state.due_ms.max(due_ms),
            _ => state.remember(answer.clone(), asked_at_ms, due_ms),
        }
        answer
    }

    /// Has it asked for anew when it is next wanted. An old answer may serve until then, as the terms say.
    pub(crate) fn mark_outdated(&self) {
        let mut state = self.state();
        state.due_ms = OUTDATED;
        state.changes += 1;
    }

    /// Forgets it: not even an old answer serves.
    pub(crate) fn forget(&self) {
        self.mark_outdated();
        self.state().answer = None;
    }

    /// Whether the caller is the one who renews an old answer; then it says when it is [`renewed`](Self::renewed).
    pub(crate) fn begin_renewal(&self) -> bool {
        !std::mem::replace(&mut self.state().renewing, true)
    }

    /// The renewal is over, however it ended.
    pub(crate) fn renewed(&self) {
        self.state().renewing = false;
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Remembered<T> {
    /// Changes the last answer where the change is known without a question to WeCom; the answer keeps its age.
    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        if let Some(Ok(answer)) = &mut self.state().answer {
            change(Arc::make_mut(answer));
        }
    }
}

impl<T> State<T> {
    fn standing(&self, terms: &Terms, now_ms: i64) -> Standing<T> {
        match &self.answer {
            Some(answer) if now_ms < self.due_ms => Standing::Fresh(answer.clone()),
            Some(Ok(answer)) if self.serves(terms, now_ms) => Standing::Old(Arc::clone(answer)),
            _ => Standing::Nothing,
        }
    }

    /// Whether there is an answer, no failure, that may be used.
    fn serves(&self, terms: &Terms, now_ms: i64) -> bool {
        let is_kept = now_ms < self.asked_at_ms.saturating_add(terms.kept_for_ms());
        matches!(self.answer, Some(Ok(_))) && is_kept && (terms.serves_old || now_ms < self.due_ms)
    }

    fn remember(&mut self, answer: Answer<T>, asked_at_ms: i64, due_ms: i64) {
        self.answer = Some(answer);
        self.asked_at_ms = asked_at_ms;
        self.due_ms = due_ms;
        self.answers += 1;
    }
}
