//! Texts with other products' placeholders in them.

use wecom_greeter::rules::Ruleset;

use super::{added, in_one_line, rules};

fn welcome(text: &str) -> String {
    serde_json::json!({"rules": [{"name": "a", "welcome": {"text": text}}]}).to_string()
}

#[test]
fn placeholders_of_other_products_mean_what_they_meant_there() {
    for (theirs, expected) in [
        ("[客户昵称]您好", "小周您好"),
        ("##客户名称##您好", "小周您好"),
        ("[用户昵称]您好", "小周您好"),
        ("#客户昵称#您好", "小周您好"),
        ("$客户昵称$您好", "小周您好"),
        ("%NICKNAME%您好", "小周您好"),
        ("#{EXTERNAL_USER_NAME}#您好", "小周您好"),
        ("{客户昵称}您好", "小周您好"),
        ("#客户昵称#您好,我是#员工姓名#", "小周您好,我是李四"),
        ("{{ event.state | d('') }}#客户昵称#{{ app }}", "小周default"),
        // These are no placeholders of theirs.
        ("{{ '#客户昵称#' }}您好", "#客户昵称#您好"),
        ("#春季上新# 今天[微笑]100%满意", "#春季上新# 今天[微笑]100%满意"),
        ("请回复[公司名称]", "请回复[公司名称]"),
    ] {
        let set = Ruleset::compile(&welcome(theirs), 1).unwrap_or_else(|faults| panic!("{theirs}: {faults}"));
        let found =
            added().named("小周").employed("李四", "", "").with(|facts| in_one_line(&set.plan(facts)));
        assert_eq!(found, format!("welcome {expected} | by a:welcome"), "{theirs}");
    }
}

#[test]
fn the_check_tells_what_it_has_rewritten() {
    let document = r##"rules:
  - name: a
    welcome:
      text: |
        您好,
        #客户昵称#!#客户昵称#
      attachments:
        - link: { title: "[客户昵称]的礼物", url: "https://e.cn/?n=%NICKNAME%" }
    remark: { name: "#客户昵称#-春" }
    notify: { to: employee, text: "{客户昵称} 来了" }
"##;
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    let notes: Vec<String> = set.notes().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(notes.join("\n"), @r###"
    6:9: `#客户昵称#` is read as {{ customer.name }}
    8:26: `[客户昵称]` is read as {{ customer.name }}
    8:44: `%NICKNAME%` is read as {{ customer.name }}
    9:21: `#客户昵称#` is read as {{ customer.name }}
    10:35: `{客户昵称}` is read as {{ customer.name }}
    "###);
    let plan = added().named("周&").with(|facts| in_one_line(&set.plan(facts)));
    insta::assert_snapshot!(plan, @r###"
    welcome 您好,
    周&!周& +link 周&的礼物 https://e.cn/?n=%E5%91%A8%26 | remark name=周&-春 | notify lisi.01: 周& 来了 | by a:welcome+remark+notify
    "###);
    assert!(rules(&["{name: a, welcome: {text: '{{ customer.name }}'}}"]).notes().is_empty());
}

#[test]
fn what_there_is_no_name_for_is_a_fault_with_what_to_do() {
    let faults: Vec<String> = [
        "您的#兑换码#",
        "{{ app }}$企业名称$",
        "#渠道名称#",
        "{% raw %}#客户昵称#{% endraw %}",
        "{{ 企业名称 }}",
    ]
    .iter()
    .map(|text| Ruleset::compile(&welcome(text), 1).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(faults.join("\n"), @r###"
    1:41: rules[0].welcome.text: `#兑换码#` is another product's placeholder and would be sent as it stands; remove it: redeem codes are not given out here; a code that all may use can be written out
    1:41: rules[0].welcome.text: `$企业名称$` is another product's placeholder and would be sent as it stands; write the company's name out
    1:41: rules[0].welcome.text: `#渠道名称#` is another product's placeholder and would be sent as it stands; write {{ event.state }}, or the channel's name itself
    1:41: rules[0].welcome.text: `#客户昵称#` is another product's placeholder and would be sent as it stands; write {{ customer.name }}
    1:41: rules[0].welcome.text: `{{ 企业名称 }}` has a `企` (U+4F01) in it, which has no place there; a text in a placeholder stands in quotes; names begin with customer, employee, event, now, app or corp
    "###);
}
