//! The conditions of a rule: what its `when` may ask, how that is read, decided and put into words.
//!
//! The [`table`] has a row for each key of `when`. The reader, the evaluation, `rules explain`, the JSON schema and the list
//! in docs/RULES.md take what they need from it, so that a new key is a row there and an [`Evaluate`](evidence::Evaluate) in
//! a file of `keys/`.

mod words;
pub(crate) mod truth;
mod reasons;
mod glob;
pub(crate) mod days;
mod calendar;
pub(crate) mod zones;
mod schedule;
pub(crate) mod share;
pub(crate) mod evidence;
pub(crate) mod calendars;
pub(crate) mod reader;
pub(crate) mod keys;
pub(crate) mod table;
#[cfg(test)]
mod page;
pub(crate) mod condition;
pub(crate) mod why;
mod implies;
pub(crate) mod over;
pub(crate) mod read;
