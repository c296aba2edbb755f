//! Lists, item by item, and whole lines.

use std::{ops::Range, rc::Rc};

use super::{
    Splice,
    place::{Source, entry, scalar},
    write::items,
};
use crate::rules::document::yaml::{Node, Value};

/// A change of a list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'a> {
    Replace(usize, &'a str),
    Append(&'a str),
    Remove(usize),
}

impl Source<'_> {
    /// The ways to take whole lines away.
    pub(super) fn line_removals(&self, line: usize, end: usize) -> Vec<Splice> {
        let after = self.next_line(end);
        let mut ways = vec![(line..after, String::new())];
        // The last line of a text that does not end with a line end.
        if after == self.text.len() && line > 0 {
            let before = self.line_end(self.line_start(line - 1));
            ways.push((before..self.line_end(end), String::new()));
        }
        ways
    }

    /// The ways to change an item of a list.
    pub(super) fn item_ways(&self, rule: &str, path: &[&str], item: Item<'_>) -> Option<Vec<Splice>> {
        let mut node = self.rule(rule)?;
        for key in path {
            node = entry(node, key)?.1;
        }
        let list: &[Rc<Node>] = match &node.value {
            Value::List(list) => list,
            // One value stands for a list of it.
            Value::Scalar(one) => {
                let Range { start, end } = one.bytes;
                let written = self.text.get(start..end)?;
                return Some(match item {
                    Item::Replace(_, new) => items(new).into_iter().map(|form| (start..end, form)).collect(),
                    Item::Append(new) => items(new)
                        .into_iter()
                        .map(|form| (start..end, format!("[{written}, {form}]")))
                        .collect(),
                    Item::Remove(_) => Vec::new(),
                });
            }
            Value::Map(_) => return None,
        };
        let flow = self.is_flow(node);
        Some(match item {
            Item::Replace(at, new) => {
                let old = self.whole(scalar(list.get(at)?)?);
                items(new).into_iter().map(|form| (old.clone(), form)).collect()
            }
            Item::Append(new) => {
                let newest = list.last()?;
                let end = self.end(newest)?;
                let start = self.start(newest)?;
                let ahead = &self.text[self.line_start(start)..start];
                let end = if flow { end } else { self.line_end(end) };
                let ahead = if flow { ", ".to_owned() } else { format!("{}{ahead}", self.eol()) };
                items(new).into_iter().map(|form| (end..end, format!("{ahead}{form}"))).collect()
            }
            Item::Remove(at) => {
                let (start, end) = (self.start(list.get(at)?)?, self.end(list.get(at)?)?);
                let next = list.get(at + 1).and_then(|next| self.start(next));
                let before = at.checked_sub(1).and_then(|at| self.end(&list[at]));
                match (flow, next, before) {
                    (false, ..) => self.line_removals(self.line_start(start), end),
                    (true, Some(next), _) => vec![(start..next, String::new())],
                    (true, None, Some(before)) => vec![(before..end, String::new())],
                    (true, None, None) => vec![(start..end, String::new())],
                }
            }
        })
    }
}
