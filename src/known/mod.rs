//! What is remembered of WeCom: the corp's tags, the media ids of the files that rules name, employees and departments,
//! customers; and what rules refer to, held against what WeCom has.
//!
//! The modules stand in the order in which they may name each other, the lowest first.

pub(crate) mod memory;
pub mod tags;
pub mod media;
pub mod apps;
pub mod directory;
pub mod customers;
pub mod online;
