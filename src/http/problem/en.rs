//! The problems in English.

use std::fmt;

use super::{Code, Problem, Thing};

pub(super) const fn title(code: Code) -> &'static str {
    match code {
        Code::NoTokens => "No token has been made yet",
        Code::Token => "A token is needed",
        Code::Role => "The token's role is not enough",
        Code::CrossSite => "Sent by another site",
        Code::TooManyTries => "Too many wrong tokens",
        Code::Busy => "Too much at once",
        Code::NotFound => "Not found",
        Code::Method => "Not by this method",
        Code::Body => "The body is not understood",
        Code::TooLarge => "The body is too long",
        Code::Parameter => "A parameter is not understood",
        Code::Conflict => "It is in the way of what is there",
        Code::Database => "The database is not available",
        Code::Internal => "An error of the program",
    }
}

pub(super) fn write(problem: &Problem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match problem {
        Problem::NoTokens => f.write_str(
            "nobody can use the admin API yet: make a token with `wecom-greeter tokens create NAME --role viewer`, or set \
             admin.token (GREETER_ADMIN_TOKEN)",
        ),
        Problem::Token => f.write_str(
            "send `Authorization: Bearer TOKEN` with a token that has neither ended nor been revoked; \
             `wecom-greeter tokens create NAME --role viewer` makes one",
        ),
        Problem::Role { asked, has } => {
            write!(f, "this needs the role {asked}, and the token has the role {has}")
        }
        Problem::CrossSite => f.write_str(
            "what changes something is taken from our own pages only: log in there, or send a token in `Authorization`",
        ),
        Problem::TooManyTries => f.write_str("too many wrong tokens are being tried; wait a few seconds"),
        Problem::Busy => f.write_str("too many requests are under way; try again in a few seconds"),
        Problem::NoSuchPath => {
            f.write_str("nothing is served at this path; GET /api/v1/openapi.json lists what is")
        }
        Problem::NotFound { thing, id } => write!(f, "there is no {} {id}", name(*thing)),
        Problem::Method { allowed } => write!(f, "this path takes {allowed}"),
        Problem::Body(what) => write!(f, "the body is not what is expected here: {what}"),
        Problem::TooLarge { most } => write!(f, "at most {most} bytes are read"),
        Problem::Parameter(what) => write!(f, "{what}"),
        Problem::TokenName { chars_max } => write!(
            f,
            "a token's name is made of letters, digits and -_.@, of {chars_max} characters at most, and not `admin.token`"
        ),
        Problem::ExpiredAlready => f.write_str("expires_at_ms has passed: give an instant to come, in milliseconds"),
        Problem::NameTaken { name } => {
            write!(f, "there is a token {name} already: revoke it, or take another name")
        }
        Problem::TooManyTokens => f.write_str("there are 1000 tokens: revoke some that nobody uses"),
        Problem::Store(error) => {
            write!(f, "nothing was changed: {error}; try again, and look at `wecom-greeter doctor` and the log")
        }
        Problem::Internal(doing) => write!(f, "could not {doing}; the log says more"),
    }
}

const fn name(thing: Thing) -> &'static str {
    match thing {
        Thing::Event => "event",
        Thing::Action => "action",
        Thing::Token => "token that is not revoked, named",
    }
}
