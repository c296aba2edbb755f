//! Sends one request and brings back WeCom's answer: the only place that knows HTTP.
//!
//! Guarantees: nothing is read beyond [`ANSWER_BYTES_MAX`]; no redirect is followed (a token must not travel to
//! another server); an error never holds the URL. How long a request may take is the caller's concern.

use std::{net::IpAddr, sync::PoisonError, time::Duration};

use reqwest::{Method, Url, header, redirect};
use serde::Deserialize;

use super::{
    call::Kept,
    endpoint::{Endpoint, Verb},
    error::{self, EXCERPT_BYTES_MAX, Error, MESSAGE_BYTES_MAX},
    media_file::MediaFile,
    values,
};

/// Where WeCom's API is unless set otherwise.
pub const DEFAULT_API_BASE: &str = "https://qyapi.weixin.qq.com";

/// No answer of the API comes near this: the longest are a group chat of 2,000 members and a contact with 500
/// followers and their tags, both well below a megabyte. WeCom itself refuses to answer beyond some size (45029).
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// To connect takes three round trips with TLS. A lost packet is sent again after one second and after two more; who
/// has not got through then does better to start afresh.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Servers commonly close what was idle for 60 or 75 seconds. Closing first avoids sending into a closing connection.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// So many idle connections are kept: what a crowd of welcomes uses at once over HTTP/1.1. Each costs some 30 KB.
const POOL_IDLE_MAX: usize = 128;

/// A connection is given up when what was sent has not even been acknowledged for so long. Must be well below the
/// 20 seconds of a welcome: over HTTP/2 all tries would otherwise go into the same dead connection.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(5);

/// How often an HTTP/2 connection with calls in flight is asked whether it is alive, and how long it may take to answer.
const PING_INTERVAL: Duration = Duration::from_secs(3);
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// What a request says it comes from.
const USER_AGENT: &str = concat!("wecom-greeter/", env!("CARGO_PKG_VERSION"));

/// The connections to WeCom, shared by the clients of all apps. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Http {
    /// By way of the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, unless `NO_PROXY` excepts the host.
    outward: reqwest::Client,
    /// For this machine's own servers, above all the simulator: no proxy could reach those.
    loopback: reqwest::Client,
}

impl Http {
    /// Prepares connections; opens none. TLS trusts the certificate authorities built into the program and those of
    /// this machine, so that it works where none are installed and where a company has its own.
    ///
    /// # Errors
    ///
    /// When the TLS library refuses its own defaults or the proxy's address is malformed.
    pub fn new() -> Result<Self, HttpError> {
        let tls = tls()?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .user_agent(USER_AGENT)
                .redirect(redirect::Policy::none())
                .referer(false)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_idle_timeout(POOL_IDLE_TIMEOUT)
                .pool_max_idle_per_host(POOL_IDLE_MAX)
                .tcp_nodelay(true)
                .http2_keep_alive_interval(PING_INTERVAL)
                .http2_keep_alive_timeout(PING_TIMEOUT)
        };
        #[cfg(target_os = "linux")]
        let builder = || builder().tcp_user_timeout(UNACKNOWLEDGED_MAX);
        Ok(Self {
            outward: builder().build().map_err(|cause| HttpError::Build(cause.without_url()))?,
            loopback: builder().no_proxy().build().map_err(|cause| HttpError::Build(cause.without_url()))?,
        })
    }

    /// Sends the request and returns the JSON of an answer with errcode 0.
    pub(super) async fn exchange(&self, request: Request<'_>) -> Result<String, Error> {
        self.bring(request).await
    }

    /// Sends the request and returns what its method answers with.
    pub(super) async fn bring<T: Incoming>(&self, request: Request<'_>) -> Result<T, Error> {
        let response = self.send(&request).await?;
        T::open(&request, response).await
    }

    async fn send(&self, request: &Request<'_>) -> Result<reqwest::Response, Error> {
        let Endpoint { path, verb, .. } = request.endpoint;
        let client = if request.base.loopback { &self.loopback } else { &self.outward };
        let mut url = request.base.url(path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query);
        }
        let mut builder = match verb {
            Verb::Get => client.request(Method::GET, url),
            Verb::Post => client.request(Method::POST, url),
        };
        builder = match request.body {
            None => builder,
            Some(Body::Json(json)) => {
                builder.header(header::CONTENT_TYPE, "application/json").body(json.to_vec())
            }
            Some(Body::File(file)) => {
                builder.multipart(file.form().await.map_err(|cause| Error::File { path, cause })?)
            }
        };
        #[expect(clippy::disallowed_methods, reason = "this is where requests are sent")]
        let sent = builder.send().await;
        sent.map_err(|cause| broken(path, cause))
    }
}

