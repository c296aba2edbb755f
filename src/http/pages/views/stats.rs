//! What was done, counted.

use askama::Template;

use super::{Figure, Icon, Shell};
use crate::http::pages::words::Words;

/// A choice among links.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) here: bool,
}

/// A column with what it counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) meaning: &'static str,
    /// Whether the chart shows it.
    pub(crate) drawn: bool,
}

/// One figure of the table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) value: i64,
    pub(crate) text: String,
    pub(crate) bad: bool,
    pub(crate) zero: bool,
}

/// One day, channel, employee or rule.
#[derive(Clone, Debug)]
pub(crate) struct StatsRow {
    pub(crate) key: String,
    pub(crate) href: Option<String>,
    /// When it began, in Unix seconds, where it is a time.
    pub(crate) at_s: Option<i64>,
    pub(crate) so_far: bool,
    pub(crate) cells: Vec<Cell>,
}

/// `/stats`.
#[derive(Debug, Template)]
#[template(path = "stats.html")]
pub(crate) struct StatsPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) period: String,
    pub(crate) figures: Vec<Figure>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) quicks: Vec<Tab>,
    pub(crate) by: &'static str,
    pub(crate) by_label: &'static str,
    pub(crate) since: String,
    pub(crate) until: String,
    pub(crate) export: String,
    pub(crate) fault: Option<String>,
    pub(crate) charted: bool,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<StatsRow>,
    pub(crate) total: Vec<Cell>,
    pub(crate) definitions: Vec<(&'static str, &'static str)>,
}
