//! The command line from outside: exit codes, what stands on stdout and what on stderr, and that nothing panics.

mod bench;
mod contact;
mod contact_call;
mod contact_files;
mod contact_given;
mod contact_methods;
mod contact_pages;
mod contact_story;
mod backup;
mod database;
mod events;
mod demo;
mod first_steps;
pub(crate) mod language;
mod language_record;
mod language_rules;
mod keeping;
mod rules_backtest;
mod rules_check;
mod rules_csv;
mod rules_explain;
mod rules_situations;
mod rules_test;
mod rules_versions;
mod stats;
mod tokens;

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

const RULES: &str = "rules:
  - name: spring
    priority: 100
    when: { state: 'spring-*' }
    welcome: { text: \"您好,{{ customer.name | default('朋友') }}\" }
    tag: { add: [etSampleTagChannelSpring00000000] }
  - name: everyone
    welcome: { text: hello }
";

/// A folder of its own and an environment without any setting.
struct Shell {
    folder: TempDir,
    variables: Vec<(&'static str, &'static str)>,
}

impl Shell {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    fn with_app() -> Self {
        let variables = vec![
            ("WECOM_CORP_ID", "ww9f3c1d7be20a4455"),
            ("WECOM_SECRET", "s3cret"),
            ("WECOM_TOKEN", "QDG6eK"),
            ("WECOM_ENCODING_AES_KEY", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"),
            // Nobody may be called by mistake.
            ("WECOM_API_BASE", "http://127.0.0.1:9"),
        ];
        Self { variables, ..Self::new() }
    }

    /// Where the database is that the defaults name.
    fn database(&self) -> String {
        self.folder.path().join("greeter.db").display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wecom-greeter"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().env("TZ", "UTC");
        command.envs(self.variables.iter().copied()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    fn run_with_stdin(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        Ran::of(&child.wait_with_output().unwrap())
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }
}

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Did what it was asked to, and said nothing besides.
    fn done(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// The same; stdout is one JSON document a line.
    fn documents(self) -> Vec<Value> {
        self.done()
            .lines()
            .map(|line| serde_json::from_str(line).expect("one JSON document a line"))
            .collect()
    }

    /// Failed with this exit status, a message and no half-told answer.
    fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stderr
    }
}

/// An exported event, as a line of its own.
fn exported(number: u32, state: &str) -> String {
    let payload = format!(
        "<xml><ToUserName><![CDATA[ww9f3c1d7be20a4455]]></ToUserName><CreateTime>17339004{number:02}</CreateTime>\
         <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>\
         <ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[zhangsan]]></UserID>\
         <ExternalUserID><![CDATA[wmCustomer{number:06}]]></ExternalUserID><State><![CDATA[{state}]]></State>\
         <WelcomeCode><![CDATA[code{number}]]></WelcomeCode></xml>"
    );
    json!({ "app": "default", "received_at_ms": 1_733_900_461_210_i64, "deliveries": 2, "payload": payload })
        .to_string()
        + "\n"
}

#[test]
fn every_command_says_what_it_is_for_and_gives_examples() {
    let shell = Shell::new();
    let commands = [
        "serve",
        "demo",
        "simulate",
        "doctor",
        "migrate",
        "backup",
        "restore",
        "health",
        "rules",
        "rules init",
        "rules check",
        "rules import",
        "rules export",
        "rules list",
        "rules explain",
        "rules test",
        "rules backtest",
        "rules diff",
        "rules history",
        "rules rollback",
        "rules schema",
        "events",
        "events list",
        "events show",
        "events replay",
        "events export",
        "events import",
        "actions",
        "actions list",
        "actions retry",
        "contact",
        "tokens",
        "tokens create",
        "tokens list",
        "tokens revoke",
        "prune",
        "forget",
        "completion",
        "manual",
    ];
    for command in commands {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = shell.run(&arguments).done();
        assert!(help.contains("Examples:") && help.contains(&format!("wecom-greeter {command}")), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    insta::assert_snapshot!(shell.run(&["--help"]).done(), @r"
    Greets and tags the customers that WeCom (企业微信) employees add

    Usage: wecom-greeter [OPTIONS] <COMMAND>

    Commands:
      serve       Take WeCom's callbacks: store, greet, tag
      demo        See it at work with nothing set up: a simulated WeCom, sample rules, customers who add
                  employees
      simulate    Run a WeCom of one's own, to develop rules and integrations against
      doctor      Find what keeps a set-up from working, and say what to change
      migrate     Bring the database up to date
      backup      Copy the whole record into a file, while the server runs
      restore     Put a backup into an empty database, of either kind
      rules       Rules: check a file, put it in force, get it back
      events      Events: what WeCom has told, and what came of it
      actions     Actions: welcomes, tags and remarks with each attempt; the failure inbox
      failures    What went wrong, grouped by cause, and what to do about it
      stats       What was done, counted: adds, welcomes, tags and losses by day, channel, employee,
                  rule or app
      contact     Call any method of the customer-contact API by hand
      tokens      Tokens: who may use the admin API and the pages
      prune       Take old events out; statistics stay
      forget      Take everything of one customer out, everywhere
      health      Ask a running server whether it is alive (for container health checks)
      completion  Print what a shell needs to complete commands and flags
      manual      Write the pages of `man`, one for each command
      help        Print this message or the help of the given subcommand(s)

    Options:
          --config <FILE>  The settings file [default: GREETER_CONFIG, else ./greeter.toml if there]
          --output <FORM>  What stdout carries: text for people, or one JSON document a line for
                           programs [possible values: text, json]
          --lang <zh|en>   The language: zh or en [default: GREETER_LANG, else that of the locale]
      -h, --help           Print help
      -V, --version        Print version

    Examples:
      wecom-greeter demo                        see it at work, with nothing to set up
      wecom-greeter rules import rules.yaml     who is greeted with what
      wecom-greeter serve                       take WeCom's callbacks
      wecom-greeter doctor                      what keeps it from working, and what to change
      wecom-greeter events list --since 2h      what has happened
      wecom-greeter actions list --status failed

    Exit status: 0 done, 1 what was asked for failed, 2 wrong usage or settings.
    ");
}

/// A settings file that is not there, or is a folder: why it cannot be read, and what to do about that.
#[test]
fn doctor_says_why_the_settings_cannot_be_read() {
    let shell = Shell::with_app();
    for (file, zh, en) in
        [("absent.toml", "找不到这个文件", "No such file"), (".", "这是目录，不是文件", "Is a directory")]
    {
        for (language, colon, said, cure) in
            [("zh", "：", zh, "请核对 --config"), ("en", ": ", en, "check the path that --config")]
        {
            let ran = shell.run(&["doctor", "--config", file, "--lang", language]);
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            let found = format!("{file}{colon}{said}");
            assert!(ran.stdout.contains(&found) && ran.stdout.contains(cure), "{}", ran.stdout);
        }
    }
}

/// As `contact` does: whoever mistyped a name sees the right one.
#[test]
fn an_app_that_is_not_there_is_said_with_those_that_are() {
    let shell = Shell::with_app();
    let said = shell.run(&["doctor", "--app", "nope", "--lang", "zh"]).failed(2);
    assert!(said.contains("设置里没有叫「nope」的应用，有的是：default"), "{said}");
}

#[test]
fn a_shell_learns_every_command() {
    let shell = Shell::new();
    for name in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = shell.run(&["completion", name]).done();
        for word in ["simulate", "add-contact-way", "groupchat-list", "external-userid"] {
            assert!(script.contains(word), "{name} does not know {word}");
        }
    }
    assert!(shell.run(&["completion", "cmd"]).failed(2).contains("powershell"));
}

/// A page for each command but the methods of WeCom's API, in the language that is asked for.
#[test]
fn man_has_a_page_for_each_command() {
    let shell = Shell::new();
    let page = |folder: &str, name: &str| {
        fs::read_to_string(shell.folder.path().join(folder).join(format!("{name}.1"))).unwrap()
    };
    let written = shell.run(&["manual", "new/man1"]).done();
    assert!(written.contains("pages of the manual are in new/man1"), "{written}");
    let check = page("new/man1", "wecom-greeter-rules-check");
    assert!(check.contains(".SH SYNOPSIS") && check.contains("wecom\\-greeter rules check"), "{check}");
    assert!(page("new/man1", "wecom-greeter").contains("wecom\\-greeter\\-events(1)"));
    assert!(!shell.folder.path().join("new/man1/wecom-greeter-contact-mark-tag.1").exists());

    assert!(shell.run(&["--lang", "zh", "manual", "zh"]).done().contains("页手册"));
    let check = page("zh", "wecom-greeter-rules-check");
    assert!(check.contains(".SH 用法") && !check.contains("SYNOPSIS"), "{check}");

    shell.write("taken", "");
    assert!(
        shell.run(&["manual", "taken"]).failed(1).contains("cannot write the pages of the manual to taken")
    );
}

#[test]
fn a_first_start_without_settings_says_what_is_missing_and_how_to_try() {
    let told = Shell::new().run(&["serve"]).failed(2);
    for needed in
        ["WECOM_CORP_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_ENCODING_AES_KEY", "wecom-greeter demo"]
    {
        assert!(told.contains(needed), "{needed} is not in: {told}");
    }
}

#[test]
fn wrong_usage_and_wrong_settings_exit_with_2() {
    let shell = Shell::new();
    for arguments in [
        &["frobnicate"][..],
        &["events", "list", "--limit", "0"],
        &["events", "list", "--since", "yesterday"],
        &["events", "list", "--since", "1h", "--until", "2h"],
        &["events", "replay"],
        &["events", "replay", "1", "--state", "x"],
        &["actions", "retry"],
        &["actions", "list", "--status", "lost"],
        &["--output", "xml", "migrate"],
        &["demo", "--customers", "0"],
    ] {
        shell.run(arguments).failed(2);
    }
    shell.write("greeter.toml", "[database]\nurl = 'mysql://root:hunter2@db/x'\nmigrat = false\n");
    let told = shell.run(&["events", "list"]).failed(2);
    assert!(
        told.contains("greeter.toml:2 database.url") && told.contains("greeter.toml:3 database.migrat"),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_rules_file_is_checked_with_every_fault_on_a_line_of_its_own() {
    let shell = Shell::new();
    shell.write("good.yaml", RULES);
    shell.write(
        "bad.yaml",
        "rules:\n  - name: a\n    welcom: { text: hi }\n  - name: a\n    tag: { add: [''] }\n",
    );
    assert_eq!(shell.run(&["rules", "check", "good.yaml"]).done(), "good.yaml: 2 rules, no faults\n");
    assert_eq!(shell.run_with_stdin(&["rules", "check", "-"], RULES).done(), "stdin: 2 rules, no faults\n");

    let bad = shell.run(&["rules", "check", "bad.yaml"]);
    assert_eq!((bad.code, bad.stderr.as_str()), (1, ""));
    assert!(
        bad.stdout.lines().count() >= 2 && bad.stdout.lines().all(|line| line.starts_with("bad.yaml:")),
        "{}",
        bad.stdout
    );
    assert!(bad.stdout.contains("bad.yaml:3:5: rules[0].welcom: "), "{}", bad.stdout);

    let bad = shell.run(&["--output", "json", "rules", "check", "bad.yaml"]);
    assert_eq!(bad.code, 1);
    let faults: Vec<Value> = bad.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(faults[0]["line"], 3);
    shell.run(&["rules", "check", "absent.yaml"]).failed(1);
}

/// A rule for an app that is spelled wrong never matches. Only who has the settings at hand can tell.
#[test]
fn an_app_that_is_not_in_the_settings_is_told_where_there_are_settings() {
    const RULES: &str = "rules:
  - name: a
    apps: [default, defualt]
    welcome: { text: hi }
  - { name: b, enabled: false, apps: [gone] }
  - { name: c, apps: retail, tag: { add: etA } }
";
    const TOLD: &str = "rules.yaml:3:21: rule `a`: the settings here have no app `defualt`; did you mean `default`?
rules.yaml:6:22: rule `c`: the settings here have no app `retail`; fine if another server has it; here there are `default`
";
    let alone = Shell::new();
    alone.write("rules.yaml", RULES);
    assert_eq!(alone.run(&["rules", "check", "rules.yaml"]).done(), "rules.yaml: 3 rules, no faults\n");
    let shell = Shell::with_app();
    shell.write("rules.yaml", RULES);
    let checked = shell.run(&["rules", "check", "rules.yaml"]).done();
    assert_eq!(checked, format!("{TOLD}rules.yaml: 3 rules, no faults\n"));
    let documents = shell.run(&["rules", "check", "rules.yaml", "--output", "json"]).documents();
    assert_eq!((&documents[0]["gravity"], &documents[2]["ok"]), (&json!("note"), &json!(true)));
    let imported = shell.run(&["rules", "import", "rules.yaml", "--no-upload"]);
    assert_eq!(imported.code, 0);
    for line in TOLD.lines() {
        assert!(imported.stderr.contains(&format!("note: {line}")), "{}", imported.stderr);
    }
}

#[test]
fn files_that_are_missing_are_told_with_the_other_faults() {
    let shell = Shell::new();
    shell.write(
        "rules.yaml",
        "rules:
  - name: a
    prio: high
    welcome:
      attachments:
        - image: { file: assets/nowhere.png }
        - video: { file: [1] }
        - file: { file: assets/nowhere.pdf }
    stop: maybe
",
    );
    let told = shell.run(&["rules", "check", "rules.yaml"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    let at: Vec<&str> = told.stdout.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        at,
        [
            "rules.yaml:3:5",
            "rules.yaml:3:11",
            "rules.yaml:6:26",
            "rules.yaml:7:26",
            "rules.yaml:8:25",
            "rules.yaml:9:11"
        ]
    );
    let told = shell.run(&["rules", "check", "rules.yaml", "--output", "json"]);
    let fault: Value = serde_json::from_str(told.stdout.lines().nth(2).unwrap()).unwrap();
    assert_eq!(
        (&fault["line"], &fault["column"], &fault["path"]),
        (&json!(6), &json!(26), &json!("rules[0].welcome.attachments[0].image.file"))
    );
}

#[test]
fn a_file_that_is_no_text_is_told_as_a_fault() {
    let shell = Shell::new();
    let write = |bytes: &[u8]| fs::write(shell.folder.path().join("rules.yaml"), bytes).unwrap();
    write(b"rules:\n  - name: \xe6\x98\xa5\xb4\xba\n");
    let told = shell.run(&["rules", "check", "rules.yaml"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert_eq!(
        told.stdout,
        "rules.yaml:2:12: here begins what is not UTF-8; most likely the file is in GBK; save it as UTF-8 in the editor\n"
    );
    let told = shell.run(&["rules", "import", "rules.yaml", "--output", "json"]);
    let fault: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(
        (&fault["line"], &fault["column"], &fault["file"]),
        (&json!(2), &json!(12), &json!("rules.yaml"))
    );
    write(b"\xff\xfer\0u\0");
    let told = shell.run(&["rules", "diff", "rules.yaml", "rules.yaml"]);
    assert!(
        told.code == 1 && told.stdout.starts_with("rules.yaml:1:1: the file is UTF-16"),
        "{}",
        told.stdout
    );
}

#[test]
fn what_does_nothing_is_taken_and_told_of() {
    let shell = Shell::new();
    shell.write("rules.yaml", "rules: []\n");
    let told = shell.run(&["rules", "import", "rules.yaml"]).done();
    assert!(
        told.starts_with("rules.yaml:1:8: there are no rules in it: in force, it greets and tags nobody\n"),
        "{told}"
    );
    shell.write(
        "rules.yaml",
        "rules: [{ name: a, when: { user: [张三, \"*三\", lisi] }, welcome: { text: hi } }]\n",
    );
    let told = shell.run(&["rules", "check", "rules.yaml"]).done();
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(
        told.starts_with("rules.yaml:1:35: `张三` can be no employee's userid, so nobody matches it\n"),
        "{told}"
    );
}

#[test]
fn rules_go_into_the_database_and_come_out_as_they_were() {
    let shell = Shell::new();
    shell.write("rules.yaml", RULES);
    shell.write("bad.yaml", "rules: [{ name: x, welcom: {} }]");
    // What only reads makes no database.
    for arguments in
        [&["rules", "list"][..], &["rules", "export"], &["rules", "history"], &["rules", "rollback", "1"]]
    {
        let told = shell.run(arguments).failed(1);
        assert!(told.contains(&format!("there is no database at {}", shell.database())), "{told}");
    }
    assert!(!shell.folder.path().join("greeter.db").exists());
    shell.run(&["migrate"]).done();
    assert_eq!(
        shell.run(&["rules", "list"]).done(),
        "There are no rules yet: `wecom-greeter rules import FILE` brings some.\n"
    );
    shell.run(&["rules", "export"]).failed(1);
    assert_eq!(shell.run(&["rules", "import", "bad.yaml"]).code, 1);
    shell.run(&["rules", "export"]).failed(1);

    let imported = shell.run(&["rules", "import", "rules.yaml", "--output", "json"]).documents();
    let document =
        |new| json!({ "version": 1, "new": new, "rules": 2, "database": shell.database(), "servers": 0 });
    assert_eq!(imported, [document(true)]);
    let imported = shell.run(&["rules", "import", "rules.yaml", "--output", "json"]).documents();
    assert_eq!(imported, [document(false)]);
    assert_eq!(shell.run(&["rules", "export"]).done(), RULES);

    let listed = shell.run(&["rules", "list", "--output", "json"]).documents();
    let names: Vec<&Value> = listed.iter().map(|rule| &rule["name"]).collect();
    assert_eq!(names, ["spring", "everyone"]);
    assert!(shell.run(&["rules", "list"]).done().contains("spring"));
}

#[test]
fn events_are_imported_listed_shown_and_exported() {
    let shell = Shell::new();
    shell.run(&["migrate"]).done();
    assert_eq!(shell.run(&["events", "list"]).done(), "No such events.\n");
    assert!(shell.run(&["events", "list", "--output", "json"]).documents().is_empty());
    shell.run(&["events", "show", "1"]).failed(1);

    shell.write("events.jsonl", &(exported(61, "spring-2026") + &exported(62, "")));
    let imported = shell.run(&["events", "import", "events.jsonl", "--output", "json"]).documents();
    assert_eq!(imported, [json!({ "new": 2, "known": 0, "gone": 0, "database": shell.database() })]);
    let again = shell.run_with_stdin(&["events", "import", "-"], &exported(61, "spring-2026")).done();
    assert_eq!(again, format!("Imported 0 events into {}; 1 were there already.\n", shell.database()));

    let listed = shell.run(&["events", "list", "--state", "spring-2026", "--output", "json"]).documents();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["change"], &listed[0]["user_id"]),
        (&json!("add_external_contact"), &json!("zhangsan"))
    );
    assert!(listed[0].get("payload").is_none());
    let shown = shell.run(&["events", "show", "1", "--output", "json"]).documents();
    assert!(shown[0]["payload"].as_str().unwrap().starts_with("<xml><ToUserName>"));

    let export = shell.run(&["events", "export"]).done();
    let other = Shell::new();
    other.write("events.jsonl", &export);
    assert_eq!(
        other.run(&["events", "import", "events.jsonl"]).done(),
        format!("Imported 2 events into {}, which was made for them.\n", other.database())
    );
    assert_eq!(other.run(&["events", "export"]).done().lines().count(), 2);

    let told = shell.run_with_stdin(&["events", "import", "-"], "{}\n").failed(1);
    assert!(told.contains("line 1"), "{told}");
}

#[test]
fn the_story_of_an_event_is_told_without_its_code_and_without_steering_the_terminal() {
    let shell = Shell::new();
    // U+0085 is a control character that XML allows.
    shell.run_with_stdin(&["events", "import", "-"], &exported(61, "spring\u{85}[2J")).done();
    let story = shell.run(&["events", "show", "1"]).done();
    assert!(!story.contains("code61"), "{story}");
    assert!(!story.chars().any(|c| c.is_control() && c != '\n'), "{story:?}");
    let story: Vec<&str> = story.lines().filter(|line| !line.contains("imported")).collect();
    insta::assert_snapshot!(story.join("\n"), @r"
    Event 1: add_external_contact, settled
      app        default
      employee   zhangsan
      customer   wmCustomer000061
      state      spring·[2J
      happened   2024-12-11 15:01:01.000 +08:00

      2024-12-11 +08:00
      15:01:01.210            received; delivered 2 times in all
      Imported; nothing is done for it until it is replayed.
    ");
}

#[test]
fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let shell = Shell::with_app();
    shell.write("rules.yaml", RULES);
    shell.run(&["rules", "import", "rules.yaml", "--no-upload"]).done();
    shell.run_with_stdin(&["events", "import", "-"], &exported(61, "spring-2026")).done();
    let before = shell.run(&["events", "show", "1", "--output", "json"]).documents();
    let preview = shell.run(&["events", "replay", "1", "--dry-run", "--output", "json"]).documents();
    let would: Vec<_> =
        preview[0]["actions"].as_array().unwrap().iter().map(|a| (&a["kind"], &a["would"])).collect();
    assert_eq!(would, [(&json!("welcome"), &json!("expire")), (&json!("tag"), &json!("perform"))]);
    assert_eq!(shell.run(&["events", "show", "1", "--output", "json"]).documents(), before);
    assert_eq!(shell.run(&["events", "replay", "99", "--dry-run"]).code, 1);
}

#[test]
fn nothing_failed_means_nothing_to_retry() {
    let shell = Shell::new();
    shell.run(&["migrate"]).done();
    assert_eq!(shell.run(&["actions", "list", "--status", "failed"]).done(), "No such actions.\n");
    assert_eq!(
        shell.run(&["actions", "retry", "--status", "failed"]).done(),
        "No failed or expired actions there.\n"
    );
    assert_eq!(shell.run(&["actions", "retry", "7"]).code, 1);
    assert_eq!(shell.run(&["failures", "--since", "1d"]).done(), "Nothing went wrong.\n");
    assert_eq!(shell.run(&["failures", "--output", "json"]).done(), "");
    let fault = shell.run(&["actions", "list", "--code", "nonsense"]).failed(2);
    assert!(fault.contains("untrusted_ip") && fault.contains("no such code"), "{fault}");
}

#[test]
fn the_database_is_migrated_once() {
    let shell = Shell::new();
    let migrated = shell.run(&["migrate", "--output", "json"]).documents();
    assert_eq!((&migrated[0]["from"], &migrated[0]["changed"]), (&json!(0), &json!(true)));
    assert_eq!(shell.run(&["migrate", "--output", "json"]).documents()[0]["changed"], false);
    assert!(Path::new(&shell.folder.path().join("greeter.db")).exists());
}

#[test]
fn a_server_that_does_not_run_is_not_healthy() {
    let told = Shell::new().run(&["health", "--address", "127.0.0.1:1"]).failed(1);
    assert!(told.contains("does it run?"), "{told}");
}

#[test]
fn a_reader_that_goes_away_ends_a_command_quietly() {
    let shell = Shell::new();
    let long = "x".repeat(60_000);
    let events: String = (10..60).map(|number| exported(number, &long)).collect();
    shell.write("events.jsonl", &events);
    shell.run(&["events", "import", "events.jsonl"]).done();
    for arguments in [&["events", "export"][..], &["demo", "--customers", "2", "--keep"]] {
        let mut command = shell.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(Ran::of(&child.wait_with_output().unwrap()).done(), "");
    }
}

#[test]
fn the_demo_greets_and_tags_whatever_is_set_up() {
    let mut shell = Shell::new();
    shell.variables.extend([
        ("GREETER_LISTEN", "nowhere"),
        ("DATABASE_URL", "mysql://x"),
        ("WECOM_CORP_ID", "wrong"),
    ]);
    shell.write("greeter.toml", "nonsense");
    let documents = shell.run(&["demo", "--customers", "4", "--output", "json"]).documents();
    assert_eq!(documents.len(), 5);
    let summary = &documents[4]["summary"];
    assert_eq!(
        (&summary["welcomed"], &summary["tagged"], &summary["ok"]),
        (&json!(4), &json!(4), &json!(true))
    );
    assert!(
        documents[..4].iter().all(|seen| seen["problem"].is_null() && seen["rule"].is_string()),
        "{documents:?}"
    );
    assert!(!shell.folder.path().join("greeter.db").exists());
}
