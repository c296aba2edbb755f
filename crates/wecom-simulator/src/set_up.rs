//! What is wrong with the company's set-up until it is mended: what whoever sets up an app gets wrong, or finds in the way.
//!
//! A [`Fault`](crate::Fault) befalls single calls. These last, each has a name, and none needs an errcode to be known: they
//! are there to see what an app's own diagnosis makes of them.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

/// Something that is wrong with the set-up. As JSON `{"name": "untrusted_address"}`, with the fields that the variant has where
/// they are to be other than usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
pub enum SetUpFault {
    /// The app's server is not among the trusted addresses (企业可信IP): all methods but `gettoken` refuse (60020), and
    /// name the address from which WeCom saw the call come.
    UntrustedAddress {
        /// That address.
        #[serde(default = "usual_address")]
        address: IpAddr,
    },
    /// The app is not among those that may call customer contact (可调用接口的应用): its methods refuse (48002).
    NoRight {
        /// Only this method refuses; none: all below `externalcontact/`.
        #[serde(default)]
        method: Option<String>,
    },
    /// The members are outside of what the app may see (可见范围): what is asked about them is refused (60011).
    NotInRange {},
    /// The range is there, and nobody in it may use customer contact: the list of members is empty.
    NobodyInRange {},
    /// WeCom's clock, as the `Date` of its answers shows it, differs from everybody else's: what a wrong clock of the app's
    /// server looks like from there. Nothing happens earlier or later.
    WrongClock {
        /// By how much WeCom's is ahead; below 0: behind.
        #[serde(default = "usual_seconds")]
        seconds: i64,
    },
    /// The statistics count new customers of whom no callback told.
    StatisticsDisagree {
        /// So many more each day.
        #[serde(default = "usual_more")]
        more: u64,
    },
    /// A welcome is set for the member in the console: events of adds carry no welcome code.
    NoWelcomeCodes {
        /// Only this member; none: all.
        #[serde(default)]
        employee: Option<String>,
    },
    /// What stands between WeCom and the callback URL answers late.
    CallbackSlow {
        /// So much later, in milliseconds.
        #[serde(default = "usual_delay")]
        delay_ms: u64,
    },
    /// It changes the answer.
    CallbackWrong {
        /// How.
        #[serde(default)]
        answer: WrongAnswer,
    },
    /// It cuts the connection instead of answering. What was sent has arrived.
    CallbackCut {},
    /// It answers with a page of its own, as a login or a firewall does. Nothing arrives.
    CallbackPage {},
    /// It knows no path with a slash at its end.
    CallbackSlash {},
    /// The gateway's certificate is signed by itself.
    CertificateSelfSigned {},
    /// It ends soon.
    CertificateEnding {
        /// In so many days.
        #[serde(default = "usual_days")]
        days: u16,
    },
    /// It has ended.
    CertificateExpired {},
    /// It is for another name.
    CertificateOtherName {},
}

/// What the callback URL's answer is made to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongAnswer {
    /// With a line break behind it.
    #[default]
    Newline,
    /// With a byte order mark before it.
    Bom,
    /// In quotes, as JSON.
    Quotes,
    /// Something else.
    Other,
}

/// An address of those that stand in examples (RFC 5737).
fn usual_address() -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7))
}

fn usual_seconds() -> i64 {
    60
}

fn usual_more() -> u64 {
    3
}

fn usual_delay() -> u64 {
    1_500
}

fn usual_days() -> u16 {
    5
}

/// The most of what a fault may be asked for: a day for a clock, a million customers, ten minutes of waiting, ten years of a
/// certificate. More would say nothing else.
const SECONDS_MAX: u64 = 86_400;
const MORE_MAX: u64 = 1_000_000;
const DELAY_MS_MAX: u64 = 600_000;
const DAYS_MAX: u16 = 3_650;

