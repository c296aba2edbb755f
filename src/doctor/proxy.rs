//! By which proxy WeCom is called.

use crate::config::{Config, Environment};

/// The variables that name a proxy for calls to WeCom, the first one that is set counting.
const PROXIES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy by which WeCom is called, without user and password; none reaches this machine's own servers.
pub fn proxy(config: &Config, environment: &Environment) -> Option<String> {
    let host = url::Url::parse(&config.wecom.api_base).ok()?.host_str()?.trim_matches(['[', ']']).to_owned();
    if host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()) {
        return None;
    }
    let text = PROXIES.iter().find_map(|name| environment.text(name))?;
    Some(text.rsplit_once('@').map_or(text, |(_, behind)| behind).to_owned())
}
