//! What the admin API answers when it does not do what was asked: `application/problem+json` (RFC 9457) with a code of a
//! closed list, and a sentence in the language that the request asks for.
//!
//! Programs mostly ask for none, so it is English unless `Accept-Language` prefers Chinese.

mod code;
mod en;
mod misread;
mod zh;

use std::{fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    error::{PayloadError, UrlencodedError},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
};
use serde_json::{Value, json};

use super::body::unread;
use crate::{
    access::Role,
    action::Status,
    flow::{by_hand::NotDone, client_words::Told, publish::brought::NotBrought},
    language::{Language, Sentence},
    rules::{Fault, Faults},
    store,
};

pub use code::Code;
pub use misread::Misread;

/// Why a request is not answered as it was meant.
#[derive(Debug)]
pub enum Problem {
    /// No token was ever made, and none stands in the settings.
    NoTokens,
    /// None was given, or one that opens nothing.
    Token,
    /// The caller's role is too little.
    Role {
        /// What is asked for.
        asked: Role,
        /// What the caller has.
        has: Role,
    },
    /// A page of somebody else made a browser send it.
    CrossSite,
    /// Too many wrong tokens are being answered already.
    TooManyTries,
    /// Too many requests are under way already.
    Busy,
    /// This caller has sent too many requests of late.
    TooFast {
        /// When the next one is taken.
        wait: Duration,
    },
    /// Nothing is served at this path.
    NoSuchPath,
    /// What the path names is not there.
    NotFound {
        /// What it is.
        thing: Thing,
        /// Which one.
        id: String,
    },
    /// The path is served, the verb is not.
    Method {
        /// The verbs that are.
        allowed: String,
    },
    /// Something of it is not understood.
    Misread(Misread),
    /// The body is not what is expected; what the parser says.
    Body(String),
    /// The body is longer than is read.
    TooLarge {
        /// How many bytes are read at most.
        most: usize,
    },
    /// A parameter of the path or the query is not what is expected; what the parser says.
    Parameter(String),
    /// An act on many was cancelled, and is not begun again.
    BulkCancelled {
        /// Its id.
        id: i64,
    },
    /// Too many acts on many are under way.
    TooManyBulks,
    /// A token may not be called so.
    TokenName {
        /// The longest name.
        chars_max: usize,
    },
    /// It would have ended before it was made.
    ExpiredAlready,
    /// There is a token of this name.
    NameTaken {
        /// The name.
        name: String,
    },
    /// There are as many tokens as there may be.
    TooManyTokens,
    /// A replay of the event, or its first run, is under way.
    UnderWay {
        /// The event.
        id: i64,
    },
    /// The event is of an app that is not in the settings.
    UnknownApp {
        /// The event.
        id: i64,
    },
    /// The welcome's 20 seconds are over.
    TooLate {
        /// The action.
        id: i64,
    },
    /// The action has not failed.
    NotFailed {
        /// The action.
        id: i64,
        /// Where it stands.
        status: Status,
    },
    /// Which version of the rules is to be replaced was not said.
    PreconditionRequired,
    /// Another version of the rules is in force.
    PreconditionFailed {
        /// Which one.
        version: i64,
    },
    /// Rules, or an event that rules are tried on, have faults.
    Faults(Faults),
    /// The method reads or writes files of this machine, or answers a secret.
    CommandLineOnly {
        /// Its name.
        method: String,
    },
    /// The arguments of a method are not what WeCom takes.
    Arguments(Told),
    /// A file was not taken.
    File(NotBrought),
    /// Which app is meant cannot be told.
    WhichApp {
        /// Those that are in the settings.
        apps: Vec<String>,
    },
    /// WeCom did not do it, or did not say so.
    Wecom(Box<NotDone>),
    /// The database did not take it, or did not answer.
    Store(store::Error),
    /// Something that should not happen did.
    Internal(&'static str),
}

impl From<Misread> for Problem {
    fn from(misread: Misread) -> Self {
        Self::Misread(misread)
    }
}

/// What can be looked for and not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An event.
    Event,
    /// An action.
    Action,
    /// A token.
    Token,
    /// A session.
    Session,
    /// A version of the rules.
    Version,
    /// A method of WeCom's API.
    Method,
    /// An act on many.
    Bulk,
}

