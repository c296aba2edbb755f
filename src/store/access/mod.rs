//! Who may come in, and what they did: tokens of the admin API, sessions of the pages, and the audit.

pub(in crate::store) mod audit;
pub(in crate::store) mod tokens;
pub(in crate::store) mod sessions;
