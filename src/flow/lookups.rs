//! What rules may want to know beyond the event: the customer from WeCom, the employee from the directory, earlier adds
//! from the record. What is open is asked for all at once, and each failure is one answer that is missing.
//!
//! [`Lookups::gather`] is the one loop of it: the rules say what they need, it is asked for, and with what was found they
//! are asked again.

use std::{future::Future, time::Duration};

use tracing::warn;

use super::{
    case::Case,
    facts::{Finding, Findings},
};
use crate::{
    action::{
        outcome::Class,
        recorded::{Lookup, Unanswered},
    },
    known::{
        apps::Apps,
        customers::{Customers, is_add, may_pass},
        directory::{Directory, NoTree},
    },
    rules::{Customer, Earlier, Employee, Facts, Media, Needs},
    store::Store,
    telemetry::{Seldom, cause, chain},
};
use wecom_client::Retries;
use wecom_core::{clock::Clock, event::Event};

/// How often the rules are asked what they need: one answer may open the next question, and there are three things to
/// ask for.
const ROUNDS_MAX: usize = 3;

/// Looks things up. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lookups {
    store: Store,
    directory: Directory,
    customers: Customers,
    clock: Clock,
    seldom: Seldom,
}

/// How much time a purpose has for its look-ups, all of them together, and whether one that fails is tried again within it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Longer than this nobody waits.
    pub within: Duration,
    /// What WeCom's client may do about a failure.
    pub retries: Retries,
}

/// What came of the look-ups of one purpose.
#[derive(Debug, Default)]
pub struct Gathered {
    /// As far as there were answers.
    pub found: Findings,
    /// The look-ups that the purpose does without.
    pub failed: Vec<Failed>,
    /// The failure that it does not do without: nothing was asked for after it.
    pub held_up_by: Option<Failed>,
}

