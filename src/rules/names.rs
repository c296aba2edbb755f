//! The names that a text may use, and what stands behind each for one event.
//!
//! Every name always has a value: what is not known is the empty text. So a text never fails for a missing value; it
//! leaves it out, takes its `default`, or asks with `{% if customer.name %}`.

use std::sync::LazyLock;

use jiff::{Timestamp, tz::TimeZone};
use minijinja::Value;

use super::{Customer, Facts, Known, schedule::DEFAULT_ZONE};

const CUSTOMER: [&str; 9] =
    ["name", "type", "gender", "avatar", "position", "corp_name", "corp_full_name", "remark", "description"];
const EMPLOYEE: [&str; 1] = ["id"];
const EVENT: [&str; 6] = ["state", "user_id", "external_user_id", "change", "time", "date"];

/// The names with something below them.
pub(super) const TREE: [(&str, &[&str]); 3] =
    [("customer", &CUSTOMER), ("employee", &EMPLOYEE), ("event", &EVENT)];

/// The names that are values themselves.
pub(super) const PLAIN: [&str; 2] = ["app", "corp"];

/// Names of the language that this version does not serve, and what there is instead.
pub(super) const LATER: [(&str, &str); 4] = [
    ("employee.name", "this version knows `employee.id`; write the name out, in one rule for each `user`"),
    ("employee.alias", "this version knows `employee.id`; write the alias out, in one rule for each `user`"),
    (
        "employee.department",
        "this version knows `employee.id`; write the department out, in one rule for each `user`",
    ),
    ("now", "use `event.time` or `event.date`, or a `schedule` for each time of day"),
];

static SHANGHAI: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get(DEFAULT_ZONE).unwrap_or(TimeZone::UTC));

/// The values for one event.
pub(super) fn values(facts: &Facts<'_>) -> Value {
    let event = facts.event;
    let user_id = event.user_id().unwrap_or_default();
    let time = Timestamp::from_millisecond(facts.happened_at_ms).map(|at| SHANGHAI.to_datetime(at)).ok();
    Value::from_pairs([
        ("customer", customer(facts.customer, user_id)),
        ("employee", Value::from_pairs([("id", Value::from(user_id))])),
        (
            "event",
            Value::from_pairs([
                ("state", Value::from(event.state().unwrap_or_default())),
                ("user_id", Value::from(user_id)),
                ("external_user_id", Value::from(event.external_user_id().unwrap_or_default())),
                ("change", Value::from(event.change().unwrap_or_default())),
                (
                    "time",
                    Value::from(time.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()),
                ),
                ("date", Value::from(time.map(|at| at.date().to_string()).unwrap_or_default())),
            ]),
        ),
        ("app", Value::from(facts.app)),
        ("corp", Value::from(facts.corp_id)),
    ])
}

fn customer(known: Known<'_, Customer>, user_id: &str) -> Value {
    let nobody = Customer::default();
    let customer = if let Known::Is(customer) = known { customer } else { &nobody };
    let contact = &customer.external_contact;
    let follow = customer.follow_user.iter().find(|follow| follow.userid.eq_ignore_ascii_case(user_id));
    let text = |text: Option<&String>| Value::from(text.map_or("", String::as_str));
    Value::from_pairs([
        ("name", text(contact.name.as_ref())),
        (
            "type",
            Value::from(match contact.r#type {
                Some(1) => "wechat",
                Some(2) => "wecom",
                _ => "",
            }),
        ),
        (
            "gender",
            Value::from(match contact.gender {
                Some(1) => "male",
                Some(2) => "female",
                Some(_) => "unknown",
                None => "",
            }),
        ),
        ("avatar", text(contact.avatar.as_ref())),
        ("position", text(contact.position.as_ref())),
        ("corp_name", text(contact.corp_name.as_ref())),
        ("corp_full_name", text(contact.corp_full_name.as_ref())),
        ("remark", text(follow.and_then(|follow| follow.remark.as_ref()))),
        ("description", text(follow.and_then(|follow| follow.description.as_ref()))),
    ])
}

/// The same tree with one value everywhere, to try a text with.
pub(super) fn uniform(value: &'static str) -> Value {
    Value::from_pairs(
        TREE.iter()
            .map(|(root, names)| {
                (*root, Value::from_pairs(names.iter().map(|name| (*name, Value::from(value)))))
            })
            .chain(PLAIN.iter().map(|name| (*name, Value::from(value)))),
    )
}
