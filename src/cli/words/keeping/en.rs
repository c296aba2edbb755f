//! What `prune` and `forget` say, in English.

use std::fmt::{Formatter, Result};

use super::Keeping;
use crate::store::TakenOut;

pub(super) fn write(sentence: &Keeping<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Keeping::NothingOld { before } => {
            write!(f, "No settled event was received before {before}: there is nothing to prune.")
        }
        Keeping::WouldPrune { taken, before } => write!(
            f,
            "{} received before {before} would go. Nothing was changed.",
            what(taken)
        ),
        Keeping::Pruned { taken, before } => {
            write!(f, "Pruned {} received before {before}. Statistics are as before.", what(taken))
        }
        Keeping::PruneInterrupted { taken, before } => write!(
            f,
            "interrupted: {} received before {before} are gone, and the rest is as it was; the same command goes on from here",
            what(taken)
        ),
        Keeping::Unsettled { events } => write!(
            f,
            "{events} events that are as old stay, because something is still to be done for them: \
             `wecom-greeter events list --status planned`."
        ),
        Keeping::Shrank { from, to } => write!(f, "The database file had {from} and has {to}."),
        Keeping::StaysLarge => f.write_str(
            "The database file was made by an earlier version and cannot give room back while a server runs: new events \
             use it. To make it smaller once, stop the server and run `wecom-greeter prune` again.",
        ),
        Keeping::PrunedSoFar => f.write_str("events pruned"),
        Keeping::NobodyKnown { hash } => write!(
            f,
            "Nothing is known of this customer. The audit has a line with {hash}, which stands for the id."
        ),
        Keeping::WouldForget { taken, pending, relations, mentions } => {
            write!(f, "{} would go", what(taken))?;
            also(*pending, *relations, *mentions, f)?;
            f.write_str(". Nothing was changed.")
        }
        Keeping::Forgot { taken, pending, relations, mentions, hash } => {
            write!(f, "Forgotten: {}", what(taken))?;
            also(*pending, *relations, *mentions, f)?;
            write!(
                f,
                ". The audit has a line with {hash}, which stands for the id. Backups and exports made earlier still hold \
                 the customer; at WeCom nothing was changed."
            )
        }
        Keeping::NotWiped => f.write_str(
            "In free places of the database file, or in the log beside it, traces may be left. Stop the server and run this \
             command again: the file is then made anew.",
        ),
    }
}

fn what(taken: &TakenOut) -> String {
    let TakenOut { events, actions, attempts } = taken;
    format!("{events} events with {actions} actions and {attempts} attempts")
}

fn also(pending: u64, relations: u64, mentions: u64, f: &mut Formatter<'_>) -> Result {
    if pending > 0 {
        write!(f, ", {pending} of them still to be done")?;
    }
    if relations > 0 {
        write!(f, ", what was remembered with {relations} employees")?;
    }
    if mentions > 0 {
        write!(f, ", and the id in {mentions} places about others")?;
    }
    Ok(())
}
