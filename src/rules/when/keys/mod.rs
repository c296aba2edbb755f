//! The keys of `when`, each read, decided and worded in a file of its own. Their rows are in [`table`](super::table).

pub(super) mod patterns;
pub(super) mod state;
pub(super) mod user;
pub(super) mod department;
pub(super) mod add_way;
pub(super) mod customer;
pub(super) mod tagged;
pub(super) mod returning;
pub(super) mod welcome_code;
pub(super) mod schedule;
pub(super) mod share;
