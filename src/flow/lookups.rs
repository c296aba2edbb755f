//! What rules may want to know beyond the event: the customer from WeCom, the employee from the directory, earlier adds
//! from the record; asked for all at once, and each failure is one answer that is missing.

use std::{future::Future, time::Duration};

use tracing::warn;

use crate::{
    action::outcome::Class,
    event::Event,
    flow::facts::{Finding, Findings},
    known::{
        apps::{Apps, WecomApp},
        customers::{Customers, is_add, may_pass},
        directory::{Directory, NoTree},
    },
    rules::{Customer, Earlier, Employee, Needs},
    store::{Store, StoredEvent},
    telemetry::chain,
    wecom::{self, Retries},
};

/// Looks things up. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lookups {
    store: Store,
    directory: Directory,
    customers: Customers,
}

/// About what is asked.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The app in whose name it is asked.
    pub app: &'a WecomApp,
    /// The event as it stands in the record.
    pub stored: &'a StoredEvent,
    /// The same, parsed.
    pub event: &'a Event,
}

/// A look-up without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What was asked for, in words that complete "looking up".
    pub what: &'static str,
    /// What can be done about it.
    pub class: Class,
    /// WeCom's code, if WeCom answered.
    pub errcode: Option<i64>,
    /// For the record.
    pub message: String,
    /// The rest of the answer is there.
    pub is_part: bool,
    may_pass: bool,
    is_answer: bool,
}

impl Failed {
    /// Whether the same question may be answered later without anybody mending anything.
    pub fn may_pass(&self) -> bool {
        self.may_pass
    }

    /// Whether this is what WeCom answers about this customer, and no trouble of its own: the answer may be the same for
    /// days.
    pub fn is_answer(&self) -> bool {
        self.is_answer
    }

    fn of(what: &'static str, error: &wecom::Error, event: &Event) -> Self {
        let class = error.class();
        let is_answer = class == Class::NoRelation || matches!(error, wecom::Error::Incomplete { .. });
        let may_pass = may_pass(class, is_add(event));
        let (errcode, message) = (error.errcode(), error.message());
        Self { class, errcode, may_pass, is_answer, ..Self::passing(what, message) }
    }

    /// Something that may be there in a moment.
    fn passing(what: &'static str, message: String) -> Self {
        Self {
            what,
            class: Class::Busy,
            errcode: None,
            message,
            is_part: false,
            may_pass: true,
            is_answer: false,
        }
    }
}

impl Lookups {
    /// Asks WeCom by each app's client, the memories of it, and this record.
    pub fn new(store: Store, directory: Directory, customers: Customers) -> Self {
        Self { store, directory, customers }
    }

    /// Forgets what a callback says has changed.
    pub async fn invalidate(&self, apps: &Apps, event: &Event) {
        self.directory.invalidate(apps, event).await;
        self.customers.invalidate(apps, event).await;
    }

    /// What is known of the event's customer is no longer so: we have changed it.
    pub async fn changed(&self, about: About<'_>) {
        self.customers.forget(&about.app.name, about.event).await;
    }

    /// Looks up what is needed and is not known yet, all at once and within `within`; what fails or takes longer is
    /// [`Finding::Unavailable`] afterwards, and told.
    pub async fn ask(
        &self,
        about: About<'_>,
        needs: Needs,
        found: &mut Findings,
        within: Duration,
        retries: Retries,
    ) -> Vec<Failed> {
        let open = Needs {
            customer: needs.customer && found.customer.is_open(),
            employee: needs.employee && found.employee.is_open(),
            earlier: needs.earlier && found.earlier.is_open(),
        };
        let (customer, employee, earlier) = tokio::join!(
            asked(open.customer, "the customer", within, || self.customer(about, retries)),
            asked(open.employee, "the employee", within, || self.employee(about)),
            asked(open.earlier, "earlier adds", within, || self.earlier(about)),
        );
        let mut failed = Vec::new();
        found.half_known.customer |= settle(&mut found.customer, customer, &mut failed);
        found.half_known.employee |= settle(&mut found.employee, employee, &mut failed);
        settle(&mut found.earlier, earlier.map(whole), &mut failed);
        for Failed { what, message, .. } in &failed {
            warn!(
                event.id = about.stored.id,
                "Looking up {what} of event {} failed: {message}", about.stored.id
            );
        }
        failed
    }

