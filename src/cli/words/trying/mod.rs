//! What `demo`, `simulate`, `migrate` and `health` say.

mod en;
mod zh;

use std::{fmt, net::SocketAddr};

use crate::{
    action::{Kind, Status},
    language::{Language, Sentence},
};

/// A sentence of a command that tries the program, or looks whether it works.
#[derive(Debug)]
pub(in crate::cli) enum Trying<'a> {
    /// No folder for the demo's database.
    NoFolder,
    /// Context of a fault in the demo's rules.
    RulesOfTheDemo,
    /// The server ended though nobody ended it.
    ServerEnded,
    /// The demo's first lines.
    DemoBegins {
        verified: bool,
        customers: u32,
    },
    /// A heading of the demo's table.
    Heading(Heading),
    /// Why a customer's story is not well.
    NotAcked,
    NotInTime,
    NotInTheRecord,
    Undone {
        kind: Kind,
        status: Status,
        why: &'a str,
    },
    /// The demo's last lines.
    DemoEnds {
        welcomed: usize,
        tagged: usize,
        count: usize,
        took: &'a str,
    },
    /// What stands above the greeting as the customer sees it.
    OnThePhone {
        customer: &'a str,
    },
    /// What kind of attachment it is, before its name.
    Attached(Attached),
    /// What to do after the demo.
    WhatNext,
    /// What acks and welcomes are held against.
    AckLimit,
    WelcomeLimit,
    /// How to go on playing.
    DemoKeeps {
        base: &'a str,
        private: SocketAddr,
        database: &'a str,
    },
    /// A simulated WeCom is there.
    Simulating {
        base: &'a str,
        callback: Option<&'a str>,
        exports: &'a [String],
        /// Where what is wrong with the set-up shows, if something is.
        look_at: Option<&'a str>,
    },
    /// What was done with the database.
    UpToDate {
        place: &'a str,
        version: i64,
    },
    MadeTables {
        place: &'a str,
        version: i64,
    },
    Brought {
        place: &'a str,
        from: i64,
        to: i64,
    },
    /// A server did not answer.
    NoAnswer {
        address: SocketAddr,
        seconds: u64,
    },
    CannotAsk {
        address: SocketAddr,
    },
}

/// An attachment of a welcome, as the customer sees it.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Attached {
    Image,
    Link,
    Miniprogram,
    Video,
    File,
}

/// A column of the demo's table, and a line of its sum.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Heading {
    Customer,
    Adds,
    Rule,
    Ack,
    Welcome,
    Tags,
    Longest,
}

impl Sentence for Trying<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}
