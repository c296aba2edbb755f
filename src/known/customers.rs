//! Customers as WeCom describes them, remembered for a minute: one event asks once, however many of its texts want the
//! same name.
//!
//! An answer is of one customer in the eyes of one employee and one app. It is forgotten when a callback is about the
//! two, and when this program has put tags or a remark on. With several processes
//! the callback reaches one of them; the others find out within the minute.
//!
//! What WeCom refuses is remembered as well. What failed for a passing reason, and what WeCom may say more of in a moment,
//! is remembered for less than a second: the texts of one event share the try, and the next try asks anew.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    apps::{Apps, WecomApp},
    memory::{Answer, Memory, REFUSED_FOR_MS, Terms},
};
use crate::{
    action::outcome::Class,
    rules::{self, Customer},
    shutdown::Shutdown,
};
use wecom_client::{
    CallOptions, Client, External, Retries,
    contact::{Contact, FollowTag, FollowUser},
};
use wecom_core::{
    callback::is_same_receiver,
    clock::Clock,
    event::{
        Event, Kind,
        customer::{self, Change},
    },
};

/// A thousand customers a second may be looked up; nobody comes back for most of them. About a kilobyte each.
const CUSTOMERS: Terms = Terms {
    entries_max: 10_000,
    fresh_for: Duration::from_mins(1),
    kept_for: Duration::from_mins(1),
    serves_old: false,
};

/// How long one question may take, its retries and further pages included: longer than a welcome waits, so that what
/// comes after it finds the answer.
const ASKED_FOR: Duration = Duration::from_secs(5);

/// How many pages of those who have a customer are read, 500 on each, until the employee is among them: more than
/// companies have who let one customer add a thousand employees.
const PAGES_MAX: usize = 4;

/// How long it is remembered that WeCom could not say, or not all of it: for what is done at the same moment, and less
/// than any pause before a next try.
const PASSING_FOR_MS: i64 = 800;

/// The memory. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Customers(Arc<Memory<Customer>>);

impl Customers {
    /// A memory of nobody yet.
    pub fn new(clock: Clock, shutdown: Shutdown) -> Self {
        Self(Arc::new(Memory::new(CUSTOMERS, clock, shutdown)))
    }

    /// The customer of an event, as the app may see them.
    pub(crate) async fn get(
        &self,
        app: &WecomApp,
        event: &Event,
        external_userid: &str,
        retries: Retries,
    ) -> Answer<Customer> {
        let (client, customer) = (app.client.clone(), external_userid.to_owned());
        let employee = event.user_id().map(str::to_owned);
        let is_add = is_add(event);
        let userid = employee.clone();
        let lasts = move |answer: &Result<Customer, wecom_client::Error>| match answer {
            Ok(customer) if is_add => {
                let is_whole = userid.is_none_or(|userid| customer.follower(&userid).is_some());
                (!is_whole).then_some(PASSING_FOR_MS)
            }
            Ok(_) => None,
            Err(error) if may_pass(error.class(), is_add) => Some(PASSING_FOR_MS),
            Err(_) => Some(REFUSED_FOR_MS),
        };
        let asked = move || async move { ask(&client, &customer, employee.as_deref(), retries).await };
        self.0.get(key(&app.name, external_userid, event.user_id()), asked, lasts).await
    }

    /// Forgets what a callback says has changed between a customer and an employee.
    pub(crate) async fn invalidate(&self, apps: &Apps, event: &Event) {
        if !matches!(event.kind, Kind::Customer(_)) {
            return;
        }
        let of_corp = |app: &&Arc<WecomApp>| {
            event.corp_id().is_none_or(|corp_id| is_same_receiver(&app.corp_id, corp_id))
        };
        for app in apps.iter().filter(of_corp) {
            self.forget(&app.name, event).await;
        }
    }

    /// Forgets everybody.
    pub(crate) fn forget_all(&self) {
        self.0.forget_all();
    }

    /// Forgets the event's customer.
    pub(crate) async fn forget(&self, app: &str, event: &Event) {
        if let Some(external_userid) = event.external_user_id() {
            self.0.forget(&key(app, external_userid, event.user_id())).await;
        }
    }
}

/// An app's name has no slash in it, nor has a userid.
fn key(app: &str, external_userid: &str, userid: Option<&str>) -> String {
    format!("{app}/{}/{external_userid}", userid.unwrap_or_default().to_ascii_lowercase())
}

/// Whether the event says that the two have become contacts: WeCom's servers may need a moment to agree on it.
pub(crate) fn is_add(event: &Event) -> bool {
    let Kind::Customer(customer::Customer { change, .. }) = &event.kind else { return false };
    matches!(change, Change::Added | Change::HalfAdded | Change::ArchivingApproved)
}

/// Whether the same question may be answered later without anybody mending anything. That the two are no contacts
/// passes where they have just become that, and nowhere else.
pub(crate) fn may_pass(class: Class, is_add: bool) -> bool {
    match class {
        Class::Configuration | Class::Refused | Class::Content => false,
        Class::NoRelation => is_add,
        _ => true,
    }
}

/// Asks until the employee is among those who have the customer, or there is nobody more.
async fn ask(
    client: &Client,
    external_userid: &str,
    employee: Option<&str>,
    retries: Retries,
) -> Result<Customer, wecom_client::Error> {
    #[expect(clippy::disallowed_methods, reason = "measures what is left of the time for several calls")]
    let started = Instant::now();
    let options = || CallOptions::new(ASKED_FOR.saturating_sub(started.elapsed()), retries);
    let mut contact = client.external().get(external_userid, None, options()).await?;
    for _ in 1..PAGES_MAX {
        let cursor = contact.next_cursor.take().filter(|cursor| !cursor.is_empty());
        let (Some(cursor), false) = (cursor, has(&contact, employee)) else { break };
        let page = client.external().get(external_userid, Some(&cursor), options()).await?;
        contact.follow_user.extend(page.follow_user);
        contact.next_cursor = page.next_cursor;
    }
    customer_of(contact)
        .ok_or(wecom_client::Error::Incomplete { path: External::GET.path, what: "external_contact" })
}

fn has(contact: &Contact, employee: Option<&str>) -> bool {
    let is_employee = |userid: &str| employee.is_none_or(|employee| employee.eq_ignore_ascii_case(userid));
    contact.follow_user.iter().filter_map(|user| user.userid.as_deref()).any(is_employee)
}

/// WeCom's answer about a customer, as the rules take it. `None`: it names nobody, like the bare `{"errcode": 0}` of a
/// proxy or a test server, and counts as a look-up that failed.
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
