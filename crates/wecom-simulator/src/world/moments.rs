//! Moments (朋友圈): the company hands one to members or a member writes one; members publish it, customers see it, and
//! both comment on it and like it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{bond::Bond, scope::Scope};

/// How many moments are remembered; the oldest are forgotten.
const MOMENTS_KEPT: usize = 10_000;

/// How many comments, and how many likes, fit under one member's moment.
pub(crate) const REACTIONS_MAX: usize = 10_000;

/// When a job begins and when it has ended, after it was made. WeCom names no times.
const JOB_BEGINS_MS: i64 = 1_000;
const JOB_ENDS_MS: i64 = 2_000;

/// For so long after it was made, a moment is being handed out to the members (41079).
const HANDED_OUT_MS: i64 = 3_000;

/// The moments, by numbers that count up.
#[derive(Default)]
pub(crate) struct Moments {
    all: BTreeMap<u64, Moment>,
    made: u64,
}

/// A moment, whoever made it, and what became of it at each member.
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(crate) struct Moment {
    pub(crate) moment_id: String,
    pub(crate) created_ms: i64,
    pub(crate) text: Option<Value>,
    pub(crate) attachments: Vec<Value>,
    pub(crate) origin: Origin,
    /// The moment as each member has published it, by userid.
    pub(crate) published: BTreeMap<String, Published>,
}

/// Who made a moment.
pub(crate) enum Origin {
    /// The member of this userid.
    Member(String),
    /// The company, by a job.
    Company(Job),
}

/// The job that hands a moment to the members.
pub(crate) struct Job {
    pub(crate) jobid: String,
    /// Who may publish it; nobody: the job failed, and there is no moment.
    pub(crate) senders: Vec<String>,
    /// Only customers with one of these tags see it; none: all.
    pub(crate) tags: Vec<String>,
    /// Whether neither members nor customers were chosen.
    pub(crate) for_all: bool,
    pub(crate) invalid_senders: Scope,
    pub(crate) invalid_tags: Vec<String>,
    pub(crate) cancelled: bool,
}

/// A moment as one member has published it.
#[derive(Default)]
pub(crate) struct Published {
    /// The customers who can see it.
    pub(crate) customers: Vec<String>,
    /// Who commented and who liked it: a userid or external_userid, and when.
    pub(crate) comments: Vec<(String, i64)>,
    pub(crate) likes: Vec<(String, i64)>,
}

impl Moment {
    /// WeCom's number for how far its job is: 1 not begun, 2 under way, 3 ended. A member's own moment has no job and
    /// counts as ended.
    pub(crate) fn progress(&self, now_ms: i64) -> i64 {
        match (&self.origin, now_ms - self.created_ms) {
            (Origin::Company(_), ..JOB_BEGINS_MS) => 1,
            (Origin::Company(_), ..JOB_ENDS_MS) => 2,
            _ => 3,
        }
    }

    /// Whether the moment exists yet: its job has ended, and somebody can publish it.
    pub(crate) fn is_there(&self, now_ms: i64) -> bool {
        self.progress(now_ms) == 3
            && match &self.origin {
                Origin::Member(_) => true,
                Origin::Company(job) => !job.senders.is_empty(),
            }
    }

    pub(crate) fn is_being_handed_out(&self, now_ms: i64) -> bool {
        matches!(self.origin, Origin::Company(_)) && now_ms - self.created_ms < HANDED_OUT_MS
    }

    /// Whether the customer of a relation can see it.
    pub(crate) fn shows_to(&self, bond: &Bond) -> bool {
        let tags = match &self.origin {
            Origin::Member(_) => &[][..],
            Origin::Company(job) => &job.tags,
        };
        !bond.half && (tags.is_empty() || tags.iter().any(|id| bond.tags.contains(id)))
    }
}

impl Moments {
    pub(crate) fn add(&mut self, moment: Moment) {
        self.made += 1;
        self.all.insert(self.made, moment);
        if self.all.len() > MOMENTS_KEPT {
            self.all.pop_first();
        }
    }

    /// The moments with their numbers, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &Moment)> {
        self.all.iter().map(|(number, moment)| (*number, moment))
    }

    /// The moment of that id, once it is there.
    pub(crate) fn get(&self, moment_id: &str, now_ms: i64) -> Option<&Moment> {
        self.all.values().find(|moment| moment.moment_id == moment_id && moment.is_there(now_ms))
    }

    pub(crate) fn get_mut(&mut self, moment_id: &str) -> Option<&mut Moment> {
        self.all.values_mut().find(|moment| moment.moment_id == moment_id)
    }

    /// Follows a change of the customers' ids.
    pub(crate) fn rename(&mut self, rename: impl Fn(&mut String)) {
        for published in self.all.values_mut().flat_map(|moment| moment.published.values_mut()) {
            published.customers.iter_mut().for_each(&rename);
            let said = published.comments.iter_mut().chain(&mut published.likes);
            said.for_each(|(by, _)| rename(by));
        }
    }
}
