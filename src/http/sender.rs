//! Whose address a request came from.

use std::net::IpAddr;

use actix_web::HttpRequest;

use crate::network::Network;

/// The sender's address. Behind a proxy of ours, which is a peer in a private network or on this machine, it is the one that
/// this proxy names; from a peer in the open a header is anybody's claim.
pub(super) fn sender(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let header = |name: &str| request.headers().get(name)?.to_str().ok();
    Some(behind_proxy(peer, header("x-forwarded-for"), header("x-real-ip")))
}

/// Who calls back: the peer, or whom the proxies that the settings trust pass it on for. `None`: they do not say.
pub(super) fn caller(request: &HttpRequest, trusted: &[Network]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let headers = request.headers();
    // A line that is no text is not passed over: the address that a proxy has added to it would be lost with it.
    let forwarded = headers.get_all("x-forwarded-for").map(|value| value.to_str().unwrap_or_default());
    let real = headers.get("x-real-ip").and_then(|value| value.to_str().ok());
    behind_trusted(peer, &forwarded.collect::<Vec<_>>(), real, trusted)
}

fn behind_trusted(
    peer: IpAddr,
    forwarded: &[&str],
    real: Option<&str>,
    trusted: &[Network],
) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.covers(address));
    if !is_trusted(peer) {
        return Some(peer);
    }
    // Each proxy has added whom it heard it from; the first that is none of ours, from the end, is who called.
    let said = forwarded.iter().rev().flat_map(|line| line.rsplit(',')).chain(real);
    for address in said {
        let address = address.trim().parse().ok()?;
        if !is_trusted(address) {
            return Some(address);
        }
    }
    None
}

fn behind_proxy(peer: IpAddr, forwarded: Option<&str>, real: Option<&str>) -> IpAddr {
    if !is_near(peer) {
        return peer;
    }
    // The last was added by the proxy nearest to us; those before it by whoever sent the request.
    let last =
        forwarded.and_then(|list| list.rsplit(',').next()).and_then(|address| address.trim().parse().ok());
    last.or_else(|| real.and_then(|address| address.trim().parse().ok())).unwrap_or(peer)
}

fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    use super::*;

    #[test]
    fn a_trusted_proxy_says_who_called() {
        let trusted = ["10.0.0.0/8", "198.18.7.7"].map(|network| network.parse().unwrap());
        let of = |peer: &str, forwarded: &[&str], real| {
            behind_trusted(peer.parse().unwrap(), forwarded, real, &trusted)
                .map(|address| address.to_string())
        };
        let wecom = Some("101.226.1.2".to_owned());
        assert_eq!(of("101.226.1.2", &["6.6.6.6"], None), wecom, "no proxy of ours");
        assert_eq!(
            of("192.168.0.9", &["101.226.1.2"], None),
            Some("192.168.0.9".into()),
            "near, and not named"
        );
        assert_eq!(of("10.0.0.2", &["6.6.6.6, 101.226.1.2"], None), wecom);
        assert_eq!(of("10.0.0.2", &["6.6.6.6, 101.226.1.2, 198.18.7.7"], None), wecom, "two of ours");
        assert_eq!(of("::ffff:10.0.0.2", &["6.6.6.6", "101.226.1.2, 10.1.1.1"], None), wecom, "two lines");
        assert_eq!(of("10.0.0.2", &[], Some("101.226.1.2")), wecom);
        for (forwarded, real) in [
            (vec![], None),
            (vec!["unknown"], None),
            (vec!["10.0.0.3"], None),
            (vec!["unknown"], Some("101.226.1.2")),
        ] {
            assert_eq!(of("10.0.0.2", &forwarded, real), None, "{forwarded:?}");
        }
    }

    #[test]
    fn a_line_that_is_no_text_hides_nobody() {
        let trusted = ["10.0.0.0/8".parse::<Network>().unwrap()];
        let line = HeaderValue::from_bytes(b"\xff, 6.6.6.6").unwrap();
        let request = TestRequest::get()
            .peer_addr("10.0.0.2:4711".parse().unwrap())
            .append_header(("x-forwarded-for", line))
            .append_header(("x-real-ip", "101.226.1.2"));
        assert_eq!(caller(&request.to_http_request(), &trusted), None);
    }

    #[test]
    fn a_near_proxy_is_believed_and_nobody_else() {
        let of =
            |peer: &str, forwarded, real| behind_proxy(peer.parse().unwrap(), forwarded, real).to_string();
        assert_eq!(of("127.0.0.1", Some("6.6.6.6, 101.226.1.2"), None), "101.226.1.2");
        assert_eq!(of("10.0.0.2", None, Some("101.226.1.2")), "101.226.1.2");
        assert_eq!(of("10.0.0.2", Some("unknown"), None), "10.0.0.2");
        assert_eq!(of("::ffff:172.17.0.1", Some("101.226.1.2"), None), "101.226.1.2");
        assert_eq!(of("101.226.1.9", Some("6.6.6.6"), Some("6.6.6.6")), "101.226.1.9");
    }
}
