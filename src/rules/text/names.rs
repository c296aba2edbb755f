//! The names that a text may use, and their values for one event.
//!
//! Every name always has a value, which is empty where nothing is known. So a text never fails for a missing value: it
//! leaves it out, takes its `default`, or asks with `{% if customer.name %}`.

use std::{fmt, sync::Arc};

use minijinja::{
    Value,
    value::{Object, ObjectRepr},
};

use super::{
    time::{self, Local},
    unseen::{is_blank, without_controls},
    words::{Rename, TextFault},
};
use crate::action::ReasonCode;
use crate::rules::{
    document::fault::nearest,
    facts::{
        Facts, Known, Needs,
        customer::{Customer, CustomerType, Gender, word_of},
        employee::Employee,
    },
};
use wecom_core::event::{
    Event, Kind,
    customer::{FailReason, Source},
    customer_group::UpdateDetail,
    customer_tag::TagType,
};

const CUSTOMER: &[&str] =
    &["name", "type", "gender", "avatar", "position", "corp_name", "corp_full_name", "remark", "description"];
const EMPLOYEE: &[&str] = &["id", "name", "alias", "department"];
const EVENT: &[&str] = &[
    "state",
    "user_id",
    "external_user_id",
    "type",
    "change",
    "time",
    "date",
    "fail_reason",
    "source",
    "chat_id",
    "update_detail",
    "join_scene",
    "quit_scene",
    "member_change_count",
    "link_id",
    "expire_quota_count",
    "expire_time",
    "tag_id",
    "tag_type",
];
const NOW: &[&str] = &["time", "date", "year", "month", "day", "hour", "minute", "weekday", "greeting"];

/// These are numbers and no texts, so that `now.hour < 12` compares numbers.
const NUMBERS: &[&str] = &["now.year", "now.month", "now.day", "now.hour", "now.minute"];

/// The names that the filters `date` and `weekday` take.
pub(crate) const TIMES: &[&str] =
    &["event.time", "event.date", "event.expire_time", "now", "now.time", "now.date"];

/// The names with something below them.
const TREE: [(&str, &[&str]); 4] =
    [("customer", CUSTOMER), ("employee", EMPLOYEE), ("event", EVENT), ("now", NOW)];

/// The only one of them that has a value itself.
const NOW_ITSELF: &str = "now";

/// The names that are values themselves.
const PLAIN: [&str; 2] = ["app", "corp"];

/// What went wrong, as a sentence and as a code; known only in notices about that.
const REASON: &str = "reason";
const CODE: &str = "code";

/// What went wrong, in a notice about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Why<'a> {
    /// A short sentence.
    pub(crate) reason: &'a str,
    /// Its code, where one is known.
    pub(crate) code: Option<ReasonCode>,
}

pub(crate) fn is_number(name: &str) -> bool {
    NUMBERS.contains(&name)
}

/// The names that are not known everywhere.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scope {
    /// Whether `reason` and `code` are known.
    pub(crate) reason: bool,
}

/// The look-up that a name needs; or what is wrong, for a name that there is not.
pub(super) fn resolve(path: &[&str], scope: Scope) -> Result<Needs, TextFault> {
    let full = path.join(".");
    let Some((root, rest)) = path.split_first() else { return Ok(Needs::default()) };
    if let Some(&(root, parts)) = TREE.iter().find(|(tree, _)| tree == root) {
        return match rest {
            [name] if parts.contains(name) => Ok(asks(root, name)),
            [] if root == NOW_ITSELF => Ok(Needs::default()),
            [] => Err(TextFault::Alone { root, parts }),
            [name, ..] => {
                let mend = nearest(name, parts.iter().copied()).map_or_else(
                    || Rename::OneOf { root, parts },
                    |near| Rename::Near(format!("{root}.{near}")),
                );
                Err(TextFault::NoName { name: full, mend })
            }
        };
    }
    if full == REASON || full == CODE {
        return scope.reason.then(Needs::default).ok_or(TextFault::NotHere(full));
    }
    if PLAIN.contains(root) && rest.is_empty() {
        return Ok(Needs::default());
    }
    let all: Vec<String> = TREE
        .iter()
        .flat_map(|(tree, known)| known.iter().map(move |name| format!("{tree}.{name}")))
        .chain(PLAIN.iter().map(|name| (*name).to_owned()))
        .collect();
    // Other products, and people by habit, write `customer_name` or just `name`.
    let near = nearest(&full.replace('_', "."), all.iter().map(String::as_str))
        .or_else(|| all.iter().map(String::as_str).find(|known| known.ends_with(&format!(".{full}"))));
    let mend = near.map_or(Rename::InQuotes, |near| Rename::Near(near.to_owned()));
    Err(TextFault::NoName { name: full, mend })
}

