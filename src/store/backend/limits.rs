//! How long anything may wait for the database, and how many prepared statements a connection keeps.

use std::time::Duration;

/// How long to wait for a connection. WeCom hangs up after five seconds (page 90930), and a 503 has to be out before.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a batch of writes may take, including the wait for its connection: still before WeCom hangs up.
pub(in crate::store) const WRITE_TIMEOUT: Duration = Duration::from_secs(4);

/// How many prepared statements a connection keeps: all of ours, in each size.
pub(in crate::store) const STATEMENTS_CACHED: usize = 200;
