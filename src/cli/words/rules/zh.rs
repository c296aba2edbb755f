//! 规则命令的中文说法。 What the commands about rules say, in Chinese.

use std::fmt::{Formatter, Result};

use super::{super::names::kind_in_chinese, Heading, Rules, write_steps};
use crate::{action::Kind, language::Language};

#[expect(clippy::too_many_lines, reason = "one arm for each sentence; cut in two, none would be exhaustive")]
pub(super) fn write(sentence: &Rules<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Rules::NoRules => write!(f, "还没有规则：用 `wecom-greeter rules import FILE` 导入"),
        Rules::NoneYet => write!(f, "还没有规则：用 `wecom-greeter rules import FILE` 导入。"),
        Rules::NoRulesGiveSome => write!(f, "还没有规则：请用 --rules FILE 给出"),
        Rules::NoVersion { version } => {
            write!(f, "没有第 {version} 版规则；`wecom-greeter rules history` 会列出各个版本")
        }
        Rules::NoVersionBefore => write!(f, "第 1 版是最早的，没有可以比较的版本"),
        Rules::NoDatabase { path } => write!(
            f,
            "{} 这里没有数据库，所以没有规则也没有事件；这个命令不会新建：请用 --config FILE 或 DATABASE_URL（database.url）\
             写明服务用的数据库，或者在服务的目录里运行；`wecom-greeter serve` 和 `wecom-greeter rules import FILE` 会新建",
            path.display()
        ),
        Rules::Unusable { version } => write!(f, "数据库里第 {version} 版规则，这个程序用不了"),
        Rules::UnusableFor { version, faults } => {
            write!(f, "第 {version} 版规则，这个程序用不了：\n{}", faults.to(Language::Zh))
        }
        Rules::Stdin => write!(f, "标准输入"),
        Rules::CannotRead { file } => write!(f, "读不了 {file}"),
        Rules::CannotWrite { file } => write!(f, "写不了 {}", file.display()),
        Rules::CannotWriteOver { file } => write!(f, "写不了 {}：是不是已经有这个文件了？", file.display()),
        Rules::CannotMake { folder } => write!(f, "建不了目录 {}", folder.display()),
        Rules::LeadsOut { path } => write!(f, "「{path}」指到了目录外面：不会往那里写"),
        Rules::NoContent { path } => write!(f, "数据库里没有「{path}」的内容"),
        Rules::TooLong { bytes_max } => write!(f, "超过 {bytes_max} 字节"),
        Rules::MendPath => write!(f, "请改正路径；测试文件里的路径从该文件所在目录算起"),
        Rules::MoreFaults { file, more } => write!(f, "{file}：还有 {more} 处"),
        Rules::Checked { file, rules, files, asked } => {
            write!(f, "{file}：{rules} 条规则")?;
            if *files > 0 {
                write!(f, "，{files} 个文件")?;
            }
            write!(f, "，没有错误{}", if *asked { "；规则里写到的，企业微信都有" } else { "" })
        }
        Rules::NothingImported => write!(f, "错误：什么都没有导入"),
        Rules::MadeDatabase { place } => write!(f, "原来没有数据库，已新建 {place}。"),
        Rules::InForce { version, rules, place, servers } => {
            write!(f, "第 {version} 版已在 {place} 启用，共 {rules} 条规则；{}。", taken_up(*servers))
        }
        Rules::InForceAlready { version, rules, place } => {
            write!(f, "{place} 现在启用的第 {version} 版和这个文件一样，共 {rules} 条规则。")
        }
        Rules::Note { what } => write!(f, "注意：{what}"),
        Rules::ServersUpload { files, no_app: true } => {
            write!(f, "注意：这里没有设置应用，规则的 {files} 个文件由正在运行的服务上传")
        }
        Rules::ServersUpload { files, no_app: false } => {
            write!(f, "注意：规则的 {files} 个文件由正在运行的服务上传")
        }
        Rules::NotUploaded { file, corp_id, why } => {
            write!(f, "注意：「{file}」还没有上传到企业 {corp_id}：{why}")
        }
        Rules::ServersGoOn => write!(f, "注意：正在运行的服务会继续上传；在那之前，欢迎语会缺这些附件"),
        Rules::Written { file, rules } => {
            write!(f, "{} 里有 {rules} 条规则；用 `wecom-greeter rules import` 启用。", file.display())
        }
        Rules::FirstRules { file, rules } => {
            writeln!(f, "{} 里有 {rules} 条规则，可以直接使用。接下来：", file.display())?;
            write_steps(f, file, ["每次改完检查一遍，错在哪一行都会指出", "启用", "开始欢迎客户"])
        }
        Rules::ThereAlready { file } => {
            write!(f, "已经有 {} 了，没有改动它：请换一个文件名，或者用 --force 覆盖", file.display())
        }
        Rules::ReadAsGbk => write!(f, "表格不是 UTF-8 编码，已按 GBK（GB18030）读取。"),
        Rules::Unused { columns } => write!(f, "跳过了用不到的列：{}", columns.join("、")),
        Rules::Listed { version, imported, note, since } => {
            write!(f, "第 {version} 版，{imported} 导入")?;
            if let Some(note) = note {
                write!(f, "：{note}")?;
            }
            write!(f, "；从 {since} 起统计")
        }
        Rules::Flagged { rule, kind, count, last, reason } => {
            write!(f, "{rule}，{}（{count} 次，最近 {last}）：{reason}", kind_in_chinese(*kind))
        }
        Rules::MendWelcome { media: [] } => write!(f, "  处理：修改它的欢迎语文字或附件，再导入文件"),
        Rules::MendWelcome { media } => write!(
            f,
            "  处理：把直接写的 media_id（三天后失效）换成文件（{}），或者修改企业微信拒绝的其他内容，再导入文件",
            media.join("、")
        ),
        Rules::Media { id, line } => write!(f, "第 {line} 行的 {id}"),
        Rules::Mend(kind) => write!(f, "  处理：{}", mend(*kind)),
        Rules::AllApps => write!(f, "全部"),
        Rules::NotEnabled { does } => write!(f, "（未启用）{does}"),
        Rules::WelcomedOf { done, all } => write!(f, "{done} / {all}"),
        Rules::KindCount { kind, count } => write!(f, "{} {count}", kind_in_chinese(*kind)),
        Rules::Heading(heading) => f.write_str(self::heading(*heading)),
        Rules::ByImport => write!(f, "导入"),
        Rules::ByRollback => write!(f, "回退"),
        Rules::SameAs { note, version } => write!(f, "{note}（与第 {version} 版相同）"),
        Rules::RolledBack { version, same_as, servers } => {
            write!(f, "第 {version} 版已启用，内容与第 {same_as} 版相同；{}。", taken_up(*servers))
        }
        Rules::AsItWas { version, same_as } => {
            write!(f, "现在启用的第 {version} 版就是第 {same_as} 版的规则。")
        }
        Rules::TestFailed { file, line, test, with } => {
            let with = with.map_or_else(String::new, |with| format!("（用 {with}）"));
            write!(f, "未通过 {file}:{line}: {test}{with}（- 预期，+ 实际）")
        }
        Rules::EventInLine { line } => write!(f, "（第 {line} 行的事件）"),
        Rules::MoreDifferences { more } => write!(f, "  还有 {more} 处不同"),
        Rules::TestSaysNothingOf { names } => {
            write!(f, "  规则要查询 {}，测试里没有写：按查询失败处理", names.join("、"))
        }
        Rules::Tested { passed: 0, failed: 0, wrong: 0 } => write!(f, "没有运行任何测试。"),
        Rules::Tested { passed, failed, wrong } => {
            write!(f, "{passed} 个通过")?;
            if *failed > 0 {
                write!(f, "，{failed} 个未通过")?;
            }
            if *wrong > 0 { write!(f, "，{wrong} 个文件有错") } else { Ok(()) }
        }
        Rules::Version { version } => write!(f, "第 {version} 版"),
        Rules::NothingChanged => write!(f, "没有实质的改动。"),
        Rules::NewRule { rule } => write!(f, "+ {rule}：新规则"),
        Rules::RuleGone { rule } => write!(f, "- {rule}：没有了"),
        Rules::Renamed { was, is } => write!(f, "~ {was}：改名为 {is}"),
        Rules::OutsideOfRules => write!(f, "~ 规则以外"),
        Rules::Moved { rules } => write!(f, "匹配的先后有变化：{}", rules.join("、")),
        Rules::Event { id, when, what, customer, employee, state } => {
            write!(f, "事件 {id}，{when}：{what}，员工 {employee} 的客户 {customer}，渠道 {state}")
        }
        Rules::NeverPlanned { would, may } => {
            write!(f, "  当时没有处理；现在会用 {}{}", names(would), perhaps(may))
        }
        Rules::RulesChange { was, would, may } => {
            write!(f, "  规则：{} → {}{}", names(was), names(would), perhaps(may))
        }
        Rules::Part { name } => f.write_str(part(name)),
        Rules::Depends { on } => write!(f, "  取决于查询结果：{}", on.join("、")),
        Rules::MoreEvents { more } => writeln!(f, "… 还有 {more} 个"),
        Rules::NoSuchEvents => {
            write!(f, "记录里没有这样的事件；--since 30d 可以往前多看一些，`events list` 会列出有哪些事件。")
        }
        Rules::Sum { events, same, changed, depends, unrecorded } => write!(
            f,
            "共 {events} 个事件：{same} 个不变，{changed} 个有变化，{depends} 个取决于查询结果，{unrecorded} 个当时没有处理"
        ),
        Rules::SumOfParts { parts, gained, lost } => {
            write!(f, "  变化：{}；多发欢迎语 {gained} 条，少发 {lost} 条", parts.join("、"))
        }
        Rules::RuleUsed { rule, was, would, may } => {
            write!(f, "  {rule}：原来用了 {was} 次，现在会用 {would} 次")?;
            if *may > 0 { write!(f, "，可能还有 {may} 次") } else { Ok(()) }
        }
    }
}

