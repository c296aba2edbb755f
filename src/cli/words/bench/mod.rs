//! What `bench` says.

mod en;
mod zh;

use std::{fmt, net::SocketAddr};

use crate::language::{Language, Sentence};

/// A sentence of the load generator.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Bench<'a> {
    /// No folder for what is made for the run.
    NoFolder,
    /// The given database is somebody's.
    NotEmpty,
    /// More callbacks would have to be sealed ahead than fit into the memory.
    TooMany {
        most: u32,
    },
    /// The server did not start; the cause are the last lines of its log.
    NotStarted,
    /// Nothing listens where callbacks are to be sent.
    NobodyThere {
        at: SocketAddr,
    },
    /// The address of `--url` has no host that is known.
    NoSuchHost {
        host: &'a str,
    },
    /// What stands above all parts.
    Begins {
        database: Database<'a>,
    },
    /// What is counted while it is stored.
    StoredSoFar,
    /// What stands above a part.
    AtRate {
        rate: &'a str,
        seconds: u32,
        connections: u16,
    },
    FlatOut {
        seconds: u32,
        connections: u16,
    },
    /// How many rules and events there are.
    With {
        rules: Option<u32>,
        stored: &'a str,
    },
    /// How the simulated WeCom answers; no latency: at once.
    Wecom {
        latency: &'a str,
        refuse: &'a str,
        fail: &'a str,
        at_once: Option<u32>,
        of_each: Option<u32>,
    },
    /// The heading of a column, or the name of a row.
    Row(Row),
    /// What was counted.
    Acks {
        sent: &'a str,
        acked: &'a str,
        refused: &'a str,
    },
    Greeted {
        welcomed: &'a str,
        tagged: &'a str,
        of: &'a str,
    },
    /// How many customers went all the way a second.
    Through {
        a_second: &'a str,
    },
    /// What went wrong, by kind.
    WentWrong {
        kinds: &'a str,
    },
    /// What the simulated WeCom was asked.
    Calls {
        method: &'a str,
        taken: &'a str,
        refused: &'a str,
        failed: &'a str,
        spent: &'a str,
        unknown: &'a str,
    },
    /// Nobody called the simulated WeCom.
    NotCalled,
    /// What the server took of the machine.
    Took {
        ready: &'a str,
        memory: &'a str,
        cpu: &'a str,
    },
    /// Ours beside the bare handler.
    Ratio {
        ratio: &'a str,
    },
    /// The sealed callbacks were used up before the time was over.
    UsedUp {
        after: &'a str,
    },
    /// Acked events that are not in the record.
    Lost {
        count: &'a str,
    },
    /// Every acked event is in the record.
    NothingLost,
    /// Not one was acked.
    NothingAcked,
}

/// Which database it is.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Database<'a> {
    /// An SQLite file that is made for the run.
    Own,
    /// The given one, which was empty.
    Given { kind: &'a str },
    /// That of a server elsewhere.
    Elsewhere { url: &'a str },
}

#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Row {
    Ack,
    Welcome,
    Tag,
    Server,
    Bare,
    ASecond,
    Longest,
}

impl Sentence for Bench<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(*self, f),
            Language::Zh => zh::write(*self, f),
        }
    }
}
