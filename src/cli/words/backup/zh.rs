//! `backup`、`restore` 的中文说法。 What they say, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Backup, megabytes, seconds};

pub(super) fn write(backup: &Backup<'_>, f: &mut Formatter<'_>) -> Result {
    match backup {
        Backup::Taken { place, file, bytes, events, versions, took } => write!(
            f,
            "已把 {place} 备份到 {file}：事件 {events} 个，规则 {versions} 版，{}，用时 {}。\n\
             只有文件的属主能读它。要恢复到空的数据库：`wecom-greeter restore {file}`",
            megabytes(*bytes),
            seconds(*took)
        ),
        Backup::Restored { place, file, events, versions, took } => write!(
            f,
            "已把 {file} 恢复到 {place}：事件 {events} 个，规则 {versions} 版，用时 {}。\n\
             备份时还没做完的事，`wecom-greeter serve` 在这个数据库上启动后会接着做；之前登录网页的人要重新登录。",
            seconds(*took)
        ),
        Backup::Interrupted => write!(f, "已中断，没有留下任何东西"),
    }
}
