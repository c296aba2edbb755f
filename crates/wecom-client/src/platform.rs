//! What belongs to no family: the token itself, and the addresses of the platform.

use std::fmt;

use secrecy::SecretString;
use serde::Deserialize;

use crate::client::{Call, CallOptions, Client, Endpoint, Error, GETCALLBACKIP, GETTOKEN, values};

const GET_API_DOMAIN_IP: Endpoint = Endpoint::get("get_api_domain_ip").page(92520);

/// An access token as WeCom hands it out; see [`Client::gettoken`].
pub struct AccessToken {
    /// The token. Whoever has it can do all that the app can.
    pub access_token: SecretString,
    /// For how long it works, in seconds: 7,200 as a rule.
    pub expires_in: Option<i64>,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

impl Client {
    /// Asks WeCom for an access token (`gettoken`; page 91039). The client gets and renews its own by itself: this
    /// is for those who want to try a secret, or to hand a token to something else. While one is valid WeCom gives the
    /// same again. Not to be asked often: 45009 bars the machine's address for an hour.
    ///
    /// # Errors
    ///
    /// 40001 and 40091 for the secret, 40013 for the corp id, 60020 for the machine's address, 50003 when the app is
    /// switched off.
    pub async fn gettoken(&self, options: CallOptions) -> Result<AccessToken, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            access_token: String,
            #[serde(default, deserialize_with = "values::integer")]
            expires_in: Option<i64>,
        }
        let call = Call::new(GETTOKEN, options).by_secret().errcode_may_lack();
        let Answer { access_token, expires_in } = self.call(call).await?;
        Ok(AccessToken { access_token: access_token.into(), expires_in })
    }

    /// The addresses from which callbacks come (`getcallbackip`; page 92521): single ones, with a `*`, or ranges.
    /// For a firewall, to be asked once a day; what proves that a callback is WeCom's is its signature.
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn getcallbackip(&self, options: CallOptions) -> Result<Vec<String>, Error> {
        self.ip_list(GETCALLBACKIP, options).await
    }

    /// The addresses at which the API is (`get_api_domain_ip`; page 92520), for a firewall that lets nothing else
    /// out.
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn get_api_domain_ip(&self, options: CallOptions) -> Result<Vec<String>, Error> {
        self.ip_list(GET_API_DOMAIN_IP, options).await
    }

    async fn ip_list(&self, endpoint: Endpoint, options: CallOptions) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::texts")]
            ip_list: Option<Vec<String>>,
        }
        // Two other clients, independent of each other, have recorded an answer without an errcode.
        let Answer { ip_list } = self.call(Call::new(endpoint, options).errcode_may_lack()).await?;
        Ok(ip_list.unwrap_or_default())
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{GET_API_DOMAIN_IP, GETCALLBACKIP, GETTOKEN};
    use secrecy::ExposeSecret as _;

    use crate::method::{Answers, Method, Rust, rust, shown};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(
            GETTOKEN,
            Rust {
                name: stringify!(gettoken),
                call: |client, _, options| {
                    Box::pin(async move {
                        let token = client.gettoken(options).await?;
                        let value = token.access_token.expose_secret();
                        shown(serde_json::json!({"access_token": value, "expires_in": token.expires_in}))
                    })
                },
            },
        )
        .is("Get an access token. It is printed: whoever reads it can do what the app can")
        .answers(Answers::Token),
        Method::of(GETCALLBACKIP, rust!(getcallbackip))
            .is("List the addresses from which callbacks come")
            .lists("ip_list"),
        Method::of(GET_API_DOMAIN_IP, rust!(get_api_domain_ip))
            .is("List the addresses at which the API is")
            .lists("ip_list"),
    ];
}
