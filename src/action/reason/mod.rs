//! Why an action is not plainly done: a code for programs, from a closed list, and a text for people with the details.
//!
//! Each code has two sentences in either language ([`zh`], [`en`]): a short one that an employee may read in a notice,
//! without addresses, links, numbers or codes; and a cure for whoever runs the program, which says what to do and where.
//! The languages are exhaustive matches, so that a code without a sentence does not compile. `docs/REASONS.md` and its
//! Chinese sister are made of this table.

mod en;
mod zh;

use std::{fmt, ops::Deref, str::FromStr};

use serde::{Deserialize, Serialize};

use super::UnknownName;
use crate::language::Language;
use wecom_core::{Class, cause::Cause};

/// Why an action is not plainly done. Reads as its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it is, for programs.
    pub code: ReasonCode,
    /// The same in words that an operator understands, with WeCom's answer and the names that it is about.
    pub text: String,
}

impl Deref for Reason {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct InBoth {
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

/// Declares the codes: each with its name in the record, and in which status an action has it. Both go into the documents;
/// what they say of when an action has it stands in the languages.
macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $status:literal;)*) => {
        /// What a [`Reason`] is, by the names of the record. Flags of rules have the same names where they mean the same.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum ReasonCode {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant,)*
        }

        impl ReasonCode {
            /// Every code, in the order of the documents.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the record, the API and the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The statuses in which an action can have it, as the documents list them.
            pub const fn statuses(self) -> &'static str {
                match self { $(Self::$variant => $status,)* }
            }
        }
    };
}

codes! {
    /// It has not been tried yet, or an operator had it tried again.
    Waiting = "waiting", "pending";
    /// A process is performing it.
    UnderWay = "under_way", "running";
    /// The 20 seconds ended before it could be tried.
    ExpiredUntried = "expired_untried", "expired";
    /// WeCom did not take it before the 20 seconds ended.
    ExpiredTrying = "expired_trying", "expired";
    /// WeCom says that the welcome code is too old or none (41050).
    CodeExpired = "code_expired", "expired";
    /// The 20 seconds ended while a try was under way, or its answer was lost: the customer may have been greeted.
    UnknownEnd = "unknown_end", "expired";
    /// The welcome was sent by another, or the two were chatting already (41051).
    ByAnother = "by_another", "done";
    /// The event carries no welcome code.
    NoWelcomeCode = "no_welcome_code", "skipped";
    /// No rule matches, or none that does has a welcome.
    NoRule = "no_rule", "skipped";
    /// A replay: the customer has been welcomed for this event.
    AlreadySent = "already_sent", "skipped";
    /// A replay: the notice or forward has been sent for this event.
    AlreadyReported = "already_reported", "skipped";
    /// The text came out blank.
    BlankText = "blank_text", "done, skipped";
    /// Files of the rule had not been uploaded to WeCom.
    FilesMissing = "files_missing", "done, skipped";
    /// The event does not say which employee or which customer.
    NobodyNamed = "nobody_named", "skipped";
    /// A look-up had no answer, and the rules were decided without it.
    LookupFailed = "lookup_failed", "done";
    /// This machine's address is not among the app's trusted ones (60020).
    UntrustedIp = "untrusted_ip", "pending, done, failed";
    /// The app has no right to do it (48002 and its like).
    NoPermission = "no_permission", "pending, done, failed";
    /// The corp is not verified (43009).
    CorpNotVerified = "corp_not_verified", "pending, done, failed";
    /// Corp id and secret do not belong together, or the secret is no longer good (40001 and its like).
    WrongSecret = "wrong_secret", "pending, failed";
    /// The access token is refused, even after it was renewed (40014, 42001).
    TokenRefused = "token_refused", "pending, failed";
    /// The employee or the customer is outside of what the app may see (60011 and its like).
    NotInScope = "not_in_scope", "pending, done, failed";
    /// The agent id is not that of the app (40056, 301002).
    WrongAgentId = "wrong_agent_id", "pending, failed";
    /// The app has no agent id in the settings, and notices are sent in its name.
    NoAgentId = "no_agent_id", "failed";
    /// Employee and customer are no contacts, or not any more (84061).
    NotExternalContact = "not_external_contact", "pending, failed";
    /// The directory has no employee of this userid.
    UnknownEmployee = "unknown_employee", "failed";
    /// The customer has not agreed to message archiving (41053).
    NoConsent = "no_consent", "failed";
    /// WeCom refused the welcome's attachments.
    AttachmentRefused = "attachment_refused", "pending, done, failed";
    /// A flag of a rule: WeCom refused a media id. It is taken back when the file has been uploaded again.
    MediaRefused = "media_refused", "flag";
    /// WeCom refused the welcome's text: the fallback went out, or there was none.
    TextRefused = "text_refused", "pending, done, failed";
    /// WeCom refused the content of a remark or notice.
    ContentRefused = "content_refused", "failed";
    /// WeCom does not know a tag.
    UnknownTag = "unknown_tag", "pending, done, failed";
    /// A tag that was to be made could not be: the corp has as many as WeCom allows.
    TagLimit = "tag_limit", "done, failed";
    /// A tag that was to be made could not be, for another cause.
    TagNotMade = "tag_not_made", "done, failed";
    /// WeCom did not deliver the notice to all who were to get it.
    NotAllReached = "not_all_reached", "done";
    /// The environment variable with the key of the signature is not set.
    NoSigningKey = "no_signing_key", "failed";
    /// The receiver of a forward cannot be reached or is busy.
    ReceiverAway = "receiver_away", "pending";
    /// The receiver of a forward refused it.
    ReceiverRefused = "receiver_refused", "failed";
    /// WeCom is busy or cannot be reached.
    WecomBusy = "wecom_busy", "pending";
    /// Our own database does not answer.
    DatabaseAway = "database_away", "pending";
    /// WeCom's frequency limit.
    Throttled = "throttled", "pending";
    /// Too many calls at once for WeCom (45033).
    TooManyAtOnce = "too_many_at_once", "pending";
    /// Another app of the corp is sending this welcome (41096).
    AnotherSending = "another_sending", "pending";
    /// So many notices to one employee that WeCom would drop more.
    NoticesPaced = "notices_paced", "pending";
    /// The retries of a tag, a remark, a notice or a forward are used up.
    BusyTooLong = "busy_too_long", "failed";
    /// WeCom refused it for a cause that has no code of its own here.
    Refused = "refused", "failed";
    /// Another version of the program planned it, and this one does not understand it.
    OtherVersion = "other_version", "failed";
    /// The record of an earlier version, which does not say more than its text.
    Other = "other", "done, expired, failed, skipped";
}

