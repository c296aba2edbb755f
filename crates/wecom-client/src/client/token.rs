//! The access token of one app: got once for all who need it, renewed before it expires, replaced when it is refused.
//!
//! Guarantees, within this process:
//! - At most one `gettoken` is under way, however many wait for it. It runs as a task of its own: a caller that gives
//!   up takes nothing from the others.
//! - A token that WeCom refused is thrown away once, by the first who notices; those who come later with the same
//!   news use its successor.
//! - `gettoken` is asked at most [`BURST`] times at once and once in [`INTERVAL`] over time. After a failure it pauses,
//!   for less than a second where WeCom was busy (a welcome has twenty), for longer where asking again cannot help:
//!   WeCom bars an address for an hour after some 2,000 wrong secrets in an hour (45009; page 90454). It pauses as well
//!   where WeCom refuses one token after the other that it has just given.
//!
//! Tokens are those of page 91039: `expires_in` is 7,200 s as a rule, and WeCom may end a token before.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::{sync::watch, time};
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use super::{
    call::dice,
    endpoint::Endpoint,
    error::Error,
    http::{ApiBase, Http, Request},
    pauses::{Refusals, millis, pause},
    values,
};
use wecom_core::{clock::Clock, codes};

/// Gets a token by corp id and secret. The client asks for it by itself; [`Client::gettoken`](crate::Client::gettoken)
/// is for those who want one in their own hands.
pub(crate) const GETTOKEN: Endpoint = Endpoint::get("gettoken").page(91039);

/// So long before it expires a token is renewed, and up to half as long again so that the apps and processes of a corp
/// do not ask together. Long enough to sit out a short outage of WeCom, short enough to waste little of two hours.
const RENEW_BEFORE_MS: i64 = 300_000;

/// A token that lives shorter than usual is renewed in the last quarter of its life.
const RENEW_LAST_PART: i64 = 4;

/// What a token is taken to live when WeCom does not say: the usual.
const LIFETIME_DEFAULT_S: i64 = 7_200;
/// A token lives at least this long, or every call would ask for another.
const LIFETIME_MIN_S: i64 = 1;
/// No longer is believed: a token that WeCom ended is noticed only by a refused call.
const LIFETIME_MAX_S: i64 = 24 * 3_600;

/// WeCom asks to reserve at least 512 bytes for a token. What is longer than this is none.
const TOKEN_BYTES_MAX: usize = 4_096;

/// How long one `gettoken` may take. It answers within some hundred milliseconds; three tries must fit into the
/// twenty seconds of a welcome.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How many `gettoken`s may follow each other without a pause: the first, one because that one was refused, and one
/// in reserve.
const BURST: i64 = 3;
/// The distance of `gettoken`s over time.
const INTERVAL: Duration = Duration::from_secs(1);

/// So long after a failure was logged the next ones of its kind are only counted.
const LOGGED_EVERY_MS: i64 = 1_000;

/// A token as it was handed out. Two are the same only if they came from the same `gettoken`.
pub(super) struct Token {
    value: SecretString,
    asked_ms: i64,
    renew_at_ms: i64,
    expires_at_ms: i64,
}

impl Token {
    pub(super) fn expose(&self) -> &str {
        self.value.expose_secret()
    }
}

/// Gets tokens and keeps the last one.
pub(super) struct Tokens {
    http: Http,
    base: ApiBase,
    corp_id: String,
    secret: SecretString,
    clock: Clock,
    tasks: TaskTracker,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    /// The `gettoken` that is under way.
    refresh: Option<Outcome>,
    failure: Option<Failure>,
    refusals: Refusals,
    /// The pace of `gettoken`s: when an even pace would have the next one; see [`State::start_at`].
    pace_ms: i64,
}

/// What came of a `gettoken`, for all who wait for it; `None` while it is under way.
type Outcome = watch::Receiver<Option<Result<Arc<Token>, Arc<Error>>>>;

