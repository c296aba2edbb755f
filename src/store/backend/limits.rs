//! How long anything may wait for the database, and how many prepared statements a connection keeps.
//!
//! A connection can die without a word: a cable, a firewall or a switch drops its packets and resets nothing. The driver
//! would wait for as long as the system's TCP does, a quarter of an hour. So whatever is done with a connection is
//! waited for no longer than stands here, and a connection that took longer is never used again.

use std::time::Duration;

/// How long to wait for a connection. WeCom hangs up after five seconds (page 90930), and a 503 has to be out before.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a batch of writes may take, including the wait for its connection: still before WeCom hangs up.
pub(in crate::store) const WRITE_TIMEOUT: Duration = Duration::from_secs(4);

/// How long PostgreSQL may take to begin or end a transaction, or to store a batch of events, before the connection
/// counts as dead. These take milliseconds; a callback has time for another try on a new connection.
pub(in crate::store) const AT_ONCE: Duration = Duration::from_millis(1_500);

/// How long it may take to make a transaction durable: the disk has a part in it.
pub(in crate::store) const COMMIT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long any other statement of a server may take on PostgreSQL. All of them go by an index.
pub(in crate::store) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a statement may take that an operator asks for and that may have to look through a history of millions, or
/// carries a file. PostgreSQL itself ends it a little earlier.
pub(in crate::store) const SEARCH_TIMEOUT: Duration = Duration::from_secs(35);

/// How long it may take to make a whole SQLite file anew: some ten gigabytes.
pub(in crate::store) const REWRITE_TIMEOUT: Duration = Duration::from_mins(10);

/// How long a statement may take on SQLite, which waits for other programs' locks by itself ([`ACQUIRE_TIMEOUT`]). What
/// is left is the disk.
pub(in crate::store) const SQLITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection may take to say that it is alive, before it is used or when it is given back.
pub(in crate::store) const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// How long the database may take to show that it can be written to, and others' locks may stand in the way of that. Who
/// asks waits for less than a second.
pub(in crate::store) const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

/// How long the store may take to write what is queued when it is closed, and as long again for its connections. What
/// is left was recorded nowhere, and is done again by whoever takes it over.
pub(in crate::store) const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// How many prepared statements a connection keeps: all of ours, in each size.
pub(in crate::store) const STATEMENTS_CACHED: usize = 200;
