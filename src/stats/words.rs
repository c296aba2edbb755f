//! Headings and meanings in both languages. 统计的表头和口径。

use super::Column;
use crate::{language::Language, store::By};

/// What each figure means, a line each: its name in JSON, two blanks at least, and the meaning. It stands in the help as well,
/// which the compiler puts together, and so is a literal.
macro_rules! definitions {
    (en) => {
        "  adds                 customers who added an employee; added back after a half add, one counts once
  welcomed             to whom the welcome was sent, by us or by another
  missed               to whom it was not sent before its 20 seconds were over
  no_code              adds that came without a welcome code
  no_rule              adds for which no rule has a welcome
  tagged               whose tags were set
  tags_failed          whose tags were not, and will not be tried again
  lost                 customers who deleted an employee, by channel and rule of their last add
  deleted_by_employee  customers whom an employee deleted, likewise; by a handover is none
  net                  adds less lost less deleted_by_employee
  welcome_ms           from receipt to welcome, of ours, in milliseconds: 50, 90, 99 of 100 took no longer"
    };
    (zh) => {
        "  adds                 新增：添加员工的客户数；免验证添加后员工再确认的，只算一次
  welcomed             已欢迎：欢迎语已发出的，包括由其他应用发出的
  missed               未送达：20 秒内没能发出欢迎语的
  no_code              无欢迎码：事件里没有 WelcomeCode 的新增
  no_rule              无规则：没有规则给出欢迎语的新增
  tagged               已打标签：标签已设好的
  tags_failed          标签失败：标签没设成、也不会再试的
  lost                 流失：删除员工的客户数；渠道和规则按这对员工和客户最近一次添加算
  deleted_by_employee  员工删除：被员工删除的客户数，算法同上；因在职或离职继承而删除的不算
  net                  净增：新增减去流失，再减去员工删除
  welcome_ms           欢迎用时：从收到事件到欢迎语发出的毫秒数，50%、90%、99% 的不超过这么久"
    };
}
pub(crate) use definitions;

/// All meanings.
pub(super) const fn text(language: Language) -> &'static str {
    match language {
        Language::En => definitions!(en),
        Language::Zh => definitions!(zh),
    }
}

/// The heading of a column.
pub(super) fn heading(column: Column, language: Language) -> &'static str {
    match language {
        Language::En => heading_in_english(column),
        Language::Zh => heading_in_chinese(column),
    }
}

fn heading_in_english(column: Column) -> &'static str {
    match column {
        Column::Key(by) => by.as_str(),
        Column::Adds => "adds",
        Column::Welcomed => "welcomed",
        Column::Missed => "missed",
        Column::NoCode => "no code",
        Column::NoRule => "no rule",
        Column::Tagged => "tagged",
        Column::TagsFailed => "tags failed",
        Column::Lost => "lost",
        Column::DeletedByEmployee => "deleted",
        Column::Net => "net",
        Column::P50 => "p50",
        Column::P90 => "p90",
        Column::P99 => "p99",
    }
}

fn heading_in_chinese(column: Column) -> &'static str {
    match column {
        Column::Key(By::Day) => "日期",
        Column::Key(By::Hour) => "小时",
        Column::Key(By::State) => "渠道",
        Column::Key(By::User) => "员工",
        Column::Key(By::Rule) => "规则",
        Column::Key(By::App) => "应用",
        Column::Adds => "新增",
        Column::Welcomed => "已欢迎",
        Column::Missed => "未送达",
        Column::NoCode => "无欢迎码",
        Column::NoRule => "无规则",
        Column::Tagged => "已打标签",
        Column::TagsFailed => "标签失败",
        Column::Lost => "流失",
        Column::DeletedByEmployee => "员工删除",
        Column::Net => "净增",
        Column::P50 => "用时 p50",
        Column::P90 => "用时 p90",
        Column::P99 => "用时 p99",
    }
}

/// What stands in the place of an empty key.
pub(super) const fn none(by: By, language: Language) -> &'static str {
    match (by, language) {
        (By::State, Language::Zh) => "（无渠道）",
        (By::Rule, Language::Zh) => "（无规则）",
        (_, Language::Zh) => "（无）",
        (_, Language::En) => "(none)",
    }
}
