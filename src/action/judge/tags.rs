//! What WeCom's answer means for tags: ids that it does not know are dropped one by one, names that stand for no tag are
//! left out, and the others are put on.

use super::{
    durable::judge_durable,
    next::{again_for, next_try},
};
use crate::action::{
    Action, Reason, ReasonCode, Tag,
    outcome::{Attempt, Class, Next, Outcome},
};

/// The tags that were sent are on. One at a time the next follows; names that stand for no tag are left out.
pub(super) fn put_on(attempt: &Attempt<'_>, tag: &Tag) -> Outcome {
    if tag.one_by_one {
        let mut rest = tag.clone();
        if let Some(id) = take_first(&mut rest) {
            rest.applied.push(id);
        }
        return after_one(attempt, rest);
    }
    let missing = missing_names(tag);
    let note = (!tag.refused.is_empty() || !missing.is_empty()).then(|| left_out(tag));
    let flag = (!missing.is_empty()).then(|| left_out(tag));
    let request = (!missing.is_empty()).then(|| Action::Tag(put_aside(tag)));
    Outcome { next: Next::Done { note }, request, flag }
}

pub(super) fn judge_tag(attempt: &Attempt<'_>, class: Class, tag: &Tag) -> Outcome {
    match class {
        Class::UnknownTag => drop_unknown(attempt, tag),
        // Nobody but an operator can do something about it, and until then each customer lacks the tag.
        Class::Configuration if tag.unmade.is_some() => {
            Outcome { flag: Some(left_out(tag)), ..judge_durable(attempt, class) }
        }
        _ => judge_durable(attempt, class),
    }
}

/// WeCom refused the list for a tag id that it does not know. The ids that its message names are dropped and the others
/// applied. Where it names none, they are sent one a call, so that the culprit shows itself.
fn drop_unknown(attempt: &Attempt<'_>, tag: &Tag) -> Outcome {
    let mut rest = tag.clone();
    let count = ids_left(&rest);
    if count == 0 {
        // Nothing was sent: the list held only names, and the corp has none of these tags.
        return Outcome { flag: Some(left_out(&rest)), ..after_one(attempt, rest) };
    }
    if tag.one_by_one || count == 1 {
        if let Some(id) = take_first(&mut rest) {
            rest.refused.push(id);
        }
    } else {
        let named = |id: &String| attempt.message.contains(id.as_str());
        let refused: Vec<String> =
            rest.add_tag.iter().chain(&rest.remove_tag).filter(|id| named(id)).cloned().collect();
        if refused.is_empty() {
            rest.one_by_one = true;
            return Outcome {
                next: next_try(
                    attempt,
                    attempt.now_ms,
                    ReasonCode::UnknownTag.because("one tag a call: WeCom refused one of them"),
                ),
                request: Some(Action::Tag(rest)),
                flag: None,
            };
        }
        rest.add_tag.retain(|id| !named(id));
        rest.remove_tag.retain(|id| !named(id));
        rest.refused.extend(refused);
    }
    Outcome { flag: Some(left_out(&rest)), ..after_one(attempt, rest) }
}

/// The tag request after one id, or several, have been dealt with. It is tried again at once while any is left.
fn after_one(attempt: &Attempt<'_>, rest: Tag) -> Outcome {
    let unknown = !rest.refused.is_empty() || !missing_names(&rest).is_empty();
    if ids_left(&rest) == 0 && may_yet_be_made(&rest) {
        // What has an id is dealt with. The tag that WeCom could not make for now is asked for again.
        let waits = rest.unmade_code.unwrap_or(ReasonCode::WecomBusy).because(refused_note(&rest));
        return Outcome { request: Some(Action::Tag(rest)), ..again_for(attempt, Class::Busy, waits) };
    }
    let next = if ids_left(&rest) > 0 {
        next_try(attempt, attempt.now_ms, ReasonCode::UnknownTag.because("the tags that are left"))
    } else if rest.applied.is_empty() && unknown {
        Next::Failed { reason: left_out(&rest) }
    } else {
        Next::Done { note: unknown.then(|| left_out(&rest)) }
    };
    let rest = if matches!(next, Next::Done { .. }) { put_aside(&rest) } else { rest };
    Outcome { next, request: Some(Action::Tag(rest)), flag: None }
}

/// The request with the names that stand for no tag moved to what was left out. Only for an action that is done: one that
/// failed may be tried again when the tag is there.
fn put_aside(tag: &Tag) -> Tag {
    let mut sent = tag.clone();
    for list in [&mut sent.add_tag, &mut sent.remove_tag] {
        sent.refused.extend(list.extract_if(.., |tag| is_name(tag)));
    }
    sent
}

fn take_first(tag: &mut Tag) -> Option<String> {
    for list in [&mut tag.add_tag, &mut tag.remove_tag] {
        if let Some(place) = list.iter().position(|tag| !is_name(tag)) {
            return Some(list.remove(place));
        }
    }
    None
}

/// Whether this is a name and not an id. Names are resolved before the call, so one that is still there after it is that
/// of a tag which the corp does not have.
fn is_name(tag: &str) -> bool {
    tag.contains('/')
}

fn ids_left(tag: &Tag) -> usize {
    tag.add_tag.iter().chain(&tag.remove_tag).filter(|tag| !is_name(tag)).count()
}

/// The names in both lists for which the corp has no tag.
fn missing_names(tag: &Tag) -> Vec<&str> {
    tag.add_tag.iter().chain(&tag.remove_tag).filter(|tag| is_name(tag)).map(String::as_str).collect()
}

/// What was left out and why. Where several things are wrong, the code is that of the one that has to be mended in the
/// console. What passes by itself is no code for an end, nor for a rule: there the tag is one that was not made.
fn left_out(tag: &Tag) -> Reason {
    let unmade = missing_names(tag).into_iter().any(|name| is_wanted(tag, name));
    let code = match tag.unmade_code {
        _ if !unmade => ReasonCode::UnknownTag,
        Some(code) if !code.passes() => code,
        _ => ReasonCode::TagNotMade,
    };
    code.because(refused_note(tag))
}

/// Whether a tag that is to be made was not, for a cause that passes by itself.
fn may_yet_be_made(tag: &Tag) -> bool {
    tag.unmade_code.is_some_and(ReasonCode::passes)
        && missing_names(tag).into_iter().any(|name| is_wanted(tag, name))
}

/// Whether the rule wants this tag made where the corp has none of its name.
fn is_wanted(tag: &Tag, name: &str) -> bool {
    tag.create.iter().any(|wanted| wanted == name)
}

/// What was left out and why, in words an operator understands.
fn refused_note(tag: &Tag) -> String {
    let mut notes = Vec::new();
    if !tag.refused.is_empty() {
        notes.push(format!(
            "WeCom does not know the tag id {}: it was left out; mend or remove it in the rule",
            tag.refused.join(", ")
        ));
    }
    let (unmade, missing): (Vec<&str>, Vec<&str>) =
        missing_names(tag).into_iter().partition(|name| is_wanted(tag, name));
    let then = "then `events replay ID --only tag`";
    if !unmade.is_empty() {
        let why = tag.unmade.as_deref().unwrap_or("mend its name in the rule, or make it in the console");
        notes.push(format!(
            "WeCom would not make the tag {}: it was left out; {why}; {then}",
            unmade.join(", ")
        ));
    }
    if !missing.is_empty() {
        notes.push(format!(
            "the corp has no tag {}: it was left out; make it in the console, write `create: true` beside it, or mend \
             its name in the rule; {then}",
            missing.join(", ")
        ));
    }
    notes.join("; ")
}
