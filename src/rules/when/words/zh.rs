//! The faults of conditions in Chinese.

use super::{Never, OddState, Over, WhenFault, Whom, WrongPattern, Zone};
use crate::{
    language::Language,
    rules::document::wrong::{Meant, Said},
};

const SHARES: &str =
    "请写两个 0 到 100 之间的数，小的在前，如 `\"0-50\"`；不含第二个数，所以其余的人写 `\"50-100\"`";
const DATES: &str =
    "日期段写成 `2026-03-01..2026-04-30`，一天写成 `2026-03-01`，每年都有的写成 `12-24..12-26`";
const OF_CUSTOMERS: &str = "请把规则放在客户的事件上，如 `add_external_contact`";

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(fault: &WhenFault) -> Said {
    match fault {
        WhenFault::NoneOfThem { word, meant } => Said::new(format!("这里不能写{}", word.zh()), meant.zh()),
        WhenFault::NoExperiment { name } => Said::new(
            format!("{}不能用作实验的名称", name.zh()),
            "请写在一行里，最多 64 个字，前后不要有空格",
        ),
        WhenFault::Nested { max } => Said::new(
            format!("条件嵌套超过了 {max} 层"),
            "请改写成一个 `any` 里放几个 `all`，或者拆成几条规则",
        ),
        WhenFault::ConditionEmpty => Said::new("条件里什么都没有", "请写上条件，或去掉它"),
        WhenFault::Never(why) => {
            Said::new(format!("永远不会成立：{}", never(*why)), "请改正或去掉其中一个")
        }
        WhenFault::NotNamed(whom) => {
            let whom = match whom {
                Whom::Employee => "员工",
                Whom::Customer => "客户",
                Whom::Both => "员工和客户",
            };
            Said::new(format!("永远判断不了：规则的 `on` 所写的事件里都没有{whom}"), OF_CUSTOMERS)
        }
        WhenFault::AsksNothing { keys } => {
            Said::new("没有写任何条件", format!("请写上 `{}` 之一，或去掉它", keys.join("`、`")))
        }
        WhenFault::NoCode => Said::new(
            "永远不会成立：规则的 `on` 所写的事件都不带欢迎码",
            "请去掉 `welcome_code`，或把规则放在 `add_external_contact` 上",
        ),
        WhenFault::WelcomeWithoutCode => Said::new(
            "永远发不出去：规则的 `when` 只要不带欢迎码的事件",
            "请去掉欢迎语，或去掉 `welcome_code: false`",
        ),
        WhenFault::NoState => {
            Said::new("永远不会成立：规则的 `on` 所写的事件都不带渠道（State）", OF_CUSTOMERS)
        }
        WhenFault::NoUser => Said::new("永远不会成立：规则的 `on` 所写的事件里都没有员工", OF_CUSTOMERS),
        WhenFault::Pattern { pattern, wrong } => {
            let (what, mend) = self::pattern(*wrong);
            Said::new(format!("通配写法{}{what}", pattern.zh()), mend)
        }
        WhenFault::NoWay { way, meant } => Said::new(
            format!("没有{}这种添加方式", way.zh()),
            match meant {
                // A question ends in a mark of its own.
                Meant::Near(_) => format!("{}写企业微信的编号也可以", meant.zh()),
                Meant::OneOf(_) | Meant::Unsaid => format!("{}；写企业微信的编号也可以", meant.zh()),
            },
        ),
        WhenFault::ReturningEmpty => {
            Said::new("没有写任何条件", "请写 `true` 或 `false`，或者 `{ to: company, is: true }`")
        }
        WhenFault::NobodyToReturn { word, meant } => {
            Said::new(format!("{}不能写在 `returning` 的 `to` 里", word.zh()), meant.zh())
        }
        WhenFault::NoShare { share } => Said::new(format!("{}不是客户比例", share.zh()), SHARES),
        WhenFault::ShareOfNobody { share } => {
            Said::new(format!("{}这个比例里一个人也没有", share.zh()), SHARES)
        }
        WhenFault::ScheduleEmpty => {
            Said::new("没有限定任何时间", "请写上 `days`、`hours`、`dates` 或 `calendar`，或去掉它")
        }
        WhenFault::NoDay { day, meant } => Said::new(
            format!("{}不是星期几", day.zh()),
            meant.map_or_else(
                || {
                    "请写 `mon`、`tue`、`wed`、`thu`、`fri`、`sat`、`sun`（周一到周日），连续几天写成 `mon-fri`"
                        .to_owned()
                },
                |meant| format!("是不是想写 `{meant}`？"),
            ),
        ),
        WhenFault::NoHours { hours } => Said::new(
            format!("{}不是时间段", hours.zh()),
            "时间段写成 `\"09:00-18:00\"`，过午夜的写成 `\"22:00-06:00\"`",
        ),
        WhenFault::HoursBeginAtEnd { hours } => Said::new(
            format!("{}从一天结束的时候才开始", hours.zh()),
            "`24:00` 只能写在结尾，请从 `00:00` 开始",
        ),
        WhenFault::HoursOfNothing { hours } => Said::new(
            format!("{}的开始和结束是同一分钟", hours.zh()),
            "要写全天，就不要写 `hours`",
        ),
        WhenFault::NoDates { dates } => Said::new(format!("{}不是日期", dates.zh()), DATES),
        WhenFault::DatesReversed { dates } => {
            Said::new(format!("{}的结束早于开始", dates.zh()), "请把两个日期对调")
        }
        WhenFault::NoSuchDate { day } => Said::new(format!("没有{}这一天", day.zh()), "请对照日历改正"),
        WhenFault::NoZone { zone, meant } => Said::new(
            format!("没有{}这个时区", zone.zh()),
            match meant {
                Zone::China => "北京时间请写 `Asia/Shanghai`".to_owned(),
                Zone::Near(near) => format!("是不是想写 `{near}`？"),
                Zone::Unknown => "请按 tz 数据库的名称写，如 `Asia/Shanghai`".to_owned(),
            },
        ),
        WhenFault::CalendarsWantNames { has } => Said::new(
            format!("这里要写日历的名称和日期，现在是{}", has.zh()),
            "请写成 `{ holidays: [2026-10-01..2026-10-07, 01-01] }`",
        ),
        WhenFault::TooManyCalendars { count, max } => {
            Said::new(format!("有 {count} 个日历，最多 {max} 个"), "请把相关的日期放进同一个日历")
        }
        WhenFault::NoCalendarName => Said::new(
            "这不能用作日历的名称",
            "请写一个或几个词，最多 64 个字，如 `holidays`",
        ),
        WhenFault::CalendarEmpty => Said::new("日历里没有日期", "请写上日期，或去掉它"),
        WhenFault::NoCalendar { name, near } => Said::new(
            format!("没有{}这个日历", name.zh()),
            near.as_ref().map_or_else(
                || "请在文件开头的 `calendars` 下面列出它的日期".to_owned(),
                |near| format!("是不是想写 `{near}`？"),
            ),
        ),
        WhenFault::OddState { state, odd } => {
            let what = match odd {
                OddState::Address => "是网址；渠道（state）是创建「联系我」时填的值，请写那个值",
                OddState::Shortened => "是被 Excel 缩写过的数字，谁也匹配不上；请写完整的数字",
                OddState::TooLong => "超过了 64 字节，没有这么长的渠道（state），谁也匹配不上",
            };
            Said::note(format!("{}{what}", state.zh()))
        }
        WhenFault::OddUser { user, typed } => {
            let mend =
                typed.as_ref().map(|typed| format!("：{}", typed.say(Language::Zh))).unwrap_or_default();
            Said::note(format!("{}不可能是员工账号（userid），谁也匹配不上{mend}", user.zh()))
        }
        WhenFault::CustomersId { user } => {
            Said::note(format!("{}看起来是客户的 ID，而 `user` 要写员工账号", user.zh()))
        }
        WhenFault::Over { rule, last, what } => {
            let what = match what {
                Over::HoldsNoMore => "这个时间条件不会再成立了；请写上新的日期，或去掉它",
                Over::ExcludesNoMore => "`not_calendar` 不会再排除任何一天；请在日历里补上以后的日期",
            };
            Said::note(format!("规则{}的日期都已经过去：最后一天是 {last}，{what}", rule.zh()))
        }
    }
}

fn never(never: Never) -> &'static str {
    match never {
        Never::WelcomeCode => "`welcome_code` 不能又是 `true` 又是 `false`",
        Never::State => "两个列表里没有共同的渠道（`state`）",
        Never::User => "两个列表里没有共同的员工（`user`）",
        Never::Shares => "没有人同时在两个比例里",
        Never::Not => "同一个条件和它的 `not` 并列在一起",
        Never::DatesAndDays => "所写的日期里没有一天是所写的星期几",
        Never::Calendars => "`calendar` 要的日子正是 `not_calendar` 排除的日子",
    }
}

fn pattern(wrong: WrongPattern) -> (&'static str, &'static str) {
    match wrong {
        WrongPattern::TooLong => ("超过了 256 字节", "请写短一些"),
        WrongPattern::Backslash => ("以单独的 `\\` 结尾", "要写反斜杠本身，请写 `\\\\`"),
        WrongPattern::Bracket => ("里的 `[` 没有对应的 `]`", "请补上 `]`；要写方括号本身，请写 `\\[`"),
        WrongPattern::Range => ("里有一个范围的结尾在开头之前", "请把小的字符写在前面，如 `[0-9]`"),
    }
}
