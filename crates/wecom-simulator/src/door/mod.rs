//! The ways in over HTTP: WeCom's API below `/cgi-bin/`, and what is the simulator's own below `/_simulator/`.

pub(crate) mod fault;
pub(crate) mod requests;
pub(crate) mod shared;
pub(crate) mod routes;
pub(crate) mod usage;
pub(crate) mod gateway;
pub(crate) mod url_check;

// WeCom's API.
mod calls;
mod form;
mod reply;
mod wire;

// The simulator's own.
mod answer;
mod acts;
mod company;
mod login;
mod record;
mod https;
mod picture;
