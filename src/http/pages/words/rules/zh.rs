//! 规则页上的中文。 The words of the pages about rules in Chinese.

use std::fmt::{Formatter, Result};

use super::{RuleWords, SayRules};
use crate::language::{Language, Sentence as _};

pub(super) static WORDS: RuleWords = RuleWords {
    lead: "谁收到什么欢迎语、打什么标签、改什么备注",
    in_order: "询问顺序",
    in_order_lead: "从上往下问；第一条符合又有欢迎语的规则发欢迎语，标签和备注由所有符合的规则一起决定。",
    place: "顺序",
    meant_for: "适用于",
    every_add: "所有新增客户",
    does: "做什么",
    hits: "近 7 日命中",
    welcomes: "欢迎语",
    last_hit: "最近命中",
    off: "已停用",
    edit: "编辑",
    none_yet: "还没有规则",
    none_yet_hint: "没有规则时，事件会照常收下，但不发欢迎语。下面是一个可以直接改的例子。",
    file: "整个文件",
    file_lead: "改好之后先检查和试算，再发布。发布后马上生效，旧版本随时可以退回。",
    yaml: "规则文件（YAML）",
    check: "检查",
    backtest: "试算",
    explain: "说明",
    publish: "发布",
    publish_ask: "发布后马上对新客户生效。",
    note: "发布备注",
    note_example: "改了什么，为什么",
    event: "事件编号",
    event_example: "默认最近一次添加",
    over: "我看过了，用我的内容代替这个版本",
    over_form: "我看过了，把我的修改加到这个版本上",
    draft: "您上次没有发布的修改已经恢复。",
    draft_discard: "放弃这些修改",
    line: "位置",
    wrong: "哪里不对",
    mend: "怎么改",
    notes: "不是错误，但请看一眼",
    means_the_same: "意思没有变化，最多只有注释和排版不同。",
    added: "新增的规则",
    removed: "删除的规则",
    moved: "顺序变了的规则",
    renamed: "改了名的规则",
    whole_file: "整个文件",
    was: "当时",
    would: "按新规则",
    only_some: "下面只列出最近的一部分。",
    customer_event: "事件",
    matched: "符合",
    not_matched: "不符合",
    used_for: "用于",
    would_get: "客户会收到",
    remark: "备注",
    nothing: "没有",
    versions: "版本",
    version: "版本",
    versions_lead: "每次发布都留下一个版本，不会被修改或删除",
    in_force: "正在使用",
    by: "发布人",
    when: "时间",
    compare: "比较",
    compare_was: "从版本",
    compare_is: "到版本",
    same_text: "内容同版本",
    roll_back: "回滚",
    roll_back_ask: "这个版本的内容会作为新版本马上生效。",
    all_rules: "全部规则",
    form: "常用设置",
    welcome: "欢迎语",
    welcome_hint: "清空就不再由这条规则发文字",
    placeholders: "插入",
    customer_name: "客户昵称",
    employee_name: "员工姓名",
    channel: "渠道",
    rest: "这条规则的全文",
    rest_lead: "这是它在文件里的写法，也可以直接修改：",
    preview: "客户会看到",
    preview_customer: "客户昵称（预览用）",
    preview_example: "王女士",
    no_preview: "这条规则不发欢迎语。",
    new_rule: "新建规则",
    copy: "复制",
    up: "上移",
    down: "下移",
    by_channel: "按渠道",
    by_hours: "按时间",
    by_default: "兜底",
    new_channel: "渠道欢迎",
    new_channel_text: "{{ customer.name | default('朋友') }}，您好，欢迎通过这个渠道找到我们！",
    new_hours: "下班时间",
    new_hours_text: "您好，我们已经下班，上班后第一时间回复您。",
    new_default: "所有人",
    new_default_text: "{{ customer.name | default('朋友') }}，您好，很高兴认识您！",
    welcome_part: "欢迎语内容",
};

