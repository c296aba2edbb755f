//! What WeCom does when a callback URL is saved, done from here: find the name, connect, greet by TLS, ask with a sealed
//! `echostr`, and compare the answer byte for byte. It goes out directly, as WeCom does not use this machine's proxy; what
//! WeCom sees from its side it cannot see.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{StatusCode, redirect};
use rustls::{CertificateError, ClientConfig, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{CallbackUrl, Finding, Host, certificate};
use crate::flow::intake::DOCTORS_NONCE;
use wecom_core::{
    callback::{Keys, seal},
    clock::Clock,
};

/// WeCom waits for so long when a URL is saved.
const ANSWERED_WITHIN_MS: i64 = 1_000;

/// How long each step before the question may take. All steps together have a bound of their own, which is shorter than
/// their sum (`ask.rs`).
const STEP_WITHIN: Duration = Duration::from_secs(3);

/// How long the answer is waited for. Longer than WeCom does, so that it can be said how slow it is.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

/// More of an answer is not read: the right one has some twenty bytes.
const ANSWER_BYTES_MAX: usize = 65_536;

/// Certificates are renewed a month ahead as a rule; one that is left so late has been forgotten.
const ENDS_SOON_DAYS: i64 = 14;

const DAY_S: i64 = 86_400;

/// How many addresses of a name are tried.
const ADDRESSES_MAX: usize = 4;

/// Looks at the URL as WeCom would.
pub async fn look_at(url: &CallbackUrl, keys: &Keys, tls: ClientConfig, clock: &Clock) -> Finding {
    look(url, keys, tls, clock).await.unwrap_or_else(|fault| fault)
}

async fn look(url: &CallbackUrl, keys: &Keys, tls: ClientConfig, clock: &Clock) -> Result<Finding, Finding> {
    let address = connected(url, resolved(url).await?).await?;
    let ends_in_days = if url.is_https() { greeted(url, address, tls.clone(), clock).await? } else { None };
    let client = client(url, address, tls).ok_or(Finding::UrlCut)?;
    let took_ms = ask(&client, url, keys, clock).await?;
    if took_ms >= ANSWERED_WITHIN_MS {
        return Err(Finding::UrlSlow { took_ms });
    }
    if let Some(days) = ends_in_days.filter(|days| *days < ENDS_SOON_DAYS) {
        return Ok(Finding::CertificateEnds { days });
    }
    // Some proxies add a slash, and some consoles' users do.
    if ask(&client, &url.with_other_slash(), keys, clock).await.is_err() {
        return Ok(Finding::UrlSlash);
    }
    if url.is_rented() {
        return Ok(Finding::UrlRented { host: url.host() });
    }
    Ok(Finding::UrlFine { took_ms, ends_in_days, address: address.ip().to_string() })
}

/// The addresses of the host, those of IPv4 first: WeCom uses no others.
async fn resolved(url: &CallbackUrl) -> Result<Vec<SocketAddr>, Finding> {
    let host = url.host();
    let none = || Finding::UrlNoName { host: host.clone() };
    let found = tokio::time::timeout(STEP_WITHIN, tokio::net::lookup_host((host.as_str(), url.port()))).await;
    let mut addresses: Vec<SocketAddr> = found.map_err(|_| none())?.map_err(|_| none())?.collect();
    if addresses.is_empty() {
        return Err(none());
    }
    // An address that was written out says itself what it is.
    addresses.retain(SocketAddr::is_ipv4);
    addresses.truncate(ADDRESSES_MAX);
    if addresses.is_empty() { Err(Finding::UrlIpv6Only { host }) } else { Ok(addresses) }
}

/// The first address that can be connected to.
async fn connected(url: &CallbackUrl, addresses: Vec<SocketAddr>) -> Result<SocketAddr, Finding> {
    let at = || Host { host: url.host(), port: url.port() };
    let tried = async {
        let mut is_closed = false;
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(_) => return Ok(address),
                Err(error) => is_closed |= error.kind() == io::ErrorKind::ConnectionRefused,
            }
        }
        Err(if is_closed { Finding::UrlClosed { at: at() } } else { Finding::UrlNoConnection { at: at() } })
    };
    tokio::time::timeout(STEP_WITHIN, tried)
        .await
        .unwrap_or_else(|_| Err(Finding::UrlNoConnection { at: at() }))
}

/// Greets by TLS, and says in how many days the certificate ends.
async fn greeted(
    url: &CallbackUrl,
    address: SocketAddr,
    tls: ClientConfig,
    clock: &Clock,
) -> Result<Option<i64>, Finding> {
    let no_tls = || Finding::UrlNoTls { at: Host { host: url.host(), port: url.port() } };
    let name = ServerName::try_from(url.host()).map_err(|_| no_tls())?;
    let greeting = async {
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(tls)).connect(name, stream).await
    };
    let greeted = tokio::time::timeout(STEP_WITHIN, greeting).await.map_err(|_| no_tls())?;
    let stream = greeted.map_err(|error| {
        let rustls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match rustls {
            Some(rustls::Error::InvalidCertificate(fault)) => certificate_fault(fault, url),
            _ => no_tls(),
        }
    })?;
    let (_, session) = stream.get_ref();
    let certificate = session.peer_certificates().and_then(|certificates| certificates.first());
    let ends_at_s = certificate.and_then(|certificate| certificate::ends_at_s(certificate));
    Ok(ends_at_s.map(|ends_at_s| (ends_at_s - clock.now_ms().div_euclid(1_000)).div_euclid(DAY_S)))
}

