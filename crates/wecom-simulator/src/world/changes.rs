//! Changes that concern several parts of the state at once.

use super::{
    World,
    agenda::Due,
    bond::Bond,
    tag_tree::{Group, Leaf, NewTags},
    transfers::ToStart,
};
use crate::customer::Customer;

impl World {
    /// Gives a welcome code for one add.
    pub(crate) fn issue_code(&mut self, employee: &str, customer: usize, now_ms: i64) -> String {
        self.codes.forget_old(now_ms);
        let text = self.random_text(43);
        self.codes.issue(text.clone(), employee, customer, now_ms);
        text
    }

    /// Ends a relation from the member's side, and gives what it was.
    pub(crate) fn part(&mut self, employee: &str, place: usize) -> Option<Bond> {
        let bonds = &mut self.customers[place].bonds;
        let at = bonds.iter().position(|bond| bond.is_of(employee))?;
        let bond = bonds.remove(at);
        if let Some(member) = self.staff.ever_mut(employee) {
            member.customers.retain(|followed| *followed != place);
        }
        Some(bond)
    }

    /// Makes tags, and their group where that is new; gives the group's place and the tags' ids.
    pub(crate) fn grow_tags(&mut self, new: NewTags, now_ms: i64) -> (usize, Vec<String>) {
        self.tags.grow(new, &mut self.dice, now_ms)
    }

    /// Deletes tags and groups, and takes the tags off every customer.
    pub(crate) fn delete_tags(&mut self, is_gone: impl Fn(&Group, &Leaf) -> bool) {
        let deleted = self.tags.delete(is_gone);
        if !deleted.is_empty() {
            self.customers.take_off_tags(&deleted);
        }
    }

    /// Starts a transfer that has been checked. It is done by itself after a day.
    pub(crate) fn start_transfer(&mut self, of: &ToStart<'_>, now_ms: i64) {
        let customer = self.customers[of.place].customer.external_userid.clone();
        let (number, takeover_ms) = self.transfers.start(of, customer, now_ms);
        self.agenda.note(takeover_ms, Due::Takeover(number));
    }

    /// Gives every customer the id that `new` makes, wherever one is named by id.
    pub(crate) fn rename_customers(&mut self, new: impl Fn(&Customer) -> String) {
        let renamed = self.customers.rename(new);
        let rename = |id: &mut String| {
            if let Some(new) = renamed.get(id) {
                id.clone_from(new);
            }
        };
        self.transfers.rename(rename);
        self.groups.rename(rename);
        self.links.rename(rename);
        self.mass_messages.rename(rename);
        self.moments.rename(rename);
    }
}
