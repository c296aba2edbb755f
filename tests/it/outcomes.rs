//! What WeCom's answers mean for an action: the policy, case by case, without a clock and without a call.

use rstest::rstest;
use wecom_core::message::{Attachment, Image, Link, Media, Miniprogram, SendWelcomeMsg, Text};
use wecom_greeter::action::{
    Action, Deadline, Decide, Forward, Notify, Reason, ReasonCode, Recipients, Remark, Tag, Trigger, Welcome,
    judge::{self, judge},
    outcome::{Attempt, Class, End, Next, Outcome},
    retry,
};

const DUE_MS: i64 = 1_733_900_461_000;

fn welcome(attachments: usize) -> Action {
    let link = Link { title: "t".into(), url: "https://example.com".into(), ..Link::default() };
    Action::Welcome(Welcome {
        message: SendWelcomeMsg::content(
            Some(Text { content: "您好".into() }),
            vec![Attachment::Link { link }; attachments],
        ),
        ..Welcome::default()
    })
}

fn tag(add: &[&str], remove: &[&str]) -> Action {
    let owned = |ids: &[&str]| ids.iter().map(ToString::to_string).collect();
    Action::Tag(Tag {
        userid: "zhangsan".into(),
        external_userid: "wmA".into(),
        add_tag: owned(add),
        remove_tag: owned(remove),
        ..Tag::default()
    })
}

fn remark() -> Action {
    Action::Remark(Remark { remark: Some("周".into()), ..Remark::default() })
}

fn attempt<'a>(action: &'a Action, end: impl Into<End>, message: &'a str) -> Attempt<'a> {
    let deadline = matches!(action, Action::Welcome(_)).then(|| Deadline::at_ms(DUE_MS + 20_000));
    Attempt {
        action,
        end: end.into(),
        errcode: None,
        message,
        number: 1,
        earlier_lost: false,
        unanswered: false,
        first_due_ms: DUE_MS,
        deadline,
        now_ms: DUE_MS + 100,
        dice: 0.5,
    }
}

#[track_caller]
fn again_in_ms(outcome: &Outcome) -> i64 {
    match &outcome.next {
        Next::Again { at_ms, .. } => at_ms - DUE_MS - 100,
        other => panic!("expected another try, got {other:?}"),
    }
}

#[test]
fn a_welcome_that_may_yet_go_out_is_tried_again_within_a_second_and_never_past_its_deadline() {
    let action = welcome(0);
    for class in [Class::Token, Class::Busy, Class::Contended, Class::Crowded, Class::Throttled] {
        let first = attempt(&action, class, "busy");
        let pause = again_in_ms(&judge(&first));
        assert!((100..=4_000).contains(&pause), "{class:?} waits {pause} ms");
        // Whatever the number and the dice: another try before the deadline, or expired. Never a try after it.
        for number in [1, 2, 5, 10, 1_000, u32::MAX] {
            for left_ms in [1, 200, 999, 5_000, 20_000] {
                let now_ms = DUE_MS + 20_000 - left_ms;
                match judge(&Attempt { number, now_ms, ..first }).next {
                    Next::Again { at_ms, .. } => assert!(at_ms > now_ms && at_ms < DUE_MS + 20_000),
                    Next::Expired { reason } => assert!(reason.contains("20 seconds"), "{reason}"),
                    other => panic!("{class:?}: {other:?}"),
                }
            }
        }
    }
}

#[test]
fn a_welcome_ends_as_wecoms_code_says() {
    let action = welcome(0);
    let ended = |end: End| judge(&attempt(&action, end, "errmsg")).next;
    let ends = |class: Class| ended(class.into());
    assert_eq!(ended(End::Done), Next::Done { note: None });
    assert!(
        matches!(ends(Class::AlreadySent), Next::Done { note: Some(note) } if note.starts_with("by another"))
    );
    assert!(matches!(ends(Class::CodeSpent), Next::Expired { reason } if reason.contains("errmsg")));
    assert!(matches!(ends(Class::NoConsent), Next::Failed { reason } if reason.contains("archiving")));
    assert!(matches!(ends(Class::Configuration), Next::Failed { reason }
            if reason.contains("errmsg") && reason.contains("console") && !reason.contains("retry")));
    assert!(matches!(ends(Class::NoRelation), Next::Failed { .. }));
    assert!(matches!(ends(Class::Refused), Next::Failed { reason } if reason.contains("errmsg")));
}

