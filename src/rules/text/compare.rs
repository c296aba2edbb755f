//! Comparisons in a text that never hold, because the name has a few words as its values and what it is compared with is
//! none of them.

use minijinja::machinery::ast;

use super::{
    guard::path,
    time,
    words::{Holds, TextFault},
};
use crate::rules::facts::{
    change::Changes,
    customer::{CustomerType, Gender},
};

/// A comparison whose answer is the same for everybody.
pub(super) fn never(op: ast::BinOpKind, left: &ast::Expr<'_>, right: &ast::Expr<'_>) -> Option<TextFault> {
    let is_equal = matches!(op, ast::BinOpKind::Eq);
    if !is_equal && !matches!(op, ast::BinOpKind::Ne) {
        return out_of_range(op, left, right);
    }
    let (name, value) = asked(left, right).or_else(|| asked(right, left))?;
    let holds = if is_equal { Holds::Never } else { Holds::Always };
    if let Some(number) = value.as_i64() {
        let range = range(&name)?;
        return (!(range.0..=range.1).contains(&number)).then_some(TextFault::OutOfRange {
            name,
            range,
            number,
            is_equality: true,
            holds,
        });
    }
    none_of(&name, &[value.as_str()?], holds)
}

/// `customer.gender in ['男', '女']`, where none of them is a value.
pub(super) fn never_in(left: &ast::Expr<'_>, right: &ast::Expr<'_>) -> Option<TextFault> {
    let name = path(left)?.join(".");
    let ast::Expr::List(list) = right else { return None };
    let given: Vec<minijinja::Value> = list
        .items
        .iter()
        .map(|item| if let ast::Expr::Const(constant) = item { Some(constant.value.clone()) } else { None })
        .collect::<Option<_>>()?;
    let given: Vec<&str> = given.iter().map(|value| value.as_str()).collect::<Option<_>>()?;
    none_of(&name, &given, Holds::Never)
}

fn none_of(name: &str, given: &[&str], holds: Holds) -> Option<TextFault> {
    let words = words(name)?;
    let possible = |value: &&str| value.is_empty() || words.iter().any(|word| word == value);
    if given.iter().any(possible) {
        return None;
    }
    let given = given.iter().map(|value| (*value).to_owned()).collect();
    Some(TextFault::NeverThese { name: name.to_owned(), given, words, holds })
}

/// `now.hour >= 24`.
fn out_of_range(op: ast::BinOpKind, left: &ast::Expr<'_>, right: &ast::Expr<'_>) -> Option<TextFault> {
    let (name, number, turned) = match (asked(left, right), asked(right, left)) {
        (Some((name, value)), _) => (name, value.as_i64()?, false),
        (None, Some((name, value))) => (name, value.as_i64()?, true),
        (None, None) => return None,
    };
    let (first, last) = range(&name)?;
    let never = match (op, turned) {
        (ast::BinOpKind::Lt, false) | (ast::BinOpKind::Gt, true) => number <= first,
        (ast::BinOpKind::Lte, false) | (ast::BinOpKind::Gte, true) => number < first,
        (ast::BinOpKind::Gt, false) | (ast::BinOpKind::Lt, true) => number >= last,
        (ast::BinOpKind::Gte, false) | (ast::BinOpKind::Lte, true) => number > last,
        _ => false,
    };
    let (range, holds) = ((first, last), Holds::Never);
    never.then_some(TextFault::OutOfRange { name, range, number, is_equality: false, holds })
}

fn asked(name: &ast::Expr<'_>, with: &ast::Expr<'_>) -> Option<(String, minijinja::Value)> {
    let ast::Expr::Const(constant) = with else { return None };
    Some((path(name)?.join("."), constant.value.clone()))
}

/// The values of a name that has only a few.
fn words(name: &str) -> Option<Vec<&'static str>> {
    Some(match name {
        "customer.gender" => Gender::NAMES.iter().map(|(word, _)| *word).collect(),
        "customer.type" => CustomerType::NAMES.iter().map(|(word, _)| *word).collect(),
        "event.change" => Changes::all_change_types(),
        "now.weekday" => time::WEEKDAYS.to_vec(),
        "now.greeting" => time::GREETINGS.iter().map(|(_, greeting)| *greeting).collect(),
        "event.fail_reason" => vec!["customer_refused", "customer_limit_exceed"],
        "event.tag_type" => vec!["tag", "tag_group"],
        _ => return None,
    })
}

fn range(name: &str) -> Option<(i64, i64)> {
    Some(match name {
        "now.hour" => (0, 23),
        "now.minute" => (0, 59),
        "now.day" => (1, 31),
        "now.month" => (1, 12),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use minijinja::{machinery::parse, syntax::SyntaxConfig};

    use super::*;

    fn is_odd(comparison: &str) -> bool {
        let source = format!("{{{{ {comparison} }}}}");
        let parsed = parse(&source, "text", SyntaxConfig::default()).unwrap();
        let ast::Stmt::Template(template) = &parsed else { panic!("a template") };
        let ast::Stmt::EmitExpr(emit) = &template.children[0] else { panic!("an expression") };
        let ast::Expr::BinOp(operation) = &emit.expr else { panic!("a comparison") };
        never(operation.op, &operation.left, &operation.right).is_some()
    }

    #[test]
    fn a_comparison_is_odd_from_the_first_value_that_cannot_be() {
        for comparison in [
            "now.hour < 0",
            "now.day < 1",
            "now.day <= 0",
            "now.hour > 23",
            "now.hour >= 24",
            "now.month > 12",
            "0 > now.hour",
            "0 >= now.day",
            "23 < now.hour",
            "24 <= now.hour",
            "now.hour == 24",
            "60 == now.minute",
            "now.minute != 60",
            "now.month == 0",
            "now.day == 32",
            "customer.gender == '男'",
            "'先生' != customer.gender",
            "event.tag_type == 'group'",
        ] {
            assert!(is_odd(comparison), "{comparison}");
        }
        for comparison in [
            "now.hour < 1",
            "now.day < 2",
            "now.day <= 1",
            "now.hour > 22",
            "now.hour >= 23",
            "now.month > 11",
            "1 > now.hour",
            "1 >= now.day",
            "22 < now.hour",
            "23 <= now.hour",
            "now.hour == 23",
            "now.hour == 0",
            "59 == now.minute",
            "now.month == 12",
            "now.day == 31",
            "customer.gender == 'male'",
            "customer.gender == ''",
            "customer.name == '男'",
            "event.tag_type == 'tag_group'",
        ] {
            assert!(!is_odd(comparison), "{comparison}");
        }
    }
}
