//! What a rule can be `on`: WeCom's ChangeType names, and every other kind of event and message, so that all that comes to
//! an app's one callback address can be forwarded.
//!
//! Two families of events share some of them (`update` is a change of groups and of tags), and the updates of a group
//! differ by what was updated. So a name can be written with its event before it, `change_external_chat/update`, and
//! a group's update with its UpdateDetail behind it, `change_external_chat/update/add_member`. A bare name means all
//! changes of that name, the name of an event all of its changes.

mod hint;
mod table;
mod words;

pub(crate) use table::CHANGES;
use wecom_core::event::{
    Event, Kind, acquisition, customer, customer_group, customer_tag, directory,
    message::{Action, Content},
};
pub(crate) use words::ChangeMeant;

/// The family of what an employee wrote to the app (`MsgType`), which has no event's name.
const MESSAGE: &str = "message";
/// The family of what an employee did in the app, or what happened to it: events without a ChangeType.
const APP_EVENT: &str = "app_event";
/// The family of what only a third-party suite is told.
const SUITE: &str = "suite";
/// Events whose name this program does not know, and messages that are neither whole XML nor JSON.
const UNKNOWN: &str = "unknown";
/// What WeCom has added to a family since.
const OTHER: &str = "other";
/// Stands for everything that WeCom tells of.
pub(crate) const ALL: &str = "all";

/// One ChangeType of one event, for a group's updates one UpdateDetail, or another kind of event or message, and what such
/// events carry.
#[derive(Debug)]
pub(crate) struct Change {
    /// The event, or the family of those that have no event's name.
    pub(crate) event: &'static str,
    pub(crate) name: &'static str,
    /// The UpdateDetail of a group's update; none for updates that WeCom does not name, or does not name yet.
    pub(crate) detail: Option<&'static str>,
    /// `EVENT/NAME`.
    qualified: &'static str,
    /// `EVENT/NAME/DETAIL`, or `EVENT/NAME` where there is no detail.
    detailed: &'static str,
    /// They name an employee.
    pub(crate) employee: bool,
    /// They name a customer. With an employee as well, the customer can be tagged and remarked.
    pub(crate) customer: bool,
    /// Some of them carry a welcome code.
    pub(crate) code: bool,
}

/// The families, each of which can be named as a whole.
pub(crate) const FAMILIES: [&str; 9] = [
    customer::EVENT,
    acquisition::EVENT,
    customer_group::EVENT,
    customer_tag::EVENT,
    directory::EVENT,
    MESSAGE,
    APP_EVENT,
    SUITE,
    UNKNOWN,
];

impl Change {
    /// The first change that a name in a rule stands for. Where two families share the name, the table's order decides.
    pub(crate) fn first_of(written: &str) -> Option<&'static Self> {
        CHANGES.iter().find(|change| change.is_written(written))
    }

    fn is_written(&self, written: &str) -> bool {
        written == self.name
            || written == self.qualified
            || written == self.detailed
            || written == self.event
            || written == ALL
    }

    /// Whether such events can carry a State: those about a customer, and those of somebody who is at an acquisition
    /// link's page (page 97299).
    pub(crate) fn carries_state(&self) -> bool {
        self.customer || matches!(self.name, "open_profile" | "friend_request")
    }

    /// Whether such events name an employee and a customer, as tags and remarks want it.
    pub(crate) fn names_both(&self) -> bool {
        self.employee && self.customer
    }

    /// Its name with its event, and with its detail where it has one.
    pub(crate) fn in_full(&self) -> &'static str {
        self.detailed
    }

    /// The fields by which a message of WeCom's says that it is one of these: each with its value.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &'static str)> {
        match self.event {
            MESSAGE => vec![("MsgType", self.name)],
            APP_EVENT | UNKNOWN => vec![("MsgType", "event"), ("Event", self.name)],
            SUITE => vec![("InfoType", self.name)],
            event => {
                let mut fields = vec![("MsgType", "event"), ("Event", event), ("ChangeType", self.name)];
                fields.extend(self.detail.map(|detail| ("UpdateDetail", detail)));
                fields
            }
        }
    }
}

/// A set of changes: a bit for each line of [`CHANGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changes(u128);

impl Changes {
    pub(crate) const NONE: Self = Self(0);
    /// What a rule is on when it does not say: the three ways in which a welcome code comes.
    pub(crate) const DEFAULT: Self = Self(0b111);

    /// All changes that a name in a rule stands for; `None` if there is no such change.
    pub(crate) fn of(written: &str) -> Option<Self> {
        let found = Self::those(|change| change.is_written(written));
        (found != Self::NONE).then_some(found)
    }

