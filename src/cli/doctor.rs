//! `doctor`: what keeps a set-up from working, and what to change. `serve` asks the same when it starts, for its log.

use std::{process::ExitCode, time::Duration};

use secrecy::ExposeSecret as _;
use tracing::{info, warn};

use super::{
    failure,
    output::{Output, clean, fit},
    setup::Setup,
    words::arguments::Wrong,
};
use crate::{
    config::{Config, ConfigError, Required},
    doctor::{
        Asked, Both, CallbackUrl, Check, Examined, Finding, Matter, Status, examine, proxy, store_in_chinese,
    },
    flow::{context, engine::Engine},
    language::{Language, Sentence as _, system},
    shutdown::Shutdown,
    store::{self, Store},
    telemetry::chain,
};

pub(super) const EXAMPLES: &str = "\
Looks at settings, database, rules, clock, token, trusted address, rights, visible range, callbacks, events
and welcome codes, by reads only, within 15 seconds. One fault is one fail; what cannot be told
because of it is skip. With --url it does what WeCom does when the URL is saved, from this machine.
Exit status 1 if anything fails.

Examples:
  wecom-greeter doctor
  wecom-greeter doctor --url https://wecom.example.com/callback/default
  wecom-greeter doctor --app shop --output json | jq 'select(.status == \"fail\")'";

/// How long the database may take to be opened. Together with everything else it stays within what all of it may take.
const OPENED_WITHIN: Duration = Duration::from_secs(3);

/// How long a connection is waited for, or another program's lock: less than that by so much that there is time to find out
/// why there is none.
const CONNECTED_WITHIN: Duration = Duration::from_millis(1_500);

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Only this app [default: every one in the settings]
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Look at this callback URL as WeCom does when it is saved
    #[arg(long, value_name = "URL", value_parser = callback_url)]
    url: Option<CallbackUrl>,
}

fn callback_url(text: &str) -> Result<CallbackUrl, Wrong> {
    CallbackUrl::parse(text).map_err(|_| Wrong::NoCallbackUrl)
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let examined = match setup.load(Required::Apps) {
        Ok(config) => Box::pin(examined(&config, options, &setup)).await?,
        Err(error) => without_settings(&error.downcast::<ConfigError>()?),
    };
    print(&examined, &mut output)?;
    Ok(if examined.is_well() { ExitCode::SUCCESS } else { ExitCode::from(failure::FAILED) })
}

async fn examined(config: &Config, options: Options, setup: &Setup) -> anyhow::Result<Examined> {
    let (shutdown, clock) = (Shutdown::new(), setup.clock.clone());
    let mut apps = context::clients(config, &clock, &shutdown)?;
    if let Some(name) = &options.app {
        apps.retain(|(app, _)| app.name == *name);
        if apps.is_empty() {
            let apps = config.apps.iter().map(|app| app.name.clone()).collect();
            return Err(Wrong::NoApp { name: name.clone(), apps }.into());
        }
    }
    // A proxy may serve the app under another path, and then the URL does not say which app it is.
    let url = options.url.map(|url| {
        let named = url.app().filter(|name| apps.iter().any(|(app, _)| app.name == *name));
        let app =
            named.or_else(|| apps.first().map(|(app, _)| app.name.as_str())).unwrap_or_default().to_owned();
        (url, app)
    });
    let store = opened(config).await;
    let asked = Asked {
        config,
        apps,
        store: store.clone(),
        url,
        tls: wecom_core::tls::client()?,
        proxy: proxy(config, &setup.environment),
        clock,
    };
    let examined = Box::pin(examine(asked)).await;
    if let Ok(store) = store {
        store.close().await;
    }
    Ok(examined)
}

/// The database as it is: none is made, and no tables.
async fn opened(config: &Config) -> Result<Store, Finding> {
    if let Some(path) = store::missing_file(config.database.url.expose_secret()) {
        return Err(Finding::DatabaseMissing { path: path.display().to_string() });
    }
    let waited_ms = u64::try_from(OPENED_WITHIN.as_millis()).unwrap_or(u64::MAX);
    let opened =
        tokio::time::timeout(OPENED_WITHIN, context::open_store_within(&config.database, CONNECTED_WITHIN))
            .await;
    opened.unwrap_or(Err(store::Error::Slow { waited_ms })).map_err(|error| {
        let what = Both { en: chain(&error), zh: store_in_chinese(&error) };
        match error {
            store::Error::SchemaOlder { .. } | store::Error::SchemaNewer { .. } => {
                Finding::DatabaseOther { what }
            }
            store::Error::FileUnusable { path, fault: store::FileFault::Damaged { says } } => {
                Finding::DatabaseDamaged { place: path, says }
            }
            store::Error::FileUnusable { fault: store::FileFault::Locked, .. } => {
                Finding::DatabaseLocked { what }
            }
            store::Error::Damaged { cause, .. } => {
                Finding::DatabaseDamaged { place: sqlite_file(config), says: store::own_words(&cause) }
            }
            _ => Finding::DatabaseUnusable { what, is_file: !is_postgres(config) },
        }
    })
}

