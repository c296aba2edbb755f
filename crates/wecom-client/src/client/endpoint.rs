//! One method of the API as the platform has it: declared once, beside the Rust method that makes the call.
//!
//! The call, the checks of its limits, the row of the catalogue, the command line and docs/API.md all take path, verb
//! and effect from here, so that they cannot differ.

/// The verb of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Arguments in the query.
    Get,
    /// Arguments as JSON in the body; of an upload, in the query, with the file in the body.
    Post,
}

/// What asking twice would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing is changed.
    Read,
    /// The second time changes nothing more.
    Idempotent,
    /// The second time may do it a second time, or be refused because the first succeeded.
    Once,
}

/// A method of the API: how it is asked, what asking twice would do, and the page that documents it.
///
/// ```
/// use wecom_client::{Effect, Endpoint};
///
/// const REMIND: Endpoint = Endpoint::post("externalcontact/remind_groupmsg_send", Effect::Once).page(97610);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Where its arguments go.
    pub verb: Verb,
    /// Below `/cgi-bin/`.
    pub path: &'static str,
    /// What asking twice would do.
    pub effect: Effect,
    /// The number of the platform's page (`https://developer.work.weixin.qq.com/document/path/N`), where one could be
    /// confirmed.
    pub page: Option<u32>,
}

impl Endpoint {
    /// A GET. Those of this API change nothing.
    pub const fn get(path: &'static str) -> Self {
        Self { verb: Verb::Get, path, effect: Effect::Read, page: None }
    }

    /// A POST. Many of them only read, which the verb does not say: `effect` does.
    pub const fn post(path: &'static str, effect: Effect) -> Self {
        Self { verb: Verb::Post, path, effect, page: None }
    }

    /// Names the page that documents it.
    #[must_use]
    pub const fn page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }
}
