//! Fetches a picture that WeCom names by its address, such as a contact way's QR code, so that a page can show it from here:
//! the pages take nothing from elsewhere.
//!
//! The address comes with an answer, and whoever can make this program ask for it must not reach the company's network by
//! it. WeCom's own pictures and what lies at `wecom.api_base` itself, where the app's secret goes as well, are reached as
//! WeCom is; every other address by the rules of [`Forwarder`]. What comes back is handed on only where its first bytes
//! are those of a picture.

use std::time::Duration;

use reqwest::{Url, redirect};

use super::{CONNECT_TIMEOUT, Error, Forwarder, SetUpError, USER_AGENT, broken, direct::is_here};
use wecom_core::tls;

/// The largest picture: WeCom's QR codes are some ten kilobytes.
pub const PICTURE_BYTES_MAX: usize = 1 << 20;

/// How long a picture may take; somebody waits for it.
const FETCHED_WITHIN: Duration = Duration::from_secs(5);

/// The domain in which WeCom has its pictures.
const PICTURES: &str = ".qpic.cn";

/// The connections by which pictures are fetched. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pictures {
    forwarder: Forwarder,
    /// As WeCom is reached, by way of the proxy of the environment.
    direct: reqwest::Client,
    api_base: Option<Url>,
}

/// A picture, and what it is.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its type, by its first bytes.
    pub content_type: &'static str,
    /// How files of that type end.
    pub ending: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoPicture {
    /// It could not be fetched.
    #[error(transparent)]
    Fetch(#[from] Error),
    /// What came is no picture, or a larger one than any of WeCom's.
    #[error("what came is no picture, or one of more than {PICTURE_BYTES_MAX} bytes")]
    Other,
}

impl Pictures {
    /// Prepares connections; opens none.
    ///
    /// # Errors
    ///
    /// When the TLS or HTTP library refuses its own defaults, or the proxy's address is malformed.
    pub fn new(forwarder: Forwarder, api_base: &str) -> Result<Self, SetUpError> {
        let api_base = Url::parse(api_base).ok();
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client()?)
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(1);
        let builder = if api_base.as_ref().is_some_and(is_here) { builder.no_proxy() } else { builder };
        let direct = builder.build().map_err(|cause| SetUpError::Client(cause.without_url()))?;
        Ok(Self { forwarder, direct, api_base })
    }

    /// Fetches one.
    ///
    /// # Errors
    ///
    /// Whatever is not a picture with a status of 2xx, within five seconds and a megabyte.
    pub async fn fetch(&self, url: &str) -> Result<Picture, NoPicture> {
        let bytes = tokio::time::timeout(FETCHED_WITHIN, self.bytes(url)).await;
        let bytes = bytes.map_err(|_| Error::TimedOut(FETCHED_WITHIN))??;
        let (content_type, ending) = kind(&bytes).ok_or(NoPicture::Other)?;
        Ok(Picture { content_type, ending, bytes })
    }

    async fn bytes(&self, url: &str) -> Result<Vec<u8>, NoPicture> {
        let parsed = Url::parse(url).map_err(|_| Error::Address("it is no URL"))?;
        let request = if self.is_wecoms(&parsed) {
            self.direct.get(parsed)
        } else {
            self.forwarder.client.get(super::checked(url, self.forwarder.allow_private)?)
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "it has no token, and is of an address that was checked"
        )]
        let mut answer =
            request.timeout(FETCHED_WITHIN).send().await.map_err(|cause| broken(cause, FETCHED_WITHIN))?;
        if !answer.status().is_success() {
            return Err(Error::Status(answer.status().as_u16()).into());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|cause| broken(cause, FETCHED_WITHIN))? {
            if bytes.len() + chunk.len() > PICTURE_BYTES_MAX {
                return Err(NoPicture::Other);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Whether it is one of WeCom's own pictures, or lies where WeCom's API does.
    fn is_wecoms(&self, url: &Url) -> bool {
        let plain = url.username().is_empty() && url.password().is_none();
        let host = url.host_str().unwrap_or_default();
        let pictures = url.scheme() == "https" && url.port().is_none() && host.ends_with(PICTURES);
        plain && (pictures || self.api_base.as_ref().is_some_and(|base| base.origin() == url.origin()))
    }
}

/// What a picture is, by its first bytes. An SVG is none: it may hold scripts.
fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const KINDS: [(&[u8], &str, &str); 4] = [
        (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
        (b"\xff\xd8\xff", "image/jpeg", "jpg"),
        (b"GIF8", "image/gif", "gif"),
        (b"BM", "image/bmp", "bmp"),
    ];
    KINDS.iter().find(|(begin, ..)| bytes.starts_with(begin)).map(|(_, kind, ending)| (*kind, *ending))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://wework.qpic.cn/wwpic/1/0", true)]
    #[case("http://127.0.0.1:8090/wwpic/1/0", true)]
    #[case("http://127.0.0.1:8091/wwpic/1/0", false)]
    #[case("https://127.0.0.1:8090/wwpic/1/0", false)]
    #[case("http://wework.qpic.cn/wwpic/1/0", false)]
    #[case("https://wework.qpic.cn:8443/wwpic/1/0", false)]
    #[case("https://a:b@wework.qpic.cn/wwpic/1/0", false)]
    #[case("https://qpic.cn.example.com/", false)]
    #[case("https://notqpic.cn/", false)]
    #[case("https://169.254.169.254/latest", false)]
    fn what_is_wecoms_own(#[case] url: &str, #[case] own: bool) {
        let forwarder = Forwarder::new(false).unwrap();
        let pictures = Pictures::new(forwarder, "http://127.0.0.1:8090").unwrap();
        assert_eq!(pictures.is_wecoms(&Url::parse(url).unwrap()), own);
    }

    #[tokio::test]
    async fn what_is_not_wecoms_own_follows_the_rules_of_forwards() {
        let pictures = Pictures::new(Forwarder::new(false).unwrap(), "https://qyapi.weixin.qq.com").unwrap();
        for url in
            ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://[::1]/", "file:///etc/passwd", "x"]
        {
            let refused = pictures.fetch(url).await.unwrap_err();
            assert!(
                matches!(refused, NoPicture::Fetch(Error::Address(_) | Error::Private)),
                "{url}: {refused}"
            );
        }
    }

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n..."), Some(("image/png", "png")));
        assert_eq!(kind(b"<svg onload=alert(1)>"), None);
        assert_eq!(kind(b""), None);
    }
}
