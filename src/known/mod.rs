//! What is remembered of WeCom, so that not every event has to ask for it: the corp's tags by name, the media ids of
//! the files that rules name, contact ways, employees and departments, customers. [`online`] compares what rules refer to with what
//! WeCom has.
//!
//! Tags, contact ways, directory and customers have one [`memory`] under them: it bounds what is kept, lets one ask for all who wait,
//! and forgets what a callback says has changed. Media ids have another life (`media/shelf.rs`): they are loaded before
//! anybody wants them. Nothing here decides anything, and nothing here is on the record.
//!
//! The modules stand in the order in which they may name each other, the lowest first.

pub(crate) mod memory;
pub mod tags;
pub mod contact_ways;
pub mod media;
pub mod apps;
pub mod callers;
pub mod directory;
pub mod customers;
pub mod online;
