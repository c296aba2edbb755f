//! The employees who may have customers.

use serde::Deserialize;

use super::External;
use crate::client::{Call, CallOptions, Endpoint, Error, values};

const GET_FOLLOW_USER_LIST: Endpoint = Endpoint::get("externalcontact/get_follow_user_list").page(92571);

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
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::GET_FOLLOW_USER_LIST;
    use crate::method::{Method, rust};

    pub(crate) const METHODS: &[Method] =
        &[Method::of(GET_FOLLOW_USER_LIST, rust!(external.get_follow_user_list))
            .is("List the employees who may use customer contact")
            .wxjava(&["listFollowers"])
            .lists("follow_user")];
}
