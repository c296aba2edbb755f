//! Asks all there is to ask: the record, WeCom, the callback URL. What does not hang on each other is asked at once, and
//! everything has its own bound, so that together it stays within [`EXAMINED_WITHIN`].

use std::time::Duration;

use rustls::ClientConfig;
use secrecy::ExposeSecret as _;

use super::{
    AppFacts, Both, CallbackUrl, Check, EXAMINED_WITHIN, Finding, Matter, Status,
    answer::{Answer, Trouble},
    in_order, judge_app, look_at,
    record::{self, Recorded},
    store_in_chinese,
};
use crate::{
    config::{self, App, Config},
    flow::publish,
    known::online::{self, Gravity},
    language::{Language, Sentence as _},
    rules::{Resources, Ruleset},
    store::{self, DISK_FULL_BYTES, DISK_LOW_BYTES, FileFault, Probe, Role, Store, Whole},
    telemetry::chain,
};
use wecom_client::{
    CallOptions, Client, Retries, Timestamp,
    contact::{BehaviorData, Day, GetCorpTagList, GetUserBehaviorData},
};
use wecom_core::{callback::Keys, clock::Clock};

/// How long one question to WeCom may take, its answer included. A token, the employees and what hangs on them come one
/// after the other, so that three of these fit.
const CALL_WITHIN: Duration = Duration::from_secs(3);

/// How long the rules may take to be read: everything else comes after them.
const RULES_WITHIN: Duration = Duration::from_secs(2);

/// How long looking at the callback URL may take, whatever it waits for.
const URL_WITHIN: Duration = Duration::from_secs(9);

/// How long the database may take for all that is read of it.
const RECORD_WITHIN: Duration = Duration::from_secs(7);

/// How long the pages of an SQLite file are looked at: some gigabytes, where the disk is not asleep.
const PAGES_WITHIN: Duration = Duration::from_secs(3);

/// How long WeCom is asked for what the rules name, beside everything else.
const ONLINE_WITHIN: Duration = Duration::from_secs(6);

/// Of so many employees statistics are asked for at once (WeCom takes no more), and of so many in all.
const EMPLOYEES_A_CALL: usize = 100;
const EMPLOYEES_ASKED_MAX: usize = 1_000;

/// So many calls for statistics are under way at once.
const STATISTICS_AT_ONCE: usize = 5;

/// So many lines of rules are named.
const LINES_MAX: usize = 5;

/// What is examined.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The apps with their clients, all of them or the one that is meant.
    pub apps: Vec<(&'a App, Client)>,
    /// The record, or why there is none.
    pub store: Result<Store, Finding>,
    /// A callback URL that is looked at, and for which of the apps.
    pub url: Option<(CallbackUrl, String)>,
    /// The certificates that are trusted.
    pub tls: ClientConfig,
    /// The proxy by which WeCom is called, without a password.
    pub proxy: Option<String>,
    /// Gives the time.
    pub clock: Clock,
}

/// The checks, in order.
#[derive(Debug)]
pub struct Examined {
    pub checks: Vec<Check>,
}

impl Examined {
    /// Whether nothing failed.
    pub fn is_well(&self) -> bool {
        self.checks.iter().all(|check| check.status() != Status::Fail)
    }
}

/// Asks, and judges what came.
pub async fn examine(asked: Asked<'_>) -> Examined {
    let names: Vec<&str> = asked.apps.iter().map(|(app, _)| app.name.as_str()).collect();
    let checks = match tokio::time::timeout(EXAMINED_WITHIN, Box::pin(checks(&asked))).await {
        Ok(checks) => checks,
        // Every question has its bound; this is for a machine that is too busy for any of them.
        Err(_) => time_over(&names),
    };
    Examined { checks: in_order(checks, &names) }
}

fn time_over(names: &[&str]) -> Vec<Check> {
    let all = Matter::ALL.into_iter().filter(|matter| !matter.is_of_app());
    let mut checks: Vec<Check> = all.map(|matter| Check::of_all(matter, Finding::TimeOver)).collect();
    for name in names {
        let of_app = Matter::ALL.into_iter().filter(|matter| matter.is_of_app());
        checks.extend(of_app.map(|matter| Check::of(name, matter, Finding::TimeOver)));
    }
    checks
}

