//! What an alert can be about, and how long each must last before it is said.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// An app cannot call WeCom: secret, token, trusted address, or it is switched off.
    AppCannotCall,
    /// Callbacks got 503, or the database has been silent for so long that they would.
    CallbacksNotStored,
    /// The disk of the database is full.
    DiskFull,
    /// The disk of the database is nearly full.
    DiskLow,
    /// An app's callbacks are refused, and none is taken.
    CallbacksRefused,
    /// Welcomes did not reach their customers for a cause that can be mended.
    WelcomesMissed,
}

impl Code {
    /// All of them, the gravest first.
    pub const ALL: [Self; 6] = [
        Self::AppCannotCall,
        Self::CallbacksNotStored,
        Self::DiskFull,
        Self::DiskLow,
        Self::CallbacksRefused,
        Self::WelcomesMissed,
    ];

    /// The name in JSON and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppCannotCall => "app_cannot_call",
            Self::CallbacksNotStored => "callbacks_not_stored",
            Self::DiskFull => "disk_full",
            Self::DiskLow => "disk_low",
            Self::CallbacksRefused => "callbacks_refused",
            Self::WelcomesMissed => "welcomes_missed",
        }
    }

    /// How long it must have lasted before it is said.
    pub const fn onset(self) -> Duration {
        match self {
            // After a start the token is asked for after 0, 1, 6 and 26 seconds, and one refused token is renewed at once.
            Self::AppCannotCall => Duration::from_secs(30),
            // Each of these may be an event that is lost, or a customer who was not greeted: nothing is waited for.
            Self::CallbacksNotStored | Self::WelcomesMissed => Duration::ZERO,
            // Somebody who is setting up a callback URL tries a few times.
            Self::CallbacksRefused => Duration::from_mins(2),
            // A large file that comes and goes, a backup say, is no trouble.
            Self::DiskFull | Self::DiskLow => Duration::from_mins(1),
        }
    }

    /// How long all must have been well before it is over.
    pub const fn settles_after(self) -> Duration {
        match self {
            Self::AppCannotCall | Self::CallbacksRefused => Duration::from_secs(30),
            // A database that comes and goes is one trouble.
            Self::CallbacksNotStored => Duration::from_mins(5),
            Self::DiskFull | Self::DiskLow => Duration::from_mins(1),
            // Ten minutes without any have passed when it looks well.
            Self::WelcomesMissed => Duration::ZERO,
        }
    }

    /// What of an app goes without saying while this lasts, and shortly after.
    pub const fn explains(self, other: Self) -> bool {
        matches!((self, other), (Self::AppCannotCall, Self::WelcomesMissed) | (Self::DiskFull, Self::DiskLow))
    }

    /// Whether the figure counts what came since the last look, rather than what there is.
    pub(super) const fn adds_up(self) -> bool {
        matches!(self, Self::CallbacksNotStored)
    }

    /// Whether the figure is of free bytes.
    pub(super) const fn is_of_disk(self) -> bool {
        matches!(self, Self::DiskFull | Self::DiskLow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_that_are_stored() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
