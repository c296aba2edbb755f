//! `demo`: the main job with nothing set up. A simulated WeCom, the real server and an SQLite file in a temporary
//! folder, in one process; customers add employees, and each one's ack, welcome and tags are shown as they happen.
//!
//! With `--keep` it goes on ([`keep`]), with a month behind it ([`history`]).

mod history;
mod keep;
mod said;

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use futures_util::{Stream, StreamExt as _, stream};
use reqwest::Url;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;

use self::said::{headings, line, print_on_the_phone, sum_up};
use super::{
    failure,
    output::Output,
    serve::{INTERRUPTED, Signals},
    setup::Setup,
    simulate, timeline,
    words::trying::Trying,
};
use crate::{
    action::Kind,
    app::App,
    config::{self, Config, DEFAULT_APP},
    language::{Language, Sentence as _},
    rules::Ruleset,
    store::{EventFilter, EventRecord, Store},
    telemetry,
};
use wecom_core::clock::Clock;
use wecom_simulator::{AddCustomer, Added, Corp, DeliveryStatus, Simulator};

pub(super) const EXAMPLES: &str = "\
Needs nothing and changes nothing: the database is in a temporary folder that is removed at the end.
Exit status 0 only if every customer was welcomed and tagged.

With --keep it begins with a month of made-up customers behind it, more come now and then, and at the end of its
output stands a link that opens the pages.

Examples:
  wecom-greeter demo
  wecom-greeter demo --customers 500
  wecom-greeter demo --keep             go on serving, with the pages to look at it";

const RULES: &str = include_str!("rules.yaml");

/// The same people come each time.
const CHANCE: u64 = 2026;

/// The time between two arrivals; shorter where there are many customers.
const GAP: Duration = Duration::from_millis(80);

/// Many customers arrive closer together, so that the last one comes after about this long.
const ARRIVE_WITHIN: Duration = Duration::from_secs(4);

/// At most so many customers are under way at once; the next one waits.
const UNDER_WAY_MAX: usize = 512;

/// By then a customer has been greeted and tagged, or something is wrong: the code's 20 seconds, and some.
const SETTLED_WITHIN_MS: i64 = 25_000;

/// How often it is looked whether a customer's story has come to its end: often at first, then less.
const LOOK_FIRST: Duration = Duration::from_millis(3);
const LOOK_LAST: Duration = Duration::from_millis(100);

/// Beyond that it is a load test, and the simulator begins to forget.
const CUSTOMERS_MAX: u32 = 10_000;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// How many customers add employees
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=i64::from(CUSTOMERS_MAX)))]
    customers: u32,
    /// Put a month of made-up customers behind it, go on serving afterwards, and tell how to play
    #[arg(long)]
    keep: bool,
}

/// What became of one customer.
#[derive(Debug, Serialize)]
struct Seen {
    number: usize,
    customer: String,
    employee: String,
    state: Option<&'static str>,
    event_id: Option<i64>,
    rule: Option<String>,
    /// From posting the event to the 200, as WeCom sees it.
    ack_us: Option<u64>,
    /// From the add to the welcome arriving at WeCom.
    welcome_after_ms: Option<i64>,
    tags: Vec<String>,
    problem: Option<String>,
    /// What the customer's phone got: the welcome's body, without its code.
    #[serde(skip)]
    welcome: Option<Value>,
}

impl Seen {
    fn is_well(&self) -> bool {
        self.problem.is_none()
    }
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("wecom-greeter-demo-")
        .tempdir()
        .with_context(|| Trying::NoFolder.to(setup.language))?;
    let corp = if options.keep { keep::company() } else { Corp::sample() };
    let database = format!("sqlite://{}", folder.path().join("demo.db").display());
    let mut config = config(&setup, &database, &corp)?;
    telemetry::init(&config.log)?;
    let mut signals = Signals::listen()?;
    let employees =
        corp.employees.iter().map(|employee| (employee.userid.clone(), employee.name.clone())).collect();
    let options_of_simulator = wecom_simulator::Options {
        corp: corp.clone(),
        page: simulate::page(output.language()),
        ..Default::default()
    };
    let simulator = Simulator::start(options_of_simulator, setup.clock.clone(), CHANCE).await?;
    config.wecom.api_base = simulator.api_base();
    let zone = config.time_zone.clone();
    let mut app = App::build(config, setup.clock.clone()).await?;
    let engine = app.engine().clone();
    let language = setup.language;
    let keys = if options.keep {
        if !output.is_json() {
            output.sentence(&Trying::DemoLooksBack)?;
            output.flush()?;
        }
        let (keys, demo) = keep::prepare(&engine, &simulator, &corp, &zone, language).await?;
        app = app.as_demo(demo);
        Some(keys)
    } else {
        import_rules(&engine.store, setup.clock.now_ms(), language).await?;
        None
    };
    engine.rulebook.refresh().await;
    let (callback, private) = (app.callback_addr(), app.private_addr());
    simulator.set_callback(Some(Url::parse(&format!("http://{callback}/callback/{DEFAULT_APP}"))?));
    let clock = setup.clock.clone();
    let stage =
        Stage { simulator: simulator.clone(), store: engine.store.clone(), clock: setup.clock, employees };

