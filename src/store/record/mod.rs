//! The way of an event through the record.
//!
//! It is [accepted](accept) before the 200, with its plan where there is one, or else [planned](plan) afterwards, once a run;
//! [`new_plan`] has what both store. Its actions are [claimed](claim): leased to one process at a time, reports
//! [apart from the rest](reports). How an attempt left an action is [settled](settle), and what [follows](follow_up) from that
//! is stored with it. [`event`] and [`lease`] hold what several of these stages pass on to each other, [`acked`] how long WeCom
//! waited for the 200; [`gone`] knows what is not stored again, and [`pairs`] keeps two processes from writing one contact at
//! once.
//!
//! Imports point the way they stand below, from the later to the earlier: `claim` comes after `settle` because an action
//! that cannot be read is settled by whoever claims it.

pub(in crate::store) mod event;
pub(in crate::store) mod lease;
pub(in crate::store) mod acked;
pub(in crate::store) mod new_plan;
pub(in crate::store) mod gone;
pub(in crate::store) mod accept;
pub(in crate::store) mod plan;
pub(in crate::store) mod follow_up;
pub(in crate::store) mod settle;
pub(in crate::store) mod claim;
pub(in crate::store) mod reports;
pub(in crate::store) mod pairs;
