//! Every message that WeCom is known to send is read, in both envelopes and both notations, with nothing left behind.

use std::{collections::BTreeMap, fs, path::Path};

use proptest::{collection::vec, prelude::*};
use wecom_core::event::{
    Event, Hidden, Identity, Kind, acquisition, customer, customer_group, customer_tag, directory, message,
    suite,
};

/// Element names and texts; for a list the items, with commas.
type Leaves = BTreeMap<String, String>;

/// All example messages by file name, without `.xml`.
fn examples() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/callbacks");
    fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a file").path())
        .map(|path| {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name").to_owned();
            (name, fs::read_to_string(path).expect("a readable file"))
        })
        .filter(|(name, _)| !name.starts_with("envelope-"))
        .collect()
}

/// The leaves of an example, read by other means than the program's: the examples are laid out a leaf a line.
fn leaves(xml: &str) -> Leaves {
    let mut leaves = Leaves::new();
    let mut list: Option<String> = None;
    for line in xml.lines().map(str::trim).filter(|line| !matches!(*line, "<xml>" | "</xml>" | "")) {
        let (name, rest) = line.strip_prefix('<').and_then(|line| line.split_once('>')).expect("a tag");
        if name.starts_with('/') {
            list = None;
        } else if rest.is_empty() {
            list = Some(name.to_owned());
        } else {
            let text = rest.strip_suffix(&format!("</{name}>")).expect("closed on its line");
            let text =
                text.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>")).unwrap_or(text);
            let so_far = leaves.entry(list.clone().unwrap_or_else(|| name.to_owned())).or_default();
            if !so_far.is_empty() {
                so_far.push(',');
            }
            so_far.push_str(text);
        }
    }
    leaves
}

/// What the program's types hold of a message, by the names of its elements.
#[derive(Default)]
struct Reached(Leaves);

impl Reached {
    fn of(event: &Event) -> Leaves {
        let mut reached = Self::default();
        let suite = event.suite_id().is_some();
        reached
            .text(if suite { "AuthCorpId" } else { "ToUserName" }, event.corp_id())
            .text("SuiteId", event.suite_id())
            .text("AgentID", event.agent_id())
            .text("FromUserName", event.sender())
            .text("MsgType", event.message_type())
            .text(
                if suite { "InfoType" } else { "Event" },
                Some(event.event()).filter(|name| !name.is_empty()),
            )
            .text("ChangeType", event.change())
            .number(if suite { "TimeStamp" } else { "CreateTime" }, event.create_time_s())
            .text("UserID", event.user_id())
            .text("ExternalUserID", event.external_user_id())
            .text("State", event.state())
            .text("WelcomeCode", event.welcome_code());
        reached.kind(&event.kind);
        reached.0
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Customer(customer::Customer { change, source, fail_reason, link_id }) => {
                self.text("ChangeType", Some(change.as_str()))
                    .text("Source", source.as_ref().map(customer::Source::as_str))
                    .text("LinkId", link_id.as_deref())
                    .text("FailReason", fail_reason.as_ref().map(customer::FailReason::as_str));
            }
            Kind::CustomerGroup(group) => {
                self.text("ChangeType", Some(group.change.as_str()))
                    .text("ChatId", group.chat_id.as_deref())
                    .text(
                        "UpdateDetail",
                        group.update_detail.as_ref().map(customer_group::UpdateDetail::as_str),
                    )
                    .number("JoinScene", group.join_scene)
                    .number("QuitScene", group.quit_scene)
                    .number("MemChangeCnt", group.member_change_count)
                    .list("MemChangeList", &group.changed_members)
                    .text("LastMemVer", group.last_member_version.as_deref())
                    .text("CurMemVer", group.current_member_version.as_deref());
            }
            Kind::CustomerTag(customer_tag::CustomerTag { change, id, tag_type, strategy_id }) => {
                self.text("ChangeType", Some(change.as_str()))
                    .text("Id", id.as_deref())
                    .text("TagType", tag_type.as_ref().map(customer_tag::TagType::as_str))
                    .text("StrategyId", strategy_id.as_deref());
            }
            Kind::Acquisition(acquisition) => {
                self.text("ChangeType", Some(acquisition.change.as_str()))
                    .text("LinkId", acquisition.link_id.as_deref())
                    .text("ChatKey", acquisition.chat_key.as_ref().map(Hidden::reveal))
                    .number("ChatSeq", acquisition.chat_seq)
                    .number("ExpireTime", acquisition.expire_time_s)
                    .number("ExpireQuotaNum", acquisition.expire_quota_count)
                    .text("OnceKey", acquisition.once_key.as_deref())
                    .number("Price", acquisition.price_cents)
                    .number("EffectiveTime", acquisition.effective_time_s);
            }
            Kind::Suite(suite::Suite { notice, ticket, auth_code, auth_type }) => {
                self.text("InfoType", Some(notice.as_str()))
                    .text("SuiteTicket", ticket.as_ref().map(Hidden::reveal))
                    .text("AuthCode", auth_code.as_ref().map(Hidden::reveal))
                    .text("AuthType", auth_type.as_deref());
            }
            Kind::Directory(_) | Kind::Message(_) | Kind::Unknown => {}
        }
    }

    fn text(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            let before = self.0.insert(name.to_owned(), text.to_owned());
            assert!(before.is_none_or(|before| before == text), "{name} is told twice and differently");
        }
        self
    }

    fn number(&mut self, name: &str, number: Option<i64>) -> &mut Self {
        self.text(name, number.map(|number| number.to_string()).as_deref())
    }

    fn list(&mut self, name: &str, items: &[String]) -> &mut Self {
        self.text(name, Some(items.join(",")).filter(|text| !text.is_empty()).as_deref())
    }
}

