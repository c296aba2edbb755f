//! What the tests share: databases, a browser and what it reads, a scripted server, a whole world in which the real server greets customers, the
//! program as a child process, a wire that can be cut, and a recorded day.

pub mod browser;
pub mod cluster;
pub mod databases;
pub mod day;
pub mod html;
pub mod process;
#[path = "../../../crates/wecom-client/tests/it/scripted.rs"]
#[expect(dead_code, reason = "some of what it can answer is for the client's own tests")]
pub mod scripted;
pub mod wire;
pub mod world;
