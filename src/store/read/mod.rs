//! What people, pages and rules ask of the record. Nothing here changes it.
//!
//! [`filter`] says which events and actions are meant, and [`payload`] how a message is shown. [`actions`] and [`events`]
//! are the lists and the single event with everything that came of it, [`fate`] what became of an event in short; [`depth`]
//! is what is left to do, [`failures`] what went wrong, [`stats`] what was done. [`hits`], [`earlier`] and [`recorded`] are what
//! rules are judged by, [`adds`] is held against WeCom's statistics, [`tag_uses`] is how often tags were put on, [`changed`] is what
//! those see who follow the record, and [`found`] are the ids for acts on many.

pub(in crate::store) mod filter;
pub(in crate::store) mod payload;
pub(in crate::store) mod actions;
pub(in crate::store) mod events;
pub(in crate::store) mod fate;
pub(in crate::store) mod depth;
pub(in crate::store) mod failures;
pub(in crate::store) mod hits;
pub(in crate::store) mod earlier;
pub(in crate::store) mod recorded;
pub(in crate::store) mod stats;
pub(in crate::store) mod adds;
pub(in crate::store) mod changed;
pub(in crate::store) mod found;
pub(in crate::store) mod tag_uses;
