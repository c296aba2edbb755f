//! The lines on which the rows of a table begin, and the faults of their quotes.
//!
//! The reader of CSV has no faults: a quote that is never closed makes one cell of everything behind it, and text behind a
//! closing quote is joined to the cell. In a table of greetings that would be a greeting with a hundred channels in it. So
//! the quotes are checked first, by the same states that the reader goes through.

use super::{
    fault::{RowFault, row_fault},
    words::TableFault,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// Its quotes have a fault, so that what the reader makes of it is not what somebody wrote.
    pub(super) broken: bool,
}

/// The rows of a table in the order of the reader, headings included and blank lines not.
pub(super) struct Rows {
    /// The rows up to the first quote that is closed in another row, or never: behind that nobody knows where a row
    /// begins.
    pub(super) rows: Vec<Row>,
    pub(super) faults: Vec<RowFault>,
}

/// The state of the scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    RowStart,
    CellStart,
    Bare,
    /// Inside of quotes that began on that line.
    Quoted(u64),
    /// Behind a quote inside of quotes. It closes them, unless a second one follows.
    Behind(u64),
}

impl Rows {
    /// Scans a table with that separator between its cells.
    pub(super) fn of(table: &str, delimiter: u8) -> Self {
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        let (mut at, mut line) = (At::RowStart, 1);
        let mut bytes = table.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let ends_line = byte == b'\n' || (byte == b'\r' && bytes.peek() != Some(&b'\n'));
            let is_end = byte == b'\n' || byte == b'\r';
            if at == At::RowStart && !is_end {
                rows.push(Row { line, broken: false });
                at = At::CellStart;
            }
            at = match (at, byte) {
                (At::Quoted(begun), b'"') => At::Behind(begun),
                (At::Quoted(begun), _) | (At::Behind(begun), b'"') => At::Quoted(begun),
                (At::CellStart, b'"') => At::Quoted(line),
                (_, _) if is_end => At::RowStart,
                (_, byte) if byte == delimiter => At::CellStart,
                (At::Behind(begun), _) => {
                    let lost = begun != line;
                    faults.push(row_fault(begun, TableFault::BehindQuote { begun, line }));
                    if let Some(row) = rows.last_mut() {
                        row.broken = true;
                    }
                    if lost {
                        return Self { rows, faults };
                    }
                    At::Bare
                }
                (_, _) => At::Bare,
            };
            line += u64::from(ends_line);
        }
        if let At::Quoted(begun) = at {
            faults.push(row_fault(begun, TableFault::QuoteOpen));
            if let Some(row) = rows.last_mut() {
                row.broken = true;
            }
        }
        Self { rows, faults }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &str) -> (Vec<(u64, bool)>, Vec<u64>) {
        let Rows { rows, faults } = Rows::of(table, b',');
        (
            rows.iter().map(|row| (row.line, row.broken)).collect(),
            faults.iter().map(|fault| fault.line).collect(),
        )
    }

    #[test]
    fn rows_are_those_of_the_reader_whatever_ends_the_lines() {
        let table = "a,b\n\n1,\"x\n\"\"y\"\"\n\"\n\n\n2,\"\"\n3,5\" pipe\n4,\"a, b\"";
        for end in ["\n", "\r\n", "\r"] {
            let table = table.replace('\n', end);
            let lines = [1, 3, 8, 9, 10].map(|line| (line, false)).to_vec();
            assert_eq!(read(&table), (lines, Vec::new()), "{end:?}");
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
            assert_eq!(reader.records().count(), 5, "{end:?}");
        }
    }

    #[test]
    fn a_wrong_quote_is_told_where_it_begins() {
        assert_eq!(read("a\nb,\"x\nc,y\nd,z\n"), (vec![(1, false), (2, true)], vec![2]), "closed by nothing");
        assert_eq!(
            read("a\nb,\"x\nc,\"y\"\nd,z\n"),
            (vec![(1, false), (2, true)], vec![2]),
            "closed by the quote of another row"
        );
        assert_eq!(
            read("a\nb,\"x\"y\nc,\"x\" ,z\n\"q\"\n"),
            (vec![(1, false), (2, true), (3, true), (4, false)], vec![2, 3]),
            "text behind it"
        );
    }
}
