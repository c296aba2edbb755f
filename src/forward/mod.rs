//! Posts the record of an event to a system of the company's own: signed, once, and never into a private network unless
//! the settings allow it.
//!
//! Whoever can write rules can write addresses, and this program stands inside the company: what a rule could reach
//! through it is bounded here. An address is checked as it is written, and again when its name has been resolved, for
//! each connection, so that a name that points elsewhere tomorrow (DNS rebinding) gets no further. No redirect is
//! followed and no proxy is used, for both would choose another address than the one that was checked. What is answered
//! is not read beyond its status.
//!
//! The receiver checks where a post comes from by `X-Greeter-Signature: v1=` and the hexadecimal HMAC-SHA256 of
//! `timestamp.body`, and refuses what is old by `X-Greeter-Timestamp`. A retry is a post of its own, with a timestamp
//! of its own and the same `X-Greeter-Event-Id`.
//!
//! Retries, deadlines and the record of attempts are the dispatcher's.
//!
//! An address of the settings is nobody else's choice, and has a way of its own ([`Direct`]); pictures that WeCom names by their
//! addresses are fetched by these rules as well ([`Pictures`]).

mod address;
mod direct;
mod picture;

use std::{sync::Arc, time::Duration};

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Url, header, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::action::{outcome::Class, recorded::Unanswered};
use address::{Guard, Private};
pub use direct::{Direct, is_here};
pub use picture::{NoPicture, PICTURE_BYTES_MAX, Picture, Pictures};
use wecom_core::tls;

/// To connect takes three round trips with TLS; a lost packet is sent again after one second and after two more.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Idle connections that are kept for one receiver: a few events a second need no more.
const POOL_IDLE_MAX: usize = 4;

/// What a post says it comes from.
const USER_AGENT: &str = concat!("wecom-greeter/", env!("CARGO_PKG_VERSION"));

/// The id of the event in our record: the same in every retry, so that a receiver can tell a second delivery.
const EVENT_ID: &str = "X-Greeter-Event-Id";
/// When it was posted, in Unix seconds.
const TIMESTAMP: &str = "X-Greeter-Timestamp";
/// `v1=` and the signature; absent where the rule names no secret.
const SIGNATURE: &str = "X-Greeter-Signature";

/// The connections to receivers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Forwarder {
    client: reqwest::Client,
    allow_private: bool,
}

/// What is posted, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// `https://…`; `http://…` only where private networks are allowed.
    pub url: &'a str,
    /// The event in our record.
    pub event_id: i64,
    /// Now, in Unix seconds.
    pub timestamp_s: i64,
    /// The JSON of the record.
    pub body: &'a [u8],
    /// The key that it is signed with, where the rule names one.
    pub secret: Option<&'a SecretString>,
}

/// Why a post did not arrive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is no address that anything could be posted to.
    #[error("{}", Unanswered::ReceiverAddress(.0))]
    Address(&'static str),
    /// The address is inside a private network.
    #[error("{}", Unanswered::ReceiverPrivate(""))]
    Private,
    /// The receiver answered with another status than 2xx.
    #[error("{}", Unanswered::ReceiverStatus(&.0.to_string()))]
    Status(u16),
    /// No answer came in time.
    #[error("{}", Unanswered::ReceiverSilent(&format!("{:?}", .0)))]
    TimedOut(Duration),
    /// The receiver could not be reached, or the connection broke.
    #[error("{}", Unanswered::ReceiverAway(.0))]
    Broken(String, bool),
}

/// Why no connections could be prepared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetUpError {
    /// The TLS library refuses its own defaults.
    #[error("could not set up TLS")]
    Tls(#[from] rustls::Error),
    /// The HTTP library refuses.
    #[error("could not set up the connections to receivers of forwards and alerts")]
    Client(#[source] reqwest::Error),
}

impl Error {
    /// What can be done about it. A receiver that says 410 wants no more of it; everything else may be mended on its
    /// side, and is tried again.
    pub fn class(&self) -> Class {
        match self {
            Self::Address(_) | Self::Status(410) => Class::Refused,
            Self::Private => Class::Configuration,
            Self::Status(_) | Self::TimedOut(_) | Self::Broken(..) => Class::Busy,
        }
    }

    /// The receiver's status, if it answered.
    pub fn status(&self) -> Option<u16> {
        if let Self::Status(status) = self { Some(*status) } else { None }
    }

    /// The message for the record. Holds no secret and not the address, which may carry one.
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// Whether the post may have arrived although no answer came.
    pub fn lost(&self) -> bool {
        matches!(self, Self::TimedOut(_) | Self::Broken(_, true))
    }
}

impl Forwarder {
    /// Prepares connections; opens none.
    ///
    /// # Errors
    ///
    /// When the TLS or HTTP library refuses its own defaults.
    pub fn new(allow_private: bool) -> Result<Self, SetUpError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client()?)
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(POOL_IDLE_MAX)
            .tcp_nodelay(true)
            .dns_resolver(Arc::new(Guard { allow_private }))
            .build()
            .map_err(|cause| SetUpError::Client(cause.without_url()))?;
        Ok(Self { client, allow_private })
    }

    /// Posts once, within `timeout`.
    ///
    /// # Errors
    ///
    /// Whatever is not a status of 2xx.
    pub async fn post(&self, post: &Post<'_>, timeout: Duration) -> Result<(), Error> {
        let url = checked(post.url, self.allow_private)?;
        let mut request = self
            .client
            .post(url)
            .timeout(timeout)
            .header(header::CONTENT_TYPE, "application/json")
            .header(EVENT_ID, post.event_id)
            .header(TIMESTAMP, post.timestamp_s)
            .body(post.body.to_vec());
        if let Some(secret) = post.secret {
            request = request.header(SIGNATURE, signature(secret, post.timestamp_s, post.body)?);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "goes to a receiver of the company's own, not to WeCom"
        )]
        let answer = request.send().await.map_err(|cause| broken(cause, timeout))?;
        let status = answer.status();
        if status.is_success() { Ok(()) } else { Err(Error::Status(status.as_u16())) }
    }
}

