//! The settings: built-in defaults, then a TOML file, then the environment; checked as a whole.
//!
//! `default.toml` is both the documentation of every setting and the first layer that is read, so the two cannot
//! disagree. [`sources`] reads the layers and knows where each value stands ([`names`] guesses which name was meant);
//! [`check`] turns them into types and collects everything that is wrong ([`stray`] finds what got into a value on its
//! way); [`exposed`] finds files that too many may read; [`declared`] says which settings there are. A [`Config`] exists
//! only if nothing was wrong. No secret's value is ever part of an error. Nothing else in the program reads the environment.

mod admin;
mod check;
mod declared;
mod error;
mod exposed;
mod names;
mod sources;
mod stray;
mod words;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use tracing_subscriber::EnvFilter;

pub use admin::{Admin, WecomLogin};
pub use declared::{Setting, documented};
pub use error::{ConfigError, Fault, Faults, Position};
pub use exposed::{exposed_by, readable_by_others};
pub use sources::Environment;
pub use words::{Expected, Near, NearAt, Stray, ValueKind, What, keys_in_chinese};

use crate::{language::Language, network::Network};
use check::Reader;
use declared::{APP_SETTINGS, SETTINGS};
use sources::{AppValues, Values};
use wecom_core::callback::Keys;

/// The documentation of every setting, and its defaults.
pub const DEFAULT_TOML: &str = include_str!("../default.toml");

/// The app that the environment defines.
pub const DEFAULT_APP: &str = "default";

/// WeCom's own API.
pub const WECOM_API_BASE: &str = "https://qyapi.weixin.qq.com";

/// The path of a group robot's webhook, which carries its key in the query.
pub const ROBOT_PATH: &str = "/cgi-bin/webhook/send";

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// In which language people are spoken to, where the file or the environment says so.
    pub language: Option<Language>,
    /// Of the times that people read.
    pub time_zone: TimeZone,
    /// Where everything is kept.
    pub database: Database,
    /// The public listener.
    pub http: Http,
    /// The private listener.
    pub admin: Admin,
    /// The WeCom apps, the environment's first; empty where [`Required::Database`] was asked for.
    pub apps: Vec<App>,
    /// The way to WeCom.
    pub wecom: Wecom,
    /// The way to the company's own systems.
    pub forward: Forward,
    /// What is kept for how long.
    pub retention: Retention,
    /// Where trouble is reported: a group robot's webhook, or any URL. Secret, as whoever has it can post there.
    pub alert_url: Option<SecretString>,
    /// How a process ends.
    pub shutdown: Shutdown,
    /// What is logged, and how.
    pub log: Log,
    /// What is not wrong and not as it should be either: for whoever starts a server.
    pub warnings: Vec<Fault>,
}

/// `[database]`
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://…`; secret, for it may hold a password.
    pub url: SecretString,
    /// Whether `serve` migrates.
    pub migrate: bool,
    /// Connections of this process to PostgreSQL, 2 to 200.
    pub connections: u32,
}

/// `[http]`
#[derive(Clone, Debug)]
pub struct Http {
    /// Where callbacks arrive; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The largest body that is read, in bytes.
    pub body_max_bytes: usize,
    /// Whether callbacks are taken only from the addresses that WeCom names.
    pub only_wecom_addresses: bool,
    /// The proxies that are believed when they say for whom they pass a callback on.
    pub trusted_proxies: Vec<Network>,
}

/// One of `[[apps]]`
#[derive(Clone, Debug)]
pub struct App {
    /// Its name here and in the callback's path: `[A-Za-z0-9_-]{1,64}`, unique.
    pub name: String,
    /// 企业ID.
    pub corp_id: String,
    /// For access tokens.
    pub secret: SecretString,
    /// For the signatures of callbacks.
    pub token: SecretString,
    /// For the encryption of callbacks: 43 letters and digits.
    pub encoding_aes_key: SecretString,
    /// AgentId, where known.
    pub agent_id: Option<i64>,
    /// For whom callbacks may be sealed beside the corp: a suite's id, its provider's corp id.
    pub receive_ids: Vec<String>,
}

/// `[wecom]`
#[derive(Clone, Debug)]
pub struct Wecom {
    /// The API's base, without a slash at its end.
    pub api_base: String,
    /// The base of the page on which employees log in, without a slash at its end.
    pub login_base: String,
    /// Welcomes under way at once for one corp.
    pub welcome_concurrency: usize,
    /// Tags and remarks under way at once for one corp.
    pub tag_concurrency: usize,
    /// How long a welcome waits in all for what it cannot be chosen or written without.
    pub lookup_budget: Duration,
}

/// `[forward]`
#[derive(Clone, Debug)]
pub struct Forward {
    /// Whether records may be posted to addresses inside a private network, and without encryption.
    pub allow_private_networks: bool,
    /// Where the secrets are that rules name for the signature of what they forward.
    pub environment: Environment,
}

