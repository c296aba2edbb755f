//! What can be wrong with a rule, and what in a rules file is worth a look. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use crate::{
    action::MediaKind,
    language::Language,
    rules::{
        document::wrong::{Quoted, Said, Wrong},
        facts::change::ChangeMeant,
    },
};

/// A fault of a rule, or a note on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileFault {
    NoLanguage {
        name: Quoted,
    },
    NoRules,
    /// A note: the list is empty.
    RulesEmpty,
    NameTwice {
        name: Quoted,
        line: usize,
    },

    NameMissing,
    NameBlank,
    NameUnseen,
    NameNotOneLine,
    NameTooLong {
        max: usize,
    },
    AppBlank,
    /// A whole event on a rule that does something to the customer; some of its changes.
    WholeEvent {
        event: Quoted,
        changes: Vec<&'static str>,
    },
    /// Without a change that is meant it is only counted.
    NoChange {
        change: Quoted,
        meant: Option<ChangeMeant>,
    },
    /// No event of the rule has what its action needs.
    Impossible(Impossible),

    FallbackAsks,
    FallbackOfNothing,
    TooManyAttachments {
        count: usize,
        max: usize,
    },
    NothingToSend,
    SeveralAttachments,
    /// Two keys of which only one can count: the other one.
    Beside {
        key: &'static str,
    },
    Page {
        page: Quoted,
        wrong: WrongPage,
    },
    NothingNamed {
        kind: MediaKind,
    },
    Address {
        url: Quoted,
        wrong: WrongAddress,
    },
    /// A note: WeCom refuses pictures of other hosts.
    PictureElsewhere {
        url: Quoted,
        host: &'static str,
    },

    NoTags,
    MakesNothing,
    TagBothWays {
        tag: Quoted,
    },

    RemarkEmpty,
    NoPhone {
        phone: Quoted,
    },

    NoTrigger {
        name: Quoted,
        near: Option<&'static str>,
    },
    /// A department and a tag.
    TwoReceivers,
    NoReceiver,
    NotEmployee {
        word: Quoted,
    },

    SameAddress,
    Hook {
        url: Quoted,
        wrong: WrongHook,
    },
    /// It may be the secret itself, so the fault does not repeat it.
    NoVariable,

    /// A note: other rules always have the turn before this one.
    NeverItsTurn {
        rule: Quoted,
        /// The one channel for which that is so.
        state: Option<Quoted>,
        /// The others, each with its line.
        by: Vec<(Quoted, usize)>,
        /// They end the search, instead of having a welcome of their own.
        stops: bool,
        /// It is never looked at, where else only its welcome is never sent.
        whole: bool,
    },
}

/// An action that none of the rule's events allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Impossible {
    Welcome,
    /// Tags or a remark.
    Mark,
    NotifyEmployee,
    NotifyMissed,
}

/// What is wrong with the page of a mini-program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongPage {
    Address,
    ShareLink,
    Id,
    Blank,
}

/// What is wrong with a web address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongAddress {
    NoScheme,
    NoHost,
    Blank,
}

/// What is wrong with an address to which records are posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongHook {
    TooLong,
    Blank,
    Scheme,
    Credentials,
    Fragment,
    None,
}

impl Wrong for FileFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoLanguage { .. } => "unknown_language",
            Self::NoRules => "rules_missing",
            Self::RulesEmpty => "rules_empty",
            Self::NameTwice { .. } => "name_twice",
            Self::NameMissing => "name_missing",
            Self::NameBlank => "name_blank",
            Self::NameUnseen => "name_unseen_character",
            Self::NameNotOneLine => "name_not_one_line",
            Self::NameTooLong { .. } => "name_too_long",
            Self::AppBlank => "app_blank",
            Self::WholeEvent { .. } => "on_whole_event",
            Self::NoChange { .. } => "unknown_change",
            Self::Impossible(what) => match what {
                Impossible::Welcome => "welcome_without_code",
                Impossible::Mark => "mark_without_customer",
                Impossible::NotifyEmployee => "notify_without_employee",
                Impossible::NotifyMissed => "notify_missed_without_code",
            },
            Self::FallbackAsks => "fallback_asks",
            Self::FallbackOfNothing => "fallback_of_nothing",
            Self::TooManyAttachments { .. } => "too_many_attachments",
            Self::NothingToSend => "welcome_empty",
            Self::SeveralAttachments => "several_attachments",
            Self::Beside { .. } => "one_of_two_keys",
            Self::Page { wrong, .. } => match wrong {
                WrongPage::Address => "page_is_address",
                WrongPage::ShareLink => "page_is_share_link",
                WrongPage::Id => "page_is_id",
                WrongPage::Blank => "page_has_blank",
            },
            Self::NothingNamed { .. } => "attachment_empty",
            Self::Address { wrong, .. } => match wrong {
                WrongAddress::NoScheme => "url_without_scheme",
                WrongAddress::NoHost => "url_without_host",
                WrongAddress::Blank => "url_has_blank",
            },
            Self::PictureElsewhere { .. } => "picture_elsewhere",
            Self::NoTags => "tag_empty",
            Self::MakesNothing => "create_makes_nothing",
            Self::TagBothWays { .. } => "tag_added_and_removed",
            Self::RemarkEmpty => "remark_empty",
            Self::NoPhone { .. } => "not_a_phone",
            Self::NoTrigger { .. } => "unknown_trigger",
            Self::TwoReceivers => "notify_two_receivers",
            Self::NoReceiver => "notify_no_receiver",
            Self::NotEmployee { .. } => "notify_employee_misspelt",
            Self::SameAddress => "forward_twice",
            Self::Hook { wrong, .. } => match wrong {
                WrongHook::TooLong => "forward_url_too_long",
                WrongHook::Blank => "forward_url_has_blank",
                WrongHook::Scheme => "forward_url_without_scheme",
                WrongHook::Credentials => "forward_url_with_credentials",
                WrongHook::Fragment => "forward_url_with_fragment",
                WrongHook::None => "not_a_forward_url",
            },
            Self::NoVariable => "not_a_variable",
            Self::NeverItsTurn { stops: true, whole: true, .. } => "rule_never_reached",
            Self::NeverItsTurn { .. } => "welcome_never_sent",
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}
