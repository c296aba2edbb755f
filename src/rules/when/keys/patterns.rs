//! Lists of patterns, of which one must match: the values of several keys.

use super::super::{
    glob::Glob,
    reader::{ConditionReader, ITEMS_MAX},
    words::one_of,
};
use crate::rules::document::{
    fault::{ValueFault, quoted},
    reader::{Position, Reader},
};

/// Patterns are compared with each other only where there are so few, as it is done in pairs.
const COMPARED_MAX: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patterns(Vec<Glob>);

impl Patterns {
    pub(super) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        Self::read_each(conditions.reader, at, |_, _, _| {})
    }

    /// The same; `look` sees each pattern with its position.
    pub(super) fn read_each(
        reader: &mut Reader,
        at: &Position<'_>,
        mut look: impl FnMut(&mut Reader, &Position<'_>, &Glob),
    ) -> Self {
        let mut globs = Vec::new();
        for item in reader.one_or_more(at, ITEMS_MAX) {
            let Some(pattern) = reader.verbatim(&item) else { continue };
            match Glob::parse(pattern) {
                Ok(glob) => {
                    look(reader, &item, &glob);
                    globs.push(glob);
                }
                Err(ValueFault { what, mend }) => {
                    reader.fault(&item, format!("the pattern {} {what}", quoted(pattern)), mend);
                }
            }
        }
        Self(globs)
    }

    pub(super) fn match_one(&self, value: &str) -> bool {
        self.0.iter().any(|glob| glob.matches(value))
    }

    /// Whether they match only where there is a value. An empty list is a fault of its own, and asks for nothing.
    pub(super) fn want_a_value(&self) -> bool {
        !self.0.is_empty() && !self.match_one("")
    }

    /// Whether it is certain that no value matches both. It is only where one side has plain names alone.
    pub(super) fn exclude(&self, other: &Self) -> bool {
        let few = |globs: &[Glob]| (1..=COMPARED_MAX).contains(&globs.len());
        let misses = |names: &[Glob], globs: &[Glob]| {
            names.iter().all(|name| {
                name.exact()
                    .is_some_and(|name| globs.iter().all(|glob| glob.is_quick(name) && !glob.matches(name)))
            })
        };
        few(&self.0) && few(&other.0) && (misses(&self.0, &other.0) || misses(&other.0, &self.0))
    }

    pub(super) fn wanted(&self) -> String {
        let written = |glob: &Glob| match glob.written() {
            "" => "none".to_owned(),
            pattern => quoted(pattern),
        };
        one_of(&self.0.iter().map(written).collect::<Vec<_>>())
    }
}
