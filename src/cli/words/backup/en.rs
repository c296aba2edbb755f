//! What `backup` and `restore` say, in English.

use std::fmt::{Formatter, Result};

use super::{Backup, megabytes, seconds};

pub(super) fn write(backup: &Backup<'_>, f: &mut Formatter<'_>) -> Result {
    match backup {
        Backup::Taken { place, file, bytes, events, versions, took } => write!(
            f,
            "Backed up {place} to {file}: events {events}, versions of the rules {versions}, {}, in {}.\n\
             Only its owner may read it. Back into an empty database: `wecom-greeter restore {file}`",
            megabytes(*bytes),
            seconds(*took)
        ),
        Backup::Restored { place, file, events, versions, took } => write!(
            f,
            "Restored {file} into {place}: events {events}, versions of the rules {versions}, in {}.\n\
             What was not finished then is gone on with when `wecom-greeter serve` runs on it; whoever was logged in to the \
             pages logs in again.",
            seconds(*took)
        ),
        Backup::Interrupted => write!(f, "interrupted; nothing was left behind"),
    }
}
