//! What the tests share: databases, a scripted server, and a whole world in which the real server greets customers.

pub mod databases;
pub mod scripted;
pub mod world;
