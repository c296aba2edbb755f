//! From which addresses WeCom calls back, as it says itself: asked for where the settings want callbacks from nowhere else.
//!
//! Until WeCom has said so everybody is let in, and if it does not answer what it said last holds: what proves that a callback is
//! WeCom's is its signature, and one that is turned away by mistake is lost.

use std::{net::IpAddr, sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use tracing::{info, warn};

use super::apps::Apps;
use crate::{network::Network, shutdown::Shutdown, telemetry::Lasting};
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
            let trouble = Lasting::default();
            loop {
                let answer = ask(&apps).await;
                let heard = self.hear(answer, &trouble);
                self.log(&heard);
                let pause = if heard.is_an_answer() { ASKED_EVERY } else { ASKED_AGAIN };
                clock.sleep(pause).await;
            }
        };
        tokio::select! {
            () = shutdown.begun() => {}
            () = keep => {}
        }
    }

    /// Takes an answer, or holds on to the one before.
    fn hear(&self, answer: Result<Answer, String>, trouble: &Lasting) -> Heard {
        match answer {
            Ok(Answer { networks, left_out }) => {
                let is_back = trouble.ends();
                let count = networks.len();
                let is_new = self.0.load().as_ref().is_none_or(|known| **known != networks);
                if is_new {
                    self.0.store(Some(Arc::new(networks)));
                }
                Heard::Answer { new: is_new.then_some((count, left_out)), is_back }
            }
            Err(why) if trouble.begins() => Heard::Trouble(why),
            Err(_) => Heard::TroubleStill,
        }
    }

    /// What is new is told, and nothing else: WeCom may be away for hours.
    fn log(&self, heard: &Heard) {
        match heard {
            Heard::Answer { new, is_back } => {
                if *is_back {
                    info!("WeCom answers, and says from which addresses it calls back");
                }
                let Some((count, left_out)) = new else { return };
                info!("WeCom calls back from {count} networks, and callbacks from elsewhere are refused");
                if *left_out > 0 {
                    warn!(
                        "WeCom named {left_out} networks beside {count} that could not be read, and callbacks from \
                         them are refused"
                    );
                }
            }
            Heard::Trouble(why) => {
                let holds = if self.0.load().is_some() {
                    "those that it named last hold"
                } else {
                    "until it does, callbacks are taken from anywhere"
                };
                warn!(
                    "WeCom did not say from which addresses it calls back ({why}); {holds}. It is asked every \
                     {ASKED_AGAIN:?} until it does"
                );
            }
            Heard::TroubleStill => {}
        }
    }
}

/// What WeCom said.
#[derive(Debug)]
struct Answer {
    networks: Vec<Network>,
    /// How many could not be read.
    left_out: usize,
}

/// What was heard of WeCom.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// It has answered.
    Answer {
        /// How many networks there are now, and how many could not be read; none if they are the ones before.
        new: Option<(usize, usize)>,
        /// It had not answered before.
        is_back: bool,
    },
    /// It does not answer, and did before.
    Trouble(String),
    /// It still does not.
    TroubleStill,
}

impl Heard {
    fn is_an_answer(&self) -> bool {
        matches!(self, Self::Answer { .. })
    }
}

/// Asks in the name of one app after the other, as the answer is the same for all. Why there is none.
async fn ask(apps: &Apps) -> Result<Answer, String> {
    let mut why = String::from("there is no app");
    for app in apps.iter() {
        match app.client.getcallbackip(CallOptions::default()).await {
            Ok(said) => {
                let networks: Vec<Network> =
                    said.iter().take(NETWORKS_MAX).filter_map(|network| network.parse().ok()).collect();
                if !networks.is_empty() {
                    let left_out = said.len() - networks.len();
                    return Ok(Answer { networks, left_out });
                }
                "WeCom named none".clone_into(&mut why);
            }
            Err(error) => why = error.message(),
        }
    }
    Err(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(networks: &[&str]) -> Answer {
        Answer { networks: networks.iter().map(|network| network.parse().unwrap()).collect(), left_out: 0 }
    }

    /// WeCom may be away for hours, and is asked twice a minute.
    #[test]
    fn trouble_is_told_once_and_so_is_its_end() {
        let (callers, trouble) = (Callers::default(), Lasting::default());
        let hear = |answer: Result<Answer, &str>| callers.hear(answer.map_err(str::to_owned), &trouble);
        let known = |new, is_back| Heard::Answer { new, is_back };
        assert_eq!(hear(Err("no route")), Heard::Trouble("no route".to_owned()));
        for _ in 0..3 {
            assert_eq!(hear(Err("no route")), Heard::TroubleStill);
        }
        assert_eq!(hear(Ok(answer(&["101.226.0.0/16"]))), known(Some((1, 0)), true));
        assert_eq!(hear(Ok(answer(&["101.226.0.0/16"]))), known(None, false), "nothing is new");
        assert_eq!(hear(Err("60020")), Heard::Trouble("60020".to_owned()), "it begins again");
        assert!(!callers.admits("6.6.6.6".parse().unwrap()), "what was named last holds");
        assert_eq!(hear(Err("no route")), Heard::TroubleStill);
        let more = Answer { left_out: 2, ..answer(&["101.226.0.0/16", "101.227.0.0/16"]) };
        assert_eq!(hear(Ok(more)), known(Some((2, 2)), true));
    }

    #[test]
    fn everybody_is_let_in_until_wecom_has_said_who_it_is() {
        let callers = Callers::default();
        let admits = |address: &str| callers.admits(address.parse().unwrap());
        assert!(admits("6.6.6.6"));
        callers.hear(Ok(answer(&["101.226.0.0/16", "2402:4e00::/32"])), &Lasting::default());
        assert!(admits("101.226.1.2") && admits("::ffff:101.226.1.2") && admits("2402:4e00::7"));
        assert!(!admits("6.6.6.6") && !admits("2402:4e01::7"));
    }
}
