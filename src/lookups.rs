//! What rules may want to know beyond the event: the customer from WeCom, the employee from the directory, earlier adds
//! from the record; asked for all at once, and each failure is one answer that is missing.

use std::{future::Future, time::Duration};

use tracing::warn;

use crate::{
    action::outcome::Class,
    apps::WecomApp,
    directory::Directory,
    event::Event,
    facts::{Finding, Findings, customer_of},
    rules::{Customer, Earlier, Employee, Needs},
    store::{Store, StoredEvent},
    telemetry::chain,
    wecom::{self, CallOptions, Retries},
};

/// Looks things up. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lookups {
    store: Store,
    directory: Directory,
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
}

impl Failed {
    /// Whether the same question may be answered later without anybody mending anything.
    pub fn may_pass(&self) -> bool {
        !matches!(self.class, Class::Configuration | Class::Refused | Class::Content)
    }

    fn of(what: &'static str, error: &wecom::Error) -> Self {
        Self { what, class: error.class(), errcode: error.errcode(), message: error.message() }
    }
}

impl Lookups {
    /// Asks WeCom by each app's client, the directory, and this record.
    pub fn new(store: Store, directory: Directory) -> Self {
        Self { store, directory }
    }

    /// The directory that is asked.
    pub fn directory(&self) -> &Directory {
        &self.directory
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
            asked(open.customer, "the customer", within, || self.customer(about, within, retries)),
            asked(open.employee, "the employee", within, || self.employee(about)),
            asked(open.earlier, "earlier adds", within, || self.earlier(about)),
        );
        let mut failed = Vec::new();
        settle(&mut found.customer, customer, &mut failed);
        settle(&mut found.employee, employee, &mut failed);
        settle(&mut found.earlier, earlier, &mut failed);
        for Failed { what, message, .. } in &failed {
            warn!(
                event.id = about.stored.id,
                "Looking up {what} of event {} failed: {message}", about.stored.id
            );
        }
        failed
    }

    async fn customer(
        &self,
        about: About<'_>,
        within: Duration,
        retries: Retries,
    ) -> Result<Customer, Failed> {
        let what = "the customer";
        let Some(external_userid) = about.event.external_user_id() else { return Err(nobody(what)) };
        let options = CallOptions { timeout: within, retries };
        let contact = about.app.client.external().get(external_userid, None, options).await;
        let contact = contact.map_err(|error| Failed::of(what, &error))?;
        customer_of(contact).ok_or_else(|| Failed {
            what,
            class: Class::Busy,
            errcode: None,
            message: "WeCom's answer has no external_contact in it".to_owned(),
        })
    }

    async fn employee(&self, about: About<'_>) -> Result<Employee, Failed> {
        let what = "the employee";
        let Some(userid) = about.event.user_id() else { return Err(nobody(what)) };
        self.directory.employee(about.app, userid).await.map_err(|error| Failed::of(what, &error))
    }

    async fn earlier(&self, about: About<'_>) -> Result<Earlier, Failed> {
        let adds = self.store.earlier_adds(about.stored).await.map_err(|error| Failed {
            what: "earlier adds",
            class: Class::Busy,
            errcode: None,
            message: chain(&error),
        })?;
        Ok(Earlier { by_employee: adds.by_employee, by_company: adds.by_company })
    }
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
    let late = || Failed {
        what,
        class: Class::Busy,
        errcode: None,
        message: format!("there was no answer within {within:?}"),
    };
    // A timer of zero would still let the question out.
    if within.is_zero() {
        return Some(Err(late()));
    }
    Some(tokio::time::timeout(within, Box::pin(answer())).await.unwrap_or_else(|_| Err(late())))
}

fn settle<T>(finding: &mut Finding<T>, answer: Option<Result<T, Failed>>, failed: &mut Vec<Failed>) {
    match answer {
        None => {}
        Some(Ok(answer)) => *finding = Finding::Found(Box::new(answer)),
        Some(Err(error)) => {
            *finding = Finding::Unavailable;
            failed.push(error);
        }
    }
}

fn nobody(what: &'static str) -> Failed {
    Failed { what, class: Class::Refused, errcode: None, message: "the event does not name any".to_owned() }
}
