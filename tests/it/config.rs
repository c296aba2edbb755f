//! Settings: the layers, and what somebody reads whose settings are wrong.

use std::{fs, path::Path, time::Duration};

use rstest::rstest;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use wecom_greeter::config::{Config, ConfigError, DEFAULT_TOML, Environment, LogFormat, Options, Required};

const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

const APP: &str = r#"
[[apps]]
name = "shop"
corp_id = "ww9f3c1d7be20a4455"
secret = "s3cret"
token = "QDG6eK"
encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
"#;

/// A folder with a greeter.toml of this text.
fn folder(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("greeter.toml"), text).unwrap();
    folder
}

fn load(folder: &Path, required: Required, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let options = Options { file: None, required, folder: folder.to_owned() };
    Config::load(&options, &variables.iter().copied().collect())
}

/// What is said about a file and an environment, with the folder's name taken out.
fn complaint(text: &str, variables: &[(&str, &str)]) -> String {
    let folder = folder(text);
    let error = load(folder.path(), Required::Apps, variables).expect_err("the settings are wrong");
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

fn environment_app() -> Vec<(&'static str, &'static str)> {
    vec![
        ("WECOM_CORP_ID", "ww9f3c1d7be20a4455"),
        ("WECOM_SECRET", "s3cret"),
        ("WECOM_TOKEN", "QDG6eK"),
        ("WECOM_ENCODING_AES_KEY", KEY),
    ]
}

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let config = Config::defaults(&Environment::default()).unwrap();
    assert_eq!(config.database.url.expose_secret(), "sqlite://greeter.db");
    assert!(config.database.migrate);
    assert_eq!(config.http.listen.to_string(), "0.0.0.0:8080");
    assert_eq!(config.http.body_max_bytes, 524_288);
    assert!(!config.http.only_wecom_addresses && config.http.trusted_proxies.is_empty());
    assert_eq!(config.admin.listen.to_string(), "127.0.0.1:8081");
    assert!(config.admin.token.is_none());
    assert_eq!(config.wecom.api_base, "https://qyapi.weixin.qq.com");
    assert_eq!((config.wecom.welcome_concurrency, config.wecom.tag_concurrency), (400, 5));
    assert_eq!(config.wecom.lookup_budget, Duration::from_secs(2));
    assert!(!config.forward.allow_private_networks);
    assert_eq!(config.log.filter, "info");
    assert_eq!(config.log.format, LogFormat::Text);
}

#[rstest]
#[case::default("", &[], "Asia/Shanghai")]
#[case::file("time_zone = \"Europe/Berlin\"\n[log]\nfilter = \"info\"", &[], "Europe/Berlin")]
#[case::environment("time_zone = \"Europe/Berlin\"", &[("GREETER_TIME_ZONE", "America/New_York")], "America/New_York")]
#[case::utc("", &[("GREETER_TIME_ZONE", "UTC")], "UTC")]
fn times_have_the_zone_that_is_set(
    #[case] file: &str,
    #[case] variables: &[(&str, &str)],
    #[case] expected: &str,
) {
    let folder = folder(file);
    let zone = load(folder.path(), Required::Database, variables).unwrap().time_zone;
    assert_eq!(zone.iana_name(), Some(expected));
    let options = Options { folder: folder.path().to_owned(), ..Options::default() };
    assert_eq!(Config::time_zone(&options, &variables.iter().copied().collect()).unwrap(), zone);
}

#[rstest]
#[case::misspelt("time_zone = \"Asia/Shanghia\"", "greeter.toml:1 time_zone", "expected a time zone")]
#[case::beijing(
    "time_zone = \"北京时间\"",
    "greeter.toml:1 time_zone",
    "like Asia/Shanghai (the time of Beijing)"
)]
#[case::offset("time_zone = 8", "greeter.toml:1 time_zone", "expected a time zone")]
#[case::table("[time_zone]\nname = \"UTC\"", "greeter.toml:1 time_zone", "expected a single value")]
#[case::in_a_section(
    "[log]\ntime_zone = \"UTC\"",
    "greeter.toml:2 log.time_zone",
    "time_zone above the first [section]"
)]
fn a_time_zone_that_is_none_is_a_fault(#[case] file: &str, #[case] position: &str, #[case] what: &str) {
    let folder = folder(file);
    let faults = load(folder.path(), Required::Database, &[]).unwrap_err().to_string();
    assert!(faults.contains(position) && faults.contains(what), "{faults}");
}

