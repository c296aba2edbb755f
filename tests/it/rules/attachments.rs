//! Files of welcomes: by path beside the rules, sent by the id that they were uploaded under.

use wecom_greeter::{
    action::{
        Action, MediaKind, PlannedAction, ReasonCode,
        judge::judge,
        outcome::{Attempt, Class, End, Next},
    },
    rules::{Media, Ruleset},
};

use super::{added, in_one_line, rules};

const FILES: &str = "{name: a, welcome: {text: 您好, attachments: [
    {image: {file: assets/春 季.PNG}}, {video: {file: ./hello.mp4}}, {file: {file: price.pdf}},
    {miniprogram: {title: 商城, app_id: wx8bd80126147df384, page: /index, cover: {file: assets/cover.jpg}}}]}}";

fn uploaded(ids: &[(MediaKind, &str, &str)]) -> Media {
    Media::uploaded(ids.iter().map(|(kind, path, id)| ((*kind, (*path).to_owned()), (*id).to_owned())))
}

fn request(set: &Ruleset, media: Media) -> String {
    let happened = super::Happened { media, ..added() };
    happened.with(|facts| match set.plan(facts).actions.first() {
        Some(PlannedAction::Perform { action, .. }) => action.to_json(),
        Some(PlannedAction::Skip { reason, .. }) => reason.text.clone(),
        None => "nothing".to_owned(),
    })
}

