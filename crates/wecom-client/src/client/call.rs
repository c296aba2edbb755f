//! One request, described: what is asked, what asking twice would do, and how long and how often to try.
//!
//! Every method of the API is one [`Call`] built beside its [`Endpoint`] and handed to
//! [`Client::call`](super::Client::call). A `Call` has no `Debug`: its body may hold a welcome code or a customer's name.

use std::{borrow::Cow, sync::Mutex, time::Duration};

use serde::Serialize;
use tokio::time::Instant;

use super::{
    body,
    endpoint::{Effect, Endpoint},
    error::Error,
    media_file::MediaFile,
};
use wecom_core::Class;

/// How long a call may take unless its caller says otherwise: two tries of ten seconds. WeCom answers within some hundred
/// milliseconds; a list of thousands takes seconds.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A timeout for uploads and downloads of up to 20 MB over a connection of some Mbit/s: a call's usual twenty seconds
/// would not do.
pub const UPLOAD_TIMEOUT: Duration = Duration::from_mins(1);

/// How often a call is tried in all under [`Retries::Standard`]: the platform's own advice for -1 (page 90313).
const TRIES_MAX: u32 = 3;

/// The most tries that [`Retries::AtMost`] can ask for. Their pauses add up to some minutes, and whoever wants to wait
/// for longer does better to keep a record.
pub const TRIES_MOST: u32 = 10;

/// The first pause between tries; doubles with each try.
const PAUSE: Duration = Duration::from_millis(200);

/// No try but the last takes more than this part of the call's time: an answer that got stuck must leave time for
/// another try, and an answer that is only slow must have a good part of the time.
const TRY_TIME_PART: u32 = 2;

/// Whether the client tries again by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retries {
    /// Never: the caller keeps a record of each attempt, say. Two things are not attempts and happen all
    /// the same: an access token that is refused is renewed and the request sent once more, and a connection that WeCom
    /// closed while it was idle is replaced where the request was not sent or is not [`Effect::Once`].
    None,
    /// Up to three tries with growing, random pauses inside the timeout: reads and idempotent writes where WeCom was
    /// busy or not reached, others only where nothing was sent.
    #[default]
    Standard,
    /// As [`Retries::Standard`], with so many tries in all: at least one, at most [`TRIES_MOST`].
    AtMost(u32),
}

impl Retries {
    /// How many tries there are in all.
    fn tries(self) -> u32 {
        match self {
            Self::None => 1,
            Self::Standard => TRIES_MAX,
            Self::AtMost(tries) => tries.clamp(1, TRIES_MOST),
        }
    }
}

/// How long and how often to try; each caller's own decision. Twenty seconds and standard retries by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    /// The whole time for the call: waiting for a token, connecting, every try, reading the answer.
    pub timeout: Duration,
    /// Whether the client tries again by itself.
    pub retries: Retries,
    /// Until when a request may still be sent: for what WeCom takes for some time only. The answer may come later.
    pub sent_within: Option<Duration>,
}

impl CallOptions {
    /// Options with this time and these tries.
    pub const fn new(timeout: Duration, retries: Retries) -> Self {
        Self { timeout, retries, sent_within: None }
    }
}

impl Default for CallOptions {
    /// Twenty seconds, standard retries.
    fn default() -> Self {
        Self::new(TIMEOUT, Retries::Standard)
    }
}

impl CallOptions {
    /// Standard retries, all of them over after `timeout`.
    pub const fn within(timeout: Duration) -> Self {
        Self::new(timeout, Retries::Standard)
    }

    /// The same time with other retries.
    #[must_use]
    pub const fn retrying(self, retries: Retries) -> Self {
        Self { retries, ..self }
    }

    /// A single attempt, over after `timeout`.
    pub const fn one_attempt(timeout: Duration) -> Self {
        Self::new(timeout, Retries::None)
    }

    /// The same, with no request sent after this time: waiting for a token, say, may have used it up.
    #[must_use]
    pub const fn sent_within(self, time: Duration) -> Self {
        Self { sent_within: Some(time), ..self }
    }

    /// The pause before another try after `tries` of them, the last of which ended in `error`; `None` for no other.
    /// `dice` (0 ≤ dice < 1) adds up to 50 %.
    pub(super) fn pause(&self, effect: Effect, error: &Error, tries: u32, dice: f64) -> Option<Duration> {
        let nothing_was_sent = matches!(error, Error::Unreachable { .. } | Error::Token { .. });
        // An answer that is too large is as large the next time, and it is megabytes.
        let worth_it = (effect != Effect::Once || nothing_was_sent)
            && matches!(error.class(), Class::Busy | Class::Crowded)
            && !matches!(error, Error::TooLarge { .. });
        let pause = PAUSE * (1 << tries.min(TRIES_MOST).saturating_sub(1));
        (worth_it && tries < self.retries.tries()).then(|| pause + pause.mul_f64(dice * 0.5))
    }

    /// How long the try after `tries` of them may take at most; `None` for as long as the call has. A file on its way
    /// out takes as long as the line needs, so that to break off would only be to begin anew.
    pub(super) fn time_of_a_try(&self, effect: Effect, sends_file: bool, tries: u32) -> Option<Duration> {
        let is_last = tries + 1 >= self.retries.tries();
        let whole = effect == Effect::Once || is_last || sends_file;
        (!whole).then(|| self.timeout / TRY_TIME_PART)
    }
}

/// The whole of a refusal, for whoever wants more of it than code and message; without the secrets of its request.
pub(super) type Kept = Mutex<Option<String>>;

