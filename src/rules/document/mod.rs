//! Reading a document that a person wrote: the tree of its values, what is wrong with them, what they name outside of it.

pub(crate) mod fault;
pub(crate) mod yaml;
pub(crate) mod resources;
pub(crate) mod reader;
pub(crate) mod outside;
