//! Signs, drawn in the colour of the text around them. Each stands beside a word, so a screen reader passes it over.

use std::fmt;

use askama::filters::HtmlSafe;

/// A sign of sixteen by sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Good,
    Bad,
    Wait,
    Warn,
    Quiet,
    Unsure,
    Overview,
    Events,
    Failures,
    Rules,
    Code,
    Tags,
    Customers,
    Stats,
    Health,
    Audit,
    Tokens,
    Copy,
    File,
    Image,
    Video,
    Link,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Good => r#"<path d="m3.2 8.6 3 3 6.6-7"/>"#,
            Self::Bad => r#"<path d="m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6"/>"#,
            Self::Wait => r#"<circle cx="8" cy="8" r="5.6"/><path d="M8 5v3.2l2 1.4"/>"#,
            Self::Warn => r#"<path d="M8 2.6 14.2 13H1.8L8 2.6Z"/><path d="M8 6.6v2.8M8 11.4v.1"/>"#,
            Self::Quiet => r#"<path d="M4 8h8"/>"#,
            Self::Unsure => r#"<path d="M5.8 6a2.3 2.3 0 1 1 3.2 2.1c-.7.3-1 .8-1 1.5M8 12v.1"/>"#,
            Self::Overview => {
                r#"<rect x="2.2" y="2.2" width="5" height="6.4" rx="1"/><rect x="8.8" y="2.2" width="5" height="3.6" rx="1"/><rect x="8.8" y="7.4" width="5" height="6.4" rx="1"/><rect x="2.2" y="10.2" width="5" height="3.6" rx="1"/>"#
            }
            Self::Events => r#"<path d="M5.6 3.6h8M5.6 8h8M5.6 12.4h8M2.4 3.6h.1M2.4 8h.1M2.4 12.4h.1"/>"#,
            Self::Failures => r#"<circle cx="8" cy="8" r="5.8"/><path d="M8 5v3.4M8 10.8v.1"/>"#,
            Self::Rules => r#"<path d="M3.4 2.6h6l3.2 3.2v7.6H3.4zM6 7h4M6 9.4h4M6 11.6h2"/>"#,
            Self::Code => {
                r#"<rect x="2.4" y="2.4" width="4.4" height="4.4"/><rect x="9.2" y="2.4" width="4.4" height="4.4"/><rect x="2.4" y="9.2" width="4.4" height="4.4"/><path d="M9.2 9.2h1.6v1.6M13.6 9.2v1.6M9.2 13.6h1.6M13.6 13.6h-.1"/>"#
            }
            Self::Tags => r#"<path d="M2.6 2.6h5.2l5.8 5.8-5.2 5.2-5.8-5.8V2.6Z"/><path d="M5.4 5.4h.1"/>"#,
            Self::Customers => {
                r#"<circle cx="8" cy="5.2" r="2.8"/><path d="M2.8 13.6c.6-2.6 2.6-4 5.2-4s4.6 1.4 5.2 4"/>"#
            }
            Self::Stats => r#"<path d="M2.4 13.6h11.2M4.4 13.4V9M8 13.4V3.4M11.6 13.4V6.6"/>"#,
            Self::Health => r#"<path d="M1.8 8.4h2.8l1.8-5 3 9.2 1.8-4.2h3"/>"#,
            Self::Audit => r#"<path d="M4 2.2h5.6l3 3v8.6H4zM9.4 2.4v3h3M6 8.2h4.4M6 10.8h3"/>"#,
            Self::Tokens => {
                r#"<circle cx="5.2" cy="10.8" r="2.8"/><path d="m7.2 8.8 6-6M10.8 5.2l1.8 1.8"/>"#
            }
            Self::Copy => {
                r#"<rect x="5.6" y="5.6" width="8" height="8" rx="1.4"/><path d="M10.4 5.6V3.8c0-.8-.6-1.4-1.4-1.4H3.8c-.8 0-1.4.6-1.4 1.4V9c0 .8.6 1.4 1.4 1.4h1.8"/>"#
            }
            Self::File => r#"<path d="M4 2.2h5l3 3v8.6H4zM8.8 2.4v3h3"/>"#,
            Self::Image => {
                r#"<rect x="2.2" y="3" width="11.6" height="10" rx="1.4"/><circle cx="5.6" cy="6.2" r="1"/><path d="m2.6 11.6 3.4-3 2.4 2 2-1.8 3 2.6"/>"#
            }
            Self::Video => {
                r#"<rect x="2.2" y="3.4" width="11.6" height="9.2" rx="1.4"/><path d="m6.8 6 3.4 2-3.4 2z"/>"#
            }
            Self::Link => {
                r#"<path d="M6.6 9.4a2.8 2.8 0 0 0 4 0l2-2a2.8 2.8 0 0 0-4-4l-1 1M9.4 6.6a2.8 2.8 0 0 0-4 0l-2 2a2.8 2.8 0 0 0 4 4l1-1"/>"#
            }
        }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            r#"<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">"#,
        )?;
        f.write_str(self.path())?;
        f.write_str("</svg>")
    }
}

// Nothing of what is written comes from outside.
impl HtmlSafe for Icon {}
