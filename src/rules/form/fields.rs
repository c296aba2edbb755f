//! The fields of the form: where each stands in a rule, how its value is written there, and how a form writes it.

use crate::rules::{
    document::edit::{Step, To, Tree, keys},
    facts::add_way,
    when::days::DAY_NAMES,
};

/// How a list that is no text stands in a form: a pattern that matches nothing given.
const NO_VALUE: &str = "\"\"";

/// What kind of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A text of any number of lines.
    Text,
    /// A text of one line.
    Line,
    /// A whole number.
    Number,
    /// A switch, with what holds where it is not written.
    Flag(bool),
    /// One of these words, or none; `true` and `false` are written as such.
    Choice(&'static [&'static str]),
    /// Texts, one a line.
    Lines,
    /// Patterns, one a line; `""` for the empty one.
    Patterns,
    /// Whole numbers, one a line.
    Numbers,
    /// Days of the week, by their names and with commas between.
    Days,
    /// Ways of adding, by their names and with commas between.
    AddWays,
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// The keys that lead to it from the rule.
    pub path: &'static [&'static str],
    /// What it holds.
    pub kind: FieldKind,
}

const fn field(name: &'static str, path: &'static [&'static str], kind: FieldKind) -> Field {
    Field { name, path, kind }
}

/// Every field, in the order in which a rule has them.
pub const FIELDS: [Field; 33] = [
    field("enabled", &["enabled"], FieldKind::Flag(true)),
    field("priority", &["priority"], FieldKind::Number),
    field("apps", &["apps"], FieldKind::Lines),
    field("state", &["when", "state"], FieldKind::Patterns),
    field("user", &["when", "user"], FieldKind::Patterns),
    field("department", &["when", "department"], FieldKind::Numbers),
    field("add_way", &["when", "add_way"], FieldKind::AddWays),
    field("customer_type", &["when", "customer", "type"], FieldKind::Choice(&["wechat", "wecom"])),
    field(
        "customer_gender",
        &["when", "customer", "gender"],
        FieldKind::Choice(&["male", "female", "unknown"]),
    ),
    field("customer_name", &["when", "customer", "name"], FieldKind::Patterns),
    field("customer_corp", &["when", "customer", "corp_name"], FieldKind::Patterns),
    field("tagged", &["when", "tagged"], FieldKind::Lines),
    field("returning", &["when", "returning"], FieldKind::Choice(&["true", "false"])),
    field("welcome_code", &["when", "welcome_code"], FieldKind::Choice(&["true", "false"])),
    field("days", &["when", "schedule", "days"], FieldKind::Days),
    field("hours", &["when", "schedule", "hours"], FieldKind::Lines),
    field("dates", &["when", "schedule", "dates"], FieldKind::Lines),
    field("calendar", &["when", "schedule", "calendar"], FieldKind::Lines),
    field("not_calendar", &["when", "schedule", "not_calendar"], FieldKind::Lines),
    field("time_zone", &["when", "schedule", "time_zone"], FieldKind::Line),
    field("share", &["when", "share"], FieldKind::Line),
    field("on_lookup_failure", &["on_lookup_failure"], FieldKind::Choice(&["skip", "match"])),
    field("welcome", &["welcome", "text"], FieldKind::Text),
    field("fallback", &["welcome", "fallback"], FieldKind::Text),
    field("add", &["tag", "add"], FieldKind::Lines),
    field("remove", &["tag", "remove"], FieldKind::Lines),
    field("create", &["tag", "create"], FieldKind::Flag(false)),
    field("remark", &["remark", "name"], FieldKind::Line),
    field("remark_description", &["remark", "description"], FieldKind::Text),
    field("remark_company", &["remark", "company"], FieldKind::Line),
    field("remark_phones", &["remark", "phones"], FieldKind::Lines),
    field("stop", &["stop"], FieldKind::Flag(false)),
    field("experiment", &["experiment"], FieldKind::Line),
];

/// What stands at a place of a rule.
enum At<'t> {
    Nothing,
    Value(&'t Tree),
    /// Something that the form does not know is in the way.
    Other,
}

impl Field {
    /// The steps that lead to it.
    pub(super) fn steps(&self) -> Vec<Step<'static>> {
        keys(self.path)
    }

    fn at<'t>(&self, rule: &'t Tree) -> At<'t> {
        let mut tree = rule;
        for key in self.path {
            match tree {
                Tree::Map(map) => match map.get(*key) {
                    Some(value) => tree = value,
                    None => return At::Nothing,
                },
                empty if empty.is_empty() => return At::Nothing,
                _ => return At::Other,
            }
        }
        if tree.is_empty() { At::Nothing } else { At::Value(tree) }
    }

    /// Its value as the form shows it; `None` where the rule has one that the form cannot show.
    pub(super) fn read(&self, rule: &Tree) -> Option<String> {
        let value = match self.at(rule) {
            At::Value(value) => value,
            At::Nothing => {
                return Some(if self.kind == FieldKind::Flag(true) {
                    "true".to_owned()
                } else {
                    String::new()
                });
            }
            At::Other => return None,
        };
        let items = || value.items(&[]);
        match self.kind {
            FieldKind::Text | FieldKind::Number => value.text(),
            FieldKind::Line => value.text().filter(|text| !text.contains(['\n', '\r'])),
            FieldKind::Flag(_) => match value.text()?.as_str() {
                "true" => Some("true".to_owned()),
                "false" => Some(String::new()),
                _ => None,
            },
            FieldKind::Choice(words) => value.text().filter(|text| words.contains(&text.as_str())),
            FieldKind::Lines | FieldKind::Numbers => joined(&items()?, |_| false),
            FieldKind::Patterns => joined(&items()?, str::is_empty),
            FieldKind::Days => {
                let mut days = [false; 7];
                items()?.iter().try_for_each(|item| add_days(item, &mut days))?;
                Some(chosen(DAY_NAMES.iter().zip(days).filter(|(_, is)| *is).map(|(day, _)| *day)))
            }
            FieldKind::AddWays => {
                let numbers: Option<Vec<i64>> = items()?.iter().map(|item| add_way::number(item)).collect();
                let numbers = numbers?;
                let all_named =
                    numbers.iter().all(|of| add_way::ADD_WAYS.iter().any(|(_, known)| known == of));
                let named = add_way::ADD_WAYS.iter().filter(|(_, number)| numbers.contains(number));
                all_named.then(|| chosen(named.map(|(name, _)| *name)))
            }
        }
    }

    /// What is written into the rule for a value of the form.
    pub(super) fn to(&self, value: &str) -> To {
        let lines = || lines_of(value).map(str::to_owned).collect::<Vec<_>>();
        if value.is_empty() && !matches!(self.kind, FieldKind::Flag(_)) {
            return To::Gone;
        }
        match self.kind {
            FieldKind::Text | FieldKind::Line => To::Text(value.to_owned()),
            FieldKind::Number => value.parse().map_or_else(|_| To::Text(value.to_owned()), To::Number),
            FieldKind::Flag(_) => To::Flag(value == "true"),
            FieldKind::Choice(_) => match value {
                "true" => To::Flag(true),
                "false" => To::Flag(false),
                word => To::Text(word.to_owned()),
            },
            FieldKind::Lines => To::List(lines()),
            FieldKind::Numbers => To::Numbers(lines()),
            FieldKind::Patterns => {
                let item = |line: String| if line == NO_VALUE { String::new() } else { line };
                To::List(lines().into_iter().map(item).collect())
            }
            FieldKind::Days => To::List(ranges(value)),
            FieldKind::AddWays => To::List(value.split(',').map(str::to_owned).collect()),
        }
    }

    /// A value as it was typed, in the form in which values are compared and kept.
    pub(super) fn tidied(&self, typed: &str) -> String {
        match self.kind {
            FieldKind::Text => typed.to_owned(),
            FieldKind::Lines | FieldKind::Numbers | FieldKind::Patterns => {
                let mut once: Vec<String> = Vec::new();
                for line in lines_of(typed) {
                    let line = if self.kind == FieldKind::Numbers { number(line) } else { line.to_owned() };
                    if !once.contains(&line) {
                        once.push(line);
                    }
                }
                once.join("\n")
            }
            FieldKind::Days => {
                chosen(DAY_NAMES.into_iter().filter(|day| typed.split(',').any(|of| of == *day)))
            }
            FieldKind::AddWays => {
                let names = add_way::ADD_WAYS.iter().map(|(name, _)| *name);
                chosen(names.filter(|name| typed.split(',').any(|of| of == *name)))
            }
            FieldKind::Flag(_) => if typed == "true" { "true" } else { "" }.to_owned(),
            FieldKind::Line => typed.replace(['\n', '\r'], " ").trim().to_owned(),
            FieldKind::Number => number(typed.trim()),
            FieldKind::Choice(words) => words
                .iter()
                .find(|word| **word == typed.trim())
                .map_or_else(String::new, |word| (*word).to_owned()),
        }
    }
}

