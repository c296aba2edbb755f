//! Who works in the company and where: members, the departments they are in, and those who have left.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    corp::{Department, Employee, Hindrance},
    error::Error,
    texts,
};

/// How many members fit: as many as the largest companies have.
const EMPLOYEES_MAX: usize = 100_000;

/// How many departments fit; WeCom's own limit is in the same range.
const DEPARTMENTS_MAX: usize = 30_000;

/// The members and departments.
#[derive(Default)]
pub(crate) struct Staff {
    /// By the userid in lower case, because upper and lower case are the same to WeCom. Members who have left stay,
    /// because their customers can still be handed over.
    members: BTreeMap<String, Member>,
    /// How many members were ever taken on.
    hired: u64,
    departments: BTreeMap<i64, Department>,
}

/// A member, and the customers that the member follows.
pub(crate) struct Member {
    /// Counts up over all who were ever taken on: the cursor of a page is made of it.
    pub(crate) number: u64,
    pub(crate) employee: Employee,
    /// The places of the member's customers, in the order of their adds.
    pub(crate) customers: Vec<usize>,
    /// When the member left the company; none: works here.
    pub(crate) left_at_ms: Option<i64>,
}

impl Member {
    /// Whether the member may have customers.
    pub(crate) fn serves(&self) -> bool {
        !self.is(Hindrance::NoCustomerContact)
    }

    pub(crate) fn is(&self, hindrance: Hindrance) -> bool {
        self.employee.hindrances.contains(&hindrance)
    }

    /// Whether there is no room for one more customer.
    pub(crate) fn is_full(&self) -> bool {
        self.employee.customers_max.is_some_and(|most| self.customers.len() >= most)
    }
}

impl Staff {
    /// Takes a member on, or changes one. A member who had left is back, with the customers that nobody has taken over.
    pub(crate) fn employ(&mut self, employee: Employee) -> Result<(), Error> {
        let key = employee.userid.to_lowercase();
        if self.members.len() >= EMPLOYEES_MAX && !self.members.contains_key(&key) {
            return Err(Error::Full { most: EMPLOYEES_MAX });
        }
        let member = self.members.entry(key).or_insert_with(|| {
            self.hired += 1;
            let number = self.hired;
            Member { number, employee: employee.clone(), customers: Vec::new(), left_at_ms: None }
        });
        member.left_at_ms = None;
        member.employee = employee;
        Ok(())
    }

    /// The members who work here, by userid.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Member> {
        self.members.values().filter(|member| member.left_at_ms.is_none())
    }

    /// The members who work here and may have customers.
    pub(crate) fn serving(&self) -> impl Iterator<Item = &Member> {
        self.all().filter(|member| member.serves())
    }

    /// The members who have left, and when; the latest first.
    pub(crate) fn leavers(&self) -> Vec<(&Member, i64)> {
        let mut left: Vec<_> =
            self.members.values().filter_map(|member| Some((member, member.left_at_ms?))).collect();
        left.sort_by_key(|(_, at_ms)| std::cmp::Reverse(*at_ms));
        left
    }

    /// A member who works here.
    pub(crate) fn get(&self, userid: &str) -> Option<&Member> {
        self.ever(userid).filter(|member| member.left_at_ms.is_none())
    }

    /// A member who works here or did once.
    pub(crate) fn ever(&self, userid: &str) -> Option<&Member> {
        self.members.get(&userid.to_lowercase())
    }

    pub(crate) fn ever_mut(&mut self, userid: &str) -> Option<&mut Member> {
        self.members.get_mut(&userid.to_lowercase())
    }

    /// Adds a department below one that exists, or changes one.
    pub(crate) fn add_department(&mut self, department: Department) -> Result<(), Error> {
        let Department { id, parent_id, .. } = department;
        texts::check("name", &department.name, texts::NAME_CHARS_MAX)?;
        // There is one root, and no department may come to stand below itself: `below` would never end.
        let sound = id > 0
            && if parent_id == 0 {
                self.departments.values().all(|there| there.parent_id != 0 || there.id == id)
            } else {
                self.departments.contains_key(&parent_id) && !self.below(id).contains(&parent_id)
            };
        if !sound {
            return Err(Error::Department { id, parent_id });
        }
        if self.departments.len() >= DEPARTMENTS_MAX && !self.departments.contains_key(&id) {
            return Err(Error::Full { most: DEPARTMENTS_MAX });
        }
        self.departments.insert(id, department);
        Ok(())
    }

    pub(crate) fn department(&self, id: i64) -> Option<&Department> {
        self.departments.get(&id)
    }

    /// All departments, by id.
    pub(crate) fn departments(&self) -> impl Iterator<Item = &Department> {
        self.departments.values()
    }

    /// A department and all below it; nothing, if there is no such department.
    pub(crate) fn below(&self, id: i64) -> BTreeSet<i64> {
        let mut found: BTreeSet<i64> = self.departments.contains_key(&id).then_some(id).into_iter().collect();
        // Each round adds a level, and departments form a tree, so it ends.
        loop {
            let before = found.len();
            let children =
                self.departments.values().filter(|department| found.contains(&department.parent_id));
            let children: Vec<i64> = children.map(|department| department.id).collect();
            found.extend(children);
            if found.len() == before {
                return found;
            }
        }
    }

    /// The members who work in these departments or below them, each once, by userid.
    pub(crate) fn within(&self, departments: &[i64]) -> Vec<&Member> {
        let mut members = self.ever_within(departments);
        members.retain(|member| member.left_at_ms.is_none());
        members
    }

    /// As `within`, and the members who worked there when they left the company.
    pub(crate) fn ever_within(&self, departments: &[i64]) -> Vec<&Member> {
        if departments.is_empty() {
            return Vec::new();
        }
        let all: BTreeSet<i64> = departments.iter().flat_map(|id| self.below(*id)).collect();
        let within = |member: &&Member| member.employee.departments.iter().any(|id| all.contains(id));
        self.members.values().filter(within).collect()
    }
}

/// Whether a text can be a userid: 1 to 64 bytes of `[A-Za-z0-9_.@-]`.
pub(crate) fn is_userid(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.@-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(id: i64, parent_id: i64) -> Department {
        Department { id, parent_id, ..Department::default() }
    }

    #[test]
    fn departments_are_a_tree_and_members_are_in_all_above_theirs() {
        let mut staff = Staff::default();
        for (id, parent_id) in [(1, 0), (2, 1), (3, 2)] {
            staff.add_department(department(id, parent_id)).unwrap();
        }
        for (id, parent_id) in [(4, 9), (2, 3), (2, 2), (5, 0), (0, 1)] {
            assert!(staff.add_department(department(id, parent_id)).is_err(), "{id} below {parent_id}");
        }
        let employee = |userid: &str, id| Employee {
            userid: userid.into(),
            departments: vec![id],
            ..Employee::default()
        };
        staff.employ(employee("a", 3)).unwrap();
        staff.employ(employee("B", 1)).unwrap();
        let within = |ids: &[i64]| {
            staff.within(ids).iter().map(|member| member.employee.userid.clone()).collect::<Vec<_>>()
        };
        assert_eq!(within(&[2]), ["a"]);
        assert_eq!(within(&[1, 3]), ["a", "B"]);
        assert!(within(&[9]).is_empty() && within(&[]).is_empty());
        assert!(staff.get("b").is_some());
        staff.ever_mut("b").unwrap().left_at_ms = Some(1);
        assert!(staff.get("b").is_none() && staff.ever("b").is_some());
    }
}
