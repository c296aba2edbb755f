//! What can come of a call other than its answer, and what each means for whoever asked.
//!
//! Guarantees: no text of an error, neither `Display`, `Debug`, its sources nor [`Error::message`], holds an access
//! token, the app's secret or a welcome code. URLs carry the token, so they are cut off; what WeCom wrote is searched
//! for all three. Nor does any hold what an answer says of a customer: an answer that cannot be read is described by
//! the place where reading ended.

use std::{error::Error as _, fmt::Write as _, io, sync::Arc, time::Duration};

use super::fault::Fault;
use wecom_core::{Class, codes};

/// At most so many bytes of `errmsg` are kept. WeCom's own are a few hundred with hint, address and link; a refused
/// list of tag ids may be longer and must stay whole, for the ids are looked for in it.
pub const MESSAGE_BYTES_MAX: usize = 2_048;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// WeCom answered with an errcode other than 0.
    #[error("WeCom refused {path}: {errcode} {errmsg}")]
    Refused {
        /// The path of the method that was called.
        path: &'static str,
        /// WeCom's code; see [`explain`](crate::explain).
        errcode: i64,
        /// WeCom's text with its hint, at most [`MESSAGE_BYTES_MAX`] bytes.
        errmsg: String,
    },
    /// The call was not sent, for want of an access token.
    #[error("there is no access token for {path}")]
    Token {
        /// The path of the method that was called.
        path: &'static str,
        /// What came of `gettoken`; shared by all who waited for it.
        #[source]
        cause: Arc<Error>,
    },
    /// The call was not sent: WeCom would refuse this argument.
    #[error("{path}: {field} {fault}")]
    Argument {
        /// The path of the method that was called.
        path: &'static str,
        /// The argument's name as the platform has it.
        field: &'static str,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The call was not sent: its arguments have no JSON form.
    #[error("the request of {path} cannot be written as JSON")]
    Unwritable {
        /// The path of the method that was called.
        path: &'static str,
        /// Why not.
        #[source]
        cause: serde_json::Error,
    },
    /// The file to be sent cannot be read, in which case the call was not sent; or the file that came cannot be
    /// written.
    #[error("the file of {path} cannot be read or written")]
    File {
        /// The path of the method that was called.
        path: &'static str,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// The call was not sent: no connection to WeCom.
    #[error("WeCom cannot be reached for {path}")]
    Unreachable {
        /// The path of the method that was called.
        path: &'static str,
        /// Why not.
        #[source]
        cause: reqwest::Error,
    },
    /// The connection broke before the answer was whole. WeCom may have done what was asked.
    #[error("the connection to WeCom broke before {path} was answered")]
    Interrupted {
        /// The path of the method that was called.
        path: &'static str,
        /// How it broke.
        #[source]
        cause: reqwest::Error,
    },
    /// The time given for the call is over.
    #[error("{path} was not answered within {} ms{}", after.as_millis(), if *sent { "" } else { ": there was no access token in that time" })]
    TimedOut {
        /// The path of the method that was called.
        path: &'static str,
        /// The time that the call, or the try, had.
        after: Duration,
        /// Whether the request was on its way: WeCom may have done what was asked.
        sent: bool,
    },
    /// The call was described and not sent: that was all that was asked for.
    #[error("{path} was described, not sent")]
    Described {
        /// The path of the method that was called.
        path: &'static str,
    },
    /// The program is stopping, so nobody is left to do it.
    #[error("{path} was broken off because the program is stopping")]
    Stopping {
        /// The path of the method that was called.
        path: &'static str,
    },
    /// Something answered that is not WeCom's API: a gateway, a proxy, another server.
    #[error("{path} was answered by HTTP {status} without WeCom's JSON{}: {}", not_wecom(*status), describe(content_type.as_deref(), *length, *readable))]
    NotAnAnswer {
        /// The path of the method that was called.
        path: &'static str,
        /// The HTTP status.
        status: u16,
        /// What its body says it is, such as `text/html`.
        content_type: Option<String>,
        /// How many bytes its body has. They are never shown: it may be a broken answer about a customer.
        length: usize,
        /// How many of them could be read as JSON.
        readable: usize,
    },
    /// The answer is larger than any that WeCom gives.
    #[error("the answer to {path} is larger than {limit} bytes")]
    TooLarge {
        /// The path of the method that was called.
        path: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// WeCom says that all is well (errcode 0) and leaves out what was asked for.
    #[error("WeCom's answer to {path} has no {what} in it")]
    Incomplete {
        /// The path of the method that was called.
        path: &'static str,
        /// The field that is not there, by the platform's name.
        what: &'static str,
    },
    /// WeCom did what was asked (errcode 0), but its answer does not have the form that it documents.
    #[error("the answer to {path} cannot be read: {fault}{}", at_column(*column))]
    Unreadable {
        /// The path of the method that was called.
        path: &'static str,
        /// What kind of fault.
        fault: &'static str,
        /// Where in the answer; 0 where it is the whole of it.
        column: usize,
        /// Whether WeCom has done what it would do a second time ([`Effect::Once`](super::Effect)), and only its
        /// answer is lost.
        done: bool,
    },
}

fn at_column(column: usize) -> String {
    if column == 0 { String::new() } else { format!(" at column {column}") }
}

fn not_wecom(status: u16) -> &'static str {
    match status {
        300..=399 | 404 | 405 => " (is wecom.api_base right?)",
        401 | 403 | 407 => " (does a proxy or firewall stand between?)",
        _ => "",
    }
}

fn describe(content_type: Option<&str>, length: usize, readable: usize) -> String {
    let content_type = content_type.unwrap_or("no content type");
    match readable {
        _ if length == 0 => "an empty body".to_owned(),
        0 => format!("{content_type}, {length} bytes, no JSON"),
        _ if readable == length => format!("{content_type}, {length} bytes, all of them JSON"),
        _ => format!("{content_type}, {length} bytes, readable as JSON up to byte {readable}"),
    }
}

impl Error {
    /// The method of the call.
    pub fn path(&self) -> &'static str {
        match self {
            Self::Refused { path, .. }
            | Self::Token { path, .. }
            | Self::Argument { path, .. }
            | Self::Unwritable { path, .. }
            | Self::File { path, .. }
            | Self::Unreachable { path, .. }
            | Self::Interrupted { path, .. }
            | Self::TimedOut { path, .. }
            | Self::Stopping { path }
            | Self::Described { path }
            | Self::NotAnAnswer { path, .. }
            | Self::TooLarge { path, .. }
            | Self::Incomplete { path, .. }
            | Self::Unreadable { path, .. } => path,
        }
    }

    /// What can be done about it.
    pub fn class(&self) -> Class {
        match self {
            Self::Refused { errcode, .. } => codes::class(*errcode),
            Self::Token { cause, .. } => cause.class(),
            Self::Argument { .. }
            | Self::Unwritable { .. }
            | Self::File { .. }
            | Self::Described { .. } => Class::Content,
            // It is done, and must not be done again for the sake of an answer.
            Self::Unreadable { done: true, .. } => Class::Refused,
            // A gateway that sheds load says so with this status; what it says in the body is its own affair.
            Self::NotAnAnswer { status: 429, .. } => Class::Throttled,
            Self::Unreachable { .. }
            | Self::Interrupted { .. }
            | Self::TimedOut { .. }
            | Self::Stopping { .. }
            | Self::NotAnAnswer { .. }
            // What says that all is well and is not what the platform promises is a passing fault, or a proxy's.
            | Self::Incomplete { .. }
            | Self::Unreadable { .. }
            | Self::TooLarge { .. } => Class::Busy,
        }
    }

    /// The address of ours that WeCom does not trust (60020), as WeCom saw it.
    pub fn untrusted_address(&self) -> Option<&str> {
        match self {
            Self::Refused { errcode, errmsg, .. } => untrusted_address(*errcode, errmsg),
            Self::Token { cause, .. } => cause.untrusted_address(),
            _ => None,
        }
    }

    /// WeCom's code, where WeCom answered: to this call, or to `gettoken` before it.
    pub fn errcode(&self) -> Option<i64> {
        match self {
            Self::Refused { errcode, .. } => Some(*errcode),
            Self::Token { cause, .. } => cause.errcode(),
            _ => None,
        }
    }

    /// Whether WeCom may have done what was asked although we do not know it, or not what came of it. -1 counts: the
    /// platform says of it only that it was busy, not that it did nothing.
    pub fn lost(&self) -> bool {
        match self {
            Self::Refused { errcode, .. } => *errcode == -1,
            Self::Interrupted { .. } | Self::TooLarge { .. } => true,
            Self::TimedOut { sent, .. } => *sent,
            // A 3xx or 4xx says that the request was not carried out; whoever else answers may have passed it on.
            Self::NotAnAnswer { status, .. } => !(300..500).contains(status),
            Self::Unreadable { done, .. } => *done,
            Self::Token { .. }
            | Self::Argument { .. }
            | Self::Unwritable { .. }
            | Self::File { .. }
            | Self::Unreachable { .. }
            | Self::Stopping { .. }
            | Self::Described { .. }
            | Self::Incomplete { .. } => false,
        }
    }

    /// The text for the record: WeCom's own where there is one, else what happened, with its causes. At most
    /// [`MESSAGE_BYTES_MAX`] bytes and a few words.
    pub fn message(&self) -> String {
        match self {
            Self::Refused { errcode, errmsg, .. } => match untrusted_address(*errcode, errmsg) {
                Some(address) => format!("{errmsg} (the address to add under 企业可信IP is {address})"),
                None => errmsg.clone(),
            },
            // WeCom's own words do not say which call they are about; ours do.
            Self::Token { cause, .. } if cause.errcode().is_some() => {
                format!("gettoken: {}", cause.message())
            }
            Self::Token { cause, .. } => cause.message(),
            _ => {
                let mut text = self.to_string();
                let mut cause = self.source();
                while let Some(inner) = cause {
                    // Some layers repeat what they wrap.
                    let inner_text = inner.to_string();
                    if !text.ends_with(&inner_text) {
                        // Writing to a String does not fail.
                        let _ = write!(text, ": {inner_text}");
                    }
                    cause = inner.source();
                }
                text.truncate(text.floor_char_boundary(MESSAGE_BYTES_MAX));
                text
            }
        }
    }

    /// Whether WeCom refused the access token itself, so that a new one may help.
    pub(super) fn is_token_refused(&self) -> bool {
        matches!(self, Self::Refused { errcode, .. } if codes::TOKEN_REFUSED.contains(errcode))
    }
}

