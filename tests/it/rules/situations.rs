//! Whole situations: a company's rules file, an event, the answers of the look-ups, and everything that comes of it, written
//! by hand. The order of looking up, planning and filling in is the server's.

use std::fmt::Write as _;

use serde_json::json;
use wecom_greeter::{
    action::{Action, Kind, Plan, PlannedAction, ReasonCode, Trigger},
    rules::{
        Earlier, Employee, Needs, Ruleset, needs_of_notice, needs_of_remark, render_notice, render_remark,
    },
};

use super::{
    Happened, added, changed, in_one_line, other,
    world::{Answer, World, customer, lost, unasked},
};

/// What is known once these look-ups have been made.
fn seen(world: &World, asked: Needs) -> World {
    let nothing = unasked();
    World {
        customer: if asked.customer { world.customer.clone() } else { nothing.customer },
        employee: if asked.employee { world.employee.clone() } else { nothing.employee },
        earlier: if asked.earlier { world.earlier.clone() } else { nothing.earlier },
    }
}

/// The look-ups before the welcome, and every action with its texts filled in.
fn comes_of(set: &Ruleset, happened: &Happened, world: &World) -> String {
    let ask = |needs: &dyn Fn(&World) -> Needs| {
        let mut asked = Needs::default();
        for _ in 0..3 {
            asked = asked.and(needs(&seen(world, asked)));
        }
        asked
    };
    let before = ask(&|seen| seen.with(happened, |facts| set.needs(facts)));
    let after = ask(&|seen| seen.with(happened, |facts| set.needs_of_rest(facts, None)));
    let welcome = seen(world, before).with(happened, |facts| set.plan(facts)).actions.into_iter();
    let rest = seen(world, after).with(happened, |facts| set.rest(facts, None)).actions.into_iter();
    let actions = welcome.filter(|planned| planned.kind() == Kind::Welcome).chain(rest);
    let plan = Plan { rules: Vec::new(), actions: actions.map(|one| filled(one, happened, world)).collect() };
    let looked_up = before.names().join("+");
    let looked_up = if looked_up.is_empty() { looked_up } else { format!("[{looked_up}] ") };
    let line = in_one_line(&plan);
    format!("{looked_up}{}", line.trim_end_matches("by ").trim_end_matches(" | "))
}

/// The action as it is performed.
fn filled(planned: PlannedAction, happened: &Happened, world: &World) -> PlannedAction {
    let PlannedAction::Perform { action, deadline } = planned else { return planned };
    let action = match action {
        Action::Remark(remark) => {
            let found = seen(world, needs_of_remark(&remark));
            match found.with(happened, |facts| render_remark(&remark, facts)) {
                Ok(remark) => Action::Remark(remark),
                Err(error) => {
                    return PlannedAction::Skip {
                        kind: Kind::Remark,
                        reason: ReasonCode::BlankText.because(error.to_string()),
                    };
                }
            }
        }
        Action::Notify(notice) => {
            let found = seen(world, needs_of_notice(&notice));
            Action::Notify(found.with(happened, |facts| render_notice(&notice, facts)))
        }
        other => other,
    };
    PlannedAction::Perform { action, deadline }
}

