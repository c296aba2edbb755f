//! Writes answers: tables that fit a terminal, aligned columns for other readers, JSON lines for programs.
//!
//! Everything that comes from outside (names, states, WeCom's messages) is shown without control characters: a
//! customer's channel must not be able to move an operator's cursor.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, presets};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

/// From this width on a terminal has room for all columns.
const WIDE: u16 = 120;

/// A line below the headings and no other frame, so that what people copy from a terminal is the answer and nothing else.
const ON_TERMINALS: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'a> {
    heading: &'a str,
    fit: Fit,
}

/// What a column does on a terminal that is too narrow for all of them.
#[derive(Clone, Copy, Debug)]
enum Fit {
    Whole,
    Wraps,
    IfWide,
}

impl Column<'static> {
    /// Never broken: ids, times, words.
    pub(super) const fn whole(heading: &'static str) -> Self {
        Self { heading, fit: Fit::Whole }
    }

    /// Broken over several lines where it must be.
    pub(super) const fn wraps(heading: &'static str) -> Self {
        Self { heading, fit: Fit::Wraps }
    }

    /// Left out on narrow terminals.
    pub(super) const fn if_wide(heading: &'static str) -> Self {
        Self { heading, fit: Fit::IfWide }
    }
}

impl<'a> Column<'a> {
    /// Broken over several lines where it must be, under a heading that is known only at run time.
    pub(super) fn named(heading: &'a str) -> Self {
        Self { heading, fit: Fit::Wraps }
    }
}

/// stdout of one command.
pub(super) struct Output {
    json: bool,
    terminal: bool,
    out: BufWriter<io::Stdout>,
}

impl Output {
    /// The process's stdout.
    pub(super) fn stdout(json: bool) -> Self {
        let stdout = io::stdout();
        Self { json, terminal: stdout.is_terminal(), out: BufWriter::new(stdout) }
    }

    /// Whether it carries JSON only.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether it is read by a person as it comes.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes a line of text.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// Writes one JSON document on a line of its own.
    pub(super) fn document(&mut self, document: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, document)?;
        self.out.write_all(b"\n")
    }

    /// Writes a text as it is.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Writes the document where JSON is wanted, and else the text.
    pub(super) fn either(
        &mut self,
        document: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> io::Result<()> {
        if self.json {
            self.document(document)?;
        } else {
            self.line(&text())?;
        }
        // A person waits for this line; a program can wait for the buffer to fill.
        if self.terminal { self.flush() } else { Ok(()) }
    }

    /// Writes rows below their headings, fitted to the terminal; where it is no terminal, as wide as they are.
    pub(super) fn table(&mut self, columns: &[Column<'_>], rows: Vec<Vec<String>>) -> io::Result<()> {
        let mut table = Table::new();
        table.set_header(columns.iter().map(|column| column.heading)).add_rows(rows);
        if self.terminal {
            table.load_style(ON_TERMINALS).set_content_arrangement(ContentArrangement::Dynamic);
            let narrow = table.width().is_some_and(|width| width < WIDE);
            for (index, column) in columns.iter().enumerate() {
                let Some(shown) = table.column_mut(index) else { continue };
                match column.fit {
                    Fit::Whole => shown.set_constraint(ColumnConstraint::ContentWidth),
                    Fit::IfWide if narrow => shown.set_constraint(ColumnConstraint::Hidden),
                    Fit::IfWide | Fit::Wraps => shown,
                };
            }
        } else {
            table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        }
        for line in table.lines() {
            self.line(line.trim_end())?;
        }
        self.flush()
    }

    /// Sends what has been written on its way.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a line for people to stderr. If that fails there is no other place to report it.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// One line that cannot steer a terminal: control characters become `·`.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if steers(c) { '·' } else { c }).collect()
}

/// JSON over several lines that cannot steer a terminal either. Such characters become escapes, so that it remains the same
/// JSON.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    if !text.contains(|c| c != '\n' && steers(c)) {
        return text;
    }
    let escaped = |c: char| {
        if c != '\n' && steers(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }
    };
    text.chars().map(escaped).collect()
}

/// Whether it can change what a terminal shows: control characters, and the bidirectional controls (U+202A–U+202E,
/// U+2066–U+2069), which make the text after them read in another order.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// WeCom's message, clean and without the tail of every refusal (`, hint: [17…], from ip: …, more info at https://…`), which
/// is for WeCom's support and stands in the JSON.
pub(super) fn brief(message: &str) -> String {
    let message = clean(message);
    let Some((before, tail)) = message.split_once(", hint: [") else { return message };
    let after = tail
        .split_once("query?e=")
        .map_or("", |(_, rest)| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-'));
    format!("{before}{after}")
}

/// The text, filled up or cut to so many columns of a terminal; wide characters take two.
pub(super) fn fit(text: &str, columns: usize) -> String {
    let text = clean(text);
    let width = text.width();
    if width <= columns {
        return text + &" ".repeat(columns - width);
    }
    let mut cut = String::new();
    for c in text.chars() {
        let next = cut.width() + c.to_string().width();
        if next + 1 > columns {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    let width = cut.width();
    cut + &" ".repeat(columns.saturating_sub(width))
}

/// The text, with blanks before it up to so many columns.
pub(super) fn right(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(text.width())) + text
}

/// The text, or a dash where there is none.
pub(super) fn or_dash(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).map_or_else(|| "-".to_owned(), clean)
}

/// Milliseconds as a person says them: `0.4 ms`, `5 ms`, `88 ms`, `2.5 s`, `3 min`, `2.1 h`, `4 d`.
pub(super) fn duration(milliseconds: f64) -> String {
    match milliseconds {
        ms if ms < 0.0 => format!("-{}", duration(-ms)),
        ms if ms < 9.95 && ms.fract() != 0.0 => format!("{ms:.1} ms"),
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 99_950.0 => format!("{:.1} s", ms / 1_000.0),
        ms if ms < 5_400_000.0 => format!("{:.0} min", ms / 60_000.0),
        ms if ms < 129_600_000.0 => format!("{:.1} h", ms / 3_600_000.0),
        ms => format!("{:.0} d", ms / 86_400_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(fit("张三", 6), "张三  ");
        assert_eq!(fit("A0建材批发-老李", 10), "A0建材批… ");
        assert_eq!(fit("🌸小雨🌸", 4), "🌸… ");
        assert_eq!(right("9 ms", 6), "  9 ms");
    }

    #[test]
    fn nothing_from_outside_steers_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d"), "a·[2Jb·c·d");
    }

    #[test]
    fn wecoms_messages_lose_their_tail() {
        let message = "refused (api forbidden, hint: [1700000000], from ip: 1.2.3.4, more info at https://open.work.weixin.qq.com/devtool/query?e=48002): mend it";
        assert_eq!(brief(message), "refused (api forbidden): mend it");
        assert_eq!(brief("system busy"), "system busy");
    }

    #[test]
    fn durations_stand_in_their_own_unit() {
        let shown =
            [0.43, 5.0, 9.96, 88.0, 999.6, 20_000.0, 100_000.0, 7_200_000.0, 345_600_000.0].map(duration);
        assert_eq!(shown, ["0.4 ms", "5 ms", "10 ms", "88 ms", "1.0 s", "20.0 s", "2 min", "2.0 h", "4 d"]);
    }
}