#[test]
fn every_example_is_of_a_known_kind_and_every_field_of_it_is_there() {
    let examples = examples();
    assert_eq!(examples.len(), 61);
    for (name, xml) in &examples {
        let event = Event::from_payload(xml.as_bytes());
        let family = name.trim_start_matches("suite-").split('-').next().unwrap_or_default();
        let right = match &event.kind {
            Kind::Customer(customer) => {
                family == "contact" && !matches!(customer.change, customer::Change::Other(_))
            }
            Kind::CustomerGroup(group) => {
                family == "chat" && !matches!(group.change, customer_group::Change::Other(_))
            }
            Kind::CustomerTag(tag) => {
                family == "tag" && !matches!(tag.change, customer_tag::Change::Other(_))
            }
            Kind::Acquisition(acquisition) => {
                family == "acq" && !matches!(acquisition.change, acquisition::Change::Other(_))
            }
            Kind::Suite(_) => name.starts_with("suite-"),
            Kind::Directory(_) | Kind::Message(_) | Kind::Unknown => false,
        };
        assert!(right, "{name}: {:?}", event.kind);
        assert_eq!(Reached::of(&event), leaves(xml), "{name}");
    }
}

#[test]
fn the_suite_form_of_an_event_differs_in_the_suite_only() {
    let examples = examples();
    let mut pairs = 0;
    for (name, suite) in &examples {
        let Some(in_house) = name.strip_prefix("suite-").and_then(|name| examples.get(name)) else {
            continue;
        };
        let (suite, in_house) =
            (Event::from_payload(suite.as_bytes()), Event::from_payload(in_house.as_bytes()));
        assert_eq!(suite.kind, in_house.kind, "{name}");
        assert!(suite.suite_id().is_some() && in_house.suite_id().is_none(), "{name}");
        for fact in [
            Event::corp_id,
            Event::change,
            Event::user_id,
            Event::external_user_id,
            Event::state,
            Event::welcome_code,
        ] {
            assert_eq!(fact(&suite), fact(&in_house), "{name}");
        }
        assert_eq!(
            (suite.event(), suite.create_time_s()),
            (in_house.event(), in_house.create_time_s()),
            "{name}"
        );
        pairs += 1;
    }
    assert_eq!(pairs, 24);
}

