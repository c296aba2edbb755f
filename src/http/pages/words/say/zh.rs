//! 页面上的句子。 The sentences of the pages in Chinese.

use std::fmt::{Formatter, Result};

use super::Say;
use crate::{
    action::Kinds,
    http::pages::{views::Count, words::names},
    language::Language::Zh,
    store::{BulkAct, BulkWhy},
};

#[expect(clippy::too_many_lines, reason = "a table, one row a sentence")]
pub(super) fn write(say: Say<'_>, f: &mut Formatter<'_>) -> Result {
    match say {
        Say::Total { count, more: false } => write!(f, "共 {} 条", Count(count)),
        Say::Total { count, more: true } => write!(f, "共 {} 条以上", Count(count)),
        Say::Week { count } => write!(f, "近 7 日 {}", Count(count)),
        Say::WeekPart { count, percent } => write!(f, "近 7 日 {}，占 {percent}%", Count(count)),
        Say::NineOfTen { took } => write!(f, "今天 90% 在 {took}内"),
        Say::NothingYet => f.write_str("还没有收到过事件。"),
        Say::AllWellNobody => f.write_str("一切正常，今天还没有新客户。"),
        Say::AllWell { adds } => write!(f, "一切正常：今天 {} 位新客户都收到了欢迎语。", Count(adds)),
        Say::AllWellSome { adds, welcomed } => write!(
            f,
            "一切正常：今天 {} 位新客户，{} 位收到了欢迎语，其余不用发或还在处理。",
            Count(adds),
            Count(welcomed)
        ),
        Say::Missed { missed, needs: 0 } => write!(f, "今天有 {} 位新客户没有收到欢迎语。", Count(missed)),
        Say::Missed { missed, needs } => {
            write!(f, "今天有 {} 位新客户没有收到欢迎语，{needs} 件事需要处理。", Count(missed))
        }
        Say::ToDo { needs } => write!(f, "有 {needs} 件事需要处理。"),
        Say::Others { welcomed, half_within: Some(took) } => {
            write!(f, "今天已欢迎 {} 位，一半在 {took}内送出。", Count(welcomed))
        }
        Say::Others { welcomed, half_within: None } => write!(f, "今天已欢迎 {} 位。", Count(welcomed)),
        Say::Need { reason, kind, rule, customers, count } => {
            write!(f, "{reason}（{}", names::kind(kind, Zh))?;
            if let Some(rule) = rule {
                write!(f, "，规则「{rule}」")?;
            }
            match customers {
                0 => write!(f, "，{} 次）", Count(count)),
                _ => write!(f, "，{} 位客户）", Count(customers)),
            }
        }
        Say::MoreNeeds { more } => write!(f, "还有 {more} 件，查看全部"),
        Say::LastDays { days } => write!(f, "近 {days} 日"),
        Say::Causes { causes, customers, days } => {
            within(f, days)?;
            write!(f, "有 {causes} 类问题，影响 {} 位客户。", Count(customers))
        }
        Say::NoFailures { days } => {
            within(f, days)?;
            f.write_str("没有失败，什么都不用做。")
        }
        Say::WhatCanBeRetried => {
            f.write_str("欢迎语过了 20 秒就不能再发，请员工手动打个招呼；其他动作改好之后可以重试。")
        }
        Say::ActionsOfRule { reason, rule } => write!(f, "规则「{rule}」里原因「{reason}」的动作"),
        Say::ActionsOf { reason } => write!(f, "原因「{reason}」的动作"),
        Say::BulkHowMany { act: BulkAct::Retry, count } => {
            write!(f, "共 {} 个动作符合，现在重试？", Count(count))
        }
        Say::BulkHowMany { act: BulkAct::Replay, count } => {
            write!(f, "共 {} 个事件符合，现在重放？", Count(count))
        }
        Say::BulkNothing { act: BulkAct::Retry } => f.write_str("没有符合的动作，不用重试。"),
        Say::BulkNothing { act: BulkAct::Replay } => f.write_str("没有符合的事件，不用重放。"),
        Say::BulkMeans { act: BulkAct::Retry, only } => {
            f.write_str(
            "现在还什么都没有做。标签和备注会再调用一次企业微信，客户没有感觉；通知和转发会再发送一次，之前可能已经送到的，对方会再收到一次；欢迎语只有还在 20 秒内的才会再发。",
            )?;
            limited(f, only)
        }
        Say::BulkMeans { act: BulkAct::Replay, only } => {
            f.write_str(
            "现在还什么都没有做。每个事件都会按现在的规则再处理一次；已发出的欢迎语、通知和转发不会再发，欢迎语过了 20 秒也不会再发。",
            )?;
            limited(f, only)
        }
        Say::BulkRunning { act, ended, matches, failed } => {
            write!(f, "正在{}：{} / {}", act_name(act), Count(ended), Count(matches))?;
            if failed > 0 {
                write!(f, "，其中 {} 个没有成功。", Count(failed))
            } else {
                f.write_str("。")
            }
        }
        Say::BulkGoesOn => f.write_str("可以离开这一页：会在后台继续，进程重启之后也会接着做。"),
        Say::BulkDone { act, done, failed: 0, waiting: 0 } => {
            write!(f, "{}完成：{} 个全部成功。", act_name(act), Count(done))
        }
        Say::BulkDone { act, done, failed, waiting } => {
            write!(f, "{}完成：", act_name(act))?;
            ended(f, done, failed, waiting)?;
            f.write_str("。")
        }
        Say::BulkCancelled { done: 0, failed: 0, waiting: 0, left } => {
            write!(f, "已取消：{} 个都没有动。", Count(left))
        }
        Say::BulkCancelled { done, failed, waiting, left } => {
            f.write_str("已取消：")?;
            ended(f, done, failed, waiting)?;
            write!(f, "，其余 {} 个没有动。", Count(left))
        }
        Say::BulkWhy(BulkWhy::Missing) => f.write_str("记录已经清理"),
        Say::BulkWhy(BulkWhy::TooLate) => f.write_str("欢迎语的 20 秒已过"),
        Say::BulkWhy(BulkWhy::UnknownApp) => f.write_str("所属的应用不在设置里"),
        Say::BulkWhy(BulkWhy::UnderWay) => f.write_str("当时正在处理"),
        Say::BulkWhy(BulkWhy::Failed) => f.write_str("又试了一次，没有成功"),
        Say::NothingChosen => f.write_str("还没有选：请先勾选要重试的行。"),
        Say::Retried { count } => write!(f, "{} 个动作正在重试，几秒后刷新可以看到结果。", Count(count)),
        Say::NotRetried => f.write_str("没有可以重试的动作：已经完成、正在进行，或者过了 20 秒。"),
        Say::Replayed => f.write_str("已按现在的规则重放，结果在下面的时间线里。"),
        Say::ReplayUnderWay => f.write_str("这个事件正在处理，请过几秒再重放。"),
        Say::Published { version } => write!(f, "已发布，版本 {version} 马上生效。"),
        Say::RolledBack { version } => write!(f, "已退回，内容作为版本 {version} 马上生效。"),
        Say::WayMade => f.write_str("渠道码已新建，可以下载二维码了"),
        Say::WayChanged => f.write_str("渠道码已保存，已经发出去的二维码继续有效"),
        Say::WayAsItWas => f.write_str("没有改动"),
        Say::WayDeleted => f.write_str("渠道码已删除"),
        Say::TagsMade => f.write_str("标签已新建"),
        Say::TagRenamed => f.write_str("已改名，用到它的规则请一起修改"),
        Say::TagDeleted => f.write_str("已删除"),
        Say::InForceAlready => f.write_str("正在使用的就是这些规则，没有新版本。"),
        Say::SessionEnded => f.write_str("登录会话已结束，马上生效。"),
        Say::Revoked => f.write_str("令牌已吊销，马上生效。"),
        Say::Welcomed { after, rule } => {
            if let Some(after) = after {
                write!(f, "收到后 {after}，")?;
            }
            f.write_str("欢迎语已送出")?;
            match rule {
                Some(rule) => write!(f, "，用的是规则「{rule}」。"),
                None => f.write_str("。"),
            }
        }
        Say::NotWelcomed { reason } => write!(f, "客户没有收到欢迎语：{reason}。"),
        Say::Skipped { reason } => write!(f, "没有发欢迎语：{reason}。"),
        Say::Unsure { reason } => write!(f, "不确定客户有没有收到欢迎语：{reason}。"),
        Say::Open => f.write_str("正在处理，还没有结果。"),
        Say::NothingAsked => f.write_str("已记录。没有规则要求为它做什么。"),
        Say::OnlyImported => f.write_str("从导出文件导入，没有处理过；重放之后才会处理。"),
        Say::OthersOpen { kinds } => write!(f, "还没有做完：{kinds}。"),
        Say::Received { deliveries: 1 } => f.write_str("收到事件"),
        Say::Received { deliveries } => write!(f, "收到事件（企业微信一共推送了 {deliveries} 次）"),
        Say::Acked => f.write_str("已存进数据库，答复企业微信"),
        Say::Planned { run: 0, kinds, rules: "" } => write!(f, "安排：{kinds}"),
        Say::Planned { run: 0, kinds, rules } => write!(f, "按规则{rules}安排：{kinds}"),
        Say::Planned { run, kinds, rules: "" } => write!(f, "第 {run} 次重放，安排：{kinds}"),
        Say::Planned { run, kinds, rules } => write!(f, "第 {run} 次重放，按规则{rules}安排：{kinds}"),
        Say::Version { rule, version } => write!(f, "「{rule}」（版本 {version}）"),
        Say::Attempt { kind, number, ok } => {
            let how = if ok { "成功" } else { "没有成功" };
            write!(f, "{}，第 {number} 次尝试：{how}", names::kind(kind, Zh))
        }
        Say::NoAnswer { perhaps_arrived: true } => f.write_str("没有等到答复，可能已经生效"),
        Say::NoAnswer { perhaps_arrived: false } => f.write_str("没有连上"),
        Say::Ended { kind, how } => write!(f, "{}：{how}", names::kind(kind, Zh)),
        Say::NextTry { at } => write!(f, "下一次尝试：{at}"),
        Say::AttemptDetails => f.write_str("查看答复和含义"),
        Say::Lengths { bytes, attachments } => {
            write!(
                f,
                "文字 {} / 4,000 字节，附件 {attachments} / 9",
                Count(i64::try_from(bytes).unwrap_or(i64::MAX))
            )
        }
        Say::Picture => f.write_str("图片"),
        Say::Video => f.write_str("视频"),
        Say::File => f.write_str("文件"),
        Say::Miniprogram => f.write_str("小程序"),
        Say::Employee => f.write_str("员工"),
        Say::Customer { employees, events } => {
            write!(f, "添加过 {employees} 位员工，下面是最近的 {events} 个事件。")
        }
        Say::UnknownCustomer => f.write_str("没有这位客户的记录，请核对 external_userid 是否完整。"),
        Say::AskToForget { events, actions, pending } => {
            write!(f, "要删除这位客户的全部数据吗？共 {events} 个事件、{actions} 个动作")?;
            if pending > 0 {
                write!(f, "，其中 {pending} 个动作还没做")?;
            }
            f.write_str("。")
        }
        Say::Forgotten => f.write_str("客户数据已删除。"),
        Say::ForgottenWithTraces => f.write_str(
            "客户数据已删除。数据库文件的空闲处可能还有痕迹：停下服务后再运行一遍 `wecom-greeter forget`，会重建整个文件。",
        ),
        Say::ChooseCustomer => f.write_str("请输入客户的 external_userid。"),
        Say::With { what, employee } => write!(f, "{what}（员工 {employee}）"),
        Say::FilterChip { name, value } => write!(f, "{name}：{value}"),
        Say::RemoveFilter { name } => write!(f, "去掉筛选「{name}」"),
        Say::BadValue { name } => {
            write!(f, "「{name}」的值不对，没有按它筛选。请在上面重新选择，或者点「重置」。")
        }
        Say::Period { since, until } => write!(f, "{since} 到 {until}"),
        Say::ChecksFail(count) => write!(f, "有 {count} 项检查没有通过，请按下面的办法处理。"),
        Say::Healthy => f.write_str("服务正常：回调可以收下并存好。"),
        Say::NotHealthy => f.write_str("回调现在存不下来，企业微信会再推送。请看 /readyz 和日志。"),
        Say::LoginStale => f.write_str("这次扫码登录已超时，或者不是从这个浏览器开始的。请重新扫码。"),
        Say::LoginCancelled => f.write_str("您在企业微信里没有同意登录。"),
        Say::LoginRefused => f.write_str(
            "企业微信没有认可这次登录，可能已经超时或用过。请重新扫码；一直这样时，请管理员查看日志。",
        ),
        Say::LoginNotAsked => {
            f.write_str("现在没法向企业微信确认您的身份。请稍后再试；一直这样时，请管理员查看日志。")
        }
        Say::LoginStranger => f.write_str("您不是这家企业的员工，不能登录。"),
        Say::LoginNotListed { userid } => write!(
            f,
            "您的企业微信账号（{userid}）还没有登录权限。请管理员在设置 admin.wecom_login 里加上 \"{userid}\" = \"viewer\"，再重启服务。"
        ),
        Say::WrongToken => f.write_str("令牌不对，或者已经过期、被吊销。请核对后再试。"),
        Say::LinkUsed => f.write_str("这个链接已经用过，或者过了十分钟。请用终端里显示的令牌登录。"),
        Say::NotFound => f.write_str("这里什么都没有。链接可能不完整，或者记录已经清理。"),
        Say::NotAllowed => f.write_str("您的角色看不了这一页，也做不了这个操作。"),
        Say::Trouble => f.write_str("没能完成，什么都没有改动。请过几秒再试，还不行请看体检页和日志。"),
    }
}

fn act_name(act: BulkAct) -> &'static str {
    match act {
        BulkAct::Retry => "重试",
        BulkAct::Replay => "重放",
    }
}

/// To which kinds of action it is limited.
fn limited(f: &mut Formatter<'_>, only: Kinds) -> Result {
    if only.is_all() { Ok(()) } else { write!(f, "只做：{}。", names::kinds(only, Zh)) }
}

/// What came of many.
fn ended(f: &mut Formatter<'_>, done: i64, failed: i64, waiting: i64) -> Result {
    write!(f, "{} 个成功", Count(done))?;
    if failed > 0 {
        write!(f, "，{} 个没有成功", Count(failed))?;
    }
    if waiting > 0 {
        write!(f, "，{} 个还在等下一次尝试", Count(waiting))?;
    }
    Ok(())
}

fn within(f: &mut Formatter<'_>, days: Option<i64>) -> Result {
    match days {
        Some(1) => f.write_str("近 24 小时"),
        Some(days) => write!(f, "近 {days} 日"),
        None => Ok(()),
    }
}
