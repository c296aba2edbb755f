//! A table as its cells, for whoever makes something else of one: with the line of each row, the faults of encoding and
//! quotes, and those of what a spreadsheet has made of a cell.

use std::sync::Arc;

use super::{
    RowFault, Rows,
    fault::row_fault,
    rows::Row,
    table::decoded,
    words::{Made, TableFault},
};
use crate::rules::document::{excel, fault::FAULTS_MAX, wrong::Quoted};

/// The cells of a table.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// The headings.
    pub headings: Vec<String>,
    /// The rows, each with the line on which it begins, from 1.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Rows that could not be read, and why.
    pub faults: Vec<RowFault>,
    /// The table was in GB18030 (GBK), as Excel saves it in China.
    pub gbk: bool,
    /// It as text.
    pub text: String,
}

/// The separator of a table: what stands in its headings.
pub(super) fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    if first.contains(',') {
        b','
    } else if first.contains('\t') {
        b'\t'
    } else if first.contains(';') {
        b';'
    } else {
        b','
    }
}

/// Reads a table of at most so many bytes and rows.
///
/// # Errors
///
/// Why nothing of it can be read.
pub fn cells(table: &[u8], (bytes_max, rows_max): (usize, usize)) -> Result<Cells, Vec<RowFault>> {
    if table.len() > bytes_max {
        return Err(vec![row_fault(1, TableFault::TooLarge { most: bytes_max })]);
    }
    let (text, gbk) = decoded(table)?;
    if text.trim().is_empty() {
        return Err(vec![row_fault(1, TableFault::Empty)]);
    }
    let delimiter = delimiter(&text);
    let Rows { rows, mut faults } = Rows::of(&text, delimiter);
    let mut rows = rows.into_iter();
    if rows.next().is_none_or(|headings| headings.broken) {
        return Err(faults);
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headings: Vec<String> = match reader.headers() {
        Ok(headings) => headings.iter().map(|heading| heading.trim().to_owned()).collect(),
        Err(error) => return Err(vec![row_fault(1, TableFault::Unreadable { error: error.to_string() })]),
    };
    let mut read = Vec::new();
    for (Row { line, broken }, record) in rows.zip(reader.records()) {
        let record = match record {
            _ if broken => continue,
            Ok(record) if record.iter().all(|cell| cell.trim().is_empty()) => continue,
            Ok(record) => record,
            Err(error) => {
                faults.push(row_fault(line, TableFault::Unreadable { error: error.to_string() }));
                continue;
            }
        };
        if read.len() == rows_max {
            faults.push(row_fault(line, TableFault::TooManyLines { most: rows_max }));
            break;
        }
        if record.iter().skip(headings.len()).any(|cell| !cell.trim().is_empty()) {
            let (cells, headings) = (record.len(), headings.len());
            faults.push(row_fault(line, TableFault::MoreCells { cells, headings }));
            continue;
        }
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().replace("\r\n", "\n")).collect();
        let spoilt = cells.iter().zip(&headings).find_map(|(cell, heading)| Some((heading, spoilt(cell)?)));
        match spoilt {
            Some((heading, fault)) => {
                faults.push(RowFault::new(line, Some(heading.clone()), Arc::new(fault)));
            }
            None => read.push((line, cells)),
        }
    }
    if read.is_empty() && faults.is_empty() {
        return Err(vec![row_fault(1, TableFault::NoRows)]);
    }
    faults.truncate(FAULTS_MAX);
    let text = text.into_owned();
    Ok(Cells { headings, rows: read, faults, gbk, text })
}

/// What a spreadsheet has made of a cell that is no longer what somebody wrote.
fn spoilt(cell: &str) -> Option<TableFault> {
    let made = if excel::is_error(cell) {
        Made::Error
    } else if excel::is_shortened(cell) {
        Made::Shortened
    } else if excel::is_formula(cell) && cell.contains(['"', '(', '!']) {
        Made::Formula
    } else {
        return None;
    };
    Some(TableFault::Spreadsheet { cell: Quoted::of(cell), made })
}