struct Failure {
    cause: Arc<Error>,
    /// How many there were in a row.
    count: u32,
    /// How many of them have been logged or left out, and when the last line was written.
    accounted: u32,
    logged_ms: i64,
    /// The pause, with its begin: a machine whose clock is set back must not wait until it has caught up.
    since_ms: i64,
    until_ms: i64,
}

impl State {
    fn pausing(&self, now_ms: i64) -> Option<&Failure> {
        self.failure.as_ref().filter(|failure| (failure.since_ms..failure.until_ms).contains(&now_ms))
    }

    /// The refresh that is under way; one whose task was ended from outside is none.
    fn under_way(&self) -> Option<Outcome> {
        self.refresh.clone().filter(|outcome| outcome.has_changed().is_ok())
    }

    /// When the next `gettoken` may start, which is thereby taken to start.
    fn start_at(&mut self, now_ms: i64) -> i64 {
        let interval_ms = millis(INTERVAL);
        // One refresh is under way at a time, so the pace is never further ahead than this, unless the clock was set back.
        let pace_ms = self.pace_ms.min(now_ms + (BURST + 1) * interval_ms);
        let at_ms = now_ms.max(pace_ms - (BURST - 1) * interval_ms);
        self.pace_ms = pace_ms.max(at_ms) + interval_ms;
        at_ms
    }
}

impl Tokens {
    pub(super) fn new(
        http: Http,
        base: ApiBase,
        corp_id: String,
        secret: SecretString,
        clock: Clock,
        tasks: TaskTracker,
    ) -> Arc<Self> {
        Arc::new(Self { http, base, corp_id, secret, clock, tasks, state: Mutex::default() })
    }

    pub(super) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// A token that has not expired; waits for one where there is none. A token in its last minutes is handed out
    /// while its successor is got in the background. `path` is the call that needs it.
    pub(super) async fn current(self: &Arc<Self>, path: &'static str) -> Result<Arc<Token>, Error> {
        let outcome = {
            let mut state = self.state();
            let now_ms = self.clock.steady_ms();
            if let Some(token) = state.token.clone().filter(|token| now_ms < token.expires_at_ms) {
                if now_ms >= token.renew_at_ms && state.pausing(now_ms).is_none() {
                    self.refresh(&mut state, now_ms);
                }
                return Ok(token);
            }
            match (state.under_way(), state.pausing(now_ms)) {
                (Some(outcome), _) => outcome,
                (None, Some(failure)) => {
                    return Err(Error::Token { path, cause: Arc::clone(&failure.cause) });
                }
                (None, None) => self.refresh(&mut state, now_ms),
            }
        };
        wait(path, outcome).await
    }

    /// Takes note that WeCom refused this token, and why.
    pub(super) fn refused(&self, token: &Arc<Token>, cause: Error) {
        let mut state = self.state();
        if state.token.as_ref().is_none_or(|current| !Arc::ptr_eq(current, token)) {
            return;
        }
        state.token = None;
        let now_ms = self.clock.steady_ms();
        if let Some(pause) = state.refusals.refused(token.asked_ms, now_ms) {
            let (errcode, pause_ms) = (cause.errcode(), millis(pause));
            warn!(corp.id = %self.corp_id, errcode, pause_ms, "WeCom refuses access tokens that it has just given");
            let (cause, until_ms) = (Arc::new(cause), now_ms.saturating_add(pause_ms));
            state.failure = Some(Failure {
                cause,
                count: 1,
                accounted: 1,
                logged_ms: now_ms,
                since_ms: now_ms,
                until_ms,
            });
        }
    }

