//! What can be wrong with a contact way, in English.

use super::WayFault;
use crate::rules::Said;

pub(super) fn say(fault: &WayFault) -> Said {
    match fault {
        WayFault::TooLong { count, most } => {
            Said::new(format!("it has {count} characters, and WeCom allows {most}"), "make it shorter")
        }
        WayFault::Unseen => {
            Said::new("it has a character that nobody sees", "delete it and type it, rather than pasting it")
        }
        WayFault::NoUserid { user } => Said::new(
            format!("`{user}` is no employee's userid"),
            "write the account as the console's directory shows it, such as zhangsan, not the name",
        ),
        WayFault::NoDepartment { id } => Said::new(
            format!("`{id}` is no department's id"),
            "write the number that the console's directory shows, such as 3",
        ),
        WayFault::TooManyUsers { count, most } => Said::new(
            format!("there are {count} employees, and WeCom allows {most}"),
            "make several ways of it",
        ),
        WayFault::Nobody => {
            Said::new("nobody is named whom customers add", "name an employee or a department at least")
        }
        WayFault::NotOne { count } => Said::new(
            format!("{count} employees are named, and a way for one employee has one"),
            "leave one, or choose several",
        ),
        WayFault::DepartmentsOfOne => {
            Said::new("a way for one employee has no departments", "take them away, or choose several")
        }
        WayFault::NoFlag { text } => Said::new(format!("`{text}` is neither yes nor no"), "write yes or no"),
        WayFault::SameRow { line } => {
            Said::new(format!("it is the same as line {line}"), "leave one of them")
        }
        WayFault::NoUserColumn => Said::new(
            "there is no column of employees or departments",
            "give a column the heading `user` or 员工账号, or `party` or 部门",
        ),
    }
}
