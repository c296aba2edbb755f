//! The company's directory as rules ask for it: who an employee is and which departments that makes.
//!
//! A welcome waits for it, so it is remembered: employees for minutes, the tree of departments for longer, both renewed
//! in the background while they are in use. What WeCom's callbacks say about the directory counts at once. Each app has
//! a memory of its own: what WeCom answers depends on the app's visible range.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use super::{
    apps::{Apps, WecomApp},
    memory::{Memory, Notes, Terms, of_many},
};
use crate::{action::outcome::Class, rules::Employee, shutdown::Shutdown};
use wecom_client::{CallOptions, Client, Department, Directory as DirectoryCalls, Retries, User};
use wecom_core::{
    callback::is_same_receiver,
    clock::Clock,
    event::{Event, Kind, directory::Change},
};

/// Employees: more than are added by customers in an hour. Some hundred bytes each.
const EMPLOYEES: Terms = Terms {
    entries_max: 20_000,
    fresh_for: Duration::from_mins(10),
    kept_for: Duration::from_hours(1),
    serves_old: true,
};

/// More apps than settings name.
const APPS_MANY: usize = 1_000;

/// Trees: one for each app. A department is seldom moved, and an old tree is better than none.
const TREES: Terms = Terms {
    entries_max: 1_000,
    fresh_for: Duration::from_mins(10),
    kept_for: Duration::from_hours(24),
    serves_old: true,
};

/// How long one question may take: longer than a welcome waits, so that the next one finds the answer. Where WeCom is
/// busy it is asked again at once, while there may still be somebody who waits.
const ASKED_FOR: CallOptions = CallOptions::new(Duration::from_secs(8), Retries::Standard);

/// How long the departments are waited for when the employee is known: half of what a welcome waits for everything. Its
/// text may ask for no more than the name.
const TREE_WITHIN: Duration = Duration::from_secs(1);

/// How soon the departments are read again for one that is not among them: an employee's may be outside of what the app
/// sees, and that must not cost a listing with each customer.
const READ_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Answers what rules ask about employees. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Directory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    employees: Memory<User>,
    trees: Memory<Tree>,
    clock: Clock,
    /// For which app the departments were read again a moment ago, for one that was not among them.
    read_again: Notes<()>,
}

impl Directory {
    /// A directory of which nothing is known yet.
    pub fn new(clock: Clock, shutdown: Shutdown) -> Self {
        Self(Arc::new(Inner {
            employees: Memory::new(EMPLOYEES, clock.clone(), shutdown.clone()),
            trees: Memory::new(TREES, clock.clone(), shutdown),
            clock,
            read_again: Notes::new(APPS_MANY),
        }))
    }

    /// An employee, with every department above theirs; and where the departments could not be read, why not.
    ///
    /// # Errors
    ///
    /// When WeCom does not say who the employee is.
    pub async fn employee(
        &self,
        app: &WecomApp,
        userid: &str,
    ) -> Result<(Employee, Option<NoTree>), Arc<wecom_client::Error>> {
        let (of_user, of_tree, named) = (app.client.clone(), app.client.clone(), userid.to_owned());
        let asked_user = self.0.employees.get(key(app, userid), move || user(of_user, named), of_many);
        let asked_tree = self.0.trees.get(app.name.clone(), move || departments(of_tree), of_many);
        tokio::pin!(asked_user, asked_tree);
        // Both at once; the tree has a little longer than the employee.
        let (user, tree) = tokio::select! {
            user = &mut asked_user => (user?, tokio::time::timeout(TREE_WITHIN, asked_tree).await.ok()),
            tree = &mut asked_tree => (asked_user.await?, Some(tree)),
        };
        let tree = match tree {
            Some(Ok(tree)) => tree,
            Some(Err(error)) => return Ok((employee_without(userid, &user), Some(NoTree::Failed(error)))),
            None => return Ok((employee_without(userid, &user), Some(NoTree::Late))),
        };
        let tree = if tree.has(&user) { tree } else { self.read_again(app, tree).await };
        Ok((tree.employee(userid, &user), None))
    }

    /// The departments read anew, for one that is not among those that are remembered; these, where it was done a
    /// moment ago or does not work.
    async fn read_again(&self, app: &WecomApp, tree: Arc<Tree>) -> Arc<Tree> {
        let now_ms = self.0.clock.steady_ms();
        if !self.0.read_again.note_first(app.name.clone(), (), now_ms, READ_AGAIN_AFTER) {
            return tree;
        }
        let client = app.client.clone();
        let asked = self.0.trees.replace(app.name.clone(), move || departments(client), of_many);
        match tokio::time::timeout(TREE_WITHIN, asked).await {
            Ok(Ok(tree)) => tree,
            _ => tree,
        }
    }

    /// Forgets what a callback says has changed.
    pub async fn invalidate(&self, apps: &Apps, event: &Event) {
        let Kind::Directory(change) = &event.kind else { return };
        let of_corp = |app: &&Arc<WecomApp>| {
            event.corp_id().is_none_or(|corp_id| is_same_receiver(&app.corp_id, corp_id))
        };
        for app in apps.iter().filter(of_corp) {
            for userid in [event.user_id(), change.new_user_id.as_deref()].into_iter().flatten() {
                self.0.employees.forget(&key(app, userid)).await;
            }
            if let Change::DepartmentCreated | Change::DepartmentUpdated | Change::DepartmentDeleted =
                change.change
            {
                self.0.trees.mark_outdated(&app.name).await;
            }
        }
    }
}

