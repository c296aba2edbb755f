//! A member changes tags and notes of a customer in the client. `mark_tag` and `remark` of the API change the same, and
//! WeCom sends no callback about those.

use serde::Deserialize;

use super::{Act, Happened, talk::Changed};
use crate::{
    error::Error,
    occurrence::{Contact, Occurrence},
    world::{
        World,
        bond::{COMPANY_CHARS_MAX, DESCRIPTION_CHARS_MAX, REMARK_CHARS_MAX},
        tag_tree::TAGS_MAX,
    },
};

/// The most phones of one customer, and the most bytes in each.
const PHONES_MAX: usize = 5;
const PHONE_BYTES_MAX: usize = 32;

/// What a member notes about a customer in the client, as the library and `/_simulator/edits` take it. What is absent
/// stays, what is empty is cleared. Event: `edit_external_contact`, unless nothing changes, or nothing but the phones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// The member's userid.
    pub employee: String,
    /// The customer's external_userid.
    pub customer: String,
    /// Tags that are put on: ids.
    pub add_tag: Vec<String>,
    /// Tags that are taken off: ids.
    pub remove_tag: Vec<String>,
    /// What the member calls the customer; at most 20 characters.
    pub remark: Option<String>,
    /// What the member notes about the customer; at most 150 characters.
    pub description: Option<String>,
    /// The customer's company; at most 20 characters.
    pub company: Option<String>,
    /// The customer's phones, five at most.
    pub mobiles: Option<Vec<String>>,
}

impl Edit {
    fn check(&self) -> Result<(), Error> {
        for (field, text, most) in [
            ("remark", &self.remark, REMARK_CHARS_MAX),
            ("description", &self.description, DESCRIPTION_CHARS_MAX),
            ("company", &self.company, COMPANY_CHARS_MAX),
        ] {
            if text.as_ref().is_some_and(|text| text.chars().count() > most) {
                return Err(Error::impossible(format!("`{field}` has at most {most} characters")));
            }
        }
        if let Some(mobiles) = &self.mobiles
            && (mobiles.len() > PHONES_MAX || mobiles.iter().any(|phone| phone.len() > PHONE_BYTES_MAX))
        {
            return Err(Error::impossible(format!(
                "`mobiles` has at most {PHONES_MAX} phones of {PHONE_BYTES_MAX} bytes"
            )));
        }
        Ok(())
    }
}

impl Act for Edit {
    type Outcome = Changed;

    fn perform(self, world: &mut World, _: i64) -> Result<Happened<Changed>, Error> {
        let (employee, customer) = (self.employee.clone(), self.customer.clone());
        let notices = world.edit_customer(self)?.into_iter().collect();
        Ok(Happened::new(Changed::of(world, &employee, &customer), notices))
    }
}

impl World {
    fn edit_customer(&mut self, edit: Edit) -> Result<Option<Occurrence>, Error> {
        edit.check()?;
        let Edit { employee, customer, add_tag, remove_tag, remark, description, company, mobiles } = edit;
        if let Some(id) = add_tag.iter().chain(&remove_tag).find(|id| self.tags.name(id).is_none()) {
            return Err(Error::no_tag(id));
        }
        let bond = self.bond(&employee, &customer).map_err(|_| {
            Error::impossible(format!(
                "{customer} is no customer of {employee}: let the customer be added first"
            ))
        })?;
        let mut noted = bond.remark.clone();
        let filled = |text: String| (!text.is_empty()).then_some(text);
        noted.remark = remark.map_or(noted.remark, filled);
        noted.description = description.map_or(noted.description, filled);
        noted.company = company.map_or(noted.company, filled);
        let mut tags = bond.tags.clone();
        tags.retain(|id| !remove_tag.contains(id));
        for id in add_tag {
            if !tags.contains(&id) {
                tags.push(id);
            }
        }
        if tags.len() > TAGS_MAX {
            return Err(Error::Full { most: TAGS_MAX });
        }
        // Compared before the phones are set: WeCom sends no callback where only they have changed.
        let is_notified = noted != bond.remark || tags != bond.tags;
        noted.mobiles = mobiles.unwrap_or(noted.mobiles);
        let contact = Contact::of(&bond.employee, customer);
        (bond.remark, bond.tags) = (noted, tags);
        Ok(is_notified.then_some(Occurrence::EditExternalContact(contact)))
    }
}