/// What the welcome that goes out now lacks of what its rule says; the rest of it must be `expected`.
#[track_caller]
fn lesser_than(outcome: &Outcome, expected: Action) -> Vec<String> {
    let (Some(Action::Welcome(sent)), Action::Welcome(expected)) = (&outcome.request, expected) else {
        panic!()
    };
    let lesser_code = sent.lesser_code;
    assert!(lesser_code.is_some(), "whatever is lesser has a code");
    assert_eq!(*sent, Welcome { lesser: sent.lesser.clone(), lesser_code, ..expected });
    sent.lesser.clone()
}

#[test]
fn already_sent_after_a_lost_answer_was_our_own() {
    let action = welcome(0);
    let lost = Attempt { earlier_lost: true, number: 2, ..attempt(&action, Class::AlreadySent, "") };
    assert_eq!(judge(&lost).next, Next::Done { note: None });
}

#[test]
fn a_refused_attachment_leaves_the_text_and_flags_the_rule() {
    for class in [Class::Content, Class::Refused] {
        let action = welcome(2);
        let outcome = judge(&attempt(&action, class, "invalid media_id"));
        assert_eq!(again_in_ms(&outcome), 0, "at once: the code is running out");
        assert_eq!(
            lesser_than(&outcome, welcome(0)),
            ["without its attachments, which WeCom refused: invalid media_id"]
        );
        let flag = outcome.flag.unwrap();
        assert_eq!(flag.code, ReasonCode::AttachmentRefused);
        assert!(flag.text.contains("invalid media_id"));
        // That it was a lesser one stands in its reason when it has gone out.
        let sent = outcome.request.unwrap();
        let Next::Done { note: Some(note) } = judge(&attempt(&sent, End::Done, "ok")).next else { panic!() };
        assert!(note.contains("invalid media_id"), "{note}");
        // Refused again as text only: that is its end, not a loop.
        let text_only = welcome(0);
        assert!(matches!(judge(&attempt(&text_only, class, "no")).next, Next::Failed { .. }));
    }
}

#[test]
fn a_refused_text_gives_way_to_its_fallback_once() {
    let Action::Welcome(plain) = welcome(0) else { unreachable!() };
    let fallback = Some(Text { content: "您好!".into() });
    let action = Action::Welcome(Welcome { fallback: fallback.clone(), ..plain });
    let outcome = judge(&attempt(&action, Class::Content, "spam"));
    assert_eq!(again_in_ms(&outcome), 0);
    assert_eq!(outcome.flag.as_ref().map(|flag| flag.code), Some(ReasonCode::TextRefused));
    let expected = Action::Welcome(Welcome::default().saying(fallback, Vec::new()));
    assert_eq!(lesser_than(&outcome, expected), ["with its fallback: WeCom refused the text: spam"]);
    let lesser = outcome.request.unwrap();
    assert!(matches!(judge(&attempt(&lesser, Class::Content, "spam")).next, Next::Failed { .. }));
}

#[test]
fn an_unknown_tag_is_dropped_and_the_others_are_applied() {
    let action = tag(&["etGood", "etBad"], &["etOld"]);
    let outcome =
        judge(&attempt(&action, Class::UnknownTag, "invalid tag id: etBad, hint: [1733900461_1_abc]"));
    assert_eq!(again_in_ms(&outcome), 0);
    let flag = outcome.flag.as_ref().unwrap();
    assert!(flag.code == ReasonCode::UnknownTag && flag.text.contains("etBad"), "{flag:?}");
    let Some(Action::Tag(rest)) = outcome.request else { panic!("the request changes") };
    assert_eq!(
        (rest.add_tag.as_slice(), rest.remove_tag.as_slice()),
        (&["etGood".to_owned()][..], &["etOld".to_owned()][..])
    );
    assert_eq!(rest.refused, ["etBad"]);
    let done = judge(&attempt(&Action::Tag(rest), End::Done, "ok"));
    assert!(matches!(done.next, Next::Done { note: Some(note) } if note.contains("etBad")));
}

