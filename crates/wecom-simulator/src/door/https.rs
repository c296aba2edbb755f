//! The gateway by HTTPS, with a certificate that may be wrong. It listens from the first time that a certificate is asked for,
//! since nothing else here needs TLS.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use base64::Engine as _;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{net::TcpStream, sync::Semaphore};
use tokio_rustls::TlsAcceptor;

use super::shared::Shared;
use crate::set_up::SetUpFault;

/// So many connections by TLS are open at once. Whoever comes then waits.
const CONNECTIONS_MAX: usize = 64;

/// A connection lasts no longer, whatever is done on it.
const CONNECTION_WITHIN: Duration = Duration::from_mins(2);

/// The pause before the next one where none could be taken: too many files are open, as a rule, and that lasts a while.
const ACCEPTED_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// For which names the certificate is.
const NAME: &str = "localhost";
const ANOTHER_NAME: &str = "wecom.example.com";

/// For so many days the certificate is good where nothing is wrong with it, and for so many an ended one has been no good.
const GOOD_DAYS: i64 = 365;
const ENDED_DAYS: i64 = -3;

const DAY_MS: i64 = 86_400_000;

/// The authority that makes the certificates, and where the gateway listens.
pub(crate) struct Https {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    pub(crate) port: u16,
}

/// Why there is no gateway by HTTPS.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

impl Https {
    /// Makes an authority, and listens on a free port of this machine.
    pub(crate) fn start(shared: &Arc<Shared>, behind: SocketAddr) -> Result<Arc<Self>, Fault> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "wecom-simulator");
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?.der().clone();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let https = Arc::new(Self { certificate, issuer: Issuer::new(params, key), port });
        shared.tasks.spawn(Arc::clone(&https).serve(Arc::clone(shared), listener, behind));
        Ok(https)
    }

    /// Ends with the simulator. Each connection is greeted with the certificate of that moment.
    async fn serve(self: Arc<Self>, shared: Arc<Shared>, listener: TcpListener, behind: SocketAddr) {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        loop {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(ACCEPTED_AGAIN_AFTER).await;
                continue;
            };
            let (https, inner) = (Arc::clone(&self), Arc::clone(&shared));
            shared.tasks.spawn(async move {
                let _slot = slot;
                let Ok(acceptor) = https.acceptor(&inner) else { return };
                // Whoever does not like the certificate hangs up, and that is the point.
                let _ = tokio::time::timeout(CONNECTION_WITHIN, relay(acceptor, stream, behind)).await;
            });
        }
    }

    /// The authority's certificate, for a client that is to trust it.
    pub(crate) fn pem(&self) -> String {
        let base64 = base64::engine::general_purpose::STANDARD.encode(&self.certificate);
        let (mut text, mut rest) = ("-----BEGIN CERTIFICATE-----\n".to_owned(), base64.as_str());
        while !rest.is_empty() {
            let (line, others) = rest.split_at(rest.len().min(PEM_COLUMNS));
            text += line;
            text.push('\n');
            rest = others;
        }
        text + "-----END CERTIFICATE-----\n"
    }

    fn acceptor(&self, shared: &Shared) -> Result<TlsAcceptor, Fault> {
        let fault = shared.running.world().set_up.of_certificate().cloned();
        let (name, days) = match fault {
            Some(SetUpFault::CertificateEnding { days }) => (NAME, i64::from(days)),
            Some(SetUpFault::CertificateExpired {}) => (NAME, ENDED_DAYS),
            Some(SetUpFault::CertificateOtherName {}) => (ANOTHER_NAME, GOOD_DAYS),
            _ => (NAME, GOOD_DAYS),
        };
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        if name == NAME {
            params.subject_alt_names.push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        }
        params.not_before = date_time_ymd(2020, 1, 1);
        let end =
            jiff::Timestamp::from_millisecond(shared.running.clock.now_ms() + days * DAY_MS + DAY_MS / 2)?;
        let end = end.to_zoned_datetime(jiff::tz::TimeZone::UTC);
        params.not_after =
            date_time_ymd(end.year().into(), u8::try_from(end.month())?, u8::try_from(end.day())?);
        let key = KeyPair::generate()?;
        let certificate = match fault {
            Some(SetUpFault::CertificateSelfSigned {}) => params.self_signed(&key)?,
            _ => params.signed_by(&key, &self.issuer)?,
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// How long a line of PEM is (RFC 7468).
const PEM_COLUMNS: usize = 64;

/// Greets by TLS, and passes on what comes, both ways.
async fn relay(acceptor: TlsAcceptor, stream: TcpStream, behind: SocketAddr) -> std::io::Result<()> {
    let mut outside = acceptor.accept(stream).await?;
    let mut inside = TcpStream::connect(behind).await?;
    tokio::io::copy_bidirectional(&mut outside, &mut inside).await?;
    Ok(())
}
