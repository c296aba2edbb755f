//! Sentences of the program's own as a page shows them: what stands in backticks is code.

use std::fmt;

use askama::filters::HtmlSafe;

/// A sentence whose commands, keys and codes stand in backticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prose(String);

impl<T: Into<String>> From<T> for Prose {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.split('`').enumerate() {
            // Every second part stands between two of them.
            let (open, close) = if at % 2 == 1 { ("<code>", "</code>") } else { ("", "") };
            f.write_str(open)?;
            escape(part, f)?;
            f.write_str(close)?;
        }
        Ok(())
    }
}

/// It may quote what came from outside, so everything that HTML would take for its own is written out.
fn escape(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for character in text.chars() {
        match character {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&#39;")?,
            other => fmt::Write::write_char(f, other)?,
        }
    }
    Ok(())
}

// Every character of it is escaped above.
impl HtmlSafe for Prose {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_are_code_and_nothing_else_is_html() {
        let shown = |text: &str| Prose::from(text).to_string();
        assert_eq!(shown("再用 `actions retry` 重试。"), "再用 <code>actions retry</code> 重试。");
        assert_eq!(
            shown("`<img src=x onerror='a'>` & \"b\""),
            "<code>&lt;img src=x onerror=&#39;a&#39;&gt;</code> &amp; &quot;b&quot;"
        );
        assert_eq!(shown(""), "");
    }
}
