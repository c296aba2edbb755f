//! What an `if` in a text proves about the names in it: which of them are certain to have a value in the branch where it
//! holds, and which in the other.

use minijinja::machinery::ast;

/// `a`, `a.b` and `a['b']` as the names they are made of.
pub(crate) fn path<'a>(expression: &'a ast::Expr<'_>) -> Option<Vec<&'a str>> {
    let mut names = Vec::new();
    let mut at = expression;
    loop {
        match at {
            ast::Expr::Var(name) => {
                names.push(name.id);
                names.reverse();
                return Some(names);
            }
            ast::Expr::GetAttr(part) => {
                names.push(part.name);
                at = &part.expr;
            }
            ast::Expr::GetItem(part) => {
                let ast::Expr::Const(key) = &part.subscript_expr else { return None };
                names.push(key.value.as_str()?);
                at = &part.expr;
            }
            _ => return None,
        }
    }
}

pub(crate) fn is_not(operation: &ast::UnaryOp<'_>) -> bool {
    matches!(operation.op, ast::UnaryOpKind::Not)
}

pub(crate) fn is_and_or(operation: &ast::BinOp<'_>) -> bool {
    matches!(operation.op, ast::BinOpKind::ScAnd | ast::BinOpKind::ScOr)
}

/// The expression without `| trim` behind it: the trimmed name is blank exactly where the name is.
pub(crate) fn trimmed<'a>(expression: &'a ast::Expr<'_>) -> &'a ast::Expr<'a> {
    match expression {
        ast::Expr::Filter(filter) if filter.name == "trim" => filter.expr.as_ref().unwrap_or(expression),
        _ => expression,
    }
}

/// The names that are certain to have a value where a condition holds, or where it does not.
pub(crate) fn there_where(condition: &ast::Expr<'_>, holds: bool) -> Vec<String> {
    if let Some(path) = path(trimmed(condition)) {
        return if holds { vec![path.join(".")] } else { Vec::new() };
    }
    match condition {
        ast::Expr::UnaryOp(operation) if is_not(operation) => there_where(&operation.expr, !holds),
        ast::Expr::BinOp(operation) if is_and_or(operation) => {
            let left = there_where(&operation.left, holds);
            let right = there_where(&operation.right, holds);
            let both = matches!(operation.op, ast::BinOpKind::ScAnd) == holds;
            if both { [left, right].concat() } else { either(left, right) }
        }
        _ => Vec::new(),
    }
}

/// The names that are certain where one of two lists is. Names of one look-up are known together, so either list will do;
/// other names must be in both.
fn either(one: Vec<String>, other: Vec<String>) -> Vec<String> {
    fn root(name: &str) -> &str {
        name.split('.').next().unwrap_or(name)
    }
    match one.first().zip(other.first()) {
        Some((first, _)) if one.iter().chain(&other).all(|name| root(name) == root(first)) => {
            [one, other].concat()
        }
        Some(_) => one.into_iter().filter(|name| other.contains(name)).collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use minijinja::{machinery::parse, syntax::SyntaxConfig};

    use super::*;

    fn certain(condition: &str, holds: bool) -> Vec<String> {
        let source = format!("{{{{ {condition} }}}}");
        let parsed = parse(&source, "text", SyntaxConfig::default()).unwrap();
        let ast::Stmt::Template(template) = &parsed else { panic!("a template") };
        let ast::Stmt::EmitExpr(emit) = &template.children[0] else { panic!("an expression") };
        there_where(&emit.expr, holds)
    }

    #[test]
    fn a_condition_proves_what_must_be_there_in_each_branch() {
        #[rustfmt::skip] // A case a line.
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("a", &["a"], &[]),
            ("a.b", &["a.b"], &[]),
            ("a['b']", &["a.b"], &[]),
            ("a[b]", &[], &[]),
            ("a | trim", &["a"], &[]),
            ("a | upper", &[], &[]),
            ("a == 'x'", &[], &[]),
            ("not a", &[], &["a"]),
            ("a and b", &["a", "b"], &[]),
            ("a or b", &[], &[]),
            ("not a or not b", &[], &["a", "b"]),
            ("not (a and b)", &[], &["a", "b"]),
            // One look-up knows both, or neither.
            ("a.x or a.y", &["a.x", "a.y"], &[]),
            ("a.x or b.x", &[], &[]),
            ("(a and b) or (c and a)", &["a"], &[]),
            ("a or (b == 1)", &[], &[]),
        ];
        for (condition, there, otherwise) in cases {
            assert_eq!(certain(condition, true), *there, "{condition}");
            assert_eq!(certain(condition, false), *otherwise, "not {condition}");
        }
    }
}
