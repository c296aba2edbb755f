//! `demo`、`simulate`、`migrate`、`health` 的中文说法。 What they say, in Chinese.

use std::fmt::{Formatter, Result};

use super::{
    super::names::{kind_in_chinese, status_in_chinese},
    Attached, Heading, Trying,
};

pub(super) fn write(trying: &Trying<'_>, f: &mut Formatter<'_>) -> Result {
    match trying {
        Trying::NoFolder => write!(f, "建不了临时目录"),
        Trying::RulesOfTheDemo => write!(f, "演示用的规则"),
        Trying::ServerEnded => write!(f, "服务自己结束了"),
        Trying::DemoBegins { verified, customers } => {
            writeln!(f, "模拟的企业微信、服务、SQLite 数据库文件，都在这一个进程里。")?;
            write!(f, "回调 URL {}。", if *verified { "已通过验证" } else { "没有通过验证" })?;
            writeln!(f, "{customers} 个客户来添加员工：")
        }
        Trying::Heading(heading) => f.write_str(match heading {
            Heading::Customer => "客户",
            Heading::Adds => "添加",
            Heading::Rule => "规则",
            Heading::Ack => "应答",
            Heading::Welcome => "欢迎语",
            Heading::Tags => "标签",
            Heading::Longest => "最长",
        }),
        Trying::NotAcked => write!(f, "事件没有得到应答"),
        Trying::NotInTime => write!(f, "没有及时收到欢迎语并打上标签"),
        Trying::NotInTheRecord => write!(f, "记录里没有这个事件"),
        Trying::Undone { kind, status, why } => {
            write!(f, "{}{}：{why}", kind_in_chinese(*kind), status_in_chinese(*status))
        }
        Trying::DemoEnds { welcomed, tagged, count, took } => {
            writeln!(f, "\n共 {count} 个客户，{welcomed} 个收到欢迎语，{tagged} 个打上标签，用时 {took}。")
        }
        Trying::OnThePhone { customer } => write!(f, "\n{customer} 的手机上看到的是：\n"),
        Trying::Attached(attached) => f.write_str(match attached {
            Attached::Image => "[图片]",
            Attached::Link => "[链接]",
            Attached::Miniprogram => "[小程序]",
            Attached::Video => "[视频]",
            Attached::File => "[文件]",
        }),
        Trying::WhatNext => write!(
            f,
            "\n接下来：\n\n  \
             wecom-greeter rules init     写出自己的第一份规则\n  \
             wecom-greeter demo --keep    再演示一遍并继续运行，可以接着玩\n  \
             README.zh-CN.md「开始使用」  一步一步接上自己的企业微信"
        ),
        Trying::AckLimit => write!(f, "企业微信最多等 5 s"),
        Trying::WelcomeLimit => write!(f, "欢迎码 20 s 内有效"),
        Trying::DemoKeeps { base, private, database } => write!(
            f,
            "\n服务继续运行。可以在另一个终端里：\n\n  \
             curl {base}/_simulator/customers -d '{{\"employee\": \"zhangsan\", \"name\": \"小周\", \"state\": \"spring-1\"}}'\n  \
             curl {base}/                        模拟的企业微信能做的全部事情\n  \
             curl http://{private}/metrics\n  \
             export DATABASE_URL={database}\n  \
             wecom-greeter events list\n  \
             wecom-greeter events show 1\n  \
             wecom-greeter rules export > rules.yaml     改一改，再执行：rules import rules.yaml\n\n\
             按 Ctrl-C 结束。"
        ),
        Trying::Simulating { base, callback, exports, look_at } => {
            writeln!(f, "模拟的企业微信已就绪：{base}（能做什么：curl {base}/）")?;
            match callback {
                Some(callback) => writeln!(f, "事件推送到 {callback}")?,
                None => writeln!(
                    f,
                    "还没有设置事件推送到哪里：用 --callback URL，或 curl -X PUT {base}/_simulator/callback"
                )?,
            }
            if let Some(url) = look_at {
                writeln!(f, "按要求让设置出了毛病：用 `wecom-greeter doctor --url {url}` 查")?;
            }
            if !exports.is_empty() {
                let lines = exports.join("\n");
                writeln!(
                    f,
                    "\n在另一个终端执行以下几行，`wecom-greeter serve` 和 `wecom-greeter contact` 就能用：\n\n{lines}\n"
                )?;
            }
            write!(f, "按 Ctrl-C 结束。")
        }
        Trying::UpToDate { place, version } => write!(f, "数据库 {place} 已是最新（结构版本 {version}）。"),
        Trying::MadeTables { place, version } => write!(f, "已在 {place} 建好各表（结构版本 {version}）。"),
        Trying::Brought { place, from, to } => write!(f, "数据库 {place} 已从结构版本 {from} 升级到 {to}。"),
        Trying::NoAnswer { address, seconds } => write!(f, "{address} 在 {seconds} 秒内没有答复"),
        Trying::CannotAsk { address } => write!(f, "连不上 {address} 的服务；它在运行吗？"),
    }
}