#[test]
fn layout_order_and_notation_do_not_matter() {
    for (name, xml) in examples() {
        let right = Event::from_payload(xml.as_bytes());
        let mut reordered: Vec<&str> = xml
            .split("\n  <")
            .skip(1)
            .map(|element| element.trim_end().trim_end_matches("</xml>").trim_end())
            .collect();
        // An inner list's items are lines of their own: those examples stay in order.
        if !xml.contains("<Item>") {
            reordered.reverse();
        }
        let reordered = format!("<xml><{}</xml>", reordered.join("<"));
        let bare = xml.replace("<![CDATA[", "").replace("]]>", "");
        let spaced = format!(
            "\u{feff}\r\n{}\r\n",
            xml.replace("<![CDATA[", "\n <![CDATA[").replace("</", "\n</").replace("</xml>", "</xml >")
        );
        let json = serde_json::to_string(
            &leaves(&xml)
                .into_iter()
                .map(|(name, text)| {
                    let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
                    (
                        name.clone(),
                        number.filter(|_| name != "State").map_or(text.into(), serde_json::Value::from),
                    )
                })
                .collect::<serde_json::Map<_, _>>(),
        )
        .expect("a map of texts");
        for other in [reordered, bare, spaced, json] {
            assert_eq!(Event::from_payload(other.as_bytes()), right, "{name}: {other}");
        }
    }
}

#[test]
fn unknown_words_are_kept_as_they_came() {
    let event = |inner: &str| {
        Event::from_payload(format!("<xml><ToUserName>ww1</ToUserName><CreateTime>1733900461</CreateTime><MsgType>event</MsgType>{inner}</xml>").as_bytes())
    };
    let added = event(
        "<Event>change_external_contact</Event><ChangeType>add_by_magic</ChangeType><WelcomeCode>c</WelcomeCode>",
    );
    let Kind::Customer(customer) = &added.kind else { panic!("{added:?}") };
    assert_eq!(customer.change, customer::Change::Other("add_by_magic".into()));
    assert_eq!((added.change(), added.welcome_code()), (Some("add_by_magic"), Some("c")));

    let other = event("<Event>change_the_world</Event><ChangeType>now</ChangeType><UserID>u</UserID>");
    assert_eq!(other.kind, Kind::Unknown);
    assert_eq!(
        (other.event(), other.change(), other.user_id()),
        ("change_the_world", Some("now"), Some("u"))
    );
    assert_eq!((other.corp_id(), other.create_time_s()), (Some("ww1"), Some(1_733_900_461)));

    let misspelt = event("<Event>customer_aqcuisition</Event><ChangeType>balance_low</ChangeType>");
    assert_eq!(misspelt.event(), "customer_acquisition");
    assert!(matches!(misspelt.kind, Kind::Acquisition(_)));

    let same_word = event("<Event>customer_acquisition</Event><ChangeType>del_follow_user</ChangeType>");
    assert!(matches!(same_word.kind, Kind::Acquisition(_)));
}

