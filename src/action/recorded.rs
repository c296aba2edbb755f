//! What the record says of a try that had no answer of WeCom's, of what was decided without an answer, and of whom a notice did
//! not reach. The record has English words, since programs and people of either language read it; each of them is written and
//! read back here, so that what is shown in another language hangs on no wording anywhere else.

use std::fmt;

/// What was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// The customer.
    Customer,
    /// What employee and customer have: when and how they met, tags.
    Relation,
    /// The employee.
    Employee,
    /// The company's departments.
    Departments,
    /// Earlier adds of the customer, in our own record.
    Earlier,
}

impl Lookup {
    const ALL: [Self; 5] = [Self::Customer, Self::Relation, Self::Employee, Self::Departments, Self::Earlier];

    /// In words that complete "looking up".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "the customer",
            Self::Relation => "what employee and customer have",
            Self::Employee => "the employee",
            Self::Departments => "the departments",
            Self::Earlier => "earlier adds",
        }
    }

    /// In Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Customer => "客户资料",
            Self::Relation => "员工和客户的关系",
            Self::Employee => "员工资料",
            Self::Departments => "部门",
            Self::Earlier => "以前的添加记录",
        }
    }
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares what a try without an answer is said with: what stands before the one thing that it is about, and behind it.
macro_rules! unanswered {
    ($($(#[doc = $doc:literal])* $variant:ident = $before:literal, $after:literal;)*) => {
        /// Why a try had no answer of WeCom's, with the one thing that it is about; where there is none, that is empty.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Unanswered<'a> {
            $($(#[doc = $doc])* $variant(&'a str),)*
            /// A look-up that the action needs had no answer; why, in the words of the others or of the client.
            LookingUp(Lookup, &'a str),
        }

        impl<'a> Unanswered<'a> {
            /// Reads what [`fmt::Display`] has written. `None`: other words, the client's, or of another version.
            pub fn read(text: &'a str) -> Option<Self> {
                if let Some(rest) = text.strip_prefix(LOOKING_UP) {
                    let (what, why) = rest.split_once(": ")?;
                    let what = Lookup::ALL.into_iter().find(|lookup| lookup.as_str() == what)?;
                    return Some(Self::LookingUp(what, why));
                }
                $(if let Some(about) = between(text, $before, $after) {
                    return Some(Self::$variant(about));
                })*
                None
            }
        }

        impl fmt::Display for Unanswered<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(about) => write!(f, "{}{about}{}", $before, $after),)*
                    Self::LookingUp(what, why) => write!(f, "{LOOKING_UP}{what}: {why}"),
                }
            }
        }
    };
}

const LOOKING_UP: &str = "looking up ";

/// What stands between the two; nothing may where one alone says all.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let about = text.strip_prefix(before)?.strip_suffix(after)?;
    (!after.is_empty() || about.is_empty() || before.ends_with(' ')).then_some(about)
}

unanswered! {
    /// The app of that name has no AgentId, in whose name messages are sent.
    NoAgentId = "app messages are sent in the name of an AgentId: set agent_id of the app `",
        "` in the settings (WECOM_AGENT_ID), restart, then `actions retry`";
    /// A variable with the key of a signature is not set; its name, and the rule that names it.
    NoSigningKey = "the environment variable ",
        " names for the signature, is not set: set it for the server, restart, then `actions retry`";
    /// The event could not be read from the record; why.
    EventUnreadable = "the event could not be read: ", "";
    /// The event carries no code.
    NoWelcomeCode = "the event carries no welcome_code", "";
    /// None of the tags is there.
    NoSuchTags = "the corp has none of these tags", "";
    /// A look-up was late; after how long.
    LookupLate = "there was no answer within ", "";
    /// The departments were late.
    DepartmentsLate = "they were not there in time", "";
    /// The event does not name whoever should be looked up.
    NobodyNamed = "the event does not name any", "";
    /// WeCom does not know yet that the two are contacts.
    NotListed = "WeCom does not list the employee among those who have the customer", "";
    /// The receiver of a forward answered with that status.
    ReceiverStatus = "the receiver answered with the status ", "";
    /// It did not answer; within how long.
    ReceiverSilent = "the receiver did not answer within ", "";
    /// It could not be reached; why.
    ReceiverAway = "the receiver could not be reached: ", "";
    /// Its address is inside a private network.
    ReceiverPrivate = "its address is inside a private network, where nothing is posted unless the setting forward.allow_private_networks is true", "";
    /// Its address is none that could be posted to; why.
    ReceiverAddress = "cannot post to it: ", "; mend the rule's `forward.url`";
}

const WITHOUT: &str = "decided without ";

/// What the rules were decided without, each with why. An employee who reads it knows what is missing.
pub fn decided_without<'a>(failed: impl IntoIterator<Item = (Lookup, &'a str)>) -> String {
    let named: Vec<String> = failed.into_iter().map(|(what, why)| format!("{what} ({why})")).collect();
    format!("{WITHOUT}{}", named.join(" and "))
}

