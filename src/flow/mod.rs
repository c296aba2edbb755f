//! The way of an event: taken in, planned, performed, recorded; and the engine in which all of that runs.
//!
//! [`intake`] acknowledges an event when it is stored, with the plan that the [`planner`] made of it at once where nobody had
//! to be asked. Otherwise the planner makes a [`case`] of it afterwards, has [`lookups`] ask for what its welcome needs, and
//! stores the plan. [`dispatch`] performs the plan's actions and has what
//! came of them recorded. From its plan to the last settled action it is one `Case` that is handed on. What all of
//! them share is a [`context`], made once by the [`engine`]; the sweep beside them takes up what a crash has left.
//! [`live`] is the record as it changes, for those who follow it; [`readiness`] finds out whether callbacks can be stored, [`replay_request`] has what a replay asks for, and [`reported`] what it does not send again. [`publish`] is
//! the way of the rules into force, and [`rulebook`] has those that are; [`refusals`] keeps what was refused at the door. [`client_words`] says in Chinese what went wrong with a call.
//!
//! [`bulk`] works off what is tried again or replayed of many; [`retention`] takes out what is old, and [`forget`] forgets a
//! customer, of whom nothing more is done by whoever has it in memory ([`forgotten`]).
//!
//! The modules stand in the order in which they may name each other, the lowest first.

pub mod facts;
pub mod case;
pub mod reported;
pub mod replay_request;
pub mod lookups;
pub mod rulebook;
pub mod refusals;
pub mod forgotten;
pub mod context;
pub mod forget;
pub mod retention;
pub mod readiness;
pub mod live;
pub mod publish;
pub mod trying;
pub mod client_words;
pub mod by_hand;
pub mod login;
pub mod changes;
pub mod dispatch;
pub mod planner;
pub mod intake;
mod sweep;
pub mod engine;
pub mod replay;
pub mod bulk;
