//! What the errors of the database say, in Chinese. In English they say it themselves, which is what logs have as well.

use crate::store::{BackupFault, Error, FileFault, Owned, Permissions, ServerFault};

/// What it says in Chinese, without its causes.
pub fn store_in_chinese(error: &Error) -> String {
    match error {
        Error::Url { .. } => {
            "数据库的 URL 不能用：应为 sqlite://路径，或 postgres://用户:密码@主机/库名".to_owned()
        }
        Error::Unreachable { .. } => "连不上数据库".to_owned(),
        Error::NoConnection { place, fault, .. } => format!("连不上数据库 {place}：{}", of_server(fault)),
        Error::FileUnusable { path, fault } => format!("数据库文件 {path} 用不了：{}", of_file(fault)),
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
        Error::Damaged { .. } => {
            "数据库文件已损坏。请停掉服务，把这个文件移到别处留存，再把最近的备份恢复到新的文件：`wecom-greeter restore 备份文件`"
                .to_owned()
        }
        Error::Backup { fault } => of_backup(fault),
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

fn of_server(fault: &ServerFault) -> String {
    match fault {
        ServerFault::NothingListens => "那里没有程序在监听；请确认 PostgreSQL 在运行，主机和端口写得对",
        ServerFault::NoSocket => "没有这个名字的套接字；请确认 PostgreSQL 在本机运行",
        ServerFault::NothingAnswers => "没有应答；请核对主机，看看中间有没有防火墙",
        ServerFault::UnknownHost => "主机名解析不到地址；请改正主机名，或检查 DNS",
        ServerFault::Broke => "连接中断了",
        ServerFault::NoTls => "对方不支持 URL 里要求的 TLS（sslmode）",
        ServerFault::Untrusted => {
            "它的证书不受信任；请在 URL 里用 sslrootcert 写明 CA 证书文件，并核对主机名"
        }
        ServerFault::NoCertificate => "URL 里写的证书文件（sslrootcert、sslcert、sslkey）不存在，或者读不了",
        ServerFault::OnlyToRead => {
            "它是备库，只能读；请写主库的地址，或者把几台都写上（postgres://用户@主机1,主机2/库名）"
        }
        ServerFault::Pooled => {
            "中间的连接池每个事务都换连接（PgBouncer 的 pool_mode = transaction）；请在 URL 里加上 pgbouncer=true"
        }
        ServerFault::Password => "用户名或密码不对",
        ServerFault::NoDatabase => "服务器上没有这个名字的库；请先建库（createdb），或改正库名",
        ServerFault::TooManyClients => {
            "连接数已经满了；请调小 database.connections，或调大 PostgreSQL 的 max_connections"
        }
        ServerFault::Restarting => "它正在启动或关闭，请稍后再试",
        ServerFault::Refuses => "它拒绝了连接",
        ServerFault::Gave => "没有拿到连接",
        ServerFault::Each(each) => {
            let each: Vec<String> =
                each.iter().map(|(host, fault)| format!("{host}：{}", of_server(fault))).collect();
            return each.join("；");
        }
        ServerFault::AllInUse { most } => {
            return format!("它接受连接，但这个进程可用的 {most} 个连接（database.connections）都在用");
        }
    }
    .to_owned()
}

fn of_file(fault: &FileFault) -> String {
    match fault {
        FileFault::IsFolder { example } => format!("这是一个目录；请写目录里的文件，例如 {example}"),
        FileFault::IsNoFile => "这不是普通文件".to_owned(),
        FileFault::FolderIsNone { folder } => format!("{folder} 不是目录"),
        FileFault::NoFolder { folder } => format!("没有 {folder} 这个目录；请先建好，或改正路径"),
        FileFault::DeadLink => "这是一个符号链接，指向的文件不存在".to_owned(),
        FileFault::Unseen { permissions, .. } => format!("读不到它；{}", of_permissions(permissions)),
        FileFault::NotMade { says, permissions } => {
            format!("还没有这个文件，也建不出来（系统原话「{says}」）；{}", of_permissions(permissions))
        }
        FileFault::NotPermitted { permissions } => {
            format!("要能读写这个文件，还要能在它旁边建文件；{}", of_permissions(permissions))
        }
        FileFault::Locked => {
            "别的程序把它锁住了；请关掉正在用它的程序（例如 sqlite3、备份、同步盘），用 `lsof` 可以看到是谁"
                .to_owned()
        }
        FileFault::Damaged { says } => format!(
            "文件已损坏（SQLite 原话「{says}」）；请把它移到别处留存，再把最近的备份恢复到新的文件（`wecom-greeter restore 备份文件`）"
        ),
        FileFault::DiskFull => "磁盘已满；请腾出空间".to_owned(),
        FileFault::NoDatabase => "这不是 SQLite 数据库；是不是写成了别的文件？".to_owned(),
    }
}

fn of_backup(fault: &BackupFault) -> String {
    match fault {
        BackupFault::Exists { path } => format!("{path} 已经存在；备份不覆盖任何文件，请换一个文件名"),
        BackupFault::NoFolder { folder } => format!("没有 {folder} 这个目录；请先建好，或改正路径"),
        BackupFault::NotMade { path, says } => {
            format!("备份文件 {path} 写不进去（系统原话「{says}」）；没有留下半个文件")
        }
        BackupFault::Missing { path } => format!("没有 {path} 这个文件"),
        BackupFault::Unread { path, says } => format!("备份文件 {path} 读不了（系统原话「{says}」）"),
        BackupFault::NotOurs { path } => {
            format!("{path} 不是备份文件；能恢复的是 `wecom-greeter backup 文件` 写出的文件")
        }
        BackupFault::Damaged { path, says } => {
            format!("备份文件 {path} 已损坏（SQLite 原话「{says}」），没有恢复任何内容；请改用更早的备份")
        }
        BackupFault::Newer { path, found, known } => format!(
            "备份文件 {path} 来自更新版本的 wecom-greeter（结构版本 {found}，这个程序只认到 {known}）；请用那个版本的程序恢复"
        ),
        BackupFault::NotRenewed { path, says } => format!(
            "备份文件 {path} 来自旧版本；要在它旁边放一份副本并升级，但没有做成（系统原话「{says}」）"
        ),
        BackupFault::Same { path } => {
            format!("{path} 就是数据库本身；请用 DATABASE_URL（database.url）指定另一个数据库")
        }
        BackupFault::NotEmpty { place, rows } => {
            let rows: Vec<String> = rows.iter().map(|(table, rows)| format!("{table} {rows} 行")).collect();
            format!(
                "数据库 {place} 不是空的（{}）；备份只能恢复到空的数据库，请用 DATABASE_URL（database.url）指定另一个，或先把这个移走",
                rows.join("、")
            )
        }
        BackupFault::Served { place, servers } => {
            format!("数据库 {place} 上有 {servers} 个服务在运行；请先停掉，再恢复")
        }
        BackupFault::OthersTables { place, tables } => {
            format!(
                "数据库 {place} 里有别的程序的表（{}）；请给本程序单独建一个库（createdb）",
                tables.join("、")
            )
        }
    }
}

fn of_permissions(permissions: &Permissions) -> String {
    let Permissions { me, file, folder } = permissions;
    let of = |what: &str, owned: &Option<Owned>| {
        let Owned { path, owner, mode } = owned.as_ref()?;
        Some(match owner {
            Some(owner) => format!("{what} {path} 属于 {owner}，权限 {mode:04o}"),
            None => format!("请确认当前用户能写 {path}"),
        })
    };
    let me = me.as_ref().map(|me| format!("当前用户是 {me}"));
    let said = [me, of("文件", file), of("目录", folder)];
    said.into_iter().flatten().collect::<Vec<_>>().join("，")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong is said in Chinese each time, and differently.
    #[test]
    fn each_fault_has_words_of_its_own() {
        let permissions = || Permissions {
            me: Some("nobody (uid 65534)".into()),
            file: Some(Owned {
                path: "/d/greeter.db".into(),
                owner: Some("root (uid 0)".into()),
                mode: 0o444,
            }),
            folder: Some(Owned { path: "/d".into(), owner: Some("root (uid 0)".into()), mode: 0o755 }),
        };
        let said = of_file(&FileFault::NotPermitted { permissions: Box::new(permissions()) });
        assert_eq!(
            said,
            "要能读写这个文件，还要能在它旁边建文件；当前用户是 nobody (uid 65534)，文件 /d/greeter.db 属于 root (uid 0)，\
             权限 0444，目录 /d 属于 root (uid 0)，权限 0755"
        );
        let files = [
            FileFault::IsFolder { example: "/d/greeter.db".into() },
            FileFault::IsNoFile,
            FileFault::FolderIsNone { folder: "/d".into() },
            FileFault::NoFolder { folder: "/d".into() },
            FileFault::DeadLink,
            FileFault::Unseen { says: "x".into(), permissions: Box::new(permissions()) },
            FileFault::NotMade { says: "x".into(), permissions: Box::new(permissions()) },
            FileFault::Locked,
            FileFault::Damaged { says: "x".into() },
            FileFault::DiskFull,
            FileFault::NoDatabase,
        ];
        let servers = [
            ServerFault::NothingListens,
            ServerFault::NoSocket,
            ServerFault::NothingAnswers,
            ServerFault::UnknownHost,
            ServerFault::Broke,
            ServerFault::NoTls,
            ServerFault::Password,
            ServerFault::NoDatabase,
            ServerFault::TooManyClients,
            ServerFault::Restarting,
            ServerFault::Refuses,
            ServerFault::Gave,
            ServerFault::AllInUse { most: 16 },
            ServerFault::Untrusted,
            ServerFault::NoCertificate,
            ServerFault::OnlyToRead,
            ServerFault::Pooled,
            ServerFault::Each(vec![
                ("a:5432".into(), ServerFault::OnlyToRead),
                ("b:5432".into(), ServerFault::NothingListens),
            ]),
        ];
        let (path, says) = (|| "/d/b.db".to_owned(), || "x".to_owned());
        let backups = [
            BackupFault::Exists { path: path() },
            BackupFault::NoFolder { folder: "/backup".into() },
            BackupFault::NotMade { path: path(), says: says() },
            BackupFault::Missing { path: path() },
            BackupFault::Unread { path: path(), says: says() },
            BackupFault::NotOurs { path: path() },
            BackupFault::Damaged { path: path(), says: says() },
            BackupFault::Newer { path: path(), found: 9, known: 8 },
            BackupFault::NotRenewed { path: path(), says: says() },
            BackupFault::Same { path: path() },
            BackupFault::NotEmpty { place: path(), rows: vec![("event", 3), ("ruleset", 1)] },
            BackupFault::Served { place: path(), servers: 2 },
            BackupFault::OthersTables { place: path(), tables: vec!["orders".into()] },
        ];
        let backups: Vec<String> = backups.iter().map(of_backup).collect();
        let all: Vec<String> = backups
            .into_iter()
            .chain(files.iter().map(of_file))
            .chain(servers.iter().map(of_server))
            .chain([said])
            .collect();
        let different: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{all:#?}");
        for said in &all {
            assert!(said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{said}");
            assert!(!said.contains(", ") && !said.contains("; ") && !said.contains(": "), "{said}");
        }
    }
}
