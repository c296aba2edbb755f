//! The company's own directory (通讯录), as much of it as an app may read: who an employee is, how departments hang
//! together, and who has which tag.
//!
//! What an app gets depends on its visible range (可见范围) and on when it was made: some get ids in place of
//! names, some no names at all, and departments above its range are not in a listing. So everything but the ids is
//! optional. `Debug` shows no names.

use serde::Deserialize;
use serde_json::json;

use crate::{
    client::{
        Call, CallOptions, Client, Effect, Endpoint, Error, Listing, limits::Check, paging::all_pages, read,
        values,
    },
    directory_types::{Department, DirectoryTag, DirectoryTagMembers, ListUserIds, User, UserIdPage},
};

const USER: Endpoint = Endpoint::get("user/get").page(90196);
const USERS: Endpoint = Endpoint::get("user/list").page(90201);
const USER_NAMES: Endpoint = Endpoint::get("user/simplelist").page(90200);
const USER_IDS: Endpoint = Endpoint::post("user/list_id", Effect::Read).page(96067);
const USERID_OF: Endpoint = Endpoint::post("user/getuserid", Effect::Read).page(95402);
const DEPARTMENTS: Endpoint = Endpoint::get("department/list").page(90208);
const DEPARTMENT: Endpoint = Endpoint::get("department/get").page(95351);
const DEPARTMENT_IDS: Endpoint = Endpoint::get("department/simplelist").page(95350);
const TAGS: Endpoint = Endpoint::get("tag/list").page(90216);
const TAG: Endpoint = Endpoint::get("tag/get").page(90213);

/// At most so many rows on one page of `user/list_id`.
const USER_IDS_MAX: u32 = 10_000;

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

/// Employees.
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

    /// The employees of a department, not of those below it, with all that the app may know of them (`user/list`;
    /// page 90201).
    ///
    /// # Errors
    ///
    /// 60011 or 48002 when the app has no right to it, 60123 when there is no such department.
    pub async fn users(&self, department_id: i64, options: CallOptions) -> Result<Vec<User>, Error> {
        self.of_department(USERS, department_id, options).await
    }

    /// The same with no more than ids and names (`user/simplelist`; page 90200).
    ///
    /// # Errors
    ///
    /// As of [`Directory::users`].
    pub async fn user_names(&self, department_id: i64, options: CallOptions) -> Result<Vec<User>, Error> {
        self.of_department(USER_NAMES, department_id, options).await
    }

    async fn of_department(
        &self,
        endpoint: Endpoint,
        id: i64,
        options: CallOptions,
    ) -> Result<Vec<User>, Error> {
        #[derive(Deserialize)]
        struct Users {
            #[serde(default, deserialize_with = "values::list")]
            userlist: Vec<User>,
        }
        let call = Call::new(endpoint, options).query("department_id", id.to_string());
        let Users { userlist } = self.client.call(call).await?;
        Ok(userlist)
    }

    /// Who is in which department, a page of it, by ids alone (`user/list_id`; page 96067). Only the secret of
    /// 通讯录同步 may ask.
    ///
    /// # Errors
    ///
    /// 48002 for any other secret, 50100 when the cursor no longer works. [`Error::Argument`] when `limit` is not 1 to
    /// 10,000.
    pub async fn user_ids(&self, request: &ListUserIds, options: CallOptions) -> Result<UserIdPage, Error> {
        Check::of(USER_IDS).page_size("limit", request.limit, USER_IDS_MAX).end()?;
        self.client.call(Call::new(USER_IDS, options).json(request)).await
    }

    /// Who is in which department, all pages.
    pub fn user_ids_all(
        &self,
        request: &ListUserIds,
        options: CallOptions,
    ) -> Listing<crate::directory_types::DepartmentUser> {
        all_pages!(self.user_ids, USER_IDS, request, USER_IDS_MAX, options)
    }

    /// The userid of the employee who has this phone number (`user/getuserid`; page 95402). Too many numbers that
    /// nobody has bar the method for a day.
    ///
    /// # Errors
    ///
    /// 46004 when nobody has it.
    pub async fn userid_of(&self, mobile: &str, options: CallOptions) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            userid: String,
        }
        Check::of(USERID_OF).required("mobile", mobile).end()?;
        // The number of a person stays out of errors, should WeCom quote it.
        let body = json!({ "mobile": mobile });
        let call = Call::new(USERID_OF, options).json(&body).hiding(mobile);
        let Answer { userid } = self.client.call(call).await?;
        Ok(userid)
    }
}

/// Departments.
impl Directory {
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

