//! Moments: handed to members by the company or written by a member, published, seen, commented on and liked.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api::Scope,
    customer::ReceivedKind,
    error::Error,
    texts,
    world::{Bond, World},
};

/// How many moments are remembered; the oldest are forgotten.
const MOMENTS_KEPT: usize = 10_000;

/// How many comments, and how many likes, fit under one member's moment.
const REACTIONS_MAX: usize = 10_000;

/// A job begins after the first and has ended after the second of these; WeCom tells no times.
const JOB_BEGINS_MS: i64 = 1_000;
const JOB_ENDS_MS: i64 = 2_000;

/// So long after its making, a moment is being handed out to the members (41079).
const HANDED_OUT_MS: i64 = 3_000;

/// The moments, by numbers that count up.
#[derive(Default)]
pub(crate) struct Moments {
    all: BTreeMap<u64, Moment>,
    made: u64,
}

/// A moment.
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(crate) struct Moment {
    pub(crate) moment_id: String,
    pub(crate) created_ms: i64,
    pub(crate) text: Option<Value>,
    pub(crate) attachments: Vec<Value>,
    pub(crate) origin: Origin,
    /// By member, as soon as it is published.
    pub(crate) published: BTreeMap<String, Published>,
}

/// Who made a moment.
pub(crate) enum Origin {
    /// A member.
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
    /// Who can see it.
    pub(crate) customers: Vec<String>,
    /// Who commented and who liked it: a userid or external_userid, and when.
    pub(crate) comments: Vec<(String, i64)>,
    pub(crate) likes: Vec<(String, i64)>,
}

/// Something that somebody does with a moment. In JSON the field `act` holds the name in snake case,
/// `{"act": "publish", "moment_id": …, "employee": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum MomentAct {
    /// A member publishes a moment of the company.
    Publish {
        /// The moment.
        moment_id: String,
        /// The member.
        employee: String,
        /// Only these customers see it; absent: all who may.
        #[serde(default)]
        only: Option<Vec<String>>,
    },
    /// A member publishes a moment of the own.
    Post {
        /// The member.
        employee: String,
        /// What it says.
        text: String,
        /// Only these customers see it; absent: all of the member.
        #[serde(default)]
        only: Option<Vec<String>>,
    },
    /// Somebody comments on it: a customer who sees it, or the member.
    Comment {
        /// The moment.
        moment_id: String,
        /// Under whose.
        employee: String,
        /// Who.
        by: String,
    },
    /// Somebody likes it.
    Like {
        /// The moment.
        moment_id: String,
        /// Under whose.
        employee: String,
        /// Who.
        by: String,
    },
}

/// What came of a [`MomentAct`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MomentActed {
    /// The moment.
    pub moment_id: String,
    /// Who can see it, where it was published.
    pub customers: Vec<String>,
}

impl Moment {
    /// WeCom's number for how far its job is: 1 to begin, 2 under way, 3 ended. A member's has ended.
    pub(crate) fn progress(&self, now_ms: i64) -> i64 {
        match (&self.origin, now_ms - self.created_ms) {
            (Origin::Company(_), ..JOB_BEGINS_MS) => 1,
            (Origin::Company(_), ..JOB_ENDS_MS) => 2,
            _ => 3,
        }
    }

    /// Whether there is one: not before its job has ended well.
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

