//! Writes XML as WeCom does: flat elements, text in CDATA, numbers bare, all of it on one line.

use std::fmt::Write as _;

/// One element below `<xml>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Element<'a> {
    /// `<Name><![CDATA[text]]></Name>`
    Text(&'a str, &'a str),
    /// `<Name>17</Name>`
    Number(&'a str, i64),
    /// `<Name>` with one `<Item>` for each.
    Items(&'a str, &'a [String]),
}

/// The whole message, without a line break after its end.
pub(crate) fn write(elements: &[Element<'_>]) -> String {
    let mut xml = String::with_capacity(64 + elements.len() * 64);
    xml.push_str("<xml>");
    for element in elements {
        // Writing to a String cannot fail.
        let _ = match element {
            Element::Text(name, text) => write!(xml, "<{name}>{}</{name}>", cdata(text)),
            Element::Number(name, number) => write!(xml, "<{name}>{number}</{name}>"),
            Element::Items(name, items) => {
                let _ = write!(xml, "<{name}>");
                for item in *items {
                    let _ = write!(xml, "<Item>{}</Item>", cdata(item));
                }
                write!(xml, "</{name}>")
            }
        };
    }
    xml.push_str("</xml>");
    xml
}

/// A CDATA section of a text, which may itself contain the mark that ends one.
fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_its_element() {
        let xml = write(&[Element::Text("State", "a]]></State><State>b")]);
        assert_eq!(xml, "<xml><State><![CDATA[a]]]]><![CDATA[></State><State>b]]></State></xml>");
    }
}
