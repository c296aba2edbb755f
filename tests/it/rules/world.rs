//! What is known besides the event: who the customer is, where the employee works, what the record says.

use serde_json::{Value, json};
use wecom_greeter::rules::{Customer, Earlier, Employee, Facts, Known, Ruleset, Verdict};

use super::{Happened, ZHOU};

/// The result of one look-up.
#[derive(Clone, Debug)]
pub(super) enum Answer<T> {
    NotAsked,
    Lost,
    Is(T),
}

impl<T> Answer<T> {
    fn known(&self) -> Known<'_, T> {
        match self {
            Self::NotAsked => Known::NotAsked,
            Self::Lost => Known::Unavailable,
            Self::Is(answer) => Known::Is(answer),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) customer: Answer<Customer>,
    pub(super) employee: Answer<Employee>,
    pub(super) earlier: Answer<Earlier>,
}

/// No look-up has been made.
pub(super) fn unasked() -> World {
    World { customer: Answer::NotAsked, employee: Answer::NotAsked, earlier: Answer::NotAsked }
}

/// Every look-up has failed.
pub(super) fn lost() -> World {
    World { customer: Answer::Lost, employee: Answer::Lost, earlier: Answer::Lost }
}

/// A WeChat user, male, who scanned lisi.01's code and has tags, and whom wangwu has as well; lisi.01 works in
/// department 7, below 3, below 1; wangwu added the customer before.
pub(super) fn known() -> World {
    World {
        customer: Answer::Is(customer(&json!({
            "external_contact": {"external_userid": ZHOU, "name": "小周", "type": 1, "gender": 1},
            "follow_user": [
                {"userid": "wangwu", "add_way": 10, "tags": [
                    {"group_name": "渠道", "tag_name": "门店", "tag_id": "etShop", "type": 1}]},
                {"userid": "Lisi.01", "add_way": 1, "tags": [
                    {"group_name": "等级", "tag_name": "VIP", "tag_id": "etVip", "type": 1},
                    {"group_name": "渠道", "tag_name": "春/夏", "tag_id": "stSpring", "type": 3},
                    {"group_name": "", "tag_name": "熟人", "type": 2},
                    {"group_name": "朋友", "tag_name": "老", "type": 2}]}
            ]
        }))),
        employee: Answer::Is(Employee { departments: vec![7, 3, 1], ..Employee::default() }),
        earlier: Answer::Is(Earlier { by_employee: false, by_company: true }),
    }
}

pub(super) fn customer(answer: &Value) -> Customer {
    serde_json::from_value(answer.clone()).unwrap()
}

impl World {
    /// The same with another answer about the customer.
    pub(super) fn customer(self, answer: &Value) -> Self {
        Self { customer: Answer::Is(customer(answer)), ..self }
    }

    /// The same with one field of the customer changed.
    pub(super) fn contact(self, field: &str, value: Value) -> Self {
        let Answer::Is(customer) = &self.customer else { panic!("nobody is known") };
        let mut answer = serde_json::to_value(customer).unwrap();
        answer["external_contact"][field] = value;
        self.customer(&answer)
    }

    pub(super) fn departments(self, ids: &[i64]) -> Self {
        let employee = Employee { departments: ids.to_vec(), ..Employee::default() };
        Self { employee: Answer::Is(employee), ..self }
    }

    pub(super) fn earlier(self, by_employee: bool, by_company: bool) -> Self {
        Self { earlier: Answer::Is(Earlier { by_employee, by_company }), ..self }
    }

    pub(super) fn with<T>(&self, happened: &Happened, then: impl FnOnce(&Facts<'_>) -> T) -> T {
        happened.with(|facts| {
            then(&Facts {
                customer: self.customer.known(),
                employee: self.employee.known(),
                earlier: self.earlier.known(),
                ..*facts
            })
        })
    }

    pub(super) fn verdicts(&self, happened: &Happened, set: &Ruleset) -> Vec<Verdict> {
        self.with(happened, |facts| set.verdicts(facts))
    }
}

/// A rule set of one rule with this `when`.
pub(super) fn rule_with(when: &str) -> Ruleset {
    super::rules(&[&format!("{{name: r, when: {when}, tag: {{add: etA}}}}")])
}

/// `yes`, `no`, `unknown` or `open`.
pub(super) fn truth(when: &str, happened: &Happened, world: &World) -> &'static str {
    let verdicts = world.verdicts(happened, &rule_with(when));
    let verdict = &verdicts[0];
    match (verdict.matched, verdict.open, verdict.reason.as_deref()) {
        (true, false, _) => "yes",
        (false, true, Some(reason)) if reason.starts_with("open: ") => "open",
        (false, false, Some(reason)) if reason.starts_with("unknown: ") => "unknown",
        (false, false, Some(_)) => "no",
        _ => panic!("{verdict:?}"),
    }
}
