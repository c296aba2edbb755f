//! `/contact-ways`: the ways of all apps, beside what the record and the rules know of their channels.
//!
//! - [`gathered`]: what a way is shown with: how many came by it, who would greet them.
//! - [`one`]: a way by itself: made, changed, deleted, its picture.
//! - [`table`]: many at once.

mod gathered;
pub(super) mod one;
pub(super) mod table;

use std::collections::HashSet;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use futures_util::future::join_all;

use super::{
    filter::{Given, choice},
    frame::{Frame, html, see_other},
    views::{Choice, ContactWaysPage, Count, Notice, OtherChannel, Place, ProblemPage, Tone, WayRow},
    words::{
        say::Say,
        ways::{SayWays, WayWords},
        wecom,
    },
};
use crate::{
    flow::changes::Refused,
    http::{
        access::{Caller, Viewer},
        problem::Problem,
    },
    known::contact_ways::{Listed, WAYS_MAX, Way},
    language::Sentence as _,
};
use gathered::{Channels, Served, named, picture_href, way_href, whom};

/// How many ways a page shows.
const ROWS: usize = 50;

/// How many channels without a way are shown: enough to see what is missing.
const OTHERS_MAX: usize = 50;

/// The periods that adds are counted for, the usual first.
const PERIODS: [(&str, i64); 2] = [("7d", 7), ("30d", 30)];

/// The names of the filter.
const NAMES: [&str; 5] = ["name", "state", "user", "app", "since"];

impl Frame {
    fn way_words(&self) -> &'static WayWords {
        WayWords::of(self.language)
    }

    fn say_ways(&self, say: SayWays<'_>) -> String {
        say.to(self.language)
    }
}

/// A way with the app that made it.
type OfApp<'a> = (&'a Served, &'a Way);

/// The page.
pub(super) async fn list(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let days =
        PERIODS.iter().find(|(name, _)| given.get("since") == Some(*name)).map_or(7, |(_, days)| *days);
    let apps = gathered::apps(&frame);
    let chosen: Vec<&Served> =
        apps.iter().filter(|app| given.get("app").is_none_or(|name| app.name == name)).collect();
    let listed = join_all(chosen.iter().map(|app| app.contact_ways.all(&app.client))).await;
    let mut channels = Channels::new(&frame, days);
    for app in &chosen {
        channels.count(&app.name).await?;
    }
    let ways: Vec<OfApp<'_>> = chosen
        .iter()
        .zip(&listed)
        .flat_map(|(app, listed)| listed.ways.iter().map(|way| (*app, &**way)))
        .collect();
    let found: Vec<OfApp<'_>> = ways.iter().copied().filter(|(_, way)| is_meant(way, &given)).collect();
    let number: usize = given.get("page").and_then(|page| page.parse().ok()).unwrap_or(0);
    let first = number.saturating_mul(ROWS).min(found.len());
    let shown = &found[first..found.len().min(first + ROWS)];
    let is_set = NAMES[..4].iter().any(|name| given.get(name).is_some());
    let to = |page: usize| given.href("/contact-ways", &NAMES, &[("page", &page.to_string())]);
    let unread: usize = listed.iter().map(|listed| listed.unread).sum();
    let page = ContactWaysPage {
        w: frame.words,
        y: frame.way_words(),
        shell: frame.shell(Some(Place::ContactWays)),
        troubles: troubles(&frame, &chosen, &listed),
        name: given.get("name").unwrap_or_default().to_owned(),
        state: given.get("state").unwrap_or_default().to_owned(),
        user: given.get("user").unwrap_or_default().to_owned(),
        apps: app_choices(&frame, &apps, given.get("app")),
        periods: PERIODS
            .iter()
            .map(|(name, of)| choice(name, &frame.say_ways(SayWays::InDays { days: *of }), *of == days))
            .collect(),
        is_set,
        several_apps: apps.len() > 1,
        may_change: frame.may_administer(),
        total: frame.say(Say::Total { count: i64::try_from(found.len()).unwrap_or(i64::MAX), more: false }),
        unread: (unread > 0).then(|| frame.say_ways(SayWays::Unread { count: unread })),
        rows: shown.iter().map(|(app, way)| row(&frame, &mut channels, app, way)).collect(),
        others: if is_set || unread > 0 { Vec::new() } else { others(&channels, &chosen, &ways) },
        previous: (first > 0).then(|| to(number.saturating_sub(1))),
        next: (first + ROWS < found.len()).then(|| to(number + 1)),
    };
    html(&page)
}

