//! What rules refer to outside of the file, gathered while they are read, and the forms that such names have.

use crate::rules::document::{
    fault::{Mark, quoted},
    reader::{Place, Reader, written},
    resources::{FileKind, FileUse, Resources, TagRole, TagUse, Use},
    yaml::Value,
};

/// Media ids seen have 44 to 88 bytes; a mini-program's id has 18. What is longer was pasted by mistake.
const ID_BYTES_MAX: usize = 256;
/// A path that every file system takes.
const PATH_BYTES_MAX: usize = 255;
/// A userid has at most so many bytes, by WeCom (page 90195).
const USER_ID_BYTES_MAX: usize = 64;
/// Ids of departments and of the directory's tags are numbers of 32 bits (page 90208).
const DIRECTORY_ID_MAX: i64 = u32::MAX as i64;

/// Whether it can be an employee's userid: letters, digits and `_-@.`, the first of them a letter or digit (page 90195).
pub(crate) fn is_userid(text: &str) -> bool {
    text.len() <= USER_ID_BYTES_MAX
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-@.".contains(&b))
}

impl FileKind {
    /// How a file of the kind ends; nothing where any does.
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Image => &["jpg", "jpeg", "png"],
            Self::Video => &["mp4"],
            Self::File => &[],
        }
    }
}

impl Reader {
    pub(crate) fn used<T>(&self, place: &Place<'_>, named: T) -> Use<T> {
        let Mark { line, column } = place.at();
        Use { named, rule: self.rule.clone(), line, column }
    }

    /// The path of a file beside the rules file.
    pub(crate) fn path(&mut self, place: &Place<'_>, kind: FileKind) -> Option<String> {
        const BESIDE: &str =
            "put the file into the folder of the rules file, or below it, and write assets/spring.png";
        let path = self.verbatim(place)?;
        let drive = path.as_bytes().get(1) == Some(&b':');
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        let endings = kind.extensions();
        let wrong = if path.contains("://") {
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
            let (what, mend) = if kind == FileKind::Image {
                ("is no picture that WeCom takes", "make it a .jpg or .png, or send it as a `file`")
            } else {
                ("is no video that WeCom takes", "make it an .mp4, or send it as a `file`")
            };
            Some((what, mend))
        } else {
            None
        };
        if let Some((what, mend)) = wrong {
            self.fault(place, format!("{} {what}", quoted(path)), mend);
            return None;
        }
        let Use { named: path, rule, line, column } = self.used(place, path.to_owned());
        let at = place.path.clone();
        self.resources.files.push(FileUse { path: path.clone(), kind, rule, line, column, at });
        Some(path)
    }

    /// An id that WeCom gave.
    pub(crate) fn id(&mut self, place: &Place<'_>) -> Option<String> {
        let id = self.verbatim(place)?;
        if id.is_empty() || id.len() > ID_BYTES_MAX || !id.bytes().all(|b| b.is_ascii_graphic()) {
            self.fault(
                place,
                format!("{} is no id", quoted(id)),
                "copy the id as WeCom gave it, without blanks",
            );
            return None;
        }
        Some(id.to_owned())
    }

    pub(crate) fn media_id(&mut self, place: &Place<'_>) -> Option<String> {
        let id = self.id(place)?;
        self.resources.media_ids.push(self.used(place, id.clone()));
        Some(id)
    }

    /// An employee's userid, written out. `@all`, by which WeCom means everybody, is none.
    pub(crate) fn userid<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        let id = self.verbatim(place)?;
        if !is_userid(id) {
            let mend = "write the account that the console shows of the employee, as in zhangsan";
            self.fault(place, format!("{} is no userid", quoted(id)), mend);
            return None;
        }
        self.resources.users.push(self.used(place, id.to_owned()));
        Some(id)
    }

    pub(crate) fn department(&mut self, place: &Place<'_>) -> Option<i64> {
        let mend = "write its number, as the console's contacts show it; 1 is the company";
        let id = self.directory_id(place, "department", mend)?;
        self.resources.departments.push(self.used(place, id));
        Some(id)
    }

    /// A tag of the directory.
    pub(crate) fn directory_tag(&mut self, place: &Place<'_>) -> Option<i64> {
        self.directory_id(
            place,
            "tag of the directory",
            "write its number, as the console's contacts show it",
        )
    }

    fn directory_id(&mut self, place: &Place<'_>, of: &str, mend: &str) -> Option<i64> {
        if matches!(place.node.value, Value::List(_)) {
            let mend = "write one number; what is for several stands once for each";
            self.fault(place, format!("wants the number of one {of}, and has a list"), mend);
            return None;
        }
        let id = match &place.node.value {
            Value::Scalar(scalar) => scalar.text.parse().ok(),
            Value::List(_) | Value::Map(_) => None,
        };
        let id = id.filter(|id| (1..=DIRECTORY_ID_MAX).contains(id));
        if id.is_none() {
            self.fault(place, format!("{} is no id of a {of}", written(place.node)), mend);
        }
        id
    }

    pub(crate) fn uses_tag(&mut self, place: &Place<'_>, tag: &str, role: TagRole, create: bool) {
        let Use { named, rule, line, column } = self.used(place, tag.to_owned());
        self.resources.tags.push(TagUse { tag: named, role, create, rule, line, column });
    }
}

impl Resources {
    /// Takes in what one rule refers to.
    pub(crate) fn append(&mut self, mut of: Self) {
        self.files.append(&mut of.files);
        self.tags.append(&mut of.tags);
        self.media_ids.append(&mut of.media_ids);
        self.users.append(&mut of.users);
        self.departments.append(&mut of.departments);
        self.apps.append(&mut of.apps);
        self.forwards.append(&mut of.forwards);
        self.secrets.append(&mut of.secrets);
        self.notifies |= of.notifies;
    }

    /// Puts all into the order of the file.
    pub(crate) fn sort(&mut self) {
        self.files.sort_by_key(|file| (file.line, file.column));
        self.tags.sort_by_key(|tag| (tag.line, tag.column));
        self.media_ids.sort_by_key(|used| (used.line, used.column));
        self.users.sort_by_key(|used| (used.line, used.column));
        self.departments.sort_by_key(|used| (used.line, used.column));
        self.apps.sort_by_key(|used| (used.line, used.column));
        self.forwards.sort_by_key(|used| (used.line, used.column));
        self.secrets.sort_by_key(|used| (used.line, used.column));
    }
}
