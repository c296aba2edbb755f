//! What of a request is not understood, in words of ours: of a parameter, or of the body.

use std::fmt;

use super::Code;
use crate::language::{Language, Sentence};

/// What is not understood.
#[derive(Debug)]
pub enum Misread {
    /// `limit` is out of bounds.
    Limit {
        /// The most.
        most: u32,
    },
    /// `since` is not before `until`.
    NothingBetween,
    /// No instant.
    Instant {
        /// The parameter.
        name: &'static str,
    },
    /// None of the names that there are; where they are few, they are listed.
    Name {
        /// The parameter.
        name: &'static str,
        /// Those that there are.
        known: Vec<&'static str>,
    },
    /// A filter of actions, where events are asked for.
    OfActions,
    /// Filters of events, where actions are asked for.
    OfEvents,
    /// A note is too long.
    Note {
        /// How long it may be.
        chars_max: usize,
        /// Whether it stands in the body.
        in_body: bool,
    },
    /// Which schema is meant is not said.
    SchemaOf,
    /// No id of this stream.
    LastEventId,
    /// Neither an event of the record nor one that is given, or both.
    EventOrPayload,
    /// No version.
    Version,
    /// No number of days.
    Days,
    /// Bytes that are no text.
    NotUtf8,
    /// The body broke off.
    Cut,
    /// The body did not arrive in time.
    Slow,
    /// No `multipart/form-data`, or nothing is said to stand between its parts.
    NoForm,
    /// A form that breaks off, or is none.
    BrokenForm,
    /// More parts than are read.
    Parts {
        /// How many are.
        most: usize,
    },
    /// No file, or several.
    OneFile,
    /// A filter of a page; what is wrong with it, in the language of the page.
    Filter(String),
    /// By which address we are reached is not said.
    NoHost,
    /// An id of nobody: nothing but blanks.
    NoCustomer,
    /// A filter finds more than can be acted on at once.
    TooMany {
        /// How many can.
        most: usize,
    },
}

impl Misread {
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::EventOrPayload
            | Self::Version
            | Self::NotUtf8
            | Self::Cut
            | Self::Slow
            | Self::NoForm
            | Self::BrokenForm
            | Self::Parts { .. }
            | Self::OneFile
            | Self::Note { in_body: true, .. } => Code::Body,
            _ => Code::Parameter,
        }
    }
}

impl Sentence for Misread {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => self.in_english(f),
            Language::Zh => self.in_chinese(f),
        }
    }
}