async fn checks(asked: &Asked<'_>) -> Vec<Check> {
    let rules = rules(asked).await;
    let needs = rules.as_ref().map_or_else(|_| Resources::default(), |rules| rules.resources.clone());
    let of_apps = futures_util::future::join_all(asked.apps.iter().map(|app| of_app(asked, app, &needs)));
    let online = async {
        let Ok(rules) = &rules else { return None };
        let clients: Vec<(&App, Client)> = asked.apps.clone();
        let one_of_each = publish::one_of_each_corp(&clients);
        let corps = u32::try_from(one_of_each.len()).unwrap_or(u32::MAX).max(1);
        Some(online::look(&rules.resources, &one_of_each, &asked.clock, ONLINE_WITHIN / corps).await)
    };
    let (database, clock, of_apps, online) = tokio::join!(database(asked), clock(asked), of_apps, online);
    let of_apps: Vec<Check> = of_apps.iter().flat_map(judge_app).collect();
    // Where WeCom refuses an app, what it says of rules is that refusal again.
    let is_answered = !of_apps.iter().any(|check| {
        matches!(check.matter, Matter::Token | Matter::TrustedIp | Matter::Permissions | Matter::Scope)
            && check.status() != Status::Ok
    });
    let findings = online.filter(|_| is_answered);
    let mut checks = vec![
        Check::of_all(Matter::Settings, settings(asked.config)),
        Check::of_all(Matter::Database, database),
        Check::of_all(
            Matter::Rules,
            rules.map_or_else(|finding| finding, |rules| rules.judge(findings.as_deref())),
        ),
        Check::of_all(Matter::Clock, clock),
    ];
    checks.extend(of_apps);
    checks
}

fn settings(config: &Config) -> Finding {
    if config.warnings.is_empty() {
        return Finding::SettingsFine { apps: config.apps.len() };
    }
    let said = |warning: &config::Fault, language: Language| {
        warning.position.to(language) + language.colon() + &warning.what.to(language)
    };
    let both = |warning| Both { en: said(warning, Language::En), zh: said(warning, Language::Zh) };
    Finding::SettingsWarned { what: config.warnings.iter().map(both).collect() }
}

/// The rules in force, and what they name.
struct InForce {
    version: i64,
    count: usize,
    resources: Resources,
}

async fn rules(asked: &Asked<'_>) -> Result<InForce, Finding> {
    let Ok(store) = &asked.store else { return Err(Finding::Skipped { after: Matter::Database }) };
    let read = tokio::time::timeout(RULES_WITHIN, store.active_rules()).await;
    match read {
        Ok(Ok(None)) => Err(Finding::NoRules),
        Ok(Ok(Some(stored))) => match Ruleset::stored(&stored.document, stored.version) {
            Ok(ruleset) if ruleset.rules().next().is_none() => Err(Finding::NoRules),
            Ok(ruleset) => Ok(InForce {
                version: stored.version,
                count: ruleset.rules().count(),
                resources: ruleset.resources(),
            }),
            Err(_) => Err(Finding::RulesUnusable { version: stored.version }),
        },
        Ok(Err(_)) | Err(_) => Err(Finding::Skipped { after: Matter::Database }),
    }
}

impl InForce {
    /// `None`: WeCom could not be asked.
    fn judge(&self, findings: Option<&[online::Finding]>) -> Finding {
        let (version, count) = (self.version, self.count);
        let Some(findings) = findings else { return Finding::RulesFine { version, count, asked: false } };
        let missing: Vec<_> = findings.iter().filter(|finding| finding.gravity == Gravity::Missing).collect();
        let lines: Vec<usize> = missing.iter().filter_map(|finding| finding.line).collect();
        match (missing.len(), lines.len()) {
            (0, _) => Finding::RulesFine { version, count, asked: true },
            // What no line is to blame for is the agent id.
            (_, 0) => Finding::NoAgentId { version },
            (_, count) => {
                let lines = lines.into_iter().take(LINES_MAX).collect();
                Finding::RulesUnknown { version, count, lines }
            }
        }
    }
}

async fn database(asked: &Asked<'_>) -> Finding {
    let store = match &asked.store {
        Ok(store) => store,
        Err(finding) => return finding.clone(),
    };
    let servers = match tokio::time::timeout(RECORD_WITHIN, written(store, &asked.clock)).await {
        Ok(Ok(servers)) => servers,
        Ok(Err(error)) => return unwritten(store, error),
        Err(_) => {
            let waited_ms = u64::try_from(RECORD_WITHIN.as_millis()).unwrap_or(u64::MAX);
            return unwritten(store, store::Error::Slow { waited_ms });
        }
    };
    // A damaged page may lie where nothing is read for weeks, and by then in every backup.
    if let Ok(Whole::No { says }) = store.look_through(PAGES_WITHIN).await {
        return Finding::DatabaseDamaged { place: store.place(), says };
    }
    let free_bytes = store.free_bytes();
    match free_bytes {
        Some(free_bytes) if free_bytes < DISK_FULL_BYTES => return Finding::DiskFull { free_bytes },
        Some(free_bytes) if free_bytes < DISK_LOW_BYTES => return Finding::DiskLow { free_bytes },
        _ => {}
    }
    if servers > 1 && store.file().is_some() {
        return Finding::SeveralServers { servers };
    }
    Finding::DatabaseFine { place: store.place(), servers, free_bytes }
}

