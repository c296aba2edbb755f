//! The employees who may log in by WeCom, as the settings name them.

use std::collections::BTreeMap;

use super::Role;

/// What an employee's name begins with in the audit and in lists: no token can be called so.
const PREFIX: &str = "wecom:";

/// Employees of one corp with their roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employees {
    corp_id: String,
    /// By their userids in lower case.
    roles: BTreeMap<String, Role>,
}

impl Employees {
    /// Those of that corp.
    pub fn new(corp_id: &str, roles: BTreeMap<String, Role>) -> Self {
        let roles = roles.into_iter().map(|(userid, role)| (userid.to_ascii_lowercase(), role)).collect();
        Self { corp_id: corp_id.to_owned(), roles }
    }

    /// The corp.
    pub fn corp_id(&self) -> &str {
        &self.corp_id
    }

    /// What this employee may do; `None` for whoever may not come in. To WeCom letters of either case are the same.
    pub fn role_of(&self, userid: &str) -> Option<Role> {
        self.roles.get(&userid.to_ascii_lowercase()).copied()
    }
}

/// What an employee is called in the audit and in lists.
pub fn employee_name(userid: &str) -> String {
    format!("{PREFIX}{userid}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::is_name;

    #[test]
    fn who_is_named_comes_in_whatever_the_case_and_nobody_else() {
        let employees = Employees::new("ww1", BTreeMap::from([("ZhangSan".to_owned(), Role::Operator)]));
        assert_eq!(employees.role_of("zhangsan"), Some(Role::Operator));
        assert_eq!(employees.role_of("ZHANGSAN"), Some(Role::Operator));
        for other in ["", "zhangsan ", "zhangsan2", "*", "lisi"] {
            assert_eq!(employees.role_of(other), None, "{other}");
        }
    }

    #[test]
    fn no_token_can_have_the_name_of_an_employee() {
        assert!(is_name("zhangsan") && !is_name(&employee_name("zhangsan")));
        assert!(!is_name(&employee_name("admin.token")));
    }
}