    /// One department (`department/get`; page 95351).
    ///
    /// # Errors
    ///
    /// As of [`Directory::departments`].
    pub async fn department(&self, id: i64, options: CallOptions) -> Result<Department, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "read::object")]
            department: Department,
        }
        let Answer { department } = self.client.call(listing(DEPARTMENT, Some(id), options)).await?;
        Ok(department)
    }

    /// The departments without names, as every app may have them (`department/simplelist`; page 95350).
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

/// Tags.
impl Directory {
    /// The tags of the directory that the app may see (`tag/list`; page 90216).
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn tags(&self, options: CallOptions) -> Result<Vec<DirectoryTag>, Error> {
        #[derive(Deserialize)]
        struct Tags {
            #[serde(default, deserialize_with = "values::list")]
            taglist: Vec<DirectoryTag>,
        }
        let Tags { taglist } = self.client.call(Call::new(TAGS, options)).await?;
        Ok(taglist)
    }

    /// Who has a tag of the directory (`tag/get`; page 90213).
    ///
    /// # Errors
    ///
    /// 40068 when there is no such tag, 60011 when the app may not see it.
    pub async fn tag(&self, tagid: i64, options: CallOptions) -> Result<DirectoryTagMembers, Error> {
        self.client.call(Call::new(TAG, options).query("tagid", tagid.to_string())).await
    }
}

fn listing(endpoint: Endpoint, below: Option<i64>, options: CallOptions) -> Call<'static> {
    let call = Call::new(endpoint, options);
    match below {
        Some(id) => call.query("id", id.to_string()),
        None => call,
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{
        DEPARTMENT, DEPARTMENT_IDS, DEPARTMENTS, TAG, TAGS, USER, USER_IDS, USER_IDS_MAX, USER_NAMES,
        USERID_OF, USERS,
    };
    use crate::method::{Argument, CURSOR, Method, formatcp, integer, rust, text};

    const DEPARTMENT_ID: Argument = integer("department_id", "The department; 1 is the company").required();
    const BELOW: Argument = integer("id", "That department and those below it; all of them without it");

    pub(crate) const METHODS: &[Method] = &[
        Method::of(USER, rust!(directory.user, |given| given.text("userid")))
            .is("Show an employee")
            .takes(&[text("userid", "The employee").required()])
            .like("--userid zhangsan"),
        Method::of(USERS, rust!(directory.users, |given| given.integer("department_id")))
            .is("List the employees of a department, not of those below it")
            .takes(&[DEPARTMENT_ID])
            .lists("userlist")
            .like("--department-id 1 --table"),
        Method::of(USER_NAMES, rust!(directory.user_names, |given| given.integer("department_id")))
            .is("List the employees of a department by id and name")
            .takes(&[DEPARTMENT_ID])
            .lists("userlist")
            .like("--department-id 1"),
        Method::of(USER_IDS, rust!(directory.user_ids, |given| &given.whole()?))
            .is("List which employee is in which department; only for the secret of 通讯录同步")
            .takes(&[
                CURSOR,
                integer(
                    "limit",
                    formatcp!("How many on a page: 1 to {USER_IDS_MAX}, which is WeCom's default"),
                ),
            ])
            .paged("dept_user", "limit", USER_IDS_MAX)
            .like("--all"),
        Method::of(USERID_OF, rust!(directory.userid_of, |given| given.text("mobile")))
            .is("Find an employee by phone number; too many that nobody has bar it for a day")
            .takes(&[text("mobile", "The number as it stands in the directory").required()])
            .like("--mobile 13800000000"),
        Method::of(DEPARTMENTS, rust!(directory.departments, |given| given.maybe_integer("id")))
            .is("List the departments")
            .takes(&[BELOW])
            .lists("department")
            .like("--table"),
        Method::of(DEPARTMENT, rust!(directory.department, |given| given.integer("id")))
            .is("Show a department")
            .takes(&[integer("id", "The department").required()])
            .like("--id 1"),
        Method::of(DEPARTMENT_IDS, rust!(directory.department_ids, |given| given.maybe_integer("id")))
            .is("List the departments by id alone, as every app may")
            .takes(&[BELOW])
            .lists("department_id")
            .like("--id 1"),
        Method::of(TAGS, rust!(directory.tags))
            .is("List the directory's tags, by which app messages can be addressed")
            .lists("taglist"),
        Method::of(TAG, rust!(directory.tag, |given| given.integer("tagid")))
            .is("Show who has a tag of the directory")
            .takes(&[integer("tagid", "The tag").required()])
            .like("--tagid 1"),
    ];
}