fn asks(root: &str, name: &str) -> Needs {
    match (root, name) {
        ("customer", _) => Needs::CUSTOMER,
        // The id is in the event itself.
        ("employee", name) if name != "id" => Needs::EMPLOYEE,
        _ => Needs::NOTHING,
    }
}

/// Those of these full names (`customer.name`) whose value is not known. A name that everybody has and WeCom leaves out is
/// not known. A company that a WeChat user does not have, or an alias that nobody gave, is known to be empty.
pub(crate) fn unknown<'n>(names: &'n [String], facts: &Facts<'_>) -> impl Iterator<Item = &'n str> {
    let user_id = facts.event.user_id().unwrap_or_default();
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !is_blank(text));
    let is_known = move |name: &&str| match name.split_once('.') {
        Some(("customer", name)) => facts.customer.get().is_some_and(|customer| match name {
            "name" => given(&customer.external_contact.name),
            "remark" | "description" => customer.follower(user_id).is_some(),
            _ => true,
        }),
        Some(("employee", name)) => facts.employee.get().is_some_and(|employee| match name {
            "name" => given(&employee.name),
            "department" => given(&employee.department),
            _ => true,
        }),
        _ => true,
    };
    names.iter().map(String::as_str).filter(move |name| !is_known(name))
}

/// The values for one event.
pub(crate) fn values(facts: &Facts<'_>, why: Option<Why<'_>>) -> Value {
    let user_id = facts.event.user_id().unwrap_or_default();
    Value::from_pairs([
        ("customer", customer(facts.customer, user_id)),
        ("employee", employee(facts.employee, user_id)),
        ("event", event(facts.event, facts.happened_at_ms)),
        (NOW_ITSELF, Value::from_object(Now(Local::at(facts.now_ms)))),
        ("app", text(Some(facts.app))),
        ("corp", text(Some(facts.corp_id))),
        (REASON, text(why.map(|why| why.reason))),
        (CODE, text(why.and_then(|why| why.code).map(ReasonCode::as_str))),
    ])
}

fn customer(known: Known<'_, Customer>, user_id: &str) -> Value {
    let nobody = Customer::default();
    let customer = known.get().unwrap_or(&nobody);
    let contact = &customer.external_contact;
    let follow = customer.follower(user_id);
    Value::from_pairs([
        ("name", text(contact.name.as_deref())),
        ("type", Value::from(CustomerType::of(customer).map_or("", |is| word_of(&CustomerType::NAMES, &is)))),
        (
            "gender",
            Value::from(contact.gender.map_or("", |_| word_of(&Gender::NAMES, &Gender::of(customer)))),
        ),
        ("avatar", text(contact.avatar.as_deref())),
        ("position", text(contact.position.as_deref())),
        ("corp_name", text(contact.corp_name.as_deref())),
        ("corp_full_name", text(contact.corp_full_name.as_deref())),
        ("remark", text(follow.and_then(|follow| follow.remark.as_deref()))),
        ("description", text(follow.and_then(|follow| follow.description.as_deref()))),
    ])
}

fn employee(known: Known<'_, Employee>, user_id: &str) -> Value {
    let employee = known.get();
    Value::from_pairs([
        ("id", text(Some(user_id))),
        ("name", text(employee.and_then(|employee| employee.name.as_deref()))),
        ("alias", text(employee.and_then(|employee| employee.alias.as_deref()))),
        ("department", text(employee.and_then(|employee| employee.department.as_deref()))),
    ])
}

