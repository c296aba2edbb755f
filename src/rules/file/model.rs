//! A rule as it is after the check, when nothing in it can be wrong any more.

use crate::action::Trigger;
use crate::rules::{
    document::fault::Mark,
    facts::{Needs, change::Changes},
    text::template::Template,
    when::{condition::Condition, read::OnLookupFailure},
};

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Where it stands in the file.
    pub(crate) at: Mark,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) priority: i64,
    /// The apps it is for; empty for all.
    pub(crate) apps: Vec<String>,
    pub(crate) on: Changes,
    pub(crate) when: Option<Condition>,
    pub(crate) on_lookup_failure: OnLookupFailure,
    pub(crate) welcome: Option<Welcome>,
    pub(crate) tag: Tag,
    pub(crate) remark: Remark,
    pub(crate) notify: Vec<Notify>,
    pub(crate) forward: Vec<Forward>,
    pub(crate) stop: bool,
}

impl Rule {
    /// Whether its match matters besides the welcome: it does something else, or keeps the rules below from matching. All
    /// fields are named here, so that whoever gives rules a new action has to decide whether a look-up is made for it.
    pub(crate) fn does_more_than_welcome(&self) -> bool {
        let Self {
            at: _,
            name: _,
            enabled: _,
            priority: _,
            apps: _,
            on: _,
            when: _,
            on_lookup_failure: _,
            welcome: _,
            tag,
            remark,
            notify: _,
            forward,
            stop,
        } = self;
        *stop
            || !tag.add.is_empty()
            || !tag.remove.is_empty()
            || !remark.is_empty()
            || self.notifies(Trigger::Event)
            || !forward.is_empty()
    }

    /// Whether it has a notice for that.
    pub(crate) fn notifies(&self, on: Trigger) -> bool {
        self.notify.iter().any(|own| own.on == on)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Welcome {
    /// Where it stands in the file.
    pub(crate) at: Mark,
    pub(crate) text: Option<Template>,
    /// Sent in place of a text whose customer or employee could not be looked up, or that WeCom refuses.
    pub(crate) fallback: Option<Template>,
    pub(crate) attachments: Vec<Attachment>,
}

impl Welcome {
    /// The look-ups that its texts ask for, including those of its attachments.
    pub(crate) fn asks(&self) -> Needs {
        let texts = self.text.iter().chain(self.attachments.iter().flat_map(Attachment::texts));
        Needs::of_all(texts.map(Template::asks))
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Attachment {
    Image(Medium),
    /// An image by the address that media/uploadimg gave.
    ImageUrl(String),
    Link {
        title: Template,
        url: Template,
        description: Option<Template>,
        picture_url: Option<Template>,
    },
    Miniprogram {
        title: Template,
        app_id: String,
        page: Template,
        cover: Medium,
    },
    Video(Medium),
    File(Medium),
}

/// A picture, video or file, which has to be at WeCom before it can be sent.
#[derive(Clone, Debug)]
pub(crate) enum Medium {
    /// Somebody has uploaded it: the id that WeCom gave for it.
    Id(String),
    /// We upload it: its path beside the rules file.
    File(String),
}

impl Attachment {
    /// Its key in the rules file.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Image(_) | Self::ImageUrl(_) => "image",
            Self::Link { .. } => "link",
            Self::Miniprogram { .. } => "miniprogram",
            Self::Video(_) => "video",
            Self::File(_) => "file",
        }
    }

    fn texts(&self) -> impl Iterator<Item = &Template> {
        let texts = match self {
            Self::Link { title, url, description, picture_url } => {
                [Some(title), Some(url), description.as_ref(), picture_url.as_ref()]
            }
            Self::Miniprogram { title, page, .. } => [Some(title), Some(page), None, None],
            Self::Image(_) | Self::ImageUrl(_) | Self::Video(_) | Self::File(_) => [None; 4],
        };
        texts.into_iter().flatten()
    }
}

/// Tags by id, or by name as `Group/Tag`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tag {
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
    /// Whether names in `add` that WeCom does not know are made.
    pub(crate) create: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Remark {
    pub(crate) name: Option<Template>,
    pub(crate) description: Option<Template>,
    pub(crate) company: Option<Template>,
    pub(crate) phones: Option<Vec<String>>,
}

impl Remark {
    pub(crate) fn is_empty(&self) -> bool {
        self.name.is_none() && self.description.is_none() && self.company.is_none() && self.phones.is_none()
    }

    /// The look-ups that its texts ask for.
    pub(crate) fn asks(&self) -> Needs {
        let texts = [&self.name, &self.description, &self.company].into_iter().flatten();
        Needs::of_all(texts.map(Template::asks))
    }
}

/// A message of the app's to employees.
#[derive(Clone, Debug)]
pub(crate) struct Notify {
    pub(crate) on: Trigger,
    pub(crate) to: To,
    pub(crate) text: Template,
}

#[derive(Clone, Debug)]
pub(crate) enum To {
    People {
        /// The employee whom the event names.
        employee: bool,
        /// By their userids.
        users: Vec<String>,
    },
    Department(i64),
    Tag(i64),
}

/// A post of the record to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forward {
    pub(crate) url: String,
    pub(crate) secret_env: Option<String>,
}
