//! 帮助的中文文字（规则命令在 `zh_rules.rs`）。 The help in Chinese, but for the commands about rules.

use super::Words;
use crate::stats::definitions;

const EVENT_FILTERS_STATUS: (&str, &str) = ("status", "事件处理到哪一步");

pub(super) const COMMANDS: &[Words] = &[
    Words {
        path: "",
        about: "给添加企业微信员工的客户自动发欢迎语、打标签",
        after: "\
示例：
  wecom-greeter demo                        看看效果，什么都不用设置
  wecom-greeter rules import rules.yaml     谁收到什么欢迎语
  wecom-greeter serve                       接收企业微信的回调
  wecom-greeter doctor                      哪里没有设置好，该怎么改
  wecom-greeter events list --since 2h      最近发生了什么
  wecom-greeter actions list --status failed

退出码：0 完成，1 要做的事没有做成，2 用法或设置不对。",
        arguments: &[
            ("config", "设置文件 [默认：GREETER_CONFIG，没有则用 ./greeter.toml]"),
            ("output", "输出的形式：text 给人看；json 给程序读，每行一个 JSON"),
            ("lang", "语言：zh 中文，en 英文 [默认：GREETER_LANG，没有则看系统语言]"),
        ],
    },
    Words {
        path: "serve",
        about: "启动服务：接收企业微信的回调，存下事件，发欢迎语，打标签",
        after: "\
全部设置来自设置文件（--config FILE）或环境变量；什么都没设置就启动，会告诉您缺什么。没有企业微信
也能试：把 `wecom-greeter simulate` 打印出来的 export 几行复制过来。收到 SIGTERM、SIGINT、SIGHUP
会有序结束；再收到一次 SIGTERM 或 SIGINT 则立即结束。

示例：
  wecom-greeter serve
  GREETER_LOG=info,wecom_core::callback=debug wecom-greeter serve

设置：DATABASE_URL、GREETER_LISTEN、GREETER_ADMIN_LISTEN、GREETER_ADMIN_TOKEN、WECOM_CORP_ID、
WECOM_SECRET、WECOM_TOKEN、WECOM_ENCODING_AES_KEY、WECOM_AGENT_ID、WECOM_API_BASE、
GREETER_RETENTION_DAYS、GREETER_ALERT_URL、GREETER_LOG、GREETER_LOG_FORMAT；密钥也可以放在
文件里（WECOM_SECRET_FILE）。完整清单：src/default.toml。",
        arguments: &[],
    },
    Words {
        path: "demo",
        about: "什么都不用设置就能看到效果：模拟的企业微信、示例规则、添加员工的客户",
        after: "\
不需要任何准备，也不改动任何东西：数据库放在临时目录，结束时删除。
只有每个客户都收到欢迎语并打上标签，退出码才是 0。

加上 --keep，先写入过去一个月编造的客户，之后不时还有客户来添加；输出的最后有一个链接，
点开就是页面。

示例：
  wecom-greeter demo
  wecom-greeter demo --customers 500
  wecom-greeter demo --keep             演示完继续运行，可以在页面里看",
        arguments: &[
            ("customers", "多少个客户来添加员工"),
            ("keep", "先写入过去一个月编造的客户，演示完继续运行，并告诉您可以怎么玩"),
        ],
    },
    Words {
        path: "simulate",
        about: "运行一个自己的企业微信，用来开发规则和对接程序",
        after: "\
它的 API 和企业微信一样作答；它会把加密的事件推送到 --callback。怎样让客户来添加、怎样制造故障，
看它的首页：curl http://127.0.0.1:8090/

应用的凭证取设置里名叫 `default` 的应用；没有的话就编一套，打印成 `export` 几行：复制到另一个
终端，那里的 `serve` 和 `contact` 就会使用这家模拟的公司。

示例：
  wecom-greeter simulate --callback http://127.0.0.1:8080/callback/default
  curl http://127.0.0.1:8090/_simulator/customers -d '{\"employee\": \"zhangsan\", \"name\": \"小周\"}'
  curl http://127.0.0.1:8090/_simulator/scans -d '{\"config_id\": \"CONFIG_ID\"}'
  curl http://127.0.0.1:8090/_simulator/clock -d '{\"forward\": \"3d\"}'
  wecom-greeter simulate --fault untrusted_address      看看 `doctor` 怎么说
  wecom-greeter serve      在另一个终端，先执行它打印的 export 几行",
        arguments: &[
            ("listen", "API 监听的地址"),
            ("callback", "事件推送到哪里"),
            ("latency", "每次作答要多少毫秒：80，或 50-150"),
            ("faults", "按名称让设置出一个毛病，给 `doctor` 来查（可以写几次）；有哪些看它的首页"),
            ("app", "凭证取设置里的哪个应用"),
            ("corp_id", "企业ID"),
            ("secret", "应用的 Secret"),
            ("token", "回调的 Token"),
            ("encoding_aes_key", "回调的 EncodingAESKey"),
            ("agent_id", "应用的 AgentId"),
            ("suite_id", "以这个第三方应用（suite）的名义、按其格式推送事件"),
            ("provider_corp_id", "与 --suite-id 一起用：校验 URL 的请求用这个企业（suite 的服务商）加密"),
        ],
    },
    Words {
        path: "migrate",
        about: "把数据库升级到当前版本",
        after: "\
任何时候都可以运行，几个进程同时运行也没问题。`serve` 启动时也会做，除非 database.migrate 设为
false：只有别人才有权改表时，才这样设。

示例：
  wecom-greeter migrate
  DATABASE_URL=postgres://owner:secret@db/greeter wecom-greeter migrate",
        arguments: &[],
    },
    Words {
        path: "events",
        about: "事件：企业微信通知了什么，后来怎么样了",
        after: "\
示例：
  wecom-greeter events list --since 2h
  wecom-greeter events show 17                          一个事件的来龙去脉
  wecom-greeter events replay 17 --dry-run              现在重来一遍会怎样
  wecom-greeter events export --since 2026-03-01 > events.jsonl",
        arguments: &[],
    },
    Words {
        path: "events list",
        about: "列出事件，新的在前",
        after: "\
示例：
  wecom-greeter events list --since 2h
  wecom-greeter events list --user zhangsan --state spring-2026
  wecom-greeter events list --status received              已存下，还没安排要做的事
  wecom-greeter events list --outcome missed --since 1d    谁没有及时收到欢迎语
  wecom-greeter events list --change add_external_contact --output json | jq .id",
        arguments: &[
            EVENT_FILTERS_STATUS,
            RECEIVED,
            PLANNED,
            SETTLED,
            CODE,
            ("outcome", "欢迎语的结果：welcomed 已欢迎、missed 未送达、failed 失败、skipped 跳过"),
            ("rule", "欢迎语出自这条规则"),
            APP,
            EVENT,
            CHANGE,
            USER,
            CUSTOMER,
            STATE,
            SINCE,
            UNTIL,
            BEFORE,
            ("limit", "最多列多少条"),
        ],
    },
    Words {
        path: "events show",
        about: "讲清一个事件的来龙去脉",
        after: "\
加上 --output json 会带出原始内容，一字不差。

示例：
  wecom-greeter events show 17
  wecom-greeter events show 17 --output json | jq -r .payload",
        arguments: &[("id", "事件的编号")],
    },
    Words {
        path: "events replay",
        about: "把存下的事件重来一遍：按现在的规则安排、执行、记录",
        after: "\
重来一遍不会使用过期的欢迎码，也不会把同一个客户欢迎两次；标签和备注会再设一次，已经设好的不变。
已经发过的通知和转发不会再发，除非加上 --repeat-reports；--dry-run 会列出跳过的。和 `serve` 一样，
需要应用的设置。

示例：
  wecom-greeter events replay 17 --dry-run
  wecom-greeter events replay 17 18 --only tag
  wecom-greeter events replay --since 2h --state spring-2026 --only tag,remark",
        arguments: &[
            ("ids", "事件的编号"),
            ("only", "只做这几类，用逗号隔开：welcome、decide、tag、remark、notify、forward"),
            ("repeat_reports", "已经发过的通知和转发再发一次；不写则跳过"),
            ("dry_run", "只说会发生什么；不存任何东西，不调用任何接口"),
            EVENT_FILTERS_STATUS,
            RECEIVED,
            PLANNED,
            SETTLED,
            APP,
            EVENT,
            CHANGE,
            USER,
            CUSTOMER,
            STATE,
            SINCE,
            UNTIL,
            BEFORE,
            ("limit", "最多多少条，取最新的；不写则不限"),
        ],
    },
    Words {
        path: "events export",
        about: "导出事件及其原始内容，旧的在前，每行一个 JSON",
        after: "\
原始内容里有企业微信给出的客户信息和欢迎码：请像保管数据库一样保管导出的文件。加上 --pseudonymise 就可以
交给别人：ID、姓名、文字和各种码都换成假名，同一个人处处是同一个假名；事件种类、时间和渠道（State）不变，
照样能导入、能重放。

示例：
  wecom-greeter events export > events.jsonl
  wecom-greeter events export --pseudonymise > for-others.jsonl
  wecom-greeter events export --since 2026-03-01 --until 2026-03-02 --app default > day.jsonl",
        arguments: &[
            EVENT_FILTERS_STATUS,
            RECEIVED,
            PLANNED,
            SETTLED,
            APP,
            EVENT,
            CHANGE,
            USER,
            CUSTOMER,
            STATE,
            SINCE,
            UNTIL,
            BEFORE,
            ("limit", "最多多少条；不写则不限"),
            ("pseudonymise", "把 ID、姓名、文字和各种码换成假名，可以交给别人"),
        ],
    },
    Words {
        path: "events import",
        about: "把导出的事件放进这个数据库；已经有的跳过",
        after: "\
导入的事件会做标记，不会有人去执行，除非重来一遍（replay）。这里清理过的事件不再导入，统计里已经
算过；已删除的客户以前的事件也不再导入。

示例：
  wecom-greeter events import events.jsonl
  DATABASE_URL=sqlite://test.db wecom-greeter events import - < day.jsonl",
        arguments: &[("file", "每行一个 JSON 的文件；- 表示标准输入")],
    },
    Words {
        path: "actions",
        about: "动作：欢迎语、标签、备注，每一次尝试，以及失败清单",
        after: "\
示例：
  wecom-greeter actions list --status failed            失败清单
  wecom-greeter actions list --kind welcome --since 1d
  wecom-greeter actions retry 40 41
  wecom-greeter actions retry --kind tag --since 2h",
        arguments: &[],
    },
    Words {
        path: "actions list",
        about: "列出动作，新的在前",
        after: "\
示例：
  wecom-greeter actions list --status failed
  wecom-greeter actions list --kind welcome --status expired --since 7d
  wecom-greeter actions list --customer wmQ7fEDwAA --output json | jq .attempts",
        arguments: &[
            KIND,
            ("status", "pending、running、done、expired、failed 或 skipped"),
            CODE,
            APP,
            EVENT,
            CHANGE,
            USER,
            CUSTOMER,
            STATE,
            SINCE,
            UNTIL,
            BEFORE,
            ("limit", "最多列多少条"),
        ],
    },
    Words {
        path: "actions retry",
        about: "让失败的动作再试一次，按编号或按筛选条件",
        after: "\
它们会立即到期：正在运行的服务一秒内就会接手。20 秒已过的欢迎语发不出去了，保持原样。

示例：
  wecom-greeter actions retry 40 41
  wecom-greeter actions retry --kind tag --status failed --since 2h",
        arguments: &[
            ("ids", "动作的编号"),
            KIND,
            WENT_WRONG_STATUS,
            CODE,
            APP,
            EVENT,
            CHANGE,
            USER,
            CUSTOMER,
            STATE,
            SINCE,
            UNTIL,
            BEFORE,
            ("limit", "最多多少条；不写则不限"),
        ],
    },
    Words {
        path: "failures",
        about: "出了什么错：按原因归类，各写明怎么处理",
        after: "\
统计失败和过期的动作，按原因归类，多的在前。全部原因见 docs/REASONS.zh-CN.md。

示例：
  wecom-greeter failures --since 1d
  wecom-greeter failures --code untrusted_ip --output json | jq .action_ids",
        arguments: &[
            KIND,
            WENT_WRONG_STATUS,
            CODE,
            APP,
            EVENT,
            CHANGE,
            USER,
            CUSTOMER,
            STATE,
            SINCE,
            UNTIL,
            BEFORE,
        ],
    },
    Words {
        path: "stats",
        about: "统计：按日期、渠道、员工、规则或应用，数出新增、欢迎、标签和流失",
        after: concat!(
            "\
按事件发生的时间统计；日期按设置里的时区（time_zone，没有设置则为北京时间）。

",
            definitions!(zh),
            "

示例：
  wecom-greeter stats --since 7d
  wecom-greeter stats --by state --since 2026-03-01 --until 2026-04-01
  wecom-greeter stats --by user --since 30d --csv > employees.csv"
        ),
        arguments: &[
            (
                "by",
                "按什么统计：day 日期、hour 小时、state 渠道、user 员工、rule 规则、app 应用；不写则按日期",
            ),
            ("since", "从何时起发生的：2h、7d、2026-03-01、2026-03-01T09:00:00+08:00"),
            ("until", "在何时之前发生的"),
            APP,
            ("csv", "输出 Excel 能打开的表格（CSV）"),
        ],
    },
    Words {
        path: "contact",
        about: "手工调用客户联系的任意一个接口",
        after: "\
METHOD 是企业微信自己的接口名，单词之间用连字符；参数写成选项，或用 --json 合成一个对象。已知会被
企业微信拒绝的参数、格式不对的值，在发出去之前就会拒绝；不认识的字段照原样发出。输出是企业微信的
答复（JSON）；errcode 不为 0 时退出码是 1。读取类以及可重复的写入类接口，在企业微信繁忙时会重试；
只能做一次的，绝不会发第二次。

示例：
  wecom-greeter contact get-follow-user-list
  wecom-greeter contact list --userid zhangsan
  wecom-greeter contact batch-get-by-user --userid-list zhangsan,lisi --all \\
    | jq .external_contact.name
  wecom-greeter contact add-contact-way --type 1 --scene 2 --user zhangsan --state spring --qr
  wecom-greeter contact get-corp-tag-list --table
  wecom-greeter contact mark-tag --json '{\"userid\": \"zhangsan\", …}'
  wecom-greeter contact add-msg-template --json @message.json --sender lisi
  wecom-greeter contact call POST idconvert/chatid --json '{\"chat_id_list\": […]}'",
        arguments: &[],
    },
    Words {
        path: "doctor",
        about: "体检：找出哪里没有设置好，并写明怎么改",
        after: "\
依次检查设置、数据库、规则、时钟、凭证、可信IP、接口权限、可见范围、回调、事件、欢迎码：只读取，不改动，
15 秒内完成。一处毛病只报一个「不通过」，因此查不了的项目显示「跳过」。加上 --url 则从本机照着企业微信
保存 URL 时的做法检查一遍。有不通过的项目时退出码为 1。

示例：
  wecom-greeter doctor
  wecom-greeter doctor --url https://wecom.example.com/callback/default
  wecom-greeter doctor --app shop --output json | jq 'select(.status == \"fail\")'",
        arguments: &[
            ("app", "只检查这个应用 [默认：设置里的全部应用]"),
            ("url", "照着企业微信保存时的做法检查这个回调 URL"),
        ],
    },
    Words {
        path: "health",
        about: "问正在运行的服务是否正常（供容器健康检查使用）",
        after: "\
请求管理监听的 /healthz，加上 --ready 则是 /readyz。答复为 200 时退出码 0，否则 1。

示例：
  wecom-greeter health
  wecom-greeter health --ready --address 127.0.0.1:8081
  HEALTHCHECK CMD [\"wecom-greeter\", \"health\"]          写在 Dockerfile 里",
        arguments: &[
            ("address", "服务的管理监听地址 [默认：设置里的 admin.listen]"),
            ("ready", "不仅问是否活着，还问能不能接收回调"),
        ],
    },
    Words {
        path: "completion",
        about: "输出命令行补全脚本",
        after: "\
示例：
  wecom-greeter completion bash > ~/.local/share/bash-completion/completions/wecom-greeter
  wecom-greeter completion zsh > ~/.zfunc/_wecom-greeter
  wecom-greeter completion fish > ~/.config/fish/completions/wecom-greeter.fish",
        arguments: &[("shell", "哪种 shell")],
    },
    Words {
        path: "manual",
        about: "写出 man 手册，每个命令一页",
        after: "\
示例：
  wecom-greeter manual man1                             然后：man -l man1/wecom-greeter.1
  wecom-greeter manual /usr/local/share/man/man1
  wecom-greeter manual /usr/local/share/man/zh_CN/man1 --lang zh",
        arguments: &[("folder", "写到哪个目录；目录不存在时会新建")],
    },
];

pub(super) const APP: (&str, &str) = ("app", "属于这个应用");
pub(super) const EVENT: (&str, &str) = ("event", "这种 Event（或 InfoType），例如 change_external_contact");
pub(super) const CHANGE: (&str, &str) = ("change", "这种 ChangeType，例如 add_external_contact");
pub(super) const USER: (&str, &str) = ("user", "这个员工，写 userid");
pub(super) const CUSTOMER: (&str, &str) = ("customer", "这个客户，写 external_userid");
pub(super) const STATE: (&str, &str) = ("state", "这个渠道；\"\" 表示没有渠道的");
pub(super) const SINCE: (&str, &str) =
    ("since", "从何时起收到的：2h、7d、2026-03-01、2026-03-01T09:00:00+08:00");
pub(super) const UNTIL: (&str, &str) = ("until", "在何时之前收到的");
pub(super) const BEFORE: (&str, &str) = ("before", "只要编号更小的：写上一页最后一条的编号");
const KIND: (&str, &str) = ("kind", "welcome、decide、tag、remark、notify 或 forward");
const WENT_WRONG_STATUS: (&str, &str) = ("status", "failed 或 expired；不写则两种都算");
const CODE: (&str, &str) = ("code", "原因码，例如 untrusted_ip（docs/REASONS.zh-CN.md）");
const RECEIVED: (&str, &str) = ("status=received", "已存下，还没安排");
const PLANNED: (&str, &str) = ("status=planned", "已安排，还没全部做完");
const SETTLED: (&str, &str) = ("status=settled", "全部有了结果");
