//! Logging in by WeCom: there, and back.
//!
//! A browser is sent to WeCom with a `state` that belongs to a cookie of its own ([`LoginKey`]); what comes back without that
//! cookie, or too late, is turned away before WeCom is asked anything. Who comes back is looked for in the settings.

use std::sync::Arc;

use actix_web::{HttpRequest, http::header};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::ExposeSecret as _;
use tokio::sync::Semaphore;
use tracing::info;
use url::Url;

use super::{
    Access,
    cookie::{SetCookie, login_cookie, login_of},
    origin::is_https,
};
use crate::{
    access::{By, Employees, LoginKey, Secret, Via, employee_name},
    config::Config,
    flow::login::{NotIdentified, identify, login_page},
    http::problem::{Misread, Problem},
    known::apps::{Apps, WecomApp},
    language::Language,
    store::{SessionBegun, SessionOf},
};

/// Where WeCom sends browsers back to.
pub const BACK: &str = "/login/wecom/back";

/// How many are being identified at once: each is a call to WeCom, which counts them. A company's people come one by one.
const UNDER_WAY_MAX: usize = 8;

/// The longest path that one comes back to after the login: it is kept in the cookie.
const NEXT_BYTES_MAX: usize = 1_500;

/// The app by which people log in, and who may.
#[derive(Debug)]
pub struct ByWecom {
    app: Arc<WecomApp>,
    agent_id: i64,
    pub(super) employees: Employees,
    key: LoginKey,
    /// WeCom's login page.
    login_base: String,
    /// Where browsers reach the pages, where the settings say so.
    url: Option<String>,
    under_way: Semaphore,
}

/// Somebody is sent to WeCom.
#[derive(Debug)]
pub struct SentToWecom {
    /// Where.
    pub to: String,
    /// What their browser keeps meanwhile.
    pub cookie: SetCookie,
}

/// Somebody has come in.
#[derive(Debug)]
pub struct CameIn {
    /// What their browser keeps from now on, and forgets.
    pub cookies: [SetCookie; 2],
    /// Where they wanted to go.
    pub next: String,
}

/// Why somebody who comes back from WeCom does not come in.
#[derive(Debug)]
pub enum NotIn {
    /// It is not the browser that was sent, or it was sent long ago, or has come in by this before.
    Stale,
    /// They did not agree.
    Cancelled,
    /// WeCom does not say who it is.
    NotIdentified(NotIdentified),
    /// The settings do not name this employee.
    NotListed {
        /// Who it is.
        userid: String,
    },
    /// Too many at once, or the database did not answer.
    Problem(Problem),
}

impl From<Problem> for NotIn {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl ByWecom {
    /// As the settings say it; none where nobody may.
    pub fn of(config: &Config, apps: &Apps) -> Option<Self> {
        let login = config.admin.wecom_login.as_ref()?;
        let secret = &config.apps.iter().find(|app| app.name == login.app)?.secret;
        Some(Self {
            app: Arc::clone(apps.get(&login.app)?),
            agent_id: login.agent_id,
            employees: login.employees.clone(),
            key: LoginKey::of_secret(secret.expose_secret())?,
            login_base: config.wecom.login_base.clone(),
            url: config.admin.url.clone(),
            under_way: Semaphore::new(UNDER_WAY_MAX),
        })
    }

    /// Where this browser is to come back to: the address by which it has reached us. WeCom compares it with the domain that
    /// the company has entered.
    fn back(&self, request: &HttpRequest) -> Option<String> {
        if let Some(url) = &self.url {
            return Some(format!("{url}{BACK}"));
        }
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        let scheme = if is_https(request) { "https" } else { "http" };
        Url::parse(&format!("{scheme}://{host}{BACK}")).ok().filter(|url| url.path() == BACK).map(Into::into)
    }
}

impl Access {
    /// Whether people may log in by WeCom.
    pub fn offers_wecom(&self) -> bool {
        self.by_wecom.is_some()
    }

    /// Sends a browser to WeCom; `next` is where its person wanted to go.
    pub fn send_to_wecom(
        &self,
        request: &HttpRequest,
        next: &str,
        language: Language,
    ) -> Result<SentToWecom, Problem> {
        let by = self.by_wecom.as_ref().ok_or(Problem::NoSuchPath)?;
        let back = by.back(request).ok_or(Problem::Misread(Misread::NoHost))?;
        let kept = Secret::session(rand::random());
        let state = by.key.state(&kept, self.clock.now_ms());
        let to = login_page(&by.login_base, &by.app, by.agent_id, &back, &state, language)
            .ok_or(Problem::Internal("write the address of WeCom's login page"))?;
        let next = if next.len() > NEXT_BYTES_MAX { "/" } else { next };
        let next = BASE64_URL_SAFE_NO_PAD.encode(next);
        Ok(SentToWecom { to, cookie: login_cookie(&format!("{}.{next}", kept.expose()), is_https(request)) })
    }

    /// Somebody comes back from WeCom with what stands in the address.
    pub async fn come_from_wecom(
        &self,
        request: &HttpRequest,
        code: Option<&str>,
        state: &str,
    ) -> Result<CameIn, NotIn> {
        let by = self.by_wecom.as_ref().ok_or(Problem::NoSuchPath)?;
        let (kept, next) = login_of(request.headers()).ok_or(NotIn::Stale)?;
        let state = by.key.check(state, &kept, self.clock.now_ms()).ok_or(NotIn::Stale)?;
        let Some(code) = code.filter(|code| !code.is_empty()) else { return Err(NotIn::Cancelled) };
        let Ok(_under_way) = by.under_way.try_acquire() else { return Err(Problem::Busy.into()) };
        let userid = match identify(&by.app, code).await {
            Ok(userid) => userid,
            Err(why) => {
                // Codes are not to be guessed here.
                self.hold_back(request.peer_addr().map(|peer| peer.ip())).await?;
                return Err(NotIn::NotIdentified(why));
            }
        };
        let Some(role) = by.employees.role_of(&userid) else {
            info!("An employee who is not in admin.wecom_login wanted to log in: {userid}");
            return Err(NotIn::NotListed { userid });
        };
        let audited = By { who: employee_name(&userid), via: Via::Session, address: super::address(request) };
        let secret = Secret::session(rand::random());
        let of = SessionOf::Employee { corp_id: by.employees.corp_id(), user_id: &userid, state: &state };
        let now_ms = self.clock.now_ms();
        let begun = self.store.begin_session(&secret.hash(), of, role, &audited, now_ms).await;
        match begun.map_err(Problem::from)? {
            SessionBegun::StateSpent => Err(NotIn::Stale),
            SessionBegun::Begun => {
                let https = is_https(request);
                let next =
                    BASE64_URL_SAFE_NO_PAD.decode(next).ok().and_then(|next| String::from_utf8(next).ok());
                Ok(CameIn {
                    cookies: [SetCookie::new(&secret, https), login_cookie("", https)],
                    next: next.unwrap_or_default(),
                })
            }
        }
    }
}
