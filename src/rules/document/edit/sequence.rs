//! Items of a list as whole pieces of the text: moved, copied, taken out, put in. The rules of a file are such a list, and so
//! are the attachments of a welcome.

use std::{ops::Range, rc::Rc};

use super::{
    OnlyByHand, Splice, Step, To, Tree, first_proven, keys,
    place::{Source, entry, scalar},
    read,
    write::{in_line, lines, quoted},
};
use crate::rules::document::yaml::{Node, Value};

/// Moves an item of a list of a rule to another place among the others.
pub(crate) fn move_item(
    document: &str,
    rule: &str,
    path: &[Step<'_>],
    (from, to): (usize, usize),
) -> Result<String, OnlyByHand> {
    let (source, mut expected) = read(document)?;
    let list = expected.rule(rule).and_then(|rule| rule.get_mut(path)).and_then(Tree::as_list);
    moved(list.ok_or(OnlyByHand)?, (from, to)).ok_or(OnlyByHand)?;
    let node = source.rule(rule).and_then(|rule| Source::node(rule, path)).ok_or(OnlyByHand)?;
    first_proven(document, source.moves(node, (from, to)), &expected)
}

/// Moves a rule, by its place in the file.
pub(crate) fn move_rule(document: &str, (from, to): (usize, usize)) -> Result<String, OnlyByHand> {
    let (source, mut expected) = read(document)?;
    moved(expected.rules().ok_or(OnlyByHand)?, (from, to)).ok_or(OnlyByHand)?;
    let (_, list) = entry(&source.root, "rules").ok_or(OnlyByHand)?;
    first_proven(document, source.moves(list, (from, to)), &expected)
}

/// Takes a rule out. What is said of it in the lines above it stays.
pub(crate) fn remove_rule(document: &str, name: &str) -> Result<String, OnlyByHand> {
    let (source, mut expected) = read(document)?;
    let rules = expected.rules().ok_or(OnlyByHand)?;
    let at = rules.iter().position(|rule| rule.name().as_deref() == Some(name)).ok_or(OnlyByHand)?;
    rules.remove(at);
    let (key, list) = entry(&source.root, "rules").ok_or(OnlyByHand)?;
    let ways = source.rule_removals(key, list, at).ok_or(OnlyByHand)?;
    first_proven(document, ways, &expected)
}

/// A rule once more, behind itself, under another name.
pub(crate) fn copy_rule(document: &str, name: &str, new: &str) -> Result<String, OnlyByHand> {
    let (source, mut expected) = read(document)?;
    let rules = expected.rules().ok_or(OnlyByHand)?;
    let at = rules.iter().position(|rule| rule.name().as_deref() == Some(name)).ok_or(OnlyByHand)?;
    let mut copy = rules[at].clone();
    copy.set(&keys(&["name"]), &To::Text(new.to_owned())).ok_or(OnlyByHand)?;
    rules.insert(at + 1, copy);
    let (_, list) = entry(&source.root, "rules").ok_or(OnlyByHand)?;
    let ways = source.copies(list, at, new).ok_or(OnlyByHand)?;
    first_proven(document, ways, &expected)
}

/// Puts a rule in before the one that has this place in the file, or behind the last.
pub(crate) fn insert_rule(
    document: &str,
    at: usize,
    rule: &[(&'static str, To)],
) -> Result<String, OnlyByHand> {
    let (source, mut expected) = read(document)?;
    let (key, list) = entry(&source.root, "rules").ok_or(OnlyByHand)?;
    if let Tree::Map(file) = &mut expected
        && file.get("rules").is_some_and(Tree::is_empty)
    {
        file.insert("rules".to_owned(), Tree::List(Vec::new()));
    }
    let rules = expected.rules().ok_or(OnlyByHand)?;
    let at = at.min(rules.len());
    rules.insert(at, Tree::from(&To::Map(rule.to_vec())));
    let ways = source.insertions(key, list, at, rule).ok_or(OnlyByHand)?;
    first_proven(document, ways, &expected)
}

fn moved(list: &mut Vec<Tree>, (from, to): (usize, usize)) -> Option<()> {
    if from >= list.len() || to >= list.len() {
        return None;
    }
    let item = list.remove(from);
    list.insert(to, item);
    Some(())
}

impl Source<'_> {
    /// Where the dash of an item of a list over lines is: on its line, or on one above with nothing but comments between.
    pub(super) fn dash(&self, item: &Node) -> Option<usize> {
        let start = self.start(item)?;
        let mut line = self.line_start(start);
        let mut before = &self.text[line..start];
        loop {
            // Behind the dash of a list in a list there is another.
            if let Some(at) = before.find('-').filter(|at| before[..*at].trim().is_empty()) {
                let behind = before[at + 1..].trim_start();
                return (behind.is_empty() || behind.starts_with('#')).then_some(line + at);
            }
            let is_passed = before.trim().is_empty() || before.trim_start().starts_with('#');
            if !is_passed || line == 0 {
                return None;
            }
            line = self.line_start(line - 1);
            before = &self.text[line..self.line_end(line)];
        }
    }

    /// Where an item ends, with the comments below it that are set in further than its dash.
    pub(super) fn tail(&self, item: &Node) -> Option<usize> {
        let mut end = self.line_end(self.end(item)?);
        let dash = self.dash(item)?;
        let column = dash - self.line_start(dash);
        loop {
            let next = self.next_line(end);
            let line = &self.text[next..self.line_end(next)];
            let indent = line.len() - line.trim_start_matches(' ').len();
            if next == self.text.len() || indent <= column || !line[indent..].starts_with('#') {
                return Some(end);
            }
            end = self.line_end(next);
        }
    }

    /// The pieces of the text that are the items of a list; over lines each with the comments right above it, or without.
    fn pieces(&self, list: &Node, with_comments: bool) -> Option<Vec<Range<usize>>> {
        let Value::List(items) = &list.value else { return None };
        let flow = self.is_flow(list);
        items
            .iter()
            .map(|item| {
                if flow {
                    return Some(self.start(item)?..self.end(item)?);
                }
                let line = self.line_start(self.dash(item)?);
                let start = if with_comments { self.above_comments(line) } else { line };
                Some(start..self.tail(item)?)
            })
            .collect()
    }

    /// The ways to move an item: what lies between two items stays where it is, as well as it can.
    fn moves(&self, list: &Node, (from, to): (usize, usize)) -> Vec<Splice> {
        let forms = [true, false].into_iter().filter_map(|comments| self.pieces(list, comments));
        let ways: Vec<Splice> = forms
            .filter_map(|pieces| {
                let (item, other) = (pieces.get(from)?.clone(), pieces.get(to)?.clone());
                let text = |range: Range<usize>| self.text.get(range);
                if from == to {
                    return Some((item.start..item.start, String::new()));
                }
                if from < to {
                    let between = text(item.end..pieces[from + 1].start)?;
                    let rest = text(pieces[from + 1].start..other.end)?;
                    return Some((item.start..other.end, format!("{rest}{between}{}", text(item.clone())?)));
                }
                let before = pieces[from - 1].end;
                let (between, rest) = (text(before..item.start)?, text(other.start..before)?);
                Some((other.start..item.end, format!("{}{between}{rest}", text(item.clone())?)))
            })
            .collect();
        // What ends with a line end by its meaning, and stands at the end of a text without one now.
        let ended = ways.iter().filter(|(range, _)| range.end == self.text.len());
        let ended: Vec<Splice> =
            ended.map(|(range, text)| (range.clone(), format!("{text}{}", self.eol()))).collect();
        [ways, ended].concat()
    }

    fn rule_removals(&self, key: &Node, list: &Node, at: usize) -> Option<Vec<Splice>> {
        let Value::List(items) = &list.value else { return None };
        if self.is_flow(list) {
            return Some(vec![self.bracket_removal(items, at)?]);
        }
        let item = items.get(at)?;
        let (line, end) = (self.line_start(self.dash(item)?), self.tail(item)?);
        let mut ways = Vec::new();
        if items.len() == 1 {
            // A key without a value is no list.
            let colon = self.colon(key)?;
            let kept = self.text.get(colon..line)?;
            ways.push((colon..self.next_line(end), format!(" []{kept}")));
            ways.push((colon..end, format!(" []{}", kept.trim_end())));
        } else {
            ways.extend(self.line_removals(line, end));
        }
        Some(ways)
    }

    /// Behind the colon of a key.
    pub(super) fn colon(&self, key: &Node) -> Option<usize> {
        let end = scalar(key)?.bytes.end;
        Some(end + self.text[end..].find(':')? + 1)
    }

    fn copies(&self, list: &Node, at: usize, new: &str) -> Option<Vec<Splice>> {
        let Value::List(items) = &list.value else { return None };
        let item = items.get(at)?;
        let name = scalar(entry(item, "name")?.1)?.bytes.clone();
        let piece = self.pieces(list, false)?.get(at)?.clone();
        let (ahead, behind) = (self.text.get(piece.start..name.start)?, self.text.get(name.end..piece.end)?);
        let copy = format!("{ahead}{}{behind}", quoted(new));
        let between = if self.is_flow(list) { ", ".to_owned() } else { self.between_items(items) };
        Some(vec![(piece.end..piece.end, format!("{between}{copy}"))])
    }

    /// What stands between two items over lines: a line end, and an empty line where that is the habit of the file.
    fn between_items(&self, items: &[Rc<Node>]) -> String {
        let eol = self.eol();
        let apart = match items {
            [first, second, ..] => self.tail(first).zip(self.dash(second)).is_none_or(|(end, dash)| {
                let between = self.text.get(end..self.line_start(dash)).unwrap_or_default();
                between.lines().skip(1).any(|line| line.trim().is_empty())
            }),
            _ => true,
        };
        if apart { eol.repeat(2) } else { eol.to_owned() }
    }

    fn insertions(
        &self,
        key: &Node,
        list: &Node,
        at: usize,
        rule: &[(&'static str, To)],
    ) -> Option<Vec<Splice>> {
        let eol = self.eol();
        let in_braces = in_line(&To::Map(rule.to_vec()));
        let dashed = |blanks: &str| {
            let written = lines(rule, &format!("{blanks}  "), eol);
            format!("{blanks}- {}", written.trim_start())
        };
        let items = match &list.value {
            Value::List(items) => items.as_slice(),
            Value::Scalar(_) => &[],
            Value::Map(_) => return None,
        };
        let mut ways = Vec::new();
        let (Some(first), false) = (items.first(), self.is_flow(list)) else {
            if let Some(item) = items.get(at) {
                let start = self.start(item)?;
                ways.push((start..start, format!("{in_braces}, ")));
            } else if let Some(last) = items.last() {
                let end = self.end(last)?;
                ways.push((end..end, format!(", {in_braces}")));
            } else {
                let colon = self.colon(key)?;
                let end = if self.is_flow(list) { self.end(list)? } else { colon };
                let indent = " ".repeat(key.at.column + 1);
                ways.push((colon..end, format!("{eol}{}", dashed(&indent))));
                ways.push((colon..end, format!(" [{in_braces}]")));
            }
            return Some(ways);
        };
        let dash = self.dash(first)?;
        let blanks = " ".repeat(dash - self.line_start(dash));
        let (new, between) = (dashed(&blanks), self.between_items(items));
        if let Some(item) = items.get(at) {
            let line = self.line_start(self.dash(item)?);
            for start in [self.above_comments(line), line] {
                ways.push((start..start, format!("{new}{between}")));
            }
        }
        if let Some(before) = at.checked_sub(1).and_then(|at| items.get(at)) {
            let end = self.tail(before)?;
            ways.push((end..end, format!("{between}{new}")));
        }
        Some(ways)
    }
}
