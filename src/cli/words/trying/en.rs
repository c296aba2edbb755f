//! What `demo`, `simulate`, `migrate` and `health` say, in English.

use std::fmt::{Formatter, Result};

use super::{Attached, Heading, Trying};

pub(super) fn write(trying: &Trying<'_>, f: &mut Formatter<'_>) -> Result {
    match trying {
        Trying::NoFolder => write!(f, "cannot make a temporary folder"),
        Trying::RulesOfTheDemo => write!(f, "the demo's rules"),
        Trying::ServerEnded => write!(f, "the server ended by itself"),
        Trying::DemoBegins { verified, customers } => {
            writeln!(f, "A simulated WeCom, the server and an SQLite file, all in this process.")?;
            write!(f, "The callback URL is {}. ", if *verified { "verified" } else { "NOT verified" })?;
            match customers {
                1 => writeln!(f, "1 customer adds an employee:"),
                many => writeln!(f, "{many} customers add employees:"),
            }
        }
        Trying::Heading(heading) => f.write_str(match heading {
            Heading::Customer => "customer",
            Heading::Adds => "adds",
            Heading::Rule => "rule",
            Heading::Ack => "ack",
            Heading::Welcome => "welcome",
            Heading::Tags => "tags",
            Heading::Longest => "max",
        }),
        Trying::NotAcked => write!(f, "the event was not acknowledged"),
        Trying::NotInTime => write!(f, "was not welcomed and tagged in time"),
        Trying::NotInTheRecord => write!(f, "the event is not in the record"),
        Trying::Undone { kind, status, why } => write!(f, "{kind} {status}: {why}"),
        Trying::DemoEnds { welcomed, tagged, count, took } => {
            writeln!(f, "\n{welcomed} of {count} welcomed, {tagged} of {count} tagged, in {took}.")
        }
        Trying::OnThePhone { customer } => write!(f, "\n{customer}'s phone shows:\n"),
        Trying::Attached(attached) => f.write_str(match attached {
            Attached::Image => "[picture]",
            Attached::Link => "[link]",
            Attached::Miniprogram => "[mini-program]",
            Attached::Video => "[video]",
            Attached::File => "[file]",
        }),
        Trying::WhatNext => write!(
            f,
            "\nNext:\n\n  \
             wecom-greeter rules init     rules of your own to begin with\n  \
             wecom-greeter demo --keep    the same, and it goes on: try things\n  \
             README.md, `Set it up`       your own WeCom, step by step"
        ),
        Trying::AckLimit => write!(f, "WeCom waits 5 s"),
        Trying::WelcomeLimit => write!(f, "a welcome code works for 20 s"),
        Trying::DemoKeeps { base, private, database } => write!(
            f,
            "\nIt goes on serving. In another terminal:\n\n  \
             curl {base}/_simulator/customers -d '{{\"employee\": \"zhangsan\", \"name\": \"小周\", \"state\": \"spring-1\"}}'\n  \
             curl {base}/                        everything that the simulated WeCom can do\n  \
             curl http://{private}/metrics\n  \
             export DATABASE_URL={database}\n  \
             wecom-greeter events list\n  \
             wecom-greeter events show 1\n  \
             wecom-greeter rules export > rules.yaml     change it, then: rules import rules.yaml\n\n\
             Ctrl-C ends it."
        ),
        Trying::Simulating { base, callback, exports, look_at } => {
            writeln!(f, "A simulated WeCom answers at {base} (what it can do: curl {base}/)")?;
            match callback {
                Some(callback) => writeln!(f, "It posts events to {callback}")?,
                None => writeln!(
                    f,
                    "It posts events nowhere yet: --callback URL, or curl -X PUT {base}/_simulator/callback"
                )?,
            }
            if let Some(url) = look_at {
                writeln!(
                    f,
                    "Something is wrong with the set-up, as asked: `wecom-greeter doctor --url {url}` looks for it"
                )?;
            }
            if !exports.is_empty() {
                let lines = exports.join("\n");
                writeln!(
                    f,
                    "\nFor `wecom-greeter serve` and `wecom-greeter contact`, in another terminal:\n\n{lines}\n"
                )?;
            }
            write!(f, "Ctrl-C ends it.")
        }
        Trying::UpToDate { place, version } => {
            write!(f, "The database {place} is up to date (schema {version}).")
        }
        Trying::MadeTables { place, version } => write!(f, "Made the tables (schema {version}) of {place}."),
        Trying::Brought { place, from, to } => {
            write!(f, "Brought the database {place} from schema {from} to {to}.")
        }
        Trying::NoAnswer { address, seconds } => write!(f, "no answer from {address} within {seconds} s"),
        Trying::CannotAsk { address } => {
            write!(f, "the server at {address} cannot be asked; does it run?")
        }
    }
}
