//! `rules explain`: which rule wins for an event, why the others do not, and what would be sent.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::{
    super::{
        failure::{FAILED, Misuse},
        output::{Output, clean, say},
        setup::Setup,
        when::{self, When, Zone},
    },
    fail_with_faults, read,
};
use crate::{
    config::Required,
    flow::context,
    known::{customers::customer_of, directory},
    rules::{
        Earlier, Faults, Ruleset,
        trial::{self, Explanation, Given, MeasuredNotice, Methods, Part, Request, Situation},
    },
    shutdown::Shutdown,
    store::{EventRecord, Store, StoredEvent},
};
use wecom_client::{CallOptions, External};

pub(super) const EXAMPLES: &str = "\
An event is one of the record, or a file: WeCom's decrypted message, a line of `events export`, or
in a few words { change: add_external_contact, user_id: zhangsan, state: spring }. With --rules and
--payload neither settings nor a database are needed. What is not given of the customer and the
employee counts as a look-up that failed, unless --lookup asks WeCom. Earlier adds of an event of the
record are told by the record.

Examples:
  wecom-greeter rules explain --event-id 17
  wecom-greeter rules explain --event-id 17 --rules new.yaml --lookup
  wecom-greeter rules explain --rules rules.yaml --payload event.xml --at 2026-03-06T22:30:00+08:00
  wecom-greeter rules explain --rules rules.yaml --payload event.yaml --customer '{name: 小周}' --output json";

