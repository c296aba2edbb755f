//! One fault is one fail, with its code; what hangs on it is skipped.

use super::*;
use crate::{doctor::EXAMINED_WITHIN, store::AddsOfEmployee};

const NOW_MS: i64 = 1_796_000_000_000;

fn refused<T>(method: &'static str, errcode: i64) -> Answer<T> {
    // No wording of WeCom's: only the code counts.
    Err(Trouble::Refused { method, errcode, errmsg: "something from ip: 203.0.113.9".into() })
}

fn adds(user_id: &str, adds: i64, without_code: i64) -> AddsOfEmployee {
    AddsOfEmployee { user_id: user_id.into(), adds, without_code }
}

fn record(class: RefusalClass, at_ms: i64, signed: bool, sender: &str) -> RefusedRecord {
    RefusedRecord { id: at_ms, app: "default".into(), class, at_ms, sender: Some(sender.into()), signed }
}

fn healthy() -> AppFacts {
    AppFacts {
        name: "default".into(),
        is_only_app: true,
        token: Ok(()),
        employees: Some(Ok(vec!["zhangsan".into(), "lisi".into()])),
        rights: vec![("get_corp_tag_list", Ok(()))],
        statistics: Some(Ok((3, vec!["zhangsan".into(), "lisi".into()]))),
        wecom_addresses: vec!["101.226.103.*".into(), "58.246.220.0/24".into()],
        recorded: Some(Recorded {
            last_good_ms: Some(NOW_MS - 60_000),
            was_verified: true,
            refused: Vec::new(),
            yesterday: vec![adds("ZhangSan", 2, 0), adds("lisi", 1, 1)],
            week: vec![adds("zhangsan", 9, 3), adds("lisi", 4, 0)],
        }),
        proxy: None,
        url: None,
        now_ms: NOW_MS,
    }
}

/// The names of those that failed with their codes, and of those that were skipped.
fn ends(facts: &AppFacts) -> (Vec<(&'static str, &'static str)>, Vec<&'static str>) {
    let checks = judge_app(facts);
    let of = |status| checks.iter().filter(move |check| check.status() == status);
    (
        of(Status::Fail).map(|check| (check.matter.as_str(), check.finding.code().unwrap())).collect(),
        of(Status::Skip).map(|check| check.matter.as_str()).collect(),
    )
}

#[test]
fn all_is_well_where_nothing_is_wrong() {
    let checks = judge_app(&healthy());
    assert!(checks.iter().all(|check| check.status() == Status::Ok), "{checks:#?}");
    assert_eq!(checks.len(), Matter::ALL.into_iter().filter(|matter| matter.is_of_app()).count());
    assert!(EXAMINED_WITHIN.as_secs() <= 15);
}

#[test]
fn each_refusal_of_a_token_fails_there_and_nowhere_else() {
    for (errcode, code) in [
        (40001, "wrong_secret"),
        (40091, "wrong_secret"),
        (40013, "wrong_corp"),
        (50003, "app_disabled"),
        (45009, "too_often"),
        (999_999, "refused"),
    ] {
        let facts = AppFacts {
            token: refused("gettoken", errcode),
            employees: None,
            statistics: None,
            rights: vec![],
            ..healthy()
        };
        let (failed, skipped) = ends(&facts);
        assert_eq!(failed, [("token", code)], "{errcode}");
        assert_eq!(skipped, ["trusted_ip", "permissions", "scope", "events"], "{errcode}");
    }
    for (trouble, code) in [
        (Trouble::Unreachable, "unreachable"),
        (Trouble::Silent, "no_answer"),
        (Trouble::NotWecom { status: 502 }, "not_wecom"),
    ] {
        let facts =
            AppFacts { token: Err(trouble), employees: None, statistics: None, rights: vec![], ..healthy() };
        assert_eq!(ends(&facts).0, [("token", code)]);
    }
}

/// The corp id is asked for by WeCom, and compared with what callbacks are for.
#[test]
fn a_wrong_corp_id_is_one_fault_wherever_it_shows() {
    let mut facts = AppFacts {
        token: refused("gettoken", 40013),
        employees: None,
        statistics: None,
        rights: vec![],
        ..healthy()
    };
    let callback = |class| vec![record(class, NOW_MS - 1_000, true, "127.0.0.1")];
    facts.recorded.as_mut().unwrap().refused = callback(RefusalClass::Receiver);
    assert_eq!(
        ends(&facts),
        (vec![("token", "wrong_corp")], vec!["trusted_ip", "permissions", "scope", "callback", "events"])
    );
    // Another key has nothing to do with it.
    facts.recorded.as_mut().unwrap().refused = callback(RefusalClass::Padding);
    assert_eq!(ends(&facts).0, [("token", "wrong_corp"), ("callback", "padding")]);
}

#[test]
fn an_untrusted_address_is_one_fault_wherever_it_shows() {
    let of_token = AppFacts {
        token: refused("gettoken", 60020),
        employees: None,
        statistics: None,
        rights: vec![],
        ..healthy()
    };
    let of_calls = AppFacts {
        employees: Some(refused(FOLLOW_USERS, 60020)),
        rights: vec![("get_corp_tag_list", refused("x", 60020))],
        statistics: None,
        ..healthy()
    };
    for facts in [of_token, of_calls] {
        let (failed, _) = ends(&facts);
        assert_eq!(failed, [("trusted_ip", "untrusted_ip")]);
        let checks = judge_app(&facts);
        let found = &checks.iter().find(|check| check.matter == Matter::TrustedIp).unwrap().finding;
        let Finding::AddressUntrusted { address, .. } = found else { panic!("{found:?}") };
        assert_eq!(address.as_deref(), Some("203.0.113.9"));
    }
}

