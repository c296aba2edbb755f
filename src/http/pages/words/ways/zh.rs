//! 渠道码页面上的中文。 The words of the pages about contact ways, in Chinese.

use std::fmt;

use super::{SayWays, WayWords};

pub(super) static WORDS: WayWords = WayWords {
    lead: "客户扫码添加员工，用哪一条规则欢迎、加了多少人",
    new: "新建渠道码",
    from_table: "从表格批量新建",
    name: "名称",
    adds: "新增",
    net: "净增",
    greeted_by: "由哪条规则欢迎",
    no_rule: "没有规则欢迎",
    perhaps: "看客户或员工，也可能是",
    button: "小程序按钮",
    unnamed: "（未命名）",
    edit: "编辑",
    code: "二维码",
    download: "下载二维码",
    copy_link: "复制图片链接",
    no_picture: "二维码图片暂时取不到。",
    none_yet: "还没有渠道码",
    none_yet_why: "渠道码是企业微信「联系我」的二维码：每个渠道一个，带上渠道标识（State），就能知道客户从哪里来，用不同的欢迎语。",
    none_yet_how: "点「新建渠道码」建第一个；有很多的话，用「从表格批量新建」。",
    none_yet_ask: "新建渠道码需要管理员的令牌。",
    nothing_found_hint: "名称和渠道写一部分就行，员工要写完整的账号。",
    others: "没有渠道码的渠道",
    others_lead: "记录里有客户从这些渠道来，但这里没有对应的渠道码：可能是获客链接、别的应用建的，或者已经删除。",
    all_ways: "全部渠道码",
    form: "渠道码",
    name_hint: "给自己人看的，客户看不到。最多 30 个字符。",
    state_hint: "渠道标识（State）：客户扫码添加后会带上它，规则和统计都按它。最多 30 个字符。",
    state_example: "例如 shop-nanshan",
    kind: "接待方式",
    kind_single: "单人：总是添加同一名员工",
    kind_multi: "多人：由企业微信从中分配一名",
    users: "员工",
    users_hint: "员工账号（userid），多名用逗号、顿号或换行分开。",
    departments: "部门",
    departments_hint: "部门 ID，选「多人」时可以写；部门里的员工都算，一共最多 100 名。",
    skip_verify: "无需员工确认",
    skip_verify_hint: "不勾选的话，员工通过之后才算添加，欢迎语也在那之后发送。",
    yes: "是",
    no: "否",
    save: "保存",
    delete_means: "删除后，已经印出去、发出去的二维码就不能再用了，也不能恢复。已经添加的客户和记录不受影响。",
    config_id: "企业微信里的 ID",
    events_of: "这个渠道的事件",
    table_lead: "每行一个渠道码，第一行是表头。先给您看会建哪些、哪里有错，确认之后才新建。",
    table_columns: "表头：名称、渠道、员工账号、部门、免验证（是或否）。员工账号和部门至少有一个；多名员工写在一个单元格里，用顿号分开。一次最多 500 行。",
    table_example: "名称,渠道,员工账号,免验证\n南山店,shop-nanshan,zhangsan,是\n展会,expo-2026,zhangsan、lisi,是\n",
    table: "表格内容",
    file: "或者选择文件",
    file_hint: "CSV 或 TSV，UTF-8 或 GBK 编码都可以，Excel 里「另存为」CSV 就行。",
    preview: "预览",
    preview_lead: "将要新建的渠道码",
    line: "行",
    column: "列",
    fault: "错误",
    make_all: "全部新建",
    go_on: "继续新建",
    row_waiting: "等待",
    row_running: "正在新建",
    row_made: "已建好",
    row_failed: "没建成",
    row_unsure: "不确定",
};

pub(super) fn write(say: SayWays<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match say {
        SayWays::NotRead { app, what, cure } => {
            write!(f, "应用「{app}」的渠道码没有读全：{what}。{cure}")
        }
        SayWays::Unread { count } => write!(f, "还有 {count} 个正在读取，请稍后刷新"),
        SayWays::More { most } => write!(f, "渠道码太多，只列出最新的 {most} 个"),
        SayWays::Department { id } => write!(f, "部门 {id}"),
        SayWays::AndOthers { named, count } => write!(f, "{named} 等 {count} 名"),
        SayWays::DeleteAsk { name } => write!(f, "确定删除渠道码「{name}」？"),
        SayWays::CameByIt { adds } => write!(f, "近 30 日有 {adds} 位客户从这个渠道来。"),
        SayWays::NoPicture { why } => write!(f, "二维码图片取不到：{why}"),
        SayWays::Faulty { count } => write!(f, "有 {count} 处要改，还没有提交"),
        SayWays::TableSound { rows } => write!(f, "表格没有错误，可以新建 {rows} 个渠道码"),
        SayWays::TableFaulty { count, rows } => {
            write!(f, "有 {count} 处错误，另有 {rows} 行没有问题。改好之后再预览，现在什么都没有新建")
        }
        SayWays::Unused { headings } => write!(f, "这些列用不到，不会读取：{headings}"),
        SayWays::ReadAsGbk => f.write_str("文件不是 UTF-8 编码，已按 GBK 读取。"),
        SayWays::NoTable => f.write_str("请粘贴表格内容，或者选择一个文件"),
        SayWays::Progress { made, all } => write!(f, "正在新建：{made} / {all}"),
        SayWays::AllMade { all } => write!(f, "{all} 个渠道码全部建好了"),
        SayWays::SomeMade { made, failed, unsure, left } => {
            write!(f, "建好 {made} 个，没建成 {failed} 个")?;
            if unsure > 0 {
                write!(f, "，不确定 {unsure} 个（请在列表里核对，没有的再建）")?;
            }
            if left > 0 { write!(f, "，还没有建 {left} 个") } else { Ok(()) }
        }
        SayWays::Stopped { left } => write!(f, "已经停下，还有 {left} 个没有建"),
        SayWays::InDays { days } => write!(f, "近 {days} 日"),
    }
}
