//! Where in the text a value stands, and where a new one can go.

use std::{ops::Range, rc::Rc};

use granit_parser::ScalarStyle;

use super::{
    Splice, Step, To,
    write::{Block, dashed, in_line, quoted, single_quoted, texts},
};
use crate::rules::document::{
    fault::{Log, Mark},
    yaml::{self, Document, Node, Scalar, Value},
};

/// The keys that a rule may have, in the order in which they are written; a new one goes before those that come later.
pub(crate) const RULE_KEYS: [&str; 14] = [
    "name",
    "enabled",
    "priority",
    "apps",
    "on",
    "when",
    "experiment",
    "on_lookup_failure",
    "welcome",
    "tag",
    "remark",
    "notify",
    "forward",
    "stop",
];

/// How far what stands in a map is set in.
const STEP: &str = "  ";

/// A document with its tree.
pub(crate) struct Source<'d> {
    pub(super) text: &'d str,
    pub(crate) root: Rc<Node>,
    /// Where lines begin.
    lines: Vec<usize>,
}

impl<'d> Source<'d> {
    /// `None` where it cannot be read to its end.
    pub(crate) fn of(text: &'d str) -> Option<Self> {
        let Document { root, is_whole: true } = yaml::read(text, &mut Log::default())? else { return None };
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Some(Self { text, root, lines })
    }