/// Reads it back: what was missing, in the order of [`Lookup`]. Whatever stands before it in the same reason is no matter.
pub fn read_without(text: &str) -> Vec<Lookup> {
    let named = |lookup: &Lookup| {
        [WITHOUT, " and "].iter().any(|before| text.contains(&format!("{before}{lookup} (")))
    };
    Lookup::ALL.into_iter().filter(named).collect()
}

const NOT_TOLD: &str = "WeCom did not tell ";
const WHY_NOT_TOLD: &str = ": unknown, or outside of the app's visible range (可见范围)";

/// That a notice did not reach these, as the client lists them.
pub fn not_reached(whom: &str) -> String {
    format!("{NOT_TOLD}{whom}{WHY_NOT_TOLD}")
}

/// Reads it back: each kind of those whom it did not reach, with who they are.
pub fn read_not_reached(text: &str) -> Vec<(Unreached, &str)> {
    let whom =
        text.strip_prefix(NOT_TOLD).and_then(|rest| rest.strip_suffix(WHY_NOT_TOLD)).unwrap_or_default();
    whom.split("; ")
        .filter_map(|part| {
            Unreached::ALL
                .into_iter()
                .find_map(|kind| Some((kind, part.strip_prefix(kind.as_str())?.strip_prefix(' ')?)))
        })
        .collect()
}

/// Who a notice can miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// Employees without a licence of the app.
    Unlicensed,
    /// Employees.
    Employees,
    /// Departments.
    Departments,
    /// Tags of the directory.
    Tags,
}

impl Unreached {
    /// The longest first: one begins with another.
    const ALL: [Self; 4] = [Self::Unlicensed, Self::Employees, Self::Departments, Self::Tags];

    /// In the words of the client.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unlicensed => "employees without a licence",
            Self::Employees => "employees",
            Self::Departments => "departments",
            Self::Tags => "tags",
        }
    }

    /// In Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Unlicensed => "没有互通账号的员工",
            Self::Employees => "员工",
            Self::Departments => "部门",
            Self::Tags => "标签",
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Unanswered::NoAgentId("shop"))]
    #[case(Unanswered::NoSigningKey("CRM_SECRET, which the rule `crm`"))]
    #[case(Unanswered::EventUnreadable("it is no longer in the record"))]
    #[case(Unanswered::NoWelcomeCode(""))]
    #[case(Unanswered::NoSuchTags(""))]
    #[case(Unanswered::LookupLate("2s"))]
    #[case(Unanswered::DepartmentsLate(""))]
    #[case(Unanswered::NobodyNamed(""))]
    #[case(Unanswered::NotListed(""))]
    #[case(Unanswered::ReceiverStatus("410"))]
    #[case(Unanswered::ReceiverSilent("10s"))]
    #[case(Unanswered::ReceiverAway("tcp connect error"))]
    #[case(Unanswered::ReceiverPrivate(""))]
    #[case(Unanswered::ReceiverAddress("it has no host"))]
    #[case(Unanswered::LookingUp(Lookup::Relation, "there was no answer within 2s"))]
    #[case(Unanswered::LookingUp(Lookup::Customer, "user/get was not answered within 10 ms"))]
    fn what_is_written_is_read_back(#[case] unanswered: Unanswered<'_>) {
        let text = unanswered.to_string();
        assert_eq!(Unanswered::read(&text), Some(unanswered), "{text}");
    }

    #[rstest]
    #[case("")]
    #[case("the event carries no welcome_code at all")]
    #[case("looking up nothing: x")]
    #[case("WeCom cannot be reached for user/get")]
    fn other_words_are_none_of_them(#[case] text: &str) {
        assert_eq!(Unanswered::read(text), None);
    }

    #[test]
    fn what_was_missing_is_read_back_and_no_more() {
        let failed = [(Lookup::Earlier, "the customer is away"), (Lookup::Customer, "busy")];
        let text = decided_without(failed);
        assert_eq!(text, "decided without earlier adds (the customer is away) and the customer (busy)");
        assert_eq!(read_without(&text), [Lookup::Customer, Lookup::Earlier]);
        let other = decided_without([(Lookup::Earlier, "the customer is away")]);
        assert_eq!(read_without(&other), [Lookup::Earlier]);
        assert_eq!(read_without("with its fallback; decided without the employee (x)"), [Lookup::Employee]);
        assert_eq!(read_without("of another version"), []);
    }

    #[test]
    fn whom_a_notice_missed_is_read_back() {
        let text = not_reached("employees lisi, wangwu; departments 7; employees without a licence zhao");
        assert_eq!(
            read_not_reached(&text),
            [
                (Unreached::Employees, "lisi, wangwu"),
                (Unreached::Departments, "7"),
                (Unreached::Unlicensed, "zhao"),
            ]
        );
        assert_eq!(read_not_reached("of another version"), []);
    }
}