impl Misread {
    fn in_english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit { most } => write!(f, "limit: 1 to {most}"),
            Self::NothingBetween => f.write_str("since, until: nothing is between them"),
            Self::Instant { name } => write!(
                f,
                "{name}: Unix milliseconds, 2026-03-01T09:00:00+08:00, 2026-03-01, or a time ago (2h, 7d)"
            ),
            Self::Name { name, known } => match page_of(known) {
                Some(page) => write!(f, "{name}: one of those in {page}"),
                None => write!(f, "{name}: one of {}", known.join(", ")),
            },
            Self::OfActions => f.write_str("kind: it is of actions, not of events"),
            Self::OfEvents => f.write_str("rule, outcome: they are of events, not of actions"),
            Self::Note { chars_max, .. } => write!(f, "note: at most {chars_max} characters"),
            Self::SchemaOf => f.write_str("of: rules or tests"),
            Self::LastEventId => f.write_str("Last-Event-ID: the `id` of the last event of this stream"),
            Self::EventOrPayload => f.write_str("give event_id or payload, and not both"),
            Self::Version => f.write_str("version: the number of a version, or 0"),
            Self::Days => f.write_str("expires: so many days"),
            Self::NotUtf8 => f.write_str("the body is not UTF-8"),
            Self::Cut => f.write_str("the body broke off before its end"),
            Self::Slow => {
                f.write_str("the body did not arrive in time; send it again over a line that holds")
            }
            Self::NoForm => f.write_str("multipart/form-data is expected, with its boundary"),
            Self::BrokenForm => f.write_str("the form breaks off, or is not what this page sends"),
            Self::Filter(said) => f.write_str(said),
            Self::NoHost => f.write_str("Host: an address is wanted"),
            Self::NoCustomer => f.write_str("external_user_id: it is empty"),
            Self::Parts { most } => write!(f, "multipart/form-data: at most {most} parts"),
            Self::OneFile => f.write_str("one file is expected, in a part that has a filename"),
            Self::TooMany { most } => {
                write!(f, "filter: it finds more than {most}; narrow it, by a shorter period for one")
            }
        }
    }

    fn in_chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit { most } => write!(f, "`limit` 应为 1 到 {most}"),
            Self::NothingBetween => f.write_str("`since` 要早于 `until`"),
            Self::Instant { name } => write!(
                f,
                "`{name}` 应为毫秒时间戳、`2026-03-01T09:00:00+08:00`、`2026-03-01`，或多久以前（`2h`、`7d`）"
            ),
            Self::Name { name, known } => match page_of(known) {
                Some(page) => write!(f, "`{name}` 可以写的值见 `{page}`"),
                None => write!(f, "`{name}` 可以写：{}", known.join("、")),
            },
            Self::OfActions => f.write_str("`kind` 是动作的条件，不能用来筛选事件"),
            Self::OfEvents => f.write_str("`rule` 和 `outcome` 是事件的条件，不能用来筛选动作"),
            Self::Note { chars_max, .. } => write!(f, "`note` 最多 {chars_max} 个字符"),
            Self::SchemaOf => f.write_str("`of` 应为 `rules` 或 `tests`"),
            Self::LastEventId => f.write_str("`Last-Event-ID` 应为这个流里最后一个事件的 `id`"),
            Self::EventOrPayload => f.write_str("`event_id` 和 `payload` 要写一个，而且只能写一个"),
            Self::Version => f.write_str("`version` 应为版本号，或 0"),
            Self::Days => f.write_str("`expires` 应为天数"),
            Self::NotUtf8 => f.write_str("请求的内容不是 UTF-8"),
            Self::Cut => f.write_str("请求的内容没有传完就断了"),
            Self::Slow => f.write_str("请求的内容传得太慢，没有等到：请换一条通畅的线路再传一次"),
            Self::NoForm => f.write_str("请求的内容应为 `multipart/form-data`，并写明 `boundary`"),
            Self::BrokenForm => f.write_str("表单没有传完，或者不是这个页面的表单"),
            Self::Filter(said) => f.write_str(said),
            Self::NoHost => f.write_str("请求里没有可用的 `Host`"),
            Self::NoCustomer => f.write_str("`external_user_id` 是空的"),
            Self::Parts { most } => write!(f, "`multipart/form-data` 最多 {most} 个部分"),
            Self::OneFile => f.write_str("请上传一个文件，只能有一个，并写明 `filename`"),
            Self::TooMany { most } => write!(f, "`filter` 找到的超过 {most} 条：请缩小范围，例如缩短时间"),
        }
    }
}

/// Where the names stand, of lists that are too long for a sentence.
fn page_of(known: &[&'static str]) -> Option<&'static str> {
    known.iter().copied().find(|word| word.starts_with("docs/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_said_in_either_language() {
        for misread in [
            Misread::Limit { most: 500 },
            Misread::NothingBetween,
            Misread::Instant { name: "since" },
            Misread::Name { name: "status", known: vec!["done", "failed"] },
            Misread::Name { name: "code", known: vec!["those", "in", "docs/REASONS.md"] },
            Misread::OfActions,
            Misread::OfEvents,
            Misread::Note { chars_max: 200, in_body: false },
            Misread::SchemaOf,
            Misread::LastEventId,
            Misread::EventOrPayload,
            Misread::Version,
            Misread::Days,
            Misread::NotUtf8,
            Misread::Cut,
            Misread::Slow,
            Misread::NoForm,
            Misread::BrokenForm,
            Misread::NoHost,
            Misread::NoCustomer,
            Misread::Parts { most: 1_000 },
            Misread::OneFile,
            Misread::TooMany { most: 50_000 },
        ] {
            let (zh, en) = (misread.to(Language::Zh), misread.to(Language::En));
            assert!(en.is_ascii() && !zh.is_ascii(), "{zh} / {en}");
            // Without what stands in code nothing English is left.
            let outside: String = zh.split('`').step_by(2).collect();
            assert!(!outside.contains(", ") && !outside.contains(": "), "{zh}");
        }
    }
}
