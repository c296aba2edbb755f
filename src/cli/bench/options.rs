//! What a run is asked to be.

use std::{net::SocketAddr, time::Duration};

use reqwest::Url;

use super::wecom::Manner;
use crate::cli::{simulate, words::arguments::Wrong};

/// More than this no single machine sends, and it keeps the callbacks that are sealed ahead in memory.
const RATE_MAX: u32 = 100_000;

/// At most so many callbacks are sealed ahead, of about a kilobyte each.
pub(super) const CUSTOMERS_MAX: u32 = 500_000;

/// A connection takes a file on both sides.
const CONNECTIONS_MAX: u16 = 4_096;

/// An hour.
const SECONDS_MAX: u32 = 3_600;

/// What the pages and the rules of the program are made for, and ten times more.
const RULES_MAX: u32 = 10_000;

/// A few gigabytes of database.
const STORED_MAX: u64 = 20_000_000;

#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct Options {
    /// Send so many callbacks a second, whatever becomes of those before (open loop) [default: 200]
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(super) rate: Option<f64>,
    /// Send the next callback as soon as the last is answered (closed loop), beside a bare handler
    #[arg(long)]
    pub(super) flat_out: bool,
    /// Over how many connections
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=i64::from(CONNECTIONS_MAX)))]
    pub(super) connections: u16,
    /// For how many seconds
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=i64::from(SECONDS_MAX)))]
    pub(super) seconds: u32,
    /// End after so many customers at the latest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(CUSTOMERS_MAX)))]
    pub(super) customers: Option<u32>,
    /// How many rules there are; the last is for everybody, without any (0) nobody is greeted [default: 1, and 0 with --flat-out]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(RULES_MAX)))]
    pub(super) rules: Option<u32>,
    /// How many events are stored before the first callback comes
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=STORED_MAX))]
    pub(super) stored: u64,
    /// Send to a server that runs already, with the credentials of --app
    #[arg(long, value_name = "URL", value_parser = url, conflicts_with = "stored")]
    pub(super) url: Option<Url>,
    /// With --url: the app of the settings whose callback it is
    #[arg(long, value_name = "NAME", requires = "url")]
    pub(super) app: Option<String>,
    /// How long each answer of the simulated WeCom takes, in milliseconds: 80, or 50-150
    #[arg(long, value_name = "MS", default_value = "0", help_heading = "WeCom", value_parser = simulate::latency)]
    pub(super) latency: (Duration, Duration),
    /// The share of calls that it refuses (45033) whatever is under way, as where other systems call too: 11%
    #[arg(long, value_name = "SHARE", default_value = "0%", help_heading = "WeCom", value_parser = share)]
    pub(super) refuse: f64,
    /// The share of calls that it fails at (-1, system busy)
    #[arg(long, value_name = "SHARE", default_value = "0%", help_heading = "WeCom", value_parser = share)]
    pub(super) fail: f64,
    /// How many calls it takes at once, of all methods together; 45033 beyond
    #[arg(long, value_name = "N", help_heading = "WeCom", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) at_once: Option<u32>,
    /// How many calls it takes at once of each method for itself; 45033 beyond
    #[arg(long, value_name = "N", help_heading = "WeCom", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) at_once_of_each: Option<u32>,
    /// With --url: where it listens, for a server whose WECOM_API_BASE is this address
    #[arg(long, value_name = "ADDRESS", help_heading = "WeCom", requires = "url", value_parser = simulate::address)]
    pub(super) wecom_listen: Option<SocketAddr>,
}

impl Options {
    pub(super) fn manner(&self) -> Manner {
        Manner {
            latency: self.latency,
            refuse: self.refuse,
            fail: self.fail,
            at_once: self.at_once,
            at_once_of_each: self.at_once_of_each,
        }
    }
}

/// A number of callbacks a second.
fn rate(text: &str) -> Result<f64, Wrong> {
    let rate = text.parse::<f64>().ok().filter(|rate| *rate > 0.0 && *rate <= f64::from(RATE_MAX));
    rate.ok_or(Wrong::NoRate { most: RATE_MAX })
}

/// A share of all calls: `11%` or `0.11`.
fn share(text: &str) -> Result<f64, Wrong> {
    let (number, of) = match text.trim().strip_suffix(['%', '％']) {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share = number.trim().parse::<f64>().ok().map(|number| number / of);
    share.filter(|share| (0.0..=1.0).contains(share)).ok_or(Wrong::NoShare)
}

/// Where callbacks are posted, by plain HTTP: TLS would be measured with it.
fn url(text: &str) -> Result<Url, Wrong> {
    let url = wecom_simulator::callback_url(text).ok().filter(|url| url.scheme() == "http");
    url.ok_or(Wrong::NoPlainUrl)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("11%", Ok(0.11))]
    #[case("0.11", Ok(0.11))]
    #[case("0", Ok(0.0))]
    #[case("100 %", Ok(1.0))]
    #[case("5％", Ok(0.05))]
    #[case("11", Err(Wrong::NoShare))]
    #[case("101%", Err(Wrong::NoShare))]
    #[case("-1%", Err(Wrong::NoShare))]
    #[case("NaN", Err(Wrong::NoShare))]
    #[case("many", Err(Wrong::NoShare))]
    #[case("", Err(Wrong::NoShare))]
    fn a_share_is_a_percentage_or_a_fraction(#[case] text: &str, #[case] right: Result<f64, Wrong>) {
        assert_eq!(share(text), right);
    }

    #[rstest]
    #[case("200", true)]
    #[case("0.5", true)]
    #[case("0", false)]
    #[case("-3", false)]
    #[case("inf", false)]
    #[case("NaN", false)]
    #[case("fast", false)]
    fn a_rate_is_above_nothing_and_has_an_end(#[case] text: &str, #[case] is_one: bool) {
        assert_eq!(rate(text).is_ok(), is_one);
    }

    #[test]
    fn callbacks_are_posted_by_plain_http() {
        assert!(url("http://127.0.0.1:8080/callback/default").is_ok());
        for wrong in ["https://greeter.example.com/callback/default", "127.0.0.1:8080", "ftp://x/"] {
            assert_eq!(url(wrong), Err(Wrong::NoPlainUrl), "{wrong}");
        }
    }
}
