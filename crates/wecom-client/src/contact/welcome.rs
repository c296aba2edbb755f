//! The welcome that a newly added customer gets.

use wecom_core::message::TEXT_BYTES_MAX;

use super::{External, content, limits::Check};
use crate::{Call, CallOptions, Effect, Error};

pub use wecom_core::message::SendWelcomeMsg;

const SEND_WELCOME_MSG: &str = "externalcontact/send_welcome_msg";

impl External {
    /// Sends the welcome in the employee's name (`send_welcome_msg`; document 92599).
    ///
    /// Its `welcome_code` comes with the event; it works for 20 seconds and once, also where several apps got one for
    /// the same add. The limits of the content stand at [`message`](wecom_core::message).
    ///
    /// # Errors
    ///
    /// 41050 when the code no longer works, 41051 when somebody's welcome was sent already, 41096 while another app is
    /// sending. Where [`Error::lost`] is true the welcome may have been sent: one try more is right, and 41051 then says
    /// that it was. [`Error::Argument`] when the code is absent, when there is neither text nor attachment, or when a
    /// limit is broken.
    pub async fn send_welcome_msg(
        &self,
        welcome: &SendWelcomeMsg,
        options: CallOptions,
    ) -> Result<(), Error> {
        let SendWelcomeMsg { welcome_code, text, attachments } = welcome;
        let check = Check::of(SEND_WELCOME_MSG).required("welcome_code", welcome_code);
        content::message(check, text.as_ref(), TEXT_BYTES_MAX, attachments).end()?;
        let call = Call::post(SEND_WELCOME_MSG, Effect::Once, welcome, options);
        self.done(call.hiding(welcome_code)).await
    }
}
