//! What people change at WeCom by the pages: contact ways and tags, one by one or many from a table. The same calls as by
//! hand, with what is asked checked before it is sent, and with a line in the audit.
//!
//! The line is written before the call: what was perhaps done is on record in any case. It says what was there before and what
//! is asked for; whether WeCom did it stands on the page, and in what WeCom lists.

pub mod asked;
pub mod batch;
pub mod contact_ways;
pub mod table;
pub mod tags;
mod words;

use std::time::Duration;

use super::context::Context;
use crate::{
    access::{Act, By},
    action::outcome::Class,
    store::{self, AuditLine},
};
use wecom_client::{CallOptions, Error, Retries};

/// How long a change may take: somebody waits for it.
const CHANGED_WITHIN: CallOptions = CallOptions::new(Duration::from_secs(10), Retries::Standard);

/// Why something was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// The audit could not be written, so nothing was asked of WeCom.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// WeCom did not do it, or did not say so.
    #[error("{}", .0.message)]
    Refused(Refused),
}

/// An answer of WeCom's that is none, as pages need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The path of the method that was called.
    pub path: &'static str,
    /// WeCom's code, where it answered.
    pub errcode: Option<i64>,
    /// What can be done about it.
    pub class: Class,
    /// WeCom's own words, or what happened; without secrets.
    pub message: String,
    /// The address of ours that WeCom does not trust, where that is why.
    pub untrusted_address: Option<String>,
    /// Whether what was asked for may have been done all the same.
    pub perhaps_done: bool,
}

impl Refused {
    /// Of an error of the client's.
    pub fn of(error: &Error) -> Self {
        Self {
            path: error.path(),
            errcode: error.errcode(),
            class: error.class(),
            message: error.message(),
            untrusted_address: error.untrusted_address().map(str::to_owned),
            perhaps_done: error.lost(),
        }
    }
}

impl From<Error> for NotChanged {
    fn from(error: Error) -> Self {
        Self::Refused(Refused::of(&error))
    }
}

/// Writes the line of a call that is about to be made.
async fn note(
    context: &Context,
    by: &By,
    method: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<(), store::Error> {
    let line = AuditLine { by, act: Act::ContactCalled, target: method, before, after };
    context.store.note_act(&line, context.clock.now_ms()).await
}
