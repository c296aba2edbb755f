//! Is all well, and if not, where?

use askama::Template;

use super::{Count, EventRow, Figure, Headline, Prose, Shell, Tone};
use crate::http::pages::words::Words;

/// Something that somebody has to do.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) tone: Tone,
    pub(crate) what: String,
    pub(crate) cure: Prose,
    pub(crate) href: String,
    /// What the way there is called.
    pub(crate) go: &'static str,
}

/// A day of the trend.
#[derive(Clone, Debug)]
pub(crate) struct Day {
    pub(crate) label: String,
    /// When it began, in Unix seconds.
    pub(crate) at_s: i64,
    /// Whether it is not over yet.
    pub(crate) so_far: bool,
    pub(crate) adds: Count,
    pub(crate) welcomed: Count,
    pub(crate) missed: Count,
    pub(crate) lost: Count,
}

/// `/`.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub(crate) struct OverviewPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) today_is: String,
    pub(crate) headline: Headline,
    pub(crate) needs: Vec<Need>,
    /// How many more there are, where not all are listed.
    pub(crate) more_needs: Option<String>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) days: Vec<Day>,
    pub(crate) latest: Vec<EventRow>,
    pub(crate) definitions: Vec<(&'static str, &'static str)>,
}
