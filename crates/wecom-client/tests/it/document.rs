//! docs/API.md against the catalogue: its tables are generated, and its words about each method stand beside it.

use std::{fmt::Write as _, fs, path::Path};

use wecom_client::{
    Effect, Endpoint, Verb,
    catalogue::{FAMILIES, Method, methods},
};

const BEGIN: &str =
    "<!-- methods: generated from the catalogue; crates/wecom-client/tests/it/document.rs holds it -->\n";
const END: &str = "<!-- /methods -->\n";

/// The tables as they have to stand in the file.
fn tables() -> String {
    let mut text = String::new();
    for family in FAMILIES {
        writeln!(text, "\n### {}\n", family.title).unwrap();
        text.push_str("| WxJava | WeCom | Rust | command | page | twice |\n|---|---|---|---|---|---|\n");
        for method in family.methods() {
            text.push_str(&row(method));
        }
    }
    text.push('\n');
    text
}

fn row(method: &Method) -> String {
    let Endpoint { verb, path, effect, page, .. } = method.endpoint;
    let names: Vec<String> = method.wxjava_names.iter().map(|name| format!("`{name}`")).collect();
    let verb = match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    };
    let page = page.map_or_else(String::new, |page| {
        format!("[{page}](https://developer.work.weixin.qq.com/document/path/{page})")
    });
    let twice = match effect {
        Effect::Read => "read",
        Effect::Idempotent => "again",
        Effect::Once => "once",
    };
    let star = if method.paging.is_some() { " \\*" } else { "" };
    format!(
        "| {} | {verb} `{}` | `{}` | `{}`{star} | {page} | {twice} |\n",
        names.join(" "),
        path,
        method.rust.name,
        method.command(),
    )
}

/// The comment above a method of the client, by its name as it is written behind a client.
fn rustdoc_of(written: &str) -> Option<String> {
    let (family, name) = written.rsplit_once("().").unwrap_or(("", written));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folder = if family == "external" { folder.join("contact") } else { folder };
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for file in files.filter(|path| path.is_file()) {
        let text = fs::read_to_string(file).unwrap();
        let Some((before, _)) = text.split_once(&format!("    pub async fn {name}(")) else { continue };
        let above = before.lines().rev().take_while(|line| line.trim_start().starts_with(['/', '#']));
        let mut lines: Vec<_> =
            above.map(|line| line.trim_start().trim_start_matches("///").trim()).collect();
        lines.reverse();
        return Some(lines.join(" "));
    }
    None
}

#[test]
fn every_method_names_its_page_and_its_errors() {
    let mut wanting = Vec::new();
    for method in methods() {
        let name = method.rust.name;
        let words = rustdoc_of(name).unwrap_or_else(|| panic!("{name} is not where it is looked for"));
        if method.endpoint.page.is_some_and(|page| !words.contains(&page.to_string()))
            || !words.contains("# Errors")
        {
            wanting.push(format!("{name}: {words}"));
        }
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

#[test]
fn the_document_names_every_method_as_it_is() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/API.md");
    let text = fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the beginning is marked");
    let (stands, after) = rest.split_once(END).expect("the end is marked");
    let right = tables();
    if stands != right {
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("API.md");
        fs::write(&copy, format!("{before}{BEGIN}{right}{END}{after}")).unwrap();
        panic!(
            "docs/API.md is not what the catalogue says. To make it so: cp {} docs/API.md",
            copy.display()
        );
    }
}
