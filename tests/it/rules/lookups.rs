//! What is looked up before the welcome and what after it, and that neither the order of the answers nor when they come
//! changes what is done.

use proptest::prelude::*;
use serde_json::{Value, json};
use wecom_greeter::{
    action::{Action, Kind, Plan, PlannedAction},
    rules::{Needs, Ruleset},
};

use super::{
    Happened, added, changed, in_one_line, rules,
    world::{Answer, World, known, lost, unasked},
};

fn needs(lines: &[&str], happened: &Happened, world: &World) -> String {
    world.with(happened, |facts| rules(lines).needs(facts)).names().join("+")
}

/// (rules, what is looked up before the welcome of an event with a code, with no look-up made yet)
#[test]
fn only_what_can_change_the_welcome_is_looked_up_before_it() {
    let vip = "{name: vip, priority: 9, when: {department: 3}, welcome: {text: 贵宾}}";
    let tagger = "{name: tagger, priority: 9, when: {department: 3}, tag: {add: etA}}";
    let noted = "{name: noted, priority: 9, when: {returning: true}, remark: {name: x}}";
    let stopper = "{name: stopper, priority: 9, when: {customer: {type: wecom}}, stop: true}";
    let everyone = "{name: everyone, welcome: {text: 您好}}";
    let named = "{name: named, welcome: {text: '{{ customer.name }}'}}";
    let late = "{name: late, priority: -9, when: {department: 3}, welcome: {text: x}}";
    let late_stopper =
        "{name: late-stopper, priority: -9, when: {department: 3}, stop: true, tag: {add: etB}}";
    let table: &[(&str, &[&str], &str)] = &[
        ("nothing", &[everyone], ""),
        ("a rule with a welcome", &[vip, everyone], "employee"),
        ("a rule that only tags", &[tagger, everyone], ""),
        ("a rule that only remarks", &[noted, everyone], ""),
        ("a rule that stops", &[stopper, everyone], "customer"),
        ("both", &[vip, stopper, everyone], "customer+employee"),
        ("below the welcome", &[everyone, late], ""),
        ("below the welcome, and stops", &[everyone, late_stopper], ""),
        ("the text asks, nothing else does", &[tagger, named], "customer"),
        ("the text asks and a rule above it", &[vip, named], "customer+employee"),
        ("no welcome at all", &[tagger, noted], ""),
        ("a welcome that is open, and none below", &[vip], "employee"),
        (
            "what is free decides",
            &["{name: a, priority: 9, when: {department: 3, state: other}, welcome: {text: x}}", everyone],
            "",
        ),
        (
            "one of any is free and holds",
            &[
                "{name: a, priority: 9, when: {any: [{department: 3}, {state: ''}]}, welcome: {text: x}}",
                everyone,
            ],
            "",
        ),
        (
            "all of a rule's look-ups at once",
            &["{name: a, when: {department: 3, returning: false, not: {tagged: etA}}, welcome: {text: x}}"],
            "customer+employee+earlier",
        ),
        (
            "another app's rule",
            &["{name: a, priority: 9, apps: retail, when: {department: 3}, welcome: {text: x}}", everyone],
            "",
        ),
        (
            "a rule that is not enabled",
            &["{name: a, priority: 9, enabled: false, when: {department: 3}, welcome: {text: x}}", everyone],
            "",
        ),
        (
            "below one that stops for certain",
            &["{name: a, priority: 9, stop: true}", "{name: b, when: {department: 3}, welcome: {text: x}}"],
            "",
        ),
        (
            "a rule that matches whether or not it can be told",
            &["{name: a, on_lookup_failure: match, when: {department: 3}, welcome: {text: x}}"],
            "employee",
        ),
    ];
    for (title, lines, expected) in table {
        assert_eq!(needs(lines, &added(), &unasked()), *expected, "{title}");
        assert_eq!(
            needs(lines, &added().without_code(), &unasked()),
            "",
            "{title}: there is nothing to send"
        );
        assert_eq!(
            needs(lines, &changed("edit_external_contact"), &unasked()),
            "",
            "{title}: another change"
        );
        assert_eq!(needs(lines, &added(), &lost()), "", "{title}: asked in vain is asked");
        assert_eq!(needs(lines, &added(), &known()), "", "{title}: everything is known");
    }
}

