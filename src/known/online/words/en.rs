//! What is found at WeCom, in English.

use super::{Asking, Found};
use crate::rules::Said;

pub(super) fn say(found: &Found) -> Said {
    match found {
        Found::VariableUnset { name } => Said::new(
            format!("the environment variable `{name}` is not set here"),
            "set it where `serve` runs, or remove `secret_env`",
        ),
        Found::MediaIdWritten => Said::new(
            "a written media_id cannot be checked, and works for three days from its upload",
            "name the file instead (`file: …`), which is kept fresh",
        ),
        Found::AddressRefused { private } => {
            let why = if *private { "lies inside a private network" } else { "does not begin with https://" };
            Said::new(
                format!("nothing is forwarded to this address: it {why}"),
                "use an https:// address that the internet reaches, or, where your own network is meant, set \
                 `forward.allow_private_networks`",
            )
        }
        Found::UnknownApp { app, near, known, more } => {
            let what = format!("the settings here have no app `{app}`");
            let mend = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "fine if another server has it; here there are `{}`{}",
                    known.join("`, `"),
                    if *more { ", …" } else { "" }
                ),
            };
            Said::new(what, mend)
        }
        Found::NoAgentId { app } => Said::new(
            format!("rules notify employees, and the app `{app}` has no agent_id"),
            "copy the AgentId from the app's page into the settings",
        ),
        Found::NotInTime { seconds } => {
            Said::new(format!("WeCom did not tell everything within {seconds} s"), "try again")
        }
        Found::NoTag { tag, created: true } => {
            Said::new(format!("there is no tag `{tag}` yet"), "it is made when it is first put on")
        }
        Found::NoTag { tag, created: false } => Said::new(
            format!("there is no tag `{tag}`"),
            "make it in the console, write `create: true` beside it, or mend its name",
        ),
        Found::NoTagId { id } => Said::new(
            format!("there is no tag with the id `{id}`"),
            "copy the id again, or write the tag as `Group/Tag`",
        ),
        Found::BothWays { tag, added, line } => Said::new(
            format!("the tag `{tag}` is to be added and removed: it is `{added}`, which line {line} adds"),
            "keep one of the two; until then it is added",
        ),
        Found::ManyWithoutCustomers { max } => Said::new(
            format!("more than {max} employees have no customer contact; the others were not asked for"),
            "mend those that are told above",
        ),
        Found::NoCustomerContact { userid } => Said::new(
            format!("the employee `{userid}` has no customer contact in this app's range"),
            "fine for who is only told; else add the employee under 客户联系 → 权限配置 and to the app's 可见范围",
        ),
        Found::NoEmployee { userid } => {
            Said::new(format!("there is no employee `{userid}`"), "copy the 账号 from the directory again")
        }
        Found::EmployeeOutOfRange { userid } => Said::new(
            format!("the app may not see the employee `{userid}`"),
            "add the employee to the app's 可见范围, or mend the userid",
        ),
        Found::OtherwiseWritten { named, written } => Said::new(
            format!("the directory writes the employee `{named}` as `{written}`"),
            "fine, since userids ignore case; to write it alike helps whoever searches",
        ),
        Found::NoDepartment { id } => Said::new(
            format!("there is no department {id} in this app's range"),
            "mend the id, or add the department to the app's 可见范围",
        ),
        Found::NotTold { of, message, explained, .. } => {
            let of = match of {
                Asking::Tags => "the tags".to_owned(),
                Asking::Employees => "the employees with customer contact".to_owned(),
                Asking::Employee(userid) => format!("the employee `{userid}`"),
                Asking::Departments => "the departments".to_owned(),
            };
            Said::new(
                format!("WeCom does not tell {of}: {message}"),
                explained.unwrap_or("try again when WeCom can be reached"),
            )
        }
        Found::OfApp { app, found } => {
            let Said { what, mend } = say(found);
            Said::new(format!("app `{app}`: {what}"), mend)
        }
    }
}
