//! Names of what lies outside of the file: the forms that they have, and that each use is remembered.
//!
//! A name that is well formed goes into the reader's [`Resources`](super::resources::Resources).

use super::{
    fault::Mark,
    reader::{Position, Reader, has},
    resources::{FileUse, TagRole, TagUse, Use},
    typed::{self, Of},
    words::{Directory, DocumentFault, WrongAppId, WrongMediaId, WrongPath, WrongTag},
    wrong::Quoted,
    yaml::Value,
};
use crate::action::MediaKind;

/// Media ids seen have 44 to 88 bytes; a mini-program's id has 18. What is longer was pasted by mistake.
const ID_BYTES_MAX: usize = 256;
/// A path that every file system takes.
const PATH_BYTES_MAX: usize = 255;
/// The longest userid that WeCom gives out (page 90195).
const USER_ID_BYTES_MAX: usize = 64;
/// The longest id of a tag that WeCom gives out.
const TAG_ID_BYTES_MAX: usize = 64;
/// The longest name that WeCom takes for a group of tags, and for a tag (page 92117), in characters.
const TAG_NAME_CHARACTERS_MAX: usize = 30;
/// Ids of departments and of the directory's tags are numbers of 32 bits (page 90208).
const DIRECTORY_ID_MAX: i64 = u32::MAX as i64;

/// Whether it can be an employee's userid: letters, digits and `_-@.`, the first of them a letter or digit (page 90195).
pub(crate) fn is_userid(text: &str) -> bool {
    text.len() <= USER_ID_BYTES_MAX
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-@.".contains(&b))
}

/// Whether it has the form of a customer's id, which the company's userids rarely have: `wm` or `wo` and 30 characters.
pub(crate) fn is_customer_id(text: &str) -> bool {
    const BYTES: usize = 32;
    text.len() == BYTES && (text.starts_with("wm") || text.starts_with("wo"))
}

/// Whether it has the form of a mini-program's id (AppID): `wx` and 16 hexadecimal digits.
fn is_app_id(text: &str) -> bool {
    text.strip_prefix("wx")
        .is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The endings that a file of the kind may have; none where any will do.
fn extensions(kind: MediaKind) -> &'static [&'static str] {
    match kind {
        MediaKind::Image => &["jpg", "jpeg", "png"],
        MediaKind::Video => &["mp4"],
        MediaKind::File => &[],
    }
}

impl Reader {
    pub(crate) fn used<T>(&self, at: &Position<'_>, named: T) -> Use<T> {
        let Mark { line, column } = at.mark();
        Use { named, rule: self.rule.clone(), line, column }
    }

    /// The path of a file beside the rules file.
    pub(crate) fn path(&mut self, at: &Position<'_>, kind: MediaKind) -> Option<String> {
        let path = self.verbatim(at)?;
        let drive = path.as_bytes().get(1) == Some(&b':');
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        let endings = extensions(kind);
        let wrong = if path.contains("://") {
            Some(WrongPath::Address)
        } else if path.trim() != path || path.is_empty() || path.chars().any(char::is_control) {
            Some(WrongPath::NoPath)
        } else if path.len() > PATH_BYTES_MAX {
            Some(WrongPath::TooLong)
        } else if path.contains('\\') {
            Some(WrongPath::Backslash)
        } else if path.starts_with('/') || drive {
            Some(WrongPath::Absolute)
        } else if path.split('/').any(|part| part == "..") {
            Some(WrongPath::LeadsOut)
        } else if path.split('/').any(str::is_empty) {
            Some(WrongPath::Folder)
        } else if !endings.is_empty() && !endings.contains(&ending.as_str()) {
            Some(WrongPath::Ending(kind))
        } else {
            None
        };
        if let Some(wrong) = wrong {
            self.malformed(at, DocumentFault::Path { path: Quoted::of(path), wrong });
            return None;
        }
        let Use { named: path, rule, line, column } = self.used(at, path.to_owned());
        let file = FileUse { path: path.clone(), kind, rule, line, column, at: at.path.clone() };
        self.resources.files.push(file);
        Some(path)
    }

    /// An id as WeCom gave it.
    pub(crate) fn id(&mut self, at: &Position<'_>) -> Option<String> {
        let id = self.verbatim(at)?;
        if id.is_empty() || id.len() > ID_BYTES_MAX || !id.bytes().all(|b| b.is_ascii_graphic()) {
            self.malformed(at, DocumentFault::NoId { id: Quoted::of(id) });
            return None;
        }
        Some(id.to_owned())
    }

    /// A mini-program's id.
    pub(crate) fn app_id(&mut self, at: &Position<'_>) -> Option<String> {
        let id = self.verbatim(at)?;
        let wrong = if is_app_id(id) {
            return Some(id.to_owned());
        } else if id.starts_with("gh_") {
            WrongAppId::Original
        } else if id.starts_with("ww") || id.starts_with("wm") || id.starts_with("wo") {
            WrongAppId::OfWeCom
        } else if id.contains("://") || id.contains('/') {
            WrongAppId::Address
        } else {
            WrongAppId::None
        };
        if self.refuses_form(at, DocumentFault::AppId { id: Quoted::of(id), wrong }) {
            None
        } else {
            self.id(at)
        }
    }

