//! A range of the company: some members, and some departments with all who are in them.

use serde::{Deserialize, Serialize};

use super::staff::Staff;

/// Members and departments, in the form in which WeCom's methods take and give them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Scope {
    pub(crate) user_list: Vec<String>,
    pub(crate) department_list: Vec<i64>,
}

impl Scope {
    pub(crate) fn is_empty(&self) -> bool {
        self.user_list.is_empty() && self.department_list.is_empty()
    }

    /// The userids of all who are in it, each once. Members who have left are not among them.
    pub(crate) fn members(&self, staff: &Staff) -> Vec<String> {
        let named = self.user_list.iter().filter_map(|userid| staff.get(userid));
        let within = staff.within(&self.department_list);
        let mut members: Vec<String> =
            named.chain(within).map(|member| member.employee.userid.clone()).collect();
        members.sort();
        members.dedup();
        members
    }
}
