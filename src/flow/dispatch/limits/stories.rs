//! What the rooms are held to: how many of those are greeted whom WeCom would have let us greet, told by simulation.

#![expect(clippy::cast_precision_loss, reason = "counts and instants of a simulation are far below 2^52")]

use rstest::rstest;

use super::{
    Most,
    simulation::{Refuses, Story, Told, play},
};
use crate::action::outcome::Class;

/// Customers come for so long.
const RUSH_MS: i64 = 30_000;

/// One process and a WeCom that takes everything and answers after a tenth of a second; 30 customers a second, with a tag
/// each.
fn story() -> Story {
    Story {
        ceiling: Vec::new(),
        of_all: false,
        refuses: Refuses::LateAndCounts,
        refused_anyway: 0.0,
        errors: 0.0,
        latency_ms: (100, 100),
        adds: vec![(RUSH_MS, 30.0)],
        tags: true,
        processes: 1,
        token_dies_ms: None,
        away: None,
        serves_a_second: None,
        welcomes_unlimited: false,
        most: Most { welcomes: 400, tags: 50 },
        chance: 1,
    }
}

/// A WeCom that takes `at_once` calls, and `times` as many customers as it can serve.
fn ceiling(at_once: usize, times: f64, latency_ms: (i64, i64)) -> Story {
    let a_second = times * served(at_once, latency_ms);
    Story { ceiling: vec![(0, at_once)], latency_ms, adds: vec![(RUSH_MS, a_second)], ..story() }
}

/// How many calls a WeCom answers in a second that takes so many at once.
fn served(at_once: usize, (least, longest): (i64, i64)) -> f64 {
    let mean_ms = f64::from(i32::try_from(least + longest).unwrap()) / 2.0;
    f64::from(u32::try_from(at_once).unwrap()) * 1_000.0 / mean_ms
}

/// Holds that of those whom WeCom would have let us greet, `part` were; and that, of a rush that is more than it takes, half
/// of those who were greeted were so within two seconds.
fn hold(part: f64, story: &Story, possible: f64) -> Told {
    let told = play(story);
    let customers = told.customers as f64;
    let greeted = told.greeted_ms.len() as f64;
    assert!(greeted >= part * possible.min(customers), "{greeted} of {possible} and {customers}: {story:?}");
    assert!(told.median_ms() <= 2_000, "half of them after {} ms: {story:?}", told.median_ms());
    told
}

/// What a WeCom takes that takes so many at once, until the last customer's time is over.
fn possible(at_once: usize, latency_ms: (i64, i64)) -> f64 {
    served(at_once, latency_ms) * (RUSH_MS + 20_000) as f64 / 1_000.0
}

#[rstest]
fn what_wecom_takes_at_once_is_found_and_used(
    #[values(5, 10, 20, 50)] at_once: usize,
    #[values(0.5, 1.0, 2.0)] times: f64,
    #[values(false, true)] of_all: bool,
) {
    let story = Story { of_all, ..ceiling(at_once, times, (100, 100)) };
    let told = hold(0.9, &story, possible(at_once, (100, 100)));
    if times >= 1.0 {
        let refused = told.refused as f64 / told.calls as f64;
        assert!(refused < 0.15, "{refused} of the calls were refused");
    }
    assert_eq!(told.tagged_at_ms.len(), told.customers, "no tag is forgotten");
}

#[rstest]
fn however_long_it_takes_to_answer_and_to_refuse(
    #[values((20, 20), (20, 500), (500, 500))] latency_ms: (i64, i64),
    #[values(Refuses::AtOnce, Refuses::Late, Refuses::LateAndCounts)] refuses: Refuses,
    #[values(false, true)] of_all: bool,
) {
    // With few and slow calls chance weighs: three times.
    let parts = [1, 2, 3].map(|chance| {
        let told = play(&Story { of_all, refuses, chance, ..ceiling(10, 2.0, latency_ms) });
        assert!(told.median_ms() <= 2_000, "half of them after {} ms", told.median_ms());
        told.greeted_ms.len() as f64 / possible(10, latency_ms).min(told.customers as f64)
    });
    assert!(parts.iter().sum::<f64>() >= 3.0 * 0.9, "{parts:?}");
}

/// Other systems of the corp use the same quota: what is refused does not depend on us, and nobody goes ungreeted for it.
#[rstest]
fn what_is_refused_whatever_we_do_starves_nobody(
    #[values(0.1, 0.2, 0.3)] part: f64,
    #[values((20, 20), (80, 80), (20, 500))] latency_ms: (i64, i64),
    #[values(1, 3)] processes: usize,
    #[values(Refuses::AtOnce, Refuses::Late)] refuses: Refuses,
) {
    let adds = vec![(10_000, 140.0)];
    let story = Story { refused_anyway: part, latency_ms, processes, refuses, adds, ..story() };
    hold(0.99, &story, f64::INFINITY);
}

/// Both together: a ceiling below what comes, and refusals that have nothing to do with it.
#[rstest]
fn a_ceiling_is_found_below_refusals_that_are_borne(
    #[values(0.1, 0.3)] part: f64,
    #[values(10, 50)] at_once: usize,
) {
    let story = Story { refused_anyway: part, ..ceiling(at_once, 2.0, (100, 100)) };
    hold(0.8, &story, possible(at_once, (100, 100)) * (1.0 - part));
}

