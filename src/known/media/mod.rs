//! The files that rules name, on their way into messages: read and checked when rules are imported, uploaded ahead,
//! renewed before they stop to work, and known in memory when a welcome is planned.
//!
//! A temporary medium works for three days (document 90253). So nothing is uploaded when a customer waits: [`files`](crate::flow::publish::files)
//! reads what `rules import` stores, the [`Uploader`] brings it to WeCom for each corp, the [`Keeper`] of a server does
//! so again two days later, and a [`Shelf`] holds the ids of the rules in force. Several processes share the work and
//! its results through the store.
//!
//! Guarantees: a version of the rules is taken up together with the ids that its files have by then; an id is not
//! used past its three days; **nothing here ever waits between an event and its welcome**.

pub(crate) mod keeper;
pub(crate) mod shelf;
mod uploader;

use std::time::Duration;

use crate::{rules::FileKind, wecom::MediaType};

pub use keeper::Keeper;
pub use shelf::{OfCorp, Shelf};
pub use uploader::{Seen, Uploader};

/// How long an id works: three days, less what a message may be under way and clocks may differ.
pub const WORKS_FOR: Duration = Duration::from_mins(3 * 24 * 60 - 10);

/// At what age an id is renewed. A day is left for WeCom to be away, or for an operator to mend what is wrong.
pub const RENEWED_AFTER: Duration = Duration::from_hours(2 * 24);

/// The kind as the record and WeCom name it.
pub fn kind_name(kind: FileKind) -> &'static str {
    media_type(kind).as_str()
}

/// As what WeCom takes it.
pub(crate) fn media_type(kind: FileKind) -> MediaType {
    match kind {
        FileKind::Image => MediaType::Image,
        FileKind::Video => MediaType::Video,
        FileKind::File => MediaType::File,
    }
}

/// The kind of that name.
fn kind_named(name: &str) -> Option<FileKind> {
    [FileKind::Image, FileKind::Video, FileKind::File].into_iter().find(|kind| kind_name(*kind) == name)
}

/// A duration as the milliseconds of an instant.
fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
