//! The cookie in which a browser holds its session.

use actix_web::http::header::{self, HeaderMap};

use crate::access::{Hash, Secret};

/// What it is called.
const NAME: &str = "greeter_session";

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

fn attributes(https: bool) -> String {
    format!("; HttpOnly; SameSite=Strict; Path=/{}", if https { "; Secure" } else { "" })
}

/// The session that a request comes with, by its hash.
pub(super) fn session(headers: &HeaderMap) -> Option<Hash> {
    headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == NAME)
        .find_map(|(_, value)| Hash::of_session(value))
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
        assert_eq!(clear_cookie(false).0, "greeter_session=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/");
    }
}
