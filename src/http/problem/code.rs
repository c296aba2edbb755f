//! The kinds of problems, for programs: a closed list, each with the status of its answer.

use std::fmt;

use actix_web::http::StatusCode;

use super::{en, zh};
use crate::language::{Language, Sentence};

/// The codes, which are a closed list.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $status:ident,)*) => {
        /// What kind of problem it is, for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The status of the answer.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
                }
            }
        }
    };
}

codes! {
    /// There is no token yet.
    NoTokens = "no_tokens" FORBIDDEN,
    /// None given, or a wrong one.
    Token = "token" UNAUTHORIZED,
    /// Too little of a role.
    Role = "role" FORBIDDEN,
    /// Sent by a page of somebody else.
    CrossSite = "cross_site" FORBIDDEN,
    /// Wrong tokens in a row.
    TooManyTries = "too_many_tries" TOO_MANY_REQUESTS,
    /// Too much at once.
    Busy = "busy" TOO_MANY_REQUESTS,
    /// Too many requests of one caller.
    TooFast = "too_fast" TOO_MANY_REQUESTS,
    /// Not there.
    NotFound = "not_found" NOT_FOUND,
    /// Not by this verb.
    Method = "method" METHOD_NOT_ALLOWED,
    /// The body is not understood.
    Body = "body" BAD_REQUEST,
    /// The body is too long.
    TooLarge = "too_large" PAYLOAD_TOO_LARGE,
    /// A parameter is not understood.
    Parameter = "parameter" BAD_REQUEST,
    /// It is there already, or there are too many.
    Conflict = "conflict" CONFLICT,
    /// Nobody said which version is to be replaced.
    PreconditionRequired = "precondition_required" PRECONDITION_REQUIRED,
    /// Somebody was faster.
    PreconditionFailed = "precondition_failed" PRECONDITION_FAILED,
    /// Rules with faults.
    Faults = "faults" UNPROCESSABLE_ENTITY,
    /// WeCom said no, or nothing.
    Wecom = "wecom" BAD_GATEWAY,
    /// The database.
    Database = "database" SERVICE_UNAVAILABLE,
    /// A mistake of the program.
    Internal = "internal" INTERNAL_SERVER_ERROR,
}

impl Sentence for Code {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match language {
            Language::En => en::title(*self),
            Language::Zh => zh::title(*self),
        })
    }
}
