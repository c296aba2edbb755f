//! From which addresses WeCom calls back, as it says itself: asked for where the settings want callbacks from nowhere else.
//!
//! Until WeCom has said so everybody is let in, and if it does not answer what it said last holds: what proves that a callback is
//! WeCom's is its signature, and one that is turned away by mistake is lost.

use std::{net::IpAddr, sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use tracing::{info, warn};

use super::apps::Apps;
use crate::{network::Network, shutdown::Shutdown};
use wecom_client::CallOptions;
use wecom_core::clock::Clock;

/// How often WeCom is asked. It asks to do so once a day (page 92521), and addresses change without notice.
const ASKED_EVERY: Duration = Duration::from_hours(4);

/// The pause after nobody has answered.
const ASKED_AGAIN: Duration = Duration::from_secs(30);

/// So many networks are kept of an answer: WeCom has some dozens.
const NETWORKS_MAX: usize = 10_000;

/// What WeCom said last. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Callers(Arc<ArcSwapOption<Vec<Network>>>);

impl Callers {
    /// Whether WeCom calls back from this address, as far as is known.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.0.load().as_ref().is_none_or(|networks| networks.iter().any(|network| network.covers(address)))
    }

    /// Asks again and again until the process ends.
    pub async fn keep(self, apps: Apps, clock: Clock, shutdown: Shutdown) {
        let keep = async {
            loop {
                let pause = if self.ask(&apps).await { ASKED_EVERY } else { ASKED_AGAIN };
                clock.sleep(pause).await;
            }
        };
        tokio::select! {
            () = shutdown.begun() => {}
            () = keep => {}
        }
    }

    /// Asks in the name of one app after the other, as the answer is the same for all. Whether there is one.
    async fn ask(&self, apps: &Apps) -> bool {
        let mut why = String::from("there is no app");
        for app in apps.iter() {
            match app.client.getcallbackip(CallOptions::default()).await {
                Ok(said) => {
                    let networks: Vec<Network> =
                        said.iter().take(NETWORKS_MAX).filter_map(|network| network.parse().ok()).collect();
                    if !networks.is_empty() {
                        let left_out = said.len() - networks.len();
                        if left_out > 0 {
                            warn!(
                                "WeCom named {left_out} networks beside {} that could not be read, and callbacks from \
                                 them are refused",
                                networks.len()
                            );
                        }
                        self.take(networks);
                        return true;
                    }
                    "WeCom named none".clone_into(&mut why);
                }
                Err(error) => why = error.message(),
            }
        }
        let holds = if self.0.load().is_some() {
            "those that it named last hold"
        } else {
            "until it does, callbacks are taken from anywhere"
        };
        warn!("WeCom did not say from which addresses it calls back ({why}); {holds}");
        false
    }

    fn take(&self, networks: Vec<Network>) {
        let is_new = self.0.load().as_ref().is_none_or(|known| **known != networks);
        if is_new {
            info!(
                "WeCom calls back from {} networks, and callbacks from elsewhere are refused",
                networks.len()
            );
            self.0.store(Some(Arc::new(networks)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_let_in_until_wecom_has_said_who_it_is() {
        let callers = Callers::default();
        let admits = |address: &str| callers.admits(address.parse().unwrap());
        assert!(admits("6.6.6.6"));
        callers.take(vec!["101.226.0.0/16".parse().unwrap(), "2402:4e00::/32".parse().unwrap()]);
        assert!(admits("101.226.1.2") && admits("::ffff:101.226.1.2") && admits("2402:4e00::7"));
        assert!(!admits("6.6.6.6") && !admits("2402:4e01::7"));
    }
}