    /// Renews the token whenever it is time to; never returns.
    pub(super) async fn keep_fresh(self: &Arc<Self>) {
        loop {
            let due_ms = {
                let state = self.state();
                let due_ms = state.token.as_ref().map_or(0, |token| token.renew_at_ms);
                state.failure.as_ref().map_or(due_ms, |failure| due_ms.max(failure.until_ms))
            };
            self.clock.sleep_until_steady(due_ms).await;
            let outcome = {
                let mut state = self.state();
                let now_ms = self.clock.steady_ms();
                // Somebody else may have had it renewed while this slept.
                let fresh = state.token.as_ref().is_some_and(|token| now_ms < token.renew_at_ms);
                if fresh || state.pausing(now_ms).is_some() {
                    continue;
                }
                self.refresh(&mut state, now_ms)
            };
            if let Err(Error::Stopping { .. }) = wait(GETTOKEN.path, outcome).await {
                return;
            }
        }
    }

    /// Joins the refresh that is under way, or starts one.
    fn refresh(self: &Arc<Self>, state: &mut State, now_ms: i64) -> Outcome {
        if let Some(outcome) = state.under_way() {
            return outcome;
        }
        let start_at_ms = state.start_at(now_ms);
        let (announce, outcome) = watch::channel(None);
        state.refresh = Some(outcome.clone());
        let me = Arc::clone(self);
        self.tasks.spawn(async move {
            me.clock.sleep_until_steady(start_at_ms).await;
            let asked_ms = me.clock.steady_ms();
            let got = me.gettoken(asked_ms).await;
            let settled = me.settle(got);
            let _ = announce.send(Some(settled));
        });
        outcome
    }

    async fn gettoken(&self, asked_ms: i64) -> Result<Token, Error> {
        let request = Request {
            base: &self.base,
            endpoint: GETTOKEN,
            query: &[("corpid", &self.corp_id), ("corpsecret", self.secret())],
            body: None,
            secrets: &[self.secret()],
            errcode_may_lack: true,
            kept: None,
        };
        let answer = match time::timeout(TIMEOUT, self.http.exchange(request)).await {
            Ok(answer) => answer?,
            Err(_) => return Err(Error::TimedOut { path: GETTOKEN.path, after: TIMEOUT, sent: true }),
        };
        let answer: Answer = serde_json::from_str(&answer).map_err(|cause| Error::Unreadable {
            path: GETTOKEN.path,
            fault: "malformed",
            column: cause.column(),
            done: false,
        })?;
        let value =
            answer.access_token.filter(|token| !token.is_empty() && token.len() <= TOKEN_BYTES_MAX).ok_or(
                Error::Unreadable { path: GETTOKEN.path, fault: "no access_token", column: 0, done: false },
            )?;
        Ok(token(value, answer.expires_in, asked_ms, dice()))
    }

    /// Keeps what came of a `gettoken`, for those who wait and those who come.
    fn settle(&self, got: Result<Token, Error>) -> Result<Arc<Token>, Arc<Error>> {
        let mut state = self.state();
        let now_ms = self.clock.steady_ms();
        state.refresh = None;
        match got {
            Ok(token) => {
                debug!(corp.id = %self.corp_id, lives_ms = token.expires_at_ms - now_ms, "Got an access token");
                let token = Arc::new(token);
                state.failure = None;
                state.token = Some(Arc::clone(&token));
                Ok(token)
            }
            Err(cause) => {
                // Pauses grow with failures of one kind: an outage before it must not make a wrong secret wait longer.
                let before = state.failure.as_ref().filter(|failure| failure.cause.class() == cause.class());
                let count = before.map_or(0, |failure| failure.count).saturating_add(1);
                let (accounted, logged_ms) =
                    before.map_or((0, i64::MIN), |failure| (failure.accounted, failure.logged_ms));
                // The short pauses of a gateway that is overloaded would make several lines a second that say the same.
                let is_due = !(0..LOGGED_EVERY_MS).contains(&now_ms.saturating_sub(logged_ms));
                let pause = pause(&cause, count, dice());
                let cause = Arc::new(cause);
                if is_due {
                    self.log_failure(&cause, pause, count - accounted - 1);
                }
                let until_ms = now_ms.saturating_add(millis(pause));
                let (accounted, logged_ms) = if is_due { (count, now_ms) } else { (accounted, logged_ms) };
                state.failure = Some(Failure {
                    cause: Arc::clone(&cause),
                    count,
                    accounted,
                    logged_ms,
                    since_ms: now_ms,
                    until_ms,
                });
                Err(cause)
            }
        }
    }

