//! Files that are brought without a folder, by a page or a program: what they are is told by their first bytes, and WeCom's
//! limits are held before anything is stored.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::{files::BYTES_ABOVE, words::not_brought_in_chinese};
use crate::{
    access::By,
    action::MediaKind,
    known::media::media_type,
    language::{Language, Sentence},
    store::{self, Brought, BroughtFile, CONTENT_BYTES_MAX, Digest, Store},
};
use wecom_client::{Media, MediaFile};

/// At most so many characters of a name: what people read in a chat, and part of a path.
const NAME_CHARS_MAX: usize = 80;

/// At most so many bytes in a path that is given, as of files beside rules.
const PATH_BYTES_MAX: usize = 512;

/// How many digits of the digest stand in a path: enough that no two files of a name share one.
const DIGEST_CHARS: usize = 12;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotBrought {
    /// WeCom takes no file so small.
    #[error("it has {bytes} bytes, and WeCom wants more than {above}")]
    TooSmall {
        /// Its length.
        bytes: usize,
        /// What WeCom wants more than.
        above: u64,
    },
    /// WeCom takes none so large.
    #[error("it has {bytes} bytes, and WeCom takes at most {max}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The most.
        max: usize,
    },
    /// Its first bytes are not those of what it is to be.
    #[error("it does not begin like what it is to be: a picture is JPG or PNG, a video MP4, of up to 10 MB")]
    AnotherKind,
    /// Rules cannot name it so.
    #[error(
        "rules cannot name a file so: a path has no `..`, no empty parts, no backslash, and begins with no slash"
    )]
    Path,
    /// Too many wait for rules that name them.
    #[error(
        "{max} files or 512 MB wait for rules that name them; publish those, or wait until they are forgotten"
    )]
    TooMany {
        /// How many may.
        max: usize,
    },
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Sentence for NotBrought {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => write!(f, "The file was not taken: {self}"),
            Language::Zh => not_brought_in_chinese(self, f),
        }
    }
}

/// Stores a file until rules name it. `path`: under which they will; else one is made of its digest and name. `wanted`: what it
/// has to be.
pub async fn bring(
    store: &Store,
    (name, path): (&str, Option<&str>),
    wanted: Option<MediaKind>,
    bytes: Vec<u8>,
    by: &By,
    now_ms: i64,
) -> Result<BroughtFile, NotBrought> {
    let length = bytes.len();
    if u64::try_from(length).is_ok_and(|length| length <= BYTES_ABOVE) {
        return Err(NotBrought::TooSmall { bytes: length, above: BYTES_ABOVE });
    }
    if length > CONTENT_BYTES_MAX {
        return Err(NotBrought::TooLarge { bytes: length, max: CONTENT_BYTES_MAX });
    }
    let digest = Digest::new(Sha256::digest(&bytes).into());
    let kind = kind_of(&bytes);
    if wanted.is_some_and(|wanted| wanted != kind && wanted != MediaKind::File) {
        return Err(NotBrought::AnotherKind);
    }
    let name = named(name, kind, &bytes, path);
    let path = match path {
        Some(path) if is_path(path) => path.to_owned(),
        Some(_) => return Err(NotBrought::Path),
        None => format!("files/{}/{name}", &digest.to_hex()[..DIGEST_CHARS]),
    };
    let file = BroughtFile {
        path,
        by: by.who.clone(),
        name,
        kind,
        digest,
        size: i64::try_from(length).unwrap_or(i64::MAX),
        uploaded_at_ms: now_ms,
    };
    match store.bring_file(&file, &bytes, by).await? {
        Brought::Kept => Ok(file),
        Brought::TooMany => Err(NotBrought::TooMany { max: store::UPLOADS_MAX }),
    }
}

/// What a content can be sent as, at best.
fn kind_of(bytes: &[u8]) -> MediaKind {
    let medium = MediaFile::from_bytes("x", bytes.to_vec());
    let fits = |kind: &MediaKind| {
        let of_type = media_type(*kind);
        medium.check(Media::UPLOAD.path, of_type, of_type.bytes_max()).is_ok()
    };
    [MediaKind::Image, MediaKind::Video].into_iter().find(fits).unwrap_or(MediaKind::File)
}

/// What whoever receives it reads: the last part of the name that it was brought with, without what no file may be called, and
/// with an ending that its kind must have.
fn named(given: &str, kind: MediaKind, bytes: &[u8], path: Option<&str>) -> String {
    let last = path.unwrap_or(given).rsplit(['/', '\\']).next().unwrap_or_default();
    let is_allowed = |c: &char| !c.is_control() && !"<>:\"|?*#%{}".contains(*c);
    let clean: String = last.chars().filter(is_allowed).collect();
    let clean: String = clean.trim().trim_matches('.').chars().take(NAME_CHARS_MAX).collect();
    let clean = if clean.trim().is_empty() { "file".to_owned() } else { clean.trim().to_owned() };
    let ending = clean.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let wanted: &[&str] = match kind {
        MediaKind::Image if bytes.starts_with(b"\x89PNG") => &["png"],
        MediaKind::Image => &["jpg", "jpeg"],
        MediaKind::Video => &["mp4"],
        MediaKind::File => &[],
    };
    if wanted.is_empty() || wanted.contains(&ending.as_str()) {
        clean
    } else {
        format!("{clean}.{}", wanted[0])
    }
}

/// Whether rules can name a file so.
fn is_path(path: &str) -> bool {
    path.len() <= PATH_BYTES_MAX
        && path.trim() == path
        && !path.contains(['\\', ':'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !part.is_empty() && part != "..")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    #[rstest]
    #[case("春.png", PNG, "春.png")]
    #[case("春.PNG", PNG, "春.PNG")]
    #[case("spring.jpg", PNG, "spring.jpg.png")]
    #[case("C:\\Users\\x\\a.png", PNG, "a.png")]
    #[case("../../etc/passwd", PNG, "passwd.png")]
    #[case("<img src=x onerror=alert(1)>", PNG, "img src=x onerror=alert(1).png")]
    #[case("$1 {{ 7*7 }}", b"some text", "$1  77")]
    #[case("", b"some text", "file")]
    #[case("..", b"some text", "file")]
    fn names_are_such_that_a_file_may_have(
        #[case] given: &str,
        #[case] bytes: &[u8],
        #[case] expected: &str,
    ) {
        assert_eq!(named(given, kind_of(bytes), bytes, None), expected);
    }

    #[rstest]
    #[case("assets/a.png", true)]
    #[case("a", true)]
    #[case("", false)]
    #[case("/a", false)]
    #[case("a/../b", false)]
    #[case("a//b", false)]
    #[case("a\\b", false)]
    #[case("c:/a", false)]
    #[case(" a", false)]
    #[case("a\nb", false)]
    fn paths_are_those_that_rules_can_name(#[case] path: &str, #[case] expected: bool) {
        assert_eq!(is_path(path), expected);
    }
}
