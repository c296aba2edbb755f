//! What WeCom (企业微信) says: callbacks, events, the content of messages, and error codes.

pub mod callback;
pub mod event;
pub mod message;
mod class;
pub mod codes;
#[cfg(feature = "clock")]
pub mod clock;
#[cfg(feature = "tls")]
pub mod tls;

pub use class::Class;