    fn log_failure(&self, cause: &Error, pause: Duration, left_out: u32) {
        warn!(
            corp.id = %self.corp_id,
            errcode = cause.errcode(),
            pause_ms = millis(pause),
            left_out,
            "Could not get an access token: {}{}{}",
            cause.message(),
            if cause.errcode().is_some() { ". " } else { "" },
            cause.errcode().and_then(codes::explain).unwrap_or_default(),
        );
    }

    /// Every change of the state is whole before anything could panic, so a poisoned lock guards a sound state.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("corp_id", &self.corp_id).finish_non_exhaustive()
    }
}

/// Waits for a refresh that somebody started.
async fn wait(path: &'static str, mut outcome: Outcome) -> Result<Arc<Token>, Error> {
    match outcome.wait_for(Option::is_some).await {
        Ok(settled) => match &*settled {
            Some(Ok(token)) => Ok(Arc::clone(token)),
            Some(Err(cause)) => Err(Error::Token { path, cause: Arc::clone(cause) }),
            None => Err(Error::Stopping { path }),
        },
        // Its task is gone without a word: only the end of the runtime does that.
        Err(_) => Err(Error::Stopping { path }),
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, deserialize_with = "values::text")]
    access_token: Option<String>,
    #[serde(default, deserialize_with = "values::integer")]
    expires_in: Option<i64>,
}

/// A token that was asked for at `asked_ms`: its life is counted from there, for WeCom made it some time after.
fn token(value: String, expires_in_s: Option<i64>, asked_ms: i64, dice: f64) -> Token {
    let lifetime_s = expires_in_s.unwrap_or(LIFETIME_DEFAULT_S).clamp(LIFETIME_MIN_S, LIFETIME_MAX_S);
    let lives_ms = lifetime_s * 1_000;
    let early_ms = RENEW_BEFORE_MS.min(lives_ms / RENEW_LAST_PART);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below 300,000 · 1.5")]
    let early_ms = (early_ms as f64 * (1.0 + dice * 0.5)) as i64;
    let expires_at_ms = asked_ms.saturating_add(lives_ms);
    Token { value: SecretString::from(value), asked_ms, renew_at_ms: expires_at_ms - early_ms, expires_at_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_some_minutes_early_and_a_short_lived_one_in_its_last_quarter() {
        let early = |expires_in, dice| {
            let token = token("t".into(), expires_in, 1_000_000, dice);
            (token.expires_at_ms - 1_000_000, token.expires_at_ms - token.renew_at_ms)
        };
        assert_eq!(early(Some(7_200), 0.0), (7_200_000, 300_000));
        assert_eq!(early(Some(7_200), 0.999), (7_200_000, 449_850));
        assert_eq!(early(None, 0.0), (7_200_000, 300_000));
        assert_eq!(early(Some(60), 0.0), (60_000, 15_000));
        assert_eq!(early(Some(1), 0.999), (1_000, 374));
        assert_eq!(early(Some(0), 0.0), (1_000, 250));
        assert_eq!(early(Some(-5), 0.0), (1_000, 250));
        assert_eq!(early(Some(i64::MAX), 0.0).0, LIFETIME_MAX_S * 1_000);
    }

    #[test]
    fn gettoken_is_paced() {
        let mut state = State::default();
        let mut now = 1_000_000;
        let starts = [0; 5].map(|_| {
            let waits_ms = state.start_at(now) - now;
            now += waits_ms;
            waits_ms
        });
        assert_eq!(starts, [0, 0, 0, 1_000, 1_000]);
        assert_eq!(state.start_at(now + 60_000), now + 60_000, "after a quiet minute at once");
        assert!(state.start_at(0) <= 2_000, "the clock was set back");
    }
}
