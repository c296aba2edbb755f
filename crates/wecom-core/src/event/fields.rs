//! A message as a list of named texts: what XML and JSON have in common, and what the kinds are made from.

use std::borrow::Cow;

use super::Hidden;

/// How many fields are read. The longest genuine list is a group's change of members: a customer group has at most
/// 500, the directory's messages some thirty fields. What comes after is cut off, and the message is not
/// [`whole`](Fields::whole).
pub(super) const MAX_FIELDS: usize = 2_048;

/// The fields of a message, in the order in which they came.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    list: Vec<Field<'a>>,
    /// Whether the text was well-formed to its end. The fields of one that was not are facts for the record, but no
    /// ground to act upon.
    pub(super) whole: bool,
}

#[derive(Debug)]
struct Field<'a> {
    /// The element around it; empty for a field of the message itself.
    parent: Cow<'a, str>,
    name: Cow<'a, str>,
    text: Cow<'a, str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new() -> Self {
        // A customer event has ten or so. With 14 the list stays below 1 KiB, which allocators keep at hand.
        Self { list: Vec::with_capacity(14), whole: false }
    }

    /// Adds a field; `false` if there is no room for another.
    pub(super) fn push(
        &mut self,
        parent: impl Into<Cow<'a, str>>,
        name: impl Into<Cow<'a, str>>,
        text: impl Into<Cow<'a, str>>,
    ) -> bool {
        if self.list.len() == MAX_FIELDS {
            return false;
        }
        self.list.push(Field { parent: parent.into(), name: name.into(), text: text.into() });
        true
    }

    /// The first field of that name in the message itself; an empty one counts as none.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.inner("", name)
    }

    /// The first field of that name inside an element of the message; an empty one counts as none.
    pub(super) fn inner(&self, parent: &str, name: &str) -> Option<&str> {
        self.list
            .iter()
            .find(|field| field.name == name && field.parent == parent)
            .map(|field| &*field.text)
            .filter(|text| !text.is_empty())
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub(super) fn hidden(&self, name: &str) -> Option<Hidden> {
        self.text(name).map(Hidden::new)
    }

    /// A number, bare or as CDATA; none if it is not one.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.trim().parse().ok()
    }

    /// A word of an open list.
    pub(super) fn word<T: for<'t> From<&'t str>>(&self, name: &str) -> Option<T> {
        self.text(name).map(T::from)
    }

    /// `ChangeType` as a word of an open list; a missing one is `Other("")`.
    pub(super) fn change<T: for<'t> From<&'t str>>(&self) -> T {
        T::from(self.text("ChangeType").unwrap_or_default())
    }

    /// A list, written as `<Item>` children or as text with commas: WeCom has both.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        match self.text(name) {
            Some(text) => {
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
            }
            None => self
                .list
                .iter()
                .filter(|field| field.parent == name && !field.text.is_empty())
                .map(|field| field.text.clone().into_owned())
                .collect(),
        }
    }
}