    let mut serving = std::pin::pin!(app.run());
    let show = async {
        let well = stage.show(options.customers, &mut output).await?;
        if let Some(keys) = &keys {
            keep::print_how_to_play(&simulator, private, &database, keys, &mut output)?;
            keep::come_and_go(&simulator, &corp, &clock).await;
        }
        if !output.is_json() {
            output.sentence(&Trying::WhatNext)?;
            output.flush()?;
        }
        anyhow::Ok(well)
    };
    let mut runs = true;
    let shown = tokio::select! {
        shown = show => shown,
        ended = &mut serving => {
            runs = false;
            Err(ended.map_or_else(anyhow::Error::new, |_| anyhow!(Trying::ServerEnded.to(language))))
        }
        () = signals.next() => Ok(options.keep),
    };
    simulator.stop().await;
    engine.shutdown.begin();
    if runs {
        tokio::select! {
            ended = &mut serving => {
                ended?;
            }
            () = signals.next_hurried() => return Ok(ExitCode::from(INTERRUPTED)),
        }
    }
    Ok(ExitCode::from(if shown? { 0 } else { failure::FAILED }))
}

/// The defaults with the simulated company's app; what is set up on this machine is not used.
fn config(setup: &Setup, database: &str, corp: &Corp) -> anyhow::Result<Config> {
    let mut config = Config::defaults(&setup.environment)?;
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.http.listen = anywhere;
    config.admin.listen = anywhere;
    config.database.url = SecretString::from(database);
    if !config.log.chosen {
        // Each customer's story is shown; what the server says about it would stand in between.
        "error,actix_server=off".clone_into(&mut config.log.filter);
    }
    config.apps = vec![config::App {
        name: DEFAULT_APP.to_owned(),
        corp_id: corp.corp_id.clone(),
        secret: corp.secret.clone(),
        token: corp.token.clone(),
        encoding_aes_key: corp.encoding_aes_key.clone(),
        agent_id: Some(corp.agent_id),
        receive_ids: Vec::new(),
    }];
    Ok(config)
}

async fn import_rules(store: &Store, now_ms: i64, language: Language) -> anyhow::Result<()> {
    Ruleset::compile(RULES, 1).with_context(|| Trying::RulesOfTheDemo.to(language))?;
    store.import_rules(RULES, Some(&Trying::RulesOfTheDemo.to(language)), now_ms).await?;
    Ok(())
}

/// What the customers' stories are played with and watched by.
struct Stage {
    simulator: Simulator,
    store: Store,
    clock: Clock,
    /// By userid, their names.
    employees: Vec<(String, String)>,
}

impl Stage {
    /// Lets the customers come, prints a line for each and a summary; `true` if everything went well.
    async fn show(&self, customers: u32, output: &mut Output) -> anyhow::Result<bool> {
        let verified = self.simulator.verify_url().await?;
        if !output.is_json() {
            output.sentence(&Trying::DemoBegins { verified: verified.ok, customers })?;
            output.line(&headings(output.language()))?;
            output.flush()?;
        }
        let began_ms = self.clock.steady_ms();
        let language = output.language();
        let mut arrivals = std::pin::pin!(self.arrivals(customers, language));
        let mut all = Vec::new();
        while let Some(seen) = arrivals.next().await {
            output.either(&seen, || line(&seen))?;
            output.flush()?;
            all.push(seen);
        }
        let took_ms = self.clock.steady_ms() - began_ms;
        let well = verified.ok && all.iter().all(Seen::is_well);
        sum_up(&all, took_ms, well, output)?;
        print_on_the_phone(&all, output)?;
        Ok(well)
    }

