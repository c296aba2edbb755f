//! A contact way as somebody asks for it, in a form or in a row of a table: checked here, so that what WeCom would refuse is said
//! at the field, before anything is sent.

use serde::{Deserialize, Serialize};

use super::words::WayFault;
use crate::{
    language::Language,
    rules::{SEPARATORS, Wrong as _, is_userid, unseen},
};
use wecom_client::contact::{CONTACT_WAY_TEXT_CHARS_MAX, CONTACT_WAY_USERS_MAX};

/// A field of the form, or a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The name, for administrators.
    Name,
    /// The channel's key.
    State,
    /// The employees.
    Users,
    /// The departments.
    Departments,
    /// Whether the employee need not confirm.
    SkipVerify,
}

/// What somebody wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The name.
    pub name: String,
    /// The channel's key.
    pub state: String,
    /// Userids, by whichever separator.
    pub users: String,
    /// Ids of departments, by whichever separator.
    pub departments: String,
    /// Whether it is for one employee only. `None`: it is where there is but one.
    pub single: Option<bool>,
    /// Whether customers are added without the employee's confirmation.
    pub skip_verify: bool,
}

/// A contact way that WeCom can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct AskedWay {
    /// The name.
    pub name: String,
    /// The channel's key.
    pub state: String,
    /// The employees' userids.
    pub users: Vec<String>,
    /// The departments' ids.
    pub departments: Vec<i64>,
    /// Whether it is for one employee only.
    pub single: bool,
    /// Whether customers are added without the employee's confirmation.
    pub skip_verify: bool,
}

/// What is wrong with a field.
#[derive(Debug)]
pub struct FieldFault {
    /// Which.
    pub field: Field,
    pub(super) wrong: WayFault,
}

impl FieldFault {
    /// What is wrong and how it is mended.
    pub fn say(&self, language: Language) -> String {
        self.wrong.say(language).in_one(language)
    }

    /// Its name for programs.
    pub fn code(&self) -> &'static str {
        self.wrong.code()
    }
}

impl Written {
    /// What WeCom can be asked for, or everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// The faults, in the order of the fields.
    pub fn check(&self) -> Result<AskedWay, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let name = faults.text(Field::Name, &self.name);
        let state = faults.text(Field::State, &self.state);
        let users = faults.users(&self.users);
        let departments = faults.departments(&self.departments);
        let single = self.single.unwrap_or(users.len() == 1 && departments.is_empty());
        let none_wrong = |faults: &Faults, field: Field| faults.0.iter().all(|fault| fault.field != field);
        if none_wrong(&faults, Field::Users) && none_wrong(&faults, Field::Departments) {
            faults.whom(&users, &departments, single);
        }
        let skip_verify = self.skip_verify;
        if faults.0.is_empty() {
            Ok(AskedWay { name, state, users, departments, single, skip_verify })
        } else {
            Err(faults.0)
        }
    }
}

#[derive(Default)]
struct Faults(Vec<FieldFault>);

impl Faults {
    fn add(&mut self, field: Field, wrong: WayFault) {
        self.0.push(FieldFault { field, wrong });
    }

    fn text(&mut self, field: Field, text: &str) -> String {
        let text = text.trim();
        let (count, most) = (text.chars().count(), CONTACT_WAY_TEXT_CHARS_MAX);
        if count > most {
            self.add(field, WayFault::TooLong { count, most });
        } else if unseen(text).is_some() || text.contains(char::is_control) {
            self.add(field, WayFault::Unseen);
        }
        text.to_owned()
    }

    fn users(&mut self, written: &str) -> Vec<String> {
        let mut users: Vec<String> = Vec::new();
        for user in parts(written) {
            if !is_userid(user) {
                self.add(Field::Users, WayFault::NoUserid { user: user.to_owned() });
            } else if !users.iter().any(|other| other.eq_ignore_ascii_case(user)) {
                users.push(user.to_owned());
            }
        }
        let (count, most) = (users.len(), CONTACT_WAY_USERS_MAX);
        if count > most {
            self.add(Field::Users, WayFault::TooManyUsers { count, most });
        }
        users
    }

    fn departments(&mut self, written: &str) -> Vec<i64> {
        let mut departments = Vec::new();
        for id in parts(written) {
            match id.parse::<i64>() {
                Ok(id) if (1..=i64::from(u32::MAX)).contains(&id) => {
                    if !departments.contains(&id) {
                        departments.push(id);
                    }
                }
                _ => self.add(Field::Departments, WayFault::NoDepartment { id: id.to_owned() }),
            }
        }
        departments
    }

