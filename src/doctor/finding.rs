//! What a check can find. Each finding has a status and, where not all is well, a code of a closed list; its sentence and its
//! cure stand in `words`.

use std::fmt;

use super::{Matter, Status, words};
use crate::{
    language::{Language, Sentence},
    refusal::RefusalClass,
};

/// A text of another room, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Both {
    pub en: String,
    pub zh: String,
}

impl Both {
    pub(super) fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

/// Where the callback URL leads to, as far as it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub host: String,
    pub port: u16,
}

/// Declares the findings: each with its status and its code. A code stands once in the list however many findings have it.
macro_rules! findings {
    ($($(#[doc = $doc:literal])* $variant:ident $({ $($field:ident: $type:ty),* $(,)? })? = $status:ident, $code:expr;)*) => {
        /// What a check found.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Finding {
            $($(#[doc = $doc])* $variant $({ $($field: $type),* })?,)*
        }

        impl Finding {
            /// How the check ended.
            pub fn status(&self) -> Status {
                match self {
                    Self::ClockOff { seconds } if seconds.abs() < CLOCK_FAILS_FROM_S => Status::Warn,
                    $(Self::$variant { .. } => Status::$status,)*
                }
            }

            /// What is wrong, for programs; `None` where nothing is. A refused callback has the code of its class.
            pub fn code(&self) -> Option<&'static str> {
                if let Self::CallbackRefused { class, .. } = self {
                    return Some(class.as_str());
                }
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }
        }

        /// Every code that is not the class of a refused callback.
        pub const CODES: &[Option<&str>] = &[$($code,)*];
    };
}

/// From how many seconds on a wrong clock keeps things from working: TLS, WeCom's day, and a welcome's 20 seconds.
const CLOCK_FAILS_FROM_S: i64 = 10;

findings! {
    /// It was not told, as another matter has to be mended first.
    Skipped { after: Matter } = Skip, Some("earlier_check");
    /// It was not told, as WeCom did not answer, or not in a way that says anything of it.
    NotAnswered = Skip, Some("not_answered");
    /// It was not told in time.
    TimeOver = Skip, Some("time_over");

    SettingsFine { apps: usize } = Ok, None;
    /// They work, and something about them is worth knowing.
    SettingsWarned { what: Vec<Both> } = Warn, Some("settings_warning");
    SettingsWrong { what: Both } = Fail, Some("settings_wrong");
    /// Their file cannot be read.
    SettingsUnread { what: Both } = Fail, Some("settings_unreadable");

    DatabaseFine { place: String, servers: u32, free_bytes: Option<u64> } = Ok, None;
    DatabaseMissing { path: String } = Fail, Some("no_database");
    DatabaseOther { what: Both } = Fail, Some("other_version");
    DatabaseUnusable { what: Both, is_file: bool } = Fail, Some("unusable");
    DatabaseReadOnly { what: Both, is_file: bool } = Fail, Some("not_writable");
    /// Another program holds the SQLite file.
    DatabaseLocked { what: Both } = Fail, Some("locked");
    /// Pages of the SQLite file are not whole; what SQLite says of the first.
    DatabaseDamaged { place: String, says: String } = Fail, Some("damaged");
    DiskFull { free_bytes: u64 } = Fail, Some("disk_full");
    DiskLow { free_bytes: u64 } = Warn, Some("disk_low");
    /// More than one server on an SQLite file.
    SeveralServers { servers: u32 } = Warn, Some("several_servers");

    RulesFine { version: i64, count: usize, asked: bool } = Ok, None;
    NoRules = Fail, Some("no_rules");
    RulesUnusable { version: i64 } = Fail, Some("rules_unusable");
    /// WeCom does not have what they name: at how many places, and the lines of the first of them.
    RulesUnknown { version: i64, count: usize, lines: Vec<usize> } = Fail, Some("unknown_to_wecom");
    /// They notify, and an app has no agent id.
    NoAgentId { version: i64 } = Fail, Some("no_agent_id");

    ClockFine { seconds: i64 } = Ok, None;
    /// The machine's clock minus WeCom's.
    ClockOff { seconds: i64 } = Fail, Some("clock_off");
    NoDate = Skip, Some("no_date");

    TokenFine = Ok, None;
    WrongCorp { errcode: i64 } = Fail, Some("wrong_corp");
    WrongSecret { errcode: i64 } = Fail, Some("wrong_secret");
    AppDisabled { errcode: i64 } = Fail, Some("app_disabled");
    /// Tokens are given out and not taken.
    TokenRefused { errcode: i64 } = Fail, Some("token_refused");
    TooOften = Fail, Some("too_often");
    WecomBusy { errcode: i64 } = Warn, Some("wecom_busy");
    WecomRefused { errcode: i64 } = Fail, Some("refused");
    WecomUnreachable { proxy: Option<String> } = Fail, Some("unreachable");
    WecomSilent { proxy: Option<String> } = Fail, Some("no_answer");
    NotWecom { status: u16 } = Fail, Some("not_wecom");

    AddressTrusted = Ok, None;
    /// 60020, with the address that WeCom saw.
    AddressUntrusted { address: Option<String>, proxy: Option<String>, verified: bool } = Fail, Some("untrusted_ip");

    PermissionsFine { methods: Vec<&'static str> } = Ok, None;
    PermissionMissing { method: &'static str, errcode: i64 } = Fail, Some("no_permission");
    /// The corp is not verified, and only verified ones may do it.
    NotVerified { errcode: i64 } = Fail, Some("not_verified");
    WrongAgentId { errcode: i64 } = Fail, Some("wrong_agent_id");

    ScopeFine { employees: usize } = Ok, None;
    ScopeEmpty = Fail, Some("no_employees");
    ScopeRefused { errcode: i64 } = Fail, Some("not_in_scope");

    /// The last good one came so long ago.
    CallbackGood { ago_ms: i64 } = Ok, None;
    NeverCalled = Warn, Some("never_called");
    /// After the last good one: how many of that class, from where the newest came, and how long ago.
    CallbackRefused { class: RefusalClass, count: usize, asked: Option<String>, sender: Option<String>, ago_ms: i64 } = Fail, None;
    /// Nobody's, as far as can be known: unsigned, or not from WeCom's addresses.
    CallbackNoise { class: RefusalClass, count: usize } = Warn, Some("stray_requests");
    UrlFine { took_ms: i64, ends_in_days: Option<i64>, address: String } = Ok, None;
    UrlRented { host: String } = Warn, Some("rented_name");
    UrlNoName { host: String } = Fail, Some("name_not_found");
    UrlIpv6Only { host: String } = Fail, Some("ipv6_only");
    UrlClosed { at: Host } = Fail, Some("port_closed");
    UrlNoConnection { at: Host } = Fail, Some("no_connection");
    UrlNoTls { at: Host } = Fail, Some("no_tls");
    CertificateUntrusted = Fail, Some("certificate_untrusted");
    CertificateExpired = Fail, Some("certificate_expired");
    CertificateOther { host: String } = Fail, Some("certificate_other_name");
    CertificateEnds { days: i64 } = Warn, Some("certificate_ends");
    UrlSlow { took_ms: i64 } = Fail, Some("slow");
    UrlSilent = Fail, Some("url_silent");
    UrlCut = Fail, Some("cut_off");
    UrlRedirect { status: u16 } = Fail, Some("redirect");
    /// 404: another path, or another app's name.
    UrlNotThere = Fail, Some("path_not_found");
    /// 400 or 403: other keys there, or something in between.
    UrlRefused { status: u16 } = Fail, Some("refused_there");
    UrlStatus { status: u16 } = Fail, Some("http_status");
    AnswerBom = Fail, Some("bom");
    AnswerNewline = Fail, Some("newline");
    AnswerQuotes = Fail, Some("quotes");
    AnswerPage = Fail, Some("another_page");
    AnswerOther { bytes: usize } = Fail, Some("other_bytes");
    UrlSlash = Warn, Some("slash");

    EventsAgree { wecom: i64, stored: i64 } = Ok, None;
    EventsMissing { wecom: i64, stored: i64 } = Fail, Some("events_missing");

    CodesFine { adds: i64 } = Ok, None;
    CodesMissing { employees: Vec<String>, more: usize } = Fail, Some("no_welcome_codes");
    /// Too few adds to be sure.
    CodesFew { employees: Vec<String> } = Warn, Some("few_welcome_codes");
}

impl Finding {
    /// What to do and where, in words; `None` where nothing is to be done.
    pub fn cure(&self, language: Language) -> Option<String> {
        words::cure(self, language)
    }
}

impl Sentence for Finding {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        words::found(self, language, f)
    }
}
