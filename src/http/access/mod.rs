//! Who comes in at the private listener: by a token in `Authorization: Bearer`, or by the session that a browser holds.
//!
//! [`Access::who`] says who it is. The gate puts that before every path of the admin API, and handlers take a
//! [`Caller`] of the role that they ask for; [`Routes`] takes no other handler, so one that forgot to ask does not compile.
//! The pages log people in by [`Access::sign_in`], or by WeCom ([`Access::send_to_wecom`]), and out by [`Access::sign_out`].

mod caller;
mod cookie;
mod gate;
mod origin;
pub(in crate::http) mod routes;
mod wecom;

use std::{net::IpAddr, sync::Mutex};

use actix_web::{HttpRequest, http::header};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;
use tracing::warn;

use super::problem::Problem;
use crate::{
    access::{By, Hash, Once, Pace, Role, SETTING, Secret, Tries, Via},
    store::{Holders, SessionOf, SessionRecord, Store},
};
use wecom_core::clock::Clock;

pub use caller::{Admin, Asked, Asks, Caller, Operator, Viewer};
pub use cookie::{SetCookie, clear_cookie};
pub use gate::gate;
pub(in crate::http) use gate::without_body;
pub use origin::is_from_our_pages;
pub(in crate::http) use origin::{is_https, only_reads};
pub use routes::{Route, Routes};
pub use wecom::{BACK, ByWecom, CameIn, NotIn, SentToWecom};

/// How many answers to wrong tokens are held back at once; beyond it what may be a guess is refused without being looked at.
/// Half of what may be under way: those who have a token come in beside whoever guesses.
const HELD_BACK_MAX: usize = 32;

/// How many requests of the admin API are under way at once. The one thread of the private listener is not what bounds it:
/// each may hold a page of records.
const UNDER_WAY_MAX: usize = 64;

/// How many requests of the admin API each caller may send a second where no settings say so.
const REQUESTS_PER_SECOND: u32 = 100;

/// Who may come in.
#[derive(Debug)]
pub struct Access {
    store: Store,
    clock: Clock,
    /// The hash of `admin.token`.
    setting: Option<Hash>,
    /// By which app of WeCom people log in, and who may.
    by_wecom: Option<ByWecom>,
    /// How many requests of the admin API each caller sends.
    pace: Mutex<Pace>,
    tries: Mutex<Tries>,
    held_back: Semaphore,
    under_way: Semaphore,
}

/// Somebody who has come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The token's name, or the employee's.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// How they came in.
    pub via: Via,
    /// From where.
    pub address: Option<String>,
    /// The hash of what they have shown: their token, or the session that their browser holds.
    pub shown: Hash,
}

impl Who {
    /// For the audit.
    pub fn by(&self) -> By {
        By { who: self.name.clone(), via: self.via, address: self.address.clone() }
    }
}

impl Access {
    /// Checks against this database and the token of the settings.
    pub fn new(store: Store, clock: Clock, setting: Option<&SecretString>) -> Self {
        Self {
            store,
            clock,
            setting: setting.map(|token| Hash::of(token.expose_secret())),
            by_wecom: None,
            pace: Mutex::new(Pace::new(REQUESTS_PER_SECOND)),
            tries: Mutex::default(),
            held_back: Semaphore::new(HELD_BACK_MAX),
            under_way: Semaphore::new(UNDER_WAY_MAX),
        }
    }

    /// Lets employees in as well, by WeCom.
    #[must_use]
    pub fn with_wecom(self, by_wecom: Option<ByWecom>) -> Self {
        Self { by_wecom, ..self }
    }

    /// Lets each caller send so many requests of the admin API a second.
    #[must_use]
    pub fn with_pace(self, requests_per_second: u32) -> Self {
        Self { pace: Mutex::new(Pace::new(requests_per_second)), ..self }
    }

