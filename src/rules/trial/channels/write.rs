//! Writing rules as a file that a person goes on editing, in the form that one would write by hand.

use std::fmt::Write as _;

/// Rules of channels are looked at before the one for everybody.
const PRIORITY: i64 = 10;

/// How each rule begins, by which it is found again.
const BEGIN: &str = "  - name: ";

/// The rule of one row.
pub(super) struct Rule {
    pub(super) line: u64,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) users: Vec<String>,
    pub(super) text: String,
    pub(super) tags: Vec<String>,
    pub(super) remark: [(&'static str, String); 2],
}

pub(super) fn document(name: &str, rules: &[Rule]) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let mut out = format!("# {name} → `wecom-greeter rules import --from csv`\nrules:\n");
    for rule in rules {
        // Writing to a String cannot fail.
        let _ = write(&mut out, rule);
    }
    out
}

/// The rule that a line of the document belongs to, lines counted from 1. A text cannot look like the beginning of a
/// rule, because its lines are indented deeper.
pub(super) fn rule_at(document: &str, line: usize) -> Option<usize> {
    document.lines().take(line).filter(|line| line.starts_with(BEGIN)).count().checked_sub(1)
}

fn write(out: &mut String, rule: &Rule) -> std::fmt::Result {
    writeln!(out, "{BEGIN}{}", scalar(&rule.name))?;
    let has_state = !rule.state.is_empty();
    if has_state || !rule.users.is_empty() {
        writeln!(out, "    priority: {PRIORITY}")?;
        writeln!(out, "    when:")?;
    }
    if has_state {
        writeln!(out, "      state: {}", scalar(&literal(&rule.state)))?;
    }
    if !rule.users.is_empty() {
        let users: Vec<String> = rule.users.iter().map(|user| literal(user)).collect();
        writeln!(out, "      user: {}", list(&users))?;
    }
    if !rule.text.is_empty() {
        writeln!(out, "    welcome:")?;
        writeln!(out, "      text: {}", block(&rule.text, "        "))?;
    }
    if !rule.tags.is_empty() {
        writeln!(out, "    tag:\n      add: {}", list(&rule.tags))?;
    }
    if rule.remark.iter().any(|(_, text)| !text.is_empty()) {
        writeln!(out, "    remark:")?;
        for (key, text) in rule.remark.iter().filter(|(_, text)| !text.is_empty()) {
            writeln!(out, "      {key}: {}", scalar(text))?;
        }
    }
    Ok(())
}

/// A pattern that matches this text and nothing else.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if ['*', '?', '[', '\\'].contains(&c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// A text in double quotes, as in JSON, which is YAML as well.
fn scalar(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| scalar(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A text of several lines as a block that can be read and edited; in quotes where YAML would read it otherwise.
fn block(text: &str, indent: &str) -> String {
    let plain = text.contains('\n')
        && !text.starts_with(['\n', ' ', '\t'])
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    if !plain {
        return scalar(text);
    }
    let lines: Vec<String> = text
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("{indent}{line}") })
        .collect();
    format!("|-\n{}", lines.join("\n"))
}
