//! A rule as it is after the check: nothing in it can be wrong any more.

use super::{
    change::Changes, condition::Condition, matching::OnLookupFailure, resources::Mentions, template::Template,
};
use crate::action::message::Image;

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) priority: i64,
    /// The apps it is for; empty for all.
    pub(super) apps: Vec<String>,
    pub(super) on: Changes,
    pub(super) when: Option<Condition>,
    pub(super) on_lookup_failure: OnLookupFailure,
    /// Whom and what the conditions name.
    pub(super) mentions: Mentions,
    pub(super) welcome: Option<Welcome>,
    pub(super) add: Vec<String>,
    pub(super) remove: Vec<String>,
    pub(super) remark: Remark,
    pub(super) stop: bool,
}

impl Rule {
    /// Whether an event that it matches is in for anything besides the welcome, or the rules below for nothing. Whoever
    /// gives rules another thing to do is asked here whether a look-up is worth making for it.
    pub(super) fn does_more_than_welcome(&self) -> bool {
        let Self {
            name: _,
            enabled: _,
            priority: _,
            apps: _,
            on: _,
            when: _,
            on_lookup_failure: _,
            mentions: _,
            welcome: _,
            add,
            remove,
            remark,
            stop,
        } = self;
        *stop || !add.is_empty() || !remove.is_empty() || !remark.is_empty()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Welcome {
    pub(super) text: Option<Template>,
    /// Instead of a text whose customer could not be looked up.
    pub(super) fallback: Option<Template>,
    pub(super) attachments: Vec<Attachment>,
}

impl Welcome {
    pub(super) fn asks_for_customer(&self) -> bool {
        self.text
            .iter()
            .chain(self.attachments.iter().flat_map(Attachment::texts))
            .any(Template::asks_for_customer)
    }
}

#[derive(Clone, Debug)]
pub(super) enum Attachment {
    Image(Image),
    Link { title: Template, url: Template, description: Option<Template>, picture_url: Option<Template> },
    Miniprogram { title: Template, app_id: String, page: Template, cover: String },
    Video(String),
    File(String),
}

impl Attachment {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        let texts = match self {
            Self::Link { title, url, description, picture_url } => {
                [Some(title), Some(url), description.as_ref(), picture_url.as_ref()]
            }
            Self::Miniprogram { title, page, .. } => [Some(title), Some(page), None, None],
            Self::Image(_) | Self::Video(_) | Self::File(_) => [None; 4],
        };
        texts.into_iter().flatten()
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Remark {
    pub(super) name: Option<Template>,
    pub(super) description: Option<Template>,
    pub(super) company: Option<Template>,
    pub(super) phones: Option<Vec<String>>,
}

impl Remark {
    pub(super) fn is_empty(&self) -> bool {
        self.name.is_none() && self.description.is_none() && self.company.is_none() && self.phones.is_none()
    }
}
