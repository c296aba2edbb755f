//! Whole situations through the command line: a rules file, an event, what is known of the people, and by hand all that
//! comes of it, as `rules explain --output json` tells it.

use std::fmt::Write as _;

use serde_json::Value;

use super::Shell;

const RULES: &str = r##"
calendars: { holidays: ["2026-10-01..2026-10-07"], makeup: 2026-10-10 }
rules:
  - name: night
    priority: 20
    when: { schedule: { hours: "22:00-08:00" } }
    welcome: { text: "夜安,{{ customer.name | default('您') }}" }
  - name: holiday
    priority: 18
    when: { schedule: [{ calendar: holidays }, { days: sat-sun, not_calendar: makeup }] }
    welcome: { text: "{{ now.weekday }}{{ now.greeting }}" }
  - name: vip
    priority: 15
    when: { tagged: 等级/VIP }
    welcome: { text: "尊敬的{{ customer.name }}" }
    tag: { add: 客户/贵宾, remove: 客户/新, create: true }
    notify: { to: [boss, employee], text: "贵宾 {{ customer.name }} 找 {{ employee.name }}" }
  - name: partner
    priority: 14
    when: { customer: { type: wecom, corp_name: "*科技*" } }
    tag: { add: 客户/企业 }
    remark: { name: "{{ customer.name }}-{{ customer.corp_name }}", company: "{{ customer.corp_full_name }}" }
  - name: link
    priority: 12
    when: { add_way: acquisition_link }
    welcome: { text: 方案马上发您 }
    forward: { url: "https://crm.example.com/ads", secret_env: CRM_KEY }
  - name: spring
    priority: 10
    when: { state: "spring-*" }
    welcome:
      text: "#客户昵称#,春季好"
      fallback: 春季好
      attachments: [{ image: { file: assets/spring.png } }]
    tag: { add: 渠道/春季 }
    remark: { description: "{{ event.state }} {{ event.date }}" }
  - name: sales
    priority: 5
    when: { department: 3 }
    tag: { add: 部门/销售 }
  - name: retail
    apps: retail
    priority: 2
    welcome: { text: "{{ app }}" }
    stop: true
  - name: everyone
    welcome: { text: "您好,我是{{ employee.alias or employee.name }}", fallback: 您好 }
    notify: { to: employee, on: missed_welcome, text: "{{ customer.name | default('有人') }} 没有收到:{{ reason }}" }
  - name: lost
    on: change_external_contact/del_follow_user
    notify: { to: employee, text: "{{ customer.name | default('有人') }} 删除了{{ employee.name }}" }
  - name: handover
    on: transfer_fail
    notify: { to: { department: 4 }, text: "{{ event.user_id }}:{{ event.fail_reason }}" }
  - name: grew
    on: change_external_chat/update/add_member
    notify: { to: { tag: 5 }, text: "{{ event.chat_id }}+{{ event.member_change_count }}" }
    forward: { url: "https://crm.example.com/groups" }
"##;

/// A Friday.
const DAY: &str = "2026-03-06T10:00:00+08:00";
const NIGHT: &str = "2026-03-06T23:30:00+08:00";

const ADD: &str = "{ change: add_external_contact, user_id: zhangsan, external_user_id: wm1 }";
const SPRING: &str = "{ user_id: zhangsan, external_user_id: wm1, state: spring-1 }";
const PARTNER: &str =
    "{ name: 小周, type: wecom, corp_name: 示例科技, corp_full_name: 示例科技有限公司, position: 采购 }";
const ZHOU: &str = "{ name: 小周, type: wechat, add_way: scan_qr_code }";
/// In department 31, which is in 3.
const SALES: &str = "{ name: 张三, alias: 小张, department: 门店, departments: [31, 3, 1] }";
const OFFICE: &str = "{ name: 张三, departments: [4, 1] }";
const LOST: &str = "unavailable";

/// An explanation in one line: `[looked up before the welcome; after it] rule: text | tags | remark | notices | posts`.
fn in_words(explanation: &Value) -> String {
    let words = |list: &Value| -> String {
        let words = list.as_array().unwrap().iter().map(|word| word.as_str().unwrap());
        words.collect::<Vec<_>>().join("+")
    };
    let needs = &explanation["needs"];
    let mut out = format!("[{}; {}]", words(&needs["welcome"]), words(&needs["rest"]));
    if let Some(rule) = explanation["welcome"]["rule"].as_str() {
        write!(out, " {rule}: {}", explanation["welcome"]["text"].as_str().unwrap_or("(none)")).unwrap();
        for attachment in explanation["welcome"]["attachments"].as_array().unwrap() {
            write!(out, " +{attachment}").unwrap();
        }
    }
    let tags = &explanation["tags"];
    for (sign, key) in [("+", "add"), ("-", "remove"), ("makes ", "create")] {
        for tag in tags[key].as_array().unwrap() {
            write!(out, " | {sign}{}", tag.as_str().unwrap()).unwrap();
        }
    }
    for key in ["name", "description", "company"] {
        if let Some(text) = explanation["remark"][key].as_str() {
            write!(out, " | {key}={text}").unwrap();
        }
    }
    for notice in explanation["notify"].as_array().unwrap().iter().filter(|notice| notice["on"] == "event") {
        write!(out, " | tells {}: {}", notice["to"], notice["text"].as_str().unwrap()).unwrap();
    }
    for post in explanation["forward"].as_array().unwrap() {
        let signed = if post["signed"] == true { " signed" } else { "" };
        write!(out, " | posts {}{signed}", post["url"].as_str().unwrap()).unwrap();
    }
    for skipped in explanation["skipped"].as_array().unwrap() {
        write!(out, " | no {}", skipped["kind"].as_str().unwrap()).unwrap();
    }
    out
}

