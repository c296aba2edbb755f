//! Bounds of the texts that people give by hand: names and what is written. WeCom's own field has one, or nobody reads
//! more.

use crate::error::Error;

/// At most so many characters in anybody's and anything's name.
pub(crate) const NAME_CHARS_MAX: usize = 128;

/// At most so many characters in what is written: a notice, a moment.
pub(crate) const WRITTEN_CHARS_MAX: usize = 2_000;

/// That a text has at most so many characters.
pub(crate) fn check(field: &'static str, text: &str, most: usize) -> Result<(), Error> {
    if text.chars().count() > most { Err(Error::TooLong { field, most }) } else { Ok(()) }
}
