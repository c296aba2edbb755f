//! 条件为什么成立或不成立。 Why conditions hold or not, in Chinese.

use std::fmt::{Display, Formatter, Result};

use super::{Found, LISTED_MAX, Moment, Wanted, Who, Why, first_few};
use crate::rules::document::wrong::Quoted;

const DAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

pub(super) fn found(found: &Found, f: &mut Formatter<'_>) -> Result {
    match found {
        Found::NoState => write!(f, "事件里没有渠道（`state`）"),
        Found::NoEmployee => write!(f, "事件里没有写明员工"),
        Found::NoCustomer => write!(f, "事件里没有写明客户"),
        Found::State(state) => write!(f, "渠道（`state`）是{}", state.zh()),
        Found::User(user) => write!(f, "员工（`user`）是{}", user.zh()),
        Found::Departments { user, ids } if ids.is_empty() => {
            write!(f, "员工{}不在任何看得到的部门里", user.zh())
        }
        Found::Departments { user, ids } => {
            write!(f, "员工{}所在的部门（`department`，含上级部门）是 {}", user.zh(), all_of(ids))
        }
        Found::Is { key, word } => write!(f, "`{key}` 是 `{word}`"),
        Found::NotTold(key) => write!(f, "企业微信没有给出 `{key}`"),
        Found::NotWithEmployee(key) => {
            write!(f, "`{key}`：在企业微信的答复里，这位员工不是客户的跟进人")
        }
        Found::Name { fits: true } => write!(f, "客户昵称（`customer.name`）符合"),
        Found::Name { fits: false } => write!(f, "客户昵称（`customer.name`）不符合"),
        Found::NoCorpName => write!(f, "客户没有所属企业（`customer.corp_name`）"),
        Found::CorpName(name) => write!(f, "客户所属企业（`customer.corp_name`）是{}", name.zh()),
        Found::Tags(tags) if tags.is_empty() => {
            write!(f, "这些标签（`tagged`），这位员工一个也没有给客户打过")
        }
        Found::Tags(tags) => {
            let tags: Vec<String> = tags.iter().map(Quoted::zh).collect();
            write!(f, "这位员工给客户打过标签（`tagged`）{}", all_of(&tags))
        }
        Found::Earlier { by_employee, had } => write!(
            f,
            "记录里{}{}以前添加这位客户的事件",
            if *had { "有" } else { "没有" },
            if *by_employee { "这位员工" } else { "公司员工" }
        ),
        Found::WelcomeCode(true) => write!(f, "事件里有欢迎码"),
        Found::WelcomeCode(false) => write!(f, "事件里没有欢迎码"),
        Found::Happened(Some(Moment { time, zone })) => {
            let day = usize::from(time.weekday().to_monday_zero_offset().unsigned_abs());
            let day = DAYS.get(day).copied().unwrap_or_default();
            let (date, hour, minute) = (time.date(), time.hour(), time.minute());
            write!(f, "发生在 {date} {day} {hour:02}:{minute:02}（{zone}）")
        }
        Found::Happened(None) => write!(f, "发生的时间超出了日历的范围"),
        Found::Percentile { at, experiment } => {
            write!(f, "客户在实验{}里的位置是 {at}", experiment.zh())
        }
    }
}

fn wanted(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Quoted(values) => {
            let shown = |value: &Quoted| if value.text().is_empty() { "空".to_owned() } else { value.zh() };
            one_of(&values.iter().map(shown).collect::<Vec<_>>())
        }
        Wanted::Words(words) => one_of(&words.iter().map(|word| format!(" `{word}` ")).collect::<Vec<_>>()),
        Wanted::Shares(shares) => {
            one_of(&shares.iter().map(|share| format!(" `share: {share}` ")).collect::<Vec<_>>())
        }
        Wanted::Earlier(true) => "以前添加过的客户（`returning`）".to_owned(),
        Wanted::Earlier(false) => "以前没有添加过的客户（`returning`）".to_owned(),
        Wanted::WelcomeCode(true) => "有欢迎码的事件".to_owned(),
        Wanted::WelcomeCode(false) => "没有欢迎码的事件".to_owned(),
        Wanted::OtherTimes => "别的时间（`schedule`）".to_owned(),
    }
}

pub(super) fn why(why: &Why<'_>, f: &mut Formatter<'_>) -> Result {
    match why {
        Why::Mismatch { found, wanted } => {
            self::found(found, f)?;
            write!(f, "，而规则要的是{}", self::wanted(wanted).trim_end())
        }
        Why::NoneOfAny(each) => write!(f, "`any` 里没有一个成立：{}", in_a_row(each.to_vec(), "；")),
        Why::NotHolds(found) => write!(f, "`not` 下面的条件成立了：{}", in_a_row(found.to_vec(), "，")),
        Why::Missing { keys, who, could_not } => {
            let who = match who {
                Who::Customer => "客户资料",
                Who::Employee => "员工资料",
                Who::Earlier => "以前的添加记录",
            };
            let verb = if *could_not { "没有查到" } else { "还没有查询" };
            write!(f, "`{}` 要看{who}，{verb}", keys.join("`、`"))
        }
        Why::LeftOut(key) => write!(f, "企业微信没有给出 `{key}`"),
    }
}

/// `a、b 或 c`.
fn one_of<T: Display>(items: &[T]) -> String {
    several(items, "或")
}

/// `a、b 和 c`.
fn all_of<T: Display>(items: &[T]) -> String {
    several(items, "、")
}

fn several<T: Display>(items: &[T], last_by: &str) -> String {
    let (shown, more) = first_few(items);
    match shown.split_last() {
        _ if more > 0 => format!("{}等 {} 个", shown.join("、"), items.len()),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{}{last_by}{last}", before.join("、")),
        None => "什么都不要".to_owned(),
    }
}

pub(super) fn in_a_row(mut sentences: Vec<String>, between: &str) -> String {
    let more = sentences.len().saturating_sub(LISTED_MAX);
    sentences.truncate(LISTED_MAX);
    if more > 0 {
        sentences.push(format!("还有 {more} 项"));
    }
    sentences.join(between)
}
