//! Who has logged in by WeCom (企业微信登录): the code that a browser brings back is exchanged for an id.
//!
//! A page sends the browser to [`LOGIN_PATH`] of [`DEFAULT_LOGIN_BASE`]; once its user has scanned the code there and
//! agreed, WeCom sends the browser back to the page with a `code`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{Call, CallOptions, Client, Effect, Endpoint, Error, limits::Check, values};

/// The code works once, so asking twice is refused: no question that only reads.
const GETUSERINFO: Endpoint =
    Endpoint { effect: Effect::Once, ..Endpoint::get("auth/getuserinfo").page(98176) };

/// Where WeCom's own login page is (page 98152).
pub const DEFAULT_LOGIN_BASE: &str = "https://login.work.weixin.qq.com";

/// The login page below its base; it takes `login_type=CorpApp`, `appid` (the corp id), `agentid`, `redirect_uri`, `state`
/// and `lang` (`zh`, `en`).
pub const LOGIN_PATH: &str = "/wwlogin/sso/login";

/// The longest code (page 98176).
const CODE_BYTES_MAX: usize = 512;

impl Client {
    /// Who has logged in with this code (`auth/getuserinfo`; page 98176). A code works once and for five minutes.
    ///
    /// # Errors
    ///
    /// 40029 when the code is wrong, was used or is too old; 50001 when the address that it was brought back to is not in
    /// the app's domain (授权回调域, 可信域名). [`Error::Argument`] for a code that is empty or longer than WeCom's.
    pub async fn getuserinfo(&self, code: &str, options: CallOptions) -> Result<UserInfo, Error> {
        Check::of(GETUSERINFO).required("code", code).bytes("code", Some(code), CODE_BYTES_MAX).end()?;
        self.call(Call::new(GETUSERINFO, options).query("code", code).hiding(code)).await
    }
}

/// Who has logged in; see [`Client::getuserinfo`]. Either an employee of the corp, or somebody else.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserInfo {
    /// The employee's userid.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// Of somebody who is no employee of the corp: who it is to this app.
    #[serde(deserialize_with = "values::text")]
    pub openid: Option<String>,
    /// Of a customer who has a relation to an employee.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// By which more of an employee can be read, where the employee has agreed to that.
    #[serde(deserialize_with = "values::text")]
    pub user_ticket: Option<String>,
}

impl fmt::Debug for UserInfo {
    /// Without the ticket, which opens an employee's particulars.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo").field("userid", &self.userid).finish_non_exhaustive()
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{CODE_BYTES_MAX, GETUSERINFO};
    use crate::method::{Method, Rust, formatcp, shown, text};

    pub(crate) const METHODS: &[Method] = &[Method::of(
        GETUSERINFO,
        Rust {
            name: stringify!(getuserinfo),
            call: |client, given, options| {
                Box::pin(async move { shown(client.getuserinfo(given.text("code"), options).await?) })
            },
        },
    )
    .is("Exchange the code of a login by WeCom for the employee's userid")
    .takes(&[text(
        "code",
        formatcp!(
            "What the browser brought back, at most {CODE_BYTES_MAX} bytes; works once, for five minutes"
        ),
    )
    .required()])
    .like("--code K2bQz7cVd9")];
}