#[test]
fn one_answer_may_open_the_next_question() {
    let lines = [
        "{name: vip, priority: 9, when: {department: 3}, welcome: {text: 贵宾}}",
        "{name: named, when: {state: ''}, welcome: {text: '{{ customer.name }}'}}",
    ];
    let world = |departments: &[i64]| unasked().departments(departments);
    assert_eq!(needs(&lines, &added(), &unasked()), "customer+employee");
    assert_eq!(
        needs(&lines, &added(), &world(&[3])),
        "",
        "the one who is greeted as a guest of honour has no name"
    );
    assert_eq!(needs(&lines, &added(), &world(&[4])), "customer");
}

#[test]
fn whom_the_event_does_not_name_nobody_looks_up() {
    let lines = ["{name: a, when: {not: {department: 3}}, welcome: {text: '{{ customer.name }}'}}"];
    assert_eq!(needs(&lines, &added().user(""), &unasked()), "customer");
    assert_eq!(needs(&lines, &added().user("").customer_id(""), &unasked()), "");
}

/// (rules, event, what is known) → the plan at once, what is asked afterwards, and the plan of the rest
fn in_two_steps(
    lines: &[&str],
    happened: &Happened,
    first: &World,
    then: &World,
) -> (String, String, String) {
    let set = rules(lines);
    let plan = first.with(happened, |facts| in_one_line(&set.plan(facts)));
    let asks = first.with(happened, |facts| set.needs_of_rest(facts, None)).names().join("+");
    let rest = then.with(happened, |facts| in_one_line(&set.rest(facts, None)));
    (plan, asks, rest)
}

#[test]
fn what_is_open_is_decided_after_the_welcome() {
    let lines = [
        "{name: vip, priority: 9, when: {tagged: 等级/VIP}, tag: {add: etSeen}}",
        "{name: sales, priority: 8, when: {department: 3}, remark: {name: 销售}}",
        "{name: shop, priority: 7, tag: {add: etShop}}",
        "{name: everyone, welcome: {text: 您好}}",
    ];
    let (plan, asks, rest) = in_two_steps(&lines, &added(), &unasked(), &known());
    assert_eq!(plan, "welcome 您好 | decide {\"asks\":[\"customer\",\"employee\"]} | by everyone:welcome");
    assert_eq!(asks, "customer+employee");
    assert_eq!(rest, "tag +etSeen +etShop | remark name=销售 | by vip:tag sales:remark shop:tag");
    let (_, _, rest) = in_two_steps(&lines, &added(), &unasked(), &lost());
    assert_eq!(rest, "tag +etShop | by shop:tag");
    let (_, _, rest) = in_two_steps(&lines, &added(), &unasked(), &unasked());
    assert_eq!(rest, "tag +etShop | by shop:tag", "what nobody has asked by then is unknown");
    let (plan, asks, _) = in_two_steps(&lines, &added(), &known(), &known());
    assert_eq!(asks, "", "with everything known all is planned at once");
    assert_eq!(
        plan,
        "welcome 您好 | tag +etSeen +etShop | remark name=销售 | by vip:tag sales:remark shop:tag everyone:welcome"
    );
    let (plan, asks, _) = in_two_steps(&lines, &added(), &lost(), &lost());
    assert_eq!(
        (plan.as_str(), asks.as_str()),
        ("welcome 您好 | tag +etShop | by shop:tag everyone:welcome", "")
    );
}

#[test]
fn a_rule_that_only_greets_is_not_worth_a_look_up_afterwards() {
    let late = [
        "{name: everyone, priority: 1, welcome: {text: 您好}, tag: {add: etA}}",
        "{name: late, when: {department: 3}, welcome: {text: x}}",
    ];
    let (plan, asks, _) = in_two_steps(&late, &added(), &unasked(), &known());
    assert_eq!((plan.as_str(), asks.as_str()), ("welcome 您好 | tag +etA | by everyone:welcome+tag", ""));
}

#[test]
fn a_rule_that_may_stop_holds_up_what_stands_below_it() {
    let lines = [
        "{name: everyone, priority: 9, welcome: {text: 您好}}",
        "{name: stopper, priority: 8, when: {department: 3}, stop: true}",
        "{name: below, tag: {add: etA}}",
    ];
    let (plan, asks, rest) = in_two_steps(&lines, &added(), &unasked(), &known());
    assert_eq!(plan, "welcome 您好 | decide {\"asks\":[\"employee\"]} | by everyone:welcome");
    assert_eq!((asks.as_str(), rest.as_str()), ("employee", "by "));
    let (_, _, rest) = in_two_steps(&lines, &added(), &unasked(), &known().departments(&[4]));
    assert_eq!(rest, "tag +etA | by below:tag");
}

