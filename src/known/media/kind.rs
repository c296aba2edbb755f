//! What kind of file a rule names, in the words of the record and of WeCom.

use crate::rules::FileKind;
use wecom_client::MediaType;

/// The kind as the record and WeCom name it.
pub fn kind_name(kind: FileKind) -> &'static str {
    media_type(kind).as_str()
}

/// The kind of media that such a file is uploaded as.
pub(crate) fn media_type(kind: FileKind) -> MediaType {
    match kind {
        FileKind::Image => MediaType::Image,
        FileKind::Video => MediaType::Video,
        FileKind::File => MediaType::File,
    }
}

/// The kind that the record and WeCom call by this name.
pub(super) fn kind_named(name: &str) -> Option<FileKind> {
    [FileKind::Image, FileKind::Video, FileKind::File].into_iter().find(|kind| kind_name(*kind) == name)
}
