//! Group welcome templates: what customers read when they come into a group.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A company has at most so many (41055).
pub(super) const TEMPLATES_MAX: usize = 100;

/// The templates, by id.
#[derive(Default)]
pub(super) struct Templates {
    pub(super) all: BTreeMap<String, Template>,
}

/// A template.
pub(super) struct Template {
    /// Made in the console or by another app, and not this app's to change.
    pub(super) foreign: bool,
    pub(super) content: Map<String, Value>,
}
