//! `contact`: every method of the customer-contact API by hand.
//!
//! The commands are built from the [catalogue](wecom_client::catalogue): a method that stands there is a command here.
//! What was given is read and checked before the settings are, and before anything is sent ([`given`]); then the call
//! is made, and WeCom's own answer printed, whatever it is ([`answer`]). No database is opened.

mod answer;
mod commands;
mod download;
mod given;
#[cfg(test)]
mod page;
mod qr;
mod table;
mod unlisted;
mod zh;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use secrecy::SecretString;
use tokio_util::task::TaskTracker;

use super::{
    failure::Misuse,
    output::{Output, clean, say},
    setup::Setup,
    words::contact::Contact,
};
use crate::{
    config::{App, Config, Required},
    language::{Language, Sentence as _},
};
use wecom_client::{
    ApiBase, CallOptions, Client, ClientOptions, Http,
    catalogue::{Answers, Method},
};

use commands::Listed;
pub(super) use commands::{Call, in_chinese};

pub(super) const EXAMPLES: &str = "\
METHOD is WeCom's own name in kebab-case; its arguments are flags, or fields of one object with --json.
Arguments that WeCom is known to refuse, and values of another shape than it wants, are refused here,
before anything is sent; fields that are not known go out as they are. The answer is WeCom's, as JSON;
exit status 1 where its errcode is not 0. Reads, and writes that may be repeated, are tried again when
WeCom is busy; what may be done only once is never sent twice.

Examples:
  wecom-greeter contact get-follow-user-list
  wecom-greeter contact list --userid zhangsan
  wecom-greeter contact batch-get-by-user --userid-list zhangsan,lisi --all \\
    | jq .external_contact.name
  wecom-greeter contact add-contact-way --type 1 --scene 2 --user zhangsan --state spring --qr
  wecom-greeter contact get-corp-tag-list --table
  wecom-greeter contact mark-tag --json '{\"userid\": \"zhangsan\", …}'
  wecom-greeter contact add-msg-template --json @message.json --sender lisi
  wecom-greeter contact call POST idconvert/chatid --json '{\"chat_id_list\": […]}'";

/// The flags that say how a method is called, beside its own arguments.
#[derive(Debug, Default)]
struct ContactOptions {
    /// `--app`.
    app: Option<String>,
    /// `--timeout`.
    timeout: Option<Duration>,
    /// `--all`.
    all: bool,
    /// `--table`.
    table: bool,
    /// `--qr`.
    qr: bool,
    /// `--to` of a download, with `--overwrite`.
    to: Option<Destination>,
}

/// Where a file goes.
#[derive(Debug)]
struct Destination {
    path: PathBuf,
    /// `--overwrite`.
    overwrite: bool,
}

impl ContactOptions {
    fn call_options(&self, method: &Method) -> CallOptions {
        let options = method.options();
        CallOptions::new(self.timeout.unwrap_or(options.timeout), options.retries)
    }
}

pub(super) async fn run(call: Call, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    match call {
        Call::Listed(listed) => run_listed(listed, setup, output).await,
        Call::Unlisted(given) => unlisted::run(given, setup, output).await,
    }
}

async fn run_listed(call: Listed, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let zone = setup.zone()?;
    let (method, flags, arguments) = call.read((setup.clock.now_ms(), &zone), setup.language)?;
    if flags.table && output.is_json() {
        return Err(Misuse(Contact::TableOrJson.to(setup.language)).into());
    }
    let arguments = if flags.all { arguments.paged(method) } else { arguments };
    let prepared = method.prepare(&arguments).await?;
    let language = setup.language;
    for (given, meant) in arguments.near_misses() {
        let given = clean(given);
        say(&Contact::NearMiss { given: &given, meant }.to(language));
    }
    let config = setup.load(Required::Calls)?;
    let client = client(&config, flags.app.as_deref(), &setup)?;
    let options = flags.call_options(method);
    let ended = if method.answers == Answers::File {
        let Some(to) = &flags.to else {
            return Err(Misuse(Contact::NoDestination.to(language)).into());
        };
        download::run(&client, method, &prepared, to, options, &mut output).await?
    } else if flags.all {
        let pages = method.pages(&client, &arguments, options).await?;
        let Some(pages) = pages else {
            return Err(Misuse(Contact::NoPages { method: &method.command() }.to(language)).into());
        };
        answer::all(pages, method, (&flags, &zone), &mut output).await?
    } else {
        match client.ask(&prepared, options).await {
            Ok(answered) => answer::one(answered, method, (&flags, &zone), &mut output)?,
            Err(unanswered) => {
                let command = method.command();
                answer::none(unanswered, method.endpoint, &command, answer::Form::Answer, &mut output)?
            }
        }
    };
    output.flush()?;
    Ok(ended)
}

/// The client of the app that `--app` names, or of the only one.
fn client(config: &Config, named: Option<&str>, setup: &Setup) -> anyhow::Result<Client> {
    let app = app(&config.apps, named, setup.language)?;
    let options = ClientOptions::new(
        app.corp_id.clone(),
        SecretString::clone(&app.secret),
        ApiBase::parse(&config.wecom.api_base)?,
    );
    Ok(Client::new(Http::new()?, options, setup.clock.clone(), TaskTracker::new()))
}

fn app<'a>(apps: &'a [App], named: Option<&str>, language: Language) -> Result<&'a App, Misuse> {
    let all: Vec<&str> = apps.iter().map(|app| app.name.as_str()).collect();
    match (named, apps) {
        (Some(name), _) => apps
            .iter()
            .find(|app| app.name == name)
            .ok_or_else(|| Misuse(Contact::NoApp { name, apps: &all }.to(language))),
        (None, [app]) => Ok(app),
        (None, _) => Err(Misuse(Contact::WhichApp { apps: &all }.to(language))),
    }
}
