//! 渠道码填写的错误，中文说法。 What can be wrong with a contact way, in Chinese.

use super::WayFault;
use crate::rules::Said;

pub(super) fn say(fault: &WayFault) -> Said {
    match fault {
        WayFault::TooLong { count, most } => {
            Said::new(format!("有 {count} 个字符，企业微信最多允许 {most} 个"), "请写短一些")
        }
        WayFault::Unseen => Said::new("里面有看不见的字符", "请删掉重新输入，不要从别处粘贴"),
        WayFault::NoUserid { user } => Said::new(
            format!("「{user}」不是员工账号"),
            "请写管理后台「通讯录」里的账号，例如 zhangsan，不是姓名",
        ),
        WayFault::NoDepartment { id } => {
            Said::new(format!("「{id}」不是部门 ID"), "请写管理后台「通讯录」里部门的数字 ID，例如 3")
        }
        WayFault::TooManyUsers { count, most } => {
            Said::new(format!("有 {count} 名员工，企业微信最多允许 {most} 名"), "请分成几个渠道码")
        }
        WayFault::Nobody => Said::new("没有写由谁接待", "请至少写一名员工或一个部门"),
        WayFault::NotOne { count } => {
            Said::new(format!("写了 {count} 名员工，单人的渠道码只能有一名"), "请只留一名，或者选「多人」")
        }
        WayFault::DepartmentsOfOne => Said::new("单人的渠道码不能写部门", "请去掉部门，或者选「多人」"),
        WayFault::NoFlag { text } => Said::new(format!("「{text}」看不出是还是否"), "请写「是」或「否」"),
        WayFault::SameRow { line } => Said::new(format!("与第 {line} 行完全一样"), "请只留一行"),
        WayFault::NoUserColumn => {
            Said::new("没有员工或部门这一列", "请把表头写成「员工账号」或 `user`，「部门」或 `party`")
        }
    }
}
