//! What comes of an event, with stand-ins for the customer and the employee, whom the record does not have.

use serde_json::{Value as Json, json};

use super::{
    super::{outcome::Outcome, situation::Situation},
    part::Part,
};
use crate::rules::{
    facts::{Facts, Known, customer::Customer, employee::Employee, media::Media},
    plan::ruleset::Ruleset,
};
use crate::{action::Plan, language::Language};

/// A plan, and its outcomes for each of the stand-ins.
pub(super) struct Shown {
    /// The plan for the first stand-ins.
    pub(super) plan: Plan,
    pub(super) outcomes: [Outcome; 3],
}

impl Shown {
    pub(super) fn of(set: &Ruleset, situation: &Situation) -> Self {
        let media = Media::as_written();
        let people = stand_ins(situation);
        let [(plan, first), (_, second), (_, nobody)] = people.each_ref().map(|people| {
            let facts = facts_of(situation, people.as_ref(), &media);
            let plan = set.plan(&facts);
            // What is not possible is not among the parts that are compared, so that its language is that of no reader.
            let outcome = Outcome::of(&plan, &facts, Language::En);
            (plan, outcome)
        });
        Self { plan, outcomes: [first, second, nobody] }
    }
}

fn facts_of<'a>(
    situation: &'a Situation,
    people: Option<&'a (Customer, Employee)>,
    media: &'a Media,
) -> Facts<'a> {
    let (customer, employee) = match people {
        Some((customer, employee)) => (Known::Is(customer), Known::Is(employee)),
        None => (Known::Unavailable, Known::Unavailable),
    };
    Facts { customer, employee, earlier: situation.earlier.known(), ..situation.bare(media) }
}

/// Two pairs of people who differ in everything, and a third of whom nothing is known. The outcome for the first pair
/// is the one that is shown.
fn stand_ins(situation: &Situation) -> [Option<(Customer, Employee)>; 3] {
    let userid = situation.event.user_id().unwrap_or_default();
    let people = |kind: i64, mark: &str| {
        let customer = json!({
            "external_contact": {
                "external_userid": situation.event.external_user_id(),
                "name": format!("‹name{mark}›"),
                "type": kind,
                "gender": kind,
                "avatar": format!("https://wx.qlogo.cn/mmhead/{kind}"),
                "position": format!("‹position{mark}›"),
                "corp_name": format!("‹company{mark}›"),
                "corp_full_name": format!("‹full company{mark}›"),
            },
            "follow_user": [{
                "userid": userid,
                "remark": format!("‹remark{mark}›"),
                "description": format!("‹description{mark}›"),
                "add_way": kind,
                "state": situation.event.state(),
            }],
        });
        let employee = json!({
            "userid": userid,
            "name": format!("‹employee{mark}›"),
            "alias": format!("‹alias{mark}›"),
            "department": format!("‹department{mark}›"),
            "departments": [kind],
        });
        // Both are written in the form of their types, so that reading them does not fail.
        (
            serde_json::from_value(customer).unwrap_or_default(),
            serde_json::from_value(employee).unwrap_or_default(),
        )
    };
    [Some(people(1, "")), Some(people(2, " 2")), None]
}

/// One part of an outcome, as it is compared and shown; `null` for none. The rule that supplies it is left out, as it makes no
/// difference to the customer.
pub(super) fn value(part: Part, outcome: &Outcome) -> Json {
    match part {
        Part::Welcome => outcome.welcome.as_ref().map_or(Json::Null, |welcome| {
            let mut value = json!({});
            if let Some(text) = &welcome.text {
                value["text"] = text.as_str().into();
            }
            if !welcome.attachments.is_empty() {
                value["attachments"] = welcome.attachments.clone().into();
            }
            value
        }),
        Part::Tags => {
            let sorted = |list: &[String]| -> Json {
                let mut list = list.to_vec();
                list.sort();
                list.into()
            };
            let tags = &outcome.tags;
            let mut value = json!({});
            for (key, list) in [("add", &tags.add), ("remove", &tags.remove)] {
                if !list.is_empty() {
                    value[key] = sorted(list);
                }
            }
            if value == json!({}) { Json::Null } else { value }
        }
        Part::Remark => outcome.remark.as_ref().map_or(Json::Null, |remark| {
            let mut value = json!(remark);
            if let Some(fields) = value.as_object_mut() {
                fields.retain(|_, value| !value.is_null());
            }
            value
        }),
        Part::Notify if outcome.notify.is_empty() => Json::Null,
        Part::Notify => {
            outcome.notify.iter().map(|notice| json!({ "to": notice.to, "text": notice.text })).collect()
        }
        Part::Forward if outcome.forward.is_empty() => Json::Null,
        Part::Forward => outcome.forward.iter().map(|post| Json::from(post.url.as_str())).collect(),
    }
}

/// What the stand-ins are called in Chinese. The longer ones come first.
const IN_CHINESE: [(&str, &str); 9] = [
    ("‹full company", "‹客户企业全称"),
    ("‹company", "‹客户企业"),
    ("‹name", "‹客户昵称"),
    ("‹position", "‹客户职务"),
    ("‹remark", "‹备注"),
    ("‹description", "‹描述"),
    ("‹employee", "‹员工"),
    ("‹alias", "‹员工别名"),
    ("‹department", "‹部门"),
];

/// A value as a person reads it, with the stand-ins in their language.
pub(super) fn in_language(value: &Json, language: Language) -> Json {
    match (language, value) {
        (Language::En, _) => value.clone(),
        (Language::Zh, Json::String(text)) => IN_CHINESE
            .iter()
            .fold(text.clone(), |text, (english, chinese)| text.replace(english, chinese))
            .into(),
        (Language::Zh, Json::Array(values)) => {
            values.iter().map(|value| in_language(value, language)).collect()
        }
        (Language::Zh, Json::Object(fields)) => {
            fields.iter().map(|(key, value)| (key.clone(), in_language(value, language))).collect()
        }
        (Language::Zh, other) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_have_words_of_the_readers_language() {
        let value =
            json!({ "text": "‹name›，我是‹employee 2›", "attachments": [{ "title": "‹full company›" }] });
        let chinese =
            json!({ "text": "‹客户昵称›，我是‹员工 2›", "attachments": [{ "title": "‹客户企业全称›" }] });
        assert_eq!(in_language(&value, Language::Zh), chinese);
        assert_eq!(in_language(&value, Language::En), value);
    }
}
