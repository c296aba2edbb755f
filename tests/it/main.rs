//! The integration tests: one binary, because one is linked faster than twenty and is read in one order. The modules
//! follow an event: how it comes in, how it is kept, what the rules make of it, how it is carried out, and then whole
//! stories. What runs against a database runs against both.
#![expect(clippy::unwrap_used, reason = "a test that unwraps fails, as it should")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests are outside of the program: they spawn, time and ask"
)]
#![expect(unreachable_pub, reason = "nobody links against the tests")]

mod harness;

mod outcomes;
mod rules;
mod store;
mod forward;
mod http;
mod journey;
mod directory;
mod followups;
mod afterwards;
mod late_answers;
mod media_path;
mod media_journey;
mod tags;
mod contact_ways;
mod online;
mod recovery;
mod ends;
mod rolling;
mod bounds;
mod overload;
mod limits;
mod recovery_planned;
mod chaos;
mod silent;
mod readiness;
mod clock_set;
mod around;
mod doctor;
mod doctor_url;
mod doctor_set_up;
mod refusals;
mod corpora;
mod alerts;
mod replay;
mod bulk;
mod keeping;
mod config;
mod cli;
mod api;
mod pages;
mod backtest_journey;
mod deploy;
mod secrecy;
