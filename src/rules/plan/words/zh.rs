//! 处理计划和规则判断的中文说法。 What plans and verdicts say, in Chinese.

use std::fmt::{Formatter, Result};

use super::{super::fill::RemarkError, Impossible, Passed};

pub(super) fn passed(why: &Passed<'_>, f: &mut Formatter<'_>) -> Result {
    match why {
        Passed::BelowStop { above } => write!(f, "上面的规则「{above}」已经匹配，而且写了 `stop`"),
        Passed::BelowOpenStop { above } => {
            write!(f, "待定：只要上面写了 `stop` 的规则「{above}」不匹配，这条就匹配")
        }
        Passed::Open { missing } => write!(f, "待定：{missing}"),
        Passed::Unknown { missing, on_failure } => {
            write!(f, "没法判断：{missing}；这条规则按 `on_lookup_failure: {on_failure}` 处理")
        }
        Passed::NotEnabled => write!(f, "没有启用"),
        Passed::OnOthers { on, is } => write!(f, "它只用于 `{}`，而这个事件是 `{is}`", on.join("`、`")),
        Passed::ForOthers { apps, app } => {
            write!(f, "它只用于应用「{}」，而这个事件来自应用「{app}」", apps.join("」「"))
        }
    }
}

pub(super) fn impossible(why: &Impossible<'_>, f: &mut Formatter<'_>) -> Result {
    match why {
        Impossible::NoRule => write!(f, "没有带欢迎语的规则匹配这个事件"),
        Impossible::NoCode => write!(
            f,
            "事件里没有欢迎码：管理后台给员工设置了欢迎语，或者员工很久没有登录，或者双方已经在聊天，或者这次添加的前一个事件已经带了欢迎码"
        ),
        Impossible::NoCodeForWecomUser => {
            write!(f, "事件里没有欢迎码：客户用的是企业微信，企业微信不给这类客户发欢迎码")
        }
        Impossible::BlankWelcome { rule } => write!(f, "规则「{rule}」的欢迎语填好之后是空的"),
        Impossible::FilesMissing { rule, files } => write!(
            f,
            "规则「{rule}」的欢迎语什么都不剩：「{}」还没有上传到企业微信；请在能连上企业微信时重新导入规则，并给欢迎语写一个 `fallback`",
            files.join("」「")
        ),
        Impossible::NoPair => write!(f, "事件里没有写明是哪位员工、哪位客户"),
        Impossible::NoEmployee => write!(f, "事件里没有写明是哪位员工"),
        Impossible::Remark(error) => remark(error, f),
    }
}

pub(super) fn remark(error: &RemarkError, f: &mut Formatter<'_>) -> Result {
    match error {
        RemarkError::Nothing => write!(f, "没有可以写的备注：备注要用到的信息，这位客户都没有"),
        RemarkError::Text { text, why } => write!(f, "备注「{text}」没法填入内容：`{why}`"),
    }
}
