//! The faults of documents in English.

use super::{
    super::{
        typed::{Odd, Of, Typed},
        wrong::Said,
        yaml::{Colon, Kind},
    },
    Directory, DocumentFault, Has, KeyMend, WrongAppId, WrongMediaId, WrongPath, WrongTag, YamlMend,
};
use crate::action::MediaKind;

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(fault: &DocumentFault) -> Said {
    match fault {
        DocumentFault::NotUtf8 { utf16 } => Said::new(
            if *utf16 {
                "the file is UTF-16, and not UTF-8"
            } else {
                "here begins what is not UTF-8; most likely the file is in GBK"
            },
            "save it as UTF-8 in the editor",
        ),
        DocumentFault::TooLarge { bytes_max } => Said::new(
            format!("the file has more than {bytes_max} bytes"),
            "keep fewer or shorter rules in it",
        ),
        DocumentFault::Empty => Said::new("the file is empty", "begin it with `rules:` and a list of rules"),
        DocumentFault::NotYaml { message, mend, .. } => {
            Said::new(format!("this is not YAML: {message}"), yaml(*mend))
        }
        DocumentFault::TabIndents => Said::new("this is not YAML: a tab stands here", yaml(YamlMend::Tab)),
        DocumentFault::TooDeep => {
            Said::new("lists and maps are nested too deeply", "the language needs no more than a few levels")
        }
        DocumentFault::SecondDocument => Said::new(
            "a second document begins here",
            "put all rules under one `rules:` and remove the `---`",
        ),
        DocumentFault::TooHeavy => {
            Said::new("the file holds too much", "keep fewer rules in it, and fewer `*aliases`")
        }
        DocumentFault::AliasInside => {
            Said::new("an alias inside of the value it stands for", "write the value out")
        }
        DocumentFault::UnknownAlias { name } => {
            let name = name.text();
            Said::new(
                format!("`*{name}` stands for `&{name}`, which is not in the file above it"),
                "write the value out, or put a text that begins with `*` in quotes",
            )
        }
        DocumentFault::YamlTag => {
            Said::new("a YAML tag, which means nothing here", "put a text that begins with `!` in quotes")
        }
        DocumentFault::WantsKeys { known, has, colon } => Said::new(
            format!("wants keys ({}), and has {}", known.join(", "), has.en()),
            colon.map_or_else(
                || format!("write it as {{ {}: … }}", known.first().copied().unwrap_or("key")),
                |colon| self::colon(colon).to_owned(),
            ),
        ),
        DocumentFault::TooManyKeys { count, max } => {
            Said::new(format!("has {count} keys, more than {max}"), "remove those that mean nothing")
        }
        DocumentFault::KeyNoWord => {
            Said::new("a key must be a word", "put a text that begins with `{` in quotes")
        }
        DocumentFault::Twice { first } => Said::new(
            format!("is there a second time; the first is in line {}", first.line),
            "keep one of the two",
        ),
        DocumentFault::UnknownKey { key, mend } => {
            Said::new(format!("there is no key {} here", key.en()), key_mend(mend))
        }
        DocumentFault::ValueEmpty => Said::new("is empty", "give it a value, or remove the key"),
        DocumentFault::KeyMissing { key } => {
            Said::new(format!("there is no `{key}`"), format!("add `{key}: …`"))
        }
        DocumentFault::WantsList { has } => Said::new(
            format!("wants a list, and has {}", has.en()),
            "begin each item with `- `, or write [one, two]",
        ),
        DocumentFault::TooManyItems { count, max } => {
            Said::new(format!("has {count} items, more than {max}"), "shorten the list")
        }
        DocumentFault::ListEmpty => Said::new("is an empty list", "put something in, or remove the key"),
        DocumentFault::TextInBraces => {
            Said::new("wants a text, and has braces", "put a text that begins with `{{` in quotes")
        }
        DocumentFault::WantsText { has } => {
            Said::new(format!("wants a text, and has {}", has.en()), "write a text")
        }
        DocumentFault::PlaceholderHere => {
            Said::new("placeholders do not work here", "write the value itself")
        }
        DocumentFault::Unseen { character } => Said::new(
            format!("there is a character in it that nobody sees (U+{:04X})", u32::from(*character)),
            "type it anew, instead of copying it",
        ),
        DocumentFault::TooManyBytes { bytes, max } => Said::new(
            format!("has {bytes} bytes of UTF-8, and WeCom takes {max}"),
            "shorten it; a Chinese character is 3 bytes",
        ),
        DocumentFault::WantsBoolean { has, in_quotes } => Said::new(
            format!("wants true or false, and has {}", self::has(has)),
            // `"true"` is a text of four letters to YAML.
            if *in_quotes { "write it without the quotes" } else { "write true or false" },
        ),
        DocumentFault::WantsNumber { has, min, max } => Said::new(
            format!("wants a whole number, and has {}", self::has(has)),
            format!("write a number from {min} to {max}"),
        ),
        DocumentFault::Path { path, wrong } => {
            let (what, mend) = self::path(*wrong);
            Said::new(format!("{} {what}", path.en()), mend)
        }
        DocumentFault::NoId { id } => {
            Said::new(format!("{} is no id", id.en()), "copy the id as WeCom gave it, without blanks")
        }
        DocumentFault::AppId { id, wrong } => Said::new(
            format!(
                "{} {}",
                id.en(),
                match wrong {
                    WrongAppId::Original => "is the mini-program's original id (原始ID), and not its AppID",
                    WrongAppId::OfWeCom => "is an id of WeCom's, and not a mini-program's",
                    WrongAppId::Address => "is an address or a path, and not a mini-program's id",
                    WrongAppId::None => "is no id of a mini-program",
                }
            ),
            "copy the AppID from 设置 → 账号信息 of the mini-program's console: wx and 16 letters and digits",
        ),
        DocumentFault::MediaId { id, wrong } => {
            let (what, mend) = match wrong {
                WrongMediaId::Address => (
                    "is an address, and not what media/upload gave",
                    "download it, and write file: … with its path",
                ),
                WrongMediaId::File => {
                    ("is a file, and not what media/upload gave", "write file: … in place of media_id: …")
                }
            };
            Said::new(format!("{} {what}", id.en()), mend)
        }
        DocumentFault::NoUserid { id } => Said::new(
            format!("{} is no userid", id.en()),
            "write the account that the console shows of the employee, as in zhangsan",
        ),
        DocumentFault::DirectoryIds { of } => Said::new(
            format!("wants the number of one {}, and has a list", directory(*of)),
            "write one number; what is for several stands once for each",
        ),
        DocumentFault::DirectoryId { has, of } => Said::new(
            format!("{} is no id of a {}", self::has(has), directory(*of)),
            match of {
                Directory::Department => {
                    "write its number, as the console's contacts show it; 1 is the company"
                }
                Directory::Tag => "write its number, as the console's contacts show it",
            },
        ),
        DocumentFault::Tag { tag, wrong } => {
            let (what, mend) = self::tag(*wrong);
            Said::new(format!("{} {what}", tag.en()), mend)
        }
        DocumentFault::Odd(odd) => Said::note(self::odd(odd)),
    }
}

