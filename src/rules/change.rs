//! The changes that a rule can be `on`: WeCom's ChangeType names.

/// One ChangeType and what its events carry.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) name: &'static str,
    /// Employee and customer: without them nobody can be tagged or remarked.
    pub(super) customer: bool,
    /// A welcome code, at times.
    pub(super) code: bool,
}

const fn change(name: &'static str, customer: bool, code: bool) -> Change {
    Change { name, customer, code }
}

/// Pages 92130 (contacts, groups, tags) and 97299 (acquisition). A name that stands in two families, as
/// `del_follow_user` and `create`, means both.
pub(super) const CHANGES: [Change; 22] = [
    change("add_external_contact", true, true),
    change("add_half_external_contact", true, true),
    change("msg_audit_approved", true, true),
    change("edit_external_contact", true, false),
    change("del_external_contact", true, false),
    change("del_follow_user", true, false),
    change("transfer_fail", true, false),
    change("customer_start_chat", true, false),
    change("message_from_customer", true, false),
    change("create", false, false),
    change("update", false, false),
    change("dismiss", false, false),
    change("delete", false, false),
    change("shuffle", false, false),
    change("balance_low", false, false),
    change("balance_exhausted", false, false),
    change("balance_increased", false, false),
    change("quota_expire_soon", false, false),
    change("link_unavailable", false, false),
    change("delete_link", false, false),
    change("open_profile", false, false),
    change("friend_request", false, false),
];

/// A set of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Changes(u32);

impl Changes {
    pub(super) const NONE: Self = Self(0);
    /// What a rule is on when it does not say: the three ways in which a welcome code comes.
    pub(super) const DEFAULT: Self = Self(0b111);

    /// The set of that one name; `None` if there is no such change.
    pub(super) fn of(name: &str) -> Option<Self> {
        CHANGES.iter().position(|change| change.name == name).map(|at| Self(1 << at))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'static Change> {
        CHANGES.iter().enumerate().filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, change)| change)
    }
}
