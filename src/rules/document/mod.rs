//! A document that a person wrote, whatever it is about: the tree of its values, the faults in it, the things outside of
//! it that it names.
//!
//! Rules files and test files are read by the same tree and the same faults. Every fault has its place and says how to
//! mend it, and one run finds them all. No document makes the reading panic, hang or grow.

pub(crate) mod wrong;
pub(crate) mod words;
pub(crate) mod fault;
pub(crate) mod yaml;
pub(crate) mod resources;
pub(crate) mod reader;
pub(crate) mod excel;
pub(crate) mod typed;
pub(crate) mod outside;
pub(crate) mod edit;
