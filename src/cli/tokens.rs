//! `tokens`: who may use the admin API and the pages.

use std::process::ExitCode;

use anyhow::bail;
use clap::{ValueEnum, builder::PossibleValue};
use serde_json::json;

use super::{
    output::{Column, Output, clean, say},
    setup::{Filled, Setup},
    when::{self, When, Zone},
    words::{
        arguments::Wrong,
        tokens::{Heading, Tokens},
    },
};
use crate::{
    access::{By, NAME_CHARS_MAX, Role, Secret, is_name},
    language::{Language, Sentence as _},
    store::{NewToken, TokenMade, TokenRecord},
};

pub(super) const EXAMPLES: &str = "\
A token is sent as `Authorization: Bearer TOKEN`, or typed in where the pages ask for it. It is shown once, when it
is made; the database keeps a hash of it.

Examples:
  wecom-greeter tokens create grafana --role viewer --expires 90d
  wecom-greeter tokens list
  wecom-greeter tokens revoke grafana";

const CREATE: &str = "\
Examples:
  wecom-greeter tokens create zhangsan --role operator
  wecom-greeter tokens create grafana --role viewer --expires 90d
  wecom-greeter tokens create ci --role operator --output json | jq -r .token";

const LIST: &str = "\
Examples:
  wecom-greeter tokens list
  wecom-greeter tokens list --output json | jq .name";

const REVOKE: &str = "\
It opens nothing from now on, and whoever has logged in with it is logged out.

Examples:
  wecom-greeter tokens revoke grafana";

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a token, and show it this once
    #[command(after_help = CREATE)]
    Create {
        /// Whose it is, or what for
        #[arg(value_name = "NAME", value_parser = name)]
        name: String,
        /// What it may do
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// When it ends by itself: 90d, 12h, 2027-01-01; never if not given
        #[arg(long, value_name = "WHEN", value_parser = when::parse_end)]
        expires: Option<When>,
    },
    /// List the tokens that are not revoked
    #[command(after_help = LIST)]
    List,
    /// End a token
    #[command(after_help = REVOKE)]
    Revoke {
        /// The token's name
        #[arg(value_name = "NAME")]
        name: String,
    },
}

impl ValueEnum for Role {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(match self {
            Self::Viewer => "Reads",
            Self::Operator => "Has things tried again and changes rules as well",
            Self::Admin => "Gives out tokens, writes at WeCom and reads the audit as well",
        }))
    }
}

fn name(text: &str) -> Result<String, Wrong> {
    if is_name(text) { Ok(text.to_owned()) } else { Err(Wrong::NoTokenName { chars_max: NAME_CHARS_MAX }) }
}

pub(super) async fn run(command: Command, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Create { name, role, expires } => create(&name, role, expires, &setup, output).await,
        Command::List => list(&setup, output).await,
        Command::Revoke { name } => revoke(&name, &setup, output).await,
    }
}

async fn create(
    name: &str,
    role: Role,
    expires: Option<When>,
    setup: &Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    let expires_at_ms = expires.map(|when| when.from_now_ms(now_ms, &zone));
    if expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms) {
        return Err(Wrong::Over.into());
    }
    let Filled { store, place, is_new, .. } = setup.filled_store().await?;
    let secret = Secret::token(rand::random());
    let token = NewToken { name, role, hash: secret.hash(), expires_at_ms };
    let made = store.create_token(&token, &By::command_line(), now_ms).await;
    store.close().await;
    match made? {
        TokenMade::Made => {}
        TokenMade::Taken => bail!(Tokens::Taken { name }.to(setup.language)),
        TokenMade::TooMany => bail!(Tokens::TooMany.to(setup.language)),
    }
    if is_new && !output.is_json() {
        say(&Tokens::MadeDatabase { place: &clean(&place) }.to(setup.language));
    }
    let document =
        json!({ "name": name, "role": role, "token": secret.expose(), "expires_at_ms": expires_at_ms });
    output.either(&document, || secret.expose().to_owned())?;
    output.flush()?;
    if !output.is_json() {
        let until = expires_at_ms.map(|at_ms| zone.instant(at_ms));
        say(&Tokens::Made { name, role, until: until.as_deref() }.to(setup.language));
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(setup: &Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    let store = setup.existing_store().await?;
    let tokens = store.tokens().await;
    store.close().await;
    let tokens = tokens?;
    if output.is_json() {
        for token in &tokens {
            output.document(token)?;
        }
    } else if tokens.is_empty() {
        output.sentence(&Tokens::None)?;
    } else {
        let language = output.language();
        let headings = [Heading::Name, Heading::Role, Heading::Made, Heading::Ends, Heading::Used]
            .map(|heading| Tokens::Heading(heading).to(language));
        let columns = headings.each_ref().map(|heading| Column::whole(heading));
        let rows = tokens.iter().map(|token| row(token, now_ms, &zone, language)).collect();
        output.table(&columns, rows)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn row(token: &TokenRecord, now_ms: i64, zone: &Zone, language: Language) -> Vec<String> {
    let ends = match token.expires_at_ms {
        None => Tokens::Never.to(language),
        Some(at_ms) if at_ms <= now_ms => Tokens::Ended { at: &zone.instant(at_ms) }.to(language),
        Some(at_ms) => zone.instant(at_ms),
    };
    let used = token.last_used_at_ms.map_or_else(|| "-".to_owned(), |at_ms| zone.instant(at_ms));
    vec![clean(&token.name), token.role.to_string(), zone.instant(token.created_at_ms), ends, used]
}

async fn revoke(name: &str, setup: &Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let store = setup.existing_store().await?;
    let revoked = store.revoke_token(name, &By::command_line(), setup.clock.now_ms()).await;
    store.close().await;
    let name = clean(name);
    if !revoked? {
        bail!(Tokens::Missing { name: &name }.to(setup.language));
    }
    output.either(&json!({ "name": name, "revoked": true }), || {
        Tokens::Revoked { name: &name }.to(setup.language)
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
