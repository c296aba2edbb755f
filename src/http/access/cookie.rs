//! The cookie in which a browser holds its session.

use actix_web::http::header::{self, HeaderMap};

use crate::access::{Hash, LOGIN_LASTS_MS, Secret};

/// What it is called.
const NAME: &str = "greeter_session";

/// The cookie of a login by WeCom that is under way.
const LOGIN: &str = "greeter_login";

/// The value of a `Set-Cookie` header.
#[derive(Clone, Debug)]
pub struct SetCookie(String);

impl SetCookie {
    /// Sets a session. It lasts as long as the browser runs; when it ends is decided here. `Secure` only over HTTPS: on
    /// a private network without it the browser would not send it back.
    pub(super) fn new(secret: &Secret, https: bool) -> Self {
        Self(format!("{NAME}={}{}", secret.expose(), attributes(https)))
    }

    /// It as a header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What makes a browser forget its session.
pub fn clear_cookie(https: bool) -> SetCookie {
    SetCookie(format!("{NAME}=; Max-Age=0{}", attributes(https)))
}

/// What a browser keeps while its person is at WeCom; nothing: it forgets it. `Lax`, as it comes back from there: a browser
/// sends no `Strict` cookie along a link of another site.
pub(super) fn login_cookie(value: &str, https: bool) -> SetCookie {
    let lasts_s = if value.is_empty() { 0 } else { LOGIN_LASTS_MS / 1_000 };
    let secure = if https { "; Secure" } else { "" };
    SetCookie(format!(
        "{LOGIN}={value}; Max-Age={lasts_s}; HttpOnly; SameSite=Lax; Path=/login/wecom{secure}"
    ))
}

/// What a browser has kept while its person was at WeCom: the secret by its hash, and where they wanted to go.
pub(super) fn login_of(headers: &HeaderMap) -> Option<(Hash, String)> {
    cookies(headers).filter(|(name, _)| *name == LOGIN).find_map(|(_, value)| {
        let (secret, next) = value.split_once('.')?;
        Some((Hash::of_session(secret)?, next.to_owned()))
    })
}

fn attributes(https: bool) -> String {
    format!("; HttpOnly; SameSite=Strict; Path=/{}", if https { "; Secure" } else { "" })
}

/// The session that a request comes with, by its hash.
pub(super) fn session(headers: &HeaderMap) -> Option<Hash> {
    cookies(headers).filter(|(name, _)| *name == NAME).find_map(|(_, value)| Hash::of_session(value))
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let values = headers.get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn with(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        headers
    }

    #[test]
    fn a_session_is_found_among_other_cookies() {
        let secret = Secret::session([3; 32]);
        let found = session(&with(&format!("theme=dark; greeter_session={}; x=1", secret.expose())));
        assert!(found.is_some_and(|hash| hash.is(&secret.hash())));
        for other in ["", "greeter_session=", "greeter_session=wgs_short", "greeter_sessions=x", "=;;="] {
            assert!(session(&with(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn no_script_and_no_other_site_gets_it() {
        let set = SetCookie::new(&Secret::session([3; 32]), true).0;
        assert!(set.ends_with("; HttpOnly; SameSite=Strict; Path=/; Secure"), "{set}");
        assert!(!SetCookie::new(&Secret::session([3; 32]), false).0.contains("Secure"));
        assert_eq!(
            login_cookie("x", true).0,
            "greeter_login=x; Max-Age=600; HttpOnly; SameSite=Lax; Path=/login/wecom; Secure"
        );
        assert!(login_cookie("", false).0.starts_with("greeter_login=; Max-Age=0;"));
        assert_eq!(clear_cookie(false).0, "greeter_session=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/");
    }
}
