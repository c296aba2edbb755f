//! What the methods of the directory are asked, and what they answer with.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{
    paging::{Page, cursor, paged},
    read, values,
};

/// An employee; see [`Directory::user`](crate::Directory::user). Of the many fields of the page those that describe a post rather than a
/// person's private affairs.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct User {
    /// The id, in the case in which it was made.
    #[serde(default, deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// The name; the userid in its place where the app may not know it.
    #[serde(default, deserialize_with = "values::text")]
    pub name: Option<String>,
    /// The alias (别名).
    #[serde(default, deserialize_with = "values::text")]
    pub alias: Option<String>,
    /// The departments that the employee is in, as far as they are inside the app's visible range.
    #[serde(default, deserialize_with = "read::numbers")]
    pub department: Vec<i64>,
    /// The one of them that counts as the employee's (主部门).
    #[serde(default, deserialize_with = "values::integer")]
    pub main_department: Option<i64>,
    /// The employee's place in each of them, in the same order: the greater the earlier.
    #[serde(default, deserialize_with = "read::numbers")]
    pub order: Vec<i64>,
    /// Whether the employee leads each of them (1) or not (0), in the same order.
    #[serde(default, deserialize_with = "read::numbers")]
    pub is_leader_in_dept: Vec<i64>,
    /// The userids of those whom the employee answers to (直属上级).
    #[serde(default, deserialize_with = "read::texts")]
    pub direct_leader: Vec<String>,
    /// The post, where the app may know it.
    #[serde(default, deserialize_with = "values::text")]
    pub position: Option<String>,
    /// The post that customers see.
    #[serde(default, deserialize_with = "values::text")]
    pub external_position: Option<String>,
    /// The id that is the same for all apps of one provider; only third-party apps get it.
    #[serde(default, deserialize_with = "values::text")]
    pub open_userid: Option<String>,
    /// Whether the employee uses WeCom.
    #[serde(default, deserialize_with = "values::number")]
    pub status: Option<UserStatus>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("userid", &self.userid)
            .field("department", &self.department)
            .finish_non_exhaustive()
    }
}

values::open_number! {
    /// Whether an employee uses WeCom.
    UserStatus {
        /// Yes.
        ACTIVE = 1, "active";
        /// The account is disabled.
        DISABLED = 2, "disabled";
        /// Not yet.
        INACTIVE = 4, "inactive";
        /// The employee has left.
        LEFT = 5, "left";
    }
}

/// A department; see [`Directory::departments`](crate::Directory::departments).
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Department {
    /// The id; 1 is the company.
    #[serde(default, deserialize_with = "values::integer")]
    pub id: Option<i64>,
    /// The name, where the app may know it.
    #[serde(default, deserialize_with = "values::text")]
    pub name: Option<String>,
    /// The name in English.
    #[serde(default, deserialize_with = "values::text")]
    pub name_en: Option<String>,
    /// The userids of those who lead it.
    #[serde(default, deserialize_with = "read::texts")]
    pub department_leader: Vec<String>,
    /// The department above it; 0 of the company itself. It need not be in the listing.
    #[serde(default, deserialize_with = "values::integer")]
    pub parentid: Option<i64>,
    /// Its place among its siblings: the greater the earlier.
    #[serde(default, deserialize_with = "values::integer")]
    pub order: Option<i64>,
}

impl fmt::Debug for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Department")
            .field("id", &self.id)
            .field("parentid", &self.parentid)
            .finish_non_exhaustive()
    }
}

/// Which page of the employees' ids; the request of [`Directory::user_ids`](crate::Directory::user_ids).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ListUserIds {
    /// How many a page, 1 to 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

paged!(ListUserIds, limit);

/// A page of employees' ids; see [`Directory::user_ids`](crate::Directory::user_ids).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserIdPage {
    /// A row for each department of each employee.
    #[serde(deserialize_with = "values::list")]
    pub dept_user: Vec<DepartmentUser>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for UserIdPage {
    type Item = DepartmentUser;
    type Next = String;

    fn into_parts(self) -> (Vec<DepartmentUser>, Option<String>) {
        (self.dept_user, cursor(self.next_cursor))
    }
}

/// That an employee is in a department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DepartmentUser {
    /// The employee.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// The department.
    #[serde(deserialize_with = "values::integer")]
    pub department: Option<i64>,
    /// The employee's id with the provider, in place of the userid; only third-party apps get it.
    #[serde(deserialize_with = "values::text")]
    pub open_userid: Option<String>,
}

/// A tag of the directory (标签), not to be mistaken for customers' tags; see [`Directory::tags`](crate::Directory::tags).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DirectoryTag {
    /// The id, by which an app message can be addressed.
    #[serde(deserialize_with = "values::integer")]
    pub tagid: Option<i64>,
    /// The name.
    #[serde(deserialize_with = "values::text")]
    pub tagname: Option<String>,
}

/// Who has a tag of the directory; see [`Directory::tag`](crate::Directory::tag).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DirectoryTagMembers {
    /// The tag's name.
    #[serde(deserialize_with = "values::text")]
    pub tagname: Option<String>,
    /// Employees, as far as they are inside the app's visible range.
    #[serde(deserialize_with = "values::list")]
    pub userlist: Vec<User>,
    /// Departments, with everybody in them.
    #[serde(deserialize_with = "read::numbers")]
    pub partylist: Vec<i64>,
}
