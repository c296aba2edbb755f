//! The problems in English.

use std::fmt;

use super::{Code, Problem, Thing};
use crate::{
    flow::by_hand::NotDone,
    language::{Language, Sentence as _},
};

pub(super) const fn title(code: Code) -> &'static str {
    match code {
        Code::NoTokens => "No token has been made yet",
        Code::Token => "A token is needed",
        Code::Role => "The role is not enough",
        Code::CrossSite => "Sent by another site",
        Code::TooManyTries => "Too many wrong tokens",
        Code::Busy => "Too much at once",
        Code::TooFast => "Too many requests",
        Code::NotFound => "Not found",
        Code::Method => "Not by this method",
        Code::Body => "The body is not understood",
        Code::TooLarge => "The body is too long",
        Code::Parameter => "A parameter is not understood",
        Code::PreconditionRequired => "Say which version is to be replaced",
        Code::PreconditionFailed => "Somebody was faster",
        Code::Faults => "There are faults in it",
        Code::Wecom => "WeCom did not do it",
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
            write!(f, "this needs the role {asked}, and yours is {has}")
        }
        Problem::CrossSite => f.write_str(
            "what changes something is taken from our own pages only: log in there, or send a token in `Authorization`",
        ),
        Problem::TooManyTries => f.write_str("too many wrong tokens are being tried; wait a few seconds"),
        Problem::Busy => f.write_str("too many requests are under way; try again in a few seconds"),
        Problem::TooFast { .. } => f.write_str(
            "this token or session has sent more requests than it may (admin.requests_per_second): wait for as long as \
             Retry-After says, and send fewer at once",
        ),
        Problem::NoSuchPath => {
            f.write_str("nothing is served at this path; GET /api/v1/openapi.json lists what is")
        }
        Problem::NotFound { thing, id } => write!(f, "there is no {} {id}", name(*thing)),
        Problem::Method { allowed } => write!(f, "this path takes {allowed}"),
        Problem::Misread(misread) => misread.write(Language::En, f),
        Problem::Body(what) => write!(f, "the body is not what is expected here: {what}"),
        Problem::TooLarge { most } => write!(f, "at most {most} bytes are read"),
        Problem::Parameter(what) => write!(f, "{what}"),
        Problem::BulkCancelled { id } => write!(f, "the act on many {id} was cancelled: prepare another one"),
        Problem::TooManyBulks => f.write_str("100 acts on many are under way: wait until one of them has ended, or cancel one"),
        Problem::TokenName { chars_max } => write!(
            f,
            "a token's name is made of letters, digits and -_.@, of {chars_max} characters at most, and not `admin.token`"
        ),
        Problem::ExpiredAlready => f.write_str("expires_at_ms has passed: give an instant to come, in milliseconds"),
        Problem::NameTaken { name } => {
            write!(f, "there is a token {name} already: revoke it, or take another name")
        }
        Problem::TooManyTokens => f.write_str("there are 1000 tokens: revoke some that nobody uses"),
        Problem::UnderWay { id } => {
            write!(f, "event {id} is being planned or replayed: wait until it has ended")
        }
        Problem::UnknownApp { id } => {
            write!(f, "event {id} is of an app that is not in the settings of this server")
        }
        Problem::TooLate { id } => {
            write!(f, "the 20 seconds of the welcome {id} are over: its code opens nothing any more")
        }
        Problem::NotFailed { id, status } => {
            write!(f, "action {id} is {status}: only what failed or expired is tried again")
        }
        Problem::PreconditionRequired => {
            f.write_str("send `If-Match` with the ETag of GET /api/v1/rules, so that nobody's change is lost")
        }
        Problem::PreconditionFailed { version } => write!(
            f,
            "version {version} is in force by now: look what changed (POST /api/v1/rules/diff), and send yours again with \
             its ETag"
        ),
        Problem::Faults(faults) => write!(f, "nothing was stored: {}", faults.to(Language::En)),
        Problem::CommandLineOnly { method } => write!(
            f,
            "{method} is about files of a machine or about secrets: `wecom-greeter contact {method}` calls it there"
        ),
        Problem::WhichApp { apps } => write!(f, "app: name one of {}", apps.join(", ")),
        Problem::Wecom(not_done) => {
            let NotDone { told, perhaps_done, .. } = &**not_done;
            f.write_str(&told.en)?;
            if *perhaps_done {
                f.write_str("; it may have been done all the same: look before you send it again")?;
            }
            Ok(())
        }
        Problem::Arguments(told) => {
            write!(f, "the body is not what is expected here: {}", told.en)
        }
        Problem::File(why) => why.write(Language::En, f),
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
        Thing::Version => "version of the rules",
        Thing::Method => "method of WeCom's API",
        Thing::Session => "session that you may end, with the id",
        Thing::Bulk => "act on many",
        Thing::Token => "token that is not revoked, named",
    }
}
