//! The media ids of the files that rules name: uploaded ahead, renewed before they stop to work, and in memory when a
//! welcome is planned.
//!
//! A temporary medium works for three days (page 90253). So nothing is uploaded when a customer waits: an import stores
//! the files, the [`Uploader`] brings them to WeCom for each corp, the [`Keeper`] of a server does so again two days
//! later, and a [`Shelf`] holds the ids of the rules in force. Several processes share the work and its results through
//! the store.
//!
//! Guarantees: a version of the rules is taken up together with the ids that its files have by then; an id is not
//! used past its three days; **nothing here ever waits between an event and its welcome**.

mod kind;
mod shelf;
mod uploader;
mod keeper;

pub use keeper::Keeper;
pub(crate) use keeper::UPLOADS_AT_ONCE;
pub(crate) use kind::media_type;
pub(crate) use shelf::keys;
pub use shelf::{OfCorp, Shelf, WORKS_FOR};
pub use uploader::{RENEWED_AFTER, Seen, Uploader};
