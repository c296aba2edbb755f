//! The company's state in one place, each concept in a part of its own.
//!
//! Nothing here waits or asks the time: an instant comes in with every call, chance comes from a seed, so that the
//! same calls at the same times give the same answers. All of it stands behind one mutex.

pub(crate) mod agenda;
pub(crate) mod applications;
pub(crate) mod behaviour;
pub(crate) mod bond;
pub(crate) mod calendar;
pub(crate) mod codes;
pub(crate) mod contact_ways;
pub(crate) mod format;
pub(crate) mod groups;
pub(crate) mod inbox;
pub(crate) mod intercept_rules;
pub(crate) mod links;
pub(crate) mod lookups;
pub(crate) mod mass_messages;
pub(crate) mod media;
pub(crate) mod moment_strategies;
pub(crate) mod moments;
pub(crate) mod products;
pub(crate) mod relations;
pub(crate) mod staff;
pub(crate) mod strategies;
pub(crate) mod tag_tree;
pub(crate) mod templates;
pub(crate) mod tokens;
pub(crate) mod transfers;

use std::collections::{HashMap, VecDeque};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Url;
use secrecy::SecretString;

use crate::{
    corp::{Corp, Employee, Media},
    customer::Customer,
    door::fault::Fault,
    door::requests::Requests,
    error::Error,
    occurrence::Occurrence,
    post::deliveries::Deliveries,
    world::agenda::Agenda,
    world::applications::Applications,
    world::behaviour::Behaviour,
    world::codes::Code,
    world::contact_ways::ContactWays,
    world::groups::Groups,
    world::inbox::Inbox,
    world::intercept_rules::InterceptRules,
    world::links::{Link, Links},
    world::mass_messages::MassMessages,
    world::media::MediaShelf,
    world::moment_strategies::MomentStrategies,
    world::moments::Moments,
    world::products::Products,
    world::relations::Person,
    world::staff::Staff,
    world::strategies::Strategies,
    world::tag_tree::TagTree,
    world::templates::Templates,
    world::tokens::Tokens,
    world::transfers::Transfers,
};

/// What the methods of the API see of relations.
pub(super) use crate::{world::bond::Bond, world::relations::PairFault};

/// The state behind the mutex.
pub(super) struct World {
    pub(super) corp_id: String,
    pub(super) agent_id: i64,
    pub(super) secret: SecretString,
    /// Where events are posted.
    pub(super) callback: Option<Url>,
    pub(super) dice: StdRng,
    /// Decides who comes, and to whom. Apart from the other, which every call of the API may throw: with one seed the
    /// same people come, whatever is made of them.
    pub(super) comers: StdRng,
    pub(super) tokens: Tokens,
    pub(super) tags: TagTree,
    pub(super) media: MediaShelf,
    pub(super) faults: Vec<Fault>,
    pub(super) requests: Requests,
    pub(super) deliveries: Deliveries,
    /// Calls being answered, by path.
    pub(super) in_flight: HashMap<&'static str, u32>,
    pub(super) staff: Staff,
    pub(super) customers: Vec<Person>,
    /// Where in `customers` an external_userid is.
    pub(super) places: HashMap<String, usize>,
    /// How many relations there ever were.
    pub(super) bonds_made: u64,
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
    pub(super) ways: ContactWays,
    pub(super) applications: Applications,
    pub(super) strategies: Strategies,
    pub(super) transfers: Transfers,
    pub(super) behaviour: Behaviour,
    pub(super) inbox: Inbox,
    /// What comes by itself when its time has come.
    pub(super) agenda: Agenda,
}

/// `length` characters of WeCom's id alphabet.
pub(super) fn random_text(dice: &mut StdRng, length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (0..length).map(|_| char::from(ALPHABET[dice.random_range(0..ALPHABET.len())])).collect()
}

