//! The welcome that a newly added customer gets.

use wecom_core::message::TEXT_BYTES_MAX;

use super::{External, content};
use crate::client::{Call, CallOptions, Done, Effect, Endpoint, Error, limits::Check};

pub use wecom_core::message::SendWelcomeMsg;

const SEND_WELCOME_MSG: Endpoint =
    Endpoint::post("externalcontact/send_welcome_msg", Effect::Once).page(92599);

impl External {
    /// How [`External::send_welcome_msg`] asks, for whoever names the call without making it.
    pub const SEND_WELCOME_MSG: Endpoint = SEND_WELCOME_MSG;

    /// Sends the welcome in the employee's name (`send_welcome_msg`; page 92599).
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
    ) -> Result<Done, Error> {
        let SendWelcomeMsg { welcome_code, text, attachments } = welcome;
        let check = Check::of(SEND_WELCOME_MSG).required("welcome_code", welcome_code);
        content::message(check, text.as_ref(), TEXT_BYTES_MAX, attachments).end()?;
        let call = Call::new(SEND_WELCOME_MSG, options).json(welcome);
        self.client.call(call.hiding(welcome_code)).await
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{SEND_WELCOME_MSG, TEXT_BYTES_MAX};
    use crate::contact::content::rows::ATTACHMENTS;
    use crate::method::{Method, content, formatcp, rust, text};

    pub(crate) const METHODS: &[Method] =
        &[Method::of(SEND_WELCOME_MSG, rust!(external.send_welcome_msg, |given| &given.whole()?))
            .is("Send a new customer the welcome, within 20 seconds of the add")
            .wxjava(&["sendWelcomeMsg"])
            .takes(&[
                text("welcome_code", "What came with the event; works once, for 20 seconds").required(),
                content("text", formatcp!("The text, at most {TEXT_BYTES_MAX} bytes of UTF-8")),
                ATTACHMENTS,
            ])
            .like("--welcome-code hX3cPq7Vd2mN8sK1tR5yB9wJ4fG6aL0z --text 您好")];
}
