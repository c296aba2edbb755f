//! `doctor` against a WeCom with one fault at a time: the right check fails, for its own reason, and no other does.

use std::time::Duration;

use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use wecom_core::clock::Clock;
use wecom_greeter::{
    config::Config,
    doctor::{Asked, CallbackUrl, EXAMINED_WITHIN, Examined, Finding, Matter, Status, examine},
    flow::context,
    language::Language,
    refusal::RefusalClass,
    shutdown::Shutdown,
    store::{RefusedCallback, Store},
};
use wecom_simulator::{Fault, FaultKind, Options, Simulator};

use crate::harness::{
    databases::TestDatabase,
    world::{PLAIN_RULES, Which, config_for, corp_with_tags, fresh, import},
};

/// A company's set-up in which all is well until something is put in.
struct SetUp {
    wecom: Simulator,
    config: Config,
    store: Store,
    _database: TestDatabase,
}

impl SetUp {
    async fn of(database: TestDatabase, rules: &str) -> Self {
        let corp = corp_with_tags(PLAIN_RULES);
        let options = Options { corp: corp.clone(), ..Options::default() };
        let wecom = Simulator::start(options, Clock::system(), 7).await.unwrap();
        let config = config_for(&corp, &wecom.api_base(), &database.url);
        let store = context::open_store(&config.database).await.unwrap();
        if !rules.is_empty() {
            import(&config, rules).await;
        }
        store.keep_verified("default", Clock::system().now_ms()).await.unwrap();
        Self { wecom, config, store, _database: database }
    }

    async fn examined(&self) -> Examined {
        self.examined_with(None).await
    }

    async fn examined_with(&self, url: Option<CallbackUrl>) -> Examined {
        let shutdown = Shutdown::new();
        let begun = std::time::Instant::now();
        let examined = examine(Asked {
            config: &self.config,
            apps: context::clients(&self.config, &Clock::system(), &shutdown).unwrap(),
            store: Ok(self.store.clone()),
            url: url.map(|url| (url, "default".to_owned())),
            tls: wecom_core::tls::client().unwrap(),
            proxy: None,
            clock: Clock::system(),
        })
        .await;
        assert!(begun.elapsed() < EXAMINED_WITHIN + Duration::from_secs(1), "{:?}", begun.elapsed());
        let order: Vec<Matter> = examined.checks.iter().map(|check| check.matter).collect();
        assert_eq!(order, Matter::ALL, "one check a matter, in order");
        examined
    }

    fn fault(&self, path: &str, fault: FaultKind) {
        self.wecom.add_fault(Fault::lasting(path, fault)).unwrap();
    }

    async fn end(self) {
        self.store.close().await;
        self.wecom.stop().await;
    }
}

fn failed(examined: &Examined) -> Vec<(&'static str, &'static str)> {
    let failed = examined.checks.iter().filter(|check| check.status() == Status::Fail);
    failed.map(|check| (check.matter.as_str(), check.finding.code().unwrap())).collect()
}

fn refused(code: i64, message: &str) -> FaultKind {
    FaultKind::Errcode { code, message: Some(message.to_owned()) }
}

fn answered(body: &Value) -> FaultKind {
    FaultKind::Http { status: 200, body: body.to_string() }
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_fails_where_all_is_well(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let set_up = SetUp::of(database, PLAIN_RULES).await;
    let examined = set_up.examined().await;
    assert!(examined.is_well());
    for check in &examined.checks {
        assert!(matches!(check.status(), Status::Ok | Status::Warn), "{check:?}");
        let document = check.to_json(Language::Zh);
        let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["check", "app", "status", "code", "found", "cure"]);
    }
    // Nothing at WeCom was changed.
    let writes = set_up.wecom.requests().into_iter().filter(|request| !is_read(&request.path));
    assert_eq!(writes.map(|request| request.path).collect::<Vec<_>>(), Vec::<String>::new());
    set_up.end().await;
}

fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with("get") || name.starts_with("list") || matches!(name, "simplelist")
}

const FOLLOW: &str = "externalcontact/get_follow_user_list";
const TAGS: &str = "externalcontact/get_corp_tag_list";
const STATISTICS: &str = "externalcontact/get_user_behavior_data";

