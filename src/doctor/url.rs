//! The callback URL that is looked at, as it was given.

use url::{Host as UrlHost, Url};

/// `https://HOST/…/callback/NAME`.
#[derive(Clone, Debug)]
pub struct CallbackUrl(Url);

/// What was given is no callback URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a URL such as https://example.com/callback/default")]
pub struct BadCallbackUrl;

/// Names under which tunnels and hosting are rented out: filed for their owner, not for the company that uses them.
const RENTED: [&str; 16] = [
    "trycloudflare.com",
    "workers.dev",
    "pages.dev",
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "ngrok-free.dev",
    "vercel.app",
    "netlify.app",
    "onrender.com",
    "railway.app",
    "fly.dev",
    "sealos.run",
    "loca.lt",
    "serveo.net",
    "natappfree.cc",
];

impl CallbackUrl {
    /// Reads it.
    pub fn parse(text: &str) -> Result<Self, BadCallbackUrl> {
        let url = Url::parse(text.trim()).map_err(|_| BadCallbackUrl)?;
        let is_plain = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
        if is_plain && is_web { Ok(Self(url)) } else { Err(BadCallbackUrl) }
    }

    /// The last part of the path: the app that it is for, unless a proxy says otherwise.
    pub fn app(&self) -> Option<&str> {
        self.0.path().trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty())
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host as a name of DNS and TLS; an IPv6 address without brackets.
    pub(super) fn host(&self) -> String {
        match self.0.host() {
            Some(UrlHost::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => String::new(),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Whether its name belongs to somebody who rents names out.
    pub(super) fn is_rented(&self) -> bool {
        let host = self.host();
        RENTED.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")))
    }

    /// The same with this query.
    pub(super) fn asking(&self, query: &str) -> Url {
        let mut url = self.0.clone();
        url.set_query(Some(query));
        url
    }

    /// The same with a slash at its end where it has none, and without where it has one.
    pub(super) fn with_other_slash(&self) -> Self {
        let mut url = self.0.clone();
        let path = url.path().to_owned();
        match path.strip_suffix('/') {
            Some(without) => url.set_path(without),
            None => url.set_path(&format!("{path}/")),
        }
        Self(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_url_is_read_with_its_app() {
        let url = CallbackUrl::parse(" https://wecom.example.com/x/callback/shop/ ").unwrap();
        assert_eq!((url.app(), url.port(), url.host().as_str()), (Some("shop"), 443, "wecom.example.com"));
        assert_eq!(
            url.with_other_slash().asking("a=b").as_str(),
            "https://wecom.example.com/x/callback/shop?a=b"
        );
        for text in ["", "example.com/callback/default", "ftp://a/b", "https://u:p@a/b", "https://a/b?c=d"] {
            assert_eq!(CallbackUrl::parse(text).err(), Some(BadCallbackUrl), "{text}");
        }
        assert!(CallbackUrl::parse("https://a-b.trycloudflare.com/callback/default").unwrap().is_rented());
        assert!(!url.is_rented());
    }
}
