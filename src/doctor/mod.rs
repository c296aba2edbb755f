//! What keeps a set-up from working, found out by asking: the settings, the database, the rules, WeCom, the callback URL.
//!
//! [`examine`] asks, with reads only, each within a bound and all of it within [`EXAMINED_WITHIN`]; [`judge`] is pure and
//! makes of the answers one [`Check`] for each matter, in one order. One fault is one `fail`: what cannot be told because of
//! it is skipped. Each [`Finding`] says what was found and what to do, in either language.

mod finding;
mod answer;
mod ask;
mod certificate;
mod judge;
mod probe;
mod proxy;
mod record;
mod server;
mod url;
mod words;

use std::time::Duration;

use serde_json::{Value, json};

use crate::language::{Language, Sentence as _};

pub use answer::{Answer, Trouble};
pub use ask::{Asked, Examined, examine};
pub use finding::{Both, CODES, Finding, Host};
pub use judge::{AppFacts, judge_app};
pub use probe::look_at;
pub use proxy::proxy;
pub use url::{BadCallbackUrl, CallbackUrl};
pub use words::store_in_chinese;

/// All of it takes no longer: with the opening of the database and the start of the program it stays within fifteen seconds.
pub const EXAMINED_WITHIN: Duration = Duration::from_secs(12);

/// The matters that are checked, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Matter {
    Settings,
    Database,
    Rules,
    Clock,
    Token,
    TrustedIp,
    Permissions,
    Scope,
    Callback,
    Events,
    WelcomeCodes,
}

impl Matter {
    /// Every one, in order.
    pub const ALL: [Self; 11] = [
        Self::Settings,
        Self::Database,
        Self::Rules,
        Self::Clock,
        Self::Token,
        Self::TrustedIp,
        Self::Permissions,
        Self::Scope,
        Self::Callback,
        Self::Events,
        Self::WelcomeCodes,
    ];

    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Database => "database",
            Self::Rules => "rules",
            Self::Clock => "clock",
            Self::Token => "token",
            Self::TrustedIp => "trusted_ip",
            Self::Permissions => "permissions",
            Self::Scope => "scope",
            Self::Callback => "callback",
            Self::Events => "events",
            Self::WelcomeCodes => "welcome_codes",
        }
    }

    /// Whether it is looked at for each app by itself.
    pub const fn is_of_app(self) -> bool {
        !matches!(self, Self::Settings | Self::Database | Self::Rules | Self::Clock)
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ok,
    Warn,
    Fail,
    Skip,
}

impl Status {
    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What was looked at.
    pub matter: Matter,
    /// Of which app; `None` where it is one for all.
    pub app: Option<String>,
    /// What was found.
    pub finding: Finding,
}

impl Check {
    /// A check that is one for all apps.
    pub fn of_all(matter: Matter, finding: Finding) -> Self {
        Self { matter, app: None, finding }
    }

    /// A check of one app.
    pub fn of(app: &str, matter: Matter, finding: Finding) -> Self {
        Self { matter, app: Some(app.to_owned()), finding }
    }

    /// How it ended.
    pub fn status(&self) -> Status {
        self.finding.status()
    }

    /// The same as JSON. `code` is null where all is well.
    pub fn to_json(&self, language: Language) -> Value {
        json!({
            "check": self.matter.as_str(),
            "app": self.app,
            "status": self.status().as_str(),
            "code": self.finding.code(),
            "found": self.finding.to(language),
            "cure": self.finding.cure(language),
        })
    }
}

/// The checks in the order in which they are shown: those for all first, then app after app in the order of the settings.
pub fn in_order(mut checks: Vec<Check>, apps: &[&str]) -> Vec<Check> {
    let place = |check: &Check| check.app.as_ref().and_then(|app| apps.iter().position(|name| name == app));
    checks.sort_by_key(|check| (place(check).map_or(0, |place| place + 1), check.matter));
    checks
}
