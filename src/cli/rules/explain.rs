//! `rules explain`: which rule wins for an event, why the others do not, and what would be sent.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::{
    super::{
        failure::{FAILED, said},
        output::{Output, clean, say},
        setup::Setup,
        when::{self, When, Zone},
        words::{
            arguments::Wrong,
            explain::{self as words, Explain, Whom},
            record::Record,
            rules::Rules,
        },
    },
    fail_with_faults, read,
};
use crate::{
    config::Required,
    flow::{
        context,
        trying::{METHODS, situation_of},
    },
    known::{customers::customer_of, directory},
    language::{Language, Sentence as _},
    rules::{
        Faults, Ruleset,
        trial::{self, Explanation, Given, MeasuredNotice, Part, Request, Situation},
    },
    shutdown::Shutdown,
    store::Store,
};
use wecom_client::CallOptions;

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
  wecom-greeter rules explain --rules rules.yaml --payload event.yaml \\
    --customer '{name: 小周}' --output json";

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
        return Err(Wrong::TwoFromStdin.into());
    }
    let read_in = |file: &Path| read(file, setup.language);
    let document = options.rules.as_deref().map(read_in).transpose()?;
    let payload = options.payload.as_deref().map(read_in).transpose()?;
    let mut case = match payload.map(|text| trial::payload(&text)).transpose() {
        Ok(case) => case,
        Err(faults) => return wrong(options.payload.as_deref(), &faults, output),
    };
    let mut ruleset = match document.map(|document| Ruleset::compile(&document, 0)).transpose() {
        Ok(ruleset) => ruleset,
        Err(faults) => return wrong(options.rules.as_deref(), &faults, output),
    };
    if case.is_none() || ruleset.is_none() {
        let store = setup.existing_store().await?;
        let completed = complete(&options, &mut case, &mut ruleset, &store, setup.language).await;
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
    let case = match suppose(&options, case, setup.language)? {
        Ok(case) => case,
        Err((what, faults)) => return wrong(Some(Path::new(what)), &faults, output),
    };
    let case = if options.lookup { look_up(case, &ruleset, &setup).await? } else { case };
    let mut explanation = trial::explain(&ruleset, &case, &METHODS, setup.language);
    explanation.event.id = options.event_id;
    output.either(&explanation, || describe(&explanation, &zone, setup.language))?;
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
    language: Language,
) -> anyhow::Result<()> {
    if let Some(id) = options.event_id {
        let record = store.event(id).await?.with_context(|| Record::NoEvent { id }.to(language))?;
        *case = Some(situation_of(record, store).await?);
    }
    if ruleset.is_none() {
        let Some(stored) = store.active_rules().await? else {
            bail!(Rules::NoRulesGiveSome.to(language));
        };
        let compiled = Ruleset::stored(&stored.document, stored.version)
            .with_context(|| Rules::Unusable { version: stored.version }.to(language))?;
        *ruleset = Some(compiled);
    }
    Ok(())
}

