//! Statements over many rows of values, in a few sizes that stay prepared.

use std::sync::OnceLock;

use super::connection::Tx;

/// The most rows in one statement, and so in a batch. More would gain a few per cent a row, while the first row waits
/// for the last.
pub(in crate::store) const ROWS_MAX: usize = 128;

/// A statement over many rows of values: `WITH v (columns) AS (VALUES …)`, then whatever is done with them.
///
/// Texts exist in powers of two, so that a handful of prepared statements serves every size. Rows that are left over are
/// filled with NULLs, and each statement skips rows whose first column is NULL.
pub(in crate::store) struct Multirow {
    columns: &'static [&'static str],
    statement: &'static str,
    sqlite: [OnceLock<String>; 8],
    postgres: [OnceLock<String>; 8],
}

impl Multirow {
    pub(in crate::store) const fn new(columns: &'static [&'static str], statement: &'static str) -> Self {
        Self {
            columns,
            statement,
            sqlite: [const { OnceLock::new() }; 8],
            postgres: [const { OnceLock::new() }; 8],
        }
    }

    /// The text for up to [`ROWS_MAX`] rows, and for how many rows it has parameters.
    pub(in crate::store) fn text(&'static self, tx: &Tx, rows: usize) -> (&'static str, usize) {
        let power = rows.next_power_of_two().trailing_zeros().min(7) as usize;
        let size = 1 << power;
        // Differs because SQLite looks up each numbered parameter among all of them, which took a quarter of the time
        // of a batch of 128; PostgreSQL has only numbered ones.
        let text = if tx.is_postgres() {
            self.postgres[power].get_or_init(|| self.build(size, |place| format!("${place}")))
        } else {
            self.sqlite[power].get_or_init(|| self.build(size, |_| "?".to_owned()))
        };
        (text, size)
    }

    /// The text for a few rows with something else in each column's place, to be explained.
    pub(in crate::store) fn to_explain(&self, place: impl Fn(&'static str) -> String) -> String {
        self.build(8, |number| place(self.columns[(number - 1) % self.columns.len()]))
    }

    fn build(&self, rows: usize, place: impl Fn(usize) -> String) -> String {
        let width = self.columns.len();
        let row = |row: usize| {
            let places: Vec<_> = (1..=width).map(|column| place(row * width + column)).collect();
            format!("({})", places.join(", "))
        };
        let values: Vec<_> = (0..rows).map(row).collect();
        format!("WITH v ({}) AS (VALUES {}) {}", self.columns.join(", "), values.join(", "), self.statement)
    }
}

/// The rows, then as many `None`s as the statement has further rows.
pub(in crate::store) fn padded<T>(rows: &[T], places: usize) -> impl Iterator<Item = Option<&T>> {
    rows.iter().map(Some).chain(std::iter::repeat_with(|| None)).take(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_as_many_places_as_rows() {
        static PAIRS: Multirow = Multirow::new(&["id", "epoch"], "SELECT id FROM v");
        let numbered = PAIRS.build(2, |place| format!("${place}"));
        assert_eq!(numbered, "WITH v (id, epoch) AS (VALUES ($1, $2), ($3, $4)) SELECT id FROM v");
        assert_eq!(padded(&[1, 2, 3], 4).collect::<Vec<_>>(), [Some(&1), Some(&2), Some(&3), None]);
    }
}