/// A part of what comes of an event.
fn part(name: &str) -> &str {
    match name {
        "welcome" => "欢迎语",
        "tags" => "标签",
        "remark" => "备注",
        "notify" => "通知",
        "forward" => "转发",
        other => other,
    }
}

fn heading(heading: Heading) -> &'static str {
    match heading {
        Heading::Priority => "优先级",
        Heading::Rule => "规则",
        Heading::Apps => "应用",
        Heading::Does => "做什么",
        Heading::Events => "事件",
        Heading::Welcomed => "已欢迎",
        Heading::NotDone => "没做成",
        Heading::Wrong => "问题",
        Heading::Version => "版本",
        Heading::InForceSince => "启用时间",
        Heading::Rules => "规则数",
        Heading::By => "来自",
        Heading::Note => "说明",
    }
}

fn mend(kind: Kind) -> &'static str {
    match kind {
        Kind::Welcome => "修改它的欢迎语，再导入文件",
        Kind::Tag => {
            "在管理后台建好这个标签，或在标签名旁写上 `create: true`，或改正规则里的标签名，再导入文件"
        }
        Kind::Remark => "修改它的备注，再导入文件",
        Kind::Notify => "确认要通知的人在应用的可见范围内，再导入文件",
        Kind::Forward => "确认转发地址能收到推送，再导入文件",
        Kind::Decide => "修改这条规则，再导入文件",
    }
}

fn names(names: &[String]) -> String {
    if names.is_empty() { "无".to_owned() } else { names.join("、") }
}

fn perhaps(may: &[String]) -> String {
    if may.is_empty() { String::new() } else { format!("；可能还有 {}", may.join("、")) }
}

/// Who takes up a new version, and when.
fn taken_up(servers: u32) -> String {
    match servers {
        0 => "现在没有服务在用这个数据库，下次启动的服务会用上".to_owned(),
        servers => format!("正在运行的 {servers} 个服务一秒内就会用上"),
    }
}
