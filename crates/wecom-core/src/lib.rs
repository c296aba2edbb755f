//! What WeCom (企业微信) says: callbacks verified and opened, events and messages as types, the content of a message,
//! and what an error code means.
//!
//! WeCom calls a URL of yours when something happens to a customer. The call is signed and encrypted; [`callback`]
//! checks and opens it, [`event`] reads what is inside. [`message`] is what a welcome consists of, [`codes`] says what
//! can be done about a refusal ([`Class`]) and what to tell a person, [`cause`] what a person has to mend. Nothing
//! here calls anybody, reads a clock or logs; every function may be given an attacker's bytes.
//!
//! ```
//! use wecom_core::{
//!     callback::{self, Keys, Sealed},
//!     event::{Event, Kind},
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Token and EncodingAESKey from the console, and the id that callbacks are sealed for: the corp's, as a rule.
//! let keys = Keys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")?;
//! # let plaintext = "<xml><ToUserName>wx5823bf96d3bd56c7</ToUserName><CreateTime>1733900461</CreateTime>\
//! #     <MsgType>event</MsgType><Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType>\
//! #     <UserID>zhangsan</UserID><ExternalUserID>wm1</ExternalUserID><State>spring</State></xml>";
//! # let sealed = callback::seal(&keys, plaintext.as_bytes(), "1733900461", "nonce", [7; 16]);
//! # let (query, body) = (sealed.to_query(), sealed.to_xml("wx5823bf96d3bd56c7", Some("1000002")));
//! // `query` and `body` of the POST, as they came.
//! let plaintext = callback::open(&keys, &Sealed { query: &query, body: body.as_bytes() })?;
//! let event = Event::parse(&plaintext);
//! assert!(matches!(event.kind, Kind::Customer(_)));
//! assert_eq!((event.user_id(), event.state()), (Some("zhangsan"), Some("spring")));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! None is on by default. `clock`: [`clock::Clock`], the time as an argument, the machine's or one that a test moves by
//! hand. `tls`: [`tls::client`], one rustls configuration for everything that calls WeCom.

#![warn(missing_docs)]

pub mod callback;
pub mod event;
pub mod json;
pub mod message;
mod class;
mod flat;
pub mod cause;
pub mod codes;
#[cfg(feature = "clock")]
pub mod clock;
#[cfg(feature = "tls")]
pub mod tls;

pub use class::Class;
