//! Both languages from outside: which of them it is, that all of the help is in it, and that nothing of the other is said.

use std::collections::BTreeSet;

use rstest::rstest;

use super::{Shell, exported};

const RULES: &str = "rules:
  - name: spring
    priority: 100
    when: { state: 'spring-*' }
    welcome: { text: \"{{ customer.name | default('朋友') }}，您好\" }
    tag: { add: [etSampleTagChannelSpring00000000] }
    remark: { description: 渠道 }
    notify: [{ to: employee, text: 有新客户 }]
    forward: [{ url: 'https://crm.example.com/hook' }]
  - name: everyone
    welcome: { text: 您好 }
";

/// Rules that say much the same.
const OTHERS: &str = "rules:
  - name: everyone
    welcome: { text: 欢迎 }
  - name: summer
    when: { state: summer }
    welcome: { text: 夏天好 }
";

/// Words that make sentences, as far as none of them is a key, a code or a value too: one is enough to know English by.
const OF_SENTENCES: &[&str] = &[
    "about", "after", "again", "already", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "before", "but", "by", "can", "cannot", "could", "did", "do", "does", "each", "every", "expected", "for",
    "found", "from", "give", "given", "had", "has", "have", "here", "how", "if", "in", "instead", "into",
    "is", "it", "its", "more", "must", "need", "needs", "never", "no", "nothing", "of", "once", "one",
    "only", "or", "should", "since", "so", "some", "than", "that", "the", "their", "them", "then", "there",
    "they", "this", "to", "too", "unless", "until", "was", "were", "what", "where", "which", "while", "who",
    "why", "will", "with", "without", "would", "you", "your",
];

/// What is written in English in a text, line by line: a word that makes sentences, or three other words on end. Names, codes,
/// commands and values are neither.
pub(crate) fn english(text: &str) -> Vec<String> {
    let is_sentence = |part: &str| {
        let mut run = 0;
        part.split(' ').any(|word| {
            let word = word.trim_matches(|c: char| ",.;:?!()\"'".contains(c));
            let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
            run = if is_word { run + 1 } else { 0 };
            // A single capital is a name in an example.
            let makes_sentences = OF_SENTENCES.contains(&word) || (word.len() > 1 && is_title(word));
            run == 3 || makes_sentences
        })
    };
    // What stands on both sides of Chinese, or of its punctuation, is not on end.
    let is_english = |line: &str| line.split(|c: char| !c.is_ascii()).any(is_sentence);
    text.lines().filter(|line| is_english(&without_code(line))).map(str::to_owned).collect()
}

/// Whether it is such a word at the beginning of a sentence.
fn is_title(word: &str) -> bool {
    OF_SENTENCES.contains(&word.to_ascii_lowercase().as_str())
        && word[1..].bytes().all(|b| b.is_ascii_lowercase())
}

/// A line without what stands in backticks, and without the command that an example begins with.
fn without_code(line: &str) -> String {
    const PROGRAMS: [&str; 5] = ["wecom-greeter ", "curl ", "GREETER_LOG=", "DATABASE_URL=", "HEALTHCHECK "];
    let line = match line.strip_prefix("  ") {
        Some(example) if PROGRAMS.iter().any(|program| example.starts_with(program)) => {
            example.split_once("  ").map_or("", |(_, meaning)| meaning)
        }
        _ => line,
    };
    let line = line.split('`').step_by(2).collect::<Vec<_>>().join("…");
    // An object is code as well.
    match line.split_once('{') {
        Some((before, rest)) => format!("{before}…{}", rest.split_once('}').map_or("", |(_, after)| after)),
        None => line,
    }
}

#[test]
fn english_sentences_are_found_and_codes_are_not() {
    assert_eq!(english("错误：the file is empty\n第二行").len(), 1);
    assert!(
        english("事件 17：add_external_contact，员工 zhangsan\n  wecom-greeter rules check rules.yaml")
            .is_empty()
    );
    assert!(english("请运行 `wecom-greeter rules import FILE` 导入").is_empty());
    for line in ["没有改动任何东西（the database is away）", "参数不对：limit, not a number", "Nothing：没有"]
    {
        assert_eq!(english(line).len(), 1, "{line}");
    }
    assert!(english("员工 zhangsan，渠道 spring，AgentId 和 Secret，WeCom API").is_empty());
}

#[rstest]
#[case::by_the_flag(&["--lang", "zh"], &[], "", true)]
#[case::behind_the_command(&["events", "--lang=zh"], &[], "", true)]
#[case::the_flag_over_the_variable(&["--lang", "en"], &[("GREETER_LANG", "zh")], "", false)]
#[case::by_the_variable(&[], &[("GREETER_LANG", "zh"), ("LANG", "en_US.UTF-8")], "", true)]
#[case::by_the_file(&[], &[], "language = 'zh'\n", true)]
#[case::the_variable_over_the_file(&[], &[("GREETER_LANG", "en")], "language = 'zh'\n", false)]
#[case::by_the_locale(&[], &[("LANG", "zh_CN.UTF-8")], "", true)]
#[case::by_the_first_of_the_locale(&[], &[("LC_ALL", "C.UTF-8"), ("LANG", "zh_CN.UTF-8")], "", false)]
#[case::an_empty_variable_is_none(&[], &[("GREETER_LANG", ""), ("LC_ALL", ""), ("LC_MESSAGES", "zh_TW")], "", true)]
#[case::by_nothing(&[], &[], "", false)]
fn the_language_of_help_and_of_mistakes_is_chosen(
    #[case] arguments: &[&str],
    #[case] variables: &[(&'static str, &'static str)],
    #[case] settings: &str,
    #[case] chinese: bool,
) {
    let mut shell = Shell::new();
    shell.variables.extend(variables);
    if !settings.is_empty() {
        shell.write("greeter.toml", settings);
    }
    let help = shell.run(&[arguments, &["--help"]].concat()).done();
    assert_eq!(help.contains("用法："), chinese, "{help}");
    assert_eq!(help.contains("Usage:"), !chinese, "{help}");
    let mistake = shell.run(&[arguments, &["--colour"]].concat()).failed(2);
    assert_eq!(mistake.starts_with("错误："), chinese, "{mistake}");
}

#[test]
fn a_file_that_config_names_says_the_language_too() {
    let shell = Shell::new();
    shell.write("elsewhere.toml", "language = 'zh'\n[database]\nurl = 'mysql://x'\n");
    let told = shell.run(&["events", "list", "--config", "elsewhere.toml"]).failed(2);
    assert!(told.starts_with("错误："), "{told}");
}

#[test]
fn a_language_that_is_none_is_a_wrong_setting() {
    let mut shell = Shell::new();
    shell.variables.push(("GREETER_LANG", "fr"));
    let told = shell.run(&["migrate"]).failed(2);
    assert!(told.contains("environment GREETER_LANG") && told.contains("zh or en"), "{told}");
    let told = shell.run(&["--lang", "fr", "migrate"]).failed(2);
    assert!(told.contains("invalid value 'fr'"), "{told}");
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "命令：" && *line != "方法：").skip(1);
    listed
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_help_is_in_chinese() {
    let shell = Shell::new();
    let mut waiting = vec![Vec::<String>::new()];
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.extend(["--lang", "zh", "--help"]);
        let help = shell.run(&arguments).done();
        problems.extend(english(&help).into_iter().map(|line| format!("{}: {line}", path.join(" "))));
        for clap in ["Usage", "Options:", "Commands:", "Arguments:", "[default", "[possible", "Print "] {
            if help.contains(clap) {
                problems.push(format!("{}: clap's own `{clap}`", path.join(" ")));
            }
        }
        for inner in commands(&help) {
            waiting.push([path.clone(), vec![inner]].concat());
        }
        seen.insert(path.join(" "));
    }
    assert!(
        seen.len() > 130 && seen.contains("rules check") && seen.contains("contact mark-tag"),
        "{seen:?}"
    );
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_first_help_reads_like_this() {
    insta::assert_snapshot!(Shell::new().run(&["--lang", "zh", "--help"]).done(), @r"
    给添加企业微信员工的客户自动发欢迎语、打标签

    用法：wecom-greeter [选项] <命令>

    命令：
      serve       启动服务：接收企业微信的回调，存下事件，发欢迎语，打标签
      demo        什么都不用设置就能看到效果：模拟的企业微信、示例规则、添加员工的客户
      simulate    运行一个自己的企业微信，用来开发规则和对接程序
      doctor      体检：找出哪里没有设置好，并写明怎么改
      migrate     把数据库升级到当前版本
      backup      把全部记录备份到一个文件，不影响正在运行的服务
      restore     把备份恢复到空的数据库，SQLite 或 PostgreSQL 都可以
      rules       规则：检查文件、启用、导出
      events      事件：企业微信通知了什么，后来怎么样了
      actions     动作：欢迎语、标签、备注，每一次尝试，以及失败清单
      failures    出了什么错：按原因归类，各写明怎么处理
      stats       统计：按日期、渠道、员工、规则或应用，数出新增、欢迎、标签和流失
      contact     手工调用客户联系的任意一个接口
      tokens      令牌：谁可以使用管理 API 和网页
      prune       清理旧事件，统计数字不变
      forget      删除一个客户的全部数据
      health      问正在运行的服务是否正常（供容器健康检查使用）
      completion  输出命令行补全脚本
      manual      写出 man 手册，每个命令一页
      help        显示帮助，或某个子命令的帮助

    选项：
          --config <FILE>  设置文件 [默认：GREETER_CONFIG，没有则用 ./greeter.toml]
          --output <FORM>  输出的形式：text 给人看；json 给程序读，每行一个 JSON [可选值：text、json]
          --lang <zh|en>   语言：zh 中文，en 英文 [默认：GREETER_LANG，没有则看系统语言]
      -h, --help           显示帮助
      -V, --version        显示版本

    示例：
      wecom-greeter demo                        看看效果，什么都不用设置
      wecom-greeter rules import rules.yaml     谁收到什么欢迎语
      wecom-greeter serve                       接收企业微信的回调
      wecom-greeter doctor                      哪里没有设置好，该怎么改
      wecom-greeter events list --since 2h      最近发生了什么
      wecom-greeter actions list --status failed

    退出码：0 完成，1 要做的事没有做成，2 用法或设置不对。
    ");
}

#[rstest]
#[case(&["frobnicate"], "错误：没有「frobnicate」这个命令")]
#[case(&["rule"], "有相近的命令：rules")]
#[case(&["events"], "用法：wecom-greeter events")]
#[case(&["events", "list", "--sinse", "2h"], "有相近的参数：--since")]
#[case(&["events", "list", "--since"], "「--since <WHEN>」缺少值")]
#[case(&["events", "list", "--since", "yesterday"], "应为时刻（2026-03-01T09:00:00+08:00）")]
#[case(&["events", "list", "--limit", "0"], "应在 1 到 ")]
#[case(&["events", "list", "--limit", "many"], "应为整数")]
#[case(&["events", "list", "--status", "lost"], "可以写：received、planned、settled")]
#[case(&["events", "list", "--since", "1h", "--until", "2h"], "--since 不早于 --until")]
#[case(&["stats", "--by", "colour"], "可以写：day、hour、state、user、rule、app")]
#[case(&["stats", "--csv", "--output", "json"], "只能写一个")]
#[case(&["events", "show"], "缺少必须写的参数：<ID>")]
#[case(&["events", "replay"], "要写编号")]
#[case(&["events", "replay", "1", "--state", "x"], "不能都写")]
#[case(&["actions", "list", "--status", "lost"], "动作没有这种状态")]
#[case(&["--output", "xml", "migrate"], "「--output <FORM>」的值「xml」不对，可以写：text、json")]
#[case(&["migrate", "--config", "a", "--config", "b"], "只能写一次")]
#[case(&["rules", "import", "a.yaml", "--to", "b", "--dry-run"], "不能和")]
#[case(&["simulate", "--listen", "foo"], "应为 IP 地址加端口")]
#[case(&["simulate", "--latency", "long"], "应为毫秒数")]
#[case(&["contact", "mark-tag", "--userid", "--table"], "这是一个选项")]
#[case(&["health", "--address", "nowhere"], "应为 IP 地址加端口")]
fn wrong_usage_is_said_in_chinese(#[case] arguments: &[&str], #[case] expected: &str) {
    let told = Shell::new().run(&[&["--lang", "zh"], arguments].concat()).failed(2);
    assert!(told.contains(expected), "{told}");
    assert_eq!(english(&told), Vec::<String>::new());
}

/// The commands that do something, but for those of which a test of their own looks at what they say, and the methods.
fn leaves(shell: &Shell) -> Vec<String> {
    const ELSEWHERE: [&str; 3] = ["serve", "demo", "contact"];
    let mut waiting = vec![String::new()];
    let mut leaves = Vec::new();
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.split(' ').filter(|word| !word.is_empty()).collect();
        arguments.extend(["--lang", "zh", "--help"]);
        let inner = commands(&shell.run(&arguments).done());
        if inner.is_empty() {
            leaves.push(path);
            continue;
        }
        let inner = inner.into_iter().map(|name| format!("{path} {name}").trim().to_owned());
        waiting.extend(inner.filter(|path| !ELSEWHERE.contains(&path.as_str())));
    }
    leaves
}

fn is_of(run: &[&str], command: &str) -> bool {
    let words: Vec<&str> = command.split(' ').collect();
    run.starts_with(&words)
}

/// What rules files and WeCom say of their own is no part of this: faults stand behind `file:line:column`, texts behind a bar
/// or a mark.
fn said_by_the_program(text: &str) -> String {
    let is_fault = |line: &str| line.contains(".yaml:");
    let is_text = |line: &str| line.trim_start().starts_with(['│', '+', '-']);
    let is_of_a_replay = |line: &str| line.contains("不会发送：") || line.contains("会跳过：");
    // Logs are the same in every language.
    let is_log = |line: &str| line.contains(" wecom_greeter::");
    text.lines()
        .filter(|line| !is_fault(line) && !is_text(line) && !is_of_a_replay(line) && !is_log(line))
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every command, done and not done. The files are those that the test writes.
const RUNS: &[&[&str]] = &[
    &["events", "list"],
    &["migrate"],
    &["migrate"],
    &["backup", "first.backup"],
    &["backup", "first.backup"],
    &["backup", "absent/first.backup"],
    &["rules", "list"],
    &["rules", "history"],
    &["rules", "export"],
    &["rules", "diff"],
    &["rules", "check", "rules.yaml"],
    &["rules", "check", "absent.yaml"],
    &["rules", "init", "first.yaml"],
    &["rules", "init", "first.yaml"],
    &["rules", "init", "-"],
    &["rules", "init", "absent/first.yaml"],
    &["rules", "import", "rules.yaml", "--no-upload"],
    &["rules", "import", "rules.yaml", "--no-upload"],
    &["rules", "import", "others.yaml", "--no-upload", "--note", "第二版"],
    &["rules", "import", "absent.yaml"],
    &["rules", "import", "channels.csv", "--from", "csv", "--dry-run"],
    &["rules", "import", "channels.csv", "--from", "csv", "--to", "made.yaml"],
    &["rules", "import", "channels.csv", "--from", "csv", "--to", "made.yaml"],
    &["rules", "list"],
    &["rules", "history"],
    &["rules", "diff"],
    &["rules", "diff", "1", "2"],
    &["rules", "diff", "7"],
    &["rules", "export", "--version", "7"],
    &["rules", "rollback", "1"],
    &["rules", "rollback", "1"],
    &["rules", "rollback", "9"],
    &["restore", "first.backup"],
    &["restore", "rules.yaml"],
    &["restore", "absent.backup"],
    &["rules", "test", "rules.test.yaml"],
    &["rules", "test", "rules.test.yaml", "--filter", "没有"],
    &["rules", "test", "absent.yaml"],
    &["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml"],
    &["rules", "explain", "--event-id", "99"],
    &["rules", "explain", "--rules", "-", "--payload", "-"],
    &["events", "import", "events.jsonl"],
    &["events", "import", "events.jsonl"],
    &["events", "import", "absent.jsonl"],
    &["events", "list"],
    &["events", "list", "--user", "nobody"],
    &["events", "list", "--limit", "1"],
    &["events", "show", "1"],
    &["events", "show", "99"],
    &["events", "replay", "1", "--dry-run"],
    &["events", "replay", "99", "--dry-run"],
    &["events", "replay", "1", "--only", "tag"],
    &["events", "replay", "1", "2", "--state", "x"],
    &["events", "export"],
    &["events", "export", "--since", "yesterday"],
    &["prune", "--before", "180d", "--dry-run"],
    &["prune", "--before", "2001-01-01"],
    &["prune", "--before", "2999-01-01"],
    &["forget", "wmCustomer000001", "--dry-run"],
    &["forget", "wmNobody"],
    &["forget", " "],
    &["events", "show", "1"],
    &["actions", "list"],
    &["actions", "list", "--status", "pending"],
    &["actions", "list", "--code", "nonsense"],
    &["failures"],
    &["failures", "--code", "untrusted_ip"],
    &["failures", "--code", "nonsense"],
    &["rules", "schema"],
    &["rules", "schema", "nonsense"],
    &["rules", "export"],
    &["rules", "check", "latin.yaml"],
    &["events", "replay", "99"],
    &["stats"],
    &["stats", "--by", "state", "--csv"],
    &["stats", "--since", "1s"],
    &["actions", "list"],
    &["actions", "retry", "99"],
    &["actions", "retry", "--kind", "tag"],
    &["rules", "explain", "--event-id", "1"],
    &["rules", "backtest", "rules.yaml", "--since", "2000-01-01"],
    &["rules", "backtest", "rules.yaml"],
    &["tokens", "list"],
    &["tokens", "create", "grafana", "--role", "viewer", "--expires", "90d"],
    &["tokens", "create", "grafana", "--role", "viewer"],
    &["tokens", "create", "a b", "--role", "viewer"],
    &["tokens", "create", "a", "--role", "viewer", "--expires", "2020-01-01"],
    &["tokens", "list"],
    &["tokens", "revoke", "grafana"],
    &["tokens", "revoke", "grafana"],
    &["health", "--address", "127.0.0.1:9"],
    &["contact", "get-follow-user-list"],
    &["contact", "get-follow-user-list", "--app", "other"],
    &["contact", "mark-tag", "--json", "{"],
    &["contact", "mark-tag"],
    &["contact", "mark-tag", "--json", r#"{"user_id": "lisi"}"#],
    &["contact", "mark-tag", "--userid", "lisi", "--external-userid", "wmA"],
    &["contact", "send-welcome-msg", "--welcome-code", "C"],
    &["contact", "add-msg-template", "--json", r#"{"text": {"content": "x"}, "tag_filter": []}"#],
    &["contact", "add-contact-way", "--type", "1", "--scene", "2", "--user", "a,b"],
    &["contact", "list", "--userid", "lisi", "--access-token", "x"],
    &["contact", "call", "GET", "user/get", "--json", r#"{"a": [1]}"#],
    &["contact", "call", "GET", "https://x/"],
    &["contact", "call", "PUT", "user/get"],
    &["contact", "media-upload", "--type", "image", "--media", "absent.png"],
    &["contact", "media-upload", "--type", "image", "--media", "rules.yaml"],
    &["contact", "mark-tag", "--json", "[]"],
    &["contact", "mark-tag", "--json", "@absent.json"],
    &["contact", "get-user-behavior-data", "--start-time", "2026-02-30"],
    &["contact", "get-corp-tag-list", "--table", "--output", "json"],
    &["simulate", "--token", "no token", "--encoding-aes-key", "short", "--listen", "127.0.0.1:0"],
    &["doctor"],
    &["doctor", "--url", "http://127.0.0.1:9/callback/default"],
    &["doctor", "--app", "nobody"],
    &["completion", "bash"],
    &["manual", "man1"],
    &["manual", "rules.yaml"],
];

#[test]
fn no_command_says_anything_in_english() {
    let mut shell = Shell::with_app();
    shell.variables.push(("GREETER_LANG", "zh"));
    shell.write("rules.yaml", RULES);
    shell.write("others.yaml", OTHERS);
    shell.write("channels.csv", "state,text,tags,owner\nspring,您好,etSampleTagChannelSpring00000000,x\n");
    shell.write("event.yaml", "{ user_id: lisi, external_user_id: wmA, state: spring-2026 }");
    shell.write(
        "rules.test.yaml",
        "rules: rules.yaml\ntests:\n  - name: 春季\n    event: { state: spring-1 }\n    expect: { welcome: { rule: everyone } }\n",
    );
    shell.write("events.jsonl", &[exported(1, "spring-1"), exported(2, "")].concat());
    shell.write("broken.jsonl", "{\n");
    shell.write("latin.yaml", "rules: []");
    let not_run: Vec<String> =
        leaves(&shell).into_iter().filter(|command| !RUNS.iter().any(|run| is_of(run, command))).collect();
    assert!(not_run.is_empty(), "a run of each command has to stand in the list: {not_run:?}");
    let mut problems = Vec::new();
    for arguments in RUNS {
        let ran = shell.run(arguments);
        assert!(ran.code < 3 && !ran.stderr.contains("panicked"), "{arguments:?}: {}", ran.stderr);
        for text in [&ran.stdout, &ran.stderr] {
            // A script is no text for people, and neither is a schema.
            let is_text = arguments[0] != "completion" && *arguments != ["rules", "schema"];
            let lines = if is_text { english(&said_by_the_program(text)) } else { Vec::new() };
            problems.extend(lines.into_iter().map(|line| format!("{arguments:?}: {line}")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn json_is_the_same_in_both_languages() {
    let shell = Shell::with_app();
    shell.write("rules.yaml", RULES);
    shell.write("others.yaml", OTHERS);
    shell.write("event.yaml", "{ user_id: lisi, external_user_id: wmA, state: spring-2026 }");
    for arguments in [
        &["rules", "check", "rules.yaml"][..],
        &["rules", "diff", "rules.yaml", "others.yaml"],
        &[
            "rules",
            "explain",
            "--rules",
            "rules.yaml",
            "--payload",
            "event.yaml",
            "--at",
            "2026-03-06T10:00:00+08:00",
        ],
    ] {
        let [zh, en] = ["zh", "en"].map(|language| {
            shell.run(&[arguments, &["--output", "json", "--lang", language]].concat()).done()
        });
        assert_eq!(zh, en);
    }
}

#[test]
fn wrong_settings_are_said_in_chinese() {
    let mut shell = Shell::new();
    shell.variables.push(("GREETER_LANG", "zh"));
    let told = shell.run(&["serve"]).failed(2);
    assert!(told.contains("还没有设置企业微信应用") && told.contains("我的企业 → 企业信息"), "{told}");
    assert_eq!(english(&told), Vec::<String>::new());
    shell.write(
        "greeter.toml",
        "[database]\nurl = 'mysql://root:hunter2@db/x'\nmigrat = false\nconnections = 1\n[http]\nlisten = 'localhost'\n\
         [apps]\n[log]\nformat = 'xml'\n",
    );
    let told = shell.run(&["serve"]).failed(2);
    for expected in [
        "项设置不对",
        "greeter.toml:2 database.url",
        "应为 sqlite://路径",
        "是不是想写 database.migrate？",
        "应为 2 到 200 之间的整数",
        "应为 IP 地址加端口",
        "要写两层方括号 [[apps]]",
        "应为 text 或 json",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert!(!told.contains("hunter2"), "{told}");
    assert_eq!(english(&told), Vec::<String>::new());
}

#[test]
fn the_demo_is_said_in_chinese_and_its_columns_stand_below_each_other() {
    use unicode_width::UnicodeWidthStr as _;
    let shown = Shell::new().run(&["demo", "--customers", "2", "--lang", "zh"]).done();
    assert_eq!(english(&shown), Vec::<String>::new());
    let heading = shown.lines().find(|line| line.trim_start().starts_with('#')).expect("a heading");
    let column = heading[..heading.find("标签").unwrap()].width();
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains(" ms ")).take(2).collect();
    assert_eq!(rows.len(), 2, "{shown}");
    for row in rows {
        let before = row.char_indices().find(|(at, _)| row[..*at].width() == column).map(|(at, _)| at);
        let at = before.unwrap_or_else(|| panic!("no column begins at {column}: {row}"));
        assert!(row[..at].ends_with(' ') && !row[at..].starts_with(' '), "{row}");
    }
}
