//! The ways in over HTTP: the API of WeCom, and what is particular to the simulator.

pub(crate) mod acts;
pub(crate) mod console;
pub(crate) mod control;
pub(crate) mod fault;
pub(crate) mod requests;
pub(crate) mod server;
