//! Values as they are written in YAML.

use std::fmt::Write as _;

use super::To;

/// How a text may be written where it is to stand, in the order of what reads best there. A form that does not fit is found
/// by the proof.
pub(super) fn texts(text: &str, block: Option<&Block<'_>>) -> Vec<String> {
    let mut forms = Vec::new();
    if let Some(block) = block.filter(|_| text.contains('\n')) {
        forms.extend(block.write(text));
    }
    forms.push(quoted(text));
    forms
}

/// Where lines of a text may follow, each with this before it.
#[derive(Clone, Debug)]
pub(super) struct Block<'a> {
    pub(super) indent: String,
    /// How lines of the document end.
    pub(super) eol: &'a str,
}

impl Block<'_> {
    /// The text below a `|`, without the line end of its last line; `None` where it has another form then.
    pub(super) fn write(&self, text: &str) -> Option<String> {
        self.write_below("", text)
    }

    /// The same with something between the sign and the lines: a comment.
    pub(super) fn write_below(&self, behind: &str, text: &str) -> Option<String> {
        let (body, chomp) = match text.strip_suffix('\n') {
            Some(body) => (body, ""),
            None => (text, "-"),
        };
        // More lines at the end than the sign says, or a first line whose blanks would count as the indent.
        if body.is_empty() || body.ends_with(['\n', ' ', '\t']) || body.starts_with([' ', '\n', '\t']) {
            return None;
        }
        let mut written = format!("|{chomp}{behind}");
        for line in body.split('\n') {
            written.push_str(self.eol);
            if !line.is_empty() {
                written.push_str(&self.indent);
                written.push_str(line);
            }
        }
        Some(written)
    }
}

/// In double quotes, on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for char in text.chars() {
        match char {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            '\r' => written.push_str("\\r"),
            // Line ends of other kinds, and what nobody sees.
            '\u{85}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => escape(char, &mut written),
            char if char.is_control() => escape(char, &mut written),
            char => written.push(char),
        }
    }
    written.push('"');
    written
}

fn escape(char: char, into: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(into, "\\u{:04x}", u32::from(char));
}

/// In single quotes.
pub(super) fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An item of a list, without quotes where it needs none.
pub(super) fn items(item: &To) -> Vec<String> {
    match item {
        To::Text(text) if is_plain(text) => vec![text.clone(), quoted(text)],
        other => vec![in_line(other)],
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "/-_.（）".contains(c))
}

/// An item that stands among others on a line. One that could be read as something else than a text has quotes.
fn item_in_line(text: &str) -> String {
    let is_a_word = text.starts_with(|c: char| c.is_alphabetic())
        && !["true", "false", "null", "yes", "no"].contains(&text.to_ascii_lowercase().as_str());
    if is_plain(text) && is_a_word { text.to_owned() } else { quoted(text) }
}

/// A value in one line, as it may stand within braces.
pub(super) fn in_line(to: &To) -> String {
    match to {
        To::Text(text) => quoted(text),
        To::Flag(flag) => flag.to_string(),
        To::Number(number) => number.to_string(),
        To::List(list) => {
            let items: Vec<String> = list.iter().map(|item| item_in_line(item)).collect();
            format!("[{}]", items.join(", "))
        }
        To::Numbers(list) => format!("[{}]", list.join(", ")),
        To::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}: {}", in_line(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        To::Maps(items) => format!("[{}]", items.iter().map(in_line).collect::<Vec<_>>().join(", ")),
        To::Gone => String::new(),
    }
}

/// A map over lines, each with these blanks before it; lists, and maps in maps of it, on one line each.
pub(super) fn lines(entries: &[(&'static str, To)], blanks: &str, eol: &str) -> String {
    let mut written = Vec::new();
    for (key, value) in entries {
        match value {
            To::Map(inner) => {
                written.push(format!("{blanks}{key}:"));
                for (key, value) in inner {
                    written.push(format!("{blanks}  {key}: {}", in_line(value)));
                }
            }
            other => written.push(format!("{blanks}{key}: {}", in_line(other))),
        }
    }
    written.join(eol)
}

/// Maps one below the other, the first key of each behind a dash.
pub(super) fn dashed(items: &[To], blanks: &str, eol: &str) -> String {
    let items = items.iter().map(|item| format!("{blanks}- {}", in_line(item)));
    items.collect::<Vec<_>>().join(eol)
}
