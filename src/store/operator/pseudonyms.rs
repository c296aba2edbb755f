//! Puts pseudonyms in the place of whatever names somebody in an exported event, so that a record can be handed on, and still be
//! imported and replayed.
//!
//! What is known to name nobody stays (kinds, times, numbers, the channel); employees, customers, corps and codes become
//! pseudonyms, the same wherever one stands; and everything else, known or not, becomes a pseudonym as well. They are made with a
//! key that stays in the record, so that nobody can try out names.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::store::read::{events::EventSummary, payload::Payload};

/// The elements whose values are of a closed set, a number, a time, or the company's own name for a channel.
const KEPT: [&str; 27] = [
    "MsgType",
    "Event",
    "EventKey",
    "InfoType",
    "ChangeType",
    "CreateTime",
    "TimeStamp",
    "State",
    "TagType",
    "UpdateDetail",
    "MemChangeCnt",
    "Source",
    "QuitScene",
    "JoinScene",
    "FailReason",
    "ExpireTime",
    "ExpireQuotaNum",
    "AuthType",
    "AgentID",
    "StrategyId",
    "Status",
    "JobType",
    "ErrCode",
    "Gender",
    "IsLeader",
    "MainDepartment",
    "Order",
];

/// What stands for a payload of which nobody can tell what in it names somebody.
const UNREADABLE: &str = "<xml></xml>";

/// Makes pseudonyms, by a key.
#[derive(Clone)]
pub struct Pseudonyms(Hmac<Sha256>);

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonyms")
    }
}

impl Pseudonyms {
    /// Those of this key.
    pub fn new(key: &[u8]) -> Self {
        match Hmac::new_from_slice(key) {
            Ok(mac) => Self(mac),
            Err(_) => unreachable!("HMAC takes keys of every length"),
        }
    }

    /// What is said of an event in an export, and its message.
    pub(super) fn of(&self, summary: &mut EventSummary, payload: &mut Payload) {
        let put = |value: &mut Option<String>, name: &str| {
            if let Some(text) = value {
                *text = self.value(name, text);
            }
        };
        put(&mut summary.user_id, "UserID");
        put(&mut summary.external_user_id, "ExternalUserID");
        put(&mut summary.corp_id, "ToUserName");
        payload.0 = self.message(&payload.0).into_bytes();
    }

    fn message(&self, bytes: &[u8]) -> String {
        let Ok(text) = std::str::from_utf8(bytes) else { return UNREADABLE.to_owned() };
        if text.trim_start().starts_with('{') {
            let Ok(mut value) = serde_json::from_str(text) else { return UNREADABLE.to_owned() };
            self.json(&mut value, "");
            return value.to_string();
        }
        self.xml(text).unwrap_or_else(|| UNREADABLE.to_owned())
    }

