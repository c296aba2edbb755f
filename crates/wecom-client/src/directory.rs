//! The company's own directory (通讯录), as much of it as an app may read: who an employee is, and how departments hang
//! together.
//!
//! What an app gets depends on its visible range (可见范围) and on when it was made: some get ids in place of
//! names, some no names at all, and departments above its range are not in a listing. So everything but the ids is
//! optional. `Debug` shows no names.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{Call, CallOptions, Client, Endpoint, Error, limits::Check, read, values};

const USER: Endpoint = Endpoint::get("user/get").page(90196);
const DEPARTMENTS: Endpoint = Endpoint::get("department/list").page(90208);
const DEPARTMENT_IDS: Endpoint = Endpoint::get("department/simplelist").page(95351);

impl Client {
    /// The methods of the company's own directory.
    pub fn directory(&self) -> Directory {
        Directory { client: self.clone() }
    }
}

/// The directory methods of one app's client; see [`Client::directory`].
#[derive(Clone, Debug)]
pub struct Directory {
    client: Client,
}

impl Directory {
    /// How [`Directory::user`] asks, for whoever names the call without making it.
    pub const USER: Endpoint = USER;

    /// An employee (`user/get`; page 90196). Userids are compared without case.
    ///
    /// # Errors
    ///
    /// 60111 when nobody has this userid, 60011 when the employee is outside the app's visible range.
    pub async fn user(&self, userid: &str, options: CallOptions) -> Result<User, Error> {
        Check::of(USER).required("userid", userid).end()?;
        self.client.call(Call::new(USER, options).query("userid", userid)).await
    }

    /// The departments inside the app's visible range, with their names where the app may know them
    /// (`department/list`; page 90208). `below`: that department and those below it, at any depth.
    ///
    /// # Errors
    ///
    /// 60011 or 48002 when the app has no right to it, as one that was made after August 2022 and is no directory app;
    /// [`Directory::department_ids`] may be allowed all the same. 60123 when there is no such department.
    pub async fn departments(
        &self,
        below: Option<i64>,
        options: CallOptions,
    ) -> Result<Vec<Department>, Error> {
        #[derive(Deserialize)]
        struct Departments {
            #[serde(default, deserialize_with = "values::list")]
            department: Vec<Department>,
        }
        let Departments { department } = self.client.call(listing(DEPARTMENTS, below, options)).await?;
        Ok(department)
    }

    /// The same without names, as every app may have it (`department/simplelist`; page 95351).
    ///
    /// # Errors
    ///
    /// As of [`Directory::departments`].
    pub async fn department_ids(
        &self,
        below: Option<i64>,
        options: CallOptions,
    ) -> Result<Vec<Department>, Error> {
        #[derive(Deserialize)]
        struct Departments {
            #[serde(default, deserialize_with = "values::list")]
            department_id: Vec<Department>,
        }
        let Departments { department_id } = self.client.call(listing(DEPARTMENT_IDS, below, options)).await?;
        Ok(department_id)
    }
}

fn listing(endpoint: Endpoint, below: Option<i64>, options: CallOptions) -> Call<'static> {
    let call = Call::new(endpoint, options);
    match below {
        Some(id) => call.query("id", id.to_string()),
        None => call,
    }
}

/// An employee; see [`Directory::user`]. Of the many fields of the page those that describe a post rather than a
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

/// A department; see [`Directory::departments`].
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
