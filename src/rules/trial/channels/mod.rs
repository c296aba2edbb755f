//! A rules file made of a table of channels (渠道活码), as other systems export it, for whoever comes from one.
//!
//! One row is one rule: the channel's `state`, its greeting, its tags. Headings may be English or as common products write
//! them; columns that mean nothing here are listed and ignored. Every fault has its row. Placeholders of other products
//! stay as they are, because the reader of rules knows them and notes how it reads them.

mod fault;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod write;

use std::collections::HashMap;

use serde::Serialize;

use crate::language::Language;
use crate::rules::{
    document::{
        excel,
        fault::{FAULTS_MAX, Fault, quoted},
        outside::is_userid,
        typed,
        yaml::DOCUMENT_BYTES_MAX,
    },
    file::{RULES_MAX, limits::RULE_NAME_CHARACTERS_MAX},
    plan::ruleset::Ruleset,
};
pub use fault::RowFault;
use fault::row_fault;
use rows::{Row, Rows};
use table::{Column, decoded, known, parts};
use write::Rule;

/// The size of a table: as much as a rules file may have, and as much again in columns that mean nothing here.
const TABLE_BYTES_MAX: usize = 2 * DOCUMENT_BYTES_MAX;

/// A rules file made of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channels {
    /// The file as YAML, which has been checked.
    pub document: String,
    /// How many rules it has.
    pub rules: usize,
    /// Headings that mean nothing here.
    pub unused: Vec<String>,
    /// The table was in GB18030 (GBK), as Excel saves it in China.
    pub gbk: bool,
    /// The notes of the check, such as how placeholders of other products are read.
    pub notes: Vec<Noted>,
}

/// Something in a table that is no fault and still worth a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Noted {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// What was written, and how it is read.
    pub what: String,
}

impl std::fmt::Display for Noted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.line, self.what)
    }
}

/// Makes a rules file of a table with headings. `name` is the table's, for the first line of the file.
pub fn channels(table: &[u8], name: &str) -> Result<Channels, Vec<RowFault>> {
    if table.len() > TABLE_BYTES_MAX {
        let what = format!("the table has more than {TABLE_BYTES_MAX} bytes");
        return Err(vec![row_fault(1, what, "split it")]);
    }
    let (text, gbk) = decoded(table)?;
    if text.trim().is_empty() {
        let mend = "begin it with headings, as 渠道,欢迎语,标签, and give each channel a row";
        return Err(vec![row_fault(1, "the table is empty", mend)]);
    }
    let mut conversion = Conversion::default();
    conversion.rows(&text);
    if conversion.rules.is_empty() {
        return Err(conversion.in_order());
    }
    // The rows that could be read are checked as rules even if others could not, so that one run finds all faults.
    let document = write::document(name, &conversion.rules);
    let compiled = Ruleset::compile(&document, 0);
    let ruleset = match compiled {
        Ok(ruleset) if conversion.faults.is_empty() => ruleset,
        Ok(_) => return Err(conversion.in_order()),
        Err(faults) => {
            for fault in faults.faults {
                let fault = conversion.of_row(fault);
                conversion.add(fault);
            }
            return Err(conversion.in_order());
        }
    };
    let notes = ruleset.notes().iter().map(|note| {
        let rule = write::rule_at(&document, note.line).and_then(|rule| conversion.rules.get(rule));
        Noted { line: rule.map_or(1, |rule| rule.line), what: note.what(Language::En) }
    });
    let mut notes: Vec<Noted> = conversion.notes.iter().cloned().chain(notes).collect();
    notes.sort_by_key(|note| note.line);
    Ok(Channels { document, rules: conversion.rules.len(), unused: conversion.unused, gbk, notes })
}

#[derive(Default)]
struct Conversion {
    columns: HashMap<Column, (usize, String)>,
    unused: Vec<String>,
    rules: Vec<Rule>,
    faults: Vec<RowFault>,
    notes: Vec<Noted>,
}

impl Conversion {
    fn rows(&mut self, text: &str) {
        let first = text.lines().next().unwrap_or_default();
        let delimiter = if !first.contains(',') && first.contains('\t') {
            b'\t'
        } else if !first.contains(',') && first.contains(';') {
            b';'
        } else {
            b','
        };
        let Rows { rows, faults } = Rows::of(text, delimiter);
        for fault in faults {
            self.add(fault);
        }
        let mut rows = rows.into_iter();
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        if rows.next().is_none_or(|headings| headings.broken) {
            return;
        }
        let before = self.faults.len();
        match reader.headers() {
            Ok(headings) => {
                let headings = headings.clone();
                self.headings(&headings);
            }
            Err(error) => self.add(row_fault(1, format!("cannot be read: {error}"), "mend the row")),
        }
        if self.faults.len() > before {
            return;
        }
        let width = reader.headers().map_or(0, csv::StringRecord::len);
        let (mut read, mut too_many) = (0, None);
        for (Row { line, broken }, record) in rows.zip(reader.records()) {
            match record {
                _ if broken => {}
                Ok(record) if record.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(_) if read == RULES_MAX => {
                    too_many.get_or_insert(line);
                }
                Ok(record) => {
                    read += 1;
                    self.row(line, &record, width);
                }
                Err(error) => {
                    self.add(row_fault(line, format!("cannot be read: {error}"), "mend the row"));
                }
            }
        }
        if let Some(line) = too_many {
            // Importing the table in parts is no way out: each import replaces all rules.
            let mend = "remove channels that are out of use, or turn parts of the table into files (--to) and make one \
                        rule there of channels that are greeted alike (state: [a, b])";
            let what = format!("is beyond the first {RULES_MAX} rows, and a rules file has no more rules");
            self.add(row_fault(line, what, mend));
        }
        if self.rules.is_empty() && self.faults.is_empty() {
            self.add(row_fault(1, "there are no rows below the headings", "add one for each channel"));
        }
    }

