//! Who is meant by an id: members, departments, people from outside.

use crate::{
    corp::Employee,
    customer::{AddCustomer, CustomerKind},
    error::Error,
    world::{Bond, World},
};

impl World {
    /// The member of that userid, in letters of either case.
    pub(crate) fn employee(&self, userid: &str) -> Option<&Employee> {
        self.staff.get(userid).map(|member| &member.employee)
    }

    /// The member's userid as the company writes it, or what to do where there is no such member.
    pub(crate) fn employee_known(&self, userid: &str) -> Result<String, Error> {
        let found = self.employee(userid).map(|employee| employee.userid.clone());
        found.ok_or_else(|| Error::NoEmployee {
            userid: userid.to_owned(),
            known: self
                .employees()
                .map(|employee| employee.userid.as_str())
                .take(20)
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// The userids of a department with all below it; `None` if there is no such department.
    pub(crate) fn department(&self, id: i64) -> Option<Vec<String>> {
        self.staff.department(id)?;
        Some(self.staff.within(&[id]).iter().map(|member| member.employee.userid.clone()).collect())
    }

    /// Somebody from WeChat who is nobody's contact yet; gives the external_userid.
    pub(crate) fn newcomer(&mut self, name: Option<String>) -> Result<String, Error> {
        let add = AddCustomer { name, kind: CustomerKind::Wechat, ..AddCustomer::default() };
        self.new_person(&add)?;
        // The one just made is the last.
        let newest = self.customers().next_back();
        Ok(newest.map(|customer| customer.external_userid.clone()).unwrap_or_default())
    }

    /// The customer of that external_userid, or what to do where there is none.
    pub(crate) fn customer_known(&self, external_userid: &str) -> Result<(), Error> {
        let found = self.customer(external_userid).map(|_| ());
        found.ok_or_else(|| Error::NoCustomer(external_userid.to_owned()))
    }

    /// The relation in which both still want one another.
    pub(crate) fn friendship(&self, employee: &str, customer: &str) -> Option<&Bond> {
        let wanted = |bond: &&Bond| !bond.half && !bond.left && bond.employee.eq_ignore_ascii_case(employee);
        self.bonds(customer).iter().find(wanted)
    }
}