#[test]
fn an_unknown_tag_that_is_not_named_is_found_by_sending_one_at_a_time() {
    let (bad, mut action) = ("et2", tag(&["et1", "et2"], &["et3"]));
    let mut calls = 0;
    let end = loop {
        calls += 1;
        assert!(calls < 10, "it must come to an end");
        let Action::Tag(request) = &action else { panic!() };
        let sent: Vec<_> = if request.one_by_one {
            request.add_tag.iter().chain(&request.remove_tag).take(1).collect()
        } else {
            request.add_tag.iter().chain(&request.remove_tag).collect()
        };
        let end = if sent.iter().any(|id| *id == bad) { Class::UnknownTag.into() } else { End::Done };
        let outcome = judge(&attempt(&action, end, "invalid tag"));
        if let Some(request) = outcome.request {
            action = request;
        }
        if !matches!(outcome.next, Next::Again { .. }) {
            break outcome.next;
        }
    };
    let Action::Tag(request) = &action else { panic!() };
    assert_eq!(
        (request.applied.as_slice(), request.refused.as_slice()),
        (&["et1".into(), "et3".into()][..], &["et2".into()][..])
    );
    assert!(matches!(end, Next::Done { note: Some(_) }));
    assert_eq!(calls, 4, "once together, then one each");
}

#[test]
fn tags_that_are_all_unknown_fail() {
    let action = tag(&["etBad"], &[]);
    assert!(
        matches!(judge(&attempt(&action, Class::UnknownTag, "")).next, Next::Failed { reason } if reason.contains("etBad"))
    );
}

#[test]
fn tags_and_remarks_are_tried_for_days_with_growing_pauses() {
    for action in [tag(&["et1"], &[]), remark()] {
        let (mut now_ms, mut number, mut longest) = (DUE_MS + 100, 1, 0);
        let end = loop {
            let outcome = judge(&Attempt { number, now_ms, ..attempt(&action, Class::Busy, "system busy") });
            match outcome.next {
                Next::Again { at_ms, .. } => {
                    assert!(at_ms > now_ms);
                    longest = longest.max(at_ms - now_ms);
                    now_ms = at_ms;
                }
                end => break end,
            }
            number += 1;
        };
        assert!(matches!(end, Next::Failed { reason } if reason.contains("system busy")));
        let tried_for_ms = now_ms - DUE_MS;
        let days_ms = i64::try_from(retry::DURABLE_FOR.as_millis()).unwrap();
        assert!((days_ms..days_ms + 6 * 3_600_000).contains(&tried_for_ms), "{tried_for_ms} ms");
        assert!((20..60).contains(&number), "{number} tries in three days");
        assert!(longest <= 3 * 3_600_000 * 3 / 2);
    }
}

#[test]
fn no_contact_is_wecoms_delay_at_first_and_the_end_after_a_minute() {
    let action = remark();
    let early = attempt(&action, Class::NoRelation, "not external contact");
    assert!(again_in_ms(&judge(&early)) <= 6_000);
    let late = Attempt { now_ms: DUE_MS + 60_000, number: 15, ..early };
    assert!(matches!(judge(&late).next, Next::Failed { .. }));
}

#[test]
fn a_frequency_limit_holds_tags_for_a_minute_at_least() {
    let action = tag(&["et1"], &[]);
    let pause = again_in_ms(&judge(&attempt(&action, Class::Throttled, "api freq out of limit")));
    assert!((60_000..=90_000).contains(&pause), "{pause}");
}

fn notify() -> Action {
    Action::Notify(Notify {
        rule: "lead".into(),
        on: Trigger::Event,
        to: Recipients::Department(12),
        text: "新客户".into(),
        reason: None,
        code: None,
        unrendered: false,
    })
}