#[rstest]
#[case::address("*", refused(60020, "not allow to access from your ip, hint: [1], from ip: 1.2.3.4"), ("trusted_ip", "untrusted_ip"))]
#[case::address_of_calls(FOLLOW, refused(60020, "from ip: 1.2.3.4 ?"), ("trusted_ip", "untrusted_ip"))]
#[case::secret("gettoken", refused(40001, "no"), ("token", "wrong_secret"))]
#[case::corp("gettoken", refused(40013, "no"), ("token", "wrong_corp"))]
#[case::disabled("gettoken", refused(50003, "no"), ("token", "app_disabled"))]
#[case::page("gettoken", FaultKind::NotJson, ("token", "not_wecom"))]
#[case::reset("*", FaultKind::Reset, ("token", "unreachable"))]
#[case::right("*", refused(48002, "api forbidden"), ("token", "app_disabled"))]
#[case::right_of_contact(FOLLOW, refused(48002, "api forbidden"), ("permissions", "no_permission"))]
#[case::not_verified(FOLLOW, refused(43009, "need corp verified"), ("permissions", "not_verified"))]
#[case::right_of_tags(TAGS, refused(48002, "api forbidden"), ("permissions", "no_permission"))]
#[case::range(FOLLOW, refused(60011, "no privilege"), ("scope", "not_in_scope"))]
#[case::nobody(FOLLOW, answered(&json!({"errcode": 0, "errmsg": "ok", "follow_user": []})), ("scope", "no_employees"))]
#[case::statistics(STATISTICS, answered(&json!({"errcode": 0, "errmsg": "ok", "behavior_data": [{"new_contact_cnt": 3}]})), ("events", "events_missing"))]
#[tokio::test(flavor = "multi_thread")]
async fn one_fault_of_wecom_is_one_fail(
    #[case] path: &str,
    #[case] fault: FaultKind,
    #[case] expected: (&str, &str),
) {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let set_up = SetUp::of(database, PLAIN_RULES).await;
    set_up.fault(path, fault);
    let examined = set_up.examined().await;
    assert_eq!(failed(&examined), [expected], "{:#?}", examined.checks);
    for check in examined.checks.iter().filter(|check| check.status() == Status::Fail) {
        let document = check.to_json(Language::Zh);
        assert!(document["cure"].as_str().is_some_and(|cure| cure.contains('请')), "{document}");
        if expected.0 == "trusted_ip" {
            assert!(document["found"].as_str().unwrap().contains("1.2.3.4"), "{document}");
        }
    }
    set_up.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wecom_that_hangs_is_one_fail_within_the_time() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let set_up = SetUp::of(database, PLAIN_RULES).await;
    set_up.fault("*", FaultKind::Hang(Duration::from_mins(1)));
    assert_eq!(failed(&set_up.examined().await), [("token", "no_answer")]);
    set_up.end().await;
}

#[rstest]
#[case::ahead(25, Status::Fail)]
#[case::behind(-25, Status::Fail)]
#[case::little(-7, Status::Warn)]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_seen(#[case] seconds: i64, #[case] status: Status) {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let mut set_up = SetUp::of(database, PLAIN_RULES).await;
    // Another WeCom, whose clock stands still beside ours; setting it up takes less than it is off.
    let options = Options { corp: corp_with_tags(PLAIN_RULES), ..Options::default() };
    let (clock, _hand) = Clock::manual(Clock::system().now_ms() - seconds * 1_000);
    let wecom = Simulator::start(options, clock, 7).await.unwrap();
    set_up.config.wecom.api_base = wecom.api_base();
    let examined = set_up.examined().await;
    wecom.stop().await;
    let found = examined.checks.iter().find(|check| check.matter == Matter::Clock).unwrap();
    assert_eq!((found.status(), found.finding.code()), (status, Some("clock_off")), "{found:?}");
    let others: Vec<_> = failed(&examined).into_iter().filter(|(matter, _)| *matter != "clock").collect();
    assert_eq!(others, []);
    set_up.end().await;
}

