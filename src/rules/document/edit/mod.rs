//! One value of one rule, changed in the text of its file, or one rule moved, copied or taken away, with everything else as it
//! was written: other rules, comments, quotes, line ends.
//!
//! A text has many forms, and where a new value goes depends on all of them. So there is more than one [place] and form for
//! each change, tried in the order of what reads best; what counts is the proof: the changed text is read again, and is
//! taken only if its tree is the old one with that one value changed. A rule for which none passes, one that shares a part
//! with another by an alias, say, is changed by hand.

mod items;
mod keys;
mod place;
mod sequence;
mod tree;
mod write;

use std::ops::Range;

pub(crate) use place::{RULE_KEYS, Source};
pub(crate) use sequence::{copy_rule, insert_rule, move_item, move_rule, remove_rule};
pub(crate) use tree::Tree;

/// What a value is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Text(String),
    Flag(bool),
    Number(i64),
    /// The items of a list of texts.
    List(Vec<String>),
    /// The items of a list of whole numbers, as they are written.
    Numbers(Vec<String>),
    /// Keys in the order in which they are to be written.
    Map(Vec<(&'static str, Self)>),
    /// Maps, one after the other.
    Maps(Vec<Self>),
    /// Not there, and its key neither.
    Gone,
}

/// A step of the way from a rule to one of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Key(&'a str),
    /// An item of a list, counted from 0. Where one value stands for a list of it, that is the first.
    Item(usize),
}

impl<'a> Step<'a> {
    fn key(self) -> Option<&'a str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Item(_) => None,
        }
    }
}

/// The steps of keys.
pub(crate) fn keys<'a>(path: &[&'a str]) -> Vec<Step<'a>> {
    path.iter().map(|key| Step::Key(key)).collect()
}

/// The rule cannot be changed so without touching more than that: by hand it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this value cannot be changed without touching others")]
pub struct OnlyByHand;

/// A piece of the text, and what takes its place.
type Splice = (Range<usize>, String);

/// The document with one value of a rule changed.
pub(crate) fn set(document: &str, rule: &str, path: &[Step<'_>], to: &To) -> Result<String, OnlyByHand> {
    match to {
        To::List(items) | To::Numbers(items) if items.is_empty() => set(document, rule, path, &To::Gone),
        To::List(items) => set_items(document, rule, path, items, false),
        To::Numbers(items) => set_items(document, rule, path, items, true),
        To::Gone => remove(document, rule, path),
        _ => change(document, rule, path, to),
    }
}

/// Puts a value in the place of another, whatever that is.
pub(crate) fn replace(document: &str, rule: &str, path: &[Step<'_>], to: &To) -> Result<String, OnlyByHand> {
    change(document, rule, path, to)
}

/// Puts something behind the last item of a list of a rule; makes the list where there is none.
pub(crate) fn append(document: &str, rule: &str, path: &[Step<'_>], to: &To) -> Result<String, OnlyByHand> {
    let (_, mut tree) = read(document)?;
    let list = tree.rule(rule).ok_or(OnlyByHand)?.get(path);
    if list.is_none_or(Tree::is_empty) {
        return change(document, rule, path, &To::Maps(vec![to.clone()]));
    }
    change_item(document, rule, path, items::Item::Append(to))
}

/// Takes an item of a list of a rule away; the list as well where it was the only one.
pub(crate) fn remove_item(
    document: &str,
    rule: &str,
    path: &[Step<'_>],
    at: usize,
) -> Result<String, OnlyByHand> {
    let (_, mut tree) = read(document)?;
    match tree.rule(rule).ok_or(OnlyByHand)?.get(path) {
        Some(Tree::List(list)) if list.len() > 1 => {
            change_item(document, rule, path, items::Item::Remove(at))
        }
        _ => remove(document, rule, path),
    }
}

/// The document as it is written, and as what it means.
pub(crate) fn read(document: &str) -> Result<(Source<'_>, Tree), OnlyByHand> {
    let source = Source::of(document).ok_or(OnlyByHand)?;
    let tree = Tree::of(&source.root).ok_or(OnlyByHand)?;
    Ok((source, tree))
}

/// Takes a key away, and the map around it where it holds nothing else: an empty one would be a fault.
fn remove(document: &str, rule: &str, mut path: &[Step<'_>]) -> Result<String, OnlyByHand> {
    let (_, mut tree) = read(document)?;
    let of_rule = tree.rule(rule).ok_or(OnlyByHand)?;
    if of_rule.get(path).is_none() {
        return Ok(document.to_owned());
    }
    while let Some((_, around)) = path.split_last()
        && matches!(around.last(), Some(Step::Key(_)))
        && matches!(of_rule.get(around), Some(Tree::Map(map)) if map.len() == 1)
    {
        path = around;
    }
    change(document, rule, path, &To::Gone)
}

/// Changes it by the first way that is proven.
fn change(document: &str, rule: &str, path: &[Step<'_>], to: &To) -> Result<String, OnlyByHand> {
    let (source, mut expected) = read(document)?;
    expected.rule(rule).ok_or(OnlyByHand)?.set(path, to).ok_or(OnlyByHand)?;
    let ways = source.ways(rule, path, to).ok_or(OnlyByHand)?;
    first_proven(document, ways, &expected)
}

/// The first of these changes that makes of the document what is expected.
fn first_proven(document: &str, ways: Vec<Splice>, expected: &Tree) -> Result<String, OnlyByHand> {
    ways.into_iter().find_map(|splice| proven(document, splice, expected)).ok_or(OnlyByHand)
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
fn set_items(
    document: &str,
    rule: &str,
    path: &[Step<'_>],
    items: &[String],
    numbers: bool,
) -> Result<String, OnlyByHand> {
    let item = |text: &String| match text.parse() {
        Ok(number) if numbers => To::Number(number),
        _ => To::Text(text.clone()),
    };
    let mut now = read(document)?.1.rule(rule).ok_or(OnlyByHand)?.items(path).ok_or(OnlyByHand)?;
    let mut text = document.to_owned();
    if now.is_empty() {
        let to = if numbers { To::Numbers(items.to_vec()) } else { To::List(items.to_vec()) };
        return change(&text, rule, path, &to);
    }
    // As many as before: some of them have another text.
    if now.len() == items.len() {
        for (at, new) in items.iter().enumerate().filter(|(at, item)| now[*at] != **item) {
            text = change_item(&text, rule, path, items::Item::Replace(at, &item(new)))?;
        }
        return Ok(text);
    }
    for new in items.iter().filter(|item| !now.contains(item)).cloned().collect::<Vec<_>>() {
        text = change_item(&text, rule, path, items::Item::Append(&item(&new)))?;
        now.push(new);
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
    path: &[Step<'_>],
    item: items::Item<'_>,
) -> Result<String, OnlyByHand> {
    let (source, mut expected) = read(document)?;
    let list = expected.rule(rule).ok_or(OnlyByHand)?.get_mut(path).ok_or(OnlyByHand)?;
    let list = list.as_list().ok_or(OnlyByHand)?;
    match item {
        items::Item::Replace(at, new) => *list.get_mut(at).ok_or(OnlyByHand)? = Tree::from(new),
        items::Item::Append(new) => list.push(Tree::from(new)),
        items::Item::Remove(at) if at < list.len() => drop(list.remove(at)),
        items::Item::Remove(_) => return Err(OnlyByHand),
    }
    let ways = source.item_ways(rule, path, item).ok_or(OnlyByHand)?;
    first_proven(document, ways, &expected)
}
