//! `/rules/versions`: which rules were in force when, what changed between two versions, and back to one of them.

use actix_web::{HttpRequest, HttpResponse, web::Form};
use serde::Deserialize;

use super::{
    super::{
        done::Done,
        filter::{Given, choice},
        frame::{Frame, html, see_other},
        views::{Choice, Place, VersionRow, VersionsPage},
        words::{rules::SayRules, say::Say},
    },
    tried::Trial,
};
use crate::{
    http::{
        access::{Caller, Operator, Viewer},
        problem::{Problem, Thing},
    },
    rules::Ruleset,
    store::{Rollback, RulesetSummary},
};

/// How many versions are listed: what is older is reached by its number in the address.
const VERSIONS_MAX: u32 = 200;

/// The version to go back to.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct Back {
    version: i64,
}

/// The page.
pub(in crate::http::pages) async fn list(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let asked = |name: &str| given.get(name).and_then(|version| version.parse::<i64>().ok());
    let compared = asked("was").zip(asked("is"));
    let mut trial = Trial::of(&frame, None);
    if let Some((was, is)) = compared {
        let document = async |version: i64| -> Result<String, Problem> {
            let stored = frame.store().rules(version).await?;
            stored.map(|stored| stored.document).ok_or_else(|| missing(version))
        };
        let (from, to) = (document(was).await?, document(is).await?);
        trial.between((was, &from), (is, &to));
    }
    html(&page(&frame, trial, compared).await?)
}

/// Puts the rules of an earlier version in force again.
pub(in crate::http::pages) async fn roll_back(
    caller: Caller<Operator>,
    frame: Frame,
    back: Form<Back>,
) -> Result<HttpResponse, Problem> {
    let version = back.version;
    let store = frame.store();
    let stored = store.rules(version).await?.ok_or_else(|| missing(version))?;
    // A version of an older program may say what this one does not take any more; then no server could use it.
    if let Err(faults) = Ruleset::stored(&stored.document, stored.version) {
        let mut trial = Trial::of(&frame, None);
        trial.faults(&faults, &stored.document);
        trial.refuse(frame.say_rules(SayRules::Unusable { version }));
        return html(&page(&frame, trial, None).await?);
    }
    let done = match store.rollback_rules_by(version, None, &caller.by(), frame.times.now_ms).await? {
        Rollback::New { version } => Done::RolledBack(version),
        Rollback::Unchanged { .. } => Done::InForceAlready,
        Rollback::Missing => return Err(missing(version)),
    };
    Ok(see_other(&done.on("/rules/versions")))
}

fn missing(version: i64) -> Problem {
    Problem::NotFound { thing: Thing::Version, id: version.to_string() }
}

async fn page(
    frame: &Frame,
    trial: Trial<'_>,
    compared: Option<(i64, i64)>,
) -> Result<VersionsPage, Problem> {
    let history = frame.store().ruleset_history(VERSIONS_MAX).await?;
    let newest = history.first().map_or(0, |newest| newest.version);
    let (was, is) = compared.unwrap_or((newest - 1, newest));
    let choices = |chosen: i64| -> Vec<Choice> {
        let versions = history.iter().map(|line| line.version.to_string());
        versions.map(|version| choice(&version, &version, version == chosen.to_string())).collect()
    };
    // They are numbered from 1 on, so more are there where the last that is shown is a later one.
    let more = history.last().is_some_and(|oldest| oldest.version > 1);
    let count = i64::try_from(history.len()).unwrap_or(i64::MAX);
    Ok(VersionsPage {
        w: frame.words,
        r: frame.rule_words(),
        shell: frame.shell(Some(Place::Rules)),
        rows: history.iter().map(|line| row(frame, line, newest)).collect(),
        total: frame.say(Say::Total { count, more }),
        was: choices(was),
        is: choices(is),
        tried: trial.done(),
    })
}

/// The note of a version. That of a rollback is written for programs; who reads a page sees where it went back to.
pub(super) fn note(frame: &Frame, line: &RulesetSummary) -> String {
    match line.same_as {
        Some(version) if line.is_rollback() => {
            let given = line.note.as_deref().and_then(|note| note.split_once(&version.to_string()));
            format!(
                "{}{}",
                frame.say_rules(SayRules::BackTo { version }),
                given.map_or("", |(_, given)| given)
            )
        }
        _ => line.note.clone().unwrap_or_default(),
    }
}

fn row(frame: &Frame, line: &RulesetSummary, newest: i64) -> VersionRow {
    let in_force = line.version == newest;
    let back = format!(
        "{} {}",
        frame.say_rules(SayRules::BackTo { version: line.version }),
        frame.rule_words().roll_back_ask
    );
    VersionRow {
        version: line.version,
        at: frame.times.instant(line.imported_at_ms),
        by: line.imported_by.clone().unwrap_or_default(),
        note: note(frame, line),
        same_as: line.same_as.filter(|_| !line.is_rollback()),
        in_force,
        compare: (line.version > 1)
            .then(|| format!("/rules/versions?was={}&is={}", line.version - 1, line.version)),
        back: (frame.may_operate() && !in_force).then_some(back),
    }
}