    /// Whether a relation is one in which it can be seen.
    fn shows_to(&self, bond: &Bond) -> bool {
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

impl World {
    /// Lets somebody do something with a moment.
    pub(crate) fn act_on_moment(&mut self, act: MomentAct, now_ms: i64) -> Result<MomentActed, Error> {
        match act {
            MomentAct::Publish { moment_id, employee, only } => {
                let employee = self.employee_known(&employee)?;
                let moment = self.moments.get(&moment_id, now_ms).ok_or_else(no_moment)?;
                let Origin::Company(job) = &moment.origin else {
                    return Err(Error::impossible("a member's own moment is published already"));
                };
                if job.cancelled || !job.senders.contains(&employee) {
                    return Err(Error::impossible(
                        "the moment was not handed to this member, or it was cancelled",
                    ));
                }
                if moment.published.contains_key(&employee) {
                    return Err(Error::impossible("this member has published the moment already"));
                }
                let customers = self.audience(moment, &employee, only)?;
                Ok(self.publish(moment_id, employee, customers, now_ms))
            }
            MomentAct::Post { employee, text, only } => {
                texts::check("text", &text, texts::WRITTEN_CHARS_MAX)?;
                let employee = self.employee_known(&employee)?;
                let moment = Moment {
                    moment_id: format!("mom{}", self.random_text(29)),
                    created_ms: now_ms,
                    text: Some(json!({ "content": text })),
                    attachments: Vec::new(),
                    origin: Origin::Member(employee.clone()),
                    published: BTreeMap::new(),
                };
                let customers = self.audience(&moment, &employee, only)?;
                let moment_id = moment.moment_id.clone();
                self.moments.add(moment);
                Ok(self.publish(moment_id, employee, customers, now_ms))
            }
            MomentAct::Comment { moment_id, employee, by } => {
                self.react(moment_id, &employee, by, now_ms, |published| &mut published.comments)
            }
            MomentAct::Like { moment_id, employee, by } => {
                self.react(moment_id, &employee, by, now_ms, |published| &mut published.likes)
            }
        }
    }

    /// Those customers of a member who can see a moment, or those of them who were chosen.
    fn audience(
        &self,
        moment: &Moment,
        employee: &str,
        only: Option<Vec<String>>,
    ) -> Result<Vec<String>, Error> {
        let sees = |id: &str| {
            let mut bonds = self.bonds(id).iter();
            bonds.any(|bond| bond.employee == employee && moment.shows_to(bond))
        };
        let Some(only) = only else {
            let all = self.customers().map(|customer| customer.external_userid.as_str());
            return Ok(all.filter(|id| sees(id)).map(str::to_owned).collect());
        };
        match only.iter().find(|id| !sees(id)) {
            Some(other) => Err(Error::impossible(format!("{other} is no customer who can see this moment"))),
            None => Ok(only),
        }
    }

    fn publish(
        &mut self,
        moment_id: String,
        employee: String,
        customers: Vec<String>,
        now_ms: i64,
    ) -> MomentActed {
        if let Some(moment) = self.moments.get(&moment_id, now_ms) {
            let seen = json!({
                "moment_id": moment_id, "text": moment.text, "attachments": moment.attachments,
            });
            let seen = Arc::new(seen);
            for customer in &customers {
                if let Ok(bond) = self.bond(&employee, customer) {
                    bond.receive(ReceivedKind::Moment, Arc::clone(&seen), now_ms);
                }
            }
        }
        if let Some(moment) = self.moments.get_mut(&moment_id) {
            let published = Published { customers: customers.clone(), ..Published::default() };
            moment.published.insert(employee, published);
        }
        MomentActed { moment_id, customers }
    }

    fn react(
        &mut self,
        moment_id: String,
        employee: &str,
        by: String,
        now_ms: i64,
        list: impl Fn(&mut Published) -> &mut Vec<(String, i64)>,
    ) -> Result<MomentActed, Error> {
        let by = self.employee(&by).map_or(by, |member| member.userid.clone());
        let employee = self.employee_known(employee)?;
        let published =
            self.moments.get_mut(&moment_id).and_then(|moment| moment.published.get_mut(&employee));
        let published = published.ok_or_else(no_moment)?;
        if by != employee && !published.customers.contains(&by) {
            return Err(Error::impossible(format!("{by} cannot see this moment")));
        }
        let list = list(published);
        if list.len() >= REACTIONS_MAX {
            return Err(Error::Full { most: REACTIONS_MAX });
        }
        list.push((by, now_ms));
        Ok(MomentActed { moment_id, customers: Vec::new() })
    }
}

fn no_moment() -> Error {
    Error::impossible(
        "no such moment is there, or not yet: its job takes two seconds, and a member has to publish it",
    )
}