    async fn customer(&self, about: About<'_>, retries: Retries) -> Result<Answer<Customer>, Failed> {
        let (what, event) = ("the customer", about.event);
        let Some(external_userid) = event.external_user_id() else { return Err(nobody(what)) };
        let customer = self.customers.get(about.app, event, external_userid, retries).await;
        let customer = Customer::clone(&*customer.map_err(|error| Failed::of(what, &error, event))?);
        let is_missing = event.user_id().is_some_and(|userid| customer.follower(userid).is_none());
        if !is_missing || !is_add(event) {
            return Ok((customer, None));
        }
        // The two have just become contacts: a later answer may say so.
        let message = "WeCom does not list the employee among those who have the customer".to_owned();
        Ok((
            customer,
            Some(Failed { is_part: true, ..Failed::passing("what employee and customer have", message) }),
        ))
    }

    async fn employee(&self, about: About<'_>) -> Result<Answer<Employee>, Failed> {
        let (what, event) = ("the employee", about.event);
        let Some(userid) = event.user_id() else { return Err(nobody(what)) };
        let answer = self.directory.employee(about.app, userid).await;
        let (employee, no_tree) = answer.map_err(|error| Failed::of(what, &error, event))?;
        let what = "the departments";
        let missing = no_tree.map(|why| match why {
            NoTree::Failed(error) => Failed { is_part: true, ..Failed::of(what, &error, event) },
            NoTree::Late => {
                Failed { is_part: true, ..Failed::passing(what, "they were not there in time".to_owned()) }
            }
        });
        Ok((employee, missing))
    }

    async fn earlier(&self, about: About<'_>) -> Result<Earlier, Failed> {
        let adds = self.store.earlier_adds(about.stored).await;
        let adds = adds.map_err(|error| Failed::passing("earlier adds", chain(&error)))?;
        Ok(Earlier { by_employee: adds.by_employee, by_company: adds.by_company })
    }
}

/// What was answered, and what is missing in it.
type Answer<T> = (T, Option<Failed>);

fn whole<T>(answer: Result<T, Failed>) -> Result<Answer<T>, Failed> {
    answer.map(|answer| (answer, None))
}

/// The answer, if it is asked for. Only then is there a future for it, on the heap: thousands of events may be planned
/// at once, and few of them look anything up.
async fn asked<T, F: Future<Output = Result<T, Failed>>>(
    open: bool,
    what: &'static str,
    within: Duration,
    answer: impl FnOnce() -> F,
) -> Option<Result<T, Failed>> {
    if !open {
        return None;
    }
    let late = || Failed::passing(what, format!("there was no answer within {within:?}"));
    // A timer of zero would still let the question out.
    if within.is_zero() {
        return Some(Err(late()));
    }
    Some(tokio::time::timeout(within, Box::pin(answer())).await.unwrap_or_else(|_| Err(late())))
}

/// Takes an answer in. Says whether a part of it is missing.
fn settle<T>(
    finding: &mut Finding<T>,
    answer: Option<Result<Answer<T>, Failed>>,
    failed: &mut Vec<Failed>,
) -> bool {
    match answer {
        None => false,
        Some(Ok((answer, missing))) => {
            *finding = Finding::Found(Box::new(answer));
            let is_half = missing.is_some();
            failed.extend(missing);
            is_half
        }
        Some(Err(error)) => {
            *finding = Finding::Unavailable;
            failed.push(error);
            false
        }
    }
}

fn nobody(what: &'static str) -> Failed {
    let message = "the event does not name any".to_owned();
    Failed { class: Class::Refused, may_pass: false, ..Failed::passing(what, message) }
}
