//! What people do beside being added, as the library and `/_simulator/` take it: scan a code, talk, take their time.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;

use crate::Simulator;
use crate::{
    Shared,
    acts::talk::Talk,
    corp::{Department, Employee},
    customer::{Added, CustomerKind, check_duplicates},
    error::Error,
    texts,
    time::TimeTold,
    world::inbox::AppMessage,
    world::transfers::{Transfer, TransferDecision},
};

/// A member is in at most so many departments (document 90195), and has at most so many of the directory's tags.
const LISTED_MAX: usize = 100;

/// Somebody scans a contact way's code, or presses its button. Only `config_id` is required.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scan {
    /// The way; from `add_contact_way`.
    pub config_id: String,
    /// The external_userid of a customer who is known already; absent: somebody new.
    pub customer: Option<String>,
    /// What the customer is called; absent: a made-up name.
    pub name: Option<String>,
    /// 0 unknown, 1 male, 2 female.
    pub gender: Option<u8>,
    /// Whether the customer uses WeChat (as most) or WeCom.
    pub kind: CustomerKind,
    /// The customer's company, for one who uses WeCom.
    pub corp_name: Option<String>,
    /// No `WelcomeCode`, as where the console has a welcome for this member.
    pub without_code: bool,
    /// How many times more the same event is delivered.
    pub duplicates: u32,
}

impl Scan {
    /// Somebody new scans this way.
    pub fn of(config_id: impl Into<String>) -> Self {
        Self { config_id: config_id.into(), ..Self::default() }
    }
}

impl Simulator {
    /// Lets somebody scan a contact way that was made by the API. Where it skips verification (`skip_verify`) one of
    /// its members is added at once, with its state; else the customer waits, and nothing is told, until
    /// [`Simulator::accept`]. A half add comes of [`AddCustomer::half`](crate::customer::AddCustomer::half) only.
    pub fn scan(&self, scan: &Scan) -> Result<Added, Error> {
        self.shared.scan(scan)
    }

    /// Lets a member consent to be added by a customer who waits, or add back after a half add
    /// (`add_external_contact`).
    pub fn accept(&self, employee: &str, customer: &str) -> Result<Added, Error> {
        self.shared.accept(employee, customer)
    }

    /// Lets one of two write to the other. From then on no welcome can be sent (41051); the statistics count it. Of a
    /// customer who came by a link the first message is told (`customer_start_chat`), the third, fifth and tenth
    /// (`message_from_customer`), of others nothing. Gives the numbers of the events' deliveries.
    pub fn talk(&self, talk: &Talk) -> Result<Vec<u64>, Error> {
        self.shared.talk(talk)
    }

    /// Takes a member on, or changes one.
    pub fn employ(&self, employee: Employee) -> Result<(), Error> {
        self.shared.employ(employee)
    }

    /// Lets a member leave the company. Whoever followed only this member is nobody's customer until taken over; the
    /// member's groups wait for another owner; acquisition links that have nobody left are unusable from then on
    /// (`link_unavailable`). Gives the numbers of the events' deliveries.
    pub fn leave(&self, employee: &str) -> Result<Vec<u64>, Error> {
        self.shared.leave(employee)
    }

    /// Adds a department, or changes one.
    pub fn add_department(&self, department: Department) -> Result<(), Error> {
        self.shared.world().staff.add_department(department)
    }

    /// Ends a customer's transfer before its time. Gives the numbers of the events' deliveries.
    pub fn decide_transfer(&self, customer: &str, decision: TransferDecision) -> Result<Vec<u64>, Error> {
        self.shared.decide_transfer(customer, decision)
    }

