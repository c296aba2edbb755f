//! A rules file made of a table of channels (渠道活码), as other systems export it, for whoever comes from one.
//!
//! One row is one rule: the channel's `state`, its greeting, its tags. Headings may be English or as common products write
//! them; columns that mean nothing here are listed and ignored. Every fault has its row. Placeholders of other products
//! stay as they are, because the reader of rules knows them and notes how it reads them.

mod cells;
mod fault;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod words;
mod write;

use std::{collections::HashMap, sync::Arc};

use crate::rules::{
    document::{
        excel,
        fault::{FAULTS_MAX, Fault},
        outside::is_userid,
        typed,
        wrong::Quoted,
        yaml::DOCUMENT_BYTES_MAX,
    },
    file::{RULES_MAX, limits::RULE_NAME_CHARACTERS_MAX},
    plan::ruleset::Ruleset,
};
pub use cells::{Cells, cells};
use fault::row_fault;
pub use fault::{Noted, RowFault};
use rows::{Row, Rows};
use table::{Column, decoded, known, parts};
use words::{Made, TableFault};
use write::Rule;

/// The size of a table: as much as a rules file may have, and as much again in columns that mean nothing here.
const TABLE_BYTES_MAX: usize = 2 * DOCUMENT_BYTES_MAX;

/// A rules file made of a table.
#[derive(Clone, Debug)]
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

/// Makes a rules file of a table with headings. `name` is the table's, for the first line of the file.
pub fn channels(table: &[u8], name: &str) -> Result<Channels, Vec<RowFault>> {
    if table.len() > TABLE_BYTES_MAX {
        return Err(vec![row_fault(1, TableFault::TooLarge { most: TABLE_BYTES_MAX })]);
    }
    let (text, gbk) = decoded(table)?;
    if text.trim().is_empty() {
        return Err(vec![row_fault(1, TableFault::Empty)]);
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
                let fault = conversion.of_row(&fault);
                conversion.add(fault);
            }
            return Err(conversion.in_order());
        }
    };
    let notes = ruleset.notes().iter().map(|note| {
        let rule = write::rule_at(&document, note.line).and_then(|rule| conversion.rules.get(rule));
        Noted::new(rule.map_or(1, |rule| rule.line), note.wrong())
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
        let delimiter = cells::delimiter(text);
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
            Err(error) => self.add(row_fault(1, TableFault::Unreadable { error: error.to_string() })),
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
                    self.add(row_fault(line, TableFault::Unreadable { error: error.to_string() }));
                }
            }
        }
        if let Some(line) = too_many {
            // Importing the table in parts is no way out: each import replaces all rules.
            self.add(row_fault(line, TableFault::TooManyRows { most: RULES_MAX }));
        }
        if self.rules.is_empty() && self.faults.is_empty() {
            self.add(row_fault(1, TableFault::NoRows));
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
                let (first, second) = (Quoted::of(first), Quoted::of(heading));
                self.faults.push(row_fault(1, TableFault::SameHeadings { first, second }));
            } else {
                self.columns.insert(column, (at, heading.to_owned()));
            }
        }
        if !self.columns.contains_key(&Column::State) {
            let wide = headings.iter().any(|heading| heading.contains(['\u{ff0c}', '\u{ff1b}', '\u{3001}']));
            let wide = wide && headings.len() == 1;
            self.faults.push(row_fault(1, TableFault::NoChannelColumn { wide }));
        }
        let does = [Column::Text, Column::Tags, Column::RemarkName, Column::RemarkDescription];
        if !does.iter().any(|column| self.columns.contains_key(column)) {
            self.faults.push(row_fault(1, TableFault::NothingToDoColumn));
        }
    }

    /// A fault of one column of a row.
    fn wrong(&mut self, line: u64, column: Column, fault: TableFault) {
        let column = self.columns.get(&column).map(|(_, heading)| heading.clone());
        self.add(RowFault::new(line, column, Arc::new(fault)));
    }

    fn row(&mut self, line: u64, record: &csv::StringRecord, width: usize) {
        if record.len() > width && record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            let (cells, headings) = (record.len(), width);
            self.add(row_fault(line, TableFault::MoreCells { cells, headings }));
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
            let (user, typed) = (Quoted::of(user), typed::mend(user));
            self.wrong(line, Column::User, TableFault::NoUserid { user, typed });
        }
        let same_users = |rule: &Rule| {
            rule.users.len() == users.len()
                && rule.users.iter().zip(&users).all(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        let same = |rule: &&Rule| rule.state == state && same_users(rule);
        if let Some(earlier) = self.rules.iter().find(same) {
            let (earlier, state) = (earlier.line, (!state.is_empty()).then(|| Quoted::of(&state)));
            self.wrong(line, Column::State, TableFault::ChannelTwice { line: earlier, state });
        }
        let tags: Vec<String> = parts(&tags).iter().filter_map(|tag| self.tag(line, tag, &group)).collect();
        if text.is_empty() && tags.is_empty() && remark.iter().all(|(_, text)| text.is_empty()) {
            self.add(row_fault(line, TableFault::DoesNothing));
        }
        let name = self.name(&written, &state);
        self.rules.push(Rule { line, name, state, users, text, tags, remark });
    }

    /// Adds faults and notes for what a spreadsheet has made of a cell.
    fn excel(&mut self, line: u64, column: Column, cell: &str) {
        let is_id = !matches!(column, Column::Text | Column::RemarkName | Column::RemarkDescription);
        // Nobody writes such a thing as one of several values.
        let made = if excel::is_error(cell) {
            Made::Error
        } else if is_id && excel::is_shortened(cell) {
            Made::Shortened
        } else if excel::is_formula(cell) && cell.contains(['"', '(', '!']) {
            Made::Formula
        } else if column == Column::State && excel::is_rounded(cell) {
            Made::Rounded
        } else if column == Column::State && excel::is_date(cell) {
            Made::Date
        } else {
            return;
        };
        let fault = TableFault::Spreadsheet { cell: Quoted::of(cell), made };
        match made {
            Made::Error | Made::Shortened | Made::Formula => self.wrong(line, column, fault),
            Made::Rounded | Made::Date if self.notes.len() == FAULTS_MAX => {}
            Made::Rounded | Made::Date => self.notes.push(Noted::new(line, Arc::new(fault))),
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
        self.wrong(line, Column::Tags, TableFault::TagWithoutGroup(Quoted::of(tag)));
        None
    }

    /// A fault of the rules file as a fault of the row that the rule was made of.
    fn of_row(&self, fault: &Fault) -> RowFault {
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
        let column = heading.map(|(_, heading)| heading.clone());
        RowFault::new(rule.map_or(1, |rule| rule.line), column, fault.wrong())
    }
}