#[rstest]
#[case::none("", ("rules", "no_rules"))]
#[case::tag("rules: [{ name: a, welcome: { text: 您好 }, tag: { add: [etUnknown1] } }]", ("rules", "unknown_to_wecom"))]
#[tokio::test(flavor = "multi_thread")]
async fn rules_that_do_nothing_or_name_what_is_not_there_fail(
    #[case] rules: &str,
    #[case] expected: (&str, &str),
) {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let set_up = SetUp::of(database, rules).await;
    assert_eq!(failed(&set_up.examined().await), [expected]);
    set_up.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_last_refused_callbacks_are_told(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let set_up = SetUp::of(database, PLAIN_RULES).await;
    for class in
        [RefusalClass::Signature, RefusalClass::Padding, RefusalClass::Receiver, RefusalClass::NoSuchApp]
    {
        let at_ms = Clock::system().now_ms() + 1_000;
        let sender = Some("127.0.0.1".to_owned());
        let refused = RefusedCallback { app: "default".into(), class, at_ms, sender, signed: true };
        set_up.store.keep_refused(&[refused]).await.unwrap();
        assert_eq!(failed(&set_up.examined().await), [("callback", class.as_str())]);
    }
    // A good one puts an end to it.
    set_up.store.keep_verified("default", Clock::system().now_ms() + 10_000).await.unwrap();
    assert_eq!(failed(&set_up.examined().await), []);
    set_up.end().await;
}

/// The record's own figures: adds by employee, those without a code, those of another day.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn adds_are_counted_by_employee(#[case] which: Which) {
    use crate::harness::world::World;
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let now_s = Clock::system().now_ms() / 1_000;
    let keys = {
        use secrecy::ExposeSecret as _;
        let app = &world.config.apps[0];
        wecom_core::callback::Keys::new(
            app.token.expose_secret(),
            app.encoding_aes_key.expose_secret(),
            &app.corp_id,
        )
        .unwrap()
    };
    for (n, user, at_s, code) in [
        (1, "lisi", now_s, ""),
        (2, "lisi", now_s, ""),
        (3, "zhangsan", now_s, ""),
        (4, "zhangsan", now_s - 86_400, ""),
    ] {
        let event = format!(
            "<xml><ToUserName>{}</ToUserName><CreateTime>{at_s}</CreateTime><MsgType>event</MsgType>\
             <Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType>\
             <UserID>{user}</UserID><ExternalUserID>wm{n}</ExternalUserID>{code}</xml>",
            world.config.apps[0].corp_id
        );
        let sealed = wecom_core::callback::seal(&keys, event.as_bytes(), "1", &n.to_string(), [7; 16]);
        let url = format!("http://{}/callback/default?{}", world.callback, sealed.to_query());
        let answer = crate::http::http().post(url).body(sealed.to_xml("ww", None)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    world.settled().await;
    let store = &world.engine.store;
    let adds = store.adds_by_employee("default", now_s - 3_600, now_s + 1).await.unwrap();
    let adds: Vec<_> = adds.iter().map(|of| (of.user_id.as_str(), of.adds, of.without_code)).collect();
    assert_eq!(adds, [("lisi", 2, 2), ("zhangsan", 1, 1)]);
    assert!(store.last_arrival_ms("default").await.unwrap().is_some_and(|at_ms| at_ms / 1_000 >= now_s - 1));
    assert_eq!(store.last_arrival_ms("other").await.unwrap(), None);
    world.end().await;
}

/// The server does not take `doctor`'s question for a URL that was saved.
#[tokio::test(flavor = "multi_thread")]
async fn a_url_is_looked_at_and_counts_as_no_callback() {
    use crate::harness::world::World;
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let url = format!("http://{}/callback/default", world.callback);
    let set_up = SetUp {
        wecom: Simulator::start(Options::default(), Clock::system(), 7).await.unwrap(),
        config: world.config.clone(),
        store: world.engine.store.clone(),
        _database: TestDatabase::sqlite(),
    };
    let examined = set_up.examined_with(Some(CallbackUrl::parse(&url).unwrap())).await;
    let found = examined.checks.iter().find(|check| check.matter == Matter::Callback).unwrap();
    assert!(matches!(found.finding, Finding::UrlFine { .. }), "{found:?}");
    assert_eq!(failed(&examined), []);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(world.engine.store.verified_at_ms("default").await.unwrap(), None);
    set_up.wecom.stop().await;
    world.end().await;
}

/// Each code stands in the operators' document.
#[rstest]
#[case::in_english(include_str!("../../docs/OPERATING.md"), "## Doctor")]
#[case::in_chinese(include_str!("../../docs/OPERATING.zh-CN.md"), "## 体检")]
fn every_code_is_documented(#[case] document: &str, #[case] heading: &str) {
    let (_, section) = document.split_once(heading).expect("it has a section");
    for code in wecom_greeter::doctor::CODES.iter().flatten() {
        assert!(section.contains(&format!("`{code}`")), "{code}");
    }
}

/// The command as it is run: one line a check, the exit status, and wrong settings as a check of their own.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_exits_with_1_where_something_fails() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let set_up = SetUp::of(database, PLAIN_RULES).await;
    let run = |variables: Vec<(&'static str, String)>, arguments: &'static [&'static str]| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wecom-greeter"));
        command.args(arguments).current_dir(folder.path()).env_clear().envs(variables);
        tokio::task::spawn_blocking(move || {
            let output = command.output().unwrap();
            drop(folder);
            (
                output.status.code(),
                String::from_utf8(output.stdout).unwrap(),
                String::from_utf8(output.stderr).unwrap(),
            )
        })
    };
    let variables = |secret: Option<SecretString>| {
        use secrecy::ExposeSecret as _;
        let app = &set_up.config.apps[0];
        vec![
            ("DATABASE_URL", set_up.config.database.url.expose_secret().to_owned()),
            ("WECOM_API_BASE", set_up.wecom.api_base()),
            ("WECOM_CORP_ID", app.corp_id.clone()),
            ("WECOM_SECRET", secret.unwrap_or_else(|| app.secret.clone()).expose_secret().to_owned()),
            ("WECOM_TOKEN", app.token.expose_secret().to_owned()),
            ("WECOM_ENCODING_AES_KEY", app.encoding_aes_key.expose_secret().to_owned()),
        ]
    };
    let documents = |stdout: &str| -> Vec<Value> {
        stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let (code, stdout, stderr) = run(variables(None), &["doctor", "--output", "json"]).await.unwrap();
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert_eq!(documents(&stdout).len(), Matter::ALL.len());

    let wrong = SecretString::from("x".repeat(43));
    let (code, stdout, _) =
        run(variables(Some(wrong.clone())), &["doctor", "--output", "json"]).await.unwrap();
    assert_eq!(code, Some(1), "{stdout}");
    let failing: Vec<Value> =
        documents(&stdout).into_iter().filter(|check| check["status"] == "fail").collect();
    assert_eq!(failing.len(), 1, "{stdout}");
    assert_eq!((&failing[0]["check"], &failing[0]["code"]), (&json!("token"), &json!("wrong_secret")));

    let (code, stdout, _) = run(variables(Some(wrong)), &["doctor", "--lang", "zh"]).await.unwrap();
    assert_eq!(code, Some(1));
    assert!(stdout.contains("不通过  凭证") && stdout.contains("→ 请从管理后台"), "{stdout}");

    let (code, stdout, _) = run(vec![], &["doctor", "--output", "json"]).await.unwrap();
    let checks = documents(&stdout);
    assert_eq!((code, checks.len()), (Some(1), Matter::ALL.len()));
    assert_eq!((&checks[0]["code"], &checks[1]["status"]), (&json!("settings_wrong"), &json!("skip")));

    let mut nowhere = variables(None);
    nowhere[0].1 = "sqlite://nowhere.db".into();
    let (code, stdout, _) = run(nowhere, &["doctor", "--output", "json"]).await.unwrap();
    let failing: Vec<Value> =
        documents(&stdout).into_iter().filter(|check| check["status"] == "fail").collect();
    assert_eq!((code, failing.len(), &failing[0]["code"]), (Some(1), 1, &json!("no_database")), "{stdout}");
    set_up.end().await;
}

/// The database as the command meets it: one fail that names what is wrong in the reader's language, in good time.
#[rstest]
#[case::no_server("postgres://greeter:hunter2@127.0.0.1:9/greeter", "unusable", "没有程序在监听")]
#[case::no_host("postgres://greeter:hunter2@no-such-host.invalid/greeter", "unusable", "主机名解析不到地址")]
#[case::a_folder("sqlite://FOLDER", "unusable", "这是一个目录")]
#[case::something_else("sqlite://FOLDER/something.db", "unusable", "这不是 SQLite 数据库")]
#[case::locked("sqlite://FOLDER/locked.db", "locked", "别的程序把它锁住了")]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_used_is_one_fail(
    #[case] url: &str,
    #[case] code: &str,
    #[case] said: &str,
) {
    use secrecy::ExposeSecret as _;
    use sqlx::{ConnectOptions as _, Executor as _};
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let set_up = SetUp::of(database, PLAIN_RULES).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("something.db"), "no database ".repeat(100)).unwrap();
    let locked = folder.path().join("locked.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&locked).create_if_missing(true);
    let mut other = options.connect().await.unwrap();
    other.execute("CREATE TABLE t (a); BEGIN EXCLUSIVE").await.unwrap();
    let app = &set_up.config.apps[0];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wecom-greeter"));
    command.args(["doctor", "--output", "json", "--lang", "zh"]).current_dir(folder.path()).env_clear().envs(
        [
            ("DATABASE_URL", url.replace("FOLDER", folder.path().to_str().unwrap())),
            ("WECOM_API_BASE", set_up.wecom.api_base()),
            ("WECOM_CORP_ID", app.corp_id.clone()),
            ("WECOM_SECRET", app.secret.expose_secret().to_owned()),
            ("WECOM_TOKEN", app.token.expose_secret().to_owned()),
            ("WECOM_ENCODING_AES_KEY", app.encoding_aes_key.expose_secret().to_owned()),
        ],
    );
    let begun = std::time::Instant::now();
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let text = String::from_utf8(output.stdout).unwrap();
    let checks: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failing: Vec<&Value> = checks.iter().filter(|check| check["status"] == "fail").collect();
    assert_eq!((output.status.code(), failing.len()), (Some(1), 1), "{text}");
    assert_eq!((&failing[0]["check"], &failing[0]["code"]), (&json!("database"), &json!(code)), "{text}");
    let found = failing[0]["found"].as_str().unwrap();
    assert!(found.contains(said) && !found.contains("hunter2"), "{found}");
    assert_eq!(crate::cli::language::english(found), Vec::<String>::new());
    drop(other);
    set_up.end().await;
}

/// The tables can be read then, and only what writes meets the lock: no right is missing, and none is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_program_writes_is_told_as_locked() {
    use secrecy::ExposeSecret as _;
    use sqlx::Connection as _;
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let mut set_up = SetUp::of(database, PLAIN_RULES).await;
    let patience = Duration::from_millis(100);
    let impatient = context::open_store_within(&set_up.config.database, patience).await.unwrap();
    std::mem::replace(&mut set_up.store, impatient).close().await;
    let url = set_up.config.database.url.expose_secret();
    let mut other = sqlx::SqliteConnection::connect(url).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let examined = set_up.examined().await;
    assert_eq!(failed(&examined), [("database", "locked")], "{:#?}", examined.checks);
    let check = examined.checks.iter().find(|check| check.matter == Matter::Database).unwrap();
    for (language, said) in
        [(Language::Zh, "别的程序把它锁住了"), (Language::En, "another process holds it locked")]
    {
        let document = check.to_json(language);
        let (found, cure) = (document["found"].as_str().unwrap(), document["cure"].as_str().unwrap());
        assert_eq!(found.matches(said).count(), 1, "{found}");
        assert!(!found.contains("(code: 5)") && !found.contains("error returned"), "{found}");
        assert!(cure.contains("503") && !cure.contains("权") && !cure.contains("right"), "{cure}");
    }
    drop(other);
    set_up.end().await;
}
