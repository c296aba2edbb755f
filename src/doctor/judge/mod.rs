//! From answers to findings, purely. A finding hangs on WeCom's codes, never on its words.

use std::net::IpAddr;

use super::{
    Check, Finding, Matter, Status,
    answer::{Answer, Trouble},
    record::{Recorded, concerns},
};
use crate::{network::Network, refusal::RefusalClass, store::RefusedRecord};
use wecom_core::{
    Class,
    cause::{Cause, is_of_corp_id},
    codes,
};

/// Adds without a code from which on an employee's are no chance.
const ADDS_MIN: i64 = 2;

/// How many employees are named.
const NAMED_MAX: usize = 5;

/// What is known of an app when all has been asked.
#[derive(Clone, Debug)]
pub struct AppFacts {
    /// Its name in the settings.
    pub name: String,
    /// Whether it is the only one.
    pub is_only_app: bool,
    /// `gettoken`.
    pub token: Answer<()>,
    /// `get_follow_user_list`; `None`: not asked, as there is no token.
    pub employees: Option<Answer<Vec<String>>>,
    /// One harmless call for each further right that the rules need.
    pub rights: Vec<(&'static str, Answer<()>)>,
    /// Yesterday's new customers of the employees that were asked for, and who those are.
    pub statistics: Option<Answer<(i64, Vec<String>)>>,
    /// From where WeCom's callbacks come; empty where it is not known.
    pub wecom_addresses: Vec<String>,
    /// The record; `None`: there is none that can be read.
    pub recorded: Option<Recorded>,
    /// The proxy by which WeCom is called.
    pub proxy: Option<String>,
    /// What came of looking at the callback URL, where one was given.
    pub url: Option<Finding>,
    /// Now.
    pub now_ms: i64,
}

impl AppFacts {
    fn troubles(&self) -> impl Iterator<Item = &Trouble> {
        let token = self.token.as_ref().err();
        let employees = self.employees.as_ref().and_then(|answer| answer.as_ref().err());
        let statistics = self.statistics.as_ref().and_then(|answer| answer.as_ref().err());
        let rights = self.rights.iter().filter_map(|(_, answer)| answer.as_ref().err());
        token.into_iter().chain(employees).chain(rights).chain(statistics)
    }
}

/// The checks of one app, in their order.
pub fn judge_app(facts: &AppFacts) -> Vec<Check> {
    let token = token(facts);
    let trusted = trusted(facts, &token);
    let before = [(Matter::Token, token.status()), (Matter::TrustedIp, trusted.status())];
    let permissions = skipped_after(&before).unwrap_or_else(|| permissions(facts));
    // A right that is missing is in the way of what is asked by it, and of nothing else.
    let lacks_employees = lacks_right(facts.employees.as_ref());
    let scope = skipped_after(&before)
        .or_else(|| lacks_employees.then_some(Finding::Skipped { after: Matter::Permissions }))
        .unwrap_or_else(|| scope(facts));
    let callback = callback_after(&token, callback(facts));
    let after = [(Matter::Scope, scope.status()), (Matter::Callback, callback.status())];
    let events = skipped_after(&before)
        .or_else(|| lacks_employees.then_some(Finding::Skipped { after: Matter::Permissions }))
        .or_else(|| skipped_after(&after))
        .unwrap_or_else(|| events(facts));
    let of = |matter, finding| Check::of(&facts.name, matter, finding);
    vec![
        of(Matter::Token, token),
        of(Matter::TrustedIp, trusted),
        of(Matter::Permissions, permissions),
        of(Matter::Scope, scope),
        of(Matter::Callback, callback),
        of(Matter::Events, events),
        of(Matter::WelcomeCodes, welcome_codes(facts)),
    ]
}

/// The first that failed makes what hangs on it untold.
fn skipped_after(before: &[(Matter, Status)]) -> Option<Finding> {
    let failed = before.iter().find(|(_, status)| *status == Status::Fail);
    failed.map(|(matter, _)| Finding::Skipped { after: *matter })
}

/// Whether an answer is not there for want of a right.
fn lacks_right<T>(answer: Option<&Answer<T>>) -> bool {
    let trouble = answer.and_then(|answer| answer.as_ref().err());
    trouble.is_some_and(|trouble| matches!(trouble.cause(), Some(Cause::Permission | Cause::Verification)))
}

fn token(facts: &AppFacts) -> Finding {
    let Err(trouble) = &facts.token else {
        // A token that was given out and is not taken is the app's own all the same.
        let refused = facts.troubles().find_map(|trouble| match trouble {
            Trouble::Refused { errcode, .. }
                if trouble.cause() == Some(Cause::Secret) || codes::class(*errcode) == Class::Token =>
            {
                Some(*errcode)
            }
            _ => None,
        });
        return refused.map_or(Finding::TokenFine, |errcode| Finding::TokenRefused { errcode });
    };
    match trouble {
        Trouble::Unreachable => Finding::WecomUnreachable { proxy: facts.proxy.clone() },
        Trouble::Silent => Finding::WecomSilent { proxy: facts.proxy.clone() },
        Trouble::NotWecom { status } => Finding::NotWecom { status: *status },
        Trouble::Refused { errcode, .. } => refused_token(*errcode, trouble.cause()),
    }
}

fn refused_token(errcode: i64, cause: Option<Cause>) -> Finding {
    match (cause, codes::class(errcode)) {
        (Some(Cause::UntrustedAddress), _) => Finding::Skipped { after: Matter::TrustedIp },
        (Some(Cause::Secret), _) if is_of_corp_id(errcode) => Finding::WrongCorp { errcode },
        (Some(Cause::Secret), _) => Finding::WrongSecret { errcode },
        (Some(Cause::Verification), _) => Finding::NotVerified { errcode },
        (Some(Cause::Permission), _) => Finding::AppDisabled { errcode },
        (_, Class::Throttled) => Finding::TooOften,
        (_, Class::Busy | Class::Crowded | Class::Contended | Class::Underway) => {
            Finding::WecomBusy { errcode }
        }
        _ => Finding::WecomRefused { errcode },
    }
}

fn trusted(facts: &AppFacts, token: &Finding) -> Finding {
    if let Some(trouble) = facts.troubles().find(|trouble| trouble.cause() == Some(Cause::UntrustedAddress)) {
        let verified = facts.recorded.as_ref().is_some_and(|recorded| recorded.was_verified);
        return Finding::AddressUntrusted {
            address: trouble.address(),
            proxy: facts.proxy.clone(),
            verified,
        };
    }
    if facts.token.is_err() || token.status() == Status::Fail {
        return Finding::Skipped { after: Matter::Token };
    }
    // Whatever WeCom answers behind the token, it has let the call through.
    let is_answered = |trouble: &Trouble| trouble.errcode().is_some();
    match &facts.employees {
        Some(Ok(_)) => Finding::AddressTrusted,
        Some(Err(trouble)) if is_answered(trouble) => Finding::AddressTrusted,
        _ => Finding::NotAnswered,
    }
}

fn permissions(facts: &AppFacts) -> Finding {
    let employees = facts.employees.as_ref().map(|answer| (FOLLOW_USERS, answer.as_ref().map(drop)));
    let rights = facts.rights.iter().map(|(method, answer)| (*method, answer.as_ref().map(drop)));
    let mut methods = Vec::new();
    let mut is_untold = employees.is_none();
    for (method, answer) in employees.into_iter().chain(rights) {
        let Err(trouble) = answer else {
            methods.push(method);
            continue;
        };
        match (trouble.cause(), trouble.errcode()) {
            (Some(Cause::Permission), Some(errcode)) => {
                return Finding::PermissionMissing { method, errcode };
            }
            (Some(Cause::Verification), Some(errcode)) => return Finding::NotVerified { errcode },
            (Some(Cause::Agent), Some(errcode)) => return Finding::WrongAgentId { errcode },
            // The right is there where something else is refused: an employee, a range.
            (Some(_), _) => methods.push(method),
            (None, _) => is_untold = true,
        }
    }
    if is_untold { Finding::NotAnswered } else { Finding::PermissionsFine { methods } }
}

/// The right without which nothing works.
pub(super) const FOLLOW_USERS: &str = "get_follow_user_list";

fn scope(facts: &AppFacts) -> Finding {
    match &facts.employees {
        Some(Ok(employees)) if employees.is_empty() => Finding::ScopeEmpty,
        Some(Ok(employees)) => Finding::ScopeFine { employees: employees.len() },
        Some(Err(trouble)) => match (trouble.cause(), trouble.errcode()) {
            (Some(Cause::Scope | Cause::Employee), Some(errcode)) => Finding::ScopeRefused { errcode },
            _ => Finding::NotAnswered,
        },
        None => Finding::NotAnswered,
    }
}

/// A wrong corp id keeps callbacks out as well: they are for the right one. It is mended in one place, and told there.
fn callback_after(token: &Finding, callback: Finding) -> Finding {
    match (token, &callback) {
        (Finding::WrongCorp { .. }, Finding::CallbackRefused { class: RefusalClass::Receiver, .. }) => {
            Finding::Skipped { after: Matter::Token }
        }
        _ => callback,
    }
}

fn callback(facts: &AppFacts) -> Finding {
    if let Some(looked) = &facts.url {
        return looked.clone();
    }
    let Some(recorded) = &facts.recorded else { return Finding::Skipped { after: Matter::Database } };
    let had_good = recorded.last_good_ms.is_some();
    let since: Vec<&RefusedRecord> =
        recorded.refused_since().filter(|one| concerns(one, facts.is_only_app, had_good)).collect();
    let is_wecoms = |one: &RefusedRecord| {
        one.signed
            && one.class.is_disagreement()
            && is_from_wecom(one.sender.as_deref(), &facts.wecom_addresses) != Some(false)
    };
    if let Some(newest) = since.iter().find(|one| is_wecoms(one)) {
        let class = newest.class;
        return Finding::CallbackRefused {
            class,
            count: since.iter().filter(|one| one.class == class && is_wecoms(one)).count(),
            asked: (class == RefusalClass::NoSuchApp).then(|| newest.app.clone()),
            sender: newest.sender.clone(),
            ago_ms: facts.now_ms.saturating_sub(newest.at_ms),
        };
    }
    match (recorded.last_good_ms, since.first()) {
        (Some(at_ms), _) => Finding::CallbackGood { ago_ms: facts.now_ms.saturating_sub(at_ms) },
        (None, Some(newest)) => Finding::CallbackNoise { class: newest.class, count: since.len() },
        (None, None) => Finding::NeverCalled,
    }
}

/// Whether a request came from WeCom, as far as its address says; a private one is a proxy's and says nothing.
fn is_from_wecom(sender: Option<&str>, wecom: &[String]) -> Option<bool> {
    let sender: IpAddr = sender?.parse().ok()?;
    let IpAddr::V4(sender) = sender.to_canonical() else { return None };
    if wecom.is_empty() || sender.is_private() || sender.is_loopback() || sender.is_link_local() {
        return None;
    }
    let covers =
        |network: &String| network.parse::<Network>().is_ok_and(|network| network.covers(sender.into()));
    Some(wecom.iter().any(covers))
}

fn events(facts: &AppFacts) -> Finding {
    let Some(recorded) = &facts.recorded else { return Finding::Skipped { after: Matter::Database } };
    let Some(Ok((wecom, asked))) = &facts.statistics else { return Finding::NotAnswered };
    let is_asked = |user: &str| asked.iter().any(|one| one.eq_ignore_ascii_case(user));
    let stored: i64 = recorded.yesterday.iter().filter(|of| is_asked(&of.user_id)).map(|of| of.adds).sum();
    // More than WeCom counts is no fault: a customer who was deleted and added again is one of its.
    if stored < *wecom {
        Finding::EventsMissing { wecom: *wecom, stored }
    } else {
        Finding::EventsAgree { wecom: *wecom, stored }
    }
}

fn welcome_codes(facts: &AppFacts) -> Finding {
    let Some(recorded) = &facts.recorded else { return Finding::Skipped { after: Matter::Database } };
    let without: Vec<_> =
        recorded.week.iter().filter(|of| of.adds > 0 && of.without_code == of.adds).collect();
    let mut sure: Vec<String> =
        without.iter().filter(|of| of.adds >= ADDS_MIN).map(|of| of.user_id.clone()).collect();
    if !sure.is_empty() {
        let more = sure.len().saturating_sub(NAMED_MAX);
        sure.truncate(NAMED_MAX);
        return Finding::CodesMissing { employees: sure, more };
    }
    if without.is_empty() {
        return Finding::CodesFine { adds: recorded.week.iter().map(|of| of.adds).sum() };
    }
    Finding::CodesFew { employees: without.iter().take(NAMED_MAX).map(|of| of.user_id.clone()).collect() }
}

#[cfg(test)]
mod tests;