impl World {
    pub(super) fn new(corp: &Corp, token_lifetime_ms: i64, seed: u64, now_ms: i64) -> Self {
        let mut world = Self {
            corp_id: corp.corp_id.clone(),
            agent_id: corp.agent_id,
            secret: corp.secret.clone(),
            callback: None,
            dice: StdRng::seed_from_u64(seed),
            comers: StdRng::seed_from_u64(!seed),
            tokens: Tokens::new(token_lifetime_ms),
            tags: TagTree::new(&corp.tags),
            media: MediaShelf::default(),
            faults: Vec::new(),
            requests: Requests::default(),
            deliveries: Deliveries::default(),
            in_flight: HashMap::new(),
            staff: Staff::default(),
            customers: Vec::new(),
            places: HashMap::new(),
            bonds_made: 0,
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
            ways: ContactWays::default(),
            applications: Applications::default(),
            strategies: Strategies::default(),
            transfers: Transfers::default(),
            behaviour: Behaviour::default(),
            inbox: Inbox::default(),
            agenda: Agenda::default(),
        };
        // More than fit are not taken on; the caller's lists are in memory already.
        for department in &corp.departments {
            let _ = world.staff.add_department(department.clone());
        }
        for employee in &corp.employees {
            let _ = world.employ(employee.clone());
        }
        for Media { media_id, kind } in &corp.media {
            world.media.put(media_id.clone(), *kind, now_ms);
        }
        world
    }

    /// `length` characters of WeCom's id alphabet.
    pub(super) fn random_text(&mut self, length: usize) -> String {
        random_text(&mut self.dice, length)
    }

    /// Takes a member on, or changes one.
    pub(super) fn employ(&mut self, employee: Employee) -> Result<(), Error> {
        self.staff.employ(employee)
    }

    /// Lets a member leave, and gives what is to be told of it.
    pub(super) fn leave(&mut self, employee: &str, now_ms: i64) -> Result<Vec<Occurrence>, Error> {
        let userid = self.employee_known(employee)?;
        if let Some(member) = self.staff.ever_mut(&userid) {
            member.left_at_ms = Some(now_ms);
        }
        self.applications.forget_of(&userid);
        let led = |link: &Link| link.range.user_list.iter().any(|of| of.eq_ignore_ascii_case(&userid));
        let left_alone = |link: &&Link| {
            let could = led(link) || !link.range.department_list.is_empty();
            could && !link.unavailable && link.range.members(self).is_empty()
        };
        let links = self.links.all.values().filter(left_alone);
        let mut told: Vec<Occurrence> =
            links.map(|link| Occurrence::LinkUnavailable { link_id: link.link_id.clone() }).collect();
        for occurrence in &mut told {
            self.follow(occurrence, now_ms);
        }
        Ok(told)
    }

    /// Follows a change of the customers' ids, wherever a customer is named by id.
    pub(super) fn rename_customers(&mut self, new: impl Fn(&Customer) -> String) {
        let mut renamed = HashMap::new();
        self.places.clear();
        for (place, person) in self.customers.iter_mut().enumerate() {
            let id = new(&person.customer);
            let before = std::mem::replace(&mut person.customer.external_userid, id.clone());
            renamed.insert(before, id.clone());
            self.places.insert(id, place);
        }
        let rename = |id: &mut String| {
            if let Some(new) = renamed.get(id) {
                id.clone_from(new);
            }
        };
        self.transfers.rename(rename);
        self.groups.rename(rename);
        self.links.rename(rename);
        self.mass_messages.rename(rename);
        self.moments.rename(rename);
    }

    /// Who works here.
    pub(super) fn employees(&self) -> impl Iterator<Item = &Employee> {
        self.staff.all().map(|member| &member.employee)
    }

    pub(super) fn has_employee(&self, userid: &str) -> bool {
        self.staff.get(userid).is_some()
    }

    /// `Group/Tag` of a tag's id.
    pub(super) fn tag_name(&self, id: &str) -> Option<String> {
        self.tag(id).map(|(group, name)| format!("{group}/{name}"))
    }

    /// A tag's group's name and its own.
    pub(super) fn tag(&self, id: &str) -> Option<(&str, &str)> {
        self.tags.name(id)
    }
}