type Supposed = Result<Situation, (&'static str, Faults)>;

/// What the options say of the people.
fn suppose(options: &Options, mut case: Situation, language: Language) -> anyhow::Result<Supposed> {
    let text_of = |value: &str| text_of(value, language);
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
fn text_of(value: &str, language: Language) -> anyhow::Result<String> {
    let written = value.trim_start().starts_with('{') || value == "unavailable";
    if written { Ok(value.to_owned()) } else { read(Path::new(value), language) }
}

/// Asks WeCom for the people for whom the rules ask and who were not given. One answer may open the next question.
async fn look_up(mut case: Situation, ruleset: &Ruleset, setup: &Setup) -> anyhow::Result<Situation> {
    let asks = |case: &Situation| {
        let not_known = trial::explain(ruleset, case, &METHODS, setup.language).needs.not_known;
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
        return Err(Wrong::EventsApp { name: case.app.clone() }.into());
    };
    loop {
        let (external_userid, userid) = asks(&case);
        if let Some(external_userid) = external_userid {
            let contact = client.external().get(&external_userid, None, CallOptions::default()).await;
            case = case.with_customer(found(Whom::Customer, contact.map(customer_of), setup.language));
        } else if let Some(userid) = userid {
            let employee = directory::employee(client, &userid).await;
            case.employee = found(Whom::Employee, employee.map(Some), setup.language);
        } else {
            break;
        }
    }
    shutdown.begin();
    Ok(case)
}

/// What a look-up found. If it failed the reason is printed, and the explanation counts it as failed, so that it is not
/// made again.
fn found<T>(whom: Whom, answer: Result<Option<T>, wecom_client::Error>, language: Language) -> Given<T> {
    let why = match answer {
        Ok(Some(answer)) => return Given::Is(Box::new(answer)),
        Ok(None) => Explain::NotFound { whom }.to(language),
        Err(error) => said(&error, language),
    };
    say(&Explain::CouldNotLookUp { whom, why: &clean(&why) }.to(language));
    Given::Unavailable
}

/// The explanation as a person reads it.
fn describe(explanation: &Explanation, zone: &Zone, language: Language) -> String {
    let mut lines = Lines { language, lines: Vec::new() };
    subject(explanation, zone, &mut lines);
    lines.blank();
    lines.add(&Explain::Rules);
    for rule in &explanation.rules {
        let (name, reason) = (clean(&rule.name), rule.reason.as_deref().map(clean));
        let (rule_name, lookups) = (name.as_str(), rule.lookups.as_slice());
        lines.add(&if rule.matched {
            Explain::Matches { rule: rule_name, used_for: &rule.used_for, lookups }
        } else {
            Explain::DoesNotMatch { rule: rule_name, reason: reason.as_deref(), lookups }
        });
    }
    lines.blank();
    welcome(explanation, &mut lines);
    tags_and_remark(explanation, &mut lines);
    reports(explanation, &mut lines);
    for skipped in &explanation.skipped {
        lines.add(&Explain::Skipped { kind: skipped.kind, reason: &clean(&skipped.reason) });
    }
    if lines.lines.last().is_some_and(|line| !line.is_empty()) {
        lines.blank();
    }
    lookups(explanation, &mut lines);
    while lines.lines.last().is_some_and(String::is_empty) {
        lines.lines.pop();
    }
    lines.lines.join("\n")
}

/// The lines of an explanation.
struct Lines {
    language: Language,
    lines: Vec<String>,
}

impl Lines {
    fn add(&mut self, line: &Explain<'_>) {
        self.lines.push(line.to(self.language));
    }

    fn blank(&mut self) {
        self.lines.push(String::new());
    }

    /// Adds a message's text with a bar before each line, so that nobody takes it for a part of the explanation.
    fn quote(&mut self, text: &str) {
        self.lines.extend(text.lines().map(|line| format!("  │ {}", clean(line))));
    }

    fn measures(&mut self, parts: &[Part]) {
        for &Part { ref part, length, max, unit } in parts {
            self.add(&Explain::Measured { part, length, max, unit });
        }
    }

    fn asks(&mut self, request: &Request) {
        let body = clean(&request.body.to_string());
        self.lines.push(format!("  POST /cgi-bin/{} {body}", request.method));
    }
}

fn reports(explanation: &Explanation, lines: &mut Lines) {
    for measured in &explanation.notify {
        let (notice, max) = (&measured.notice, MeasuredNotice::max());
        let on = serde_json::to_value(notice.on).ok();
        let on = on.as_ref().and_then(Value::as_str).unwrap_or_default();
        let to = clean(&whom(&notice.to, lines.language));
        lines.add(&Explain::Notice { rule: &clean(&notice.rule), on, to: &to, bytes: measured.bytes, max });
        lines.quote(&notice.text);
        lines.blank();
    }
    for post in &explanation.forward {
        let (rule, url) = (clean(&post.rule), clean(&post.url));
        lines.add(&Explain::Forward { rule: &rule, url: &url, signed: post.signed });
    }
}

/// Userids, or `department 3`, `tag 5`.
fn whom(to: &Value, language: Language) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match to {
        Value::Array(users) => users.iter().map(word).collect::<Vec<_>>().join(", "),
        Value::Object(of) => {
            let one = |(name, id): (&String, &Value)| match name.as_str() {
                "department" => Explain::Department { id: &word(id) }.to(language),
                "tag" => Explain::Tagged { id: &word(id) }.to(language),
                _ => format!("{name} {}", word(id)),
            };
            of.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        other => word(other),
    }
}

fn subject(explanation: &Explanation, zone: &Zone, lines: &mut Lines) {
    let event = &explanation.event;
    let what = event.change.as_deref().filter(|change| !change.is_empty()).unwrap_or(&event.event);
    let [employee, customer, state] =
        [&event.user_id, &event.external_user_id, &event.state].map(|text| text.as_deref().map(clean));
    lines.add(&Explain::Event {
        id: event.id,
        what: &clean(what),
        employee: employee.as_deref(),
        customer: customer.as_deref(),
        state: state.as_deref(),
    });
    lines.add(&Explain::Context {
        app: &clean(&event.app),
        happened: &zone.instant(event.happened_at_ms),
        welcome_code: event.welcome_code,
        version: explanation.version,
    });
}

fn welcome(explanation: &Explanation, lines: &mut Lines) {
    let Some(welcome) = &explanation.welcome else { return };
    lines.add(&Explain::Welcome { rule: &clean(&welcome.message.rule) });
    if let Some(text) = &welcome.message.text {
        lines.quote(text);
    }
    if let Some(why) = &welcome.is_fallback {
        lines.add(&Explain::IsFallback { why: &clean(why) });
    }
    for attachment in &welcome.message.attachments {
        lines.lines.push(format!("  + {}", clean(&attachment.to_string())));
    }
    for file in &welcome.message.left_out {
        lines.add(&Explain::LeftOut { file: &clean(file) });
    }
    lines.measures(&welcome.parts);
    lines.asks(&welcome.request);
    lines.blank();
}

fn tags_and_remark(explanation: &Explanation, lines: &mut Lines) {
    let tagging = &explanation.tags;
    if let Some(request) = &tagging.request {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(tagging.tags.add.iter().map(|tag| format!("+{}", clean(tag))));
        parts.extend(tagging.tags.remove.iter().map(|tag| format!("-{}", clean(tag))));
        lines.add(&Explain::Tags { parts: &parts });
        if !tagging.tags.create.is_empty() {
            let create: Vec<String> = tagging.tags.create.iter().map(|tag| clean(tag)).collect();
            lines.add(&Explain::MadeWhereMissing { tags: &create });
        }
        lines.asks(request);
        lines.blank();
    }
    if let Some(remarking) = &explanation.remark {
        lines.add(&Explain::Remark);
        let remark = &remarking.remark;
        for (name, text) in
            [("name", &remark.name), ("description", &remark.description), ("company", &remark.company)]
        {
            if let Some(text) = text {
                lines.add(&Explain::Field { name, text: &clean(text) });
            }
        }
        if let Some(phones) = &remark.phones {
            lines.add(&Explain::Field { name: "phones", text: &clean(&phones.join(", ")) });
        }
        lines.measures(&remarking.parts);
        lines.asks(&remarking.request);
        lines.blank();
    }
}

fn lookups(explanation: &Explanation, lines: &mut Lines) {
    let needs = &explanation.needs;
    for (when, names) in [
        (words::When::BeforeTheWelcome, &needs.welcome),
        (words::When::AfterIt, &needs.rest),
        (words::When::IfSomethingFails, &needs.failure),
    ] {
        if !names.is_empty() {
            lines.add(&Explain::LookedUp { when, names });
        }
    }
    if !needs.not_known.is_empty() {
        let asks_wecom = needs.not_known.iter().any(|name| *name != "earlier");
        lines.add(&Explain::NotKnown { names: &needs.not_known, asks_wecom });
    }
}
