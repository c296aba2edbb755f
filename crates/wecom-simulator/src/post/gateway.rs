//! What stands between WeCom and the callback URL while something is wrong there: requests are passed on from it.

use std::time::Duration;

use reqwest::{Method, Url};

use super::{
    Desk, Post,
    exchange::{self, NoAnswer},
};

/// The callback URL has so long to answer the gateway: longer than WeCom waits, so that WeCom is the first to give up.
const PASSED_ON_WITHIN: Duration = Duration::from_secs(10);

impl Desk {
    /// Where events are posted and the check goes: the callback URL, or the gateway before it while that is in the way.
    pub(super) fn target(&self) -> Option<Url> {
        let callback = self.callback.as_ref()?;
        let Some(gateway) = self.gateway.as_ref().filter(|_| self.is_disturbed) else {
            return Some(callback.clone());
        };
        Some(behind(gateway, callback))
    }

    /// The callback URL as it is reached by the gateway at this address.
    pub(crate) fn through(&self, gateway: &Url) -> Url {
        self.callback.as_ref().map_or_else(|| gateway.clone(), |callback| behind(gateway, callback))
    }
}

/// The path of the callback URL below that of the gateway.
fn behind(gateway: &Url, callback: &Url) -> Url {
    let mut url = gateway.clone();
    url.set_path(&format!("{}{}", gateway.path(), callback.path()));
    url.set_query(callback.query());
    url
}

impl Post {
    /// Passes a request on to the host of the callback URL: its status with the beginning of its body, or why there is no
    /// answer. `None`: there is no callback URL.
    pub(crate) async fn pass_on(
        &self,
        method: Method,
        (path, query): (&str, &str),
        body: Vec<u8>,
    ) -> Option<Result<(u16, Vec<u8>), NoAnswer>> {
        let mut url = self.desk().callback.clone()?;
        url.set_path(path);
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        let request = self.http.request(method, url).header("Content-Type", "text/xml").body(body);
        Some(exchange::send(request, PASSED_ON_WITHIN).await.answer)
    }
}
