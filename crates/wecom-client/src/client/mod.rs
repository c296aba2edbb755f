//! One app's way to the platform: what a call is, how it is sent, and what can come of it.
//!
//! In reading order: a [`Call`] is described (`call`), or has gone wrong (`error`, and `fault` for an argument); the platform's values are read
//! leniently (`values`, `read`), its limits checked before anything is sent (`limits`). `http` sends one request, with
//! a token of `token`, and `answer` reads what came; [`Client`] joins them, tries again where that does no harm, and renews a token that was refused.
//! A call can be described without being made (`prepared`), and a listing of pages is one stream (`paging`).

pub(crate) mod values;
pub(crate) mod read;
mod timestamp;
mod day;
mod endpoint;
mod misfit;
pub(crate) mod fault;
mod error;
pub(crate) mod limits;
pub(crate) mod media_file;
mod body;
mod call;
mod http;
mod answer;
mod done;
mod pauses;
mod token;
pub(crate) mod download;
mod prepared;
mod ask;
pub(crate) mod paging;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tokio::time::{self, Instant};
use tokio_util::task::TaskTracker;
use tracing::debug;

use call::{Payload, dice};
use http::{Body, Incoming};
use token::Tokens;
use wecom_core::clock::Clock;

pub use answer::ANSWER_BYTES_MAX;
pub use call::{Call, CallOptions, Retries, TRIES_MOST, UPLOAD_TIMEOUT};
pub use day::Day;
pub use done::{Done, is_read_in_part};
pub use download::{DOWNLOAD_BYTES_MAX, Download};
pub use endpoint::{Effect, Endpoint, Verb};
pub use error::{Error, MESSAGE_BYTES_MAX};
pub use fault::{Element, Fault, Lack, Unit};
pub(crate) use http::GETCALLBACKIP;
pub use http::{ApiBase, BadApiBase, DEFAULT_API_BASE, Http, HttpError};
pub use media_file::{MediaFile, MediaType, UnknownMediaType};
pub use misfit::{Misfit, Shape};
pub use paging::Listing;
pub use prepared::{Body as PreparedBody, Prepared, Unanswered};
pub use timestamp::Timestamp;
pub(crate) use token::GETTOKEN;

/// The field of the query that carries the access token.
const TOKEN: &str = "access_token";

/// Whose client it is, and where the API is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientOptions {
    /// The corp's id, `ww…`.
    pub corp_id: String,
    /// The app's secret. Of a customised app (代开发): its permanent code.
    pub secret: SecretString,
    /// Where the API is: the setting `wecom.api_base`.
    pub api_base: ApiBase,
}

impl ClientOptions {
    /// The app of this corp with this secret, at the API that is there: [`DEFAULT_API_BASE`] as a rule.
    pub fn new(corp_id: impl Into<String>, secret: impl Into<SecretString>, api_base: ApiBase) -> Self {
        Self { corp_id: corp_id.into(), secret: secret.into(), api_base }
    }
}

/// Calls the API on behalf of one app. Clones share the token; cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

enum Inner {
    App(App),
    /// Sends nothing, and keeps the last call instead, for [`Client::sketched`].
    Sketch(Mutex<Option<Prepared>>),
}

/// The app that calls: who it is, its token, and the connections that it uses.
struct App {
    http: Http,
    base: ApiBase,
    corp_id: String,
    tokens: Arc<Tokens>,
}

impl Client {
    /// A client of one app with connections of its own and the machine's clock. When the program ends, nothing waits
    /// for a `gettoken` that is under way. Several apps share connections by [`Client::new`].
    ///
    /// # Errors
    ///
    /// As of [`Http::new`].
    pub fn of(options: ClientOptions) -> Result<Self, HttpError> {
        Ok(Self::new(Http::new()?, options, Clock::system(), TaskTracker::new()))
    }

    /// A client that has no token yet and opens no connection. `clock` says when tokens expire; `tasks` runs
    /// `gettoken`, which outlives the caller who asked for it by at most some seconds.
    pub fn new(http: Http, options: ClientOptions, clock: Clock, tasks: TaskTracker) -> Self {
        let ClientOptions { corp_id, secret, api_base: base } = options;
        let tokens = Tokens::new(http.clone(), base.clone(), corp_id.clone(), secret, clock, tasks);
        Self(Arc::new(Inner::App(App { http, base, corp_id, tokens })))
    }

    /// The `Date` of an answer of WeCom's, to be held against one's own clock; `None` where it has none. Needs no token.
    ///
    /// # Errors
    ///
    /// When WeCom cannot be reached. How long it may take is the caller's concern.
    pub async fn server_date(&self) -> Result<Option<String>, Error> {
        let Inner::App(app) = &*self.0 else { return Err(Error::Described { path: GETTOKEN.path }) };
        app.http.date(&app.base).await
    }

