//! 管理类命令的中文帮助。 The help in Chinese for the commands about who may come in.

use super::Words;

pub(super) const COMMANDS: &[Words] = &[
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