    pub(crate) fn media_id(&mut self, at: &Position<'_>) -> Option<String> {
        let written = self.verbatim(at)?;
        let is_file = written.rsplit_once('.').is_some_and(|(_, ending)| {
            ["jpg", "jpeg", "png", "gif", "mp4", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip"]
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        });
        let wrong = if written.contains("://") {
            Some(WrongMediaId::Address)
        } else if written.contains(['/', '\\']) || is_file {
            Some(WrongMediaId::File)
        } else {
            None
        };
        if let Some(wrong) = wrong
            && self.refuses_form(at, DocumentFault::MediaId { id: Quoted::of(written), wrong })
        {
            return None;
        }
        let id = self.id(at)?;
        let used = self.used(at, id.clone());
        self.resources.media_ids.push(used);
        Some(id)
    }

    /// An employee's userid, written out. `@all`, by which WeCom means everybody, is none.
    pub(crate) fn userid<'d>(&mut self, at: &Position<'d>) -> Option<&'d str> {
        let id = self.verbatim(at)?;
        if !is_userid(id) {
            self.malformed(at, DocumentFault::NoUserid { id: Quoted::of(id) });
            return None;
        }
        self.uses_user(at, id);
        Some(id)
    }

    pub(crate) fn uses_user(&mut self, at: &Position<'_>, userid: &str) {
        let used = self.used(at, userid.to_owned());
        self.resources.users.push(used);
    }

    pub(crate) fn department(&mut self, at: &Position<'_>) -> Option<i64> {
        let id = self.directory_id(at, Directory::Department)?;
        let used = self.used(at, id);
        self.resources.departments.push(used);
        Some(id)
    }

    /// A tag that employees have in the directory, not one of customers.
    pub(crate) fn directory_tag(&mut self, at: &Position<'_>) -> Option<i64> {
        self.directory_id(at, Directory::Tag)
    }

    fn directory_id(&mut self, at: &Position<'_>, of: Directory) -> Option<i64> {
        if matches!(at.node.value, Value::List(_)) {
            self.fault(at, DocumentFault::DirectoryIds { of });
            return None;
        }
        let id = match &at.node.value {
            Value::Scalar(scalar) => scalar.text.parse().ok(),
            Value::List(_) | Value::Map(_) => None,
        };
        let id = id.filter(|id| (1..=DIRECTORY_ID_MAX).contains(id));
        if id.is_none() {
            self.malformed(at, DocumentFault::DirectoryId { has: has(at.node), of });
        }
        id
    }

    /// A customer's tag, by name or by id. Its use is remembered by [`Reader::uses_tag`], which also has to know what
    /// for.
    pub(crate) fn customer_tag<'d>(&mut self, at: &Position<'d>) -> Option<&'d str> {
        let tag = self.verbatim(at)?;
        let wrong = if let Some((group, name)) = tag.split_once('/') {
            fault_of_tag_name(group, name)
        } else {
            let shaped = (tag.starts_with("et") || tag.starts_with("st"))
                && tag.len() <= TAG_ID_BYTES_MAX
                && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            (!shaped).then_some(WrongTag::None)
        };
        if let Some(wrong) = wrong {
            self.malformed(at, DocumentFault::Tag { tag: Quoted::of(tag), wrong });
        } else if let Some((group, _)) = tag.split_once('/') {
            match typed::one_for_several(tag, Of::Tag, typed::values(tag), |name| of_group(group, name)) {
                Some(odd) => self.log.note(at.mark(), DocumentFault::Odd(odd)),
                None => self.note_odd(at, tag, Of::Tag),
            }
        }
        wrong.is_none().then_some(tag)
    }

    pub(crate) fn uses_tag(&mut self, at: &Position<'_>, tag: &str, role: TagRole, create: bool) {
        let Use { named, rule, line, column } = self.used(at, tag.to_owned());
        self.resources.tags.push(TagUse { tag: named, role, create, rule, line, column });
    }
}

/// A tag of a list that was written as one, whose group stands before the first of them.
fn of_group(group: &str, name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("{group}/{name}") }
}

fn fault_of_tag_name(group: &str, name: &str) -> Option<WrongTag> {
    let either = |is: &dyn Fn(&str) -> bool| is(group) || is(name);
    if name.contains('/') {
        Some(WrongTag::Slashes)
    } else if group.trim().is_empty() {
        Some(WrongTag::NoGroup)
    } else if name.trim().is_empty() {
        Some(WrongTag::NoName)
    } else if either(&|part| part.trim() != part || part.chars().any(char::is_control)) {
        Some(WrongTag::Blank)
    } else if either(&|part| part.chars().count() > TAG_NAME_CHARACTERS_MAX) {
        Some(WrongTag::TooLong)
    } else {
        None
    }
}
