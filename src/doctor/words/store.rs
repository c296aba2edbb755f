//! What the errors of the database say, in Chinese. In English they say it themselves, which is what logs have as well.

use crate::store::Error;

/// What it says in Chinese, without its causes.
pub fn store_in_chinese(error: &Error) -> String {
    match error {
        Error::Url { .. } => {
            "数据库的 URL 不能用：应为 sqlite://路径，或 postgres://用户:密码@主机/库名".to_owned()
        }
        Error::Unreachable { .. } => "连不上数据库".to_owned(),
        Error::NoConnection { place, .. } => format!("连不上数据库 {place}"),
        Error::FileUnusable { path, .. } => {
            format!("数据库文件 {path} 用不了：请检查这个文件和所在目录的权限，以及磁盘空间")
        }
        Error::FileGone { path } => {
            format!("数据库文件 {path} 不见了；请放回原处，或者重新启动，从空的数据库开始")
        }
        Error::Slow { waited_ms } => format!("数据库 {waited_ms} 毫秒没有答复"),
        Error::Hung { .. } => "数据库没有答复".to_owned(),
        Error::Overloaded { queued } => format!("数据库忙不过来：已经有 {queued} 个请求在等"),
        Error::NoThread { .. } => {
            "无法启动写数据库的线程：请调高这个用户的进程数上限（ulimit -u）".to_owned()
        }
        Error::Closed => "数据库已经关闭".to_owned(),
        Error::Refused { .. } => "数据库没有执行这一步".to_owned(),
        Error::File { path, .. } => format!("文件 {path} 用不了"),
        Error::SchemaNewer { found, known } => format!(
            "数据库是更新版本的 wecom-greeter 建的（结构版本 {found}，这个程序只认到 {known}）：请用那个版本的程序，\
             或者恢复升级前的备份"
        ),
        Error::SchemaOlder { found, known } => format!(
            "数据库的结构版本是 {found}，这个程序需要 {known}：请运行 `wecom-greeter migrate`（`serve` 启动时也会做，\
             除非 database.migrate 设为 false）"
        ),
        Error::Migration { .. } => "升级数据库时出错".to_owned(),
        Error::Unreadable { table, column, row, .. } => {
            format!("表 {table} 第 {row} 行的 {column} 列读不懂：可能是更新版本的程序写的，或者有人改过")
        }
        Error::Import { line, fault } => format!("第 {line} 行不是导出的事件（{fault}）"),
    }
}
