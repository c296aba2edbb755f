//! `change_external_chat`: what happened to a group chat with customers. Page 92130 (in-house), 92277 (suites).

use super::fields::Fields;

/// The event's name.
pub const EVENT: &str = "change_external_chat";

open_enum! {
    /// What happened to the group.
    pub enum Change {
        /// It was made.
        Created = "create",
        /// Its members, owner, name or notice changed; see [`UpdateDetail`].
        Updated = "update",
        /// It was dissolved.
        Dismissed = "dismiss",
    }
}

open_enum! {
    /// What was updated.
    pub enum UpdateDetail {
        /// Members joined.
        MembersAdded = "add_member",
        /// Members left or were removed.
        MembersRemoved = "del_member",
        /// Another owner.
        OwnerChanged = "change_owner",
        /// Another name.
        NameChanged = "change_name",
        /// Another notice.
        NoticeChanged = "change_notice",
    }
}

/// A change of a customer group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerGroup {
    /// What happened.
    pub change: Change,
    /// The group (`ChatId`).
    pub chat_id: Option<String>,
    /// What was updated; messages from before about 2020 do not say.
    pub update_detail: Option<UpdateDetail>,
    /// How members joined: 0 invited, 3 by QR code; WeCom's own sample has an unlisted 1. Only to be trusted with
    /// [`UpdateDetail::MembersAdded`]: the sample carries it beside `quit_scene`.
    pub join_scene: Option<i64>,
    /// How members left: 0 by themselves, 1 removed. Only to be trusted with [`UpdateDetail::MembersRemoved`].
    pub quit_scene: Option<i64>,
    /// How many members changed.
    pub member_change_count: Option<i64>,
    /// Who they are, as userids or external_userids; at most the latest batch.
    pub changed_members: Vec<String>,
    /// The version of the member list before the change. Another than the one known means: read the group again.
    pub last_member_version: Option<String>,
    /// The version of the member list after the change.
    pub current_member_version: Option<String>,
}

impl CustomerGroup {
    pub(super) fn of(fields: &Fields<'_>) -> Self {
        Self {
            change: fields.change(),
            chat_id: fields.owned("ChatId"),
            update_detail: fields.word("UpdateDetail"),
            join_scene: fields.number("JoinScene"),
            quit_scene: fields.number("QuitScene"),
            member_change_count: fields.number("MemChangeCnt"),
            changed_members: fields.list("MemChangeList"),
            last_member_version: fields.owned("LastMemVer"),
            current_member_version: fields.owned("CurMemVer"),
        }
    }
}
