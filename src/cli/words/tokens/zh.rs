//! `tokens` 的中文。 What `tokens` says, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Heading, Tokens};

pub(super) fn write(sentence: &Tokens<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Tokens::Heading(heading) => f.write_str(match heading {
            Heading::Name => "名字",
            Heading::Role => "角色",
            Heading::Made => "创建时间",
            Heading::Ends => "到期时间",
            Heading::Used => "最近使用",
        }),
        Tokens::None => {
            f.write_str("还没有令牌：用 `wecom-greeter tokens create NAME --role viewer` 创建一个。")
        }
        Tokens::Never => f.write_str("长期有效"),
        Tokens::Ended { at } => write!(f, "已过期（{at}）"),
        Tokens::MadeDatabase { place } => write!(f, "新建了数据库 {place}。"),
        Tokens::Made { name, role, until } => {
            write!(f, "这是「{name}」的令牌，角色 {role}，")?;
            match until {
                Some(until) => write!(f, "{until} 到期")?,
                None => f.write_str("长期有效")?,
            }
            f.write_str("。以后不会再显示，请现在保存好。")
        }
        Tokens::Taken { name } => write!(
            f,
            "已经有叫「{name}」的令牌了：可以先用 `wecom-greeter tokens revoke {name}` 吊销它，或者换个名字"
        ),
        Tokens::TooMany => f.write_str("已经有 1000 个令牌了：请吊销不用的"),
        Tokens::Revoked { name } => write!(f, "已吊销令牌「{name}」，它不能再用了。"),
        Tokens::Missing { name } => {
            write!(f, "没有叫「{name}」的有效令牌；有哪些，请看 `wecom-greeter tokens list`")
        }
    }
}
