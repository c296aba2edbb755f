//! The language of what people read who try something out.

/// The language of the page at `/`, of what is said where nothing is, and of why the callback URL, or the gateway before it, gave no
/// answer or a wrong one. Other errors in JSON are the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageLanguage {
    /// English.
    #[default]
    English,
    /// Chinese.
    Chinese,
}
