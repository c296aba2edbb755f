//! Versions that an older check accepted: they go on working, while a file that says the same is refused.

use rstest::rstest;
use wecom_greeter::rules::Ruleset;

#[rstest]
#[case::an_original_id(
    "welcome: {attachments: [{miniprogram: {title: x, app_id: gh_0123456789ab, page: /index, cover: {media_id: m}}}]}"
)]
#[case::an_address_as_a_page(
    "welcome: {attachments: [{miniprogram: {title: x, app_id: wx0123456789abcdef, page: 'https://e.cn', cover: {media_id: m}}}]}"
)]
#[case::an_address_as_a_media_id("welcome: {attachments: [{image: {media_id: 'https://e.cn/a.png'}}]}")]
#[case::an_unseen_character("{when: {state: 'spring\u{200b}'}, welcome: {text: x}}")]
#[case::a_comment_that_cuts("welcome:\n      text: 您好 #客户昵称#")]
#[case::a_whole_event("{on: change_external_contact, welcome: {text: x}}")]
#[case::wide_braces("welcome: {text: '\u{ff5b}\u{ff5b} customer.name \u{ff5d}\u{ff5d}'}")]
#[case::a_wide_sign_of_another_product("welcome: {text: '\u{ff03}公司名称\u{ff03}'}")]
fn what_was_accepted_goes_on_working(#[case] lines: &str) {
    let inner = lines.strip_prefix('{').and_then(|lines| lines.strip_suffix('}'));
    let document = match inner {
        Some(inner) => format!("rules:\n  - {{name: a, {inner}}}\n"),
        None => format!("rules:\n  - name: a\n    {lines}\n"),
    };
    let stored = Ruleset::stored(&document, 1).unwrap_or_else(|faults| panic!("{document}\n{faults}"));
    assert_eq!(stored.rules().count(), 1);
    assert!(Ruleset::compile(&document, 1).is_err(), "{document}");
}

#[test]
fn what_no_check_ever_accepted_is_refused_as_stored_too() {
    for document in
        ["rules: [{name: a, welcom: {text: x}}]", "rules: [{name: a, welcome: {text: '{{ x }}'}}]"]
    {
        assert!(Ruleset::stored(document, 1).is_err(), "{document}");
    }
}
