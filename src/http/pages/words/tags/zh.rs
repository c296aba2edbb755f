//! 标签页面上的中文。 The words of the pages about tags, in Chinese.

use std::fmt;

use super::{SayTags, TagWords};

pub(super) static WORDS: TagWords = TagWords {
    lead: "企业标签，哪些规则在用，打过多少次",
    tag: "标签",
    group: "标签组",
    rules: "在哪些规则里",
    times: "打标签次数",
    last: "最近一次",
    edit: "改名、删除",
    edit_group: "改名、删除标签组",
    missing: "规则里有、企业微信里没有的标签",
    missing_lead: "这些标签打不上。请在这里新建，或者修改规则。",
    in_rules: "规则里的标签",
    in_rules_lead: "企业微信里有哪些标签暂时读不到，这里只列出规则里写的。",
    made_by_itself: "第一次用到时会自动新建",
    not_put_on: "打不上，请新建或修改规则",
    none_yet: "还没有企业标签",
    none_yet_why: "标签写在规则里（标签组/标签），客户添加员工时自动打上，方便以后分组、群发和统计。",
    none_yet_how: "在下面新建第一个标签。",
    none_yet_ask: "新建标签需要管理员的令牌。",
    new: "新建标签",
    group_hint: "选一个已有的标签组，或者写一个新的名称，会一起新建。最多 30 个字符。",
    names: "标签名称",
    names_hint: "多个用逗号、顿号或换行分开，每个最多 30 个字符。",
    all_tags: "全部标签",
    rename: "改名",
};

pub(super) fn write(say: SayTags<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match say {
        SayTags::NotRead { what, cure } => write!(f, "标签读取失败：{what}。{cure}"),
        SayTags::Counted { days } => write!(f, "次数按近 {days} 日的记录计"),
        SayTags::CountedSome { days, actions } => {
            write!(f, "次数按近 {days} 日里最新的 {actions} 次打标签计")
        }
        SayTags::NoName => f.write_str("请填写名称"),
        SayTags::TooLong { name, count, most } => {
            write!(f, "「{name}」有 {count} 个字符，企业微信最多允许 {most} 个")
        }
        SayTags::Slash { name } => {
            write!(f, "「{name}」里不能有斜杠：规则里用 `标签组/标签` 来写，有斜杠就分不清了")
        }
        SayTags::TooMany { count, most } => write!(f, "有 {count} 个，一次最多新建 {most} 个"),
        SayTags::Taken { name } => write!(f, "已经有「{name}」了，请换一个名称"),
        SayTags::Used { rules: 0, times, days } => write!(f, "没有规则在用；近 {days} 日打过 {times} 次"),
        SayTags::Used { rules, times, days } => {
            write!(f, "有 {rules} 条规则在用；近 {days} 日打过 {times} 次")
        }
        SayTags::RenameMeans { rules: 0 } => f.write_str("已经打上的标签会一起改名。"),
        SayTags::RenameMeans { rules } => write!(
            f,
            "已经打上的标签会一起改名。有 {rules} 条规则按名称在用它，改名之后这些规则就找不到它了，请记得一起修改规则。"
        ),
        SayTags::DeleteMeans { rules, tags } => {
            if tags > 0 {
                write!(f, "标签组里的 {tags} 个标签会一起删除。")?;
            }
            f.write_str("客户身上的这个标签也会去掉，不能恢复。")?;
            if rules > 0 {
                write!(f, "有 {rules} 条规则在用它，删除之后就打不上了，请先修改这些规则。")
            } else {
                Ok(())
            }
        }
        SayTags::DeleteAsk { name, rules: 0 } => {
            write!(f, "确定删除「{name}」？客户身上的也会去掉，不能恢复。")
        }
        SayTags::DeleteAsk { name, rules } => {
            write!(f, "有 {rules} 条规则在用「{name}」，仍然删除？客户身上的也会去掉，不能恢复。")
        }
    }
}
