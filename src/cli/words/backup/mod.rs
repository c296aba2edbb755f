//! What `backup` and `restore` say.

mod en;
mod zh;

use std::{fmt, time::Duration};

use crate::language::{Language, Sentence};

/// A sentence about a backup.
#[derive(Debug)]
pub(in crate::cli) enum Backup<'a> {
    /// The file is there.
    Taken { place: &'a str, file: &'a str, bytes: u64, events: u64, versions: u64, took: Duration },
    /// The database is filled.
    Restored { place: &'a str, file: &'a str, events: u64, versions: u64, took: Duration },
    /// Somebody ended it.
    Interrupted,
}

impl Sentence for Backup<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

/// A size as people say it.
fn megabytes(bytes: u64) -> String {
    // In tenths, so that a small file is not said to be empty.
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_is_not_said_to_be_empty() {
        assert_eq!(megabytes(1), "0.1 MB");
        assert_eq!(megabytes(681_000_001), "681.1 MB");
        assert_eq!(seconds(Duration::from_millis(1_260)), "1.3 s");
    }
}
