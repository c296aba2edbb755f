//! `events`、`actions` 的中文说法。 What the commands about the record say, in Chinese.

use std::fmt::{Formatter, Result};

use super::{
    super::names::{event_status_in_chinese, kind_in_chinese, outcome_in_chinese, status_in_chinese},
    Fact, Failed, Heading, NotReplayable, Record,
    reason::{answer_in_chinese, no_answer_in_chinese},
};
use crate::{language::Language, store::Failures};

#[expect(clippy::too_many_lines, reason = "one arm for each sentence; cut in two, none would be exhaustive")]
pub(super) fn write(sentence: &Record<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Record::NoSuchEvents => write!(f, "没有这样的事件。"),
        Record::NoSuchActions => write!(f, "没有这样的动作。"),
        Record::NoEvent { id } => write!(f, "没有编号为 {id} 的事件；`wecom-greeter events list` 会列出事件"),
        Record::NothingWrong => write!(f, "没有出错的。"),
        Record::WentWrong(Failed { failures, app, rule, first, last, actions }) => {
            let Failures { code, kind, count, customers, .. } = failures;
            write!(f, "{count} × {}：{code}，应用 {app}", kind_in_chinese(*kind))?;
            if let Some(rule) = rule {
                write!(f, "，规则 {rule}")?;
            }
            let (reason, cure) = (code.sentence(Language::Zh), code.cure(Language::Zh));
            let actions = actions.join("、");
            writeln!(f, "\n  {reason}（{customers} 位客户，{first} 到 {last}，动作 {actions}）\n  {cure}")
        }
        Record::NothingCounted => write!(f, "这段时间没有可统计的。"),
        Record::Sum => write!(f, "合计"),
        Record::MoreKeys { shown } => write!(f, "只列出新增最多的 {shown} 项；请缩短时间范围"),
        Record::Older { before } => write!(f, "更早的：--before {before}"),
        Record::Heading(heading) => f.write_str(self::heading(*heading)),
        Record::Kind(kind) => f.write_str(kind_in_chinese(*kind)),
        Record::Status(status) => f.write_str(status_in_chinese(*status)),
        Record::EventStatus(status) => f.write_str(event_status_in_chinese(*status)),
        Record::Outcome(outcome) => f.write_str(outcome_in_chinese(*outcome)),
        Record::OutcomeBy { outcome, rule } => {
            f.write_str(outcome_in_chinese(*outcome))?;
            rule.map_or(Ok(()), |rule| write!(f, "，按规则「{rule}」"))
        }
        Record::QuotaExpires { count } => write!(f, "{count} 个获客额度将过期"),
        Record::AndMore { shown, more } => write!(f, "{shown}，还有 {more} 个"),
        Record::CannotRead { file } => write!(f, "读不了 {}", file.display()),
        Record::CannotReadLine { line } => write!(f, "从第 {line} 行起读不了"),
        Record::Stopped { file } => {
            write!(f, "{} 导入到一半停下了：前面的行已经导入，再导入一次会跳过它们", file.display())
        }
        Record::Imported { new, known, gone, place, made } => {
            let made = if *made { "（新建的）" } else { "" };
            write!(f, "{new} 个事件已导入 {place}{made}")?;
            if *known > 0 {
                write!(f, "；{known} 个原来就有")?;
            }
            if *gone > 0 {
                write!(f, "；{gone} 个没有导入：已在这里清理过，或者客户的数据已删除")?;
            }
            f.write_str("。")
        }
        Record::Exported => write!(f, "个事件已导出"),
        Record::ImportedSoFar => write!(f, "个事件已导入"),
        Record::LookedAt => write!(f, "个事件已看过"),
        Record::Replayed => write!(f, "个事件已重来"),
        Record::RetryDue { id } => write!(f, "动作 {id} 马上会再试。"),
        Record::RetryTooLate { id } => write!(f, "动作 {id} 做不了了：期限已过。"),
        Record::RetryNotFailed { id, status } => {
            write!(f, "动作 {id} {}，不用再试。", status_in_chinese(*status))
        }
        Record::RetryMissing { id } => write!(f, "记录里没有动作 {id}。"),
        Record::NothingToRetry => write!(f, "没有失败或过期的动作。"),
        Record::NothingRetried => write!(f, "没有要再试的动作。"),
        Record::Retried { due } => write!(f, "{due} 个动作会再试；正在运行的服务一秒内就会接手。"),
        Record::NotReplayable { id, why } => match why {
            NotReplayable::NotFound => write!(f, "记录里没有事件 {id}。"),
            NotReplayable::UnderWay => write!(f, "事件 {id} 正在处理，或者正在重来。"),
            NotReplayable::UnknownApp => write!(f, "事件 {id} 所属的应用不在设置里。"),
            NotReplayable::NotFoundOrUnknownApp => {
                write!(f, "记录里没有事件 {id}，或者它所属的应用不在设置里。")
            }
        },
        Record::NothingToDo { id, run } => write!(f, "事件 {id}，第 {run} 次重来：没有要做的"),
        Record::RunOf { id, run } => write!(f, "事件 {id}，第 {run} 次重来："),
        Record::NoRuleMatches { id } => write!(f, "事件 {id}：没有符合的规则"),
        Record::ByRules { id, rules } => write!(f, "事件 {id}：按规则 {}", rules.join("、")),
        Record::Would { kind, would, reason } => {
            let would = match *would {
                "perform" => "会执行",
                "expire" => "不会发送",
                _ => "会跳过",
            };
            write!(f, "  {}{would}", kind_in_chinese(*kind))?;
            because(*reason, f)
        }
        Record::Story { id, what, status } => {
            write!(f, "事件 {id}：{what}，{}", event_status_in_chinese(*status))
        }
        Record::Fact(fact) => f.write_str(match fact {
            Fact::App => "应用",
            Fact::Employee => "员工",
            Fact::Customer => "客户",
            Fact::State => "渠道",
            Fact::Happened => "发生时间",
            Fact::Imported => "导入时间",
            Fact::Outcome => "结果",
            Fact::Reason => "原因",
            Fact::Source => "来源",
            Fact::Group => "客户群",
            Fact::Update => "变更",
            Fact::Members => "群成员",
            Fact::Tag => "标签",
            Fact::TagGroup => "标签组",
            Fact::RuleGroup => "规则组",
            Fact::Link => "获客链接",
            Fact::Quota => "获客额度",
            Fact::From => "发送者",
        }),
        Record::Received { deliveries: 0 | 1 } => write!(f, "收到"),
        Record::Received { deliveries } => write!(f, "收到；企业微信共推送了 {deliveries} 次"),
        Record::Acked { after } => write!(f, "已存下并应答，用时 {after}"),
        Record::Planned { run, kinds, rules } => {
            match run {
                0 => write!(f, "安排了：")?,
                run => write!(f, "第 {run} 次重来，安排了：")?,
            }
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind_in_chinese(*kind)).collect();
            f.write_str(&kinds.join("、"))?;
            if rules.is_empty() { Ok(()) } else { write!(f, "，按规则 {}", rules.join("、")) }
        }
        Record::Version { rule, version } => write!(f, "{rule}（第 {version} 版）"),
        Record::Attempt { kind, number } => write!(f, "{}第 {number} 次尝试：", kind_in_chinese(*kind)),
        Record::Ok { took } => write!(f, "成功，用时 {took}"),
        Record::Errcode { errcode, took, message } => {
            write!(f, "错误码 {errcode}，用时 {took}：{}", answer_in_chinese(*errcode, message))
        }
        Record::NoAnswer { took, message, perhaps_arrived } => {
            let perhaps = if *perhaps_arrived { "，可能已经送到" } else { "" };
            write!(f, "等了 {took} 没有答复{perhaps}")?;
            no_answer_in_chinese(message).map_or(Ok(()), |why| write!(f, "：{why}"))
        }
        Record::Ended { kind, status } => {
            write!(f, "{}{}", kind_in_chinese(*kind), status_in_chinese(*status))
        }
        Record::Ending { id, kind, status, after, reason } => {
            write!(f, "动作 {id}：{}{}", kind_in_chinese(*kind), status_in_chinese(*status))?;
            if let Some(after) = after {
                write!(f, "，安排后用时 {after}")?;
            }
            because(*reason, f)
        }
        Record::NextTry { at, wait } => write!(f, "    下次尝试：{at}（{wait} 后）"),
        Record::OnlyImported => write!(f, "  这是导入的事件，重来一遍（replay）之前不会做任何事。"),
        Record::NothingAsked => write!(f, "  没有规则要求做什么。"),
    }
}

fn because(reason: Option<&str>, f: &mut Formatter<'_>) -> Result {
    match reason {
        Some(reason) => write!(f, "：{reason}"),
        None => Ok(()),
    }
}

fn heading(heading: Heading) -> &'static str {
    match heading {
        Heading::Id => "编号",
        Heading::Received => "收到时间",
        Heading::App => "应用",
        Heading::What => "什么事",
        Heading::Employee => "员工",
        Heading::Customer => "客户",
        Heading::State => "渠道",
        Heading::Acked => "应答用时",
        Heading::Status => "状态",
        Heading::Outcome => "结果",
        Heading::Rule => "规则",
        Heading::Event => "事件",
        Heading::Planned => "安排时间",
        Heading::Kind => "动作",
        Heading::Tries => "尝试",
        Heading::Why => "原因",
    }
}
