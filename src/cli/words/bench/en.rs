//! What `bench` says, in English.

use std::fmt::{Formatter, Result};

use super::{Bench, Database, Row};

pub(super) fn write(bench: Bench<'_>, f: &mut Formatter<'_>) -> Result {
    match bench {
        Bench::NoFolder => write!(f, "cannot make a temporary folder"),
        Bench::NotEmpty => write!(
            f,
            "the database that DATABASE_URL names has events or rules, and a run would fill it with made-up customers: name an \
             empty one, or unset DATABASE_URL to have a temporary file"
        ),
        Bench::TooMany { most } => write!(
            f,
            "that is more than {most} callbacks, which is as many as are sealed ahead: give fewer --seconds, or --customers"
        ),
        Bench::NotStarted => write!(f, "the server that is to be measured did not start; the end of its log"),
        Bench::NobodyThere { at } => write!(f, "nothing takes connections at {at}; does the server run?"),
        Bench::NoSuchHost { host } => write!(f, "there is no host `{host}`"),
        Bench::Begins { database } => match database {
            Database::Own => {
                write!(f, "A server in a process of its own, with an SQLite file in a temporary folder.")
            }
            Database::Given { kind } => {
                write!(f, "A server in a process of its own, with the given database ({kind}).")
            }
            Database::Elsewhere { url } => write!(f, "The server at {url}."),
        },
        Bench::StoredSoFar => write!(f, "events stored"),
        Bench::AtRate { rate, seconds, connections } => {
            write!(f, "\n{rate} callbacks a second for {seconds} s, over {connections} connections")
        }
        Bench::FlatOut { seconds, connections } => {
            write!(f, "\nAs fast as {connections} connections allow, for {seconds} s")
        }
        Bench::With { rules, stored } => {
            match rules {
                None => {}
                Some(0) => write!(f, "; no rules")?,
                Some(1) => write!(f, "; 1 rule")?,
                Some(rules) => write!(f, "; {rules} rules")?,
            }
            if stored == "0" { Ok(()) } else { write!(f, "; {stored} events stored before") }
        }
        Bench::Wecom { latency, refuse, fail, at_once, of_each } => {
            match latency {
                "" => write!(f, "  WeCom answers at once")?,
                latency => write!(f, "  WeCom answers after {latency}")?,
            }
            if !refuse.is_empty() {
                write!(f, ", refuses {refuse} of the calls")?;
            }
            if !fail.is_empty() {
                write!(f, ", fails at {fail}")?;
            }
            if let Some(most) = at_once {
                write!(f, ", takes {most} at once")?;
            }
            if let Some(most) = of_each {
                write!(f, ", takes {most} of each method at once")?;
            }
            Ok(())
        }
        Bench::Row(row) => f.write_str(match row {
            Row::Ack => "ack",
            Row::Welcome => "welcome",
            Row::Tag => "tag",
            Row::Server => "server",
            Row::Bare => "bare handler",
            Row::ASecond => "a second",
            Row::Longest => "max",
        }),
        Bench::Acks { sent, acked, refused } => write!(f, "  {sent} sent, {acked} acked, {refused} refused"),
        Bench::Greeted { welcomed, tagged, of } => {
            write!(f, "  {welcomed} of {of} welcomed within 20 s, {tagged} tagged")
        }
        Bench::Through { a_second } => write!(f, "  {a_second} customers a second welcomed and tagged"),
        Bench::WentWrong { kinds } => write!(f, "  instead of an ack: {kinds}"),
        Bench::Calls { method, taken, refused, failed, spent, unknown } => {
            write!(f, "  WeCom, {method}: {taken} taken")?;
            let others = [
                (refused, "refused"),
                (failed, "failed"),
                (spent, "too late or twice"),
                (unknown, "for customers of nobody"),
            ];
            for (count, what) in others.into_iter().filter(|(count, _)| *count != "0") {
                write!(f, ", {count} {what}")?;
            }
            Ok(())
        }
        Bench::NotCalled => write!(f, "  acks only: nobody has called the simulated WeCom"),
        Bench::Took { ready, memory, cpu } => {
            write!(
                f,
                "  server: ready after {ready}, {memory} of memory at the most, {cpu} of processor time"
            )
        }
        Bench::Ratio { ratio } => write!(f, "  {ratio} of the bare handler"),
        Bench::UsedUp { after } => write!(f, "  the callbacks sealed ahead were used up after {after}"),
        Bench::Lost { count } => write!(f, "\n{count} events were acked and are NOT in the record"),
        Bench::NothingLost => write!(f, "\nEvery acked event is in the record."),
        Bench::NothingAcked => write!(f, "\nNot one callback was acked"),
    }
}
