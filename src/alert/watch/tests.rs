//! What is seen, second by second, and what is said of it.

use rstest::rstest;

use super::*;
use Code::{AppCannotCall, CallbacksNotStored, CallbacksRefused, DiskFull, DiskLow, WelcomesMissed};
use Look::{Bad, Good, Unclear};

const HOUR: i64 = 3_600;

fn subject(code: Code) -> Subject {
    let app = matches!(code, AppCannotCall | CallbacksRefused | WelcomesMissed).then(|| "shop".to_owned());
    Subject { code, app }
}

/// Looks every five seconds, from second 0 to `until_s`: `look` says how it stands with each code. What is said, as
/// `second code state figure`; every message is taken, but for those between the seconds of `deaf`.
fn story(until_s: i64, deaf: std::ops::Range<i64>, look: impl Fn(Code, i64) -> Look) -> Vec<String> {
    let (mut watch, mut said) = (Watch::default(), Vec::new());
    for second in (0..=until_s).step_by(5) {
        // As if another process had taken over: nothing is lost on the way.
        watch = Watch::read(&watch.to_json());
        let looks: Vec<_> = Code::ALL.into_iter().map(|code| (subject(code), look(code, second))).collect();
        watch.see(second * 1_000, &looks);
        for report in watch.due(second * 1_000) {
            if deaf.contains(&second) {
                continue;
            }
            let state = if report.state == State::Firing { "firing" } else { "over" };
            let since_s = report.since_ms / 1_000;
            said.push(format!(
                "{second} {} {state} since {since_s}: {}",
                report.subject.code.as_str(),
                report.figure
            ));
            watch.said(&report, second * 1_000);
        }
    }
    said
}

/// One code that is bad from one second to another, and good otherwise.
fn bad(of: Code, from_s: i64, to_s: i64) -> impl Fn(Code, i64) -> Look {
    move |code, second| if code == of && (from_s..to_s).contains(&second) { Bad(3) } else { Good }
}

#[rstest]
#[case::each_lasts_a_while_before_it_is_said(bad(AppCannotCall, 10, 100), &["45 app_cannot_call firing since 10: 3", "135 app_cannot_call over since 10: 3"])]
#[case::what_passes_is_not_said(bad(AppCannotCall, 10, 35), &[])]
#[case::callbacks_are_refused_while_somebody_sets_up(bad(CallbacksRefused, 0, 115), &[])]
#[case::callbacks_are_refused(bad(CallbacksRefused, 0, 130), &["125 callbacks_refused firing since 0: 3", "165 callbacks_refused over since 0: 3"])]
#[case::one_missed_welcome_is_said(bad(WelcomesMissed, 10, 600), &["15 welcomes_missed firing since 10: 3", "605 welcomes_missed over since 10: 3"])]
#[case::callbacks_that_were_not_stored_add_up(bad(CallbacksNotStored, 10, 20), &["15 callbacks_not_stored firing since 10: 6", "325 callbacks_not_stored over since 10: 6"])]
#[case::a_disk(bad(DiskLow, 0, 90), &["65 disk_low firing since 0: 3", "155 disk_low over since 0: 3"])]
fn a_trouble_is_said_once_and_its_end_once(#[case] look: impl Fn(Code, i64) -> Look, #[case] said: &[&str]) {
    assert_eq!(story(2 * HOUR, 0..0, look), said);
}

#[test]
fn what_comes_and_goes_is_one_trouble() {
    let said = story(HOUR, 0..0, |code, second| match code {
        // Well for 20 seconds of every minute.
        AppCannotCall if second < 600 && second % 60 < 40 => Bad(1),
        _ => Good,
    });
    assert_eq!(said, ["35 app_cannot_call firing since 0: 1", "615 app_cannot_call over since 0: 1"]);
}

#[test]
fn what_comes_together_is_said_together() {
    let (mut watch, at) = (Watch::default(), |code: Code| (subject(code), Bad(1)));
    watch.see(0, &[at(CallbacksNotStored)]);
    assert!(watch.due(0).is_empty(), "it waits for others");
    watch.see(4_000, &[at(CallbacksNotStored), at(WelcomesMissed)]);
    assert!(watch.due(4_000).is_empty());
    let due: Vec<_> = watch.due(5_000).into_iter().map(|report| report.subject.code).collect();
    assert_eq!(due, [CallbacksNotStored, WelcomesMissed], "the second has not waited as long");
}

