//! What an operator does with the record: has an [event](replay) or [actions](retry) run again, takes events [out](export)
//! and puts them [in](import).

pub(in crate::store) mod replay;
pub(in crate::store) mod retry;
pub(in crate::store) mod export;
pub(in crate::store) mod import;
