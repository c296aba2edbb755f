//! The way of an event: taken in, planned, performed, recorded; and the engine in which all of that runs.
//!
//! The modules stand in the order in which they may name each other, the lowest first.

pub mod facts;
pub mod lookups;
pub mod rulebook;
pub mod publish;
pub mod dispatch;
pub mod planner;
pub mod intake;
pub mod engine;
pub mod replay;