    /// Whether those who are named fit what the way is for.
    fn whom(&mut self, users: &[String], departments: &[i64], single: bool) {
        match (users.len(), departments.len()) {
            (0, 0) => self.add(Field::Users, WayFault::Nobody),
            (_, 1..) if single => self.add(Field::Departments, WayFault::DepartmentsOfOne),
            (count, 0) if single && count != 1 => self.add(Field::Users, WayFault::NotOne { count }),
            _ => {}
        }
    }
}

/// The values in one text, by whichever separator, line breaks and blanks among them: no userid has one in it.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || SEPARATORS.contains(&c)).filter(|part| !part.is_empty())
}

impl AskedWay {
    /// It in one line, for the audit.
    pub fn line(&self, app: &str) -> String {
        line(app, (&self.name, &self.state), &self.users, &self.departments, self.skip_verify)
    }
}

/// A contact way in one line.
pub(super) fn line(
    app: &str,
    (name, state): (&str, &str),
    users: &[String],
    departments: &[i64],
    skip_verify: bool,
) -> String {
    let departments: Vec<String> = departments.iter().map(i64::to_string).collect();
    let mut line = format!("{app}: name={name:?} state={state:?} user={}", users.join(","));
    if !departments.is_empty() {
        line = format!("{line} party={}", departments.join(","));
    }
    format!("{line} skip_verify={skip_verify}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn written(name: &str, state: &str, users: &str, departments: &str, single: Option<bool>) -> Written {
        let [name, state, users, departments] = [name, state, users, departments].map(str::to_owned);
        Written { name, state, users, departments, single, skip_verify: true }
    }

    #[rstest]
    #[case("zhangsan", "", None, &["zhangsan"], &[], true)]
    #[case(" zhangsan、lisi\nwangwu ", "", None, &["zhangsan", "lisi", "wangwu"], &[], false)]
    #[case("zhangsan；ZhangSan", "", Some(true), &["zhangsan"], &[], true)]
    #[case("", "3，12", None, &[], &[3, 12], false)]
    #[case("lisi", "3", Some(false), &["lisi"], &[3], false)]
    fn whom_it_is_for(
        #[case] users: &str,
        #[case] departments: &str,
        #[case] single: Option<bool>,
        #[case] expected: &[&str],
        #[case] parties: &[i64],
        #[case] is_single: bool,
    ) {
        let asked = written("展会", "expo", users, departments, single).check().unwrap();
        assert_eq!(
            (asked.users.iter().map(String::as_str).collect::<Vec<_>>(), asked.departments.as_slice()),
            (expected.to_vec(), parties)
        );
        assert_eq!(asked.single, is_single);
    }

    #[rstest]
    #[case(written(&"名".repeat(31), "s", "zhangsan", "", None), &[(Field::Name, "way_text_too_long")])]
    #[case(written("n", &"s".repeat(31), "zhangsan", "", None), &[(Field::State, "way_text_too_long")])]
    #[case(written("n", "sp\u{200b}ring", "zhangsan", "", None), &[(Field::State, "way_text_unseen")])]
    #[case(written("n", "s", "", "", None), &[(Field::Users, "way_for_nobody")])]
    #[case(written("n", "s", "张三", "", None), &[(Field::Users, "way_no_userid")])]
    #[case(written("n", "s", "a b", "", Some(true)), &[(Field::Users, "way_not_one")])]
    #[case(written("n", "s", "a", "3", Some(true)), &[(Field::Departments, "way_departments_of_one")])]
    #[case(written("n", "s", "a", "x 0", None), &[(Field::Departments, "way_no_department"), (Field::Departments, "way_no_department")])]
    fn what_is_wrong_stands_at_its_field(#[case] written: Written, #[case] expected: &[(Field, &str)]) {
        let faults = written.check().unwrap_err();
        assert_eq!(faults.iter().map(|fault| (fault.field, fault.code())).collect::<Vec<_>>(), expected);
        for fault in faults {
            assert!(!fault.say(Language::Zh).is_empty() && !fault.say(Language::En).is_empty());
        }
    }

    #[test]
    fn at_most_a_hundred_employees() {
        let users: Vec<String> = (0..101).map(|number| format!("user{number}")).collect();
        let faults = written("n", "s", &users.join(","), "", None).check().unwrap_err();
        assert_eq!(faults[0].code(), "way_too_many_users");
        assert!(written("n", "s", &users[..100].join(","), "", None).check().is_ok());
    }
}