/// Why there are no connections to WeCom at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The TLS library refuses its own defaults.
    #[error("could not set up TLS")]
    Tls(#[source] rustls::Error),
    /// A setting from the environment is malformed, for example a proxy's address.
    #[error("could not set up the connections to WeCom; is the address in HTTPS_PROXY or ALL_PROXY right?")]
    Build(#[source] reqwest::Error),
}

/// Where the API is: scheme, host, port, and possibly a path before `/cgi-bin/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiBase {
    url: Url,
    /// The path up to and with `/cgi-bin/`.
    prefix: String,
    loopback: bool,
}

impl ApiBase {
    /// Reads `https://HOST[:PORT][/PATH]`; `http` is for the simulator and private networks. `/cgi-bin` at the end is
    /// taken as read.
    ///
    /// # Errors
    ///
    /// When it is no such URL; the text says what is expected.
    pub fn parse(text: &str) -> Result<Self, BadApiBase> {
        let mut url = Url::parse(text.trim()).map_err(|_| BadApiBase)?;
        let plain = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") {
            return Err(BadApiBase);
        }
        let host = url.host_str().ok_or(BadApiBase)?.trim_matches(['[', ']']);
        let loopback = host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let path = url.path().trim_end_matches('/');
        let prefix = format!("{}/cgi-bin/", path.strip_suffix("/cgi-bin").unwrap_or(path));
        url.set_path("/");
        Ok(Self { url, prefix, loopback })
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.prefix));
        url
    }
}

impl std::fmt::Display for ApiBase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.prefix.trim_end_matches("/cgi-bin/");
        write!(f, "{}{path}", self.url.as_str().trim_end_matches('/'))
    }
}

/// Not an address of WeCom's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a URL such as {DEFAULT_API_BASE}: http or https, a host, no user, no query")]
pub struct BadApiBase;

/// One request, with everything that goes over the wire.
pub(super) struct Request<'a> {
    pub(super) base: &'a ApiBase,
    pub(super) endpoint: Endpoint,
    pub(super) query: &'a [(&'a str, &'a str)],
    pub(super) body: Option<Body<'a>>,
    /// What must not appear in an error although the request holds it.
    pub(super) secrets: &'a [&'a str],
    /// Whether an answer without errcode counts as errcode 0.
    pub(super) errcode_may_lack: bool,
    /// Where a refusal is kept as a whole.
    pub(super) kept: Option<&'a Kept>,
}

