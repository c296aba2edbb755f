//! Somebody scans the code of a contact way, and a member accepts who has asked.

use rand::RngExt as _;
use serde::Deserialize;

use super::{
    Act, Happened,
    add::{Made, Step},
};
use crate::{
    corp::Hindrance,
    customer::{AddCustomer, Added, Customer, CustomerKind, TempChat, check_duplicates},
    error::Error,
    occurrence::Contact,
    world::{
        World,
        agenda::Due,
        applications::{Application, TempChatAsked},
        contact_ways::ContactWay,
    },
};

/// Somebody scans a contact way's code, or presses its button. Only `config_id` is required.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scan {
    /// The contact way's id, from `add_contact_way`.
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
    /// Whether the event has no `WelcomeCode`, as where the console has a welcome for this member.
    pub without_code: bool,
    /// How many times more the same event is delivered.
    pub duplicates: u32,
}

impl Scan {
    /// Somebody new scans the code of this contact way.
    pub fn of(config_id: impl Into<String>) -> Self {
        Self { config_id: config_id.into(), ..Self::default() }
    }
}

/// A member consents to be added by a customer who waits, or adds back after a half add.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accept {
    pub(crate) employee: String,
    pub(crate) customer: String,
}

impl Act for Scan {
    type Outcome = Added;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Added>, Error> {
        check_duplicates(self.duplicates)?;
        Ok(world.scan(&self, now_ms)?.happened(self.duplicates))
    }
}

impl Act for Accept {
    type Outcome = Added;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Added>, Error> {
        let (made, duplicates) = world.accept(self, now_ms)?;
        Ok(made.happened(duplicates))
    }
}

impl World {
    /// Lets somebody use a contact way. One of its members is added with the way's state, or asked for consent where
    /// the way does not skip verification. Either uses a temporary way up.
    fn scan(&mut self, scan: &Scan, now_ms: i64) -> Result<Made, Error> {
        let way = self.ways.get(&scan.config_id).cloned();
        let way = way.ok_or_else(|| Error::NoContactWay(scan.config_id.clone()))?;
        if way.is_over(now_ms) {
            return Err(Error::ContactWayOver(way.config_id));
        }
        let company = self.check_scan(scan, &way)?;
        let employee = self.choose_of_way(&way, company.as_deref())?;
        let add = AddCustomer {
            employee: Some(employee.clone()),
            customer: scan.customer.clone(),
            name: scan.name.clone(),
            gender: scan.gender,
            kind: scan.kind,
            corp_name: scan.corp_name.clone(),
            state: Some(way.state).filter(|state| !state.is_empty()),
            without_code: scan.without_code,
            duplicates: scan.duplicates,
            ..AddCustomer::default()
        };
        let chat = way.chat_expires_in.filter(|_| way.is_temp);
        let chat = chat.map(|seconds| TempChatAsked { seconds, conclusions: way.conclusions });
        let made = if way.skip_verify {
            let made = self.add(&add, now_ms)?;
            if let Some(chat) = chat {
                self.open_temp_chat(&made, chat, now_ms);
            }
            made
        } else {
            self.apply(employee.clone(), add, chat)?
        };
        if let Some(way) = self.ways.get_mut(&scan.config_id) {
            way.used = way.is_temp;
            if let Some(company) = company {
                way.chosen.insert(company, employee);
            }
        }
        Ok(made)
    }

    /// Checks that the customer may use the way. Gives the customer's company where everybody of a company gets the
    /// same member.
    fn check_scan(&self, scan: &Scan, way: &ContactWay) -> Result<Option<String>, Error> {
        let known: Option<&Customer> = match &scan.customer {
            Some(id) => Some(self.customer(id).ok_or_else(|| Error::NoCustomer(id.clone()))?),
            None => None,
        };
        if let Some(unionid) = &way.unionid
            && known.and_then(|customer| customer.ids().unionid).as_ref() != Some(unionid)
        {
            return Err(Error::ContactWayOfAnother(way.config_id.clone()));
        }
        let kind = known.map_or(scan.kind, |customer| customer.kind);
        let corp_name = known.map_or(&scan.corp_name, |customer| &customer.corp_name);
        Ok(corp_name.clone().filter(|_| way.is_exclusive && kind == CustomerKind::Wecom))
    }

