//! What a rule does, in English.

use super::Does;
use crate::{action::Trigger, rules::file::model::To};

pub(super) fn say(does: &Does<'_>) -> String {
    match does {
        Does::Welcome { attachments, .. } if attachments.is_empty() => "welcome".to_owned(),
        Does::Welcome { text: true, attachments } => format!("welcome with {}", attachments.join(", ")),
        Does::Welcome { text: false, attachments } => format!("welcome of {}", attachments.join(", ")),
        Does::AddTags(1) => "add 1 tag".to_owned(),
        Does::AddTags(count) => format!("add {count} tags"),
        Does::RemoveTags(1) => "remove 1 tag".to_owned(),
        Does::RemoveTags(count) => format!("remove {count} tags"),
        Does::Remark => "remark".to_owned(),
        Does::Notify { to, on } => {
            let of = match on {
                Trigger::Event => "",
                Trigger::MissedWelcome => " of a missed welcome",
                Trigger::Failed => " of a failure",
            };
            let to: Vec<&str> = to.iter().map(|to| whom(to)).collect();
            format!("notify {}{of}", to.join(", "))
        }
        Does::Forward(1) => "forward".to_owned(),
        Does::Forward(count) => format!("forward to {count} addresses"),
        Does::Stop => "stop".to_owned(),
    }
}

fn whom(to: &To) -> &'static str {
    match to {
        To::People { employee: true, users } if users.is_empty() => "the employee",
        To::People { employee: false, users } if users.len() == 1 => "1 user",
        To::People { .. } => "several users",
        To::Department(_) => "a department",
        To::Tag(_) => "a tag",
    }
}
