//! The client of WeCom's API: the one way in which this program talks to the platform.
//!
//! A [`Client`] belongs to one app (corp id and secret); [`Http`] holds the connections of all of them. Every request
//! goes through [`Client::call`], which adds the access token, keeps the time, renews a refused token once, and turns
//! what comes back into a typed answer or an [`Error`] that knows its [`Class`](wecom_core::Class). The
//! methods are under [`external`], one file a family, and in [`Media`], [`Directory`] and [`Messages`]; they know neither
//! HTTP nor tokens.
//!
//! ```no_run
//! use wecom_client::{
//!     ApiBase, CallOptions, Client, ClientOptions, DEFAULT_API_BASE, external::AddContactWay,
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
//! Guarantees: every request has a timeout; at most one `gettoken` is under way for an app ([`token`]); no token,
//! secret or welcome code is in a log line, an error or a `Debug` text ([`error`]); the meaning of an errcode is known
//! in one table only ([`codes`]). What it does not do: keep a record of attempts or decide what a failure means for a
//! welcome; that is `dispatch` and [`action::outcome`](wecom_core).

pub(crate) mod client;

pub mod contact;
mod upload;
mod media;
mod directory;
mod app_message;
mod platform;

#[cfg(feature = "catalogue")]
mod method;
#[cfg(feature = "catalogue")]
pub mod catalogue;

pub use app_message::{CONTENT_BYTES_MAX, DEPARTMENTS_MAX, Messages, Sent, TextMessage, USERS_MAX};
pub use client::{
    ANSWER_BYTES_MAX, ApiBase, BadApiBase, Call, CallOptions, Client, ClientOptions, DEFAULT_API_BASE,
    DOWNLOAD_BYTES_MAX, Download, Effect, Endpoint, Error, Http, HttpError, MESSAGE_BYTES_MAX, MediaFile,
    MediaType, Prepared, PreparedBody, Retries, TRIES_MOST, Timestamp, UPLOAD_TIMEOUT, Unanswered,
    UnknownMediaType, Verb,
};
/// The older name of [`contact`].
pub use contact as external;
pub use contact::External;
pub use directory::{Department, Directory, User, UserStatus};
pub use media::{Job, JobDetail, JobStatus, Media, UploadByUrl};
pub use platform::AccessToken;
pub use upload::{AttachmentUse, Uploaded};
pub use wecom_core::codes::{explain, explain_for};
