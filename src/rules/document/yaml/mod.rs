//! The document as a tree in which every value knows its line and column.
//!
//! Built from the parser's events rather than by serde: a derived deserialiser stops at the first fault, and the
//! check is to show all of them. Scalars keep the text as it was written, so that a `state` of many digits never
//! becomes a number. Bounded in every direction: bytes, nesting, and what aliases multiply.

mod hint;
mod scalar;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, ops::Range, rc::Rc};

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag, options};

use super::{
    fault::{FAULTS_MAX, Log, Mark},
    words::{DocumentFault, YamlMend},
    wrong::Quoted,
};
pub(crate) use hint::{Colon, colon};
use hint::{comment_behind, has_comment_in_braces, has_typed_sign, tab_below};
pub(crate) use scalar::Scalar;

/// A longer document is refused unread. A thousand rules with long texts take half of this.
pub const DOCUMENT_BYTES_MAX: usize = 1024 * 1024;

/// How deep lists and maps may be nested; the language itself needs eight.
const DEPTH_MAX: usize = 32;

/// What a value weighs besides its text: many short values are as much work as a few long texts.
const NODE_WEIGHT: usize = 16;

/// How much the document may weigh once its aliases are written out. A document of full size whose texts are shared by
/// anchors stays below; a bomb of aliases exceeds it within its first lines.
const WEIGHT_MAX: usize = 4 * DOCUMENT_BYTES_MAX;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) at: Mark,
    pub(crate) value: Value,
    weight: usize,
    depth: usize,
}

#[derive(Debug)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

/// What kind of value it is, as far as a message tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nothing,
    Boolean,
    Number,
    Text,
    List,
    Map,
}

impl Node {
    /// The kind of value, for a message.
    pub(crate) fn kind(&self) -> Kind {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => Kind::Nothing,
            Value::Scalar(scalar) if scalar.as_bool().is_some() => Kind::Boolean,
            Value::Scalar(scalar) if scalar.as_integer().is_some() => Kind::Number,
            Value::Scalar(_) => Kind::Text,
            Value::List(_) => Kind::List,
            Value::Map(_) => Kind::Map,
        }
    }
}

/// A document, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) root: Rc<Node>,
    /// Whether that is all of it. If not, reading ended early: the last values are missing, and the others are complete.
    pub(crate) is_whole: bool,
}

/// Reads the document's one value; `None` when it has none or nothing of it can be read, of which the log then has the
/// fault.
pub(crate) fn read(document: &str, log: &mut Log) -> Option<Document> {
    if document.len() > DOCUMENT_BYTES_MAX {
        log.add(Mark::START, "", DocumentFault::TooLarge { bytes_max: DOCUMENT_BYTES_MAX });
        return None;
    }
    let options = options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut builder = Builder { source: document, ..Builder::default() };
    let mut ended = None;
    for next in Parser::new_from_str_with_options(document, options) {
        let step = match next {
            Ok((event, span)) => builder.step(event, span),
            Err(error) => Err(syntax(document, &error)),
        };
        if let Err(unreadable) = step {
            ended = Some(unreadable);
            break;
        }
    }
    for Unreadable { at, wrong } in std::mem::take(&mut builder.unreadable) {
        log.add_unreadable(at, wrong);
    }
    if let Some(Unreadable { at, wrong }) = ended {
        log.add(at, "", wrong);
        let (root, is_whole) = match builder.root.take() {
            Some(root) => (Some(root), true),
            None if builder.is_too_heavy => (None, false),
            None => (builder.so_far(), false),
        };
        // A lone text, where reading ended early, is not a document but the first words of a broken one.
        let root = root.filter(|root| !matches!(root.value, Value::Scalar(_)));
        return root.map(|root| Document { root, is_whole });
    }
    if builder
        .root
        .as_ref()
        .is_none_or(|root| matches!(&root.value, Value::Scalar(scalar) if scalar.is_null()))
    {
        log.add(Mark::START, "", DocumentFault::Empty);
        return None;
    }
    builder.root.map(|root| Document { root, is_whole: true })
}

fn mark(marker: Marker) -> Mark {
    Mark { line: marker.line().max(1), column: marker.col() + 1 }
}

/// The bytes of the document that the span covers. The parser counts bytes only for documents in memory, as ours is.
fn bytes(span: Span) -> Range<usize> {
    span.start.byte_offset().unwrap_or_default()..span.end.byte_offset().unwrap_or_default()
}

/// Why the document cannot be read on.
struct Unreadable {
    at: Mark,
    wrong: DocumentFault,
}

/// What the parser stumbled over, as far as it can be said in other words than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A bracket that nothing closes.
    Bracket(char),
    /// Quotes that nothing closes.
    Quote,
    Tab,
    Indentation,
    /// Something else stands where a key is expected.
    Key,
    /// A colon where there can be none.
    Colon,
    Escape,
    Otherwise,
}

