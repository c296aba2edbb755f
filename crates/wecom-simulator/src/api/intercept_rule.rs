//! Intercept rules (page 96346).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, empty, invalid},
    errcode::Refusal,
};
use crate::world::{World, intercept_rules::InterceptRule, scope::Scope};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/add_intercept_rule", add),
    Method::post("externalcontact/update_intercept_rule", update),
    Method::post("externalcontact/del_intercept_rule", del),
    Method::get("externalcontact/get_intercept_rule_list", list),
    Method::post("externalcontact/get_intercept_rule", get),
];

const NAME_CHARS_MAX: usize = 20;

/// The most words in a rule (41068), and the most characters in a word (41083).
const WORDS_MAX: usize = 300;
const WORD_CHARS_MAX: usize = 32;

/// The most rules (41069), and the most members in a rule's range (41076). WeCom names neither limit.
const RULES_MAX: usize = 100;
const SCOPE_MAX: usize = 1_000;

/// So many ids of deleted rules are remembered.
const DELETED_KEPT: usize = 10_000;

fn check_name(world: &World, own_id: &str, name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(empty("rule_name"));
    }
    check::chars("rule_name", Some(name), NAME_CHARS_MAX)?;
    if world.intercept_rules.all.iter().any(|(id, rule)| id != own_id && rule.name == name) {
        return Err(Refusal::new(41077, "rule name already exist"));
    }
    Ok(())
}

fn check_words(words: &[String]) -> Result<(), Refusal> {
    if words.len() > WORDS_MAX {
        return Err(Refusal::new(41068, "word list out of limit"));
    }
    if words.iter().any(|word| word.is_empty() || word.chars().count() > WORD_CHARS_MAX) {
        return Err(Refusal::new(41083, "invalid word"));
    }
    Ok(())
}

fn check_semantics(semantics: &[i64]) -> Result<(), Refusal> {
    if semantics.iter().any(|kind| !(1..=3).contains(kind)) {
        return Err(Refusal::new(41084, "invalid semantics"));
    }
    Ok(())
}

fn check_kind(kind: i64) -> Result<(), Refusal> {
    if (1..=2).contains(&kind) { Ok(()) } else { Err(invalid("intercept_type is not 1 or 2")) }
}

fn check_scope(world: &World, scope: &Scope) -> Result<(), Refusal> {
    if scope.is_empty() {
        return Err(empty("applicable_range"));
    }
    if scope.user_list.len() > SCOPE_MAX || scope.department_list.len() > SCOPE_MAX {
        return Err(Refusal::new(41076, "applicable_range out of limit"));
    }
    check::scope(world, scope)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Add {
    rule_name: String,
    word_list: Vec<String>,
    semantics_list: Vec<i64>,
    intercept_type: i64,
    applicable_range: Scope,
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Add = call.json()?;
    check_name(world, "", &asked.rule_name)?;
    if asked.word_list.is_empty() && asked.semantics_list.is_empty() {
        return Err(empty("word_list"));
    }
    check_words(&asked.word_list)?;
    check_semantics(&asked.semantics_list)?;
    check_kind(asked.intercept_type)?;
    check_scope(world, &asked.applicable_range)?;
    if world.intercept_rules.all.len() >= RULES_MAX {
        return Err(Refusal::new(41069, "intercept rule count out of limit"));
    }
    let rule_id = world.random_text(32);
    let rule = InterceptRule {
        name: asked.rule_name,
        words: asked.word_list,
        semantics: asked.semantics_list,
        kind: asked.intercept_type,
        scope: asked.applicable_range,
        created_ms: call.now_ms,
    };
    world.intercept_rules.all.insert(rule_id.clone(), rule);
    Ok(members(json!({ "rule_id": rule_id })))
}

fn rule<'a>(world: &'a World, rule_id: &str) -> Result<&'a InterceptRule, Refusal> {
    if rule_id.is_empty() {
        return Err(empty("rule_id"));
    }
    let gone = world.intercept_rules.deleted.contains(rule_id);
    world.intercept_rules.all.get(rule_id).ok_or(if gone {
        Refusal::new(41071, "intercept rule has been deleted")
    } else {
        Refusal::new(41070, "invalid rule_id")
    })
}