impl ReasonCode {
    /// A reason with this code and this text.
    pub fn because(self, text: impl Into<String>) -> Reason {
        Reason { code: self, text: text.into() }
    }

    /// The short sentence, as an employee may read it.
    pub fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::Zh => zh::sentence(self),
            Language::En => en::sentence(self),
        }
    }

    /// What to do about it and where, for whoever runs the program.
    pub fn cure(self, language: Language) -> &'static str {
        match language {
            Language::Zh => zh::cure(self),
            Language::En => en::cure(self),
        }
    }

    /// The short sentence in both languages.
    pub fn sentences(self) -> InBoth {
        InBoth { zh: zh::sentence(self), en: en::sentence(self) }
    }

    /// What to do about it, in both languages.
    pub fn cures(self) -> InBoth {
        InBoth { zh: zh::cure(self), en: en::cure(self) }
    }

    /// When an action has it.
    pub fn when(self, language: Language) -> &'static str {
        match language {
            Language::Zh => zh::when(self),
            Language::En => en::when(self),
        }
    }

    /// What is behind an answer of WeCom's that was not errcode 0.
    pub fn of_answer(class: Class, cause: Option<Cause>) -> Self {
        match (cause, class) {
            (Some(Cause::UntrustedAddress), _) => Self::UntrustedIp,
            (Some(Cause::Permission), _) | (None, Class::Configuration) => Self::NoPermission,
            (Some(Cause::Verification), _) => Self::CorpNotVerified,
            (Some(Cause::Secret), _) => Self::WrongSecret,
            (Some(Cause::Scope), _) => Self::NotInScope,
            (Some(Cause::Agent), _) => Self::WrongAgentId,
            (Some(Cause::Employee), _) => Self::UnknownEmployee,
            (Some(Cause::TagLimit), _) => Self::TagLimit,
            (None, Class::Token) => Self::TokenRefused,
            (None, Class::Busy | Class::Underway) => Self::WecomBusy,
            (None, Class::Contended) => Self::AnotherSending,
            (None, Class::Throttled) => Self::Throttled,
            (None, Class::Crowded) => Self::TooManyAtOnce,
            (None, Class::CodeSpent) => Self::CodeExpired,
            (None, Class::AlreadySent) => Self::ByAnother,
            (None, Class::NoConsent) => Self::NoConsent,
            (None, Class::Media | Class::Content) => Self::ContentRefused,
            (None, Class::UnknownTag) => Self::UnknownTag,
            (None, Class::NoRelation) => Self::NotExternalContact,
            (None, Class::Refused) => Self::Refused,
        }
    }

    /// Whether it passes by itself, so that it says why something waits and never how it ended.
    pub fn passes(self) -> bool {
        matches!(
            self,
            Self::WecomBusy
                | Self::Throttled
                | Self::TooManyAtOnce
                | Self::AnotherSending
                | Self::DatabaseAway
        )
    }

    /// Whether it stands for trouble that somebody has to mend, so that it stays the cause when the retries are used up.
    pub fn is_to_be_mended(self) -> bool {
        matches!(
            self,
            Self::UntrustedIp
                | Self::NoPermission
                | Self::CorpNotVerified
                | Self::WrongSecret
                | Self::TokenRefused
                | Self::NotInScope
                | Self::WrongAgentId
                | Self::NotExternalContact
        )
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ReasonCode {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let unknown = UnknownName::new("reason code", "one of those in docs/REASONS.md");
        Self::ALL.iter().copied().find(|code| code.as_str() == name).ok_or(unknown)
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    #[test]
    fn every_code_is_read_back() {
        for code in ReasonCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(serde_json::from_value::<ReasonCode>(code.as_str().into()).unwrap(), *code);
        }
        assert!("media".parse::<ReasonCode>().is_err());
    }

    /// What an employee reads has no address, link, number or code in it; what stands in Chinese is written as Chinese is.
    #[test]
    fn sentences_are_for_people() {
        for code in ReasonCode::ALL {
            for language in Language::ALL {
                let sentence = code.sentence(language);
                assert!(!sentence.is_empty() && sentence.chars().count() <= 80, "{code}: {sentence}");
                let odd = sentence.contains(|c: char| c.is_ascii_digit() || "_/:@`'\"".contains(c));
                assert!(
                    !odd && !sentence.contains("http") && !sentence.contains(code.as_str()),
                    "{code}: {sentence}"
                );
                let is_english = |c: char| c.is_ascii_alphabetic();
                assert!(language == Language::En || !sentence.contains(is_english), "{code}: {sentence}");
                // It stands inside of a text, which goes on after it.
                assert!(!sentence.ends_with(['.', '。']), "{code}: {sentence}");
                for text in [sentence, code.cure(language), code.when(language)] {
                    let end = if language == Language::Zh { '。' } else { '.' };
                    assert!(text == sentence || text.ends_with(end), "{code}: {text}");
                    if language == Language::Zh {
                        assert!(!text.contains([',', ';', '!', '?']), "{code}: {text}");
                        let chinese = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
                        assert!(chinese * 4 > text.chars().count(), "{code}: {text}");
                    } else {
                        assert!(!text.contains(['，', '。', '；']), "{code}: {text}");
                    }
                }
            }
        }
    }

    /// Most of them are of events that came late, which nobody thinks of who looks for a slow program.
    #[test]
    fn a_welcome_that_was_not_tried_is_said_to_have_come_late() {
        let code = ReasonCode::ExpiredUntried;
        for (language, late) in [(Language::En, "late"), (Language::Zh, "晚")] {
            for text in [code.sentence(language), code.when(language), code.cure(language)] {
                assert!(text.contains(late), "{text}");
            }
        }
    }

    /// With UPDATE_DOCS=1 in the environment it writes the pages instead of comparing them.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the variable is no setting of the program")]
    fn the_pages_are_those_of_the_table() {
        for (language, path) in [
            (Language::En, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/REASONS.md")),
            (Language::Zh, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/REASONS.zh-CN.md")),
        ] {
            let page = page(language);
            if env::var_os("UPDATE_DOCS").is_some() {
                fs::write(path, page).unwrap();
            } else {
                assert!(fs::read_to_string(path).unwrap() == page, "run it with UPDATE_DOCS=1: {path}");
            }
        }
    }

    fn page(language: Language) -> String {
        let (head, titles) = match language {
            Language::En => (en::PAGE, ["status", "when", "what an employee reads", "what to do"]),
            Language::Zh => (zh::PAGE, ["状态", "何时", "员工看到的话", "怎么办"]),
        };
        let sections = ReasonCode::ALL.iter().map(|code| {
            let values = [code.statuses(), code.when(language), code.sentence(language), code.cure(language)];
            let lines = titles.iter().zip(values);
            let separator = if language == Language::Zh { "：" } else { ": " };
            let lines = lines.map(|(title, value)| format!("- **{title}**{separator}{value}\n"));
            format!("\n## `{code}`\n\n{}", lines.collect::<String>())
        });
        format!("{head}{}", sections.collect::<String>())
    }
}
