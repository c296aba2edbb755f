//! The list of conditions in docs/RULES.md and docs/RULES.zh-CN.md, made from the table. The manual is for people, so that
//! what a key asks stands here in Chinese for the page that is read in Chinese.

use std::{env, fs};

use super::table::{Form, KEYS, Key, Reads};
use crate::language::Language;

/// What each key asks, in Chinese.
const IN_CHINESE: [(&str, &str); 13] = [
    ("state", "客户从哪个渠道来：「联系我」或获客链接的 state。"),
    ("user", "员工的 userid。"),
    ("department", "员工在其中一个部门或其下级部门里。"),
    ("add_way", "客户是怎样添加这名员工的。"),
    ("customer", "客户的资料；写了的各项要同时符合。"),
    ("tagged", "客户在这名员工处有其中一个标签。"),
    ("returning", "客户以前是否添加过。"),
    ("welcome_code", "事件里有没有欢迎码。"),
    ("schedule", "什么时间发生：一个时段，或几个时段中的任意一个。"),
    ("share", "全部客户中固定的一部分；几条规则写同一个 experiment 来分。"),
    ("any", "其中一个条件成立。"),
    ("all", "全部条件成立。"),
    ("not", "这个条件不成立。"),
];

fn in_chinese(key: &Key) -> &'static str {
    let row = IN_CHINESE.iter().find(|(name, _)| *name == key.name);
    row.unwrap_or_else(|| panic!("{} has no words in Chinese", key.name)).1
}

/// The page in both languages.
const PAGES: [(Language, &str); 2] = [
    (Language::En, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RULES.md")),
    (Language::Zh, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RULES.zh-CN.md")),
];
const BEGIN: &str = "<!-- begin: the keys of when";
const END: &str = "<!-- end -->";

/// With UPDATE_DOCS=1 in the environment it writes the lists instead of comparing them.
#[test]
#[expect(clippy::disallowed_methods, reason = "the variable is no setting of the program")]
fn the_list_in_the_documentation_is_that_of_the_table() {
    for (language, path) in PAGES {
        let page = fs::read_to_string(path).unwrap();
        let begin = page.find(BEGIN).and_then(|at| Some(at + page[at..].find('\n')? + 1)).unwrap();
        let end = begin + page[begin..].find(END).unwrap();
        let list = list(&page, language);
        if env::var_os("UPDATE_DOCS").is_some() {
            fs::write(path, format!("{}{list}{}", &page[..begin], &page[end..])).unwrap();
        } else {
            assert_eq!(&page[begin..end], list, "{path}: run it with UPDATE_DOCS=1");
        }
    }
}

#[test]
fn every_value_is_in_the_documentation() {
    for (_, path) in PAGES {
        let page = fs::read_to_string(path).unwrap();
        let words = KEYS.iter().flat_map(|key| key.below()).flat_map(|key| match key.form {
            Form::Words(words) => words,
            _ => &[],
        });
        let ways = crate::rules::facts::add_way::ADD_WAYS.map(|(name, _)| name);
        let keys = KEYS.iter().flat_map(|key| key.below()).map(|key| &key.name);
        for word in words.chain(&ways).chain(keys) {
            assert!(page.contains(&format!("`{word}`")), "{path}: {word}");
        }
    }
}

/// The keys with what they ask: those that cost nothing, those that are looked up, those made of conditions.
fn list(page: &str, language: Language) -> String {
    let is_made_of_conditions = |key: &Key| matches!(key.reads, Reads::Any | Reads::All | Reads::Not);
    let rank = |key: &Key| (is_made_of_conditions(key), key.is_looked_up());
    let mut keys = KEYS;
    keys.sort_by_key(|key| rank(key));
    let rows = keys.map(|key| {
        let name = format!("`{}`", key.name);
        let means = match language {
            Language::En => key.description(),
            Language::Zh if key.is_looked_up() => format!("{}需要查询。", in_chinese(key)),
            Language::Zh => in_chinese(key).to_owned(),
        };
        format!("| [{name}](#{}) | {means} |\n", section(page, &name))
    });
    let headings = match language {
        Language::En => "| key | what it asks |",
        Language::Zh => "| 键 | 问的是什么 |",
    };
    format!("\n{headings}\n|---|---|\n{}\n", rows.concat())
}

/// The anchor of the section that has the key in its heading, as GitHub makes it.
fn section(page: &str, name: &str) -> String {
    let heading = page.lines().find_map(|line| line.strip_prefix("### ").filter(|it| it.contains(name)));
    let heading = heading.unwrap_or_else(|| panic!("no section is on {name}")).to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