pub(super) fn write(say: SayRules<'_>, f: &mut Formatter<'_>) -> Result {
    match say {
        SayRules::InForce { version, rules, flagged: 0 } => {
            write!(f, "正在使用版本 {version}，共 {rules} 条规则。")
        }
        SayRules::InForce { version, rules, flagged } => {
            write!(f, "正在使用版本 {version}，共 {rules} 条规则，其中 {flagged} 条有问题。")
        }
        SayRules::Since { at, by: Some(by) } => write!(f, "{at} 由 {by} 发布"),
        SayRules::Since { at, by: None } => write!(f, "{at} 发布"),
        SayRules::NoRules => f.write_str("还没有规则，新客户不会收到欢迎语。"),
        SayRules::Sound { rules } => write!(f, "没有错误，共 {rules} 条规则。还没有发布。"),
        SayRules::Faulty { count } => write!(f, "有 {count} 处错误，没有发布，您写的内容都在。"),
        SayRules::MoreFaults { more } => write!(f, "还有 {more} 处错误没有列出，先改好上面这些。"),
        SayRules::At { line, column } => write!(f, "第 {line} 行第 {column} 列"),
        SayRules::Stale { seen, version, by, at } => {
            write!(f, "没有发布：您从版本 {seen} 开始改，")?;
            if let Some(by) = by {
                write!(f, "{by} ")?;
            }
            write!(f, "已在 {at} 发布版本 {version}。您写的内容都在，下面是对方改了什么。")
        }
        SayRules::Between { was, is: Some(is) } => write!(f, "版本 {was} 到版本 {is} 的变化"),
        SayRules::Between { was, is: None } => write!(f, "与版本 {was} 相比"),
        SayRules::Tried { events, changed: 0, depends: 0 } => {
            write!(f, "近 7 日的 {events} 个事件，结果都不会变。")
        }
        SayRules::Tried { events, changed, depends: 0 } => {
            write!(f, "近 7 日的 {events} 个事件中，{changed} 个的结果会变。")
        }
        SayRules::Tried { events, changed, depends } => {
            write!(f, "近 7 日的 {events} 个事件中，{changed} 个的结果会变，{depends} 个要看当时的客户资料。")
        }
        SayRules::Welcomes { lost, gained } => {
            write!(f, "少发 {lost} 条欢迎语，多发 {gained} 条。没有真的发送任何东西。")
        }
        SayRules::NotAll { events } => write!(f, "只试算了最近的 {events} 个事件。"),
        SayRules::NoEvents => f.write_str("近 7 日没有事件，没有可以试算的。"),
        SayRules::Busy => f.write_str("正在为别人试算，请过几秒再点。"),
        SayRules::NoSuchEvent => f.write_str("没有这个编号的事件。编号在事件页可以看到。"),
        SayRules::NoAdd => f.write_str("还没有人添加过员工，没有可以说明的事件。"),
        SayRules::Greets { event, rule } => write!(f, "事件 {event}：由规则「{rule}」发欢迎语。"),
        SayRules::GreetsNot { event } => write!(f, "事件 {event}：不会发欢迎语。"),
        SayRules::NoteTooLong { max } => write!(f, "发布备注最多 {max} 个字，没有发布。"),
        SayRules::Unusable { version } => {
            write!(f, "版本 {version} 不能用在现在的程序里：它有下面这些错误。")
        }
        SayRules::OnlyInYaml => {
            f.write_str("这条规则的写法（例如与别的规则共用一段）不能用表单修改，请在整个文件里改。")
        }
        SayRules::ListChanged { version } => {
            write!(
                f,
                "附件或通知在版本 {version} 里也被改过，不能自动合到一起。您写的内容都在；请看过对方的修改，再打开这条规则重新改。"
            )
        }
        SayRules::OrderOnlyInYaml => {
            f.write_str("文件的写法（例如几条规则共用一段）使这里不能移动或删除这条规则，请在整个文件里改。")
        }
        SayRules::FileRefused => f.write_str("文件没有上传，原因写在它的旁边；您写的内容都在。"),
        SayRules::File(why) => why.write(Language::Zh, f),
        SayRules::NoNumber => f.write_str("优先级要写整数，例如 100。"),
        SayRules::RuleGone { version } => {
            write!(f, "版本 {version} 里没有这条规则了，可能被删除或改名。请到规则页看看。")
        }
        SayRules::Flag { kind, reason, count, at } => {
            write!(f, "{kind}：{reason}（{count} 次，最近{at}）")
        }
        SayRules::BackTo { version } => write!(f, "退回到版本 {version}"),
        SayRules::Insert { what } => write!(f, "插入{what}"),
    }
}
