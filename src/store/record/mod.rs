//! The way of an event through the record.
//!
//! It is [accepted](accept) before the 200, [planned](plan) once a run, and its actions are [claimed](claim): leased to
//! one process at a time, reports [apart from the rest](reports). How an attempt left an action is [settled](settle), and
//! what [follows](follow_up) from that is stored with it. [`event`] and [`lease`] hold what several of these stages pass
//! on to each other; [`pairs`] keeps two processes from writing one contact at once.
//!
//! Imports point the way they stand below, from the later to the earlier: `claim` comes after `settle` because an action
//! that cannot be read is settled by whoever claims it.

pub(in crate::store) mod event;
pub(in crate::store) mod lease;
pub(in crate::store) mod accept;
pub(in crate::store) mod plan;
pub(in crate::store) mod follow_up;
pub(in crate::store) mod settle;
pub(in crate::store) mod claim;
pub(in crate::store) mod reports;
pub(in crate::store) mod pairs;