/// The address that WeCom saw, where it refused it: `… from ip: 203.0.113.7, …`. The operator needs it to let it in,
/// and often knows no other way to find it.
fn untrusted_address(errcode: i64, errmsg: &str) -> Option<&str> {
    if errcode != codes::UNTRUSTED_ADDRESS {
        return None;
    }
    let (_, after) = errmsg.split_once("from ip:")?;
    let address = after.trim_start().split([',', ' ', ']']).next()?;
    address.parse::<std::net::IpAddr>().ok().map(|_| address)
}

/// `text` as it is, but for the `secrets` in it.
pub(super) fn without(text: &str, secrets: &[&str]) -> String {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
}

/// `text` on one line, without any of `secrets`, cut to `bytes_max`.
pub(super) fn clean(text: &str, secrets: &[&str], bytes_max: usize) -> String {
    // Cut before searching: the text may be megabytes. A secret that the cut would halve is cut off with its line's
    // rest, since the search looks at as much more as the longest secret is long.
    let longest = secrets.iter().map(|secret| secret.len()).max().unwrap_or(0);
    let mut clean = text[..text.floor_char_boundary(bytes_max + longest)].to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if clean.contains(secret) {
            clean = clean.replace(secret, "***");
        }
    }
    clean.truncate(clean.floor_char_boundary(bytes_max));
    clean.trim().replace(|c: char| c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(errcode: i64, errmsg: &str) -> Error {
        Error::Refused { path: "externalcontact/mark_tag", errcode, errmsg: errmsg.to_owned() }
    }

    #[test]
    fn the_address_to_trust_is_named() {
        let error = refused(
            60020,
            "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at …",
        );
        assert!(
            error.message().ends_with("(the address to add under 企业可信IP is 203.0.113.7)"),
            "{}",
            error.message()
        );
        assert_eq!(refused(60020, "from ip: nonsense").message(), "from ip: nonsense");
        assert_eq!(refused(60011, "from ip: 203.0.113.7, x").message(), "from ip: 203.0.113.7, x");
    }

    #[test]
    fn what_is_lost_is_what_may_have_happened() {
        let not_an_answer =
            |status| Error::NotAnAnswer { path: "p", status, content_type: None, length: 0, readable: 0 };
        let timed_out = |sent| Error::TimedOut { path: "p", after: Duration::from_secs(1), sent };
        assert!(
            refused(-1, "busy").lost() && !refused(6000, "conflict").lost() && !refused(41096, "…").lost()
        );
        assert!(not_an_answer(502).lost() && not_an_answer(200).lost() && !not_an_answer(404).lost());
        assert!(timed_out(true).lost() && !timed_out(false).lost());
        let unreadable = |done| Error::Unreadable { path: "p", fault: "malformed", column: 0, done };
        assert!(unreadable(true).lost() && !unreadable(false).lost());
        assert_eq!((unreadable(true).class(), unreadable(false).class()), (Class::Refused, Class::Busy));
    }

    #[test]
    fn what_is_no_answer_is_described() {
        let described = |length, readable| {
            let content_type = Some("text/html".to_owned());
            Error::NotAnAnswer { path: "p", status: 502, content_type, length, readable }.message()
        };
        let start = "p was answered by HTTP 502 without WeCom's JSON: ";
        assert_eq!(described(0, 0), format!("{start}an empty body"));
        assert_eq!(described(7, 0), format!("{start}text/html, 7 bytes, no JSON"));
        assert_eq!(described(7, 7), format!("{start}text/html, 7 bytes, all of them JSON"));
        assert_eq!(described(7, 3), format!("{start}text/html, 7 bytes, readable as JSON up to byte 3"));
    }

    #[test]
    fn a_failed_gettoken_has_its_own_class_and_code() {
        let cause = |errcode| Arc::new(Error::Refused { path: "gettoken", errcode, errmsg: "m".into() });
        for (errcode, class) in [(-1, Class::Busy), (40001, Class::Configuration), (45009, Class::Throttled)]
        {
            let error = Error::Token { path: "p", cause: cause(errcode) };
            assert_eq!((error.class(), error.errcode(), error.lost()), (class, Some(errcode), false));
            assert_eq!(error.message(), "gettoken: m");
        }
    }

    #[test]
    fn secrets_are_cut_out_even_where_the_text_is_cut() {
        assert_eq!(clean(" invalid token ABCDEF\r\n<p>", &["ABCDEF", ""], 100), "invalid token ***  <p>");
        assert!(!clean("1234567ABCDEF", &["ABCDEF"], 10).contains('A'));
        assert_eq!(clean("汉汉汉", &[], 7), "汉汉");
    }
}
