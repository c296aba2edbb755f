//! `/`: is all well, and if not, where?

use actix_web::HttpResponse;

use super::{
    frame::{Frame, html},
    show,
    views::{Count, Day, Figure, Headline, Need, OverviewPage, Place, Tone},
    words::{Words, cure::cure, say::Say},
};
use crate::{
    http::{
        access::{Caller, Viewer},
        problem::Problem,
    },
    store::{ActionFilter, By, EventFilter, Failures, StatsFilter, StatsRow},
};

/// How many days the trend has, today included.
const DAYS: i64 = 14;

/// How many of them the small print sums up.
const WEEK: usize = 7;

/// How many failures are looked at for what needs somebody.
const FAILURES_MAX: u32 = 2_000;

/// How many causes stand on the page; all of them are on the page of failures.
const NEEDS_MAX: usize = 5;

/// How many events stand at its foot.
const LATEST: u32 = 8;

/// The page.
pub(super) async fn show(_: Caller<Viewer>, frame: Frame) -> Result<HttpResponse, Problem> {
    let since_ms = Some(frame.times.days_ago_ms(DAYS - 1));
    let filter =
        StatsFilter { by: By::Day, since_ms, until_ms: None, app: None, zone: frame.times.zone.clone() };
    let turn = frame.private.counting_turn().await?;
    let counted = frame.store().stats(&filter).await?;
    let days: Vec<StatsRow> = (0..DAYS)
        .map(|ago| {
            let key = frame.times.date(frame.times.days_ago_ms(ago));
            counted
                .iter()
                .find(|row| row.key == key)
                .cloned()
                .unwrap_or(StatsRow { key, ..StatsRow::default() })
        })
        .collect();
    let week_ms = frame.times.days_ago_ms(i64::try_from(WEEK).unwrap_or(7) - 1);
    let of_week =
        EventFilter { since_ms: Some(week_ms), limit: Some(FAILURES_MAX), ..EventFilter::default() };
    let failures =
        frame.store().failures(&ActionFilter { event: of_week, ..ActionFilter::default() }).await?;
    drop(turn);
    let latest = EventFilter { limit: Some(LATEST), ..EventFilter::default() };
    let latest = frame.store().listed_events(&latest).await?;
    let needs: Vec<Need> = failures.iter().take(NEEDS_MAX).map(|group| need(&frame, group)).collect();
    let page = OverviewPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Overview)),
        today_is: frame.times.today_is(),
        headline: headline(&frame, &days[0], failures.len(), latest.is_empty()),
        more_needs: failures
            .len()
            .checked_sub(NEEDS_MAX)
            .filter(|more| *more > 0)
            .map(|more| frame.say(Say::MoreNeeds { more })),
        needs,
        figures: figures(&frame, &days),
        days: days.iter().enumerate().map(|(ago, row)| day(&frame, ago, row)).collect(),
        latest: latest.iter().map(|listed| show::row(&frame, listed)).collect(),
        definitions: definitions(frame.words).to_vec(),
    };
    html(&page)
}

/// The figures with what they count.
fn definitions(words: &Words) -> [(&'static str, &'static str); 5] {
    [
        (words.adds, words.mean_adds),
        (words.welcomed, words.mean_welcomed),
        (words.missed, words.mean_missed),
        (words.lost, words.mean_lost),
        (words.welcome_time, words.mean_welcome_time),
    ]
}

fn headline(frame: &Frame, today: &StatsRow, needs: usize, nothing: bool) -> Headline {
    let half = today.welcome_ms.p50.map(|ms| frame.times.duration(ms));
    let others = Say::Others { welcomed: today.welcomed, half_within: half.as_deref() };
    let more = (today.welcomed > 0).then(|| frame.say(others));
    let (tone, say) = match (today.missed, needs) {
        _ if nothing => (Tone::Quiet, Say::NothingYet),
        (1.., _) => (Tone::Bad, Say::Missed { missed: today.missed, needs }),
        (_, 1..) => (Tone::Bad, Say::ToDo { needs }),
        _ if today.adds == 0 => (Tone::Good, Say::AllWellNobody),
        _ if today.welcomed >= today.adds => (Tone::Good, Say::AllWell { adds: today.adds }),
        _ => (Tone::Good, Say::AllWellSome { adds: today.adds, welcomed: today.welcomed }),
    };
    Headline { tone, text: frame.say(say), more }
}

fn need(frame: &Frame, group: &Failures) -> Need {
    let customers = i64::try_from(group.customers).unwrap_or(i64::MAX);
    let reason = group.code.sentence(frame.language);
    let rule = group.rule.as_deref();
    let say = Say::Need { reason, kind: group.kind, rule, customers, count: group.count };
    Need {
        tone: Tone::Bad,
        what: frame.say(say),
        cure: cure(group.code, frame.language).into(),
        href: href_of(group),
        go: frame.words.see_to_it,
    }
}

/// The list of just these: a cause of one app and one rule is not that of another.
fn href_of(group: &Failures) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", group.code.as_str()).append_pair("kind", group.kind.as_str());
    query.append_pair("app", &group.app);
    if let Some(rule) = &group.rule {
        query.append_pair("rule", rule);
    }
    format!("/failures?{}#actions", query.finish())
}

fn figures(frame: &Frame, days: &[StatsRow]) -> Vec<Figure> {
    let (words, today) = (frame.words, &days[0]);
    let [adds, welcomed, missed, lost, took] = definitions(words);
    let week = |of: fn(&StatsRow) -> i64| days.iter().take(WEEK).map(of).sum::<i64>();
    let since = "since=7d";
    let plain =
        |(label, meaning): (&'static str, &'static str), of: fn(&StatsRow) -> i64, href: String| Figure {
            label,
            meaning,
            today: Count(of(today)).to_string(),
            unit: None,
            week: frame.say(Say::Week { count: week(of) }),
            href,
            alarming: false,
        };
    let mut figures = vec![
        plain(adds, |row| row.adds, format!("/events?change=add_external_contact&{since}")),
        plain(welcomed, |row| row.welcomed, format!("/events?status=welcomed&{since}")),
        plain(missed, |row| row.missed, format!("/failures?kind=welcome&{since}")),
        plain(lost, |row| row.lost, format!("/events?change=del_follow_user&{since}")),
    ];
    figures[2].alarming = today.missed > 0;
    if week(|row| row.adds) > 0 {
        let tenths = week(|row| row.welcomed).min(week(|row| row.adds)) * 1_000 / week(|row| row.adds);
        let percent = format!("{}.{}", tenths / 10, tenths % 10);
        figures[1].week = frame.say(Say::WeekPart { count: week(|row| row.welcomed), percent: &percent });
    }
    let nine = today.welcome_ms.p90.map(|ms| frame.times.duration(ms));
    figures.push(Figure {
        label: took.0,
        meaning: took.1,
        today: today.welcome_ms.p50.map_or_else(|| "–".to_owned(), |ms| frame.times.duration(ms)),
        unit: None,
        week: nine.map(|took| frame.say(Say::NineOfTen { took: &took })).unwrap_or_default(),
        href: "/stats".to_owned(),
        alarming: false,
    });
    figures
}

fn day(frame: &Frame, ago: usize, row: &StatsRow) -> Day {
    Day {
        label: frame.times.day_label(&row.key),
        at_s: frame.times.begins_ms(&row.key).unwrap_or_default() / 1_000,
        so_far: ago == 0,
        adds: Count(row.adds),
        welcomed: Count(row.welcomed),
        missed: Count(row.missed),
        lost: Count(row.lost),
    }
}