#[test]
fn what_lasts_is_said_again_after_hours_and_together() {
    let said = story(13 * HOUR, 0..0, |code, second| match code {
        DiskLow if second >= 5 => Bad(900 << 20),
        WelcomesMissed if second >= HOUR / 2 => Bad(2),
        _ => Good,
    });
    let (first, again) = (70, 70 + 6 * HOUR);
    let expected = [
        format!("{first} disk_low firing since 5: {}", 900 << 20),
        format!("{} welcomes_missed firing since 1800: 2", HOUR / 2 + 5),
        format!("{again} disk_low firing since 5: {}", 900 << 20),
        format!("{again} welcomes_missed firing since 1800: 2"),
        format!("{} disk_low firing since 5: {}", again + 6 * HOUR, 900 << 20),
        format!("{} welcomes_missed firing since 1800: 2", again + 6 * HOUR),
    ];
    assert_eq!(said, expected);
}

#[test]
fn what_the_app_explains_goes_without_saying() {
    let said = story(2 * HOUR, 0..0, |code, second| match code {
        AppCannotCall if (0..100).contains(&second) => Bad(1),
        // Those ten minutes show for ten minutes more, and one later.
        WelcomesMissed if (10..700).contains(&second) || (3_000..3_600).contains(&second) => Bad(4),
        _ => Good,
    });
    assert_eq!(
        said,
        [
            "35 app_cannot_call firing since 0: 1",
            "135 app_cannot_call over since 0: 1",
            "3005 welcomes_missed firing since 3000: 4",
            "3605 welcomes_missed over since 3000: 4",
        ]
    );
    let mut watch = Watch::default();
    let other = Subject { code: WelcomesMissed, app: Some("other".into()) };
    watch.see(0, &[(subject(AppCannotCall), Bad(1)), (other.clone(), Bad(1))]);
    assert_eq!(watch.due(5_000).into_iter().map(|report| report.subject).collect::<Vec<_>>(), [other]);
}

#[test]
fn what_does_not_show_changes_nothing() {
    let said = story(2 * HOUR, 0..0, |code, second| match (code, second) {
        (CallbacksRefused, 0..125) => Bad(5),
        (CallbacksRefused, ..3_000) | (DiskFull, _) => Unclear,
        _ => Good,
    });
    assert_eq!(said, ["125 callbacks_refused firing since 0: 5", "3035 callbacks_refused over since 0: 5"]);
}

#[test]
fn who_could_not_be_reached_hears_the_state_of_now() {
    // What ended before anybody heard of it is not said at all.
    assert_eq!(story(HOUR, 0..400, bad(AppCannotCall, 0, 100)), [] as [&str; 0]);
    assert_eq!(
        story(HOUR, 0..400, bad(AppCannotCall, 0, 500)),
        ["400 app_cannot_call firing since 0: 3", "535 app_cannot_call over since 0: 3"]
    );
}

#[test]
fn an_app_that_was_taken_out_of_the_settings_is_forgotten() {
    let mut watch = Watch::default();
    watch.see(0, &[(subject(WelcomesMissed), Bad(1))]);
    watch.see(5_000, &[]);
    assert_eq!(watch, Watch::default());
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_up() {
    let (mut watch, day_ms) = (Watch::default(), 86_400_000);
    let look = |look: Look| [(subject(AppCannotCall), look)];
    watch.see(day_ms, &look(Bad(1)));
    watch.see(0, &look(Bad(1)));
    watch.see(30_000, &look(Bad(1)));
    let due = watch.due(35_000);
    assert_eq!((due.len(), due[0].since_ms), (1, 0));
}

#[test]
fn what_another_version_kept_is_as_good_as_nothing() {
    for text in [
        "",
        "null",
        "[]",
        r#"[{"code":"from_the_future","app":null,"since_ms":1,"figure":1,"phase":"coming"}]"#,
    ] {
        assert_eq!(Watch::read(text), Watch::default(), "{text}");
    }
}