    /// How lines end.
    pub(super) fn eol(&self) -> &'static str {
        let first = self.text.find('\n').unwrap_or(0);
        if self.text[..first].ends_with('\r') { "\r\n" } else { "\n" }
    }

    pub(super) fn offset(&self, Mark { line, column }: Mark) -> Option<usize> {
        let start = *self.lines.get(line - 1)?;
        let ahead: usize = self.text[start..].chars().take(column - 1).map(char::len_utf8).sum();
        Some(start + ahead)
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// The end of the line, without what ends it.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |ahead| at + ahead);
        if self.text[at..end].ends_with('\r') { end - 1 } else { end }
    }

    /// Where the next line begins; the end of the text where there is none.
    pub(super) fn next_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |ahead| at + ahead + 1)
    }

    pub(super) fn rules(&self) -> Option<&[Rc<Node>]> {
        match &entry(&self.root, "rules")?.1.value {
            Value::List(rules) => Some(rules),
            _ => None,
        }
    }

    pub(super) fn rule(&self, name: &str) -> Option<&Node> {
        let is_it = |rule: &&Rc<Node>| {
            entry(rule, "name").and_then(|(_, name)| scalar(name)).is_some_and(|of| of.text == name)
        };
        self.rules()?.iter().find(is_it).map(|rule| &**rule)
    }

    /// The lines in which a rule stands, and the number of the first.
    pub(crate) fn lines_of(&self, name: &str) -> Option<(usize, &'d str)> {
        let rule = self.rule(name)?;
        let start = self.line_start(self.dash(rule).or_else(|| self.offset(rule.at))?);
        let end = self.line_end(self.tail(rule)?);
        Some((self.text[..start].matches('\n').count() + 1, &self.text[start..end]))
    }

    /// The lines of what stands at the end of a way in a rule, from its key on.
    pub(crate) fn lines_at(&self, name: &str, path: &[Step<'_>]) -> Option<&'d str> {
        let (last, around) = path.split_last()?;
        let map = Self::node(self.rule(name)?, around)?;
        let (start, value) = match last {
            Step::Key(key) => {
                let (key, value) = entry(map, key)?;
                (self.start(key)?, value)
            }
            Step::Item(_) => {
                let value = Self::node(map, &path[path.len() - 1..])?;
                (self.start(value)?, value)
            }
        };
        self.text.get(start..self.end(value)?.max(start))
    }

    /// What stands at the end of a way.
    pub(super) fn node<'n>(from: &'n Node, path: &[Step<'_>]) -> Option<&'n Node> {
        let Some((step, rest)) = path.split_first() else { return Some(from) };
        match (step, &from.value) {
            (Step::Key(key), _) => Self::node(entry(from, key)?.1, rest),
            (Step::Item(at), Value::List(list)) => Self::node(list.get(*at)?, rest),
            (Step::Item(0), _) => Self::node(from, rest),
            (Step::Item(_), _) => None,
        }
    }

    /// The ways to change the value at the end of a way.
    pub(super) fn ways(&self, rule: &str, path: &[Step<'_>], to: &To) -> Option<Vec<Splice>> {
        let mut map = self.rule(rule)?;
        let mut in_braces = self.is_flow(&self.root) || self.is_flow(map) || self.rules_in_brackets();
        for (at, step) in path.iter().enumerate() {
            let last = at + 1 == path.len();
            let Step::Key(key) = step else {
                in_braces |= self.is_flow(map);
                map = Self::node(map, &path[at..=at])?;
                in_braces |= self.is_flow(map);
                continue;
            };
            let Some((name, value)) = entry(map, key) else {
                return self.insert(map, &path[at..], to, in_braces);
            };
            if *to == To::Gone && last {
                return Some(self.removals(map, key));
            }
            if last || is_nothing(value) {
                return self.replace(name, value, &path[at + 1..], to, in_braces);
            }
            map = value;
            in_braces |= self.is_flow(map);
        }
        None
    }

    fn rules_in_brackets(&self) -> bool {
        entry(&self.root, "rules").is_some_and(|(_, rules)| self.is_flow(rules))
    }

    /// Other text in the place of a single value; a value where a key has none.
    fn replace(
        &self,
        key: &Node,
        value: &Node,
        below: &[Step<'_>],
        to: &To,
        in_braces: bool,
    ) -> Option<Vec<Splice>> {
        let indent = key.at.column - 1;
        let block =
            (!in_braces).then(|| Block { indent: format!("{}{STEP}", " ".repeat(indent)), eol: self.eol() });
        if is_nothing(value) {
            // Behind the colon: where the parser has a value that is not there depends on what follows.
            let colon = self.colon(key)?;
            let written = scalar(value)?.bytes.clone();
            let mut ways = Vec::new();
            for form in self.forms(below, to, indent, in_braces) {
                let between = if form.starts_with(self.eol()) { "" } else { " " };
                ways.push((colon..colon, format!("{between}{form}")));
                ways.push((written.clone(), form));
            }
            return Some(ways);
        }
        let Some(old) = scalar(value) else { return self.replace_whole(value, to, in_braces) };
        let To::Text(text) = to else { return Some(vec![(old.bytes.clone(), in_line(to))]) };
        let mut ways = Vec::new();
        match old.style {
            ScalarStyle::Literal | ScalarStyle::Folded if !in_braces => {
                ways.extend(self.in_block(old, text, block.as_ref()?));
            }
            ScalarStyle::Plain if !text.contains('\n') => ways.push((old.bytes.clone(), text.clone())),
            ScalarStyle::SingleQuoted if !text.contains('\n') => {
                ways.push((old.bytes.clone(), single_quoted(text)));
            }
            _ => {}
        }
        let range = self.whole(old);
        if let Some((_, behind)) = self.sign(old) {
            ways.push((range, format!("{}{behind}", quoted(text))));
            return Some(ways);
        }
        // What stands behind the value would be behind the last line of the new one.
        let alone = is_blank(&self.text[range.end..self.line_end(range.end)]);
        let forms = texts(text, block.as_ref().filter(|_| alone));
        ways.extend(forms.into_iter().map(|form| (range.clone(), form)));
        Some(ways)
    }

    /// Another value in the place of a list or a map. What is said in it by comments would be gone, so it must have none.
    fn replace_whole(&self, value: &Node, to: &To, in_braces: bool) -> Option<Vec<Splice>> {
        let range = self.start(value)?..self.end(value)?;
        if self.text.get(range.clone())?.contains('#') {
            return None;
        }
        let form = in_line(to);
        let mut ways = vec![(range.clone(), form.clone())];
        if !in_braces && !self.is_flow(value) {
            // Behind the colon, which ends the line above.
            let before = self.text[..range.start].trim_end();
            ways.insert(0, (before.len()..range.end, format!(" {form}")));
        }
        Some(ways)
    }

    /// The bytes of a single value: of a block from its sign on, and without the line end that ends it.
    pub(super) fn whole(&self, scalar: &Scalar) -> Range<usize> {
        match (self.sign(scalar), self.block_lines(scalar)) {
            (Some((sign, _)), Some((_, lines))) => sign..lines.end,
            _ => scalar.bytes.clone(),
        }
    }

    /// Where the sign of a block stands, and what is behind it on its line: a comment. The parser has a block begin with
    /// its first character, so the sign is on the first line above that is not empty.
    fn sign(&self, scalar: &Scalar) -> Option<(usize, &str)> {
        if !matches!(scalar.style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return None;
        }
        let mut start = self.line_start(scalar.bytes.start);
        while start > 0 {
            start = self.line_start(start - 1);
            let line = &self.text[start..self.line_end(start)];
            if is_blank(line) {
                continue;
            }
            return line.match_indices(['|', '>']).find_map(|(at, _)| {
                let signs = |c: char| !"|>-+".contains(c) && !c.is_ascii_digit();
                let end = line[at..].find(signs).map_or(line.len(), |signs| at + signs);
                let behind = &line[end..];
                let is_sign = is_blank(behind) || behind.trim_start().starts_with('#');
                is_sign.then_some((start + at, behind))
            });
        }
        None
    }

    /// The lines of a block below its sign, and how far they are set in.
    fn block_lines(&self, scalar: &Scalar) -> Option<(String, Range<usize>)> {
        let (sign, _) = self.sign(scalar)?;
        let first = self.next_line(sign);
        let (mut at, mut end, mut indent) = (first, self.line_end(sign), None);
        while at < self.text.len() {
            let line = &self.text[at..self.line_end(at)];
            let blanks = line.len() - line.trim_start_matches(' ').len();
            if !is_blank(line) {
                let indent = indent.get_or_insert_with(|| " ".repeat(blanks));
                if blanks < indent.len() || indent.is_empty() || at >= scalar.bytes.end {
                    break;
                }
                end = self.line_end(at);
            }
            at = self.next_line(at);
        }
        Some((indent.unwrap_or_default(), first.min(end)..end))
    }

    /// Other lines below the sign of a block, with its comment as it was.
    fn in_block(&self, old: &Scalar, text: &str, block: &Block<'_>) -> Option<Splice> {
        let (indent, lines) = self.block_lines(old)?;
        let (sign, behind) = self.sign(old)?;
        let indent = if indent.is_empty() { block.indent.clone() } else { indent };
        let block = Block { indent, eol: block.eol };
        Some((sign..lines.end, block.write_below(behind, text)?))
    }

    /// How a value is written behind its key, with the keys below it that it needs.
    pub(super) fn forms(&self, below: &[Step<'_>], to: &To, indent: usize, in_braces: bool) -> Vec<String> {
        let below: Vec<&str> = below.iter().filter_map(|step| step.key()).collect();
        if in_braces {
            let braces = below.iter().rev().fold(in_line(to), |inner, key| format!("{{ {key}: {inner} }}"));
            return vec![braces];
        }
        let eol = self.eol();
        let deep = indent + STEP.len() * (below.len() + 1);
        let block = Block { indent: " ".repeat(deep), eol };
        let values = match to {
            To::Text(text) => texts(text, Some(&block)),
            To::Maps(items) => vec![format!("{eol}{}", dashed(items, &block.indent, eol)), in_line(to)],
            other => vec![in_line(other)],
        };
        let nested = values.into_iter().map(|value| {
            let depths = below.iter().enumerate();
            let lines = depths.map(|(at, key)| {
                let indent = " ".repeat(indent + STEP.len() * (at + 1));
                format!("{eol}{indent}{key}:")
            });
            let keys: String = lines.collect();
            match (keys.is_empty(), value.starts_with(eol)) {
                (true, _) => value,
                (false, true) => format!("{keys}{value}"),
                (false, false) => format!("{keys} {value}"),
            }
        });
        nested.collect()
    }

    /// Whether a list or map stands in brackets or braces.
    pub(super) fn is_flow(&self, node: &Node) -> bool {
        let is_one = !matches!(node.value, Value::Scalar(_));
        is_one && self.offset(node.at).is_some_and(|at| self.text[at..].starts_with(['[', '{']))
    }

    pub(super) fn start(&self, node: &Node) -> Option<usize> {
        match &node.value {
            Value::Scalar(scalar) => Some(self.whole(scalar).start),
            _ => self.offset(node.at),
        }
    }

    /// Where a value ends, with the bracket that closes it.
    pub(super) fn end(&self, node: &Node) -> Option<usize> {
        let children: Vec<&Rc<Node>> = match &node.value {
            Value::Scalar(scalar) => return Some(self.whole(scalar).end),
            Value::List(items) => items.iter().collect(),
            Value::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
        };
        let mut end = self.offset(node.at)?;
        for child in children {
            end = end.max(self.end(child)?);
        }
        if !self.is_flow(node) {
            return Some(end);
        }
        if end == self.offset(node.at)? {
            end += 1;
        }
        // Blanks, a comma and comments may stand before the bracket.
        loop {
            let rest = &self.text[end..];
            let next = rest.find(|c: char| !c.is_whitespace() && c != ',')?;
            match rest[next..].chars().next()? {
                '#' => end = self.next_line(end + next),
                ']' | '}' => return Some(end + next + 1),
                _ => return None,
            }
        }
    }
}

/// Whether nothing stands there that YAML would read: other blanks than its own are text.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

pub(super) fn scalar(node: &Node) -> Option<&Scalar> {
    match &node.value {
        Value::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

fn is_nothing(node: &Node) -> bool {
    scalar(node).is_some_and(Scalar::is_null)
}

/// A key of a map with its value.
pub(super) fn entry<'n>(map: &'n Node, key: &str) -> Option<(&'n Node, &'n Node)> {
    let Value::Map(entries) = &map.value else { return None };
    let found = entries.iter().find(|(name, _)| scalar(name).is_some_and(|of| of.text == key))?;
    Some((&found.0, &found.1))
}
