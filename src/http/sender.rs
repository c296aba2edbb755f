//! Whose address a request came from.
//!
//! Proxies name it in `X-Forwarded-For`, in `Forwarded` (RFC 7239) or in `X-Real-IP`: as an address, with a port or without, in
//! brackets and in quotes. What is written in any other way names nobody.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::{HttpRequest, http::header::HeaderMap};

use crate::network::Network;

/// The sender's address. Behind a proxy of ours, which is a peer in a private network or on this machine, it is the one that
/// this proxy names; from a peer in the open a header is anybody's claim.
pub(super) fn sender(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    Some(behind_proxy(peer, &Said::by(request.headers())))
}

/// Who calls back: the peer, or whom the proxies that the settings trust pass it on for. `None`: they do not say.
pub(super) fn caller(request: &HttpRequest, trusted: &[Network]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    behind_trusted(peer, &Said::by(request.headers()), trusted)
}

/// What the headers say of whom the request came from.
#[derive(Debug, Default)]
struct Said<'a> {
    x_forwarded_for: Vec<&'a str>,
    forwarded: Vec<&'a str>,
    real: Vec<&'a str>,
}

impl<'a> Said<'a> {
    fn by(headers: &'a HeaderMap) -> Self {
        // A line that is no text is not passed over: the address that a proxy has added to it would be lost with it.
        let lines =
            |name: &str| headers.get_all(name).map(|line| line.to_str().unwrap_or_default()).collect();
        Self {
            x_forwarded_for: lines("x-forwarded-for"),
            forwarded: lines("forwarded"),
            real: lines("x-real-ip"),
        }
    }

    /// By each kind of header, the last first: each proxy has added whom it heard it from. `None` is what cannot be read.
    fn by_kind(&self) -> [Vec<Option<IpAddr>>; 3] {
        let last_first = |lines: &[&str]| {
            lines.iter().rev().flat_map(|line| line.rsplit(',')).map(address).collect::<Vec<_>>()
        };
        let forwarded = self.forwarded.iter().rev().flat_map(|line| {
            let mut elements = split(line, ',').unwrap_or_else(|| vec![""]);
            elements.reverse();
            elements
        });
        [last_first(&self.x_forwarded_for), forwarded.map(heard_from).collect(), last_first(&self.real)]
    }
}

fn behind_trusted(peer: IpAddr, said: &Said<'_>, trusted: &[Network]) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.covers(address));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let mut caller = None;
    for addresses in said.by_kind() {
        // The first that is none of ours, from the end, is who called.
        let other = addresses.into_iter().find(|address| !address.is_some_and(is_trusted));
        let Some(other) = other else { continue };
        let other = other?;
        // A proxy writes one kind and may pass on another as whoever called wrote it. Where they differ one is a claim.
        if caller.is_some_and(|caller| caller != other) {
            return None;
        }
        caller = Some(other);
    }
    caller
}

fn behind_proxy(peer: IpAddr, said: &Said<'_>) -> IpAddr {
    if !is_near(peer) {
        return peer;
    }
    // The last was added by the proxy nearest to us; those before it by whoever sent the request.
    let last = said.by_kind().into_iter().find_map(|addresses| addresses.first().copied().flatten());
    last.unwrap_or(peer)
}

/// An address as proxies write it: `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`, and each of
/// them in quotes. An IPv4 address that is written as IPv6 is the IPv4 address.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => text,
    };
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    let alone = text.parse::<IpAddr>().ok().or_else(|| bracketed().map(IpAddr::V6));
    let address = alone.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

/// Whom an element of `Forwarded` names: `for=1.2.3.4;proto=https`. One that names nobody, or two, cannot be read.
fn heard_from(element: &str) -> Option<IpAddr> {
    let pairs = split(element, ';')?;
    let mut named = pairs.iter().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value)
    });
    let value = named.next()?;
    if named.next().is_some() {
        return None;
    }
    address(value)
}

