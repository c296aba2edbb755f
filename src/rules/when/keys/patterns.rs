//! Lists of patterns, of which one must match: the values of several keys.

use super::super::{
    glob::Glob,
    reader::{ConditionReader, ITEMS_MAX},
    reasons::Wanted,
    words::WhenFault,
};
use crate::rules::document::{
    reader::{Position, Reader},
    wrong::Quoted,
};

/// Patterns are compared with each other only where there are so few, as it is done in pairs.
const COMPARED_MAX: usize = 20;

/// Whether capital letters and small ones are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Counts,
    /// Values are compared in small letters, which whoever matches makes of them.
    Ignored,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patterns(Vec<Glob>);

impl Patterns {
    pub(super) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        Self::read_each(conditions.reader, at, Case::Counts, |_, _, _| {})
    }

    /// The same; `look` sees each pattern with its position.
    pub(super) fn read_each(
        reader: &mut Reader,
        at: &Position<'_>,
        case: Case,
        mut look: impl FnMut(&mut Reader, &Position<'_>, &Glob),
    ) -> Self {
        let mut globs = Vec::new();
        for item in reader.one_or_more(at, ITEMS_MAX) {
            let Some(pattern) = reader.verbatim(&item) else { continue };
            let parsed = match case {
                Case::Counts => Glob::parse(pattern),
                Case::Ignored => Glob::parse_in_small_letters(pattern),
            };
            match parsed {
                Ok(glob) => {
                    look(reader, &item, &glob);
                    globs.push(glob);
                }
                Err(wrong) => {
                    reader.fault(&item, WhenFault::Pattern { pattern: Quoted::of(pattern), wrong });
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

    pub(super) fn all_written(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Glob::written)
    }

    /// The values, where none of them is a pattern. Each is written as it is meant.
    pub(super) fn exact(&self) -> Option<Vec<&str>> {
        self.0.iter().map(|glob| glob.exact().filter(|exact| *exact == glob.written())).collect()
    }

    pub(super) fn only(&self, index: usize) -> Self {
        Self(self.0.get(index).cloned().into_iter().collect())
    }

    pub(super) fn take_all(&self) -> bool {
        self.0.iter().any(Glob::takes_all)
    }

    /// Whether each pattern of the other is covered by one of these, as far as that is certain.
    pub(super) fn cover(&self, other: &Self) -> bool {
        let few = |globs: &[Glob]| (1..=COMPARED_MAX).contains(&globs.len());
        few(&self.0)
            && few(&other.0)
            && other.0.iter().all(|narrow| self.0.iter().any(|wide| wide.covers(narrow)))
    }

    pub(super) fn wanted(&self) -> Wanted {
        Wanted::Quoted(self.all_written().map(Quoted::of).collect())
    }
}
