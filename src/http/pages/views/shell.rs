//! What stands around every page: the way to the others, who is logged in, the language, the time zone.

use super::{Icon, Notice};
use crate::{
    http::pages::{assets, words::Words},
    language::Language,
};

/// A page of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Overview,
    Events,
    Failures,
    Rules,
    ContactWays,
    Tags,
    Customers,
    Stats,
    Health,
    Audit,
    Tokens,
}

impl Place {
    /// In the order of the navigation.
    pub(crate) const ALL: [Self; 11] = [
        Self::Overview,
        Self::Events,
        Self::Failures,
        Self::Rules,
        Self::ContactWays,
        Self::Tags,
        Self::Customers,
        Self::Stats,
        Self::Health,
        Self::Audit,
        Self::Tokens,
    ];

    pub(crate) fn href(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Events => "/events",
            Self::Failures => "/failures",
            Self::Rules => "/rules",
            Self::ContactWays => "/contact-ways",
            Self::Tags => "/tags",
            Self::Customers => "/customers",
            Self::Stats => "/stats",
            Self::Health => "/health",
            Self::Audit => "/audit",
            Self::Tokens => "/tokens",
        }
    }

    fn label(self, words: &Words) -> &'static str {
        match self {
            Self::Overview => words.overview,
            Self::Events => words.events,
            Self::Failures => words.failures,
            Self::Rules => words.rules,
            Self::ContactWays => words.contact_ways,
            Self::Tags => words.tags,
            Self::Customers => words.customer,
            Self::Stats => words.stats,
            Self::Health => words.health,
            Self::Audit => words.audit,
            Self::Tokens => words.tokens,
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Overview => Icon::Overview,
            Self::Events => Icon::Events,
            Self::Failures => Icon::Failures,
            Self::Rules => Icon::Rules,
            Self::ContactWays => Icon::Code,
            Self::Tags => Icon::Tags,
            Self::Customers => Icon::Customers,
            Self::Stats => Icon::Stats,
            Self::Health => Icon::Health,
            Self::Audit => Icon::Audit,
            Self::Tokens => Icon::Tokens,
        }
    }

    /// Whether only an admin may see it.
    fn is_for_admins(self) -> bool {
        matches!(self, Self::Audit | Self::Tokens)
    }
}

/// A way to a page.
#[derive(Clone, Debug)]
pub(crate) struct NavItem {
    pub(crate) href: &'static str,
    pub(crate) label: &'static str,
    pub(crate) icon: Icon,
    pub(crate) here: bool,
}

/// Who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    /// The token's name.
    pub(crate) name: String,
    /// Its role, in words.
    pub(crate) role: &'static str,
    pub(crate) is_admin: bool,
}

/// What stands around a page.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) language: Language,
    /// Which page it is; `None` for those outside of the navigation.
    pub(crate) place: Option<Place>,
    pub(crate) who: Option<Who>,
    pub(crate) notice: Option<Notice>,
    /// The zone of the times, with its distance from UTC.
    pub(crate) zone: String,
    /// Whether everything that is shown was made up for a demo.
    pub(crate) demo: bool,
    /// Path and query, to come back to after the language was switched.
    pub(crate) here: String,
}

impl Shell {
    pub(crate) fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// As `lang` names it.
    pub(crate) fn lang(&self) -> &'static str {
        match self.language {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }

    fn other(&self) -> Language {
        match self.language {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        }
    }

    pub(crate) fn other_lang(&self) -> &'static str {
        Self { language: self.other(), ..self.clone() }.lang()
    }

    /// Where the language is switched.
    pub(crate) fn switch_href(&self) -> String {
        let next: String = url::form_urlencoded::byte_serialize(self.here.as_bytes()).collect();
        format!("/language/{}?next={next}", self.other().as_str())
    }

    /// The pages that this person may see.
    pub(crate) fn nav(&self) -> Vec<NavItem> {
        let is_admin = self.who.as_ref().is_some_and(|who| who.is_admin);
        let seen = Place::ALL.into_iter().filter(|place| is_admin || !place.is_for_admins());
        seen.map(|place| NavItem {
            href: place.href(),
            label: place.label(self.words()),
            icon: place.icon(),
            here: self.place == Some(place),
        })
        .collect()
    }

    /// Where a static file is.
    #[expect(clippy::unused_self, reason = "templates have it at hand, and no path to a function")]
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// What must be true before the first event can come.
    #[expect(clippy::unused_self, reason = "templates have it at hand, and no path to a function")]
    pub(crate) fn first_steps(&self, words: &Words) -> [&'static str; 3] {
        [words.step_callback, words.step_range, words.step_add]
    }
}