impl Problem {
    /// Its code.
    pub const fn code(&self) -> Code {
        match self {
            Self::NoTokens => Code::NoTokens,
            Self::Token => Code::Token,
            Self::Role { .. } => Code::Role,
            Self::CrossSite => Code::CrossSite,
            Self::TooManyTries => Code::TooManyTries,
            Self::Busy => Code::Busy,
            Self::TooFast { .. } => Code::TooFast,
            Self::NoSuchPath | Self::NotFound { .. } => Code::NotFound,
            Self::Method { .. } => Code::Method,
            Self::Misread(misread) => misread.code(),
            Self::Body(_) | Self::Arguments(_) | Self::TokenName { .. } | Self::ExpiredAlready => Code::Body,
            Self::File(why) => match why {
                NotBrought::Store(_) => Code::Database,
                NotBrought::TooMany { .. } => Code::Conflict,
                NotBrought::TooLarge { .. } => Code::TooLarge,
                NotBrought::TooSmall { .. } | NotBrought::AnotherKind | NotBrought::Path => Code::Body,
            },
            Self::NameTaken { .. }
            | Self::TooManyTokens
            | Self::UnderWay { .. }
            | Self::UnknownApp { .. }
            | Self::TooLate { .. }
            | Self::NotFailed { .. }
            | Self::BulkCancelled { .. }
            | Self::TooManyBulks => Code::Conflict,
            Self::PreconditionRequired => Code::PreconditionRequired,
            Self::PreconditionFailed { .. } => Code::PreconditionFailed,
            Self::Faults(_) => Code::Faults,
            Self::Wecom(_) => Code::Wecom,
            Self::TooLarge { .. } => Code::TooLarge,
            Self::CommandLineOnly { .. } | Self::WhichApp { .. } | Self::Parameter(_) => Code::Parameter,
            Self::Store(_) => Code::Database,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// Why a form cannot be read.
    pub(in crate::http) fn of_form(error: &UrlencodedError, most: usize) -> Self {
        match error {
            UrlencodedError::Overflow { .. } | UrlencodedError::Payload(PayloadError::Overflow) => {
                Self::TooLarge { most }
            }
            UrlencodedError::Payload(error) => unread(error).into(),
            // The others are what a library says of a form that none of our pages sends.
            _ => Misread::BrokenForm.into(),
        }
    }

    /// The answer in that language.
    pub fn answer(&self, language: Language) -> HttpResponse {
        let code = self.code();
        let mut answer = HttpResponse::build(code.status());
        answer.content_type("application/problem+json");
        if let Self::Token = self {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"wecom-greeter\""));
        }
        let mut answer = answer.body(self.to_json(language).to_string());
        self.set_headers(answer.headers_mut());
        answer
    }

    /// What tells programs what to do, however the problem is shown.
    pub(in crate::http) fn set_headers(&self, headers: &mut HeaderMap) {
        let (name, value) = match self {
            Self::TooManyTries | Self::Busy => (header::RETRY_AFTER, "5".to_owned()),
            // The header has whole seconds.
            Self::TooFast { wait } => {
                (header::RETRY_AFTER, wait.as_millis().div_ceil(1_000).max(1).to_string())
            }
            Self::Method { allowed } => (header::ALLOW, allowed.clone()),
            _ => return,
        };
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }

    fn to_json(&self, language: Language) -> Value {
        let code = self.code();
        let mut document = json!({
            "type": format!("urn:wecom-greeter:problem:{}", code.as_str()),
            "title": code.to(language),
            "status": code.status().as_u16(),
            "detail": self.to(language),
            "code": code.as_str(),
        });
        match self {
            Self::Faults(faults) => {
                document["faults"] = faults.faults.iter().map(fault_to_json).collect();
                document["more"] = faults.more.into();
            }
            Self::PreconditionFailed { version } => document["version"] = (*version).into(),
            Self::Wecom(not_done) => {
                let NotDone { errcode, answer, .. } = &**not_done;
                document["errcode"] = (*errcode).into();
                document["errmsg"] = answer.as_ref().and_then(|answer| answer.get("errmsg").cloned()).into();
            }
            _ => {}
        }
        document
    }
}

fn fault_to_json(fault: &Fault) -> Value {
    let both = |say: &dyn Fn(Language) -> String| json!({ "zh": say(Language::Zh), "en": say(Language::En) });
    json!({
        "line": fault.line,
        "column": fault.column,
        "path": fault.path,
        "rule": Some(fault.rule.as_str()).filter(|rule| !rule.is_empty()),
        "code": fault.code(),
        "message": both(&|language| fault.what(language)),
        "cure": both(&|language| fault.mend(language)),
    })
}

impl Sentence for Problem {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

impl fmt::Display for Problem {
    /// In English, as logs have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        en::write(self, f)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code().status()
    }

    /// In English; whoever knows the request says it in its language.
    fn error_response(&self) -> HttpResponse {
        self.answer(Language::En)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// The language in which a request wants to be answered, or `None` where it names neither of ours.
pub fn language_of(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Language, f32)> = None;
    for range in accepted.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let primary = tag.split('-').next().unwrap_or_default();
        let Some(language) = Language::named(primary) else { continue };
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if quality > 0.0 && best.is_none_or(|(_, best)| quality > best) {
            best = Some((language, quality));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_browser_in_china("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Zh))]
    #[case::a_browser_elsewhere("en-US,en;q=0.5", Some(Language::En))]
    #[case::by_weight("en;q=0.3, zh;q=0.7", Some(Language::Zh))]
    #[case::not_chinese("zh;q=0, en;q=0.1", Some(Language::En))]
    #[case::neither("fr, *", None)]
    #[case::nonsense(";;q=,,zh;q=x", Some(Language::Zh))]
    fn the_preferred_language_is_found(#[case] accepted: &'static str, #[case] expected: Option<Language>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, header::HeaderValue::from_static(accepted));
        assert_eq!(language_of(&headers), expected);
    }

    #[test]
    fn an_answer_has_what_rfc_9457_asks_for() {
        let problem = Problem::Role { asked: Role::Admin, has: Role::Viewer };
        let json = problem.to_json(Language::Zh);
        assert_eq!(json["status"], 403);
        assert_eq!(json["code"], "role");
        assert_eq!(json["type"], "urn:wecom-greeter:problem:role");
        assert!(json["title"].as_str().is_some_and(|title| !title.is_empty()));
        assert!(json["detail"].as_str().is_some_and(|detail| detail.contains("admin")), "{json}");
    }
}
