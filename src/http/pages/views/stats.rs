//! What was done, counted.

use askama::Template;

use super::{Figure, Icon, Shell};
use crate::http::pages::words::Words;

/// A choice among links.
#[derive(Clone, Debug)]
pub struct Tab {
    pub label: &'static str,
    pub href: String,
    pub here: bool,
}

/// A column with what it counts.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub label: &'static str,
    pub meaning: &'static str,
    /// Whether the chart shows it.
    pub drawn: bool,
}

/// One figure of the table.
#[derive(Clone, Debug)]
pub struct Cell {
    pub value: i64,
    pub text: String,
    pub bad: bool,
    pub zero: bool,
}

/// One day, channel, employee or rule.
#[derive(Clone, Debug)]
pub struct StatsRow {
    pub key: String,
    pub href: Option<String>,
    /// When it began, in Unix seconds, where it is a time.
    pub at_s: Option<i64>,
    pub so_far: bool,
    pub cells: Vec<Cell>,
}

/// `/stats`.
#[derive(Debug, Template)]
#[template(path = "stats.html")]
pub struct StatsPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub period: String,
    pub figures: Vec<Figure>,
    pub tabs: Vec<Tab>,
    pub quicks: Vec<Tab>,
    pub by: &'static str,
    pub by_label: &'static str,
    pub since: String,
    pub until: String,
    pub export: String,
    pub fault: Option<String>,
    pub charted: bool,
    pub columns: Vec<Column>,
    pub rows: Vec<StatsRow>,
    pub total: Vec<Cell>,
    pub definitions: Vec<(&'static str, &'static str)>,
}