const METHODS: Methods = Methods {
    send_welcome_msg: External::SEND_WELCOME_MSG.path,
    mark_tag: External::MARK_TAG.path,
    remark: External::REMARK.path,
};

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub(in crate::cli) struct Options {
    /// An event of the record
    #[arg(long, value_name = "ID", group = "what")]
    event_id: Option<i64>,
    /// An event in a file; - for stdin
    #[arg(long, value_name = "FILE", group = "what")]
    payload: Option<PathBuf>,
    /// The rules; without it those in force
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The customer: WeCom's answer of externalcontact/get, or { name, type, gender, tags, add_way, … }, or
    /// unavailable
    #[arg(long, value_name = "FILE|JSON")]
    customer: Option<String>,
    /// The employee: { name, alias, department, departments }, or unavailable
    #[arg(long, value_name = "FILE|JSON")]
    employee: Option<String>,
    /// Who has added the customer before: none, employee, company or unavailable
    #[arg(long, value_name = "WHO")]
    earlier: Option<String>,
    /// When it happens, instead of when it did: 2026-03-06T10:00:00+08:00
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    at: Option<When>,
    /// The app whose callback it came to
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Ask WeCom for the customer and the employee, where the rules ask for them and they are not given
    #[arg(long)]
    lookup: bool,
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let zone = setup.zone()?;
    let stdin = Path::new("-");
    if options.rules.as_deref() == Some(stdin) && options.payload.as_deref() == Some(stdin) {
        return Err(Misuse(
            "only one of --rules and --payload can be stdin; name a file for the other".into(),
        )
        .into());
    }
    let document = options.rules.as_deref().map(read).transpose()?;
    let payload = options.payload.as_deref().map(read).transpose()?;
    let mut case = match payload.map(|text| trial::payload(&text)) {
        Some(Ok(case)) => Some(case),
        Some(Err(faults)) => return wrong(options.payload.as_deref(), &faults, output),
        None => None,
    };
    let ruleset = document.as_deref().map(|document| Ruleset::compile(document, 0));
    let mut ruleset = match ruleset {
        Some(Ok(ruleset)) => Some(ruleset),
        Some(Err(faults)) => return wrong(options.rules.as_deref(), &faults, output),
        None => None,
    };
    if case.is_none() || ruleset.is_none() {
        let store = setup.existing_store().await?;
        let completed = complete(&options, &mut case, &mut ruleset, &store).await;
        store.close().await;
        completed?;
    }
    let (Some(mut case), Some(ruleset)) = (case, ruleset) else { return Ok(ExitCode::from(FAILED)) };
    if let Some(app) = &options.app {
        app.clone_into(&mut case.app);
    }
    if let Some(at) = options.at {
        case.happened_at_ms = at.at_ms(setup.clock.now_ms(), &zone);
    }
    let case = match suppose(&options, case)? {
        Ok(case) => case,
        Err((what, faults)) => return wrong(Some(Path::new(what)), &faults, output),
    };
    let case = if options.lookup { look_up(case, &ruleset, &setup).await? } else { case };
    let mut explanation = trial::explain(&ruleset, &case, &METHODS);
    explanation.event.id = options.event_id;
    output.either(&explanation, || describe(&explanation, &zone))?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn wrong(file: Option<&Path>, faults: &Faults, output: Output) -> anyhow::Result<ExitCode> {
    fail_with_faults(file.unwrap_or(Path::new("-")), faults, output)
}

/// The event and the rules that were not given, from the record.
async fn complete(
    options: &Options,
    case: &mut Option<Situation>,
    ruleset: &mut Option<Ruleset>,
    store: &Store,
) -> anyhow::Result<()> {
    if let Some(id) = options.event_id {
        let record = store
            .event(id)
            .await?
            .with_context(|| format!("there is no event {id}; `wecom-greeter events list` lists them"))?;
        *case = Some(recorded(record, store).await?);
    }
    if ruleset.is_none() {
        let Some(stored) = store.active_rules().await? else {
            bail!("there are no rules yet: give some with --rules FILE");
        };
        let compiled = Ruleset::compile(&stored.document, stored.version).with_context(|| {
            format!("version {} of the rules in the database cannot be used by this program", stored.version)
        })?;
        *ruleset = Some(compiled);
    }
    Ok(())
}

/// An event of the record, with what the record knows of the customer's earlier adds.
async fn recorded(record: EventRecord, store: &Store) -> anyhow::Result<Situation> {
    let EventRecord { summary, payload, .. } = record;
    let stored = StoredEvent {
        id: summary.id,
        app: summary.app,
        corp_id: summary.corp_id,
        user_id: summary.user_id,
        external_user_id: summary.external_user_id,
        happened_at_ms: summary.happened_at_ms,
        received_at_ms: summary.received_at_ms,
        payload: payload.0,
    };
    let mut case = Situation::of(wecom_core::event::Event::from_payload(&stored.payload));
    let adds = store.earlier_adds(&stored).await?;
    let earlier = Earlier { by_employee: adds.by_employee, by_company: adds.by_company };
    case.earlier = Given::Is(Box::new(earlier));
    case.app = stored.app;
    case.happened_at_ms = stored.happened_at_ms;
    if let Some(corp_id) = stored.corp_id {
        case.corp_id = corp_id;
    }
    Ok(case)
}

type Supposed = Result<Situation, (&'static str, Faults)>;

/// What the options say of the people.
fn suppose(options: &Options, mut case: Situation) -> anyhow::Result<Supposed> {
    if let Some(text) = options.employee.as_deref().map(text_of).transpose()? {
        match trial::employee(&text) {
            Ok(employee) => case.employee = employee,
            Err(faults) => return Ok(Err(("--employee", faults))),
        }
    }
    if let Some(text) = &options.earlier {
        match trial::earlier(text) {
            Ok(earlier) => case.earlier = earlier,
            Err(faults) => return Ok(Err(("--earlier", faults))),
        }
    }
    if let Some(text) = options.customer.as_deref().map(text_of).transpose()? {
        match trial::customer(&text) {
            Ok(customer) => case = case.with_customer(customer),
            Err(faults) => return Ok(Err(("--customer", faults))),
        }
    }
    Ok(Ok(case))
}

/// A value that is written out, or else the text of the file of that name.
fn text_of(value: &str) -> anyhow::Result<String> {
    let written = value.trim_start().starts_with('{') || value == "unavailable";
    if written { Ok(value.to_owned()) } else { read(Path::new(value)) }
}

/// Asks WeCom for the people for whom the rules ask and who were not given. One answer may open the next question.
async fn look_up(mut case: Situation, ruleset: &Ruleset, setup: &Setup) -> anyhow::Result<Situation> {
    let asks = |case: &Situation| {
        let not_known = trial::explain(ruleset, case, &METHODS).needs.not_known;
        let external_userid = case.event.external_user_id().filter(|_| not_known.contains(&"customer"));
        let userid = case.event.user_id().filter(|_| not_known.contains(&"employee"));
        (external_userid.map(str::to_owned), userid.map(str::to_owned))
    };
    if asks(&case) == (None, None) {
        return Ok(case);
    }
    let config = setup.load(Required::Apps)?;
    let shutdown = Shutdown::new();
    let clients = context::clients(&config, &setup.clock, &shutdown)?;
    let Some((_, client)) = clients.iter().find(|(app, _)| app.name == case.app) else {
        return Err(Misuse(format!(
            "the event is of app `{}`, which is not in the settings; --app names another",
            case.app
        ))
        .into());
    };
    loop {
        let (external_userid, userid) = asks(&case);
        if let Some(external_userid) = external_userid {
            let contact = client.external().get(&external_userid, None, CallOptions::default()).await;
            case = case.with_customer(found("customer", contact.map(customer_of)));
        } else if let Some(userid) = userid {
            let employee = directory::employee(client, &userid).await;
            case.employee = found("employee", employee.map(Some));
        } else {
            break;
        }
    }
    shutdown.begin();
    Ok(case)
}

/// What a look-up found. If it failed the reason is printed, and the explanation counts it as failed, so that it is not
/// made again.
fn found<T>(whom: &str, answer: Result<Option<T>, wecom_client::Error>) -> Given<T> {
    let why = match answer {
        Ok(Some(answer)) => return Given::Is(Box::new(answer)),
        Ok(None) => format!("WeCom's answer has no {whom} in it"),
        Err(error) => error.to_string(),
    };
    say(&format!("The {whom} could not be looked up: {}", clean(&why)));
    Given::Unavailable
}

/// The explanation as a person reads it.
fn describe(explanation: &Explanation, zone: &Zone) -> String {
    let mut lines = vec![subject(explanation, zone), String::new(), "Rules".to_owned()];
    for rule in &explanation.rules {
        let used: Vec<&str> = rule.used_for.iter().map(|kind| kind.as_str()).collect();
        let asked = match rule.lookups.as_slice() {
            [] => String::new(),
            lookups => format!(" (looks up: {})", lookups.join(", ")),
        };
        let name = clean(&rule.name);
        lines.push(match (&rule.reason, rule.matched) {
            (_, true) if used.is_empty() => format!("  ✓ {name}: matches, and supplies nothing{asked}"),
            (_, true) => format!("  ✓ {name}: {}{asked}", used.join(", ")),
            (Some(reason), false) => format!("  ✗ {name}: {}{asked}", clean(reason)),
            (None, false) => format!("  ✗ {name}: does not match{asked}"),
        });
    }
    lines.push(String::new());
    welcome(explanation, &mut lines);
    tags_and_remark(explanation, &mut lines);
    for measured in &explanation.notify {
        let (notice, max) = (&measured.notice, MeasuredNotice::max());
        let on = serde_json::to_value(notice.on).ok();
        let on = on.as_ref().and_then(Value::as_str).unwrap_or_default();
        let (rule, to) = (clean(&notice.rule), clean(&whom(&notice.to)));
        lines.push(format!("Notice by {rule}, on {on}, to {to} ({} of {max} bytes)", measured.bytes));
        quote(&notice.text, &mut lines);
        lines.push(String::new());
    }
    for post in &explanation.forward {
        let signed = if post.signed { "signed" } else { "not signed" };
        lines.push(format!("Forward by {}: {}, {signed}", clean(&post.rule), clean(&post.url)));
    }
    for skipped in &explanation.skipped {
        lines.push(format!("No {}: {}", skipped.kind, clean(&skipped.reason)));
    }
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    lookups(explanation, &mut lines);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// Userids, or `department 3`, `tag 5`.
fn whom(to: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match to {
        Value::Array(users) => users.iter().map(word).collect::<Vec<_>>().join(", "),
        Value::Object(of) => {
            of.iter().map(|(name, id)| format!("{name} {}", word(id))).collect::<Vec<_>>().join(", ")
        }
        other => word(other),
    }
}

fn subject(explanation: &Explanation, zone: &Zone) -> String {
    let event = &explanation.event;
    let what = event.change.as_deref().filter(|change| !change.is_empty()).unwrap_or(&event.event);
    let id = event.id.map_or_else(|| "Event".to_owned(), |id| format!("Event {id}"));
    let mut line = format!("{id}: {}", clean(what));
    for (name, value) in
        [("employee", &event.user_id), ("customer", &event.external_user_id), ("state", &event.state)]
    {
        if let Some(value) = value {
            line.extend([", ", name, " ", &clean(value)]);
        }
    }
    let code = if event.welcome_code { "with" } else { "without" };
    let version = match explanation.version {
        0 => "a file".to_owned(),
        version => format!("version {version}"),
    };
    format!(
        "{line}\n  app {}, {}, {code} a welcome code, by the rules of {version}",
        clean(&event.app),
        zone.instant(event.happened_at_ms)
    )
}

fn welcome(explanation: &Explanation, lines: &mut Vec<String>) {
    let Some(welcome) = &explanation.welcome else { return };
    lines.push(format!("Welcome by {}", clean(&welcome.message.rule)));
    if let Some(text) = &welcome.message.text {
        quote(text, lines);
    }
    if let Some(why) = &welcome.is_fallback {
        lines.push(format!("  this is its fallback: {}", clean(why)));
    }
    for attachment in &welcome.message.attachments {
        lines.push(format!("  + {}", clean(&attachment.to_string())));
    }
    for file in &welcome.message.left_out {
        lines.push(format!("  left out: {}, which has not been uploaded", clean(file)));
    }
    measures(&welcome.parts, lines);
    asks(&welcome.request, lines);
    lines.push(String::new());
}

fn tags_and_remark(explanation: &Explanation, lines: &mut Vec<String>) {
    let tagging = &explanation.tags;
    if let Some(request) = &tagging.request {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(tagging.tags.add.iter().map(|tag| format!("+{}", clean(tag))));
        parts.extend(tagging.tags.remove.iter().map(|tag| format!("-{}", clean(tag))));
        lines.push(format!("Tags {}", parts.join(" ")));
        if !tagging.tags.create.is_empty() {
            let create: Vec<String> = tagging.tags.create.iter().map(|tag| clean(tag)).collect();
            lines.push(format!("  made where they are missing: {}", create.join(", ")));
        }
        asks(request, lines);
        lines.push(String::new());
    }
    if let Some(remarking) = &explanation.remark {
        lines.push("Remark".to_owned());
        let remark = &remarking.remark;
        for (name, text) in
            [("name", &remark.name), ("description", &remark.description), ("company", &remark.company)]
        {
            if let Some(text) = text {
                lines.push(format!("  {name}: {}", clean(text)));
            }
        }
        if let Some(phones) = &remark.phones {
            lines.push(format!("  phones: {}", clean(&phones.join(", "))));
        }
        measures(&remarking.parts, lines);
        asks(&remarking.request, lines);
        lines.push(String::new());
    }
}

fn lookups(explanation: &Explanation, lines: &mut Vec<String>) {
    let needs = &explanation.needs;
    for (when, names) in [
        ("before the welcome", &needs.welcome),
        ("after it", &needs.rest),
        ("only if something fails", &needs.failure),
    ] {
        if !names.is_empty() {
            lines.push(format!("Looked up {when}: {}", names.join(", ")));
        }
    }
    if !needs.not_known.is_empty() {
        let names = needs.not_known.join(", ");
        let flags: Vec<String> = needs.not_known.iter().map(|name| format!("--{name}")).collect();
        let asks_wecom = needs.not_known.iter().any(|name| *name != "earlier");
        lines.push(format!(
            "Not known: {names}; told as if the look-up had failed. {} {} it{}.",
            flags.join(", "),
            if flags.len() == 1 { "tells" } else { "tell" },
            if asks_wecom { ", or --lookup asks WeCom" } else { "" }
        ));
    }
}

/// Adds a message's text with a bar before each line, so that nobody takes it for a part of the explanation.
fn quote(text: &str, lines: &mut Vec<String>) {
    lines.extend(text.lines().map(|line| format!("  │ {}", clean(line))));
}

fn measures(parts: &[Part], lines: &mut Vec<String>) {
    for Part { part, length, max, unit } in parts {
        lines.push(format!("  {part}: {length} of {max} {unit}"));
    }
}

fn asks(request: &Request, lines: &mut Vec<String>) {
    lines.push(format!("  POST /cgi-bin/{} {}", request.method, clean(&request.body.to_string())));
}
