//! Texts with placeholders: which names they may use, how they are checked, filled in and cut.

pub(crate) mod cut;
pub(crate) mod time;
pub(crate) mod names;
pub(crate) mod guard;
pub(crate) mod foreign;
pub(crate) mod survey;
pub(crate) mod template;
