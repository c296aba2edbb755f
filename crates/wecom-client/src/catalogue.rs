//! Every method of the API in one table: what it is called, what it takes, how it pages, and the Rust method that
//! makes the call.
//!
//! Whoever serves all methods alike reads from here: the command line builds its commands from it, docs/API.md is
//! generated from it, the tests walk it. A row stands in the file of its method, with the same
//! [`Endpoint`](crate::Endpoint) and the same limits, so that a method that is added there is listed here.
//!
//! [`Arguments`] reads what was given, [`Method::prepare`] makes the call of it, [`Method::pages`] follows pages.

use crate::{
    agent, app_message,
    contact::{
        acquisition, acquisition_record, contact, contact_list, contact_way, corp_tag, customer_strategy,
        follow_user, group_chat, group_statistic, group_welcome_template, id_conversion, idconvert,
        intercept_rule, join_way, mass_message, mass_message_record, moment, moment_record, moment_strategy,
        product_album, statistics, strategy_tag, tag, transfer, welcome,
    },
    directory, media, platform, upload, web_login,
};

pub use crate::method::{Answers, Argument, Arguments, By, Kind, Method, Pages, Paging, RawPage};

/// Methods that belong together.
#[derive(Debug)]
pub struct Family {
    /// What they are about.
    pub title: &'static str,
    /// The methods, file by file.
    files: &'static [&'static [Method]],
}

impl Family {
    /// The methods.
    pub fn methods(&self) -> impl Iterator<Item = &'static Method> {
        self.files.iter().copied().flatten()
    }
}

/// Every family.
pub static FAMILIES: &[Family] = &[
    Family { title: "Contact ways", files: &[contact_way::rows::METHODS] },
    Family {
        title: "Employees and customers",
        files: &[follow_user::rows::METHODS, contact_list::rows::METHODS, contact::rows::METHODS],
    },
    Family {
        title: "Tags",
        files: &[corp_tag::rows::METHODS, tag::rows::METHODS, strategy_tag::rows::METHODS],
    },
    Family { title: "Welcomes", files: &[welcome::rows::METHODS, group_welcome_template::rows::METHODS] },
    Family {
        title: "Mass messages",
        files: &[mass_message::rows::METHODS, mass_message_record::rows::METHODS],
    },
    Family { title: "Customer groups", files: &[group_chat::rows::METHODS] },
    Family { title: "Group join ways", files: &[join_way::rows::METHODS] },
    Family { title: "Transfers", files: &[transfer::rows::METHODS] },
    Family { title: "Statistics", files: &[statistics::rows::METHODS, group_statistic::rows::METHODS] },
    Family { title: "Moments", files: &[moment::rows::METHODS, moment_record::rows::METHODS] },
    Family {
        title: "Acquisition links",
        files: &[acquisition::rows::METHODS, acquisition_record::rows::METHODS],
    },
    Family { title: "Product albums", files: &[product_album::rows::METHODS] },
    Family { title: "Intercept rules", files: &[intercept_rule::rows::METHODS] },
    Family { title: "Customer strategies", files: &[customer_strategy::rows::METHODS] },
    Family { title: "Moment strategies", files: &[moment_strategy::rows::METHODS] },
    Family { title: "Conversions of ids", files: &[id_conversion::rows::METHODS, idconvert::rows::METHODS] },
    Family { title: "Media", files: &[upload::rows::METHODS, media::rows::METHODS] },
    Family { title: "The company's own directory", files: &[directory::rows::METHODS] },
    Family { title: "The app", files: &[agent::rows::METHODS, app_message::rows::METHODS] },
    Family { title: "Login", files: &[web_login::rows::METHODS] },
    Family { title: "Token and addresses", files: &[platform::rows::METHODS] },
];

/// Every method, family by family.
pub fn methods() -> impl Iterator<Item = &'static Method> {
    FAMILIES.iter().flat_map(Family::methods)
}

/// The method of this [command](Method::command).
pub fn method(command: &str) -> Option<&'static Method> {
    methods().find(|method| method.command() == command)
}

/// The examples of docs/API.md compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/API.md")]
struct Documented;
