//! Group welcome templates: what customers read when they come into a group.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A company has at most so many (41055).
pub(crate) const TEMPLATES_MAX: usize = 100;

/// The templates, by id.
#[derive(Default)]
pub(crate) struct Templates {
    pub(crate) all: BTreeMap<String, Template>,
}

/// A template.
pub(crate) struct Template {
    /// Made in the console or by another app: this app may not change it (41058).
    pub(crate) foreign: bool,
    pub(crate) content: Map<String, Value>,
}