/// What goes over the wire after the headers.
#[derive(Clone, Copy)]
pub(super) enum Body<'a> {
    /// JSON.
    Json(&'a [u8]),
    /// A form with a file in it.
    File(&'a MediaFile),
}

/// What a method answers with: WeCom's JSON, or a file.
pub(super) trait Incoming: Sized {
    /// Takes what came for what it is, or for an error.
    fn open(
        request: &Request<'_>,
        response: reqwest::Response,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl Incoming for String {
    async fn open(request: &Request<'_>, response: reqwest::Response) -> Result<Self, Error> {
        let status = response.status().as_u16();
        let body = read(request.endpoint.path, response).await?;
        open(request, status, &String::from_utf8_lossy(&body))
    }
}

/// Every answer's first two fields; whatever else there is belongs to the method.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default, deserialize_with = "values::integer")]
    errcode: Option<i64>,
    #[serde(default, deserialize_with = "values::text")]
    errmsg: Option<String>,
}

/// Reads what came: WeCom's answer, WeCom's refusal, or neither.
pub(super) fn open(request: &Request<'_>, status: u16, body: &str) -> Result<String, Error> {
    let Request { endpoint: Endpoint { path, .. }, secrets, .. } = *request;
    let not_an_answer =
        || Error::NotAnAnswer { path, status, start: error::clean(body, secrets, EXCERPT_BYTES_MAX) };
    // WeCom answers 200 to refusals as well. From 500 on it is a gateway that speaks, whatever it writes.
    if status >= 500 {
        return Err(not_an_answer());
    }
    // Some servers begin with a byte order mark.
    let json = body.trim_start_matches('\u{feff}').trim_ascii();
    // An array would be taken for the fields in their order.
    if !json.starts_with('{') {
        return Err(not_an_answer());
    }
    let Ok(envelope) = serde_json::from_str::<Envelope>(json) else { return Err(not_an_answer()) };
    match envelope.errcode {
        Some(0) if status < 300 => Ok(json.to_owned()),
        None if status < 300 && request.errcode_may_lack => Ok(json.to_owned()),
        None | Some(0) => Err(not_an_answer()),
        Some(errcode) => {
            if let Some(kept) = request.kept {
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(error::without(json, secrets));
            }
            let errmsg = error::clean(&envelope.errmsg.unwrap_or_default(), secrets, MESSAGE_BYTES_MAX);
            Err(Error::Refused { path, errcode, errmsg })
        }
    }
}

/// Reads the body, and no more of it than is allowed.
pub(super) async fn read(path: &'static str, mut response: reqwest::Response) -> Result<Vec<u8>, Error> {
    let too_large = || Error::TooLarge { path, limit: ANSWER_BYTES_MAX };
    let announced =
        response.content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > ANSWER_BYTES_MAX {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(chunk) = response.chunk().await.map_err(|cause| broken(path, cause))? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Tells "not sent" from "maybe sent". The URL holds the token and is cut off.
pub(super) fn broken(path: &'static str, cause: reqwest::Error) -> Error {
    let cause = cause.without_url();
    if cause.is_connect() || cause.is_builder() {
        Error::Unreachable { path, cause }
    } else {
        Error::Interrupted { path, cause }
    }
}

fn tls() -> Result<rustls::ClientConfig, HttpError> {
    let mut tls = wecom_core::tls::client().map_err(HttpError::Tls)?;
    // A configuration that is handed to reqwest ready-made gets no ALPN from it.
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_a_server_with_or_without_a_path() {
        for (text, url) in [
            ("https://qyapi.weixin.qq.com", "https://qyapi.weixin.qq.com/cgi-bin/gettoken"),
            ("https://qyapi.weixin.qq.com/", "https://qyapi.weixin.qq.com/cgi-bin/gettoken"),
            ("https://qyapi.weixin.qq.com/cgi-bin/", "https://qyapi.weixin.qq.com/cgi-bin/gettoken"),
            (" http://10.0.0.7:8080/wecom ", "http://10.0.0.7:8080/wecom/cgi-bin/gettoken"),
        ] {
            assert_eq!(ApiBase::parse(text).unwrap().url("gettoken").as_str(), url);
        }
        for text in [
            "",
            "qyapi.weixin.qq.com",
            "ftp://a",
            "https://",
            "https://u:p@a",
            "https://a/?x=1",
            "https://a#f",
        ] {
            assert_eq!(ApiBase::parse(text), Err(BadApiBase), "{text}");
        }
        assert_eq!(ApiBase::parse("http://h:1/p/cgi-bin").unwrap().to_string(), "http://h:1/p");
        assert_eq!(ApiBase::parse(DEFAULT_API_BASE).unwrap().to_string(), DEFAULT_API_BASE);
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        for (text, loopback) in [
            ("http://localhost:1", true),
            ("http://wecom.localhost", true),
            ("http://127.0.0.1:9", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:9", true),
            ("http://10.0.0.1", false),
            ("https://qyapi.weixin.qq.com", false),
            ("https://localhost.example.com", false),
        ] {
            assert_eq!(ApiBase::parse(text).unwrap().loopback, loopback, "{text}");
        }
    }

    fn opened(status: u16, body: &str) -> Result<String, Error> {
        let base = ApiBase::parse(DEFAULT_API_BASE).unwrap();
        let request = Request {
            base: &base,
            endpoint: Endpoint::get("p"),
            query: &[],
            body: None,
            secrets: &["TOKEN-1"],
            errcode_may_lack: false,
            kept: None,
        };
        open(&request, status, body)
    }

    #[test]
    fn an_answer_is_what_says_errcode_0() {
        for body in [
            r#"{"errcode":0,"errmsg":"ok"}"#,
            r#"{"errmsg":null,"errcode":"0","x":[1]}"#,
            "\u{feff}{\"errcode\":0}",
        ] {
            assert!(opened(200, body).is_ok(), "{body}");
        }
        for (status, body) in [
            (200, "{}"),
            (200, ""),
            (200, "null"),
            (200, "[0]"),
            (200, "<html>"),
            (200, r#"{"errcode":0"#),
            (200, r#"{"errcode":"zero"}"#),
            (302, r#"{"errcode":0}"#),
            (400, r#"{"errcode":0}"#),
            (503, r#"{"errcode":40014,"errmsg":"x"}"#),
        ] {
            assert!(matches!(opened(status, body), Err(Error::NotAnAnswer { .. })), "{status} {body}");
        }
    }

    #[test]
    fn a_refusal_keeps_code_and_text_without_the_token() {
        for (status, body) in [
            (200, r#"{"errcode":40014,"errmsg":"bad TOKEN-1\n"}"#),
            (400, r#"{"errcode":"40014","errmsg":"bad TOKEN-1"}"#),
        ] {
            let Err(error @ Error::Refused { .. }) = opened(status, body) else { panic!("{body}") };
            assert_eq!((error.errcode(), error.message()), (Some(40014), "bad ***".to_owned()));
        }
    }
}
