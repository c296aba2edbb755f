//! 命令行参数错误的中文说法。 What can be wrong with what was given on the command line, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Wrong, codes};

pub(super) fn write(wrong: &Wrong, f: &mut Formatter<'_>) -> Result {
    match wrong {
        Wrong::NoInstant => write!(
            f,
            "应为时刻（2026-03-01T09:00:00+08:00）、日期（2026-03-01、\"2026-03-01 09:00\"）或多久以前（90s、30m、2h、7d、2w）"
        ),
        Wrong::NoEnd => {
            write!(f, "应为时刻（2027-03-01T09:00:00+08:00）、日期（2027-03-01）或多久以后（12h、90d、4w）")
        }
        Wrong::EndTooFar { days, year } => write!(
            f,
            "太远了：最多 {days}d（约一百年），日期要在 {year} 年以前；不想让它到期，就不要写这个选项"
        ),
        Wrong::NoDay => write!(f, "没有这一天"),
        Wrong::NoKind => {
            write!(f, "没有这种动作：应为 welcome、decide、tag、remark、notify 或 forward")
        }
        Wrong::NoStatus => {
            write!(f, "动作没有这种状态：应为 pending、running、done、expired、failed 或 skipped")
        }
        Wrong::NoCode => write!(f, "没有这个原因码，有的是：{}", codes().join("、")),
        Wrong::NoAddress => {
            write!(f, "应为 IP 地址加端口，例如 127.0.0.1:8090；端口写 0 表示任选一个空闲的")
        }
        Wrong::Empty => write!(f, "是空的：想用编造的值，就不要写这个选项"),
        Wrong::NoSetUpFault => write!(f, "可以写：{}", wecom_simulator::SetUpFault::NAMES.join("、")),
        Wrong::NoLatency { most_ms } => write!(f, "应为毫秒数，最多 {most_ms}：例如 80，或 50-150"),
        Wrong::NoShare => write!(f, "应为一个比例：例如 11%，或 0.11"),
        Wrong::NoRate { most } => write!(f, "应为每秒多少个，大于 0，最多 {most}"),
        Wrong::NoPlainUrl => write!(
            f,
            "应为服务自己的 http URL，不经过前面的代理：例如 http://127.0.0.1:8080/callback/default"
        ),
        Wrong::NoCallbackUrl => {
            write!(f, "不是 http 或 https 的 URL：例如 http://127.0.0.1:8080/callback/default")
        }
        Wrong::FlagForText { json } => {
            write!(f, "这是一个选项，它前面缺了文本；文本真要写成这样，请用 --{json} 给出")
        }
        Wrong::NoJson { line, column, .. } => {
            write!(f, "这不是 JSON：看看第 {line} 行第 {column} 列附近的引号、逗号和括号")
        }
        Wrong::TypedId { id, meant } => write!(f, "「{id}」里有 ID 不会有的字符，请写成 {meant}"),
        Wrong::NoObject => write!(f, "应为一个对象：{{\"name\": value, …}}"),
        Wrong::NoIntegers => write!(f, "应为整数，多个之间用逗号隔开"),
        Wrong::NoTokenName { chars_max } => {
            write!(f, "只能用文字、数字和 -_.@，最多 {chars_max} 个字符，而且不能叫 admin.token")
        }
        Wrong::Over => write!(f, "--expires 已经过去了：请写多久以后（90d）或者将来的某一天"),
        Wrong::NothingBetween => write!(f, "--since 不早于 --until，中间不会有任何记录"),
        Wrong::CsvAndJson => write!(f, "`--csv` 和 `--output json` 只能写一个"),
        Wrong::IdsAndFilters { command } => {
            write!(f, "`{command}` 要么写编号，要么写筛选条件，不能都写；见 `wecom-greeter {command} --help`")
        }
        Wrong::NeitherIdsNorFilters { command } => {
            write!(f, "`{command}` 要写编号，或者写筛选条件；见 `wecom-greeter {command} --help`")
        }
        Wrong::NoCustomer => write!(f, "应为客户的 external_userid"),
        Wrong::NotYet => write!(f, "--before 还没到：请写多久以前（180d）或者过去的某一天"),
        Wrong::TwoFromStdin => {
            write!(f, "--rules 和 --payload 只能有一个用标准输入，另一个请写文件名")
        }
        Wrong::NoApp { name, apps } if apps.is_empty() => {
            write!(f, "设置里没有叫「{name}」的应用，一个应用也没有设置")
        }
        Wrong::NoApp { name, apps } => {
            write!(f, "设置里没有叫「{name}」的应用，有的是：{}", apps.join("、"))
        }
        Wrong::EventsApp { name } => {
            write!(f, "事件属于应用「{name}」，设置里没有它；可以用 --app 指定另一个")
        }
    }
}
