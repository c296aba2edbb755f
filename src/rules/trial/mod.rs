//! Rules tried out before they count: explained, tested, compared, held against the record, made of a table.
//!
//! A [`Situation`] says what is supposed of an event and of the people in it; the rules are applied to it as a server would
//! apply them, and the [`Outcome`] is put into the words of the rules file. [`explain`](mod@explain) says why, [`Suite`]
//! compares it with what was expected, [`Backtest`] compares two rule sets, event by event. [`compare`] lists what changed
//! between two files, [`channels`](mod@channels) makes a rules file of a table, [`schema`] describes a file to editors.
//!
//! Everything here is pure: files, the record and WeCom are read by whoever calls.

mod backtest;
mod channels;
mod diff;
mod explain;
mod greeters;
mod outcome;
mod people;
mod read;
mod situation;
mod schema;
mod suite;
mod words;

pub use backtest::{Backtest, ChangedPart, Judged, Sum, Used};
pub use channels::{Cells, Channels, Noted, RowFault, cells, channels};
pub use diff::{Change, Difference, Renamed, compare};
pub use explain::{
    Explained, Explanation, Greeting, Lookups, MeasuredNotice, Methods, Part, Request, Subject, explain,
};
pub use greeters::{Added, Greeters, greeters};
pub use outcome::{Forwarded, Notice, Outcome, Remark, Skipped, Tags, Welcome};
pub use people::{customer, earlier, employee};
pub use read::{instant, to_json};
pub use schema::{RULES_SCHEMA, TESTS_SCHEMA};
pub use situation::{Asked, Given, Situation, payload};
pub use suite::{Deviation, NamedFile, Ran, Source, Suite, Test, Tested};