fn hold(document: &str, cases: Vec<(&str, Happened, World, &str)>) {
    let set = Ruleset::compile(document, 3).unwrap_or_else(|faults| panic!("{faults}"));
    let mut wrong = String::new();
    for (title, happened, world, expected) in cases {
        let found = comes_of(&set, &happened, &world);
        if found != expected {
            writeln!(wrong, "{title}:\n   found {found}\n  wanted {expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// 小周 of WeChat, who was never here and has no tags; 李四 of the sales department, which is 3.
fn stranger() -> World {
    let employee = Employee {
        userid: "lisi.01".to_owned(),
        name: Some("李四".to_owned()),
        alias: Some("小李".to_owned()),
        department: Some("销售部".to_owned()),
        departments: vec![3, 1],
        above_unknown: false,
    };
    World {
        customer: Answer::Is(customer(&json!({
            "external_contact": {"external_userid": super::ZHOU, "name": "小周", "type": 1, "gender": 2},
            "follow_user": [{"userid": "lisi.01", "add_way": 1, "remark": "周女士", "tags": []}]
        }))),
        employee: Answer::Is(employee),
        earlier: Answer::Is(Earlier::default()),
    }
}

/// The same as a guest of the highest level.
fn vip() -> World {
    stranger().customer(&json!({
        "external_contact": {"name": "小周", "type": 1},
        "follow_user": [{"userid": "LISI.01", "add_way": 16,
            "tags": [{"group_name": "等级", "tag_name": "VIP", "tag_id": "etVip", "type": 1}]}]
    }))
}

/// The same from another company.
fn partner() -> World {
    stranger().contact("type", json!(2)).contact("corp_name", json!("示例科技"))
}

fn nameless() -> World {
    stranger().contact("name", json!(""))
}

const SHOP: &str = r##"
calendars: { holidays: ["2026-10-01..2026-10-07", 01-01], makeup: 2026-10-10 }
rules:
  - name: night
    priority: 20
    when: { schedule: { hours: "22:00-08:00" } }
    welcome: { text: "夜安,{{ customer.name | default('您') }}" }
  - name: holiday
    priority: 19
    when: { schedule: [{ calendar: holidays }, { days: [sat, sun], not_calendar: makeup }] }
    welcome: { text: "{{ now.weekday }}{{ now.greeting }},休息中" }
  - name: vip
    priority: 15
    when: { tagged: 等级/VIP }
    welcome: { text: "尊敬的{{ customer.name }}" }
    tag: { add: 客户/贵宾, remove: 客户/新, create: true }
  - name: partner
    priority: 14
    when: { customer: { type: wecom, corp_name: "*科技*" } }
    welcome: { text: "{{ customer.corp_name }}的朋友" }
    remark: { company: "{{ customer.corp_name }}" }
  - name: back
    priority: 12
    when: { returning: { to: company } }
    welcome: { text: 欢迎回来 }
    tag: { remove: 客户/新 }
  - name: spring
    priority: 10
    when: { state: "spring-*" }
    welcome: { text: "#客户昵称#,春季好", fallback: 春季好 }
    tag: { add: 渠道/春季 }
    remark: { description: "{{ event.state }} {{ event.date }}" }
  - name: sales
    priority: 5
    when: { department: 3 }
    tag: { add: 部门/销售 }
    remark: { name: "{{ customer.name | cut(4) }}-销售" }
  - name: everyone
    welcome: { text: "您好,我是{{ employee.alias or employee.name }}", fallback: 您好 }
    tag: { add: 客户/新 }
"##;

#[test]
fn a_shop_greets() {
    let spring = || added().state("spring-1");
    let night = || added().at("2026-03-06T23:30:00+08:00");
    let saturday = || added().at("2026-03-07T10:00:00+08:00");
    #[rustfmt::skip] // A case a line.
    hold(SHOP, vec![
        ("a stranger", added(), stranger(), "[customer+employee+earlier] welcome 您好,我是小李 | tag +部门/销售 +客户/新 | remark name=小周-销售"),
        ("of a channel", spring(), stranger(), "[customer+earlier] welcome 小周,春季好 | tag +渠道/春季 +部门/销售 +客户/新 | remark name=小周-销售 description=spring-1 2026-03-06"),
        ("without a name", spring(), nameless(), "[customer+earlier] welcome 春季好 | tag +渠道/春季 +部门/销售 +客户/新 | remark name=-销售 description=spring-1 2026-03-06"),
        ("of a channel, nothing is known", spring(), lost(), "[customer+earlier] welcome 春季好 | tag +渠道/春季 +客户/新 | remark description=spring-1 2026-03-06"),
        ("nothing is known", added(), lost(), "[customer+employee+earlier] welcome 您好 | tag +客户/新"),
        ("only the employee is known", added(), World { employee: stranger().employee, ..lost() }, "[customer+employee+earlier] welcome 您好,我是小李 | tag +部门/销售 +客户/新 | remark name=-销售"),
        ("the customer is not known, and was here", added(), World { earlier: Answer::Is(Earlier { by_employee: true, by_company: true }), ..lost() }, "[customer+employee+earlier] welcome 欢迎回来 | tag -客户/新"),
        ("a guest", added(), vip(), "[customer+employee+earlier] welcome 尊敬的小周 | tag +客户/贵宾 +部门/销售 -客户/新 may make 客户/贵宾 | remark name=小周-销售"),
        ("a guest of another", added().user("wangwu"), vip(), "[customer+employee+earlier] welcome 您好,我是小李 | tag +部门/销售 +客户/新 | remark name=小周-销售"),
        ("a guest who comes again", added(), vip().earlier(true, true), "[customer+employee+earlier] welcome 尊敬的小周 | tag +客户/贵宾 +部门/销售 -客户/新 may make 客户/贵宾 | remark name=小周-销售"),
        ("a partner", added(), partner(), "[customer+employee+earlier] welcome 示例科技的朋友 | tag +部门/销售 +客户/新 | remark name=小周-销售 company=示例科技"),
        ("a partner of a channel", spring(), partner(), "[customer+earlier] welcome 示例科技的朋友 | tag +渠道/春季 +部门/销售 +客户/新 | remark name=小周-销售 description=spring-1 2026-03-06 company=示例科技"),
        ("another company", added(), partner().contact("corp_name", json!("别家")), "[customer+employee+earlier] welcome 您好,我是小李 | tag +部门/销售 +客户/新 | remark name=小周-销售"),
        ("who was here", added(), stranger().earlier(false, true), "[customer+employee+earlier] welcome 欢迎回来 | tag +部门/销售 -客户/新 | remark name=小周-销售"),
        ("in another department", added(), stranger().departments(&[4, 1]), "[customer+employee+earlier] welcome 您好 | tag +客户/新"),
        ("at night", night(), stranger(), "[customer] welcome 夜安,小周 | tag +部门/销售 +客户/新 | remark name=小周-销售"),
        ("at night, nothing is known", night(), lost(), "[customer] welcome 夜安,您 | tag +客户/新"),
        ("in the morning it is still night", added().at("2026-03-07T07:59:59+08:00"), vip(), "[customer] welcome 夜安,小周 | tag +客户/贵宾 +部门/销售 -客户/新 may make 客户/贵宾 | remark name=小周-销售"),
        ("and then it is not", added().at("2026-03-06T08:00:00+08:00"), lost(), "[customer+employee+earlier] welcome 您好 | tag +客户/新"),
        ("on a Saturday nobody is asked about", saturday(), stranger(), "welcome 星期六上午好,休息中 | tag +部门/销售 +客户/新 | remark name=小周-销售"),
        ("on a Saturday, a guest's tags", saturday(), vip(), "welcome 星期六上午好,休息中 | tag +客户/贵宾 +部门/销售 -客户/新 may make 客户/贵宾 | remark name=小周-销售"),
        ("a Saturday that is made up for", added().at("2026-10-10T10:00:00+08:00"), lost(), "[customer+employee+earlier] welcome 您好 | tag +客户/新"),
        ("a holiday", added().at("2026-10-01T13:00:00+08:00"), lost(), "welcome 星期四下午好,休息中 | tag +客户/新"),
        ("the first of any year", added().at("2031-01-01T09:00:00+08:00"), lost(), "welcome 星期三上午好,休息中 | tag +客户/新"),
        ("half an add without a code", changed("add_half_external_contact").customer_id("woOther"), stranger(), "no welcome: the event carries no welcome code: the customer is a WeCom user, for whom WeCom gives none | tag +部门/销售 +客户/新 | remark name=小周-销售"),
        ("an edit is no add", changed("edit_external_contact"), stranger(), ""),
        ("the event names no customer", added().customer_id(""), stranger(), "[employee] welcome 您好,我是小李 | no tag: the event does not say which employee and which customer | no remark: the event does not say which employee and which customer"),
        ("a long nickname", spring(), stranger().contact("name", json!("一二三四五六")), "[customer+earlier] welcome 一二三四五六,春季好 | tag +渠道/春季 +部门/销售 +客户/新 | remark name=一二三四-销售 description=spring-1 2026-03-06"),
        ("a nickname of somebody else's placeholder", spring(), stranger().contact("name", json!("{{ app }}#客户昵称#")), "[customer+earlier] welcome {{ app }}#客户昵称#,春季好 | tag +渠道/春季 +部门/销售 +客户/新 | remark name={{ a-销售 description=spring-1 2026-03-06"),
    ]);
}

/// ZHOU stands at 11.18 in greeting-test, wmA at 75.52.
const TRIAL: &str = r#"
rules:
  - name: inside
    priority: 9
    when: { customer: { type: wecom } }
    on_lookup_failure: match
    welcome: { text: 同事您好 }
    stop: true
  - name: a
    priority: 5
    experiment: greeting-test
    when: { share: "0-50" }
    welcome: { text: 甲, attachments: [{ image: { file: a.png } }] }
    tag: { add: 试验/甲 }
  - name: b
    priority: 5
    experiment: greeting-test
    when: { share: "50-100", not: { add_way: group_chat } }
    welcome: { text: "乙 {{ employee.name }}", attachments: [{ link: { title: "{{ customer.name }}", url: "https://e.cn/?n={{ customer.name }}" } }] }
    tag: { add: 试验/乙, remove: 试验/甲 }
  - name: rest
    welcome: { text: 丙 }
    remark: { name: "丙{{ customer.remark }}", phones: "13800000001" }
    forward: { url: "https://e.cn/" }
"#;

#[test]
fn a_trial_runs() {
    let b = || added().customer_id("wmA");
    let by_group = || {
        stranger().customer(&json!({
            "external_contact": {"name": "小周", "type": 1}, "follow_user": [{"userid": "lisi.01", "add_way": 4}]
        }))
    };
    let without = |world: World| World { customer: Answer::Lost, ..world };
    #[rustfmt::skip] // A case a line.
    hold(TRIAL, vec![
        ("the first half", added(), stranger(), "[customer] welcome 甲 +image | tag +试验/甲 | remark name=丙周女士 phones=13800000001 | forward https://e.cn/"),
        ("the other", b(), stranger(), "[customer+employee] welcome 乙 李四 +link 小周 https://e.cn/?n=%E5%B0%8F%E5%91%A8 | tag +试验/乙 -试验/甲 | remark name=丙周女士 phones=13800000001 | forward https://e.cn/"),
        ("the other, without a name", b(), nameless(), "[customer+employee] welcome 乙 李四 | tag +试验/乙 -试验/甲 | remark name=丙周女士 phones=13800000001 | forward https://e.cn/"),
        ("the other, by a group", b(), by_group(), "[customer] welcome 丙 | remark name=丙 phones=13800000001 | forward https://e.cn/"),
        ("the employee is not known", b(), World { employee: Answer::Lost, ..stranger() }, "[customer+employee] welcome 乙  +link 小周 https://e.cn/?n=%E5%B0%8F%E5%91%A8 | tag +试验/乙 -试验/甲 | remark name=丙周女士 phones=13800000001 | forward https://e.cn/"),
        ("a colleague", added(), partner(), "[customer] welcome 同事您好"),
        ("perhaps a colleague", added(), without(stranger()), "[customer] welcome 同事您好"),
        ("nobody, for certain", added().customer_id(""), stranger(), "welcome 丙 | no remark: the event does not say which employee and which customer | forward https://e.cn/"),
        ("without a code", added().without_code(), stranger(), "no welcome: the event carries no welcome code: the employee has a welcome set in WeCom's console, or has not logged in for long, or the two are chatting already, or an earlier event of this add carried it | tag +试验/甲 | remark name=丙周女士 phones=13800000001 | forward https://e.cn/"),
    ]);
}

const OTHERS: &str = r#"
rules:
  - name: lost vip
    priority: 9
    on: del_follow_user
    when: { tagged: [等级/VIP, etOld] }
    tag: { add: 流失/贵宾, create: true }
    notify: { to: [boss, employee], text: "贵宾 {{ customer.name }} 离开了 {{ employee.name }}" }
  - name: lost
    on: change_external_contact/del_follow_user
    tag: { add: 流失/客户 }
    notify: { to: employee, text: "{{ customer.name | default('有人') }} 删除了您" }
  - name: of sales
    on: [transfer_fail, del_external_contact]
    when: { department: [3, 4], not: { user: "boss*" } }
    notify: { to: { department: 4 }, text: "{{ event.change }} {{ event.fail_reason }}{{ event.source }} {{ employee.department }}" }
  - name: group
    on: change_external_chat/update/add_member
    when: { schedule: { hours: "09:00-18:00" } }
    notify: { to: { tag: 5 }, text: "{{ event.chat_id | cut(3) }}+{{ event.member_change_count }}" }
    forward: [{ url: "https://e.cn/g", secret_env: KEY }]
  - name: retail group
    apps: retail
    on: [change_external_chat/create, update]
    notify: { to: boss, text: x }
  - name: quota
    on: [balance_low, quota_expire_soon]
    notify: { to: boss, text: "{{ event.type }}:{{ event.expire_quota_count | default('?') }}" }
  - name: tags
    on: change_external_tag/delete
    forward: { url: "https://e.cn/t" }
"#;

#[test]
fn other_things_happen() {
    let lost_one = || changed("del_follow_user");
    let by_link = || {
        let fields = [("ChangeType", "del_follow_user"), ("UserID", "lisi.01"), ("ExternalUserID", "wm1")];
        other("customer_acquisition", &fields)
    };
    let failed = |user| {
        let fields = [("ChangeType", "transfer_fail"), ("UserID", user), ("FailReason", "customer_refused")];
        other("change_external_contact", &fields)
    };
    let grew = || {
        let fields = [
            ("ChangeType", "update"),
            ("UpdateDetail", "add_member"),
            ("ChatId", "wr123"),
            ("MemChangeCnt", "2"),
        ];
        other("change_external_chat", &fields)
    };
    let low = || other("customer_acquisition", &[("ChangeType", "balance_low")]);
    let tag = |change| other("change_external_tag", &[("ChangeType", change), ("Id", "et1")]);
    #[rustfmt::skip] // A case a line.
    hold(OTHERS, vec![
        ("a guest leaves", lost_one(), vip(), "tag +流失/贵宾 +流失/客户 may make 流失/贵宾 | notify lisi.01,boss: 贵宾 小周 离开了 李四 | notify lisi.01: 小周 删除了您"),
        ("another leaves", lost_one(), stranger(), "tag +流失/客户 | notify lisi.01: 小周 删除了您"),
        ("somebody leaves", lost_one(), lost(), "tag +流失/客户 | notify lisi.01: 有人 删除了您"),
        ("a guest of a link leaves", by_link(), vip(), "tag +流失/贵宾 may make 流失/贵宾 | notify lisi.01,boss: 贵宾 小周 离开了 李四"),
        ("another of a link leaves", by_link(), stranger(), ""),
        ("a transfer fails", failed("lisi.01"), stranger(), "notify department 4: transfer_fail customer_refused 销售部"),
        ("elsewhere", failed("lisi.01"), stranger().departments(&[5, 1]), ""),
        ("of the boss, who is not looked up", failed("boss.1"), stranger(), ""),
        ("nobody knows where", failed("lisi.01"), lost(), ""),
        ("an employee deletes", changed("del_external_contact"), stranger(), "notify department 4: del_external_contact  销售部"),
        ("a group grows", grew(), stranger(), "notify tag 5: wr1+2 | forward https://e.cn/g by KEY"),
        ("after hours", grew().at("2026-03-06T18:00:00+08:00"), stranger(), ""),
        ("in retail", grew().app("retail"), stranger(), "notify tag 5: wr1+2 | notify boss: x | forward https://e.cn/g by KEY"),
        ("a group in retail shrinks", other("change_external_chat", &[("ChangeType", "update"), ("UpdateDetail", "del_member")]).app("retail"), stranger(), "notify boss: x"),
        ("a tag in retail changes", tag("update").app("retail"), stranger(), "notify boss: x"),
        ("a group goes", other("change_external_chat", &[("ChangeType", "dismiss")]).app("retail"), stranger(), ""),
        ("the quota", low(), stranger(), "notify boss: customer_acquisition:?"),
        ("the quota expires", other("customer_acquisition", &[("ChangeType", "quota_expire_soon"), ("ExpireQuotaNum", "70")]), stranger(), "notify boss: customer_acquisition:70"),
        ("a tag goes", tag("delete"), stranger(), "forward https://e.cn/t"),
        ("tags are ordered", tag("shuffle"), stranger(), ""),
        ("the directory", other("change_contact", &[("ChangeType", "update_user"), ("UserID", "lisi.01")]), stranger(), ""),
        ("an add", added(), vip(), "no welcome: no rule with a welcome matches this event"),
    ]);
}

const ODD: &str = r#"
rules:
  - name: tie b
    priority: 3
    when: { state: tie }
    welcome: { text: B }
    tag: { add: [etX], remove: [etY] }
  - name: tie a
    priority: 3
    when: { state: tie }
    welcome: { text: A }
    tag: { add: [etY], remove: [etZ] }
    remark: { name: "" }
  - name: low
    priority: -3
    when: { state: tie }
    tag: { add: [etZ, etW] }
    remark: { name: 低, company: "{{ customer.corp_full_name }}" }
  - name: cut
    when: { state: cut }
    welcome:
      text: "{{ customer.name | cut_bytes(7) }}/{{ customer.name | upper | cut(2) }}/{{ customer.name | length }}"
      attachments:
        - link: { title: "{% if customer.gender == 'female' %}女士{% endif %}", url: "https://e.cn/" }
        - miniprogram: { title: "{{ customer.avatar }}", app_id: wx8bd80126147df384, page: /, cover: { media_id: M } }
  - name: blank
    when: { state: blank }
    welcome: { text: "{{ customer.position }}", fallback: "{{ now | date('%-m月%-d日') }}好" }
  - name: only
    when: { state: only }
    welcome: { attachments: [{ link: { title: "{{ customer.name }}", url: "https://e.cn/" } }], fallback: 无 }
  - name: stopped
    priority: 8
    when: { any: [{ state: stop }, { all: [{ returning: true }, { user: never }] }] }
    tag: { add: etS }
    stop: true
  - name: default
    priority: 1
    when: { state: ["stop", "w*"] }
    welcome: { text: "{{ event.change }}@{{ app }}" }
    notify: { to: employee, on: missed_welcome, text: "{{ reason }}" }
"#;

#[test]
fn odd_things_are_as_they_are_written() {
    let of = |state| added().state(state);
    let none = "no welcome: no rule with a welcome matches this event";
    #[rustfmt::skip] // A case a line.
    hold(ODD, vec![
        ("a tie goes by the order of the file, and the higher one holds", of("tie"), stranger(), "welcome B | tag +etX +etW -etY -etZ | remark name="),
        ("an empty remark is meant so, a value that is missing is not", of("tie"), partner().contact("corp_full_name", json!("示例科技有限公司")), "welcome B | tag +etX +etW -etY -etZ | remark name= company=示例科技有限公司"),
        ("bytes, characters", of("cut"), stranger().contact("name", json!("aé周b")), "[customer] welcome aé周b/AÉ/4 +link 女士 https://e.cn/"),
        ("between bytes", of("cut"), stranger().contact("name", json!("周周周")), "[customer] welcome 周周/周周/3 +link 女士 https://e.cn/"),
        ("a family, and no room for it", of("cut"), stranger().contact("name", json!("👨‍👩‍👧")), "[customer] welcome 👨/👨/5 +link 女士 https://e.cn/"),
        ("nobody to fill in", of("cut"), lost(), "[customer] welcome //0"),
        ("a title of their picture", of("cut"), stranger().contact("avatar", json!("头像")).contact("gender", json!(1)), "[customer] welcome 小周/小周/2 +miniprogram 头像 /"),
        ("a blank text", of("blank"), stranger(), "[customer] welcome 3月6日好"),
        ("not a blank one", of("blank"), stranger().contact("position", json!("经理")), "[customer] welcome 经理"),
        ("not known", of("blank"), lost(), "[customer] welcome 3月6日好"),
        ("nothing is left of attachments", of("only"), nameless(), "[customer] welcome 无"),
        ("something is", of("only"), stranger(), "[customer] welcome (none) +link 小周 https://e.cn/"),
        ("stop, without a welcome", of("stop"), stranger(), "no welcome: no rule with a welcome matches this event | tag +etS"),
        ("what is free decides that nobody is asked", of("w1"), lost(), "welcome add_external_contact@default"),
        ("who may stop is asked", of("w1").user("never"), stranger(), "[earlier] welcome add_external_contact@default"),
        ("and stops", of("w1").user("never"), stranger().earlier(true, true), "[earlier] no welcome: no rule with a welcome matches this event | tag +etS"),
        ("or is not known, and does not", of("w1").user("never"), lost(), "[earlier] welcome add_external_contact@default"),
        ("case counts", of("W1"), stranger(), none),
        ("no state at all", of(""), stranger(), none),
    ]);
}

/// (what is known) → the notices about a missed welcome, and what is looked up for them
#[test]
fn who_is_notified_of_what_went_wrong() {
    let document = r#"
rules:
  - name: vip
    priority: 2
    when: { tagged: 等级/VIP }
    notify: { to: boss, on: missed_welcome, text: "贵宾 {{ customer.name }}:{{ reason }}" }
    stop: true
  - name: sales
    priority: 1
    when: { department: 3 }
    notify: [{ to: employee, on: missed_welcome, text: "{{ reason }}" }, { to: hr, on: failed, text: "{{ employee.name }}:{{ reason }}" }]
  - name: everyone
    welcome: { text: 您好 }
"#;
    let set = Ruleset::compile(document, 3).unwrap();
    for (on, world, expected) in [
        (
            Trigger::MissedWelcome,
            vip(),
            "[customer+employee] notify boss: 贵宾 小周:这次添加的欢迎语机会已经过期",
        ),
        (
            Trigger::MissedWelcome,
            stranger(),
            "[customer+employee] notify lisi.01: 这次添加的欢迎语机会已经过期",
        ),
        (Trigger::MissedWelcome, lost(), "[customer+employee] "),
        (Trigger::Failed, vip(), "[customer+employee] "),
        (Trigger::Failed, stranger(), "[customer+employee] notify hr: 李四:这次添加的欢迎语机会已经过期"),
        (Trigger::Failed, stranger().departments(&[4]), "[customer+employee] "),
    ] {
        let happened = added();
        let needs = unasked().with(&happened, |facts| set.needs_of_notices(facts, on));
        let found = seen(&world, needs);
        let mut plan = found.with(&happened, |facts| set.notices(facts, on, ReasonCode::CodeExpired));
        plan.rules.clear();
        plan.actions = plan.actions.into_iter().map(|one| filled(one, &happened, &world)).collect();
        let line = in_one_line(&plan);
        let line =
            format!("[{}] {}", needs.names().join("+"), line.trim_end_matches("by ").trim_end_matches(" | "));
        assert_eq!(line, expected, "{on:?}");
    }
    let quiet = Ruleset::compile("rules: [{name: a, when: {department: 3}, stop: true}]", 1).unwrap();
    let needs = unasked().with(&added(), |facts| quiet.needs_of_notices(facts, Trigger::Failed));
    assert!(needs.is_nothing(), "nobody is told, so nobody is asked");
}
