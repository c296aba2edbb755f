//! Statistics as a table that Excel opens: UTF-8 with a byte order mark, without which it reads Chinese as another encoding.
//!
//! Channels, employees' ids and names of rules come from outside, and whoever opens the table must not run what they
//! wrote: a cell that Excel would take for a formula begins with an apostrophe (OWASP, CSV injection).

use super::{Column, shown_key};
use crate::{
    language::Language,
    store::{By, StatsRow},
};

/// The byte order mark.
const BOM: &str = "\u{feff}";

/// What a formula begins with, in the width of Chinese characters as well, and the blanks that hide one.
const BEGINS_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The most digits of a number that Excel keeps; it makes zeros of the rest.
const DIGITS_KEPT: usize = 15;

/// The rows as CSV, with headings in that language; in English they are the names in JSON. Empty keys stay empty.
pub fn to_csv(by: By, rows: &[StatsRow], language: Language) -> String {
    let columns = Column::all(by);
    let mut text = BOM.to_owned();
    let heading = |column: &Column| match language {
        Language::Zh => column.heading(language).to_owned(),
        Language::En => column.name().to_owned(),
    };
    push_line(&mut text, columns.iter().map(heading));
    for row in rows {
        let cell = |column: &Column| match column {
            Column::Key(_) if row.key.is_empty() => String::new(),
            Column::Key(_) if by.is_time() => shown_key(by, &row.key, language),
            Column::Key(_) => harmless(&row.key),
            column => column.figure(row).map(|figure| figure.to_string()).unwrap_or_default(),
        };
        push_line(&mut text, columns.iter().map(cell));
    }
    text
}

fn push_line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// A text from outside as a cell that Excel shows as it is.
fn harmless(key: &str) -> String {
    if key.trim_start().starts_with(BEGINS_FORMULA) || key.starts_with(BEGINS_FORMULA) {
        return format!("'{key}");
    }
    // A channel of 19 digits stays one where a tab makes a text of it, as in the statements that Chinese banks give out.
    let is_long = key.len() > DIGITS_KEPT && key.bytes().all(|byte| byte.is_ascii_digit());
    if is_long { format!("{key}\t") } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Percentiles;

    fn row(key: &str) -> StatsRow {
        let welcome_ms = Percentiles { p50: Some(88), p90: Some(140), p99: None };
        StatsRow { key: key.into(), adds: 3, lost: 4, net: -1, welcome_ms, ..StatsRow::default() }
    }

    #[test]
    fn a_table_has_its_mark_its_headings_and_a_line_a_key() {
        assert_eq!(
            to_csv(By::State, &[row("spring"), row("")], Language::En),
            "\u{feff}key,adds,welcomed,missed,no_code,no_rule,tagged,tags_failed,lost,deleted_by_employee,net,\
             welcome_ms_p50,welcome_ms_p90,welcome_ms_p99\r\n\
             spring,3,0,0,0,0,0,0,4,0,-1,88,140,\r\n,3,0,0,0,0,0,0,4,0,-1,88,140,\r\n"
        );
        let chinese = to_csv(By::Hour, &[row("2026-03-01T09:00:00+08:00")], Language::Zh);
        assert!(chinese.starts_with("\u{feff}小时,新增,已欢迎,"), "{chinese}");
        assert!(chinese.contains("\r\n2026-03-01 09:00,3,"), "{chinese}");
    }

    #[test]
    fn nothing_from_outside_is_a_formula_or_another_cell() {
        for (key, cell) in [
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("\u{3000}=1", "'\u{3000}=1"),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("1866127734050410496", "1866127734050410496\t"),
            ("618", "618"),
            ("春季", "春季"),
        ] {
            let table = to_csv(By::State, &[row(key)], Language::En);
            let line = table.split_once("p99\r\n").unwrap().1;
            assert_eq!(line, format!("{cell},3,0,0,0,0,0,0,4,0,-1,88,140,\r\n"), "{key:?}");
        }
    }
}
