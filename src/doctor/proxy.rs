//! By which proxy WeCom is called.

use crate::{
    config::{Config, Environment},
    forward::is_here,
};

/// The variables that name a proxy, by the scheme of what is called; the first one that is set counts. One for `http` is
/// none for `https`.
const PROXIES_OF_HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const PROXIES_OF_HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy by which WeCom is called, without user and password; none reaches this machine's own servers.
pub fn proxy(config: &Config, environment: &Environment) -> Option<String> {
    let base = url::Url::parse(&config.wecom.api_base).ok()?;
    if is_here(&base) {
        return None;
    }
    let names = if base.scheme() == "https" { PROXIES_OF_HTTPS } else { PROXIES_OF_HTTP };
    let text = names.iter().find_map(|name| environment.text(name))?;
    Some(text.rsplit_once('@').map_or(text, |(_, behind)| behind).to_owned())
}