fn yaml(mend: YamlMend) -> &'static str {
    match mend {
        YamlMend::Tab => "YAML is not indented by tabs: use spaces",
        YamlMend::Colon(colon) => self::colon(colon),
        YamlMend::TypedSign => {
            "a sign of a Chinese input method stands where YAML wants an ASCII one (`，` is not `,`, `：` not `:`, `“` not \
             `\"`, `｛` not `{`): type it with the input method switched to English"
        }
        YamlMend::Comment => {
            "YAML takes what stands behind ` #` for a comment, and with it the end of the braces: put the text in quotes"
        }
        YamlMend::BracesInQuotes => "a text that begins with `{{` must stand in quotes",
        YamlMend::Look => {
            "look at the indentation and the quotes here and in the line above; a text that contains `: ` or ` #`, or \
             begins with one of {}[]&*!|>'\"%@`, must stand in quotes"
        }
    }
}

fn colon(colon: Colon) -> &'static str {
    match colon {
        Colon::Wide => "`：` is not `:`: write an ASCII colon and a blank, as in `name: spring`",
        Colon::NoBlank => "a blank belongs behind the colon, as in `name: spring`",
    }
}

fn key_mend(mend: &KeyMend) -> String {
    match mend {
        KeyMend::Merge => {
            "write the keys out; an alias may stand for a whole value, as in `welcome: *hello`".to_owned()
        }
        KeyMend::Colon(colon) => self::colon(*colon).to_owned(),
        KeyMend::Typed(typed) => self::typed(typed),
        KeyMend::Meant(meant) => meant.en(),
        KeyMend::RestOfText(meant) => format!("put a text with a comma in quotes; {}", meant.en()),
    }
}

