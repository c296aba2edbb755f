//! Sends one request and brings back what came: the only place that knows HTTP.
//!
//! Guarantees: no redirect is followed (a token must not travel to another server); an error never holds the URL. How
//! long a request may take is the caller's concern.

use std::{net::IpAddr, time::Duration};

use reqwest::{Method, Url, header, redirect};

use super::{
    call::Kept,
    endpoint::{Endpoint, Verb},
    error::Error,
    media_file::MediaFile,
};

/// The addresses from which callbacks come; the client itself asks for nothing but the `Date` of the answer.
pub(crate) const GETCALLBACKIP: Endpoint = Endpoint::get("getcallbackip").page(92521);

/// Where WeCom's API is unless set otherwise.
pub const DEFAULT_API_BASE: &str = "https://qyapi.weixin.qq.com";

/// To connect takes three round trips with TLS. A lost packet is sent again after one second and after two more; who
/// has not got through then does better to start afresh.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Servers commonly close what was idle for 60 or 75 seconds. Closing first avoids sending into a closing connection.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// So many idle connections are kept: what a crowd of welcomes uses at once over HTTP/1.1. Each costs some 30 KB.
const POOL_IDLE_MAX: usize = 400;

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

    /// What the `Date` of an answer says, as it stands there. Asked without a token, since any answer has one.
    pub(super) async fn date(&self, base: &ApiBase) -> Result<Option<String>, Error> {
        let endpoint = GETCALLBACKIP;
        let (query, body, kept) = (&[][..], None, None);
        let request = Request { base, endpoint, query, body, secrets: &[], errcode_may_lack: true, kept };
        let response = self.send(&request).await?;
        let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        Ok(date.map(ToOwned::to_owned))
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
}
