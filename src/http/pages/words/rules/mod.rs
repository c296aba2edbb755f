//! What the pages about rules say: words that stand alone as the fields of [`RuleWords`], sentences with something in them as
//! [`SayRules`].

mod en;
mod zh;

use std::fmt;

use crate::language::{Language, Sentence};

/// The words of one language.
#[derive(Debug)]
pub(crate) struct RuleWords {
    pub(crate) lead: &'static str,
    pub(crate) in_order: &'static str,
    pub(crate) in_order_lead: &'static str,
    pub(crate) place: &'static str,
    pub(crate) meant_for: &'static str,
    pub(crate) every_add: &'static str,
    pub(crate) does: &'static str,
    pub(crate) hits: &'static str,
    pub(crate) welcomes: &'static str,
    pub(crate) last_hit: &'static str,
    pub(crate) off: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) none_yet: &'static str,
    pub(crate) none_yet_hint: &'static str,
    pub(crate) file: &'static str,
    pub(crate) file_lead: &'static str,
    pub(crate) yaml: &'static str,
    pub(crate) check: &'static str,
    pub(crate) backtest: &'static str,
    pub(crate) explain: &'static str,
    pub(crate) publish: &'static str,
    pub(crate) publish_ask: &'static str,
    pub(crate) note: &'static str,
    pub(crate) note_example: &'static str,
    pub(crate) event: &'static str,
    pub(crate) event_example: &'static str,
    pub(crate) over: &'static str,
    pub(crate) over_form: &'static str,
    pub(crate) draft: &'static str,
    pub(crate) draft_discard: &'static str,
    pub(crate) line: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) mend: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) means_the_same: &'static str,
    pub(crate) added: &'static str,
    pub(crate) removed: &'static str,
    pub(crate) moved: &'static str,
    pub(crate) renamed: &'static str,
    pub(crate) whole_file: &'static str,
    pub(crate) was: &'static str,
    pub(crate) would: &'static str,
    pub(crate) only_some: &'static str,
    pub(crate) customer_event: &'static str,
    pub(crate) matched: &'static str,
    pub(crate) not_matched: &'static str,
    pub(crate) used_for: &'static str,
    pub(crate) would_get: &'static str,
    pub(crate) remark: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) versions: &'static str,
    pub(crate) version: &'static str,
    pub(crate) versions_lead: &'static str,
    pub(crate) in_force: &'static str,
    pub(crate) by: &'static str,
    pub(crate) when: &'static str,
    pub(crate) compare: &'static str,
    pub(crate) compare_was: &'static str,
    pub(crate) compare_is: &'static str,
    pub(crate) same_text: &'static str,
    pub(crate) roll_back: &'static str,
    pub(crate) roll_back_ask: &'static str,
    pub(crate) all_rules: &'static str,
    pub(crate) form: &'static str,
    pub(crate) welcome: &'static str,
    pub(crate) welcome_hint: &'static str,
    pub(crate) placeholders: &'static str,
    pub(crate) customer_name: &'static str,
    pub(crate) employee_name: &'static str,
    pub(crate) channel: &'static str,
    pub(crate) rest: &'static str,
    pub(crate) rest_lead: &'static str,
    pub(crate) preview: &'static str,
    pub(crate) preview_customer: &'static str,
    pub(crate) preview_example: &'static str,
    pub(crate) no_preview: &'static str,
    pub(crate) new_rule: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
    pub(crate) by_channel: &'static str,
    pub(crate) by_hours: &'static str,
    pub(crate) by_default: &'static str,
    pub(crate) new_channel: &'static str,
    pub(crate) new_channel_text: &'static str,
    pub(crate) new_hours: &'static str,
    pub(crate) new_hours_text: &'static str,
    pub(crate) new_default: &'static str,
    pub(crate) new_default_text: &'static str,
    pub(crate) welcome_part: &'static str,
}

impl RuleWords {
    /// The words of this language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Zh => &zh::WORDS,
            Language::En => &en::WORDS,
        }
    }
}

/// What these pages say.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SayRules<'a> {
    /// Which version is in force, how many rules it has, and how many of them are flagged.
    InForce { version: i64, rules: usize, flagged: usize },
    /// Since when, by whom.
    Since { at: &'a str, by: Option<&'a str> },
    /// No rules are in force.
    NoRules,
    /// No fault was found.
    Sound { rules: usize },
    /// So many faults were found; nothing was changed.
    Faulty { count: usize },
    /// There are more faults than are shown.
    MoreFaults { more: usize },
    /// Where a fault stands.
    At { line: usize, column: usize },
    /// Another version was put in force in the meantime.
    Stale { seen: i64, version: i64, by: Option<&'a str>, at: &'a str },
    /// What the difference below is.
    Between { was: i64, is: Option<i64> },
    /// What a trial on the events of the last days showed.
    Tried { events: u64, changed: u64, depends: u64 },
    /// Welcomes that would be lost or gained.
    Welcomes { lost: u64, gained: u64 },
    /// The trial stopped after so many events.
    NotAll { events: u64 },
    /// No event came in that time.
    NoEvents,
    /// A trial is under way already.
    Busy,
    /// The number names no event of the record.
    NoSuchEvent,
    /// No customer was ever added.
    NoAdd,
    /// Which rule welcomes the customer of an event.
    Greets { event: i64, rule: &'a str },
    /// None does.
    GreetsNot { event: i64 },
    /// The note is too long.
    NoteTooLong { max: usize },
    /// A version cannot be used by this program.
    Unusable { version: i64 },
    /// Rules that name more than the form can change, or name it by a YAML anchor.
    OnlyInYaml,
    /// A list that is changed item by item was changed by another in the meantime.
    ListChanged { version: i64 },
    /// Rules that cannot be moved or taken away without a change of others.
    OrderOnlyInYaml,
    /// A file that was chosen was not taken; its field says why.
    FileRefused,
    /// Why a file was not taken.
    File(&'a crate::flow::publish::brought::NotBrought),
    /// The priority is no whole number.
    NoNumber,
    /// Another has taken the rule out of the file in the meantime.
    RuleGone { version: i64 },
    /// Something is wrong with a rule, so often, last then.
    Flag { kind: &'a str, reason: &'a str, count: i64, at: &'a str },
    /// Which version is to come back.
    BackTo { version: i64 },
    /// Puts a placeholder into the text.
    Insert { what: &'a str },
}

impl Sentence for SayRules<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(*self, f),
            Language::Zh => zh::write(*self, f),
        }
    }
}