/// An employee, with every department above theirs, asked for now and not remembered: for a command that asks once.
///
/// # Errors
///
/// As [`Directory::employee`].
pub async fn employee(client: &Client, userid: &str) -> Result<Employee, wecom_client::Error> {
    let user = user(client.clone(), userid.to_owned());
    let (user, tree) = tokio::try_join!(user, departments(client.clone()))?;
    Ok(tree.employee(userid, &user))
}

/// Why the departments are not known.
#[derive(Clone, Debug)]
pub enum NoTree {
    /// They could not be read.
    Failed(Arc<wecom_client::Error>),
    /// They were not there in time.
    Late,
}

/// An employee. An answer that names none counts as a failure.
async fn user(client: Client, userid: String) -> Result<User, wecom_client::Error> {
    let user = client.directory().user(&userid, ASKED_FOR).await?;
    if user.userid.is_none() && user.name.is_none() {
        return Err(wecom_client::Error::Incomplete { path: DirectoryCalls::USER.path, what: "userid" });
    }
    Ok(user)
}

/// An employee of whom only the own departments are known.
fn employee_without(userid: &str, user: &User) -> Employee {
    Employee { above_unknown: true, ..Tree::default().employee(userid, user) }
}

/// Userids are compared without case; an app's name has no slash in it.
fn key(app: &WecomApp, userid: &str) -> String {
    format!("{}/{}", app.name, userid.to_ascii_lowercase())
}

/// The departments with their names, or without them where the app may not know those.
async fn departments(client: Client) -> Result<Tree, wecom_client::Error> {
    match client.directory().departments(None, ASKED_FOR).await {
        Ok(departments) => Ok(Tree::of(departments)),
        Err(error) if matches!(error.class(), Class::Configuration | Class::Refused) => {
            client.directory().department_ids(None, ASKED_FOR).await.map(Tree::of)
        }
        Err(error) => Err(error),
    }
}

/// The departments that an app sees, by id.
#[derive(Debug, Default)]
struct Tree(HashMap<i64, Department>);

impl Tree {
    fn of(departments: Vec<Department>) -> Self {
        Self(departments.into_iter().filter_map(|department| Some((department.id?, department))).collect())
    }

    fn employee(&self, userid: &str, user: &User) -> Employee {
        let main = user.main_department.or_else(|| user.department.first().copied());
        Employee {
            userid: user.userid.clone().unwrap_or_else(|| userid.to_owned()),
            name: user.name.clone(),
            alias: user.alias.clone().filter(|alias| !alias.is_empty()),
            department: main.and_then(|id| self.0.get(&id)?.name.clone()),
            departments: self.with_above(&user.department),
            above_unknown: false,
        }
    }

    /// Whether the employee's departments are all among these.
    fn has(&self, user: &User) -> bool {
        user.department.iter().all(|id| self.0.contains_key(id))
    }

    /// These departments and every one above them, in ascending order. One that the app does not see is named by those
    /// below it; what is above that is not known.
    fn with_above(&self, departments: &[i64]) -> Vec<i64> {
        let mut seen = HashSet::new();
        for department in departments {
            let mut id = *department;
            // 0 is above the company. What was seen before ends it too, should the tree ever be a circle.
            while id > 0 && seen.insert(id) {
                id = self.0.get(&id).and_then(|department| department.parentid).unwrap_or(0);
            }
        }
        let mut all: Vec<i64> = seen.into_iter().collect();
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let departments: Vec<Department> = serde_json::from_str(
            r#"[{"id":1,"name":"示例公司","parentid":0},{"id":12,"name":"华东大区","parentid":1},
                {"id":120,"name":"门店","parentid":12},{"id":7,"parentid":3},{"id":8,"parentid":9},{"id":9,"parentid":8},
                {"name":"没有编号"}]"#,
        )
        .unwrap();
        Tree::of(departments)
    }

    #[test]
    fn an_employee_is_in_every_department_above() {
        let user: User = serde_json::from_str(
            r#"{"userid":"ZhangSan","name":"张三","alias":"","department":[120,"7"],"main_department":120}"#,
        )
        .unwrap();
        let employee = tree().employee("zhangsan", &user);
        assert_eq!(employee.departments, [1, 3, 7, 12, 120], "3 is outside of what the app sees");
        assert_eq!(employee.department.as_deref(), Some("门店"));
        assert_eq!(
            (employee.userid.as_str(), employee.name.as_deref(), employee.alias),
            ("ZhangSan", Some("张三"), None)
        );
    }

    #[test]
    fn a_tree_that_is_a_circle_has_an_end() {
        assert_eq!(tree().with_above(&[8]), [8, 9]);
        assert_eq!(tree().with_above(&[404]), [404]);
        assert!(tree().with_above(&[]).is_empty());
    }
}
