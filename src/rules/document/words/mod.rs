//! What can be wrong with a document, whatever it is about, and what in it is worth a look. `en.rs` and `zh.rs` say it in
//! words.

pub(super) mod en;
pub(super) mod zh;

use super::{
    fault::Mark,
    typed::{Odd, Typed},
    wrong::{Meant, Quoted, Said, Wrong},
    yaml::{Broken, Colon, Kind},
};
use crate::{action::MediaKind, language::Language};

/// A fault of a document, or of a value in it whatever the value is for.
#[derive(Clone, Debug)]
pub(crate) enum DocumentFault {
    /// `utf16`: it is in that encoding, as the first bytes say.
    NotUtf8 {
        utf16: bool,
    },
    TooLarge {
        bytes_max: usize,
    },
    Empty,
    /// The parser's own words, and what they come to.
    NotYaml {
        message: String,
        broken: Broken,
        mend: YamlMend,
    },
    TabIndents,
    TooDeep,
    SecondDocument,
    /// Its aliases multiply what is in it.
    TooHeavy,
    AliasInside,
    UnknownAlias {
        name: Quoted,
    },
    YamlTag,

    /// A map with some of these keys is expected.
    WantsKeys {
        known: Vec<&'static str>,
        has: Kind,
        colon: Option<Colon>,
    },
    TooManyKeys {
        count: usize,
        max: usize,
    },
    KeyNoWord,
    /// The key stands in that line already.
    Twice {
        first: Mark,
    },
    UnknownKey {
        key: Quoted,
        mend: KeyMend,
    },
    ValueEmpty,
    KeyMissing {
        key: String,
    },
    WantsList {
        has: Kind,
    },
    TooManyItems {
        count: usize,
        max: usize,
    },
    ListEmpty,
    /// Braces of a placeholder, which are a map to YAML.
    TextInBraces,
    WantsText {
        has: Kind,
    },
    PlaceholderHere,
    Unseen {
        character: char,
    },
    TooManyBytes {
        bytes: usize,
        max: usize,
    },
    /// `in_quotes`: it would be one without its quotes.
    WantsBoolean {
        has: Has,
        in_quotes: bool,
    },
    WantsNumber {
        has: Has,
        min: i64,
        max: i64,
    },

    Path {
        path: Quoted,
        wrong: WrongPath,
    },
    NoId {
        id: Quoted,
    },
    AppId {
        id: Quoted,
        wrong: WrongAppId,
    },
    MediaId {
        id: Quoted,
        wrong: WrongMediaId,
    },
    NoUserid {
        id: Quoted,
    },
    /// A list where one number of the directory is expected.
    DirectoryIds {
        of: Directory,
    },
    DirectoryId {
        has: Has,
        of: Directory,
    },
    Tag {
        tag: Quoted,
        wrong: WrongTag,
    },

    /// A note.
    Odd(Odd),
}

/// How to mend what is no YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum YamlMend {
    Tab,
    Colon(Colon),
    /// A sign of a Chinese input method in the place of one of YAML's.
    TypedSign,
    /// A comment that takes the end of braces with it.
    Comment,
    /// A text that begins with a placeholder.
    BracesInQuotes,
    /// Nobody knows: what is most often the cause.
    Look,
}

/// How to mend a key that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyMend {
    /// The merge key `<<`.
    Merge,
    Colon(Colon),
    Typed(Typed),
    Meant(Meant),
    /// The same of what has no value: it is the rest of a text, most often.
    RestOfText(Meant),
}

/// What stands in the place of a value: a word by itself, anything else by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Has {
    Word(Quoted),
    Kind(Kind),
}

/// What is wrong with the path of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongPath {
    Address,
    NoPath,
    TooLong,
    Backslash,
    Absolute,
    LeadsOut,
    Folder,
    /// No file of that kind that WeCom takes.
    Ending(MediaKind),
}

