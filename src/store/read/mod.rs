//! What people, pages and rules ask of the record. Nothing here changes it.
//!
//! [`filter`] says which events and actions are meant, and [`payload`] how a message is shown. [`actions`] and [`events`]
//! are the lists and the single event with everything that came of it, [`fate`] what became of an event in short; [`depth`]
//! is what is left to do, [`failures`] what went wrong, [`stats`] what was done. [`hits`], [`earlier`] and [`recorded`] are what
//! rules are judged by, [`adds`] is held against WeCom's statistics, [`tag_uses`] is how often tags were put on, [`changed`] is what
//! those see who follow the record, and [`found`] are the ids for acts on many.

pub(in crate::store) mod filter;
pub(in crate::store) mod payload;
pub(in crate::store) mod actions;
pub(in crate::store) mod events;
pub(in crate::store) mod fate;
pub(in crate::store) mod depth;
pub(in crate::store) mod failures;
pub(in crate::store) mod hits;
pub(in crate::store) mod earlier;
pub(in crate::store) mod recorded;
pub(in crate::store) mod stats;
pub(in crate::store) mod adds;
pub(in crate::store) mod changed;
pub(in crate::store) mod found;
pub(in crate::store) mod tag_uses;

/// A list that only an index keeps from reading all there ever was, to be explained on SQLite: there the order of the joins
/// hangs on how the statement is written.
#[derive(Clone, Copy, Debug)]
pub struct ListStatement {
    /// Which it is.
    pub what: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The index that it has to go by.
    pub index: &'static str,
}

/// These lists.
pub fn list_statements() -> [ListStatement; 2] {
    let unfinished = ListStatement {
        what: "list unfinished actions",
        text: actions::ACTIONS_UNFINISHED,
        index: "action_unfinished_of_pair",
    };
    let of_rules = ListStatement {
        what: "count the actions of each rule",
        text: hits::ACTIONS,
        index: "event_by_receipt",
    };
    [unfinished, of_rules]
}
