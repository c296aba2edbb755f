//! The way of an event through the record: it is accepted, planned, its actions are claimed and settled, and what
//! follows from them is stored.

pub(in crate::store) mod accept;
pub(in crate::store) mod plan;
pub(in crate::store) mod claim;
pub(in crate::store) mod reports;
pub(in crate::store) mod pairs;
pub(in crate::store) mod settle;
pub(in crate::store) mod follow_up;
