//! 压测命令的中文帮助。 The help in Chinese for the load generator.

use super::Words;

pub(super) const COMMANDS: &[Words] = &[Words {
    path: "bench",
    about: "压测：把加密好的回调按固定速率或全速发给服务，给出各百分位的用时",
    after: "\
--rate 和 --flat-out 都不写，就两样都测，一共大约二十秒。服务单独一个进程，数据库是临时的 SQLite
文件；写了 DATABASE_URL 就用它指向的数据库，但必须是空的。环境变量里的设置，只有数据库连接数、请求体
大小、并发数、查询时限、日志和时区这几项会传给服务。按速率发送时，每个回调从该发出的那一刻算起：服
务卡住一下，期间来的客户都会反映在数字里。`welcome`、`tag` 是从那一刻到企业微信接受对应的调用。
应答过的事件全都在记录里，退出码才是 0。

示例：
  wecom-greeter bench
  wecom-greeter bench --rate 1000 --seconds 10 --latency 150-250
  wecom-greeter bench --rate 60 --seconds 30 --at-once 5 --refuse 11%
  wecom-greeter bench --flat-out --connections 256 --output json
  wecom-greeter bench --flat-out --rules 1              每秒能给多少客户发欢迎语、打标签
  wecom-greeter bench --rate 200 --rules 1000 --stored 1000000
  wecom-greeter bench --rate 50 --url http://10.0.0.3:8080/callback/default",
    arguments: &[
        ("rate", "每秒发送多少个回调，不管前面的有没有结果（开环）[默认：200]"),
        ("flat_out", "上一个有了应答就发下一个（闭环），并与空处理函数对比"),
        ("connections", "用多少个连接"),
        ("seconds", "持续多少秒"),
        ("customers", "最多来多少个客户，到了就结束"),
        ("rules", "有多少条规则；最后一条对所有人，一条也没有（0）就谁也不欢迎 [默认：1，--flat-out 时 0]"),
        ("stored", "第一个回调到来之前，事先存多少个事件"),
        ("url", "发给已经在运行的服务，凭证取 --app"),
        ("app", "与 --url 一起用：这是设置里哪个应用的回调"),
        ("latency", "模拟的企业微信每次作答要多少毫秒：80，或 50-150"),
        ("refuse", "不论同时有多少调用，都按这个比例拒绝（45033），就像别的系统也在调用：11%"),
        ("fail", "按这个比例出错（-1，系统繁忙）"),
        ("at_once", "所有接口合计，同时最多接受多少个调用，超过就是 45033"),
        ("at_once_of_each", "每个接口各自同时最多接受多少个调用，超过就是 45033"),
        ("wecom_listen", "与 --url 一起用：模拟的企业微信在哪里监听；服务的 WECOM_API_BASE 要设成它"),
    ],
}];
