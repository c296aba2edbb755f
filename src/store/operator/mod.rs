//! What an operator does with the record: has an [event](replay) or [actions](retry) run again, or [many](bulk) of them, which
//! is worked off in [turns](bulk_turns); takes events [out](export) and puts them [in](import).
//! [Tables of contact ways](way_batches) that are being made stand beside it. Old events are [pruned](prune), and customers
//! [forgotten](forget), by way of the [`past`], which keeps what later questions ask of them; [`mentions`] finds a customer
//! in what is about others, and [`shrink`] gives the room back.

mod names;
pub(in crate::store) mod replay;
pub(in crate::store) mod retry;
pub(in crate::store) mod bulk;
pub(in crate::store) mod bulk_ends;
pub(in crate::store) mod bulk_turns;
pub(in crate::store) mod bulk_items;
pub(in crate::store) mod pseudonyms;
pub(in crate::store) mod export;
pub(in crate::store) mod import;
pub(in crate::store) mod way_batches;
pub(in crate::store) mod past;
pub(in crate::store) mod prune;
pub(in crate::store) mod forget;
mod mentions;
pub(in crate::store) mod shrink;
