//! A world: the real server on a free port, the simulator as WeCom, a fresh database, and rules.
//!
//! [`World::end`] asserts what must be true at the end of every story: no event is left unsettled, and nothing had to
//! be cut off. A story in which a server leaves something behind plays on a [`Stage`](super::process::Stage).

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret as _, SecretString};
use wecom_core::clock::Clock;
use wecom_greeter::{
    action::Kind,
    app::App,
    config::{self, Config},
    flow::engine::Engine,
    shutdown::Ended,
    store::{ActionRecord, EventFilter, EventRecord, RulesetImport, Store},
};
use wecom_simulator::{AddCustomer, Added, Corp, Options, Relation, Simulator};

use super::databases::TestDatabase;

/// Which database a story plays on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Sqlite,
    Postgres,
}

/// A database of the story's own; None, and a line on stderr, where there is no PostgreSQL.
pub async fn fresh(which: Which) -> Option<TestDatabase> {
    match which {
        Which::Sqlite => Some(TestDatabase::sqlite()),
        Which::Postgres => TestDatabase::postgres_empty().await,
    }
}

/// How long a story waits for something that must happen. Far more than it takes, on a busy machine too.
pub const SOON: Duration = Duration::from_secs(30);

/// The calls that stories are about.
pub const SEND: &str = "externalcontact/send_welcome_msg";
pub const MARK: &str = "externalcontact/mark_tag";

/// One rule for everybody: a text and a tag.
pub const PLAIN_RULES: &str = "
rules:
  - name: everyone
    welcome: { text: 您好,很高兴认识您! }
    tag: { add: [etPlain] }
";

/// A server, its WeCom and its database.
pub struct World {
    pub wecom: Simulator,
    pub engine: Engine,
    pub callback: SocketAddr,
    pub private: SocketAddr,
    pub config: Config,
    server: tokio::task::JoinHandle<Result<Ended, wecom_greeter::app::Error>>,
    _database: TestDatabase,
}

impl World {
    /// A world with these rules; its WeCom knows the tags `etPlain` and whatever else begins with `et` in the rules.
    pub async fn with_rules(database: TestDatabase, rules: &str) -> Self {
        Self::begin(database, rules, Clock::system(), |_| {}).await
    }

    /// A world whose settings, clock and rules are given.
    pub async fn begin(
        database: TestDatabase,
        rules: &str,
        clock: Clock,
        adjust: impl FnOnce(&mut Config),
    ) -> Self {
        Self::begin_for(database, corp_with_tags(rules), rules, clock, adjust).await
    }

    /// The same, of a company that is given.
    pub async fn begin_for(
        database: TestDatabase,
        corp: Corp,
        rules: &str,
        clock: Clock,
        adjust: impl FnOnce(&mut Config),
    ) -> Self {
        let options = Options { corp: corp.clone(), ..Options::default() };
        let wecom = Simulator::start(options, clock.clone(), 7).await.expect("the simulator starts");
        let mut config = config_for(&corp, &wecom.api_base(), &database.url);
        adjust(&mut config);
        import(&config, rules).await;
        Self::serve(database, config, clock, wecom).await
    }

    /// Starts a server on a database and a WeCom that are there already.
    pub async fn serve(database: TestDatabase, config: Config, clock: Clock, wecom: Simulator) -> Self {
        let app = App::build(config.clone(), clock).await.expect("the server starts");
        let (callback, private, engine) = (app.callback_addr(), app.private_addr(), app.engine().clone());
        let url = format!("http://{callback}/callback/default");
        wecom.set_callback(Some(url.parse().expect("a URL")));
        let server = tokio::spawn(app.run());
        Self { wecom, engine, callback, private, config, server, _database: database }
    }

    /// The record.
    pub fn store(&self) -> &Store {
        &self.engine.store
    }

    /// A customer adds an employee, and the server acks it.
    pub async fn add(&self, add: &AddCustomer) -> Added {
        let added = self.wecom.add_customer(add).expect("the simulator takes it");
        for number in &added.deliveries {
            self.wecom.delivered(*number).await.expect("it is remembered");
        }
        added
    }

    /// A customer called 小周 adds zhangsan, without a channel.
    pub async fn add_one(&self) -> Added {
        self.add(&AddCustomer::new(Self::employee(), "小周", None)).await
    }

    /// An employee of the simulated company.
    pub fn employee() -> String {
        Corp::sample().employees[0].userid.clone()
    }

    /// What came of an add, at this moment.
    pub fn relation(&self, added: &Added) -> Relation {
        self.wecom.relation(&added.employee, &added.customer).expect("they are contacts")
    }

    /// Waits until everything that arrived has come to its end, and gives the events, newest first, whole.
    pub async fn settled(&self) -> Vec<EventRecord> {
        settled(self.store()).await
    }

    /// Every event, newest first, whole.
    pub async fn records(&self) -> Vec<EventRecord> {
        records(self.store()).await
    }