/// `[retention]`
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// How many days settled events are kept; 0: for ever.
    pub days: u32,
}

/// `[shutdown]`
#[derive(Clone, Debug)]
pub struct Shutdown {
    /// How long what has begun may take to end.
    pub grace: Duration,
}

/// `[log]`
#[derive(Clone, Debug)]
pub struct Log {
    /// Directives of `tracing_subscriber::EnvFilter`; known to parse.
    pub filter: String,
    pub format: LogFormat,
    /// Whether somebody has set the filter, so that it is not the default's.
    pub chosen: bool,
    /// Whether a terminal is shown colours: not where `NO_COLOR` is set (no-color.org).
    pub colors: bool,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How much of the settings a command needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Required {
    /// Everything but the apps, which are not looked at: whoever reads the record need not hold WeCom's secrets.
    Database,
    /// At least one app as well, by which WeCom is called and nothing taken in: what opens callbacks may be absent.
    Calls,
    /// At least one app as well, whole.
    #[default]
    Apps,
}

/// Where the settings come from, and how much of them must be there.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--config`: instead of `GREETER_CONFIG` and `./greeter.toml`.
    pub file: Option<PathBuf>,
    pub required: Required,
    /// In which folder `./greeter.toml` is looked for: the current one by default.
    pub folder: PathBuf,
}

impl Config {
    /// Reads the defaults, the file and the environment, and checks all of it. Reads files (the settings file and
    /// those that hold secrets), nothing else.
    pub fn load(options: &Options, environment: &Environment) -> Result<Self, ConfigError> {
        let (values, faults) = sources::read(options, environment)?;
        build(values, faults, options.required).map(|config| config.under(environment))
    }

    /// The time zone alone, whatever else is wrong with the settings: for commands that need no other.
    pub fn time_zone(options: &Options, environment: &Environment) -> Result<TimeZone, ConfigError> {
        let (values, _) = sources::read(options, environment)?;
        let mut read = Reader::new(&values.settings, Vec::new());
        let zone = read.time_zone("time_zone");
        let faults = read.into_faults();
        if faults.is_empty() { Ok(zone) } else { Err(ConfigError::Wrong(Faults::new(faults, false))) }
    }

    /// The defaults under nothing but the log variables of this environment: for what must run whatever is set up.
    /// Has no app.
    pub fn defaults(environment: &Environment) -> Result<Self, ConfigError> {
        let (values, faults) =
            sources::read_defaults(&environment.only(&["GREETER_LOG", "GREETER_LOG_FORMAT"]));
        build(values, faults, Required::Database).map(|config| config.under(environment))
    }

    /// The language that the settings file asks for; `named` is that of `--config`.
    pub fn language_in_file(named: Option<&Path>, environment: &Environment) -> Option<Language> {
        sources::language(named, environment)
    }

    fn under(mut self, environment: &Environment) -> Self {
        self.log.colors = !environment.has("NO_COLOR");
        self.forward.environment = environment.clone();
        self
    }
}

/// An app is called in the name of a suite, of its provider, and of the corps that have authorised it: more of these than
/// anyone keeps in a settings file.
const RECEIVE_IDS_MAX: usize = 100;
/// More proxies before one server are networks of proxies, which are written as such.
const PROXIES_MAX: usize = 100;
/// The longest secret: a 代开发 app's is its permanent code, for which WeCom asks to keep 512 bytes.
const SECRET_BYTES_MAX: usize = 512;

/// How long the Secret of an app is that the console shows.
const SECRET_BYTES: usize = 43;

/// A length this near to that of a Secret is a Secret of which something was lost, or to which something was added.
const SECRET_BYTES_ASTRAY: std::ops::RangeInclusive<usize> = 38..=48;

