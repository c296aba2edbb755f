//! Which settings there are, with their names in the file and in the environment.

use crate::language;

/// One setting and its names.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// `section.key` of the file; the key alone for an app's.
    pub path: &'static str,
    /// The environment variable; none for an app's name.
    pub variable: Option<&'static str>,
    /// Never shown; can be given as the path of a file.
    pub secret: bool,
}

/// Every setting, those of an app last: what the documentation must describe.
pub fn documented() -> impl Iterator<Item = Setting> {
    SETTINGS.into_iter().chain(APP_SETTINGS)
}

const fn open(path: &'static str, variable: &'static str) -> Setting {
    Setting { path, variable: Some(variable), secret: false }
}

const fn secret(path: &'static str, variable: &'static str) -> Setting {
    Setting { path, variable: Some(variable), secret: true }
}

/// Every setting that is not an app's.
pub(super) const SETTINGS: [Setting; 26] = [
    open("language", language::VARIABLE),
    open("time_zone", "GREETER_TIME_ZONE"),
    secret("database.url", "DATABASE_URL"),
    open("database.migrate", "GREETER_DATABASE_MIGRATE"),
    open("database.connections", "GREETER_DATABASE_CONNECTIONS"),
    open("http.listen", "GREETER_LISTEN"),
    open("http.body_max_bytes", "GREETER_HTTP_BODY_MAX_BYTES"),
    open("http.only_wecom_addresses", "GREETER_HTTP_ONLY_WECOM_ADDRESSES"),
    open("http.trusted_proxies", "GREETER_HTTP_TRUSTED_PROXIES"),
    open("admin.listen", "GREETER_ADMIN_LISTEN"),
    open("admin.url", "GREETER_ADMIN_URL"),
    secret("admin.token", "GREETER_ADMIN_TOKEN"),
    open("admin.requests_per_second", "GREETER_ADMIN_REQUESTS_PER_SECOND"),
    open("admin.wecom_login", "GREETER_ADMIN_WECOM_LOGIN"),
    open("admin.wecom_login_app", "GREETER_ADMIN_WECOM_LOGIN_APP"),
    open("wecom.api_base", "WECOM_API_BASE"),
    open("wecom.login_base", "WECOM_LOGIN_BASE"),
    open("wecom.welcome_concurrency", "GREETER_WECOM_WELCOME_CONCURRENCY"),
    open("wecom.tag_concurrency", "GREETER_WECOM_TAG_CONCURRENCY"),
    open("wecom.lookup_budget_ms", "GREETER_WECOM_LOOKUP_BUDGET_MS"),
    open("forward.allow_private_networks", "GREETER_FORWARD_ALLOW_PRIVATE_NETWORKS"),
    open("retention.days", "GREETER_RETENTION_DAYS"),
    secret("alert.url", "GREETER_ALERT_URL"),
    open("shutdown.grace_ms", "GREETER_SHUTDOWN_GRACE_MS"),
    open("log.filter", "GREETER_LOG"),
    open("log.format", "GREETER_LOG_FORMAT"),
];

/// Every setting of an app.
pub(super) const APP_SETTINGS: [Setting; 7] = [
    Setting { path: "name", variable: None, secret: false },
    open("corp_id", "WECOM_CORP_ID"),
    secret("secret", "WECOM_SECRET"),
    secret("token", "WECOM_TOKEN"),
    secret("encoding_aes_key", "WECOM_ENCODING_AES_KEY"),
    open("agent_id", "WECOM_AGENT_ID"),
    open("receive_ids", "WECOM_RECEIVE_IDS"),
];