fn event(event: &Event, happened_at_ms: i64) -> Value {
    let time = Local::at(happened_at_ms);
    let mut values = vec![
        ("state", text(event.state())),
        ("user_id", text(event.user_id())),
        ("external_user_id", text(event.external_user_id())),
        ("type", text(Some(event.event()))),
        ("change", text(event.change())),
        ("time", Value::from(time.map(Local::time).unwrap_or_default())),
        ("date", Value::from(time.map(Local::date).unwrap_or_default())),
    ];
    let number = |number: Option<i64>| Value::from(number.map(|it| it.to_string()).unwrap_or_default());
    match &event.kind {
        Kind::Customer(customer) => values.extend([
            ("fail_reason", text(customer.fail_reason.as_ref().map(FailReason::as_str))),
            ("source", text(customer.source.as_ref().map(Source::as_str))),
            ("link_id", text(customer.link_id.as_deref())),
        ]),
        Kind::CustomerGroup(group) => values.extend([
            ("chat_id", text(group.chat_id.as_deref())),
            ("update_detail", text(group.update_detail.as_ref().map(UpdateDetail::as_str))),
            ("join_scene", number(group.join_scene)),
            ("quit_scene", number(group.quit_scene)),
            ("member_change_count", number(group.member_change_count)),
        ]),
        Kind::Acquisition(acquisition) => {
            let expires = acquisition.expire_time_s.and_then(|s| Local::at(s.saturating_mul(1_000)));
            values.extend([
                ("link_id", text(acquisition.link_id.as_deref())),
                ("expire_quota_count", number(acquisition.expire_quota_count)),
                ("expire_time", Value::from(expires.map(Local::time).unwrap_or_default())),
            ]);
        }
        Kind::CustomerTag(tag) => values.extend([
            ("tag_id", text(tag.id.as_deref())),
            ("tag_type", text(tag.tag_type.as_ref().map(TagType::as_str))),
        ]),
        Kind::Directory(_) | Kind::Message(_) | Kind::Suite(_) | Kind::Unknown => {}
    }
    for name in EVENT {
        if !values.iter().any(|(given, _)| given == name) {
            values.push((name, Value::from("")));
        }
    }
    Value::from_pairs(values)
}

/// `now`, which is a time itself and has parts.
#[derive(Debug)]
struct Now(Option<Local>);

impl Object for Now {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, part: &Value) -> Option<Value> {
        let Some(now) = self.0 else { return Some(Value::from("")) };
        Some(match part.as_str()? {
            "time" => Value::from(now.time()),
            "date" => Value::from(now.date()),
            "year" => Value::from(now.year()),
            "month" => Value::from(now.month()),
            "day" => Value::from(now.day()),
            "hour" => Value::from(now.hour()),
            "minute" => Value::from(now.minute()),
            "weekday" => Value::from(now.weekday()),
            "greeting" => Value::from(now.greeting()),
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.map(Local::time).unwrap_or_default())
    }
}

/// A value as it is filled in. One of which nobody sees anything is empty, so that `{% if customer.name %}` does not hold.
fn text(text: Option<&str>) -> Value {
    let text = without_controls(text.unwrap_or_default());
    if is_blank(&text) { Value::from("") } else { Value::from(text) }
}

/// Every name with the same value, to try a text with; times and numbers keep their form.
pub(crate) fn uniform(value: &'static str) -> Value {
    let of = |root: &str, name: &str| {
        let is_time = TIMES.contains(&format!("{root}.{name}").as_str());
        Value::from(if is_time { time::SAMPLE } else { value })
    };
    let trees = TREE.iter().filter(|(root, _)| *root != NOW_ITSELF);
    let trees = trees
        .map(|(root, names)| (*root, Value::from_pairs(names.iter().map(|name| (*name, of(root, name))))));
    let plain = PLAIN.iter().chain([&REASON, &CODE]).map(|name| (*name, Value::from(value)));
    let now = Value::from_object(Now(Local::read(time::SAMPLE)));
    Value::from_pairs(trees.chain(plain).chain([(NOW_ITSELF, now)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_filled_in_without_what_nobody_sees_of_it() {
        for (given, filled) in [
            ("周\u{7}总", "周总"),
            (" 周\u{200d}总 ", " 周\u{200d}总 "),
            ("\u{3164}", ""),
            ("\u{202e}\u{0}", ""),
        ] {
            assert_eq!(text(Some(given)).as_str(), Some(filled), "{given:?}");
        }
        assert_eq!(text(None).as_str(), Some(""));
    }
}