fn certificate_fault(fault: &CertificateError, url: &CallbackUrl) -> Finding {
    match fault {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Finding::CertificateExpired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Finding::CertificateOther { host: url.host() }
        }
        _ => Finding::CertificateUntrusted,
    }
}

/// A client that goes to this address, follows nothing and uses no proxy.
fn client(url: &CallbackUrl, address: SocketAddr, tls: ClientConfig) -> Option<reqwest::Client> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .resolve(&url.host(), address)
        .http1_only()
        .timeout(ANSWER_WITHIN)
        .build()
        .ok()
}

/// Asks with a sealed text, and compares. How long it took, from the question to the last byte.
async fn ask(
    client: &reqwest::Client,
    url: &CallbackUrl,
    keys: &Keys,
    clock: &Clock,
) -> Result<i64, Finding> {
    let (text, query) = question(keys, clock.now_ms().div_euclid(1_000));
    let begun_ms = clock.steady_ms();
    #[expect(clippy::disallowed_methods, reason = "the callback URL is asked as WeCom asks it")]
    let sent = client.get(url.asking(&query)).send().await;
    let mut response = sent.map_err(|error| broken(&error))?;
    let status = response.status();
    let is_html = response
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.contains("html"));
    status_fault(status)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(Finding::AnswerPage);
        }
    }
    let took_ms = clock.steady_ms() - begun_ms;
    compare(text.as_bytes(), &body, is_html).map_or(Ok(took_ms), Err)
}

/// A text as WeCom's, sealed, so that the ciphertext has the characters in it that proxies and frameworks mistake.
fn question(keys: &Keys, now_s: i64) -> (String, String) {
    const TRIES: usize = 64;
    let text = format!("{:019}", rand::random::<u64>() % 10_000_000_000_000_000_000);
    let timestamp = now_s.to_string();
    let mut sealed = seal(keys, text.as_bytes(), &timestamp, DOCTORS_NONCE, rand::random());
    for _ in 0..TRIES {
        if sealed.encrypt.contains('+') && sealed.encrypt.contains('/') {
            break;
        }
        sealed = seal(keys, text.as_bytes(), &timestamp, DOCTORS_NONCE, rand::random());
    }
    (text, sealed.to_echo_query())
}

fn broken(error: &reqwest::Error) -> Finding {
    if error.is_timeout() { Finding::UrlSilent } else { Finding::UrlCut }
}

fn status_fault(status: StatusCode) -> Result<(), Finding> {
    let number = status.as_u16();
    Err(match number {
        200 => return Ok(()),
        300..=399 => Finding::UrlRedirect { status: number },
        404 => Finding::UrlNotThere,
        400 | 401 | 403 => Finding::UrlRefused { status: number },
        _ => Finding::UrlStatus { status: number },
    })
}

/// What is wrong with the answer; `None`: it is right, byte for byte.
fn compare(expected: &[u8], body: &[u8], is_html: bool) -> Option<Finding> {
    const BOM: &[u8] = &[0xef, 0xbb, 0xbf];
    if body == expected {
        return None;
    }
    let trimmed = body.trim_ascii();
    let unquoted = trimmed.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let unquoted = unquoted.or_else(|| trimmed.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'")));
    Some(if body.strip_prefix(BOM).is_some_and(|rest| rest.trim_ascii() == expected) {
        Finding::AnswerBom
    } else if trimmed == expected {
        Finding::AnswerNewline
    } else if unquoted == Some(expected) {
        Finding::AnswerQuotes
    } else if is_html || trimmed.starts_with(b"<") {
        Finding::AnswerPage
    } else {
        Finding::AnswerOther { bytes: body.len() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_are_nearly_right_are_told_apart() {
        let of = |body: &[u8]| compare(b"1616140317555161061", body, false);
        assert_eq!(of(b"1616140317555161061"), None);
        assert_eq!(of(b"\xef\xbb\xbf1616140317555161061"), Some(Finding::AnswerBom));
        assert_eq!(of(b"1616140317555161061\r\n"), Some(Finding::AnswerNewline));
        assert_eq!(of(b"\"1616140317555161061\""), Some(Finding::AnswerQuotes));
        assert_eq!(of(b"\n<!doctype html><title>Login</title>"), Some(Finding::AnswerPage));
        assert_eq!(of(b"ok"), Some(Finding::AnswerOther { bytes: 2 }));
        assert_eq!(of(b""), Some(Finding::AnswerOther { bytes: 0 }));
    }

    #[test]
    fn the_question_has_what_is_mistaken_on_the_way() {
        let keys = Keys::new("token", &"a".repeat(43), "ww1").unwrap();
        let (text, query) = question(&keys, 1_796_000_000);
        assert!(text.len() == 19 && query.contains("%2B") && query.contains("%2F"), "{query}");
        assert_eq!(wecom_core::callback::open_echo(&keys, &query).unwrap().into_bytes(), text.as_bytes());
    }
}
