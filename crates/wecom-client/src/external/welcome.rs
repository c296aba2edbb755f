//! The welcome that a newly added customer gets.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{External, content, limits::Check};
use crate::{
    action::{
        Welcome,
        message::{Attachment, TEXT_BYTES_MAX, Text},
    },
    wecom::{Call, CallOptions, Effect, Error},
};

const SEND_WELCOME_MSG: &str = "externalcontact/send_welcome_msg";

#[derive(Serialize)]
struct Body<'a> {
    welcome_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a Text>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    attachments: &'a [Attachment],
}

impl External {
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
        &self,
        welcome_code: &str,
        welcome: &Welcome,
        options: CallOptions,
    ) -> Result<(), Error> {
        let Welcome { text, attachments, fallback: _, left_out: _, lesser: _ } = welcome;
        let body = Body { welcome_code, text: text.as_ref(), attachments };
        self.done(Call::post(SEND_WELCOME_MSG, Effect::Once, &body, options).hiding(welcome_code)).await
    }

    /// As [`External::send_welcome_msg`] (document 92599), for a welcome that no rule has checked: its limits are looked
    /// at first.
    ///
    /// # Errors
    ///
    /// As [`External::send_welcome_msg`]; [`Error::Argument`] when the code is absent, when there is neither text nor
    /// attachment, or when a limit of [`action::message`](crate::action::message) is broken.
    pub async fn send_welcome(&self, welcome: &SendWelcomeMsg, options: CallOptions) -> Result<(), Error> {
        let SendWelcomeMsg { welcome_code, text, attachments } = welcome;
        let check = Check::of(SEND_WELCOME_MSG).required("welcome_code", welcome_code);
        content::message(check, text.as_ref(), TEXT_BYTES_MAX, attachments).end()?;
        let call = Call::post(SEND_WELCOME_MSG, Effect::Once, welcome, options);
        self.done(call.hiding(welcome_code)).await
    }
}

/// A welcome and the code that lets it be sent; see [`External::send_welcome`]. `Debug` does not show the code.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SendWelcomeMsg {
    /// What came with the event; works once, for 20 seconds. Required.
    pub welcome_code: String,
    /// The text, at most [`TEXT_BYTES_MAX`] bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// Up to nine attachments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl fmt::Debug for SendWelcomeMsg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { welcome_code: _, text, attachments } = self;
        f.debug_struct("SendWelcomeMsg")
            .field("text", text)
            .field("attachments", attachments)
            .finish_non_exhaustive()
    }
}
