//! Names of what lies outside of the file: the forms that they have, and that each use is remembered.
//!
//! A name that is well formed goes into the reader's [`Resources`](super::resources::Resources).

use super::{
    fault::{Mark, quoted},
    reader::{Position, Reader, written},
    resources::{FileUse, TagRole, TagUse, Use},
    typed::{self, Of},
    words::DocumentFault,
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
        const BESIDE: &str =
            "put the file into the folder of the rules file, or below it, and write assets/spring.png";
        let path = self.verbatim(at)?;
        let drive = path.as_bytes().get(1) == Some(&b':');
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        let endings = extensions(kind);
        let fault = if path.contains("://") {
            Some(("is an address", "download it, and name the file; an image may have a `pic_url` instead"))
        } else if path.trim() != path || path.is_empty() || path.chars().any(char::is_control) {
            Some(("is no path", BESIDE))
        } else if path.len() > PATH_BYTES_MAX {
            Some(("has more than 255 bytes", "shorten it"))
        } else if path.contains('\\') {
            Some(("has a `\\` in it", "write `/` between folders"))
        } else if path.starts_with('/') || drive {
            Some(("does not begin at the rules file's folder", BESIDE))
        } else if path.split('/').any(|part| part == "..") {
            Some(("leads out of the rules file's folder", BESIDE))
        } else if path.split('/').any(str::is_empty) {
            Some(("names a folder, or nothing", BESIDE))
        } else if !endings.is_empty() && !endings.contains(&ending.as_str()) {
            let (what, mend) = if kind == MediaKind::Image {
                ("is no picture that WeCom takes", "make it a .jpg or .png, or send it as a `file`")
            } else {
                ("is no video that WeCom takes", "make it an .mp4, or send it as a `file`")
            };
            Some((what, mend))
        } else {
            None
        };
        if let Some((what, mend)) = fault {
            self.fault(at, format!("{} {what}", quoted(path)), mend);
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
            self.fault(
                at,
                format!("{} is no id", quoted(id)),
                "copy the id as WeCom gave it, without blanks",
            );
            return None;
        }
        Some(id.to_owned())
    }

    /// A mini-program's id.
    pub(crate) fn app_id(&mut self, at: &Position<'_>) -> Option<String> {
        const WHERE: &str =
            "copy the AppID from 设置 → 账号信息 of the mini-program's console: wx and 16 letters and digits";
        let id = self.verbatim(at)?;
        let fault = if is_app_id(id) {
            return Some(id.to_owned());
        } else if id.starts_with("gh_") {
            ("is the mini-program's original id (原始ID), and not its AppID", WHERE)
        } else if id.starts_with("ww") || id.starts_with("wm") || id.starts_with("wo") {
            ("is an id of WeCom's, and not a mini-program's", WHERE)
        } else if id.contains("://") || id.contains('/') {
            ("is an address or a path, and not a mini-program's id", WHERE)
        } else {
            ("is no id of a mini-program", WHERE)
        };
        if self.refuses(at, format!("{} {}", quoted(id), fault.0), fault.1) { None } else { self.id(at) }
    }

    pub(crate) fn media_id(&mut self, at: &Position<'_>) -> Option<String> {
        let written = self.verbatim(at)?;
        let is_file = written.rsplit_once('.').is_some_and(|(_, ending)| {
            ["jpg", "jpeg", "png", "gif", "mp4", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip"]
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        });
        let fault = if written.contains("://") {
            Some((
                "is an address, and not what media/upload gave",
                "download it, and write file: … with its path",
            ))
        } else if written.contains(['/', '\\']) || is_file {
            Some(("is a file, and not what media/upload gave", "write file: … in place of media_id: …"))
        } else {
            None
        };
        if let Some((what, mend)) = fault
            && self.refuses(at, format!("{} {what}", quoted(written)), mend)
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
            let mend = "write the account that the console shows of the employee, as in zhangsan";
            self.fault(at, format!("{} is no userid", quoted(id)), mend);
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
        let mend = "write its number, as the console's contacts show it; 1 is the company";
        let id = self.directory_id(at, "department", mend)?;
        let used = self.used(at, id);
        self.resources.departments.push(used);
        Some(id)
    }

    /// A tag that employees have in the directory, not one of customers.
    pub(crate) fn directory_tag(&mut self, at: &Position<'_>) -> Option<i64> {
        self.directory_id(at, "tag of the directory", "write its number, as the console's contacts show it")
    }

    fn directory_id(&mut self, at: &Position<'_>, of: &str, mend: &str) -> Option<i64> {
        if matches!(at.node.value, Value::List(_)) {
            let mend = "write one number; what is for several stands once for each";
            self.fault(at, format!("wants the number of one {of}, and has a list"), mend);
            return None;
        }
        let id = match &at.node.value {
            Value::Scalar(scalar) => scalar.text.parse().ok(),
            Value::List(_) | Value::Map(_) => None,
        };
        let id = id.filter(|id| (1..=DIRECTORY_ID_MAX).contains(id));
        if id.is_none() {
            self.fault(at, format!("{} is no id of a {of}", written(at.node)), mend);
        }
        id
    }

    /// A customer's tag, by name or by id. Its use is remembered by [`Reader::uses_tag`], which also has to know what
    /// for.
    pub(crate) fn customer_tag<'d>(&mut self, at: &Position<'d>) -> Option<&'d str> {
        let tag = self.verbatim(at)?;
        let fault = if let Some((group, name)) = tag.split_once('/') {
            fault_of_tag_name(group, name)
        } else {
            let shaped = (tag.starts_with("et") || tag.starts_with("st"))
                && tag.len() <= TAG_ID_BYTES_MAX
                && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            let mend = "write Group/Tag, as in 渠道/春季, or an id, which begins with `et`";
            (!shaped).then_some(("is neither the name nor the id of a tag", mend))
        };
        if let Some((what, mend)) = fault {
            self.fault(at, format!("{} {what}", quoted(tag)), mend);
        } else if let Some((group, _)) = tag.split_once('/') {
            match typed::one_for_several(tag, Of::Tag, typed::values(tag), |name| of_group(group, name)) {
                Some(odd) => self.log.note(at.mark(), DocumentFault::Odd(odd)),
                None => self.note_odd(at, tag, Of::Tag),
            }
        }
        fault.is_none().then_some(tag)
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

fn fault_of_tag_name(group: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let either = |is: &dyn Fn(&str) -> bool| is(group) || is(name);
    if name.contains('/') {
        let mend =
            "write Group/Tag; what has a slash in its name is named by its id, which get_corp_tag_list tells";
        Some(("has more than one slash", mend))
    } else if group.trim().is_empty() {
        Some(("names no group", "write Group/Tag, as in 渠道/春季"))
    } else if name.trim().is_empty() {
        Some(("names no tag", "write Group/Tag, as in 渠道/春季; tags are named one by one, not by group"))
    } else if either(&|part| part.trim() != part || part.chars().any(char::is_control)) {
        Some(("has a blank before or behind a name", "remove the blank"))
    } else if either(&|part| part.chars().count() > TAG_NAME_CHARACTERS_MAX) {
        Some((
            "has a name of more than 30 characters, and WeCom takes no such",
            "name the tag as in the console",
        ))
    } else {
        None
    }
}
