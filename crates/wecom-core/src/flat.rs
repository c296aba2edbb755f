//! The XML that WeCom writes, read in one pass: elements side by side inside a root, each with a text, bare or as CDATA.
//!
//! No attributes, no entities, no comments, nothing inside an element: that is every customer event and every body of a
//! callback. Whatever else a sender may write is not for here, and whoever asked goes to the parser of XML; so does whatever
//! is wrong, as only the parser says how. What is read here the parser reads alike.

use memchr::memchr;

/// Gives each element's name and text to `field`, in their order. `None` where the source is not of this form to its end, or
/// where `field` returns it: what it was given until then counts for nothing.
pub(crate) fn read<'a>(source: &'a str, mut field: impl FnMut(&'a str, &'a str) -> Option<()>) -> Option<()> {
    let (root, mut rest) = opened(source)?;
    loop {
        rest = rest.trim_ascii_start();
        if let Some(end) = rest.strip_prefix("</") {
            let behind = end.strip_prefix(root)?.strip_prefix('>')?;
            return behind.trim_ascii().is_empty().then_some(());
        }
        let (name, inside) = opened(rest)?;
        let (text, end) = match inside.strip_prefix("<![CDATA[") {
            Some(data) => cdata(data)?,
            None => bare(inside)?,
        };
        rest = end.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')?;
        field(name, text)?;
    }
}

/// The name of the element that begins here, and what comes after its `>`.
fn opened(source: &str) -> Option<(&str, &str)> {
    let rest = source.strip_prefix('<')?;
    let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')?;
    let (name, rest) = rest.split_at_checked(end)?;
    let rest = rest.strip_prefix('>')?;
    (!name.is_empty()).then_some((name, rest))
}

/// The text up to the end of the CDATA that has begun, and what comes after it.
fn cdata(source: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let end = from + memchr(b'>', source.as_bytes().get(from..)?)?;
        let (text, behind) = source.split_at_checked(end)?;
        from = end + 1;
        if let Some(text) = text.strip_suffix("]]") {
            return Some((text, behind.get(1..)?));
        }
    }
}

/// The text up to the next element, without the whitespace around it.
fn bare(source: &str) -> Option<(&str, &str)> {
    let (text, behind) = source.split_at_checked(memchr(b'<', source.as_bytes())?)?;
    memchr(b'&', text.as_bytes()).is_none().then(|| (text.trim_ascii(), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(source: &str) -> Option<Vec<(&str, &str)>> {
        let mut fields = Vec::new();
        read(source, |name, text| {
            fields.push((name, text));
            Some(())
        })?;
        Some(fields)
    }

    #[test]
    fn elements_side_by_side_are_read_bare_or_as_cdata() {
        let source =
            "<xml>\n<A><![CDATA[ x>]]&]]></A><B_1> 1\n</B_1>\r\n<C></C><C><![CDATA[]]]]></C></xml>\n";
        assert_eq!(fields(source), Some(vec![("A", " x>]]&"), ("B_1", "1"), ("C", ""), ("C", "]]")]));
        assert_eq!(fields("<xml></xml>"), Some(vec![]));
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        for other in [
            "",
            "x",
            "<",
            "<xml",
            "<xml>",
            "<xml><A>1</A>",
            "<xml><A>1</B></xml>",
            "<xml><A>1</A></xm>",
            "<xml><A>1</A></xml><xml/>",
            "<xml><A>1</A></xml>x",
            "<xml>x<A>1</A></xml>",
            "<xml a='1'><A>1</A></xml>",
            "<xml><A b='1'>1</A></xml>",
            "<xml><A>1 &amp; 2</A></xml>",
            "<xml><A><B>1</B></A></xml>",
            "<xml><A/></xml>",
            "<xml><A >1</A></xml>",
            "<xml><A>1</A ></xml>",
            "<xml><A> <![CDATA[1]]></A></xml>",
            "<xml><A><![CDATA[1]]>2</A></xml>",
            "<xml><A><![CDATA[1]]</A></xml>",
            "<xml><A><!-- c -->1</A></xml>",
            "<?xml version='1.0'?><xml><A>1</A></xml>",
            "<!DOCTYPE xml><xml><A>1</A></xml>",
            "<><A>1</A></>",
            "<项><A>1</A></项>",
        ] {
            assert_eq!(fields(other), None, "{other}");
        }
    }
}
