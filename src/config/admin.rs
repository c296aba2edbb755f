//! `[admin]`: the private listener, and who may come in there.

use std::{collections::BTreeMap, net::SocketAddr};

use secrecy::SecretString;

use super::{
    App, Fault,
    check::Reader,
    words::{Expected, What},
};
use crate::access::{Employees, Role};

/// `[admin]`
#[derive(Clone, Debug)]
pub struct Admin {
    /// Where health, metrics, the admin API and the pages are; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where browsers reach the pages, where they reach them by another address than that which they send as `Host`;
    /// without a slash at its end.
    pub url: Option<String>,
    /// A token with the role admin that does not end, beside those that the database has.
    pub token: Option<SecretString>,
    /// How many requests of the admin API one token or session may send a second, for more than moments.
    pub requests_per_second: u32,
    /// Who may log in by WeCom (企业微信扫码登录), and through which app; none where nobody may.
    pub wecom_login: Option<WecomLogin>,
}

/// Logging in by WeCom.
#[derive(Clone, Debug)]
pub struct WecomLogin {
    /// The app whose 企业微信授权登录 is set up, by its name in the settings.
    pub app: String,
    /// Its AgentId, for which WeCom's login page asks.
    pub agent_id: i64,
    /// The employees of its corp who may come in.
    pub employees: Employees,
}

/// `[admin]` as it was written, before it is known which apps there are.
pub(super) struct Given {
    pub(super) admin: Admin,
    roles: BTreeMap<String, Role>,
    app: Option<String>,
}

/// So many people may log in by WeCom: more would be kept in a directory, and not in a settings file.
const EMPLOYEES_MAX: usize = 1_000;

/// The shortest admin token: 16 characters of any alphabet are beyond guessing over a network.
const ADMIN_TOKEN_CHARS_MIN: usize = 16;

/// Reads the section.
pub(super) fn read(read: &mut Reader<'_>) -> Given {
    let url = Some(read.base_url("admin.url")).filter(|url| !url.is_empty());
    let roles = read.roles("admin.wecom_login", EMPLOYEES_MAX);
    let app = read.checked_text("admin.wecom_login_app", |_| None);
    let admin = Admin {
        listen: read.address("admin.listen"),
        url,
        token: read.optional_secret("admin.token", |token| {
            (token.chars().count() < ADMIN_TOKEN_CHARS_MIN).then_some(Expected::AdminToken)
        }),
        requests_per_second: read.number("admin.requests_per_second", 1..=100_000),
        wecom_login: None,
    };
    Given { admin, roles, app: Some(app).filter(|app| !app.is_empty()) }
}

impl Given {
    /// `[admin]` whole, with the app by which people log in.
    pub(super) fn with_apps(self, apps: &[App], read: &Reader<'_>, faults: &mut Vec<Fault>) -> Admin {
        let Self { mut admin, roles, app } = self;
        if roles.is_empty() || apps.is_empty() {
            return admin;
        }
        let mut fault = |path: &str, what: What| faults.push(Fault { position: read.position(path), what });
        let found = match (&app, apps) {
            (Some(name), apps) => apps.iter().find(|app| app.name == *name),
            (None, [only]) => Some(only),
            // Two corps may have an employee of one userid each.
            (None, _) => None,
        };
        let Some(found) = found else {
            let place = if app.is_some() { "admin.wecom_login_app" } else { "admin.wecom_login" };
            fault(place, What::LoginApp(apps.iter().map(|app| app.name.clone()).collect()));
            return admin;
        };
        let Some(agent_id) = found.agent_id else {
            fault("admin.wecom_login", What::LoginAgentId(found.name.clone()));
            return admin;
        };
        admin.wecom_login = Some(WecomLogin {
            app: found.name.clone(),
            agent_id,
            employees: Employees::new(&found.corp_id, roles),
        });
        admin
    }
}