/// Has everything read again from WeCom.
pub(super) async fn again(_: Caller<Viewer>, frame: Frame) -> Result<HttpResponse, Problem> {
    for app in gathered::apps(&frame) {
        app.contact_ways.forget();
    }
    Ok(see_other("/contact-ways"))
}

/// What stands in the place of a page for which WeCom was needed: what happened, and what to do.
pub(super) fn trouble_page(
    frame: &Frame,
    place: Place,
    (what, cure): (String, String),
) -> Result<HttpResponse, Problem> {
    let back_label = match place {
        Place::Tags => frame.words.tags,
        _ => frame.words.contact_ways,
    };
    let page = ProblemPage {
        w: frame.words,
        shell: frame.shell(Some(place)),
        title: frame.words.problem_trouble,
        what,
        cure,
        back: place.href().to_owned(),
        back_label,
    };
    let mut answer = html(&page)?;
    *answer.status_mut() = StatusCode::BAD_GATEWAY;
    Ok(answer)
}

/// Whether the filter means it: a part of its name and channel, and an employee as a whole.
fn is_meant(way: &Way, given: &Given) -> bool {
    let has = |name: &str, text: &str| {
        given.get(name).is_none_or(|wanted| text.to_lowercase().contains(&wanted.to_lowercase()))
    };
    let of_user = |wanted: &str| way.users.iter().any(|user| user.eq_ignore_ascii_case(wanted));
    has("name", &way.name) && has("state", &way.state) && given.get("user").is_none_or(of_user)
}

fn troubles(frame: &Frame, apps: &[&Served], listed: &[Listed]) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (app, listed) in apps.iter().zip(listed) {
        if let Some(error) = &listed.trouble {
            let (what, cure) = wecom::trouble(&Refused::of(error), frame.language);
            let text = frame.say_ways(SayWays::NotRead { app: &app.name, what: &what, cure: &cure });
            notices.push(Notice { tone: Tone::Bad, text });
        }
        if listed.more {
            let text = frame.say_ways(SayWays::More { most: WAYS_MAX });
            notices.push(Notice { tone: Tone::Wait, text });
        }
    }
    notices
}

fn row(frame: &Frame, channels: &mut Channels<'_>, app: &Served, way: &Way) -> WayRow {
    let (adds, net) = channels.of(&app.name, &way.state);
    WayRow {
        name: named(frame, &way.name),
        app: app.name.clone(),
        state: way.state.clone(),
        events: channels.events_href(&app.name, &way.state),
        whom: whom(frame, &way.users, &way.departments),
        adds,
        net,
        greeter: channels.greeter(app, &way.state, &way.users),
        is_button: way.is_button,
        href: way_href(&app.name, &way.config_id),
        download: way
            .picture
            .as_ref()
            .map(|link| (format!("{}?download=1", picture_href(&app.name, &way.config_id)), link.clone())),
    }
}

/// The channels of the record that no way has, those with the most adds first.
fn others(channels: &Channels<'_>, apps: &[&Served], ways: &[OfApp<'_>]) -> Vec<OtherChannel> {
    let known: HashSet<(&str, &str)> =
        ways.iter().map(|(app, way)| (app.name.as_str(), way.state.as_str())).collect();
    let mut others: Vec<(&str, &str, i64, i64)> = Vec::new();
    for app in apps {
        let of = channels.all(&app.name).filter(|(state, ..)| !state.is_empty());
        others.extend(
            of.filter(|(state, ..)| !known.contains(&(app.name.as_str(), *state)))
                .map(|(state, adds, net)| (app.name.as_str(), state, adds, net)),
        );
    }
    others.sort_by_key(|(_, state, adds, _)| (-adds, *state));
    others.truncate(OTHERS_MAX);
    let shown = others.into_iter().map(|(app, state, adds, net)| OtherChannel {
        state: state.to_owned(),
        events: channels.events_href(app, state),
        adds: Count(adds).to_string(),
        net: Count(net).to_string(),
    });
    shown.collect()
}

/// The apps to choose from, with all of them at the beginning.
fn app_choices(frame: &Frame, apps: &[Served], chosen: Option<&str>) -> Vec<Choice> {
    let all = choice("", frame.words.all, chosen.is_none());
    let each = apps.iter().map(|app| choice(&app.name, &app.name, chosen == Some(app.name.as_str())));
    std::iter::once(all).chain(each).collect()
}
