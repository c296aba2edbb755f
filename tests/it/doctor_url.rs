//! `doctor --url` against a server that is wrong in one way at a time.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rcgen::{CertificateParams, Issuer, KeyPair, date_time_ymd};
use rstest::rstest;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use wecom_core::{
    callback::{Keys, open_echo},
    clock::Clock,
};
use wecom_greeter::doctor::{CallbackUrl, Finding, Status, look_at};

/// How the server answers.
#[derive(Clone, Copy, Debug)]
enum Answers {
    Rightly,
    RightlyWithoutSlashOnly,
    After(u64),
    Cut,
    Before(&'static str),
    Behind(&'static str),
    Quoted,
    Redirect,
    Login,
    Status(u16),
    Bytes(&'static str),
}

fn keys() -> Keys {
    Keys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "ww9f3c1d7be20a4455").unwrap()
}

/// Serves on a free port; ends with the test.
async fn serve(answers: Answers, tls: Option<TlsAcceptor>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                match tls {
                    None => answer(stream, answers).await,
                    Some(tls) => match tls.accept(stream).await {
                        Ok(stream) => answer(stream, answers).await,
                        Err(error) => Err(error),
                    },
                }
            });
        }
    });
    address
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, answers: Answers) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = stream.read_u8().await?;
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let (path, query) = target.split_once('?').unwrap();
    let echo = open_echo(&keys(), query).map(|text| String::from_utf8(text.into_bytes()).unwrap()).unwrap();
    let ok = |kind: &str, body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let plain = |body: &str| ok("text/plain", body);
    let text = match answers {
        Answers::RightlyWithoutSlashOnly if path.ends_with('/') => {
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
        }
        Answers::Rightly | Answers::RightlyWithoutSlashOnly => plain(&echo),
        Answers::After(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            plain(&echo)
        }
        Answers::Cut => "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n12".to_owned(),
        Answers::Before(text) => plain(&format!("{text}{echo}")),
        Answers::Behind(text) => plain(&format!("{echo}{text}")),
        Answers::Quoted => plain(&format!("\"{echo}\"")),
        Answers::Redirect => {
            "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_owned()
        }
        Answers::Login => ok("text/html; charset=utf-8", "<!doctype html><form action=/login>"),
        Answers::Status(status) => {
            format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Answers::Bytes(body) => plain(body),
    };
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}

async fn looked(url: &str, tls: rustls::ClientConfig) -> Finding {
    look_at(&CallbackUrl::parse(url).unwrap(), &keys(), tls, &Clock::system()).await
}

fn trusting_nobody_new() -> rustls::ClientConfig {
    wecom_core::tls::client().unwrap()
}

#[rstest]
#[case::right(Answers::Rightly, None, Status::Ok)]
#[case::slash(Answers::RightlyWithoutSlashOnly, Some("slash"), Status::Warn)]
#[case::slow(Answers::After(1_200), Some("slow"), Status::Fail)]
#[case::silent(Answers::After(60_000), Some("url_silent"), Status::Fail)]
#[case::cut(Answers::Cut, Some("cut_off"), Status::Fail)]
#[case::bom(Answers::Before("\u{feff}"), Some("bom"), Status::Fail)]
#[case::newline(Answers::Behind("\n"), Some("newline"), Status::Fail)]
#[case::quotes(Answers::Quoted, Some("quotes"), Status::Fail)]
#[case::redirect(Answers::Redirect, Some("redirect"), Status::Fail)]
#[case::login(Answers::Login, Some("another_page"), Status::Fail)]
#[case::not_there(Answers::Status(404), Some("path_not_found"), Status::Fail)]
#[case::forbidden(Answers::Status(403), Some("refused_there"), Status::Fail)]
#[case::gateway(Answers::Status(502), Some("http_status"), Status::Fail)]
#[case::other(Answers::Bytes("success"), Some("other_bytes"), Status::Fail)]
#[tokio::test(flavor = "multi_thread")]
async fn each_answer_has_its_own_reason(
    #[case] answers: Answers,
    #[case] code: Option<&str>,
    #[case] status: Status,
) {
    let address = serve(answers, None).await;
    let found = looked(&format!("http://{address}/callback/default"), trusting_nobody_new()).await;
    assert_eq!((found.code(), found.status()), (code, status), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_reached_has_its_own_reason() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let plain = serve(Answers::Rightly, None).await;
    for (url, code) in [
        (format!("http://{closed}/callback/default"), "port_closed"),
        ("https://no-such-name.invalid/callback/default".to_owned(), "name_not_found"),
        ("http://[::1]:9/callback/default".to_owned(), "ipv6_only"),
        (format!("https://{plain}/callback/default"), "no_tls"),
    ] {
        let found = looked(&url, trusting_nobody_new()).await;
        assert_eq!((found.code(), found.status()), (Some(code), Status::Fail), "{url}");
    }
}

/// An authority, and a server with a certificate of its for this name that ends in so many days.
struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    fn trusted(&self) -> rustls::ClientConfig {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    fn acceptor(&self, name: &str, days: i64) -> TlsAcceptor {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        let end_s = Clock::system().now_ms() / 1_000 + days * 86_400 + 3_600;
        let end = jiff::Timestamp::from_second(end_s).unwrap().to_zoned_datetime(jiff::tz::TimeZone::UTC);
        params.not_after = date_time_ymd(
            end.year().into(),
            u8::try_from(end.month()).unwrap(),
            u8::try_from(end.day()).unwrap(),
        );
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

#[rstest]
#[case::good("localhost", 90, true, None, Status::Ok)]
#[case::ends_soon("localhost", 5, true, Some("certificate_ends"), Status::Warn)]
#[case::ended("localhost", -3, true, Some("certificate_expired"), Status::Fail)]
#[case::of_another_name("wecom.example.com", 90, true, Some("certificate_other_name"), Status::Fail)]
#[case::of_nobody("localhost", 90, false, Some("certificate_untrusted"), Status::Fail)]
#[tokio::test(flavor = "multi_thread")]
async fn each_certificate_has_its_own_reason(
    #[case] name: &str,
    #[case] days: i64,
    #[case] is_trusted: bool,
    #[case] code: Option<&str>,
    #[case] status: Status,
) {
    let authority = Authority::new();
    let address = serve(Answers::Rightly, Some(authority.acceptor(name, days))).await;
    let tls = if is_trusted { authority.trusted() } else { trusting_nobody_new() };
    let found = looked(&format!("https://localhost:{}/callback/default", address.port()), tls).await;
    assert_eq!((found.code(), found.status()), (code, status), "{found:?}");
    if let Finding::UrlFine { ends_in_days, .. } = found {
        assert!(ends_in_days.is_some_and(|ends| (days - 2..=days).contains(&ends)), "{ends_in_days:?}");
    }
}