/// What is wrong with a mini-program's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongAppId {
    Original,
    OfWeCom,
    Address,
    None,
}

/// What is wrong with a media id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongMediaId {
    Address,
    File,
}

/// What has a number in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directory {
    Department,
    Tag,
}

/// What is wrong with a customer's tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongTag {
    Slashes,
    NoGroup,
    NoName,
    Blank,
    TooLong,
    /// Neither the name nor the id of one.
    None,
}

impl Wrong for DocumentFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "not_utf8",
            Self::TooLarge { .. } => "file_too_large",
            Self::Empty => "file_empty",
            Self::NotYaml { .. } => "not_yaml",
            Self::TabIndents => "tab_indents",
            Self::TooDeep => "too_deep",
            Self::SecondDocument => "second_document",
            Self::TooHeavy => "too_many_aliases",
            Self::AliasInside => "alias_inside_its_value",
            Self::UnknownAlias { .. } => "unknown_alias",
            Self::YamlTag => "yaml_tag",
            Self::WantsKeys { .. } => "wants_keys",
            Self::TooManyKeys { .. } => "too_many_keys",
            Self::KeyNoWord => "key_no_word",
            Self::Twice { .. } => "key_twice",
            Self::UnknownKey { .. } => "unknown_key",
            Self::ValueEmpty => "value_empty",
            Self::KeyMissing { .. } => "key_missing",
            Self::WantsList { .. } => "wants_list",
            Self::TooManyItems { .. } => "too_many_items",
            Self::ListEmpty => "list_empty",
            Self::TextInBraces => "text_in_braces",
            Self::WantsText { .. } => "wants_text",
            Self::PlaceholderHere => "placeholder_not_here",
            Self::Unseen { .. } => "unseen_character",
            Self::TooManyBytes { .. } => "too_many_bytes",
            Self::WantsBoolean { .. } => "wants_boolean",
            Self::WantsNumber { .. } => "wants_number",
            Self::Path { wrong, .. } => match wrong {
                WrongPath::Address => "file_is_address",
                WrongPath::NoPath => "file_no_path",
                WrongPath::TooLong => "file_path_too_long",
                WrongPath::Backslash => "file_backslash",
                WrongPath::Absolute => "file_path_absolute",
                WrongPath::LeadsOut => "file_leads_out",
                WrongPath::Folder => "file_is_folder",
                WrongPath::Ending(_) => "file_wrong_kind",
            },
            Self::NoId { .. } => "not_an_id",
            Self::AppId { wrong, .. } => match wrong {
                WrongAppId::Original => "app_id_original",
                WrongAppId::OfWeCom => "app_id_of_wecom",
                WrongAppId::Address => "app_id_is_address",
                WrongAppId::None => "not_an_app_id",
            },
            Self::MediaId { wrong, .. } => match wrong {
                WrongMediaId::Address => "media_id_is_address",
                WrongMediaId::File => "media_id_is_file",
            },
            Self::NoUserid { .. } => "not_a_userid",
            Self::DirectoryIds { of } => match of {
                Directory::Department => "department_is_list",
                Directory::Tag => "directory_tag_is_list",
            },
            Self::DirectoryId { of, .. } => match of {
                Directory::Department => "not_a_department",
                Directory::Tag => "not_a_directory_tag",
            },
            Self::Tag { wrong, .. } => match wrong {
                WrongTag::Slashes => "tag_slashes",
                WrongTag::NoGroup => "tag_without_group",
                WrongTag::NoName => "tag_without_name",
                WrongTag::Blank => "tag_blank_at_an_end",
                WrongTag::TooLong => "tag_name_too_long",
                WrongTag::None => "not_a_tag",
            },
            Self::Odd(odd) => match odd {
                Odd::InQuotes { .. } => "typed_quotes",
                Odd::Several { .. } => "several_in_one",
                Odd::FullWidth { .. } => "full_width",
                Odd::Blank { .. } => "blank_at_an_end",
            },
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}
