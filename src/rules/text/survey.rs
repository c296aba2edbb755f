//! The check of a text: walks its syntax tree once and learns which names it asks for, and what the language does not
//! have, so that rendering has nothing left to fail on.

use minijinja::{
    machinery::{Token, ast, parse, tokenize},
    syntax::SyntaxConfig,
};

use super::{
    code, compare,
    fault::{FaultInLine, syntax},
    foreign,
    guard::{is_and_or, is_not, path, there_where, trimmed},
    names::{self, Scope},
    template::Form,
    time,
    words::{Retype, TextFault},
};
use crate::rules::{
    document::{typed, wrong::Meant},
    facts::Needs,
};

/// The engine's parser and compiler recurse once for each operator, filter and `elif`. So both are bounded before they
/// run.
const TOKENS_IN_A_TAG_MAX: usize = 100;
const TAGS_MAX: usize = 100;
/// So many faults of one text are enough to begin with. Looking for the name that was meant is the most expensive part of
/// a check.
const FAULTS_MAX: usize = 10;

const FILTERS: [&str; 13] = [
    "default",
    "d",
    "cut",
    "cut_bytes",
    "date",
    "weekday",
    "length",
    "lower",
    "upper",
    "capitalize",
    "title",
    "trim",
    "replace",
];
const TESTS: [&str; 2] = ["startingwith", "endingwith"];

/// What is known of a text without a fault.
pub(crate) struct Surveyed {
    /// The part of it that does not depend on any value.
    pub(crate) literal: String,
    /// The look-ups that it asks for.
    pub(crate) asks: Needs,
    /// The names that have to be looked up and for which it has no default somewhere.
    pub(crate) needs: Vec<String>,
    /// What in it is hardly ever meant.
    pub(crate) notes: Vec<TextFault>,
}

/// Checks a text with placeholders.
pub(crate) fn survey(
    source: &str,
    scope: Scope,
    form: Form,
    stored: bool,
) -> Result<Surveyed, Vec<FaultInLine>> {
    // To the engine a full-width blank is a blank, so that older checks let it pass.
    let typed = if stored { Vec::new() } else { typed_in_tags(source) };
    if !typed.is_empty() {
        return Err(typed);
    }
    bounded(source)?;
    let parsed = parse(source, "text", SyntaxConfig::default()).map_err(|error| vec![syntax(&error)])?;
    let mut survey = Survey { scope, stored, ..Survey::default() };
    survey.statement(&parsed, true);
    let Survey { literal, asks, needs, faults, raw, mut notes, .. } = survey;
    if !faults.is_empty() {
        return Err(faults);
    }
    for raw in raw {
        code::seen(&raw, form, &mut notes);
    }
    Ok(Surveyed { literal, asks, needs, notes })
}

/// The characters in placeholders and conditions that are none of the language, each named: an input method typed them.
fn typed_in_tags(source: &str) -> Vec<FaultInLine> {
    let mut faults = Vec::new();
    for (at, tag) in foreign::tags(source) {
        let inside = tag.get(2..).unwrap_or_default();
        let mut quote = None;
        let mut escaped = false;
        let wrong = inside.chars().find(|c| match quote {
            Some(_) if escaped => {
                escaped = false;
                false
            }
            Some(open) => {
                escaped = *c == '\\';
                if *c == open {
                    quote = None;
                }
                false
            }
            None if *c == '"' || *c == '\'' => {
                quote = Some(*c);
                false
            }
            None => !c.is_ascii(),
        });
        let Some(wrong) = wrong else { continue };
        let line = 1 + source[..at].matches('\n').count();
        // Up to the begin of the next one, where its end is what was mistyped.
        let shown = tag.lines().next().unwrap_or_default();
        let mend = match typed::ascii(wrong) {
            Some(meant) => Retype::As(meant),
            None if typed::unseen(&wrong.to_string()).is_some() => Retype::Anew,
            None => Retype::InQuotes,
        };
        faults.push(FaultInLine { line, fault: TextFault::Typed { tag: shown.to_owned(), wrong, mend } });
    }
    faults.truncate(FAULTS_MAX);
    faults
}