impl SetUpFault {
    /// All names.
    pub const NAMES: [&str; 16] = [
        "untrusted_address",
        "no_right",
        "not_in_range",
        "nobody_in_range",
        "wrong_clock",
        "statistics_disagree",
        "no_welcome_codes",
        "callback_slow",
        "callback_wrong",
        "callback_cut",
        "callback_page",
        "callback_slash",
        "certificate_self_signed",
        "certificate_ending",
        "certificate_expired",
        "certificate_other_name",
    ];

    /// The fault of that name, as it usually is.
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::json!({ "name": name })).ok()
    }

    /// What may be one at a time only: the same thing, or another certificate.
    fn replaces(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            || (self.is_of_certificate() && other.is_of_certificate())
    }

    /// Whether it is about what stands before the callback URL.
    fn is_of_callback(&self) -> bool {
        matches!(
            self,
            Self::CallbackSlow { .. }
                | Self::CallbackWrong { .. }
                | Self::CallbackCut {}
                | Self::CallbackPage {}
                | Self::CallbackSlash {}
        )
    }

    /// Whether it is about the gateway's certificate.
    pub(crate) fn is_of_certificate(&self) -> bool {
        matches!(
            self,
            Self::CertificateSelfSigned {}
                | Self::CertificateEnding { .. }
                | Self::CertificateExpired {}
                | Self::CertificateOtherName {}
        )
    }

    /// Refuses what is out of bounds, in words that say what to do.
    pub(crate) fn check<'a>(&self, mut known: impl Iterator<Item = &'a str>) -> Result<(), String> {
        match self {
            Self::NoRight { method: Some(method) } if !known.any(|path| path == method) => Err(format!(
                "no method {method:?} is answered here: give its path below /cgi-bin/, externalcontact/mark_tag say"
            )),
            Self::WrongClock { seconds } if seconds.unsigned_abs() > SECONDS_MAX => {
                Err(format!("`seconds` is at most {SECONDS_MAX}, either way"))
            }
            Self::StatisticsDisagree { more } if *more > MORE_MAX => {
                Err(format!("`more` is at most {MORE_MAX}"))
            }
            Self::CallbackSlow { delay_ms } if *delay_ms > DELAY_MS_MAX => {
                Err(format!("`delay_ms` is at most {DELAY_MS_MAX}"))
            }
            Self::CertificateEnding { days } if *days > DAYS_MAX => {
                Err(format!("`days` is at most {DAYS_MAX}"))
            }
            _ => Ok(()),
        }
    }
}

/// All that is wrong with the set-up; a name once.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct SetUp(Vec<SetUpFault>);

impl SetUp {
    /// Puts a fault in, in place of one that it replaces.
    pub(crate) fn put(&mut self, fault: SetUpFault) {
        self.0.retain(|there| !fault.replaces(there));
        self.0.push(fault);
    }

    /// All is well again.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The code with which a method refuses, if it does.
    pub(crate) fn refusal(&self, path: &str) -> Option<i64> {
        self.0.iter().find_map(|fault| match fault {
            SetUpFault::UntrustedAddress { .. } if path != "gettoken" => Some(60020),
            SetUpFault::NoRight { method: Some(method) } if method == path => Some(48002),
            SetUpFault::NoRight { method: None } if path.starts_with("externalcontact/") => Some(48002),
            SetUpFault::NotInRange {} if is_of_members(path) => Some(60011),
            _ => None,
        })
    }

    /// From where WeCom sees calls come, where that is not the caller's own address.
    pub(crate) fn seen_from(&self) -> Option<IpAddr> {
        self.0.iter().find_map(|fault| match fault {
            SetUpFault::UntrustedAddress { address } => Some(*address),
            _ => None,
        })
    }

    /// By how many seconds WeCom's clock is ahead in the `Date` of its answers.
    pub(crate) fn ahead_s(&self) -> i64 {
        self.0.iter().fold(0, |sum, fault| match fault {
            SetUpFault::WrongClock { seconds } => sum + seconds,
            _ => sum,
        })
    }

