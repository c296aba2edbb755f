//! Writes answers: tables that fit a terminal, aligned columns for other readers, JSON lines for programs.
//!
//! Everything that comes from outside (names, states, WeCom's messages) is shown without control characters: a
//! customer's channel must not be able to move an operator's cursor.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, presets};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::{
    flow::client_words::without_hint,
    language::{Language, Sentence},
};

/// Between two columns.
const GAP: u16 = 2;

/// What a column that may be broken over several lines is given at the least.
const WRAPPED_MIN: usize = 12;

/// A line below the headings and no other frame, so that what people copy from a terminal is the answer and nothing else.
const ON_TERMINALS: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'a> {
    heading: &'a str,
    /// Whether it may be broken over several lines.
    wraps: bool,
    /// How early it is left out on a terminal that is too narrow for all; 0: never.
    leaves: u8,
}

impl<'a> Column<'a> {
    /// Never broken: ids, times, words.
    pub(super) const fn whole(heading: &'a str) -> Self {
        Self { heading, wraps: false, leaves: 0 }
    }

    /// Broken over several lines where it must be.
    pub(super) const fn wraps(heading: &'a str) -> Self {
        Self { heading, wraps: true, leaves: 0 }
    }

    /// Left out where a terminal is too narrow, those with the highest number first.
    pub(super) const fn leaves(self, rank: u8) -> Self {
        Self { leaves: rank, ..self }
    }
}

/// stdout of one command.
pub(super) struct Output {
    json: bool,
    language: Language,
    terminal: bool,
    out: BufWriter<io::Stdout>,
}

impl Output {
    /// The process's stdout.
    pub(super) fn stdout(json: bool, language: Language) -> Self {
        let stdout = io::stdout();
        Self { json, language, terminal: stdout.is_terminal(), out: BufWriter::new(stdout) }
    }

    /// Whether it carries JSON only.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// In which language people read it.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// Writes a sentence on a line of its own.
    pub(super) fn sentence(&mut self, sentence: &impl Sentence) -> io::Result<()> {
        self.line(&sentence.to(self.language))
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
        let width = if self.terminal { Table::new().width() } else { None };
        for line in arranged(columns, rows, self.terminal, width) {
            self.line(line.trim_end())?;
        }
        self.flush()
    }

    /// Sends what has been written on its way.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The lines of a table for a terminal of that width, or for no terminal.
fn arranged(
    columns: &[Column<'_>],
    rows: Vec<Vec<String>>,
    terminal: bool,
    width: Option<u16>,
) -> Vec<String> {
    let natural: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width());
            cells.chain([column.heading.width()]).max().unwrap_or_default()
        })
        .collect();
    let (shown, fits) = match width {
        Some(width) => chosen(columns, &natural, usize::from(width)),
        None => (vec![true; columns.len()], false),
    };
    let mut table = Table::new();
    table.set_header(columns.iter().map(|column| column.heading)).add_rows(rows);
    table.load_style(if terminal { ON_TERMINALS } else { presets::NOTHING });
    // Where even what must be shown is too wide, lines run over the edge: an id that the terminal breaks can be copied.
    table.set_content_arrangement(if fits {
        ContentArrangement::Dynamic
    } else {
        ContentArrangement::Disabled
    });
    if let Some(width) = width {
        table.set_width(width);
    }
    for (index, column) in columns.iter().enumerate() {
        let Some(shown_column) = table.column_mut(index) else { continue };
        shown_column.set_padding((0, GAP));
        if !shown[index] {
            shown_column.set_constraint(ColumnConstraint::Hidden);
        } else if !column.wraps {
            shown_column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.lines().collect()
}

/// Which columns are shown on a terminal of that width, and whether they fit then.
fn chosen(columns: &[Column<'_>], natural: &[usize], width: usize) -> (Vec<bool>, bool) {
    let needs = |index: usize| {
        let least = if columns[index].wraps { natural[index].min(WRAPPED_MIN) } else { natural[index] };
        least + usize::from(GAP)
    };
    let mut shown = vec![true; columns.len()];
    loop {
        let needed: usize = (0..columns.len()).filter(|index| shown[*index]).map(needs).sum();
        if needed <= width {
            return (shown, true);
        }
        let leaving = (0..columns.len())
            .filter(|index| shown[*index] && columns[*index].leaves > 0)
            .max_by_key(|index| columns[*index].leaves);
        match leaving {
            Some(index) => shown[index] = false,
            None => return (shown, false),
        }
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

/// WeCom's message, clean and without what is for WeCom's support and stands in the JSON.
pub(super) fn brief(message: &str) -> String {
    without_hint(&clean(message))
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

    const EVENTS: [Column; 5] = [
        Column::whole("id"),
        Column::whole("received").leaves(1),
        Column::wraps("state").leaves(2),
        Column::whole("customer"),
        Column::wraps("rule").leaves(3),
    ];

    fn table(terminal: bool, width: Option<u16>) -> Vec<String> {
        let row = [
            "17",
            "03-01 09:00:00",
            "华东-春季-门店-南京西路店",
            "wmQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g",
            "春季活动 的 欢迎语 for everybody in the east",
        ];
        arranged(&EVENTS, vec![row.map(str::to_owned).to_vec()], terminal, width)
    }

    #[test]
    fn ids_stay_in_one_piece_however_narrow_the_terminal_is() {
        for (terminal, width) in [
            (false, None),
            (true, None),
            (true, Some(30)),
            (true, Some(40)),
            (true, Some(60)),
            (true, Some(80)),
            (true, Some(200)),
        ] {
            let lines = table(terminal, width);
            let whole = |text: &str| lines.iter().any(|line| line.contains(text));
            assert!(whole("wmQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g") && whole("17"), "{width:?}: {lines:#?}");
            // An id and a customer with the gaps around them take 38 columns.
            let fits =
                lines.iter().all(|line| line.trim_end().width() <= usize::from(width.unwrap_or(u16::MAX)));
            assert_eq!(fits, width != Some(30), "{width:?}: {lines:#?}");
        }
    }

    #[test]
    fn other_columns_give_way_one_after_another_and_wide_characters_count_twice() {
        let headings =
            |width| table(true, Some(width))[0].split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(headings(200), ["id", "received", "state", "customer", "rule"]);
        assert_eq!(headings(82), ["id", "received", "state", "customer", "rule"]);
        assert_eq!(headings(81), ["id", "received", "state", "customer"]);
        assert_eq!(headings(60), ["id", "received", "customer"]);
        assert_eq!(headings(40), ["id", "customer"]);
        // Without a terminal nothing is left out and nothing is broken.
        assert_eq!(table(false, None).len(), 2);
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
