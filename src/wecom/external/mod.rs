//! The customer-contact methods (`/cgi-bin/externalcontact/…`), one file a family.
//!
//! A method is a function on [`External`] that builds one [`Call`] and names the type of its answer; it
//! knows its path, its arguments and what asking twice would do, and nothing of HTTP, tokens or retries. Names are the
//! platform's own. Answers are read leniently: what is not required to go on is optional, numbers that stand for a set
//! are open, unknown fields are passed over.

mod contact;
mod contact_detail;
mod follow_user;
mod tag;
mod welcome;

use serde::Deserialize;

use super::{Call, Client, Error};

pub use contact::Contact;
pub use contact_detail::{
    AddWay, ContactType, ExternalAttr, ExternalContact, ExternalProfile, FollowTag, FollowUser, Gender,
    MiniprogramAttr, TagType, TextAttr, WebAttr, WechatChannels,
};

/// The customer-contact methods of one app's client; see [`Client::external`].
#[derive(Clone, Copy, Debug)]
pub struct External<'a> {
    client: &'a Client,
}

impl<'a> External<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// A call whose answer says nothing but that it was done.
    async fn done(self, call: Call<'_>) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Base {}
        let Base {} = self.client.call(call).await?;
        Ok(())
    }
}