#[derive(Deserialize)]
struct Update {
    #[serde(default)]
    rule_id: String,
    rule_name: Option<String>,
    word_list: Option<Vec<String>>,
    extra_rule: Option<ExtraRule>,
    intercept_type: Option<i64>,
    #[serde(default)]
    add_applicable_range: Scope,
    #[serde(default)]
    remove_applicable_range: Scope,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ExtraRule {
    semantics_list: Vec<i64>,
}

/// Changes what is given. Words and patterns are replaced as a whole; of the range, parts are added and removed.
fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Update = call.json()?;
    let there = rule(world, &asked.rule_id)?;
    if let Some(name) = &asked.rule_name {
        check_name(world, &asked.rule_id, name)?;
    }
    let words = asked.word_list.unwrap_or_else(|| there.words.clone());
    let semantics = asked.extra_rule.map_or_else(|| there.semantics.clone(), |extra| extra.semantics_list);
    if words.is_empty() && semantics.is_empty() {
        return Err(empty("word_list"));
    }
    check_words(&words)?;
    check_semantics(&semantics)?;
    asked.intercept_type.map_or(Ok(()), check_kind)?;
    check::scope(world, &asked.add_applicable_range)?;
    let (come, go) = (asked.add_applicable_range, asked.remove_applicable_range);
    let mut scope = there.scope.clone();
    scope.user_list.retain(|userid| !go.user_list.contains(userid));
    scope.department_list.retain(|id| !go.department_list.contains(id));
    for userid in come.user_list {
        if !scope.user_list.contains(&userid) {
            scope.user_list.push(userid);
        }
    }
    for id in come.department_list {
        if !scope.department_list.contains(&id) {
            scope.department_list.push(id);
        }
    }
    if scope.is_empty() {
        return Err(empty("applicable_range"));
    }
    if scope.user_list.len() > SCOPE_MAX || scope.department_list.len() > SCOPE_MAX {
        return Err(Refusal::new(41076, "applicable_range out of limit"));
    }
    if let Some(rule) = world.intercept_rules.all.get_mut(&asked.rule_id) {
        rule.name = asked.rule_name.unwrap_or_else(|| std::mem::take(&mut rule.name));
        (rule.words, rule.semantics, rule.scope) = (words, semantics, scope);
        rule.kind = asked.intercept_type.unwrap_or(rule.kind);
    }
    Ok(members(Value::Null))
}

#[derive(Deserialize)]
struct ById {
    #[serde(default)]
    rule_id: String,
}

fn del(world: &mut World, call: &Call<'_>) -> Answer {
    let ById { rule_id } = call.json()?;
    rule(world, &rule_id)?;
    world.intercept_rules.all.remove(&rule_id);
    if world.intercept_rules.deleted.len() < DELETED_KEPT {
        world.intercept_rules.deleted.insert(rule_id);
    }
    Ok(members(Value::Null))
}

#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn list(world: &mut World, _: &Call<'_>) -> Answer {
    let to_json = |(id, rule): (&String, &InterceptRule)| json!({ "rule_id": id, "rule_name": rule.name, "create_time": rule.created_ms / 1_000 });
    let rule_list: Vec<Value> = world.intercept_rules.all.iter().map(to_json).collect();
    Ok(members(json!({ "rule_list": rule_list })))
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let ById { rule_id } = call.json()?;
    let rule = rule(world, &rule_id)?;
    Ok(members(json!({ "rule": {
        "rule_id": rule_id,
        "rule_name": rule.name,
        "word_list": rule.words,
        "extra_rule": { "semantics_list": rule.semantics },
        "intercept_type": rule.kind,
        "applicable_range": rule.scope,
    } })))
}
