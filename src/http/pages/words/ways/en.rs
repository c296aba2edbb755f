//! The words of the pages about contact ways, in English.

use std::fmt;

use super::{SayWays, WayWords};

pub(super) static WORDS: WayWords = WayWords {
    lead: "The codes by which customers add employees: which rule greets whoever comes by one, and how many came",
    new: "New contact way",
    from_table: "Many from a table",
    name: "Name",
    adds: "Adds",
    net: "Net",
    greeted_by: "Greeted by",
    no_rule: "No rule greets",
    perhaps: "Depending on the customer or employee, perhaps",
    button: "Button in a mini-program",
    unnamed: "(no name)",
    edit: "Edit",
    code: "QR code",
    download: "Download QR code",
    copy_link: "Copy link of picture",
    no_picture: "The picture of the QR code cannot be fetched at the moment.",
    none_yet: "There are no contact ways yet",
    none_yet_why: "A contact way is a QR code of WeCom's. With one for each channel, and the channel's key (State) in it, you know where a customer comes from and can greet them accordingly.",
    none_yet_how: "Make the first by \u{201c}New contact way\u{201d}; if you have many, take \u{201c}Many from a table\u{201d}.",
    none_yet_ask: "Making one needs an administrator's token.",
    nothing_found_hint: "A part of the name or channel is enough; the employee is the whole userid.",
    others: "Channels without a code here",
    others_lead: "Customers came by these channels, and no contact way here has them: acquisition links, codes of another app, or deleted ones.",
    all_ways: "All contact ways",
    form: "Contact way",
    name_hint: "For your colleagues; customers do not see it. At most 30 characters.",
    state_hint: "The channel's key (State): whoever comes by the code brings it, and rules and statistics go by it. At most 30 characters.",
    state_example: "such as shop-nanshan",
    kind: "For",
    kind_single: "One: customers always add the same employee",
    kind_multi: "Several: WeCom chooses one of them for each customer",
    users: "Employees",
    users_hint: "Their accounts (userid), with commas or line breaks between them.",
    departments: "Departments",
    departments_hint: "Their ids, for several only; everybody in them counts, at most 100 in all.",
    skip_verify: "Without the employee's confirmation",
    skip_verify_hint: "Otherwise a customer counts as added, and is greeted, when the employee has confirmed.",
    yes: "Yes",
    no: "No",
    save: "Save",
    delete_means: "Codes that have been printed or sent stop working, for good. Customers who were added and the record stay as they are.",
    config_id: "WeCom's id",
    events_of: "Events of this channel",
    table_lead: "One contact way a row, headings in the first. You see first what would be made and what is wrong; nothing is made before you say so.",
    table_columns: "Headings: name, state, user, party, skip_verify (yes or no). user or party must be there; several employees stand in one cell, with commas between them, in double quotes. At most 500 rows.",
    table_example: "name,state,user,skip_verify\nNanshan shop,shop-nanshan,zhangsan,yes\nFair,expo-2026,\"zhangsan,lisi\",yes\n",
    table: "Table",
    file: "Or choose a file",
    file_hint: "CSV or TSV, in UTF-8 or GBK, as Excel saves it.",
    preview: "Preview",
    preview_lead: "What would be made",
    line: "Line",
    column: "Column",
    fault: "Fault",
    make_all: "Create all",
    go_on: "Go on",
    row_waiting: "Waiting",
    row_running: "Being made",
    row_made: "Made",
    row_failed: "Not made",
    row_unsure: "Not known",
};

pub(super) fn write(say: SayWays<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match say {
        SayWays::NotRead { app, what, cure } => {
            write!(f, "Not all contact ways of the app `{app}` could be read: {what}. {cure}")
        }
        SayWays::Unread { count } => write!(f, "{count} more are being read; reload in a moment"),
        SayWays::More { most } => write!(f, "There are too many; the newest {most} are listed"),
        SayWays::Department { id } => write!(f, "department {id}"),
        SayWays::AndOthers { named, count } => write!(f, "{named}, {count} in all"),
        SayWays::DeleteAsk { name } => write!(f, "Delete the contact way \u{201c}{name}\u{201d}?"),
        SayWays::CameByIt { adds } => write!(f, "{adds} customers came by this channel in the last 30 days."),
        SayWays::NoPicture { why } => write!(f, "The picture of the QR code cannot be fetched: {why}"),
        SayWays::Faulty { count } => write!(f, "{count} to mend; nothing was sent"),
        SayWays::TableSound { rows } => write!(f, "The table has no fault: {rows} contact ways can be made"),
        SayWays::TableFaulty { count, rows } => {
            let faults = if count == 1 { "fault" } else { "faults" };
            write!(
                f,
                "{count} {faults}, and {rows} rows without. Mend them and look again; nothing has been made"
            )
        }
        SayWays::Unused { headings } => {
            write!(f, "Columns that mean nothing here and are not read: {headings}")
        }
        SayWays::ReadAsGbk => f.write_str("The file is not UTF-8 and was read as GBK."),
        SayWays::NoTable => f.write_str("Paste a table, or choose a file"),
        SayWays::Progress { made, all } => write!(f, "Being made: {made} of {all}"),
        SayWays::AllMade { all } => write!(f, "All {all} contact ways are made"),
        SayWays::SomeMade { made, failed, unsure, left } => {
            write!(f, "{made} made, {failed} not")?;
            if unsure > 0 {
                write!(
                    f,
                    ", {unsure} not known (look for them in the list, and make those that are missing)"
                )?;
            }
            if left > 0 { write!(f, ", {left} not begun") } else { Ok(()) }
        }
        SayWays::Stopped { left } => write!(f, "It has stopped, with {left} not made"),
        SayWays::InDays { days } => write!(f, "Last {days} days"),
    }
}
