//! 测试文件、事件、客户资料里的错误，以及试运行的说法。 What can be wrong with tests, events and people, and what a trial
//! says, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Trial, TrialFault};
use crate::{
    language::{Language, Sentence as _, said_by_a_parser},
    rules::document::wrong::Said,
};

pub(super) fn fault(fault: &TrialFault) -> Said {
    match fault {
        TrialFault::WantsKeys { known, found } => Said::new(
            format!("这里要写键（`{}`），现在是{}", known.join("`、`"), found.zh()),
            format!("请写成 `{{ {}: … }}`", known.first().map_or("键", String::as_str)),
        ),
        TrialFault::KeyNoWord => Said::new("键必须是一个词", "如果文字以 `{` 开头，请加引号"),
        TrialFault::KeyTwice(key) => Said::new(format!("{}写了两次", key.zh()), "请只留一个"),
        TrialFault::NoKey { key, near } => Said::new(format!("这里没有{}这个键", key.zh()), near.zh()),
        TrialFault::TooManyKeys { most } => Said::new(format!("键超过了 {most} 个"), "请去掉没有意义的键"),
        TrialFault::KeyEmpty => Said::new("没有写内容", "请写上内容，或去掉这个键"),
        TrialFault::TooManyItems { count, most } => {
            Said::new(format!("有 {count} 项，最多 {most} 项"), "请减少列表的内容")
        }
        TrialFault::WantsText { found } => {
            Said::new(format!("这里要写文字，现在是{}", found.zh()), "请写文字")
        }
        TrialFault::WantsBoolean { found } => {
            Said::new(format!("这里要写 `true` 或 `false`，现在是{}", found.zh()), "请写 `true` 或 `false`")
        }
        TrialFault::WantsInteger { found } => {
            Said::new(format!("这里要写整数，现在是{}", found.zh()), "请写数字，不加引号")
        }
        TrialFault::NoneOfWords { word, near } => Said::new(format!("这里不能写{}", word.zh()), near.zh()),
        TrialFault::NoInstant(text) => {
            Said::new(format!("{}不是时刻", text.zh()), "请连时区一起写，例如 `2026-03-06T10:00:00+08:00`")
        }
        TrialFault::FileUnreadable { why } => {
            Said::new(why.as_str(), "请改正路径；路径从这个文件所在的目录算起")
        }
        TrialFault::EventEmpty => Said::new("里面什么都没有", EVENT),
        TrialFault::EventTooLong => Said::new("太长了，不像是一个事件", EVENT),
        TrialFault::EventEncrypted => Said::new(
            "这是加密的回调内容",
            "请给出解密后的内容：`wecom-greeter events show ID --output json | jq -r .payload`",
        ),
        TrialFault::NoEvent => Said::new(
            "这不是企业微信的消息",
            "请给出解密后的 XML 或 JSON，或者写成 `{ change: add_external_contact, user_id: …, state: … }`",
        ),
        TrialFault::NoChange { change, meant } => {
            Said::new(format!("没有{}这种变更", change.zh()), meant.to(Language::Zh))
        }
        TrialFault::NobodyDescribed => {
            Said::new("里面什么都没有", "请写成 `{ name: … }`，或者 `unavailable`")
        }
        TrialFault::NoPerson => {
            Said::new("这里要写几个键，或者 `unavailable`", "请写成 `{ name: … }`，或者 `unavailable`")
        }
        TrialFault::EarlierUnclear => Said::new(
            "没有写明以前是谁添加过这位客户",
            "请写 `none`（没有人）、`employee`（这位员工）、`company`（别的员工）或 `unavailable`（查不到）",
        ),
        TrialFault::NoAnswer { error } => {
            Said::new(format!("格式和企业微信的答复不一样：{}", said_by_a_parser(error)), "请改正这个值")
        }
        TrialFault::TestsEmpty => Said::new("文件是空的", "请以 `rules: rules.yaml` 和 `tests:` 开头"),
        TrialFault::NoTests => Said::new("没有测试", "请写在 `tests:` 下面"),
        TrialFault::NoRulesNamed => {
            Said::new("没有写明规则文件", "请加上 `rules: rules.yaml`，路径从这个文件所在的目录算起")
        }
        TrialFault::InRules { line, path, wrong } => {
            let Said { what, mend } = wrong.say(Language::Zh);
            let path = if path.is_empty() { String::new() } else { format!("{path}：") };
            Said::new(format!("第 {line} 行：{path}{what}"), mend)
        }
        TrialFault::RulesTooLong => Said::new("写得太多了", "请把规则放到单独的文件里"),
        TrialFault::FileUnnamed => Said::new("没有写文件名", "请写路径，从这个文件所在的目录算起"),
        TrialFault::TestUnnamed => Said::new("这个测试没有名称", "请加上 `name: …`，没通过时靠它来找"),
        TrialFault::NoExpectation => {
            Said::new("没有写预期", "请加上 `expect: …`，或者 `expect: { exact: true }`")
        }
        TrialFault::ExpectsNothing => Said::new("没有写预期", "请写明预期什么，或者写 `exact: true`"),
        TrialFault::TestWithoutEvent => Said::new("没有写事件", ONE_EVENT),
        TrialFault::TestWithSeveralEvents => Said::new("一个测试里写了几种事件", ONE_EVENT),
        TrialFault::OnlyWithoutFile => Said::new("它只用来挑选 `events_file` 里的事件", "请删掉"),
        TrialFault::NoOccasion(on) => {
            Said::new(format!("通知没有{}这种时机", on.zh()), "请写 `event`、`missed_welcome` 或 `failed`")
        }
    }
}

const EVENT: &str = "请给出企业微信解密后的消息，或者写成 `{ change: add_external_contact, state: … }`";
const ONE_EVENT: &str = "请在 `event`、`payload`、`payload_file`、`events_file` 里选一种";

pub(super) fn trial(said: &Trial<'_>, f: &mut Formatter<'_>) -> Result {
    match said {
        Trial::WhyItFailed => write!(f, "（失败的原因）"),
        Trial::NoAttachmentCanBeSent => write!(f, "它的附件一个也发不出去"),
        Trial::TextCameOutBlank => write!(f, "文字填好之后是空的"),
        Trial::TextAsks { names } => {
            write!(f, "文字里用到了 `{}`，没有写默认值，也没有查到", names.join("` 和 `"))
        }
        Trial::One => write!(f, "有"),
        Trial::By { rule } => write!(f, "来自规则 {rule}"),
        Trial::NoText => write!(f, "（没有文字）"),
        Trial::NothingBecause { none, reason } => write!(f, "{none}：{reason}"),
        Trial::Payload { file, faults } => write!(f, "{file}：{faults}"),
        Trial::NoExport { file, line, error } => {
            write!(f, "{file}:{line}：不是导出文件里的一行：{}", said_by_a_parser(error))
        }
        Trial::NoPayload { file, line } => {
            write!(f, "{file}:{line}：没有事件内容（`payload`）；请用 `wecom-greeter events export` 导出")
        }
        Trial::NoneSoChosen { file } => write!(f, "{file}：里面没有符合 `only` 的事件"),
    }
}
