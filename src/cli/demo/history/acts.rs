//! What was done about the events of the demo's month: each action is tried as often as the program would have tried it, and
//! settled as it would have been.

use anyhow::bail;
use futures_util::future::join_all;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{
    AT_ONCE, HOUR_MS, OPERATOR, Story, Version, answers::Answer, month::Episode, month::Trouble, person,
};
use crate::{
    action::{
        Action, Kind, Reason, RuleUse, Status, Trigger, judge,
        outcome::{Attempt, Next, Outcome},
    },
    flow::engine::Engine,
    rules::{Media, render_notice},
    store::{
        ActionFilter, AttemptRecord, Claimed, EventFilter, PAGE_MAX, RuleFlag, Settled, Settlement, TakesOn,
    },
};
use wecom_simulator::Corp;

/// How many rounds of tries there are at most. What is left after them waits for the server.
const ROUNDS_MAX: usize = 64;

/// An action that is not settled.
pub(super) struct Open {
    /// Which event it belongs to.
    story: usize,
    claimed: Claimed,
    /// When it is tried next.
    at_ms: i64,
}

impl Open {
    /// The actions of an event, in the order in which they are performed.
    pub(super) fn of(story: usize, claimed: Vec<Claimed>, received_at_ms: i64) -> impl Iterator<Item = Self> {
        // A welcome goes at once; what follows it takes its turn.
        (0..).zip(claimed).map(move |(nth, claimed): (i64, _)| Self {
            story,
            claimed,
            at_ms: received_at_ms + 3 + nth * 190,
        })
    }
}

/// The month as far as it is played.
pub(super) struct Played<'a> {
    pub(super) engine: &'a Engine,
    pub(super) corp: &'a Corp,
    pub(super) stories: &'a [Story],
    pub(super) versions: &'a [Version],
    pub(super) now_ms: i64,
    pub(super) chance: u64,
}

