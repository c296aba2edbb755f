//! 管理类命令的中文帮助。 The help in Chinese for the commands about backups, and about who may come in.

use super::Words;

pub(super) const COMMANDS: &[Words] = &[
    Words {
        path: "backup",
        about: "把全部记录备份到一个文件，不影响正在运行的服务",
        after: "\
可以和服务同时运行，服务照常工作。备份是记录在某一刻的样子：规则和其中的文件、事件和为它们做过
的事、令牌、审计。不管记录存在哪种数据库里，备份都是一个 SQLite 文件，只有文件的属主能读。
其中没有谁登录了网页，也没有设置。已有的文件不会被覆盖。

示例：
  wecom-greeter backup /backup/greeter-2026-03-01.db
  wecom-greeter backup /backup/greeter-$(date +%F).db     放进 cron

要恢复到新的数据库：`wecom-greeter restore 文件`。",
        arguments: &[("file", "写到哪个文件；这个文件必须还不存在")],
    },
    Words {
        path: "restore",
        about: "把备份恢复到空的数据库，SQLite 或 PostgreSQL 都可以",
        after: "\
恢复到设置里的数据库（DATABASE_URL），SQLite 或 PostgreSQL 都可以，不管备份来自哪一种；它必须是
空的，各表会自动建好。先检查备份文件：是否完整，版本是不是比程序新。要么全部恢复，要么什么都不动。

备份时还没做完的事，由之后在这个数据库上运行的服务接着做：所以做最后一次备份和恢复时，两边都不要
有服务在运行。

示例：
  wecom-greeter restore /backup/greeter-2026-03-01.db
  DATABASE_URL=postgres://greeter:secret@db/greeter wecom-greeter restore greeter.backup",
        arguments: &[("file", "`backup` 写出的文件")],
    },
    Words {
        path: "prune",
        about: "清理旧事件，统计数字不变",
        after: "\
清理某个时刻之前收到、已有结果的事件，连同为它们做过的一切：每次只清理几个，旁边的服务照常运行。
统计数字和条件 `returning` 都不受影响。设置 retention.days 可以让服务自己清理。
收到 SIGINT 或 SIGTERM 时，做完手上这几个事件就结束，并说明清理了多少；再运行同样的命令会接着清理。

示例：
  wecom-greeter prune --before 180d --dry-run
  wecom-greeter prune --before 180d
  wecom-greeter prune --before 2026-01-01",
        arguments: &[
            ("before", "在何时之前收到的：180d（以前）、2026-01-01、2026-01-01T09:00:00+08:00"),
            ("dry_run", "只说会清理多少，什么都不改动"),
        ],
    },
    Words {
        path: "forget",
        about: "删除一个客户的全部数据",
        after: "\
删除这个客户的事件、为他做过的和还没做的一切，以及他的 ID 在别处出现的地方。只留下审计里的一行（ID 的
SHA-256）和统计的总数。企业微信那边没有任何改动；以前的备份和导出文件不变。

示例：
  wecom-greeter forget wmqfasd1e1927831291723123109rAAAA --dry-run
  wecom-greeter forget wmqfasd1e1927831291723123109rAAAA",
        arguments: &[("customer", "客户的 external_userid"), ("dry_run", "只说会删除多少，什么都不改动")],
    },
    Words {
        path: "tokens",
        about: "令牌：谁可以使用管理 API 和网页",
        after: "\
令牌放在请求头 `Authorization: Bearer 令牌` 里，或者在网页登录时填写。只在创建时显示一次，数据库里
只保存它的哈希。

示例：
  wecom-greeter tokens create grafana --role viewer --expires 90d
  wecom-greeter tokens list
  wecom-greeter tokens revoke grafana",
        arguments: &[],
    },
    Words {
        path: "tokens create",
        about: "创建令牌，只显示这一次",
        after: "\
示例：
  wecom-greeter tokens create zhangsan --role operator
  wecom-greeter tokens create grafana --role viewer --expires 90d
  wecom-greeter tokens create ci --role operator --output json | jq -r .token",
        arguments: &[
            ("name", "给谁用，或者作什么用"),
            ("role", "可以做什么"),
            ("role=viewer", "只能查看"),
            ("role=operator", "还能重试、重放、修改规则"),
            ("role=admin", "还能管理令牌、调用企业微信的写接口、查看审计"),
            ("expires", "何时自动到期：90d、12h、2027-01-01；不写则长期有效"),
        ],
    },
    Words {
        path: "tokens list",
        about: "列出没有吊销的令牌",
        after: "\
示例：
  wecom-greeter tokens list
  wecom-greeter tokens list --output json | jq .name",
        arguments: &[],
    },
    Words {
        path: "tokens revoke",
        about: "吊销令牌",
        after: "\
从此不能再用；用它登录的人也会退出登录。

示例：
  wecom-greeter tokens revoke grafana",
        arguments: &[("name", "令牌的名字")],
    },
];
