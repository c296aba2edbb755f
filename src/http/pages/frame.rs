//! What every page starts with: who asks, in which language, what time it is, and where the record is.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, ContentType},
    web::Data,
};
use askama::Template;

use super::{
    done::Done,
    rules,
    times::Times,
    views::{Notice, Place, Shell, Who},
    words::{Words, names, say::Say},
};
use crate::{
    access::Role,
    flow::context::Context,
    http::{access, private::Private, problem::Problem},
    language::{Language, Sentence as _},
    store::Store,
};

/// The cookie in which a browser holds the language that its person has chosen.
const LANGUAGE: &str = "greeter_language";

/// How long that lasts: as long as browsers keep anything.
const LANGUAGE_LASTS_S: u32 = 400 * 86_400;

/// What a page is made with.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) language: Language,
    pub(super) words: &'static Words,
    pub(super) times: Times,
    pub(super) private: Data<Private>,
    /// Path and query.
    pub(super) here: String,
    who: Option<access::Who>,
    notice: Option<Notice>,
}

impl Frame {
    /// The frame of a request.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let Some(private) = request.app_data::<Data<Private>>().cloned() else {
            return Err(Problem::Internal("find what a page is made with"));
        };
        let language = language_of(request);
        let times = Times { zone: private.zone.time_zone(), now_ms: private.now_ms(), language };
        let here = request.uri().path_and_query().map_or("/", |here| here.as_str()).to_owned();
        let who = request.extensions().get::<access::Who>().cloned();
        let done = Done::of_query(request.query_string());
        let notice = done.map(|done| done.notice(language));
        Ok(Self { language, words: Words::of(language), times, private, here, who, notice })
    }

    pub(super) fn store(&self) -> &Store {
        &self.private.context.store
    }

    pub(super) fn context(&self) -> &Arc<Context> {
        &self.private.context
    }

    /// Who asks; empty: nobody has logged in.
    pub(super) fn who(&self) -> &str {
        self.who.as_ref().map_or("", |who| who.name.as_str())
    }

    /// Whether whoever asks may have things tried again.
    pub(super) fn may_operate(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.role.may(Role::Operator))
    }

    /// Whether whoever asks may change what lies at WeCom.
    pub(super) fn may_administer(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.role.may(Role::Admin))
    }

    /// Where a rule that the record names is changed; `None` where no rule in force has that name any more.
    pub(super) fn rule_href(&self, name: &str) -> Option<String> {
        self.context().rulebook.current().has_rule(name).then(|| rules::address(name))
    }

    pub(super) fn say(&self, say: Say<'_>) -> String {
        say.to(self.language)
    }

    /// What stands around a page.
    pub(super) fn shell(&self, place: Option<Place>) -> Shell {
        let who = self.who.as_ref().map(|who| Who {
            name: who.name.clone(),
            role: names::role(who.role, self.language),
            is_admin: who.role.may(Role::Admin),
        });
        Shell {
            language: self.language,
            place,
            who,
            notice: self.notice.clone(),
            zone: self.times.zone_label(),
            demo: self.private.demo.is_some(),
            here: self.here.clone(),
        }
    }
}

impl FromRequest for Frame {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// The language that a browser's person has chosen; Chinese where none has been.
fn language_of(request: &HttpRequest) -> Language {
    let cookies = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let chosen = pairs.find(|(name, _)| *name == LANGUAGE).and_then(|(_, value)| Language::named(value));
    chosen.unwrap_or(Language::Zh)
}

/// What has a browser remember a language.
pub(super) fn remember(language: Language) -> String {
    format!("{LANGUAGE}={}; Max-Age={LANGUAGE_LASTS_S}; Path=/; SameSite=Lax; HttpOnly", language.as_str())
}

/// A page as an answer.
pub(super) fn html(page: &impl Template) -> Result<HttpResponse, Problem> {
    let text = page.render().map_err(|_| Problem::Internal("write a page"))?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(text))
}

/// To another page, after something was done: a reload does not do it again.
pub(super) fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

/// A path of ours, as it may stand in a form or an address that anybody can make; the overview where it is none. What
/// begins with two slashes, also by a backslash, would be another host.
pub(super) fn local(path: &str) -> &str {
    let is_ours = path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/events?state=a%20b&user=x#top", true)]
    #[case("/", true)]
    #[case("", false)]
    #[case("events", false)]
    #[case("//evil.example/x", false)]
    #[case("/\\evil.example", false)]
    #[case("https://evil.example", false)]
    #[case("/a\r\nset-cookie: x=1", false)]
    #[case("/\t/evil.example", false)]
    fn only_paths_of_ours_are_gone_to(#[case] path: &str, #[case] ours: bool) {
        assert_eq!(local(path), if ours { path } else { "/" });
    }
}
