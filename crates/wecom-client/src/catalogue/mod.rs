//! Every method of the API in one table: what it is called, what it takes, how it pages, and the Rust method that
//! makes the call.
//!
//! Whoever serves all methods alike reads from here: the command line builds its commands from it, docs/API.md is
//! held against it, the tests walk it. The table knows names and help; verb, path and effect are told again by the
//! Rust method itself when a call is [prepared](Method::prepare), and a test compares the two. Limits stand nowhere
//! but in the typed methods, which check them before anything is sent.
//!
//! One file a family of methods. [`Arguments`] reads what was given, [`Method::pages`] follows pages.

mod acquisition;
mod albums_and_words;
mod contact_ways;
mod customers;
mod groups;
mod ids;
mod messages;
mod moments;
mod server;
mod statistics;
mod strategies;
mod tags;
mod transfers;

pub use crate::method::{Answers, Argument, Arguments, By, Kind, Method, Pages, Paging, RawPage};

/// Methods that belong together.
#[derive(Debug)]
pub struct Family {
    /// What they are about.
    pub title: &'static str,
    /// The methods.
    pub methods: &'static [Method],
}

/// Every family.
pub static FAMILIES: &[&Family] = &[
    &contact_ways::FAMILY,
    &customers::FAMILY,
    &tags::FAMILY,
    &messages::WELCOMES,
    &messages::MASS,
    &groups::FAMILY,
    &groups::JOIN_WAYS,
    &transfers::FAMILY,
    &statistics::FAMILY,
    &moments::FAMILY,
    &acquisition::FAMILY,
    &albums_and_words::ALBUMS,
    &albums_and_words::WORDS,
    &strategies::CUSTOMERS,
    &strategies::MOMENTS,
    &ids::FAMILY,
    &server::MEDIA,
    &server::FAMILY,
];

/// Every method, family by family.
pub fn methods() -> impl Iterator<Item = &'static Method> {
    FAMILIES.iter().flat_map(|family| family.methods)
}

/// The method of this [command](Method::command).
pub fn method(command: &str) -> Option<&'static Method> {
    methods().find(|method| method.command() == command)
}

/// The examples of docs/API.md compile.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/API.md")]
struct Documented;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_method_has_one_row_and_one_command() {
        let paths: BTreeSet<_> = methods().map(|method| method.path).collect();
        let commands: BTreeSet<_> = methods().map(Method::command).collect();
        assert_eq!((paths.len(), commands.len()), (methods().count(), methods().count()));
    }

    #[test]
    fn commands_are_the_platforms_own_names() {
        let command = |path: &str| methods().find(|method| method.path == path).unwrap().command();
        for (path, expected) in [
            ("externalcontact/add_contact_way", "add-contact-way"),
            ("externalcontact/get", "get"),
            ("externalcontact/groupchat/list", "groupchat-list"),
            ("externalcontact/batch/get_by_user", "batch-get-by-user"),
            ("externalcontact/resigned/transfer_customer", "resigned-transfer-customer"),
            ("service/externalcontact/unionid_to_external_userid_3rd", "unionid-to-external-userid-3rd"),
            ("idconvert/convert_tmp_external_userid", "idconvert-convert-tmp-external-userid"),
            ("media/uploadimg", "media-uploadimg"),
            ("gettoken", "gettoken"),
        ] {
            assert_eq!(command(path), expected);
        }
    }

    #[test]
    fn a_name_of_any_kind_means_one_method() {
        let mut names: BTreeSet<String> = methods().map(Method::command).collect();
        for method in methods() {
            for name in method.other_names() {
                assert!(names.insert(name.clone()), "{name} stands for two methods");
            }
        }
        let others = |command: &str| method(command).unwrap().other_names();
        assert_eq!(
            Vec::from_iter(others("transfer-customer")),
            [
                "externalcontact/transfer",
                "externalcontact/transfer_customer",
                "transfer",
                "transfer-external-contact",
                "transferExternalContact",
                "transfer_customer"
            ]
        );
        assert!(others("get").contains("crm-get-external-contact"));
        assert!(others("groupchat-list").contains("groupchat/list"));
        assert!(others("gettoken").is_empty());
    }

    #[test]
    fn the_methods_of_the_seed_are_all_there() {
        let names: BTreeSet<_> = methods().flat_map(|method| method.seed).collect();
        assert_eq!(names.len(), 23);
    }
}
