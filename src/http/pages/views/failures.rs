//! What has to be done.

use askama::Template;

use super::{Choice, Count, Headline, Icon, Instant, Mark, Prose, Shell};
use crate::http::pages::words::Words;

/// The failures of one cause.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) mark: Mark,
    pub(crate) what: &'static str,
    pub(crate) cure: Prose,
    /// Where it is mended, and what the way there is called.
    pub(crate) place: Option<(String, &'static str)>,
    pub(crate) kind: &'static str,
    /// Named where there is more than one.
    pub(crate) app: Option<String>,
    pub(crate) rule: String,
    /// Where the rule is changed, while there is one of that name.
    pub(crate) rule_href: Option<String>,
    pub(crate) count: Count,
    pub(crate) customers: Count,
    pub(crate) first: Instant,
    pub(crate) last: Instant,
    /// The page with its actions.
    pub(crate) href: String,
    /// Where all of them are tried again, where that helps.
    pub(crate) retry: Option<String>,
    /// Whether its actions are those below.
    pub(crate) open: bool,
}

/// One action that failed.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub(crate) id: i64,
    pub(crate) event_id: i64,
    pub(crate) at: Instant,
    pub(crate) customer: String,
    pub(crate) employee: String,
    pub(crate) answer: String,
}

/// The actions of the chosen cause.
#[derive(Clone, Debug)]
pub(crate) struct OpenGroup {
    pub(crate) title: String,
    pub(crate) total: String,
    /// Why nothing can be tried again.
    pub(crate) why_not: Option<&'static str>,
    pub(crate) may_retry: bool,
    pub(crate) retry_all: Option<String>,
    pub(crate) actions: Vec<Failed>,
    pub(crate) back: String,
    pub(crate) next: Option<String>,
}

/// `/failures`.
#[derive(Debug, Template)]
#[template(path = "failures.html")]
pub(crate) struct FailuresPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) headline: Headline,
    /// Acts on many that are under way: where each is followed, and how far it is.
    pub(crate) under_way: Vec<(String, String)>,
    pub(crate) periods: Vec<Choice>,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) state: String,
    pub(crate) user: String,
    pub(crate) fault: Option<String>,
    pub(crate) groups: Vec<Group>,
    pub(crate) open: Option<OpenGroup>,
}
