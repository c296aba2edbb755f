//! `change_contact`: what happened to the company's own directory. Pages 90970, 90971, 90972 (in-house), 90639 (suites).
//!
//! Nothing here acts on it yet beyond keeping it; it is typed so that it does not look like an event that nobody knows.
//! An update carries only the fields that changed. The directory's own attributes (`ExtAttr`) stay in the stored
//! message.

use super::{Hidden, fields::Fields};

/// The event's name.
pub const EVENT: &str = "change_contact";

open_enum! {
    /// What happened.
    pub enum Change {
        /// An employee was added.
        UserCreated = "create_user",
        /// An employee's entry changed.
        UserUpdated = "update_user",
        /// An employee was removed.
        UserDeleted = "delete_user",
        /// A department was added.
        DepartmentCreated = "create_party",
        /// A department changed.
        DepartmentUpdated = "update_party",
        /// A department was removed.
        DepartmentDeleted = "delete_party",
        /// A directory tag has other members.
        TagUpdated = "update_tag",
    }
}

/// A change of the directory. The employee concerned is [`Event::user_id`](super::Event::user_id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// What happened.
    pub change: Change,
    /// With [`Change::UserUpdated`]: the employee's userid from now on.
    pub new_user_id: Option<String>,
    /// The name of the employee or department.
    pub name: Option<Hidden>,
    /// The employee's departments.
    pub departments: Vec<String>,
    /// The one of them that counts as the employee's.
    pub main_department: Option<String>,
    /// For each of them, `1` where the employee leads it.
    pub leads: Vec<String>,
    /// The employee's superiors.
    pub direct_leaders: Vec<String>,
    /// The employee's position.
    pub position: Option<String>,
    /// The employee's mobile number.
    pub mobile: Option<Hidden>,
    /// The employee's gender: 1 male, 2 female.
    pub gender: Option<i64>,
    /// The employee's e-mail address.
    pub email: Option<Hidden>,
    /// The employee's e-mail address at WeCom.
    pub work_email: Option<Hidden>,
    /// The employee's state: 1 active, 2 disabled, 4 not active yet, 5 left.
    pub status: Option<i64>,
    /// The address of the employee's picture.
    pub avatar: Option<Hidden>,
    /// The employee's alias.
    pub alias: Option<Hidden>,
    /// The employee's telephone number.
    pub telephone: Option<Hidden>,
    /// The employee's postal address.
    pub address: Option<Hidden>,
    /// The department (`Id`).
    pub department_id: Option<String>,
    /// The department above it.
    pub parent_id: Option<String>,
    /// The department's place among its siblings.
    pub order: Option<i64>,
    /// The directory tag.
    pub tag_id: Option<String>,
    /// Employees who have the tag from now on.
    pub users_added: Vec<String>,
    /// Employees who no longer have the tag.
    pub users_removed: Vec<String>,
    /// Departments that have the tag from now on.
    pub departments_added: Vec<String>,
    /// Departments that no longer have the tag.
    pub departments_removed: Vec<String>,
}

impl Directory {
    pub(super) fn of(fields: &Fields<'_>) -> Self {
        Self {
            change: fields.change(),
            new_user_id: fields.owned("NewUserID"),
            name: fields.hidden("Name"),
            departments: fields.list("Department"),
            main_department: fields.owned("MainDepartment"),
            leads: fields.list("IsLeaderInDept"),
            direct_leaders: fields.list("DirectLeader"),
            position: fields.owned("Position"),
            mobile: fields.hidden("Mobile"),
            gender: fields.number("Gender"),
            email: fields.hidden("Email"),
            work_email: fields.hidden("BizMail"),
            status: fields.number("Status"),
            avatar: fields.hidden("Avatar"),
            alias: fields.hidden("Alias"),
            telephone: fields.hidden("Telephone"),
            address: fields.hidden("Address"),
            department_id: fields.owned("Id"),
            parent_id: fields.owned("ParentId"),
            order: fields.number("Order"),
            tag_id: fields.owned("TagId"),
            users_added: fields.list("AddUserItems"),
            users_removed: fields.list("DelUserItems"),
            departments_added: fields.list("AddPartyItems"),
            departments_removed: fields.list("DelPartyItems"),
        }
    }
}
