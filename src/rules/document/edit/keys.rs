//! Keys of a map: where a new one goes, and how one is taken away.

use super::{
    Splice, Step, To,
    items::flow_removal,
    place::{RULE_KEYS, Source, entry, is_blank, scalar},
};
use crate::rules::document::yaml::{Node, Value};

impl Source<'_> {
    /// A new key of a map.
    pub(super) fn insert(
        &self,
        map: &Node,
        path: &[Step<'_>],
        to: &To,
        in_braces: bool,
    ) -> Option<Vec<Splice>> {
        let Value::Map(entries) = &map.value else { return None };
        let (Step::Key(key), below) = path.split_first()? else { return None };
        let mut ways = Vec::new();
        if self.is_flow(map) {
            for form in self.forms(below, to, 0, true) {
                if let Some((_, last)) = entries.last() {
                    let end = self.end(last)?;
                    ways.push((end..end, format!(", {key}: {form}")));
                }
                let open = self.offset(map.at)? + 1;
                let behind = if entries.is_empty() { " " } else { "," };
                ways.push((open..open, format!(" {key}: {form}{behind}")));
            }
            return Some(ways);
        }
        let indent = entries.first()?.0.at.column - 1;
        let (blanks, eol) = (" ".repeat(indent), self.eol());
        let mut forms = self.forms(below, to, indent, in_braces);
        for form in &mut forms {
            let between = if form.starts_with(eol) { "" } else { " " };
            *form = format!("{key}:{between}{form}");
        }
        let later = RULE_KEYS.iter().skip_while(|of| *of != key).skip(1);
        let next = later.filter_map(|of| entry(map, of)).filter_map(|(key, _)| self.offset(key.at)).min();
        for form in &forms {
            if let Some(next) = next
                .map(|next| self.line_start(next))
                .filter(|start| self.text[*start..].starts_with(&blanks))
            {
                for start in [self.above_comments(next), next] {
                    ways.push((start..start, format!("{blanks}{form}{eol}")));
                }
            }
            for (name, value) in entries.last().into_iter().chain(entries.first()) {
                let end = self.end(value).unwrap_or(0).max(self.offset(name.at)?);
                let end = self.line_end(end);
                ways.push((end..end, format!("{eol}{blanks}{form}")));
            }
        }
        Some(ways)
    }

    /// Where the comments begin that stand right above a line.
    pub(super) fn above_comments(&self, mut start: usize) -> usize {
        while start > 0 {
            let above = self.line_start(start - 1);
            if !self.text[above..start].trim_start().starts_with('#') {
                break;
            }
            start = above;
        }
        start
    }

    /// The ways to take a key and its value away.
    pub(super) fn removals(&self, map: &Node, key: &str) -> Vec<Splice> {
        let Value::Map(entries) = &map.value else { return Vec::new() };
        let Some(at) = entries.iter().position(|(name, _)| scalar(name).is_some_and(|of| of.text == key))
        else {
            return Vec::new();
        };
        let (Some(start), Some(end)) = (self.start(&entries[at].0), self.end(&entries[at].1)) else {
            return Vec::new();
        };
        let end = end.max(start);
        let next = entries.get(at + 1).and_then(|(key, _)| self.start(key));
        if self.is_flow(map) {
            let before = at.checked_sub(1).and_then(|at| self.end(&entries[at].1));
            return vec![flow_removal(start..end, next, before)];
        }
        let line = self.line_start(start);
        if is_blank(&self.text[line..start]) {
            return self.line_removals(line, end);
        }
        next.map(|next| vec![(start..next, String::new())]).unwrap_or_default()
    }
}
