//! What an employee wrote to the app or did in it: messages (page 90239) and the app's own events (page 90240).
//!
//! The address that receives customer events receives these as well. The employee is
//! [`Event::sender`](super::Event::sender), the app [`Event::agent_id`](super::Event::agent_id).

use super::{Hidden, fields::Fields};

open_enum! {
    /// What the employee did, or what happened to the app.
    pub enum Action {
        /// Opened the app.
        Entered = "enter_agent",
        /// Came into the app's visible range.
        Subscribed = "subscribe",
        /// Left the app's visible range.
        Unsubscribed = "unsubscribe",
        /// Chose a menu entry that asks the app for something.
        Clicked = "click",
        /// Chose a menu entry that opens a page.
        Viewed = "view",
        /// Chose a menu entry that opens a mini-program.
        MiniProgramViewed = "view_miniprogram",
        /// Reported a position.
        Located = "LOCATION",
        /// Scanned a code.
        Scanned = "scancode_push",
        /// Scanned a code and waits for an answer.
        ScannedAndWaits = "scancode_waitmsg",
        /// Took a photo.
        PhotoTaken = "pic_sysphoto",
        /// Took or chose photos.
        PhotosChosen = "pic_photo_or_album",
        /// Chose photos from the album.
        AlbumChosen = "pic_weixin",
        /// Chose a position.
        LocationChosen = "location_select",
        /// Clicked in a template card.
        CardClicked = "template_card_event",
        /// Chose an entry of a template card's menu.
        CardMenuClicked = "template_card_menu_event",
        /// Clicked a button of a task card, the older kind of card.
        TaskCardClicked = "taskcard_click",
        /// A batch job of the directory ended.
        BatchJobEnded = "batch_job_result",
        /// A file has been fetched by its address, or could not be (page 96219).
        FileFetched = "upload_media_job_finish",
        /// The app was switched off by WeCom, as nobody has used it for long.
        SwitchedOff = "close_inactive_agent",
        /// The app was switched on again.
        SwitchedOn = "reopen_inactive_agent",
        /// There are new records in the message archive (page 95039).
        ArchiveGrew = "msgaudit_notify",
    }
}

/// A message to the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// WeCom's number of the message; app events have none.
    pub message_id: Option<String>,
    /// What it says.
    pub content: Content,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text {
        /// As it was written, at most 2,048 bytes.
        text: Option<Hidden>,
    },
    /// An image.
    Image {
        /// Where it can be seen.
        url: Option<Hidden>,
        /// The id to fetch it by, for three days.
        media_id: Option<String>,
    },
    /// A voice message.
    Voice {
        /// The id to fetch it by, for three days.
        media_id: Option<String>,
        /// `amr`, `speex` …
        format: Option<String>,
    },
    /// A video.
    Video {
        /// The id to fetch it by, for three days.
        media_id: Option<String>,
        /// The id to fetch its thumbnail by, for three days.
        thumb_media_id: Option<String>,
    },
    /// A position.
    Location {
        /// Latitude, as it came.
        latitude: Option<Hidden>,
        /// Longitude, as it came.
        longitude: Option<Hidden>,
        /// The map's scale.
        scale: Option<i64>,
        /// The place's name.
        label: Option<Hidden>,
    },
    /// A link.
    Link {
        /// Its title.
        title: Option<Hidden>,
        /// Its description.
        description: Option<Hidden>,
        /// Where it leads.
        url: Option<Hidden>,
        /// Its picture.
        picture_url: Option<Hidden>,
    },
    /// Not a message but an event: something that was done in the app, or that happened to it.
    Event {
        /// What was done.
        action: Action,
        /// The key of the menu entry or card, the address that was opened, or the id of the job that ended.
        key: Option<String>,
    },
    /// A type of message that WeCom has added since.
    Other {
        /// `MsgType`, as it came.
        message_type: String,
    },
}

impl Message {
    /// A message, or none if the fields are those of something else.
    pub(super) fn of(event: &str, fields: &Fields<'_>) -> Option<Self> {
        let content = match (fields.text("MsgType"), event) {
            (Some("event"), _) => match Action::from(event) {
                Action::Other(_) => return None,
                action => Content::Event { action, key: key(fields) },
            },
            (Some(message_type), "") => Content::of(message_type, fields),
            _ => return None,
        };
        Some(Self { message_id: fields.owned("MsgId"), content })
    }
}

/// What the action was about; a batch job's id stands a level deeper than a file's.
fn key(fields: &Fields<'_>) -> Option<String> {
    let job = || fields.text("JobId").or_else(|| fields.inner("BatchJob", "JobId"));
    fields.text("EventKey").or_else(job).map(str::to_owned)
}

impl Content {
    fn of(message_type: &str, fields: &Fields<'_>) -> Self {
        match message_type {
            "text" => Self::Text { text: fields.hidden("Content") },
            "image" => Self::Image { url: fields.hidden("PicUrl"), media_id: fields.owned("MediaId") },
            "voice" => Self::Voice { media_id: fields.owned("MediaId"), format: fields.owned("Format") },
            "video" => Self::Video {
                media_id: fields.owned("MediaId"),
                thumb_media_id: fields.owned("ThumbMediaId"),
            },
            "location" => Self::Location {
                latitude: fields.hidden("Location_X"),
                longitude: fields.hidden("Location_Y"),
                scale: fields.number("Scale"),
                label: fields.hidden("Label"),
            },
            "link" => Self::Link {
                title: fields.hidden("Title"),
                description: fields.hidden("Description"),
                url: fields.hidden("Url"),
                picture_url: fields.hidden("PicUrl"),
            },
            other => Self::Other { message_type: other.to_owned() },
        }
    }
}