    fn add(&mut self, fault: RowFault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    fn in_order(mut self) -> Vec<RowFault> {
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }

    fn headings(&mut self, headings: &csv::StringRecord) {
        for (at, heading) in headings.iter().enumerate() {
            let heading = heading.trim();
            let Some(column) = known(heading) else {
                if !heading.is_empty() {
                    self.unused.push(heading.to_owned());
                }
                continue;
            };
            if let Some((_, first)) = self.columns.get(&column) {
                let what = format!("{} and {} mean the same", quoted(first), quoted(heading));
                self.faults.push(row_fault(1, what, "rename or remove one of the two columns"));
            } else {
                self.columns.insert(column, (at, heading.to_owned()));
            }
        }
        if !self.columns.contains_key(&Column::State) {
            let wide = headings.iter().any(|heading| heading.contains(['\u{ff0c}', '\u{ff1b}', '\u{3001}']));
            let mend = if wide && headings.len() == 1 {
                "put `,` between the headings and between the cells: `\u{ff0c}` is another character"
            } else {
                "name the column of the contact way's `state` either state or 渠道"
            };
            self.faults.push(row_fault(1, "there is no column with the channel", mend));
        }
        let does = [Column::Text, Column::Tags, Column::RemarkName, Column::RemarkDescription];
        if !does.iter().any(|column| self.columns.contains_key(column)) {
            let mend = "name the columns text or 欢迎语, and tags or 标签";
            self.faults.push(row_fault(1, "there is no column with a greeting or with tags", mend));
        }
    }

    /// A fault of one column of a row.
    fn wrong(&mut self, line: u64, column: Column, what: String, mend: &str) {
        let column = self.columns.get(&column).map(|(_, heading)| heading.clone());
        self.add(RowFault { line, column, what, mend: mend.to_owned() });
    }

    fn row(&mut self, line: u64, record: &csv::StringRecord, width: usize) {
        if record.len() > width && record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            let what = format!("has {} cells below {width} headings", record.len());
            self.add(row_fault(line, what, "put a text with a comma or a line break in \"quotes\""));
            return;
        }
        let cell = |column: Column| {
            let at = self.columns.get(&column).map(|(at, _)| *at);
            at.and_then(|at| record.get(at)).map(str::trim).unwrap_or_default().replace("\r\n", "\n")
        };
        let (state, text) = (cell(Column::State), cell(Column::Text));
        let (group, users) = (cell(Column::TagGroup), cell(Column::User));
        let (written, tags) = (cell(Column::Name), cell(Column::Tags));
        let remark = [("name", cell(Column::RemarkName)), ("description", cell(Column::RemarkDescription))];
        let faults_before = self.faults.len();
        for (column, text) in [
            (Column::State, &state),
            (Column::Name, &written),
            (Column::Text, &text),
            (Column::Tags, &tags),
            (Column::TagGroup, &group),
            (Column::User, &users),
            (Column::RemarkName, &remark[0].1),
            (Column::RemarkDescription, &remark[1].1),
        ] {
            self.excel(line, column, text);
        }
        // What Excel has made of a cell is not what stood there: to go on with it would only give more faults.
        if self.faults.len() > faults_before {
            return;
        }
        let users = parts(&users);
        for user in users.iter().filter(|user| !is_userid(user)) {
            let mend =
                "write the account that the console shows of the employee, as in zhangsan, or empty the cell";
            let mend = typed::mend(user).map_or_else(|| mend.to_owned(), |typed| typed.say(Language::En));
            self.wrong(line, Column::User, format!("{} is no userid", quoted(user)), &mend);
        }
        let same_users = |rule: &Rule| {
            rule.users.len() == users.len()
                && rule.users.iter().zip(&users).all(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        let same = |rule: &&Rule| rule.state == state && same_users(rule);
        if let Some(earlier) = self.rules.iter().find(same) {
            let whom = if state.is_empty() { "everybody else".to_owned() } else { quoted(&state) };
            let what = format!("the row in line {} is for {whom} already", earlier.line);
            self.wrong(line, Column::State, what, "keep one of the two");
        }
        let tags: Vec<String> = parts(&tags).iter().filter_map(|tag| self.tag(line, tag, &group)).collect();
        if text.is_empty() && tags.is_empty() && remark.iter().all(|(_, text)| text.is_empty()) {
            self.add(row_fault(line, "does nothing", "give it a greeting or tags, or remove the row"));
        }
        let name = self.name(&written, &state);
        self.rules.push(Rule { line, name, state, users, text, tags, remark });
    }

    /// Adds faults and notes for what a spreadsheet has made of a cell.
    fn excel(&mut self, line: u64, column: Column, cell: &str) {
        let is_id = !matches!(column, Column::Text | Column::RemarkName | Column::RemarkDescription);
        // Nobody writes such a thing as one of several values.
        let what = if excel::is_error(cell) {
            "is what Excel shows for a formula that failed or a column that is too narrow"
        } else if is_id && excel::is_shortened(cell) {
            "is a number that Excel has shortened, and its last digits are lost"
        } else if excel::is_formula(cell) && cell.contains(['"', '(', '!']) {
            "is a formula, and not its value"
        } else if column == Column::State && excel::is_rounded(cell) {
            self.note(
                line,
                &format!(
                    "{} may have ended in other digits than 0: Excel keeps 15 digits of a number",
                    quoted(cell)
                ),
            );
            return;
        } else if column == Column::State && excel::is_date(cell) {
            self.note(
                line,
                &format!("{} may be a date that Excel has made of a channel such as `3-1`", quoted(cell)),
            );
            return;
        } else {
            return;
        };
        self.wrong(line, column, format!("{} {what}", quoted(cell)), excel::AS_TEXT);
    }

    fn note(&mut self, line: u64, what: &str) {
        if self.notes.len() < FAULTS_MAX {
            self.notes.push(Noted { line, what: format!("{what}; {}", excel::AS_TEXT) });
        }
    }

    /// A name that no other rule has: the one in the table or else the channel's, with a number behind it where it is
    /// taken.
    fn name(&self, written: &str, state: &str) -> String {
        let plain = |text: &str| -> String {
            let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            text.trim().chars().take(RULE_NAME_CHARACTERS_MAX).collect::<String>().trim().to_owned()
        };
        let or_everyone = |text: String| if text.is_empty() { "everyone".to_owned() } else { text };
        let wanted = or_everyone(plain(if written.is_empty() { state } else { written }));
        let taken = |name: &String| self.rules.iter().any(|rule| rule.name == *name);
        if !taken(&wanted) {
            return wanted;
        }
        let mut numbers = 2..;
        let tail = |number: usize| format!(" {number}");
        loop {
            let tail = tail(numbers.next().unwrap_or_default());
            let kept: String = wanted.chars().take(RULE_NAME_CHARACTERS_MAX - tail.chars().count()).collect();
            let name = kept + &tail;
            if !taken(&name) {
                return name;
            }
        }
    }

    /// A tag as rules name it: an id, or `Group/Tag`.
    fn tag(&mut self, line: u64, tag: &str, group: &str) -> Option<String> {
        let is_id = (tag.starts_with("et") || tag.starts_with("st"))
            && tag.len() >= 20
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        if is_id || tag.contains('/') {
            return Some(tag.to_owned());
        }
        // A slash or colon of a Chinese input method, where there is no other.
        if let Some((group, name)) = tag.split_once([':', '\u{ff1a}', '\u{ff0f}']) {
            return Some(format!("{}/{}", group.trim(), name.trim()));
        }
        if !group.is_empty() {
            return Some(format!("{group}/{tag}"));
        }
        let mend = "write it as 标签组/标签, or add a column 标签组";
        self.wrong(line, Column::Tags, format!("the tag {} has no group", quoted(tag)), mend);
        None
    }

    /// A fault of the rules file as a fault of the row that the rule was made of.
    fn of_row(&self, fault: Fault) -> RowFault {
        let index = fault.path.strip_prefix("rules[").and_then(|rest| rest.split(']').next()?.parse().ok());
        let rule = index.and_then(|index: usize| self.rules.get(index));
        let column = if fault.path.contains(".welcome") {
            Some(Column::Text)
        } else if fault.path.contains(".tag") {
            Some(Column::Tags)
        } else if fault.path.contains(".state") {
            Some(Column::State)
        } else if fault.path.contains(".remark.name") {
            Some(Column::RemarkName)
        } else if fault.path.contains(".remark.description") {
            Some(Column::RemarkDescription)
        } else {
            None
        };
        let heading = column.and_then(|column| self.columns.get(&column));
        RowFault {
            line: rule.map_or(1, |rule| rule.line),
            column: heading.map(|(_, heading)| heading.clone()),
            what: fault.what(Language::En),
            mend: fault.mend(Language::En),
        }
    }
}