    /// Waits until `look` finds something.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        until(what, look).await
    }

    /// Has the server end, whatever is left; how that went, and how long it took.
    pub async fn stop(self) -> (Ended, Duration) {
        let begun = Instant::now();
        self.engine.shutdown.begin();
        let ended = tokio::time::timeout(SOON, self.server).await.expect("it ends");
        let took = begun.elapsed();
        self.wecom.stop().await;
        (ended.expect("no panic").expect("it served"), took)
    }

    /// What `/readyz` says: its status and its details. Whoever asks is answered within two seconds.
    pub async fn readyz(&self) -> (u16, serde_json::Value) {
        let url = format!("http://{}/readyz", self.private);
        let answered = tokio::time::timeout(Duration::from_secs(2), crate::http::http().get(url).send());
        let answer = answered.await.expect("it is answered in time").expect("it is answered");
        let status = answer.status().as_u16();
        let body = answer.text().await.expect("it has a body");
        (status, serde_json::from_str(&body).expect("it is JSON"))
    }

    /// The end of a story: nothing is left unsettled, and nothing had to be cut off.
    pub async fn end(self) {
        let records = self.records().await;
        let left: Vec<_> =
            records.iter().filter(|event| event.summary.status.as_str() != "settled").collect();
        assert!(left.is_empty(), "left unsettled: {left:#?}");
        self.engine.shutdown.begin();
        let ended = self.server.await.expect("no panic").expect("it served");
        assert_eq!(ended, Ended::Drained);
        self.wecom.stop().await;
    }
}

/// Every event of a record, newest first, whole.
pub async fn records(store: &Store) -> Vec<EventRecord> {
    let filter = EventFilter { limit: Some(500), ..EventFilter::default() };
    let mut records = Vec::new();
    for summary in store.events(&filter).await.expect("the record can be read") {
        records.push(store.event(summary.id).await.expect("it can be read").expect("it is there"));
    }
    records
}

/// Waits until everything in a record has come to its end, and gives the events, newest first, whole.
pub async fn settled(store: &Store) -> Vec<EventRecord> {
    let all = |records: &[EventRecord]| {
        !records.is_empty() && records.iter().all(|event| event.summary.status.as_str() == "settled")
    };
    until("everything is settled", async || {
        let records = records(store).await;
        all(&records).then_some(records)
    })
    .await
}

/// Waits until `look` finds something.
pub async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < SOON, "waited {SOON:?} in vain until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The action of that kind in an event's first run.
pub fn action(event: &EventRecord, kind: Kind) -> &ActionRecord {
    let found = event.actions.iter().find(|action| action.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {event:#?}"))
}

/// What WeCom answered to the tries of an action.
pub fn codes(action: &ActionRecord) -> Vec<Option<i64>> {
    action.attempts.iter().map(|attempt| attempt.errcode).collect()
}

/// Puts rules in force.
pub async fn import(config: &Config, rules: &str) -> i64 {
    wecom_greeter::rules::Ruleset::compile(rules, 1).unwrap_or_else(|faults| panic!("{faults}\n{rules}"));
    let store = wecom_greeter::flow::context::open_store(&config.database).await.expect("the database opens");
    let imported = store.import_rules(rules, None, 0).await.expect("they are stored");
    store.close().await;
    match imported {
        RulesetImport::New { version } | RulesetImport::Unchanged { version } => version,
    }
}

/// Settings for a server of the simulated company's app, on free ports.
pub fn config_for(corp: &Corp, api_base: &str, database_url: &str) -> Config {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let secret = |text: &SecretString| SecretString::from(text.expose_secret().to_owned());
    Config {
        language: None,
        time_zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
        database: config::Database { url: database_url.to_owned().into(), migrate: true, connections: 8 },
        http: config::Http {
            listen: free,
            body_max_bytes: 524_288,
            only_wecom_addresses: false,
            trusted_proxies: Vec::new(),
        },
        admin: config::Admin {
            listen: free,
            url: None,
            token: None,
            requests_per_second: 100_000,
            wecom_login: None,
        },
        apps: vec![config::App {
            name: "default".into(),
            corp_id: corp.corp_id.clone(),
            secret: secret(&corp.secret),
            token: secret(&corp.token),
            encoding_aes_key: secret(&corp.encoding_aes_key),
            agent_id: Some(corp.agent_id),
            receive_ids: [&corp.suite_id, &corp.provider_corp_id].into_iter().flatten().cloned().collect(),
        }],
        wecom: config::Wecom {
            api_base: api_base.to_owned(),
            login_base: api_base.to_owned(),
            welcome_concurrency: 64,
            tag_concurrency: 5,
            lookup_budget: Duration::from_secs(2),
        },
        forward: config::Forward {
            allow_private_networks: true,
            environment: config::Environment::default(),
        },
        retention: config::Retention { days: 0 },
        alert_url: None,
        shutdown: config::Shutdown { grace: Duration::from_secs(10) },
        log: config::Log {
            filter: "warn".into(),
            format: config::LogFormat::Text,
            colors: false,
            chosen: false,
        },
        warnings: Vec::new(),
    }
}

/// The sample company, with every tag id that the rules name, but for those that begin with `etUnknown`.
pub fn corp_with_tags(rules: &str) -> Corp {
    use wecom_simulator::corp::{Tag, TagGroup};
    let mut ids: Vec<&str> = rules
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .filter(|word| word.starts_with("et") && word.len() > 4)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut corp = Corp::sample();
    let known: Vec<String> =
        corp.tags.iter().flat_map(|group| &group.tags).map(|tag| tag.id.clone()).collect();
    ids.retain(|id| !id.starts_with("etUnknown") && !known.iter().any(|tag| tag == id));
    let tag = |id: &&str| Tag { id: (*id).into(), name: (*id).into(), create_time_s: 0, order: 0 };
    let tags = ids.iter().map(tag).collect();
    corp.tags.push(TagGroup {
        id: "etGroupOfTests".into(),
        name: "测试".into(),
        create_time_s: 0,
        order: 0,
        tags,
    });
    corp
}