/// Why nothing would ever be posted to this address, as it is written; `None` where something may. What its name stands for is
/// only known when it is resolved.
pub fn refused_as_written(url: &str, allow_private: bool) -> Option<Error> {
    checked(url, allow_private).err()
}

/// The address, unless it is one that is never posted to. Names are looked at when they have been resolved.
fn checked(url: &str, allow_private: bool) -> Result<Url, Error> {
    let url = Url::parse(url).map_err(|_| Error::Address("it is no URL"))?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        "http" => {
            return Err(Error::Address(
                "it is not encrypted; http:// is for private networks, where the settings allow them",
            ));
        }
        _ => return Err(Error::Address("it is neither https:// nor http://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::Address("it carries a name or a password"));
    }
    let Some(host) = url.host_str() else { return Err(Error::Address("it names no host")) };
    let ip = host.trim_matches(['[', ']']).parse().ok();
    // By this name every machine means itself (RFC 6761).
    let is_this_machine = host == "localhost" || host.ends_with(".localhost");
    if !allow_private && (is_this_machine || ip.is_some_and(|ip| !address::is_public(ip))) {
        return Err(Error::Private);
    }
    Ok(url)
}

/// `v1=` and the hexadecimal HMAC-SHA256 of `timestamp.body`.
fn signature(secret: &SecretString, timestamp_s: i64, body: &[u8]) -> Result<String, Error> {
    use std::fmt::Write as _;

    // HMAC takes a key of any length; the library's error is for other algorithms.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .map_err(|_| Error::Address("its secret cannot be used as a key"))?;
    mac.update(timestamp_s.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Ok(mac.finalize().into_bytes().iter().fold("v1=".to_owned(), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

fn broken(cause: reqwest::Error, timeout: Duration) -> Error {
    if cause.is_timeout() && !cause.is_connect() {
        return Error::TimedOut(timeout);
    }
    let mut deepest: &(dyn std::error::Error + 'static) = &cause;
    while let Some(source) = deepest.source() {
        if source.is::<Private>() {
            return Error::Private;
        }
        deepest = source;
    }
    if deepest.is::<Private>() {
        return Error::Private;
    }
    let lost = !cause.is_connect() && !cause.is_builder();
    // The address may hold a secret of the receiver's, the deepest cause says what happened without it.
    let description = if std::ptr::addr_eq(deepest, &raw const cause) {
        cause.without_url().to_string()
    } else {
        deepest.to_string()
    };
    Error::Broken(description, lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_can_be_recomputed_by_anybody() {
        // printf '1733900461.{"id":17}' | openssl dgst -sha256 -hmac 'key'
        let signed = signature(&SecretString::from("key"), 1_733_900_461, br#"{"id":17}"#).unwrap();
        assert_eq!(signed, "v1=53cded1a9e261f3cb849922848929770ddcbfe08fe2399c77a33547bea5052fd");
    }

    #[test]
    fn an_address_is_refused_as_it_is_written() {
        let check = |url: &str| refused_as_written(url, false).map_or("ok".to_owned(), |why| why.to_string());
        assert_eq!(check("https://crm.example.com/hooks?key=1"), "ok");
        assert_eq!(check("https://93.184.215.14/"), "ok");
        for private in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/",
            "https://LOCALHOST:8443/",
            "https://crm.localhost/",
        ] {
            assert_eq!(check(private), Error::Private.to_string(), "{private}");
        }
        for wrong in
            ["http://crm.example.com/", "ftp://crm.example.com/", "crm", "https://a:b@crm.example.com/"]
        {
            assert!(check(wrong).starts_with("cannot post to it"), "{wrong}: {}", check(wrong));
        }
        for own in ["http://10.0.0.7:8080/hook", "http://localhost:8080/hook"] {
            assert!(refused_as_written(own, true).is_none(), "{own}");
        }
    }
}