    /// Gets the token, and thereby a connection, ahead of the first call that needs them.
    ///
    /// # Errors
    ///
    /// As any call; [`Error::class`] distinguishes a busy platform from a wrong secret. Nothing is lost by going on:
    /// the first call tries again.
    pub async fn warm(&self) -> Result<(), Error> {
        let path = GETTOKEN.path;
        let timeout = CallOptions::default().timeout;
        let Inner::App(app) = &*self.0 else { return Err(Error::Described { path }) };
        match time::timeout(timeout, app.tokens.current(path)).await {
            Ok(token) => token.map(|_| ()),
            Err(_) => Err(Error::TimedOut { path, after: timeout, sent: true }),
        }
    }

    /// Waits until there is a token, and so nothing but sending left to do for a call; not for longer than `within`.
    ///
    /// # Errors
    ///
    /// As of [`Client::warm`]. Nothing was sent but `gettoken`.
    pub async fn ready(&self, within: Duration) -> Result<(), Error> {
        let path = GETTOKEN.path;
        let Inner::App(app) = &*self.0 else { return Err(Error::Described { path }) };
        match time::timeout(within, app.tokens.current(path)).await {
            Ok(token) => token.map(|_| ()),
            Err(_) => Err(Error::TimedOut { path, after: within, sent: false }),
        }
    }

    /// Renews the token whenever it is time, so that no call ever waits for one. Runs until it is dropped, or the
    /// program stops: give it to a task that the shutdown cancels. Without it a token is renewed by the calls made in
    /// its last minutes.
    pub async fn keep_warm(&self) {
        if let Inner::App(app) = &*self.0 {
            app.tokens.keep_fresh().await;
        }
    }

    /// Sends one call and reads its answer. Takes no longer than the call's timeout, whatever happens.
    ///
    /// An access token that is refused is renewed, by one `gettoken` for all who found it refused, and the call sent
    /// once more; WeCom has done nothing in that case. Beyond this the call's [`Retries`] decide.
    ///
    /// # Errors
    ///
    /// [`Error`] has a variant for each way to fail; [`Error::lost`] says whether WeCom may have acted all the same.
    pub async fn call<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, Error> {
        let Endpoint { path, effect, .. } = call.endpoint;
        let done = effect == Effect::Once;
        let answer: String = self.answer(call).await?;
        serde_json::from_str(&answer).map_err(|cause| Error::Unreadable {
            path,
            // serde's own words may quote the answer, which is about a customer.
            fault: if cause.is_data() {
                "a field is missing or of another kind than documented"
            } else {
                "malformed"
            },
            column: cause.column(),
            done,
        })
    }

    /// Sends one call whose answer is a file. What remains of the call's timeout is the time to read it.
    ///
    /// # Errors
    ///
    /// As of [`Client::call`]; [`Download::save`] says how the reading can end.
    pub async fn download(&self, call: Call<'_>) -> Result<Download, Error> {
        let timeout = call.options.timeout;
        #[expect(clippy::disallowed_methods, reason = "measures how much of the time is left for the file")]
        let until = Instant::now() + timeout;
        let download: Download = self.answer(call).await?;
        Ok(download.until(until, timeout))
    }

    /// Generic in the two kinds of answer only, so that it is not compiled for each answer's type.
    async fn answer<T: Incoming>(&self, mut call: Call<'_>) -> Result<T, Error> {
        let Call { endpoint: Endpoint { path, .. }, options, .. } = call;
        let app = match &*self.0 {
            Inner::App(app) => app,
            Inner::Sketch(sketch) => {
                *sketch.lock().unwrap_or_else(PoisonError::into_inner) = Some(Prepared::of(call)?);
                return Err(Error::Described { path });
            }
        };
        let payload = call.payload.take();
        let json;
        let body = match payload {
            None => None,
            Some(Payload::Json(written)) => {
                json = written.map_err(|cause| Error::Unwritable { path, cause })?;
                Some(Body::Json(&json))
            }
            Some(Payload::File(file)) => Some(Body::File(file)),
        };
        let mut on_its_way = false;
        // Without time left nothing is sent: even a timeout of zero would let the request out.
        if options.timeout.is_zero() {
            return Err(Error::TimedOut { path, after: options.timeout, sent: false });
        }
        #[expect(clippy::disallowed_methods, reason = "the instant from which the call's time is counted")]
        let now = Instant::now();
        let until = now + options.timeout;
        call.send_until = options.sent_within.map(|within| now + within);
        match time::timeout_at(until, app.tries(&call, body, until, &mut on_its_way)).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::TimedOut { path, after: options.timeout, sent: on_its_way }),
        }
    }
}