    /// The transfers that are remembered, oldest first.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.shared.pass_time();
        self.shared.world().transfers.iter().cloned().collect()
    }

    /// Puts the simulator's own clock ahead, as far as ten years in all, and lets happen what has become due: transfers
    /// are done, temporary chats end, media, codes and tokens expire. Gives the numbers of the events' deliveries. It
    /// cannot be put back, and nobody else's clock moves with it: `CreateTime` of what is told from then on lies ahead.
    pub fn forward(&self, by: Duration) -> Result<Vec<u64>, Error> {
        self.shared.forward(by)
    }

    /// What the simulator's clock shows.
    pub fn time(&self) -> TimeTold {
        self.shared.clock.told()
    }

    /// What the app has told employees, oldest first.
    pub fn messages(&self) -> Vec<AppMessage> {
        self.shared.world().inbox.iter().cloned().collect()
    }
}

impl Shared {
    pub(crate) fn scan(self: &Arc<Self>, scan: &Scan) -> Result<Added, Error> {
        check_duplicates(scan.duplicates)?;
        let made = self.world().scan(scan, self.clock.now_ms())?;
        // A temporary chat may be the next thing that is due.
        self.due.notify_one();
        self.tell_added(made, scan.duplicates)
    }

    pub(crate) fn accept(self: &Arc<Self>, employee: &str, customer: &str) -> Result<Added, Error> {
        let (made, duplicates) = self.world().accept(employee, customer, self.clock.now_ms())?;
        // A temporary chat may be the next thing that is due.
        self.due.notify_one();
        self.tell_added(made, duplicates)
    }

    pub(crate) fn talk(self: &Arc<Self>, talk: &Talk) -> Result<Vec<u64>, Error> {
        let told = self.world().talk(talk, self.clock.now_ms())?;
        self.tell_all(&told)
    }

    pub(crate) fn employ(&self, employee: Employee) -> Result<(), Error> {
        if !crate::api::is_userid(&employee.userid) {
            return Err(Error::Userid(employee.userid));
        }
        texts::check("name", &employee.name, texts::NAME_CHARS_MAX)?;
        texts::check("alias", &employee.alias, texts::NAME_CHARS_MAX)?;
        for list in [&employee.departments, &employee.tags] {
            if list.len() > LISTED_MAX {
                return Err(Error::Full { most: LISTED_MAX });
            }
        }
        let mut world = self.world();
        if let Some(id) = employee.departments.iter().find(|id| world.staff.department(**id).is_none()) {
            return Err(Error::NoDepartment(*id));
        }
        world.employ(employee)
    }

    pub(crate) fn leave(self: &Arc<Self>, employee: &str) -> Result<Vec<u64>, Error> {
        let told = self.world().leave(employee, self.clock.now_ms())?;
        self.tell_all(&told)
    }

    pub(crate) fn decide_transfer(
        self: &Arc<Self>,
        customer: &str,
        decision: TransferDecision,
    ) -> Result<Vec<u64>, Error> {
        let told = self.world().decide(customer, decision, self.clock.now_ms())?;
        self.tell_all(&told)
    }

    /// Lets what is due happen, and tells it; gives the numbers of the events' deliveries.
    pub(crate) fn pass_time(self: &Arc<Self>) -> Vec<u64> {
        let told = self.world().pass_time(self.clock.now_ms());
        // Where thousands of events are under way already these are lost, as WeCom's are that nobody takes.
        self.tell_all(&told).unwrap_or_default()
    }

    /// Puts the simulator's clock ahead, and lets what has become due happen.
    pub(crate) fn forward(self: &Arc<Self>, by: Duration) -> Result<Vec<u64>, Error> {
        let told = {
            // Held meanwhile, so that what has become due is this call's to tell, and not that of whoever waits for it.
            let mut world = self.world();
            self.clock.forward(by)?;
            world.pass_time(self.clock.now_ms())
        };
        Ok(self.tell_all(&told).unwrap_or_default())
    }

    /// Waits for each next thing that is due, and lets it happen. Ends with the simulator.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        loop {
            let next_ms = self.world().agenda.next_ms();
            tokio::select! {
                () = self.due.notified() => {}
                () = self.clock.sleep_until(next_ms.unwrap_or(i64::MAX)), if next_ms.is_some() => {
                    self.pass_time();
                }
            }
        }
    }
}
