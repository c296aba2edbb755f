//! 规则命令的帮助文字。 The help of the commands about rules, in Chinese.

use super::{
    Words,
    zh::{APP, BEFORE, CHANGE, CUSTOMER, EVENT, SINCE, STATE, UNTIL, USER},
};

pub(super) const COMMANDS: &[Words] = &[
    Words {
        path: "rules",
        about: "规则：检查文件、启用、导出",
        after: "\
正在运行的服务一秒内就会用上导入的规则，不用重启。

示例：
  wecom-greeter rules init                           先有一份规则
  wecom-greeter rules check rules.yaml
  wecom-greeter rules check rules.yaml --online
  wecom-greeter rules test rules.test.yaml           效果和预期一样吗？
  wecom-greeter rules backtest --since 7d rules.yaml  换成这份规则，以前的事件会有什么不同？
  wecom-greeter rules import rules.yaml
  wecom-greeter rules explain --event-id 17          为什么发的是这条欢迎语？
  wecom-greeter rules list                           现在启用的规则，效果如何
  wecom-greeter rules rollback 3",
        arguments: &[],
    },
    Words {
        path: "rules init",
        about: "写出第一份规则文件，带注释，可以直接启用",
        after: "\
这份规则欢迎每一个人，活动渠道和下班时间各有自己的欢迎语；打一个标签；欢迎语没有发出去时通知员工。
注释的语言与命令相同。已经有的文件，加上 --force 才会覆盖。

示例：
  wecom-greeter rules init
  wecom-greeter rules init shop.yaml
  wecom-greeter rules init --lang zh
  wecom-greeter rules init -                 写到标准输出",
        arguments: &[("file", "写成哪个文件；- 表示标准输出"), ("force", "已经有这个文件时覆盖")],
    },
    Words {
        path: "rules check",
        about: "检查规则文件，指出每一处错误；不存任何东西，不需要数据库",
        after: "\
每处错误一行：文件:行:列: 错在哪里；怎么改。有错误时退出码是 1。规则里写到的文件也会检查。
加上 --online 会向企业微信核对规则里写到的标签、员工和部门，不会改动任何东西。有设置的话，还会
指出规则所属的应用有哪些不在设置里。转发地址在内网里、或不是 https:// 的，不会真的转发，也会指出
（见 forward.allow_private_networks）。

示例：
  wecom-greeter rules check rules.yaml
  wecom-greeter rules check - < rules.yaml
  wecom-greeter rules check rules.yaml --online
  wecom-greeter rules check rules.yaml --output json",
        arguments: &[
            ("file", "规则文件，YAML 或 JSON；- 表示标准输入"),
            ("online", "向企业微信核对规则里写到的标签、员工和部门"),
        ],
    },
    Words {
        path: "rules import",
        about: "检查规则文件并启用",
        after: "\
文件作为整体检查，有一处错误就什么都不存。和现在启用的完全一样的文件不会产生新版本。规则里写到的
文件（`file: assets/a.png`，从规则文件所在目录算起）会一起存进数据库，并在启用之前上传到企业微信；
此时传不了的，由正在运行的服务来传。

示例：
  wecom-greeter rules import rules.yaml
  wecom-greeter rules import rules.yaml --note 'spring campaign'
  wecom-greeter rules import rules.yaml --no-upload",
        arguments: &[
            ("file", "规则文件，YAML 或 JSON；- 表示标准输入"),
            ("note", "改了什么，留给以后看版本的人"),
            ("no_upload", "不调用企业微信：文件由正在运行的服务上传"),
            ("from", "文件不是规则文件时，它是什么"),
            ("from=csv", "带表头的渠道表：渠道、欢迎语、标签"),
            ("to", "用于渠道表：把规则写进这个文件，不导入"),
            ("dry_run", "用于渠道表：只显示规则，不导入"),
        ],
    },
    Words {
        path: "rules export",
        about: "输出现在启用的规则，和导入时一模一样",
        after: "\
规则文字里没有它所引用的文件：加上 --files 会把它们也写出来，路径和规则里写的一样。

示例：
  wecom-greeter rules export > rules.yaml
  wecom-greeter rules export --files . > rules.yaml
  wecom-greeter rules export --version 3 | diff - rules.yaml",
        arguments: &[("version", "以前的某个版本"), ("files", "把规则引用的文件也写到这个目录")],
    },
    Words {
        path: "rules list",
        about: "列出现在启用的规则：各用了多少次、效果如何、出现过什么问题",
        after: "\
规则按匹配的先后排列。统计的是 --since 以来规则参与过的事件（不论当时是哪个版本）、欢迎语发出了
多少条（共多少条），以及它要做的事里有哪些过期或失败。

示例：
  wecom-greeter rules list
  wecom-greeter rules list --since 2h
  wecom-greeter rules list --output json | jq .name",
        arguments: &[("since", "从何时起统计：2h、7d、2026-03-01")],
    },
    Words {
        path: "rules explain",
        about: "说明一个事件由哪条规则处理、别的规则为什么不行、会发送什么",
        after: "\
事件可以是已记录的，也可以是一个文件：企业微信解密后的消息、`events export` 的一行，或者简写成
{ change: add_external_contact, user_id: zhangsan, state: spring }。同时用 --rules 和 --payload 时
既不需要设置也不需要数据库。没有给出的客户和员工资料按查询失败处理，除非加上 --lookup 去问企业
微信。已记录的事件，以前是否加过由记录得出。

示例：
  wecom-greeter rules explain --event-id 17
  wecom-greeter rules explain --event-id 17 --rules new.yaml --lookup
  wecom-greeter rules explain --rules rules.yaml --payload event.xml --at 2026-03-06T22:30:00+08:00
  wecom-greeter rules explain --rules rules.yaml --payload event.yaml \\
    --customer '{name: 小周}' --output json",
        arguments: &[
            ("event_id", "已记录的事件"),
            ("payload", "文件里的事件；- 表示标准输入"),
            ("rules", "规则文件；不写则用现在启用的"),
            (
                "customer",
                "客户：externalcontact/get 的答复，或 { name, type, gender, tags, add_way, … }，或 unavailable",
            ),
            ("employee", "员工：{ name, alias, department, departments }，或 unavailable"),
            ("earlier", "以前谁加过这个客户：none、employee、company 或 unavailable"),
            ("at", "假设发生在这个时间，而不是真实的时间：2026-03-06T10:00:00+08:00"),
            ("app", "回调属于哪个应用"),
            ("lookup", "规则需要而没有给出的客户和员工资料，去问企业微信"),
        ],
    },
    Words {
        path: "rules test",
        about: "运行规则的单元测试",
        after: "\
测试文件写明用哪份规则，再列出测试：什么事件、客户和员工是怎样的、预期什么结果。格式见
docs/RULES.zh-CN.md（「测试规则」一节），编辑器用 `rules schema tests`。不需要设置，也不需要数据库。
有测试没通过或文件有错时，退出码是 1。

示例：
  wecom-greeter rules test rules.test.yaml
  wecom-greeter rules test tests/*.yaml --filter spring
  wecom-greeter rules test rules.test.yaml --output json",
        arguments: &[
            ("files", "测试文件，YAML 或 JSON；- 表示标准输入"),
            ("filter", "只运行名字里含有它的测试"),
        ],
    },
    Words {
        path: "rules backtest",
        about: "换一份规则，以前的事件会有什么不同",
        after: "\
每个记录的事件都用这份文件和当时的规则各算一遍，列出不同之处，新的在前。不调用企业微信：取决于
客户是谁的规则会说明并单独统计，欢迎语里要查的内容显示为 ‹客户昵称›。

示例：
  wecom-greeter rules backtest --since 7d new.yaml
  wecom-greeter rules backtest --since 2026-03-01 --until 2026-03-08 --state spring-2026 new.yaml
  wecom-greeter rules backtest --since 1d new.yaml --output json | tail -n 1",
        arguments: &[
            ("file", "要试的规则，YAML 或 JSON；- 表示标准输入"),
            APP,
            EVENT,
            CHANGE,
            USER,
            CUSTOMER,
            STATE,
            SINCE,
            UNTIL,
            BEFORE,
            ("limit", "最多多少个事件，取最新的；不写则不限"),
        ],
    },
    Words {
        path: "rules diff",
        about: "逐条说明两个版本或两个文件之间改了什么",
        after: "\
两个都可以是版本号或文件。只写一个时：文件和现在启用的比，现在启用的和那个版本比。都不写：现在启用
的版本和它前一个比。注释、排版、键的先后不算不同。

示例：
  wecom-greeter rules diff                      上次导入改了什么
  wecom-greeter rules diff rules.yaml           导入它会改什么
  wecom-greeter rules diff 3                    第 3 版以来改了什么
  wecom-greeter rules diff 3 5
  wecom-greeter rules diff old.yaml new.yaml",
        arguments: &[("first", "以前：版本号或文件"), ("second", "现在：版本号或文件")],
    },
    Words {
        path: "rules history",
        about: "列出规则的各个版本，新的在前",
        after: "\
示例：
  wecom-greeter rules history
  wecom-greeter rules history --limit 5 --output json
  wecom-greeter rules export --version 3",
        arguments: &[("limit", "最多列多少个")],
    },
    Words {
        path: "rules rollback",
        about: "重新启用以前的某个版本",
        after: "\
以前那个版本的规则会作为新版本启用，历史保持完整。可以先用 `rules diff VERSION` 看看会改什么。

示例：
  wecom-greeter rules rollback 3
  wecom-greeter rules rollback 3 --note 'the spring link is broken'",
        arguments: &[("version", "版本号"), ("note", "为什么，留给以后看版本的人")],
    },
    Words {
        path: "rules schema",
        about: "输出 JSON Schema，编辑器用它来补全和检查",
        after: "\
JSON Schema，draft 2020-12 版。在文件第一行写上这句，支持 YAML 的编辑器就会使用它：
  # yaml-language-server: $schema=./rules.schema.json

示例：
  wecom-greeter rules schema > rules.schema.json
  wecom-greeter rules schema tests > tests.schema.json",
        arguments: &[
            ("of", "哪种文件的"),
            ("of=rules", "规则文件"),
            ("of=tests", "`rules test` 用的测试文件"),
        ],
    },
];
