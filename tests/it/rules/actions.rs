//! What rules do besides welcoming, on every kind of event: tags by name, forwards, and which changes an event counts as.

use std::fmt::Write as _;

use wecom_greeter::{language::Language, rules::Ruleset};

use super::{added, changed, in_one_line, other, rules};

#[test]
fn what_is_done_on_every_kind_of_event() {
    let joined = || {
        other(
            "change_external_chat",
            &[("ChangeType", "update"), ("ChatId", "wr1"), ("UpdateDetail", "add_member")],
        )
    };
    let left = || {
        other(
            "change_external_chat",
            &[("ChangeType", "update"), ("ChatId", "wr1"), ("UpdateDetail", "del_member")],
        )
    };
    let undetailed = || other("change_external_chat", &[("ChangeType", "update"), ("ChatId", "wr1")]);
    let new_detail =
        || other("change_external_chat", &[("ChangeType", "update"), ("UpdateDetail", "change_emoji")]);
    let retagged = || other("change_external_tag", &[("ChangeType", "update"), ("Id", "et1")]);
    let lost = || {
        other(
            "change_external_contact",
            &[("ChangeType", "del_follow_user"), ("UserID", "u"), ("ExternalUserID", "wm1")],
        )
    };
    let lost_from_link = || {
        other(
            "customer_acquisition",
            &[("ChangeType", "del_follow_user"), ("UserID", "u"), ("ExternalUserID", "wm1")],
        )
    };
    let group =
        |on: &str| format!("{{name: g, on: {on}, notify: {{to: [w], text: 'g{{{{ event.chat_id }}}}'}}}}");
    #[rustfmt::skip] // A case a line.
    let cases: Vec<(&str, Vec<String>, super::Happened, &str)> = vec![
        // The change that an event counts as.
        ("a group gains a member", vec![group("change_external_chat/update/add_member")], joined(), "notify w: gwr1 | by g:notify"),
        ("and loses one", vec![group("change_external_chat/update/add_member")], left(), "by "),
        ("any update of a group", vec![group("change_external_chat/update")], left(), "notify w: gwr1 | by g:notify"),
        ("an update without a detail", vec![group("change_external_chat/update")], undetailed(), "notify w: gwr1 | by g:notify"),
        ("is none of those with one", vec![group("[change_external_chat/update/add_member, change_external_chat/update/del_member]")], undetailed(), "by "),
        ("a detail that WeCom adds is an update", vec![group("change_external_chat/update")], new_detail(), "notify w: g | by g:notify"),
        ("an update of a tag is not of a group", vec![group("change_external_chat/update")], retagged(), "by "),
        ("a bare name means both", vec![group("update")], retagged(), "notify w: g | by g:notify"),
        ("a bare name means both", vec![group("update")], joined(), "notify w: gwr1 | by g:notify"),
        ("a loss", vec![group("del_follow_user")], lost_from_link(), "notify w: g | by g:notify"),
        ("a loss of one family", vec![group("change_external_contact/del_follow_user")], lost_from_link(), "by "),
        ("a loss of one family", vec![group("change_external_contact/del_follow_user")], lost(), "notify w: g | by g:notify"),
        ("a change of no family", vec![group("create")], other("change_contact", &[("ChangeType", "create")]), "by "),
        ("a change of an event nobody knows", vec![group("create")], other("change_moon", &[("ChangeType", "create")]), "by "),
        // What can be done on such changes.
        ("tag and remark on a loss", vec!["{name: l, on: del_follow_user, tag: {add: 流失/已删除}, remark: {description: '{{ event.date }} 流失'}}".into()], lost(), "tag +流失/已删除 | remark description=2026-03-06 流失 | by l:tag+remark"),
        ("on both families", vec!["{name: l, on: del_follow_user, tag: {add: 流失/已删除}}".into()], lost_from_link(), "tag +流失/已删除 | by l:tag"),
        ("nobody is named", vec!["{name: l, on: [transfer_fail, create], notify: {to: employee, text: x}, forward: {url: 'https://e.cn/'}}".into()], other("change_external_chat", &[("ChangeType", "create")]), "no notify: the event does not say which employee | forward https://e.cn/ | by l:notify+forward"),
        ("a failed transfer", vec!["{name: l, on: transfer_fail, notify: {to: employee, text: '{{ event.fail_reason }}'}}".into()], other("change_external_contact", &[("ChangeType", "transfer_fail"), ("UserID", "u"), ("FailReason", "customer_refused")]), "notify u: customer_refused | by l:notify"),
        ("the order of doing it", vec!["{name: a, forward: {url: 'https://e.cn/'}, notify: {to: employee, text: n}, remark: {name: r}, tag: {add: etA}, welcome: {text: w}}".into()], added(), "welcome w | tag +etA | remark name=r | notify lisi.01: n | forward https://e.cn/ | by a:welcome+tag+remark+notify+forward"),
        // Recipients of notices.
        ("one userid", vec!["{name: a, notify: {to: zhangsan, text: x}}".into()], added().without_code(), "notify zhangsan: x | by a:notify"),
        ("the employee among others, once", vec!["{name: a, notify: {to: [zhangsan, employee, lisi.01, zhangsan], text: x}}".into()], added().without_code(), "notify lisi.01,zhangsan: x | by a:notify"),
        ("the others, where the event names nobody", vec!["{name: a, on: [transfer_fail, create], notify: {to: [employee, zhangsan], text: x}}".into()], other("change_external_chat", &[("ChangeType", "create")]), "notify zhangsan: x | by a:notify"),
        // Tags by name.
        ("names beside ids", vec!["{name: a, tag: {add: [渠道/春季, etA], remove: [渠道/未知]}}".into()], changed("edit_external_contact").without_code(), "by "),
        ("names beside ids", vec!["{name: a, tag: {add: [渠道/春季, etA], remove: [渠道/未知]}}".into()], added().without_code(), "tag +渠道/春季 +etA -渠道/未知 | by a:tag"),
        ("made where they are missing", vec!["{name: a, tag: {add: [渠道/春季, etA], create: true}}".into()], added().without_code(), "tag +渠道/春季 +etA may make 渠道/春季 | by a:tag"),
        ("a lower rule may say so", vec!["{name: a, priority: 1, tag: {add: 渠道/春季}}".into(), "{name: b, tag: {add: [渠道/春季, 渠道/夏季], create: true}}".into()], added().without_code(), "tag +渠道/春季 +渠道/夏季 may make 渠道/春季 may make 渠道/夏季 | by a:tag b:tag"),
        ("what is not added is not made", vec!["{name: a, priority: 1, tag: {remove: 渠道/春季}}".into(), "{name: b, tag: {add: 渠道/春季, create: true}}".into()], added().without_code(), "tag -渠道/春季 | by a:tag"),
        ("not to be made", vec!["{name: a, tag: {add: 渠道/春季, create: false}}".into()], added().without_code(), "tag +渠道/春季 | by a:tag"),
        // Forwards.
        ("an address once", vec!["{name: a, priority: 1, forward: {url: 'https://e.cn/', secret_env: KEY}}".into(), "{name: b, forward: [{url: 'https://e.cn/'}, {url: 'http://10.0.0.7:8080/in?x=1'}]}".into()], added().without_code(), "forward https://e.cn/ by KEY | forward http://10.0.0.7:8080/in?x=1 | by a:forward b:forward"),
        // Remarks.
        ("a remark asks for the employee", vec!["{name: a, remark: {description: '{{ employee.department }}'}}".into()], added().without_code(), "remark later description={{ employee.department }} | by a:remark"),
        ("whom somebody has looked up", vec!["{name: a, remark: {description: '{{ employee.department }}'}}".into()], added().without_code().employed("", "", "销售部"), "remark description=销售部 | by a:remark"),
        ("cut between characters", vec!["{name: a, remark: {name: '春{{ event.state }}'}}".into()], added().without_code().state("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"), "remark name=春😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 | by a:remark"),
    ];
    let mut wrong = String::new();
    for (title, lines, happened, expected) in &cases {
        let set = rules(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let found = happened.with(|facts| in_one_line(&set.plan(facts)));
        if found != *expected {
            writeln!(wrong, "{title}:\n   found {found}\n  wanted {expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_verdict_tells_the_other_family_by_its_full_name() {
    let set = rules(&["{name: g, on: change_external_chat/update, forward: {url: 'https://e.cn/'}}"]);
    let why =
        |happened: super::Happened| happened.with(|facts| set.verdicts(facts).remove(0).reason.unwrap());
    assert_eq!(
        why(changed("edit_external_contact")),
        "it is on change_external_chat/update, and this is `edit_external_contact`"
    );
    let set = rules(&["{name: g, on: change_external_chat/create}"]);
    let why = other("change_external_tag", &[("ChangeType", "create")])
        .with(|facts| set.verdicts(facts).remove(0).reason.unwrap());
    assert_eq!(why, "it is on change_external_chat/create, and this is `change_external_tag/create`");
}

#[test]
fn actions_that_cannot_work_are_refused() {
    let long = "长".repeat(31);
    let document = format!(
        r#"rules:
  - name: tags
    tag:
      add: [渠道/, /春季, 渠道/春/季, 渠道/{long}, "渠道 /春季", 春季, et/A, "{{{{ app }}}}/x", 渠道/春季]
      remove: [渠道/春季]
  - name: made of nothing
    tag: {{ add: etA, create: true }}
  - name: no tags
    tag: {{ create: true }}
  - name: groups
    on: [change_external_chat/create, change_external_chat/updat, change_external_tag/add_external_contact]
    tag: {{ add: etA }}
    notify: {{ to: employee, text: x }}
  - name: late
    on: edit_external_contact
    notify: {{ to: employee, on: missed_welcome, text: x }}
  - name: notices
    notify:
      - {{ to: employe, text: x }}
      - {{ to: ["@all", "a|b", "", Employee], text: x }}
      - {{ to: {{ department: 0 }}, text: x }}
      - {{ to: {{ department: 3, tag: 5 }}, text: x }}
      - {{ to: {{}}, text: x }}
      - {{ to: {{ party: 3 }}, text: x }}
      - {{ text: x }}
      - {{ to: employee, on: missed, text: "{{{{ reason }}}}" }}
      - {{ to: employee, text: "{{{{ reason }}}}{{{{ employee.nam }}}}" }}
      - {{ to: employee, text: " " }}
  - name: long
    notify: {{ to: employee, text: "{}" }}
  - name: forwards
    forward:
      - {{ url: "ftp://e.cn/" }}
      - {{ url: "https://user:hunter2@e.cn/" }}
      - {{ url: "crm.example.com/in" }}
      - {{ url: "https://" }}
      - {{ url: "https://e.cn/a b" }}
      - {{ url: "https://e.cn/#x" }}
      - {{ url: "https://e.cn/{{{{ event.state }}}}" }}
      - {{ secret_env: KEY }}
      - {{ url: "https://e.cn/", secret_env: "s3cr3t-of-mine" }}
      - {{ url: "https://e.cn/", secret: KEY }}
  - name: twice
    forward: [{{ url: "https://e.cn/" }}, {{ url: "https://e.cn/", secret_env: KEY }}]
"#,
        "长".repeat(683)
    );
    let faults = Ruleset::compile(&document, 1).unwrap_err().to_string();
    assert!(!faults.contains("hunter2") && !faults.contains("s3cr3t"), "{faults}");
    insta::assert_snapshot!(faults, @r###"
    4:13: rules[0].tag.add[0]: `渠道/` names no tag; write Group/Tag, as in 渠道/春季; tags are named one by one, not by group
    4:18: rules[0].tag.add[1]: `/春季` names no group; write Group/Tag, as in 渠道/春季
    4:23: rules[0].tag.add[2]: `渠道/春/季` has more than one slash; write Group/Tag; what has a slash in its name is named by its id, which get_corp_tag_list tells
    4:31: rules[0].tag.add[3]: `渠道/长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长` has a name of more than 30 characters, and WeCom takes no such; name the tag as in the console
    4:67: rules[0].tag.add[4]: `渠道 /春季` has a blank before or behind a name; remove the blank
    4:77: rules[0].tag.add[5]: `春季` is neither the name nor the id of a tag; write Group/Tag, as in 渠道/春季, or an id, which begins with `et`
    4:87: rules[0].tag.add[7]: placeholders do not work here; write the value itself
    5:16: rules[0].tag.remove[0]: the tag `渠道/春季` is to be added and removed; keep one of the two
    7:30: rules[1].tag.create: makes nothing: a tag that has an id is there already; write the tags under `add` by name, as 渠道/春季, or remove it
    9:10: rules[2].tag: names no tags; give it `add` or `remove`, or remove it
    11:39: rules[3].on[1]: there is no change `change_external_chat/updat`; did you mean `change_external_chat/update`?
    11:67: rules[3].on[2]: there is no change `change_external_tag/add_external_contact`; did you mean `change_external_contact/add_external_contact`?
    12:10: rules[3].tag: can never be set: no event that the rule is `on` names an employee and a customer; put it on an event of a customer, as add_external_contact
    13:13: rules[3].notify: can never be sent to `employee`: no event that the rule is `on` names one; write the userids, as in to: [zhangsan], or a department
    16:13: rules[4].notify: can never tell of a missed welcome: no event that the rule is `on` carries a code; put it on add_external_contact, add_half_external_contact or msg_audit_approved
    19:15: rules[5].notify[0].to: `employe` is not whom an event names; did you mean `employee`?
    20:16: rules[5].notify[1].to[0]: `@all` is no userid; write the account that the console shows of the employee, as in zhangsan
    20:24: rules[5].notify[1].to[1]: `a|b` is no userid; for several write a list, as [a, b]
    20:31: rules[5].notify[1].to[2]: `` is no userid; write the account that the console shows of the employee, as in zhangsan
    20:35: rules[5].notify[1].to[3]: `Employee` is not whom an event names; did you mean `employee`?
    21:29: rules[5].notify[2].to.department: `0` is no id of a department; write its number, as the console's contacts show it; 1 is the company
    22:37: rules[5].notify[3].to.tag: stands beside a `department`; write a notice for each of the two
    23:15: rules[5].notify[4].to: names nobody; write { department: 3 } or { tag: 5 }
    24:17: rules[5].notify[5].to.party: there is no key `party` here; known here: department, tag
    25:9: rules[5].notify[6]: there is no `to`; add `to: …`
    26:29: rules[5].notify[7].on: nobody is told on `missed`; did you mean `missed_welcome`?
    27:31: rules[5].notify[8].text: there is no `reason` here; it is known in a `notify` that is on missed_welcome or failed
    27:31: rules[5].notify[8].text: there is no `employee.nam`; did you mean `employee.name`?
    28:31: rules[5].notify[9].text: is blank, which WeCom refuses; write a text
    30:35: rules[6].notify.text: has 2049 bytes of UTF-8, and WeCom takes 2048; shorten it; a Chinese character is 3 bytes
    33:16: rules[7].forward[0].url: `ftp://e.cn/` does not begin with https:// or http://; write the whole address, as in https://crm.example.com/hooks/wecom
    34:16: rules[7].forward[1].url: `https://…@e.cn/` has a name or password in it, which everybody would read who sees the rules; remove it; sign the posts by a `secret_env` and let the receiver check that
    35:16: rules[7].forward[2].url: `crm.example.com/in` is no address; write the whole address, as in https://crm.example.com/hooks/wecom
    36:16: rules[7].forward[3].url: `https://` is no address; write the whole address, as in https://crm.example.com/hooks/wecom
    37:16: rules[7].forward[4].url: `https://e.cn/a b` has a blank in it; remove it, or write %20
    38:16: rules[7].forward[5].url: `https://e.cn/#x` has a `#`, and what follows is never sent; remove it
    39:16: rules[7].forward[6].url: placeholders do not work here; write the value itself
    40:9: rules[7].forward[7]: there is no `url`; add `url: …`
    41:45: rules[7].forward[8].secret_env: is no name of an environment variable; write the variable's name, as CRM_HOOK_SECRET, and keep the secret out of the rules
    42:33: rules[7].forward[9].secret: there is no key `secret` here; did you mean `secret_env`?
    44:41: rules[8].forward[1]: goes to the same address as one above it; keep one of the two
    "###);
}

#[test]
fn the_list_tells_what_rules_do() {
    let set = rules(&[
        "{name: a, welcome: {attachments: [{image: {file: a.png}}]}, notify: [{to: employee, text: x}, {to: [a, b], text: x}, {to: {department: 3}, on: missed_welcome, text: x}, {to: {tag: 5}, on: failed, text: x}], forward: {url: 'https://e.cn/'}}",
        "{name: b, on: [change_external_tag/create, update, change_external_chat/dismiss], forward: [{url: 'https://e.cn/1'}, {url: 'https://e.cn/2'}]}",
    ]);
    let lines: Vec<String> = set.rules().map(|rule| format!("{:?}: {}", rule.on, rule.does)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r###"
    ["add_external_contact", "add_half_external_contact", "msg_audit_approved"]: welcome of image; notify the employee, several users; notify a department of a missed welcome; notify a tag of a failure; forward
    ["change_external_tag/create", "update", "dismiss"]: forward to 2 addresses
    "###);
    let greets = rules(&[
        "{name: c, welcome: {text: 您好, attachments: [{link: {title: t, url: 'https://e.cn'}}]}, tag: {add: [etA, etB], remove: [etC]}, remark: {description: 渠道}, stop: true}",
    ]);
    let in_chinese = set.rules_in(Language::Zh).chain(greets.rules_in(Language::Zh)).map(|rule| rule.does);
    assert_eq!(
        in_chinese.collect::<Vec<String>>(),
        [
            "发欢迎语：图片；通知员工本人、几名员工；没发出欢迎语时通知一个部门；失败时通知一个标签里的人；转发",
            "转发到 2 个地址",
            "发欢迎语，带链接；打 2 个标签；去掉 1 个标签；写备注；不再看下面的规则"
        ]
    );
}