/// The SQLite file as the settings name it.
fn sqlite_file(config: &Config) -> String {
    let url = config.database.url.expose_secret();
    let file = url.trim_start_matches("sqlite:").trim_start_matches("//");
    file.split('?').next().unwrap_or(file).to_owned()
}

fn is_postgres(config: &Config) -> bool {
    config.database.url.expose_secret().starts_with("postgres")
}

/// Nothing else can be told without settings.
fn without_settings(error: &ConfigError) -> Examined {
    let said = |language: Language| match error {
        ConfigError::Unreadable { cause, .. } => {
            error.to(language) + language.colon() + &system(cause, language)
        }
        ConfigError::Wrong(_) => error.to(language),
    };
    let what = Both { en: said(Language::En), zh: said(Language::Zh) };
    let finding = match error {
        ConfigError::Unreadable { .. } => Finding::SettingsUnread { what },
        ConfigError::Wrong(_) => Finding::SettingsWrong { what },
    };
    let mut checks = vec![Check::of_all(Matter::Settings, finding)];
    let others = Matter::ALL.into_iter().skip(1);
    checks.extend(others.map(|matter| Check::of_all(matter, Finding::Skipped { after: Matter::Settings })));
    Examined { checks }
}

/// The name of a check, and how it ended, in columns.
const STATUS_COLUMNS: usize = 6;
const MATTER_COLUMNS: usize = 13;

/// So much of an app's name stands in its column.
const APP_COLUMNS_MAX: usize = 24;

fn print(examined: &Examined, output: &mut Output) -> anyhow::Result<()> {
    let language = output.language();
    let mut apps: Vec<&str> = examined.checks.iter().filter_map(|check| check.app.as_deref()).collect();
    apps.dedup();
    let width = match apps.len() {
        0 | 1 => 0,
        _ => apps.iter().map(|app| app.len()).max().unwrap_or_default().min(APP_COLUMNS_MAX),
    };
    for check in &examined.checks {
        output.either(&check.to_json(language), || text(check, width, language))?;
    }
    output.flush()?;
    Ok(())
}

fn text(check: &Check, app_columns: usize, language: Language) -> String {
    let mut before = fit(check.status().name(language), STATUS_COLUMNS) + "  ";
    before += &(fit(check.matter.name(language), MATTER_COLUMNS) + "  ");
    if app_columns > 0 {
        before += &(fit(check.app.as_deref().unwrap_or_default(), app_columns) + "  ");
    }
    let indent =
        " ".repeat(STATUS_COLUMNS + MATTER_COLUMNS + 4 + if app_columns > 0 { app_columns + 2 } else { 0 });
    let found = check.finding.to(language);
    let mut lines: Vec<String> = found.lines().map(clean).collect();
    lines.extend(
        check
            .finding
            .cure(language)
            .filter(|_| check.status() != Status::Ok)
            .map(|cure| format!("→ {}", clean(&cure))),
    );
    before + &lines.join(&format!("\n{indent}"))
}

/// Logs in one line what `doctor` would fail on. `serve` runs this beside everything else, so that it delays nothing.
pub(super) async fn log_what_fails(config: Config, engine: Engine) {
    let asked = match Asked::of_server(&config, &engine) {
        Ok(asked) => asked,
        Err(error) => return warn!(error = %chain(&error), "What `doctor` would find is not known"),
    };
    let examined = Box::pin(examine(asked)).await;
    let failing: Vec<String> =
        examined.checks.iter().filter(|check| check.status() == Status::Fail).map(logged).collect();
    if failing.is_empty() {
        info!("`wecom-greeter doctor` finds nothing that fails");
    } else {
        warn!("`wecom-greeter doctor` would fail on {}: run it to read what to change", failing.join(", "));
    }
}

fn logged(check: &Check) -> String {
    let code = check.finding.code().unwrap_or_default();
    match &check.app {
        Some(app) => format!("{} of app `{app}` ({code})", check.matter.as_str()),
        None => format!("{} ({code})", check.matter.as_str()),
    }
}
