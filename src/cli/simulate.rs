//! `simulate`: a WeCom of one's own.

use std::{collections::BTreeMap, net::SocketAddr, process::ExitCode, time::Duration};

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::{
    output::Output,
    serve::Signals,
    setup::Setup,
    words::{arguments::Wrong, trying::Trying},
};
use crate::{
    config::{self, ConfigError, DEFAULT_APP, Required},
    language::{Language, Sentence as _},
    telemetry,
};
use wecom_simulator::{Corp, PageLanguage, SetUpFault, Simulator};

pub(super) const EXAMPLES: &str = "\
Its API side answers what WeCom answers; its callback side posts sealed events to --callback. How to
let customers come and things go wrong is told at its root: curl http://127.0.0.1:8090/

The app's credentials are those of the app `default` in the settings, where there is one; else
made-up ones, which are printed as `export` lines: copy those into another terminal, and `serve` and
`contact` work with the simulated company there.

Examples:
  wecom-greeter simulate --callback http://127.0.0.1:8080/callback/default
  curl http://127.0.0.1:8090/_simulator/customers -d '{\"employee\": \"zhangsan\", \"name\": \"小周\"}'
  curl http://127.0.0.1:8090/_simulator/scans -d '{\"config_id\": \"CONFIG_ID\"}'
  curl http://127.0.0.1:8090/_simulator/clock -d '{\"forward\": \"3d\"}'
  wecom-greeter simulate --fault untrusted_address      and see what `doctor` makes of it
  wecom-greeter serve      in another terminal, after the export lines that this one prints";

/// The ids and codes of a simulated WeCom are the same each time, so that scripts can name them.
const CHANCE: u64 = 1;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Where the API listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090", value_parser = address)]
    listen: SocketAddr,
    /// Where events are posted
    #[arg(long, value_name = "URL", value_parser = callback_url)]
    callback: Option<Url>,
    /// How long each answer takes, in milliseconds: 80, or 50-150
    #[arg(long, value_name = "MS", default_value = "0", value_parser = latency)]
    latency: (Duration, Duration),
    /// Something that is wrong with the set-up, by name, for `doctor` to find (several: one each); its root lists them
    #[arg(long = "fault", value_name = "NAME", value_parser = fault)]
    faults: Vec<SetUpFault>,
    /// The app of the settings whose credentials it has
    #[arg(long, value_name = "NAME", help_heading = "Credentials")]
    app: Option<String>,
    /// The corp's id
    #[arg(long, value_name = "ID", help_heading = "Credentials", value_parser = given)]
    corp_id: Option<String>,
    /// The app's secret
    #[arg(long, value_name = "SECRET", help_heading = "Credentials", value_parser = secret)]
    secret: Option<SecretString>,
    /// The callback's Token
    #[arg(long, value_name = "TOKEN", help_heading = "Credentials")]
    token: Option<SecretString>,
    /// The callback's EncodingAESKey
    #[arg(long, value_name = "KEY", help_heading = "Credentials")]
    encoding_aes_key: Option<SecretString>,
    /// The app's AgentId
    #[arg(long, value_name = "ID", help_heading = "Credentials")]
    agent_id: Option<i64>,
    /// Post events in the form of a suite's instructions, sealed for this suite; its tokens are not simulated
    #[arg(long, value_name = "ID", help_heading = "Credentials", value_parser = given)]
    suite_id: Option<String>,
    /// With --suite-id: seal the check of the URL for this corp, the suite's provider
    #[arg(long, value_name = "ID", help_heading = "Credentials", value_parser = given, requires = "suite_id")]
    provider_corp_id: Option<String>,
}

/// Where to listen.
pub(super) fn address(text: &str) -> Result<SocketAddr, Wrong> {
    text.parse().map_err(|_| Wrong::NoAddress)
}

/// Where to post.
fn callback_url(text: &str) -> Result<Url, Wrong> {
    wecom_simulator::callback_url(text).map_err(|_| Wrong::NoCallbackUrl)
}

/// A value that is not empty.
fn given(text: &str) -> Result<String, Wrong> {
    if text.is_empty() { Err(Wrong::Empty) } else { Ok(text.to_owned()) }
}

/// A fault by its name, as it usually is.
fn fault(name: &str) -> Result<SetUpFault, Wrong> {
    SetUpFault::named(name).ok_or(Wrong::NoSetUpFault)
}

fn secret(text: &str) -> Result<SecretString, Wrong> {
    given(text).map(SecretString::from)
}

