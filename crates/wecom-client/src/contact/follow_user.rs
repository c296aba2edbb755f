//! The employees who may have customers.

use serde::{Deserialize, Serialize};

use super::External;
use crate::client::{Call, CallOptions, Effect, Endpoint, Error, Fault, Lack, limits::Check, read, values};

const GET_FOLLOW_USER_LIST: Endpoint = Endpoint::get("externalcontact/get_follow_user_list").page(92571);
const CHECK_FOLLOW_USER: Endpoint =
    Endpoint::post("externalcontact/check_follow_user", Effect::Read).page(96312);

#[derive(Deserialize)]
struct FollowUserList {
    #[serde(default, deserialize_with = "values::texts")]
    follow_user: Option<Vec<String>>,
}

impl External {
    /// The userids of the employees with the right to customer contact (`get_follow_user_list`; page 92571): those
    /// inside the app's visible range. There is no paging.
    ///
    /// # Errors
    ///
    /// 48002 when the app may not use customer contact, which makes this a harmless way to find that out.
    pub async fn get_follow_user_list(&self, options: CallOptions) -> Result<Vec<String>, Error> {
        let list: FollowUserList = self.client.call(Call::new(GET_FOLLOW_USER_LIST, options)).await?;
        Ok(list.follow_user.unwrap_or_default())
    }

    /// Which of these employees and departments have the right to customer contact (`check_follow_user`; page 96312).
    ///
    /// # Errors
    ///
    /// 48002 for a kind of app that may not ask. [`Error::Argument`] when nobody is named.
    pub async fn check_follow_user(
        &self,
        request: &CheckFollowUser,
        options: CallOptions,
    ) -> Result<CheckedFollowUsers, Error> {
        let CheckFollowUser { userid, partyid } = request;
        Check::of(CHECK_FOLLOW_USER)
            .rule(!(userid.is_empty() && partyid.is_empty()), "userid", || Fault::NoneGiven {
                others: &["partyid"],
                so: Lack::AtLeastOneWanted,
            })
            .end()?;
        self.client.call(Call::new(CHECK_FOLLOW_USER, options).json(request)).await
    }
}

/// Employees and departments; the request of [`External::check_follow_user`] and each half of its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct CheckFollowUser {
    /// Userids.
    #[serde(deserialize_with = "read::texts", skip_serializing_if = "Vec::is_empty")]
    pub userid: Vec<String>,
    /// Department ids.
    #[serde(deserialize_with = "read::numbers", skip_serializing_if = "Vec::is_empty")]
    pub partyid: Vec<i64>,
}

/// The answer of [`External::check_follow_user`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CheckedFollowUsers {
    /// Who has the right.
    #[serde(deserialize_with = "read::object")]
    pub authorized: CheckFollowUser,
    /// Who does not.
    #[serde(deserialize_with = "read::object")]
    pub unauthorized: CheckFollowUser,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{CHECK_FOLLOW_USER, GET_FOLLOW_USER_LIST};
    use crate::method::{Method, ids, integers, rust};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(GET_FOLLOW_USER_LIST, rust!(external.get_follow_user_list))
            .is("List the employees who may use customer contact")
            .wxjava(&["listFollowers"])
            .lists("follow_user"),
        Method::of(CHECK_FOLLOW_USER, rust!(external.check_follow_user, |given| &given.whole()?))
            .is("Say which employees and departments may use customer contact")
            .takes(&[ids("userid", "Employees"), integers("partyid", "Departments")])
            .like("--userid zhangsan,lisi"),
    ];
}
