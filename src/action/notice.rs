//! Reports on an event: an app message to employees, and the record posted to another system. Beside them, the note to
//! ourselves that some rules are still to be decided.
//!
//! Unlike tags and remarks an event may have several reports. Each comes from one rule and names it, so that what goes
//! wrong with it can be mended there.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Kinds, ReasonCode};

/// The occasion on which a rule sends a notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The event itself.
    #[default]
    Event,
    /// The event's welcome ended without having been sent: it expired, failed, or there was nothing to send. An event
    /// that carries no code has no welcome to be missed.
    MissedWelcome,
    /// Any other action of the event will not be tried again.
    Failed,
}

/// Who gets a notice: exactly one of these, as `message/send` takes them (page 90236).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipients {
    /// Employees by userid; at most 1000.
    Users(Vec<String>),
    /// Everybody in a department.
    Department(i64),
    /// Everybody with a tag of the directory.
    Tag(i64),
}

/// A text to employees in the app's name (`message/send`, page 90236).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// The name of the rule that asks for the notice.
    pub rule: String,
    /// The occasion on which it is sent.
    #[serde(default)]
    pub on: Trigger,
    /// Who gets it.
    pub to: Recipients,
    /// The text, at most 2048 bytes when it is sent.
    pub text: String,
    /// What went wrong, so that the text can say it: a short sentence in the language of the rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same as a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ReasonCode>,
    /// The text is still a template: what it needs is looked up when it is sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unrendered: bool,
}

/// The event's record, posted to a system of the company's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// The name of the rule that asks for the post.
    pub rule: String,
    /// The receiver: `https://…`, or `http://…` where the settings allow it.
    pub url: String,
    /// The environment variable that holds the key of the signature. Without one the post is not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,
}

/// The note that rules are still to be decided: their conditions need a look-up and they have no part in the welcome, so
/// they wait until it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// What has to be looked up for it: `customer`, `employee`, `earlier`.
    pub asks: Vec<String>,
    /// In a replay of some kinds of action, those; actions of others are not planned.
    #[serde(default, skip_serializing_if = "Kinds::is_all")]
    pub only: Kinds,
    /// Why nobody was greeted although a rule greets and there was a code, for the notices of the rules that are decided.
    #[serde(default, deserialize_with = "code_or_text", skip_serializing_if = "Option::is_none")]
    pub missed: Option<ReasonCode>,
    /// In a replay, notices and forwards that were sent for this event are sent again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeat_reports: bool,
}

/// Versions before the codes kept a sentence here, of one of two kinds.
fn code_or_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ReasonCode>, D::Error> {
    let written: Option<String> = Deserialize::deserialize(from)?;
    Ok(written.map(|written| match written.parse() {
        Ok(code) => code,
        Err(_) if written.contains("not uploaded") => ReasonCode::FilesMissing,
        Err(_) => ReasonCode::BlankText,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_version_left_to_be_decided_is_read() {
        for (written, code) in [
            ("\"files_missing\"", Some(ReasonCode::FilesMissing)),
            (
                "\"nothing is left of the welcome of the rule `a`: a.png is not uploaded to WeCom yet\"",
                Some(ReasonCode::FilesMissing),
            ),
            ("\"the welcome of the rule `a` came out blank\"", Some(ReasonCode::BlankText)),
            ("null", None),
        ] {
            let json = format!("{{\"asks\":[\"customer\"],\"missed\":{written}}}");
            assert_eq!(serde_json::from_str::<Decide>(&json).unwrap().missed, code, "{written}");
        }
        assert_eq!(serde_json::from_str::<Decide>("{\"asks\":[]}").unwrap(), Decide::default());
    }
}
