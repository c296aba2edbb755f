//! Rules on their way into force: the files that they name are checked, stored and uploaded ahead.

pub mod ahead;
pub mod files;