fn unwritten(store: &Store, error: store::Error) -> Finding {
    match store.explain(error) {
        store::Error::Damaged { cause, .. } => {
            Finding::DatabaseDamaged { place: store.place(), says: store::own_words(&cause) }
        }
        // Nobody's right is missing: another program holds the file.
        error @ store::Error::FileUnusable { fault: FileFault::Locked, .. } => {
            Finding::DatabaseLocked { what: of_store(&error) }
        }
        error => Finding::DatabaseReadOnly { what: of_store(&error), is_file: store.file().is_some() },
    }
}

fn of_store(error: &store::Error) -> Both {
    Both { en: chain(error), zh: store_in_chinese(error) }
}

/// Writes what a callback needs, and undoes it; then counts the servers that run on it.
async fn written(store: &Store, clock: &Clock) -> Result<u32, store::Error> {
    let process = store.enroll(Role::Command, clock.now_ms()).await?.process;
    let probe = Probe { app: "", digest: rand::random(), now_ms: clock.now_ms() };
    let written = store.probe(process, &probe).await;
    store.retire(process).await?;
    written?;
    Ok(store.live_servers(clock.now_ms()).await.unwrap_or(0))
}

/// Holds the machine's clock against the `Date` of WeCom's answer. Any answer has it; no token is needed.
async fn clock(asked: &Asked<'_>) -> Finding {
    let Some(first) = asked.apps.first() else { return Finding::NotAnswered };
    let begun_ms = asked.clock.now_ms();
    let dated = tokio::time::timeout(CALL_WITHIN, first.1.server_date()).await;
    let ended_ms = asked.clock.now_ms();
    match dated {
        Ok(Ok(date)) => match date.and_then(|date| jiff::fmt::rfc2822::parse(&date).ok()) {
            Some(date) => skew(date.timestamp().as_second(), begun_ms, ended_ms),
            None => Finding::NoDate,
        },
        Ok(Err(_)) | Err(_) => Finding::NotAnswered,
    }
}

/// From how many seconds on a clock is worth a word.
const CLOCK_WARNS_FROM_S: i64 = 2;

/// A date is cut to seconds: the middle of its second is held against the middle of the call. What the call itself took may be
/// on either side.
fn skew(date_s: i64, begun_ms: i64, ended_ms: i64) -> Finding {
    let middle_ms = begun_ms + (ended_ms - begun_ms) / 2;
    let off_ms = middle_ms - (date_s * 1_000 + 500);
    let unsure_ms = ((ended_ms - begun_ms) / 2 - 250).max(0);
    let sure_ms = (off_ms.abs() - unsure_ms).max(0);
    let seconds = (sure_ms + 500) / 1_000 * off_ms.signum();
    if seconds.abs() < CLOCK_WARNS_FROM_S {
        Finding::ClockFine { seconds }
    } else {
        Finding::ClockOff { seconds }
    }
}

async fn of_app(asked: &Asked<'_>, (app, client): &(&App, Client), needs: &Resources) -> AppFacts {
    let now_ms = asked.clock.now_ms();
    let yesterday = Day::containing(Timestamp::now(&asked.clock)).plus(-1);
    let (wecom, recorded, url) = tokio::join!(
        of_wecom(app, client, needs, yesterday),
        recorded(asked, &app.name, yesterday, now_ms),
        url(asked, app),
    );
    let (token, employees, rights, statistics, wecom_addresses) = wecom;
    AppFacts {
        name: app.name.clone(),
        is_only_app: asked.config.apps.len() == 1,
        token,
        employees,
        rights,
        statistics,
        wecom_addresses,
        recorded,
        proxy: asked.proxy.clone(),
        url,
        now_ms,
    }
}

async fn recorded(asked: &Asked<'_>, app: &str, yesterday: Day, now_ms: i64) -> Option<Recorded> {
    let store = asked.store.as_ref().ok()?;
    let day_s = (yesterday.begins().as_unix_s(), yesterday.plus(1).begins().as_unix_s());
    tokio::time::timeout(RECORD_WITHIN, record::read(store, app, day_s, now_ms)).await.ok()?.ok()
}

