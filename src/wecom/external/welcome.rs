//! The welcome that a newly added customer gets.

use serde::Serialize;

use super::External;
use crate::{
    action::{
        Welcome,
        message::{Attachment, Text},
    },
    wecom::{Call, CallOptions, Effect, Error},
};

const SEND_WELCOME_MSG: &str = "externalcontact/send_welcome_msg";

#[derive(Serialize)]
struct SendWelcomeMsg<'a> {
    welcome_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a Text>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    attachments: &'a [Attachment],
}

impl External<'_> {
    /// Sends the welcome in the employee's name (`send_welcome_msg`; document 92599).
    ///
    /// `welcome_code` comes with the event; it works for 20 seconds and once, also where several apps got one for the
    /// same add. The limits of the content stand at [`action::message`](crate::action::message).
    ///
    /// # Errors
    ///
    /// 41050 when the code no longer works, 41051 when somebody's welcome was sent already, 41096 while another app is
    /// sending. Where [`Error::lost`] is true the welcome may have been sent: one try more is right, and 41051 then says
    /// that it was.
    pub async fn send_welcome_msg(
        self,
        welcome_code: &str,
        welcome: &Welcome,
        options: CallOptions,
    ) -> Result<(), Error> {
        let Welcome { text, attachments, fallback: _, left_out: _ } = welcome;
        let body = SendWelcomeMsg { welcome_code, text: text.as_ref(), attachments };
        self.done(Call::post(SEND_WELCOME_MSG, Effect::Once, &body, options).hiding(welcome_code)).await
    }
}