fn forward() -> Action {
    Action::Forward(Forward { rule: "crm".into(), url: "https://crm.example/".into(), secret_env: None })
}

#[test]
fn notices_and_forwards_are_tried_for_a_day() {
    for action in [notify(), forward()] {
        let (mut now_ms, mut number) = (DUE_MS + 100, 1);
        let end = loop {
            match judge(&Attempt { number, now_ms, ..attempt(&action, Class::Busy, "no answer") }).next {
                Next::Again { at_ms, .. } => now_ms = at_ms,
                end => break end,
            }
            number += 1;
        };
        assert!(
            matches!(end, Next::Failed { reason } if reason.text == "given up after a day of trying: no answer")
        );
        let day_ms = i64::try_from(retry::REPORTS_FOR.as_millis()).unwrap();
        assert!((day_ms..day_ms + 5 * 3_600_000).contains(&(now_ms - DUE_MS)), "{} ms", now_ms - DUE_MS);
        assert!((10..40).contains(&number), "{number} tries in a day");
    }
}

#[test]
fn a_receiver_that_wants_no_more_gets_no_more() {
    let action = forward();
    let ended = |end: End, message| judge(&attempt(&action, end, message)).next;
    let ends = |class: Class, message| ended(class.into(), message);
    let gone = "the receiver answered with the status 410";
    assert_eq!(
        ends(Class::Refused, gone),
        Next::Failed { reason: ReasonCode::ReceiverRefused.because(gone) }
    );
    assert!(
        matches!(ends(Class::Configuration, "private"), Next::Failed { reason } if reason.text == "private")
    );
    assert!(matches!(ends(Class::Busy, "503"), Next::Again { reason, .. } if reason.text == "503"));
    assert_eq!(ended(End::Done, ""), Next::Done { note: None });
}

#[test]
fn what_is_not_set_fails_at_once_and_says_what_to_set() {
    for action in [notify(), forward(), tag(&["et1"], &[])] {
        let next = judge(&attempt(&action, End::Unset, "set WECOM_AGENT_ID")).next;
        assert!(matches!(&next, Next::Failed { reason } if reason.text == "set WECOM_AGENT_ID"), "{next:?}");
    }
}

/// `no_welcome_code` is a code of what is skipped: there was no welcome that could have been missed.
#[test]
fn a_welcome_without_a_code_is_skipped_and_not_failed() {
    let outcome = judge(&attempt(&welcome(0), End::Unset, "the event carries no welcome_code"));
    let Next::Skipped { reason } = &outcome.next else { panic!("{outcome:?}") };
    assert_eq!((reason.code, &outcome.flag), (ReasonCode::NoWelcomeCode, &None));
}

/// Our own database is not WeCom: what it holds up says so, and is tried again like what WeCom holds up.
#[rstest]
#[case::decide(Action::Decide(Decide::default()), 5, ReasonCode::BusyTooLong)]
#[case::forward(forward(), 5, ReasonCode::DatabaseAway)]
fn what_our_database_holds_up_is_not_blamed_on_wecom(
    #[case] action: Action,
    #[case] last: u32,
    #[case] in_the_end: ReasonCode,
) {
    let tried = attempt(&action, End::DatabaseAway, "the event could not be read: slow");
    let outcome = judge(&tried);
    assert!((500..=2_000).contains(&again_in_ms(&outcome)), "{outcome:?}");
    let code = |outcome: Outcome| match outcome.next {
        Next::Again { reason, .. } | Next::Failed { reason } => (reason.code, reason.text),
        other => panic!("{other:?}"),
    };
    let (first, text) = code(outcome);
    assert_eq!((first, text.as_str()), (ReasonCode::DatabaseAway, "the event could not be read: slow"));
    let (last, text) = code(judge(&Attempt { number: last, ..tried }));
    assert_eq!(last, in_the_end);
    assert!(text.contains("the event could not be read") && !text.contains("WeCom"), "{text}");
}

