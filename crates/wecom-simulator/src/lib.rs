//! A WeCom (企业微信) that fits in one process: the customer contact API, which an app calls, and the callbacks, which
//! call the app.
//!
//! It is there to develop and test against. It speaks only what WeCom speaks, with WeCom's limits and error codes, from
//! one consistent state: a tag that `mark_tag` has put on is there when the customer is read, a welcome code works once
//! and for 20 seconds, a callback that is not answered with 200 comes again after 5 seconds, three times. Things that go
//! wrong in the real world can be asked for ([`Fault`], and by name [`SetUpFault`]). The clock is an argument and can be put ahead, and so is
//! chance: the same number and the same calls give the same people and ids.
//!
//! ```
//! use secrecy::ExposeSecret as _;
//! use wecom_core::clock::Clock;
//! use wecom_simulator::{AddCustomer, Corp, Options, Simulator};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let wecom = Simulator::start(Options::default(), Clock::system(), 1).await?;
//!
//! // A customer adds an employee. With a callback URL in the options, the sealed event would be on its way there now.
//! let added = wecom.add_customer(&AddCustomer::new("zhangsan", "小周", Some("spring-2026")))?;
//! assert!(added.welcome_code.is_some());
//!
//! // An app logs in as it does with WeCom.
//! let corp = Corp::sample();
//! let (corp_id, secret) = (&corp.corp_id, corp.secret.expose_secret());
//! let login = format!("{}/cgi-bin/gettoken?corpid={corp_id}&corpsecret={secret}", wecom.api_base());
//! # let _ = rustls::crypto::ring::default_provider().install_default();
//! # let http = reqwest::Client::builder().no_proxy().build()?;
//! # let answer: serde_json::Value = serde_json::from_slice(&http.get(login).send().await?.bytes().await?)?;
//! # assert_eq!(answer["errcode"], 0);
//!
//! // What came of it can be looked at.
//! assert_eq!(wecom.requests_of("gettoken").len(), 1);
//! let relation = wecom.relation("zhangsan", &added.customer).expect("they are contacts");
//! assert!(relation.welcomes.is_empty(), "nobody has sent a welcome yet");
//! wecom.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! `examples/simulated_wecom.rs` is a whole test of an app: it receives the callback and sends the welcome. Everything
//! that the library can do can be done over HTTP as well: below `/_simulator/`, and the page at `/` says how.
//!
//! Callbacks are sealed with [`wecom_core::callback::seal`]. If sealing and opening had a mistake in common, it would not
//! show here; so test your receiver against published vectors as well.

#![warn(missing_docs)]

// The rooms, from the ground up: a room knows those above it in this list, and none below.

// What everything is made of: errors, texts, ids, people.
mod error;
mod page_language;
mod texts;
mod json;
mod time;
mod tasks;
mod ids;
pub mod corp;
pub mod customer;
pub mod occurrence;
pub mod people;
pub mod set_up;
// The state, which changes nothing by itself.
mod world;
// What happens beside calls: people do something, time passes.
mod acts;
// The methods of WeCom's API.
mod api;
// Callbacks: events are written, sealed and posted.
mod post;
// State, clock and post together.
mod running;
// The ways in over HTTP.
mod door;
// What a program that uses this crate sees: a running simulator and its functions.
mod simulator;

pub use acts::{
    edit::Edit,
    group::{GroupAct, GroupActed},
    link::{LinkAct, LinkActed},
    mass_message::{MessageAct, MessageActed},
    moment::{MomentAct, MomentActed},
    scan::Scan,
    tag::{TagAct, TagActed},
    talk::{Speaker, Talk},
    transfer::TransferDecision,
};
pub use corp::Corp;
pub use customer::{
    AddCustomer, Added, Customer, CustomerKind, Received, ReceivedKind, Relation, SentWelcome,
};
pub use door::{
    fault::{Fault, FaultKind},
    requests::{Answered, Request},
    url_check::UrlCheck,
};
pub use error::{Error, StartError};
pub use ids::OtherIds;
pub use occurrence::{Contact, Occurrence};
pub use page_language::PageLanguage;
pub use people::people;
pub use post::{
    Patience, callback_url,
    deliveries::{Delivery, DeliveryStatus, Try},
};
pub use set_up::SetUpFault;
pub use simulator::{Options, Simulator};
pub use time::ClockReading;
pub use world::{
    groups::GroupView,
    inbox::AppMessage,
    robots::RobotMessage,
    transfers::{Transfer, TransferStatus},
};
