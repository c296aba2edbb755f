//! The company's state: tokens, members, customers, who follows whom, welcome codes, tags, media.
//!
//! Nothing here waits or asks the time: an instant comes in with every call, chance comes from a seed, so that the
//! same calls at the same times give the same answers. All of it stands behind one mutex.

use std::collections::{BTreeMap, HashMap, VecDeque};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Url;
use secrecy::SecretString;

use super::{
    Error,
    codes::Code,
    corp::{Corp, Employee, Media, TagGroup},
    customer::{AddCustomer, Customer, CustomerKind, Relation, RemarkView, SentWelcome},
    deliveries::Deliveries,
    fault::Fault,
    groups::Groups,
    intercept_rules::InterceptRules,
    links::Links,
    mass_messages::MassMessages,
    media::MediaShelf,
    moment_strategies::MomentStrategies,
    moments::Moments,
    occurrence::{Contact, Occurrence, TagChange},
    people,
    products::Products,
    requests::Requests,
    templates::Templates,
    tokens::Tokens,
};

/// How many customers fit. At some 600 bytes each a long day of a load generator stays below a gigabyte.
const CUSTOMERS_MAX: usize = 1_000_000;

/// How many members fit: as many as the largest companies have.
const EMPLOYEES_MAX: usize = 100_000;

/// The state behind the mutex.
pub(super) struct World {
    pub(super) corp_id: String,
    pub(super) secret: SecretString,
    /// Where events are posted.
    pub(super) callback: Option<Url>,
    pub(super) dice: StdRng,
    pub(super) tokens: Tokens,
    pub(super) tags: Vec<TagGroup>,
    pub(super) media: MediaShelf,
    pub(super) faults: Vec<Fault>,
    pub(super) requests: Requests,
    pub(super) deliveries: Deliveries,
    /// Calls being answered, by path.
    pub(super) in_flight: HashMap<&'static str, u32>,
    /// By the userid in lower case: WeCom does not tell cases apart.
    employees: BTreeMap<String, Member>,
    pub(super) customers: Vec<Person>,
    places: HashMap<String, usize>,
    pub(super) codes: HashMap<String, Code>,
    pub(super) codes_by_age: VecDeque<(i64, String)>,
    pub(super) groups: Groups,
    pub(super) mass_messages: MassMessages,
    pub(super) templates: Templates,
    pub(super) moments: Moments,
    pub(super) moment_strategies: MomentStrategies,
    pub(super) products: Products,
    pub(super) intercept_rules: InterceptRules,
    pub(super) links: Links,
}

struct Member {
    employee: Employee,
    /// Places of those who follow, in the order of their adds.
    customers: Vec<usize>,
}

/// A customer and who follows.
pub(super) struct Person {
    customer: Customer,
    pub(super) bonds: Vec<Bond>,
}

/// A member's relation to a customer.
pub(super) struct Bond {
    pub(super) employee: String,
    pub(super) added_at_ms: i64,
    pub(super) state: Option<String>,
    pub(super) add_way: u32,
    /// The member has not added back.
    pub(super) half: bool,
    /// The customer has deleted the member.
    pub(super) left: bool,
    /// Ids, in the order in which they came.
    pub(super) tags: Vec<String>,
    pub(super) remark: RemarkView,
    pub(super) welcomes: Vec<SentWelcome>,
    /// The welcome of this add has been sent.
    pub(super) welcomed: bool,
}

/// Why a pair has no relation that a call can work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PairFault {
    UnknownEmployee,
    UnknownCustomer,
    Unrelated,
}

/// What an add came to.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) contact: Contact,
    pub(super) name: String,
    pub(super) half: bool,
}

impl World {
    pub(super) fn new(corp: &Corp, token_lifetime_ms: i64, seed: u64, now_ms: i64) -> Self {
        let mut world = Self {
            corp_id: corp.corp_id.clone(),
            secret: corp.secret.clone(),
            callback: None,
            dice: StdRng::seed_from_u64(seed),
            tokens: Tokens::new(token_lifetime_ms),
            tags: corp.tags.clone(),
            media: MediaShelf::default(),
            faults: Vec::new(),
            requests: Requests::default(),
            deliveries: Deliveries::default(),
            in_flight: HashMap::new(),
            employees: BTreeMap::new(),
            customers: Vec::new(),
            places: HashMap::new(),
            codes: HashMap::new(),
            codes_by_age: VecDeque::new(),
            groups: Groups::default(),
            mass_messages: MassMessages::default(),
            templates: Templates::default(),
            moments: Moments::default(),
            moment_strategies: MomentStrategies::default(),
            products: Products::default(),
            intercept_rules: InterceptRules::default(),
            links: Links::new(now_ms),
        };
        for employee in &corp.employees {
            // More than fit are not taken on; the caller's list is in memory already.
            let _ = world.employ(employee.clone());
        }
        for Media { media_id, kind } in &corp.media {
            world.media.put(media_id.clone(), *kind, now_ms);
        }
        world
    }

    /// `length` characters of WeCom's id alphabet.
    pub(super) fn random_text(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        (0..length).map(|_| char::from(ALPHABET[self.dice.random_range(0..ALPHABET.len())])).collect()
    }

