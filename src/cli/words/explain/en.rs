//! What `rules explain` says, in English.

use std::fmt::{Formatter, Result};

use super::{Explain, When, Whom};

pub(super) fn write(line: &Explain<'_>, f: &mut Formatter<'_>) -> Result {
    match line {
        Explain::Event { id, what, employee, customer, state } => {
            match id {
                Some(id) => write!(f, "Event {id}: {what}")?,
                None => write!(f, "Event: {what}")?,
            }
            for (name, value) in [("employee", employee), ("customer", customer), ("state", state)] {
                if let Some(value) = value {
                    write!(f, ", {name} {value}")?;
                }
            }
            Ok(())
        }
        Explain::Context { app, happened, welcome_code, version } => {
            let code = if *welcome_code { "with" } else { "without" };
            write!(f, "  app {app}, {happened}, {code} a welcome code, by the rules of ")?;
            if *version == 0 { write!(f, "a file") } else { write!(f, "version {version}") }
        }
        Explain::Rules => write!(f, "Rules"),
        Explain::Matches { rule, used_for: [], lookups } => {
            write!(f, "  ✓ {rule}: matches, and supplies nothing{}", asked(lookups))
        }
        Explain::Matches { rule, used_for, lookups } => {
            let kinds: Vec<&str> = used_for.iter().map(|kind| kind.as_str()).collect();
            write!(f, "  ✓ {rule}: {}{}", kinds.join(", "), asked(lookups))
        }
        Explain::DoesNotMatch { rule, reason, lookups } => {
            write!(f, "  ✗ {rule}: {}{}", reason.unwrap_or("does not match"), asked(lookups))
        }
        Explain::Welcome { rule } => write!(f, "Welcome by {rule}"),
        Explain::IsFallback { why } => write!(f, "  this is its fallback: {why}"),
        Explain::LeftOut { file } => write!(f, "  left out: {file}, which has not been uploaded"),
        Explain::Measured { part, length, max, unit } => write!(f, "  {part}: {length} of {max} {unit}"),
        Explain::Tags { parts } => write!(f, "Tags {}", parts.join(" ")),
        Explain::MadeWhereMissing { tags } => write!(f, "  made where they are missing: {}", tags.join(", ")),
        Explain::Remark => write!(f, "Remark"),
        Explain::Field { name, text } => write!(f, "  {name}: {text}"),
        Explain::Notice { rule, on, to, bytes, max } => {
            write!(f, "Notice by {rule}, on {on}, to {to} ({bytes} of {max} bytes)")
        }
        Explain::Forward { rule, url, signed } => {
            write!(f, "Forward by {rule}: {url}, {}", if *signed { "signed" } else { "not signed" })
        }
        Explain::Skipped { kind, reason } => write!(f, "No {kind}: {reason}"),
        Explain::LookedUp { when, names } => {
            let when = match when {
                When::BeforeTheWelcome => "before the welcome",
                When::AfterIt => "after it",
                When::IfSomethingFails => "only if something fails",
            };
            write!(f, "Looked up {when}: {}", names.join(", "))
        }
        Explain::NotKnown { names, asks_wecom } => {
            let flags: Vec<String> = names.iter().map(|name| format!("--{name}")).collect();
            write!(
                f,
                "Not known: {}; told as if the look-up had failed. {} {} it{}.",
                names.join(", "),
                flags.join(", "),
                if flags.len() == 1 { "tells" } else { "tell" },
                if *asks_wecom { ", or --lookup asks WeCom" } else { "" }
            )
        }
        Explain::Department { id } => write!(f, "department {id}"),
        Explain::Tagged { id } => write!(f, "tag {id}"),
        Explain::NotFound { whom } => write!(f, "WeCom's answer has no {} in it", person(*whom)),
        Explain::CouldNotLookUp { whom, why } => {
            write!(f, "The {} could not be looked up: {why}", person(*whom))
        }
    }
}

fn asked(lookups: &[&str]) -> String {
    if lookups.is_empty() { String::new() } else { format!(" (looks up: {})", lookups.join(", ")) }
}

fn person(whom: Whom) -> &'static str {
    match whom {
        Whom::Customer => "customer",
        Whom::Employee => "employee",
    }
}
