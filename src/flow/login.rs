//! Logging in by WeCom: the page that people are sent to, and who it is that comes back from there.

use std::time::Duration;

use tracing::warn;
use url::Url;

use crate::{known::apps::WecomApp, language::Language, telemetry::chain};
use wecom_client::{CallOptions, LOGIN_PATH};
use wecom_core::Class;

/// How long WeCom is waited for: somebody looks at the page meanwhile.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// Why it is not known who has logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotIdentified {
    /// WeCom does not take the code: it was used, is too old, or is none of its own.
    Refused,
    /// WeCom could not be asked; the log says why.
    NotAsked,
    /// It is no employee of the corp.
    Stranger,
}

/// WeCom's login page for this app (page 98152), from which the browser comes back to `redirect_uri`.
pub fn login_page(
    base: &str,
    app: &WecomApp,
    agent_id: i64,
    redirect_uri: &str,
    state: &str,
    language: Language,
) -> Option<String> {
    let agent_id = agent_id.to_string();
    let pairs = [
        ("login_type", "CorpApp"),
        ("appid", app.corp_id.as_str()),
        ("agentid", agent_id.as_str()),
        ("redirect_uri", redirect_uri),
        ("state", state),
        ("lang", language.as_str()),
    ];
    Url::parse_with_params(&format!("{base}{LOGIN_PATH}"), pairs).ok().map(Into::into)
}

/// The userid of whoever has logged in with this code, as WeCom says. Why it does not, the log says and whoever came does not
/// learn: it may be anybody.
pub async fn identify(app: &WecomApp, code: &str) -> Result<String, NotIdentified> {
    let answer = app.client.getuserinfo(code, CallOptions::within(ANSWER_WITHIN)).await;
    match answer {
        Ok(who) => who.userid.filter(|userid| !userid.is_empty()).ok_or(NotIdentified::Stranger),
        Err(error) => {
            let refused = matches!(error, wecom_client::Error::Argument { .. })
                || (error.errcode().is_some() && error.class() == Class::Refused);
            warn!("WeCom did not say who has logged in, by the app {}: {}", app.name, chain(&error));
            Err(if refused { NotIdentified::Refused } else { NotIdentified::NotAsked })
        }
    }
}
