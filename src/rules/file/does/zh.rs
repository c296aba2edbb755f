//! 一条规则做什么。 What a rule does, in Chinese.

use super::Does;
use crate::{action::Trigger, rules::file::model::To};

pub(super) fn say(does: &Does<'_>) -> String {
    match does {
        Does::Welcome { attachments, .. } if attachments.is_empty() => "发欢迎语".to_owned(),
        Does::Welcome { text: true, attachments } => format!("发欢迎语，带{}", listed(attachments)),
        Does::Welcome { text: false, attachments } => format!("发欢迎语：{}", listed(attachments)),
        Does::AddTags(count) => format!("打 {count} 个标签"),
        Does::RemoveTags(count) => format!("去掉 {count} 个标签"),
        Does::Remark => "写备注".to_owned(),
        Does::Notify { to, on } => {
            let when = match on {
                Trigger::Event => "",
                Trigger::MissedWelcome => "没发出欢迎语时",
                Trigger::Failed => "失败时",
            };
            let to: Vec<&str> = to.iter().map(|to| whom(to)).collect();
            format!("{when}通知{}", to.join("、"))
        }
        Does::Forward(1) => "转发".to_owned(),
        Does::Forward(count) => format!("转发到 {count} 个地址"),
        Does::Stop => "不再看下面的规则".to_owned(),
    }
}

fn listed(attachments: &[&str]) -> String {
    let named = |key: &&str| match *key {
        "image" => "图片",
        "link" => "链接",
        "miniprogram" => "小程序",
        "video" => "视频",
        _ => "文件",
    };
    attachments.iter().map(named).collect::<Vec<_>>().join("、")
}

fn whom(to: &To) -> &'static str {
    match to {
        To::People { employee: true, users } if users.is_empty() => "员工本人",
        To::People { employee: false, users } if users.len() == 1 => "一名员工",
        To::People { .. } => "几名员工",
        To::Department(_) => "一个部门",
        To::Tag(_) => "一个标签里的人",
    }
}
