//! The conditions of a rule: what its `when` may ask, how that is read, held against an event and told in words.

pub(crate) mod truth;
pub(crate) mod glob;
pub(crate) mod calendar;
pub(crate) mod schedule;
pub(crate) mod share;
pub(crate) mod condition;
pub(crate) mod why;
pub(crate) mod read;
pub(crate) mod calendars;
pub(crate) mod people;
