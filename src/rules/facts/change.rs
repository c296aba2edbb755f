//! The changes that a rule can be `on`: WeCom's ChangeType names.
//!
//! Two families of events share some of them (`update` is a change of groups and of tags), and the updates of a group
//! differ by what was updated. So a name can be written with its event before it, `change_external_chat/update`, and
//! a group's update with its UpdateDetail behind it, `change_external_chat/update/add_member`. A bare name means all
//! changes of that name.

use wecom_core::event::{Event, Kind, acquisition, customer, customer_group, customer_tag};

/// One ChangeType of one event, for a group's updates one UpdateDetail, and what such events carry.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) event: &'static str,
    pub(crate) name: &'static str,
    /// The UpdateDetail of a group's update; none for updates that WeCom does not name, or does not name yet.
    pub(crate) detail: Option<&'static str>,
    /// `EVENT/NAME`.
    qualified: &'static str,
    /// `EVENT/NAME/DETAIL`, or `EVENT/NAME` where there is no detail.
    detailed: &'static str,
    /// They name an employee and a customer, without whom nobody can be tagged or remarked.
    pub(crate) customer: bool,
    /// Some of them carry a welcome code.
    pub(crate) code: bool,
}

macro_rules! changes {
    ($($event:literal / $name:literal $(/ $detail:literal)? : $customer:literal $code:literal,)+) => {
        /// Pages 92130 (contacts, groups, tags) and 97299 (acquisition).
        pub(crate) const CHANGES: &[Change] = &[$(
            Change {
                event: $event,
                name: $name,
                detail: changes!(@some $($detail)?),
                qualified: concat!($event, "/", $name),
                detailed: concat!($event, "/", $name $(, "/", $detail)?),
                customer: $customer,
                code: $code,
            },
        )+];
    };
    (@some) => { None };
    (@some $detail:literal) => { Some($detail) };
}

// The three that can bring a welcome code stand first: see [`Changes::DEFAULT`].
changes! {
    "change_external_contact" / "add_external_contact": true true,
    "change_external_contact" / "add_half_external_contact": true true,
    "change_external_contact" / "msg_audit_approved": true true,
    "change_external_contact" / "edit_external_contact": true false,
    "change_external_contact" / "del_external_contact": true false,
    "change_external_contact" / "del_follow_user": true false,
    "customer_acquisition" / "del_follow_user": true false,
    "change_external_contact" / "transfer_fail": true false,
    "customer_acquisition" / "customer_start_chat": true false,
    "customer_acquisition" / "message_from_customer": true false,
    "change_external_chat" / "create": false false,
    "change_external_tag" / "create": false false,
    "change_external_chat" / "update": false false,
    "change_external_chat" / "update" / "add_member": false false,
    "change_external_chat" / "update" / "del_member": false false,
    "change_external_chat" / "update" / "change_owner": false false,
    "change_external_chat" / "update" / "change_name": false false,
    "change_external_chat" / "update" / "change_notice": false false,
    "change_external_tag" / "update": false false,
    "change_external_chat" / "dismiss": false false,
    "change_external_tag" / "delete": false false,
    "change_external_tag" / "shuffle": false false,
    "customer_acquisition" / "balance_low": false false,
    "customer_acquisition" / "balance_exhausted": false false,
    "customer_acquisition" / "balance_increased": false false,
    "customer_acquisition" / "quota_expire_soon": false false,
    "customer_acquisition" / "link_unavailable": false false,
    "customer_acquisition" / "delete_link": false false,
    "customer_acquisition" / "open_profile": false false,
    "customer_acquisition" / "friend_request": false false,
}

impl Change {
    /// The first change that a name in a rule stands for. Where two families share the name, the table's order decides.
    pub(crate) fn first_of(written: &str) -> Option<&'static Self> {
        CHANGES.iter().find(|change| change.is_written(written))
    }

    fn is_written(&self, written: &str) -> bool {
        written == self.name || written == self.qualified || written == self.detailed
    }

    /// Whether such events can carry a State: those about a customer, and those of somebody who is at an acquisition
    /// link's page (page 97299).
    pub(crate) fn carries_state(&self) -> bool {
        self.customer || matches!(self.name, "open_profile" | "friend_request")
    }

    /// Its name with its event, and with its detail where it has one.
    pub(crate) fn in_full(&self) -> &'static str {
        self.detailed
    }
}

/// A set of changes: a bit for each line of [`CHANGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changes(u64);

impl Changes {
    pub(crate) const NONE: Self = Self(0);
    /// What a rule is on when it does not say: the three ways in which a welcome code comes.
    pub(crate) const DEFAULT: Self = Self(0b111);

