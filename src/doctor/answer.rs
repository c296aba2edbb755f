//! What came of a question to WeCom, as far as a judgement hangs on it.

use wecom_client::Error;
use wecom_core::cause::{Cause, cause};

/// An answer, or why there is none.
pub type Answer<T> = Result<T, Trouble>;

/// Why WeCom gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It refused.
    Refused {
        /// Which method.
        method: &'static str,
        /// Its code, by which it is judged.
        errcode: i64,
        /// Its text, from which only an address is taken.
        errmsg: String,
    },
    /// No connection, or one that broke.
    Unreachable,
    /// No answer in time.
    Silent,
    /// Something answered that is not WeCom.
    NotWecom {
        /// The HTTP status.
        status: u16,
    },
}

impl Trouble {
    /// WeCom's code.
    pub fn errcode(&self) -> Option<i64> {
        match self {
            Self::Refused { errcode, .. } => Some(*errcode),
            Self::Unreachable | Self::Silent | Self::NotWecom { .. } => None,
        }
    }

    /// What has to be mended, where WeCom's code says it.
    pub fn cause(&self) -> Option<Cause> {
        self.errcode().and_then(cause)
    }

    /// The address from which WeCom saw the call come.
    pub fn address(&self) -> Option<String> {
        let Self::Refused { errmsg, .. } = self else { return None };
        address_in(errmsg)
    }
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Self {
        match error {
            Error::Refused { path, errcode, errmsg } => {
                Self::Refused { method: path, errcode: *errcode, errmsg: errmsg.clone() }
            }
            // What was in the way of the token is in the way of the call.
            Error::Token { cause, .. } => Self::from(cause.as_ref()),
            Error::TimedOut { .. } | Error::Stopping { .. } => Self::Silent,
            Error::NotAnAnswer { status, .. } => Self::NotWecom { status: *status },
            Error::TooLarge { .. } | Error::Incomplete { .. } | Error::Unreadable { .. } => {
                Self::NotWecom { status: 200 }
            }
            _ => Self::Unreachable,
        }
    }
}

/// The address that a refusal names: behind `from ip:` as a rule, else the first that stands in it. Whoever words it otherwise is
/// understood as well, because only the code decides.
fn address_in(errmsg: &str) -> Option<String> {
    const BEFORE: &str = "from ip:";
    let rest = errmsg.to_ascii_lowercase().find(BEFORE).map_or(errmsg, |at| &errmsg[at + BEFORE.len()..]);
    rest.split(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':')))
        .map(|word| word.trim_matches(['.', ':']))
        .find(|word| word.len() >= ADDRESS_CHARS_MIN && word.parse::<std::net::IpAddr>().is_ok())
        .map(ToOwned::to_owned)
}

/// `1.2.3.4`. Shorter forms of IPv6 are words and numbers of a sentence as well.
const ADDRESS_CHARS_MIN: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_however_it_is_worded() {
        for (errmsg, address) in [
            (
                "not allow to access from your ip, hint: [17_ab], from ip: 1.2.3.4, more info at https://open.work",
                Some("1.2.3.4"),
            ),
            ("not allow to access from your ip: hint, From IP:203.0.113.250", Some("203.0.113.250")),
            ("from ip: 2001:db8:0:0::17, more info", Some("2001:db8:0:0::17")),
            ("ip 203.0.113.9 is not in the list", Some("203.0.113.9")),
            ("not allow to access from your ip", None),
            ("", None),
        ] {
            assert_eq!(address_in(errmsg).as_deref(), address, "{errmsg}");
        }
    }

    #[test]
    fn what_is_in_the_way_of_a_token_is_in_the_way_of_the_call() {
        let refused =
            Error::Refused { path: "gettoken", errcode: 40001, errmsg: "invalid credential".into() };
        let error = Error::Token { path: "user/get", cause: std::sync::Arc::new(refused) };
        assert_eq!(Trouble::from(&error).cause(), Some(Cause::Secret));
    }
}
