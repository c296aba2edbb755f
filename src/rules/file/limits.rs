//! How long names of rules and the texts of remarks and notices may be. The limits of welcomes are in
//! [`action::message`](wecom_core::message).

/// Characters in the name of a rule, which stands in tables and log lines.
pub(crate) const RULE_NAME_CHARACTERS_MAX: usize = 64;
/// Characters in a remark's name (page 92115).
pub(crate) const REMARK_NAME_CHARACTERS_MAX: usize = 20;
/// Characters in a remark's description (page 92115).
pub(crate) const REMARK_DESCRIPTION_CHARACTERS_MAX: usize = 150;
/// Characters in a remark's company (page 92115).
pub(crate) const REMARK_COMPANY_CHARACTERS_MAX: usize = 20;
/// Bytes of UTF-8 in the text of a notice, which is an app message.
pub(crate) const NOTICE_BYTES_MAX: usize = wecom_core::message::APP_TEXT_BYTES_MAX;
