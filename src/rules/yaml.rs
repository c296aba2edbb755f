//! The document as a tree in which every value knows its line and column.
//!
//! Built from the parser's events rather than by serde: a derived deserialiser stops at the first fault, and the
//! check is to show all of them. Scalars keep the text as it was written, so that a `state` of many digits never
//! becomes a number. Bounded in every direction: bytes, nesting, and what aliases multiply.

use std::{borrow::Cow, collections::HashMap, ops::Range, rc::Rc};

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag, options};

use super::fault::{Log, Mark};

/// A document of more than this is refused unread: a thousand rules with long texts are half of it.
pub const DOCUMENT_BYTES_MAX: usize = 1024 * 1024;

/// How deep lists and maps may be nested; the language itself needs eight.
const DEPTH_MAX: usize = 32;

/// What a value weighs before its text. A file of short values is as much work as one of long texts.
const NODE_WEIGHT: usize = 16;

/// How much the document may weigh once its aliases are written out. A full document with texts shared by anchors
/// stays below; a bomb of aliases passes it within its first lines.
const WEIGHT_MAX: usize = 4 * DOCUMENT_BYTES_MAX;

/// A value and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: Mark,
    pub(super) value: Value,
    weight: usize,
    depth: usize,
}

#[derive(Debug)]
pub(super) enum Value {
    Scalar(Scalar),
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) text: String,
    /// Written without quotes, so that `true`, `~` and numbers mean more than their letters.
    plain: bool,
    /// Written as a `|` block: line n of the text is line n of the block.
    pub(super) block: bool,
    /// Where it stands in the document.
    bytes: Range<usize>,
}

impl Scalar {
    pub(super) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// Whether it would be true or false, were it not in quotes.
    pub(super) fn is_quoted_bool(&self) -> bool {
        !self.plain && matches!(self.text.as_str(), "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
    }

    pub(super) fn as_integer(&self) -> Option<i64> {
        self.plain.then(|| self.text.parse().ok()).flatten()
    }
}

impl Node {
    /// What kind of value this is, in words for a message.
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => "nothing",
            Value::Scalar(scalar) if scalar.as_bool().is_some() => "true or false",
            Value::Scalar(scalar) if scalar.as_integer().is_some() => "a number",
            Value::Scalar(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map of keys",
        }
    }
}

/// Reads the document's one value; `None` when it has none or cannot be read, which the log then says.
pub(super) fn read(document: &str, log: &mut Log) -> Option<Rc<Node>> {
    if document.len() > DOCUMENT_BYTES_MAX {
        log.add(
            Mark::START,
            "",
            format!("the file has {} bytes, more than {DOCUMENT_BYTES_MAX}", document.len()),
            "keep fewer or shorter rules in it",
        );
        return None;
    }
    let options = options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut builder = Builder { source: document, ..Builder::default() };
    for next in Parser::new_from_str_with_options(document, options) {
        let step = match next {
            Ok((event, span)) => builder.step(event, span),
            Err(error) => Err(syntax(document, &error)),
        };
        if let Err(Refused { at, what, mend }) = step {
            log.add(at, "", what, mend);
            return None;
        }
    }
    if builder
        .root
        .as_ref()
        .is_none_or(|root| matches!(&root.value, Value::Scalar(scalar) if scalar.is_null()))
    {
        log.add(Mark::START, "", "the file is empty", "begin it with `rules:` and a list of rules");
        return None;
    }
    builder.root
}

fn mark(marker: Marker) -> Mark {
    Mark { line: marker.line().max(1), column: marker.col() + 1 }
}

/// Which bytes of the document it is. They are counted for a document that is held in memory, as ours is.
fn bytes(span: Span) -> Range<usize> {
    span.start.byte_offset().unwrap_or_default()..span.end.byte_offset().unwrap_or_default()
}

const TOO_DEEP: &str = "lists and maps are nested too deeply";
const SHALLOW_ENOUGH: &str = "the language needs no more than a few levels";

/// Why the document cannot be read on.
struct Refused {
    at: Mark,
    what: Cow<'static, str>,
    mend: &'static str,
}

fn refused(at: Mark, what: &'static str, mend: &'static str) -> Refused {
    Refused { at, what: Cow::Borrowed(what), mend }
}

