//! What an operator does with the record: has events and actions run again, takes events out and puts them in.

pub(in crate::store) mod replay;
pub(in crate::store) mod export;