    /// How many new customers a day the statistics have too many.
    pub(crate) fn more_customers(&self) -> u64 {
        self.0.iter().fold(0, |sum, fault| match fault {
            SetUpFault::StatisticsDisagree { more } => sum + more,
            _ => sum,
        })
    }

    pub(crate) fn nobody_in_range(&self) -> bool {
        self.0.contains(&SetUpFault::NobodyInRange {})
    }

    /// Whether events of this member's adds carry a welcome code.
    pub(crate) fn gives_codes_to(&self, userid: &str) -> bool {
        !self.0.iter().any(|fault| match fault {
            SetUpFault::NoWelcomeCodes { employee: Some(employee) } => employee.eq_ignore_ascii_case(userid),
            SetUpFault::NoWelcomeCodes { employee: None } => true,
            _ => false,
        })
    }

    /// What is wrong before the callback URL.
    pub(crate) fn of_callback(&self) -> impl Iterator<Item = &SetUpFault> {
        self.0.iter().filter(|fault| fault.is_of_callback())
    }

    /// What is wrong with the gateway's certificate.
    pub(crate) fn of_certificate(&self) -> Option<&SetUpFault> {
        self.0.iter().find(|fault| fault.is_of_certificate())
    }
}

/// Whether a method says something of members whom the app must see.
fn is_of_members(path: &str) -> bool {
    matches!(
        path,
        "externalcontact/get_follow_user_list" | "externalcontact/get_user_behavior_data" | "user/get"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_a_fault_and_the_last_of_a_kind_holds() {
        let mut set_up = SetUp::default();
        for name in SetUpFault::NAMES {
            let fault = SetUpFault::named(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(serde_json::to_value(&fault).unwrap()["name"], name);
            set_up.put(fault.clone());
            set_up.put(fault);
        }
        // Of certificates the last one only.
        assert_eq!(set_up.0.len(), SetUpFault::NAMES.len() - 3);
        assert_eq!(set_up.of_certificate(), Some(&SetUpFault::CertificateOtherName {}));
        assert_eq!(SetUpFault::named("nothing"), None);
        set_up.clear();
        assert_eq!((set_up.0.len(), set_up.refusal("user/get")), (0, None));
    }

    #[test]
    fn a_method_refuses_for_what_concerns_it() {
        let refusal = |fault: SetUpFault, path: &str| {
            let mut set_up = SetUp::default();
            set_up.put(fault);
            set_up.refusal(path)
        };
        let untrusted = SetUpFault::named("untrusted_address").unwrap();
        assert_eq!(refusal(untrusted.clone(), "user/get"), Some(60020));
        assert_eq!(refusal(untrusted, "gettoken"), None);
        let no_right = SetUpFault::named("no_right").unwrap();
        assert_eq!(refusal(no_right.clone(), "externalcontact/mark_tag"), Some(48002));
        assert_eq!(refusal(no_right, "user/get"), None);
        let of_tags = SetUpFault::NoRight { method: Some("externalcontact/get_corp_tag_list".into()) };
        assert_eq!(refusal(of_tags.clone(), "externalcontact/get_corp_tag_list"), Some(48002));
        assert_eq!(refusal(of_tags, "externalcontact/mark_tag"), None);
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let known = || ["externalcontact/mark_tag"].into_iter();
        for fault in [
            SetUpFault::NoRight { method: Some("nothing".into()) },
            SetUpFault::WrongClock { seconds: i64::MIN },
            SetUpFault::StatisticsDisagree { more: u64::MAX },
            SetUpFault::CallbackSlow { delay_ms: u64::MAX },
            SetUpFault::CertificateEnding { days: u16::MAX },
        ] {
            assert!(fault.check(known()).is_err(), "{fault:?}");
        }
        for name in SetUpFault::NAMES {
            assert_eq!(SetUpFault::named(name).unwrap().check(known()), Ok(()), "{name}");
        }
    }
}