#[test]
fn rights_and_range_are_told_apart() {
    let with =
        |employees, rights| AppFacts { employees: Some(employees), rights, statistics: None, ..healthy() };
    let all = || Ok(vec!["zhangsan".to_owned()]);
    for (facts, failed) in [
        (with(refused(FOLLOW_USERS, 48002), vec![]), ("permissions", "no_permission")),
        (with(all(), vec![("get_corp_tag_list", refused("x", 48002))]), ("permissions", "no_permission")),
        (with(all(), vec![("agent/get", refused("x", 301_002))]), ("permissions", "wrong_agent_id")),
        (with(refused(FOLLOW_USERS, 60011), vec![]), ("scope", "not_in_scope")),
        (with(refused(FOLLOW_USERS, 84074), vec![]), ("scope", "not_in_scope")),
        (with(Ok(Vec::new()), vec![]), ("scope", "no_employees")),
        (with(refused(FOLLOW_USERS, 40014), vec![]), ("token", "token_refused")),
    ] {
        assert_eq!(ends(&facts).0, [failed], "{facts:#?}");
    }
    // A busy WeCom is nobody's fault.
    assert_eq!(ends(&with(refused(FOLLOW_USERS, -1), vec![])).0, []);
}

/// A right that is missing keeps back what is asked by it, and nothing else.
#[test]
fn only_what_hangs_on_a_right_is_skipped() {
    let of_tags = AppFacts { rights: vec![("get_corp_tag_list", refused("x", 48002))], ..healthy() };
    assert_eq!(ends(&of_tags), (vec![("permissions", "no_permission")], vec![]));
    let agent = AppFacts { rights: vec![("agent/get", refused("x", 301_002))], ..healthy() };
    assert_eq!(ends(&agent), (vec![("permissions", "wrong_agent_id")], vec![]));
    let of_tags_and_events = AppFacts { statistics: Some(Ok((9, vec!["zhangsan".into()]))), ..of_tags };
    assert_eq!(
        ends(&of_tags_and_events).0,
        [("permissions", "no_permission"), ("events", "events_missing")],
        "two faults are two fails"
    );
    let of_employees =
        AppFacts { employees: Some(refused(FOLLOW_USERS, 48002)), statistics: None, ..healthy() };
    assert_eq!(ends(&of_employees), (vec![("permissions", "no_permission")], vec!["scope", "events"]));
    let checks = judge_app(&of_employees);
    for matter in [Matter::Scope, Matter::Events] {
        let found = &checks.iter().find(|check| check.matter == matter).unwrap().finding;
        assert_eq!(*found, Finding::Skipped { after: Matter::Permissions });
    }
}

#[test]
fn refused_callbacks_count_after_the_last_good_one_and_only_wecoms() {
    let with = |refused: Vec<RefusedRecord>| {
        let mut facts = healthy();
        facts.recorded.as_mut().unwrap().refused = refused;
        facts
    };
    let now = NOW_MS - 1_000;
    for class in [
        RefusalClass::Signature,
        RefusalClass::Padding,
        RefusalClass::MessageLength,
        RefusalClass::Receiver,
        RefusalClass::NoSuchApp,
    ] {
        let (failed, skipped) = ends(&with(vec![record(class, now, true, "127.0.0.1")]));
        assert_eq!((failed, skipped), (vec![("callback", class.as_str())], vec!["events"]));
    }
    for harmless in [
        record(RefusalClass::Signature, NOW_MS - 90_000, true, "127.0.0.1"),
        record(RefusalClass::Signature, now, false, "127.0.0.1"),
        record(RefusalClass::ParameterMissing, now, true, "127.0.0.1"),
        record(RefusalClass::Signature, now, true, "198.51.100.7"),
    ] {
        assert_eq!(ends(&with(vec![harmless.clone()])).0, [], "{harmless:?}");
    }
    for address in ["101.226.103.70", "58.246.220.255"] {
        let one = record(RefusalClass::Signature, now, true, address);
        assert_eq!(ends(&with(vec![one])).0, [("callback", "signature")], "{address}");
    }
}

#[test]
fn statistics_and_codes_are_held_against_the_record() {
    let mut fewer = healthy();
    fewer.statistics = Some(Ok((4, vec!["zhangsan".into(), "lisi".into()])));
    assert_eq!(ends(&fewer).0, [("events", "events_missing")]);
    // An employee who was not asked for does not make up for it.
    fewer.statistics = Some(Ok((3, vec!["zhangsan".into()])));
    assert_eq!(ends(&fewer).0, [("events", "events_missing")]);

    let mut none = healthy();
    none.recorded.as_mut().unwrap().week = vec![adds("zhangsan", 2, 2), adds("lisi", 4, 3)];
    assert_eq!(ends(&none).0, [("welcome_codes", "no_welcome_codes")]);
    none.recorded.as_mut().unwrap().week = vec![adds("zhangsan", 1, 1)];
    assert_eq!(ends(&none).0, []);
}

#[test]
fn without_a_record_what_hangs_on_it_is_skipped() {
    let facts = AppFacts { recorded: None, ..healthy() };
    assert_eq!(ends(&facts), (vec![], vec!["callback", "events", "welcome_codes"]));
}
