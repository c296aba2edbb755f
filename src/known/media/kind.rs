//! The kind of a file that a rule names, as WeCom's media type.

use crate::action::MediaKind;
use wecom_client::MediaType;

/// The type of media that such a file is uploaded as.
pub(crate) fn media_type(kind: MediaKind) -> MediaType {
    match kind {
        MediaKind::Image => MediaType::Image,
        MediaKind::Video => MediaType::Video,
        MediaKind::File => MediaType::File,
    }
}
