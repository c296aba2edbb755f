//! One value of one rule, changed in the text of its file, with everything else as it was written: other rules, comments,
//! quotes, line ends.
//!
//! A text has many forms, and where a new value goes depends on all of them. So there is more than one [place] and form for
//! each change, tried in the order of what reads best; what counts is the proof: the changed text is read again, and is
//! taken only if its tree is the old one with that one value changed. A rule for which none passes, one that shares a part
//! with another by an alias, say, is changed by hand.

mod form;
mod items;
mod place;
mod tree;
mod write;

use std::ops::Range;

pub use form::RuleFields;
pub(crate) use place::RULE_KEYS;
use place::Source;
use tree::Tree;

/// What a value is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Text(String),
    Flag(bool),
    Number(i64),
    /// The items of a list of texts.
    List(Vec<String>),
    /// Not there, and its key neither.
    Gone,
}

/// The rule cannot be changed so without touching more than that: by hand it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this value cannot be changed without touching others")]
pub struct OnlyByHand;

/// A piece of the text, and what takes its place.
type Splice = (Range<usize>, String);

/// The document with one value of a rule changed; the path is that of the keys within the rule.
pub(crate) fn set(document: &str, rule: &str, path: &[&str], to: &To) -> Result<String, OnlyByHand> {
    match to {
        To::List(items) if items.is_empty() => set(document, rule, path, &To::Gone),
        To::List(items) => set_items(document, rule, path, items),
        To::Gone => remove(document, rule, path),
        _ => change(document, rule, path, to),
    }
}

/// Takes a key away, and the map around it where it holds nothing else: an empty one would be a fault.
fn remove(document: &str, rule: &str, mut path: &[&str]) -> Result<String, OnlyByHand> {
    let mut tree = Source::of(document).and_then(|source| Tree::of(&source.root)).ok_or(OnlyByHand)?;
    let of_rule = tree.rule(rule).ok_or(OnlyByHand)?;
    if of_rule.get(path).is_none() {
        return Ok(document.to_owned());
    }
    while let Some((_, around)) = path.split_last()
        && !around.is_empty()
        && matches!(of_rule.get(around), Some(Tree::Map(map)) if map.len() == 1)
    {
        path = around;
    }
    change(document, rule, path, &To::Gone)
}

/// Changes it by the first way that is proven.
fn change(document: &str, rule: &str, path: &[&str], to: &To) -> Result<String, OnlyByHand> {
    let source = Source::of(document).ok_or(OnlyByHand)?;
    let mut expected = Tree::of(&source.root).ok_or(OnlyByHand)?;
    expected.rule(rule).ok_or(OnlyByHand)?.set(path, to).ok_or(OnlyByHand)?;
    let ways = source.ways(rule, path, to).ok_or(OnlyByHand)?;
    ways.into_iter().find_map(|splice| proven(document, splice, &expected)).ok_or(OnlyByHand)
}

fn proven(document: &str, (range, new): Splice, expected: &Tree) -> Option<String> {
    let mut text = String::with_capacity(document.len() + new.len());
    text.push_str(document.get(..range.start)?);
    text.push_str(&new);
    text.push_str(document.get(range.end..)?);
    let changed = Source::of(&text)?;
    (Tree::of(&changed.root)? == *expected).then_some(text)
}

/// Changes a list item by item, so that those which stay keep their form and their comments.
fn set_items(document: &str, rule: &str, path: &[&str], items: &[String]) -> Result<String, OnlyByHand> {
    let read = |text: &str| -> Option<Vec<String>> {
        let mut tree = Tree::of(&Source::of(text)?.root)?;
        tree.rule(rule)?.items(path)
    };
    let mut text = document.to_owned();
    let was = read(&text).ok_or(OnlyByHand)?;
    if was.is_empty() {
        return change(document, rule, path, &To::List(items.to_vec()));
    }
    // As many as before: some of them have another text.
    if was.len() == items.len() {
        for (at, item) in items.iter().enumerate().filter(|(at, item)| was[*at] != **item) {
            text = change_item(&text, rule, path, items::Item::Replace(at, item))?;
        }
        return Ok(text);
    }
    let mut now = was;
    for item in items.iter().filter(|item| !now.contains(item)).cloned().collect::<Vec<_>>() {
        text = change_item(&text, rule, path, items::Item::Append(&item))?;
        now.push(item);
    }
    while let Some(at) = now.iter().position(|item| !items.contains(item)) {
        text = change_item(&text, rule, path, items::Item::Remove(at))?;
        now.remove(at);
    }
    Ok(text)
}

fn change_item(
    document: &str,
    rule: &str,
    path: &[&str],
    item: items::Item<'_>,
) -> Result<String, OnlyByHand> {
    let source = Source::of(document).ok_or(OnlyByHand)?;
    let mut expected = Tree::of(&source.root).ok_or(OnlyByHand)?;
    let of_rule = expected.rule(rule).ok_or(OnlyByHand)?;
    let mut items = of_rule.items(path).ok_or(OnlyByHand)?;
    match item {
        items::Item::Replace(at, new) => new.clone_into(items.get_mut(at).ok_or(OnlyByHand)?),
        items::Item::Append(new) => items.push(new.to_owned()),
        items::Item::Remove(at) => {
            items.remove(at);
        }
    }
    of_rule.set(path, &To::List(items)).ok_or(OnlyByHand)?;
    let ways = source.item_ways(rule, path, item).ok_or(OnlyByHand)?;
    ways.into_iter().find_map(|splice| proven(document, splice, &expected)).ok_or(OnlyByHand)
}

#[cfg(test)]
mod tests;
