//! Texts with placeholders: `您好,{{ customer.name | default('朋友') }}!`.
//!
//! A text is checked when the rules are read, so that filling it in has nothing left to fail on: its names are known, its
//! filters exist, and placeholders of other products have been rewritten. A value, a nickname say, is never read as a
//! template.

pub(crate) mod cut;
pub(crate) mod unseen;
pub(crate) mod time;
pub(crate) mod names;
pub(crate) mod words;
mod guard;
mod fault;
mod foreign;
mod code;
mod compare;
mod survey;
pub(crate) mod template;
pub(crate) mod read;
