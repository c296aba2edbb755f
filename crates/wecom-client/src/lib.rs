//! A typed client for the customer contact (客户联系) API of WeCom (企业微信).
//!
//! A [`Client`] belongs to one app (corp id and secret); [`Http`] holds the connections of several. Every request goes
//! through [`Client::call`], which adds the access token, keeps the time, renews a refused token once, and turns what
//! comes back into a typed answer or an [`Error`] that knows its [`Class`](wecom_core::Class). The methods are under
//! [`contact`], one file a family, and in [`Media`], [`Directory`] and [`Messages`]; each is declared once, as an
//! [`Endpoint`] beside the Rust method that makes its call.
//!
//! ```no_run
//! use wecom_client::{
//!     ApiBase, CallOptions, Client, ClientOptions, DEFAULT_API_BASE, contact::AddContactWay,
//! };
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = std::env::var("WECOM_SECRET")?;
//! let client = Client::of(ClientOptions::new("ww9f3c1d7be20a4455", secret, ApiBase::parse(DEFAULT_API_BASE)?))?;
//! let external = client.external();
//! let way = AddContactWay::qr_code("zhangsan", "spring-2026");
//! let made = external.add_contact_way(&way, CallOptions::default()).await?;
//! println!("{:?}", made.qr_code);
//! # Ok(())
//! # }
//! ```
//!
//! Guarantees: every request has a timeout; at most one `gettoken` is under way for an app; no token, secret or welcome
//! code is in a log line, an error or a `Debug` text; what an errcode means stands in one table only, that of
//! [`wecom_core::codes`]. What the crate leaves to its users: a record of attempts, and what a failure means for the
//! matter at hand.
//!
//! # Features
//!
//! - `catalogue` (default): `catalogue`, the table of all methods with names, arguments, limits and pages, for
//!   programs that call them by name.
//! - `jiff` (default): [`Timestamp`] and [`Day`](contact::Day) from the instants and dates of jiff.

#![warn(missing_docs)]

// How a call is sent, and what can come of it.
pub(crate) mod client;

// What can be asked: customer contact, a family a file, and what belongs to it.
pub mod contact;
mod upload;
mod media;
mod directory;
mod directory_types;
mod agent;
mod app_message;
mod platform;
mod web_login;

// The table of all methods, and what it says of each, for programs that call a method by its name.
#[cfg(feature = "catalogue")]
mod method;
#[cfg(feature = "catalogue")]
pub mod catalogue;

pub use agent::{Agent, AgentParties, AgentTags, AgentUser, AgentUsers};
pub use app_message::{
    AppMessage, AppText, CONTENT_BYTES_MAX, DEPARTMENTS_MAX, Messages, Sent, TextMessage, USERS_MAX,
};
pub use client::{
    ANSWER_BYTES_MAX, ApiBase, BadApiBase, Call, CallOptions, Client, ClientOptions, DEFAULT_API_BASE,
    DOWNLOAD_BYTES_MAX, Done, Download, Effect, Element, Endpoint, Error, Fault, Http, HttpError, Lack,
    MESSAGE_BYTES_MAX, MediaFile, MediaType, Misfit, Prepared, PreparedBody, Retries, Shape, TRIES_MOST,
    Timestamp, UPLOAD_TIMEOUT, Unanswered, Unit, UnknownMediaType, Verb, is_read_in_part,
};
pub use contact::External;
pub use directory::Directory;
pub use directory_types::{
    Department, DepartmentUser, DirectoryTag, DirectoryTagMembers, ListUserIds, User, UserIdPage, UserStatus,
};
pub use media::{Job, JobDetail, JobStatus, Media, UploadByUrl};
pub use platform::AccessToken;
pub use upload::{AttachmentUse, Uploaded};
pub use web_login::{DEFAULT_LOGIN_BASE, LOGIN_PATH, UserInfo};
pub use wecom_core::codes::{explain, explain_for};

/// The example of README.md compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
