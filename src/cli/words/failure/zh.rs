//! 失败时的中文说法。 How a failure is reported, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Failure, Remedy};

pub(super) fn write(failure: Failure<'_>, f: &mut Formatter<'_>) -> Result {
    match failure {
        Failure::Error(what) => write!(f, "错误：{what}"),
        Failure::Because(cause) => write!(f, "  原因：{cause}"),
        Failure::ToDo(remedy) => write!(f, "  处理：{}", to_do(remedy)),
        Failure::NoThreads => write!(f, "程序的线程启动不了"),
        Failure::CannotWritePages { folder } => write!(f, "无法把手册写入 {}", folder.display()),
        Failure::PagesWritten { pages, folder } => {
            write!(f, "已写好 {pages} 页手册，在 {}", folder.display())
        }
    }
}

fn to_do(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::CheckDatabase => "请确认数据库在运行，DATABASE_URL（database.url）写得对",
        Remedy::CheckFolder => "请确认目录存在，当前用户有权写入",
        Remedy::OtherPorts => {
            "请结束占用端口的程序，或者把 GREETER_LISTEN、GREETER_ADMIN_LISTEN 换成别的端口"
        }
        Remedy::CopyKeysAgain => "请从管理后台的「接收消息」页面重新复制 Token 和 EncodingAESKey",
        Remedy::GiveKeysOrNone => {
            "--token（1 到 32 位）和 --encoding-aes-key（43 位）只能用字母和数字，要么都写，要么都不写"
        }
    }
}