fn syntax(document: &str, error: &ScanError) -> Refused {
    let at = mark(*error.marker());
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return refused(at, TOO_DEEP, SHALLOW_ENOUGH);
    }
    let line = document.lines().nth(at.line - 1).unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    let mend = if indent.contains('\t') {
        "YAML is not indented by tabs: use spaces"
    } else if line.contains(": {{") || line.contains("- {{") {
        "a text that begins with `{{` must stand in quotes"
    } else {
        "look at the indentation and the quotes here and in the line above; a text that contains `: ` or ` #`, or \
         begins with one of {}[]&*!|>'\"%@`, must stand in quotes"
    };
    Refused { at, what: format!("this is not YAML: {}", error.info()).into(), mend }
}

/// The pairs of a map. In `{ text: 您好,很高兴 }` YAML sees the text `您好` and a key `很高兴` without a value; nobody means
/// that, and people write it all the time, for Chinese puts no space after its comma. So a key that nothing follows
/// belongs to the bare text before it where one comma and no space stands between them.
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

/// The text that goes on, after a comma, in what looks like another key.
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
        block: false,
        bytes,
    });
    Some(Node { at: text.at, value, weight: text.weight.saturating_add(key.weight), depth: 1 })
}

/// Puts the events together. Its own stack, so that nesting never costs the thread's.
#[derive(Default)]
struct Builder<'a> {
    source: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
}

struct Open {
    at: Mark,
    anchor: usize,
    children: Vec<Rc<Node>>,
}

impl Builder<'_> {
    fn step(&mut self, event: Event<'_>, span: Span) -> Result<(), Refused> {
        let at = mark(span.start);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err(refused(
                at,
                "a second document begins here",
                "put all rules under one `rules:` and remove the `---`",
            )),
            Event::Scalar(text, style, anchor, tag) => {
                known_tag(at, tag.as_deref())?;
                let weight = text.len().saturating_add(NODE_WEIGHT);
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let block = style == ScalarStyle::Literal;
                let value =
                    Value::Scalar(Scalar { text: text.into_owned(), plain, block, bytes: bytes(span) });
                self.place(anchor, Node { at, value, weight, depth: 1 })
            }
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => {
                known_tag(at, tag.as_deref())?;
                if self.open.len() >= DEPTH_MAX {
                    return Err(refused(
                        at,
                        "nested too deeply",
                        "the language needs no more than a few levels",
                    ));
                }
                self.open.push(Open { at, anchor, children: Vec::new() });
                Ok(())
            }
            Event::SequenceEnd => self.close(Value::List),
            Event::MappingEnd => {
                let source = self.source;
                self.close(|children| Value::Map(entries(source, children)))
            }
            Event::Alias(anchor) => {
                // An anchor is known once its value is complete, so an alias inside of its own value finds none.
                let Some(node) = self.anchors.get(&anchor).map(Rc::clone) else {
                    return Err(refused(
                        at,
                        "an alias inside of the value it stands for",
                        "write the value out",
                    ));
                };
                self.attach(node)
            }
            Event::UnresolvedAlias(name) => Err(Refused {
                at,
                what: format!("`*{name}` stands for `&{name}`, which is not in the file above it").into(),
                mend: "write the value out, or put a text that begins with `*` in quotes",
            }),
            _ => Ok(()),
        }
    }

    fn close(&mut self, value: impl FnOnce(Vec<Rc<Node>>) -> Value) -> Result<(), Refused> {
        // The parser closes only what it opened.
        let Some(Open { at, anchor, children }) = self.open.pop() else { return Ok(()) };
        let weight = children.iter().fold(NODE_WEIGHT, |sum: usize, child| sum.saturating_add(child.weight));
        let depth = 1 + children.iter().map(|child| child.depth).max().unwrap_or(0);
        self.place(anchor, Node { at, value: value(children), weight, depth })
    }

    fn place(&mut self, anchor: usize, node: Node) -> Result<(), Refused> {
        let node = Rc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.attach(node)
    }

    fn attach(&mut self, node: Rc<Node>) -> Result<(), Refused> {
        if node.depth + self.open.len() > DEPTH_MAX {
            return Err(refused(node.at, TOO_DEEP, SHALLOW_ENOUGH));
        }
        if node.weight > WEIGHT_MAX {
            return Err(refused(
                node.at,
                "the file holds too much",
                "keep fewer rules in it, and fewer `*aliases`",
            ));
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }
}

fn known_tag(at: Mark, tag: Option<&Tag>) -> Result<(), Refused> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() => Err(refused(
            at,
            "a YAML tag, which means nothing here",
            "put a text that begins with `!` in quotes",
        )),
        _ => Ok(()),
    }
}
