//! By which proxy WeCom is called.

use std::net::IpAddr;

use url::{Host, Url};

use crate::{
    config::{Config, Environment},
    forward::is_here,
};

/// The variables that name a proxy, by the scheme of what is called; the first one that is set counts. One for `http` is
/// none for `https`.
const PROXIES_OF_HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const PROXIES_OF_HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The variables that name what is called directly all the same; the first one that is set counts.
const NOT_BY_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy by which WeCom is called, without user and password; none reaches this machine's own servers.
pub fn proxy(config: &Config, environment: &Environment) -> Option<String> {
    let base = Url::parse(&config.wecom.api_base).ok()?;
    if is_here(&base) {
        return None;
    }
    let not_by_proxy = NOT_BY_PROXY.iter().find_map(|name| environment.text(name)).unwrap_or_default();
    if not_by_proxy.split(',').any(|entry| covers(entry.trim(), &base)) {
        return None;
    }
    let names = if base.scheme() == "https" { PROXIES_OF_HTTPS } else { PROXIES_OF_HTTP };
    let text = names.iter().find_map(|name| environment.text(name))?;
    Some(text.rsplit_once('@').map_or(text, |(_, behind)| behind).to_owned())
}

/// Whether an entry of `NO_PROXY` is about the host: `*`, a domain with all below it, an address, or a network of addresses.
fn covers(entry: &str, base: &Url) -> bool {
    let Some(host) = base.host() else { return false };
    let address = match host {
        Host::Ipv4(address) => IpAddr::V4(address),
        Host::Ipv6(address) => IpAddr::V6(address),
        Host::Domain(name) => {
            let domain = entry.trim_start_matches('.');
            let below = name.len().checked_sub(domain.len()).map(|at| name.split_at(at));
            return entry == "*"
                || below.is_some_and(|(before, end)| {
                    !domain.is_empty()
                        && end.eq_ignore_ascii_case(domain)
                        && (before.is_empty() || before.ends_with('.'))
                });
        }
    };
    match entry.split_once('/') {
        None => entry == "*" || entry.parse() == Ok(address),
        Some((network, bits)) => match (network.parse(), bits.parse::<u32>()) {
            (Ok(network), Ok(bits)) => same_network(network, address, bits),
            _ => false,
        },
    }
}

/// Whether two addresses begin with the same bits.
fn same_network(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) if bits <= 32 => {
            (u32::from(one) ^ u32::from(other)).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(one), IpAddr::V6(other)) if bits <= 128 => {
            (u128::from(one) ^ u128::from(other)).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const WECOM: &str = "https://qyapi.weixin.qq.com";

    #[rstest]
    #[case::all("*", WECOM, true)]
    #[case::the_host("qyapi.weixin.qq.com", WECOM, true)]
    #[case::above_it("qq.com", WECOM, true)]
    #[case::with_a_dot(".QQ.com", WECOM, true)]
    #[case::another("other.com", WECOM, false)]
    #[case::an_end_that_is_no_domain("q.com", WECOM, false)]
    #[case::longer("x.qyapi.weixin.qq.com", WECOM, false)]
    #[case::nothing("", WECOM, false)]
    #[case::a_dot(".", WECOM, false)]
    #[case::address("10.1.2.3", "http://10.1.2.3:8080", true)]
    #[case::network("10.0.0.0/8", "http://10.1.2.3:8080", true)]
    #[case::another_network("10.2.0.0/16", "http://10.1.2.3:8080", false)]
    #[case::every_network("0.0.0.0/0", "http://10.1.2.3", true)]
    #[case::no_network("10.0.0.0/33", "http://10.1.2.3", false)]
    #[case::ipv6("fd00::/8", "http://[fd12::1]:8080", true)]
    #[case::of_another_kind("0.0.0.0/0", "http://[fd12::1]:8080", false)]
    fn an_entry_covers_hosts_as_clients_read_it(
        #[case] entry: &str,
        #[case] base: &str,
        #[case] is_covered: bool,
    ) {
        assert_eq!(covers(entry, &base.parse().unwrap()), is_covered);
    }
}