    // ── members ──────────────────────────────────────────────────────────────────────────────────────────────

    /// Takes a member on, or renames one.
    pub(super) fn employ(&mut self, employee: Employee) -> Result<(), Error> {
        let key = employee.userid.to_lowercase();
        if self.employees.len() >= EMPLOYEES_MAX && !self.employees.contains_key(&key) {
            return Err(Error::Full { most: EMPLOYEES_MAX });
        }
        self.employees
            .entry(key)
            .and_modify(|member| member.employee = employee.clone())
            .or_insert(Member { employee, customers: Vec::new() });
        Ok(())
    }

    pub(super) fn employees(&self) -> impl Iterator<Item = &Employee> {
        self.employees.values().map(|member| &member.employee)
    }

    pub(super) fn has_employee(&self, userid: &str) -> bool {
        self.employees.contains_key(&userid.to_lowercase())
    }

    /// The external_userids of a member's customers, in the order of their adds; `None` if there is no such member.
    pub(super) fn customers_of(&self, userid: &str) -> Option<Vec<&str>> {
        let member = self.employees.get(&userid.to_lowercase())?;
        let followed = |place: &&usize| {
            let person = &self.customers[**place];
            person.bonds.iter().any(|bond| !bond.half && bond.employee.eq_ignore_ascii_case(userid))
        };
        let ids = member.customers.iter().filter(followed);
        Some(ids.map(|place| self.customers[*place].customer.external_userid.as_str()).collect())
    }

    // ── customers and relations ──────────────────────────────────────────────────────────────────────────────

    pub(super) fn customers(&self) -> impl DoubleEndedIterator<Item = &Customer> + ExactSizeIterator {
        self.customers.iter().map(|person| &person.customer)
    }

    pub(super) fn customer(&self, external_userid: &str) -> Option<&Customer> {
        self.places.get(external_userid).map(|place| &self.customers[*place].customer)
    }

    /// The relations of a customer that the API tells of.
    pub(super) fn bonds(&self, external_userid: &str) -> &[Bond] {
        self.places.get(external_userid).map_or(&[], |place| &self.customers[*place].bonds)
    }

    /// The relation that a call works on. A member who has not added back has none yet (84061).
    pub(super) fn bond(&mut self, employee: &str, customer: &str) -> Result<&mut Bond, PairFault> {
        if !self.has_employee(employee) {
            return Err(PairFault::UnknownEmployee);
        }
        let place = *self.places.get(customer).ok_or(PairFault::UnknownCustomer)?;
        self.customers[place]
            .bonds
            .iter_mut()
            .find(|bond| bond.employee.eq_ignore_ascii_case(employee) && !bond.half)
            .ok_or(PairFault::Unrelated)
    }

    /// A relation as it stands, half ones included.
    pub(super) fn relation(&self, employee: &str, customer: &str) -> Option<Relation> {
        let bond = self.bonds(customer).iter().find(|bond| bond.employee.eq_ignore_ascii_case(employee))?;
        Some(Relation {
            employee: bond.employee.clone(),
            customer: customer.to_owned(),
            added_at_ms: bond.added_at_ms,
            state: bond.state.clone(),
            add_way: bond.add_way,
            half: bond.half,
            left: bond.left,
            tags: bond.tags.clone(),
            tag_names: bond.tags.iter().filter_map(|id| self.tag_name(id)).collect(),
            remark: bond.remark.clone(),
            welcomes: bond.welcomes.clone(),
        })
    }

    /// Makes a customer and a member contacts, with a welcome code where WeCom would give one.
    pub(super) fn add(&mut self, add: &AddCustomer, now_ms: i64) -> Result<Made, Error> {
        add.check()?;
        let employee = self.choose_employee(add.employee.as_deref())?;
        let place = match &add.customer {
            Some(id) => *self.places.get(id).ok_or_else(|| Error::NoCustomer(id.clone()))?,
            None => self.new_person(add)?,
        };
        let known = self.customers[place].bonds.iter().position(|bond| bond.employee == employee);
        let mut spoken = false;
        if let Some(known) = known {
            let bond = &self.customers[place].bonds[known];
            if !bond.left && (!bond.half || add.half) {
                let customer = self.customers[place].customer.external_userid.clone();
                return Err(Error::AlreadyContacts { employee, customer });
            }
            // The second half of one add: what was said at the first half is not said again.
            spoken = bond.half && !bond.left && bond.welcomed;
        }
        // The member's side of a relation outlives the customer's: what was noted is still there.
        let (tags, remark, welcomes) = match known.map(|known| self.customers[place].bonds.remove(known)) {
            Some(Bond { tags, remark, welcomes, .. }) => (tags, remark, welcomes),
            None => (Vec::new(), RemarkView::default(), Vec::new()),
        };
        let bond = Bond {
            employee: employee.clone(),
            added_at_ms: now_ms,
            state: add.state.clone(),
            add_way: add.add_way.unwrap_or(1),
            half: add.half,
            left: false,
            tags,
            remark,
            welcomes,
            welcomed: spoken,
        };
        self.customers[place].bonds.push(bond);
        if let Some(member) = self.employees.get_mut(&employee.to_lowercase())
            && known.is_none()
        {
            member.customers.push(place);
        }
        let customer = &self.customers[place].customer;
        let (external_userid, name) = (customer.external_userid.clone(), customer.name.clone());
        // WeCom gives no code for somebody who uses WeCom, nor a second one for one add.
        let gives_code = !add.without_code && !spoken && customer.kind == CustomerKind::Wechat;
        let welcome_code = gives_code.then(|| self.issue_code(&employee, place, now_ms));
        let contact = Contact { employee, customer: external_userid, state: add.state.clone(), welcome_code };
        Ok(Made { contact, name, half: add.half })
    }