pub(super) fn latency(text: &str) -> Result<(Duration, Duration), Wrong> {
    /// No client waits longer.
    const MOST_MS: u64 = 60_000;
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    let read =
        |text: &str| text.trim().parse::<u64>().ok().filter(|ms| *ms <= MOST_MS).map(Duration::from_millis);
    match (read(least), read(most)) {
        (Some(least), Some(most)) if least <= most => Ok((least, most)),
        _ => Err(Wrong::NoLatency { most_ms: MOST_MS }),
    }
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let (app, mut log) = settings(options.app.as_deref(), &setup)?;
    // The simulator resets connections when it is asked to, and the HTTP server would log each of them as an error. A
    // filter of the user's that names the same target comes after this one, and wins.
    log.filter = format!("actix_http::h1::dispatcher=off,{}", log.filter);
    telemetry::init(&log)?;
    let made_up = app.is_none() && options.secret.is_none();
    let corp = corp(&options, app);
    let callback = options.callback.clone();
    let credentials = Credentials::of(&corp);
    let simulator = Simulator::start(
        wecom_simulator::Options {
            listen: options.listen,
            corp,
            callback,
            latency: options.latency,
            page: page(output.language()),
            ..Default::default()
        },
        setup.clock,
        CHANCE,
    )
    .await?;
    for fault in &options.faults {
        simulator.add_set_up_fault(fault.clone())?;
    }
    let mut signals = Signals::listen()?;
    let (base, language) = (simulator.api_base(), output.language());
    let callback = options.callback.as_ref().map(Url::as_str);
    let (gateway, https) = simulator.gateways();
    let [gateway, https] = [&gateway, &https].map(|url| url.as_ref().map(Url::as_str));
    output.either(
        &json!({
            "api_base": base,
            "callback": callback,
            "corp_id": credentials.corp_id,
            "faults": options.faults,
            "gateway": gateway,
            "https": https,
            "environment": made_up.then(|| credentials.variables(&base)),
        }),
        || {
            let exports: Vec<String> = if made_up {
                let variables = credentials.variables(&base).into_iter();
                variables.map(|(name, value)| format!("  export {name}={value}")).collect()
            } else {
                Vec::new()
            };
            let look_at = https.or(gateway).filter(|_| !options.faults.is_empty());
            Trying::Simulating { base: &base, callback, exports: &exports, look_at }.to(language)
        },
    )?;
    output.flush()?;
    signals.next().await;
    simulator.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// The language of the simulator's page: that of whoever starts it.
pub(super) fn page(language: Language) -> PageLanguage {
    match language {
        Language::En => PageLanguage::English,
        Language::Zh => PageLanguage::Chinese,
    }
}

/// The app whose credentials are taken from the settings, and how to log. It is no fault here that the settings have no
/// app, unless one is asked for by name.
pub(super) fn settings(
    named: Option<&str>,
    setup: &Setup,
) -> anyhow::Result<(Option<config::App>, config::Log)> {
    let config = match setup.settings(Required::Apps) {
        Ok(config) => config,
        Err(ConfigError::Wrong(faults)) if faults.no_app() && faults.iter().next().is_none() => {
            setup.settings(Required::Database)?
        }
        Err(error) => return Err(error.into()),
    };
    let name = named.unwrap_or(DEFAULT_APP);
    let apps: Vec<String> = config.apps.iter().map(|app| app.name.clone()).collect();
    let app = config.apps.into_iter().find(|app| app.name == name);
    if let (Some(name), None) = (named, &app) {
        return Err(Wrong::NoApp { name: name.to_owned(), apps }.into());
    }
    Ok((app, config.log))
}

fn corp(options: &Options, app: Option<config::App>) -> Corp {
    let mut corp = Corp::sample();
    if let Some(app) = app {
        corp.corp_id = app.corp_id;
        corp.secret = app.secret;
        corp.token = app.token;
        corp.encoding_aes_key = app.encoding_aes_key;
        corp.agent_id = app.agent_id.unwrap_or(corp.agent_id);
    }
    let Options { corp_id, secret, token, encoding_aes_key, agent_id, suite_id, provider_corp_id, .. } =
        options;
    corp.corp_id = corp_id.clone().unwrap_or(corp.corp_id);
    corp.secret = secret.clone().unwrap_or(corp.secret);
    corp.token = token.clone().unwrap_or(corp.token);
    corp.encoding_aes_key = encoding_aes_key.clone().unwrap_or(corp.encoding_aes_key);
    corp.agent_id = agent_id.unwrap_or(corp.agent_id);
    corp.suite_id.clone_from(suite_id);
    corp.provider_corp_id.clone_from(provider_corp_id);
    corp
}

/// What a server needs to work with the simulated company; made-up values, so they may be shown.
struct Credentials {
    corp_id: String,
    secret: SecretString,
    token: SecretString,
    encoding_aes_key: SecretString,
    agent_id: i64,
    /// For whom callbacks are sealed beside the corp.
    receive_ids: Vec<String>,
}

impl Credentials {
    fn of(corp: &Corp) -> Self {
        Self {
            corp_id: corp.corp_id.clone(),
            secret: corp.secret.clone(),
            token: corp.token.clone(),
            encoding_aes_key: corp.encoding_aes_key.clone(),
            agent_id: corp.agent_id,
            receive_ids: [&corp.suite_id, &corp.provider_corp_id].into_iter().flatten().cloned().collect(),
        }
    }

    /// The settings, by the names of their variables.
    fn variables(&self, base: &str) -> BTreeMap<&'static str, String> {
        let mut variables = BTreeMap::from([
            ("WECOM_API_BASE", base.to_owned()),
            ("WECOM_LOGIN_BASE", base.to_owned()),
            ("WECOM_CORP_ID", self.corp_id.clone()),
            ("WECOM_SECRET", self.secret.expose_secret().to_owned()),
            ("WECOM_TOKEN", self.token.expose_secret().to_owned()),
            ("WECOM_ENCODING_AES_KEY", self.encoding_aes_key.expose_secret().to_owned()),
            ("WECOM_AGENT_ID", self.agent_id.to_string()),
        ]);
        if !self.receive_ids.is_empty() {
            variables.insert("WECOM_RECEIVE_IDS", self.receive_ids.join(","));
        }
        variables
    }
}
