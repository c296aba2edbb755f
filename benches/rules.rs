//! Choosing among a thousand rules, and writing what they say. The budget is 50 µs for a match.

use std::{fmt::Write as _, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use wecom_core::event::Event;
use wecom_greeter::rules::{Customer, Earlier, Employee, Facts, Known, Media, Ruleset};

const EVENT: &str = "<xml><ToUserName><![CDATA[ww9f3c1d7be20a4455]]></ToUserName>\
    <FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1733900461</CreateTime>\
    <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>\
    <ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[lisi.01]]></UserID>\
    <ExternalUserID><![CDATA[wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A]]></ExternalUserID>\
    <State><![CDATA[shop-0999-summer]]></State><WelcomeCode><![CDATA[code]]></WelcomeCode></xml>";

/// A thousand shops: every kind of condition, in many of them with what is free holding, so that the department, the
/// customer, the tags, the share and the record have to tell.
fn document() -> String {
    let mut document = "calendars:\n  holidays: [2026-10-01..2026-10-07, 01-01]\nrules:\n".to_owned();
    for shop in 0..1_000 {
        let when = match shop % 10 {
            0 => format!("{{ state: shop-{shop:04}-summer }}"),
            1 => format!("{{ state: \"shop-{shop:04}-*\" }}"),
            2 => format!("{{ state: [\"*-{shop:04}-spring\", \"shop?{shop:04}?[a-m]*\"] }}"),
            3 => format!("{{ user: [zhangsan.{shop}, \"li*.{shop}\"], state: \"shop-*\" }}"),
            // From here on the cheap conditions hold, and the others have to tell.
            4 => format!("{{ department: [{shop}, {}], state: \"shop-*\" }}", shop + 10_000),
            5 => format!("{{ customer: {{ type: wecom, corp_name: \"*{shop}号店\" }} }}"),
            6 => format!("{{ tagged: [门店/{shop}, etShop{shop}], add_way: scan_qr_code }}"),
            7 => format!("{{ share: \"{}-{}\", returning: true }}", shop % 90, shop % 90 + 10),
            8 => format!(
                "{{ any: [{{ department: {shop} }}, {{ not: {{ customer: {{ type: wechat }} }} }}] }}"
            ),
            _ => format!(
                "{{ schedule: {{ days: mon-fri, hours: \"09:00-18:00\", not_calendar: holidays }}, \
                 state: \"shop-{shop:04}-*\" }}"
            ),
        };
        let _ = writeln!(
            document,
            "  - name: shop {shop}\n    priority: {priority}\n    experiment: greeting-{}\n    when: {when}\n    welcome: {{ text: \
             \"{{{{ customer.name | default('朋友') }}}},欢迎光临 {shop} 号店\" }}\n    tag: {{ add: [etShop{shop}] }}",
            shop % 20,
            priority = 1_000 - shop
        );
    }
    document.push_str(
        "  - name: everyone\n    priority: -1\n    welcome: { text: \"{{ customer.name }},您好\" }\n",
    );
    document
}

fn rules(criterion: &mut Criterion) {
    let document = document();
    let event = Event::from_payload(EVENT.as_bytes());
    let follower = |user: usize| {
        let tag = |n: usize| serde_json::json!({"group_name": "门店", "tag_name": format!("n{n}"), "tag_id": format!("etN{n}")});
        serde_json::json!({"userid": format!("user.{user}"), "add_way": 1, "tags": (0..10).map(tag).collect::<Vec<_>>()})
    };
    // The customer of fifty employees, the last of whom it is.
    let mut followers: Vec<_> = (0..50).map(follower).collect();
    if let Some(last) = followers.last_mut() {
        last["userid"] = "lisi.01".into();
    }
    let answer = serde_json::json!({
        "external_contact": {"name": "小周", "type": 1, "gender": 1}, "follow_user": followers
    });
    let customer: Customer = serde_json::from_value(answer).unwrap_or_default();
    let employee = Employee { departments: vec![20_007, 20_003, 20_001], ..Employee::default() };
    let earlier = Earlier::default();
    let media = Media::as_written();
    let facts = Facts {
        app: "default",
        corp_id: "ww9f3c1d7be20a4455",
        event: &event,
        happened_at_ms: 1_733_900_461_000,
        first_received_ms: 1_733_900_461_210,
        now_ms: 1_733_900_461_300,
        customer: Known::Is(&customer),
        employee: Known::Is(&employee),
        earlier: Known::Is(&earlier),
        media: &media,
    };
    let set = match Ruleset::compile(&document, 1) {
        Ok(set) => set,
        Err(faults) => panic!("{faults}"),
    };
    let lost = Event::from_payload(EVENT.replace("shop-0999", "nowhere").as_bytes());

    criterion.bench_function("rules/match 1000, last by schedule", |bench| {
        bench.iter(|| set.needs(black_box(&facts)));
    });
    criterion.bench_function("rules/match 1000, none of them", |bench| {
        bench.iter(|| set.needs(black_box(&Facts { event: &lost, ..facts })));
    });
    let unasked =
        Facts { customer: Known::NotAsked, employee: Known::NotAsked, earlier: Known::NotAsked, ..facts };
    criterion.bench_function("rules/match 1000, what to look up", |bench| {
        bench.iter(|| set.needs_of_rest(black_box(&unasked), None));
    });
    criterion.bench_function("rules/plan among 1000", |bench| bench.iter(|| set.plan(black_box(&facts))));
    criterion.bench_function("rules/compile 1000", |bench| {
        bench.iter(|| Ruleset::compile(black_box(&document), 1));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().without_plots();
    targets = rules
}
criterion_main!(benches);