#[test]
fn every_situation_is_explained_as_it_will_be() {
    let vip = "{ name: 小周, tags: [等级/VIP, etOther] }";
    let vip_of_another = r#"{"errcode":0,"external_contact":{"name":"小周","type":1},"follow_user":[
        {"userid":"lisi","tags":[{"group_name":"等级","tag_name":"VIP","tag_id":"etVip","type":1}]}, {"userid":"zhangsan"}]}"#;
    let own_tag = r#"{"external_contact":{"name":"小周","type":1},"follow_user":[
        {"userid":"ZhangSan","add_way":1,"tags":[{"group_name":"等级","tag_name":"VIP","type":2}]}]}"#;
    let long = "{ name: 一二三四五六七八九十一二三四五六, type: wecom, corp_name: 示例科技 }";
    let spring_image = r#"+{"image":{"file":"assets/spring.png"}}"#;
    let spring = |text: &str| format!("spring: {text} {spring_image}");
    #[rustfmt::skip] // A case a line.
    let cases = [
        ("a stranger", ADD, ZHOU, SALES, DAY, "[customer+employee; ] everyone: 您好,我是小张 | +部门/销售".to_owned()),
        ("an employee without an alias, of another department", ADD, ZHOU, OFFICE, DAY, "[customer+employee; ] everyone: 您好,我是张三".to_owned()),
        ("nothing is known", ADD, LOST, LOST, DAY, "[customer+employee; ] everyone: 您好".to_owned()),
        ("the directory does not answer", ADD, ZHOU, LOST, DAY, "[customer+employee; ] everyone: 您好".to_owned()),
        ("a guest", ADD, vip, SALES, DAY, r#"[customer+employee; ] vip: 尊敬的小周 | +客户/贵宾 | +部门/销售 | -客户/新 | makes 客户/贵宾 | tells ["zhangsan","boss"]: 贵宾 小周 找 张三"#.to_owned()),
        ("a guest of another employee", ADD, vip_of_another, OFFICE, DAY, "[customer+employee; ] everyone: 您好,我是张三".to_owned()),
        ("a tag of the employee's own", ADD, own_tag, OFFICE, DAY, "[customer+employee; ] everyone: 您好,我是张三".to_owned()),
        ("by a link, by WeCom's number", ADD, "{ name: 小周, add_way: 16 }", OFFICE, DAY, "[customer+employee; ] link: 方案马上发您 | posts https://crm.example.com/ads signed".to_owned()),
        ("of a channel", SPRING, ZHOU, SALES, DAY, format!("[customer; employee] {} | +渠道/春季 | +部门/销售 | description=spring-1 2026-03-06", spring("小周,春季好"))),
        ("of a channel, not known", SPRING, LOST, SALES, DAY, format!("[customer; employee] {} | +渠道/春季 | +部门/销售 | description=spring-1 2026-03-06", spring("春季好"))),
        ("of a channel, without a name", SPRING, "{ type: wechat }", OFFICE, DAY, format!("[customer; employee] {} | +渠道/春季 | description=spring-1 2026-03-06", spring("春季好"))),
        ("a nickname that looks like a placeholder", SPRING, "{ name: '{{ app }}#客户昵称#' }", OFFICE, DAY, format!("[customer; employee] {} | +渠道/春季 | description=spring-1 2026-03-06", spring("{{ app }}#客户昵称#,春季好"))),
        ("by a link, of a channel", SPRING, "{ name: 小周, add_way: acquisition_link }", OFFICE, DAY, "[customer; employee] link: 方案马上发您 | +渠道/春季 | description=spring-1 2026-03-06 | posts https://crm.example.com/ads signed".to_owned()),
        ("of another company, without a code", "{ user_id: zhangsan, external_user_id: woA, welcome_code: false }", PARTNER, SALES, DAY, "[; customer+employee] | +客户/企业 | +部门/销售 | name=小周-示例科技 | company=示例科技有限公司 | no welcome".to_owned()),
        ("of another company, with one", ADD, PARTNER, OFFICE, DAY, "[customer+employee; ] everyone: 您好,我是张三 | +客户/企业 | name=小周-示例科技 | company=示例科技有限公司".to_owned()),
        ("a long name is cut", ADD, long, OFFICE, DAY, "[customer+employee; ] everyone: 您好,我是张三 | +客户/企业 | name=一二三四五六七八九十一二三四五六-示例科".to_owned()),
        ("at night", ADD, ZHOU, SALES, NIGHT, "[customer; employee] night: 夜安,小周 | +部门/销售".to_owned()),
        ("at night, not known", ADD, LOST, LOST, NIGHT, "[customer; employee] night: 夜安,您".to_owned()),
        ("a minute before eight", ADD, ZHOU, OFFICE, "2026-03-06T07:59:59+08:00", "[customer; employee] night: 夜安,小周".to_owned()),
        ("at eight", ADD, ZHOU, OFFICE, "2026-03-06T08:00:00+08:00", "[customer+employee; ] everyone: 您好,我是张三".to_owned()),
        ("on a holiday nobody waits for a look-up", ADD, ZHOU, OFFICE, "2026-10-01T13:00:00+08:00", "[; customer+employee] holiday: 星期四下午好".to_owned()),
        ("a guest on a Saturday", ADD, vip, OFFICE, "2026-03-07T10:00:00+08:00", r#"[; customer+employee] holiday: 星期六上午好 | +客户/贵宾 | -客户/新 | makes 客户/贵宾 | tells ["zhangsan","boss"]: 贵宾 小周 找 张三"#.to_owned()),
        ("a Saturday that is made up for", ADD, ZHOU, OFFICE, "2026-10-10T10:00:00+08:00", "[customer+employee; ] everyone: 您好,我是张三".to_owned()),
        ("half an add", "{ change: add_half_external_contact, user_id: zhangsan }", ZHOU, OFFICE, DAY, "[customer+employee; ] everyone: 您好,我是张三".to_owned()),
        ("in another app", "{ user_id: zhangsan, app: retail }", ZHOU, SALES, DAY, "[customer; employee] retail: retail | +部门/销售".to_owned()),
        ("an edit is no add", "{ change: edit_external_contact }", ZHOU, SALES, DAY, "[; ]".to_owned()),
        ("a customer leaves", "{ change: del_follow_user, user_id: zhangsan }", ZHOU, SALES, DAY, r#"[; customer+employee] | tells ["zhangsan"]: 小周 删除了张三"#.to_owned()),
        ("somebody leaves", "{ change: del_follow_user, user_id: zhangsan }", LOST, LOST, DAY, r#"[; customer+employee] | tells ["zhangsan"]: 有人 删除了"#.to_owned()),
        ("a transfer fails", "{ change: transfer_fail, user_id: lisi, fail_reason: customer_refused }", LOST, LOST, DAY, r#"[; ] | tells {"department":4}: lisi:customer_refused"#.to_owned()),
        ("a group grows", "{ change: change_external_chat/update/add_member, chat_id: wr1, member_change_count: 2 }", LOST, LOST, DAY, r#"[; ] | tells {"tag":5}: wr1+2 | posts https://crm.example.com/groups"#.to_owned()),
        ("a group shrinks", "{ change: change_external_chat/update/del_member, chat_id: wr1 }", LOST, LOST, DAY, "[; ]".to_owned()),
    ];
    let shell = Shell::new();
    shell.write("rules.yaml", RULES);
    let mut wrong = String::new();
    for (title, event, customer, employee, at, expected) in cases {
        shell.write("event.yaml", event);
        shell.write("customer.yaml", customer);
        shell.write("employee.yaml", employee);
        #[rustfmt::skip] // A flag and its value a pair.
        let arguments = [
            "rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml", "--customer", "customer.yaml",
            "--employee", "employee.yaml", "--at", at, "--output", "json",
        ];
        let explanation = shell.run(&arguments).documents().remove(0);
        let found = in_words(&explanation);
        if found != expected {
            writeln!(wrong, "{title}:\n   found {found}\n  wanted {expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Nobody of the people is given: what would have been asked, and when, is told all the same.
#[test]
fn what_would_be_asked_is_told_with_its_time() {
    let shell = Shell::new();
    shell.write("rules.yaml", RULES);
    shell.write("event.yaml", ADD);
    let explained = |at: &str, more: &[&str]| {
        let mut arguments =
            vec!["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml", "--at", at];
        arguments.extend(more);
        shell.run(&arguments).done()
    };
    let night = explained(NIGHT, &[]);
    insta::assert_snapshot!(&night[night.find("Welcome by").unwrap()..], @r#"
    Welcome by night
      │ 夜安,您
      text: 10 of 4000 bytes
      POST /cgi-bin/externalcontact/send_welcome_msg {"text":{"content":"夜安,您"}}

    Notice by everyone, on missed_welcome, to zhangsan (35 of 2048 bytes)
      │ 有人 没有收到:(why it failed)

    Looked up before the welcome: customer
    Looked up after it: employee
    Not known: customer, employee; told as if the look-up had failed. --customer, --employee tell it, or --lookup asks WeCom.
    "#);
    let known = explained(DAY, &["--customer", ZHOU, "--employee", SALES]);
    insta::assert_snapshot!(&known[known.find("Notice by").unwrap()..], @r#"
    Notice by everyone, on missed_welcome, to zhangsan (35 of 2048 bytes)
      │ 小周 没有收到:(why it failed)

    Looked up before the welcome: customer, employee
    "#);
}
