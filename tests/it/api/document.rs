//! docs/API.md against the catalogue: the file says what the code does.

use std::{fmt::Write as _, fs, path::Path};

use wecom_greeter::wecom::{
    Effect, Verb,
    catalogue::{FAMILIES, Method},
};

const BEGIN: &str =
    "<!-- methods: a test holds this part against src/wecom/catalogue; see tests/it/api/document.rs -->\n";
const END: &str = "<!-- /methods -->\n";

/// The tables as they have to stand in the file.
fn tables() -> String {
    let mut text = String::new();
    for family in FAMILIES {
        writeln!(text, "\n### {}\n", family.title).unwrap();
        text.push_str("| seed | WeCom | Rust | command | page | twice |\n|---|---|---|---|---|---|\n");
        for method in family.methods {
            text.push_str(&row(method));
        }
    }
    text.push('\n');
    text
}

fn row(method: &Method) -> String {
    let seed: Vec<String> = method.seed.iter().map(|name| format!("`{name}`")).collect();
    let verb = match method.verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        other => panic!("{other:?} has no name in the tables"),
    };
    let page = method.page.map_or_else(String::new, |page| {
        format!("[{page}](https://developer.work.weixin.qq.com/document/path/{page})")
    });
    let twice = match method.effect {
        Effect::Read => "read",
        Effect::Idempotent => "again",
        Effect::Once => "once",
        other => panic!("{other:?} has no name in the tables"),
    };
    let star = if method.paging.is_some() { " \\*" } else { "" };
    format!(
        "| {} | {verb} `{}` | `{}` | `{}`{star} | {page} | {twice} |\n",
        seed.join(" "),
        method.path,
        method.rust.name,
        method.command(),
    )
}

#[test]
fn the_document_names_every_method_as_it_is() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/API.md");
    let text = fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the beginning is marked");
    let (stands, after) = rest.split_once(END).expect("the end is marked");
    let right = tables();
    if stands != right {
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("API.md");
        fs::write(&copy, format!("{before}{BEGIN}{right}{END}{after}")).unwrap();
        panic!(
            "docs/API.md is not what the catalogue says. As it has to be: cp {} docs/API.md",
            copy.display()
        );
    }
}
