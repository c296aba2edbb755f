//! What an event is, in a word or two for a list and in lines for its story.

use super::{
    output::{clean, or_dash},
    words::record::{Fact, Record},
};
use crate::{
    language::{Language, Sentence as _},
    store::{EventSummary, Fate, Payload},
};
use wecom_core::event::{Event, Kind, customer, customer_tag};

/// So many members of a group are named; WeCom names at most its latest batch.
const MEMBERS_SHOWN_MAX: usize = 20;

/// What happened: WeCom's name of the change, with the event before it where the name alone says little (`create` is one
/// of groups and one of tags), or a message by its type.
pub(super) fn what(event: &EventSummary, fate: &Fate) -> String {
    let change = event.change.as_deref().filter(|change| !change.is_empty());
    match (event.event.as_str(), change) {
        ("" | customer::EVENT, Some(change)) => clean(change),
        (name, Some(change)) => format!("{}/{}", clean(name), clean(change)),
        ("", None) => match fate.msg_type.as_deref() {
            Some(of) => format!("message/{}", clean(of)),
            None => "-".to_owned(),
        },
        (name, None) => clean(name),
    }
}

/// What the message says beside the app, the people and the channel: each a name and its value.
pub(super) fn details(payload: &Payload, language: Language) -> Vec<(Fact, String)> {
    let event = Event::from_payload(&payload.0);
    let mut details: Vec<(Fact, Option<String>)> = Vec::new();
    match &event.kind {
        Kind::Customer(of) => {
            details.push((Fact::Reason, of.fail_reason.as_ref().map(|reason| reason.as_str().to_owned())));
            details.push((Fact::Source, of.source.as_ref().map(|source| source.as_str().to_owned())));
        }
        Kind::CustomerGroup(of) => {
            details.push((Fact::Group, of.chat_id.clone()));
            details.push((Fact::Update, of.update_detail.as_ref().map(|detail| detail.as_str().to_owned())));
            details.push((Fact::Members, members(&of.changed_members, of.member_change_count, language)));
        }
        Kind::CustomerTag(of) => {
            // A group that was put into another order comes without a type.
            let is_tag = matches!(of.tag_type, Some(customer_tag::TagType::Tag));
            details.push((if is_tag { Fact::Tag } else { Fact::TagGroup }, of.id.clone()));
            details.push((Fact::RuleGroup, of.strategy_id.clone()));
        }
        Kind::Acquisition(of) => {
            details.push((Fact::Link, of.link_id.clone()));
            details.push((
                Fact::Quota,
                of.expire_quota_count.map(|count| Record::QuotaExpires { count }.to(language)),
            ));
        }
        Kind::Directory(_) | Kind::Message(_) | Kind::Suite(_) | Kind::Unknown => {}
    }
    if event.user_id().is_none() {
        details.push((Fact::From, event.sender().filter(|sender| *sender != "sys").map(str::to_owned)));
    }
    details
        .into_iter()
        .filter_map(|(name, value)| Some((name, or_dash(Some(&value.filter(|value| !value.is_empty())?)))))
        .collect()
}

fn members(ids: &[String], count: Option<i64>, language: Language) -> Option<String> {
    if ids.is_empty() {
        return count.map(|count| count.to_string());
    }
    let shown = ids.iter().take(MEMBERS_SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = ids.len().saturating_sub(MEMBERS_SHOWN_MAX);
    Some(if more == 0 { shown } else { Record::AndMore { shown: &shown, more }.to(language) })
}
