//! What plans and verdicts say, in English.

use std::fmt::{Formatter, Result};

use super::{super::fill::RemarkError, Impossible, Passed};

pub(super) fn passed(why: &Passed<'_>, f: &mut Formatter<'_>) -> Result {
    match why {
        Passed::BelowStop { above } => write!(f, "the rule `{above}` above it matched and says `stop`"),
        Passed::BelowOpenStop { above } => {
            write!(f, "open: it matches unless the rule `{above}` above it does, which says `stop`")
        }
        Passed::Open { missing } => write!(f, "open: {missing}"),
        Passed::Unknown { missing, on_failure } => {
            write!(f, "unknown: {missing}, and the rule says on_lookup_failure: {on_failure}")
        }
        Passed::NotEnabled => write!(f, "it is not enabled"),
        Passed::OnOthers { on, is } => write!(f, "it is on {}, and this is `{is}`", on.join(", ")),
        Passed::ForOthers { apps, app } => {
            write!(f, "it is for {}, and this came to `{app}`", apps.join(", "))
        }
    }
}

pub(super) fn impossible(why: &Impossible<'_>, f: &mut Formatter<'_>) -> Result {
    match why {
        Impossible::NoRule => write!(f, "no rule with a welcome matches this event"),
        Impossible::NoCode => write!(
            f,
            "the event carries no welcome code: the employee has a welcome set in WeCom's console, or has not \
             logged in for long, or the two are chatting already, or an earlier event of this add carried it"
        ),
        Impossible::NoCodeForWecomUser => write!(
            f,
            "the event carries no welcome code: the customer is a WeCom user, for whom WeCom gives none"
        ),
        Impossible::BlankWelcome { rule } => write!(f, "the welcome of the rule `{rule}` came out blank"),
        Impossible::FilesMissing { rule, files } => write!(
            f,
            "nothing is left of the welcome of the rule `{rule}`: {} {} not uploaded to WeCom yet; import the rules \
             again while WeCom can be reached, and give the welcome a `fallback`",
            files.join(", "),
            if files.len() == 1 { "is" } else { "are" }
        ),
        Impossible::NoPair => write!(f, "the event does not say which employee and which customer"),
        Impossible::NoEmployee => write!(f, "the event does not say which employee"),
        Impossible::Remark(error) => remark(error, f),
    }
}

pub(super) fn remark(error: &RemarkError, f: &mut Formatter<'_>) -> Result {
    match error {
        RemarkError::Nothing => {
            write!(f, "there is nothing to set: what the remark asks for is not known of this customer")
        }
        RemarkError::Text { text, why } => write!(f, "the remark `{text}` cannot be filled in: {why}"),
    }
}