    /// Customers in the order in which their stories end.
    fn arrivals(&self, customers: u32, language: Language) -> impl Stream<Item = Seen> {
        let gap = GAP.min(ARRIVE_WITHIN / customers);
        let count = usize::try_from(customers).unwrap_or(usize::MAX);
        stream::iter(wecom_simulator::people(CHANCE).take(count).enumerate())
            .then(move |(index, person)| async move {
                tokio::time::sleep(gap).await;
                let (userid, name) = &self.employees[index % self.employees.len()];
                let mut add = AddCustomer::new(userid, &person.name, person.state);
                add.gender = Some(person.gender);
                let added = self.simulator.add_customer(&add);
                let seen = Seen {
                    number: index + 1,
                    customer: person.name,
                    employee: name.clone(),
                    state: person.state,
                    event_id: None,
                    rule: None,
                    ack_us: None,
                    welcome_after_ms: None,
                    tags: Vec::new(),
                    problem: added.as_ref().err().map(ToString::to_string),
                    welcome: None,
                };
                (seen, added.ok())
            })
            .map(move |(seen, added)| async move {
                match added {
                    Some(added) => self.follow(seen, &added, language).await,
                    None => seen,
                }
            })
            .buffer_unordered(UNDER_WAY_MAX)
    }

    /// Watches one customer's story to its end, from WeCom's side and in the record.
    async fn follow(&self, mut seen: Seen, added: &Added, language: Language) -> Seen {
        let until_ms = self.clock.steady_ms() + SETTLED_WITHIN_MS;
        let Some(&number) = added.deliveries.first() else { return seen };
        let delivery = self.simulator.delivered(number).await;
        match delivery {
            Some(delivery) if delivery.status == DeliveryStatus::Accepted => {
                seen.ack_us = delivery.tries.last().map(|last| last.took_us);
            }
            _ => {
                seen.problem = Some(Trying::NotAcked.to(language));
                return seen;
            }
        }
        let mut look = LOOK_FIRST;
        loop {
            let relation = self.simulator.relation(&added.employee, &added.customer);
            if let Some(relation) =
                relation.filter(|relation| !relation.welcomes.is_empty() && !relation.tags.is_empty())
            {
                seen.welcome_after_ms = relation.welcomes.first().map(|welcome| welcome.after_ms);
                seen.welcome = relation.welcomes.into_iter().next().map(|welcome| welcome.message);
                seen.tags = relation.tag_names;
                break;
            }
            if self.clock.steady_ms() >= until_ms {
                seen.problem = Some(Trying::NotInTime.to(language));
                break;
            }
            tokio::time::sleep(look).await;
            look = (look * 3 / 2).min(LOOK_LAST);
        }
        self.read_record(&mut seen, added, language).await;
        seen
    }

    /// Which rule it was, and why something was not done.
    async fn read_record(&self, seen: &mut Seen, added: &Added, language: Language) {
        let Ok(Some(record)) = self.record_of(&added.customer).await else {
            seen.problem.get_or_insert_with(|| Trying::NotInTheRecord.to(language));
            return;
        };
        seen.event_id = Some(record.summary.id);
        let greeting = record.rules.iter().find(|rule| rule.used_for.contains(&Kind::Welcome));
        seen.rule = greeting.map(|rule| rule.name.clone());
        let undone =
            record.actions.iter().find(|action| matches!(action.status.as_str(), "failed" | "expired"));
        if let Some(action) = undone {
            let why = timeline::reason(action, language).unwrap_or_default();
            let undone = Trying::Undone { kind: action.kind, status: action.status, why: &why };
            seen.problem = Some(undone.to(language));
        }
    }

    async fn record_of(&self, customer: &str) -> anyhow::Result<Option<EventRecord>> {
        let filter =
            EventFilter { customer: Some(customer.to_owned()), limit: Some(1), ..EventFilter::default() };
        let Some(event) = self.store.events(&filter).await?.into_iter().next() else { return Ok(None) };
        Ok(self.store.event(event.id).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_demo_have_no_fault() {
        let ruleset = Ruleset::compile(RULES, 1).unwrap();
        assert_eq!(ruleset.rules().count(), 4);
    }
}
