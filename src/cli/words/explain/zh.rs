//! `rules explain` 的中文说法。 What `rules explain` says, in Chinese.

use std::fmt::{Formatter, Result};

use super::{super::names::kind_in_chinese, Explain, When, Whom};

pub(super) fn write(line: &Explain<'_>, f: &mut Formatter<'_>) -> Result {
    match line {
        Explain::Event { id, what, employee, customer, state } => {
            match id {
                Some(id) => write!(f, "事件 {id}：{what}")?,
                None => write!(f, "事件：{what}")?,
            }
            for (name, value) in [("员工", employee), ("客户", customer), ("渠道", state)] {
                if let Some(value) = value {
                    write!(f, "，{name} {value}")?;
                }
            }
            Ok(())
        }
        Explain::Context { app, happened, welcome_code, version } => {
            let code = if *welcome_code { "有" } else { "没有" };
            write!(f, "  应用 {app}，{happened}，{code}欢迎码，按")?;
            if *version == 0 { write!(f, "文件里的规则") } else { write!(f, "第 {version} 版规则") }
        }
        Explain::Rules => write!(f, "规则"),
        Explain::Matches { rule, used_for: [], lookups } => {
            write!(f, "  ✓ {rule}：符合，但没有用到它{}", asked(lookups))
        }
        Explain::Matches { rule, used_for, lookups } => {
            let kinds: Vec<&str> = used_for.iter().map(|kind| kind_in_chinese(*kind)).collect();
            write!(f, "  ✓ {rule}：{}{}", kinds.join("、"), asked(lookups))
        }
        Explain::DoesNotMatch { rule, reason, lookups } => {
            write!(f, "  ✗ {rule}：{}{}", reason.unwrap_or("不符合"), asked(lookups))
        }
        Explain::Welcome { rule } => write!(f, "欢迎语，来自规则 {rule}"),
        Explain::IsFallback { why } => write!(f, "  这是备用的欢迎语：{why}"),
        Explain::LeftOut { file } => write!(f, "  缺少：{file}，还没有上传"),
        Explain::Measured { part, length, max, unit } => {
            write!(f, "  {}：{length} / {max} {}", self::part(part), self::unit(unit))
        }
        Explain::Tags { parts } => write!(f, "标签 {}", parts.join(" ")),
        Explain::MadeWhereMissing { tags } => write!(f, "  没有就新建：{}", tags.join("、")),
        Explain::Remark => write!(f, "备注"),
        Explain::Field { name, text } => write!(f, "  {}：{text}", part(name)),
        Explain::Notice { rule, on, to, bytes, max } => {
            let on = match *on {
                "event" => "事件发生时",
                "missed_welcome" => "没发出欢迎语时",
                "failed" => "失败时",
                other => other,
            };
            write!(f, "通知，来自规则 {rule}，{on}，发给 {to}（{bytes} / {max} 字节）")
        }
        Explain::Forward { rule, url, signed } => {
            write!(f, "转发，来自规则 {rule}：{url}，{}", if *signed { "有签名" } else { "没有签名" })
        }
        Explain::Skipped { kind, reason } => write!(f, "没有{}：{reason}", kind_in_chinese(*kind)),
        Explain::LookedUp { when, names } => {
            let when = match when {
                When::BeforeTheWelcome => "发欢迎语之前",
                When::AfterIt => "发欢迎语之后",
                When::IfSomethingFails => "有失败时才",
            };
            write!(f, "{when}查询：{}", asked_of(names))
        }
        Explain::NotKnown { names, asks_wecom } => {
            let flags: Vec<String> = names.iter().map(|name| format!("--{name}")).collect();
            write!(
                f,
                "没有给出：{}；以上按查询失败说明。可以用 {} 给出{}。",
                asked_of(names),
                flags.join("、"),
                if *asks_wecom { "，或者用 --lookup 去问企业微信" } else { "" }
            )
        }
        Explain::Department { id } => write!(f, "部门 {id}"),
        Explain::Tagged { id } => write!(f, "标签 {id}"),
        Explain::NotFound { whom } => write!(f, "企业微信的答复里没有这个{}", person(*whom)),
        Explain::CouldNotLookUp { whom, why } => write!(f, "查询{}失败：{why}", person(*whom)),
    }
}

fn asked(lookups: &[&str]) -> String {
    if lookups.is_empty() { String::new() } else { format!("（要查询：{}）", asked_of(lookups)) }
}

/// What is looked up, by its word in the rules.
fn asked_of(names: &[&str]) -> String {
    let names: Vec<&str> = names
        .iter()
        .map(|name| match *name {
            "customer" => "客户资料",
            "employee" => "员工资料",
            "earlier" => "以前的添加记录",
            other => other,
        })
        .collect();
    names.join("、")
}

/// A part of a message, or a field of a remark.
fn part(part: &str) -> &str {
    match part {
        "text" => "文字",
        "name" => "备注名",
        "description" => "描述",
        "company" => "公司",
        "phones" => "电话",
        other => other,
    }
}

fn unit(unit: &str) -> &str {
    match unit {
        "bytes" => "字节",
        "characters" => "字",
        other => other,
    }
}

fn person(whom: Whom) -> &'static str {
    match whom {
        Whom::Customer => "客户",
        Whom::Employee => "员工",
    }
}
