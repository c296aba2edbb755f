//! `change_external_tag`: what happened to the corp's customer tags. Page 92130 (in-house), 92277 (suites).
//!
//! WeCom sends these for what people do in the console or client. Changes through the API have no event.

use super::fields::Fields;

/// The event's name.
pub const EVENT: &str = "change_external_tag";

open_enum! {
    /// What happened to the tag or group of tags.
    pub enum Change {
        /// It was made.
        Created = "create",
        /// It was changed.
        Updated = "update",
        /// It was deleted. The tags of a deleted group get no events of their own.
        Deleted = "delete",
        /// The tags of the group are in another order; comes without a [`TagType`].
        Shuffled = "shuffle",
    }
}

open_enum! {
    /// What the id names.
    pub enum TagType {
        /// A tag.
        Tag = "tag",
        /// A group of tags.
        Group = "tag_group",
    }
}

/// A change of a customer tag or of a group of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerTag {
    /// What happened.
    pub change: Change,
    /// The tag or group; with [`Change::Shuffled`] the group, or none where the groups themselves were reordered.
    pub id: Option<String>,
    /// What the id names.
    pub tag_type: Option<TagType>,
    /// The rule group that the tag belongs to, where it is not the corp's. A number that is an id: kept as text.
    pub strategy_id: Option<String>,
}

impl CustomerTag {
    pub(super) fn of(fields: &Fields<'_>) -> Self {
        Self {
            change: fields.change(),
            id: fields.owned("Id"),
            tag_type: fields.word("TagType"),
            strategy_id: fields.owned("StrategyId"),
        }
    }
}
