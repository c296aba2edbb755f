//! Members publish moments (朋友圈), and customers and members react to them.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Act, Happened, Outcome};
use crate::{
    customer::ReceivedKind,
    error::Error,
    texts,
    world::{
        World,
        moments::{Moment, Origin, Published, REACTIONS_MAX},
    },
};

/// Something that somebody does with a moment. In JSON the field `act` holds the name in snake case,
/// `{"act": "publish", "moment_id": …, "employee": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum MomentAct {
    /// A member publishes a moment of the company.
    Publish {
        /// The moment's id.
        moment_id: String,
        /// The userid of the member who publishes it.
        employee: String,
        /// Only these customers see it; absent: all who may.
        #[serde(default)]
        only: Option<Vec<String>>,
    },
    /// A member writes a moment and publishes it.
    Post {
        /// The member's userid.
        employee: String,
        /// What it says.
        text: String,
        /// Only these customers see it; absent: all of the member's.
        #[serde(default)]
        only: Option<Vec<String>>,
    },
    /// Somebody comments on a moment: a customer who sees it, or the member.
    Comment {
        /// The moment's id.
        moment_id: String,
        /// The userid of the member who published it.
        employee: String,
        /// Who comments: a userid or an external_userid.
        by: String,
    },
    /// Somebody likes a moment: a customer who sees it, or the member.
    Like {
        /// The moment's id.
        moment_id: String,
        /// The userid of the member who published it.
        employee: String,
        /// Who likes it: a userid or an external_userid.
        by: String,
    },
}

/// What came of a [`MomentAct`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MomentActed {
    /// The moment's id.
    pub moment_id: String,
    /// The customers who can see the moment, after an act that published it.
    pub customers: Vec<String>,
}

impl Outcome for MomentActed {}

impl Act for MomentAct {
    type Outcome = MomentActed;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<MomentActed>, Error> {
        let acted = match self {
            Self::Publish { moment_id, employee, only } => {
                world.publish_for_company(moment_id, &employee, only, now_ms)
            }
            Self::Post { employee, text, only } => world.post_moment(&employee, &text, only, now_ms),
            Self::Comment { moment_id, employee, by } => {
                world.react(moment_id, &employee, by, now_ms, |published| &mut published.comments)
            }
            Self::Like { moment_id, employee, by } => {
                world.react(moment_id, &employee, by, now_ms, |published| &mut published.likes)
            }
        };
        acted.map(Happened::silent)
    }
}

impl World {
    /// A member publishes a moment that the company has handed out.
    fn publish_for_company(
        &mut self,
        moment_id: String,
        employee: &str,
        only: Option<Vec<String>>,
        now_ms: i64,
    ) -> Result<MomentActed, Error> {
        let employee = self.known_employee(employee)?;
        let moment = self.moments.get(&moment_id, now_ms).ok_or_else(no_moment)?;
        let Origin::Company(job) = &moment.origin else {
            return Err(Error::impossible("a member's own moment is published already"));
        };
        if job.cancelled || !job.senders.contains(&employee) {
            return Err(Error::impossible("the moment was not handed to this member, or it was cancelled"));
        }
        if moment.published.contains_key(&employee) {
            return Err(Error::impossible("this member has published the moment already"));
        }
        let customers = self.audience(moment, &employee, only)?;
        Ok(self.publish(moment_id, employee, customers, now_ms))
    }

    /// A member writes a moment and publishes it.
    fn post_moment(
        &mut self,
        employee: &str,
        text: &str,
        only: Option<Vec<String>>,
        now_ms: i64,
    ) -> Result<MomentActed, Error> {
        texts::check("text", text, texts::WRITTEN_CHARS_MAX)?;
        let employee = self.known_employee(employee)?;
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

    /// The customers of a member who can see a moment, or those of them who were chosen.
    fn audience(
        &self,
        moment: &Moment,
        employee: &str,
        only: Option<Vec<String>>,
    ) -> Result<Vec<String>, Error> {
        let sees = |id: &str| {
            let mut bonds = self.customers.bonds(id).iter();
            bonds.any(|bond| bond.employee == employee && moment.shows_to(bond))
        };
        let Some(only) = only else {
            let all = self.customers.iter().map(|customer| customer.external_userid.as_str());
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
        let employee = self.known_employee(employee)?;
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