/// Rejects a text that would make the parser recurse too deeply.
fn bounded(source: &str) -> Result<(), Vec<FaultInLine>> {
    let (mut tags, mut tokens) = (0, 0);
    for token in tokenize(source, false, SyntaxConfig::default()) {
        let (token, span) = token.map_err(|error| vec![syntax(&error)])?;
        let line = usize::from(span.start_line);
        match token {
            Token::VariableStart | Token::BlockStart => (tags, tokens) = (tags + 1, 0),
            _ => tokens += 1,
        }
        if tags > TAGS_MAX {
            return Err(vec![FaultInLine { line, fault: TextFault::TooManyTags { most: TAGS_MAX } }]);
        }
        if tokens > TOKENS_IN_A_TAG_MAX {
            return Err(vec![FaultInLine { line, fault: TextFault::TagTooLong }]);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Survey {
    scope: Scope,
    /// The text was accepted by an older check.
    stored: bool,
    literal: String,
    asks: Needs,
    needs: Vec<String>,
    /// Names that are certain to have a value here, because a condition around this part asks for it.
    guards: Vec<String>,
    /// The parts that are sent as they stand.
    raw: Vec<String>,
    notes: Vec<TextFault>,
    faults: Vec<FaultInLine>,
}

impl Survey {
    fn fault(&mut self, line: u16, fault: TextFault) {
        self.faults.push(FaultInLine { line: usize::from(line), fault });
    }

    fn statement(&mut self, statement: &ast::Stmt<'_>, always: bool) {
        match statement {
            ast::Stmt::Template(template) => {
                template.children.iter().for_each(|child| self.statement(child, always));
            }
            ast::Stmt::EmitRaw(raw) => {
                self.faults.extend(foreign::left(raw.raw, usize::from(raw.span().start_line), self.stored));
                self.raw.push(raw.raw.to_owned());
                if always {
                    self.literal.push_str(raw.raw);
                }
            }
            ast::Stmt::EmitExpr(emit) => self.expression(&emit.expr, false),
            ast::Stmt::IfCond(condition) => {
                self.condition(&condition.expr);
                let outside = self.guards.len();
                self.guards.extend(there_where(&condition.expr, true));
                condition.true_body.iter().for_each(|child| self.statement(child, false));
                self.guards.truncate(outside);
                self.guards.extend(there_where(&condition.expr, false));
                condition.false_body.iter().for_each(|child| self.statement(child, false));
                self.guards.truncate(outside);
            }
            ast::Stmt::ForLoop(found) => self.no_statement(found.span().start_line, "for"),
            ast::Stmt::WithBlock(found) => self.no_statement(found.span().start_line, "with"),
            ast::Stmt::Set(found) => self.no_statement(found.span().start_line, "set"),
            ast::Stmt::SetBlock(found) => self.no_statement(found.span().start_line, "set"),
            ast::Stmt::AutoEscape(found) => self.no_statement(found.span().start_line, "autoescape"),
            ast::Stmt::FilterBlock(found) => self.no_statement(found.span().start_line, "filter"),
            ast::Stmt::Do(found) => self.no_statement(found.span().start_line, "do"),
        }
    }

    fn no_statement(&mut self, line: u16, name: &str) {
        self.fault(line, TextFault::NoStatement(name.to_owned()));
    }

    /// The expression behind an `if`. Whoever asks whether there is a value is prepared for none, which whoever compares it
    /// is not: so a bare name needs no default here.
    fn condition(&mut self, expression: &ast::Expr<'_>) {
        match expression {
            ast::Expr::UnaryOp(operation) if is_not(operation) => self.condition(&operation.expr),
            ast::Expr::BinOp(operation) if is_and_or(operation) => {
                self.condition(&operation.left);
                self.condition(&operation.right);
            }
            asks => self.expression(asks, path(trimmed(asks)).is_some()),
        }
    }

    /// `excused`: a missing value does no harm here, because of a default or a condition around it.
    fn expression(&mut self, expression: &ast::Expr<'_>, excused: bool) {
        if self.faults.len() >= FAULTS_MAX {
            return;
        }
        if let Some(path) = path(expression) {
            return self.name(expression.span().start_line, &path, excused);
        }
        match expression {
            ast::Expr::Const(_) => {}
            ast::Expr::Filter(filter) => self.filter(filter, excused),
            ast::Expr::Test(test) => {
                if !TESTS.contains(&test.name) {
                    let name = test.name.to_owned();
                    let fault = match test.name {
                        "defined" | "undefined" | "none" => TextFault::AlwaysDefined(name),
                        unknown => TextFault::NoTest { name, near: Meant::of(unknown, &TESTS) },
                    };
                    self.fault(expression.span().start_line, fault);
                }
                self.expression(&test.expr, excused);
                self.arguments(&test.args, false);
            }
            ast::Expr::Slice(slice) => {
                self.expression(&slice.expr, excused);
                [&slice.start, &slice.stop, &slice.step]
                    .into_iter()
                    .flatten()
                    .for_each(|part| self.expression(part, excused));
            }
            ast::Expr::UnaryOp(operation) => self.expression(&operation.expr, excused),
            ast::Expr::BinOp(operation) => {
                let has_default = matches!(operation.op, ast::BinOpKind::ScOr);
                self.expression(&operation.left, excused || has_default);
                self.expression(&operation.right, excused);
                if matches!(operation.op, ast::BinOpKind::In) {
                    self.notes.extend(compare::never_in(&operation.left, &operation.right));
                }
                if matches!(
                    operation.op,
                    ast::BinOpKind::Eq
                        | ast::BinOpKind::Ne
                        | ast::BinOpKind::Lt
                        | ast::BinOpKind::Lte
                        | ast::BinOpKind::Gt
                        | ast::BinOpKind::Gte
                ) {
                    self.comparable(&operation.left, &operation.right);
                    self.comparable(&operation.right, &operation.left);
                    self.notes.extend(compare::never(operation.op, &operation.left, &operation.right));
                }
            }
            ast::Expr::Compare(compare) => {
                self.expression(&compare.expr, excused);
                compare.ops.iter().for_each(|operand| self.expression(&operand.expr, excused));
                for operand in &compare.ops {
                    self.comparable(&compare.expr, &operand.expr);
                    self.comparable(&operand.expr, &compare.expr);
                }
            }
            ast::Expr::IfExpr(choice) => {
                self.condition(&choice.test_expr);
                let outside = self.guards.len();
                self.guards.extend(there_where(&choice.test_expr, true));
                self.expression(&choice.true_expr, excused);
                self.guards.truncate(outside);
                if let Some(otherwise) = &choice.false_expr {
                    self.guards.extend(there_where(&choice.test_expr, false));
                    self.expression(otherwise, excused);
                    self.guards.truncate(outside);
                }
            }
            ast::Expr::List(list) => list.items.iter().for_each(|item| self.expression(item, excused)),
            ast::Expr::Call(_) => self.fault(expression.span().start_line, TextFault::NoFunctions),
            ast::Expr::Var(_)
            | ast::Expr::GetAttr(_)
            | ast::Expr::GetItem(_)
            | ast::Expr::Tuple(_)
            | ast::Expr::Map(_) => {
                self.fault(expression.span().start_line, TextFault::NoPlace(expression.description()));
            }
        }
    }

    fn filter(&mut self, filter: &ast::Filter<'_>, excused: bool) {
        let line = filter.expr.as_ref().map_or(1, |inner| inner.span().start_line);
        if !FILTERS.contains(&filter.name) {
            let near = Meant::of(filter.name, &FILTERS);
            self.fault(line, TextFault::NoFilter { name: filter.name.to_owned(), near });
        }
        if matches!(filter.name, "date" | "weekday") {
            self.time(line, filter);
        }
        let is_default = matches!(filter.name, "default" | "d");
        if let Some(inner) = &filter.expr {
            self.expression(inner, excused || is_default);
        }
        // The default may itself be a name without a value. That is excused only by another default behind it.
        self.arguments(&filter.args, excused && is_default);
    }

    /// `date` and `weekday` take a time, and the format of `date` is checked now rather than when it is used.
    fn time(&mut self, line: u16, filter: &ast::Filter<'_>) {
        let of = filter.expr.as_ref().and_then(path).map(|path| path.join("."));
        if !of.is_some_and(|of| names::TIMES.contains(&of.as_str())) {
            let filter = filter.name.to_owned();
            return self.fault(line, TextFault::WantsTime { filter, times: names::TIMES });
        }
        if filter.name == "weekday" {
            return;
        }
        let format = match &filter.args[..] {
            [ast::CallArg::Pos(ast::Expr::Const(format))] => format.value.as_str(),
            _ => None,
        };
        let directives = &time::DIRECTIVES;
        match format.map(time::unknown_directive) {
            None => self.fault(line, TextFault::WantsFormat { directives }),
            Some(Some(unknown)) => {
                let directive = unknown.to_owned();
                self.fault(line, TextFault::UnknownDirective { directive, directives });
            }
            Some(None) => {}
        }
    }

    /// A text never equals a number, so a comparison of the two is a slip.
    fn comparable(&mut self, name: &ast::Expr<'_>, with: &ast::Expr<'_>) {
        let (Some(full), ast::Expr::Const(constant)) = (path(name).map(|path| path.join(".")), with) else {
            return;
        };
        let (line, is_number) = (name.span().start_line, names::is_number(&full));
        if is_number && constant.value.as_str().is_some() {
            self.fault(line, TextFault::NumberWithText(full));
        } else if !is_number && constant.value.is_number() {
            self.fault(line, TextFault::TextWithNumber(full));
        }
    }

    fn arguments(&mut self, arguments: &[ast::CallArg<'_>], excused: bool) {
        for argument in arguments {
            match argument {
                ast::CallArg::Pos(value)
                | ast::CallArg::Kwarg(_, value)
                | ast::CallArg::PosSplat(value)
                | ast::CallArg::KwargSplat(value) => {
                    self.expression(value, excused);
                }
            }
        }
    }

    fn name(&mut self, line: u16, path: &[&str], excused: bool) {
        match names::resolve(path, self.scope) {
            Ok(asks) => {
                self.asks = self.asks.and(asks);
                let full = path.join(".");
                let is_needed = !asks.is_nothing() && !excused && !self.guards.contains(&full);
                if is_needed && !self.needs.contains(&full) {
                    self.needs.push(full);
                }
            }
            Err(fault) => self.fault(line, fault),
        }
    }
}