async fn url(asked: &Asked<'_>, app: &App) -> Option<Finding> {
    let (url, _) = asked.url.as_ref().filter(|(_, of)| *of == app.name)?;
    // The settings have been checked, and the keys with them.
    let keys =
        Keys::new(app.token.expose_secret(), app.encoding_aes_key.expose_secret(), &app.corp_id).ok()?;
    let looked = look_at(url, &keys, asked.tls.clone(), &asked.clock);
    Some(tokio::time::timeout(URL_WITHIN, looked).await.unwrap_or(Finding::UrlSilent))
}

type OfWecom = (
    Answer<()>,
    Option<Answer<Vec<String>>>,
    Vec<(&'static str, Answer<()>)>,
    Option<Answer<(i64, Vec<String>)>>,
    Vec<String>,
);

async fn of_wecom(app: &App, client: &Client, needs: &Resources, yesterday: Day) -> OfWecom {
    let token = match tokio::time::timeout(CALL_WITHIN, client.warm()).await {
        Ok(warm) => warm.map_err(|error| Trouble::from(&error)),
        Err(_) => Err(Trouble::Silent),
    };
    if token.is_err() {
        return (token, None, Vec::new(), None, Vec::new());
    }
    let (external, directory) = (client.external(), client.directory());
    let employees = async {
        let employees = answered(external.get_follow_user_list(options())).await;
        let statistics = match &employees {
            Ok(employees) if !employees.is_empty() => {
                let asked = statistics(client, employees, yesterday);
                Some(tokio::time::timeout(CALL_WITHIN, asked).await.unwrap_or(Err(Trouble::Silent)))
            }
            _ => None,
        };
        (employees, statistics)
    };
    let tags = async {
        if needs.tags.is_empty() {
            return None;
        }
        let all = GetCorpTagList::default();
        Some(("get_corp_tag_list", answered(external.get_corp_tag_list(&all, options())).await.map(drop)))
    };
    let departments = async {
        if needs.departments.is_empty() {
            return None;
        }
        Some(("department/simplelist", answered(directory.department_ids(None, options())).await.map(drop)))
    };
    let agent = async {
        let agent_id = app.agent_id.filter(|_| needs.notifies)?;
        Some(("agent/get", answered(client.agent(agent_id, options())).await.map(drop)))
    };
    let addresses = answered(client.getcallbackip(options()));
    let ((employees, statistics), tags, departments, agent, addresses) =
        tokio::join!(employees, tags, departments, agent, addresses);
    let rights = [tags, departments, agent].into_iter().flatten().collect();
    (token, Some(employees), rights, statistics, addresses.unwrap_or_default())
}

/// Yesterday's new customers of these employees, or of as many as are asked for.
async fn statistics(client: &Client, employees: &[String], day: Day) -> Answer<(i64, Vec<String>)> {
    use futures_util::{StreamExt as _, TryStreamExt as _};
    let asked: Vec<String> = employees.iter().take(EMPLOYEES_ASKED_MAX).cloned().collect();
    let calls: Vec<_> = asked
        .chunks(EMPLOYEES_A_CALL)
        .map(|some| {
            let request = GetUserBehaviorData {
                userid: some.to_vec(),
                partyid: Vec::new(),
                start_time: Some(day),
                end_time: Some(day),
            };
            let external = client.external();
            async move { answered(external.get_user_behavior_data(&request, options())).await }
        })
        .collect();
    let answers: Vec<Vec<BehaviorData>> =
        futures_util::stream::iter(calls).buffered(STATISTICS_AT_ONCE).try_collect().await?;
    Ok((answers.iter().flatten().filter_map(|of_day| of_day.new_contact_cnt).sum(), asked))
}

fn options() -> CallOptions {
    CallOptions::new(CALL_WITHIN, Retries::AtMost(2))
}

async fn answered<T>(call: impl Future<Output = Result<T, wecom_client::Error>>) -> Answer<T> {
    call.await.map_err(|error| Trouble::from(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_to_the_second() {
        let at = |ms: i64| skew(1_796_000_000, 1_796_000_000_000 + ms, 1_796_000_000_000 + ms + 40);
        for ms in [-900, 0, 500, 990, 1_900] {
            assert!(matches!(at(ms), Finding::ClockFine { .. }), "{ms}: {:?}", at(ms));
        }
        for (ms, seconds, status) in [
            (2_000, 2, Status::Warn),
            (2_999, 3, Status::Warn),
            (9_400, 9, Status::Warn),
            (10_000, 10, Status::Fail),
            (-9_600, -10, Status::Fail),
            (-2_000, -2, Status::Warn),
        ] {
            let found = at(ms);
            assert_eq!((&found, found.status()), (&Finding::ClockOff { seconds }, status), "{ms}");
        }
        // A call that took five seconds says little.
        assert!(matches!(
            skew(1_796_000_000, 1_796_000_000_000, 1_796_000_005_000),
            Finding::ClockFine { .. }
        ));
    }
}
