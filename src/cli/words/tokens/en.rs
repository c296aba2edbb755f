//! What `tokens` says, in English.

use std::fmt::{Formatter, Result};

use super::{Heading, Tokens};

pub(super) fn write(sentence: &Tokens<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Tokens::Heading(heading) => f.write_str(match heading {
            Heading::Name => "NAME",
            Heading::Role => "ROLE",
            Heading::Made => "MADE",
            Heading::Ends => "ENDS",
            Heading::Used => "LAST USED",
        }),
        Tokens::None => {
            f.write_str("There are no tokens: `wecom-greeter tokens create NAME --role viewer` makes one.")
        }
        Tokens::Never => f.write_str("never"),
        Tokens::Ended { at } => write!(f, "ended {at}"),
        Tokens::MadeDatabase { place } => write!(f, "Made the database {place}."),
        Tokens::Made { name, role, until } => {
            write!(f, "The token of {name}, role {role}, ")?;
            match until {
                Some(until) => write!(f, "until {until}")?,
                None => f.write_str("without an end")?,
            }
            f.write_str(". It is not shown again.")
        }
        Tokens::Taken { name } => write!(
            f,
            "there is a token {name} already: `wecom-greeter tokens revoke {name}` ends it; or take another name"
        ),
        Tokens::TooMany => f.write_str("there are 1000 tokens: revoke some that nobody uses"),
        Tokens::Revoked { name } => write!(f, "Revoked {name}: it opens nothing any more."),
        Tokens::Missing { name } => {
            write!(
                f,
                "there is no token {name} that is not revoked; `wecom-greeter tokens list` has those that are there"
            )
        }
    }
}