#[test]
fn an_event_without_a_code_is_decided_as_any_other() {
    let lines = [
        "{name: vip, priority: 9, when: {tagged: 等级/VIP}, welcome: {text: x}, tag: {add: etSeen}}",
        "{name: all, tag: {add: etAll}}",
    ];
    let (plan, asks, rest) = in_two_steps(&lines, &added().without_code(), &unasked(), &known());
    let (skipped, plan) = plan.split_once(" | ").unwrap();
    assert!(skipped.starts_with("no welcome: the event carries no welcome code"), "{skipped}");
    assert_eq!(plan, "decide {\"asks\":[\"customer\"]} | by ");
    assert_eq!((asks.as_str(), rest.as_str()), ("customer", "tag +etSeen +etAll | by vip:tag all:tag"));
    // There are no notices about a missed welcome where no rule has one.
    let (plan, ..) = in_two_steps(&lines[1..], &added().without_code(), &unasked(), &known());
    assert_eq!(plan, "tag +etAll | by all:tag");
}

#[test]
fn conditions_tell_what_they_name() {
    let set = rules(&[
        "{name: a, when: {user: [zhangsan, 'li*'], any: [{department: [3, 4]}, {not: {tagged: [等级/VIP, etA]}}]}}",
        "{name: b, when: {user: ''}}",
    ]);
    let resources = set.resources();
    let users: Vec<&str> = resources.users.iter().map(|user| user.named.as_str()).collect();
    assert_eq!(users, ["zhangsan"]);
    let departments: Vec<(i64, &str, usize)> =
        resources.departments.iter().map(|id| (id.named, id.rule.as_str(), id.line)).collect();
    assert_eq!(departments, [(3, "a", 2), (4, "a", 2)]);
    let tags: Vec<(&str, bool)> = resources.tags.iter().map(|tag| (tag.tag.as_str(), tag.create)).collect();
    assert_eq!(tags, [("等级/VIP", false), ("etA", false)]);
}

/// A condition of any shape, up to five deep.
fn condition() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({"state": "spring"})),
        Just(json!({"state": "autumn"})),
        Just(json!({"welcome_code": true})),
        Just(json!({"customer": {"type": "wechat"}})),
        Just(json!({"customer": {"gender": "female"}})),
        Just(json!({"add_way": "scan_qr_code"})),
        Just(json!({"tagged": "等级/VIP"})),
        Just(json!({"department": 3})),
        Just(json!({"department": 8})),
        Just(json!({"returning": true})),
        Just(json!({"returning": {"to": "company"}})),
        Just(json!({"share": "0-50"})),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|list| json!({"any": list})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|list| json!({"all": list})),
            inner.prop_map(|condition| json!({"not": condition})),
        ]
    })
}

