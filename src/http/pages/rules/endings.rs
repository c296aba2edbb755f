//! Line ends of a text that went through a browser: its fields have them all as `\r\n`, whatever the file has.

use similar::{ChangeTag, TextDiff};

/// What was typed, with the line ends of the text that it was made from: each line that is still there keeps its own, new
/// ones end as most of the others do.
pub(super) fn restored(base: &str, typed: &str) -> String {
    let typed = plain(typed);
    if typed == plain(base) {
        return base.to_owned();
    }
    let lines: Vec<(&str, &str)> = base.split_inclusive('\n').map(split).collect();
    if lines.iter().all(|(_, end)| *end != "\r\n") {
        return typed;
    }
    // The last line may have no end, and then says nothing of the others.
    let ended = lines.iter().filter(|(_, end)| !end.is_empty()).count();
    let windows = lines.iter().filter(|(_, end)| *end == "\r\n").count() * 2 > ended;
    let new_end = if windows { "\r\n" } else { "\n" };
    let was: Vec<&str> = lines.iter().map(|(line, _)| *line).collect();
    let is: Vec<(&str, &str)> = typed.split_inclusive('\n').map(split).collect();
    let only: Vec<&str> = is.iter().map(|(line, _)| *line).collect();
    let mut text = String::with_capacity(typed.len() + is.len());
    for change in TextDiff::from_slices(&was, &only).iter_all_changes() {
        let (Some(at), tag) = (change.new_index(), change.tag()) else { continue };
        let (line, end) = is[at];
        let kept = change.old_index().filter(|_| tag == ChangeTag::Equal).map_or(new_end, |old| lines[old].1);
        text.push_str(line);
        // The last line of what was typed may have none, and where the base had none another line follows now.
        if !end.is_empty() {
            text.push_str(if kept.is_empty() { new_end } else { kept });
        }
    }
    text
}

/// With `\n` alone.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A line and how it ends.
fn split(line: &str) -> (&str, &str) {
    ["\r\n", "\n"].iter().find_map(|end| Some((line.strip_suffix(end)?, *end))).unwrap_or((line, ""))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing_typed("a\nb\r\nc", "a\r\nb\r\nc", "a\nb\r\nc")]
    #[case::unix("a\nb\n", "a\r\nx\r\nb\r\n", "a\nx\nb\n")]
    #[case::windows("a\r\nb\r\n", "a\r\nx\r\nb\r\n", "a\r\nx\r\nb\r\n")]
    #[case::mixed("a\nb\r\nc\r\n", "a\r\nb\r\nc\r\nd\r\n", "a\nb\r\nc\r\nd\r\n")]
    #[case::no_end("a\r\nb", "a\r\nb\r\nc", "a\r\nb\r\nc")]
    #[case::empty("", "a\r\n", "a\n")]
    #[case::all_gone("a\r\n", "", "")]
    fn lines_keep_their_ends(#[case] base: &str, #[case] typed: &str, #[case] expected: &str) {
        assert_eq!(restored(base, typed), expected);
    }
}
