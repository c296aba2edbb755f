//! Posts to an address of the settings. Whoever may set it runs the program, so it may lie inside a private network, and it is
//! reached as WeCom is: by way of the proxy of the environment. Redirects are followed no more than elsewhere here.

use reqwest::{Url, header, redirect};

use super::{CONNECT_TIMEOUT, Error, SetUpError, USER_AGENT, broken};
use std::time::Duration;
use wecom_core::tls;

/// So much of an answer is read: WeCom's are some hundred bytes.
const ANSWER_BYTES_MAX: usize = 16 << 10;

/// The connection to one address. Cheap to clone.
#[derive(Clone)]
pub struct Direct {
    client: reqwest::Client,
    url: Url,
}

impl std::fmt::Debug for Direct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address is a secret: whoever has it may post.
        f.debug_struct("Direct").finish_non_exhaustive()
    }
}

impl Direct {
    /// Prepares the connection; opens none. Where the address is this machine's own no proxy could reach it.
    ///
    /// # Errors
    ///
    /// When the TLS or HTTP library refuses its own defaults, or the proxy's address is malformed.
    pub fn new(url: Url) -> Result<Self, SetUpError> {
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client()?)
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(1);
        let builder = if is_here(&url) { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|cause| SetUpError::Client(cause.without_url()))?;
        Ok(Self { client, url })
    }

    /// Posts JSON once, within `timeout`, and gives the beginning of what was answered.
    ///
    /// # Errors
    ///
    /// Whatever is not a status of 2xx. None holds the address.
    pub async fn post(&self, json: Vec<u8>, timeout: Duration) -> Result<Vec<u8>, Error> {
        let request = self
            .client
            .post(self.url.clone())
            .timeout(timeout)
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(json);
        #[expect(clippy::disallowed_methods, reason = "it has no token, and goes where the settings say")]
        let mut answer = request.send().await.map_err(|cause| broken(cause, timeout))?;
        if !answer.status().is_success() {
            return Err(Error::Status(answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|cause| broken(cause, timeout))? {
            let room = ANSWER_BYTES_MAX.saturating_sub(body.len());
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if body.len() == ANSWER_BYTES_MAX {
                break;
            }
        }
        Ok(body)
    }
}

/// Whether the address is this machine's own, which no proxy could reach.
pub fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