impl Broken {
    fn of(kind: &ErrorKind) -> Self {
        match kind {
            ErrorKind::UnclosedFlowCollection { open } => Self::Bracket(*open),
            ErrorKind::UnexpectedEofFlowSequence | ErrorKind::ExpectedFlowSequenceSeparator => {
                Self::Bracket('[')
            }
            ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::ExpectedFlowMappingSeparator => Self::Bracket('{'),
            ErrorKind::UnclosedQuotedScalar => Self::Quote,
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar => Self::Tab,
            ErrorKind::InvalidIndentation
            | ErrorKind::InvalidBlockScalarIndent
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::InvalidFlowScalarIndent => Self::Indentation,
            ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::InvalidSimpleKey => Self::Key,
            ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => Self::Colon,
            ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => Self::Escape,
            _ => Self::Otherwise,
        }
    }
}

fn syntax(document: &str, error: &ScanError) -> Unreadable {
    let at = mark(*error.marker());
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return Unreadable { at, wrong: DocumentFault::TooDeep };
    }
    // Of a tab below a text without quotes the parser tells where the text begins.
    let is_tab = error.info().contains("found a tab");
    if let Some(at) = is_tab.then(|| tab_below(document, at.line)).flatten() {
        return Unreadable { at, wrong: DocumentFault::TabIndents };
    }
    let line = document.lines().nth(at.line - 1).unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    // A broken key is most often in the line above: the parser takes it for a text, and stumbles over how that goes on.
    let around = || document.lines().skip(at.line.saturating_sub(2)).take(2);
    let mend = if indent.contains('\t') {
        YamlMend::Tab
    } else if let Some(colon) = around().find_map(colon) {
        YamlMend::Colon(colon)
    } else if around().any(has_typed_sign) {
        YamlMend::TypedSign
    } else if around().any(has_comment_in_braces) {
        YamlMend::Comment
    } else if line.contains(": {{") || line.contains("- {{") {
        YamlMend::BracesInQuotes
    } else {
        YamlMend::Look
    };
    let message = error.info().clone();
    Unreadable { at, wrong: DocumentFault::NotYaml { message, broken: Broken::of(error.kind()), mend } }
}

/// The pairs of a map. In `{ text: 您好,很高兴 }` YAML sees the text `您好` and a key `很高兴` without a value. Nobody means
/// that, and people write it all the time, because Chinese puts no space after a comma. So a key without a value is
/// joined to the bare text before it where nothing but a comma stands between them.
fn entries(source: &str, children: Vec<Rc<Node>>) -> Vec<(Rc<Node>, Rc<Node>)> {
    let mut children = children.into_iter();
    let mut entries: Vec<(Rc<Node>, Rc<Node>)> = Vec::with_capacity(children.len() / 2);
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        let whole = entries.last().and_then(|(_, text)| continued(source, text, &key, &value));
        match (whole, entries.last_mut()) {
            (Some(whole), Some(last)) => last.1 = Rc::new(whole),
            _ => entries.push((key, value)),
        }
    }
    entries
}

/// The whole text, where what looks like another key is how the text goes on after a comma.
fn continued(source: &str, text: &Node, key: &Node, value: &Node) -> Option<Node> {
    let (Value::Scalar(begun), Value::Scalar(rest), Value::Scalar(nothing)) =
        (&text.value, &key.value, &value.value)
    else {
        return None;
    };
    let all_bare = begun.plain && rest.plain && nothing.bytes.is_empty();
    let between = source.get(begun.bytes.end..rest.bytes.start)?;
    let behind = source.get(rest.bytes.end..)?.trim_start();
    if !all_bare || begun.bytes.is_empty() || between != "," || behind.starts_with(':') {
        return None;
    }
    let bytes = begun.bytes.start..rest.bytes.end;
    let value = Value::Scalar(Scalar {
        text: source.get(bytes.clone())?.to_owned(),
        plain: true,
        style: ScalarStyle::Plain,
        comment: comment_behind(source, bytes.end),
        bytes,
        written: None,
    });
    Some(Node { at: text.at, value, weight: text.weight.saturating_add(key.weight), depth: 1 })
}

/// Builds the tree from the parser's events. It keeps a stack of its own, so that deep nesting cannot overflow the
/// thread's.
#[derive(Default)]
struct Builder<'a> {
    source: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
    /// Values that cannot be read, though reading goes on behind them.
    unreadable: Vec<Unreadable>,
    /// The tree weighs too much even to look at the part that was read.
    is_too_heavy: bool,
}

struct Open {
    at: Mark,
    anchor: usize,
    is_map: bool,
    children: Vec<Rc<Node>>,
}

