//! The simulated company's state, each concept in a part of its own.
//!
//! Nothing here waits or asks the time, and chance is a number that is given: with it the same calls at the same times give the same
//! answers. A part knows only the parts that it is made of; what concerns several of them is in `relations` (reading)
//! and in `changes` and `group_members` (changing). What people do with the state is in `acts`, the methods of the API
//! are in `api`.

// What the parts share.
pub(crate) mod calendar;
pub(crate) mod format;
pub(crate) mod random;

// Who is there.
pub(crate) mod staff;
pub(crate) mod scope;
pub(crate) mod bond;
pub(crate) mod customers;
pub(crate) mod codes;
pub(crate) mod applications;
pub(crate) mod transfers;

// What the company has set up.
pub(crate) mod tokens;
pub(crate) mod tag_tree;
pub(crate) mod contact_ways;
pub(crate) mod strategies;
pub(crate) mod moment_strategies;
pub(crate) mod intercept_rules;
pub(crate) mod links;
pub(crate) mod products;
pub(crate) mod templates;
pub(crate) mod media;

// What happens between people.
pub(crate) mod groups;
pub(crate) mod mass_messages;
pub(crate) mod moments;
pub(crate) mod inbox;
pub(crate) mod robots;
pub(crate) mod behaviour;
pub(crate) mod agenda;

// What concerns several parts.
pub(crate) mod relations;
mod changes;
mod group_members;

use rand::{SeedableRng as _, rngs::StdRng};
use secrecy::SecretString;

use crate::{
    corp::{Corp, Media},
    set_up::SetUp,
};

/// The state of the company.
pub(crate) struct World {
    pub(crate) corp_id: String,
    pub(crate) agent_id: i64,
    pub(crate) secret: SecretString,
    /// What is wrong with all of it, as asked.
    pub(crate) set_up: SetUp,
    /// Makes ids, and chooses where the API leaves a choice.
    pub(crate) dice: StdRng,
    /// Decides who comes, and to whom. It is not `dice`, which the API's methods throw too: with one number for chance the same
    /// people come, whatever an app calls.
    pub(crate) comers: StdRng,
    pub(crate) tokens: tokens::Tokens,
    pub(crate) staff: staff::Staff,
    pub(crate) customers: customers::Customers,
    pub(crate) codes: codes::Codes,
    pub(crate) applications: applications::Applications,
    pub(crate) transfers: transfers::Transfers,
    pub(crate) tags: tag_tree::TagTree,
    pub(crate) ways: contact_ways::ContactWays,
    pub(crate) strategies: strategies::Strategies,
    pub(crate) moment_strategies: moment_strategies::MomentStrategies,
    pub(crate) intercept_rules: intercept_rules::InterceptRules,
    pub(crate) links: links::Links,
    pub(crate) products: products::Products,
    pub(crate) templates: templates::Templates,
    pub(crate) media: media::MediaShelf,
    pub(crate) groups: groups::Groups,
    pub(crate) mass_messages: mass_messages::MassMessages,
    pub(crate) moments: moments::Moments,
    pub(crate) inbox: inbox::Inbox,
    pub(crate) robots: robots::Robots,
    pub(crate) behaviour: behaviour::Behaviour,
    /// What happens by itself when its time has come.
    pub(crate) agenda: agenda::Agenda,
}

impl World {
    pub(crate) fn new(corp: &Corp, token_lifetime_ms: i64, chance: u64, now_ms: i64) -> Self {
        let mut world = Self {
            corp_id: corp.corp_id.clone(),
            agent_id: corp.agent_id,
            secret: corp.secret.clone(),
            set_up: SetUp::default(),
            dice: StdRng::seed_from_u64(chance),
            comers: StdRng::seed_from_u64(!chance),
            tokens: tokens::Tokens::new(token_lifetime_ms),
            staff: staff::Staff::default(),
            customers: customers::Customers::default(),
            codes: codes::Codes::default(),
            applications: applications::Applications::default(),
            transfers: transfers::Transfers::default(),
            tags: tag_tree::TagTree::new(&corp.tags),
            ways: contact_ways::ContactWays::default(),
            strategies: strategies::Strategies::default(),
            moment_strategies: moment_strategies::MomentStrategies::default(),
            intercept_rules: intercept_rules::InterceptRules::default(),
            links: links::Links::new(now_ms),
            products: products::Products::default(),
            templates: templates::Templates::default(),
            media: media::MediaShelf::default(),
            groups: groups::Groups::default(),
            mass_messages: mass_messages::MassMessages::default(),
            moments: moments::Moments::default(),
            inbox: inbox::Inbox::default(),
            robots: robots::Robots::default(),
            behaviour: behaviour::Behaviour::default(),
            agenda: agenda::Agenda::default(),
        };
        // Departments and members beyond what fits are left out: nobody tests with a company that large.
        for department in &corp.departments {
            let _ = world.staff.add_department(department.clone());
        }
        for employee in &corp.employees {
            let _ = world.staff.employ(employee.clone());
        }
        for Media { media_id, kind } in &corp.media {
            world.media.put(media_id.clone(), *kind, now_ms);
        }
        world
    }

    /// `length` characters of WeCom's id alphabet.
    pub(crate) fn random_text(&mut self, length: usize) -> String {
        random::text(&mut self.dice, length)
    }
}
