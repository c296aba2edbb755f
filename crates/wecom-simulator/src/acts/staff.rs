//! Members come to the company and leave it; departments are made.

use serde::Serialize;

use super::{Act, Happened, Outcome};
use crate::{
    corp::{Department, Employee},
    error::Error,
    occurrence::Occurrence,
    texts,
    world::{World, links::Link, staff::is_userid},
};

/// A member is in at most so many departments (page 90195), and has at most so many of the directory's tags.
const LISTED_MAX: usize = 100;

/// Takes a member on, or changes one.
impl Act for Employee {
    type Outcome = ();

    fn perform(self, world: &mut World, _: i64) -> Result<Happened<()>, Error> {
        if !is_userid(&self.userid) {
            return Err(Error::Userid(self.userid));
        }
        texts::check("name", &self.name, texts::NAME_CHARS_MAX)?;
        texts::check("alias", &self.alias, texts::NAME_CHARS_MAX)?;
        if self.departments.len() > LISTED_MAX || self.tags.len() > LISTED_MAX {
            return Err(Error::Full { most: LISTED_MAX });
        }
        if let Some(id) = self.departments.iter().find(|id| world.staff.department(**id).is_none()) {
            return Err(Error::NoDepartment(*id));
        }
        world.staff.employ(self).map(Happened::silent)
    }
}

/// Adds a department, or changes one.
impl Act for Department {
    type Outcome = ();

    fn perform(self, world: &mut World, _: i64) -> Result<Happened<()>, Error> {
        world.staff.add_department(self).map(Happened::silent)
    }
}

/// The member of this userid leaves the company.
pub(crate) struct Leave<'a>(pub(crate) &'a str);

/// A member who has left.
#[derive(Serialize)]
pub(crate) struct Left {
    left: String,
    pub(crate) deliveries: Vec<u64>,
}

impl Outcome for Left {
    fn set_deliveries(&mut self, deliveries: Vec<u64>) {
        self.deliveries = deliveries;
    }
}

impl Act for Leave<'_> {
    type Outcome = Left;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Left>, Error> {
        let userid = world.known_employee(self.0)?;
        if let Some(member) = world.staff.ever_mut(&userid) {
            member.left_at_ms = Some(now_ms);
        }
        world.applications.forget_member(&userid);
        let notices = world.close_links_of(&userid);
        Ok(Happened::new(Left { left: self.0.to_owned(), deliveries: Vec::new() }, notices))
    }
}

impl World {
    /// Makes the acquisition links unusable that have nobody behind them since this member has left.
    fn close_links_of(&mut self, leaver: &str) -> Vec<Occurrence> {
        let named = |link: &Link| link.range.user_list.iter().any(|id| id.eq_ignore_ascii_case(leaver));
        let staff = &self.staff;
        let mut notices = Vec::new();
        for link in self.links.all.values_mut() {
            let may_lead_to_leaver = named(link) || !link.range.department_list.is_empty();
            if may_lead_to_leaver && !link.unavailable && link.range.members(staff).is_empty() {
                link.unavailable = true;
                notices.push(Occurrence::LinkUnavailable { link_id: link.link_id.clone() });
            }
        }
        notices
    }
}
