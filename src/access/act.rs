//! Who did what: the words of the audit.

use std::{fmt, str::FromStr};

use serde::Serialize;

use crate::action::UnknownName;

/// By whom something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The token's name, or the employee's userid.
    pub who: String,
    /// How they came in.
    pub via: Via,
    /// From where, as far as the connection tells.
    pub address: Option<String>,
}

impl By {
    /// Whoever has a shell on a machine with the settings: no name is known.
    pub fn command_line() -> Self {
        Self { who: "command line".to_owned(), via: Via::Command, address: None }
    }
}

macro_rules! names {
    ($(#[$doc:meta])* $type:ident, $what:literal: $($(#[$of:meta])* $variant:ident = $name:literal,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(into = "&'static str")]
        pub enum $type {
            $($(#[$of])* $variant,)*
        }

        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the record and in the API.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl From<$type> for &'static str {
            fn from(of: $type) -> Self {
                of.as_str()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|of| of.as_str() == name)
                    .ok_or(UnknownName::new($what, concat!("one of", $(" ", $name,)*)))
            }
        }
    };
}

names! {
    /// How somebody came in.
    Via, "way in":
    /// A program, by `Authorization: Bearer`.
    Token = "token",
    /// A person, by the pages.
    Session = "session",
    /// The command line.
    Command = "command",
}

names! {
    /// What changed something.
    Act, "act":
    /// A token was made.
    TokenCreated = "token_created",
    /// A token was ended.
    TokenRevoked = "token_revoked",
    /// Somebody has logged in.
    SignedIn = "signed_in",
    /// Somebody has logged out.
    SignedOut = "signed_out",
    /// Somebody's session was ended from the list of sessions.
    SessionEnded = "session_ended",
    /// Rules were put in force.
    RulesPublished = "rules_published",
    /// An earlier version of the rules was put in force again.
    RulesRolledBack = "rules_rolled_back",
    /// A file was brought for rules to come.
    FileBrought = "file_brought",
    /// The whole record came out of a backup.
    RecordRestored = "record_restored",
    /// Actions were made due again.
    Retried = "retried",
    /// An event was planned again.
    Replayed = "replayed",
    /// Many at once were prepared.
    BulkPrepared = "bulk_prepared",
    /// They were begun.
    BulkStarted = "bulk_started",
    /// They were cut short.
    BulkCancelled = "bulk_cancelled",
    /// A method that writes at WeCom was called.
    ContactCalled = "contact_called",
    /// Old events were taken out of the record.
    Pruned = "pruned",
    /// A customer was forgotten.
    Forgotten = "forgotten",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for &act in Act::ALL {
            assert_eq!(act.as_str().parse(), Ok(act));
            assert_eq!(serde_json::to_value(act).unwrap(), act.as_str());
        }
        for &via in Via::ALL {
            assert_eq!(via.as_str().parse(), Ok(via));
        }
        assert!("nothing".parse::<Act>().is_err());
    }
}
