//! Is all well, and if not, where?

use askama::Template;

use super::{Count, EventRow, Figure, Headline, Shell, Tone};
use crate::http::pages::words::Words;

/// Something that somebody has to do.
#[derive(Clone, Debug)]
pub struct Need {
    pub tone: Tone,
    pub what: String,
    pub cure: String,
    pub href: String,
    /// What the way there is called.
    pub go: &'static str,
}

/// A day of the trend.
#[derive(Clone, Debug)]
pub struct Day {
    pub label: String,
    /// When it began, in Unix seconds.
    pub at_s: i64,
    /// Whether it is not over yet.
    pub so_far: bool,
    pub adds: Count,
    pub welcomed: Count,
    pub missed: Count,
    pub lost: Count,
}

/// `/`.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub today_is: String,
    pub headline: Headline,
    pub needs: Vec<Need>,
    pub figures: Vec<Figure>,
    pub days: Vec<Day>,
    pub latest: Vec<EventRow>,
    pub definitions: Vec<(&'static str, &'static str)>,
}