fn build(values: Values, faults: Vec<Fault>, required: Required) -> Result<Config, ConfigError> {
    let Values { settings, apps } = values;
    let mut read = Reader::new(&settings, faults);
    let admin = admin::read(&mut read);
    let config = Config {
        language: read
            .optional_choice("language", Language::ALL.map(|language| (language.as_str(), language))),
        time_zone: read.time_zone("time_zone"),
        database: Database {
            url: read.database_url("database.url"),
            migrate: read.flag("database.migrate"),
            connections: read.number("database.connections", 2..=200),
        },
        http: Http {
            listen: read.address("http.listen"),
            body_max_bytes: read.number("http.body_max_bytes", 65_536..=16_777_216),
            only_wecom_addresses: read.flag("http.only_wecom_addresses"),
            trusted_proxies: read.networks("http.trusted_proxies", PROXIES_MAX),
        },
        admin: admin.admin.clone(),
        wecom: Wecom {
            api_base: read.base_url("wecom.api_base"),
            login_base: read.base_url("wecom.login_base"),
            welcome_concurrency: read.number("wecom.welcome_concurrency", 1..=1_000),
            tag_concurrency: read.number("wecom.tag_concurrency", 1..=100),
            lookup_budget: Duration::from_millis(read.number("wecom.lookup_budget_ms", 100..=10_000)),
        },
        forward: Forward {
            allow_private_networks: read.flag("forward.allow_private_networks"),
            environment: Environment::default(),
        },
        retention: Retention { days: read.number("retention.days", 0..=36_500) },
        alert_url: read.alert_url("alert.url"),
        shutdown: Shutdown { grace: Duration::from_millis(read.number("shutdown.grace_ms", 0..=600_000)) },
        log: Log {
            filter: read.checked_text("log.filter", |filter| {
                EnvFilter::builder().parse(filter).is_err().then_some(Expected::LogFilter)
            }),
            chosen: read.is_set("log.filter"),
            colors: true,
            format: read.choice("log.format", [("text", LogFormat::Text), ("json", LogFormat::Json)]),
        },
        apps: Vec::new(),
        warnings: Vec::new(),
    };
    if config.http.listen == config.admin.listen && config.http.listen.port() != 0 {
        read.fault("admin.listen", What::SameListener);
    }
    let mut faults = read.into_faults();
    // An app that is written down wrongly is reported by its faults, and not as missing as well.
    let written =
        |fault: &Fault| matches!(&fault.position, Position::File { path, .. } if path.starts_with("apps"));
    let none_given = required != Required::Database && apps.is_empty() && !faults.iter().any(written);
    let mut warnings = exposed::warnings(&settings, if required == Required::Database { &[] } else { &apps });
    let apps = match required {
        Required::Database => Vec::new(),
        Required::Calls | Required::Apps => build_apps(apps, required, &mut faults, &mut warnings),
    };
    let admin = admin.with_apps(&apps, &Reader::new(&settings, Vec::new()), &mut faults);
    if faults.is_empty() && !none_given {
        return Ok(Config { admin, apps, warnings, ..config });
    }
    Err(ConfigError::Wrong(Faults::new(faults, none_given)))
}

fn build_apps(
    given: Vec<AppValues>,
    required: Required,
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Fault>,
) -> Vec<App> {
    let mut apps: Vec<App> = Vec::with_capacity(given.len());
    for AppValues { position, values } in given {
        let before = faults.len();
        let at = values.get("encoding_aes_key").map_or_else(|| position.clone(), |key| key.position.clone());
        let mut read = Reader::of_app(&values, position, std::mem::take(faults));
        // Whoever only calls WeCom need not have set up callbacks.
        let called = required == Required::Calls
            && !["token", "encoding_aes_key"].iter().any(|key| values.contains_key(*key));
        let app = App {
            name: read.app_value("name", |name| (!is_name(name)).then_some(Expected::AppName)),
            corp_id: read.app_value("corp_id", |id| (!is_name(id)).then_some(Expected::CorpId)),
            secret: read.app_secret("secret", |secret| (!is_secret(secret)).then_some(Expected::Secret)),
            token: read.app_secret_unless(called, "token", |token| {
                (token.is_empty()
                    || token.len() > 32
                    || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()))
                .then_some(Expected::Token)
            }),
            encoding_aes_key: read.app_secret_unless(called, "encoding_aes_key", |key| {
                (key.len() != 43 || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()))
                    .then_some(Expected::AesKey)
            }),
            agent_id: read.optional_number("agent_id", 1..=i64::MAX),
            // Messages to the suite of an individual are sealed for nobody by name.
            receive_ids: read.texts("receive_ids", RECEIVE_IDS_MAX, |id| {
                (!id.is_empty() && !is_name(id)).then_some(Expected::ReceiveIds)
            }),
        };
        if apps.iter().any(|earlier| earlier.name == app.name) && !app.name.is_empty() {
            read.fault("name", What::AppTwice(app.name.clone()));
        }
        *faults = read.into_faults();
        let length = app.secret.expose_secret().len();
        if length != SECRET_BYTES
            && SECRET_BYTES_ASTRAY.contains(&length)
            && let Some(given) = values.get("secret")
        {
            let what = What::SecretLength { length, usual: SECRET_BYTES };
            warnings.push(Fault { position: given.position.clone(), what });
        }
        if faults.len() == before
            && !called
            && let Err(error) =
                Keys::new(app.token.expose_secret(), app.encoding_aes_key.expose_secret(), &app.corp_id)
        {
            faults.push(Fault { position: at, what: What::Keys(error) });
        }
        apps.push(app);
    }
    apps
}

fn is_name(text: &str) -> bool {
    text.len() <= 64 && is_secret(text)
}

fn is_secret(text: &str) -> bool {
    (1..=SECRET_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
