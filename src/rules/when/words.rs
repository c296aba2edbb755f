//! Lists of things in sentences, short enough to be read.

use std::fmt::Display;

/// How many things are listed before the rest are only counted.
const LISTED_MAX: usize = 5;

/// `a, b or c`.
pub(super) fn one_of<T: Display>(items: &[T]) -> String {
    several(items, "or")
}

/// `a, b and c`.
pub(super) fn all_of<T: Display>(items: &[T]) -> String {
    several(items, "and")
}

fn several<T: Display>(items: &[T], last_by: &str) -> String {
    let shown: Vec<String> = items.iter().take(LISTED_MAX).map(T::to_string).collect();
    let more = items.len() - shown.len();
    match shown.split_last() {
        _ if more > 0 => format!("{} {last_by} {more} more", shown.join(", ")),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} {last_by} {last}", before.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// The first few of some sentences in a row.
pub(super) fn in_a_row(sentences: Vec<String>, between: &str) -> String {
    let more = sentences.len().saturating_sub(LISTED_MAX);
    let mut all: Vec<String> = sentences.into_iter().take(LISTED_MAX).collect();
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all.join(between)
}
