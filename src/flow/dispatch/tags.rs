//! Tags by name on their way to WeCom: names become ids, then one call; once more where an id turns out to be old.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::requests;
use crate::{
    action::{ReasonCode, Tag, outcome::Class},
    known::{
        apps::WecomApp,
        tags::{Refusal, is_name},
    },
};
use wecom_client::{CallOptions, Done, Error, explain};
use wecom_core::cause::cause;

/// What came of a try to set tags.
pub(super) struct Marked {
    /// WeCom's answer, or ours where there was nothing to ask.
    pub(super) answer: Result<Done, Arc<Error>>,
    /// The request with the ids that were sent; what is still a name in it is a tag that the corp does not have. `None`
    /// where it is as it was planned, and where it will be tried again: by then a name may mean another id.
    pub(super) request: Option<Tag>,
    /// Every name stands for a tag that is not there: nothing was sent.
    pub(super) nothing_left: bool,
    /// One that is to be made was not.
    pub(super) refusal: Option<Refusal>,
}

impl Marked {
    /// What is left to do later, where a tag may yet be made that was not; the others have been set.
    pub(super) fn later(&self, tag: &Tag) -> Option<Tag> {
        let may_be_made = self.refusal.as_ref().is_some_and(|refusal| !refusal.is_final());
        if !may_be_made || self.answer.is_err() {
            return None;
        }
        let mut later = self.request.as_ref().unwrap_or(tag).clone();
        for list in [&mut later.add_tag, &mut later.remove_tag] {
            later.applied.extend(list.extract_if(.., |tag| !is_name(tag)));
        }
        Some(later)
    }
}

/// Puts tags on and takes them off, within `timeout`.
pub(super) async fn mark(app: &WecomApp, tag: &Tag, timeout: Duration) -> Marked {
    #[expect(clippy::disallowed_methods, reason = "measures what is left of the time for several calls")]
    let started = Instant::now();
    let left = || timeout.saturating_sub(started.elapsed());
    let mut sent = match app.tags.resolve(&app.client, tag, left).await {
        Ok(resolved) => resolved,
        Err(error) => {
            return Marked { answer: Err(error), request: None, nothing_left: false, refusal: None };
        }
    };
    let mut answer = send(app, &sent, left()).await;
    // A tag that was deleted and made again has another id; what stands in the rules is its name.
    if sent != *tag && is_unknown(answer.as_ref()) {
        match app.tags.resolve_again(&app.client, tag, &sent, left).await {
            Ok(Some(again)) => {
                answer = send(app, &again, left()).await;
                sent = again;
            }
            Ok(None) => {}
            Err(error) => answer = Some(Err(error)),
        }
    }
    let nothing_left = answer.is_none();
    let final_word = is_unknown(answer.as_ref()) || matches!(answer, None | Some(Ok(_)));
    let unmade = sent.add_tag.iter().filter(|name| sent.create.contains(name));
    let refusal = app.tags.refusal(unmade);
    sent.unmade = refusal.as_ref().map(why);
    sent.unmade_code = refusal.as_ref().map(code_of);
    let request = (final_word && sent != *tag).then_some(sent);
    Marked { answer: answer.unwrap_or(Ok(Done::default())), request, nothing_left, refusal }
}

/// What a tag that was not made stands in the record with.
fn code_of(refusal: &Refusal) -> ReasonCode {
    match ReasonCode::of_answer(refusal.class, refusal.errcode.and_then(cause)) {
        ReasonCode::Refused | ReasonCode::ContentRefused | ReasonCode::UnknownTag => ReasonCode::TagNotMade,
        code => code,
    }
}

/// WeCom's answer to an `add_corp_tag`, and what it means.
pub(super) fn why(refusal: &Refusal) -> String {
    let code = refusal.errcode.map_or(String::new(), |errcode| format!("{errcode} "));
    let said = format!("add_corp_tag: {code}{}", refusal.message);
    match refusal.errcode.and_then(explain) {
        Some(explanation) => format!("{said} ({explanation})"),
        None => said,
    }
}

/// Sends what has an id; `None` where nothing has.
async fn send(app: &WecomApp, tag: &Tag, left: Duration) -> Option<Result<Done, Arc<Error>>> {
    let ids = |list: &[String]| list.iter().filter(|tag| !is_name(tag)).cloned().collect();
    let known = Tag { add_tag: ids(&tag.add_tag), remove_tag: ids(&tag.remove_tag), ..tag.clone() };
    let nothing = known.add_tag.is_empty() && known.remove_tag.is_empty();
    if nothing && tag.add_tag.iter().chain(&tag.remove_tag).any(|tag| is_name(tag)) {
        return None;
    }
    let request = requests::mark_tag(&known);
    let answer = app.client.external().mark_tag(&request, CallOptions::one_attempt(left)).await;
    Some(answer.map_err(Arc::new))
}

fn is_unknown(answer: Option<&Result<Done, Arc<Error>>>) -> bool {
    matches!(answer, Some(Err(error)) if error.class() == Class::UnknownTag)
}
