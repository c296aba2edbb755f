//! Lists, item by item, and whole lines.

use std::{ops::Range, rc::Rc};

use super::{
    Splice, Step, To,
    place::{Source, scalar},
    write::items,
};
use crate::rules::document::yaml::{Node, Value};

/// A change of a list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'a> {
    Replace(usize, &'a To),
    Append(&'a To),
    Remove(usize),
}

/// Takes a piece away that stands between commas, with the one behind it, or before it where it is the last.
pub(super) fn flow_removal(piece: Range<usize>, next: Option<usize>, before: Option<usize>) -> Splice {
    let range = match (next, before) {
        (Some(next), _) => piece.start..next,
        (None, Some(before)) => before..piece.end,
        (None, None) => piece,
    };
    (range, String::new())
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
    pub(super) fn item_ways(&self, rule: &str, path: &[Step<'_>], item: Item<'_>) -> Option<Vec<Splice>> {
        let node = Self::node(self.rule(rule)?, path)?;
        let list: &[Rc<Node>] = match &node.value {
            Value::List(list) => list,
            // One value stands for a list of it.
            _ => return self.single_ways(node, item),
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
                let ahead = if flow {
                    ", ".to_owned()
                } else {
                    let dash = self.dash(newest)?;
                    let blanks = &self.text[self.line_start(dash)..dash];
                    format!("{}{}- ", self.eol(), " ".repeat(blanks.chars().count()))
                };
                let end = if flow { end } else { self.line_end(end) };
                items(new).into_iter().map(|form| (end..end, format!("{ahead}{form}"))).collect()
            }
            Item::Remove(at) if flow => vec![self.bracket_removal(list, at)?],
            Item::Remove(at) => {
                let item = list.get(at)?;
                self.line_removals(self.line_start(self.dash(item)?), self.end(item)?)
            }
        })
    }

    /// Takes an item out of a list in brackets.
    pub(super) fn bracket_removal(&self, list: &[Rc<Node>], at: usize) -> Option<Splice> {
        let item = list.get(at)?;
        let next = list.get(at + 1).and_then(|next| self.start(next));
        let before = at.checked_sub(1).and_then(|at| self.end(&list[at]));
        Some(flow_removal(self.start(item)?..self.end(item)?, next, before))
    }

    /// The ways to change the one value that stands for a list of it.
    fn single_ways(&self, node: &Node, item: Item<'_>) -> Option<Vec<Splice>> {
        let Range { start, end } = self.start(node)?..self.end(node)?;
        let written = self.text.get(start..end)?;
        let form_of = |new: &To| items(new).into_iter();
        Some(match item {
            Item::Replace(_, new) => form_of(new).map(|form| (start..end, form)).collect(),
            Item::Append(new) if self.is_flow(node) || matches!(node.value, Value::Scalar(_)) => {
                form_of(new).map(|form| (start..end, format!("[{written}, {form}]"))).collect()
            }
            // A map over lines becomes the first item: its lines are set in as far as the dash is wide.
            Item::Append(new) => {
                let start = self.line_start(start);
                let blanks: String = self.text[start..].chars().take_while(|c| *c == ' ').collect();
                let end = self.line_end(end);
                let lines = self.text[start..end].split('\n').enumerate();
                let deeper: Vec<String> = lines
                    .map(|(at, line)| match line.strip_prefix(&blanks) {
                        Some(rest) if at == 0 => format!("{blanks}- {rest}"),
                        _ if line.trim().is_empty() => line.to_owned(),
                        _ => format!("  {line}"),
                    })
                    .collect();
                let first = deeper.join("\n");
                let eol = self.eol();
                form_of(new).map(|form| (start..end, format!("{first}{eol}{blanks}- {form}"))).collect()
            }
            Item::Remove(_) => Vec::new(),
        })
    }
}
