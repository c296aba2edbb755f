//! A rule as it is after the check: nothing in it can be wrong any more.

use super::{
    change::Changes,
    condition::{Condition, Moment},
    template::Template,
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
    pub(super) welcome: Option<Welcome>,
    pub(super) add: Vec<String>,
    pub(super) remove: Vec<String>,
    pub(super) remark: Remark,
    pub(super) stop: bool,
}

impl Rule {
    pub(super) fn matches(&self, app: &str, change: Changes, moment: &Moment<'_>) -> bool {
        self.enabled
            && self.on.has(change)
            && (self.apps.is_empty() || self.apps.iter().any(|own| own == app))
            && self.when.as_ref().is_none_or(|when| when.holds(moment))
    }

    /// Why it does not match, in words; `None` where it does.
    pub(super) fn why_not(&self, app: &str, change: Option<&str>, moment: &Moment<'_>) -> Option<String> {
        if !self.enabled {
            return Some("it is not enabled".to_owned());
        }
        if !change.and_then(Changes::of).is_some_and(|change| self.on.has(change)) {
            let on: Vec<&str> = self.on.iter().map(|change| change.name).collect();
            return Some(match change {
                Some(change) => format!("it is on {}, and this is `{change}`", on.join(", ")),
                None => format!("it is on {}, and this event has no ChangeType", on.join(", ")),
            });
        }
        if !self.apps.is_empty() && !self.apps.iter().any(|own| own == app) {
            return Some(format!("it is for {}, and this came to `{app}`", self.apps.join(", ")));
        }
        self.when.as_ref().and_then(|when| when.why_not(moment))
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