    /// The one line of the table that an event is.
    pub(crate) fn of_event(event: &Event) -> Self {
        let name = event.change().unwrap_or_default();
        let (family, name, detail) = match &event.kind {
            Kind::Customer(_) => (customer::EVENT, name, None),
            Kind::CustomerGroup(group) => (customer_group::EVENT, name, group.update_detail.as_ref()),
            Kind::CustomerTag(_) => (customer_tag::EVENT, name, None),
            Kind::Acquisition(_) => (acquisition::EVENT, name, None),
            Kind::Directory(_) => (directory::EVENT, name, None),
            Kind::Message(message) => match &message.content {
                Content::Event { action, .. } => (APP_EVENT, Action::as_str(action), None),
                _ => (MESSAGE, event.message_type().unwrap_or_default(), None),
            },
            Kind::Suite(suite) => (SUITE, suite.notice.as_str(), None),
            Kind::Unknown => (UNKNOWN, UNKNOWN, None),
        };
        let detail = detail.map(customer_group::UpdateDetail::as_str);
        let is = |change: &Change, name: &str| change.event == family && change.name == name;
        let detailed =
            |change: &Change| is(change, name) && change.detail.is_some() && change.detail == detail;
        let plain = |change: &Change| is(change, name) && change.detail.is_none();
        [Self::those(detailed), Self::those(plain), Self::those(|change| is(change, OTHER))]
            .into_iter()
            .find(|found| *found != Self::NONE)
            .unwrap_or_else(|| Self::those(|change| change.event == UNKNOWN))
    }

    fn those(is: impl Fn(&Change) -> bool) -> Self {
        Self(
            CHANGES.iter().enumerate().filter(|(_, change)| is(change)).fold(0, |set, (at, _)| set | 1 << at),
        )
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in both.
    pub(crate) fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These without the others.
    pub(crate) fn except(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those of them that can bring a welcome code.
    pub(crate) fn with_code(self) -> Self {
        self.common(Self::those(|change| change.code))
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

    /// The set in as short names as can be: the family where all of it is in the set, and a bare name where all changes of
    /// that name are.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for change in self.iter() {
            let whole = |written: &str| Self::of(written).is_some_and(|all| self.has_all(all));
            let name =
                [ALL, change.event, change.name, change.qualified].into_iter().find(|name| whole(name));
            let name = name.unwrap_or(change.detailed);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Every name that can be written: the short ones first, and last those of whole families.
    pub(crate) fn all_names() -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        let of = [
            |change: &Change| change.name,
            |change: &Change| change.qualified,
            |change: &Change| change.detailed,
            |change: &Change| change.event,
        ];
        let all = of.iter().flat_map(|of| CHANGES.iter().map(of)).chain([ALL]);
        for name in all.filter(|name| *name != "unknown/unknown") {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Every ChangeType that is known.
    pub(crate) fn all_change_types() -> Vec<&'static str> {
        let has_type = |change: &&Change| change.fields().iter().any(|(name, _)| *name == "ChangeType");
        let mut names: Vec<&'static str> =
            CHANGES.iter().filter(has_type).map(|change| change.name).collect();
        names.dedup();
        names
    }

    /// The names of one family's changes, without what WeCom may add.
    pub(crate) fn of_family(family: &str) -> Vec<&'static str> {
        let mut names = Vec::new();
        for change in CHANGES.iter().filter(|change| change.event == family && change.name != OTHER) {
            if !names.contains(&change.name) {
                names.push(change.name);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};
    use wecom_core::event::suite;

    use super::*;

    fn of(written: &[&str]) -> Vec<&'static str> {
        written.iter().map(|name| Changes::of(name).unwrap()).fold(Changes::NONE, Changes::and).names()
    }

    #[test]
    fn a_name_means_every_event_that_has_it_and_is_written_as_short_as_it_can_be() {
        assert!(CHANGES.len() <= 128);
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
        for change in CHANGES.iter().filter(|change| change.name != OTHER && change.name != UNKNOWN) {
            assert!(FAMILIES.contains(&change.event), "{}", change.detailed);
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
                directory::EVENT => {
                    matches!(directory::Change::from(change.name), directory::Change::Other(_))
                }
                APP_EVENT => matches!(Action::from(change.name), Action::Other(_)),
                SUITE => matches!(suite::Notice::from(change.name), suite::Notice::Other(_)),
                MESSAGE => false,
                _ => matches!(acquisition::Change::from(change.name), acquisition::Change::Other(_)),
            };
            assert!(!unknown, "{}", change.detailed);
            if let Some(detail) = change.detail {
                let detail = customer_group::UpdateDetail::from(detail);
                assert!(!matches!(detail, customer_group::UpdateDetail::Other(_)), "{}", change.detailed);
            }
        }
    }

    /// A message with the fields of a line is that line, so that rules on it see every such event.
    #[test]
    fn every_line_is_what_its_fields_are_read_as() {
        for change in CHANGES {
            let fields: Map<String, Value> =
                change.fields().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            let event = Event::from_payload(Value::Object(fields).to_string().as_bytes());
            let found: Vec<&str> = Changes::of_event(&event).iter().map(Change::in_full).collect();
            assert_eq!(found, [change.detailed]);
        }
        let new = Event::from_payload(
            br#"{"Event": "change_contact", "ChangeType": "rename_user", "MsgType": "event"}"#,
        );
        assert_eq!(
            Changes::of_event(&new).iter().map(Change::in_full).collect::<Vec<_>>(),
            ["change_contact/other"]
        );
    }

    #[test]
    fn families_are_named_as_wholes() {
        for family in FAMILIES {
            assert_eq!(of(&[family]), [family]);
        }
        assert_eq!(of(&["all"]), ["all"]);
        assert_eq!(of(&["change_contact/create_user"]), ["create_user"]);
        assert_eq!(of(&["message/text", "link"]), ["text", "link"]);
    }
}
