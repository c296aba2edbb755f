//! From an event and the rules to what is to be done about it.
//!
//! A [`Ruleset`](ruleset::Ruleset) is a compiled rules file. [`matching`] chooses the rules, [`draft`] decides which rule
//! supplies what, [`fill`] fills the texts in, [`verdict`] says why each rule matched or did not. Pure: the same facts give
//! the same plan.

mod words;
pub(crate) mod ruleset;
pub(crate) mod matching;
pub(crate) mod fill;
pub(crate) mod draft;
pub(crate) mod verdict;