#[rstest]
#[case::a_robot(
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aac-4bc4-97a0-0ec2cb5e7aaa",
    true
)]
#[case::anything("http://10.0.0.7:9000/alerts?token=s3cret", true)]
#[case::a_robot_without_its_key("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", false)]
#[case::a_robot_with_half_of_it("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", false)]
#[case::the_key_alone("693a91f6-7aac-4bc4-97a0-0ec2cb5e7aaa", false)]
#[case::no_http("ftp://hooks.example.com/s3cret", false)]
#[case::with_a_blank("https://hooks.example.com/s3cret ", false)]
fn an_address_for_alerts_is_checked_and_never_shown(#[case] url: &str, #[case] is_right: bool) {
    let nowhere = tempfile::tempdir().unwrap();
    let loaded = load(nowhere.path(), Required::Database, &[("GREETER_ALERT_URL", url)]);
    let shown = match loaded {
        Ok(config) => {
            assert!(is_right, "{url}");
            assert_eq!(config.alert_url.as_ref().unwrap().expose_secret(), url);
            format!("{config:?}")
        }
        Err(error) => {
            assert!(!is_right, "{url}: {error}");
            let shown = error.to_string();
            assert!(shown.contains("GREETER_ALERT_URL") && shown.contains("group robot"), "{shown}");
            shown
        }
    };
    assert!(!shown.contains("693a91f6") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn default_toml_documents_every_setting_and_every_variable() {
    for setting in wecom_greeter::config::documented() {
        let key = setting.path.rsplit('.').next().unwrap();
        let is_there = DEFAULT_TOML.lines().any(|line| {
            let line = line.trim_start_matches("# ");
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
        });
        assert!(is_there, "{} is not in default.toml", setting.path);
        if let Some(variable) = setting.variable {
            assert!(DEFAULT_TOML.contains(variable), "{variable} is not in default.toml");
        }
    }
}

#[test]
fn the_environment_alone_is_enough() {
    let nowhere = tempfile::tempdir().unwrap();
    let mut variables = environment_app();
    variables.extend([
        ("WECOM_AGENT_ID", "1000042"),
        ("DATABASE_URL", "postgres://greeter:pw@db/greeter"),
        ("GREETER_LISTEN", "[::]:9000"),
        ("GREETER_LOG_FORMAT", "json"),
        ("GREETER_ADMIN_TOKEN", ""),
        ("WECOM_API_BASE", "http://127.0.0.1:4000/"),
    ]);
    let config = load(nowhere.path(), Required::Apps, &variables).unwrap();
    assert_eq!(config.apps.len(), 1);
    assert_eq!(config.apps[0].name, "default");
    assert_eq!(config.apps[0].agent_id, Some(1_000_042));
    assert_eq!(config.http.listen.to_string(), "[::]:9000");
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(config.admin.token.is_none(), "an empty variable is none");
    assert_eq!(config.wecom.api_base, "http://127.0.0.1:4000");
}

#[test]
fn callbacks_of_an_app_may_be_sealed_for_several() {
    let suite = format!("{APP}receive_ids = ['ww4asdf7f3c1d7be2a', 'ww5provider00001', '']");
    let config = load(folder(&suite).path(), Required::Apps, &[]).unwrap();
    assert_eq!(config.apps[0].receive_ids, ["ww4asdf7f3c1d7be2a", "ww5provider00001", ""]);
    let nowhere = tempfile::tempdir().unwrap();
    let mut variables = environment_app();
    assert!(load(nowhere.path(), Required::Apps, &variables).unwrap().apps[0].receive_ids.is_empty());
    variables.push(("WECOM_RECEIVE_IDS", "ww4asdf7f3c1d7be2a, ww5provider00001"));
    let config = load(nowhere.path(), Required::Apps, &variables).unwrap();
    assert_eq!(config.apps[0].receive_ids, ["ww4asdf7f3c1d7be2a", "ww5provider00001"]);
    for (wrong, said) in [
        ("receive_ids = ['a b']", "the ids of a suite, a provider's corp or a customer's corp"),
        ("receive_ids = [1]", "expected a list of texts"),
        ("agent_id = ['1']", "expected a single value, found a list"),
    ] {
        let said_instead = complaint(&format!("{APP}{wrong}"), &[]);
        assert!(said_instead.contains(said), "{wrong}: {said_instead}");
    }
    let many = vec!["'ww1'"; 101].join(", ");
    assert!(complaint(&format!("{APP}receive_ids = [{many}]"), &[]).contains("101 elements"));
}

#[test]
fn proxies_are_addresses_and_networks() {
    let of = |folder: &tempfile::TempDir, variables: &[(&str, &str)]| {
        load(folder.path(), Required::Apps, variables).unwrap().http
    };
    let file = folder(&format!(
        "http.only_wecom_addresses = true\nhttp.trusted_proxies = ['10.0.0.0/8', 'fd00::1']\n{APP}"
    ));
    let http = of(&file, &[]);
    assert!(http.only_wecom_addresses);
    assert!(http.trusted_proxies[0].covers("10.1.2.3".parse().unwrap()));
    assert!(http.trusted_proxies[1].covers("fd00::1".parse().unwrap()));
    let set = [
        ("GREETER_HTTP_TRUSTED_PROXIES", "172.16.0.0/12, 192.168.1.1"),
        ("GREETER_HTTP_ONLY_WECOM_ADDRESSES", "false"),
    ];
    let http = of(&file, &set);
    assert!(!http.only_wecom_addresses);
    assert!(
        http.trusted_proxies[1].covers("192.168.1.1".parse().unwrap()) && http.trusted_proxies.len() == 2
    );
    let wrong = complaint(&format!("http.trusted_proxies = ['10.0.0.0/33']\n{APP}"), &[]);
    assert!(wrong.contains("http.trusted_proxies") && wrong.contains("10.0.0.0/8"), "{wrong}");
}

#[test]
fn the_environment_overrides_the_file_value_by_value() {
    let file = format!(
        "http.listen = '127.0.0.1:1'\nhttp.body_max_bytes = 100_000\n{APP}{}",
        APP.replace("shop", "default")
    );
    let folder = folder(&file);
    let config =
        load(folder.path(), Required::Apps, &[("GREETER_LISTEN", "127.0.0.1:2"), ("WECOM_TOKEN", "other")])
            .unwrap();
    assert_eq!(config.http.listen.port(), 2);
    assert_eq!(config.http.body_max_bytes, 100_000);
    let names: Vec<_> =
        config.apps.iter().map(|app| (app.name.as_str(), app.token.expose_secret())).collect();
    assert_eq!(names, [("shop", "QDG6eK"), ("default", "other")]);
}

#[test]
fn a_file_named_by_hand_goes_before_the_one_of_the_environment() {
    let folder = folder("log.format = 'json'");
    let other = folder.path().join("other.toml");
    fs::write(&other, "log.filter = 'debug'").unwrap();
    let mut options = Options { required: Required::Database, folder: folder.path().to_owned(), file: None };
    let environment: Environment = [("GREETER_CONFIG", other.clone())].into_iter().collect();
    let config = Config::load(&options, &environment).unwrap();
    assert_eq!((config.log.filter.as_str(), config.log.format), ("debug", LogFormat::Text));

    options.file = Some(folder.path().join("greeter.toml"));
    let config = Config::load(&options, &environment).unwrap();
    assert_eq!((config.log.filter.as_str(), config.log.format), ("info", LogFormat::Json));

    options.file = Some(folder.path().join("absent.toml"));
    let error = Config::load(&options, &environment).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
}

#[test]
fn secrets_can_be_given_as_files() {
    let folder = folder(
        "admin.token_file = 'admin'\n\
         [[apps]]\nname = 'shop'\ncorp_id = 'ww1'\nsecret_file = 'secret'\ntoken = 'QDG6eK'\nencoding_aes_key_file = 'key'",
    );
    fs::write(folder.path().join("admin"), "0123456789abcdef0123\n").unwrap();
    fs::write(folder.path().join("secret"), "from-a-file\r\n").unwrap();
    fs::write(folder.path().join("key"), KEY).unwrap();
    fs::write(folder.path().join("dsn"), "postgres://u:p@h/d\n").unwrap();
    let dsn = folder.path().join("dsn");
    let config =
        load(folder.path(), Required::Apps, &[("DATABASE_URL_FILE", dsn.to_str().unwrap())]).unwrap();
    assert_eq!(config.apps[0].secret.expose_secret(), "from-a-file");
    assert_eq!(config.admin.token.unwrap().expose_secret(), "0123456789abcdef0123");
    assert_eq!(config.database.url.expose_secret(), "postgres://u:p@h/d");
}

#[test]
fn who_needs_the_database_alone_need_not_hold_wecoms_secrets() {
    let nowhere = tempfile::tempdir().unwrap();
    let config = load(nowhere.path(), Required::Database, &[("WECOM_CORP_ID", "ww1")]).unwrap();
    assert!(config.apps.is_empty());
}

#[test]
fn nothing_set_up_at_all() {
    insta::assert_snapshot!(complaint("", &[]), @r"
    no WeCom app is set up. WeCom's admin console (https://work.weixin.qq.com) shows what is needed:

      WECOM_CORP_ID            企业ID: 我的企业 → 企业信息
      WECOM_SECRET             Secret: 应用管理 → your app (it must be listed in
                               客户与上下游 → 客户联系 → API → 可调用接口的应用)
      WECOM_TOKEN              Token: your app → 接收消息 → 设置API接收
      WECOM_ENCODING_AES_KEY   EncodingAESKey: on the same page
      WECOM_AGENT_ID           AgentId: 应用管理 → your app (optional)

    Set them in the environment, or as [[apps]] in greeter.toml for several apps; a secret can
    be given as the path of a file, WECOM_SECRET_FILE. Save the callback URL in the console once
    the server runs: https://YOUR-HOST/callback/default

    To see it at work first, with nothing to set up:  wecom-greeter demo
    ");
}

const ALL_WRONG: &str = r#"
[database]
url = "mysql://root:hunter2@db/greeter"
migrate = "perhaps"
connections = 1

[http]
lisen = "0.0.0.0:8080"
listen = "8080"
body_max_bytes = 99999999999999999999
token = "hunter2-hunter2-hunter2"

[admin]
listen = ["127.0.0.1:8081"]
token = "hunter2"
token_file = "/run/secrets/admin"

[htp]
port = 1

[tls]
certificate = "x"

[wecom]
api_base = "qyapi.weixin.qq.com?secret=hunter2"
tag_concurrency = 0

[log]
colour = true
filter = "wecom_greeter=loud"
format = "xml"

[[apps]]
name = "a b"
corp_id = ""
secret = "hunter2"
tokn = "hunter2"
encoding_aes_key = "hunter2"
agent_id = "hunter"

[[apps]]
name = "shop"
corp_id = "ww1"
secret_file = "absent"
token = "QDG6eK"
encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

[[apps]]
name = "shop"
"#;

#[test]
fn everything_wrong_in_a_file_is_told_at_once() {
    let complaint = complaint(ALL_WRONG, &[]);
    assert!(!complaint.contains("hunter2"), "a secret's value is told: {complaint}");
    insta::assert_snapshot!(complaint, @r#"
    29 settings are wrong
      greeter.toml:3 database.url
        expected sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE
      greeter.toml:4 database.migrate
        expected true or false; found "perhaps"
      greeter.toml:5 database.connections
        expected a number from 2 to 200; found "1"
      greeter.toml:8 http.lisen
        no such setting; did you mean http.listen?
      greeter.toml:9 http.listen
        expected an IP address and a port, like 0.0.0.0:8080 or [::]:8080; found "8080"
      greeter.toml:10 http.body_max_bytes
        expected a single value, found a number that is too large
      greeter.toml:11 http.token
        no such setting; did you mean admin.token?
      greeter.toml:14 admin.listen
        expected a single value, found a list
      greeter.toml:15 admin.token
        expected at least 16 characters; `openssl rand -hex 32` makes a good one
      greeter.toml:16 admin.token_file
        is given twice: as a value and as the path of a file
      greeter.toml:18 htp
        no such setting; did you mean http?
      greeter.toml:21 tls
        no such setting; known here: language, time_zone, database, http, admin, wecom, forward, retention, alert, shutdown, log, apps
      greeter.toml:25 wecom.api_base
        expected an http or https URL without user, query or fragment, like https://qyapi.weixin.qq.com
      greeter.toml:26 wecom.tag_concurrency
        expected a number from 1 to 100; found "0"
      greeter.toml:29 log.colour
        no such setting; known here: filter, format
      greeter.toml:30 log.filter
        expected error, warn, info, debug or trace, or by module like info,wecom_client=debug; found "wecom_greeter=loud"
      greeter.toml:31 log.format
        expected text or json; found "xml"
      greeter.toml:33 apps
        token is missing: expected the Token, set under the app's 接收消息 → 设置API接收
      greeter.toml:34 apps.name
        expected 1 to 64 letters, digits, - or _; found "a b"; it has, as its character 2, a blank
      greeter.toml:35 apps.corp_id
        expected the 企业ID, shown under 我的企业 → 企业信息; found ""
      greeter.toml:37 apps.tokn
        no such setting; did you mean apps.token?
      greeter.toml:38 apps.encoding_aes_key
        expected 43 letters and digits, exactly as the console shows them
      greeter.toml:39 apps.agent_id
        expected a number; found "hunter"
      greeter.toml:44 apps.secret_file
        cannot read the file absent: No such file or directory (os error 2)
      greeter.toml:48 apps
        corp_id is missing: expected the 企业ID, shown under 我的企业 → 企业信息
      greeter.toml:48 apps
        encoding_aes_key is missing: expected the EncodingAESKey, set under the app's 接收消息 → 设置API接收
      greeter.toml:48 apps
        secret is missing: expected the app's Secret, shown under 应用管理 → the app
      greeter.toml:48 apps
        token is missing: expected the Token, set under the app's 接收消息 → 设置API接收
      greeter.toml:49 apps.name
        another app is called `shop` already
    "#);
}

#[test]
fn everything_wrong_in_the_environment_is_told_at_once() {
    let complaint = complaint(
        "",
        &[
            ("WECOM_CORPID", "ww1"),
            ("WECOM_SECRET", "hunter2"),
            ("WECOM_ENCODING_AES_KEY", "hunter2"),
            ("WECOM_AGENT_ID_FILE", "/x"),
            ("GREETER_LISTEN", "localhost:80"),
            ("GREETER_LISTN", "x"),
            ("GREETER_PORT_8080_TCP_ADDR", "made by Kubernetes"),
            ("GREETER_ADMIN_TOKEN", "hunter2hunter2hunter2"),
            ("GREETER_ADMIN_TOKEN_FILE", "/run/secrets/admin"),
            ("GREETER_SHUTDOWN_GRACE_MS", "10s"),
            ("DATABASE_URL_FILE", "/absent/dsn"),
        ],
    );
    assert!(!complaint.contains("hunter2"), "a secret's value is told: {complaint}");
    insta::assert_snapshot!(complaint, @r#"
    10 settings are wrong
      environment DATABASE_URL_FILE
        cannot read the file /absent/dsn: No such file or directory (os error 2)
      environment GREETER_ADMIN_TOKEN
        is given twice: GREETER_ADMIN_TOKEN_FILE is set as well
      environment GREETER_LISTEN
        expected an IP address and a port, like 0.0.0.0:8080 or [::]:8080; found "localhost:80"
      environment GREETER_LISTN
        no such setting; did you mean GREETER_LISTEN?
      environment GREETER_SHUTDOWN_GRACE_MS
        expected a number from 0 to 600000; found "10s"
      environment WECOM_AGENT_ID_FILE
        is not a secret: set WECOM_AGENT_ID itself
      environment WECOM_CORPID
        no such setting; did you mean WECOM_CORP_ID?
      environment WECOM_CORP_ID
        is missing: expected the 企业ID, shown under 我的企业 → 企业信息
      environment WECOM_ENCODING_AES_KEY
        expected 43 letters and digits, exactly as the console shows them
      environment WECOM_TOKEN
        is missing: expected the Token, set under the app's 接收消息 → 设置API接收
    "#);
}

#[test]
fn one_wrong_thing_is_told_in_one_sentence() {
    let cases = [
        ("the form", "[http\nlisten = 1", vec![]),
        ("an app in single brackets", "[apps]\nname = 'x'", vec![]),
        ("the section forgotten", "listen = '0.0.0.0:1'", environment_app()),
        ("a variable's name in the file", "WECOM_SECRET = 'x'", environment_app()),
        ("a database in memory", "database.url = 'sqlite::memory:'", environment_app()),
        ("a password that is no URL", "database.url = 'postgres://u:p#ss@h/d'", environment_app()),
        (
            "one address for both",
            "http.listen = '0.0.0.0:80'\nadmin.listen = '0.0.0.0:80'",
            environment_app(),
        ),
    ];
    let complaints: Vec<String> = cases
        .iter()
        .map(|(what, file, variables)| format!("# {what}\n{}", complaint(file, variables)))
        .collect();
    insta::assert_snapshot!(complaints.join("\n"), @r"
    # the form
    a setting is wrong
      greeter.toml:1
        is not TOML: unclosed table, expected `]`
    # an app in single brackets
    a setting is wrong
      greeter.toml:1 apps
        expected two brackets, [[apps]], once for each app
    # the section forgotten
    a setting is wrong
      greeter.toml:1 listen
        no such setting; did you mean http.listen?
    # a variable's name in the file
    a setting is wrong
      greeter.toml:1 WECOM_SECRET
        no such setting; did you mean secret in [[apps]]?
    # a database in memory
    a setting is wrong
      greeter.toml:1 database.url
        expected a database on disk: one in memory would lose what was acknowledged
    # a password that is no URL
    a setting is wrong
      greeter.toml:1 database.url
        expected a URL like postgres://USER:PASSWORD@HOST/DATABASE; characters such as @ : / in the password must be written as %40 %3A %2F
    # one address for both
    a setting is wrong
      greeter.toml:2 admin.listen
        is the same as http.listen: the public and the private listener need an address each
    ");
}

/// What is said of one variable that is wrong, all others being right.
fn complaint_of(variable: &str, value: &str) -> String {
    let mut variables = environment_app();
    variables.retain(|(name, _)| *name != variable);
    variables.push((variable, value));
    complaint("", &variables)
}

#[rstest]
#[case("WECOM_SECRET", "\"{}\"", "--env-file")]
#[case("WECOM_SECRET", "'{}'", "--env-file")]
#[case("WECOM_SECRET", "“{}”", "--env-file")]
#[case("WECOM_SECRET", "{}\"", "ends in a quote")]
#[case("WECOM_SECRET", " {}", "begins with a blank")]
#[case("WECOM_SECRET", "{} ", "ends in a blank")]
#[case("WECOM_SECRET", "{}\r", "carriage return")]
#[case("WECOM_SECRET", "{}\u{a0}", "no-break space")]
#[case("WECOM_SECRET", "\u{feff}{}", "byte order mark")]
#[case("WECOM_SECRET", "{}\u{200b}", "nobody sees (U+200B)")]
#[case("WECOM_SECRET", "Ａ{}", "full-width character")]
#[case("WECOM_SECRET", "{}\u{3000}", "full-width blank")]
#[case("WECOM_SECRET", "WECOM_SECRET={}", "letters, digits, - and _")]
#[case("WECOM_TOKEN", "\"{}\"", "--env-file")]
#[case("WECOM_TOKEN", "{}\u{a0}", "no-break space")]
#[case("WECOM_ENCODING_AES_KEY", "'{}'", "--env-file")]
#[case("WECOM_ENCODING_AES_KEY", "{}\r", "carriage return")]
#[case("WECOM_CORP_ID", "\"{}\"", "--env-file")]
#[case("WECOM_CORP_ID", "{} ", "ends in a blank")]
#[case("WECOM_AGENT_ID", "\"1000002\"", "--env-file")]
#[case("WECOM_AGENT_ID", "１000002", "full-width character")]
#[case("WECOM_API_BASE", "\"http://127.0.0.1:9\"", "--env-file")]
#[case("WECOM_API_BASE", "http://127.0.0.1:9\r", "carriage return")]
#[case("WECOM_API_BASE", " http://127.0.0.1:9", "begins with a blank")]
#[case("DATABASE_URL", "\"sqlite://planted.db\"", "--env-file")]
#[case("DATABASE_URL", "sqlite://planted.db\r", "carriage return")]
#[case("DATABASE_URL", "'postgres://u:planted@h/d'", "--env-file")]
#[case("DATABASE_URL", "postgres://u:planted@h/d ", "ends in a blank")]
#[case("GREETER_ADMIN_TOKEN", "\"planted-planted-planted\"", "--env-file")]
#[case("GREETER_ADMIN_TOKEN", "planted-planted-planted\u{a0}", "no-break space")]
#[case("GREETER_LISTEN", "\"0.0.0.0:8080\"", "--env-file")]
#[case("GREETER_DATABASE_MIGRATE", "'true'", "--env-file")]
#[case("GREETER_LOG_FORMAT", "\"json\"", "--env-file")]
fn what_got_into_a_value_on_its_way_is_named(
    #[case] variable: &str,
    #[case] form: &str,
    #[case] expected: &str,
) {
    let right = environment_app().into_iter().find(|(name, _)| *name == variable).map_or("", |(_, v)| v);
    let said = complaint_of(variable, &form.replace("{}", right));
    assert!(said.contains(&format!("environment {variable}")) && said.contains(expected), "{said}");
    assert!(said.starts_with("a setting is wrong"), "{said}");
    for secret in ["s3cret", "QDG6eK", KEY, "planted"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[rstest]
#[case("\"s3cret\"", "--env-file")]
#[case("s3\tcret\n", "a tab")]
#[case("s3cret\u{a0}\n", "no-break space")]
#[case("\u{feff}s3cret\n", "byte order mark")]
#[case("s3cret\nmore\n", "a line break")]
#[case("s3cret\r\nmore\r\n", "carriage return")]
fn the_same_in_a_file_of_its_own(#[case] text: &str, #[case] expected: &str) {
    let folder = folder("");
    let file = folder.path().join("secret");
    fs::write(&file, text).unwrap();
    let mut variables = environment_app();
    variables.retain(|(name, _)| *name != "WECOM_SECRET");
    variables.push(("WECOM_SECRET_FILE", file.to_str().unwrap()));
    let said = load(folder.path(), Required::Apps, &variables).unwrap_err().to_string();
    assert!(said.contains("environment WECOM_SECRET_FILE") && said.contains(expected), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    fs::write(&file, "s3cret\r\n").unwrap();
    assert!(load(folder.path(), Required::Apps, &variables).is_ok(), "the end of the line is an editor's");
}

#[test]
fn a_path_in_quotes_is_told_of() {
    let mut variables = environment_app();
    variables.retain(|(name, _)| *name != "WECOM_SECRET");
    variables.push(("WECOM_SECRET_FILE", "\"/run/secrets/wecom\""));
    let said = complaint("", &variables);
    assert!(said.contains("cannot read the file") && said.contains("--env-file"), "{said}");
}

#[test]
fn a_secret_that_was_cut_off_is_warned_of() {
    let load_with = |secret: &str| {
        let nowhere = tempfile::tempdir().unwrap();
        let mut variables = environment_app();
        variables.retain(|(name, _)| *name != "WECOM_SECRET");
        variables.push(("WECOM_SECRET", secret));
        load(nowhere.path(), Required::Apps, &variables).unwrap().warnings
    };
    assert!(load_with(KEY).is_empty());
    assert!(load_with("s3cret").is_empty(), "a simulator's may be of any length");
    assert!(load_with(&"p".repeat(200)).is_empty(), "a permanent code is longer");
    let [warning] = load_with(&KEY[1..]).try_into().unwrap();
    assert!(
        warning.what.to_string().contains("42 characters") && !warning.what.to_string().contains(&KEY[1..]),
        "{warning:?}"
    );
}

#[test]
fn files_with_secrets_that_others_may_read_are_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&format!("database.url = 'sqlite://x.db'\n{APP}"));
    let settings = folder.path().join("greeter.toml");
    let secret = folder.path().join("secret");
    fs::write(&secret, "s3cret").unwrap();
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let variables = [("GREETER_ADMIN_TOKEN_FILE", secret.to_str().unwrap())];
    fs::write(&secret, "s3cret-s3cret-s3cret").unwrap();
    let warned = || {
        let config = load(folder.path(), Required::Apps, &variables).unwrap();
        config.warnings.iter().map(|warning| warning.what.to_string()).collect::<Vec<_>>()
    };
    allow(folder.path(), 0o755);
    allow(&settings, 0o640);
    allow(&secret, 0o600);
    assert_eq!(warned(), Vec::<String>::new());
    allow(&settings, 0o644);
    allow(&secret, 0o604);
    let said = warned();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|what| what.contains("greeter.toml") && what.contains("chmod 600")), "{said:?}");
    allow(folder.path(), 0o750);
    assert_eq!(warned(), Vec::<String>::new(), "nobody else comes into the folder");
    allow(folder.path(), 0o755);
    fs::write(&settings, "log.filter = 'warn'").unwrap();
    assert!(!load(folder.path(), Required::Database, &[]).unwrap().warnings.iter().any(|_| true));
}

/// An app that people can log in by.
const APP_WITH_AGENT: &str = r#"
[[apps]]
name = "shop"
corp_id = "ww9f3c1d7be20a4455"
secret = "s3cret"
token = "QDG6eK"
encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
agent_id = 1000002
"#;

#[rstest]
#[case::a_section("[admin.wecom_login]\nZhangSan = \"admin\"\n\"li.si@x\" = \"viewer\"\n", &[])]
#[case::a_table("[admin]\nwecom_login = { zhangsan = \"admin\", \"li.si@x\" = \"viewer\" }\n", &[])]
#[case::a_variable("", &[("GREETER_ADMIN_WECOM_LOGIN", "zhangsan=admin, li.si@x = viewer")])]
#[case::over_the_file(
    "[admin]\nwecom_login = { wangwu = \"admin\" }\n",
    &[("GREETER_ADMIN_WECOM_LOGIN", "zhangsan=admin,li.si@x=viewer")]
)]
fn employees_may_log_in_by_wecom(#[case] section: &str, #[case] variables: &[(&str, &str)]) {
    use wecom_greeter::access::Role;
    let folder = folder(&format!("{section}{APP_WITH_AGENT}"));
    let config = load(folder.path(), Required::Apps, variables).unwrap();
    let login = config.admin.wecom_login.unwrap();
    assert_eq!((login.app.as_str(), login.agent_id), ("shop", 1_000_002));
    assert_eq!(login.employees.corp_id(), "ww9f3c1d7be20a4455");
    assert_eq!(login.employees.role_of("zhangsan"), Some(Role::Admin));
    assert_eq!(login.employees.role_of("LI.SI@X"), Some(Role::Viewer));
    assert_eq!(login.employees.role_of("wangwu"), None);
    assert_eq!(config.wecom.login_base, "https://login.work.weixin.qq.com");
    assert_eq!((config.admin.url, config.admin.requests_per_second), (None, 100));
    // Who needs the database alone need not know the apps.
    let config = load(folder.path(), Required::Database, variables).unwrap();
    assert!(config.admin.wecom_login.is_none());
}

#[rstest]
#[case::no_role("zhangsan", "expected userids with their roles")]
#[case::another_role("zhangsan=root", "found \"zhangsan=root\"")]
#[case::no_userid("=admin", "found \"=admin\"")]
#[case::a_blank("zhang san=admin", "found \"zhang san=admin\"")]
#[case::twice("zhangsan=admin,ZhangSan=viewer", "the employee ZhangSan stands there twice")]
fn who_may_log_in_is_checked(#[case] value: &str, #[case] expected: &str) {
    let said = complaint(APP_WITH_AGENT, &[("GREETER_ADMIN_WECOM_LOGIN", value)]);
    assert!(said.contains(expected), "{said}");
}

#[test]
fn by_which_app_people_log_in_must_be_clear() {
    let section = "[admin]\nwecom_login = { zhangsan = \"admin\" }\n";
    let said = complaint(&format!("{section}{APP}"), &[]);
    assert!(said.contains("the app `shop`, which has no agent_id"), "{said}");
    let other = APP_WITH_AGENT.replace("\"shop\"", "\"other\"");
    let two = format!("{section}{APP_WITH_AGENT}{other}");
    let said = complaint(&two, &[]);
    assert!(said.contains("admin.wecom_login_app to one of shop, other"), "{said}");
    let said = complaint(&two, &[("GREETER_ADMIN_WECOM_LOGIN_APP", "third")]);
    assert!(said.contains("GREETER_ADMIN_WECOM_LOGIN_APP") && said.contains("one of shop, other"), "{said}");
    let folder = folder(&two);
    let variables = [("GREETER_ADMIN_WECOM_LOGIN_APP", "other")];
    let config = load(folder.path(), Required::Apps, &variables).unwrap();
    assert_eq!(config.admin.wecom_login.unwrap().app, "other");
}

#[rstest]
#[case("https://greeter.example.com", true)]
#[case("https://greeter.example.com:8443/", true)]
#[case("greeter.example.com", false)]
#[case("https://greeter.example.com/?x=1", false)]
fn where_the_pages_are_reached_is_an_address(#[case] url: &str, #[case] is_right: bool) {
    let folder = folder(APP);
    let loaded = load(folder.path(), Required::Apps, &[("GREETER_ADMIN_URL", url)]);
    match loaded {
        Ok(config) => {
            assert!(is_right, "{url}");
            assert_eq!(config.admin.url.as_deref(), Some(url.trim_end_matches('/')));
        }
        Err(error) => assert!(!is_right && error.to_string().contains("GREETER_ADMIN_URL"), "{error}"),
    }
}