/// What a request carries.
pub(super) enum Payload<'a> {
    /// JSON in plain UTF-8, or why there is none.
    Json(Result<Vec<u8>, serde_json::Error>),
    /// A file, read while it is sent.
    File(&'a MediaFile),
}

/// One request to the API, without the access token: the client adds it.
pub struct Call<'a> {
    pub(super) endpoint: Endpoint,
    pub(super) query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) payload: Option<Payload<'a>>,
    pub(super) hidden: Option<&'a str>,
    pub(super) errcode_may_lack: bool,
    pub(super) by_secret: bool,
    pub(super) kept: Option<&'a Kept>,
    pub(super) options: CallOptions,
    /// The instant of [`CallOptions::sent_within`], once the call has begun.
    pub(super) send_until: Option<Instant>,
}

impl<'a> Call<'a> {
    /// A call of this method, with nothing in its query and no body yet.
    pub fn new(endpoint: Endpoint, options: CallOptions) -> Self {
        Self {
            endpoint,
            query: Vec::new(),
            payload: None,
            hidden: None,
            errcode_may_lack: false,
            by_secret: false,
            kept: None,
            options,
            send_until: None,
        }
    }

    /// Carries `body` as JSON in plain UTF-8.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.payload = Some(Payload::Json(body::written(body)));
        self
    }

    /// Carries `file` as the part `media` of a form. Each try reads the file anew.
    #[must_use]
    pub fn file(mut self, file: &'a MediaFile) -> Self {
        self.payload = Some(Payload::File(file));
        self
    }

    /// Adds an argument to the query.
    #[must_use]
    pub fn query(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Keeps `secret`, which the request holds, out of every error, should WeCom quote it.
    #[must_use]
    pub fn hiding(mut self, secret: &'a str) -> Self {
        self.hidden = Some(secret);
        self
    }

    /// Takes an answer without `errcode` for success: a few methods answer so now and then.
    #[must_use]
    pub fn errcode_may_lack(mut self) -> Self {
        self.errcode_may_lack = true;
        self
    }

    /// Sends corp id and secret in place of an access token: the call is the one that gets a token.
    pub(crate) fn by_secret(mut self) -> Self {
        self.by_secret = true;
        self
    }

    /// Keeps what WeCom writes when it refuses, as a whole.
    pub(super) fn keeping(mut self, kept: &'a Kept) -> Self {
        self.kept = Some(kept);
        self
    }
}

/// A number from 0 to 1, by which pauses and renewals are spread that would otherwise come together. The only
/// randomness of the client.
pub(super) fn dice() -> f64 {
    fastrand::f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(errcode: i64) -> Error {
        Error::Refused { path: "p", errcode, errmsg: String::new() }
    }

    #[test]
    fn only_what_may_be_repeated_is_repeated() {
        let pause = |effect, errcode| CallOptions::default().pause(effect, &refused(errcode), 1, 0.0);
        assert_eq!(pause(Effect::Read, -1), Some(PAUSE));
        assert_eq!(pause(Effect::Idempotent, 45033), Some(PAUSE));
        assert_eq!(pause(Effect::Once, -1), None, "WeCom may have done it");
        assert_eq!(pause(Effect::Read, 45009), None, "the block is longer than anyone waits");
        assert_eq!(pause(Effect::Read, 40096), None);
        let alone = CallOptions::one_attempt(TIMEOUT);
        assert_eq!(alone.pause(Effect::Read, &refused(-1), 1, 0.0), None);
        assert_eq!(pause(Effect::Read, 41063), None, "WeCom is at it for minutes");
        let large = Error::TooLarge { path: "p", limit: 1 };
        assert_eq!(
            CallOptions::default().pause(Effect::Read, &large, 1, 0.0),
            None,
            "as large the next time"
        );
    }

    #[test]
    fn a_caller_says_how_often() {
        let more = |tries, before| {
            let options = CallOptions::within(TIMEOUT).retrying(Retries::AtMost(tries));
            options.pause(Effect::Read, &refused(-1), before, 0.0).is_some()
        };
        assert!(!more(0, 1) && !more(1, 1) && more(2, 1) && !more(2, 2) && more(5, 4) && !more(5, 5));
        assert!(more(u32::MAX, TRIES_MOST - 1) && !more(u32::MAX, TRIES_MOST));
    }

    #[test]
    fn no_try_but_the_last_has_all_of_the_time() {
        let options = CallOptions::within(Duration::from_secs(8));
        let half = Some(Duration::from_secs(4));
        for effect in [Effect::Read, Effect::Idempotent] {
            let times = [0, 1, 2].map(|tries| options.time_of_a_try(effect, false, tries));
            assert_eq!(times, [half, half, None]);
        }
        assert_eq!(options.time_of_a_try(Effect::Once, false, 0), None, "there is no other try");
        assert_eq!(options.retrying(Retries::None).time_of_a_try(Effect::Read, false, 0), None);
        assert_eq!(options.time_of_a_try(Effect::Idempotent, true, 0), None, "a file takes its time");
    }

    #[test]
    fn pauses_grow_and_end() {
        let pause = |tries, dice| CallOptions::default().pause(Effect::Read, &refused(-1), tries, dice);
        assert_eq!(pause(2, 0.0), Some(PAUSE * 2));
        assert_eq!(pause(2, 0.5), Some(PAUSE * 2 + PAUSE / 2));
        assert_eq!(pause(3, 0.0), None);
        assert_eq!(pause(u32::MAX, 0.0), None);
    }
}
