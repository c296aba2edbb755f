//! The facts of an event as the rules take them: put together from the record, the settings and WeCom's answers.
//!
//! The rules know neither the record nor WeCom's client; here one is made of the other, for whoever plans an event and
//! for whoever fills in a remark later.

use crate::{
    apps::WecomApp,
    event::Event,
    rules::{self, Customer, Earlier, Employee, Facts, Known, Media, Needs},
    store::StoredEvent,
    wecom::external::{Contact, FollowTag, FollowUser},
};

/// What has been looked up for an event.
#[derive(Debug, Default)]
pub struct Findings {
    /// The customer.
    pub customer: Finding<Customer>,
    /// The employee.
    pub employee: Finding<Employee>,
    /// The customer's earlier adds.
    pub earlier: Finding<Earlier>,
    /// What was found and is not whole: a part of it may be known later.
    pub half_known: Needs,
}

/// What came of one look-up.
#[derive(Debug, Default)]
pub enum Finding<T> {
    /// It has not been made.
    #[default]
    NotAsked,
    /// The answer.
    Found(Box<T>),
    /// It failed, or took too long.
    Unavailable,
}

impl Findings {
    /// Whether something that was asked for is not known.
    pub fn is_lacking(&self) -> bool {
        self.customer.is_unavailable()
            || self.employee.is_unavailable()
            || self.earlier.is_unavailable()
            || !self.half_known.is_nothing()
    }
}

impl<T> Finding<T> {
    /// Whether nobody has asked yet.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::NotAsked)
    }

    fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable)
    }

    /// The same, as the rules take it.
    pub fn known(&self) -> Known<'_, T> {
        match self {
            Self::NotAsked => Known::NotAsked,
            Self::Found(found) => Known::Is(found),
            Self::Unavailable => Known::Unavailable,
        }
    }
}

/// The facts of an event, as the rules take them.
pub fn facts<'a>(
    app: &'a WecomApp,
    stored: &StoredEvent,
    event: &'a Event,
    found: &'a Findings,
    media: &'a Media,
    now_ms: i64,
) -> Facts<'a> {
    Facts {
        app: &app.name,
        corp_id: event.corp_id().unwrap_or(&app.corp_id),
        event,
        happened_at_ms: stored.happened_at_ms,
        first_received_ms: stored.received_at_ms,
        now_ms,
        customer: found.customer.known(),
        employee: found.employee.known(),
        earlier: found.earlier.known(),
        media,
    }
}

/// WeCom's answer about a customer, as the rules take it. `None`: it is of nobody, as a proxy's or a test server's bare
/// `{"errcode": 0}`; nothing is known by it, and it counts as a look-up that failed.
pub fn customer_of(contact: Contact) -> Option<Customer> {
    let who = contact.external_contact;
    if who.external_userid.is_none() && who.name.is_none() && who.contact_type.is_none() {
        return None;
    }
    Some(Customer {
        external_contact: rules::ExternalContact {
            external_userid: who.external_userid,
            name: who.name,
            r#type: who.contact_type.map(|number| number.0),
            gender: who.gender.map(|number| number.0),
            avatar: who.avatar,
            position: who.position,
            corp_name: who.corp_name,
            corp_full_name: who.corp_full_name,
        },
        follow_user: contact.follow_user.into_iter().map(follower_of).collect(),
    })
}

fn follower_of(user: FollowUser) -> rules::FollowUser {
    rules::FollowUser {
        userid: user.userid.unwrap_or_default(),
        remark: user.remark,
        description: user.description,
        add_way: user.add_way.map(|number| number.0),
        state: user.state,
        tags: user.tags.into_iter().map(tag_of).collect(),
    }
}

fn tag_of(tag: FollowTag) -> rules::FollowTag {
    rules::FollowTag {
        group_name: tag.group_name,
        tag_name: tag.tag_name,
        tag_id: tag.tag_id,
        r#type: tag.tag_type.map(|number| number.0),
    }
}