    fn choose_employee(&mut self, asked: Option<&str>) -> Result<String, Error> {
        let known = || self.employees.values().map(|member| member.employee.userid.clone());
        if let Some(userid) = asked {
            let found =
                self.employees.get(&userid.to_lowercase()).map(|member| member.employee.userid.clone());
            return found.ok_or_else(|| Error::NoEmployee {
                userid: userid.to_owned(),
                known: known().take(20).collect::<Vec<_>>().join(", "),
            });
        }
        let all: Vec<String> = known().collect();
        if all.is_empty() {
            return Err(Error::NoEmployees);
        }
        Ok(all[self.dice.random_range(0..all.len())].clone())
    }

    pub(super) fn new_person(&mut self, add: &AddCustomer) -> Result<usize, Error> {
        if self.customers.len() >= CUSTOMERS_MAX {
            return Err(Error::Full { most: CUSTOMERS_MAX });
        }
        let sample = people::person(&mut self.dice);
        let prefix = if add.kind == CustomerKind::Wecom { "wo" } else { "wm" };
        let external_userid = format!("{prefix}Q7fEDwAA{}", self.random_text(22));
        let customer = Customer {
            external_userid: external_userid.clone(),
            gender: add.gender.unwrap_or(if add.name.is_some() { 0 } else { sample.gender }),
            name: add.name.clone().unwrap_or(sample.name),
            kind: add.kind,
            corp_name: add.corp_name.clone(),
        };
        let place = self.customers.len();
        self.customers.push(Person { customer, bonds: Vec::new() });
        self.places.insert(external_userid, place);
        Ok(place)
    }

    /// Lets the state follow what has happened, and completes what the caller left open.
    pub(super) fn follow(&mut self, occurrence: &mut Occurrence, now_ms: i64) {
        match occurrence {
            Occurrence::DelExternalContact { contact, .. } => {
                if let Some(place) = self.places.get(&contact.customer) {
                    let others = |bond: &Bond| !bond.employee.eq_ignore_ascii_case(&contact.employee);
                    self.customers[*place].bonds.retain(others);
                    if let Some(member) = self.employees.get_mut(&contact.employee.to_lowercase()) {
                        member.customers.retain(|followed| followed != place);
                    }
                }
            }
            Occurrence::DelFollowUser(contact) | Occurrence::AcquisitionDelFollowUser { contact, .. } => {
                if let Ok(bond) = self.bond(&contact.employee, &contact.customer) {
                    bond.left = true;
                }
            }
            Occurrence::MsgAuditApproved(contact) if contact.welcome_code.is_none() => {
                if let Ok(bond) = self.bond(&contact.employee, &contact.customer) {
                    bond.welcomed = false;
                    let employee = bond.employee.clone();
                    let place = self.places[&contact.customer];
                    contact.welcome_code = Some(self.issue_code(&employee, place, now_ms));
                }
            }
            Occurrence::TagDelete(TagChange { id, group, .. }) => self.delete_tags(id, *group),
            other => {
                self.follow_group(other, now_ms);
                self.links.follow(other);
            }
        }
    }

    // ── tags ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// `Group/Tag` of a tag's id.
    pub(super) fn tag_name(&self, id: &str) -> Option<String> {
        self.tag(id).map(|(group, name)| format!("{group}/{name}"))
    }

    /// A tag's group's name and its own.
    pub(super) fn tag(&self, id: &str) -> Option<(&str, &str)> {
        self.tags.iter().find_map(|group| {
            let tag = group.tags.iter().find(|tag| tag.id == id)?;
            Some((group.name.as_str(), tag.name.as_str()))
        })
    }

    fn delete_tags(&mut self, id: &str, group: bool) {
        let mut gone = Vec::new();
        if group {
            let deleted = self.tags.extract_if(.., |group| group.id == id);
            gone.extend(deleted.flat_map(|group| group.tags).map(|tag| tag.id));
        } else {
            for group in &mut self.tags {
                gone.extend(group.tags.extract_if(.., |tag| tag.id == id).map(|tag| tag.id));
            }
            self.tags.retain(|group| !group.tags.is_empty());
        }
        if gone.is_empty() {
            return;
        }
        for bond in self.customers.iter_mut().flat_map(|person| &mut person.bonds) {
            bond.tags.retain(|tag| !gone.contains(tag));
        }
    }
}