fn any_rules() -> impl Strategy<Value = Vec<Value>> {
    let rule = (condition(), 0..4_u8, any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.3));
    prop::collection::vec(rule, 1..6).prop_map(|rules| {
        let rule = |(at, (when, does, text_asks, stop, matches)): (usize, (Value, u8, bool, bool, bool))| {
            let mut rule = json!({
                "name": format!("r{at}"), "priority": 9 - at, "when": when, "stop": stop,
                "on_lookup_failure": if matches { "match" } else { "skip" },
            });
            if does & 1 == 0 {
                let text = if text_asks { format!("{at} {{{{ customer.name }}}}") } else { format!("{at}") };
                rule["welcome"] = json!({"text": text});
            }
            if does & 2 == 0 {
                rule["tag"] = json!({"add": [format!("et{at}")]});
            }
            rule
        };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

/// Every combination of answers for one event.
fn answers() -> impl Strategy<Value = World> {
    let customer = (prop::bool::weighted(0.8), any::<bool>(), any::<bool>(), any::<bool>());
    let employee = (prop::bool::weighted(0.8), any::<bool>(), any::<bool>());
    let earlier = (prop::bool::weighted(0.8), any::<bool>(), any::<bool>());
    (customer, employee, earlier).prop_map(|(customer, employee, earlier)| {
        let mut world = lost();
        if let (true, wechat, male, vip) = customer {
            let tags = if vip { json!([{"group_name": "等级", "tag_name": "VIP", "type": 1}]) } else { json!([]) };
            world = world.customer(&json!({
                "external_contact": {"name": "周", "type": if wechat { 1 } else { 2 }, "gender": if male { 1 } else { 2 }},
                "follow_user": [{"userid": "lisi.01", "add_way": 1, "tags": tags}]
            }));
        }
        if let (true, three, eight) = employee {
            let ids: Vec<i64> = [(three, 3), (eight, 8)].iter().filter(|(is, _)| *is).map(|(_, id)| *id).collect();
            world = world.departments(&ids);
        }
        if let (true, by_employee, by_company) = earlier {
            world = world.earlier(by_employee, by_company);
        }
        world
    })
}

/// What is known after the look-ups that were asked for, of all that could be.
fn learn(before: &World, asked: Needs, all: &World) -> World {
    let mut after = before.clone();
    if asked.customer {
        after.customer = all.customer.clone();
    }
    if asked.employee {
        after.employee = all.employee.clone();
    }
    if asked.earlier {
        after.earlier = all.earlier.clone();
    }
    after
}

fn actions(plan: &Plan, welcome: bool) -> Vec<&PlannedAction> {
    plan.actions.iter().filter(|planned| (planned.kind() == Kind::Welcome) == welcome).collect()
}

fn decides(plan: &Plan) -> bool {
    plan.actions
        .iter()
        .any(|planned| matches!(planned, PlannedAction::Perform { action: Action::Decide(_), .. }))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Looking up only what is needed, and the rest afterwards, gives the same plan as knowing everything from the start.
    #[test]
    fn in_steps_is_as_at_once(rules in any_rules(), all in answers(), code in any::<bool>(), spring in any::<bool>()) {
        let Ok(set) = Ruleset::compile(&json!({ "rules": rules }).to_string(), 1) else {
            // The check has found a contradiction.
            return Ok(());
        };
        let happened = added().state(if spring { "spring" } else { "" });
        let happened = if code { happened } else { happened.without_code() };
        let at_once = all.with(&happened, |facts| set.plan(facts));
        prop_assert!(!decides(&at_once), "nothing is open when everything is known");

        let mut world = unasked();
        let mut rounds = 0;
        loop {
            let asked = world.with(&happened, |facts| set.needs(facts));
            if asked.is_nothing() {
                break;
            }
            rounds += 1;
            prop_assert!(rounds <= 3, "there are three things to ask");
            world = learn(&world, asked, &all);
        }
        let first = world.with(&happened, |facts| set.plan(facts));
        if code {
            prop_assert_eq!(actions(&first, true), actions(&at_once, true), "the welcome is the same");
        }
        let asked = world.with(&happened, |facts| set.needs_of_rest(facts, None));
        prop_assert_eq!(decides(&first), !asked.is_nothing());
        let last = if decides(&first) {
            let world = learn(&world, asked, &all);
            prop_assert!(world.with(&happened, |facts| set.needs_of_rest(facts, None)).is_nothing(), "one round decides");
            world.with(&happened, |facts| set.rest(facts, None))
        } else {
            first
        };
        prop_assert_eq!(actions(&last, false), actions(&at_once, false), "and so is the rest");
    }

    /// A verdict that is decided before the look-ups is the same after them.
    #[test]
    fn what_is_certain_stays_so(when in condition(), all in answers(), spring in any::<bool>()) {
        let document = json!({"rules": [{"name": "r", "when": when, "tag": {"add": "etA"}}]}).to_string();
        let Ok(set) = Ruleset::compile(&document, 1) else { return Ok(()) };
        let happened = added().state(if spring { "spring" } else { "" });
        let half = World { employee: Answer::NotAsked, ..all.clone() };
        let after = &all.verdicts(&happened, &set)[0];
        prop_assert!(!after.open);
        for before in [unasked(), half] {
            let before = &before.verdicts(&happened, &set)[0];
            if before.open {
                prop_assert!(!before.lookups.is_empty());
            } else {
                prop_assert_eq!(before.matched, after.matched);
                prop_assert!(before.reason.is_some() || before.matched);
            }
        }
    }
}