/// A look-up without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What was asked for.
    pub what: Lookup,
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

    /// Whether the failure is WeCom's answer about this customer, which may be the same for days, and not trouble of
    /// WeCom's own.
    pub fn is_answer(&self) -> bool {
        self.is_answer
    }

    fn of(what: Lookup, error: &wecom_client::Error, event: &Event) -> Self {
        let class = error.class();
        let is_answer = class == Class::NoRelation || matches!(error, wecom_client::Error::Incomplete { .. });
        let may_pass = may_pass(class, is_add(event));
        let (errcode, message) = (error.errcode(), error.message());
        Self { class, errcode, may_pass, is_answer, ..Self::passing(what, message) }
    }

    /// Something that may be there in a moment.
    fn passing(what: Lookup, message: String) -> Self {
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
    /// Forgets what WeCom has said of customers: one of them is to be forgotten, and within a minute it would be anyway.
    pub(super) fn forget_customers(&self) {
        self.customers.forget_all();
    }

    /// Asks WeCom by each app's client, the memories of it, and this record.
    pub fn new(
        store: Store,
        directory: Directory,
        customers: Customers,
        clock: Clock,
        seldom: Seldom,
    ) -> Self {
        Self { store, directory, customers, clock, seldom }
    }

    /// Forgets what a callback says has changed.
    pub async fn invalidate(&self, apps: &Apps, event: &Event) {
        self.directory.invalidate(apps, event).await;
        self.customers.invalidate(apps, event).await;
    }

    /// Forgets the event's customer, because we have changed them.
    pub async fn invalidate_customer(&self, case: &Case) {
        self.customers.forget(&case.app.name, &case.event).await;
    }

    /// Looks up what `needs` says, asked again with each answer, until nothing more is needed, the time is over, or a
    /// failure `holds_up` the purpose.
    pub async fn gather(
        &self,
        case: &Case,
        patience: Patience,
        needs: impl Fn(&Facts<'_>) -> Needs,
        holds_up: impl Fn(&Failed) -> bool,
    ) -> Gathered {
        let begun_ms = self.clock.steady_ms();
        let media = Media::as_written();
        let mut gathered = Gathered::default();
        for _ in 0..ROUNDS_MAX {
            let now_ms = self.clock.now_ms();
            let needs = gathered.found.open(needs(&case.facts(&gathered.found, &media, now_ms)));
            if needs.is_nothing() {
                break;
            }
            let since_ms = self.clock.steady_ms() - begun_ms;
            let since = Duration::from_millis(u64::try_from(since_ms).unwrap_or(0));
            let left = patience.within.saturating_sub(since);
            for failed in self.ask(case, needs, &mut gathered.found, left, patience.retries).await {
                if gathered.held_up_by.is_none() && holds_up(&failed) {
                    gathered.held_up_by = Some(failed);
                } else {
                    gathered.failed.push(failed);
                }
            }
            if gathered.held_up_by.is_some() {
                break;
            }
        }
        gathered
    }

    /// Looks up what is needed and is not known yet, all at once and within `within`; what fails or takes longer is
    /// [`Finding::Unavailable`] afterwards, and logged.
    pub async fn ask(
        &self,
        case: &Case,
        needs: Needs,
        found: &mut Findings,
        within: Duration,
        retries: Retries,
    ) -> Vec<Failed> {
        let open = found.open(needs);
        let (customer, employee, earlier) = tokio::join!(
            asked(open.customer, Lookup::Customer, within, || self.customer(case, retries)),
            asked(open.employee, Lookup::Employee, within, || self.employee(case)),
            asked(open.earlier, Lookup::Earlier, within, || self.earlier(case)),
        );
        let mut failed = Vec::new();
        found.incomplete.customer |= settle(&mut found.customer, customer, &mut failed);
        found.incomplete.employee |= settle(&mut found.employee, employee, &mut failed);
        settle(&mut found.earlier, earlier.map(whole), &mut failed);
        for Failed { what, message, errcode, .. } in &failed {
            let kind = format!("Looking up {what} failed: {}", cause(*errcode, message));
            if let Some(left_out) = self.seldom.admit(&kind, self.clock.now_ms()) {
                let id = case.id();
                warn!(event.id = id, "Looking up {what} of event {id} failed: {message}{left_out}");
            }
        }
        failed
    }

    async fn customer(&self, case: &Case, retries: Retries) -> Result<Answer<Customer>, Failed> {
        let (what, event) = (Lookup::Customer, &*case.event);
        let Some(external_userid) = event.external_user_id() else { return Err(nobody(what)) };
        let customer = self.customers.get(&case.app, event, external_userid, retries).await;
        let customer = Customer::clone(&*customer.map_err(|error| Failed::of(what, &error, event))?);
        let is_missing = event.user_id().is_some_and(|userid| customer.follower(userid).is_none());
        if !is_missing || !is_add(event) {
            return Ok((customer, None));
        }
        // The two have just become contacts: a later answer may say so.
        let message = Unanswered::NotListed("").to_string();
        Ok((customer, Some(Failed { is_part: true, ..Failed::passing(Lookup::Relation, message) })))
    }

    async fn employee(&self, case: &Case) -> Result<Answer<Employee>, Failed> {
        let (what, event) = (Lookup::Employee, &*case.event);
        let Some(userid) = event.user_id() else { return Err(nobody(what)) };
        let answer = self.directory.employee(&case.app, userid).await;
        let (employee, no_tree) = answer.map_err(|error| Failed::of(what, &error, event))?;
        let what = Lookup::Departments;
        let missing = no_tree.map(|why| match why {
            NoTree::Failed(error) => Failed { is_part: true, ..Failed::of(what, &error, event) },
            NoTree::Late => {
                Failed { is_part: true, ..Failed::passing(what, Unanswered::DepartmentsLate("").to_string()) }
            }
        });
        Ok((employee, missing))
    }

    async fn earlier(&self, case: &Case) -> Result<Earlier, Failed> {
        let adds = self.store.earlier_adds(&case.stored).await;
        let adds = adds.map_err(|error| Failed::passing(Lookup::Earlier, chain(&error)))?;
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
    what: Lookup,
    within: Duration,
    answer: impl FnOnce() -> F,
) -> Option<Result<T, Failed>> {
    if !open {
        return None;
    }
    let late = || Failed::passing(what, Unanswered::LookupLate(&format!("{within:?}")).to_string());
    // A timer of zero would still let the question out.
    if within.is_zero() {
        return Some(Err(late()));
    }
    Some(tokio::time::timeout(within, Box::pin(answer())).await.unwrap_or_else(|_| Err(late())))
}

/// Takes an answer in. Whether a part of it is missing.
fn settle<T>(
    finding: &mut Finding<T>,
    answer: Option<Result<Answer<T>, Failed>>,
    failed: &mut Vec<Failed>,
) -> bool {
    match answer {
        None => false,
        Some(Ok((answer, missing))) => {
            *finding = Finding::Found(Box::new(answer));
            let is_incomplete = missing.is_some();
            failed.extend(missing);
            is_incomplete
        }
        Some(Err(error)) => {
            *finding = Finding::Unavailable;
            failed.push(error);
            false
        }
    }
}

fn nobody(what: Lookup) -> Failed {
    let message = Unanswered::NobodyNamed("").to_string();
    Failed { class: Class::Refused, may_pass: false, ..Failed::passing(what, message) }
}
