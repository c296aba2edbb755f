//! How records are shown, wherever they stand: an event as a row, an action's end in words, a welcome as a chat.

use serde_json::Value;

use super::{
    frame::Frame,
    views::{Bubble, EventRow, Mark, Phone, Tone},
    words::{names, say::Say},
};
use crate::{
    action::{Action, Kind, ReasonCode, Status, Welcome},
    store::{ActionRecord, AttemptRecord, EventRecord, ListedEvent},
};
use wecom_core::message::Attachment;

/// So much of an id stands in a list: its ends, by which people tell one from another.
const ID_CHARS_SHOWN: usize = 14;

/// So much of WeCom's message stands in a list.
const ANSWER_CHARS_SHOWN: usize = 120;

/// An id, shortened in its middle.
pub(super) fn shortened(id: &str) -> String {
    let chars: Vec<char> = id.chars().collect();
    if chars.len() <= ID_CHARS_SHOWN + 1 {
        return id.to_owned();
    }
    let half = ID_CHARS_SHOWN / 2;
    chars[..half].iter().chain(&['…']).chain(&chars[chars.len() - half..]).collect()
}

/// A text, cut where it gets too long for its place.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// An event of a list as a row.
pub(super) fn row(frame: &Frame, listed: &ListedEvent) -> EventRow {
    let (event, fate) = (&listed.summary, &listed.fate);
    EventRow {
        id: event.id,
        at: frame.times.instant(event.received_at_ms),
        what: names::change(event, fate, frame.language),
        customer: event.external_user_id.as_deref().map(shortened).unwrap_or_default(),
        employee: event.user_id.clone().unwrap_or_default(),
        channel: event.state.clone().unwrap_or_default(),
        rule: fate.rule.clone().unwrap_or_default(),
        mark: names::fate(event, fate, frame.language),
    }
}

/// Why an action stands as it does, in a sentence; empty where there is nothing to say.
pub(super) fn reason(frame: &Frame, code: Option<ReasonCode>) -> String {
    code.map(|code| code.sentence(frame.language).to_owned()).unwrap_or_default()
}

/// What came of a call: WeCom's number and words, or that there was no answer.
pub(super) fn answer(frame: &Frame, attempt: &AttemptRecord) -> String {
    let message = cut(&attempt.errmsg, ANSWER_CHARS_SHOWN);
    if let Some(code) = attempt.errcode {
        return format!("{code} {message}");
    }
    let none = frame.say(Say::NoAnswer { perhaps_arrived: attempt.lost });
    if message.is_empty() { none } else { format!("{none} {message}") }
}

/// A request as people read JSON.
pub(super) fn json(request: &Value) -> String {
    serde_json::to_string_pretty(request).unwrap_or_default()
}

/// The welcome that counts of an event: one that was sent, else that of the latest run.
pub(super) fn welcome(record: &EventRecord) -> Option<&ActionRecord> {
    let welcomes = || record.actions.iter().filter(|action| action.kind == Kind::Welcome);
    welcomes().find(|action| action.status == Status::Done).or_else(|| welcomes().next_back())
}

/// The chat with a welcome, as far as the record has it.
pub(super) fn phone(frame: &Frame, record: &EventRecord) -> Option<Phone> {
    let action = welcome(record)?;
    let request = action.request.as_ref()?;
    let Ok(Action::Welcome(welcome)) = Action::from_json(Kind::Welcome, &request.to_string()) else {
        return None;
    };
    let sent = action.status == Status::Done && action.code != Some(ReasonCode::ByAnother);
    let caption = if sent { frame.words.phone } else { frame.words.phone_unsent };
    Some(chat(frame, &welcome, record.summary.user_id.as_deref(), (caption, sent), &Pictures::new()))
}

/// Where pictures can be seen, by the media ids under which a welcome has them.
pub(super) type Pictures = std::collections::HashMap<String, String>;

/// The chat with a welcome; under which heading, and whether it ever gets there.
pub(super) fn chat(
    frame: &Frame,
    welcome: &Welcome,
    employee: Option<&str>,
    (caption, sent): (&'static str, bool),
    pictures: &Pictures,
) -> Phone {
    let text = welcome.message.text.as_ref().map(|text| text.content.as_str()).unwrap_or_default();
    let mut bubbles: Vec<Bubble> = Vec::new();
    if !text.is_empty() {
        bubbles.push(Bubble::Text(text.to_owned()));
    }
    bubbles.extend(welcome.message.attachments.iter().map(|attachment| bubble(frame, attachment, pictures)));
    let name = employee.map_or_else(|| frame.say(Say::Employee), str::to_owned);
    Phone {
        caption,
        initial: name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default(),
        name,
        count: frame.say(Say::Lengths { bytes: text.len(), attachments: welcome.message.attachments.len() }),
        bubbles,
        unsent: !sent,
    }
}

fn bubble(frame: &Frame, attachment: &Attachment, pictures: &Pictures) -> Bubble {
    match attachment {
        Attachment::Image { image } => match image.media_id.as_ref().and_then(|id| pictures.get(id)) {
            Some(src) => Bubble::Picture { src: src.clone(), alt: frame.say(Say::Picture) },
            None => Bubble::Image(frame.say(Say::Picture)),
        },
        Attachment::Video { .. } => Bubble::Video(frame.say(Say::Video)),
        Attachment::File { .. } => Bubble::File(frame.say(Say::File)),
        Attachment::Link { link } => Bubble::Link {
            title: link.title.clone(),
            desc: link.desc.clone().unwrap_or_default(),
            url: link.url.clone(),
        },
        Attachment::Miniprogram { miniprogram } => Bubble::Miniprogram {
            title: miniprogram.title.clone(),
            foot: frame.say(Say::Miniprogram),
            cover: pictures.get(&miniprogram.pic_media_id).cloned(),
        },
    }
}

/// How an action ended: its status as a mark, better where something less went through.
pub(super) fn action_mark(frame: &Frame, action: &ActionRecord) -> Mark {
    let mark = names::status(action.status, frame.language);
    match (action.status, action.code) {
        (Status::Expired, Some(ReasonCode::UnknownEnd)) => Mark { tone: Tone::Unsure, ..mark },
        _ => mark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_ends() {
        assert_eq!(shortened("wmshort"), "wmshort");
        assert_eq!(shortened("wmQ7xKAAAAtq2TsLw2g"), "wmQ7xKA…2TsLw2g");
        assert_eq!(shortened("客户客户客户客户客户客户客户客户"), "客户客户客户客…户客户客户客户");
        assert_eq!(cut("春天来了", 2), "春天…");
        assert_eq!(cut("春天", 2), "春天");
    }
}
