//! What the commands say to people: an enum of sentences for each area, and beside it one file a language that has them in
//! words. `docs/ADDING.md` says how to add one.

pub(super) mod arguments;
pub(super) mod backup;
pub(super) mod bench;
pub(super) mod errors;
pub(super) mod failure;
pub(super) mod explain;
pub(super) mod keeping;
pub(super) mod contact;
mod names;
pub(super) mod record;
pub(super) mod rules;
pub(super) mod tokens;
pub(super) mod trying;
