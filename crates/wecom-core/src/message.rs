//! What a welcome consists of, in the form in which WeCom takes it (`text` and `attachments[]`).
//!
//! The types serialise to WeCom's own JSON and nothing else: a request in the record is what went over the wire,
//! without the `welcome_code`. Limits are WeCom's (page 92599); the rules check them before anything is stored.

use std::fmt;

use serde::{Deserialize, Serialize};

/// At most so many bytes of UTF-8 in `text.content`.
pub const TEXT_BYTES_MAX: usize = 4_000;
/// At most so many attachments in one message (41064 beyond).
pub const ATTACHMENTS_MAX: usize = 9;
/// At most so many bytes in a link's `title`.
pub const LINK_TITLE_BYTES_MAX: usize = 128;
/// At most so many bytes in a link's `desc`.
pub const LINK_DESC_BYTES_MAX: usize = 512;
/// At most so many bytes in a link's `url` and `picurl`.
pub const LINK_URL_BYTES_MAX: usize = 2_048;
/// At most so many bytes in a mini-program's `title`.
pub const MINIPROGRAM_TITLE_BYTES_MAX: usize = 64;

/// At most so many bytes of UTF-8 in the text of an app message (page 90236); WeCom cuts off the rest.
pub const APP_TEXT_BYTES_MAX: usize = 2_048;

/// A welcome and the code that lets it be sent, as `send_welcome_msg` takes it (page 92599). `Debug` does not show
/// the code.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct SendWelcomeMsg {
    /// What came with the event; works once, for 20 seconds. Required for sending; absent in what is kept.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub welcome_code: String,
    /// The text, at most [`TEXT_BYTES_MAX`] bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// Up to nine attachments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl SendWelcomeMsg {
    /// What is to be said, without the code that lets it be sent.
    pub fn content(text: Option<Text>, attachments: Vec<Attachment>) -> Self {
        Self { welcome_code: String::new(), text, attachments }
    }

    /// The same with its code, as it is sent.
    #[must_use]
    pub fn with_code(&self, welcome_code: &str) -> Self {
        Self { welcome_code: welcome_code.to_owned(), ..self.clone() }
    }

    /// Whether there is nothing in it that a customer would see.
    pub fn is_blank(&self) -> bool {
        self.text.is_none() && self.attachments.is_empty()
    }
}

impl fmt::Debug for SendWelcomeMsg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { welcome_code: _, text, attachments } = self;
        f.debug_struct("SendWelcomeMsg")
            .field("text", text)
            .field("attachments", attachments)
            .finish_non_exhaustive()
    }
}

/// The text part of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// UTF-8, at most [`TEXT_BYTES_MAX`] bytes.
    pub content: String,
}

/// One attachment: `msgtype` and the object of that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "msgtype", rename_all = "lowercase")]
pub enum Attachment {
    /// A picture.
    Image {
        /// Its media id or URL.
        image: Image,
    },
    /// A card that opens a page.
    Link {
        /// Its title, address and picture.
        link: Link,
    },
    /// A card that opens a mini-program.
    Miniprogram {
        /// Its title, cover, app and page.
        miniprogram: Miniprogram,
    },
    /// A video.
    Video {
        /// The uploaded video.
        video: Media,
    },
    /// Any file.
    File {
        /// The uploaded file.
        file: Media,
    },
}

impl Attachment {
    /// The media id that it carries.
    pub fn media_id(&self) -> Option<&str> {
        match self {
            Self::Image { image } => image.media_id.as_deref(),
            Self::Link { .. } => None,
            Self::Miniprogram { miniprogram } => Some(&miniprogram.pic_media_id),
            Self::Video { video: media } | Self::File { file: media } => Some(&media.media_id),
        }
    }

    /// What can still be sent where WeCom refuses its media id: a link as it is, a picture by its URL if it has one.
    pub fn without_media(&self) -> Option<Self> {
        match self {
            Self::Image { image: Image { pic_url: Some(url), .. } } => {
                Some(Self::Image { image: Image { media_id: None, pic_url: Some(url.clone()) } })
            }
            Self::Link { .. } => Some(self.clone()),
            _ => None,
        }
    }
}

/// A picture, by one of two ways; WeCom takes `media_id` where both are given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// A temporary media id of type image; works for three days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// A URL made by `media/uploadimg`; never expires. No other URL is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pic_url: Option<String>,
}

/// A link card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// At most [`LINK_TITLE_BYTES_MAX`] bytes.
    pub title: String,
    /// The picture's URL, at most [`LINK_URL_BYTES_MAX`] bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picurl: Option<String>,
    /// At most [`LINK_DESC_BYTES_MAX`] bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desc: Option<String>,
    /// At most [`LINK_URL_BYTES_MAX`] bytes.
    pub url: String,
}

/// A mini-program card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miniprogram {
    /// At most [`MINIPROGRAM_TITLE_BYTES_MAX`] bytes.
    pub title: String,
    /// The cover's temporary media id, 520×416 suggested.
    pub pic_media_id: String,
    /// The mini-program's id; it must be linked to the corp.
    pub appid: String,
    /// The page to open.
    pub page: String,
}

/// Something uploaded by `media/upload`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// A temporary media id of the attachment's type; works for three days.
    pub media_id: String,
}
