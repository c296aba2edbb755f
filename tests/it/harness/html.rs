//! A page as a program reads it: its elements with their attributes and the text inside. Knows as much HTML as the server
//! writes: every tag is closed or has nothing in it, and attributes stand in double quotes or have no value.

/// Elements that have nothing in them.
const VOID: [&str; 5] = ["meta", "link", "input", "img", "br"];

/// An element.
#[derive(Clone, Debug)]
pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    /// The text inside, its own and that of what is in it.
    pub text: String,
    /// The names of the elements around it, the outermost first.
    pub around: Vec<String>,
}

impl Element {
    /// The value of an attribute; empty for one that has none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// All of its attributes.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

/// A page.
#[derive(Clone, Debug)]
pub struct Html(Vec<Element>);

impl Html {
    /// Reads a page; one that is not well-formed is a fault of the server's.
    pub fn parse(text: &str) -> Self {
        let mut found: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut rest = text.strip_prefix("<!doctype html>").unwrap_or(text);
        while let Some(at) = rest.find('<') {
            let said = plain(&rest[..at]);
            for element in &open {
                found[*element].text.push_str(&said);
            }
            let tag = &rest[at + 1..];
            let end = tag_end(tag);
            let (inside, after) = (&tag[..end], &tag[end + 1..]);
            rest = after;
            if let Some(name) = inside.strip_prefix('/') {
                let closed = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
                assert_eq!(found[closed].name, name, "closed out of order");
                continue;
            }
            let inside = inside.strip_suffix('/').unwrap_or(inside);
            let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
            let around = open.iter().map(|element| found[*element].name.clone()).collect();
            found.push(Element {
                name: name.to_owned(),
                attributes: read_attributes(attributes),
                text: String::new(),
                around,
            });
            if !VOID.contains(&name) && !tag[..end].ends_with('/') {
                open.push(found.len() - 1);
            }
        }
        assert!(
            open.is_empty(),
            "not closed: {:?}",
            open.iter().map(|at| &found[*at].name).collect::<Vec<_>>()
        );
        Self(found)
    }

    /// The elements of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.0.iter().filter(move |element| element.name == name)
    }

    /// The one element of a name.
    pub fn only(&self, name: &str) -> &Element {
        let found: Vec<&Element> = self.0.iter().filter(|element| element.name == name).collect();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found[0]
    }

    /// Every element.
    pub fn elements(&self) -> &[Element] {
        &self.0
    }

    /// The element with this id.
    pub fn by_id(&self, id: &str) -> Option<&Element> {
        self.0.iter().find(|element| element.get("id") == Some(id))
    }

    /// The text of the body, a line for each element that has words of its own.
    pub fn text(&self) -> &str {
        &self.only("body").text
    }

    /// Links and buttons with this name.
    pub fn named(&self, name: &str) -> Vec<&Element> {
        let acts = |element: &&Element| matches!(element.name.as_str(), "a" | "button");
        self.0.iter().filter(acts).filter(|element| element.text.trim() == name).collect()
    }

    /// The field that a label of this text is for.
    pub fn field(&self, label: &str) -> Option<&Element> {
        let label = self.all("label").find(|of| of.text.trim() == label)?;
        self.by_id(label.get("for")?)
    }
}

/// Where a tag ends: at the first bracket that stands in no quotes.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, char) in tag.char_indices() {
        match (quote, char) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(char),
            (Some(open), char) if open == char => quote = None,
            _ => {}
        }
    }
    panic!("a tag without an end: {}", &tag[..tag.len().min(80)])
}

fn read_attributes(mut text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return attributes;
        }
        let end = text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len());
        let (name, rest) = (&text[..end], &text[end..]);
        if let Some(value) = rest.strip_prefix('=') {
            let quote =
                value.chars().next().filter(|c| matches!(c, '"' | '\'')).expect("a value stands in quotes");
            let (value, after) = value[1..].split_once(quote).expect("and its quotes are closed");
            attributes.push((name.to_owned(), plain(value)));
            text = after;
        } else {
            attributes.push((name.to_owned(), String::new()));
            text = rest;
        }
    }
}

/// A text as it is meant.
fn plain(text: &str) -> String {
    let mut plain = text.to_owned();
    for (entity, char) in [
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        plain = plain.replace(entity, char);
    }
    plain
}
