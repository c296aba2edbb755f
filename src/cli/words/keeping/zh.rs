//! `prune`、`forget` 的中文。 What `prune` and `forget` say, in Chinese.

use std::fmt::{Formatter, Result};

use super::Keeping;
use crate::store::TakenOut;

pub(super) fn write(sentence: &Keeping<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Keeping::NothingOld { before } => {
            write!(f, "{before} 之前没有收到过已有结果的事件：没有可以清理的。")
        }
        Keeping::WouldPrune { taken, before } => {
            write!(f, "将清理 {before} 之前收到的 {}。现在什么都没有改动。", what(taken))
        }
        Keeping::Pruned { taken, before } => {
            write!(f, "已清理 {before} 之前收到的 {}。统计数字不变。", what(taken))
        }
        Keeping::PruneInterrupted { taken, before } => write!(
            f,
            "已中断：{before} 之前收到的 {} 已经清理，其余没有改动；再运行一遍同样的命令，会接着清理",
            what(taken)
        ),
        Keeping::Unsettled { events } => write!(
            f,
            "另有 {events} 个同样旧的事件没有清理，因为还有动作没做完：`wecom-greeter events list --status planned`。"
        ),
        Keeping::Shrank { from, to } => write!(f, "数据库文件从 {from} 变为 {to}。"),
        Keeping::StaysLarge => f.write_str(
            "数据库文件是旧版本建的，服务运行时不能缩小，空出来的地方留给新的事件。想缩小一次，请停下服务，再运行一遍 \
             `wecom-greeter prune`。",
        ),
        Keeping::PrunedSoFar => f.write_str("个事件已清理"),
        Keeping::NobodyKnown { hash } => {
            write!(f, "没有这个客户的任何数据。审计里留下一行，用 {hash} 代表这个 ID。")
        }
        Keeping::WouldForget { taken, pending, relations, mentions } => {
            write!(f, "将删除 {}", what(taken))?;
            also(*pending, *relations, *mentions, f)?;
            f.write_str("。现在什么都没有改动。")
        }
        Keeping::Forgot { taken, pending, relations, mentions, hash } => {
            write!(f, "已删除：{}", what(taken))?;
            also(*pending, *relations, *mentions, f)?;
            write!(
                f,
                "。审计里留下一行，用 {hash} 代表这个 ID。以前的备份和导出文件里仍有这个客户；企业微信那边没有任何改动。"
            )
        }
        Keeping::NotWiped => f.write_str(
            "数据库文件的空闲处或旁边的日志里可能还有痕迹。请停下服务，再运行一遍本命令：届时会重建整个文件。",
        ),
    }
}

fn what(taken: &TakenOut) -> String {
    let TakenOut { events, actions, attempts } = taken;
    format!("{events} 个事件、{actions} 个动作、{attempts} 次尝试")
}

fn also(pending: u64, relations: u64, mentions: u64, f: &mut Formatter<'_>) -> Result {
    if pending > 0 {
        write!(f, "（其中 {pending} 个动作还没做）")?;
    }
    if relations > 0 {
        write!(f, "，与 {relations} 位员工的关系")?;
    }
    if mentions > 0 {
        write!(f, "，以及 {mentions} 处关于别人的记录里的 ID")?;
    }
    Ok(())
}
