//! The words of the pages about tags, in English.

use std::fmt;

use super::{SayTags, TagWords};

pub(super) static WORDS: TagWords = TagWords {
    lead: "The company's tags: which rules use them, and how often they were put on",
    tag: "Tag",
    group: "Group",
    rules: "In rules",
    times: "Put on",
    last: "Last",
    edit: "Rename, delete",
    edit_group: "Rename or delete group",
    missing: "Tags that rules name and WeCom does not have",
    missing_lead: "They cannot be put on. Make them here, or change the rules.",
    in_rules: "Tags in rules",
    in_rules_lead: "What tags WeCom has cannot be read at the moment; these are those that rules name.",
    made_by_itself: "Made by itself when it is first needed",
    not_put_on: "Not put on: make it, or change the rule",
    none_yet: "There are no tags yet",
    none_yet_why: "Tags stand in rules (Group/Tag) and are put on when a customer adds an employee, so that they can be grouped, written to and counted later.",
    none_yet_how: "Make the first one below.",
    none_yet_ask: "Making one needs an administrator's token.",
    new: "New tags",
    group_hint: "Choose a group that is there, or write the name of a new one, which is made with them. At most 30 characters.",
    names: "Names",
    names_hint: "With commas or line breaks between several; at most 30 characters each.",
    all_tags: "All tags",
    rename: "Rename",
};

fn use_it(rules: usize) -> String {
    if rules == 1 { "1 rule uses".to_owned() } else { format!("{rules} rules use") }
}

pub(super) fn write(say: SayTags<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match say {
        SayTags::NotRead { what, cure } => write!(f, "The tags could not be read: {what}. {cure}"),
        SayTags::Counted { days } => write!(f, "counted in the record of the last {days} days"),
        SayTags::CountedSome { days, actions } => {
            write!(f, "counted in the latest {actions} times of the last {days} days")
        }
        SayTags::NoName => f.write_str("Give it a name"),
        SayTags::TooLong { name, count, most } => {
            write!(f, "\u{201c}{name}\u{201d} has {count} characters, and WeCom allows {most}")
        }
        SayTags::Slash { name } => write!(
            f,
            "\u{201c}{name}\u{201d} may have no slash: rules write `Group/Tag`, and could not tell them apart"
        ),
        SayTags::TooMany { count, most } => write!(f, "There are {count}; at most {most} are made at once"),
        SayTags::Taken { name } => {
            write!(f, "There is \u{201c}{name}\u{201d} already; choose another name")
        }
        SayTags::Used { rules: 0, times, days } => {
            write!(f, "No rule uses it; it was put on {times} times in the last {days} days")
        }
        SayTags::Used { rules, times, days } => {
            write!(f, "{} it; it was put on {times} times in the last {days} days", use_it(rules))
        }
        SayTags::RenameMeans { rules: 0 } => f.write_str("Customers who have it have it under the new name."),
        SayTags::RenameMeans { rules } => write!(
            f,
            "Customers who have it have it under the new name. {} it by its name, and would \
             not find it any more: change them as well.",
            use_it(rules)
        ),
        SayTags::DeleteMeans { rules, tags } => {
            if tags > 0 {
                write!(f, "The {tags} tags of the group go with it. ")?;
            }
            f.write_str("Customers who have it lose it, for good.")?;
            if rules > 0 {
                write!(f, " {} it and could not put it on any more: change them first.", use_it(rules))
            } else {
                Ok(())
            }
        }
        SayTags::DeleteAsk { name, rules: 0 } => {
            write!(f, "Delete \u{201c}{name}\u{201d}? Customers who have it lose it, for good.")
        }
        SayTags::DeleteAsk { name, rules } => write!(
            f,
            "{} \u{201c}{name}\u{201d}. Delete it all the same? Customers who have it lose it, for good.",
            use_it(rules)
        ),
    }
}
