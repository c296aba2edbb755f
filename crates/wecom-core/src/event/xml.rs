//! XML to fields: one pass, borrowing, with bounds on depth and count.
//!
//! WeCom's XML is a flat list of elements, some of them with a list inside. Order, CDATA or bare text, and whitespace
//! vary. Document types are refused and no entity but XML's own five is resolved, so a text cannot grow or reach
//! outside itself. Attributes are passed over.

use std::borrow::Cow;

use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};

use super::fields::Fields;
use crate::flat;

/// How deep elements may stand in each other. WeCom's deepest has five levels (`ExtAttr` of the directory).
const MAX_DEPTH: usize = 8;

/// Reads what can be read. [`Fields::whole`] tells whether the root element was closed and all of it understood.
pub(super) fn read(source: &str) -> Fields<'_> {
    let mut fields = Fields::new();
    fields.whole = flat::read(source, |name, text| fields.push("", name, text).then_some(())).is_some();
    if fields.whole { fields } else { read_whatever_it_is(source) }
}

fn read_whatever_it_is(source: &str) -> Fields<'_> {
    let mut fields = Fields::new();
    fields.whole = read_into(source, &mut fields).is_some();
    fields
}

/// The element that is being read, while it has no children.
struct Leaf<'a> {
    text: Cow<'a, str>,
    has_cdata: bool,
}

