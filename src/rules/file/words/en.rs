//! The faults of rules in English.

use super::{FileFault, Impossible, WrongAddress, WrongHook, WrongPage};
use crate::{
    action::MediaKind,
    language::{Language, Sentence as _},
    rules::document::wrong::{Quoted, Said},
};

const WITH_CODE: &str = "put it on add_external_contact, add_half_external_contact or msg_audit_approved";

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(fault: &FileFault) -> Said {
    match fault {
        FileFault::NoLanguage { name } => {
            Said::new(format!("there is no language {}", name.en()), "write zh or en")
        }
        FileFault::NoRules => Said::new(
            "there are no rules",
            "begin the file with `rules:` and a list of rules; `rules: []` if nobody is to be greeted",
        ),
        FileFault::RulesEmpty => Said::note("there are no rules in it: in force, it greets and tags nobody"),
        FileFault::NameTwice { name, line } => Said::new(
            format!("another rule, in line {line}, has the name {}", name.en()),
            "give each rule a name of its own",
        ),
        FileFault::NameMissing => {
            Said::new("the rule has no name", "add `name: …`; the record tells by it what was done")
        }
        FileFault::NameBlank => Said::new("is blank", "write a name"),
        FileFault::NameUnseen => Said::new("has a character in it that cannot be seen", "type the name anew"),
        FileFault::NameNotOneLine => Said::new(
            "begins or ends with a blank, or goes over several lines",
            "write it on one line without blanks around",
        ),
        FileFault::NameTooLong { max } => Said::new(format!("has more than {max} characters"), "shorten it"),
        FileFault::AppBlank => {
            Said::new("is blank", "name an app as in the settings; the one from the environment is `default`")
        }
        FileFault::WholeEvent { event, changes } => Said::new(
            format!("{} is every change of it, and the rule does something to the customer", event.en()),
            format!(
                "name the changes that are meant, as {}; by the event alone things can only be told and forwarded",
                changes.join(", ")
            ),
        ),
        FileFault::NoChange { change, meant } => Said::new(
            format!("there is no change {}", change.en()),
            meant.as_ref().map(|meant| meant.to(Language::En)).unwrap_or_default(),
        ),
        FileFault::Impossible(what) => impossible(*what),
        FileFault::FallbackAsks => Said::new(
            "asks for what has to be looked up, for whose absence it is there",
            "write it without customer.…, and of the employee use employee.id only",
        ),
        FileFault::FallbackOfNothing => {
            Said::new("stands for a text that is not there", "rename it to `text`")
        }
        FileFault::TooManyAttachments { count, max } => {
            Said::new(format!("has {count} attachments, and WeCom takes {max}"), "shorten the list")
        }
        FileFault::NothingToSend => {
            Said::new("there is neither a text nor an attachment", "give the welcome a `text`")
        }
        FileFault::SeveralAttachments => {
            Said::new("is several attachments in one", "begin each with its own `- `")
        }
        FileFault::Beside { key } => Said::new(format!("stands beside a `{key}`"), "keep one of the two"),
        FileFault::Page { page, wrong } => {
            let (what, mend) = self::page(*wrong);
            Said::new(format!("{} {what}", page.en()), mend)
        }
        FileFault::NothingNamed { kind } => Said::new(
            "names nothing to send",
            match kind {
                MediaKind::Image => "name a picture, as in { file: assets/spring.png }",
                MediaKind::Video => "name a video, as in { file: assets/hello.mp4 }",
                MediaKind::File => "name a file, as in { file: assets/price.pdf }",
            },
        ),
        FileFault::Address { url, wrong } => {
            const WHOLE: &str = "write the whole address, as in https://example.com/spring";
            let (what, mend) = match wrong {
                WrongAddress::NoScheme => ("does not begin with https:// or http://", WHOLE),
                WrongAddress::NoHost => ("has no host", WHOLE),
                WrongAddress::Blank => ("has a blank in it", "remove it, or write %20"),
            };
            Said::new(format!("{} {what}", url.en()), mend)
        }
        FileFault::PictureElsewhere { url, host } => Said::note(format!(
            "{} is not where media/uploadimg puts pictures (…{host}); WeCom refuses other addresses, and the attachments \
             with them. With `file: …` the picture is uploaded for you",
            url.en()
        )),
        FileFault::NoTags => Said::new("names no tags", "give it `add` or `remove`, or remove it"),
        FileFault::MakesNothing => Said::new(
            "makes nothing: a tag that has an id is there already",
            "write the tags under `add` by name, as 渠道/春季, or remove it",
        ),
        FileFault::TagBothWays { tag } => {
            Said::new(format!("the tag {} is to be added and removed", tag.en()), "keep one of the two")
        }
        FileFault::RemarkEmpty => {
            Said::new("sets nothing", "give it a name, description, company or phones, or remove it")
        }
        FileFault::NoPhone { phone } => {
            Said::new(format!("{} is no phone number", phone.en()), "write digits, as in \"13800000001\"")
        }
        FileFault::NoTrigger { name, near } => Said::new(
            format!("nobody is told on {}", name.en()),
            near.map_or_else(
                || "write event, missed_welcome or failed".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        ),
        FileFault::TwoReceivers => {
            Said::new("stands beside a `department`", "write a notice for each of the two")
        }
        FileFault::NoReceiver => Said::new("names nobody", "write { department: 3 } or { tag: 5 }"),
        FileFault::NotEmployee { word } => {
            Said::new(format!("{} is not whom an event names", word.en()), "did you mean `employee`?")
        }
        FileFault::SameAddress => {
            Said::new("goes to the same address as one above it", "keep one of the two")
        }
        FileFault::Hook { url, wrong } => {
            let (what, mend) = hook(*wrong);
            Said::new(format!("{} {what}", url.en()), mend)
        }
        FileFault::NoVariable => Said::new(
            "is no name of an environment variable",
            "write the variable's name, as CRM_HOOK_SECRET, and keep the secret out of the rules",
        ),
        FileFault::NeverItsTurn { rule, state, by, stops, whole } => {
            Said::note(never_its_turn(rule, state.as_ref(), by, *stops, *whole))
        }
    }
}

fn impossible(what: Impossible) -> Said {
    match what {
        Impossible::Welcome => {
            Said::new("can never be sent: no event that the rule is `on` carries a welcome code", WITH_CODE)
        }
        Impossible::Mark => Said::new(
            "can never be set: no event that the rule is `on` names an employee and a customer",
            "put it on an event of a customer, as add_external_contact",
        ),
        Impossible::NotifyEmployee => Said::new(
            "can never be sent to `employee`: no event that the rule is `on` names one",
            "write the userids, as in to: [zhangsan], or a department",
        ),
        Impossible::NotifyMissed => Said::new(
            "can never tell of a missed welcome: no event that the rule is `on` carries a code",
            WITH_CODE,
        ),
    }
}

fn page(wrong: WrongPage) -> (&'static str, &'static str) {
    match wrong {
        WrongPage::Address => (
            "is an address, and not a page of a mini-program",
            "name the page, as in /pages/index; an address goes into a `link`",
        ),
        WrongPage::ShareLink => {
            ("is a link for sharing, and not a page of a mini-program", "name the page, as in /pages/index")
        }
        WrongPage::Id => ("is an id, and not a page of a mini-program", "name the page, as in /pages/index"),
        WrongPage::Blank => ("has a blank in it", "remove it, or write %20"),
    }
}

fn hook(wrong: WrongHook) -> (&'static str, &'static str) {
    const WHOLE: &str = "write the whole address, as in https://crm.example.com/hooks/wecom";
    match wrong {
        WrongHook::TooLong => ("has more than 2048 bytes", "shorten it"),
        WrongHook::Blank => ("has a blank in it", "remove it, or write %20"),
        WrongHook::Scheme => ("does not begin with https:// or http://", WHOLE),
        WrongHook::Credentials => (
            "has a name or password in it, which everybody would read who sees the rules",
            "remove it; sign the posts by a `secret_env` and let the receiver check that",
        ),
        WrongHook::Fragment => ("has a `#`, and what follows is never sent", "remove it"),
        WrongHook::None => ("is no address", WHOLE),
    }
}

fn never_its_turn(
    rule: &Quoted,
    state: Option<&Quoted>,
    by: &[(Quoted, usize)],
    stops: bool,
    whole: bool,
) -> String {
    let named: Vec<String> = by.iter().map(|(name, line)| format!("{} in line {line}", name.en())).collect();
    let (which, verb) = if by.len() == 1 { ("the rule", "matches") } else { ("the rules", "match") };
    let whom = state.map_or(String::new(), |state| format!(" for the state {}", state.en()));
    let never = if stops && whole {
        format!("the rule {} is never looked at{whom}", rule.en())
    } else {
        format!("the welcome of the rule {} can never be sent{whom}", rule.en())
    };
    let why = if stops { " and says `stop`" } else { " and has a welcome" };
    format!(
        "{never}: {which} {}, before it, always {verb} where it would{why}; give this one a higher `priority`, or put it above",
        named.join(" and ")
    )
}