#[rstest]
#[case::falls(50, 10)]
#[case::rises(10, 50)]
#[case::falls_to_few(20, 5)]
#[case::rises_above_where_it_began(20, 150)]
fn a_ceiling_that_moves_is_found_again_within_seconds(#[case] before: usize, #[case] after: usize) {
    const MOVES_MS: i64 = 10_000;
    const FOUND_MS: i64 = 13_000;
    let story = Story {
        ceiling: vec![(0, before), (MOVES_MS, after)],
        adds: vec![(RUSH_MS, 2_000.0)],
        tags: false,
        ..story()
    };
    let told = play(&story);
    for (from_ms, until_ms, at_once) in [(2_000, MOVES_MS, before), (FOUND_MS, RUSH_MS, after)] {
        let greeted = told.greeted_at_ms.iter().filter(|at_ms| (from_ms..until_ms).contains(*at_ms)).count();
        let possible = served(at_once, (100, 100)) * (until_ms - from_ms) as f64 / 1_000.0;
        assert!(greeted as f64 >= 0.9 * possible, "{greeted} of {possible} with {at_once} at once");
    }
}

/// Each process sees only its own calls. Where there are hardly more places than processes some stay empty.
#[rstest]
#[case::hardly_enough_for_each(5, 0.7)]
#[case::ten(10, 0.85)]
#[case::twenty(20, 0.9)]
#[case::fifty(50, 0.9)]
fn three_processes_share_what_there_is(
    #[case] at_once: usize,
    #[case] part: f64,
    #[values(0.5, 1.0, 2.0)] times: f64,
    #[values(false, true)] of_all: bool,
) {
    let story = Story { processes: 3, of_all, ..ceiling(at_once, times, (100, 100)) };
    hold(part, &story, possible(at_once, (100, 100)));
}

/// A rush of a thousand a second, with a twentieth of the calls failing and a token that dies in the middle of it.
#[rstest]
fn ten_thousand_in_ten_seconds_are_greeted(#[values(1, 3)] processes: usize) {
    let story = Story {
        latency_ms: (100, 300),
        adds: vec![(10_000, 1_000.0)],
        errors: 0.05,
        token_dies_ms: Some(4_000),
        processes,
        tags: false,
        ..story()
    };
    hold(0.99, &story, f64::INFINITY);
}

/// A WeCom that gets slower with each call, and refuses none: more at once would only make everybody wait longer.
#[test]
fn answers_that_get_slower_are_not_asked_for_faster() {
    let told =
        play(&Story { serves_a_second: Some(64.0), adds: vec![(RUSH_MS, 300.0)], tags: false, ..story() });
    let most = told.limits.iter().map(|(_, limit)| *limit).max().unwrap_or(64);
    assert!(most <= 128, "{most} at once");
    assert!(told.greeted_ms.len() as f64 >= 0.9 * 64.0 * 50.0, "{}", told.greeted_ms.len());
    assert!(told.median_ms() <= 3_000, "{}", told.median_ms());
}

/// Whatever keeps WeCom away for a minute, it is asked a few times a second; and when it is back, all who have time left are
/// greeted, and no tag waits another minute.
#[rstest]
#[case::refuses_connections(Class::Busy, 1, 10.0)]
#[case::refuses_connections_in_a_rush(Class::Busy, 1, 100.0)]
#[case::hangs(Class::Busy, 4_000, 10.0)]
#[case::fails(Class::Busy, 80, 100.0)]
#[case::does_not_take_the_token(Class::Token, 160, 10.0)]
#[case::limits_the_frequency(Class::Throttled, 80, 10.0)]
fn a_wecom_that_is_away_is_asked_a_few_times_a_second(
    #[case] class: Class,
    #[case] after_ms: i64,
    #[case] a_second: f64,
) {
    let (from_ms, until_ms) = (10_000, 70_000);
    let told = play(&Story {
        away: Some((from_ms, until_ms, class, after_ms)),
        adds: vec![(100_000, a_second)],
        ..story()
    });
    // When it goes, those that are under way, and ten in a row, have to find out.
    let settled_ms = from_ms + 2 * after_ms + 2_000;
    let tries = told.began_ms.iter().filter(|at_ms| (settled_ms..until_ms).contains(*at_ms)).count();
    let seconds = (until_ms - settled_ms) as f64 / 1_000.0;
    assert!(tries as f64 <= 5.0 * seconds, "{tries} calls in {seconds} s");
    // Who comes in the first 40 seconds of the minute has no time left at its end; all others have, but for the last moment.
    let lost = (told.customers - told.greeted_ms.len()) as f64;
    let slack_s = (2 * after_ms + 3_000) as f64 / 1_000.0;
    assert!(lost <= a_second * (40.0 + slack_s) * 1.1, "{lost} of {} were not greeted", told.customers);
    let last_ms = told.tagged_at_ms.iter().max().copied().unwrap_or(i64::MAX);
    assert_eq!(told.tagged_at_ms.len(), told.customers, "no tag is forgotten");
    if class != Class::Throttled {
        assert!(last_ms <= until_ms + 60_000 || last_ms <= 160_000, "the last tag after {last_ms} ms");
    }
}

/// Tags that have piled up are set as fast as WeCom takes them, also where that is more than it is known to take.
#[rstest]
fn a_backlog_of_tags_is_set_as_fast_as_wecom_takes_them(#[values(5, 20, 40)] at_once: usize) {
    let rush = Story { ceiling: vec![(0, at_once)], adds: vec![(1_000, 8_000.0)], ..story() };
    // So fast come the customers that most tags are set when the welcomes are over.
    let story = Story { welcomes_unlimited: true, latency_ms: (100, 100), ..rush };
    let told = play(&story);
    let (first, last) = (told.tagged_at_ms.first().unwrap(), told.tagged_at_ms.last().unwrap());
    let took_s = (last - first) as f64 / 1_000.0;
    let a_second = told.tagged_at_ms.len() as f64 / took_s;
    assert!(a_second >= 0.9 * served(at_once, (100, 100)), "{a_second} a second");
}