    fn choose_of_way(&mut self, way: &ContactWay, company: Option<&str>) -> Result<String, Error> {
        let can_be_added = |userid: &str| {
            self.staff.get(userid).is_some_and(|member| {
                member.serves() && !member.is(Hindrance::NotActivated) && !member.is_full()
            })
        };
        let chosen = company.and_then(|company| way.chosen.get(company));
        if let Some(chosen) = chosen.filter(|userid| can_be_added(userid)) {
            return Ok(chosen.clone());
        }
        let of_parties = self.staff.within(&way.party);
        let mut all: Vec<&str> = way.user.iter().map(String::as_str).collect();
        all.extend(of_parties.iter().map(|member| member.employee.userid.as_str()));
        all.retain(|userid| can_be_added(userid));
        let all: Vec<String> = all.into_iter().map(str::to_owned).collect();
        if all.is_empty() {
            return Err(Error::NobodyToAdd(way.config_id.clone()));
        }
        Ok(all[self.dice.random_range(0..all.len())].clone())
    }

    /// Lets a customer ask a member to be added.
    fn apply(
        &mut self,
        employee: String,
        add: AddCustomer,
        temp_chat: Option<TempChatAsked>,
    ) -> Result<Made, Error> {
        add.check()?;
        self.applications.check_room()?;
        let place = self.person(&add)?;
        let Customer { external_userid: customer, name, .. } = self.customers[place].customer.clone();
        if self.friendship(&employee, &customer).is_some() {
            return Err(Error::AlreadyContacts { employee, customer });
        }
        let state = add.state.clone();
        self.applications.note(place, &employee, Application { add, temp_chat });
        let contact = Contact { employee, customer, state, welcome_code: None };
        Ok(Made { contact, name, step: Step::Waits })
    }

    /// Lets a member consent to what a customer has asked for, or to a half add. Gives the add, and how many times more
    /// its callback is sent.
    fn accept(&mut self, Accept { employee, customer }: Accept, now_ms: i64) -> Result<(Made, u32), Error> {
        let nothing = || Error::NothingToAccept { employee: employee.clone(), customer: customer.clone() };
        let place = self.customers.place(&customer).ok_or_else(nothing)?;
        let application = self.applications.get(place, &employee).cloned();
        let (add, temp_chat) = if let Some(Application { add, temp_chat }) = application {
            (add, temp_chat)
        } else {
            let mut bonds = self.customers[place].bonds.iter();
            let half = bonds.find(|bond| bond.is_of(&employee) && bond.half).ok_or_else(nothing)?;
            let add = AddCustomer {
                employee: Some(half.employee.clone()),
                state: half.state.clone(),
                add_way: Some(half.add_way),
                ..AddCustomer::default()
            };
            (add, None)
        };
        let add = AddCustomer { customer: Some(customer), ..add };
        let made = self.add(&add, now_ms)?;
        if let Some(chat) = temp_chat {
            self.open_temp_chat(&made, chat, now_ms);
        }
        Ok((made, add.duplicates))
    }

    /// Lets the temporary chat begin that comes with an add.
    fn open_temp_chat(&mut self, made: &Made, asked: TempChatAsked, now_ms: i64) {
        let TempChatAsked { seconds, conclusions } = asked;
        let until_ms = now_ms + seconds * 1_000;
        let Some(place) = self.customers.place(&made.contact.customer) else { return };
        let employee = made.contact.employee.clone();
        let bonds = &mut self.customers[place].bonds;
        if let Some(bond) = bonds.iter_mut().find(|bond| bond.is_of(&employee)) {
            bond.temp_chat = Some(Box::new(TempChat { until_ms, ended_at_ms: None, conclusions }));
            self.agenda.note(until_ms, Due::TempChat { employee, place });
        }
    }
}