    fn json(&self, value: &mut Value, name: &str) {
        match value {
            Value::String(text) => *text = self.value(name, text),
            Value::Number(number) if !KEPT.contains(&name) => {
                *value = Value::String(self.value(name, &number.to_string()));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item, name)),
            Value::Object(object) => object.iter_mut().for_each(|(name, value)| self.json(value, name)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The message with its elements in their order. Attributes, comments and texts beside elements, which WeCom does not send, are
    /// left out. `None`: it is no such list of elements.
    fn xml(&self, text: &str) -> Option<String> {
        let (mut made, mut rest) = (String::with_capacity(text.len()), text);
        // Names of the elements that are open, and the text of the innermost while it has no elements in it.
        let mut open: Vec<&str> = Vec::new();
        let (mut leaf, mut in_cdata) = (String::new(), false);
        while let Some(at) = rest.find('<') {
            leaf.push_str(rest[..at].trim());
            rest = &rest[at..];
            if let Some(cdata) = rest.strip_prefix("<![CDATA[") {
                let end = cdata.find("]]>")?;
                leaf.push_str(&cdata[..end]);
                in_cdata = true;
                rest = &cdata[end + 3..];
                continue;
            }
            let end = if rest.starts_with("<!--") { rest.find("-->")? + 2 } else { rest.find('>')? };
            let (tag, after) = (&rest[1..end], &rest[end + 1..]);
            rest = after;
            if tag.starts_with('?') || tag.starts_with("!--") {
                continue;
            }
            if tag.starts_with('!') {
                return None;
            }
            if let Some(name) = tag.strip_prefix('/') {
                let name = name.trim();
                if open.pop() != Some(name) {
                    return None;
                }
                if !leaf.is_empty() {
                    let value = self.value(name, &leaf);
                    let _ = if in_cdata {
                        write!(made, "<![CDATA[{}]]>", value.replace("]]>", ""))
                    } else {
                        write!(made, "{}", value.replace(['<', '>'], ""))
                    };
                }
                let _ = write!(made, "</{name}>");
            } else {
                let name = tag
                    .split(|c: char| c.is_whitespace() || c == '/')
                    .next()
                    .filter(|name| !name.is_empty())?;
                if tag.ends_with('/') {
                    let _ = write!(made, "<{name}/>");
                } else {
                    let _ = write!(made, "<{name}>");
                    open.push(name);
                }
            }
            (leaf, in_cdata) = (String::new(), false);
        }
        (open.is_empty() && !made.is_empty()).then_some(made)
    }

    /// What stands for the value of an element.
    fn value(&self, name: &str, text: &str) -> String {
        match name {
            _ if text.is_empty() || KEPT.contains(&name) => text.to_owned(),
            // WeCom's own name, for whoever did it.
            "FromUserName" if text == "sys" => text.to_owned(),
            "ExternalUserID" => self.customer(text),
            "UserID" | "NewUserID" | "FromUserName" => self.employee(text),
            "ToUserName" | "AuthCorpId" | "CorpId" => format!("ww{}", self.hex("corp", text, 16)),
            "WelcomeCode" | "SuiteTicket" | "AuthCode" => self.hex("code", text, 32),
            // A list of members has employees and customers in it.
            _ if is_customer(text) => self.customer(text),
            "Item" | "MemChangeList" => self.employee(text),
            _ => format!("x{}", self.hex(name, text, 16)),
        }
    }

    fn customer(&self, id: &str) -> String {
        format!("wm{}", self.hex("customer", id, 30))
    }

    /// Userids are the same in capitals and small letters.
    fn employee(&self, id: &str) -> String {
        format!("u{}", self.hex("employee", &id.to_lowercase(), 12))
    }

    fn hex(&self, of: &str, text: &str, digits: usize) -> String {
        let mut mac = self.0.clone();
        for part in [of.as_bytes(), &[0], text.as_bytes()] {
            mac.update(part);
        }
        let mut hex = String::with_capacity(64);
        for byte in mac.finalize().into_bytes() {
            let _ = write!(hex, "{byte:02x}");
        }
        hex.truncate(digits);
        hex
    }
}

/// Whether a text has the form of an `external_userid`.
fn is_customer(text: &str) -> bool {
    (text.starts_with("wm") || text.starts_with("wo"))
        && text.len() == 32
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use wecom_core::event::Event;

    use super::*;

    const CUSTOMER: &str = "wmqfasd1e1927831291723123109rAAA";

    #[test]
    fn an_add_is_an_add_of_somebody_else() {
        let xml = format!(
            "<xml><ToUserName><![CDATA[ww0123456789abcdef]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>\
             <CreateTime>1733900461</CreateTime><MsgType><![CDATA[event]]></MsgType>\
             <Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>\
             <UserID><![CDATA[ZhangSan]]></UserID><ExternalUserID><![CDATA[{CUSTOMER}]]></ExternalUserID>\
             <State><![CDATA[spring]]></State><WelcomeCode><![CDATA[CODE1]]></WelcomeCode><Name>王小明</Name></xml>"
        );
        let pseudonyms = Pseudonyms::new(b"key");
        let made = pseudonyms.message(xml.as_bytes());
        for gone in ["ww0123456789abcdef", "ZhangSan", CUSTOMER, "CODE1", "王小明"] {
            assert!(!made.contains(gone), "{gone}: {made}");
        }
        let event = Event::from_payload(made.as_bytes());
        assert_eq!(event.change(), Some("add_external_contact"));
        assert_eq!((event.create_time_s(), event.state()), (Some(1_733_900_461), Some("spring")));
        assert_eq!(event.external_user_id(), Some(pseudonyms.customer(CUSTOMER).as_str()));
        assert_eq!(event.user_id(), Some(pseudonyms.employee("zhangsan").as_str()));
        assert!(event.welcome_code().is_some_and(|code| code.len() == 32));
        assert_eq!(made, pseudonyms.message(xml.as_bytes()), "the same each time");
        assert_ne!(made, Pseudonyms::new(b"other").message(xml.as_bytes()), "by the key");
    }

    #[test]
    fn a_member_of_a_list_is_who_it_is_elsewhere() {
        let pseudonyms = Pseudonyms::new(b"key");
        let list =
            format!("<xml><MemChangeList><Item>{CUSTOMER}</Item><Item>lisi</Item></MemChangeList></xml>");
        let made = pseudonyms.message(list.as_bytes());
        assert!(
            made.contains(&pseudonyms.customer(CUSTOMER)) && made.contains(&pseudonyms.employee("lisi")),
            "{made}"
        );
        let json = format!(r#"{{"Event":"x","MemChangeList":["{CUSTOMER}"],"Mobile":13800000001}}"#);
        let made = pseudonyms.message(json.as_bytes());
        assert!(made.contains(&pseudonyms.customer(CUSTOMER)) && !made.contains("13800000001"), "{made}");
    }

    #[rstest]
    #[case("王小明")]
    #[case("<xml><Name>王小明</Nam></xml>")]
    #[case("<xml><Name>王小明")]
    #[case("<!DOCTYPE x><xml>王小明</xml>")]
    #[case("{\"Name\": \"王小明")]
    #[case("<xml>王小明<A/>王小明</xml>")]
    #[case("<xml><A b=\"王小明\">1</A><!-- 王小明 --><![CDATA[王小明]]></xml>")]
    #[case("<xml><Name>王&#23567;明</Name></xml>")]
    fn what_cannot_be_read_is_not_handed_on(#[case] text: &str) {
        let made = Pseudonyms::new(b"key").message(text.as_bytes());
        assert!(!made.contains('王') && !made.contains('明'), "{made}");
    }
}
