//! The faults of documents in Chinese.

use super::{
    super::{
        typed::{Odd, Of, Typed},
        wrong::Said,
    },
    DocumentFault,
};

pub(super) fn say(fault: &DocumentFault) -> Said {
    match fault {
        DocumentFault::Odd(odd) => Said::note(self::odd(odd)),
    }
}

/// How to mend what an input method has typed.
pub(in super::super) fn typed(typed: &Typed) -> String {
    match typed {
        Typed::Unseen(c) => format!("里面有一个看不见的字符（U+{:04X}），请重新输入", u32::from(*c)),
        Typed::List(parts) => format!("有多个值时请写成列表，如 `[{}]`", parts.join(", ")),
        Typed::Sign { typed, meant, whole } => {
            format!("`{typed}` 不是 `{meant}`：请把输入法切换到英文，写成 `{whole}`")
        }
    }
}

fn of(of: Of) -> &'static str {
    match of {
        Of::State => "渠道（state）",
        Of::App => "应用名",
        Of::Tag => "标签",
    }
}

fn odd(odd: &Odd) -> String {
    match odd {
        Odd::InQuotes { value, of, inside } => format!(
            "{}里的引号在 YAML 里不算引号，会成为{}的一部分：请写成 `{inside}`",
            value.zh(),
            self::of(*of)
        ),
        Odd::Several { value, of, parts } => format!(
            "{}连同里面的分隔符会被当作一个{}；有多个时请写成列表，如 `[{}]`",
            value.zh(),
            self::of(*of),
            parts.join(", ")
        ),
        Odd::FullWidth { value, typed, meant, whole } => format!(
            "{}里有全角字符 `{typed}`，它和 `{meant}` 不是同一个字符：如果想写的是半角，请写成 `{whole}`",
            value.zh()
        ),
        Odd::Blank { value, of } => {
            format!("{}的开头或结尾有空格，空格也会成为{}的一部分：请去掉", value.zh(), self::of(*of))
        }
    }
}