impl Played<'_> {
    /// Tries all of them, again and again, until each has its end or is due after now.
    pub(super) async fn perform(&self, mut open: Vec<Open>) -> anyhow::Result<()> {
        let mut dice = StdRng::seed_from_u64(self.chance);
        for _ in 0..ROUNDS_MAX {
            let mut again = Vec::new();
            for chunk in chunks(open) {
                again.extend(self.try_all(chunk, &mut dice).await?);
            }
            if again.is_empty() {
                break;
            }
            open = again;
        }
        Ok(())
    }

    /// One try of each; those that are tried again, and what followed from the others.
    async fn try_all(&self, mut open: Vec<Open>, dice: &mut StdRng) -> anyhow::Result<Vec<Open>> {
        let settlements: Vec<Settlement> = open.iter_mut().map(|open| self.try_one(open, dice)).collect();
        let store = &self.engine.store;
        let settled = join_all(settlements.iter().map(|settlement| store.settle(settlement.clone()))).await;
        let mut again = Vec::new();
        for ((mut open, settlement), settled) in open.into_iter().zip(settlements).zip(settled) {
            if settled? == Settled::LeaseLost {
                bail!("the demo's month: another process has taken over action {}", open.claimed.action_id);
            }
            let Settlement { next, keep, follow_up, now_ms, .. } = settlement;
            if let (Next::Again { at_ms, .. }, true) = (&next, keep) {
                open.at_ms = *at_ms;
                again.push(open);
            } else if follow_up.is_some_and(|plan| !plan.actions.is_empty()) {
                let Claimed { event_id, run, .. } = open.claimed;
                let (all, process) = (TakesOn::all(), self.engine.process);
                let added = store.take_up_added(event_id, run, &all, process, now_ms).await?;
                again.extend(Open::of(open.story, added, now_ms));
            }
        }
        Ok(again)
    }

    /// Tries an action once, and says how that left it.
    fn try_one(&self, open: &mut Open, dice: &mut StdRng) -> Settlement {
        let (story, at_ms) = (&self.stories[open.story], open.at_ms);
        let claimed = &mut open.claimed;
        if let Action::Notify(notify) = &claimed.action {
            let media = Media::as_written();
            claimed.action =
                Action::Notify(render_notice(notify, &story.facts(&self.corp.corp_id, &media, at_ms)));
        }
        if claimed.deadline.is_some_and(|deadline| deadline.left(at_ms).is_none()) {
            let reason = judge::expired(claimed.attempts > 0, false, None);
            return self.settlement(open, at_ms, None, Next::Expired { reason }.into());
        }
        claimed.attempts += 1;
        let lasts = at_ms < story.until_ms;
        let answer = Answer::to(claimed.kind, claimed.attempts, story.trouble, lasts);
        let took_ms = dice.random_range(45..260);
        let message = format!("{} {}", answer.errcode, answer.errmsg);
        let outcome = judge::judge(&Attempt {
            action: &claimed.action,
            end: answer.end(),
            errcode: Some(answer.errcode),
            message: &message,
            number: claimed.attempts,
            earlier_lost: false,
            unanswered: false,
            first_due_ms: claimed.first_due_ms,
            deadline: claimed.deadline,
            now_ms: at_ms + took_ms,
            dice: dice.random(),
        });
        let attempt = AttemptRecord {
            at_ms,
            took_ms,
            errcode: Some(answer.errcode),
            errmsg: answer.errmsg.to_owned(),
            lost: false,
        };
        self.settlement(open, at_ms + took_ms, Some(attempt), outcome)
    }

    fn settlement(
        &self,
        open: &mut Open,
        now_ms: i64,
        attempt: Option<AttemptRecord>,
        outcome: Outcome,
    ) -> Settlement {
        let Outcome { next, request, flag } = outcome;
        let story = &self.stories[open.story];
        let claimed = &mut open.claimed;
        let rules = &self.versions[story.rules].rules;
        let media = Media::as_written();
        let facts = story.facts(&self.corp.corp_id, &media, now_ms);
        let follow_up = match (claimed.kind, &next) {
            (Kind::Welcome, Next::Expired { reason } | Next::Failed { reason }) => {
                Some(rules.notices(&facts, Trigger::MissedWelcome, reason.code))
            }
            _ => None,
        };
        let kind = claimed.kind;
        let flags = flag.map_or_else(Vec::new, |flag| flags(rules.plan(&facts).rules, kind, &flag));
        let is_notice = matches!(claimed.action, Action::Notify(_));
        let request = request.or_else(|| is_notice.then(|| claimed.action.clone()));
        if let Some(request) = &request {
            claimed.action = request.clone();
        }
        Settlement {
            lease: claimed.lease(),
            attempt,
            unanswered: false,
            all_tags_on: claimed.kind == Kind::Tag && next == Next::Done { note: None },
            keep: matches!(&next, Next::Again { at_ms, .. } if *at_ms < self.now_ms),
            next,
            request,
            flags,
            follow_up,
            now_ms,
        }
    }

    /// Somebody has the tags set again that failed while the tag was gone.
    pub(super) async fn retry(&self, episodes: &[Episode]) -> anyhow::Result<()> {
        let (store, process) = (&self.engine.store, self.engine.process);
        let Some(gone) = episodes.iter().find(|episode| episode.trouble == Trouble::TagGone) else {
            return Ok(());
        };
        let event = EventFilter {
            since_ms: Some(gone.from_ms),
            until_ms: Some(gone.until_ms),
            limit: Some(PAGE_MAX),
            ..EventFilter::default()
        };
        let failed = ActionFilter {
            event,
            kind: Some(Kind::Tag),
            status: Some(Status::Failed),
            ..ActionFilter::default()
        };
        let ids: Vec<i64> = store.actions(&failed).await?.into_iter().map(|action| action.id).collect();
        let at_ms = gone.until_ms + HOUR_MS / 2;
        store.retry_by(&ids, &person(OPERATOR), at_ms).await?;
        let by_customer = |customer: Option<&str>| {
            self.stories.iter().position(|story| {
                story.event.external_user_id() == customer && story.trouble == Some(Trouble::TagGone)
            })
        };
        let claimed = store.sweep_actions(process, at_ms, ids.len()).await?;
        let open = claimed.into_iter().filter_map(|claimed| {
            let of = by_customer(claimed.event.external_user_id.as_deref())?;
            Some(Open { story: of, claimed, at_ms: at_ms + 40 })
        });
        self.perform(open.collect()).await
    }
}

/// What is wrong with the rules that asked for an action of this kind.
fn flags(used: Vec<RuleUse>, kind: Kind, flag: &Reason) -> Vec<RuleFlag> {
    let of_kind = used.into_iter().filter(|rule| rule.used_for.contains(&kind));
    let flag = |rule: RuleUse| RuleFlag {
        rule: rule.name,
        ruleset_version: rule.version,
        kind,
        code: flag.code,
        reason: flag.text.clone(),
    };
    of_kind.map(flag).collect()
}

/// So many at once as the store's queue takes in one go.
fn chunks(open: Vec<Open>) -> Vec<Vec<Open>> {
    let mut chunks = Vec::with_capacity(open.len() / AT_ONCE + 1);
    let mut rest = open.into_iter().peekable();
    while rest.peek().is_some() {
        chunks.push(rest.by_ref().take(AT_ONCE).collect());
    }
    chunks
}
