//! What can be wrong with a table of channels, in English.

use super::{Made, TableFault};
use crate::{
    language::Language,
    rules::document::wrong::{Quoted, Said},
};

/// How to keep the values of a column as they are.
const AS_TEXT: &str = "in Excel take the table in by 数据 → 自文本/CSV (Data → From Text/CSV) and choose 文本 (Text) \
                       for this column, or make the column 文本 before pasting into it; then save it as CSV UTF-8";

pub(super) fn say(fault: &TableFault) -> Said {
    match fault {
        TableFault::TooLarge { most } => {
            Said::new(format!("the table has more than {most} bytes"), "split it")
        }
        TableFault::Encoding => Said::new(
            "the table is neither UTF-8 nor GBK",
            "save it as \"CSV UTF-8\" in the spreadsheet, not as .xls or .xlsx",
        ),
        TableFault::Empty => Said::new(
            "the table is empty",
            "begin it with headings, as 渠道,欢迎语,标签, and give each channel a row",
        ),
        TableFault::Unreadable { error } => Said::new(format!("cannot be read: {error}"), "mend the row"),
        TableFault::TooManyRows { most } => Said::new(
            format!("is beyond the first {most} rows, and a rules file has no more rules"),
            "remove channels that are out of use, or turn parts of the table into files (--to) and make one \
             rule there of channels that are greeted alike (state: [a, b])",
        ),
        TableFault::TooManyLines { most } => Said::new(
            format!("it is behind the first {most} rows, which is as many as are read at once"),
            "put the rest into another table",
        ),
        TableFault::NoRows => {
            Said::new("there are no rows below the headings", "add one for each channel")
        }
        TableFault::SameHeadings { first, second } => Said::new(
            format!("{} and {} mean the same", first.en(), second.en()),
            "rename or remove one of the two columns",
        ),
        TableFault::NoChannelColumn { wide } => Said::new(
            "there is no column with the channel",
            if *wide {
                "put `,` between the headings and between the cells: `\u{ff0c}` is another character"
            } else {
                "name the column of the contact way's `state` either state or 渠道"
            },
        ),
        TableFault::NothingToDoColumn => Said::new(
            "there is no column with a greeting or with tags",
            "name the columns text or 欢迎语, and tags or 标签",
        ),
        TableFault::MoreCells { cells, headings } => Said::new(
            format!("has {cells} cells below {headings} headings"),
            "put a text with a comma or a line break in \"quotes\"",
        ),
        TableFault::DoesNothing => {
            Said::new("does nothing", "give it a greeting or tags, or remove the row")
        }
        TableFault::NoUserid { user, typed } => Said::new(
            format!("{} is no userid", user.en()),
            typed.as_ref().map_or_else(
                || {
                    "write the account that the console shows of the employee, as in zhangsan, or empty the cell"
                        .to_owned()
                },
                |typed| typed.say(Language::En),
            ),
        ),
        TableFault::ChannelTwice { line, state } => {
            let whom = state.as_ref().map_or_else(|| "everybody else".to_owned(), Quoted::en);
            Said::new(format!("the row in line {line} is for {whom} already"), "keep one of the two")
        }
        TableFault::TagWithoutGroup(tag) => Said::new(
            format!("the tag {} has no group", tag.en()),
            "write it as 标签组/标签, or add a column 标签组",
        ),
        TableFault::Spreadsheet { cell, made } => {
            Said::new(format!("{} {}", cell.en(), self::made(*made)), AS_TEXT)
        }
        TableFault::QuoteOpen => Said::new(
            "begins a cell with a quote that nothing closes, and all rows below would be a part of it",
            "close it with `\"` where the cell ends; a quote inside of it is written twice (`\"\"`)",
        ),
        TableFault::BehindQuote { begun, line } => Said::new(
            if begun == line {
                "has text behind the quote that closes a cell".to_owned()
            } else {
                format!("begins a cell with a quote that is closed in line {line}, and there text follows it")
            },
            "close a quoted cell where it ends, right before the next separator; a quote inside of it is written \
             twice (`\"\"`)",
        ),
    }
}

fn made(made: Made) -> &'static str {
    match made {
        Made::Error => "is what Excel shows for a formula that failed or a column that is too narrow",
        Made::Shortened => "is a number that Excel has shortened, and its last digits are lost",
        Made::Formula => "is a formula, and not its value",
        Made::Rounded => "may have ended in other digits than 0: Excel keeps 15 digits of a number",
        Made::Date => "may be a date that Excel has made of a channel such as `3-1`",
    }
}