impl App {
    async fn tries<T: Incoming>(
        &self,
        call: &Call<'_>,
        body: Option<Body<'_>>,
        until: Instant,
        on_its_way: &mut bool,
    ) -> Result<T, Error> {
        let Endpoint { path, effect, .. } = call.endpoint;
        let sends_file = matches!(body, Some(Body::File(_)));
        let mut tries = 0;
        loop {
            *on_its_way = false;
            let answer = match call.options.time_of_a_try(effect, sends_file, tries) {
                None => self.try_once(call, body, on_its_way).await,
                Some(limit) => match time::timeout(limit, self.try_once(call, body, on_its_way)).await {
                    Ok(answer) => answer,
                    Err(_) => Err(Error::TimedOut { path, after: limit, sent: *on_its_way }),
                },
            };
            let error = match answer {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            tries += 1;
            #[expect(clippy::disallowed_methods, reason = "whether there is time for another try")]
            let now = Instant::now();
            match call.options.pause(effect, &error, tries, dice()) {
                // Where there is no time for another try, this one's error says more than that the time is over.
                Some(pause) if now + pause < until => time::sleep(pause).await,
                _ => return Err(error),
            }
        }
    }

    async fn try_once<T: Incoming>(
        &self,
        call: &Call<'_>,
        body: Option<Body<'_>>,
        on_its_way: &mut bool,
    ) -> Result<T, Error> {
        if call.by_secret {
            return self
                .send(
                    call,
                    body,
                    &[("corpid", &self.corp_id), ("corpsecret", self.tokens.secret())],
                    on_its_way,
                )
                .await;
        }
        let (tokens, Endpoint { path, effect, .. }) = (&self.tokens, call.endpoint);
        let token = in_time_to_send(call, tokens.current(path)).await?;
        match self.send(call, body, &[(TOKEN, token.expose())], on_its_way).await {
            Err(error) if error.is_token_refused() => tokens.refused(&token, error),
            // A connection that was idle may be closed by WeCom while the request is on its way into it: reqwest tries
            // again by itself where nothing was sent, and here a second sending does no harm.
            Err(Error::Interrupted { .. }) if effect != Effect::Once => {
                return self.send(call, body, &[(TOKEN, token.expose())], on_its_way).await;
            }
            other => return other,
        }
        let token = in_time_to_send(call, tokens.current(path)).await?;
        self.send(call, body, &[(TOKEN, token.expose())], on_its_way).await
    }

    async fn send<T: Incoming>(
        &self,
        call: &Call<'_>,
        body: Option<Body<'_>>,
        credentials: &[(&str, &str)],
        on_its_way: &mut bool,
    ) -> Result<T, Error> {
        let mut query = credentials.to_vec();
        query.extend(call.query.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
        let token = credentials.last().map_or("", |(_, value)| value);
        let request = http::Request {
            base: &self.base,
            endpoint: call.endpoint,
            query: &query,
            body,
            secrets: &[token, self.tokens.secret(), call.hidden.unwrap_or_default()],
            errcode_may_lack: call.errcode_may_lack,
            kept: call.kept,
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "measures how long the call took, and whether it may begin"
        )]
        let started = Instant::now();
        if call.send_until.is_some_and(|until| started >= until) {
            return Err(too_late_to_send(call));
        }
        *on_its_way = true;
        let answer = self.http.bring(request).await;
        *on_its_way = false;
        let errcode = answer.as_ref().map_or_else(Error::errcode, |_: &T| Some(0));
        debug!(corp.id = %self.corp_id, path = call.endpoint.path, errcode, took_ms = started.elapsed().as_millis(), "Called WeCom");
        answer
    }
}

/// A token, unless there is none before it is too late to send the request.
async fn in_time_to_send<T>(
    call: &Call<'_>,
    token: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match call.send_until {
        None => token.await,
        Some(until) => time::timeout_at(until, token).await.unwrap_or_else(|_| Err(too_late_to_send(call))),
    }
}

fn too_late_to_send(call: &Call<'_>) -> Error {
    let after = call.options.sent_within.unwrap_or(call.options.timeout);
    Error::TimedOut { path: call.endpoint.path, after, sent: false }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Client");
        if let Inner::App(App { base, corp_id, .. }) = &*self.0 {
            shown.field("corp_id", corp_id).field("base", &base.to_string());
        }
        shown.finish_non_exhaustive()
    }
}