/// What passes by itself says why a tag waits. It is no code of an end, and none of a rule.
#[rstest]
#[case(ReasonCode::WecomBusy)]
#[case(ReasonCode::Throttled)]
#[case(ReasonCode::TooManyAtOnce)]
fn a_tag_that_may_yet_be_made_is_waited_for_and_given_up_as_busy_for_too_long(#[case] passing: ReasonCode) {
    let Action::Tag(mut asked) = tag(&["etBad", "渠道/新"], &[]) else { panic!() };
    asked.create = vec!["渠道/新".into()];
    asked.unmade = Some("add_corp_tag: -1 busy".into());
    asked.unmade_code = Some(passing);
    let action = Action::Tag(asked);
    let refused =
        Attempt { errcode: Some(40068), ..attempt(&action, Class::UnknownTag, "invalid tagid etBad") };
    let outcome = judge(&refused);
    let Next::Again { reason, .. } = &outcome.next else { panic!("{outcome:?}") };
    assert_eq!(reason.code, passing);
    assert_eq!(outcome.flag.as_ref().map(|flag| flag.code), Some(ReasonCode::TagNotMade), "{outcome:?}");
    let Some(Action::Tag(rest)) = &outcome.request else { panic!("{outcome:?}") };
    assert_eq!(
        (rest.refused.as_slice(), rest.add_tag.as_slice()),
        (&["etBad".into()][..], &["渠道/新".into()][..])
    );
    let after_days = Attempt { now_ms: DUE_MS + 4 * 86_400_000, ..refused };
    let Next::Failed { reason } = judge(&after_days).next else { panic!("it is not given up") };
    assert_eq!(reason.code, ReasonCode::BusyTooLong);
    // An end that leaves it out, whatever led there.
    let Next::Done { note: Some(note) } = judge(&attempt(&action, End::Done, "ok")).next else { panic!() };
    assert_eq!(note.code, ReasonCode::TagNotMade);
}

