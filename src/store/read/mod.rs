//! What people, pages and rules ask of the record. Nothing here changes it.

pub(in crate::store) mod events;
pub(in crate::store) mod actions;
pub(in crate::store) mod hits;
pub(in crate::store) mod recorded;
pub(in crate::store) mod earlier;