fn read_into<'a>(source: &'a str, fields: &mut Fields<'a>) -> Option<()> {
    let mut reader = Reader::from_str(source);
    // The names of the elements around the place that is being read, the root's first.
    let mut open: [&'a str; MAX_DEPTH] = [""; MAX_DEPTH];
    let mut depth = 0;
    let mut leaf: Option<Leaf<'a>> = None;
    loop {
        let at = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Start(start) => {
                // The event lends its name for its own lifetime only; the source lends it for as long as the fields.
                let name = source.get(at + 1..at + 1 + start.name().as_ref().len())?;
                *open.get_mut(depth)? = name;
                depth += 1;
                leaf = Some(Leaf { text: Cow::Borrowed(""), has_cdata: false });
            }
            Event::Empty(_) if depth == 0 => return Some(()),
            // An empty element says nothing, and whatever is around it is no leaf.
            Event::Empty(_) => leaf = None,
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                let Some(leaf) = leaf.take() else {
                    if depth == 0 {
                        return Some(());
                    }
                    continue;
                };
                let text = leaf.finish();
                let kept = match depth {
                    0 => return Some(()), // a root without elements
                    1 => fields.push("", open[1], text),
                    2 => fields.push(open[1], open[2], text),
                    _ => true, // deeper than anything that is asked for
                };
                if !kept {
                    return None;
                }
            }
            Event::Text(text) => {
                if let Some(leaf) = &mut leaf {
                    leaf.add_text(text.into_inner());
                }
            }
            Event::CData(text) => {
                if let Some(leaf) = &mut leaf {
                    leaf.add_cdata(text.into_inner());
                }
            }
            Event::GeneralRef(entity) => {
                let resolved = match entity.resolve_char_ref().ok()? {
                    Some(char) => Cow::Owned(char.to_string()),
                    None => Cow::Borrowed(resolve_xml_entity(&entity)?),
                };
                if let Some(leaf) = &mut leaf {
                    leaf.add(resolved);
                }
            }
            Event::DocType(_) | Event::Eof => return None,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

impl<'a> Leaf<'a> {
    fn add(&mut self, piece: Cow<'a, str>) {
        if self.text.is_empty() {
            self.text = piece;
        } else {
            self.text.to_mut().push_str(&piece);
        }
    }

    /// Bare text. Beside CDATA, whitespace is the sender's layout and no part of the value.
    fn add_text(&mut self, piece: Cow<'a, str>) {
        if !(self.has_cdata && piece.trim_ascii().is_empty()) {
            self.add(piece);
        }
    }

    fn add_cdata(&mut self, piece: Cow<'a, str>) {
        if !self.has_cdata && self.text.trim_ascii().is_empty() {
            self.text = Cow::Borrowed("");
        }
        self.has_cdata = true;
        self.add(piece);
    }

    fn finish(self) -> Cow<'a, str> {
        if self.has_cdata {
            return self.text;
        }
        match self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
            Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    /// What a sender may write, with enough whole elements among it that many a message is flat.
    const PIECES: &[&str] = &[
        "<A>1</A>",
        "<B><![CDATA[x]]></B>",
        "<C> y </C>\n",
        "<A></A>",
        "<A>",
        "</A>",
        "<A/>",
        "<B b='1'>",
        "</B >",
        "<![CDATA[",
        "]]>",
        "]",
        ">",
        "<",
        "&",
        "&amp;",
        "&#120;",
        " ",
        "\u{c}",
        "\u{a0}",
        "中",
        "\0",
        "<!-- c -->",
        "<?p?>",
        "<xml>",
        "</xml>",
    ];

    proptest! {
        #[test]
        fn what_is_flat_is_read_as_the_parser_reads_it(
            pieces in vec(prop_oneof![3 => select(&PIECES[..4]), 1 => select(PIECES)], 0..8),
        ) {
            let source = format!("<xml>{}</xml>", pieces.concat());
            prop_assert_eq!(format!("{:?}", read(&source)), format!("{:?}", read_whatever_it_is(&source)));
        }
    }

    fn text(source: &str, name: &str) -> Option<String> {
        let fields = read(source);
        assert!(fields.whole, "{source}");
        fields.owned(name)
    }

    #[test]
    fn text_comes_bare_or_as_cdata_in_pieces_with_entities_and_with_whitespace_around() {
        for source in [
            "<xml><A>x&y</A></xml>".replace('&', "&amp;"),
            "<xml><A><![CDATA[x&y]]></A></xml>".into(),
            "<xml><A><![CDATA[x]]><![CDATA[&y]]></A></xml>".into(),
            "<xml><A>x&#38;&#x79;</A></xml>".into(),
            "<xml><A>\n  x&amp;y\n</A></xml>".into(),
            "\n<xml ><A a='1'>\n  <![CDATA[x&y]]>\n</A ></xml >\n".into(),
            "<?xml version=\"1.0\"?><!-- c --><xml><A>x<!-- c -->&amp;y</A></xml>".into(),
        ] {
            assert_eq!(text(&source, "A").as_deref(), Some("x&y"), "{source}");
        }
    }

    #[test]
    fn whitespace_inside_a_value_is_kept() {
        assert_eq!(text("<xml><A>a &amp; &lt; b</A></xml>", "A").as_deref(), Some("a & < b"));
        assert_eq!(text("<xml><A><![CDATA[ a ]]></A></xml>", "A").as_deref(), Some(" a "));
    }

    #[test]
    fn a_field_of_an_inner_element_is_not_one_of_the_message() {
        let source =
            "<xml><Ext><Item><Name>inner</Name></Item></Ext><List><Item>1</Item><Item>2</Item></List></xml>";
        let fields = read(source);
        assert_eq!(fields.text("Name"), None);
        assert_eq!(fields.list("List"), ["1", "2"]);
        assert_eq!(fields.list("Ext"), [""; 0]);
    }

    #[test]
    fn what_is_not_whole_still_tells_what_came_before() {
        for tail in [
            "",
            "</b>",
            "<B>&unknown;</B></xml>",
            "<!DOCTYPE x></xml>",
            "<B>&#0;</B></xml>",
            "<a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></a></xml>",
        ] {
            let source = format!("<xml><A>1</A>{tail}");
            let fields = read(&source);
            assert_eq!((fields.text("A"), fields.whole), (Some("1"), false), "{source}");
        }
    }

    #[test]
    fn depth_and_count_are_bounded() {
        assert!(!read(&"<a>".repeat(1_000_000)).whole);
        let many = format!("<xml>{}</xml>", "<a>1</a>".repeat(super::super::fields::MAX_FIELDS + 1));
        assert!(!read(&many).whole);
        let attributes = format!("<xml {}><A>1</A></xml>", "a='1' ".repeat(100_000));
        assert_eq!(text(&attributes, "A").as_deref(), Some("1"));
    }
}