/// The parts between the signs that stand outside of quotes. `None`: a quote has no end, and where the parts are is anybody's
/// guess.
fn split(text: &str, sign: char) -> Option<Vec<&str>> {
    let (mut parts, mut begins) = (Vec::new(), 0);
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if is_quoted && c == '\\' {
            is_escaped = true;
        } else if c == '"' {
            is_quoted = !is_quoted;
        } else if c == sign && !is_quoted {
            parts.push(&text[begins..at]);
            begins = at + c.len_utf8();
        }
    }
    parts.push(&text[begins..]);
    (!is_quoted).then_some(parts)
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

    fn said<'a>(x_forwarded_for: &[&'a str], real: Option<&'a str>) -> Said<'a> {
        Said {
            x_forwarded_for: x_forwarded_for.to_vec(),
            real: real.into_iter().collect(),
            ..Said::default()
        }
    }

    #[test]
    fn a_trusted_proxy_says_who_called() {
        let trusted = ["10.0.0.0/8", "198.18.7.7"].map(|network| network.parse().unwrap());
        let of = |peer: &str, forwarded: &[&str], real| {
            behind_trusted(peer.parse().unwrap(), &said(forwarded, real), &trusted)
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
        assert_eq!(of("10.0.0.2", &["101.226.1.2"], Some("101.226.1.2:443")), wecom, "both say so");
        assert_eq!(of("10.0.0.2", &["101.226.1.2"], Some("10.0.0.3")), wecom, "the one before is ours");
        for (forwarded, real) in [
            (vec![], None),
            (vec!["unknown"], None),
            (vec!["10.0.0.3"], None),
            (vec!["unknown"], Some("101.226.1.2")),
            // The proxy writes one of them, and passes on what it was sent as the other.
            (vec!["101.226.1.2"], Some("6.6.6.6")),
            (vec!["101.226.1.2"], Some("unknown")),
        ] {
            assert_eq!(of("10.0.0.2", &forwarded, real), None, "{forwarded:?} {real:?}");
        }
    }

    #[rstest::rstest]
    #[case("101.226.1.2", Some("101.226.1.2"))]
    #[case(" 101.226.1.2\t", Some("101.226.1.2"))]
    #[case("101.226.1.2:5678", Some("101.226.1.2"))]
    #[case("\"101.226.1.2\"", Some("101.226.1.2"))]
    #[case("\"101.226.1.2:5678\"", Some("101.226.1.2"))]
    #[case("2001:db8::1", Some("2001:db8::1"))]
    #[case("[2001:db8::1]", Some("2001:db8::1"))]
    #[case("[2001:db8::1]:443", Some("2001:db8::1"))]
    #[case("\"[2001:DB8::1]:443\"", Some("2001:db8::1"))]
    #[case("::ffff:101.226.1.2", Some("101.226.1.2"))]
    #[case("[::ffff:101.226.1.2]:443", Some("101.226.1.2"))]
    #[case("", None)]
    #[case("\"", None)]
    #[case("\"\"", None)]
    #[case("\"101.226.1.2", None)]
    #[case("101.226.1.2\"", None)]
    #[case("\"\"101.226.1.2\"\"", None)]
    #[case("'101.226.1.2'", None)]
    #[case("101.226.1.2:", None)]
    #[case("101.226.1.2:65536", None)]
    #[case("101.226.1.2:80:80", None)]
    #[case("101.226.1.2:_http", None)]
    #[case("[101.226.1.2]", None)]
    #[case("[101.226.1.2]:80", None)]
    #[case("[2001:db8::1", None)]
    #[case("2001:db8::1]:443", None)]
    #[case("[2001:db8::1]443", None)]
    #[case("101.226.1", None)]
    #[case("101.226.1.256", None)]
    #[case("0101.226.1.2", None)]
    #[case("101.226.1.2 6.6.6.6", None)]
    #[case("101.226.1.2/32", None)]
    #[case("unknown", None)]
    #[case("_hidden", None)]
    #[case("unix:", None)]
    #[case("wecom.example", None)]
    fn an_address_is_understood_as_proxies_write_it(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(address(text).map(|address| address.to_string()).as_deref(), expected, "{text}");
    }

    #[rstest::rstest]
    #[case(&["for=101.226.1.2"], Some("101.226.1.2"))]
    #[case(&["For=101.226.1.2 ; proto=https;by=10.0.0.2"], Some("101.226.1.2"))]
    #[case(&["proto=https;FOR=\"101.226.1.2:5678\";by=10.0.0.2"], Some("101.226.1.2"))]
    #[case(&["for=\"[2001:db8::1]:443\""], Some("2001:db8::1"))]
    #[case(&["for=6.6.6.6, for=101.226.1.2, for=\"10.0.0.3:80\""], Some("101.226.1.2"))]
    #[case(&["for=6.6.6.6", "for=101.226.1.2"], Some("101.226.1.2"))]
    #[case(&["for=6.6.6.6;host=\"a,for=1.1.1.1;b\\\",\", for=101.226.1.2"], Some("101.226.1.2"))]
    // What whoever called wrote before is not looked at, unless it hides where the proxy's begins.
    #[case(&["for=unknown, for=101.226.1.2"], Some("101.226.1.2"))]
    #[case(&["\"", "for=101.226.1.2"], Some("101.226.1.2"))]
    #[case(&["for=101.226.1.2;x=\", for=6.6.6.6"], None)]
    #[case(&["for=101.226.1.2;x=\", for=\"[2001:db8::6]:1\""], None)]
    #[case(&["for=101.226.1.2;x=\"\\\", for=\"6.6.6.6\""], None)]
    #[case(&["for=101.226.1.2, proto=https"], None)]
    #[case(&["for=101.226.1.2, "], None)]
    #[case(&["for=101.226.1.2, for=unknown"], None)]
    #[case(&["for=101.226.1.2, for=\"_gazonk\""], None)]
    #[case(&["for=101.226.1.2;for=6.6.6.6"], None)]
    #[case(&["101.226.1.2"], None)]
    #[case(&["for=10.0.0.3"], None)]
    #[case(&[""], None)]
    fn forwarded_is_read_as_it_is_written(#[case] lines: &[&str], #[case] expected: Option<&str>) {
        let trusted = ["10.0.0.0/8".parse::<Network>().unwrap()];
        let peer = "10.0.0.2".parse().unwrap();
        let of = |said: &Said<'_>| behind_trusted(peer, said, &trusted).map(|address| address.to_string());
        let forwarded = || Said { forwarded: lines.to_vec(), ..Said::default() };
        assert_eq!(of(&forwarded()).as_deref(), expected, "{lines:?}");
        let another = Said { x_forwarded_for: vec!["9.9.9.9"], ..forwarded() };
        let ours = lines == ["for=10.0.0.3"];
        assert_eq!(of(&another), ours.then(|| "9.9.9.9".to_owned()), "one of them is a claim: {lines:?}");
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
        let of = |peer: &str, forwarded: Option<&str>, real| {
            let lines: Vec<&str> = forwarded.into_iter().collect();
            behind_proxy(peer.parse().unwrap(), &said(&lines, real)).to_string()
        };
        assert_eq!(of("127.0.0.1", Some("6.6.6.6, 101.226.1.2"), None), "101.226.1.2");
        assert_eq!(of("127.0.0.1", Some("6.6.6.6, 101.226.1.2:4711"), None), "101.226.1.2");
        assert_eq!(of("10.0.0.2", None, Some("101.226.1.2")), "101.226.1.2");
        assert_eq!(of("10.0.0.2", Some("unknown"), None), "10.0.0.2");
        assert_eq!(of("::ffff:172.17.0.1", Some("101.226.1.2"), None), "101.226.1.2");
        assert_eq!(of("101.226.1.9", Some("6.6.6.6"), Some("6.6.6.6")), "101.226.1.9");
        let lines = said(&["6.6.6.6", "101.226.1.2"], None);
        assert_eq!(behind_proxy([127, 0, 0, 1].into(), &lines).to_string(), "101.226.1.2", "the last line");
        let forwarded = Said { forwarded: vec!["for=6.6.6.6, for=101.226.1.2"], ..Said::default() };
        assert_eq!(behind_proxy([127, 0, 0, 1].into(), &forwarded).to_string(), "101.226.1.2");
    }
}
