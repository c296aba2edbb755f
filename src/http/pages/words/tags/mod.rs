//! What the pages about tags say: words that stand alone as the fields of [`TagWords`], sentences with something in them as
//! [`SayTags`].

mod en;
mod zh;

use std::fmt;

use crate::language::{Language, Sentence};

/// The words of one language.
#[derive(Debug)]
pub(crate) struct TagWords {
    pub(crate) lead: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) group: &'static str,
    pub(crate) rules: &'static str,
    pub(crate) times: &'static str,
    pub(crate) last: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) edit_group: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) missing_lead: &'static str,
    pub(crate) in_rules: &'static str,
    pub(crate) in_rules_lead: &'static str,
    pub(crate) made_by_itself: &'static str,
    pub(crate) not_put_on: &'static str,
    pub(crate) none_yet: &'static str,
    pub(crate) none_yet_why: &'static str,
    pub(crate) none_yet_how: &'static str,
    pub(crate) none_yet_ask: &'static str,
    pub(crate) new: &'static str,
    pub(crate) group_hint: &'static str,
    pub(crate) names: &'static str,
    pub(crate) names_hint: &'static str,
    pub(crate) all_tags: &'static str,
    pub(crate) rename: &'static str,
}

impl TagWords {
    /// The words of this language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Zh => &zh::WORDS,
            Language::En => &en::WORDS,
        }
    }
}

/// What these pages say.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SayTags<'a> {
    /// WeCom could not be asked for the tags.
    NotRead { what: &'a str, cure: &'a str },
    /// Of how much the figures are.
    Counted { days: i64 },
    /// Of the latest only, because there are more.
    CountedSome { days: i64, actions: i64 },
    /// A name is empty.
    NoName,
    /// It is too long.
    TooLong { name: &'a str, count: usize, most: usize },
    /// It has a character that a rule would take for what stands between group and tag.
    Slash { name: &'a str },
    /// More than are made at once.
    TooMany { count: usize, most: usize },
    /// There is one of this name.
    Taken { name: &'a str },
    /// In how many rules it stands, and how often it was put on.
    Used { rules: usize, times: i64, days: i64 },
    /// What renaming means where rules name it, and where none does.
    RenameMeans { rules: usize },
    /// What deleting means.
    DeleteMeans { rules: usize, tags: usize },
    /// Shall it be deleted?
    DeleteAsk { name: &'a str, rules: usize },
}

impl Sentence for SayTags<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(*self, f),
            Language::Zh => zh::write(*self, f),
        }
    }
}