    /// All changes that a name in a rule stands for; `None` if there is no such change.
    pub(crate) fn of(written: &str) -> Option<Self> {
        let found = Self::those(|change| change.is_written(written));
        (found != Self::NONE).then_some(found)
    }

    /// The one change that an event is; `None` for events that no rule can be on.
    pub(crate) fn of_event(event: &Event) -> Option<Self> {
        let (family, detail) = match &event.kind {
            Kind::Customer(_) => (customer::EVENT, None),
            Kind::CustomerGroup(group) => (customer_group::EVENT, group.update_detail.as_ref()),
            Kind::CustomerTag(_) => (customer_tag::EVENT, None),
            Kind::Acquisition(_) => (acquisition::EVENT, None),
            Kind::Directory(_) | Kind::Message(_) | Kind::Suite(_) | Kind::Unknown => return None,
        };
        let name = event.change()?;
        let detail = detail.map(customer_group::UpdateDetail::as_str);
        let is = |change: &Change| change.event == family && change.name == name;
        let exact = Self::those(|change| is(change) && change.detail.is_some() && change.detail == detail);
        let found = if exact == Self::NONE {
            Self::those(|change| is(change) && change.detail.is_none())
        } else {
            exact
        };
        (found != Self::NONE).then_some(found)
    }

    fn those(is: impl Fn(&Change) -> bool) -> Self {
        Self(
            CHANGES.iter().enumerate().filter(|(_, change)| is(change)).fold(0, |set, (at, _)| set | 1 << at),
        )
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn has_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'static Change> {
        CHANGES.iter().enumerate().filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, change)| change)
    }

    /// The set in as short names as can be: a bare name where all changes of that name are in it.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for change in self.iter() {
            let whole = |written: &str| Self::of(written).is_some_and(|all| self.has_all(all));
            let name = [change.name, change.qualified].into_iter().find(|name| whole(name));
            let name = name.unwrap_or(change.detailed);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Every name that can be written, the short ones first.
    pub(crate) fn all_names() -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        let of = [
            |change: &Change| change.name,
            |change: &Change| change.qualified,
            |change: &Change| change.detailed,
        ];
        for name in of.iter().flat_map(|of| CHANGES.iter().map(of)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(written: &[&str]) -> Vec<&'static str> {
        written.iter().map(|name| Changes::of(name).unwrap()).fold(Changes::NONE, Changes::and).names()
    }

    #[test]
    fn a_name_means_every_event_that_has_it_and_is_written_as_short_as_it_can_be() {
        assert!(CHANGES.len() <= 64);
        assert_eq!(of(&["create"]), ["create"]);
        assert_eq!(of(&["change_external_chat/create", "change_external_tag/create"]), ["create"]);
        assert_eq!(of(&["change_external_tag/update"]), ["change_external_tag/update"]);
        assert_eq!(of(&["change_external_chat/update"]), ["change_external_chat/update"]);
        assert_eq!(
            of(&["change_external_chat/update/add_member"]),
            ["change_external_chat/update/add_member"]
        );
        assert_eq!(of(&["change_external_contact/transfer_fail"]), ["transfer_fail"]);
        assert_eq!(
            Changes::DEFAULT.names(),
            ["add_external_contact", "add_half_external_contact", "msg_audit_approved"]
        );
        assert_eq!(Changes::of("change_external_contact/create"), None);
        assert_eq!(Changes::of("update/add_member"), None);
        assert_eq!(Changes::of(""), None);
    }

    #[test]
    fn the_words_are_those_of_the_events() {
        let families = [customer::EVENT, customer_group::EVENT, customer_tag::EVENT, acquisition::EVENT];
        for change in CHANGES {
            assert!(families.contains(&change.event), "{}", change.detailed);
            let unknown = match change.event {
                customer::EVENT => {
                    matches!(customer::Change::from(change.name), customer::Change::Other(_))
                }
                customer_group::EVENT => {
                    matches!(customer_group::Change::from(change.name), customer_group::Change::Other(_))
                }
                customer_tag::EVENT => {
                    matches!(customer_tag::Change::from(change.name), customer_tag::Change::Other(_))
                }
                _ => matches!(acquisition::Change::from(change.name), acquisition::Change::Other(_)),
            };
            assert!(!unknown, "{}", change.detailed);
            if let Some(detail) = change.detail {
                let detail = customer_group::UpdateDetail::from(detail);
                assert!(!matches!(detail, customer_group::UpdateDetail::Other(_)), "{}", change.detailed);
            }
        }
    }
}
