//! What the simulator cannot do. The texts say what to do instead.

use std::{io, net::SocketAddr};

use wecom_core::callback::KeyError;

/// Why a simulator could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, or not ours.
    #[error("the simulator cannot listen on {listen}: give another address with --listen")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Token or EncodingAESKey are not what the console would take.
    #[error("the simulated app's callback keys are wrong")]
    Keys(#[from] KeyError),
    /// The client for callbacks could not be made.
    #[error("the simulator's HTTP client cannot be set up")]
    Http(#[from] reqwest::Error),
    /// TLS could not be set up.
    #[error("the simulator's TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// Why something asked of the simulator was not done. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such member.
    #[error(
        "no member has the userid {userid:?}: the members are {known}; POST /_simulator/employees adds one"
    )]
    NoEmployee {
        /// Who was asked for.
        userid: String,
        /// Some of those who are there.
        known: String,
    },
    /// There are no members at all.
    #[error("the company has no members: POST /_simulator/employees adds one")]
    NoEmployees,
    /// A member who may not have customers.
    #[error("{0} may not use customer contact: take `no_customer_contact` out of the member's hindrances")]
    NotServing(String),
    /// There is no such department.
    #[error("no department has the id {0}: POST /_simulator/departments adds one")]
    NoDepartment(i64),
    /// A department that cannot be where it should.
    #[error(
        "the department {id} cannot be below {parent_id}: ids begin with 1, and only the root is below none (0)"
    )]
    Department {
        /// The department.
        id: i64,
        /// The one above.
        parent_id: i64,
    },
    /// There is no such contact way.
    #[error("no contact way has the config_id {0:?}: add_contact_way makes one and tells its id")]
    NoContactWay(String),
    /// A temporary contact way whose time is over, or which has been used.
    #[error("the temporary contact way {0} does not work any more: it works once, until it expires")]
    ContactWayOver(String),
    /// A contact way for one person only.
    #[error("the contact way {0} is for the customer with its unionid only: give that one as `customer`")]
    ContactWayOfAnother(String),
    /// A contact way that leads to nobody.
    #[error("none of the members of contact way {0} can be added: they have left, are hindered, or are full")]
    NobodyToAdd(String),
    /// Nobody waits for the member's consent.
    #[error(
        "{customer} does not wait for {employee}: let the customer scan a way with `skip_verify` false first, or be \
         added with `half`"
    )]
    NothingToAccept {
        /// The member's userid.
        employee: String,
        /// The customer's external_userid.
        customer: String,
    },
    /// They are no contacts, or their temporary chat is over.
    #[error("{employee} and {customer} cannot write to each other: let one add the other first")]
    CannotTalk {
        /// The member's userid.
        employee: String,
        /// The customer's external_userid.
        customer: String,
    },
    /// No messages, or too many.
    #[error("`messages` is a number from 1 to {most}")]
    Messages {
        /// The limit.
        most: u64,
    },
    /// No transfer of the customer is under way.
    #[error("no transfer of {0} is under way: transfer_customer starts one")]
    NoTransfer(String),
    /// A userid that WeCom would not take.
    #[error("{0:?} is no userid: it has 1 to 64 letters, digits and _ . @ -")]
    Userid(String),
    /// There is no such customer.
    #[error(
        "no customer has the external_userid {0:?}: GET /_simulator/customers tells who is there; leave `customer` out \
         to add somebody new"
    )]
    NoCustomer(String),
    /// They are contacts already.
    #[error(
        "{employee} and {customer} are contacts already: let del_external_contact or del_follow_user happen first"
    )]
    AlreadyContacts {
        /// The member's userid.
        employee: String,
        /// The customer's external_userid.
        customer: String,
    },
    /// A state that no contact way can have.
    #[error("a state has at most {most} characters and no control characters")]
    State {
        /// The limit.
        most: usize,
    },
    /// A text that is too long.
    #[error("`{field}` has at most {most} characters")]
    TooLong {
        /// What it is.
        field: &'static str,
        /// The limit.
        most: usize,
    },
    /// A member who has as many customers as is allowed.
    #[error("{0} has as many customers as `customers_max` allows: the add fails, and WeCom tells nobody")]
    NoRoom(String),
    /// Too many copies of one event.
    #[error("at most {most} duplicates of one event")]
    Duplicates {
        /// The limit.
        most: u32,
    },
    /// The simulator's clock cannot be put so far ahead.
    #[error("time can be put ahead by at most {most_ms} ms in all: start the simulator again")]
    TooFarAhead {
        /// The limit, in milliseconds.
        most_ms: i64,
    },
    /// The company is full.
    #[error("{most} are the most that fit: start the simulator again")]
    Full {
        /// The limit.
        most: usize,
    },
    /// The callback URL does not keep up.
    #[error("{most} events are on their way already: wait until the callback URL has answered some")]
    TooManyDeliveries {
        /// The limit.
        most: usize,
    },
    /// No callback URL is set, so nothing can be sent.
    #[error("no callback URL is set: start with --callback URL, or PUT /_simulator/callback")]
    NoCallback,
    /// A fault that cannot happen.
    #[error("{0}")]
    Fault(String),
    /// An event that cannot be sent.
    #[error("{0}")]
    Occurrence(String),
    /// Something that cannot happen as things stand.
    #[error("{0}")]
    Impossible(String),
    /// The simulator has been stopped.
    #[error("the simulator has been stopped")]
    Stopped,
}

impl Error {
    /// Something that cannot happen as things stand.
    pub(crate) fn impossible(why: impl Into<String>) -> Self {
        Self::Impossible(why.into())
    }

    /// There is no such tag, and no such group of tags.
    pub(crate) fn no_tag(id: &str) -> Self {
        Self::impossible(format!(
            "no tag or group has the id {id:?}: GET /_simulator/state tells which there are"
        ))
    }
}
