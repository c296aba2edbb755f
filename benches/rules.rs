//! Choosing among a thousand rules, and writing what they say. The budget is 50 µs for a match.

use std::{fmt::Write as _, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use wecom_greeter::{
    event::Event,
    rules::{Customer, Facts, Known, Media, Ruleset},
};

const EVENT: &str = "<xml><ToUserName><![CDATA[ww9f3c1d7be20a4455]]></ToUserName>\
    <FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1733900461</CreateTime>\
    <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>\
    <ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[lisi.01]]></UserID>\
    <ExternalUserID><![CDATA[wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A]]></ExternalUserID>\
    <State><![CDATA[shop-0999-summer]]></State><WelcomeCode><![CDATA[code]]></WelcomeCode></xml>";

/// A thousand shops: names, beginnings, patterns, employees and hours, so that every kind of condition is met.
fn document() -> String {
    let mut document = "rules:\n".to_owned();
    for shop in 0..1_000 {
        let when = match shop % 5 {
            0 => format!("{{ state: shop-{shop:04}-summer }}"),
            1 => format!("{{ state: \"shop-{shop:04}-*\" }}"),
            2 => format!("{{ state: [\"*-{shop:04}-spring\", \"shop?{shop:04}?[a-m]*\"] }}"),
            3 => format!("{{ user: [zhangsan.{shop}, \"li*.{shop}\"], state: \"shop-*\" }}"),
            _ => format!(
                "{{ schedule: {{ days: mon-fri, hours: \"09:00-18:00\" }}, state: \"shop-{shop:04}-*\" }}"
            ),
        };
        let _ = writeln!(
            document,
            "  - name: shop {shop}\n    priority: {shop}\n    when: {when}\n    welcome: {{ text: \"{{{{ customer.name | \
             default('朋友') }}}},欢迎光临 {shop} 号店\" }}\n    tag: {{ add: [etShop{shop}] }}"
        );
    }
    document.push_str(
        "  - name: everyone\n    priority: -1\n    welcome: { text: \"{{ customer.name }},您好\" }\n",
    );
    document
}

fn rules(criterion: &mut Criterion) {
    let document = document();
    let event = Event::parse(EVENT.as_bytes());
    let customer: Customer =
        serde_json::from_value(serde_json::json!({"external_contact": {"name": "小周"}})).unwrap_or_default();
    let media = Media::as_written();
    let facts = Facts {
        app: "default",
        corp_id: "ww9f3c1d7be20a4455",
        event: &event,
        happened_at_ms: 1_733_900_461_000,
        first_received_ms: 1_733_900_461_210,
        now_ms: 1_733_900_461_300,
        customer: Known::Is(&customer),
        employee: Known::NotAsked,
        earlier: Known::NotAsked,
        media: &media,
    };
    let Ok(set) = Ruleset::compile(&document, 1) else { return };
    let lost = Event::parse(EVENT.replace("shop-0999", "nowhere").as_bytes());

    criterion.bench_function("rules/match 1000, last by schedule", |bench| {
        bench.iter(|| set.needs(black_box(&facts)));
    });
    criterion.bench_function("rules/match 1000, none of them", |bench| {
        bench.iter(|| set.needs(black_box(&Facts { event: &lost, ..facts })));
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
