//! 想写的是哪个变更。 Which change was meant, in Chinese.

use std::fmt::{Formatter, Result};

use super::ChangeMeant;

pub(super) fn write(meant: &ChangeMeant, f: &mut Formatter<'_>) -> Result {
    match meant {
        ChangeMeant::OneOf(names) => write!(f, "是不是想写 `{}`？", names.join("` 或 `")),
        ChangeMeant::OfFamily { family, changes } => {
            write!(f, "`{family}` 可以写的变更：`{}`", changes.join("`、`"))
        }
        ChangeMeant::Unknown { of_customers } => write!(
            f,
            "客户的变更有 `{}`；其他事件请写事件名（例如 `change_contact`）或它的某个变更",
            of_customers.join("`、`")
        ),
    }
}
