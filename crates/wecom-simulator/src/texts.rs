//! Limits of texts that the caller of the simulator gives: names, and what people write. Where WeCom has no limit of its
//! own, these keep the memory bounded.

use crate::error::Error;

/// The most characters in a name.
pub(crate) const NAME_CHARS_MAX: usize = 128;

/// The most characters in a notice, a moment or a template.
pub(crate) const WRITTEN_CHARS_MAX: usize = 2_000;

/// Refuses a text of more than so many characters.
pub(crate) fn check(field: &'static str, text: &str, most: usize) -> Result<(), Error> {
    if text.chars().count() > most { Err(Error::TooLong { field, most }) } else { Ok(()) }
}
