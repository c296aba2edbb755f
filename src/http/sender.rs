//! Whose address a request came from.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The sender's address. Behind a proxy of ours, which is a peer in a private network or on this machine, it is the one that
/// this proxy names; from a peer in the open a header is anybody's claim.
pub(super) fn sender(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let header = |name: &str| request.headers().get(name)?.to_str().ok();
    Some(behind_proxy(peer, header("x-forwarded-for"), header("x-real-ip")))
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
    use super::*;

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