impl Kind {
    /// The kind of value in an English sentence.
    pub(crate) fn en(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Map => "a map of keys",
        }
    }
}

fn has(has: &Has) -> String {
    match has {
        Has::Word(word) => word.en(),
        Has::Kind(kind) => kind.en().to_owned(),
    }
}

fn path(wrong: WrongPath) -> (&'static str, &'static str) {
    const BESIDE: &str =
        "put the file into the folder of the rules file, or below it, and write assets/spring.png";
    match wrong {
        WrongPath::Address => {
            ("is an address", "download it, and name the file; an image may have a `pic_url` instead")
        }
        WrongPath::NoPath => ("is no path", BESIDE),
        WrongPath::TooLong => ("has more than 255 bytes", "shorten it"),
        WrongPath::Backslash => ("has a `\\` in it", "write `/` between folders"),
        WrongPath::Absolute => ("does not begin at the rules file's folder", BESIDE),
        WrongPath::LeadsOut => ("leads out of the rules file's folder", BESIDE),
        WrongPath::Folder => ("names a folder, or nothing", BESIDE),
        WrongPath::Ending(MediaKind::Video) => {
            ("is no video that WeCom takes", "make it an .mp4, or send it as a `file`")
        }
        WrongPath::Ending(MediaKind::Image | MediaKind::File) => {
            ("is no picture that WeCom takes", "make it a .jpg or .png, or send it as a `file`")
        }
    }
}

fn directory(of: Directory) -> &'static str {
    match of {
        Directory::Department => "department",
        Directory::Tag => "tag of the directory",
    }
}

fn tag(wrong: WrongTag) -> (&'static str, &'static str) {
    match wrong {
        WrongTag::Slashes => (
            "has more than one slash",
            "write Group/Tag; what has a slash in its name is named by its id, which get_corp_tag_list tells",
        ),
        WrongTag::NoGroup => ("names no group", "write Group/Tag, as in 渠道/春季"),
        WrongTag::NoName => {
            ("names no tag", "write Group/Tag, as in 渠道/春季; tags are named one by one, not by group")
        }
        WrongTag::Blank => ("has a blank before or behind a name", "remove the blank"),
        WrongTag::TooLong => (
            "has a name of more than 30 characters, and WeCom takes no such",
            "name the tag as in the console",
        ),
        WrongTag::None => (
            "is neither the name nor the id of a tag",
            "write Group/Tag, as in 渠道/春季, or an id, which begins with `et`",
        ),
    }
}

/// How to mend what an input method has typed.
pub(in super::super) fn typed(typed: &Typed) -> String {
    match typed {
        Typed::Unseen(c) => {
            format!("there is a character in it that nobody sees (U+{:04X}): type it anew", u32::from(*c))
        }
        Typed::List(parts) => format!("for several write a list, as [{}]", parts.join(", ")),
        Typed::Sign { typed, meant, whole } => {
            format!("`{typed}` is not `{meant}`: switch the input method to English and write `{whole}`")
        }
    }
}

fn of(of: Of) -> &'static str {
    match of {
        Of::State => "state",
        Of::App => "app",
        Of::Tag => "tag",
    }
}

fn odd(odd: &Odd) -> String {
    match odd {
        Odd::InQuotes { value, of, inside } => format!(
            "the quotes of {} are no quotes to YAML and a part of the {}: write `{inside}`",
            value.en(),
            self::of(*of)
        ),
        Odd::Several { value, of, parts } => format!(
            "{} is one {}, commas and all; for several write a list, as [{}]",
            value.en(),
            self::of(*of),
            parts.join(", ")
        ),
        Odd::FullWidth { value, typed, meant, whole } => format!(
            "{} has a full-width `{typed}` in it, which is another character than `{meant}`: write `{whole}` if that is meant",
            value.en()
        ),
        Odd::Blank { value, of } => {
            format!(
                "{} begins or ends with a blank, which is a part of the {}: remove it",
                value.en(),
                self::of(*of)
            )
        }
    }
}