impl Builder<'_> {
    fn step(&mut self, event: Event<'_>, span: Span) -> Result<(), Unreadable> {
        let at = mark(span.start);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(Unreadable { at, wrong: DocumentFault::SecondDocument })
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.check_tag(at, tag.as_deref());
                let weight = text.len().saturating_add(NODE_WEIGHT);
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let bytes = bytes(span);
                let written = self.source.get(bytes.clone()).filter(|it| it.trim_end().contains('\n'));
                let written = written.map(Into::into);
                let comment = if plain { comment_behind(self.source, bytes.end) } else { None };
                let value =
                    Value::Scalar(Scalar { text: text.into_owned(), plain, style, bytes, written, comment });
                self.place(anchor, Node { at, value, weight, depth: 1 })
            }
            Event::SequenceStart(_, anchor, ref tag) | Event::MappingStart(_, anchor, ref tag) => {
                self.check_tag(at, tag.as_deref());
                let is_map = matches!(event, Event::MappingStart(..));
                if self.open.len() >= DEPTH_MAX {
                    return Err(Unreadable { at, wrong: DocumentFault::TooDeep });
                }
                self.open.push(Open { at, anchor, is_map, children: Vec::new() });
                Ok(())
            }
            Event::SequenceEnd => self.close(Value::List),
            Event::MappingEnd => {
                let source = self.source;
                self.close(|children| Value::Map(entries(source, children)))
            }
            Event::Alias(anchor) => {
                // An anchor is registered once its value is complete, so an alias inside of its own value finds none.
                if let Some(node) = self.anchors.get(&anchor).map(Rc::clone) {
                    self.attach(node)
                } else {
                    self.unknown(Unreadable { at, wrong: DocumentFault::AliasInside }, span)
                }
            }
            Event::UnresolvedAlias(name) => {
                let wrong = DocumentFault::UnknownAlias { name: Quoted::of(&name) };
                self.unknown(Unreadable { at, wrong }, span)
            }
            _ => Ok(()),
        }
    }

    /// Puts the source text in the place of a value that cannot be read, so that the rest of the tree keeps its shape.
    fn unknown(&mut self, unreadable: Unreadable, span: Span) -> Result<(), Unreadable> {
        let bytes = bytes(span);
        let text = self.source.get(bytes.clone()).unwrap_or_default().to_owned();
        let (at, weight) = (unreadable.at, text.len().saturating_add(NODE_WEIGHT));
        self.remember(unreadable);
        let value = Value::Scalar(Scalar {
            text,
            plain: false,
            style: ScalarStyle::Plain,
            bytes,
            written: None,
            comment: None,
        });
        self.attach(Rc::new(Node { at, value, weight, depth: 1 }))
    }

    /// Remembers a fault, as long as faults are kept at all.
    fn remember(&mut self, unreadable: Unreadable) {
        if self.unreadable.len() <= FAULTS_MAX {
            self.unreadable.push(unreadable);
        }
    }

    fn check_tag(&mut self, at: Mark, tag: Option<&Tag>) {
        if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) {
            self.remember(Unreadable { at, wrong: DocumentFault::YamlTag });
        }
    }

    /// The values that were complete when reading ended early: those of the file's keys, and the items of the last key's
    /// list.
    fn so_far(self) -> Option<Rc<Node>> {
        let mut open = self.open.into_iter();
        let Open { at, is_map: true, mut children, .. } = open.next()? else { return None };
        if children.len() % 2 == 1 {
            match open.next() {
                Some(Open { at, is_map: false, children: items, .. }) => {
                    children.push(Rc::new(Node { at, value: Value::List(items), weight: 0, depth: 0 }));
                }
                _ => {
                    children.pop();
                }
            }
        }
        let value = Value::Map(entries(self.source, children));
        Some(Rc::new(Node { at, value, weight: 0, depth: 0 }))
    }

    fn close(&mut self, value: impl FnOnce(Vec<Rc<Node>>) -> Value) -> Result<(), Unreadable> {
        // The parser closes only what it opened.
        let Some(Open { at, anchor, children, .. }) = self.open.pop() else { return Ok(()) };
        let weight = children.iter().fold(NODE_WEIGHT, |sum: usize, child| sum.saturating_add(child.weight));
        let depth = 1 + children.iter().map(|child| child.depth).max().unwrap_or(0);
        self.place(anchor, Node { at, value: value(children), weight, depth })
    }

    fn place(&mut self, anchor: usize, node: Node) -> Result<(), Unreadable> {
        let node = Rc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.attach(node)
    }

    fn attach(&mut self, node: Rc<Node>) -> Result<(), Unreadable> {
        if node.depth + self.open.len() > DEPTH_MAX {
            return Err(Unreadable { at: node.at, wrong: DocumentFault::TooDeep });
        }
        if node.weight > WEIGHT_MAX {
            self.is_too_heavy = true;
            return Err(Unreadable { at: node.at, wrong: DocumentFault::TooHeavy });
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }
}