#[test]
fn a_file_is_sent_by_its_id_and_left_out_while_it_has_none() {
    let set = rules(&[FILES]);
    let all = uploaded(&[
        (MediaKind::Image, "assets/春 季.PNG", "I1"),
        (MediaKind::Video, "./hello.mp4", "V1"),
        (MediaKind::File, "price.pdf", "F1"),
        (MediaKind::Image, "assets/cover.jpg", "C1"),
    ]);
    insta::assert_snapshot!(request(&set, all), @r###"
    {"text":{"content":"您好"},"attachments":[{"msgtype":"image","image":{"media_id":"I1"}},{"msgtype":"video","video":{"media_id":"V1"}},{"msgtype":"file","file":{"media_id":"F1"}},{"msgtype":"miniprogram","miniprogram":{"title":"商城","pic_media_id":"C1","appid":"wx8bd80126147df384","page":"/index"}}]}
    "###);
    // The same path uploaded as a file has another media id than as an image.
    let some = uploaded(&[(MediaKind::File, "price.pdf", "F1"), (MediaKind::File, "assets/cover.jpg", "C1")]);
    insta::assert_snapshot!(request(&set, some), @r###"
    {"text":{"content":"您好"},"attachments":[{"msgtype":"file","file":{"media_id":"F1"}}],"left_out":["assets/春 季.PNG","./hello.mp4","assets/cover.jpg"]}
    "###);
    insta::assert_snapshot!(request(&set, Media::as_written()), @r###"
    {"text":{"content":"您好"},"attachments":[{"msgtype":"image","image":{"media_id":"file:assets/春 季.PNG"}},{"msgtype":"video","video":{"media_id":"file:./hello.mp4"}},{"msgtype":"file","file":{"media_id":"file:price.pdf"}},{"msgtype":"miniprogram","miniprogram":{"title":"商城","pic_media_id":"file:assets/cover.jpg","appid":"wx8bd80126147df384","page":"/index"}}]}
    "###);
}

#[test]
fn a_welcome_of_which_nothing_is_left_takes_its_fallback() {
    let only = "attachments: [{image: {file: a.png}}, {file: {file: a.png}}, {file: {file: b.pdf}}]";
    let without = rules(&[&format!("{{name: a, welcome: {{{only}}}}}")]);
    insta::assert_snapshot!(request(&without, uploaded(&[])), @r###"
    nothing is left of the welcome of the rule `a`: a.png, b.pdf are not uploaded to WeCom yet; import the rules again while WeCom can be reached, and give the welcome a `fallback`
    "###);
    let with = rules(&[&format!("{{name: a, welcome: {{{only}, fallback: 您好}}}}")]);
    insta::assert_snapshot!(request(&with, uploaded(&[])), @r###"
    {"text":{"content":"您好"},"left_out":["a.png","b.pdf"]}
    "###);
    // As long as something can be sent, the fallback is only for the case that WeCom refuses that.
    insta::assert_snapshot!(request(&with, uploaded(&[(MediaKind::File, "b.pdf", "F")])), @r###"
    {"attachments":[{"msgtype":"file","file":{"media_id":"F"}}],"fallback":{"content":"您好"},"left_out":["a.png"]}
    "###);
}

#[test]
fn the_record_says_what_was_left_out() {
    let set = rules(&["{name: a, welcome: {text: 您好, attachments: [{file: {file: b.pdf}}]}}"]);
    let happened = super::Happened { media: uploaded(&[]), ..added() };
    assert_eq!(
        happened.with(|facts| in_one_line(&set.plan(facts))),
        "welcome 您好 without b.pdf | by a:welcome"
    );
    let action =
        Action::from_json(wecom_greeter::action::Kind::Welcome, &request(&set, uploaded(&[]))).unwrap();
    let attempt = Attempt {
        action: &action,
        end: End::Done,
        errcode: Some(0),
        message: "ok",
        number: 1,
        earlier_lost: false,
        unanswered: false,
        first_due_ms: 0,
        deadline: None,
        now_ms: 1,
        dice: 0.0,
    };
    let note =
        Some(ReasonCode::FilesMissing.because("without b.pdf: not uploaded to WeCom when it was sent"));
    assert_eq!(judge(&attempt).next, Next::Done { note: note.clone() });
    let lost = Attempt { end: Class::AlreadySent.into(), earlier_lost: true, ..attempt };
    assert_eq!(judge(&lost).next, Next::Done { note });
}

#[test]
fn media_that_cannot_be_sent_are_refused() {
    let paths = [
        "{image: {file: /etc/a.png}}",
        "{image: {file: ../a.png}}",
        "{image: {file: assets/../../a.png}}",
        "{image: {file: 'C:/a.png'}}",
        "{image: {file: 'assets\\a.png'}}",
        "{image: {file: 'https://e.cn/a.png'}}",
        "{image: {file: a.gif}}",
        "{video: {file: a.mov}}",
        "{file: {file: ''}}",
        "{file: {file: assets/}}",
        "{file: {file: '{{ app }}.pdf'}}",
        "{file: {file: \"a\\0b\"}}",
        "{image: {file: a.png, media_id: M}}",
        "{image: {file: a.png, pic_url: 'https://e.cn'}}",
        "{video: {}}",
        "{video: {pic_url: x}}",
        "{miniprogram: {title: t, app_id: wx8bd80126147df384, page: /i, cover: {file: a.mp4}}}",
    ];
    let document = format!(
        "rules:\n  - name: a\n    welcome:\n      attachments: [{}]\n  - name: b\n    welcome:\n      attachments:\n        - file: {{ file: {}.pdf }}\n",
        paths[..9].iter().map(|path| format!("\n        {path}")).collect::<Vec<_>>().join(","),
        "x".repeat(300),
    );
    insta::assert_snapshot!(Ruleset::compile(&document, 1).unwrap_err(), @r###"
    5:24: rules[0].welcome.attachments[0].image.file: `/etc/a.png` does not begin at the rules file's folder; put the file into the folder of the rules file, or below it, and write assets/spring.png
    6:24: rules[0].welcome.attachments[1].image.file: `../a.png` leads out of the rules file's folder; put the file into the folder of the rules file, or below it, and write assets/spring.png
    7:24: rules[0].welcome.attachments[2].image.file: `assets/../../a.png` leads out of the rules file's folder; put the file into the folder of the rules file, or below it, and write assets/spring.png
    8:24: rules[0].welcome.attachments[3].image.file: `C:/a.png` does not begin at the rules file's folder; put the file into the folder of the rules file, or below it, and write assets/spring.png
    9:24: rules[0].welcome.attachments[4].image.file: `assets\a.png` has a `\` in it; write `/` between folders
    10:24: rules[0].welcome.attachments[5].image.file: `https://e.cn/a.png` is an address; download it, and name the file; an image may have a `pic_url` instead
    11:24: rules[0].welcome.attachments[6].image.file: `a.gif` is no picture that WeCom takes; make it a .jpg or .png, or send it as a `file`
    12:24: rules[0].welcome.attachments[7].video.file: `a.mov` is no video that WeCom takes; make it an .mp4, or send it as a `file`
    13:23: rules[0].welcome.attachments[8].file.file: `` is no path; put the file into the folder of the rules file, or below it, and write assets/spring.png
    17:25: rules[1].welcome.attachments[0].file.file: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` has more than 255 bytes; shorten it
    "###);
    let document = format!(
        "rules:\n  - name: a\n    welcome:\n      attachments: [{}]\n",
        paths[9..].iter().map(|path| format!("\n        {path}")).collect::<Vec<_>>().join(","),
    );
    insta::assert_snapshot!(Ruleset::compile(&document, 1).unwrap_err(), @r###"
    5:23: rules[0].welcome.attachments[0].file.file: `assets/` names a folder, or nothing; put the file into the folder of the rules file, or below it, and write assets/spring.png
    6:23: rules[0].welcome.attachments[1].file.file: placeholders do not work here; write the value itself
    7:23: rules[0].welcome.attachments[2].file.file: `a b` is no path; put the file into the folder of the rules file, or below it, and write assets/spring.png
    8:41: rules[0].welcome.attachments[3].image.media_id: stands beside a `file`; keep one of the two
    9:40: rules[0].welcome.attachments[4].image.pic_url: stands beside a `file`; keep one of the two
    10:17: rules[0].welcome.attachments[5].video: names nothing to send; name a video, as in { file: assets/hello.mp4 }
    11:18: rules[0].welcome.attachments[6].video.pic_url: there is no key `pic_url` here; known here: file, media_id
    12:86: rules[0].welcome.attachments[7].miniprogram.cover.file: `a.mp4` is no picture that WeCom takes; make it a .jpg or .png, or send it as a `file`
    "###);
}

#[test]
fn what_rules_refer_to_is_listed_with_its_line() {
    let document = r#"
rules:
  - name: a
    when: { user: [zhangsan, "sales.*", ""] }
    apps: default
    welcome:
      text: 您好
      attachments:
        - image: { file: a.png }
        - file: { media_id: M1 }
        - miniprogram: { title: t, app_id: wx8bd80126147df384, page: /i, cover: { file: c.png } }
    tag: { add: [渠道/春季, etA], remove: [渠道/未知], create: true }
    notify:
      - { to: [lisi], text: x }
      - { to: { department: 3 }, text: x }
      - { to: { tag: 5 }, text: x }
    forward: { url: "https://crm.example.com/in", secret_env: CRM_SECRET }
  - name: b
    enabled: false
    welcome: { attachments: [{ video: { file: v.mp4 } }] }
    notify: { to: [wangwu], text: x }
"#;
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    let serde_json::Value::Object(all) = serde_json::to_value(set.resources()).unwrap() else { panic!() };
    let lines: Vec<String> = all.iter().map(|(what, uses)| format!("{what}: {uses}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r###"
    files: [{"path":"a.png","kind":"image","rule":"a","line":9,"column":26,"at":"rules[0].welcome.attachments[0].image.file"},{"path":"c.png","kind":"image","rule":"a","line":11,"column":89,"at":"rules[0].welcome.attachments[2].miniprogram.cover.file"}]
    tags: [{"tag":"渠道/春季","role":"add","create":true,"rule":"a","line":12,"column":18},{"tag":"etA","role":"add","create":false,"rule":"a","line":12,"column":25},{"tag":"渠道/未知","role":"remove","create":false,"rule":"a","line":12,"column":40}]
    media_ids: [{"named":"M1","rule":"a","line":10,"column":29}]
    users: [{"named":"zhangsan","rule":"a","line":4,"column":20},{"named":"lisi","rule":"a","line":14,"column":16}]
    departments: [{"named":3,"rule":"a","line":15,"column":29}]
    apps: [{"named":"default","rule":"a","line":5,"column":11}]
    forwards: [{"named":"https://crm.example.com/in","rule":"a","line":17,"column":21}]
    secrets: [{"named":"CRM_SECRET","rule":"a","line":17,"column":63}]
    notifies: true
    "###);
}

#[test]
fn a_picture_at_an_address_that_wecom_may_refuse_is_noted() {
    let notes = |url: &str| {
        let rule =
            format!("{{name: a, welcome: {{text: x, attachments: [{{image: {{pic_url: '{url}'}}}}]}}}}");
        rules(&[&rule]).notes().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    for taken in [
        "https://wework.qpic.cn/wwpic/0",
        "http://p.qpic.cn/pic_wework/1/0",
        "https://P.QPIC.CN",
        "https://qpic.cn:443/x",
    ] {
        assert!(notes(taken).is_empty(), "{taken}");
    }
    for odd in [
        "https://cdn.example.com/a.png",
        "https://notqpic.cn/a",
        "https://example.com/p.qpic.cn",
        "https://qpic.cn.example.com/",
    ] {
        assert!(notes(odd)[0].contains("is not where media/uploadimg puts pictures"), "{odd}");
    }
    insta::assert_snapshot!(notes("https://e.cn/a.png").join("\n"), @"2:64: `https://e.cn/a.png` is not where media/uploadimg puts pictures (…qpic.cn); WeCom refuses other addresses, and the attachments with them. With `file: …` the picture is uploaded for you");
}
