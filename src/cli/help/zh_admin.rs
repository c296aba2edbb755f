//! 管理类命令的中文帮助。 The help in Chinese for the commands about who may come in.

use super::Words;

pub(super) const COMMANDS: &[Words] = &[
    Words {
        path: "prune",
        about: "清理旧事件，统计数字不变",
        after: "\
清理某个时刻之前收到、已有结果的事件，连同为它们做过的一切：每次只清理几个，旁边的服务照常运行。
统计数字和条件 `returning` 都不受影响。设置 retention.days 可以让服务自己清理。

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