/// A whole number as it is written; what is none as it was typed, so that the check can say so.
fn number(typed: &str) -> String {
    typed.parse::<i64>().map_or_else(|_| typed.to_owned(), |number| number.to_string())
}

fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn chosen<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join(",")
}

/// The items of a list a line each, those that are there twice once; `None` where one could not be told from others so.
fn joined(items: &[String], stands_for_nothing: fn(&str) -> bool) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    for item in items {
        let line = if stands_for_nothing(item) { NO_VALUE } else { item.as_str() };
        let is_clear =
            !line.is_empty() && line.trim() == line && !line.contains(['\n', '\r']) && item != NO_VALUE;
        if !is_clear {
            return None;
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Some(lines.join("\n"))
}

/// Marks the days of `mon` or `sat-mon`.
fn add_days(written: &str, days: &mut [bool; 7]) -> Option<()> {
    let (first, last) = written.split_once('-').unwrap_or((written, written));
    let place = |name: &str| DAY_NAMES.iter().position(|day| *day == name.trim());
    let (mut at, last) = (place(first)?, place(last)?);
    loop {
        days[at] = true;
        if at == last {
            return Some(());
        }
        at = (at + 1) % 7;
    }
}

/// Days as rules write them: three and more in a row as a range.
fn ranges(value: &str) -> Vec<String> {
    let is = |at: usize| value.split(',').any(|day| day == DAY_NAMES[at]);
    let (mut all, mut at) = (Vec::new(), 0);
    while at < 7 {
        if !is(at) {
            at += 1;
            continue;
        }
        let mut last = at;
        while last + 1 < 7 && is(last + 1) {
            last += 1;
        }
        if last >= at + 2 {
            all.push(format!("{}-{}", DAY_NAMES[at], DAY_NAMES[last]));
        } else {
            all.extend(DAY_NAMES[at..=last].iter().map(|day| (*day).to_owned()));
        }
        at = last + 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("mon,tue,wed,thu,fri", &["mon-fri"])]
    #[case("mon,tue,sun", &["mon", "tue", "sun"])]
    #[case("sat,sun", &["sat", "sun"])]
    #[case("mon,tue,wed,thu,fri,sat,sun", &["mon-sun"])]
    fn days_in_a_row_are_a_range(#[case] value: &str, #[case] expected: &[&str]) {
        assert_eq!(ranges(value), expected);
        let mut days = [false; 7];
        ranges(value).iter().try_for_each(|item| add_days(item, &mut days)).unwrap();
        assert_eq!(chosen(DAY_NAMES.iter().zip(days).filter(|(_, is)| *is).map(|(day, _)| *day)), value);
    }

    #[rstest]
    #[case(&["a", "a", ""], Some("a\n\"\""))]
    #[case(&["\"\""], None)]
    #[case(&[" a"], None)]
    #[case(&["a\nb"], None)]
    fn patterns_stand_a_line_each(#[case] items: &[&str], #[case] expected: Option<&str>) {
        let items: Vec<String> = items.iter().map(|&item| item.into()).collect();
        assert_eq!(joined(&items, str::is_empty).as_deref(), expected);
    }
}