    /// By whom sessions can be held.
    fn holders(&self) -> Holders<'_> {
        let employees = self.by_wecom.as_ref().map(|by| &by.employees);
        Holders { setting: self.setting.as_ref(), employees }
    }

    /// Counts a request of the admin API, unless this caller has sent too many.
    fn admit(&self, who: &Who) -> Result<(), Problem> {
        let now_steady_ms = self.clock.steady_ms();
        let Ok(mut pace) = self.pace.lock() else { return Err(Problem::Internal("count requests")) };
        pace.admit(who.shown, now_steady_ms).map_err(|wait| Problem::TooFast { wait })
    }

    /// The sessions that this caller may see: an admin all of them, others their own.
    pub async fn sessions(&self, who: &Who) -> Result<Vec<SessionRecord>, Problem> {
        let mut sessions = self.store.sessions(self.holders(), self.clock.now_ms()).await?;
        sessions.retain(|session| who.role.may(Role::Admin) || session.who == who.name);
        Ok(sessions)
    }

    /// Ends one of the sessions that this caller may see. `false`: there is no such one.
    pub async fn end_session(&self, id: &str, who: &Who) -> Result<bool, Problem> {
        let sessions = self.sessions(who).await?;
        let Some(session) = sessions.iter().find(|session| session.id == id) else { return Ok(false) };
        let (store, now_ms) = (&self.store, self.clock.now_ms());
        Ok(store.end_listed_session(&session.hash, &session.who, &who.by(), now_ms).await?)
    }

    /// Who sends this request.
    pub async fn who(&self, request: &HttpRequest) -> Result<Who, Problem> {
        if let Some(value) = request.headers().get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(bearer).unwrap_or_default();
            return self.holder(token, Via::Token, request).await;
        }
        let now_ms = self.clock.now_ms();
        if let Some(hash) = cookie::session(request.headers())
            && let Some(found) = self.store.use_session(&hash, self.holders(), now_ms).await?
        {
            let address = address(request);
            return Ok(Who { name: found.who, role: found.role, via: Via::Session, address, shown: hash });
        }
        Err(self.refusal().await?)
    }

    /// Begins a session for whoever holds this token; what the answer sets in the browser.
    pub async fn sign_in(&self, token: &str, request: &HttpRequest) -> Result<SetCookie, Problem> {
        let who = self.holder(token.trim(), Via::Session, request).await?;
        let secret = Secret::session(rand::random());
        let of = Hash::of(token.trim());
        self.store
            .begin_session(&secret.hash(), SessionOf::Token(&of), who.role, &who.by(), self.clock.now_ms())
            .await?;
        Ok(SetCookie::new(&secret, origin::is_https(request)))
    }

    /// Begins a session for whoever follows a link that logs in once. The link is used up with that.
    pub async fn sign_in_once(
        &self,
        link: &Mutex<Option<Once>>,
        code: &str,
        request: &HttpRequest,
    ) -> Result<SetCookie, Problem> {
        let now_ms = self.clock.now_ms();
        let of = {
            let mut link = link.lock().map_err(|_| Problem::Internal("open a link that logs in once"))?;
            let of = link.as_ref().and_then(|once| once.opens(code, self.clock.steady_ms()));
            if of.is_some() {
                *link = None;
            }
            of
        };
        let found = match &of {
            Some(of) => self.store.use_token(of, now_ms).await?,
            None => None,
        };
        let (Some(of), Some(found)) = (of, found) else {
            self.hold_back(request.peer_addr().map(|peer| peer.ip())).await?;
            return Err(Problem::Token);
        };
        let secret = Secret::session(rand::random());
        let by = By { who: found.name, via: Via::Session, address: address(request) };
        self.store.begin_session(&secret.hash(), SessionOf::Token(&of), found.role, &by, now_ms).await?;
        Ok(SetCookie::new(&secret, origin::is_https(request)))
    }

    /// Ends the session that this request comes with, if there is one.
    pub async fn sign_out(&self, request: &HttpRequest) -> Result<(), Problem> {
        let Some(hash) = cookie::session(request.headers()) else { return Ok(()) };
        let now_ms = self.clock.now_ms();
        if let Some(found) = self.store.use_session(&hash, self.holders(), now_ms).await? {
            let by = By { who: found.who, via: Via::Session, address: address(request) };
            self.store.end_session(&hash, &by, now_ms).await?;
        }
        Ok(())
    }

    /// Whoever holds this token. A wrong one is counted, and answered later the more there have been.
    async fn holder(&self, token: &str, via: Via, request: &HttpRequest) -> Result<Who, Problem> {
        let address = address(request);
        let of_ours = Hash::of_token(token);
        // Whoever asks for more than are held back would learn at once that a guess was wrong. A token of ours cannot be guessed,
        // and is looked at all the same.
        if of_ours.is_none() && self.held_back.available_permits() == 0 {
            return Err(Problem::TooManyTries);
        }
        if let Some(shown) = self.setting.filter(|setting| Hash::of(token).is(setting)) {
            return Ok(Who { name: SETTING.to_owned(), role: Role::Admin, via, address, shown });
        }
        if let Some(hash) = of_ours
            && let Some(found) = self.store.use_token(&hash, self.clock.now_ms()).await?
        {
            return Ok(Who { name: found.name, role: found.role, via, address, shown: hash });
        }
        let refusal = self.refusal().await?;
        if matches!(refusal, Problem::Token) {
            self.hold_back(request.peer_addr().map(|peer| peer.ip())).await?;
        }
        Err(refusal)
    }

    /// Why somebody without a right token is not let in.
    async fn refusal(&self) -> Result<Problem, Problem> {
        let any = self.setting.is_some()
            || self.by_wecom.is_some()
            || self.store.has_tokens(self.clock.now_ms()).await?;
        Ok(if any { Problem::Token } else { Problem::NoTokens })
    }

    async fn hold_back(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        // Only a socket that is closed already has no address.
        let Some(address) = address else { return Ok(()) };
        let now_steady_ms = self.clock.steady_ms();
        let pause = match self.tries.lock() {
            Ok(mut tries) => tries.note(address, now_steady_ms),
            Err(_) => return Err(Problem::Internal("count wrong tokens")),
        };
        if pause.is_zero() {
            return Ok(());
        }
        warn!("A wrong token or login for the admin API or the pages, from {address}: not the first of late");
        let Ok(_held) = self.held_back.try_acquire() else { return Err(Problem::TooManyTries) };
        self.clock.sleep(pause).await;
        Ok(())
    }
}

/// The token of `Authorization: Bearer TOKEN`; the scheme's name is written in any case (RFC 9110).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// From where a request comes, as far as the connection tells: behind a proxy, the proxy.
fn address(request: &HttpRequest) -> Option<String> {
    request.peer_addr().map(|peer| peer.ip().to_canonical().to_string())
}
