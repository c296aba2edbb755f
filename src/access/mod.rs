//! Who may do what through the admin API and the pages: roles, tokens, sessions, and what is kept of what they did.
//!
//! Time and randomness are arguments. A token is 256 random bits, so that its SHA-256 is all that has to be kept of it: there
//! is nothing to guess from the hash, and looking one up by its hash tells nobody how near a guess was.

mod act;
mod employees;
mod login_state;
mod pace;
mod once;
mod role;
mod session;
mod token;
mod tries;

pub use act::{Act, By, Via};
pub use employees::{Employees, employee_name};
pub use login_state::{LOGIN_LASTS_MS, LoginKey};
pub use once::{ONCE_MS, Once};
pub use pace::Pace;
pub use role::Role;
pub use session::{EMPLOYEE_LASTS_MS, Session, UNUSED_MS, USE_NOTED_EVERY_MS};
pub use token::{Hash, NAME_CHARS_MAX, SETTING, Secret, is_name};
pub use tries::Tries;
