//! Alerts: what the program says by itself when it cannot do its work, and again when it can.
//!
//! They are posted to one address of the settings (`alert.url`): to a WeCom group robot as one markdown message, to any
//! other URL as JSON. Whoever has Prometheus has finer alarms in `deploy/prometheus/`; these are for everybody else.
//!
//! - [`code`]: what an alert can be about, and how long each must last.
//! - [`watch`]: what is seen becomes what is to be said. Pure: the time is an argument.
//! - [`form`]: the two forms of a message. Pure.
//! - `words`: the sentences, in both languages.
//! - `look`: what there is to see, in this process and in the record.
//! - `round`: the task that looks, asks the watch and posts, beside the way of events.
//!
//! Who reports: of the processes on one database the one that holds the row `alert`; what has been reported stands in it, so
//! that a restart repeats nothing and the end of a trouble is reported by whoever holds it then. Callbacks that cannot be
//! stored are the exception. There each process speaks for itself, for the database is what they would have to agree in.

pub mod code;
pub mod form;
pub mod watch;
mod look;
mod round;
mod words;

pub use crate::forward::SetUpError;
pub use round::Alerts;
