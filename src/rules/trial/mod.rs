//! Rules tried out before they count: explained, tested, held against the record, compared, taken over from a table.
//!
//! A [`Case`] says what is supposed of an event and of the people in it; the rules are applied to it as a server would
//! apply them, and the [`Outcome`] is told in the words of the rules file. [`explain`](mod@explain) tells why, [`Suite`]
//! holds it against what was expected, [`Backtest`] holds two rule sets against each other, event by event.
//! [`compare`] tells what changed between two files, [`channels`](mod@channels) makes a rules file of a table,
//! [`schema`] tells editors what a file looks like.
//!
//! Everything here is pure: files, the record and WeCom are read by whoever calls.

mod backtest;
mod case;
mod channels;
mod diff;
mod explain;
mod outcome;
mod people;
mod read;
mod schema;
mod seen;
mod suite;

pub use backtest::{Backtest, ChangedPart, Judged, Sum, Used};
pub use case::{Asked, Case, Given, instant, payload};
pub use channels::{Channels, Noted, Problem, channels};
pub use diff::{Change, Difference, Renamed, compare};
pub use explain::{Explained, Explanation, Greeting, Lookups, Part, Request, Subject, Telling, explain};
pub use outcome::{Forwarded, Notice, Outcome, Remark, Skipped, Tags, Welcome};
pub use people::{customer, earlier, employee};
pub use read::to_json;
pub use schema::{RULES_SCHEMA, TESTS_SCHEMA};
pub use suite::{Deviation, Line, Ran, Source, Suite, Test, Tested};
