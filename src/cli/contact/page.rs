//! The tables of docs/API.zh-CN.md, made from the catalogue and from what its methods are for in Chinese. Those of docs/API.md
//! are made in the client's crate, which has no Chinese.

use std::{env, fmt::Write as _, fs};

use super::zh;
use wecom_client::{
    Effect, Verb,
    catalogue::{FAMILIES, Method},
};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/API.zh-CN.md");
const BEGIN: &str = "<!-- methods:";
const END: &str = "<!-- /methods -->";

/// What the families are about, in Chinese.
const TITLES: &[(&str, &str)] = &[
    ("Contact ways", "「联系我」"),
    ("Employees and customers", "员工与客户"),
    ("Tags", "客户标签"),
    ("Welcomes", "欢迎语"),
    ("Mass messages", "群发消息"),
    ("Customer groups", "客户群"),
    ("Group join ways", "「加入群聊」"),
    ("Transfers", "客户接替"),
    ("Statistics", "统计"),
    ("Moments", "客户朋友圈"),
    ("Acquisition links", "获客链接"),
    ("Product albums", "商品图册"),
    ("Intercept rules", "敏感词"),
    ("Customer strategies", "客户联系规则组"),
    ("Moment strategies", "客户朋友圈规则组"),
    ("Conversions of ids", "ID 转换"),
    ("Media", "素材"),
    ("The company's own directory", "通讯录"),
    ("The app", "应用"),
    ("Login", "登录"),
    ("Token and addresses", "凭证与地址"),
];

/// The tables as they have to stand in the page.
fn tables() -> String {
    let mut text = String::new();
    for family in FAMILIES {
        let (_, title) = TITLES
            .iter()
            .find(|(english, _)| *english == family.title)
            .unwrap_or_else(|| panic!("{} has no title in Chinese", family.title));
        writeln!(text, "\n### {title}\n").unwrap();
        text.push_str(
            "| WxJava | 企业微信 | Rust | 命令 | 用途 | 文档 | 重复调用 |\n|---|---|---|---|---|---|---|\n",
        );
        for method in family.methods() {
            text.push_str(&row(method));
        }
    }
    text.push('\n');
    text
}

fn row(method: &Method) -> String {
    let names: Vec<String> = method.wxjava_names.iter().map(|name| format!("`{name}`")).collect();
    let verb = match method.endpoint.verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    };
    let page = method.endpoint.page.map_or_else(String::new, |page| {
        format!("[{page}](https://developer.work.weixin.qq.com/document/path/{page})")
    });
    let twice = match method.endpoint.effect {
        Effect::Read => "读取",
        Effect::Idempotent => "可重复",
        Effect::Once => "只一次",
    };
    let star = if method.paging.is_some() { " \\*" } else { "" };
    let about = zh::about(method).unwrap_or_else(|| panic!("{} has no Chinese", method.command()));
    format!(
        "| {} | {verb} `{}` | `{}` | `{}`{star} | {about} | {page} | {twice} |\n",
        names.join(" "),
        method.endpoint.path,
        method.rust.name,
        method.command(),
    )
}

/// With UPDATE_DOCS=1 in the environment it writes the tables instead of comparing them.
#[test]
#[expect(clippy::disallowed_methods, reason = "the variable is no setting of the program")]
fn the_page_names_every_method_as_it_is() {
    let page = fs::read_to_string(PAGE).unwrap();
    let begin = page.find(BEGIN).and_then(|at| Some(at + page[at..].find('\n')? + 1)).unwrap();
    let end = begin + page[begin..].find(END).unwrap();
    let tables = tables();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PAGE, format!("{}{tables}{}", &page[..begin], &page[end..])).unwrap();
    } else {
        assert_eq!(&page[begin..end], tables, "run it with UPDATE_DOCS=1");
    }
}