#[test]
fn what_is_left_open_is_looked_up_a_few_times_within_a_minute() {
    let action = Action::Decide(Decide { asks: vec!["customer".into()], ..Decide::default() });
    for dice in [0.0, 0.999] {
        let mut waited_ms = 0;
        for number in 1.. {
            let class = [Class::Busy, Class::Token, Class::NoRelation][number as usize % 3];
            match judge(&Attempt { number, dice, ..attempt(&action, class, "busy") }).next {
                Next::Again { at_ms, .. } => waited_ms += at_ms - DUE_MS - 100,
                Next::Failed { .. } => {
                    assert_eq!(number, retry::DECIDE_TRIES);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        assert!((15_000..23_000).contains(&waited_ms), "{waited_ms} ms");
    }
    assert_eq!(judge(&attempt(&action, End::Done, "")).next, Next::Done { note: None });
}

fn with_media() -> Welcome {
    let Action::Welcome(links) = welcome(1) else { unreachable!() };
    let media = |id: &str| Media { media_id: id.into() };
    let picture = |image: Image| Attachment::Image { image };
    let both = Image { media_id: Some("M1".into()), pic_url: Some("https://p.qpic.cn/1".into()) };
    let mut attachments = links.message.attachments.clone();
    attachments.extend([
        picture(Image { media_id: Some("M2".into()), pic_url: None }),
        picture(both),
        Attachment::Video { video: media("M3") },
        Attachment::File { file: media("M4") },
        Attachment::Miniprogram {
            miniprogram: Miniprogram { pic_media_id: "M5".into(), ..Miniprogram::default() },
        },
    ]);
    links.saying(links.message.text.clone(), attachments)
}

#[test]
fn a_refused_media_id_leaves_what_carries_none_and_then_the_text() {
    let full = with_media();
    assert_eq!(full.media_ids(), ["M2", "M1", "M3", "M4", "M5"]);
    let action = Action::Welcome(full);
    let outcome = judge(&attempt(&action, Class::Media, "invalid media_id"));
    assert_eq!(again_in_ms(&outcome), 0, "at once: the code is running out");
    let Reason { code, text: flag } = outcome.flag.unwrap();
    assert_eq!(code, ReasonCode::MediaRefused);
    assert!(flag.contains("invalid media_id") && flag.contains("name the file instead"), "{flag}");
    let Some(Action::Welcome(rest)) = outcome.request else { panic!("another welcome") };
    assert_eq!(rest.media_ids(), [""; 0]);
    assert_eq!(rest.message.attachments.len(), 2, "the link, and the picture by its URL: {rest:?}");
    assert!(rest.message.text.is_some());
    // Whatever is refused now is not the media: all attachments go.
    let outcome = judge(&attempt(&Action::Welcome(rest), Class::Media, "invalid media_id"));
    let lesser = lesser_than(&outcome, welcome(0));
    assert!(lesser.len() == 2 && lesser[0].contains("media ids"), "both are told: {lesser:?}");
}

#[test]
fn a_welcome_of_nothing_but_refused_media_ends_and_one_with_a_fallback_says_that() {
    let full = with_media();
    let only = Welcome::default().saying(None, full.message.attachments[3..].to_vec());
    let outcome = judge(&attempt(&Action::Welcome(only.clone()), Class::Media, "invalid media_id"));
    assert!(matches!(outcome.next, Next::Failed { .. }) && outcome.flag.is_some(), "{outcome:?}");
    let fallback = Some(Text { content: "您好".into() });
    let action = Action::Welcome(Welcome { fallback, ..only });
    let outcome = judge(&attempt(&action, Class::Media, "invalid media_id"));
    assert_eq!((again_in_ms(&outcome), lesser_than(&outcome, welcome(0)).len()), (0, 1));
}

#[test]
fn a_welcome_without_a_file_says_so() {
    let Action::Welcome(full) = welcome(0) else { unreachable!() };
    let action = Action::Welcome(Welcome { left_out: vec!["assets/a.png".into()], ..full });
    let Next::Done { note: Some(note) } = judge(&attempt(&action, End::Done, "ok")).next else {
        panic!("done, with a note")
    };
    assert!(note.contains("assets/a.png"), "{note}");
}

#[test]
fn a_tag_that_is_still_a_name_is_missing_and_the_others_are_set() {
    let action = tag(&["et1", "渠道/没有"], &["et2"]);
    let outcome = judge(&attempt(&action, End::Done, "ok"));
    let Next::Done { note: Some(note) } = &outcome.next else { panic!("{outcome:?}") };
    assert!(note.contains("渠道/没有") && note.contains("create: true"), "{note}");
    assert_eq!(outcome.flag, Some(note.clone()));

    // Refused ids among the resolved: dropped one by one, names are not sent.
    let outcome = judge(&attempt(&action, Class::UnknownTag, "invalid tagid et2"));
    let Some(Action::Tag(rest)) = outcome.request else { panic!("another request") };
    assert_eq!(
        (rest.add_tag.as_slice(), rest.refused.as_slice()),
        (&["et1".into(), "渠道/没有".into()][..], &["et2".into()][..])
    );
    assert!(matches!(outcome.next, Next::Again { .. }));

    // Nothing but names: that is its end, and the names are kept for another try.
    let action = tag(&["渠道/没有"], &[]);
    let outcome = judge(&attempt(&action, Class::UnknownTag, "none"));
    assert!(matches!(&outcome.next, Next::Failed { reason } if reason.contains("渠道/没有")), "{outcome:?}");
    assert!(outcome.flag.is_some());
    assert_eq!(outcome.request, Some(action));
}

/// What a program groups by: one code for each end that is not plainly done.
#[rstest]
#[case::busy_to_the_end(Class::Busy, Some(-1), false, 20_000, ReasonCode::ExpiredTrying)]
#[case::no_answer(Class::Busy, None, true, 20_000, ReasonCode::UnknownEnd)]
#[case::busy_after_no_answer(Class::Busy, Some(-1), true, 20_000, ReasonCode::UnknownEnd)]
#[case::spent(Class::CodeSpent, Some(41050), false, 100, ReasonCode::CodeExpired)]
#[case::spent_by_us_perhaps(Class::CodeSpent, Some(41050), true, 100, ReasonCode::UnknownEnd)]
#[case::chatting(Class::AlreadySent, Some(41051), false, 100, ReasonCode::ByAnother)]
#[case::archiving(Class::NoConsent, Some(41053), false, 100, ReasonCode::NoConsent)]
#[case::address(Class::Configuration, Some(60020), false, 100, ReasonCode::UntrustedIp)]
#[case::right(Class::Configuration, Some(48002), false, 100, ReasonCode::NoPermission)]
#[case::method(Class::Configuration, Some(48001), false, 100, ReasonCode::NoPermission)]
#[case::not_verified(Class::Configuration, Some(43009), false, 100, ReasonCode::CorpNotVerified)]
#[case::secret(Class::Configuration, Some(40001), false, 100, ReasonCode::WrongSecret)]
#[case::corp(Class::Configuration, Some(40013), false, 100, ReasonCode::WrongSecret)]
#[case::scope(Class::Configuration, Some(60011), false, 100, ReasonCode::NotInScope)]
#[case::use_of_contact(Class::Configuration, Some(84074), false, 100, ReasonCode::NotInScope)]
#[case::customer_of_others(Class::Refused, Some(40096), false, 100, ReasonCode::NotInScope)]
#[case::nobody(Class::Refused, Some(60111), false, 100, ReasonCode::UnknownEmployee)]
#[case::gone(Class::NoRelation, Some(84061), false, 100, ReasonCode::NotExternalContact)]
#[case::text(Class::Content, Some(40058), false, 100, ReasonCode::TextRefused)]
#[case::whatever(Class::Refused, Some(99999), false, 100, ReasonCode::Refused)]
fn the_end_of_a_welcome_has_a_code(
    #[case] class: Class,
    #[case] errcode: Option<i64>,
    #[case] unanswered: bool,
    #[case] after_ms: i64,
    #[case] code: ReasonCode,
) {
    let action = welcome(0);
    let now_ms = DUE_MS + after_ms - 1;
    let ended = Attempt { errcode, unanswered, now_ms, ..attempt(&action, class, "errmsg") };
    let reason = match judge(&ended).next {
        Next::Done { note: Some(reason) } | Next::Expired { reason } | Next::Failed { reason } => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason.code, code, "{reason}");
}

#[rstest]
#[case(false, false, ReasonCode::ExpiredUntried)]
#[case(true, false, ReasonCode::ExpiredTrying)]
#[case(true, true, ReasonCode::UnknownEnd)]
#[case::held_by_a_process_that_fell_silent(false, true, ReasonCode::UnknownEnd)]
fn a_welcome_that_no_call_can_start_for_any_more(
    #[case] tried: bool,
    #[case] unanswered: bool,
    #[case] code: ReasonCode,
) {
    let reason = judge::expired(tried, unanswered, Some("-1 system busy"));
    assert_eq!(reason.code, code);
    assert_eq!(reason.contains("system busy"), tried || unanswered, "{reason}");
}

#[rstest]
#[case::used_up(Class::Busy, Some(-1), ReasonCode::BusyTooLong)]
#[case::still_not_trusted(Class::Configuration, Some(60020), ReasonCode::UntrustedIp)]
#[case::still_no_right(Class::Configuration, Some(48002), ReasonCode::NoPermission)]
#[case::gone(Class::NoRelation, Some(84061), ReasonCode::NotExternalContact)]
#[case::content(Class::Content, Some(40058), ReasonCode::ContentRefused)]
fn what_was_tried_for_days_says_what_was_in_the_way(
    #[case] class: Class,
    #[case] errcode: Option<i64>,
    #[case] code: ReasonCode,
) {
    let action = remark();
    let now_ms = DUE_MS + i64::try_from(retry::DURABLE_FOR.as_millis()).unwrap();
    let next = judge(&Attempt { errcode, now_ms, number: 30, ..attempt(&action, class, "no") }).next;
    assert!(matches!(&next, Next::Failed { reason } if reason.code == code), "{next:?}");
}