#[test]
fn a_list_is_read_as_items_and_as_text() {
    for list in ["<Item>a</Item><Item><![CDATA[b]]></Item>", "<![CDATA[a,b]]>", "a, b"] {
        let xml =
            format!("<xml><Event>change_external_chat</Event><MemChangeList>{list}</MemChangeList></xml>");
        let Kind::CustomerGroup(group) = Event::from_payload(xml.as_bytes()).kind else { panic!("{xml}") };
        assert_eq!(group.changed_members, ["a", "b"], "{xml}");
    }
    for list in [r#"["a", "b"]"#, r#"{"Item": ["a", "b"]}"#, r#""a,b""#] {
        let json = format!(r#"{{"Event": "change_external_chat", "MemChangeList": {list}}}"#);
        let Kind::CustomerGroup(group) = Event::from_payload(json.as_bytes()).kind else { panic!("{json}") };
        assert_eq!(group.changed_members, ["a", "b"], "{json}");
    }
}

#[test]
fn the_directory_and_messages_to_the_app_are_known() {
    use message::Action;

    let event = Event::from_payload(
        b"<xml><ToUserName>ww1</ToUserName><FromUserName>sys</FromUserName><MsgType>event</MsgType>\
          <Event>change_contact</Event><ChangeType>update_user</ChangeType><UserID>zhangsan</UserID>\
          <NewUserID>zhang.san</NewUserID><Name>\xe5\xbc\xa0\xe4\xb8\x89</Name><Department>1,2</Department>\
          <ExtAttr><Item><Name>hobby</Name><Type>0</Type><Text><Value>tea</Value></Text></Item></ExtAttr></xml>",
    );
    let Kind::Directory(directory) = &event.kind else { panic!("{event:?}") };
    assert_eq!((&directory.change, event.user_id()), (&directory::Change::UserUpdated, Some("zhangsan")));
    assert_eq!(directory.new_user_id.as_deref(), Some("zhang.san"));
    assert_eq!(directory.name.as_ref().map(Hidden::reveal), Some("张三"));
    assert_eq!(directory.departments, ["1", "2"]);

    let text = Event::from_payload(b"<xml><FromUserName>li</FromUserName><MsgType>text</MsgType><Content>a &amp; b</Content><MsgId>9</MsgId><AgentID>1</AgentID></xml>");
    let Kind::Message(message) = &text.kind else { panic!("{text:?}") };
    assert_eq!(message.content, message::Content::Text { text: Some(Hidden::new("a & b")) });
    assert_eq!((text.event(), text.sender(), text.agent_id()), ("", Some("li"), Some("1")));
    assert_eq!(message.message_id.as_deref(), Some("9"));

    let click = Event::from_payload(
        b"<xml><MsgType>event</MsgType><Event>click</Event><EventKey>menu-1</EventKey></xml>",
    );
    let Kind::Message(message) = &click.kind else { panic!("{click:?}") };
    assert_eq!(
        message.content,
        message::Content::Event { action: message::Action::Clicked, key: Some("menu-1".into()) }
    );

    for (xml, action, key) in [
        (
            "taskcard_click</Event><EventKey>yes</EventKey><TaskId>t1</TaskId>",
            Action::TaskCardClicked,
            Some("yes"),
        ),
        ("upload_media_job_finish</Event><JobId>j1</JobId>", Action::FileFetched, Some("j1")),
        (
            "batch_job_result</Event><BatchJob><JobId>j2</JobId><JobType>sync_user</JobType></BatchJob>",
            Action::BatchJobEnded,
            Some("j2"),
        ),
        ("close_inactive_agent</Event><AgentID>1</AgentID>", Action::SwitchedOff, None),
        ("reopen_inactive_agent</Event><AgentID>1</AgentID>", Action::SwitchedOn, None),
    ] {
        let event =
            Event::from_payload(format!("<xml><MsgType>event</MsgType><Event>{xml}</xml>").as_bytes());
        let Kind::Message(message) = &event.kind else { panic!("{event:?}") };
        let key = key.map(str::to_owned);
        assert_eq!(message.content, message::Content::Event { action, key }, "{xml}");
    }

    let sticker = Event::from_payload(b"<xml><MsgType>sticker</MsgType></xml>");
    let Kind::Message(message) = &sticker.kind else { panic!("{sticker:?}") };
    assert_eq!(message.content, message::Content::Other { message_type: "sticker".into() });
}

#[test]
fn what_is_broken_is_unknown_and_still_tells_what_could_be_read() {
    let whole = &examples()["contact-add_external_contact"];
    let cut = &whole[..whole.len() - 20];
    let with_doctype = format!("<!DOCTYPE xml [<!ENTITY a \"b\">]>{whole}");
    let unknown_entity = whole.replace("lisi", "]]>&lisi;<![CDATA[");
    for broken in [cut, &with_doctype, &unknown_entity] {
        assert_eq!(Event::from_payload(broken.as_bytes()).kind, Kind::Unknown, "{broken}");
    }
    assert_eq!(Event::from_payload(cut.as_bytes()).event(), "change_external_contact");
    for nothing in ["", "1616140317555161061", "<xml/>", "<xml></xml>", "{}", "[]", "null", "\u{feff}"] {
        let event = Event::from_payload(nothing.as_bytes());
        assert_eq!(
            (event.kind.clone(), event.event(), event.corp_id()),
            (Kind::Unknown, "", None),
            "{nothing}"
        );
    }
}

#[test]
fn a_byte_that_is_no_utf_8_costs_nobody_the_greeting() {
    let whole = examples()["contact-add_external_contact"].replace("1866127734050410496", "\u{1}");
    let bytes: Vec<u8> = whole.bytes().map(|byte| if byte == 1 { 0xe5 } else { byte }).collect();
    let event = Event::from_payload(&bytes);
    assert!(matches!(event.kind, Kind::Customer(_)));
    assert_eq!(event.state(), Some("\u{fffd}"));
    assert!(event.welcome_code().is_some());
}

#[test]
fn no_secret_shows_in_debug() {
    for (name, xml) in examples() {
        let shown = format!("{:?}", Event::from_payload(xml.as_bytes()));
        let leaves = leaves(&xml);
        for secret in ["WelcomeCode", "SuiteTicket", "ChatKey"].iter().filter_map(|name| leaves.get(*name)) {
            assert!(!shown.contains(secret.as_str()), "{name}: {shown}");
        }
    }
    let auth =
        Event::from_payload(b"<xml><InfoType>create_auth</InfoType><AuthCode>very-secret</AuthCode></xml>");
    assert!(matches!(&auth.kind, Kind::Suite(suite) if suite.notice == suite::Notice::AuthCreated));
    assert!(!format!("{auth:?}").contains("very-secret"));
}

#[test]
fn a_time_at_which_nothing_can_have_happened_is_none() {
    let of = |time: &str| {
        ["CreateTime", "TimeStamp"].map(|name| {
            let xml = format!("<xml><Event>change_external_contact</Event><{name}>{time}</{name}></xml>");
            Event::from_payload(xml.as_bytes()).create_time_s()
        })
    };
    for time in ["1733900461", " 1733900461 ", "<![CDATA[1733900461]]>"] {
        assert_eq!(of(time), [Some(1_733_900_461); 2], "{time}");
    }
    for time in [
        "0",
        "-1",
        "7",
        "1733900461000",
        "9811170016713",
        "9223372036854775807",
        "100000000000000000000",
        "yesterday",
        "1733900461.5",
        "",
    ] {
        assert_eq!(of(time), [None; 2], "{time}");
    }
}

#[test]
fn two_customers_in_one_second_are_two_events_and_one_delivered_twice_is_one() {
    let one = &examples()["contact-add_external_contact"];
    let other = one.replace("wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A", "wmQ7fEDwAAp1Us6dNe8Fx2KwOiMbTy7C");
    let identity = |text: &str| Identity::of(text.as_bytes(), &Event::from_payload(text.as_bytes()));
    assert_eq!(identity(one), identity(one));
    assert_ne!(identity(one), identity(&other));
    assert_eq!(identity(one).create_time_s, 1_733_900_461);
    assert_eq!(identity("").create_time_s, 0);
    let at = |time: &str| identity(&one.replace("1733900461", time)).create_time_s;
    assert_eq!([at("1733900461000"), at("0"), at("-1")], [0; 3]);
    // What `sha256sum` says of no bytes at all.
    assert_eq!(identity("").digest[..8], [0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14]);
}

proptest! {
    #[test]
    fn no_bytes_at_all_panic(bytes in vec(any::<u8>(), 0..500), text in "\\PC*") {
        let _ = Event::from_payload(&bytes);
        let _ = Event::from_payload(text.as_bytes());
    }

    #[test]
    fn an_example_with_any_bytes_changed_does_not_panic(at in any::<prop::sample::Index>(), bytes in vec(any::<u8>(), 0..4)) {
        let mut xml = examples()["chat-update-add_member"].clone().into_bytes();
        let at = at.index(xml.len());
        let end = (at + bytes.len()).min(xml.len());
        xml.splice(at..end, bytes);
        let _ = Event::from_payload(&xml);
    }
}
